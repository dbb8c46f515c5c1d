/* mutant.h - an expression with one slip in it: a transpose lost or put in,
 * factors swapped, a sign flipped, a constant changed, a term, a factor or a
 * function left out. */
#ifndef MD_TESTS_MUTANT_H
#define MD_TESTS_MUTANT_H

#include "expr/op.h"

/* How many slips can be made in e, each at one place. */
uint32_t mutant_count(struct exprs *x, expr_t e);
/* e with the i-th of them; 0 with a fault where shapes do not fit.  *what
 * names it. */
expr_t mutant_make(struct exprs *x, expr_t e, uint32_t i, const char **what);

#endif
