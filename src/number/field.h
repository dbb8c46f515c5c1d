/* field.h - the field of 2^61 - 1 elements, in which identities between
 * rational functions are tested without rounding. */
#ifndef MD_NUMBER_FIELD_H
#define MD_NUMBER_FIELD_H

#include "number/rational.h"

typedef uint64_t field_t; /* 0 .. FIELD_PRIME - 1 */
__extension__ typedef unsigned __int128 field_wide_t;

#define FIELD_PRIME ((UINT64_C(1) << 61) - 1)

/* Of any number below 2^125: a sum of up to 8 products. */
static inline field_t field_reduce(field_wide_t z)
{
    uint64_t high = (uint64_t)(z >> 61);
    uint64_t r = ((uint64_t)z & FIELD_PRIME) + (high & FIELD_PRIME) +
                 (high >> 61);
    while (r >= FIELD_PRIME)
        r -= FIELD_PRIME;
    return r;
}
static inline field_t field_add(field_t a, field_t b)
{
    uint64_t r = a + b;
    return r >= FIELD_PRIME ? r - FIELD_PRIME : r;
}
static inline field_t field_neg(field_t a)
{
    return a ? FIELD_PRIME - a : 0;
}
static inline field_t field_sub(field_t a, field_t b)
{
    return field_add(a, field_neg(b));
}
static inline field_t field_mul(field_t a, field_t b)
{
    return field_reduce((field_wide_t)a * b);
}
/* Any bits, nearly uniform. */
static inline field_t field_from_bits(uint64_t bits)
{
    return field_reduce(bits);
}
field_t field_from_int(int64_t n);
/* False when the numerator or denominator is too large, or the denominator
 * a multiple of the prime. */
bool field_from_rational(const struct rationals *t, rat_t a, field_t *value);
/* The integer of least absolute value that `a` stands for. */
int64_t field_to_int(field_t a);
field_t field_power(field_t a, uint64_t k);
field_t field_inverse(field_t a); /* of 0 it is 0 */
/* The square root that is a square itself, as a positive number's is
 * positive: so sqrt(a*b) = sqrt(a)*sqrt(b).  False when there is none. */
bool field_sqrt(field_t a, field_t *root);

#endif
