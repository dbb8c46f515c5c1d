/* adjoint.c - derivatives through recursions, backward.
 *
 * With v{l} = S_v(l; u{l-d}, ..., W{l}, ...) for all families u, v of a
 * recursion and f a function of some of their members, let delta_v{l} be the
 * derivative of f by v{l}, later members varied with it.  Then
 *
 *   delta_u{l} = df/du{l} + sum(v, d: the derivative of
 *                               <delta_v{l+d}, S_v(l+d)> by u{l}),
 *
 * all other members and delta held fixed, where l+d is a place that v has; and
 * the derivative by W{p} is that of sum(v, l: <delta_v{l}, S_v(l)>) besides
 * that of f itself.  As all of it is linear in f, members of which it is not
 * known which comes later have a delta each: a group. */
#include <string.h>

#include "derive/differential.h"
#include "derive/recursion.h"
#include "derive/reverse.h"

enum { MAX_SOURCES = 16 };

/* The derivative of f by the members low .. high of a state. */
struct source {
    uint32_t state, group;
    struct recursion_part part;
};

struct backward {
    struct recursion *r;
    struct ix_table *t;
    ix_t f;
    uint32_t n;
    struct source source[MAX_SOURCES];
    uint32_t groups;
    dim_t end[RECURSION_MAX_GROUPS][RECURSION_MAX_STATES]; /* 0: not met */
    decl_t delta[RECURSION_MAX_GROUPS][RECURSION_MAX_STATES];
    struct conditions *conditions;
};

static bool difference(struct ix_table *t, dim_t a, dim_t b, int64_t *by)
{
    dim_t d = dim_sub(t->x->dims, a, b);
    return d && dim_is_int(t->x->dims, d, by);
}

/* ------------------------------------------------------------ the sources */

/* Members behind the last one that a recursion tells are variables. */
static bool is_told(struct backward *b, const struct recursion_state *s,
                    dim_t last, bool *told)
{
    *told = true;
    return !s->high ||
           reverse_size_has(b->t, dim_sub(b->t->x->dims, s->high, last),
                            PROP_NONNEG, b->conditions, told);
}

static bool add_source(struct backward *b, uint32_t state,
                       const struct reverse_found *found)
{
    struct ix_table *t = b->t;
    bool told;
    if (ix_is_zero(t, found->adjoint))
        return true;
    if (dim_any_symbol(t->x->dims, found->high, series_is_bound, t))
        return recursion_unsupported(
            t, "a derivative through a recursion whose member stands in a "
               "sum that does not tell which", "a{l}, a{l-1} or a{L}");
    if (!is_told(b, &b->r->state[state], found->high, &told) || !told)
        return !fault_is_set(t->mem->fault);
    if (b->n == MAX_SOURCES)
        return fault_set(t->mem->fault, FAULT_LIMIT,
                         "more than %d members of recursions", MAX_SOURCES);
    b->source[b->n++] = (struct source){
        .state = state,
        .part = {.low = found->low,
                 .high = found->high,
                 .value = recursion_with_members(b->r, NULL, found->adjoint),
                 .lag = -1}};
    return true;
}

static bool find_sources(struct backward *b)
{
    struct ix_table *t = b->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    bool ok = true;
    for (uint32_t i = 0; ok && i < b->r->n; i++) {
        struct reverse_found *list;
        ok = reverse_members(t, b->f, b->r->state[i].family,
                             b->r->parameter, b->conditions, &list);
        for (; ok && list; list = list->next)
            ok = add_source(b, i, list);
    }
    arena_release(&t->scratch, mark);
    return ok;
}

/* Sources that end at known distances are one group. */
static bool find_groups(struct backward *b)
{
    dim_t top[RECURSION_MAX_GROUPS];
    for (uint32_t k = 0; k < b->n; k++) {
        struct source *s = &b->source[k];
        dim_t *end;
        int64_t by;
        uint32_t g = 0;
        while (g < b->groups &&
               !difference(b->t, s->part.high, top[g], &by))
            g++;
        if (g == RECURSION_MAX_GROUPS)
            return recursion_unsupported(
                b->t, "a derivative through a recursion with members at more "
                      "than four places", "fewer places");
        if (g == b->groups)
            top[b->groups++] = s->part.high;
        s->group = g;
        end = &b->end[g][s->state];
        if (!*end || (difference(b->t, s->part.high, *end, &by) && by > 0))
            *end = s->part.high;
    }
    return true;
}

/* ------------------------------------------------------------- the states */

