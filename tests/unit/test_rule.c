/* test_rule.c - loading rules: what ends up in the operator table, and what
 * is refused, where. */
#include <check.h>
#include <string.h>

#include "fixture.h"
#include "suite.h"

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

static op_t operator_named(const char *name)
{
    return op_find(&f.ops, intern_find(&f.names, name, strlen(name)));
}

static const struct overload *overload_of(const char *name, uint32_t n,
                                          const uint8_t *kinds)
{
    op_t op = operator_named(name);
    ck_assert_msg(op, "%s", name);
    uint16_t id = overload_find(&f.ops, op, n, kinds);
    ck_assert_msg(id, "%s", name);
    return overload_get(&f.ops, id);
}

START_TEST(every_operator_is_complete)
{
    for (uint16_t id = 1; id <= f.ops.overload_count; id++) {
        const struct overload *o = overload_get(&f.ops, id);
        const char *name = op_name(&f.ops, o->op);
        ck_assert_msg(o->kernel || o->definition, "%s has no value", name);
        ck_assert_msg(o->rule && o->file && o->line, "%s", name);
        ck_assert_msg(o->form != OVERLOAD_DEFINED || o->definition, "%s",
                      name);
        ck_assert_msg(op_row(&f.ops, o->op)->help ||
                          o->op < OP_FIRST_NAMED,
                      "%s has no help", name);
    }
}
END_TEST

START_TEST(signatures)
{
    const uint8_t matrix[] = {SHAPE_MATRIX}, scalar[] = {SHAPE_SCALAR};
    const uint8_t two[] = {SHAPE_MATRIX, SHAPE_MATRIX};
    const uint8_t inner[] = {SHAPE_ROW, SHAPE_VECTOR};
    const uint8_t vector[] = {SHAPE_VECTOR};
    const struct overload *o = overload_of("inv", 1, matrix);
    ck_assert_int_eq(o->form, OVERLOAD_OPAQUE);
    ck_assert_int_eq(o->transposes, OVERLOAD_EQUIVARIANT);
    ck_assert_uint_eq(o->ndomain, 1);
    ck_assert_int_eq(o->domain[0].predicate, PROP_INVERTIBLE);
    ck_assert_uint_eq(o->domain[0].subject, o->parameter[0]);
    ck_assert(o->differential && o->dparameter[0]);
    o = overload_of("mul", 2, inner);
    ck_assert_int_eq(o->result.kind, SHAPE_SCALAR);
    o = overload_of("transpose", 1, vector);
    ck_assert_int_eq(o->result.kind, SHAPE_ROW);
    o = overload_of("dexpm", 2, two);
    ck_assert(o->dparameter[0] && o->dparameter[1]);
    ck_assert_uint_eq(overload_linear(&f.x, o), 2);
    o = overload_of("eye", 1, scalar);
    ck_assert(o->size_args && o->form == OVERLOAD_OPAQUE);
    o = overload_of("exp", 1, scalar);
    ck_assert(o->entrywise && o->differential);
    o = overload_of("sign", 1, scalar);
    ck_assert(expr_is_number(&f.x, o->differential, RAT_ZERO));
    o = overload_of("norm1", 1, matrix);
    ck_assert_uint_eq(o->nsmooth, 1);
}
END_TEST

/* A new operator and function from a rule text alone. */
START_TEST(additions)
{
    static const char text[] =
        "group mine;\n"
        "operator mean { let x[n]; mean(x) = sum(i: x[i])/n; kernel mean; }\n"
        "function cube { let x; cube(x) by entries; "
        "d cube(x) = 3*x^2*d x; kernel cube; latex \"#1^3\"; }\n"
        "function lyapunov { let A[n,n], Q[n,n]; lyapunov(A,Q)[n,n]; "
        "d lyapunov(A,Q) = lyapunov(A,d Q); kernel lyapunov; }\n"
        "function dlog { let A[n,n]; dlog(A)[n,n]; "
        "d dlog(A) = lyapunov(A,d A)+mean(diag(d A))*A; kernel dlog; }\n"
        "refuted rewrite wrong { let x; cube(x) => x; }\n"
        "rewrite cube-of-negative { let x; cube(-x) => -cube(x); }\n";
    ck_assert_msg(rules_load(f.rules, "mine", text, sizeof text - 1), "%s",
                  fixture_fault(&f));
    expr_t e = fixture_read(&f, "X[m,n]", "cube(-cube(X))");
    ck_assert_msg(e, "%s", fixture_fault(&f));
    ck_assert_uint_eq(rules_rewrite(f.rules, e, NULL, NULL),
                      fixture_read_on(&f, "-cube(cube(X))"));
    const uint8_t scalar[] = {SHAPE_SCALAR};
    ck_assert_uint_eq(overload_of("cube", 1, scalar)->line, 3);
}
END_TEST

