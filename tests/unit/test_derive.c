/* The table of layouts, the forms, order, structure, and growth. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"
#include "suite.h"
#include "verify/verify.h"

static const char declarations[] =
    "a, x[n], A[m,n], X[p,q], S[n,n] symmetric, C[n,n], f, g[m], y[m], u[q], "
    "B[m,p], D[q,n]";

static struct fixture f;
static struct deriver *d;

static void setup(void)
{
    fixture_init(&f);
    d = deriver_new(&f.x, f.rules);
    ck_assert(d != NULL);
    ck_assert(scope_declare(f.scope, declarations, strlen(declarations)));
}

static void teardown(void)
{
    deriver_free(d);
    fixture_free(&f);
    ck_assert_uint_eq(f.mem.used, 0);
}

static expr_t read(const char *text)
{
    expr_t e = fixture_read_on(&f, text);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&f));
    return e;
}

/* Derives and verifies. */
static expr_t derived(const char *expr, const char *by, uint32_t order,
                      enum layout layout, enum form form)
{
    struct derive_request q = {.expr = read(expr),
                               .order = order,
                               .layout = layout,
                               .form = form};
    struct derive_result r;
    struct verify_result v;
    for (uint32_t i = 0; i < order; i++)
        q.by[i] = read(by);
    derive_result_init(&r, &f.mem);
    ck_assert_msg(derive(d, &q, &r), "%s by %s: %s", expr, by,
                  fixture_fault(&f));
    struct verify_request w = {.expr = q.expr,
                               .claim = r.value,
                               .order = order,
                               .layout = layout,
                               .form = form};
    memcpy(w.by, q.by, sizeof w.by);
    ck_assert(verify(&f.x, &w, &v));
    ck_assert_msg(v.verdict == VERDICT_VERIFIED ||
                      v.verdict == VERDICT_PROVED,
                  "%s by %s: %s %s", expr, by,
                  verdict_name(v.verdict), v.detail);
    derive_result_free(&r);
    return r.value;
}

static void check_text(expr_t e, const char *expr, const char *by,
                       const char *expected)
{
    struct text t;
    text_init(&t, &f.mem);
    ck_assert(print_expr(&f.x, e, FORMAT_TEXT, &t));
    ck_assert_msg(!strcmp(text_get(&t), expected), "%s by %s is %s, not %s",
                  expr, by, text_get(&t), expected);
    text_free(&t);
}

/* "" scalar, "n", "1,n" a row, "m,n". */
static void describe(expr_t e, char *out, size_t size)
{
    struct shape s = *expr_shape(&f.x, e);
    struct text t;
    out[0] = 0;
    for (uint32_t a = 0; a < s.order; a++) {
        text_init(&t, &f.mem);
        expr_t n = expr_size_argument(&f.x, s.dim[a]);
        ck_assert(print_expr(&f.x, n, FORMAT_TEXT, &t));
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s",
                 s.kind == SHAPE_ROW ? "1," : a ? "," : "", text_get(&t));
        text_free(&t);
    }
    /* p*q and q*p are one size: by the alphabet */
    for (char *at = strchr(out, '*'); at; at = strchr(at + 1, '*'))
        if (at[-1] > at[1]) {
            char c = at[-1];
            at[-1] = at[1];
            at[1] = c;
        }
}

/* ------------------------------------------------------- table of layouts */

START_TEST(layout_table)
{
    static const struct {
        const char *expr, *by, *shape[3]; /* mixed, numerator, denominator */
    } rows[] = {
        {"a^2", "a", {"", "", ""}},
        {"sum(exp(x))", "x", {"n", "1,n", "n"}},
        {"sum(exp(X))", "X", {"p,q", "q,p", "p,q"}},
        {"a^2*y", "a", {"m", "m", "1,m"}},
        {"A*exp(x)", "x", {"m,n", "m,n", "n,m"}},
        {"B*exp(X)*u", "X", {"m,p*q", "m,p*q", "p*q,m"}},
        {"a^2*A", "a", {"m,n", "m,n", "n,m"}},
        {"y*exp(x)'", "x", {"m*n,n", "m*n,n", "n,m*n"}},
        {"B*exp(X)*D", "X", {"m*n,p*q", "m*n,p*q", "p*q,m*n"}}};
    char shape[80];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int l = LAYOUT_MIXED; l <= LAYOUT_DENOMINATOR; l++) {
            expr_t e = derived(rows[i].expr, rows[i].by, 1, (enum layout)l,
                               FORM_MATRIX);
            describe(e, shape, sizeof shape);
            ck_assert_msg(!strcmp(shape, rows[i].shape[l]),
                          "%s by %s, layout %d: %s, not %s", rows[i].expr,
                          rows[i].by, l, shape, rows[i].shape[l]);
        }
}
END_TEST

