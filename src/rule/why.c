/* why.c - why a property is known to hold: one step, found again when it is
 * asked for, since the facts themselves keep none. */
#include "rule/match.h"

static void add_premise(struct reason *why, expr_t e, properties_t p)
{
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if (p >> i & 1 && why->npremises < REASON_MAX_PREMISES)
            why->premises[why->npremises++] =
                (struct condition){(enum property)(1 << i), e, 0};
}

/* The one declared property that says all, or those there are. */
static properties_t strongest(const struct exprs *x, expr_t e, properties_t p)
{
    properties_t all = properties_closure(p, expr_shape(x, e));
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        properties_t one = UINT32_C(1) << i;
        if (p & one && properties_closure(one, expr_shape(x, e)) == all)
            return one;
    }
    return p;
}

static bool by_fact(struct rules *r, expr_t e, properties_t p,
                    struct reason *why)
{
    struct pattern_list list = patterns_for(r, FACTS, expr_op(r->x, e));
    for (uint32_t i = 0; i < list.count; i++) {
        const struct pattern *f = pattern_listed(r, list, i);
        struct match m;
        if (f->denies || f->predicate != p ||
            !match_try(&m, r, f, e, false, false))
            continue;
        *why = (struct reason){.kind = REASON_FACT, .rule = f->name};
        for (uint32_t k = 0; k < f->nvariables; k++) {
            properties_t needs =
                expr_decl(r->x, f->first + k)->properties;
            if (m.value[k] && needs)
                add_premise(why, m.value[k],
                            strongest(r->x, m.value[k], needs));
        }
        return true;
    }
    return false;
}

/* Whether both hold and say p together, and neither is what p says. */
static bool says(const struct rules *r, expr_t e, properties_t holds,
                 properties_t both, properties_t p)
{
    const struct shape *s = expr_shape(r->x, e);
    return (holds & both) == both && !(both & p) &&
           properties_closure(both, s) & p &&
           (properties_closure(p, s) & both) != both;
}

/* By a stronger property of the same value, or else by two together. */
static bool by_meaning(struct rules *r, expr_t e, properties_t p,
                       struct reason *why)
{
    properties_t holds = rules_holding(r, e);
    for (int apart = 0; apart < PROPERTY_COUNT; apart++)
        for (int i = 0; i + apart < PROPERTY_COUNT; i++) {
            properties_t both = UINT32_C(1) << i | UINT32_C(1) << (i + apart);
            if (!says(r, e, holds, both, p))
                continue;
            *why = (struct reason){.kind = REASON_MEANING};
            add_premise(why, e, both);
            return true;
        }
    return false;
}

/* Operations by entries on symmetric matrices; constants of constants; what
 * parts have of the whole, sums of their terms. */
static bool by_parts(struct rules *r, expr_t e, properties_t p,
                     struct reason *why)
{
    uint32_t n = expr_get(r->x, e)->nargs;
    expr_t from;
    if (properties_inherited(r->x, e, &from) & p &&
        rules_holding(r, from) & p) {
        *why = (struct reason){.kind = REASON_PARTS};
        add_premise(why, from, p);
        return true;
    }
    if (!n || (p != PROP_SYMMETRIC && p != PROP_CONSTANT))
        return false;
    *why = (struct reason){.kind = REASON_PARTS};
    for (uint32_t i = 0; i < n; i++) {
        expr_t a = expr_arg(r->x, e, i);
        if (p == PROP_SYMMETRIC && is_scalar(r->x, a))
            continue;
        if (!(rules_holding(r, a) & p))
            return false;
        add_premise(why, a, p);
    }
    return true;
}

bool rules_why(struct rules *r, expr_t e, enum property property,
               struct reason *why)
{
    properties_t p = (properties_t)property;
    op_t op = expr_op(r->x, e);
    *why = (struct reason){.kind = REASON_VALUE};
    if (!(rules_holding(r, e) & p))
        return false;
    if (op == OP_NUMBER)
        return true;
    if (op == OP_VARIABLE) {
        const struct decl *d = expr_decl(r->x, expr_get(r->x, e)->payload);
        if (strongest(r->x, e, d->properties) & p)
            why->kind = REASON_DECLARED;
        else
            by_meaning(r, e, p, why);
        return true;
    }
    if (by_fact(r, e, p, why) || by_meaning(r, e, p, why) ||
        by_parts(r, e, p, why))
        return true;
    *why = (struct reason){.kind = REASON_VALUE};
    return true;
}
