/* tangent.c - derivatives through recursions, forward.
 *
 * With J_v{l} the derivative of v{l} by x, everything varied that depends on
 * x, what v{l} is made of tells
 *
 *   J_v{l} = dS_v(l)/dx + sum(u, d: dS_v(l)/du{l-d} * J_u{l-d}),
 *
 * upward or downward as v is told.  The right side is the derivative of
 * S_v(l) with each member u{l-d} replaced by u{l-d} + J_u{l-d}*e, by x and by
 * e, at e = 0; and so is the derivative of any other term. */
#include <string.h>

#include "derive/differential.h"
#include "derive/recursion.h"
#include "derive/reverse.h"

struct forward {
    struct recursion *r;
    struct ix_table *t;
    ix_t leaf, direction; /* x and e */
    decl_t tangent[RECURSION_MAX_STATES];
    dim_t first[RECURSION_MAX_STATES], end[RECURSION_MAX_STATES];
    symbol_t place; /* of any member of a step, other than the parameter */
    dim_t begin; /* the first step that x has a part in; 0: all of them */
    struct conditions *conditions;
};

static bool difference(struct ix_table *t, dim_t a, dim_t b, int64_t *by)
{
    dim_t d = dim_sub(t->x->dims, a, b);
    return d && dim_is_int(t->x->dims, d, by);
}

/* ------------------------------------------------------------- one term */

static struct recursion_axes axes_of(const struct forward *w, uint32_t state)
{
    struct ix_table *t = w->t;
    dim_t self = dim_from_symbol(t->x->dims, w->r->parameter);
    ix_t v = recursion_member(t, w->r->state[state].family, self);
    struct recursion_axes a = {.outer = ix_get(t, v)->order,
                               .own = ix_get(t, w->leaf)->order};
    memcpy(a.dims, ix_dims(t, v), a.outer * sizeof *a.dims);
    memcpy(a.dims + a.outer, ix_dims(t, w->leaf), a.own * sizeof *a.dims);
    return a;
}

/* u{l-d} + J_u{l-d}*e */
static ix_t moved(const struct forward *w, uint32_t state, ix_t member)
{
    struct ix_table *t = w->t;
    const dim_t at = reverse_member(t, member)->at[0];
    const struct recursion_axes a = axes_of(w, state);
    ix_t j = recursion_spread(t, w->tangent[state], at, &a);
    struct ix_product p;
    uint16_t labels[IX_MAX_ORDER];
    dim_t dims[IX_MAX_ORDER];
    if (!j)
        return 0;
    memcpy(dims, ix_dims(t, j), (a.outer + a.own) * sizeof *dims);
    ix_product_begin(&p, t, a.outer, dims);
    for (uint32_t i = 0; i < a.outer + a.own; i++)
        labels[i] = i < a.outer ? (uint16_t)i : ix_product_label(&p, dims[i]);
    ix_product_factor(&p, j, RAT_ONE, labels);
    ix_product_factor(&p, w->direction, RAT_ONE, labels + a.outer);
    return recursion_sum(t, member, ix_product_end(&p));
}

/* All members of states in n, moved. */
static ix_t all_moved(const struct forward *w, ix_t n)
{
    struct ix_table *t = w->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count, members = 0;
    const ix_t *list = ix_reach(t, n, &count);
    ix_t *found = list ? ARENA_ARRAY(&t->scratch, ix_t, count) : NULL;
    for (uint32_t i = 0; found && i < count; i++)
        if (recursion_state_of(w->r, list[i]) != UINT32_MAX)
            found[members++] = list[i];
    for (uint32_t i = 0; n && found && i < members; i++)
        n = ix_replace_node(
            t, n, found[i],
            moved(w, recursion_state_of(w->r, found[i]), found[i]));
    arena_release(&t->scratch, mark);
    return found ? n : 0;
}

/* What varies with the members of states in n. */
static ix_t through_members(const struct forward *w, ix_t n)
{
    struct ix_table *t = w->t;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, w->leaf)->order;
    ix_t g = all_moved(w, n);
    memcpy(dims, ix_dims(t, w->leaf), order * sizeof *dims);
    if (!g || !reverse_derive(t, g, 1, &w->direction, NULL, &g))
        return 0;
    return ix_replace_node(t, g, w->direction, ix_zero(t, order, dims));
}

/* ------------------------------------------------------------ the equations */

/* Whether a >= b is known, or one of the conditions. */
static bool is_at_least(const struct forward *w, dim_t a, dim_t b)
{
    struct exprs *x = w->t->x;
    int64_t by;
    if (difference(w->t, a, b, &by))
        return by >= 0;
    for (uint32_t i = 0; i < w->conditions->count; i++) {
        const struct condition *c = &w->conditions->items[i];
        dim_t known =
            c->predicate == PROP_NONNEG ? expr_as_size(x, c->subject) : 0;
        if (known && dim_is_int(x->dims,
                                dim_sub(x->dims, dim_sub(x->dims, a, b),
                                        known), &by) && by >= 0)
            return true;
    }
    return false;
}