static const struct {
    const char *text, *message, *at;
} refused[] = {
    {"rewrite r { let x; exp(x) => exp(y); }", NULL, "y"},
    {"rewrite r { let x, y; exp(exp(x)) => exp(y); }",
     "'y' is not bound by the left side", "rewrite r"},
    {"rewrite r { let x[n]; sum(exp(x)) => m; }", NULL, "m"},
    {"rewrite r { let X[m,n]; exp(exp(X)) => X'; }",
     "the sides differ in shape", "rewrite r"},
    {"rewrite r { let x; exp(x) => 1+exp(x); }", "does not descend",
     "rewrite r"},
    {"rewrite r { let A[n,n], B[n,n]; kron(A,B) => kron(B,A); }", NULL,
     NULL},
    {"rewrite r { let Z[k,k]; inv(inv(Z)) => Z; }",
     "the same as rule 'inverse-inverse'", "rewrite r"},
    {"rewrite r { let x; x => x; }", "needs an operator", "rewrite r"},
    {"rewrite r { let x; }", "a rewrite without =>", "rewrite r"},
    {"rewrite r { let x; unknown(x) => x; }", NULL, "unknown"},
    {"function exp { let y; exp(y) by entries; }", "these kinds already",
     "exp(y) by entries"},
    {"function f { let X[n,n]; f(X) by entries; }", "declared on scalars",
     "f(X) by entries"},
    {"function f { let x; f(x) by entries; d f(x) = d x*d x; }",
     "not linear in d", "d x*d x"},
    {"function f { let x; f(x) by entries; d f(x) = 1+d x; }",
     "not linear in d", "1+d x"},
    {"function f { let x; f(x) by entries; d f(x) = exp(d x); }",
     "not linear in d", "exp(d x)"},
    {"function f { let x; f(x) by entries; d f(x) = x; }",
     "not linear in d", "x"},
    {"function f { let X[n,n]; f(X)[n,n]; d f(X) = tr(d X); }",
     "the differential's shape", "tr(d X)"},
    {"differential f { let x; d log(x) = 1/x*d x; }",
     "has a differential already", "d log(x) = 1/x*d x"},
    {"differential f { let x; d nothing(x) = d x; }", NULL, NULL},
    {"fact f { let x; big(x); }", "a condition is a property", "big(x)"},
    {"rewrite r { let x; if large(x); exp(exp(exp(x))) => x; }",
     "a condition is a property", "large(x)"},
    {"operator o { let x; help \"h\"; }", "the declaration of an operator",
     "help \"h\""},
    {"operator o { let x, y; o(x,x) = x; }", "a name of its own", "x"},
};

START_TEST(refusals)
{
    const char *text = refused[_i].text;
    ck_assert_msg(!rules_load(f.rules, "bad", text, strlen(text)), "%s",
                  text);
    ck_assert_msg(f.fault.kind != FAULT_INTERNAL, "%s", f.fault.message);
    if (refused[_i].message)
        ck_assert_msg(strstr(f.fault.message, refused[_i].message), "%s: %s",
                      text, fixture_fault(&f));
    const char *at = refused[_i].at;
    size_t n = f.fault.where.end - f.fault.where.begin;
    ck_assert_msg(f.fault.where.end > f.fault.where.begin, "%s: %s", text,
                  fixture_fault(&f));
    if (at)
        ck_assert_msg(
            n == strlen(at) &&
                !strncmp(text + f.fault.where.begin, at, n),
            "%s: %s", text, fixture_fault(&f));
}
END_TEST

/* Every allocation may fail: an error, no crash, no leak. */
START_TEST(memory)
{
    enum { MOST = 20000, STEP = 37 };
    fixture_free(&f);
    for (uint64_t n = 1; n < MOST; n += STEP) {
        fixture_init_bare(&f);
        f.mem.countdown = n;
        bool ok = rules_load_builtin(f.rules);
        f.mem.countdown = 0;
        ck_assert(ok || f.fault.kind == FAULT_MEMORY);
        fixture_free(&f);
        ck_assert_uint_eq(f.mem.used, 0);
        if (ok)
            break;
    }
    fixture_init(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rules");
    TCase *t = tcase_create("rules");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_operator_is_complete);
    tcase_add_test(t, signatures);
    tcase_add_test(t, additions);
    tcase_add_loop_test(t, refusals, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(t, memory);
    suite_add_tcase(s, t);
    return suite_run(s);
}
