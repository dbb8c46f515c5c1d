#include "eval/dense.h"

#include <math.h>
#include <string.h>

static void multiply_plain(uint32_t m, uint32_t k, uint32_t n,
                           const double *a, const double *b, double *c)
{
    memset(c, 0, sizeof *c * m * n);
    for (uint32_t j = 0; j < n; j++, c += m)
        for (uint32_t p = 0; p < k; p++) {
            double f = b[p + (size_t)j * k];
            const double *col = a + (size_t)p * m;
            for (uint32_t i = 0; i < m; i++)
                c[i] += col[i] * f;
        }
}

void dense_multiply(struct blas *lib, uint32_t m, uint32_t k, uint32_t n,
                    const double *a, const double *b, double *c)
{
    if (m < BLAS_FROM || k < BLAS_FROM || n < BLAS_FROM || !lib ||
        !blas_open(lib)) {
        multiply_plain(m, k, n, a, b, c);
        return;
    }
    int im = (int)m, ik = (int)k, in = (int)n;
    double one = 1, zero = 0;
    lib->dgemm("N", "N", &im, &in, &ik, &one, a, &im, b, &ik, &zero, c, &im);
}

void dense_transpose(uint32_t m, uint32_t n, const double *a, double *t)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < m; i++)
            t[j + (size_t)i * n] = a[i + (size_t)j * m];
}

void dense_identity(uint32_t n, double *a)
{
    memset(a, 0, sizeof *a * n * n);
    for (uint32_t i = 0; i < n; i++)
        a[i + (size_t)i * n] = 1;
}

static void swap_rows(uint32_t n, double *a, uint32_t p, uint32_t q)
{
    for (uint32_t j = 0; j < n; j++, a += n) {
        double t = a[p];
        a[p] = a[q];
        a[q] = t;
    }
}

static bool lu_plain(uint32_t n, double *a, double *pivot)
{
    bool regular = true;
    for (uint32_t k = 0; k < n; k++) {
        double *col = a + (size_t)k * n;
        uint32_t best = k;
        for (uint32_t i = k + 1; i < n; i++)
            if (fabs(col[i]) > fabs(col[best]))
                best = i;
        pivot[k] = best;
        if (best != k)
            swap_rows(n, a, k, best);
        if (col[k] == 0) {
            regular = false;
            continue;
        }
        for (uint32_t i = k + 1; i < n; i++)
            col[i] /= col[k];
        for (uint32_t j = k + 1; j < n; j++) {
            double *to = a + (size_t)j * n, f = to[k];
            for (uint32_t i = k + 1; i < n; i++)
                to[i] -= f * col[i];
        }
    }
    return regular;
}

/* The library writes its pivots as ints over the memory for doubles. */
static bool lu_library(struct blas *lib, uint32_t n, double *a,
                       double *pivot)
{
    int in = (int)n, info = 0;
    int *from = (int *)(void *)pivot;
    lib->dgetrf(&in, &in, a, &in, from, &info);
    for (uint32_t k = n; k-- > 0;) {
        int row;
        memcpy(&row, from + k, sizeof row);
        double d = row - 1;
        memcpy(pivot + k, &d, sizeof d);
    }
    return info == 0;
}

/* A matrix of lower rank has a pivot that rounding alone makes nonzero. */
static bool is_regular(uint32_t n, const double *lu)
{
    double least = INFINITY, most = 0;
    for (uint32_t k = 0; k < n; k++) {
        double u = fabs(lu[k + (size_t)k * n]);
        least = fmin(least, u);
        most = fmax(most, u);
    }
    return least > 1e-13 * most;
}

bool dense_lu(struct blas *lib, uint32_t n, double *a, double *pivot)
{
    bool regular = n >= BLAS_FROM && lib && blas_open(lib)
                       ? lu_library(lib, n, a, pivot)
                       : lu_plain(n, a, pivot);
    return regular && is_regular(n, a);
}

static void solve_column(uint32_t n, const double *lu, const double *pivot,
                         double *b)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t p = (uint32_t)pivot[k];
        double t = b[k];
        b[k] = b[p];
        b[p] = t;
    }
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = k + 1; i < n; i++)
            b[i] -= b[k] * lu[i + (size_t)k * n];
    for (uint32_t k = n; k-- > 0;) {
        b[k] /= lu[k + (size_t)k * n];
        for (uint32_t i = 0; i < k; i++)
            b[i] -= b[k] * lu[i + (size_t)k * n];
    }
}

void dense_lu_solve(uint32_t n, const double *lu, const double *pivot,
                    uint32_t m, double *b)
{
    for (uint32_t j = 0; j < m; j++)
        solve_column(n, lu, pivot, b + (size_t)j * n);
}