/* Zero derivatives have the shape of the table, too. */
START_TEST(zero_derivatives)
{
    static const char *const exprs[] = {"f", "g", "A"};
    static const char *const by[] = {"a", "x", "X"};
    static const char *const shapes[3][3] = {{"", "n", "p,q"},
                                             {"m", "m,n", "m,p*q"},
                                             {"m,n", "m*n,n", "m*n,p*q"}};
    char shape[80];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            struct derive_request q = {.expr = read(exprs[i]),
                                       .order = 1,
                                       .by = {read(by[k])}};
            struct derive_result r;
            derive_result_init(&r, &f.mem);
            ck_assert_msg(derive(d, &q, &r), "%s", fixture_fault(&f));
            describe(r.value, shape, sizeof shape);
            ck_assert_str_eq(shape, shapes[i][k]);
            derive_result_free(&r);
        }
}
END_TEST

/* --------------------------------------------------------------- the forms */

START_TEST(forms_of_identity)
{
    static const struct {
        enum form form;
        const char *text;
    } rows[] = {{FORM_MATRIX, "eye(p*q)"},
                {FORM_VEC, "eye(p*q)"},
                {FORM_BLOCKS, "vec(eye(p))*vec(eye(q))'"},
                {FORM_BLOCKS_BY_VARIABLE, "vec(eye(p))*vec(eye(q))'"},
                {FORM_DIFFERENTIAL, "dX"},
                {FORM_INDEX, "tensor(i,j,k,l: eye(p)[i,k]*eye(q)[j,l])"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expr_t e = derived("X", "X", 1, LAYOUT_MIXED, rows[i].form);
        expr_t same = rows[i].form == FORM_DIFFERENTIAL ||
                              rows[i].form == FORM_INDEX
                          ? 0
                          : derive_normal(d, read(rows[i].text));
        if (same)
            ck_assert_msg(derive_normal(d, e) == same, "%s", rows[i].text);
        else if (rows[i].form == FORM_DIFFERENTIAL)
            check_text(e, "X", "X", rows[i].text);
    }
}
END_TEST

START_TEST(forms_verify)
{
    static const char *const exprs[] = {"X", "X.*X", "B*exp(X)*D",
                                        "sum(X)*X", "X'", "B*X"};
    for (size_t i = 0; i < sizeof exprs / sizeof *exprs; i++)
        for (int form = FORM_MATRIX; form <= FORM_ROW_COLUMN; form++)
            for (int l = LAYOUT_MIXED; l <= LAYOUT_DENOMINATOR; l++)
                derived(exprs[i], "X", 1, (enum layout)l, (enum form)form);
}
END_TEST

/* What separates into axes by axes has matrix notation, however many pairs
 * of axes there are. */
START_TEST(matrix_notation)
{
    static const struct {
        const char *expr, *by;
        uint32_t order;
    } rows[] = {{"kron(A,X)", "X", 1},
                {"kron(X,A)", "X", 1},
                {"kron(X,X)", "X", 1},
                {"kron(X,x)", "x", 1},
                {"kron(X,x)", "X", 1},
                {"kron(kron(A,x),y)", "x", 1},
                {"diag(x)", "x", 1},
                {"diag(C)", "C", 1},
                {"diag(B*X*D*A')", "X", 1},
                {"A*diag(x)*A'", "x", 1},
                {"diag(1./(exp(X)*u))*exp(X)", "X", 1},
                {"x.*(C*(x.*x))", "x", 1},
                {"x*x'", "x", 2},
                {"exp(x)", "x", 2},
                {"A'*exp(A*x)", "x", 2},
                {"X.*X", "X", 2},
                {"X*u*u'", "u", 2},
                {"inv(C)", "C", 2},
                {"sum(exp(A*x))", "x", 3},
                {"kron(x,x.*x)", "x", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct derive_request q = {.expr = read(rows[i].expr),
                                   .order = rows[i].order};
        struct derive_result r;
        for (uint32_t k = 0; k < q.order; k++)
            q.by[k] = read(rows[i].by);
        derive_result_init(&r, &f.mem);
        ck_assert(derive(d, &q, &r));
        ck_assert_msg(r.form == FORM_MATRIX, "%s by %s in index notation",
                      rows[i].expr, rows[i].by);
        derive_result_free(&r);
        derived(rows[i].expr, rows[i].by, rows[i].order, LAYOUT_MIXED,
                FORM_MATRIX);
    }
}
END_TEST

/* ----------------------------------------------------------- what is shown */

START_TEST(texts)
{
    static const struct {
        const char *expr, *by;
        uint32_t order;
        const char *text;
    } rows[] = {
        {"norm2(A*x-y)^2", "x", 1, "2*A'*(A*x-y)"},
        {"x'*C*x", "x", 1, "(C+C')*x"},
        {"x'*C*x", "x", 2, "C + C'"},
        {"x'*S*x", "x", 1, "2*S*x"},
        {"x'*S*x", "x", 2, "2*S"},
        {"logdet(C)", "C", 1, "inv(C)'"},
        {"A*x", "x", 1, "A"},
        {"exp(x)", "x", 1, "diag(exp(x))"},
        {"norm2(x)", "x", 1, "x/norm2(x)"},
        {"a^3", "a", 2, "6*a"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].order)
            check_text(derived(rows[i].expr, rows[i].by, rows[i].order,
                               LAYOUT_MIXED, FORM_MATRIX),
                       rows[i].expr, rows[i].by, rows[i].text);
}
END_TEST

/* ---------------------------------------------------------------- requests */

START_TEST(bad_requests)
{
    struct derive_result r;
    struct derive_request q = {.expr = read("x'*x"), .order = 1};
    derive_result_init(&r, &f.mem);
    q.by[0] = read("x'*x");
    ck_assert(!derive(d, &q, &r));
    ck_assert_int_eq(f.fault.kind, FAULT_VARIABLE);
    fault_clear(&f.fault);
    q.by[0] = read("x");
    q.order = DERIVE_MAX_ORDER + 1;
    ck_assert(!derive(d, &q, &r));
    ck_assert_int_eq(f.fault.kind, FAULT_REQUEST);
    fault_clear(&f.fault);
    q.order = 1;
    ck_assert(derive(d, &q, &r));
    derive_result_free(&r);
}
END_TEST

/* ------------------------------------------------------------------ growth */

/* norm2(W_L*tanh(... W_1*h))^2 */
static expr_t network(uint32_t layers)
{
    char name[32];
    expr_t h = read("x");
    struct decl w = {.shape = *expr_shape(&f.x, read("C"))};
    for (uint32_t l = 0; l < layers; l++) {
        snprintf(name, sizeof name, "W_%u", l + 1);
        w.name = intern_text(&f.names, name);
        expr_t layer = expr_variable(&f.x, expr_declare(&f.x, &w));
        h = expr_call1(&f.x, "tanh", expr_apply2(&f.x, OP_MUL, layer, h));
    }
    h = expr_call1(&f.x, "norm2", h);
    return expr_apply2(&f.x, OP_POW, h, expr_int(&f.x, 2));
}

/* The nodes made for the gradient by the input. */
static uint32_t nodes_for(uint32_t layers)
{
    struct derive_result r;
    setup();
    struct derive_request q = {.expr = network(layers), .order = 1};
    q.by[0] = read("x");
    uint32_t before = f.x.count;
    derive_result_init(&r, &f.mem);
    ck_assert_msg(q.expr && derive(d, &q, &r), "%s", fixture_fault(&f));
    uint32_t made = f.x.count - before;
    derive_result_free(&r);
    teardown();
    return made;
}

START_TEST(growth_is_linear)
{
    uint32_t n10 = nodes_for(10), n20 = nodes_for(20), n40 = nodes_for(40);
    uint32_t n160 = nodes_for(160);
    ck_assert_uint_gt(n10, 0);
    ck_assert_msg(n40 - n20 <= 2 * (n20 - n10) + 40, "%u %u %u", n10, n20,
                  n40);
    ck_assert_msg(n160 - n40 <= 6 * (n40 - n20) + 240, "%u %u %u", n20, n40,
                  n160);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("derive");
    TCase *c = tcase_create("derive");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, layout_table);
    tcase_add_test(c, zero_derivatives);
    tcase_add_test(c, forms_of_identity);
    tcase_add_test(c, forms_verify);
    tcase_add_test(c, matrix_notation);
    tcase_add_test(c, texts);
    tcase_add_test(c, bad_requests);
    suite_add_tcase(s, c);
    TCase *g = tcase_create("growth");
    tcase_add_test(g, growth_is_linear);
    suite_add_tcase(s, g);
    return suite_run(s);
}
