/* test_eval.c - the evaluator against values computed by hand and against
 * identities between kernels. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "eval_table.h"
#include "suite.h"

static struct table t;
static struct evaluator *ev;
static struct eval_size sizes[8];
static uint32_t nsizes;
static struct {
    decl_t decl;
    double v[400];
} vars[16];
static uint32_t nvars;

static void setup(void)
{
    static const char *const names[] = {"m", "n", "p", "q", "k"};
    static const int64_t values[] = {4, 3, 2, 5, 6};
    table_init(&t);
    ev = evaluator_new(&t.x);
    nsizes = 0;
    nvars = 0;
    for (size_t i = 0; i < 5; i++)
        sizes[nsizes++] =
            (struct eval_size){intern_text(&t.names, names[i]), values[i]};
}

static void teardown(void)
{
    evaluator_free(ev);
    table_free(&t);
}

static expr_t var(const char *name, const char *shape)
{
    struct random r = {nvars + 77};
    expr_t e = tvar(&t, name, shape, 0);
    vars[nvars].decl = tdecl(&t, e);
    for (int i = 0; i < 400; i++)
        vars[nvars].v[i] = 2 * random_unit(&r) - 1;
    nvars++;
    return e;
}

static struct eval_plan *plan(expr_t e)
{
    ck_assert_msg(e != 0, "%s", t.fault.message);
    struct eval_plan *p = eval_plan_new(ev, e, sizes, nsizes);
    ck_assert_msg(p != NULL, "%s", t.fault.message);
    for (uint32_t i = 0; i < nvars; i++)
        eval_bind(p, vars[i].decl, vars[i].v);
    return p;
}

static const struct eval_value *value(expr_t e)
{
    struct eval_plan *p = plan(e);
    ck_assert(eval_run(p));
    return eval_result(p);
}

static void same(expr_t a, expr_t b)
{
    const struct eval_value *va = value(a), *vb = value(b);
    ck_assert_uint_eq(va->size, vb->size);
    ck_assert_uint_eq(va->rows, vb->rows);
    for (uint32_t i = 0; i < va->size; i++)
        ck_assert_msg(fabs(va->v[i] - vb->v[i]) <= 1e-11 * (1 + fabs(va->v[i])),
                      "entry %u: %.15g and %.15g", i, va->v[i], vb->v[i]);
}

START_TEST(arithmetic)
{
    expr_t a = var("a", ""), A = var("A", "mn"), B = var("B", "nn");
    expr_t x = var("x", "n"), y = var("y", "m"), C = var("C", "mn");
    double *va = vars[0].v, *vA = vars[1].v, *vx = vars[3].v;
    const struct eval_value *v = value(ADD(MUL(a, A), C));
    for (uint32_t i = 0; i < 12; i++)
        ck_assert_double_eq_tol(v->v[i], *va * vA[i] + vars[5].v[i], 1e-15);
    v = value(MUL(A, x));
    ck_assert_uint_eq(v->size, 4);
    ck_assert_double_eq_tol(
        v->v[1], vA[1] * vx[0] + vA[5] * vx[1] + vA[9] * vx[2], 1e-15);
    same(MUL(MUL(TR(y), A), x), MUL(MUL(TR(x), TR(A)), y));
    same(MUL(x, TR(y)), TR(MUL(y, TR(x))));
    same(DIV(A, B), MUL(A, CALL("inv", B)));
    same(expr_apply2(&t.x, OP_LDIV, B, x), MUL(CALL("inv", B), x));
    same(POW(B, NUM(3)), MUL(B, MUL(B, B)));
    same(POW(B, NUM(-2)), MUL(CALL("inv", B), CALL("inv", B)));
    same(POW(B, NUM(0)), CALL("eye", tsize(&t, "n")));
    same(SUB(NUM(1), x), ADD(CALL("ones", tsize(&t, "n")), NEG(x)));
    same(expr_apply2(&t.x, OP_HDIV, x, x), CALL("ones", tsize(&t, "n")));
    same(MUL(NUM(2), HAD(x, x)),
         MUL(NUM(2), expr_apply2(&t.x, OP_HPOW, x, NUM(2))));
}
END_TEST

START_TEST(matrix_functions)
{
    expr_t A = var("A", "mn"), B = var("B", "nn"), E = var("E", "nn");
    expr_t P = var("P", "pq"), x = var("x", "n");
    expr_t I = CALL("eye", tsize(&t, "n"));
    same(MUL(B, CALL("adj", B)), MUL(CALL("det", B), I));
    same(CALL("logdet", B), CALL("log", CALL("abs", CALL("det", B))));
    same(CALL("vec", MUL(MUL(A, B), E)),
         MUL(CALL2("kron", TR(E), A), CALL("vec", B)));
    same(MUL(CALL2("commutation", tsize(&t, "m"), tsize(&t, "n")),
             CALL("vec", A)),
         CALL("vec", TR(A)));
    same(CALL("tr", MUL(A, TR(A))), POW(CALL("norm2", A), NUM(2)));
    same(MUL(CALL("expm", B), CALL("expm", NEG(B))), I);
    same(CALL2("dexpm", B, B), MUL(B, CALL("expm", B)));
    same(CALL("expm", CALL("diag", x)), CALL("diag", CALL("exp", x)));
    same(CALL("diag", CALL("diag", x)), x);
    same(CALL("sum", CALL("softmax", x)), NUM(1));
    same(CALL("logsumexp", x), CALL("log", CALL("sum", CALL("exp", x))));
    same(CALL("tr", MUL(CALL("expm", E), B)),
         CALL("tr", MUL(B, CALL("expm", E))));
    ck_assert_uint_eq(value(CALL2("kron", A, P))->rows, 8);
    same(CALL("sum", CALL2("ones", tsize(&t, "m"), tsize(&t, "n"))),
         MUL(tsize(&t, "m"), tsize(&t, "n")));
}
END_TEST

/* Adjugates of singular matrices, and points outside a domain. */
START_TEST(singular)
{
    expr_t B = var("B", "nn"), x = var("x", "n");
    for (int i = 0; i < 3; i++)
        vars[0].v[6 + i] = vars[0].v[i];
    same(MUL(B, CALL("adj", B)), MUL(NUM(0), B));
    ck_assert(fabs(value(CALL("norm2", CALL("adj", B)))->v[0]) > 1e-3);
    for (int i = 0; i < 9; i++)
        vars[0].v[i] = i < 3 ? 0 : i;
    ck_assert(!eval_run(plan(CALL("inv", B))));
    ck_assert(!eval_run(plan(POW(CALL("det", B), NUM(-1)))));
    vars[1].v[1] = -1;
    ck_assert(!eval_run(plan(CALL("log", x))));
    ck_assert(!eval_run(plan(CALL("sqrt", x))));
    ck_assert(eval_run(plan(CALL("exp", x))));
}
END_TEST

