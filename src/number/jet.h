/* jet.h - dual numbers over the prime field, and their like of higher order.
 *
 * A jet of order k is a polynomial in e1, ..., ek with ei^2 = 0; the part
 * with number s is the coefficient of the product of the ei with bit i-1 of
 * s set.  Part 0 is the value; f(x + e1*u + e2*v) has in part 3 the second
 * derivative of f along u and v.  A jet takes 1 << k field elements. */
#ifndef MD_NUMBER_JET_H
#define MD_NUMBER_JET_H

#include "number/field.h"

enum { JET_MAX_ORDER = 3 };

static inline uint32_t jet_parts(uint32_t order)
{
    return UINT32_C(1) << order;
}
/* c += a*b; c is neither a nor b. */
void jet_add_product(uint32_t order, field_t *c, const field_t *a,
                     const field_t *b);
/* c = a*b; c is neither a nor b. */
void jet_multiply(uint32_t order, field_t *c, const field_t *a,
                  const field_t *b);
/* b = 1/a, not in place; false when a's value is 0. */
bool jet_inverse(uint32_t order, field_t *b, const field_t *a);
/* r = sqrt(a), not in place; false when the value is 0 or no square. */
bool jet_sqrt(uint32_t order, field_t *r, const field_t *a);
/* b = a^k, not in place; false when k < 0 and a's value is 0. */
bool jet_power(uint32_t order, field_t *b, const field_t *a, int64_t k);
/* Whether there is nothing but a value. */
bool jet_is_constant(uint32_t order, const field_t *a);

/* Solves A*X = B in place of B (n x m, column-major); A (n x n) is used up.
 * *det becomes A's determinant (if not NULL).  Pivots are elements whose
 * value is not 0, whatever their other parts; false when a column has none
 * (A is singular at this point). */
bool jet_solve(uint32_t order, uint32_t n, field_t *a, uint32_t m,
               field_t *b, field_t *det);

#endif
