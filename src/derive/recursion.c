/* recursion.c - With a{l} = S(l; a{l-1}, W{l}, ...) for l = 1..L and f a
 * function of a{L}, let delta{l} be the derivative of f by a{l}, later members
 * varied with it.  Then delta{L} = df/da{L}, and delta{l-1} is the derivative
 * of <delta{l}, S(l)> by a{l-1}, delta{l} held fixed.  The derivative by W{p}
 * is that of sum(l: <delta{l}, S(l)>), all a and delta held fixed, besides that
 * of f itself. */
#include "derive/recursion.h"

#include <stdio.h>
#include <string.h>

#include "derive/differential.h"
#include "derive/reverse.h"

static const struct decl *recursive_member(const struct ix_table *t, ix_t n)
{
    const struct decl *d = reverse_member(t, n);
    return d && expr_decl(t->x, d->family)->recursive ? d : NULL;
}

static bool unsupported(struct ix_table *t, const char *what,
                        const char *hint)
{
    fault_set(t->mem->fault, FAULT_UNSUPPORTED, "%s", what);
    fault_hint(t->mem->fault, "%s", hint);
    return false;
}

/* The recursive member that n is made of; SEVERAL are too many. */
enum { NO_MEMBER = 0, SEVERAL = UINT32_MAX };
static ix_t only_member(struct ix_table *t, ix_t n)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    ix_t found = NO_MEMBER;
    const ix_t *list = ix_reach(t, n, &count);
    for (uint32_t i = 0; list && i < count; i++)
        if (recursive_member(t, list[i]))
            found = found && found != list[i] ? SEVERAL : list[i];
    arena_release(&t->scratch, mark);
    return found;
}

static ix_t member_leaf(struct ix_table *t, decl_t family, dim_t at)
{
    return differential_leaf(t, expr_member(t->x, family, &at));
}

bool recursion_find(struct ix_table *t, ix_t f, struct recursion *r)
{
    *r = (struct recursion){.family = 0};
    ix_t last = only_member(t, f);
    if (!last || fault_is_set(t->mem->fault))
        return !fault_is_set(t->mem->fault);
    if (last == SEVERAL)
        return unsupported(t, "a derivative through a recursion of which "
                              "several members stand in the expression",
                           "write the expression with the last one only");
    const struct decl d = *reverse_member(t, last);
    const struct decl family = *expr_decl(t->x, d.family);
    if (family.start)
        return unsupported(t, "a derivative through a recursion that runs "
                              "downward", "a{l} made of a{l-1}");
    int64_t beyond = 0;
    dim_t rest = family.high[0]
                     ? dim_sub(t->x->dims, family.high[0], d.at[0])
                     : DIM_ZERO;
    if (!rest)
        return false;
    if (!dim_is_int(t->x->dims, rest, &beyond))
        return unsupported(t, "a recursion of which it is not known whether "
                              "it reaches the member in the expression",
                           "a{l=1..L} and a{L}");
    if (beyond < 0)
        return true; /* a variable of its own */
    if (dim_any_symbol(t->x->dims, d.at[0], series_is_bound, t))
        return unsupported(t, "a derivative through a recursion whose member "
                              "stands in a sum", "one member, a{L}");
    r->last = ix_get(t, last)->payload;
    r->parameter = family.parameter[0];
    r->first = family.low[0];
    r->end = d.at[0];
    dim_t self = dim_from_symbol(t->x->dims, r->parameter);
    r->step = ix_lift(t, family.definition);
    r->before = member_leaf(t, d.family,
                            dim_sub(t->x->dims, self, DIM_ONE));
    if (!r->step || !r->before)
        return false;
    if (only_member(t, r->step) != r->before)
        return unsupported(t, "a derivative through a recursion that is not "
                              "by one step", "a{l} made of a{l-1}");
    r->family = d.family;
    return true;
}

/* ---------------------------------------------------------------- adjoints */

/* delta, or delta_1, ...: a name for the adjoints that means nothing yet. */
static symbol_t free_name(struct ix_table *t)
{
    char name[24];
    for (uint32_t i = 0; !fault_is_set(t->mem->fault); i++) {
        snprintf(name, sizeof name, i ? "delta_%u" : "delta", i);
        symbol_t s = intern_text(t->x->names, name);
        bool taken = false;
        for (decl_t d = 1; d <= t->x->decl_count && !taken; d++)
            taken = t->x->decls[d].name == s;
        if (!taken)
            return s;
    }
    return 0;
}

static bool declare_adjoints(struct ix_table *t, struct recursion *r)
{
    const struct decl f = *expr_decl(t->x, r->family);
    struct decl d = {.name = free_name(t),
                     .shape = f.shape,
                     .subscripts = 1,
                     .parameter = {r->parameter}};
    r->adjoints = d.name ? expr_declare(t->x, &d) : 0;
    return r->adjoints != 0;
}

/* <delta{l}, S(l)> */
static ix_t pairing(struct ix_table *t, const struct recursion *r)
{
    dim_t self = dim_from_symbol(t->x->dims, r->parameter);
    ix_t delta = member_leaf(t, r->adjoints, self);
    struct ix_product p;
    uint16_t labels[IX_MAX_ORDER];
    if (!delta)
        return 0;
    ix_product_begin(&p, t, 0, NULL);
    for (uint32_t a = 0; a < ix_get(t, r->step)->order; a++)
        labels[a] = ix_product_label(&p, ix_dims(t, r->step)[a]);
    ix_product_factor(&p, delta, RAT_ONE, labels);
    ix_product_factor(&p, r->step, RAT_ONE, labels);
    return ix_product_end(&p);
}

