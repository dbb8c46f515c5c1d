/* notation.h - index notation on its way: entries of index terms as scalar
 * expressions.  Internal. */
#ifndef MD_INDEX_NOTATION_H
#define MD_INDEX_NOTATION_H

#include "index/graph.h"

struct notation {
    struct lowering *c;
    const ix_t *list; /* what is written */
    uint32_t n;
    uint32_t next; /* the next index name to try */
};

/* A product's entry on its way: what is above and below the line. */
struct fraction {
    struct notation *s;
    expr_t above, below;
};

bool notation_multiply(struct fraction *f, expr_t e, rat_t exponent);
expr_t notation_fraction(const struct fraction *f);
/* A bound index with a name that means nothing else here. */
expr_t notation_index(struct notation *s, dim_t size);
/* The entry of n at the given indices, a scalar expression. */
expr_t notation_entry(struct notation *s, ix_t n, const expr_t *at,
                      uint32_t depth);
/* The matrix with a one at (i,j), as a product of unit vectors' entries. */
expr_t notation_unit(struct notation *s, dim_t rows, dim_t cols, expr_t i,
                     expr_t j);

/* pairs: products with numbers of pairs that are summed over. */
bool notation_has_pairs(const struct ix_table *t, ix_t n);
expr_t notation_pairs(struct notation *s, ix_t n, const expr_t *at,
                      uint32_t depth);

#endif
