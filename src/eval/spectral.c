#include "eval/spectral.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "eval/dense.h"

enum { SWEEPS = 60, NEWTON_STEPS = 40 };
static const double SIMPLE = 1e-8; /* the least gap, as against the largest */

size_t spectral_work(uint32_t n)
{
    size_t w = (size_t)n + 1;
    return 8 * w * w + 8 * w;
}

static bool is_finite(size_t n, const double *a)
{
    double zero = 0;
    for (size_t i = 0; i < n; i++)
        zero += a[i] * 0.0;
    return zero == 0;
}

static double largest(size_t n, const double *a)
{
    double top = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, fabs(a[i]));
    return top;
}

static double dot(uint32_t n, const double *a, const double *b)
{
    double s = 0;
    for (uint32_t i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* (a, b) turned by the angle with this cosine and sine. */
static void rotate(uint32_t n, double *a, double *b, uint32_t step, double c,
                   double s)
{
    for (uint32_t i = 0; i < n; i++, a += step, b += step) {
        double t = *a;
        *a = c * t - s * *b;
        *b = s * t + c * *b;
    }
}

/* The rotation that makes [p r; r q] diagonal (Golub and Van Loan 8.5). */
static void jacobi_angle(double p, double q, double r, double *c, double *s)
{
    double theta = (q - p) / (2 * r);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + hypot(theta, 1));
    *c = 1 / hypot(t, 1);
    *s = t * *c;
}

static void swap_columns(uint32_t n, double *a, double *b)
{
    for (uint32_t i = 0; i < n; i++) {
        double t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

static void sort_ascending(uint32_t n, double *values, double *vectors)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++)
            if (values[j] < values[i]) {
                double t = values[i];
                values[i] = values[j];
                values[j] = t;
                swap_columns(n, vectors + (size_t)i * n,
                             vectors + (size_t)j * n);
            }
}

/* Cyclic Jacobi rotations. */
bool spectral_symmetric(uint32_t n, const double *a, double *values,
                        double *vectors, double *work)
{
    double *h = work;
    if (!is_finite((size_t)n * n, a))
        return false;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            h[i + (size_t)j * n] =
                (a[i + (size_t)j * n] + a[j + (size_t)i * n]) / 2;
    dense_identity(n, vectors);
    double least = DBL_MIN + 1e-3 * DBL_EPSILON * largest((size_t)n * n, h);
    bool turned = true;
    for (int sweep = 0; turned && sweep < SWEEPS; sweep++) {
        turned = false;
        for (uint32_t p = 0; p < n; p++)
            for (uint32_t q = p + 1; q < n; q++) {
                double r = h[p + (size_t)q * n], c, s;
                if (fabs(r) <= least)
                    continue;
                turned = true;
                jacobi_angle(h[p + (size_t)p * n], h[q + (size_t)q * n], r,
                             &c, &s);
                rotate(n, h + (size_t)p * n, h + (size_t)q * n, 1, c, s);
                rotate(n, h + p, h + q, n, c, s);
                rotate(n, vectors + (size_t)p * n, vectors + (size_t)q * n, 1,
                       c, s);
            }
    }
    for (uint32_t i = 0; i < n; i++)
        values[i] = h[i + (size_t)i * n];
    sort_ascending(n, values, vectors);
    return !turned;
}

/* ---------------------------------------------------------------- one pair */

/* How far values[k] is from the others; infinite if it is alone. */
static double gap(uint32_t n, const double *values, uint32_t k)
{
    double d = INFINITY;
    for (uint32_t i = 0; i < n; i++)
        if (i != k)
            d = fmin(d, fabs(values[i] - values[k]));
    return d;
}

static double asymmetry(uint32_t n, const double *a)
{
    double top = 0;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++)
            top = fmax(top, fabs(a[i + (size_t)j * n] - a[j + (size_t)i * n]));
    return top;
}

