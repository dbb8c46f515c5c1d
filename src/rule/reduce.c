/* reduce.c - conditions made simple: taken apart by rules, and left out where
 * they are known to hold or follow from the others. */
#include "rule/match.h"

enum { MAX_PENDING = 32, MAX_STEPS = 64, MAX_MINIMISED = 16, MAX_GIVEN = 96 };

/* ----------------------------------------------------------- by the rules */

/* Conditions still to be looked at. */
struct pending {
    struct condition items[MAX_PENDING];
    uint32_t count;
};

/* Puts what the rule reduces `c` to on the list; false if it does not fit. */
static bool reduced_by(struct rules *r, const struct pattern *p,
                       struct condition c, struct pending *todo)
{
    struct match m;
    struct condition made[PATTERN_MAX_RESULTS];
    if (p->predicate != (properties_t)c.predicate ||
        todo->count + p->nresults > MAX_PENDING ||
        !match_try(&m, r, p, c.subject, false, false))
        return false;
    for (uint32_t i = 0; i < p->nresults; i++) {
        made[i] = r->results[p->first_result + i];
        made[i].subject = match_build(&m, made[i].subject);
        made[i].kink = c.kink;
        if (!made[i].subject)
            return false;
    }
    for (uint32_t i = p->nresults; i-- > 0;)
        todo->items[todo->count++] = made[i];
    return true;
}

static bool reduce_once(struct rules *r, struct condition c,
                        struct pending *todo)
{
    op_t op = expr_op(r->x, c.subject);
    struct pattern_list list = patterns_for(r, REDUCTIONS, op);
    for (uint32_t i = 0; i < list.count; i++)
        if (reduced_by(r, pattern_listed(r, list, i), c, todo))
            return true;
    return false;
}

/* What is >= 0 anyway is > 0 where it is not 0. */
static struct condition weakened(struct rules *r, struct condition c)
{
    if (c.predicate == PROP_POSITIVE &&
        rules_property(r, c.subject, PROP_NONNEG) == TRUTH_TRUE)
        c.predicate = PROP_NONZERO;
    return c;
}

bool rules_reduce(struct rules *r, struct condition c, struct conditions *out)
{
    struct pending todo = {{c}, 1};
    for (int step = 0; todo.count; step++) {
        struct condition next = todo.items[--todo.count];
        if (rules_property(r, next.subject, next.predicate) == TRUTH_TRUE)
            continue;
        next = weakened(r, next);
        if (step < MAX_STEPS && reduce_once(r, next, &todo))
            continue;
        if (fault_is_set(r->mem->fault) || !conditions_put(out, next))
            return false;
    }
    return true;
}

/* ---------------------------------------------------- conditions on sizes */

/* What the condition says is >= 0, a size; 0 if it says nothing such. */
static dim_t bound_of(struct exprs *x, const struct condition *c)
{
    if (c->predicate != PROP_NONNEG && c->predicate != PROP_POSITIVE)
        return 0;
    dim_t d = expr_as_size(x, c->subject);
    return d && c->predicate == PROP_POSITIVE
               ? dim_sub(x->dims, d, DIM_ONE)
               : d;
}

/* Whether the size is >= 0 for all sizes of axes, which are >= 1. */
static bool is_nonneg_size(struct exprs *x, dim_t d)
{
    int64_t least = 0;
    if (!d || dim_denominator(x->dims, d) != 1)
        return false;
    for (uint32_t i = 0; i < dim_term_count(x->dims, d); i++) {
        struct dim_term t = dim_term_at(x->dims, d, i);
        symbol_t one = t.nsymbols == 1 ? t.symbols[0] : 0;
        if (t.nsymbols &&
            (t.coefficient < 0 || !one ||
             !size_is_axis(x, dim_from_symbol(x->dims, one))))
            return false;
        least += t.coefficient;
    }
    return least >= 0;
}

/* Whether it follows from at most two of the others: L - 1 >= 0 of l - 2 >= 0
 * and L - l - 1 >= 0. */
static bool size_follows(struct exprs *x, const struct conditions *c,
                         uint32_t at)
{
    dim_t d = bound_of(x, &c->items[at]);
    if (!d || is_nonneg_size(x, d))
        return d != 0;
    for (uint32_t i = 0; i < c->count; i++) {
        dim_t a = i == at ? 0 : bound_of(x, &c->items[i]);
        dim_t rest = a ? dim_sub(x->dims, d, a) : 0;
        if (rest && is_nonneg_size(x, rest))
            return true;
        for (uint32_t k = i + 1; rest && k < c->count; k++) {
            dim_t b = k == at ? 0 : bound_of(x, &c->items[k]);
            if (b && is_nonneg_size(x, dim_sub(x->dims, rest, b)))
                return true;
        }
    }
    return false;
}

