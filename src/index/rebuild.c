/* rebuild.c - a node with other children, and with other sizes. */
#include <string.h>

#include "index/index.h"

/* What the sizes of the node become. */
static bool replaced_dims(struct ix_table *t, ix_t n,
                          struct dim_replacement r, dim_t *dims)
{
    uint32_t order = ix_get(t, n)->order;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    for (uint32_t a = 0; r.symbol && a < order; a++)
        if (!(dims[a] = dim_replace(t->x->dims, dims[a], r)))
            return false;
    return true;
}

static ix_t rebuild_product(struct ix_table *t, ix_t n, const ix_t *child,
                            const dim_t *dims)
{
    struct ix_node node = *ix_get(t, n);
    struct ix_product p;
    ix_product_begin(&p, t, node.order, dims);
    uint32_t labels = ix_content(t, n)[0], i = 0;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map)
        p.failed = true;
    for (uint32_t l = 0; map && l < labels; l++)
        map[l] = l < node.order ? (uint16_t)l : UINT16_MAX;
    for (uint32_t k = 1; map && k < node.length && !p.failed; i++) {
        const uint32_t *w = ix_content(t, n) + k;
        ix_t f = w[0];
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, f)->order; a++) {
            if (map[w[2 + a]] == UINT16_MAX)
                map[w[2 + a]] =
                    ix_product_label(&p, ix_dims(t, child[i])[a]);
            l[a] = map[w[2 + a]];
        }
        ix_product_factor(&p, child[i], w[1], l);
        k += ix_factor_words(t, f);
    }
    return ix_product_end(&p);
}

static ix_t rebuild_sum(struct ix_table *t, ix_t n, const ix_t *child,
                        const dim_t *dims)
{
    struct ix_sum s;
    ix_sum_begin(&s, t, ix_get(t, n)->order, dims);
    for (uint32_t k = 0; k < ix_get(t, n)->length; k += 2)
        ix_sum_add(&s, ix_content(t, n)[k], child[k / 2]);
    return ix_sum_end(&s);
}

static ix_t rebuild_series(struct ix_table *t, ix_t n, ix_t body,
                           struct dim_replacement r)
{
    struct ix_series s = ix_series_get(t, n);
    s.body = body;
    if (r.symbol) {
        s.low = dim_replace(t->x->dims, s.low, r);
        s.high = dim_replace(t->x->dims, s.high, r);
    }
    return ix_series(t, s);
}

static ix_t rebuild_leaf(struct ix_table *t, ix_t n, const dim_t *dims,
                         struct dim_replacement r)
{
    const struct ix_node node = *ix_get(t, n);
    switch ((enum ix_kind)node.kind) {
    case IX_LEAF:
        return ix_leaf(t, expr_replace_size(t->x, node.payload, r),
                       node.order, dims);
    case IX_SIZE:
        return ix_size(t, dim_replace(t->x->dims, node.payload, r));
    case IX_DELTA:
        return ix_delta(t, dims[0]);
    case IX_PAIR:
        return ix_pair(t, dims[1], dims[2]);
    case IX_BASIS:
        return ix_basis(t, dims[0],
                        dim_replace(t->x->dims, node.payload, r));
    case IX_SELECT:
        return ix_select(t, dims[0],
                         dim_replace(t->x->dims, node.payload, r), dims[1]);
    default:
        return n;
    }
}

ix_t ix_rebuild_sizes(struct ix_table *t, ix_t n, const ix_t *child,
                      struct dim_replacement r)
{
    const struct ix_node node = *ix_get(t, n);
    dim_t dims[IX_MAX_ORDER];
    if (!replaced_dims(t, n, r, dims))
        return 0;
    switch ((enum ix_kind)node.kind) {
    case IX_PROD:
        return rebuild_product(t, n, child, dims);
    case IX_SUM:
        return rebuild_sum(t, n, child, dims);
    case IX_SERIES:
        return rebuild_series(t, n, child[0], r);
    case IX_FUN:
        return ix_fun(t, node.payload, node.length, child);
    case IX_OP:
    case IX_LINEAR:
        return ix_op(t, (enum ix_kind)node.kind, node.payload,
                     node.length, child, node.order, dims);
    default:
        return r.symbol ? rebuild_leaf(t, n, dims, r) : n;
    }
}

ix_t ix_rebuild(struct ix_table *t, ix_t n, const ix_t *child)
{
    return ix_rebuild_sizes(t, n, child, (struct dim_replacement){0, 0});
}