/* Newton's method for A*v = lambda*v, v'*v = 1. */
static bool refine(uint32_t n, const double *a, double *value, double *v,
                   double *work)
{
    uint32_t w = n + 1;
    double *m = work, *pivot = m + (size_t)w * w, *rest = pivot + w;
    double size = 1 + largest((size_t)n * n, a);
    for (int step = 0; step < NEWTON_STEPS; step++) {
        rest[n] = (1 - dot(n, v, v)) / 2;
        for (uint32_t i = 0; i < n; i++) {
            rest[i] = *value * v[i];
            for (uint32_t j = 0; j < n; j++) {
                rest[i] -= a[i + (size_t)j * n] * v[j];
                m[i + (size_t)j * w] =
                    a[i + (size_t)j * n] - (i == j ? *value : 0);
            }
            m[i + (size_t)n * w] = -v[i];
            m[n + (size_t)i * w] = v[i];
        }
        m[n + (size_t)n * w] = 0;
        if (!dense_lu(NULL, w, m, pivot))
            return false;
        dense_lu_solve(w, m, pivot, 1, rest);
        for (uint32_t i = 0; i < n; i++)
            v[i] += rest[i];
        *value += rest[n];
        if (!is_finite(w, rest))
            return false;
        if (largest(w, rest) <= 8 * DBL_EPSILON * size)
            return true;
    }
    return false;
}

/* The entry of largest absolute value positive; of entries so near to each
 * other, as those of Toeplitz matrices' vectors are, the first: there the sign
 * does not jump. */
static void orient(uint32_t n, double *v)
{
    static const double TIE = 0.02;
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[best]) * (1 + TIE))
            best = i;
    bool turn = v[best] < 0;
    for (uint32_t i = 0; turn && i < n; i++)
        v[i] = -v[i];
}

bool spectral_oriented(uint32_t n, const double *v)
{
    double most = 0, least = 0;
    for (uint32_t i = 0; i < n; i++) {
        most = fmax(most, v[i]);
        least = fmin(least, v[i]);
    }
    return -least < most * (1 - 1e-6);
}

bool spectral_pair(uint32_t n, const double *a, uint32_t k, bool simple,
                   double *value, double *vector, double *work)
{
    double *values = work, *vectors = values + n;
    double *more = vectors + (size_t)n * n;
    if (k >= n || !spectral_symmetric(n, a, values, vectors, more))
        return false;
    double top = fmax(fabs(values[0]), fabs(values[n - 1]));
    double room = gap(n, values, k), skew = asymmetry(n, a);
    bool symmetric = skew <= 4 * DBL_EPSILON * top;
    *value = values[k];
    memcpy(vector, vectors + (size_t)k * n, sizeof *vector * n);
    if ((simple || !symmetric) && !(room > SIMPLE * top))
        return false;
    if (!symmetric) {
        double before = *value;
        if (skew * n > room / 4 || !refine(n, a, value, vector, more) ||
            fabs(*value - before) > room / 4)
            return false;
    }
    orient(n, vector);
    return true;
}

bool spectral_resolvent(uint32_t n, const double *a, uint32_t k,
                        double *resolvent, double *work)
{
    double value, left_value;
    double *v = work, *w = v + n, *m = w + n, *pivot = m + (size_t)n * n;
    double *more = pivot + n;
    dense_transpose(n, n, a, m);
    if (!spectral_pair(n, m, k, true, &left_value, w, more) ||
        !spectral_pair(n, a, k, true, &value, v, more))
        return false;
    double product = dot(n, w, v);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            m[i + (size_t)j * n] = v[i] * w[j] / product -
                                   a[i + (size_t)j * n] +
                                   (i == j ? value : 0);
    if (!dense_lu(NULL, n, m, pivot))
        return false;
    dense_identity(n, resolvent);
    dense_lu_solve(n, m, pivot, n, resolvent);
    for (uint32_t j = 0; j < n; j++) {
        double *column = resolvent + (size_t)j * n;
        for (uint32_t i = 0; i < n; i++)
            column[i] -= v[i] * w[j] / product;
    }
    return true;
}

/* -------------------------------------------------------- singular values */

/* Hestenes: columns of U (m x n, m >= n, at first X) are made orthogonal by
 * rotations, which V gathers. */
static bool orthogonalise(uint32_t m, uint32_t n, double *u, double *v)
{
    bool turned = true;
    dense_identity(n, v);
    for (int sweep = 0; turned && sweep < SWEEPS; sweep++) {
        turned = false;
        for (uint32_t p = 0; p < n; p++)
            for (uint32_t q = p + 1; q < n; q++) {
                double *a = u + (size_t)p * m, *b = u + (size_t)q * m, c, s;
                double aa = dot(m, a, a), bb = dot(m, b, b);
                double ab = dot(m, a, b);
                if (fabs(ab) <= DBL_MIN + m * DBL_EPSILON * sqrt(aa * bb))
                    continue;
                turned = true;
                jacobi_angle(aa, bb, ab, &c, &s);
                rotate(m, a, b, 1, c, s);
                rotate(n, v + (size_t)p * n, v + (size_t)q * n, 1, c, s);
            }
    }
    return !turned;
}