/* The last member that a step contributes to in a group; 0: none. */
static dim_t last_of(const struct backward *b, uint32_t g,
                     const struct recursion_step *s)
{
    dim_t end = b->end[g][s->state];
    int64_t by;
    if (!end || !s->high)
        return end;
    if (difference(b->t, s->high, end, &by))
        return by > 0 ? end : s->high;
    return s->high == b->r->state[s->state].high ? end : s->high;
}

/* The members of states that a step is made of, and how far back. */
struct occurrence {
    uint32_t state;
    ix_t leaf;
    int64_t lag;
};
enum { MAX_OCCURRENCES = 24 };

static bool find_occurrences(struct backward *b,
                             const struct recursion_step *s,
                             struct occurrence *out, uint32_t *n)
{
    struct ix_table *t = b->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, s->value, &count);
    bool ok = list != NULL;
    *n = 0;
    for (uint32_t i = 0; ok && i < count; i++) {
        struct occurrence o = {recursion_state_of(b->r, list[i]), list[i], 0};
        if (o.state == UINT32_MAX)
            continue;
        ok = (recursion_lag(b->r, s, list[i], &o.lag) && o.lag >= 0 &&
              o.lag < 1000) ||
             recursion_unsupported(t, "a derivative through a recursion that "
                                      "is not by earlier members at known "
                                      "distances", "a{l} made of a{l-1}");
        if (ok && *n == MAX_OCCURRENCES)
            ok = fault_set(t->mem->fault, FAULT_LIMIT,
                           "more than %d members in a step",
                           MAX_OCCURRENCES);
        if (ok)
            out[(*n)++] = o;
    }
    arena_release(&t->scratch, mark);
    return ok;
}

/* The last member of a state that one of a step is made of. */
static bool raise_end(struct backward *b, uint32_t g,
                      const struct recursion_step *s,
                      const struct occurrence *o)
{
    struct dims *d = b->t->x->dims;
    dim_t last = last_of(b, g, s), *to = &b->end[g][o->state];
    int64_t by;
    if (!last)
        return true;
    dim_t end = dim_sub(d, last, dim_from_int(d, o->lag));
    if (end && (!*to || (difference(b->t, end, *to, &by) && by > 0)))
        *to = end;
    return end != 0;
}

/* The last members that f depends on, through steps too. */
static bool find_ends(struct backward *b)
{
    struct occurrence o[MAX_OCCURRENCES];
    uint32_t n;
    for (uint32_t pass = 0; pass < b->r->n; pass++)
        for (uint32_t v = 0; v < b->r->steps; v++) {
            if (!find_occurrences(b, &b->r->step[v], o, &n))
                return false;
            for (uint32_t k = 0; k < n * b->groups; k++)
                if (!raise_end(b, k / n, &b->r->step[v], &o[k % n]))
                    return false;
        }
    return true;
}

/* Of a state that several steps tell, the last one is reached. */
static bool check_ends(struct backward *b)
{
    struct dims *d = b->t->x->dims;
    bool holds;
    for (uint32_t g = 0; g < b->groups; g++)
        for (uint32_t v = 0; v < b->r->steps; v++) {
            const struct recursion_step *s = &b->r->step[v];
            dim_t end = b->end[g][s->state];
            if (end && s->high && s->high != b->r->state[s->state].high &&
                !reverse_size_has(b->t, dim_sub(d, end, s->high),
                                  PROP_NONNEG, b->conditions, &holds))
                return false;
        }
    return true;
}

static struct recursion_axes axes_of(const struct backward *b, uint32_t state)
{
    struct ix_table *t = b->t;
    dim_t self = dim_from_symbol(t->x->dims, b->r->parameter);
    ix_t leaf = recursion_member(t, b->r->state[state].family, self);
    struct recursion_axes a = {.outer = ix_get(t, b->f)->order,
                               .own = ix_get(t, leaf)->order};
    memcpy(a.dims, ix_dims(t, b->f), a.outer * sizeof *a.dims);
    memcpy(a.dims + a.outer, ix_dims(t, leaf), a.own * sizeof *a.dims);
    return a;
}

static bool declare_deltas(struct backward *b)
{
    for (uint32_t g = 0; g < b->groups; g++)
        for (uint32_t v = 0; v < b->r->n; v++) {
            const struct recursion_axes a = axes_of(b, v);
            if (b->end[g][v] &&
                !(b->delta[g][v] = recursion_declare(b->r, "delta", v, &a)))
                return false;
        }
    return true;
}

