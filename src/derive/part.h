/* part.h - derivatives by a part of a variable: of the derivative by all of
 * it, what belongs to the part. */
#ifndef MD_DERIVE_PART_H
#define MD_DERIVE_PART_H

#include "expr/part.h"
#include "index/index.h"

/* g: axes of some other kind, `before` of them, then those of the part's
 * variable; these become the part's. */
ix_t part_index(struct ix_table *t, ix_t g, uint32_t before,
                const struct expr_part *p);

#endif
