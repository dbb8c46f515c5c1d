/* test_verify.c - the referee: right claims are verified, wrong ones never,
 * whatever the seed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "eval_table.h"
#include "suite.h"
#include "verify/verify.h"

enum { SEEDS = 20 };

/* More seeds with MATDIFF_TEST_MULTIPLIER in the environment. */
static uint64_t seeds(void)
{
    const char *more = getenv("MATDIFF_TEST_MULTIPLIER");
    return more ? SEEDS * strtoul(more, NULL, 10) : SEEDS;
}

static struct table t;
static struct verify_request q;
static struct verify_result r;
static expr_t A, B, C, S, x, y, a, b, X, n, I;

static void setup(void)
{
    table_init(&t);
    q = (struct verify_request){.order = 1, .inexact = true};
    A = tvar(&t, "A", "mn", 0);
    B = tvar(&t, "B", "nn", 0);
    C = tvar(&t, "C", "nm", 0);
    S = tvar(&t, "S", "nn", PROP_SYMMETRIC);
    X = tvar(&t, "X", "nn", 0);
    x = tvar(&t, "x", "n", 0);
    y = tvar(&t, "y", "m", 0);
    a = tvar(&t, "a", "", 0);
    b = tvar(&t, "b", "n", 0);
    n = tsize(&t, "n");
    I = CALL("eye", n);
}

static void teardown(void)
{
    table_free(&t);
}

static enum verdict judge(expr_t f, expr_t by, expr_t claim, uint64_t seed)
{
    ck_assert_msg(f && claim, "%s", t.fault.message);
    q.expr = f;
    q.claim = claim;
    for (uint32_t k = 0; k < q.order && k < 6; k++)
        if (!q.by[k] || k == 0 || q.by[k] == q.by[0])
            q.by[k] = by;
    q.seed = seed;
    ck_assert_msg(verify(&t.x, &q, &r), "%s", t.fault.message);
    return r.verdict;
}

/* One verdict for all seeds. */
static void expect_at(int line, expr_t f, expr_t by, expr_t claim,
                      enum verdict v)
{
    memset(q.by, 0, sizeof q.by);
    for (uint64_t seed = 0; seed < seeds(); seed++) {
        judge(f, by, claim, seed);
        ck_assert_msg(r.verdict == v, "line %d, seed %d: %s (%g) %s", line,
                      (int)seed, verdict_name(r.verdict), r.error, r.detail);
    }
}
#define RIGHT(f, by, claim) \
    expect_at(__LINE__, (f), (by), (claim), VERDICT_VERIFIED)
#define WRONG(f, by, claim) \
    expect_at(__LINE__, (f), (by), (claim), VERDICT_REFUTED)

static expr_t decimal(const char *s)
{
    return expr_number(&t.x, rat_from_decimal(&t.numbers, s, strlen(s)));
}

static expr_t dot(expr_t u, expr_t v)
{
    return MUL(TR(u), v);
}

static expr_t square(expr_t e)
{
    return POW(e, NUM(2));
}

START_TEST(gradients)
{
    expr_t f = MUL(MUL(TR(x), B), x), g = ADD(MUL(B, x), MUL(TR(B), x));
    RIGHT(f, x, g);
    WRONG(f, x, MUL(NUM(2), MUL(B, x)));
    WRONG(f, x, MUL(B, x));
    WRONG(f, x, NEG(g));
    WRONG(f, x, MUL(NUM(2), g));
    WRONG(f, x, TR(g));
    WRONG(f, x, ADD(g, MUL(decimal("0.00001"), b)));
    WRONG(f, x, MUL(decimal("1.00001"), g));
    WRONG(f, B, MUL(MUL(NUM(2), x), TR(x)));
    RIGHT(f, B, MUL(x, TR(x)));
    RIGHT(MUL(MUL(TR(x), S), x), x, MUL(NUM(2), MUL(S, x)));
    f = square(CALL("norm2", SUB(MUL(A, x), y)));
    RIGHT(f, x, MUL(MUL(NUM(2), TR(A)), SUB(MUL(A, x), y)));
    WRONG(f, x, MUL(MUL(NUM(2), TR(A)), ADD(MUL(A, x), y)));
    WRONG(f, x, MUL(MUL(NUM(2), TR(A)), MUL(A, x)));
    f = CALL("logdet", X);
    RIGHT(f, X, TR(CALL("inv", X)));
    WRONG(f, X, CALL("inv", X));
    RIGHT(CALL("log", CALL("det", X)), X, TR(CALL("inv", X)));
    RIGHT(CALL("det", X), X, TR(CALL("adj", X)));
    RIGHT(CALL("tr", MUL(A, C)), A, TR(C));
    RIGHT(CALL("logsumexp", x), x, CALL("softmax", x));
}
END_TEST

