/* prove.h - whether two expressions are equal, shown by algebra.
 *
 * The normal form (src/index) makes many equal expressions identical; this
 * goes on where it ends: products of sums multiplied out, matrices beside
 * their inverses and denominators cancelled, functions replaced by what the
 * rules' laws say, and, if that is not enough, both sides derived.  What it
 * calls equal is equal wherever both sides have a value; it may fail to see
 * that two expressions are.  Claims are never used, only definitions,
 * differentials, rewrites and laws. */
#ifndef MD_PROVE_PROVE_H
#define MD_PROVE_PROVE_H

#include "rule/rule.h"

/* Without a fault, unless memory ends. */
bool prove_equal(struct exprs *x, struct rules *r, expr_t a, expr_t b);

#endif
