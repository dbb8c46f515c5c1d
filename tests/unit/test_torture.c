/* The k-th allocation of a request fails, for every k: no crash, no leak, a
 * fault that says so, and the same request is answered afterwards. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"
#include "random_expr.h"
#include "suite.h"
#include "verify/verify.h"

struct request {
    const char *let, *expr, *by;
    enum layout layout;
    enum form form;
    uint32_t order;
};

static const struct request requests[] = {
    {"A[m,n], x[n], b[m]", "norm2(A*x-b)^2", "x", LAYOUT_MIXED, FORM_MATRIX,
     1},
    {"X[n,n] invertible, A[n,n]", "A*inv(X)*A'", "X", LAYOUT_DENOMINATOR,
     FORM_MATRIX, 1},
    {"", "sum(log(1+exp(A*x)))", "x", LAYOUT_NUMERATOR, FORM_MATRIX, 2},
    {"X[m,n]", "X.*X", "X", LAYOUT_MIXED, FORM_BLOCKS, 1},
    {"C[n,n], x[n]", "sum(i: softmax(C*x)[i]*x[i])", "C", LAYOUT_MIXED,
     FORM_INDEX, 1},
    {"S[n,n] posdef", "logdet(S)*tr(S^3)", "S", LAYOUT_MIXED,
     FORM_DIFFERENTIAL, 1},
    {"", "kron(X'*A,X)", "X", LAYOUT_MIXED, FORM_VEC, 1},
    {"a", "sin(a)*sin(2*a)/sin(3*a)*exp(-a)^2*(1-2*a)", "a", LAYOUT_MIXED,
     FORM_MATRIX, 2},
    {"X[m,n], w[n], y[m]", "tensor(i: y[i]*sigmoid(-y.*(X*w))[i])", "w",
     LAYOUT_DENOMINATOR, FORM_ROW_COLUMN, 1}};
enum { REQUESTS = sizeof requests / sizeof *requests };

/* All of one request; false with a fault. */
static bool answer(struct fixture *f, struct deriver *d,
                   const struct request *a)
{
    struct derive_request q = {
        .order = a->order, .layout = a->layout, .form = a->form};
    struct derive_result r;
    struct verify_result v = {.verdict = VERDICT_NONE};
    struct text t;
    const char *texts[2] = {a->expr, a->by};
    size_t lengths[2] = {strlen(a->expr), strlen(a->by)};
    expr_t read[2];
    uint32_t failed;
    struct scope *s = scope_new(&f->x);
    bool ok = s && scope_declare(s, a->let, strlen(a->let)) &&
              scope_read(s, 2, texts, lengths, read, &failed);
    derive_result_init(&r, &f->mem);
    text_init(&t, &f->mem);
    if (ok) {
        q.expr = read[0];
        for (uint32_t k = 0; k < a->order; k++)
            q.by[k] = read[1];
        struct verify_request w = {.expr = q.expr,
                                   .order = q.order,
                                   .layout = q.layout,
                                   .form = q.form};
        memcpy(w.by, q.by, sizeof w.by);
        ok = derive(d, &q, &r);
        w.claim = r.value;
        ok = ok && verify(&f->x, &w, &v) &&
             print_expr(&f->x, r.value, FORMAT_TEXT, &t) &&
             print_expr(&f->x, r.value, FORMAT_LATEX, &t) && !t.failed;
    }
    ck_assert_int_ne(v.verdict, VERDICT_REFUTED);
    text_free(&t);
    derive_result_free(&r);
    if (s)
        scope_free(s);
    return ok && !fault_is_set(&f->fault);
}

/* One failure, then the same request once more.  False when all went well,
 * because no k-th allocation was left to fail. */
static bool fails_well(const struct request *a, uint64_t k)
{
    struct fixture f;
    fixture_init(&f);
    f.mem.countdown = k;
    struct deriver *d = deriver_new(&f.x, f.rules);
    bool ok = d && answer(&f, d, a);
    bool all = f.mem.countdown != 0;
    f.mem.countdown = 0;
    if (all)
        ck_assert_msg(ok, "%s: %s", a->expr, fixture_fault(&f));
    else if (!ok)
        ck_assert_msg(f.fault.kind == FAULT_MEMORY, "%s, allocation %llu: %s",
                      a->expr, (unsigned long long)k, fixture_fault(&f));
    fault_clear(&f.fault);
    if (!d)
        d = deriver_new(&f.x, f.rules);
    ck_assert_msg(answer(&f, d, a), "%s, after allocation %llu: %s", a->expr,
                  (unsigned long long)k, fixture_fault(&f));
    deriver_free(d);
    fixture_free(&f);
    ck_assert_msg(f.mem.used == 0, "%s, allocation %llu: %zu bytes leak",
                  a->expr, (unsigned long long)k, f.mem.used);
    return !all;
}

START_TEST(allocations_fail)
{
    const struct request *a = &requests[_i];
    uint64_t k = 1, step = random_test_count(1);
    while (fails_well(a, k))
        k += step > 1 || k < 100 ? 1 : 1 + k / 40;
    ck_assert_uint_gt(k, 50);
}
END_TEST

/* The same with a limit on memory instead: a clean limit error. */
START_TEST(memory_runs_out)
{
    const struct request *a = &requests[_i];
    for (size_t more = 0; more < 400000; more += 9973) {
        struct fixture f;
        fixture_init(&f);
        f.mem.limit = f.mem.used + more;
        struct deriver *d = deriver_new(&f.x, f.rules);
        bool ok = d && answer(&f, d, a);
        ck_assert_msg(ok || f.fault.kind == FAULT_LIMIT, "%s: %s", a->expr,
                      fixture_fault(&f));
        if (d)
            deriver_free(d);
        fixture_free(&f);
        ck_assert_uint_eq(f.mem.used, 0);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("torture");
    TCase *c = tcase_create("torture");
    tcase_add_loop_test(c, allocations_fail, 0, REQUESTS);
    tcase_add_loop_test(c, memory_runs_out, 0, REQUESTS);
    suite_add_tcase(s, c);
    return suite_run(s);
}
