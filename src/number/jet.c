#include "number/jet.h"

#include <string.h>

/* The sum of a[t]*b[s-t] over the subsets t of s (at most 8). */
static inline field_wide_t convolve(uint32_t s, const field_t *a,
                                    const field_t *b)
{
    field_wide_t z = 0;
    for (uint32_t t = s;; t = (t - 1) & s) {
        z += (field_wide_t)a[t] * b[s ^ t];
        if (!t)
            return z;
    }
}

void jet_add_product(uint32_t order, field_t *c, const field_t *a,
                     const field_t *b)
{
    for (uint32_t s = 0; s < jet_parts(order); s++)
        c[s] = field_add(c[s], field_reduce(convolve(s, a, b)));
}

void jet_multiply(uint32_t order, field_t *c, const field_t *a,
                  const field_t *b)
{
    for (uint32_t s = 0; s < jet_parts(order); s++)
        c[s] = field_reduce(convolve(s, a, b));
}

/* From a*b = 1: b[s] is determined by the parts before. */
bool jet_inverse(uint32_t order, field_t *b, const field_t *a)
{
    b[0] = field_inverse(a[0]);
    for (uint32_t s = 1; s < jet_parts(order); s++) {
        b[s] = 0;
        field_t rest = field_reduce(convolve(s, a, b));
        b[s] = field_neg(field_mul(b[0], rest));
    }
    return a[0] != 0;
}

/* From r*r = a, likewise. */
bool jet_sqrt(uint32_t order, field_t *r, const field_t *a)
{
    if (!a[0] || !field_sqrt(a[0], &r[0]))
        return false;
    if (order == 0)
        return true;
    field_t half = field_inverse(field_add(r[0], r[0]));
    for (uint32_t s = 1; s < jet_parts(order); s++) {
        r[s] = 0;
        field_t known = field_reduce(convolve(s, r, r));
        r[s] = field_mul(half, field_sub(a[s], known));
    }
    return true;
}

bool jet_power(uint32_t order, field_t *b, const field_t *a, int64_t k)
{
    field_t base[1 << JET_MAX_ORDER], t[1 << JET_MAX_ORDER];
    size_t bytes = sizeof *b * jet_parts(order);
    uint64_t n = k < 0 ? -(uint64_t)k : (uint64_t)k;
    bool fine = true;
    memcpy(base, a, bytes);
    if (k < 0)
        fine = jet_inverse(order, base, a);
    memset(b, 0, bytes);
    b[0] = 1;
    for (; n; n >>= 1) {
        if (n & 1) {
            jet_multiply(order, t, b, base);
            memcpy(b, t, bytes);
        }
        jet_multiply(order, t, base, base);
        memcpy(base, t, bytes);
    }
    return fine;
}

bool jet_is_constant(uint32_t order, const field_t *a)
{
    for (uint32_t s = 1; s < jet_parts(order); s++)
        if (a[s])
            return false;
    return true;
}

/* ------------------------------------------------------------ elimination */

static void swap_rows(uint32_t parts, uint32_t n, uint32_t m, field_t *a,
                      uint32_t p, uint32_t q)
{
    for (uint32_t j = 0; j < m; j++, a += (size_t)n * parts)
        for (uint32_t s = 0; s < parts; s++) {
            field_t t = a[p * parts + s];
            a[p * parts + s] = a[q * parts + s];
            a[q * parts + s] = t;
        }
}

/* row i += f * row k in columns first..m-1; row k *= f where i == k. */
static void combine(uint32_t order, uint32_t n, uint32_t first, uint32_t m,
                    field_t *a, uint32_t i, uint32_t k, const field_t *f)
{
    uint32_t parts = jet_parts(order);
    field_t t[1 << JET_MAX_ORDER];
    for (uint32_t j = first; j < m; j++) {
        field_t *col = a + (size_t)j * n * parts;
        if (i != k) {
            jet_add_product(order, col + i * parts, col + k * parts, f);
        } else {
            jet_multiply(order, t, col + k * parts, f);
            memcpy(col + k * parts, t, sizeof *t * parts);
        }
    }
}

static uint32_t find_pivot(uint32_t parts, uint32_t n, const field_t *col,
                           uint32_t k)
{
    while (k < n && !col[(size_t)k * parts])
        k++;
    return k;
}

static void take_into(uint32_t order, field_t *det, const field_t *pivot,
                      bool swapped)
{
    field_t t[1 << JET_MAX_ORDER];
    jet_multiply(order, t, det, pivot);
    for (uint32_t s = 0; s < jet_parts(order); s++)
        det[s] = swapped ? field_neg(t[s]) : t[s];
}

bool jet_solve(uint32_t order, uint32_t n, field_t *a, uint32_t m,
               field_t *b, field_t *det)
{
    uint32_t parts = jet_parts(order);
    field_t f[1 << JET_MAX_ORDER];
    if (det) {
        memset(det, 0, sizeof *det * parts);
        det[0] = 1;
    }
    for (uint32_t k = 0; k < n; k++) {
        field_t *col = a + (size_t)k * n * parts;
        uint32_t p = find_pivot(parts, n, col, k);
        if (p == n)
            return false;
        if (p != k) {
            swap_rows(parts, n, n, a, p, k);
            swap_rows(parts, n, m, b, p, k);
        }
        if (det)
            take_into(order, det, col + (size_t)k * parts, p != k);
        jet_inverse(order, f, col + (size_t)k * parts);
        combine(order, n, k + 1, n, a, k, k, f);
        combine(order, n, 0, m, b, k, k, f);
        /* without right sides only the triangle below is wanted */
        for (uint32_t i = m ? 0 : k + 1; i < n; i++) {
            if (i == k)
                continue;
            for (uint32_t s = 0; s < parts; s++)
                f[s] = field_neg(col[(size_t)i * parts + s]);
            combine(order, n, k + 1, n, a, i, k, f);
            combine(order, n, 0, m, b, i, k, f);
        }
    }
    return true;
}