/* <delta_v{l}, S_v(l)>, with f's axes. */
static ix_t pairing(const struct backward *b, uint32_t g,
                    const struct recursion_step *s)
{
    struct ix_table *t = b->t;
    const struct recursion_axes a = axes_of(b, s->state);
    ix_t delta = recursion_spread(t, b->delta[g][s->state],
                                  recursion_place(b->r, s), &a);
    struct ix_product p;
    uint16_t labels[IX_MAX_ORDER];
    dim_t dims[IX_MAX_ORDER];
    if (!delta)
        return 0;
    memcpy(dims, ix_dims(t, delta), (a.outer + a.own) * sizeof *dims);
    ix_product_begin(&p, t, a.outer, dims);
    for (uint32_t i = 0; i < a.outer + a.own; i++)
        labels[i] = i < a.outer ? (uint16_t)i : ix_product_label(&p, dims[i]);
    ix_product_factor(&p, delta, RAT_ONE, labels);
    ix_product_factor(&p, s->value, RAT_ONE, labels + a.outer);
    return ix_product_end(&p);
}

/* ---------------------------------------------------------- the equations */

/* What a step contributes to delta of the state of one of its members. */
static bool step_part(struct backward *b, uint32_t g,
                      const struct recursion_step *s,
                      const struct occurrence *o, struct recursion_part *part)
{
    struct ix_table *t = b->t;
    struct dims *d = t->x->dims;
    dim_t lag = dim_from_int(d, o->lag);
    struct dim_replacement ahead = {
        b->r->parameter,
        dim_add(d, dim_from_symbol(d, b->r->parameter), lag)};
    ix_t value = pairing(b, g, s);
    if (!value || !reverse_derive(t, value, 1, &o->leaf, NULL, &value))
        return false;
    value = recursion_with_members(b->r, s, value);
    *part = (struct recursion_part){
        .low = dim_sub(d, s->low, lag),
        .high = dim_sub(d, last_of(b, g, s), lag),
        .value = value ? ix_replace_size(t, value, ahead) : 0,
        .lag = (int32_t)o->lag};
    return part->value != 0;
}

/* All that delta of a state in a group is made of. */
static bool find_parts(struct backward *b, uint32_t g, uint32_t state,
                       struct recursion_part *part, uint32_t *count)
{
    struct occurrence o[MAX_OCCURRENCES];
    uint32_t n;
    *count = 0;
    for (uint32_t k = 0; k < b->n; k++)
        if (b->source[k].group == g && b->source[k].state == state)
            part[(*count)++] = b->source[k].part;
    for (uint32_t v = 0; v < b->r->steps; v++) {
        const struct recursion_step *s = &b->r->step[v];
        if (!b->end[g][s->state])
            continue;
        if (!find_occurrences(b, s, o, &n))
            return false;
        for (uint32_t k = 0; k < n; k++) {
            if (o[k].state != state)
                continue;
            if (*count == RECURSION_MAX_PIECES)
                return fault_set(b->t->mem->fault, FAULT_LIMIT,
                                 "more than %d terms in a recursion",
                                 RECURSION_MAX_PIECES);
            if (!step_part(b, g, s, &o[k], &part[(*count)++]))
                return false;
        }
    }
    return true;
}

/* Whether a step begins with a member that no step tells. */
static bool is_before(struct backward *b, const struct recursion_step *s,
                      const struct occurrence *o)
{
    int64_t by;
    return difference(b->t, s->low, b->r->state[o->state].first, &by) &&
           by < o->lag;
}

/* Whether a recursion has members before its first one that it begins with. */
static bool has_initial(struct backward *b, uint32_t state)
{
    struct occurrence o[MAX_OCCURRENCES];
    uint32_t n;
    for (uint32_t v = 0; v < b->r->steps; v++) {
        if (!find_occurrences(b, &b->r->step[v], o, &n))
            return false;
        for (uint32_t k = 0; k < n; k++)
            if (o[k].state == state && is_before(b, &b->r->step[v], &o[k]))
                return true;
    }
    return false;
}

/* The first member that is derived by, itself or through steps. */
static dim_t lowest_place(struct backward *b, uint32_t state,
                          const struct decl *target)
{
    struct dims *d = b->t->x->dims;
    dim_t first = b->r->state[state].first;
    int64_t by;
    if (!target || !has_initial(b, state))
        return first;
    if (!difference(b->t, target->at[0], first, &by))
        return dim_sub(d, first, DIM_ONE);
    return by < 0 ? target->at[0] : first;
}

