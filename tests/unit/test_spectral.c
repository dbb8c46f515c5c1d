/* test_spectral.c - eigenvalues, singular values, pseudo-inverses and factors
 * against what defines them. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "eval/dense.h"
#include "eval/spectral.h"
#include "suite.h"

enum { N = 7, NN = N * N, POINTS = 60 };

static struct random r;
static double *work;

static void setup(void)
{
    r = (struct random){54321};
    work = calloc(spectral_work(N), sizeof *work);
    ck_assert(work != NULL);
}

static void teardown(void)
{
    free(work);
}

static void draw(uint32_t m, uint32_t n, double *a)
{
    for (uint32_t i = 0; i < m * n; i++)
        a[i] = 2 * random_unit(&r) - 1;
}

static void draw_symmetric(uint32_t n, double *a)
{
    draw(n, n, a);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++)
            a[j + i * n] = a[i + j * n];
}

static void close_to(uint32_t n, const double *a, const double *b,
                     double tolerance)
{
    for (uint32_t i = 0; i < n; i++)
        ck_assert_msg(fabs(a[i] - b[i]) <= tolerance, "entry %u: %.15g, %.15g",
                      i, a[i], b[i]);
}

static void times(uint32_t m, uint32_t k, uint32_t n, const double *a,
                  const double *b, double *c)
{
    dense_multiply(NULL, m, k, n, a, b, c);
}

/* A*Q = Q*diag(values), Q'*Q = I, values ascend. */
START_TEST(symmetric)
{
    double a[NN], q[NN], t[NN], aq[NN], v[N], one[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % N;
        draw_symmetric(n, a);
        ck_assert(spectral_symmetric(n, a, v, q, work));
        times(n, n, n, a, q, aq);
        for (uint32_t i = 0; i < n * n; i++)
            t[i] = q[i] * v[i / n];
        close_to(n * n, aq, t, 1e-13);
        dense_transpose(n, n, q, t);
        times(n, n, n, t, q, aq);
        dense_identity(n, one);
        close_to(n * n, aq, one, 1e-13);
        for (uint32_t i = 1; i < n; i++)
            ck_assert(v[i] >= v[i - 1]);
    }
}
END_TEST

/* Of a matrix near a symmetric one: A*v = lambda*v; the differential of
 * Magnus, d lambda = v'*dA*v, dv = pinv(lambda*I-A)*dA*v at it. */
START_TEST(pairs)
{
    double a[NN], d[NN], up[NN], down[NN], res[NN], v[N], vu[N], vd[N];
    double t[N], want[N], value, lu, ld;
    const double h = 1e-5;
    for (int point = 0; point < POINTS; point++) {
        uint32_t n = 2 + (uint32_t)point % (N - 1), k = (uint32_t)point % n;
        draw_symmetric(n, a);
        draw(n, n, d);
        for (uint32_t i = 0; i < n * n; i++) {
            up[i] = a[i] + h * d[i];
            down[i] = a[i] - h * d[i];
        }
        if (!spectral_pair(n, a, k, true, &value, v, work) ||
            !spectral_resolvent(n, a, k, res, work))
            continue;
        ck_assert(spectral_pair(n, up, k, true, &lu, vu, work));
        times(n, n, 1, up, vu, t);
        for (uint32_t i = 0; i < n; i++)
            ck_assert_double_eq_tol(t[i], lu * vu[i], 1e-13);
        ck_assert(spectral_pair(n, down, k, true, &ld, vd, work));
        times(n, n, 1, d, v, t);
        double slope = 0;
        for (uint32_t i = 0; i < n; i++)
            slope += v[i] * t[i];
        ck_assert_double_eq_tol((lu - ld) / (2 * h), slope, 1e-4);
        times(n, n, 1, res, t, want);
        for (uint32_t i = 0; i < n; i++)
            ck_assert_msg(fabs((vu[i] - vd[i]) / (2 * h) - want[i]) <
                              1e-3 * (1 + fabs(want[i])),
                          "n %u, k %u: %g, %g", n, k,
                          (vu[i] - vd[i]) / (2 * h), want[i]);
    }
}
END_TEST

/* Eigenvalues that coincide have values, their vectors have none. */
START_TEST(coincident)
{
    double a[9] = {2, 0, 0, 0, 2, 0, 0, 0, 5}, v[3], value;
    ck_assert(spectral_pair(3, a, 0, false, &value, v, work));
    ck_assert_double_eq(value, 2);
    ck_assert(!spectral_pair(3, a, 0, true, &value, v, work));
    ck_assert(!spectral_pair(3, a, 1, true, &value, v, work));
    ck_assert(spectral_pair(3, a, 2, true, &value, v, work));
    ck_assert_double_eq(value, 5);
    ck_assert_double_eq(v[2], 1);
    ck_assert(!spectral_pair(3, a, 3, false, &value, v, work));
    double far[4] = {1, 5, -3, 1}; /* no real eigenvalue */
    ck_assert(!spectral_pair(2, far, 0, false, &value, v, work));
    double bad[4] = {NAN, 0, 0, 1};
    ck_assert(!spectral_pair(2, bad, 0, false, &value, v, work));
}
END_TEST

