/* test_exact.c - the prime field, jets over it, and what they prove: right
 * claims of many kinds, wrong ones never, whatever the seed. */
#include <check.h>
#include <stdio.h>

#include "base/random.h"
#include "fixture.h"
#include "number/jet.h"
#include "suite.h"
#include "verify/verify.h"

enum { SEEDS = 20 };

/* ---------------------------------------------------------- the field */

START_TEST(field)
{
    struct random r = {7};
    for (int i = 0; i < 1000; i++) {
        field_t a = field_from_bits(random_next(&r)), root;
        field_t b = field_from_bits(random_next(&r));
        ck_assert_uint_eq(field_add(field_sub(a, b), b), a);
        ck_assert_uint_eq(field_mul(field_mul(a, b), field_inverse(b)), a);
        ck_assert_uint_eq(field_power(a, FIELD_PRIME - 1), 1);
        ck_assert_uint_eq(field_power(a, FIELD_PRIME - 2), field_inverse(a));
        field_t square = field_mul(a, a), one, two;
        ck_assert(field_sqrt(square, &root));
        ck_assert(root == a || root == field_neg(a));
        /* either a number or its negative is a square; -1 is none */
        ck_assert(field_sqrt(a, &one) != field_sqrt(field_neg(a), &two));
    }
    ck_assert_uint_eq(field_inverse(0), 0);
    ck_assert_uint_eq(field_mul(FIELD_PRIME - 1, FIELD_PRIME - 1), 1);
    ck_assert_uint_eq(field_from_int(INT64_MIN), field_neg(4));
    ck_assert_int_eq(field_to_int(field_from_int(-5)), -5);
    ck_assert_int_eq(field_to_int(field_from_int(5)), 5);
}
END_TEST

static void draw_jet(struct random *r, field_t *a)
{
    for (uint32_t s = 0; s < jet_parts(JET_MAX_ORDER); s++)
        a[s] = field_from_bits(random_next(r));
}

START_TEST(jets)
{
    struct random r = {8};
    field_t a[8], b[8], c[8], d[8];
    for (int i = 0; i < 200; i++)
        for (uint32_t k = 0; k <= JET_MAX_ORDER; k++) {
            draw_jet(&r, a);
            ck_assert(jet_inverse(k, b, a));
            jet_multiply(k, c, a, b);
            ck_assert(c[0] == 1 && jet_is_constant(k, c));
            ck_assert(jet_power(k, b, a, -3) && jet_power(k, c, a, 3));
            jet_multiply(k, d, b, c);
            ck_assert(d[0] == 1 && jet_is_constant(k, d));
            jet_multiply(k, b, a, a);
            ck_assert(jet_sqrt(k, c, b));
            jet_multiply(k, d, c, c);
            for (uint32_t s = 0; s < jet_parts(k); s++)
                ck_assert_uint_eq(d[s], b[s]);
        }
    a[0] = 0;
    ck_assert(!jet_inverse(1, b, a));
}
END_TEST

/* [e 1; 1 0]: the first column's first element has the value 0 and must not
 * be the pivot; the inverse is [0 1; 1 -e], the determinant -1. */
START_TEST(pivots)
{
    field_t a[] = {0, 1, 1, 0, 1, 0, 0, 0}, det[2];
    field_t b[] = {1, 0, 0, 0, 0, 0, 1, 0};
    ck_assert(jet_solve(1, 2, a, 2, b, det));
    const field_t inverse[] = {0, 0, 1, 0, 1, 0, 0, FIELD_PRIME - 1};
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(b[i], inverse[i]);
    ck_assert(det[0] == FIELD_PRIME - 1 && det[1] == 0);
    field_t singular[] = {0, 1, 0, 0, 0, 0, 0, 1};
    ck_assert(!jet_solve(1, 2, singular, 0, NULL, det));
}
END_TEST

/* ------------------------------------------------------------- claims */

static struct fixture f;
static struct verify_result r;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

struct claim {
    const char *expr, *by, *claim;
};

static const char *const declarations =
    "A[m,n], B[n,p], C[p,m], X[n,n], Y[m,p], S[n,n] symmetric, "
    "P[n,n] posdef, D[n,n] diagonal, L[n,n] lower, K[n,n] antisymmetric, "
    "Q[n,n] orthogonal, T[n,n] toeplitz, x[n], y[m], z[n], a, b, "
    "c positive";