static bool raise(struct forward *w, uint32_t state, dim_t at)
{
    dim_t *end = &w->end[state], high = w->r->state[state].high;
    bool holds;
    if (!at)
        return false;
    if (high) /* which the steps cannot leave */
        return reverse_size_has(w->t, dim_sub(w->t->x->dims, high, at),
                                PROP_NONNEG, w->conditions, &holds);
    if (!*end || is_at_least(w, at, *end))
        *end = at;
    return is_at_least(w, *end, at) ||
           recursion_unsupported(w->t, "a second derivative through a "
                                       "recursion of which the last member is "
                                       "not known",
                                 "a range: a{l=1..L}");
}

/* The last members that n is made of, also within sums; `high` is that of the
 * parameter, if n is a step. */
static bool raise_ends(struct forward *w, ix_t n, dim_t high)
{
    struct arena_mark mark = arena_mark(&w->t->scratch);
    struct dim_replacement last = {w->r->parameter, high};
    bool ok = true;
    for (uint32_t v = 0; ok && v < w->r->n; v++) {
        struct reverse_found *f;
        if (high && w->r->state[v].high)
            continue;
        ok = reverse_members(w->t, n, w->r->state[v].family,
                             high ? w->place : w->r->parameter,
                             w->conditions, &f);
        for (; ok && f; f = f->next)
            ok = raise(w, v, high ? dim_replace(w->t->x->dims, f->high, last)
                                  : f->high);
    }
    arena_release(&w->t->scratch, mark);
    return ok;
}

/* How far the states go: as they are told, or as they are used. */
static bool find_ends(struct forward *w, ix_t g)
{
    struct recursion *r = w->r;
    for (uint32_t v = 0; v < r->n; v++)
        w->end[v] = r->state[v].high;
    for (uint32_t i = 0; i < r->steps; i++) {
        const struct recursion_step *s = &r->step[i];
        if (s->high && !raise_ends(w, s->value, s->high))
            return false;
    }
    if (!raise_ends(w, g, 0))
        return false;
    for (uint32_t pass = 0; pass < r->n; pass++)
        for (uint32_t i = 0; i < r->steps; i++) {
            const struct recursion_step *s = &r->step[i];
            if (!s->high && w->end[s->state] &&
                !raise_ends(w, s->value, w->end[s->state]))
                return false;
        }
    for (uint32_t v = 0; v < r->n; v++)
        if (!w->end[v])
            return recursion_unsupported(
                w->t, "a second derivative through a recursion of which the "
                      "last member is not known", "a range: a{l=1..L}");
    return true;
}

/* The first members of states that anything is made of. */
static bool find_firsts(struct forward *w)
{
    struct recursion *r = w->r;
    struct dims *d = w->t->x->dims;
    for (uint32_t v = 0; v < r->n; v++)
        w->first[v] = r->state[v].first;
    for (uint32_t i = 0; i < r->steps; i++) {
        const struct recursion_step *s = &r->step[i];
        struct arena_mark mark = arena_mark(&w->t->scratch);
        struct dim_replacement low = {r->parameter, s->low};
        uint32_t count;
        int64_t by;
        const ix_t *list = ix_reach(w->t, s->value, &count);
        for (uint32_t k = 0; list && k < count; k++) {
            uint32_t v = recursion_state_of(r, list[k]);
            dim_t at = v < r->n ? dim_replace(
                                      d, reverse_member(w->t, list[k])->at[0],
                                      low)
                                : 0;
            if (at && difference(w->t, w->first[v], at, &by) && by > 0)
                w->first[v] = at;
        }
        arena_release(&w->t->scratch, mark);
    }
    return !fault_is_set(w->t->mem->fault);
}

/* How far ahead the nearest member is that a step is made of; -1 if it is
 * made of none ahead. */