/* X = U*diag(s)*V', orthonormal columns, values descend. */
START_TEST(singular_values)
{
    double x[NN], u[NN], v[NN], s[N], us[NN], vt[NN], got[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t m = 1 + (uint32_t)k % N, n = 1 + (uint32_t)(k / 3) % N;
        uint32_t c = m < n ? m : n;
        draw(m, n, x);
        ck_assert(spectral_svd(m, n, x, u, s, v, work));
        for (uint32_t i = 0; i < m * c; i++)
            us[i] = u[i] * s[i / m];
        dense_transpose(n, c, v, vt);
        times(m, c, n, us, vt, got);
        close_to(m * n, got, x, 1e-13);
        for (uint32_t i = 1; i < c; i++)
            ck_assert(s[i] <= s[i - 1] && s[i] >= 0);
    }
}
END_TEST

static void check_penrose(uint32_t m, uint32_t n, const double *x,
                          const double *p)
{
    double xp[NN], px[NN], t[NN];
    times(m, n, m, x, p, xp);
    times(n, m, n, p, x, px);
    times(m, m, n, xp, x, t);
    close_to(m * n, t, x, 1e-10);
    times(n, n, m, px, p, t);
    close_to(n * m, t, p, 1e-8);
    dense_transpose(m, m, xp, t);
    close_to(m * m, xp, t, 1e-10);
    dense_transpose(n, n, px, t);
    close_to(n * n, px, t, 1e-10);
}

/* Penrose's four equations, of any rank. */
START_TEST(pseudo_inverses)
{
    double x[NN], y[NN], z[NN], p[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t m = 1 + (uint32_t)k % 5, n = 1 + (uint32_t)(k / 3) % 5;
        draw(m, n, x);
        if (spectral_pinv(m, n, x, p, work))
            check_penrose(m, n, x, p);
        draw(m, 1, y); /* rank 1 */
        draw(1, n, z);
        times(m, 1, n, y, z, x);
        ck_assert(spectral_pinv(m, n, x, p, work));
        check_penrose(m, n, x, p);
    }
    double zero[6] = {0}, got[6];
    ck_assert(spectral_pinv(2, 3, zero, got, work));
    close_to(6, got, zero, 0);
    /* neither of rank 1 nor clearly of rank 2 */
    double unclear[4] = {1, 0, 0, 1e-10};
    ck_assert(!spectral_pinv(2, 2, unclear, p, work));
}
END_TEST

START_TEST(polar_factors)
{
    double x[NN], p[NN], t[NN], got[NN], one[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % 4, m = n + (uint32_t)k % 3;
        draw(m, n, x);
        if (!spectral_polar(m, n, x, p, work))
            continue;
        dense_transpose(m, n, p, t);
        times(n, m, n, t, p, got);
        dense_identity(n, one);
        close_to(n * n, got, one, 1e-12);
    }
    double rank1[4] = {1, 2, 2, 4};
    ck_assert(!spectral_polar(2, 2, rank1, p, work));
}
END_TEST

/* L*L' = S; of any A near it L*R with diag(R) = diag(L): R is the factor
 * of A' transposed. */
START_TEST(cholesky)
{
    double b[NN], bt[NN], s[NN], l[NN], lr[NN], rt[NN], t[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % N;
        draw(n, n, b);
        dense_transpose(n, n, b, bt);
        times(n, n, n, b, bt, s);
        for (uint32_t i = 0; i < n; i++)
            s[i + i * n] += 0.1;
        ck_assert(spectral_cholesky(n, s, l));
        dense_transpose(n, n, l, t);
        times(n, n, n, l, t, lr);
        close_to(n * n, lr, s, 1e-13 * n);
        s[n - 1] += 1e-3;
        ck_assert(spectral_cholesky(n, s, l));
        dense_transpose(n, n, s, t);
        ck_assert(spectral_cholesky(n, t, rt));
        dense_transpose(n, n, rt, t);
        times(n, n, n, l, t, lr);
        close_to(n * n, lr, s, 1e-13 * n);
    }
    double indefinite[4] = {1, 2, 2, 1}, singular[4] = {1, 1, 1, 1};
    ck_assert(!spectral_cholesky(2, indefinite, l));
    ck_assert(!spectral_cholesky(2, singular, l));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spectral");
    TCase *c = tcase_create("spectral");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, symmetric);
    tcase_add_test(c, pairs);
    tcase_add_test(c, coincident);
    tcase_add_test(c, singular_values);
    tcase_add_test(c, pseudo_inverses);
    tcase_add_test(c, polar_factors);
    tcase_add_test(c, cholesky);
    suite_add_tcase(s, c);
    return suite_run(s);
}
