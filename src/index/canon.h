/* canon.h - the canonical order of a product's factors and names of its
 * summed labels, by colour refinement.  Internal to src/index. */
#ifndef MD_INDEX_CANON_H
#define MD_INDEX_CANON_H

#include "index/index.h"

/* Makes the product node of these (already reduced) factors; a single factor
 * with the product's own axes is that factor itself.  Reorders `factors`. */
ix_t ix_canonical(struct ix_table *t, uint32_t order, const dim_t *dims,
                  uint32_t n, struct ix_factor *factors, uint32_t labels);

#endif