static void sort_descending(uint32_t m, uint32_t n, double *u, double *s,
                            double *v)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++)
            if (s[j] > s[i]) {
                double t = s[i];
                s[i] = s[j];
                s[j] = t;
                swap_columns(m, u + (size_t)i * m, u + (size_t)j * m);
                swap_columns(n, v + (size_t)i * n, v + (size_t)j * n);
            }
}

bool spectral_svd(uint32_t m, uint32_t n, const double *x, double *u,
                  double *s, double *v, double *work)
{
    if (!is_finite((size_t)m * n, x))
        return false;
    if (m < n) {
        dense_transpose(m, n, x, work);
        return spectral_svd(n, m, work, v, s, u, work + (size_t)m * n);
    }
    memcpy(u, x, sizeof *u * m * n);
    if (!orthogonalise(m, n, u, v))
        return false;
    double top = 0;
    for (uint32_t k = 0; k < n; k++) {
        s[k] = sqrt(dot(m, u + (size_t)k * m, u + (size_t)k * m));
        top = fmax(top, s[k]);
    }
    for (uint32_t k = 0; k < n; k++) {
        bool zero = s[k] <= 4 * m * DBL_EPSILON * top;
        for (uint32_t i = 0; i < m; i++)
            u[i + (size_t)k * m] = zero ? 0 : u[i + (size_t)k * m] / s[k];
        if (zero)
            s[k] = 0;
    }
    sort_descending(m, n, u, s, v);
    return true;
}

/* Where a singular value is neither clearly zero nor clearly not, what
 * depends on the rank has no value. */
static bool rank_is_clear(uint32_t n, const double *s, uint32_t *rank)
{
    for (*rank = 0; *rank < n && s[*rank] > 0; (*rank)++)
        if (s[*rank] < SIMPLE * s[0])
            return false;
    return true;
}

/* sum over the rank of a_k*b_k'*(s_k or 1/s_k or 1) */
static void outer_sum(uint32_t rows, uint32_t cols, uint32_t rank,
                      const double *a, const double *b, const double *s,
                      double *out)
{
    memset(out, 0, sizeof *out * rows * cols);
    for (uint32_t k = 0; k < rank; k++)
        for (uint32_t j = 0; j < cols; j++)
            for (uint32_t i = 0; i < rows; i++)
                out[i + (size_t)j * rows] += a[i + (size_t)k * rows] *
                                             b[j + (size_t)k * cols] /
                                             (s ? s[k] : 1);
}

bool spectral_pinv(uint32_t m, uint32_t n, const double *x, double *pinv,
                   double *work)
{
    uint32_t r = m < n ? m : n, rank;
    double *u = work, *s = u + (size_t)m * r, *v = s + r;
    if (!spectral_svd(m, n, x, u, s, v, v + (size_t)n * r) ||
        !rank_is_clear(r, s, &rank))
        return false;
    outer_sum(n, m, rank, v, u, s, pinv);
    return true;
}

bool spectral_polar(uint32_t m, uint32_t n, const double *x, double *polar,
                    double *work)
{
    uint32_t r = m < n ? m : n, rank;
    double *u = work, *s = u + (size_t)m * r, *v = s + r;
    if (!spectral_svd(m, n, x, u, s, v, v + (size_t)n * r) ||
        !rank_is_clear(r, s, &rank) || rank < r)
        return false;
    outer_sum(m, n, rank, u, v, NULL, polar);
    return true;
}

/* ---------------------------------------------------------------- Cholesky */

/* A = L*R by columns, R in the upper part; then equal diagonals. */
bool spectral_cholesky(uint32_t n, const double *a, double *l)
{
    double top = largest((size_t)n * n, a);
    memcpy(l, a, sizeof *l * n * n);
    for (uint32_t k = 0; k < n; k++) {
        double *column = l + (size_t)k * n;
        if (!(column[k] > 1e-13 * top) || !isfinite(column[k]))
            return false;
        for (uint32_t j = k + 1; j < n; j++) {
            double f = l[k + (size_t)j * n] / column[k];
            for (uint32_t i = k + 1; i < n; i++)
                l[i + (size_t)j * n] -= column[i] * f;
        }
    }
    for (uint32_t k = 0; k < n; k++) {
        double *column = l + (size_t)k * n, root = sqrt(column[k]);
        memset(column, 0, sizeof *column * k);
        for (uint32_t i = k; i < n; i++)
            column[i] /= root;
    }
    return is_finite((size_t)n * n, l);
}
