#include "eval/matfun.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "eval/dense.h"

enum {
    SQUARE_ROOTS = 60,  /* of a logarithm */
    ROOT_STEPS = 60,    /* of the iteration for one root */
    EMBEDDING = 24,     /* n*n doubles of cosm: two 2n x 2n and expm's work */
    ROOT = 6            /* n*n doubles of a square root */
};

size_t matfun_work(uint32_t n)
{
    return (size_t)n * n * (EMBEDDING + 2) + 4 * (size_t)n;
}

static bool all_finite(size_t n, const double *a)
{
    double zero = 0;
    for (size_t i = 0; i < n; i++)
        zero += a[i] * 0.0;
    return zero == 0;
}

bool matfun_exp(struct blas *lib, uint32_t n, const double *a,
                double parameter, double *f, double *work)
{
    (void)parameter;
    return dense_expm(lib, n, a, f, work);
}

/* e^[0 -A; A 0] = [cos A, -sin A; sin A, cos A]: the lower or upper block of
 * its first columns. */
static bool sine_cosine(struct blas *lib, uint32_t n, const double *a,
                        bool sine, double *f, double *work)
{
    uint32_t w = 2 * n;
    double *block = work, *e = block + (size_t)w * w;
    memset(block, 0, sizeof *block * w * w);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++) {
            double v = a[i + (size_t)j * n];
            block[n + i + (size_t)j * w] = v;
            block[i + (size_t)(n + j) * w] = -v;
        }
    if (!dense_expm(lib, w, block, e, e + (size_t)w * w))
        return false;
    for (uint32_t j = 0; j < n; j++)
        memcpy(f + (size_t)j * n, e + (sine ? n : 0) + (size_t)j * w,
               sizeof *f * n);
    return true;
}

bool matfun_sin(struct blas *lib, uint32_t n, const double *a,
                double parameter, double *f, double *work)
{
    (void)parameter;
    return sine_cosine(lib, n, a, true, f, work);
}

bool matfun_cos(struct blas *lib, uint32_t n, const double *a,
                double parameter, double *f, double *work)
{
    (void)parameter;
    return sine_cosine(lib, n, a, false, f, work);
}

/* The largest entry of A - c*I, by absolute value. */
static double distance(uint32_t n, const double *a, double c)
{
    double top = 0;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++) {
            double d = fabs(a[i + (size_t)j * n] - (i == j ? c : 0));
            top = d > top || isnan(d) ? d : top;
        }
    return top;
}

/* One step of the product form of Denman and Beavers' iteration (Higham
 * 2008, eq. 6.29): M tends to I, X to the root. */
static bool root_step(struct blas *lib, uint32_t n, double *m, double *x,
                      double *work)
{
    size_t nn = (size_t)n * n;
    double *inverse = work, *next = inverse + nn, *lu = next + nn;
    double *pivot = lu + nn;
    memcpy(lu, m, sizeof *m * nn);
    if (!dense_lu(lib, n, lu, pivot))
        return false;
    double scale = distance(n, m, 1) < 0.01
                       ? 1
                       : exp(-dense_lu_logdet(n, lu) / n); /* mu^2 */
    dense_identity(n, inverse);
    dense_lu_solve(n, lu, pivot, n, inverse);
    for (size_t i = 0; i < nn; i++) {
        m[i] = (scale * m[i] + inverse[i] / scale) / 4;
        inverse[i] *= 0.5 / sqrt(scale);
    }
    for (size_t i = 0; i < nn; i += n + 1) {
        m[i] += 0.5;
        inverse[i] += 0.5 * sqrt(scale);
    }
    dense_multiply(lib, n, n, n, x, inverse, next);
    memcpy(x, next, sizeof *x * nn);
    return all_finite(nn, x);
}