static enum verdict judge(const struct claim *k, uint32_t order,
                          uint64_t seed)
{
    struct verify_request q = {.expr = fixture_read(&f, declarations, k->expr),
                               .order = order,
                               .seed = seed};
    q.claim = fixture_read_on(&f, k->claim);
    for (uint32_t t = 0; t < order; t++)
        q.by[t] = fixture_read_on(&f, k->by);
    ck_assert_msg(q.expr && q.claim && q.by[0], "%s by %s: %s", k->expr,
                  k->by, fixture_fault(&f));
    ck_assert_msg(verify(&f.x, &q, &r), "%s", fixture_fault(&f));
    return r.verdict;
}

static const struct claim right[] = {
    {"x'*X*x", "x", "(X+X')*x"},
    {"norm2(A*x-y)^2", "x", "2*A'*(A*x-y)"},
    {"norm2(A*x-y)", "x", "A'*(A*x-y)/norm2(A*x-y)"},
    {"tr(A*B*C)", "B", "A'*C'"},
    {"A*B*C", "B", "kron(C',A)"},
    {"A'", "A", "commutation(m,n)"},
    {"inv(X)", "X", "-kron(inv(X)',inv(X))"},
    {"det(X)", "X", "det(X)*inv(X)'"},
    {"det(X)", "X", "adj(X)'"},
    {"det(X)^-2", "X", "-2*det(X)^-2*inv(X)'"},
    {"tr(adj(X))", "X", "det(X)*(tr(inv(X))*inv(X)-inv(X)*inv(X))'"},
    {"logdet(X)", "X", "inv(X)'"},
    {"logdet(P)", "P", "inv(P)"},
    {"tr(X^3)", "X", "3*(X')^2"},
    {"x'*S*x", "x", "2*S*x"},
    {"x'*P*x", "x", "2*P*x"},
    {"tr(D*X)", "X", "D"},
    {"z'*K*x", "x", "-K*z"},
    {"z'*(Q*inv(Q'))*x", "x", "(Q*Q)'*z"},
    {"tr(Q*X*Q')", "X", "eye(n)"},
    {"z'*T*x", "x", "T'*z"},
    {"X\\x", "x", "inv(X)"},
    {"x./z", "z", "diag(-x./z.^2)"},
    {"kron(x,z)", "x", "kron(eye(n),z)"},
    {"diag(x)*z", "x", "diag(z)"},
    {"vec(x*y')", "x", "kron(y,eye(n))"},
    {"sum(exp(x).*z)", "x", "exp(x).*z"},
    {"tanh(A*x)", "x", "diag(1-tanh(A*x).^2)*A"},
    {"sum(log(x))", "x", "1./x"},
    {"sin(a)*cos(a)", "a", "cos(a)^2-sin(a)^2"},
    {"sum(sqrt(x))", "x", "1/2*x.^(-1/2)"},
    {"a^b", "a", "b*a^(b-1)"},
    {"a^b", "b", "a^b*log(a)"},
    {"norm1(x)", "x", "sign(x)"},
    {"logsumexp(x)", "x", "softmax(x)"},
    {"sum(i: x[i]^3*i)", "x", "tensor(i: 3*i*x[i]^2)"},
    {"sum(log(1+exp(-x)))", "x", "-sigmoid(-x)"},
    {"log(cosh(a))", "a", "1-2/(exp(a)^2+1)"},
    {"log(det(X))^2", "X", "2*logdet(X)*inv(X)'"},
    {"tan(a)", "a", "1/cos(a)^2"},
    {"log(sum(exp(x)))", "x", "softmax(x)"},
    {"norm1(-x)", "x", "-sign(-x)"},
    {"sinh(a)*cosh(a)", "a", "1+2*sinh(a)^2"},
    {"erf(a)", "a", "2/sqrt(acos(-1))*exp(-a^2)"},
};

START_TEST(right_ones)
{
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            ck_assert_msg(judge(&right[i], 1, seed) == VERDICT_PROVED,
                          "%s by %s is %s: %s (seed %d): %s", right[i].expr,
                          right[i].by, right[i].claim,
                          verdict_name(r.verdict), (int)seed, r.detail);
    ck_assert(strstr(r.detail, " points mod 2^61-1, degree <= "));
}
END_TEST

/* Each a change of a right one: transposed, a factor, a sign, a term less,
 * factors swapped; then some that hold for special values only. */
