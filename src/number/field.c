#include "number/field.h"

field_t field_from_int(int64_t n)
{
    uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    field_t a = field_from_bits(size);
    return n < 0 ? field_neg(a) : a;
}

bool field_from_rational(const struct rationals *t, rat_t a, field_t *value)
{
    int64_t n, d;
    if (!rat_to_ratio(t, a, &n, &d))
        return false;
    field_t below = field_from_int(d);
    *value = field_from_int(n);
    if (below != 1)
        *value = field_mul(*value, field_inverse(below));
    return below != 0;
}

int64_t field_to_int(field_t a)
{
    return a > FIELD_PRIME / 2 ? -(int64_t)(FIELD_PRIME - a) : (int64_t)a;
}

field_t field_power(field_t a, uint64_t k)
{
    field_t power = 1;
    for (; k; k >>= 1) {
        if (k & 1)
            power = field_mul(power, a);
        a = field_mul(a, a);
    }
    return power;
}

/* Euclid's algorithm; the coefficients stay below the prime. */
field_t field_inverse(field_t a)
{
    int64_t r0 = (int64_t)FIELD_PRIME, r1 = (int64_t)a, t0 = 0, t1 = 1;
    if (!a)
        return 0;
    while (r1) {
        int64_t q = r0 / r1, r = r0 - q * r1, t = t0 - q * t1;
        r0 = r1;
        r1 = r;
        t0 = t1;
        t1 = t;
    }
    return t0 < 0 ? (field_t)(t0 + (int64_t)FIELD_PRIME) : (field_t)t0;
}

/* The prime is 3 modulo 4, so a^((p+1)/4) is a root if there is one. */
bool field_sqrt(field_t a, field_t *root)
{
    *root = field_power(a, (FIELD_PRIME + 1) / 4);
    return field_mul(*root, *root) == a;
}