/* The value of the step, met again in a derivative, is the member a{l}. */
static ix_t with_member(struct ix_table *t, const struct recursion *r, ix_t n)
{
    dim_t self = dim_from_symbol(t->x->dims, r->parameter);
    ix_t leaf = member_leaf(t, r->family, self);
    return n && leaf ? ix_replace_node(t, n, r->step, leaf) : 0;
}

static bool find_adjoints(struct ix_table *t, ix_t f, struct recursion *r)
{
    ix_t last = differential_leaf(t, r->last);
    if (ix_get(t, f)->order)
        return unsupported(t, "the derivative of what is no scalar through a "
                              "recursion", "of a scalar: norm2(a{L}-y)^2");
    ix_t one = declare_adjoints(t, r) ? pairing(t, r) : 0;
    if (!one || !reverse_derive(t, f, 1, &last, NULL, &r->top) ||
        !reverse_derive(t, one, 1, &r->before, NULL, &r->back))
        return false;
    r->back = with_member(t, r, r->back);
    return r->back != 0;
}

/* -------------------------------------------------------------- the whole */

/* The derivative by an earlier member of the recursion itself. */
static bool by_state(struct ix_table *t, const struct recursion *r,
                     const struct decl *target, struct conditions *conditions,
                     ix_t *out)
{
    struct dims *d = t->x->dims;
    dim_t at = target->at[0], before = dim_sub(d, r->first, DIM_ONE);
    bool in;
    if (!reverse_size_has(t, dim_sub(d, at, before), PROP_NONNEG, conditions,
                          &in) ||
        (in && !reverse_size_has(t, dim_sub(d, r->end, at), PROP_NONNEG,
                                 conditions, &in)))
        return false;
    *out = in ? member_leaf(t, r->adjoints, at) : 0;
    return !in || *out;
}

static ix_t sum_of(struct ix_table *t, ix_t a, ix_t b)
{
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, a)->order;
    memcpy(dims, ix_dims(t, a), order * sizeof *dims);
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    ix_sum_add(&s, RAT_ONE, a);
    ix_sum_add(&s, RAT_ONE, b);
    return ix_sum_end(&s);
}

/* What one leaf of the step contributes, summed over the steps. */
static bool through_leaf(struct ix_table *t, const struct recursion *r,
                         ix_t one, ix_t at, ix_t leaf,
                         struct conditions *conditions, ix_t *out)
{
    struct ix_series steps = {.kind = SERIES_SUM,
                              .symbol = r->parameter,
                              .low = r->first,
                              .high = r->end};
    struct reverse_found f = {.asked = 0};
    const struct decl *d = reverse_member(t, at);
    ix_t g;
    bool is = true;
    if (d)
        memcpy(f.at, d->at, sizeof f.at);
    if (!reverse_derive(t, one, 1, &at, NULL, &g))
        return false;
    f.adjoint = with_member(t, r, g);
    if (!f.adjoint || ix_is_zero(t, f.adjoint))
        return f.adjoint != 0;
    if (d) {
        if (!reverse_solve(t, &steps, reverse_member(t, leaf), &f,
                           conditions) ||
            (f.adjoint && !reverse_is_target(t, reverse_member(t, leaf), &f,
                                             conditions, &is)))
            return false;
    } else {
        steps.body = f.adjoint;
        f.adjoint = ix_series(t, steps);
    }
    if (f.adjoint && is)
        *out = *out ? sum_of(t, *out, f.adjoint) : f.adjoint;
    return !fault_is_set(t->mem->fault);
}

static bool through_steps(struct ix_table *t, const struct recursion *r,
                          ix_t leaf, struct conditions *conditions, ix_t *out)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    ix_t one = pairing(t, r);
    uint32_t n;
    const ix_t *list = one ? ix_reach(t, one, &n) : NULL;
    const struct decl *target = reverse_member(t, leaf);
    decl_t family = target ? target->family : 0;
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct decl *d = reverse_member(t, list[i]);
        if (d ? d->family == family : list[i] == leaf)
            ok = through_leaf(t, r, one, list[i], leaf, conditions, out);
    }
    arena_release(&t->scratch, mark);
    return ok;
}

bool recursion_derive(struct ix_table *t, ix_t f, struct recursion *r,
                      ix_t leaf, struct conditions *conditions, ix_t *out,
                      bool *used)
{
    ix_t through = 0;
    const struct decl *target = reverse_member(t, leaf);
    bool state = target && target->family == r->family;
    bool last = ix_get(t, leaf)->payload == r->last;
    *used = false;
    /* Of an earlier member only the recursion tells. */
    if (state && !last)
        *out = ix_zero(t, ix_get(t, leaf)->order, ix_dims(t, leaf));
    else if (!reverse_derive(t, f, 1, &leaf, conditions, out))
        return false;
    if (last)
        return true;
    if (!find_adjoints(t, f, r))
        return false;
    if (state ? !by_state(t, r, target, conditions, &through)
              : !through_steps(t, r, leaf, conditions, &through))
        return false;
    if (through && !ix_is_zero(t, through)) {
        *used = true;
        r->to_start = state;
        *out = sum_of(t, *out, through);
    }
    return *out != 0;
}