static const struct claim wrong[] = {
    {"x'*X*x", "x", "2*X*x"},
    {"x'*X*x", "x", "(X-X')*x"},
    {"x'*X*x", "x", "X'*x"},
    {"norm2(A*x-y)^2", "x", "A'*(A*x-y)"},
    {"norm2(A*x-y)^2", "x", "2*A'*(A*x+y)"},
    {"norm2(A*x-y)^2", "x", "2*A'*A*x"},
    {"norm2(A*x-y)", "x", "A'*(A*x-y)/norm2(A*x-y)^2"},
    {"norm2(x)", "x", "-x/norm2(x)"},
    {"tr(X*S)", "X", "S*1.0000000001"},
    {"tr(X*Q)", "X", "Q"},
    {"X*x", "x", "X'"},
    {"A*B*C", "B", "kron(A,C')"},
    {"A'", "A", "commutation(n,m)"},
    {"inv(X)", "X", "-kron(inv(X),inv(X))"},
    {"det(X)", "X", "det(X)*inv(X)"},
    {"logdet(X)", "X", "inv(X)"},
    {"tr(X^3)", "X", "3*X^2"},
    {"tr(X^3)", "X", "2*(X')^2"},
    {"z'*K*x", "x", "K*z"},
    {"sum(exp(x).*z)", "x", "exp(x)"},
    {"tanh(A*x)", "x", "diag(1-tanh(A*x))*A"},
    {"sum(log(x))", "x", "x"},
    {"sqrt(a^2)", "a", "1"},
    {"abs(a)", "a", "1"},
    {"sinh(a)", "a", "sinh(a)"},
    {"log(1+exp(a))", "a", "sigmoid(-a)"},
    {"sqrt(a)", "a", "-1/(2*sqrt(a))"},
    {"a^b", "a", "b*a^b"},
    {"x./z", "z", "diag(x./z.^2)"},
    {"norm1(x)", "x", "ones(n)"},
    {"kron(x,z)", "x", "kron(z,eye(n))"},
    {"det(Q)*a", "a", "1"},
    {"sum(i: x[i]^3*i)", "x", "3*x.^2"},
    {"a^2", "a", "2.000000000000001*a"},
};

START_TEST(wrong_ones)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            ck_assert_msg(judge(&wrong[i], 1, seed) == VERDICT_REFUTED,
                          "%s by %s is not %s: %s (seed %d): %s",
                          wrong[i].expr, wrong[i].by, wrong[i].claim,
                          verdict_name(r.verdict), (int)seed, r.detail);
}
END_TEST

/* Right, but by an identity that the rules do not give. */
START_TEST(beyond_the_rules)
{
    static const struct claim rows[] = {
        {"a*log(a*b)", "a", "log(a)+log(b)+1"},
        {"sqrt(c^2)", "c", "1"},
        {"tr(expm(X))", "X", "expm(X)'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint64_t seed = 0; seed < SEEDS; seed++)
            ck_assert_msg(judge(&rows[i], 1, seed) == VERDICT_VERIFIED,
                          "%s by %s: %s (seed %d): %s", rows[i].expr,
                          rows[i].by, verdict_name(r.verdict), (int)seed,
                          r.detail);
}
END_TEST

START_TEST(higher_orders)
{
    static const struct claim second[] = {
        {"x'*X*x", "x", "X+X'"},
        {"sum(exp(x))", "x", "diag(exp(x))"},
        {"logsumexp(x)", "x", "diag(softmax(x))-softmax(x)*softmax(x)'"},
        {"norm2(x)", "x", "eye(n)/norm2(x)-x*x'/norm2(x)^3"},
        {"1/a", "a", "2/a^3"}};
    static const struct claim not_second[] = {
        {"x'*X*x", "x", "2*X"},
        {"logsumexp(x)", "x", "diag(softmax(x))+softmax(x)*softmax(x)'"},
        {"1/a", "a", "-2/a^3"}};
    static const struct claim third = {"a^2*sin(a)", "a",
                                       "6*cos(a)-6*a*sin(a)-a^2*cos(a)"};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        for (size_t i = 0; i < sizeof second / sizeof *second; i++)
            ck_assert_msg(judge(&second[i], 2, seed) == VERDICT_PROVED,
                          "%s: %s: %s", second[i].expr,
                          verdict_name(r.verdict), r.detail);
        for (size_t i = 0; i < sizeof not_second / sizeof *not_second; i++)
            ck_assert_msg(judge(&not_second[i], 2, seed) == VERDICT_REFUTED,
                          "%s: %s", not_second[i].expr, r.detail);
        ck_assert_int_eq(judge(&third, 3, seed), VERDICT_PROVED);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exact");
    TCase *numbers = tcase_create("numbers"), *claims = tcase_create("claims");
    tcase_add_test(numbers, field);
    tcase_add_test(numbers, jets);
    tcase_add_test(numbers, pivots);
    suite_add_tcase(s, numbers);
    tcase_add_checked_fixture(claims, setup, teardown);
    tcase_set_timeout(claims, 120);
    tcase_add_test(claims, right_ones);
    tcase_add_test(claims, wrong_ones);
    tcase_add_test(claims, beyond_the_rules);
    tcase_add_test(claims, higher_orders);
    suite_add_tcase(s, claims);
    return suite_run(s);
}
