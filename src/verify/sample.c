#include "verify/sample.h"

#include <math.h>
#include <string.h>

void sample_sizes(uint64_t seed, uint32_t draw, uint32_t raise, uint32_t n,
                  int64_t *sizes)
{
    enum { LARGEST_POOL = 64 };
    uint32_t pool[LARGEST_POOL] = {1, 0, 2, 3}, count = n < 4 ? 4 : n;
    struct random r = {seed ^ (n > 1 ? draw / count : 0)};
    for (uint32_t i = 0; n > 1 && i < count; i++)
        pool[i] = i;
    for (uint32_t i = count; n > 1 && i-- > 1;) {
        uint32_t k = random_below(&r, i + 1), t = pool[i];
        pool[i] = pool[k];
        pool[k] = t;
    }
    for (uint32_t i = 0; i < n; i++)
        sizes[i] = 2 + pool[(i + draw) % count] + raise;
}

/* What a strategy draws: entries low..high with a sign, and this much of the
 * identity added to square matrices. */
static const struct {
    double low, high;
    enum { ANY_SIGN, POSITIVE, NEGATIVE } sign;
    double identity;
} strategies[SAMPLE_STRATEGIES] = {
    {0.15, 1.15, ANY_SIGN, 1},   /* general position */
    {0.2, 1.2, POSITIVE, 1.5},
    {0.05, 0.35, ANY_SIGN, 0.5}, /* small */
    {0.03, 0.12, ANY_SIGN, 1},   /* near the identity */
    {0.1, 0.45, POSITIVE, 1},    /* in the unit interval */
    {1.2, 3, POSITIVE, 2},       /* above 1 */
    {0.1, 1.1, ANY_SIGN, 0},     /* nothing added */
    {0.05, 0.6, ANY_SIGN, 3},    /* definite */
    {0.1, 0.9, NEGATIVE, -1},
};

static double draw(struct random *r, uint32_t strategy, bool positive)
{
    double low = strategies[strategy].low, high = strategies[strategy].high;
    double v = low + (high - low) * random_unit(r);
    bool minus = (random_next(r) >> 40 & 1 &&
                  strategies[strategy].sign == ANY_SIGN) ||
                 strategies[strategy].sign == NEGATIVE;
    return minus && !positive ? -v : v;
}

enum { ENTRY_PROPERTIES = PROP_POSITIVE | PROP_NONNEG };

static void draw_all(struct random *r, properties_t p, uint32_t strategy,
                     uint32_t n, bool minus, double *v)
{
    uint32_t positive = 0;
    for (uint32_t i = 0; i < n; i++) {
        v[i] = draw(r, strategy, p & ENTRY_PROPERTIES);
        positive += v[i] > 0;
    }
    if (strategies[strategy].sign != ANY_SIGN || p & ENTRY_PROPERTIES)
        return;
    if (n == 1)
        v[0] = minus ? -fabs(v[0]) : fabs(v[0]);
    else if (n && (positive == 0 || positive == n))
        v[random_below(r, n)] *= -1;
}

/* How much of the identity is added. */
static double shift_of(properties_t p, uint32_t strategy)
{
    double c = strategies[strategy].identity;
    return p & ENTRY_PROPERTIES ? fabs(c) : c;
}

/* R + c*I; in general position one row may be turned, so that determinants
 * of either sign are met. */
static void make_general(struct random *r, properties_t p,
                         uint32_t strategy, uint32_t n, double *v)
{
    double c = shift_of(p, strategy);
    bool turn = strategy == 0 && !(p & ENTRY_PROPERTIES) &&
                (random_next(r) >> 40 & 1);
    for (uint32_t i = 0; i < n; i++)
        v[i + i * n] += c;
    for (uint32_t j = 0; turn && j < n; j++)
        v[j * n] = -v[j * n];
}

static void make_symmetric(struct random *r, properties_t p,
                           uint32_t strategy, uint32_t n, double *v)
{
    double sign = p & PROP_ANTISYMMETRIC ? -1 : 1;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++)
            v[j + i * n] = sign * v[i + j * n];
    for (uint32_t i = 0; i < n; i++) {
        bool minus = strategy == 0 && !(p & ENTRY_PROPERTIES) &&
                     (random_next(r) >> 40 & 1);
        double c = shift_of(p, strategy);
        v[i + i * n] += minus ? -c : c;
        if (sign < 0)
            v[i + i * n] = 0;
    }
}

