/* rest.c - R...: the terms or factors that the others beside it have not
 * matched, if any.  On the right, and in conditions, it is their sum or
 * product; where there are none it is left out of a sum or product like
 * that on the left, and elsewhere it is 0 or 1, zeros, ones or eye. */
#include <string.h>

#include "rule/match.h"

static bool is_rest(const struct syntax *t, syntax_t n)
{
    const struct syntax_node *node = syntax_get(t, n);
    return node->kind == SYNTAX_NAME && node->flags & SYNTAX_IS_REST;
}

/* ---------------------------------------------------------------- marking */

/* Once a rest, always a rest. */
static bool check_dots(struct rules *r, const struct syntax *t,
                       const struct syntax_rule *rule, syntax_t rest)
{
    for (syntax_t n = rule->first_node; n <= rule->last_node; n++) {
        const struct syntax_node *node = syntax_get(t, n);
        if (node->kind != SYNTAX_NAME || is_rest(t, n) ||
            node->payload != syntax_get(t, rest)->payload)
            continue;
        const char *name = intern_name(r->x->names, node->payload);
        fault_at(r->mem->fault, FAULT_NAME, node->where,
                 "'%.60s' is a rest", name);
        fault_second(r->mem->fault, syntax_get(t, rest)->where,
                     "it is written so here");
        fault_hint(r->mem->fault, "%.60s...", name);
        return false;
    }
    return true;
}

bool rests_mark(struct rules *r, const struct syntax *t,
                const struct syntax_rule *rule)
{
    struct scope_parameter p;
    for (syntax_t n = rule->first_node; n <= rule->last_node; n++) {
        if (!is_rest(t, n))
            continue;
        if (!scope_parameter(r->scope, t, n, &p))
            return false;
        if (p.is_size)
            return fault_at(r->mem->fault, FAULT_SHAPE, syntax_get(t, n)->where,
                            "a size is no rest");
        if (!check_dots(r, t, rule, n))
            return false;
        r->x->decls[p.decl].rest = true;
    }
    return true;
}

/* ---------------------------------------------------------------- finding */

struct finding {
    struct rules *r;
    struct pattern *p;
    const struct syntax *t;
    const struct syntax_rule *rule;
    uint32_t met; /* a bit a slot */
};

static const char *name_of(const struct finding *f, uint32_t slot)
{
    return intern_name(f->r->x->names,
                       expr_decl(f->r->x, f->p->first + slot)->name);
}

/* The k-th place, from 0, where the rest is written. */
static struct span place_of(const struct finding *f, uint32_t slot, uint32_t k)
{
    symbol_t name = expr_decl(f->r->x, f->p->first + slot)->name;
    struct span where = f->rule->where;
    for (syntax_t n = f->rule->first_node; n <= f->rule->last_node; n++)
        if (is_rest(f->t, n) && syntax_get(f->t, n)->payload == name) {
            where = syntax_get(f->t, n)->where;
            if (!k--)
                break;
        }
    return where;
}

static bool refuse(const struct finding *f, uint32_t slot, uint32_t place,
                   const char *message, const char *hint)
{
    struct fault *fault = f->r->mem->fault;
    fault_at(fault, FAULT_SYNTAX, place_of(f, slot, place), message,
             name_of(f, slot));
    if (hint)
        fault_hint(fault, "%s", hint);
    return false;
}

static uint32_t rest_slot(const struct finding *f, expr_t e)
{
    uint32_t slot = pattern_slot(f->r->x, f->p, e);
    return slot != UINT32_MAX && expr_decl(f->r->x, f->p->first + slot)->rest
               ? slot
               : UINT32_MAX;
}

static bool is_nary(op_t op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_HAD;
}

/* What is left of a product of matrices may be nothing, the identity. */
static bool check_shape(const struct finding *f, uint32_t slot, op_t op)
{
    const struct shape s = expr_decl(f->r->x, f->p->first + slot)->shape;
    if (op != OP_MUL || s.kind == SHAPE_SCALAR ||
        (s.kind == SHAPE_MATRIX && s.dim[0] == s.dim[1]))
        return true;
    return refuse(f, slot, 0, "'%.60s...' may be empty: in a product it is a "
                  "scalar or a square matrix",
                  "a matrix variable stands for several factors, too");
}

static bool take_rest(struct finding *f, uint32_t slot, expr_t parent,
                      uint32_t others)
{
    op_t op = expr_op(f->r->x, parent);
    if (f->met >> slot & 1) {
        refuse(f, slot, 1, "'%.60s...' stands twice on the left", NULL);
        fault_second(f->r->mem->fault, place_of(f, slot, 0),
                     "the first one is here");
        return false;
    }
    f->met |= UINT32_C(1) << slot;
    if (!is_nary(op))
        return refuse(f, slot, 0, "'%.60s...' is the rest of no sum or "
                      "product", "log(x*R...), exp(x+R...)");
    if (parent == f->p->left)
        return refuse(f, slot, 0, "'%.60s...' at the root: a rule is applied "
                      "to some terms or factors anyhow", "leave it out");
    if (others > 1)
        return refuse(f, slot, 0, "'%.60s...' beside another rest", NULL);
    f->p->rest[slot] = (uint8_t)op;
    return check_shape(f, slot, op);
}

/* Recursion over a pattern, whose depth is checked. */
static bool find_in(struct finding *f, expr_t e)
{
    const struct exprs *x = f->r->x;
    uint32_t rests = 0, slot;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        rests += rest_slot(f, expr_arg(x, e, i)) != UINT32_MAX;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++) {
        expr_t a = expr_arg(x, e, i);
        slot = rest_slot(f, a);
        if (slot == UINT32_MAX ? !find_in(f, a)
                               : !take_rest(f, slot, e, rests))
            return false;
    }
    return true;
}

bool rests_find(struct rules *r, struct pattern *p, const struct syntax *t,
                const struct syntax_rule *rule)
{
    struct finding f = {r, p, t, rule, 0};
    if (pattern_depth(r->x, p->left) > PATTERN_MAX_DEPTH)
        return true; /* refused elsewhere */
    if (!find_in(&f, p->left))
        return false;
    for (uint32_t slot = 0;
         slot < p->nvariables && slot < PATTERN_MAX_VARIABLES; slot++)
        if (expr_decl(r->x, p->first + slot)->rest && !p->rest[slot])
            return refuse(&f, slot, 0, "'%.60s...' does not stand on the left",
                          NULL);
    return true;
}

/* --------------------------------------------------------------- dropping */

bool has_rests(const struct pattern *p)
{
    for (uint32_t i = 0; i < p->nvariables && i < PATTERN_MAX_VARIABLES; i++)
        if (p->rest[i])
            return true;
    return false;
}

expr_t rests_dropped(struct rules *r, const struct pattern *p, expr_t e)
{
    struct match m = {.r = r, .x = r->x, .pattern = p};
    for (uint32_t i = 0; i < p->nvariables && i < PATTERN_MAX_VARIABLES;
         i++) {
        const struct shape s = expr_decl(r->x, p->first + i)->shape;
        m.value[i] = p->rest[i] ? match_neutral(&m, (op_t)p->rest[i], &s)
                                : expr_variable(r->x, p->first + i);
        m.empty |= (uint32_t)(p->rest[i] != 0) << i;
        if (!m.value[i])
            return 0;
    }
    return match_build(&m, e);
}