/* `target` is a member of a state that is derived by, or NULL. */
static bool find_equations(struct backward *b, const struct decl *target,
                           struct recursion_result *result)
{
    struct recursion_part part[MAX_SOURCES + RECURSION_MAX_PIECES];
    uint32_t n;
    for (uint32_t g = 0; g < b->groups; g++)
        for (uint32_t v = 0; v < b->r->n; v++) {
            if (!b->end[g][v])
                continue;
            if (!find_parts(b, g, v, part, &n))
                return false;
            const struct recursion_axes a = axes_of(b, v);
            for (uint32_t k = 0; k < n; k++)
                part[k].value =
                    recursion_arranged(b->t, part[k].value, &a);
            bool own = target &&
                       target->family == b->r->state[v].family;
            if (!recursion_pieces(b->t, b->r->parameter, b->delta[g][v], n,
                                  part,
                                  lowest_place(b, v, own ? target : NULL),
                                  b->end[g][v], b->conditions, result))
                return false;
        }
    return true;
}

/* ----------------------------------------------------------- the derivative */

/* A member that no step goes back to is not one that f has, either. */
static bool apart_from_sources(struct backward *b, uint32_t g, uint32_t v,
                               dim_t at)
{
    struct dims *d = b->t->x->dims;
    bool holds;
    for (uint32_t k = 0; k < b->n; k++) {
        const struct source *s = &b->source[k];
        dim_t by = dim_sub(d, s->part.low, at);
        int64_t known;
        if (s->group != g || s->state != v || dim_is_int(d, by, &known))
            continue;
        bool one = s->part.low == s->part.high;
        if (!reverse_size_has(b->t, one ? by : dim_sub(d, by, DIM_ONE),
                              one ? PROP_NONZERO : PROP_NONNEG,
                              b->conditions, &holds))
            return false;
    }
    return true;
}

/* delta_v{p}, or what it is if p is its last place. */
static bool by_state_of(struct backward *b, uint32_t g, uint32_t v,
                        const struct decl *target,
                        const struct recursion_result *result, ix_t *out)
{
    struct dims *d = b->t->x->dims;
    dim_t at = target->at[0];
    dim_t lowest = lowest_place(b, v, target);
    const struct recursion_axes a = axes_of(b, v);
    bool in, behind;
    if (!reverse_is_behind(b->t, at, b->end[g][v], b->conditions, &behind))
        return false;
    if (behind)
        return true;
    /* by the last member of one recursion nothing but f tells */
    in = b->r->n == 1 && at == b->end[g][v];
    if (!in && !reverse_size_has(b->t, dim_sub(d, at, lowest), PROP_NONNEG,
                                 b->conditions, &in))
        return false;
    if (in && !reverse_size_has(b->t, dim_sub(d, b->end[g][v], at),
                                PROP_NONNEG, b->conditions, &in))
        return false;
    if (!in)
        return apart_from_sources(b, g, v, at);
    ix_t value = recursion_spread(b->t, b->delta[g][v], at, &a);
    for (uint32_t k = 0; k < result->n && a.outer + a.own <= 2; k++) {
        const struct recursion_piece *p = &result->piece[k];
        if (at == b->end[g][v] && p->single && p->low == at &&
            p->family == b->delta[g][v])
            value = p->value;
    }
    *out = recursion_sum(b->t, *out, value);
    return *out != 0;
}

static bool by_state(struct backward *b, ix_t leaf,
                     const struct recursion_result *result, ix_t *out)
{
    const struct decl target = *reverse_member(b->t, leaf);
    uint32_t v = recursion_state_of(b->r, leaf);
    for (uint32_t g = 0; g < b->groups; g++)
        if (b->end[g][v] && !by_state_of(b, g, v, &target, result, out))
            return false;
    return true;
}

/* What one leaf of a step contributes, summed over the steps. */
static bool through_leaf(struct backward *b, uint32_t g,
                         const struct recursion_step *s, ix_t one, ix_t at,
                         ix_t leaf, ix_t *out)
{
    struct ix_table *t = b->t;
    struct ix_series steps = {.kind = SERIES_SUM,
                              .symbol = b->r->parameter,
                              .low = s->low,
                              .high = last_of(b, g, s)};
    struct reverse_found f = {.asked = 0};
    const struct decl *d = reverse_member(t, at);
    ix_t value;
    bool is = true;
    if (d)
        memcpy(f.at, d->at, sizeof f.at);
    if (!reverse_derive(t, one, 1, &at, NULL, &value))
        return false;
    f.adjoint = recursion_with_members(b->r, s, value);
    if (!f.adjoint || ix_is_zero(t, f.adjoint))
        return f.adjoint != 0;
    if (d) {
        if (!reverse_solve(t, &steps, reverse_member(t, leaf), &f,
                           b->conditions) ||
            (f.adjoint && !reverse_is_target(t, reverse_member(t, leaf), &f,
                                             b->conditions, &is)))
            return false;
    } else {
        steps.body = f.adjoint;
        f.adjoint = ix_series(t, steps);
    }
    if (f.adjoint && is)
        *out = recursion_sum(t, *out, f.adjoint);
    return !fault_is_set(t->mem->fault);
}

