/* structure.h - derivatives by variables whose entries depend on each other
 * (design: layouts; Cookbook 2.8). */
#ifndef MD_DERIVE_STRUCTURE_H
#define MD_DERIVE_STRUCTURE_H

#include "derive/derive.h"
#include "index/index.h"

/* The derivative g with the symmetric, antisymmetric or diagonal structure of
 * its variable taken into account as the request asks; 0 with a fault where
 * that is not known. */
ix_t structure_index(struct ix_table *t, const struct derive_request *q,
                     ix_t g);
/* Likewise for structures that say which entries there are (triangular,
 * Toeplitz), on the finished matrix. */
expr_t structure_mask(struct exprs *x, const struct derive_request *q,
                      expr_t e);

#endif
