/* explain.h - a derivation as differentials of intermediate values:
 *     u_1 = A*x-b,  du_1 = A*dx;  f = norm2(u_1)^2,  df = 2*u_1'*du_1  */
#ifndef MD_DERIVE_EXPLAIN_H
#define MD_DERIVE_EXPLAIN_H

#include "derive/derive.h"
#include "index/index.h"

/* Appends the steps for e by the variables to r->steps; the last is e's own
 * (its name is 0).  What has no matrix notation is not given a name. */
bool explain_differentials(struct ix_table *t, expr_t e, uint32_t n,
                           const expr_t *by, struct derive_result *r);

#endif