static bool through_step(struct backward *b, uint32_t g,
                         const struct recursion_step *s, ix_t leaf, ix_t *out)
{
    struct ix_table *t = b->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    ix_t one = pairing(b, g, s);
    uint32_t n;
    const ix_t *list = one ? ix_reach(t, one, &n) : NULL;
    const struct decl *target = reverse_member(t, leaf);
    decl_t family = target ? target->family : 0;
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct decl *d = reverse_member(t, list[i]);
        if (d ? d->family == family : list[i] == leaf)
            ok = through_leaf(b, g, s, one, list[i], leaf, out);
    }
    arena_release(&t->scratch, mark);
    return ok;
}

/* The derivative of f by a leaf that is no member of a state. */
static bool by_parameter(struct backward *b, ix_t leaf, ix_t *out)
{
    bool ok = reverse_derive(b->t, b->f, 1, &leaf, b->conditions, out);
    for (uint32_t g = 0; g < b->groups; g++)
        for (uint32_t v = 0; ok && v < b->r->steps; v++) {
            const struct recursion_step *s = &b->r->step[v];
            ok = !b->end[g][s->state] || through_step(b, g, s, leaf, out);
        }
    return ok;
}

/* Whether a delta of any state is left in n. */
static bool has_delta(const struct backward *b, ix_t n)
{
    struct arena_mark mark = arena_mark(&b->t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(b->t, n, &count);
    bool found = false;
    for (uint32_t i = 0; list && i < count && !found; i++) {
        const struct decl *m = reverse_member(b->t, list[i]);
        for (uint32_t k = 0; m && k < b->groups * b->r->n; k++)
            found = found ||
                    b->delta[k / b->r->n][k % b->r->n] == m->family;
    }
    arena_release(&b->t->scratch, mark);
    return found;
}

/* The names of deltas that nothing is made of are free again. */
static bool forget_deltas(const struct backward *b)
{
    for (uint32_t k = 0; k < b->groups * b->r->n; k++) {
        decl_t d = b->delta[k / b->r->n][k % b->r->n];
        if (d)
            recursion_forget(b->t, d);
    }
    return !fault_is_set(b->t->mem->fault);
}

/* A member behind those that its recursion tells. */
static bool is_beyond(const struct recursion *r, ix_t leaf)
{
    uint32_t v = recursion_state_of(r, leaf);
    dim_t high = v < r->n ? r->state[v].high : 0;
    int64_t by;
    return high &&
           difference(r->t, reverse_member(r->t, leaf)->at[0], high, &by) &&
           by > 0;
}

bool recursion_derive(struct recursion *r, ix_t f, ix_t leaf,
                      struct conditions *conditions, ix_t *out,
                      struct recursion_result *result)
{
    struct backward b = {
        .r = r, .t = r->t, .f = f, .conditions = conditions};
    bool state = recursion_state_of(r, leaf) != UINT32_MAX;
    const struct decl *target = state ? reverse_member(r->t, leaf) : NULL;
    const struct decl own = target ? *target : (struct decl){.family = 0};
    result->n = 0;
    if (r->downward)
        return recursion_unsupported(r->t, "a derivative through a recursion "
                                           "that runs downward",
                                     "a{l} made of a{l-1}");
    if (!find_sources(&b))
        return false;
    if (!b.n || is_beyond(r, leaf))
        return reverse_derive(r->t, f, 1, &leaf, conditions, out);
    *out = 0;
    if (!find_groups(&b) || !find_ends(&b) || !declare_deltas(&b) ||
        (!state && !by_parameter(&b, leaf, out)))
        return false;
    if (*out && !has_delta(&b, *out))
        return forget_deltas(&b);
    if (!check_ends(&b) ||
        !find_equations(&b, state ? &own : NULL, result) ||
        (state && !by_state(&b, leaf, result, out)))
        return false;
    if (!*out) {
        const struct recursion_axes a =
            axes_of(&b, recursion_state_of(r, leaf));
        *out = ix_zero(r->t, a.outer + a.own, a.dims);
    }
    return *out != 0;
}
