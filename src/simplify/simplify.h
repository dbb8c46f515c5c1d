/* simplify.h - shorter index terms: products of sums multiplied out where
 * that is shorter, common parts of sums collected. */
#ifndef MD_SIMPLIFY_SIMPLIFY_H
#define MD_SIMPLIFY_SIMPLIFY_H

#include "index/index.h"

/* An equal term that is not longer.  0 with a fault. */
ix_t simplify_index(struct ix_table *t, ix_t root);

#endif
