#include "verify/exact_sample.h"

#include <string.h>

#include "number/jet.h"

static field_t draw(struct random *r, properties_t p)
{
    field_t v = field_from_bits(random_next(r));
    if (p & PROP_INTEGER) {
        int64_t k = 1 + random_below(r, 3);
        bool minus = (v & 1) && !(p & (PROP_POSITIVE | PROP_NONNEG));
        return field_from_int(minus ? -k : k);
    }
    return v;
}

static void make_identity(uint32_t n, field_t *v)
{
    for (uint32_t i = 0; i < n * n; i++)
        v[i] = i % (n + 1) == 0;
}

/* I - 2*u*u'/(u'*u). */
static bool make_reflection(uint32_t n, field_t *v, field_t *u)
{
    field_t square = 0;
    memcpy(u, v, sizeof *u * n);
    for (uint32_t i = 0; i < n; i++)
        square = field_add(square, field_mul(u[i], u[i]));
    field_t f = field_neg(field_mul(2, field_inverse(square)));
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            v[i + j * n] = field_add(
                i == j, field_mul(f, field_mul(u[i], u[j])));
    return square != 0;
}

/* Cayley: inv(I - S)*(I + S) for an antisymmetric S is a rotation; with a row
 * turned round it has determinant -1. */
static bool make_orthogonal(struct random *r, uint32_t n, field_t *v,
                            field_t *work)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i <= j; i++) {
            field_t s = i == j ? 0 : v[i + j * n];
            work[i + j * n] = field_sub(i == j, s);
            work[j + i * n] = field_add(i == j, s);
            v[i + j * n] = field_add(i == j, s);
            v[j + i * n] = field_sub(i == j, s);
        }
    if (!jet_solve(0, n, work, n, v, NULL))
        return false;
    bool turn = random_next(r) >> 40 & 1;
    for (uint32_t j = 0; turn && j < n; j++)
        v[j * n] = field_neg(v[j * n]);
    return true;
}

static bool make_of_norm_one(struct random *r, properties_t p, uint32_t n,
                             field_t *v, field_t *work)
{
    if (p & (PROP_POSDEF | PROP_PSD)) {
        make_identity(n, v);
        return true;
    }
    if (p & (PROP_DIAGONAL | PROP_LOWER | PROP_UPPER)) {
        make_identity(n, v);
        for (uint32_t i = 0; i < n; i++)
            if (random_next(r) >> 40 & 1)
                v[i + i * n] = FIELD_PRIME - 1;
        return true;
    }
    if (p & (PROP_ANTISYMMETRIC | PROP_TOEPLITZ))
        return false;
    return p & PROP_SYMMETRIC ? make_reflection(n, v, work)
                              : make_orthogonal(r, n, v, work);
}

/* One half mirrored into the other, one of them or both emptied. */
static void make_structured(properties_t p, uint32_t n, field_t *v)
{
    bool minus = p & PROP_ANTISYMMETRIC;
    bool mirror = minus || p & (PROP_SYMMETRIC | PROP_POSDEF | PROP_PSD);
    bool empty = p & PROP_DIAGONAL ||
                 (mirror && p & (PROP_LOWER | PROP_UPPER));
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++) {
            field_t *above = &v[i + j * n], *below = &v[j + i * n];
            if (mirror)
                *below = minus ? field_neg(*above) : *above;
            if (empty || p & PROP_LOWER)
                *above = 0;
            if (empty || p & PROP_UPPER)
                *below = 0;
        }
    for (uint32_t i = 0; minus && i < n; i++)
        v[i + i * n] = 0;
}

static void repeat_diagonals(uint32_t n, field_t *v)
{
    for (uint32_t j = 1; j < n; j++)
        for (uint32_t i = 1; i < n; i++)
            v[i + j * n] = v[(i - 1) + (j - 1) * n];
}

bool exact_sample(struct random *r, properties_t p, uint32_t rows,
                  uint32_t cols, field_t *v, field_t *work)
{
    for (uint32_t i = 0; i < rows * cols; i++)
        v[i] = draw(r, p);
    if (rows != cols || rows < 2)
        return true;
    if (p & PROP_ORTHOGONAL)
        return make_of_norm_one(r, p, rows, v, work);
    make_structured(p, rows, v);
    if (p & PROP_TOEPLITZ)
        repeat_diagonals(rows, v);
    return true;
}
