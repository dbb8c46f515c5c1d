/* reverse.h - derivatives of index terms, in reverse: one walk from the
 * result down gives the derivatives by all variables. */
#ifndef MD_DERIVE_REVERSE_H
#define MD_DERIVE_REVERSE_H

#include "index/lift.h"

/* The derivatives of f by n leaves: out[k] has f's axes, then the axes of
 * leaves[k].  False with a fault. */
bool reverse_derive(struct ix_table *t, ix_t f, uint32_t n,
                    const ix_t *leaves, ix_t *out);

#endif