/* Wrong only off the diagonal, only for rectangular, only for n > 2. */
START_TEST(subtle)
{
    expr_t f = CALL("tr", MUL(X, X));
    RIGHT(f, X, MUL(NUM(2), TR(X)));
    WRONG(f, X, MUL(NUM(2), CALL("diag", CALL("diag", X))));
    WRONG(f, X, MUL(NUM(2), X));
    expr_t off = SUB(MUL(NUM(2), TR(X)),
                     MUL(decimal("0.000002"), SUB(X, HAD(X, I))));
    WRONG(f, X, off);
    f = CALL("sum", MUL(A, C));
    WRONG(f, A, CALL2("ones", tsize(&t, "m"), n));
    /* Cayley and Hamilton for 2 x 2: adj(X) = tr(X)*I - X */
    WRONG(CALL("det", X), X, TR(SUB(MUL(CALL("tr", X), I), X)));
    /* a factor that is 1 for square matrices */
    expr_t m = tsize(&t, "m");
    WRONG(CALL("norm2", A), A,
          MUL(DIV(m, n), DIV(A, CALL("norm2", A))));
    RIGHT(CALL("norm2", A), A, DIV(A, CALL("norm2", A)));
    /* a size taken for a number */
    WRONG(CALL("logdet", MUL(a, X)), a, DIV(NUM(2), a));
    WRONG(CALL("logdet", CALL2("kron", X, MUL(TR(C), C))), X,
          MUL(NUM(3), TR(CALL("inv", X))));
}
END_TEST

START_TEST(zeros)
{
    expr_t z = CALL("zeros", n);
    RIGHT(CALL("tr", X), x, z);
    WRONG(CALL("tr", X), x, NUM(0));
    WRONG(CALL("tr", X), x, b);
    WRONG(CALL("tr", X), x, MUL(decimal("0.0001"), b));
    RIGHT(SUB(CALL("tr", MUL(A, C)), CALL("tr", MUL(C, A))), A,
          CALL2("zeros", tsize(&t, "m"), n));
    WRONG(CALL("sum", x), x, z);
    WRONG(CALL("sum", CALL("relu", x)), x, z);
    WRONG(CALL("relu", a), a, MUL(NUM(2), CALL("step", a)));
    WRONG(CALL("relu", a), a, NUM(1));
    WRONG(CALL("relu", a), a, NUM(0));
    WRONG(CALL("relu", dot(b, x)), x, b);
    RIGHT(CALL("relu", a), a, CALL("step", a));
    WRONG(CALL("exp", MUL(NUM(-30), dot(x, x))), x, z);
    RIGHT(CALL("sum", CALL("abs", x)), x, CALL("sign", x));
}
END_TEST

