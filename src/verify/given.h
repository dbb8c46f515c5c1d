/* given.h - the conditions beside a claim, as far as points can be asked
 * whether they meet them. */
#ifndef MD_VERIFY_GIVEN_H
#define MD_VERIFY_GIVEN_H

#include "expr/condition.h"
#include "expr/expr.h"

/* Adds to `out` those of `given` (NULL: none) that are about no index bound
 * elsewhere.  False after a fault. */
bool given_closed(struct exprs *x, const struct conditions *given,
                  struct conditions *out);

#endif
