/* blocks.h - values made of blocks.
 *
 * A block is a product with an IX_SELECT factor on each axis that is cut:
 * [A, B] is A[0,i]*S1[1,i] + B[0,j]*S2[1,j].  Everything else follows from
 * the algebra of selections (selection.c); here sums of such products are
 * seen as tables of blocks. */
#ifndef MD_INDEX_BLOCKS_H
#define MD_INDEX_BLOCKS_H

#include "index/index.h"

/* Provably not negative, for sizes of 1 or more. */
bool dim_is_nonnegative(const struct dims *t, dim_t d);
/* Whether factor i, a sum of blocks, meets another value of blocks on the
 * axis that they are cut along. */
bool blocks_meet(const struct ix_product *p, uint32_t i);
/* A power or a function by entries of a table that is full: of each block.
 * 0 (no fault) if it is none. */
ix_t blocks_power(struct ix_table *t, ix_t n, rat_t exponent);
ix_t blocks_fun(struct ix_table *t, uint32_t callee, ix_t n);

/* For the way back to matrices: the same term with IX_BLOCKS nodes where
 * there are tables, children of which are the blocks, row by row.  Their
 * payload: the number of columns, and bits for rows and columns of blocks
 * that are no axis of the blocks (a vector as a column). */
enum { BLOCKS_MOST = 12 };
ix_t blocks_table(struct ix_table *t, ix_t root);
static inline uint32_t blocks_columns(const struct ix_node *n)
{
    return n->payload & 0xff;
}
static inline bool blocks_bare_row(const struct ix_node *n, uint32_t i)
{
    return n->payload >> (8 + i) & 1;
}
static inline bool blocks_bare_column(const struct ix_node *n, uint32_t j)
{
    return n->payload >> (8 + BLOCKS_MOST + j) & 1;
}

#endif