START_TEST(domains)
{
    RIGHT(CALL("sum", CALL("log", x)), x,
          expr_apply2(&t.x, OP_HDIV, NUM(1), x));
    RIGHT(CALL("asin", a), a,
          DIV(NUM(1), CALL("sqrt", SUB(NUM(1), square(a)))));
    RIGHT(CALL("sqrt", SUB(a, NUM(1))), a,
          DIV(NUM(1), MUL(NUM(2), CALL("sqrt", SUB(a, NUM(1))))));
    expr_t f = CALL("sqrt", MUL(MUL(TR(x), B), x));
    RIGHT(f, x, DIV(MUL(ADD(B, TR(B)), x), MUL(NUM(2), f)));
    WRONG(f, x, DIV(MUL(B, x), f));
    expr_t never = CALL("log", NEG(square(a)));
    ck_assert_int_eq(judge(never, a, DIV(NUM(2), a), 1), VERDICT_UNABLE);
    ck_assert_str_eq(r.detail, "no point was found inside the domain");
    expr_t claim = CALL("log", NEG(square(a)));
    ck_assert_int_eq(judge(square(a), a, claim, 1), VERDICT_UNABLE);
}
END_TEST

START_TEST(jacobians)
{
    expr_t f = CALL("softmax", x);
    expr_t J = SUB(CALL("diag", f), MUL(f, TR(f)));
    RIGHT(f, x, J);
    RIGHT(MUL(A, x), x, A);
    WRONG(MUL(A, x), x, TR(A));
    q.layout = LAYOUT_DENOMINATOR;
    RIGHT(MUL(A, x), x, TR(A));
    RIGHT(MUL(a, x), a, TR(x));
    RIGHT(dot(b, x), x, b);
    RIGHT(MUL(MUL(TR(y), A), x), A, MUL(y, TR(x)));
    q.layout = LAYOUT_NUMERATOR;
    RIGHT(dot(b, x), x, TR(b));
    WRONG(dot(b, x), x, b);
    RIGHT(MUL(MUL(TR(y), A), x), A, MUL(x, TR(y)));
    RIGHT(MUL(a, x), a, x);
    q.layout = LAYOUT_MIXED;
    expr_t m = tsize(&t, "m");
    /* matrices by matrices in the vec face */
    RIGHT(MUL(A, X), X, CALL2("kron", I, A));
    WRONG(MUL(A, X), X, CALL2("kron", A, I));
    RIGHT(MUL(A, X), A, CALL2("kron", TR(X), CALL("eye", m)));
    RIGHT(TR(A), A, CALL2("commutation", m, n));
    WRONG(TR(A), A, CALL2("commutation", n, m));
    RIGHT(CALL("inv", X), X,
          NEG(CALL2("kron", TR(CALL("inv", X)), CALL("inv", X))));
    q.form = FORM_VEC;
    RIGHT(CALL("tr", X), X, CALL("vec", I));
    RIGHT(CALL("tr", X), X, TR(CALL("vec", I)));
}
END_TEST

static expr_t at2(expr_t e, expr_t i, expr_t j)
{
    expr_t s[2] = {i, j};
    return expr_element(&t.x, e, 2, s);
}

START_TEST(forms)
{
    expr_t m = tsize(&t, "m"), V = CALL("vec", I), K = MUL(V, TR(V));
    q.form = FORM_BLOCKS;
    RIGHT(X, X, K);
    q.form = FORM_BLOCKS_BY_VARIABLE;
    RIGHT(X, X, K);
    WRONG(X, X, CALL2("kron", I, I));
    RIGHT(MUL(a, A), A, MUL(a, MUL(CALL("vec", CALL("eye", m)), TR(V))));
    q.form = FORM_ROW_COLUMN;
    RIGHT(TR(X), X, CALL2("kron", I, I));
    /* index notation: axes of f, then of the variable */
    q.form = FORM_INDEX;
    expr_t i = tindex(&t, "i", "m"), j = tindex(&t, "j", "n");
    expr_t k = tindex(&t, "k", "n"), ijk[3] = {i, j, k};
    expr_t e = expr_tensor(&t.x, 3, ijk, 7,
                           MUL(at2(A, i, j), at2(I, j, k)));
    expr_t f = MUL(A, CALL("diag", x));
    RIGHT(f, x, e);
    expr_t ikj[3] = {i, k, j};
    RIGHT(f, x, expr_tensor(&t.x, 3, ikj, 7,
                            MUL(at2(A, i, j), at2(I, k, j))));
    expr_t kij[3] = {k, i, j};
    WRONG(f, x, expr_tensor(&t.x, 3, kij, 7,
                            MUL(at2(A, i, j), at2(I, j, k))));
    q.form = FORM_DIFFERENTIAL;
    struct decl d = {.name = intern_text(&t.names, "dX"),
                     .role = DECL_DIFFERENTIAL,
                     .shape = tshape(&t, "nn"),
                     .of = tdecl(&t, X)};
    expr_t dX = expr_variable(&t.x, expr_declare(&t.x, &d));
    expr_t inv = CALL("inv", X);
    RIGHT(inv, X, NEG(MUL(MUL(inv, dX), inv)));
    WRONG(inv, X, NEG(MUL(MUL(dX, inv), inv)));
    WRONG(inv, X, MUL(MUL(inv, dX), inv));
    RIGHT(CALL("expm", X), X, CALL2("dexpm", X, dX));
    q.order = 2;
    RIGHT(inv, X,
          MUL(NUM(2), MUL(MUL(MUL(MUL(inv, dX), inv), dX), inv)));
}
END_TEST

