/* rebuild.c - a node with other children. */
#include <string.h>

#include "index/index.h"

static ix_t rebuild_product(struct ix_table *t, ix_t n, const ix_t *child)
{
    struct ix_node node = *ix_get(t, n);
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, n), node.order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, node.order, dims);
    uint32_t labels = ix_content(t, n)[0], i = 0;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map)
        p.failed = true;
    for (uint32_t l = 0; map && l < labels; l++)
        map[l] = l < node.order ? (uint16_t)l : UINT16_MAX;
    for (uint32_t k = 1; map && k < node.length; i++) {
        const uint32_t *w = ix_content(t, n) + k;
        ix_t f = w[0];
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, f)->order; a++) {
            if (map[w[2 + a]] == UINT16_MAX)
                map[w[2 + a]] = ix_product_label(&p, ix_dims(t, f)[a]);
            l[a] = map[w[2 + a]];
        }
        ix_product_factor(&p, child[i], w[1], l);
        k += ix_factor_words(t, f);
    }
    return ix_product_end(&p);
}

ix_t ix_rebuild(struct ix_table *t, ix_t n, const ix_t *child)
{
    const struct ix_node node = *ix_get(t, n);
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, n), node.order * sizeof *dims);
    if (node.kind == IX_PROD)
        return rebuild_product(t, n, child);
    if (node.kind == IX_SUM) {
        struct ix_sum s;
        ix_sum_begin(&s, t, node.order, dims);
        for (uint32_t k = 0; k < node.length; k += 2)
            ix_sum_add(&s, ix_content(t, n)[k], child[k / 2]);
        return ix_sum_end(&s);
    }
    if (node.kind == IX_FUN)
        return ix_fun(t, node.payload, node.length, child);
    if (node.kind == IX_OP || node.kind == IX_LINEAR)
        return ix_op(t, (enum ix_kind)node.kind, node.payload,
                     node.length, child, node.order, dims);
    return n;
}
