/* reverse.c - reverse-mode differentiation of index terms.
 *
 * The adjoint of a node v is the tensor d f / d v, with the axes of f first.
 * Ids ascend from children to parents, so a walk downward meets every node
 * after all that use it. */
#include "derive/reverse.h"

#include <string.h>

#include "derive/differential.h"
#include "derive/walk.h"

/* In a large expression, such as a deep network, an adjoint is a factor of the
 * next ones rather than part of them: linear, not shortest. */
enum { MANY_NODES = 128, MANY_FLATTEN_LIMIT = 2 };

struct contribution {
    ix_t node;
    struct contribution *next;
};

static uint32_t count_children(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    if (node->kind == IX_SUM)
        return node->length / 2;
    if (node->kind == IX_SERIES)
        return 1;
    if (node->kind != IX_PROD)
        return node->kind >= IX_FUN ? node->length : 0;
    uint32_t count = 0;
    const uint32_t *w = ix_content(t, n);
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k]))
        count++;
    return count;
}

static bool allocate(struct reverse *r)
{
    struct arena *a = &r->t->scratch;
    r->place = ARENA_ARRAY(a, uint32_t, r->nleaves);
    r->gradient = ARENA_ARRAY(a, ix_t, r->n);
    r->first = ARENA_ARRAY(a, uint32_t, r->n + 1);
    r->active = ARENA_ARRAY(a, uint8_t, r->n);
    r->adjoint = ARENA_ARRAY(a, struct contribution *, r->n);
    return r->first && r->active && r->adjoint && r->place && r->gradient;
}

/* Finds the leaves asked for among the nodes listed last, and marks them. */
static void mark_leaves(struct reverse *r)
{
    struct ix_table *t = r->t;
    for (uint32_t k = 0; k < r->nleaves; k++) {
        bool there = t->stamps[r->leaves[k]] == t->pass &&
                     !reverse_member(t, r->leaves[k]);
        r->place[k] = there ? t->positions[r->leaves[k]] : UINT32_MAX;
        if (there)
            r->active[r->place[k]] = 1;
    }
    for (uint32_t i = 0; i < r->n; i++)
        r->active[i] |= reverse_wants(r, r->list[i]);
}

/* Lists the nodes and where their children stand; marks the active ones. */
static bool prepare(struct reverse *r, ix_t f)
{
    struct ix_table *t = r->t;
    r->list = ix_reach(t, f, &r->n);
    if (!r->list || !allocate(r))
        return false;
    mark_leaves(r);
    for (uint32_t i = 0; i < r->n; i++)
        r->first[i + 1] = r->first[i] + count_children(t, r->list[i]);
    r->child = ARENA_ARRAY(&t->scratch, uint32_t, r->first[r->n] + 1);
    ix_t *ids = ARENA_ARRAY(&t->scratch, ix_t, r->first[r->n] + 1);
    if (!r->child || !ids)
        return false;
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t at = r->first[i], count = r->first[i + 1] - at;
        ix_children(t, r->list[i], ids + at, count);
        for (uint32_t k = at; k < at + count; k++) {
            r->child[k] = t->positions[ids[k]];
            r->active[i] |= r->active[r->child[k]];
        }
    }
    return true;
}

bool reverse_contribute(struct reverse *r, uint32_t position, ix_t node)
{
    struct contribution *c =
        node ? ARENA_ARRAY(&r->t->scratch, struct contribution, 1) : NULL;
    if (!c)
        return false;
    c->node = node;
    c->next = r->adjoint[position];
    r->adjoint[position] = c;
    return true;
}

static ix_t collect(struct reverse *r, uint32_t position)
{
    struct ix_table *t = r->t;
    struct contribution *c = r->adjoint[position];
    if (!c->next)
        return c->node;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, c->node)->order;
    memcpy(dims, ix_dims(t, c->node), order * sizeof *dims);
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    for (; c; c = c->next)
        ix_sum_add(&s, RAT_ONE, c->node);
    return ix_sum_end(&s);
}

static bool reverse_node(struct reverse *r, uint32_t i)
{
    ix_t v = r->list[i], adj = collect(r, i);
    if (!adj)
        return false;
    if (ix_is_zero(r->t, adj))
        return true;
    switch ((enum ix_kind)ix_get(r->t, v)->kind) {
    case IX_LEAF:
        r->gradient[i] = adj;
        return reverse_note(r, v, adj);
    case IX_SERIES:
        return reverse_series(r, i, adj);
    case IX_PROD:
        return reverse_product(r, i, adj);
    case IX_SUM:
        return reverse_sum(r, i, adj);
    case IX_FUN:
        return reverse_fun(r, i, adj);
    case IX_OP:
        return ix_as_applied(ix_get(r->t, v)) ? reverse_applied(r, i, adj)
                                              : reverse_op(r, i, adj);
    case IX_LINEAR:
        return reverse_linear(r, i, adj);
    default:
        return true;
    }
}