START_TEST(structures)
{
    expr_t f = CALL("tr", MUL(B, S));
    expr_t D = tvar(&t, "D", "nn", PROP_DIAGONAL | PROP_SYMMETRIC);
    expr_t L = tvar(&t, "L", "nn", PROP_LOWER);
    RIGHT(f, S, TR(B));
    q.structure = STRUCTURE_ENTRIES;
    RIGHT(f, S, SUB(ADD(B, TR(B)), HAD(B, I)));
    WRONG(f, S, ADD(B, TR(B)));
    RIGHT(CALL("tr", MUL(B, D)), D, HAD(B, I));
    RIGHT(CALL("tr", MUL(B, B)), B, MUL(NUM(2), TR(B)));
    WRONG(CALL("tr", MUL(B, L)), L, TR(B));
    q.structure = STRUCTURE_PROJECTED;
    RIGHT(f, S, MUL(DIV(NUM(1), NUM(2)), ADD(B, TR(B))));
    expr_t P = tvar(&t, "P", "nn", PROP_POSDEF | PROP_SYMMETRIC | PROP_PSD);
    q.structure = STRUCTURE_FREE;
    RIGHT(CALL("logdet", P), P, CALL("inv", P));
    expr_t Q = tvar(&t, "Q", "nn", PROP_ORTHOGONAL);
    RIGHT(CALL("sum", MUL(Q, x)), x, MUL(TR(Q), CALL("ones", n)));
    RIGHT(CALL("logdet", Q), Q, Q);
    expr_t T = tvar(&t, "T", "nn", PROP_TOEPLITZ);
    q.structure = STRUCTURE_ENTRIES;
    /* entry (i,j) stands for a diagonal of n-|i-j| entries */
    expr_t ij[2] = {tindex(&t, "i", "n"), tindex(&t, "j", "n")};
    expr_t length = SUB(n, CALL("abs", SUB(ij[0], ij[1])));
    RIGHT(CALL("sum", T), T, expr_tensor(&t.x, 2, ij, 3, length));
    q.structure = STRUCTURE_PROJECTED;
    RIGHT(CALL("sum", T), T, CALL2("ones", n, n));
    q.structure = STRUCTURE_FREE;
    /* a claim that is noise where the matrix is singular */
    expr_t M = tvar(&t, "M", "nn", PROP_PSD | PROP_SYMMETRIC);
    RIGHT(CALL("tr", M), M, MUL(CALL("inv", M), M));
}
END_TEST

