/* orient.c - which way round a matrix is written, itself or its transpose. */
#include "index/index.h"

#include "base/hash.h"

/* How much more often a product's rows are rows of its factors, and columns
 * columns, than the other way round. */
static int uprightness(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    int upright = 0;
    if (node->kind != IX_PROD)
        return 1;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k])) {
        const struct ix_node *f = &t->nodes[w[k]];
        if (f->order != 2 || f->symmetric)
            continue;
        for (uint32_t a = 0; a < 2; a++)
            if (w[k + 2 + a] < 2)
                upright += w[k + 2 + a] == a ? 1 : -1;
    }
    return upright;
}

/* Whether a sum's transpose is the way round in which it is written.  As the
 * sign is drawn out of factors, that must be the same for the sum and its
 * opposite: it is decided by the terms and the sizes of coefficients. */
static bool is_turned_by_terms(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    uint64_t hash = 0, flipped = 0;
    int upright = 0;
    for (uint32_t k = 0; k < node->length; k += 2) {
        const struct ix_node *term = &t->nodes[w[k + 1]];
        uint64_t size = rat_hash(t->x->numbers,
                                 rat_abs(t->x->numbers, w[k]));
        upright += uprightness(t, w[k + 1]);
        hash += hash_mix(size, term->hash);
        flipped += hash_mix(size, term->flipped);
    }
    return upright ? upright < 0 : hash > flipped;
}

/* Whether the transpose is the way round in which n is written. */
static bool is_turned(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    if (node->kind == IX_SUM)
        return is_turned_by_terms(t, n);
    int upright = uprightness(t, n);
    return upright ? upright < 0 : node->hash > node->flipped;
}

ix_t ix_oriented(struct ix_table *t, ix_t n, bool *swap)
{
    const struct ix_node *node = &t->nodes[n];
    *swap = false;
    /* A long product stays whole, so that its transpose would again be one
       of it: it is left as it is. */
    if (node->kind == IX_PROD && node->length > 8 * t->flatten_limit)
        return n;
    if (node->order != 2 || node->symmetric ||
        (node->kind != IX_SUM && node->kind != IX_PROD) || !is_turned(t, n))
        return n;
    *swap = true;
    return ix_transpose(t, n);
}