static ix_t zero_derivative(struct reverse *r, ix_t leaf)
{
    dim_t dims[2 * IX_MAX_ORDER];
    uint32_t own = ix_get(r->t, leaf)->order;
    memcpy(dims, r->outer_dims, r->outer * sizeof *dims);
    memcpy(dims + r->outer, ix_dims(r->t, leaf), own * sizeof *dims);
    return ix_zero(r->t, r->outer + own, dims);
}

bool reverse_walk(struct reverse *r, ix_t f, ix_t seed)
{
    if (!f || !seed || !prepare(r, f))
        return false;
    uint32_t flatten_limit = r->t->flatten_limit;
    if (r->n > MANY_NODES)
        r->t->flatten_limit = MANY_FLATTEN_LIMIT;
    bool ok = !r->active[r->n - 1] || reverse_contribute(r, r->n - 1, seed);
    for (uint32_t i = r->n; ok && i-- > 0;)
        if (r->active[i] && r->adjoint[i])
            ok = reverse_node(r, i);
    r->t->flatten_limit = flatten_limit;
    return ok;
}

static bool reverse_results(struct reverse *r, ix_t *out)
{
    for (uint32_t k = 0; k < r->nleaves; k++)
        if (r->place[k] != UINT32_MAX)
            out[k] = r->gradient[r->place[k]];
    if (!reverse_add_found(r, out))
        return false;
    for (uint32_t k = 0; k < r->nleaves; k++)
        if (!out[k] && !(out[k] = zero_derivative(r, r->leaves[k])))
            return false;
    return true;
}

bool reverse_seeded(struct ix_table *t, ix_t f, ix_t seed, uint32_t outer,
                    const dim_t *outer_dims, uint32_t n, const ix_t *leaves,
                    struct conditions *conditions, ix_t *out, uint32_t depth)
{
    struct reverse r = {.t = t,
                        .outer = outer,
                        .nleaves = n,
                        .leaves = leaves,
                        .conditions = conditions,
                        .depth = depth};
    struct arena_mark mark = arena_mark(&t->scratch);
    if (outer)
        memcpy(r.outer_dims, outer_dims, outer * sizeof *outer_dims);
    for (uint32_t k = 0; k < n; k++)
        out[k] = 0;
    bool ok = reverse_walk(&r, f, seed) && reverse_results(&r, out);
    arena_release(&t->scratch, mark);
    return ok && !fault_is_set(t->mem->fault);
}

/* The derivative of f by itself, with f's axes twice: `dims`. */
static ix_t first_seed(struct ix_table *t, ix_t f, uint32_t n,
                       const ix_t *leaves, dim_t *dims)
{
    uint32_t order = ix_get(t, f)->order;
    bool fits = 2 * order <= IX_MAX_ORDER;
    for (uint32_t k = 0; k < n; k++)
        fits = fits && leaves[k] &&
               order + ix_get(t, leaves[k])->order <= IX_MAX_ORDER;
    if (!fits) {
        fault_set(t->mem->fault, FAULT_LIMIT,
                  "a derivative of more than %d axes", IX_MAX_ORDER);
        return 0;
    }
    memcpy(dims, ix_dims(t, f), order * sizeof *dims);
    memcpy(dims + order, ix_dims(t, f), order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, 2 * order, dims);
    for (uint32_t a = 0; a < order; a++)
        ix_product_factor(&p, ix_delta(t, dims[a]), RAT_ONE,
                          (uint16_t[]){(uint16_t)a, (uint16_t)(order + a)});
    return ix_product_end(&p);
}

bool reverse_from(struct ix_table *t, ix_t f, uint32_t n, const ix_t *leaves,
                  struct conditions *conditions, ix_t *out, uint32_t depth)
{
    dim_t dims[2 * IX_MAX_ORDER];
    ix_t seed = f ? first_seed(t, f, n, leaves, dims) : 0;
    return seed && reverse_seeded(t, f, seed, ix_get(t, f)->order, dims, n,
                                  leaves, conditions, out, depth);
}

bool reverse_members(struct ix_table *t, ix_t f, decl_t family,
                     symbol_t place, struct conditions *conditions,
                     struct reverse_found **out)
{
    dim_t dims[2 * IX_MAX_ORDER], self = dim_from_symbol(t->x->dims, place);
    ix_t leaf = differential_leaf(t, expr_member(t->x, family, &self));
    ix_t seed = f && leaf ? first_seed(t, f, 1, &leaf, dims) : 0;
    struct reverse r = {.t = t,
                        .nleaves = 1,
                        .leaves = &leaf,
                        .conditions = conditions,
                        .every = place};
    if (!seed)
        return false;
    r.outer = ix_get(t, f)->order;
    memcpy(r.outer_dims, dims, r.outer * sizeof *dims);
    if (!reverse_walk(&r, f, seed))
        return false;
    *out = r.found;
    for (struct reverse_found *p = *out; p; p = p->next)
        if (!p->low)
            p->low = p->high = p->at[0];
    return !fault_is_set(t->mem->fault);
}

bool reverse_derive(struct ix_table *t, ix_t f, uint32_t n,
                    const ix_t *leaves, struct conditions *conditions,
                    ix_t *out)
{
    return reverse_from(t, f, n, leaves, conditions, out, 0);
}
