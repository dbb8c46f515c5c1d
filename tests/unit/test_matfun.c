/* test_matfun.c - functions of matrices against what defines them. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "eval/dense.h"
#include "eval/matfun.h"
#include "suite.h"

enum { N = 6, NN = N * N, POINTS = 40 };

static struct random r;
static double *work;

static void setup(void)
{
    r = (struct random){12345};
    work = calloc(matfun_work(4 * N) + 64 * NN, sizeof *work);
    ck_assert(work != NULL);
}

static void teardown(void)
{
    free(work);
}

/* P + K with P positive definite and K antisymmetric: eigenvalues in the
 * right half plane; of size n. */
static void draw(uint32_t n, double *a)
{
    double b[NN];
    for (uint32_t i = 0; i < n * n; i++)
        b[i] = 2 * random_unit(&r) - 1;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            double s = i == j ? 0.1 : 0;
            for (uint32_t k = 0; k < n; k++)
                s += b[i + k * n] * b[j + k * n];
            a[i + j * n] = s + b[i + j * n] - b[j + i * n];
        }
}

static void close_to(uint32_t n, const double *a, const double *b,
                     double tolerance)
{
    double top = 1;
    for (uint32_t i = 0; i < n; i++)
        top = fmax(top, fabs(b[i]));
    for (uint32_t i = 0; i < n; i++)
        ck_assert_msg(fabs(a[i] - b[i]) <= tolerance * top,
                      "entry %u: %.15g and %.15g", i, a[i], b[i]);
}

START_TEST(inverses_of_each_other)
{
    double a[NN], f[NN], g[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % N;
        draw(n, a);
        ck_assert(matfun_log(NULL, n, a, 0, f, work));
        ck_assert(matfun_exp(NULL, n, f, 0, g, work));
        close_to(n * n, g, a, 1e-12);
        ck_assert(matfun_sqrt(NULL, n, a, 0, f, work));
        dense_multiply(NULL, n, n, n, f, f, g);
        close_to(n * n, g, a, 1e-12);
    }
}
END_TEST

START_TEST(powers)
{
    double a[NN], f[NN], g[NN], h[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % N;
        double p = 3 * random_unit(&r) - 1;
        draw(n, a);
        ck_assert(matfun_power(NULL, n, a, p, f, work));
        ck_assert(matfun_power(NULL, n, a, 1 - p, g, work));
        dense_multiply(NULL, n, n, n, f, g, h);
        close_to(n * n, h, a, 1e-11);
        ck_assert(matfun_power(NULL, n, a, 0.5, f, work));
        ck_assert(matfun_sqrt(NULL, n, a, 0, g, work));
        close_to(n * n, f, g, 1e-12);
    }
}
END_TEST

START_TEST(sines)
{
    double a[NN], s[NN], c[NN], ss[NN], cc[NN], one[NN];
    for (int k = 0; k < POINTS; k++) {
        uint32_t n = 1 + (uint32_t)k % N;
        draw(n, a);
        ck_assert(matfun_sin(NULL, n, a, 0, s, work));
        ck_assert(matfun_cos(NULL, n, a, 0, c, work));
        dense_multiply(NULL, n, n, n, s, s, ss);
        dense_multiply(NULL, n, n, n, c, c, cc);
        double top = 1;
        for (uint32_t i = 0; i < n * n; i++) {
            top = fmax(top, fabs(ss[i]));
            ss[i] += cc[i];
        }
        dense_identity(n, one);
        close_to(n * n, ss, one, 1e-12 * top);
    }
    double x = 0.7, y;
    ck_assert(matfun_sin(NULL, 1, &x, 0, &y, work));
    ck_assert_double_eq_tol(y, sin(x), 1e-15);
}
END_TEST

/* [a 1; 0 a] is no diagonal matrix: f has f'(a) in its corner. */
START_TEST(defective)
{
    double a[4] = {2, 0, 1, 2}, f[4];
    ck_assert(matfun_log(NULL, 2, a, 0, f, work));
    close_to(4, f, (double[]){log(2), 0, 0.5, log(2)}, 1e-14);
    ck_assert(matfun_sqrt(NULL, 2, a, 0, f, work));
    close_to(4, f, (double[]){sqrt(2), 0, sqrt(2) / 4, sqrt(2)}, 1e-14);
    ck_assert(matfun_power(NULL, 2, a, -1.5, f, work));
    double p = pow(2, -1.5);
    close_to(4, f, (double[]){p, 0, -1.5 * p / 2, p}, 1e-14);
}
END_TEST

/* A rotation has its eigenvalues on the unit circle: near -1 still. */
START_TEST(rotations)
{
    double f[4];
    for (double t = -3.1; t < 3.1; t += 0.2) {
        double a[4] = {cos(t), sin(t), -sin(t), cos(t)};
        ck_assert(matfun_log(NULL, 2, a, 0, f, work));
        close_to(4, f, (double[]){0, t, -t, 0}, 1e-12);
    }
}
END_TEST

START_TEST(outside_the_domain)
{
    static const double outside[][9] = {
        {-1},                          /* 1 x 1 */
        {1, 2, 2, 4},                  /* singular */
        {0, 0, 1, 0},                  /* nilpotent */
        {1, 0, 0, -2},                 /* a negative eigenvalue */
        {-1, 0, 0, -1},                /* two of them: no principal root */
        {NAN, 0, 0, 1},
        {INFINITY, 0, 0, 1},
        {2, 1, 0, 1, -3, 0.5, 0, 0.5, 1},
    };
    static const uint32_t size[] = {1, 2, 2, 2, 2, 2, 2, 3};
    double f[9];
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        ck_assert_msg(!matfun_sqrt(NULL, size[i], outside[i], 0, f, work),
                      "square root of case %zu", i);
        ck_assert_msg(!matfun_log(NULL, size[i], outside[i], 0, f, work),
                      "logarithm of case %zu", i);
        ck_assert(!matfun_power(NULL, size[i], outside[i], 0.3, f, work));
    }
}
END_TEST

/* Condition 1e12: what is returned is a root, to rounding. */
START_TEST(ill_conditioned)
{
    double a[9] = {1, 0, 0, 0, 1e-6, 0, 0, 0, 1e-12}, f[9], g[9];
    ck_assert(matfun_sqrt(NULL, 3, a, 0, f, work));
    close_to(9, f, (double[]){1, 0, 0, 0, 1e-3, 0, 0, 0, 1e-6}, 1e-12);
    ck_assert(matfun_log(NULL, 3, a, 0, f, work));
    close_to(9, f, (double[]){0, 0, 0, 0, log(1e-6), 0, 0, 0, log(1e-12)},
             1e-11);
    ck_assert(matfun_exp(NULL, 3, f, 0, g, work));
    close_to(9, g, a, 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("matfun");
    TCase *c = tcase_create("matfun");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, inverses_of_each_other);
    tcase_add_test(c, powers);
    tcase_add_test(c, sines);
    tcase_add_test(c, defective);
    tcase_add_test(c, rotations);
    tcase_add_test(c, outside_the_domain);
    tcase_add_test(c, ill_conditioned);
    suite_add_tcase(s, c);
    return suite_run(s);
}