static void minimise_sizes(struct exprs *x, struct conditions *c)
{
    for (uint32_t i = c->count; i-- > 0;)
        if (size_follows(x, c, i))
            conditions_remove(c, i);
}

/* ----------------------------------------------------- what others imply */

struct assumptions {
    struct given items[MAX_GIVEN];
    uint32_t count;
};

static void assume(struct assumptions *a, struct condition c, uint32_t of)
{
    if (a->count < MAX_GIVEN)
        a->items[a->count++] = (struct given){c, of, false};
}

/* What the operator at `e` asks of its arguments themselves. */
static bool assume_domain(struct rules *r, struct assumptions *a, expr_t e,
                          uint32_t of, struct conditions *more)
{
    const struct exprs *x = r->x;
    uint16_t id = expr_get(x, e)->overload;
    const struct overload o = *overload_get(x->ops, id);
    for (uint32_t i = 0; id && i < o.ndomain; i++)
        for (uint32_t k = 0; k < o.nargs && !o.domain[i].unless.subject; k++) {
            struct condition c = {o.domain[i].predicate, expr_arg(x, e, k), 0};
            if (o.domain[i].subject != o.parameter[k])
                continue;
            assume(a, c, of);
            if (!rules_reduce(r, c, more))
                return false;
        }
    return true;
}

/* That a condition holds says that its subject has a value: x./y > 0 that
 * no entry of y is 0. */
static bool assume_value(struct rules *r, struct assumptions *a, expr_t e,
                         uint32_t of, struct conditions *more)
{
    struct arena scratch;
    uint32_t n = 0;
    arena_init(&scratch, r->mem);
    const expr_t *list = expr_reach(r->x, e, &scratch, &n);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = assume_domain(r, a, list[i], of, more);
    arena_free(&scratch);
    return ok;
}

/* The condition, and what its weaker properties come to: det(X) > 0 says
 * det(X) != 0, which says that X is invertible. */
static bool assume_all(struct rules *r, struct assumptions *a,
                       struct condition c, uint32_t of)
{
    properties_t p = (properties_t)c.predicate;
    properties_t all = properties_closure(p, expr_shape(r->x, c.subject));
    struct conditions more;
    conditions_init(&more, r->mem);
    assume(a, c, of);
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        struct condition weaker = {(enum property)(1 << i), c.subject, 0};
        if (!(all >> i & 1) || (properties_t)weaker.predicate == p)
            continue;
        assume(a, weaker, of);
        if (!rules_reduce(r, weaker, &more))
            break;
    }
    bool ok = assume_value(r, a, c.subject, of, &more);
    for (uint32_t i = 0; i < more.count; i++)
        assume(a, more.items[i], of);
    conditions_free(&more);
    return ok && !fault_is_set(r->mem->fault);
}

/* Whether condition i follows from the others. */
static bool is_implied(struct rules *r, struct assumptions *a,
                       struct condition c, uint32_t i)
{
    for (uint32_t k = 0; k < a->count; k++)
        a->items[k].left_out |= a->items[k].assumption == i;
    properties_forget(r);
    bool implied = rules_property(r, c.subject, c.predicate) == TRUTH_TRUE;
    for (uint32_t k = 0; k < a->count && !implied; k++)
        a->items[k].left_out &= a->items[k].assumption != i;
    return implied;
}

bool rules_assume(struct rules *r, const struct conditions *given)
{
    const struct conditions *before = r->assumed;
    r->assumed = given && given->count ? given : NULL;
    if (before || r->assumed)
        properties_forget(r);
    return !fault_is_set(r->mem->fault);
}

bool rules_minimise(struct rules *r, struct conditions *c)
{
    struct assumptions a = {.count = 0};
    bool implied[MAX_MINIMISED] = {false};
    minimise_sizes(r->x, c);
    if (c->count < 2 || c->count > MAX_MINIMISED)
        return true;
    for (uint32_t i = 0; i < c->count; i++)
        if (!assume_all(r, &a, c->items[i], i))
            return false;
    r->given = a.items;
    r->ngiven = a.count;
    for (uint32_t i = c->count; i-- > 0;)
        implied[i] = is_implied(r, &a, c->items[i], i);
    r->given = NULL;
    r->ngiven = 0;
    properties_forget(r);
    for (uint32_t i = c->count; i-- > 0;)
        if (implied[i])
            conditions_remove(c, i);
    return !fault_is_set(r->mem->fault);
}
