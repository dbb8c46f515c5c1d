/* lower.h - index terms back to matrix notation.
 *
 * A product is a graph: its labels are vertices, factors of order 2 edges,
 * factors of order 1 labels of their vertex, its own axes terminals.  Series,
 * parallel, pendant and loop reductions turn it into a matrix expression
 * exactly when it is two-terminal series-parallel up to pendant trees. */
#ifndef MD_INDEX_LOWER_H
#define MD_INDEX_LOWER_H

#include "index/index.h"

/* The expression (a column for order 1) or 0: with a fault on failure,
 * without one when there is no matrix notation.  Linear maps that are known by
 * name only become matrices with names that rules give them, jacexpm(A),
 * unless t->unnamed. */
expr_t ix_lower(struct ix_table *t, ix_t root);
/* Index notation, always there: tensor(...) over the axes of root, grouped
 * as in expr_tensor. */
expr_t ix_lower_indices(struct ix_table *t, ix_t root, uint32_t groups,
                        const uint8_t *axis_order);

/* A bound index whose name no variable or size has; *next counts the names
 * tried, 0 at first. */
expr_t ix_fresh_index(struct exprs *x, uint32_t *next, dim_t size);

#endif
