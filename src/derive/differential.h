/* differential.h - derivatives as differentials: dF, linear in dX. */
#ifndef MD_DERIVE_DIFFERENTIAL_H
#define MD_DERIVE_DIFFERENTIAL_H

#include "index/index.h"

/* The leaf of a variable, with the variable's shape. */
ix_t differential_leaf(struct ix_table *t, expr_t variable);
/* The variable dX of a variable X; the same at every call. */
expr_t differential_of(struct exprs *x, expr_t variable);
/* g, whose last axes are those of by[0], by[1], ..., variables or parts
 * of them, applied to d by[0], ... */
ix_t differential_form(struct ix_table *t, ix_t g, uint32_t n,
                       const expr_t *by);

#endif
