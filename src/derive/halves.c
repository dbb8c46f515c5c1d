/* halves.c - derivatives of products of many factors.
 *
 * Factor by factor, a product of n factors has n terms of n factors.  By
 * halves, (L*R)' = L'*R + L*R' and so on within L and R, it has about
 * n*log2(n) of them, and as many nodes as that. */
#include <string.h>

#include "derive/reverse.h"

enum { MANY_FACTORS = 32, SHORT_FLATTEN_LIMIT = 2 };

struct halves {
    struct ix_table *t;
    ix_t leaf;
    struct conditions *conditions;
    uint32_t order, all; /* axes of the product; with those of the leaf */
    dim_t dims[IX_MAX_ORDER];
    uint32_t n;
    const uint32_t **factors; /* each one's words in a copy of the product's */
};

/* A part of the product, and its derivative; 0 after a fault. */
struct half {
    ix_t value, slope;
};

bool halves_apply(const struct ix_table *t, ix_t product, ix_t leaf)
{
    const struct ix_node *n = ix_get(t, product);
    uint32_t order = n->order + ix_get(t, leaf)->order, count = 0;
    const uint32_t *w = ix_content(t, product);
    if (n->kind != IX_PROD || w[0] > n->order || order > 2)
        return false;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        count++;
    return count >= MANY_FACTORS;
}

/* The factor derived, times its other powers. */
static ix_t factor_slope(struct halves *h, const uint32_t *w,
                         const uint16_t *own)
{
    struct ix_table *t = h->t;
    uint32_t order = ix_get(t, w[0])->order;
    uint16_t labels[IX_MAX_ORDER];
    ix_t d;
    struct ix_product p;
    if (!reverse_derive(t, w[0], 1, &h->leaf, h->conditions, &d))
        return 0;
    memcpy(labels, own, order * sizeof *labels);
    for (uint32_t a = h->order; a < h->all; a++)
        labels[order + a - h->order] = (uint16_t)a;
    ix_product_begin(&p, t, h->all, h->dims);
    ix_product_factor(&p, d, RAT_ONE, labels);
    if (w[1] != RAT_ONE)
        ix_product_factor(&p, w[0], rat_sub(t->x->numbers, w[1], RAT_ONE),
                          own);
    return ix_scale(t, w[1], ix_product_end(&p));
}

static struct half one_factor(struct halves *h, const uint32_t *w)
{
    uint16_t own[IX_MAX_ORDER];
    struct ix_product p;
    for (uint32_t a = 0; a < ix_get(h->t, w[0])->order; a++)
        own[a] = (uint16_t)w[2 + a];
    ix_product_begin(&p, h->t, h->order, h->dims);
    ix_product_factor(&p, w[0], w[1], own);
    ix_t value = ix_product_end(&p);
    return (struct half){value, value ? factor_slope(h, w, own) : 0};
}

static ix_t times(struct halves *h, ix_t slope, ix_t value)
{
    static const uint16_t own[IX_MAX_ORDER] = {0, 1, 2, 3, 4, 5,
                                               6, 7, 8, 9, 10, 11};
    struct ix_product p;
    ix_product_begin(&p, h->t, h->all, h->dims);
    ix_product_factor(&p, slope, RAT_ONE, own);
    ix_product_factor(&p, value, RAT_ONE, own);
    return ix_product_end(&p);
}

/* Factors lo .. hi-1, at least one; as deep as n has digits. */
static struct half halve(struct halves *h, uint32_t lo, uint32_t hi)
{
    if (hi - lo == 1)
        return one_factor(h, h->factors[lo]);
    uint32_t middle = lo + (hi - lo) / 2;
    struct half a = halve(h, lo, middle), b = {0}, both;
    if (a.slope)
        b = halve(h, middle, hi);
    if (!b.slope)
        return b;
    struct ix_sum s;
    ix_sum_begin(&s, h->t, h->all, h->dims);
    ix_sum_add(&s, RAT_ONE, times(h, a.slope, b.value));
    ix_sum_add(&s, RAT_ONE, times(h, b.slope, a.value));
    both.slope = ix_sum_end(&s);
    both.value = ix_times(h->t, a.value, b.value);
    return both.value ? both : (struct half){0, 0};
}

static bool read_factors(struct halves *h, ix_t product)
{
    struct ix_table *t = h->t;
    uint32_t length = ix_get(t, product)->length;
    uint32_t *w = ARENA_ARRAY(&t->scratch, uint32_t, length);
    h->factors = ARENA_ARRAY(&t->scratch, const uint32_t *, length);
    if (!w || !h->factors)
        return false;
    memcpy(w, ix_content(t, product), length * sizeof *w);
    for (uint32_t k = 1; k < length; k += ix_factor_words(t, w[k]))
        h->factors[h->n++] = w + k;
    return true;
}

ix_t halves_derive(struct ix_table *t, ix_t product, ix_t leaf,
                   struct conditions *conditions)
{
    struct halves h = {.t = t,
                       .leaf = leaf,
                       .conditions = conditions,
                       .order = ix_get(t, product)->order};
    uint32_t saved = t->flatten_limit;
    h.all = h.order + ix_get(t, leaf)->order;
    memcpy(h.dims, ix_dims(t, product), h.order * sizeof *h.dims);
    memcpy(h.dims + h.order, ix_dims(t, leaf),
           (h.all - h.order) * sizeof *h.dims);
    if (!read_factors(&h, product))
        return 0;
    t->flatten_limit = SHORT_FLATTEN_LIMIT;
    ix_t slope = halve(&h, 0, h.n).slope;
    t->flatten_limit = saved;
    return slope;
}