/* |X*X - A| is rounding. */
static bool is_root(struct blas *lib, uint32_t n, const double *a,
                    const double *x, double *work)
{
    size_t nn = (size_t)n * n;
    double size = distance(n, x, 0), error = 0;
    dense_multiply(lib, n, n, n, x, x, work);
    for (size_t i = 0; i < nn; i++)
        error = fmax(error, fabs(work[i] - a[i]));
    return error <= 1e-10 * size * size * n;
}

bool matfun_sqrt(struct blas *lib, uint32_t n, const double *a,
                 double parameter, double *f, double *work)
{
    (void)parameter;
    size_t nn = (size_t)n * n;
    double *m = work, before = INFINITY;
    if (!all_finite(nn, a))
        return false;
    memcpy(m, a, sizeof *m * nn);
    memcpy(f, a, sizeof *f * nn);
    for (int step = 0; step < ROOT_STEPS; step++) {
        if (!root_step(lib, n, m, f, m + nn))
            return false;
        double left = distance(n, m, 1);
        if (left <= n * DBL_EPSILON || (left < 1e-12 && left >= before))
            return is_root(lib, n, a, f, m + nn);
        before = left;
    }
    return false;
}

/* Nodes and weights of Gauss and Legendre on [0, 1]. */
static const double gauss[8][2] = {
    {0.01985507175123188, 0.05061426814518813},
    {0.10166676129318664, 0.11119051722668724},
    {0.2372337950418355, 0.15685332293894363},
    {0.4082826787521751, 0.18134189168918100},
    {0.5917173212478249, 0.18134189168918100},
    {0.7627662049581645, 0.15685332293894363},
    {0.8983332387068134, 0.11119051722668724},
    {0.9801449282487681, 0.05061426814518813},
};

/* log(I + Y), |Y| small, as the integral of Y*inv(I + t*Y) over [0, 1]: its
 * Gauss rule is a diagonal Padé approximant (Higham 2008, section 11.4). */
static bool log_near_identity(struct blas *lib, uint32_t n, const double *y,
                              double *f, double *work)
{
    size_t nn = (size_t)n * n;
    double *lu = work, *z = lu + nn, *pivot = z + nn;
    memset(f, 0, sizeof *f * nn);
    for (int k = 0; k < 8; k++) {
        for (size_t i = 0; i < nn; i++)
            lu[i] = gauss[k][0] * y[i];
        for (size_t i = 0; i < nn; i += n + 1)
            lu[i] += 1;
        if (!dense_lu(lib, n, lu, pivot))
            return false;
        memcpy(z, y, sizeof *z * nn);
        dense_lu_solve(n, lu, pivot, n, z);
        for (size_t i = 0; i < nn; i++)
            f[i] += gauss[k][1] * z[i];
    }
    return true;
}

bool matfun_log(struct blas *lib, uint32_t n, const double *a,
                double parameter, double *f, double *work)
{
    size_t nn = (size_t)n * n;
    double *root = work, *rest = root + nn;
    int roots = 0;
    if (!all_finite(nn, a))
        return false;
    memcpy(root, a, sizeof *root * nn);
    for (; distance(n, root, 1) * n > 0.25; roots++) {
        if (roots == SQUARE_ROOTS ||
            !matfun_sqrt(lib, n, root, parameter, f, rest))
            return false;
        memcpy(root, f, sizeof *root * nn);
    }
    for (size_t i = 0; i < nn; i += n + 1)
        root[i] -= 1;
    if (!log_near_identity(lib, n, root, f, rest))
        return false;
    for (size_t i = 0; i < nn; i++)
        f[i] = ldexp(f[i], roots);
    return true;
}

/* A whole power is one of any matrix; another is e^(p log A). */
bool matfun_power(struct blas *lib, uint32_t n, const double *a,
                  double parameter, double *f, double *work)
{
    size_t nn = (size_t)n * n;
    double *log = work;
    if (!isfinite(parameter) ||
        !matfun_log(lib, n, a, 0, log, log + nn))
        return false;
    for (size_t i = 0; i < nn; i++)
        log[i] *= parameter;
    return dense_expm(lib, n, log, f, log + nn);
}