static void make_triangular(properties_t p, uint32_t strategy, uint32_t n,
                            double *v)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            if ((i < j && p & PROP_LOWER) || (i > j && p & PROP_UPPER) ||
                (i != j && p & PROP_DIAGONAL))
                v[i + j * n] = 0;
    for (uint32_t i = 0; i < n; i++) {
        double *d = &v[i + i * n];
        *d += *d < 0 ? -0.3 * fabs(strategies[strategy].identity)
                     : 0.3 * fabs(strategies[strategy].identity);
        if (p & (PROP_POSDEF | PROP_PSD))
            *d = fabs(*d);
    }
}

/* B*B'/n, plus I/2 if it must be definite.  Semidefinite ones are singular
 * every other time. */
static void make_definite(struct random *r, properties_t p,
                          uint32_t strategy, uint32_t n, double *v,
                          double *b)
{
    uint32_t rank = n;
    if (!(p & PROP_POSDEF) && n > 2 && strategy % 2 == 0 &&
        (random_next(r) >> 40 & 1))
        rank = n - 1;
    memcpy(b, v, sizeof *b * n * n);
    double shift = p & PROP_POSDEF ? 0.5 : rank == n ? 0.2 : 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            double s = i == j ? shift : 0;
            for (uint32_t k = 0; k < rank; k++)
                s += b[i + k * n] * b[j + k * n] / n;
            v[i + j * n] = s;
        }
}

static double column_dot(const double *a, const double *b, uint32_t n)
{
    double s = 0;
    for (uint32_t i = 0; i < n; i++)
        s += a[i] * b[i];
    return s;
}

/* I - 2*u*u'/(u'*u) where symmetric too. */
static void make_reflection(uint32_t n, double *v, double *u)
{
    memcpy(u, v, sizeof *u * n);
    double square = column_dot(u, u, n);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            v[i + j * n] = (i == j) - 2 * u[i] * u[j] / square;
}

/* Gram and Schmidt, twice for accuracy. */
static void make_orthogonal(uint32_t n, double *v)
{
    for (uint32_t j = 0; j < n; j++) {
        double *col = v + (size_t)j * n;
        for (uint32_t k = 0; k < 2 * j; k++) {
            const double *other = v + (size_t)(k % j) * n;
            double f = column_dot(col, other, n);
            for (uint32_t i = 0; i < n; i++)
                col[i] -= f * other[i];
        }
        double norm = sqrt(column_dot(col, col, n));
        for (uint32_t i = 0; i < n; i++)
            col[i] /= norm;
    }
}

/* Q*J*Q' of an orthogonal Q, J made of blocks [0, 1; -1, 0]: n is even. */
static void make_symplectic(uint32_t n, double *v, double *q)
{
    memcpy(q, v, sizeof *v * n * n);
    make_orthogonal(n, q);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++) {
            double s = 0;
            for (uint32_t k = 0; k + 1 < n; k += 2)
                s += q[i + k * n] * q[j + (k + 1) * n] -
                     q[i + (k + 1) * n] * q[j + k * n];
            v[i + j * n] = s;
        }
}

/* Positive definite and an antisymmetric part: x'*X*x > 0. */
static void make_principal(struct random *r, properties_t p,
                           uint32_t strategy, uint32_t n, double *v,
                           double *work)
{
    make_definite(r, p | PROP_POSDEF, strategy, n, v, work);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            v[i + j * n] += (work[i + j * n] - work[j + i * n]) / 4;
}

static void make_toeplitz(properties_t p, uint32_t n, double *v)
{
    if (p & (PROP_POSDEF | PROP_PSD))
        v[0] = fabs(v[0]) + 1.2 * n;
    if (p & PROP_ANTISYMMETRIC)
        v[0] = 0;
    for (uint32_t k = 1; k < n; k++) {
        if (p & PROP_SYMMETRIC)
            v[k * n] = v[k];
        if (p & PROP_ANTISYMMETRIC)
            v[k * n] = -v[k];
        if (p & PROP_LOWER)
            v[k * n] = 0;
        if (p & PROP_UPPER)
            v[k] = 0;
    }
    for (uint32_t j = 1; j < n; j++)
        for (uint32_t i = 1; i < n; i++)
            v[i + j * n] = v[(i - 1) + (j - 1) * n];
}