static expr_t at(expr_t a, expr_t i, expr_t j)
{
    expr_t s[2] = {i, j};
    return expr_element(&t.x, a, j ? 2 : 1, s);
}

START_TEST(loops)
{
    expr_t A = var("A", "mn"), B = var("B", "nn"), x = var("x", "n");
    expr_t i = tindex(&t, "i", "m"), j = tindex(&t, "j", "n");
    expr_t k = tindex(&t, "k", "n"), ij[2] = {i, j}, jj[2] = {j, k};
    expr_t Ax = expr_tensor(&t.x, 1, &i, 1,
                            expr_sum(&t.x, 1, &j,
                                     MUL(at(A, i, j), at(x, j, 0))));
    same(Ax, MUL(A, x));
    same(expr_tensor(&t.x, 2, ij, 3,
                     expr_sum(&t.x, 1, &k, MUL(at(A, i, k), at(B, k, j)))),
         MUL(A, B));
    same(expr_sum(&t.x, 2, jj, at(B, j, k)), CALL("sum", B));
    /* vec by a group of indices: the column slow, the row fast */
    expr_t ji[2] = {j, i};
    same(expr_tensor(&t.x, 2, ji, 1, at(A, i, j)), CALL("vec", A));
    /* the same index in two sums, one in the other, and one under itself */
    expr_t s = expr_sum(&t.x, 1, &j, at(x, j, 0));
    same(expr_sum(&t.x, 1, &j, MUL(at(x, j, 0), s)), MUL(s, s));
    expr_t inner = expr_sum(&t.x, 1, &j, MUL(at(B, j, k), at(x, j, 0)));
    expr_t both = expr_sum(
        &t.x, 1, &j,
        expr_sum(&t.x, 1, &k,
                 MUL(MUL(at(x, j, 0), at(B, j, k)), inner)));
    same(both, CALL("sum", HAD(MUL(TR(B), x), MUL(TR(B), x))));
    /* an index as a number, a body without it, a body of matrices */
    expr_t n = tsize(&t, "n");
    same(expr_sum(&t.x, 1, &j, j), DIV(MUL(n, ADD(n, NUM(1))), NUM(2)));
    same(expr_sum(&t.x, 1, &j, NUM(2)), MUL(NUM(2), n));
    same(expr_sum(&t.x, 1, &j, MUL(j, B)),
         MUL(DIV(MUL(n, ADD(n, NUM(1))), NUM(2)), B));
    same(at(A, NUM(2), NUM(3)), at(TR(A), NUM(3), NUM(2)));
    ck_assert(!eval_run(plan(at(x, NUM(9), 0))));
}
END_TEST

