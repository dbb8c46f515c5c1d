/* sample.h - random sizes and values that honour declared properties. */
#ifndef MD_VERIFY_SAMPLE_H
#define MD_VERIFY_SAMPLE_H

#include "base/random.h"
#include "expr/expr.h"

/* Ways to draw values; the next is tried when a point is of no use (outside
 * a domain, ill-conditioned). */
enum { SAMPLE_STRATEGIES = 9 };

/* n <= 64 different small sizes from 2 on, in an order by `seed`; each
 * changes from one draw to the next, so that what holds for 2x2 matrices only
 * is not believed, and their order after each round, so that sizes at which
 * there is a domain come.  `raise` makes all larger. */
void sample_sizes(uint64_t seed, uint32_t draw, uint32_t raise, uint32_t n,
                  int64_t *sizes);
/* Whether there is a matrix of this size with these properties. */
bool sample_possible(properties_t p, uint32_t rows, uint32_t cols);
/* Fills `v` (rows x cols, column-major).  `work` holds rows*cols numbers.
 * Where a strategy draws both signs, more than one number gets both; the
 * sign of a single one is `minus`.  False if nothing of this size, or nothing
 * that is known here, has these properties. */
bool sample_values(struct random *r, properties_t p, uint32_t strategy,
                   uint32_t rows, uint32_t cols, bool minus, double *v,
                   double *work);
/* A direction of length 1, no entry of which is small beside the others. */
void sample_direction(struct random *r, uint32_t n, double *v);

#endif