static void make_integer(struct random *r, properties_t p, uint32_t n,
                         double *v)
{
    for (uint32_t i = 0; i < n; i++) {
        double k = 1 + random_below(r, 3);
        v[i] = v[i] < 0 && !(p & ENTRY_PROPERTIES) ? -k : k;
    }
}

static void make_square(struct random *r, properties_t p, uint32_t strategy,
                        uint32_t n, double *v, double *work)
{
    if (p & PROP_TOEPLITZ) {
        make_general(r, p, 1, n, v);
        make_toeplitz(p, n, v);
    } else if ((p & PROP_ORTHOGONAL) && (p & (PROP_POSDEF | PROP_PSD))) {
        for (uint32_t i = 0; i < n * n; i++)
            v[i] = i % (n + 1) == 0;
    } else if ((p & PROP_ORTHOGONAL) &&
               (p & (PROP_DIAGONAL | PROP_LOWER | PROP_UPPER))) {
        for (uint32_t i = 0; i < n * n; i++)
            v[i] = i % (n + 1) ? 0 : v[i] < 0 ? -1 : 1;
    } else if (p & PROP_ORTHOGONAL) {
        if (p & PROP_ANTISYMMETRIC)
            make_symplectic(n, v, work);
        else if (p & PROP_SYMMETRIC)
            make_reflection(n, v, work);
        else
            make_orthogonal(n, v);
    } else if (p & (PROP_DIAGONAL | PROP_LOWER | PROP_UPPER)) {
        if (p & (PROP_SYMMETRIC | PROP_POSDEF | PROP_PSD))
            p |= PROP_DIAGONAL;
        make_triangular(p, strategy, n, v);
    } else if (p & (PROP_POSDEF | PROP_PSD)) {
        make_definite(r, p, strategy, n, v, work);
    } else if (p & PROP_PRINCIPAL && !(p & ENTRY_PROPERTIES)) {
        make_principal(r, p, strategy, n, v, work);
    } else if (p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC)) {
        make_symmetric(r, p, strategy, n, v);
    } else {
        make_general(r, p, strategy, n, v);
    }
}

bool sample_possible(properties_t p, uint32_t rows, uint32_t cols)
{
    return !(p & PROP_FULL_ROW_RANK && rows > cols) &&
           !(p & PROP_FULL_COLUMN_RANK && cols > rows);
}

static bool is_mirrored(uint32_t n, const double *v, double sign)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i <= j; i++)
            if (fabs(v[i + j * n] - sign * v[j + i * n]) > 1e-9)
                return false;
    return true;
}

static bool is_orthogonal(uint32_t n, const double *v)
{
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i <= j; i++)
            if (fabs(column_dot(v + (size_t)i * n, v + (size_t)j * n, n) -
                     (i == j)) > 1e-9)
                return false;
    return true;
}

/* Whether what was made for several properties has them: there need not be
 * such matrices, or not of this size. */
static bool honours(properties_t p, uint32_t n, const double *v)
{
    bool upper = p & (PROP_DIAGONAL | PROP_UPPER);
    bool lower = p & (PROP_DIAGONAL | PROP_LOWER);
    for (uint32_t j = 0; (upper || lower) && j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            if (((i > j && upper) || (i < j && lower)) && v[i + j * n] != 0)
                return false;
    return (!(p & PROP_SYMMETRIC) || is_mirrored(n, v, 1)) &&
           (!(p & PROP_ANTISYMMETRIC) || is_mirrored(n, v, -1)) &&
           (!(p & PROP_ORTHOGONAL) || is_orthogonal(n, v));
}

bool sample_values(struct random *r, properties_t p, uint32_t strategy,
                   uint32_t rows, uint32_t cols, bool minus, double *v,
                   double *work)
{
    uint32_t n = rows * cols;
    draw_all(r, p, strategy, n, minus, v);
    if (rows == cols && rows > 1)
        make_square(r, p, strategy, rows, v, work);
    if (p & PROP_INTEGER)
        make_integer(r, p, n, v);
    return rows != cols || rows < 2 || !(p & (p - 1)) ||
           honours(p, rows, v);
}

void sample_direction(struct random *r, uint32_t n, double *v)
{
    double square = 0;
    for (uint32_t i = 0; i < n; i++) {
        v[i] = 0.5 + 0.5 * random_unit(r);
        if (random_next(r) >> 40 & 1)
            v[i] = -v[i];
        square += v[i] * v[i];
    }
    for (uint32_t i = 0; i < n; i++)
        v[i] /= sqrt(square);
}