static int32_t lag_ahead(const struct forward *w,
                         const struct recursion_step *s)
{
    struct arena_mark mark = arena_mark(&w->t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(w->t, s->value, &count);
    int64_t lag, nearest = -1;
    for (uint32_t i = 0; list && i < count; i++)
        if (recursion_state_of(w->r, list[i]) != UINT32_MAX &&
            recursion_lag(w->r, s, list[i], &lag) && lag < 0 &&
            (nearest < 0 || -lag < nearest))
            nearest = -lag;
    arena_release(&w->t->scratch, mark);
    return (int32_t)nearest;
}

/* Whether a state is told from its earlier members. */
static bool runs_up(const struct forward *w, uint32_t state)
{
    const struct recursion *r = w->r;
    bool defined = expr_decl(w->t->x, r->state[state].family)->definition;
    for (uint32_t i = 0; i < r->steps; i++) {
        struct arena_mark mark = arena_mark(&w->t->scratch);
        uint32_t count = 0;
        const ix_t *list = r->step[i].state == state
                               ? ix_reach(w->t, r->step[i].value, &count)
                               : NULL;
        int64_t lag;
        for (uint32_t k = 0; list && k < count && !defined; k++)
            defined = recursion_state_of(r, list[k]) == state &&
                      recursion_lag(r, &r->step[i], list[k], &lag) && lag > 0;
        arena_release(&w->t->scratch, mark);
    }
    return defined;
}

enum { MAX_PARTS = RECURSION_MAX_PIECES };
struct parts {
    uint32_t n;
    struct recursion_part part[MAX_PARTS];
};

static bool add_part(struct forward *w, struct parts *p, uint32_t state,
                     struct recursion_part part)
{
    const struct recursion_axes a = axes_of(w, state);
    int64_t by;
    if (difference(w->t, part.high, part.low, &by) && by < 0)
        return true;
    if (p->n == MAX_PARTS)
        return fault_set(w->t->mem->fault, FAULT_LIMIT,
                         "more than %d terms in a recursion", MAX_PARTS);
    part.value = recursion_arranged(w->t, part.value, &a);
    p->part[p->n++] = part;
    return part.value != 0;
}

/* The step in which a member of a family is the one that is derived by; 0
 * with a fault if that is not told. */
static dim_t step_with(struct forward *w, const struct recursion_step *s,
                       ix_t leaf)
{
    struct dims *d = w->t->x->dims;
    const struct decl *m = reverse_member(w->t, leaf);
    const struct decl *x = reverse_member(w->t, w->leaf);
    dim_t self = dim_from_symbol(d, w->r->parameter);
    dim_t shift = dim_sub(d, m->at[0], self);
    if (shift && m->subscripts == 1 && !s->single &&
        !dim_mentions(d, shift, w->r->parameter))
        return dim_sub(d, x->at[0], shift);
    recursion_unsupported(w->t, "a second derivative by a member of a family "
                                "of which it is not told in which step of a "
                                "recursion it stands", "W{l} in the step l");
    return 0;
}

/* Whether a leaf of a step is what is derived by, or may be. */
static bool is_wanted(const struct forward *w, ix_t leaf)
{
    const struct decl *x = reverse_member(w->t, w->leaf);
    const struct decl *m = reverse_member(w->t, leaf);
    return m && x ? m->family == x->family : leaf == w->leaf;
}

/* What x itself does in a step: to all members, or if it is a member of a
 * family to the one whose step it is in. */
static bool add_explicit(struct forward *w, struct parts *p,
                         const struct recursion_step *s, ix_t leaf,
                         struct recursion_part part)
{
    struct ix_table *t = w->t;
    struct dim_replacement here = {w->r->parameter, 0};
    if (!reverse_derive(t, s->value, 1, &leaf, NULL, &part.value))
        return false;
    part.value = recursion_with_members(w->r, s, part.value);
    if (reverse_member(t, leaf)) {
        bool in;
        dim_t at = here.by = step_with(w, s, leaf);
        in = true; /* below what runs downward nothing is needed */
        if (!at ||
            (part.up &&
             !reverse_size_has(t, dim_sub(t->x->dims, at, part.low),
                               PROP_NONNEG, w->conditions, &in)) ||
            (in && !reverse_size_has(t, dim_sub(t->x->dims, part.high, at),
                                     PROP_NONNEG, w->conditions, &in)))
            return false;
        if (!in)
            return true;
        part.low = part.high = at;
        part.value =
            part.value ? ix_replace_size(t, part.value, here) : 0;
    }
    return part.value && add_part(w, p, s->state, part);
}

static bool add_all_explicit(struct forward *w, struct parts *p,
                             const struct recursion_step *s,
                             struct recursion_part part)
{
    struct arena_mark mark = arena_mark(&w->t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(w->t, s->value, &count);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < count; i++)
        if (is_wanted(w, list[i]))
            ok = add_explicit(w, p, s, list[i], part);
    arena_release(&w->t->scratch, mark);
    return ok;
}

/* The first step upward that x has a part in, if it is in one only. */
static bool find_begin(struct forward *w)
{
    struct ix_table *t = w->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    bool ok = true;
    for (uint32_t i = 0; ok && i < w->r->steps; i++) {
        const struct recursion_step *s = &w->r->step[i];
        uint32_t count;
        int64_t by;
        const ix_t *list = ix_reach(t, s->value, &count);
        for (uint32_t k = 0; ok && list && k < count; k++) {
            if (!is_wanted(w, list[k]) || !runs_up(w, s->state))
                continue;
            dim_t at = step_with(w, s, list[k]);
            ok = at != 0;
            if (!w->begin || (difference(t, w->begin, at, &by) && by > 0))
                w->begin = at;
        }
    }
    arena_release(&t->scratch, mark);
    return ok;
}

/* The member of its own family that is derived by does not vary otherwise. */
static bool add_initial(struct forward *w, struct parts *p, uint32_t state)
{
    struct ix_table *t = w->t;
    const struct decl *x = reverse_member(t, w->leaf);
    struct recursion_part part = {.lag = -1};
    if (!x || x->family != w->r->state[state].family)
        return true;
    part.low = part.high = x->at[0];
    return reverse_derive(t, w->leaf, 1, &w->leaf, w->conditions,
                          &part.value) &&
           add_part(w, p, state, part);
}

/* What is told upward varies from where x first has a part on. */
static dim_t low_of(const struct forward *w, const struct recursion_step *s,
                    bool up)
{
    int64_t by;
    if (!up || !w->begin || s->single)
        return s->low;
    return difference(w->t, w->begin, s->low, &by) && by < 0 ? s->low
                                                             : w->begin;
}

static bool find_parts(struct forward *w, uint32_t state, struct parts *p)
{
    bool by_state = recursion_state_of(w->r, w->leaf) != UINT32_MAX;
    bool up = runs_up(w, state);
    p->n = 0;
    if (!add_initial(w, p, state))
        return false;
    for (uint32_t i = 0; i < w->r->steps; i++) {
        const struct recursion_step *s = &w->r->step[i];
        if (s->state != state)
            continue;
        struct recursion_part part = {
            .low = s->low,
            .high = s->high ? s->high : w->end[state],
            .lag = lag_ahead(w, s)};
        part.up = up;
        struct recursion_part varied = part;
        varied.low = low_of(w, s, part.up);
        varied.value =
            recursion_with_members(w->r, s, through_members(w, s->value));
        if (!varied.value || !add_part(w, p, state, varied) ||
            (!by_state && !add_all_explicit(w, p, s, part)))
            return false;
    }
    return true;
}

static bool find_equations(struct forward *w, struct recursion_result *result)
{
    struct parts p;
    if (reverse_member(w->t, w->leaf) &&
        recursion_state_of(w->r, w->leaf) == UINT32_MAX && !find_begin(w))
        return false;
    for (uint32_t v = 0; v < w->r->n; v++) {
        const struct recursion_axes a = axes_of(w, v);
        if (!(w->tangent[v] = recursion_declare(w->r, "J", v, &a)))
            return false;
    }
    for (uint32_t v = 0; v < w->r->n; v++)
        if (!find_parts(w, v, &p) ||
            !recursion_pieces(w->t, w->r->parameter, w->tangent[v], p.n,
                              p.part, w->first[v], w->end[v], w->conditions,
                              result))
            return false;
    return true;
}

/* --------------------------------------------------------- the derivative */

/* By a member that a step tells, only what comes behind it varies: beside
 * that no other derivative is taken. */
bool recursion_check(const struct recursion *r, uint32_t n, const ix_t *leaves)
{
    for (uint32_t k = 0; k < n; k++) {
        const struct decl *x = reverse_member(r->t, leaves[k]);
        uint32_t v = recursion_state_of(r, leaves[k]);
        int64_t by;
        if (v < r->n && (r->downward || leaves[k] != leaves[0] ||
                         leaves[k] != leaves[n - 1]) &&
            !(difference(r->t, r->state[v].first, x->at[0], &by) && by > 0))
            return recursion_unsupported(
                r->t, "a second derivative by a member of a recursion that "
                      "is told by others", "by what it begins with: a{0}");
    }
    return true;
}

bool recursion_tangent(struct recursion *r, ix_t g, uint32_t n,
                       const ix_t *leaves, struct conditions *conditions,
                       ix_t *out, struct recursion_result *result)
{
    ix_t leaf = leaves[n - 1];
    struct forward w = {
        .r = r, .t = r->t, .leaf = leaf, .conditions = conditions};
    ix_t own;
    w.direction = differential_leaf(
        r->t, differential_of(r->t->x, ix_get(r->t, leaf)->payload));
    result->n = 0;
    w.place = intern_text(r->t->x->names, "?l");
    if (!w.direction || !find_ends(&w, g) ||
        !find_firsts(&w) || !find_equations(&w, result))
        return false;
    bool state = recursion_state_of(r, leaf) != UINT32_MAX;
    ix_t through = through_members(&w, g);
    if (!through || (!state && !reverse_derive(r->t, g, 1, &leaf, conditions,
                                               &own)))
        return false;
    *out = state ? through : recursion_sum(r->t, own, through);
    return *out != 0;
}