/* Operators without a kernel are evaluated by their definitions. */
START_TEST(definitions)
{
    expr_t X = tvar(&t, "X", "nn", 0), a = tvar(&t, "a", "", 0);
    expr_t i = tindex(&t, "i", "n");
    struct overload o = {.op = op_declare(&t.ops,
                                          intern_text(&t.names, "trace2")),
                         .nargs = 1,
                         .form = OVERLOAD_DEFINED,
                         .arg = {tshape(&t, "nn")},
                         .parameter = {X},
                         .definition = MUL(
                             expr_size(&t.x, tdim(&t, "n")),
                             expr_sum(&t.x, 1, &i, at(X, i, i)))};
    ck_assert(overload_add(&t.ops, &o));
    struct overload g = {.op = op_declare(&t.ops,
                                          intern_text(&t.names, "gauss")),
                         .nargs = 1,
                         .entrywise = true,
                         .parameter = {a},
                         .definition = CALL("exp", NEG(POW(a, NUM(2))))};
    ck_assert(overload_add(&t.ops, &g));
    expr_t M = var("M", "mm"), x = var("x", "n");
    same(CALL("trace2", M), MUL(tsize(&t, "m"), CALL("tr", M)));
    same(CALL("gauss", x), CALL("exp", NEG(HAD(x, x))));
    struct overload bad = {.op = op_declare(&t.ops,
                                            intern_text(&t.names, "what")),
                           .nargs = 1};
    ck_assert(overload_add(&t.ops, &bad));
    ck_assert(!eval_plan_new(ev, CALL("what", CALL("tr", M)), sizes, nsizes));
    ck_assert_int_eq(t.fault.kind, FAULT_UNSUPPORTED);
    fault_clear(&t.fault);
}
END_TEST

START_TEST(rerun)
{
    expr_t A = var("A", "mn"), x = var("x", "n"), y = var("y", "m");
    expr_t i = tindex(&t, "i", "n");
    expr_t f = ADD(MUL(TR(y), MUL(A, x)),
                   ADD(CALL("sum", CALL("exp", y)),
                       expr_sum(&t.x, 1, &i, CALL("sin", at(x, i, 0)))));
    struct eval_plan *p = plan(f);
    ck_assert(eval_run(p));
    eval_watch(p, vars[1].decl);
    vars[1].v[0] += 0.5;
    ck_assert(eval_rerun(p));
    double fast = eval_result(p)->v[0];
    ck_assert(eval_run(p));
    ck_assert_double_eq(fast, eval_result(p)->v[0]);
}
END_TEST

START_TEST(large)
{
    sizes[1].value = 100;
    expr_t B = tvar(&t, "B", "nn", 0), I = CALL("eye", tsize(&t, "n"));
    expr_t e = SUB(MUL(B, CALL("inv", B)), I);
    struct eval_plan *p = eval_plan_new(ev, e, sizes, nsizes);
    double *v = malloc(10000 * sizeof *v);
    struct random r = {5};
    for (int i = 0; i < 10000; i++)
        v[i] = 2 * random_unit(&r) - 1;
    ck_assert(p && eval_bind(p, tdecl(&t, B), v));
    ck_assert(eval_run(p));
    for (int i = 0; i < 10000; i++)
        ck_assert_double_eq_tol(eval_result(p)->v[i], 0, 1e-9);
    free(v);
}
END_TEST

/* Not a test of speed: shows a figure when asked for. */
START_TEST(speed)
{
    if (!getenv("EVAL_SPEED"))
        return;
    expr_t B = var("B", "mm"), C = var("C", "mm"), e = B;
    for (int i = 0; i < 10; i++)
        e = i % 2 ? ADD(MUL(e, C), B) : HAD(TR(e), C);
    struct eval_plan *p = plan(e);
    clock_t begin = clock();
    for (int i = 0; i < 200000; i++)
        eval_run(p);
    printf("a run: %.2f us\n",
           (double)(clock() - begin) / CLOCKS_PER_SEC * 5);
    begin = clock();
    for (int i = 0; i < 20000; i++) {
        eval_reset(ev);
        plan(e);
    }
    printf("a plan: %.2f us\n",
           (double)(clock() - begin) / CLOCKS_PER_SEC * 50);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("eval");
    TCase *c = tcase_create("eval");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, arithmetic);
    tcase_add_test(c, matrix_functions);
    tcase_add_test(c, singular);
    tcase_add_test(c, loops);
    tcase_add_test(c, definitions);
    tcase_add_test(c, rerun);
    tcase_add_test(c, large);
    tcase_add_test(c, speed);
    suite_add_tcase(s, c);
    return suite_run(s);
}
