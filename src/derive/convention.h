/* convention.h - derivatives by variables with a structure in the convention
 * that a request asks for. */
#ifndef MD_DERIVE_CONVENTION_H
#define MD_DERIVE_CONVENTION_H

#include "derive/derive.h"
#include "expr/part.h"
#include "index/index.h"

/* The k-th derivative, by one matrix or a part of it, in the convention asked
 * for.  g: `before` axes, then those of the matrix, of which `leaf` is the
 * leaf.  0 with a fault where there is no such convention. */
ix_t convention_index(struct ix_table *t, const struct derive_request *q,
                      uint32_t k, const struct expr_part *part,
                      uint32_t before, ix_t g, ix_t leaf);
/* The shape of what the k-th derivative is by. */
struct shape convention_shape(struct exprs *x, const struct derive_request *q,
                              uint32_t k);
/* Whether vec notation of the convention has named constants. */
bool convention_has_constants(const struct exprs *x,
                              const struct derive_request *q);
/* The answer as it is given: of a scalar by the entries of a Toeplitz matrix
 * it is written out in index notation. */
expr_t convention_write(struct exprs *x, const struct derive_request *q,
                        expr_t answer);

#endif
