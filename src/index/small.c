/* small.c - products of one or two factors: transposes, powers, broadcasts. */
#include <string.h>

#include "index/index.h"

ix_t ix_permute(struct ix_table *t, ix_t n, const uint8_t *perm)
{
    if (!n)
        return 0;
    dim_t dims[IX_MAX_ORDER];
    uint16_t labels[IX_MAX_ORDER];
    uint32_t order = t->nodes[n].order;
    for (uint32_t a = 0; a < order; a++) {
        dims[a] = ix_dims(t, n)[perm[a]];
        labels[perm[a]] = (uint16_t)a;
    }
    if (t->nodes[n].kind == IX_SUM) {
        /* A permuted sum is the sum of its permuted terms. */
        struct ix_sum s;
        uint32_t length = t->nodes[n].length;
        ix_sum_begin(&s, t, order, dims);
        for (uint32_t k = 0; k < length; k += 2) {
            rat_t c = ix_content(t, n)[k];
            ix_t term = ix_content(t, n)[k + 1];
            struct ix_product p;
            ix_product_begin(&p, t, order, dims);
            ix_product_factor(&p, term, RAT_ONE, labels);
            ix_sum_add(&s, c, ix_product_end(&p));
        }
        return ix_sum_end(&s);
    }
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    ix_product_factor(&p, n, RAT_ONE, labels);
    return ix_product_end(&p);
}

ix_t ix_transpose(struct ix_table *t, ix_t n)
{
    static const uint8_t swap[2] = {1, 0};
    if (!n || t->nodes[n].order != 2)
        return n;
    return ix_permute(t, n, swap);
}

ix_t ix_times(struct ix_table *t, ix_t a, ix_t b)
{
    static const uint16_t own[IX_MAX_ORDER] = {0, 1, 2, 3, 4, 5,
                                               6, 7, 8, 9, 10, 11};
    if (!a || !b)
        return 0;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, a), t->nodes[a].order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, t->nodes[a].order, dims);
    ix_product_factor(&p, a, RAT_ONE, own);
    ix_product_factor(&p, b, RAT_ONE, own);
    return ix_product_end(&p);
}

ix_t ix_power(struct ix_table *t, ix_t a, rat_t exponent)
{
    static const uint16_t own[IX_MAX_ORDER] = {0, 1, 2, 3, 4, 5,
                                               6, 7, 8, 9, 10, 11};
    if (!a)
        return 0;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, a), t->nodes[a].order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, t->nodes[a].order, dims);
    ix_product_factor(&p, a, exponent, own);
    return ix_product_end(&p);
}

ix_t ix_broadcast(struct ix_table *t, ix_t n, uint32_t order,
                  const dim_t *dims, const uint8_t *to)
{
    if (!n)
        return 0;
    uint16_t labels[IX_MAX_ORDER];
    for (uint32_t a = 0; a < t->nodes[n].order; a++)
        labels[a] = to[a];
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    ix_product_factor(&p, n, RAT_ONE, labels);
    return ix_product_end(&p);
}
