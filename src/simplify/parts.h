/* parts.h - the factors of a product, read out of the table. */
#ifndef MD_SIMPLIFY_PARTS_H
#define MD_SIMPLIFY_PARTS_H

#include "index/index.h"

struct part {
    ix_t node;
    rat_t exponent;
    uint16_t label[IX_MAX_ORDER];
};
struct parts {
    uint32_t n, labels, order;
    struct part *items;
    dim_t dims[IX_MAX_ORDER]; /* own axes */
    dim_t *label_dims;        /* all labels */
};
/* The factors of any node (one that is no product is its own factor). */
bool parts_of(struct ix_table *t, ix_t n, struct parts *p);
/* A product like p's, with only the factors that `keep` marks. */
ix_t parts_product(struct ix_table *t, const struct parts *p,
                   const bool *keep);
/* Whether two factors are of one node at one place, whatever the powers. */
bool part_is_at(const struct ix_table *t, const struct part *a,
                const struct part *b);
/* Whether a factor stands on own axes of the product only (and is more than a
 * delta). */
bool parts_is_own(const struct ix_table *t, const struct parts *p,
                  const struct part *f);

#endif
