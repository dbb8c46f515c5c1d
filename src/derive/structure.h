/* structure.h - derivatives by variables whose entries depend on each other
 * (design: layouts; Cookbook 2.8). */
#ifndef MD_DERIVE_STRUCTURE_H
#define MD_DERIVE_STRUCTURE_H

#include "expr/layout.h"
#include "index/lift.h"

/* g is a derivative by a matrix with these properties as if its entries were
 * unrelated; its last two axes are the matrix's.  What it is in the
 * convention asked for, one linear map of these axes: the adjoint of the map
 * from what the derivative is by to the matrix's entries.  `leaf` is the
 * matrix.  `vec`: the answer will be in vec notation.  0 with a fault where
 * there is no such convention. */
ix_t structure_index(struct ix_table *t, ix_t g, properties_t p,
                     enum structure structure, ix_t leaf, uint32_t order,
                     bool vec);
/* The sums of e over its diagonals, or over both at the same distance from
 * the main one, in index notation. */
expr_t structure_write(struct exprs *x, expr_t e, bool both);
/* The shape of what the derivative is by: vech of a matrix is a vector. */
struct shape structure_shape(struct dims *t, const struct shape *s,
                             properties_t p, enum structure structure);

#endif
