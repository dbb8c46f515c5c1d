/* rational.h - exact rational numbers as ids: equal numbers, equal ids.
 *
 * Numbers whose numerator and denominator fit 62 bits are computed with
 * machine words, others with GMP.  GMP aborts the process when memory ends,
 * so sizes are bounded before every call; passing the bound is a fault. */
#ifndef MD_NUMBER_RATIONAL_H
#define MD_NUMBER_RATIONAL_H

#include "base/image.h"

typedef uint32_t rat_t; /* 0: none (after a fault) */

/* Present in every table. */
enum {
    RAT_ZERO = 1,
    RAT_ONE,
    RAT_MINUS_ONE,
    RAT_TWO,
    RAT_MINUS_TWO,
    RAT_HALF,
    RAT_MINUS_HALF
};

struct rationals {
    struct mem *mem;
    struct rat_entry *entries;
    uint32_t count, capacity;
    struct hash_index index;
    uint32_t digit_limit; /* decimal digits of numerator or denominator */
};

bool rat_table_init(struct rationals *t, struct mem *m, uint32_t digit_limit);
void rat_table_free(struct rationals *t);
/* A fault if a number does not fit into machine words. */
bool rat_table_image(struct rationals *t, struct image *im);

/* Forgets the numbers above `keep`. */
void rat_table_forget(struct rationals *t, rat_t keep);

rat_t rat_from_int(struct rationals *t, int64_t n);
rat_t rat_from_ratio(struct rationals *t, int64_t n, int64_t d); /* d != 0 */
/* Reads "12", "0.5", "1.5e-3"; 0 with a fault (limit) when too long. */
rat_t rat_from_decimal(struct rationals *t, const char *text, size_t length);

rat_t rat_add(struct rationals *t, rat_t a, rat_t b);
rat_t rat_sub(struct rationals *t, rat_t a, rat_t b);
rat_t rat_mul(struct rationals *t, rat_t a, rat_t b);
rat_t rat_div(struct rationals *t, rat_t a, rat_t b); /* fault when b = 0 */
rat_t rat_neg(struct rationals *t, rat_t a);
rat_t rat_abs(struct rationals *t, rat_t a);
/* a^n; a fault when a = 0 and n < 0, or past the digit limit. */
rat_t rat_pow(struct rationals *t, rat_t a, int64_t n);
/* The exact a^(p/q) if it is rational, else RAT_NONE_EXACT (0, no fault). */
rat_t rat_root(struct rationals *t, rat_t a, rat_t exponent);
/* gcd of numerators over lcm of denominators, positive; the content of a
 * sum with coefficients a and b. */
rat_t rat_gcd(struct rationals *t, rat_t a, rat_t b);

int rat_sign(const struct rationals *t, rat_t a);
int rat_compare(const struct rationals *t, rat_t a, rat_t b);
bool rat_is_integer(const struct rationals *t, rat_t a);
/* True and the value if `a` is an integer of |a| < 2^62. */
bool rat_to_int(const struct rationals *t, rat_t a, int64_t *value);
/* True with numerator and denominator if both fit 62 bits. */
bool rat_to_ratio(const struct rationals *t, rat_t a, int64_t *n, int64_t *d);
double rat_to_double(const struct rationals *t, rat_t a);
/* "3", "-1/2"; denominators that are powers of ten from 100 on are written
 * as decimals ("0.01"). */
void rat_print(const struct rationals *t, rat_t a, struct text *out);
/* Whether rat_print writes it with a bar, 1/3, and not as 0.5 or 2. */
bool rat_has_bar(const struct rationals *t, rat_t a);
/* Structural hash, the same in every table. */
uint64_t rat_hash(const struct rationals *t, rat_t a);

#endif
