/* narrow.c - products that do not depend on some of their axes. */
#include <string.h>

#include "index/index.h"

/* A bit for each own axis of the product at which a factor stands. */
static uint32_t used_axes(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    uint32_t used = 0;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k]))
        for (uint32_t a = 0; a < t->nodes[w[k]].order; a++)
            if (w[k + 2 + a] < node->order)
                used |= UINT32_C(1) << w[k + 2 + a];
    return used;
}

/* The product with its labels mapped to those of another. */
static void copy_factors(struct ix_table *t, ix_t n, struct ix_product *p,
                         uint16_t *map)
{
    uint32_t length = t->nodes[n].length;
    for (uint32_t k = 1; k < length && !p->failed;) {
        const uint32_t *c = ix_content(t, n) + k;
        ix_t inner = c[0];
        rat_t exponent = c[1];
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < t->nodes[inner].order; a++) {
            uint32_t old = ix_content(t, n)[k + 2 + a];
            if (map[old] == UINT16_MAX)
                map[old] = ix_product_label(p, ix_dims(t, inner)[a]);
            l[a] = map[old];
        }
        ix_product_factor(p, inner, exponent, l);
        k += ix_factor_words(t, inner);
    }
}

ix_t ix_narrowed(struct ix_table *t, ix_t n, uint8_t *to)
{
    const struct ix_node *node = &t->nodes[n];
    uint32_t order = node->order, m = 0;
    dim_t dims[IX_MAX_ORDER];
    if (node->kind != IX_PROD || !order || node->length < 2)
        return n;
    uint32_t used = used_axes(t, n), labels = ix_content(t, n)[0];
    if (used + 1 == UINT32_C(1) << order)
        return n;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map)
        return 0;
    for (uint32_t l = 0; l < labels; l++)
        map[l] = UINT16_MAX;
    for (uint32_t a = 0; a < order; a++)
        if (used >> a & 1) {
            dims[m] = ix_dims(t, n)[a];
            map[a] = (uint16_t)m;
            to[m++] = (uint8_t)a;
        }
    struct ix_product p;
    ix_product_begin(&p, t, m, dims);
    copy_factors(t, n, &p, map);
    ix_t result = ix_product_end(&p);
    arena_release(&t->scratch, mark);
    return result;
}