START_TEST(second_order)
{
    q.order = 2;
    expr_t f = MUL(MUL(TR(x), B), x);
    RIGHT(f, x, ADD(B, TR(B)));
    WRONG(f, x, MUL(NUM(2), B));
    WRONG(f, x, ADD(B, B));
    f = CALL("logsumexp", x);
    expr_t s = CALL("softmax", x);
    RIGHT(f, x, SUB(CALL("diag", s), MUL(s, TR(s))));
    WRONG(f, x, CALL("diag", s));
    WRONG(f, x, ADD(CALL("diag", s), MUL(s, TR(s))));
    f = CALL("logdet", X);
    expr_t inv = CALL("inv", X);
    expr_t K = CALL2("commutation", n, n);
    RIGHT(f, X, NEG(MUL(K, CALL2("kron", TR(inv), inv))));
    WRONG(f, X, NEG(CALL2("kron", TR(inv), inv)));
    q.order = 3;
    RIGHT(POW(a, NUM(4)), a, MUL(NUM(24), a));
    WRONG(POW(a, NUM(4)), a, MUL(NUM(12), a));
    RIGHT(CALL("sin", a), a, NEG(CALL("cos", a)));
    q.order = 4;
    RIGHT(CALL("exp", a), a, CALL("exp", a));
    q.order = 6;
    RIGHT(CALL("sin", a), a, NEG(CALL("sin", a)));
    WRONG(CALL("sin", a), a, CALL("sin", a));
}
END_TEST

/* d2 (x'*B*y2) / dx dy2: the first variable makes the rows. */
START_TEST(mixed_partials)
{
    expr_t f = MUL(MUL(TR(y), A), x);
    q.order = 2;
    q.expr = f;
    q.by[0] = y;
    q.by[1] = x;
    q.claim = A;
    for (q.seed = 0; q.seed < seeds(); q.seed++) {
        ck_assert(verify(&t.x, &q, &r));
        ck_assert_msg(r.verdict == VERDICT_VERIFIED, "%s", r.detail);
    }
    q.claim = TR(A);
    ck_assert(verify(&t.x, &q, &r));
    ck_assert_int_eq(r.verdict, VERDICT_REFUTED);
}
END_TEST

START_TEST(equality)
{
    for (uint64_t seed = 0; seed < seeds(); seed++) {
        ck_assert(verify_equal(&t.x, CALL("tr", MUL(A, C)),
                               CALL("tr", MUL(C, A)), seed, &r));
        ck_assert_msg(r.verdict == VERDICT_VERIFIED, "%s", r.detail);
        ck_assert(verify_equal(&t.x, MUL(X, B), MUL(B, X), seed, &r));
        ck_assert_int_eq(r.verdict, VERDICT_REFUTED);
        ck_assert(verify_equal(&t.x, CALL("inv", MUL(X, B)),
                               MUL(CALL("inv", B), CALL("inv", X)), seed,
                               &r));
        ck_assert_msg(r.verdict == VERDICT_VERIFIED, "%s", r.detail);
        ck_assert(verify_equal(&t.x, CALL("sqrt", square(a)), a, seed, &r));
        ck_assert_int_eq(r.verdict, VERDICT_REFUTED);
        ck_assert(verify_equal(&t.x, TR(S), S, seed, &r));
        ck_assert_int_eq(r.verdict, VERDICT_VERIFIED);
    }
}
END_TEST

START_TEST(details)
{
    expr_t f = MUL(MUL(TR(x), B), x);
    judge(f, x, MUL(NUM(2), MUL(B, x)), 3);
    ck_assert_msg(strstr(r.detail, "at n=") && strstr(r.detail, "entry [") &&
                      strstr(r.detail, " by differences, ") &&
                      strstr(r.detail, " by the claim"),
                  "%s", r.detail);
    ck_assert(r.error > 1e-3);
    judge(MUL(A, x), x, TR(A), 3);
    ck_assert_msg(strstr(r.detail, "the claim is "), "%s", r.detail);
    /* the same seed, the same answer */
    struct verify_result first;
    judge(f, x, MUL(NUM(2), MUL(B, x)), 9);
    first = r;
    judge(f, x, MUL(NUM(2), MUL(B, x)), 9);
    ck_assert_str_eq(first.detail, r.detail);
}
END_TEST

