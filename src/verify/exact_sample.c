#include "verify/exact_sample.h"

#include <string.h>

#include "number/jet.h"

static void make_identity(uint32_t n, field_t *v)
{
    for (uint32_t i = 0; i < n * n; i++)
        v[i] = i % (n + 1) == 0;
}

/* Cayley: inv(I - S)*(I + S) for an antisymmetric S is a rotation; with a row
 * turned round it has determinant -1. */
static bool make_orthogonal(bool turned, uint32_t n, field_t *v,
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
    for (uint32_t j = 0; turned && j < n; j++)
        v[j * n] = field_neg(v[j * n]);
    return true;
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

bool exact_sample(struct random *r, properties_t p, bool turned,
                  uint32_t rows, uint32_t cols, field_t *v, field_t *work)
{
    /* Orthogonal ones with these are of many kinds apart. */
    const properties_t apart = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                               PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                               PROP_TOEPLITZ;
    for (uint32_t i = 0; i < rows * cols; i++)
        v[i] = field_from_bits(random_next(r));
    if ((p & PROP_ORTHOGONAL) && (p & (PROP_POSDEF | PROP_PSD))) {
        make_identity(rows, v);
        return true;
    }
    if (p & PROP_ORTHOGONAL)
        return rows == cols && !(p & apart) &&
               make_orthogonal(turned, rows, v, work);
    if (rows != cols || rows < 2)
        return true;
    make_structured(p, rows, v);
    if (p & PROP_TOEPLITZ)
        repeat_diagonals(rows, v);
    return true;
}