double dense_lu_det(uint32_t n, const double *lu, const double *pivot)
{
    double d = 1;
    for (uint32_t k = 0; k < n; k++) {
        d *= lu[k + (size_t)k * n];
        if ((uint32_t)pivot[k] != k)
            d = -d;
    }
    return d;
}

double dense_lu_logdet(uint32_t n, const double *lu)
{
    double s = 0;
    for (uint32_t k = 0; k < n; k++)
        s += log(fabs(lu[k + (size_t)k * n]));
    return s;
}

bool dense_inverse(struct blas *lib, uint32_t n, const double *a,
                   double *inverse, double *work)
{
    double *pivot = work + (size_t)n * n;
    memcpy(work, a, sizeof *a * n * n);
    bool regular = dense_lu(lib, n, work, pivot);
    dense_identity(n, inverse);
    dense_lu_solve(n, work, pivot, n, inverse);
    return regular;
}

/* The determinant of A without row r and column c. */
static double minor_det(uint32_t n, const double *a, uint32_t r, uint32_t c,
                        double *work)
{
    uint32_t k = 0;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            if (i != r && j != c)
                work[k++] = a[i + (size_t)j * n];
    double *pivot = work + (size_t)n * n;
    dense_lu(NULL, n - 1, work, pivot);
    return dense_lu_det(n - 1, work, pivot);
}

bool dense_adjugate(struct blas *lib, uint32_t n, const double *a,
                    double *adj, double *work)
{
    if (n <= DENSE_ADJ_EXACT) {
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++) {
                double d = minor_det(n, a, j, i, work);
                adj[i + (size_t)j * n] = (i + j) % 2 ? -d : d;
            }
        return true;
    }
    double *pivot = work + (size_t)n * n;
    memcpy(work, a, sizeof *a * n * n);
    bool regular = dense_lu(lib, n, work, pivot);
    double det = dense_lu_det(n, work, pivot);
    dense_identity(n, adj);
    dense_lu_solve(n, work, pivot, n, adj);
    for (size_t i = 0; i < (size_t)n * n; i++)
        adj[i] *= det;
    return regular;
}

/* Padé approximation of degree 6, after halving the matrix until its norm
 * is below 1/2 (Moler and Van Loan: error 3e-16), then squaring back. */
enum { PADE = 6, MAX_SQUARINGS = 40 };

static double norm_one(uint32_t n, const double *a)
{
    double norm = 0;
    for (uint32_t j = 0; j < n; j++, a += n) {
        double s = 0;
        for (uint32_t i = 0; i < n; i++)
            s += fabs(a[i]);
        norm = s > norm || isnan(s) ? s : norm;
    }
    return norm;
}

bool dense_expm(struct blas *lib, uint32_t n, const double *a, double *e,
                double *work)
{
    size_t nn = (size_t)n * n;
    double *x = work, *next = x + nn, *scaled = next + nn, *d = scaled + nn;
    int halvings = 0;
    double norm = norm_one(n, a);
    if (!isfinite(norm))
        return false;
    for (; norm > 0.5; norm /= 2)
        halvings++;
    if (halvings > MAX_SQUARINGS)
        return false;
    for (size_t i = 0; i < nn; i++)
        scaled[i] = ldexp(a[i], -halvings);
    dense_identity(n, e);
    dense_identity(n, d);
    dense_identity(n, x);
    double c = 1;
    for (int k = 1; k <= PADE; k++) {
        c *= (double)(PADE - k + 1) / (k * (2 * PADE - k + 1));
        dense_multiply(lib, n, n, n, scaled, x, next);
        memcpy(x, next, sizeof *x * nn);
        for (size_t i = 0; i < nn; i++) {
            e[i] += c * x[i];
            d[i] += k % 2 ? -c * x[i] : c * x[i];
        }
    }
    double *pivot = d + nn;
    dense_lu(lib, n, d, pivot);
    dense_lu_solve(n, d, pivot, n, e);
    for (; halvings; halvings--) {
        dense_multiply(lib, n, n, n, e, e, next);
        memcpy(e, next, sizeof *e * nn);
    }
    return true;
}

void dense_power(struct blas *lib, uint32_t n, const double *a, uint64_t k,
                 double *power, double *work)
{
    size_t nn = (size_t)n * n;
    double *square = work, *next = work + nn;
    dense_identity(n, power);
    memcpy(square, a, sizeof *a * nn);
    for (; k; k >>= 1) {
        if (k & 1) {
            dense_multiply(lib, n, n, n, power, square, next);
            memcpy(power, next, sizeof *power * nn);
        }
        if (k > 1) {
            dense_multiply(lib, n, n, n, square, square, next);
            memcpy(square, next, sizeof *square * nn);
        }
    }
}