START_TEST(conditions)
{
    struct conditions c;
    conditions_init(&c, &t.mem);
    ck_assert(conditions_add(&c, PROP_POSITIVE, a));
    expr_t f = CALL("sqrt", square(a));
    WRONG(f, a, NUM(1));
    q.given = &c;
    RIGHT(f, a, NUM(1));
    conditions_free(&c);
}
END_TEST

/* Every allocation fails once: a fault, nothing lost. */
START_TEST(memory)
{
    expr_t f = CALL("logdet", ADD(X, MUL(B, X)));
    uint32_t failures = 0;
    q.expr = f;
    q.claim = MUL(TR(ADD(I, B)), TR(CALL("inv", ADD(X, MUL(B, X)))));
    q.by[0] = X;
    ck_assert(verify(&t.x, &q, &r)); /* the tables have grown then */
    for (uint64_t k = 1; k < 100; k++) {
        size_t used = t.mem.used;
        t.mem.countdown = k;
        bool ok = verify(&t.x, &q, &r);
        t.mem.countdown = 0;
        ck_assert(ok == !fault_is_set(&t.fault));
        ck_assert(!ok || r.verdict == VERDICT_VERIFIED);
        ck_assert_uint_eq(t.mem.used, used);
        failures += !ok;
        fault_clear(&t.fault);
    }
    ck_assert_uint_gt(failures, 5);
}
END_TEST

START_TEST(limits)
{
    /* more loops than anybody wants to wait for */
    expr_t i = expr_index(&t.x, intern_text(&t.names, "i"), DIM_ONE,
                          dim_from_int(&t.dims, 1000000000));
    expr_t f = expr_sum(&t.x, 1, &i, MUL(i, a));
    ck_assert_int_eq(judge(f, a, NUM(1), 1), VERDICT_UNABLE);
    q.order = 7;
    ck_assert_int_eq(judge(a, a, NUM(1), 1), VERDICT_UNABLE);
    q.order = 1;
    ck_assert_int_eq(judge(a, MUL(a, a), NUM(1), 1), VERDICT_UNABLE);
}
END_TEST

START_TEST(speed)
{
    if (!getenv("VERIFY_SPEED"))
        return;
    expr_t e = SUB(MUL(A, x), y), s = CALL("softmax", x);
    struct {
        const char *name;
        expr_t f, by, claim;
    } cases[] = {
        {"norm2(A*x-y)^2", square(CALL("norm2", e)), x,
         MUL(MUL(NUM(2), TR(A)), e)},
        {"x'*B*x", MUL(MUL(TR(x), B), x), x, MUL(ADD(B, TR(B)), x)},
        {"logdet(X)", CALL("logdet", X), X, TR(CALL("inv", X))},
        {"inv(X)", CALL("inv", X), X,
         NEG(CALL2("kron", TR(CALL("inv", X)), CALL("inv", X)))},
        {"softmax(x)", s, x, SUB(CALL("diag", s), MUL(s, TR(s)))},
        {"tr(X)", CALL("tr", X), X, I},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clock_t begin = clock();
        for (uint64_t seed = 0; seed < 1000; seed++)
            ck_assert_msg(judge(cases[i].f, cases[i].by, cases[i].claim,
                                seed) == VERDICT_VERIFIED,
                          "%s: %s %s", cases[i].name,
                          verdict_name(r.verdict), r.detail);
        printf("%-16s %.0f us\n", cases[i].name,
               (double)(clock() - begin) / CLOCKS_PER_SEC * 1000);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("verify");
    TCase *c = tcase_create("verify");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, gradients);
    tcase_add_test(c, subtle);
    tcase_add_test(c, zeros);
    tcase_add_test(c, domains);
    tcase_add_test(c, jacobians);
    tcase_add_test(c, forms);
    tcase_add_test(c, structures);
    tcase_add_test(c, second_order);
    tcase_add_test(c, mixed_partials);
    tcase_add_test(c, equality);
    tcase_add_test(c, details);
    tcase_add_test(c, conditions);
    tcase_add_test(c, memory);
    tcase_add_test(c, limits);
    tcase_add_test(c, speed);
    suite_add_tcase(s, c);
    return suite_run(s);
}
