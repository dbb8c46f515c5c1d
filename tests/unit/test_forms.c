/* Every form of every derivative, of all shapes by all shapes, first and
 * second: read back as printed, verified as that form, and with the numbers
 * of the index form where this file's own tables say. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "derive/derive.h"
#include "derive/differential.h"
#include "eval/eval.h"
#include "fixture.h"
#include "print/print.h"
#include "suite.h"
#include "verify/verify.h"

enum { LARGEST = 6000, FORMS = FORM_ACTION + 1 };

static struct fixture f;
static struct deriver *d;
static struct evaluator *ev;

static void setup(void)
{
    static const char let[] =
        "a, b, x[n], X[p,q], C[m,n], D[n,r], H[m,p], K[m,r], L[q,q], "
        "M[p,r], G[p,p], u[n], v[m], w[q]";
    static const char *const names[] = {"a", "b", "x", "X"};
    fixture_init(&f);
    d = deriver_new(&f.x, f.rules);
    ev = evaluator_new(&f.x);
    ck_assert(d && ev);
    ck_assert(scope_declare(f.scope, let, strlen(let)));
    /* so that dX is read as what it is printed for */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[8] = "d";
        strcat(name, names[i]);
        expr_t by = fixture_read_on(&f, names[i]);
        ck_assert(scope_assign(f.scope, name, strlen(name),
                               differential_of(&f.x, by)));
    }
}

static void teardown(void)
{
    evaluator_free(ev);
    deriver_free(d);
    fixture_free(&f);
    ck_assert_uint_eq(f.mem.used, 0);
}

/* A variable's numbers: its own, the same at every call. */
static double *numbers(decl_t decl)
{
    static double values[64][64];
    ck_assert_uint_lt(decl % 64, 64);
    for (uint32_t i = 0; i < 64; i++)
        values[decl % 64][i] = sin(1.0 + 7.0 * decl + 1.3 * i);
    return values[decl % 64];
}

static const struct eval_value *value_of(expr_t e)
{
    static const struct {
        const char *name;
        int64_t value;
    } given[] = {{"m", 3}, {"n", 2}, {"p", 2}, {"q", 3}, {"r", 2}};
    struct eval_size sizes[5];
    for (int i = 0; i < 5; i++)
        sizes[i] = (struct eval_size){intern_text(&f.names, given[i].name),
                                      given[i].value};
    struct eval_plan *plan = eval_plan_new(ev, e, sizes, 5);
    ck_assert_msg(plan != NULL, "%s", fixture_fault(&f));
    for (uint32_t i = 0; i < eval_input_count(plan); i++)
        eval_bind_input(plan, i, numbers(eval_input(plan, i)));
    ck_assert(eval_run(plan));
    return eval_result(plan);
}

/* ------------------------------------------------- where an entry belongs */

/* A shape's entry number e as its row and column. */
struct box {
    uint32_t rows, cols;
};

static struct box box_of(const struct eval_value *v)
{
    return (struct box){v->rows, v->cols};
}

/* The place of entry e of F, b of the first variable, c of the second, by
 * digits, slow ones first: blocks number rows by (i,k,k') and columns by
 * (j,l,l'), by variable by (k',k,i) and (l',l,j), row by column by (i,k,k')
 * and (l',l,j). */
static uint32_t block_place(enum form form, const struct box *s,
                            const uint32_t *entry, uint32_t n)
{
    uint32_t row = 0, col = 0, rows = 1;
    bool rows_back = form == FORM_BLOCKS_BY_VARIABLE;
    bool cols_back = form != FORM_BLOCKS;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t r = rows_back ? n - 1 - k : k;
        uint32_t c = cols_back ? n - 1 - k : k;
        row = row * s[r].rows + entry[r] % s[r].rows;
        col = col * s[c].cols + entry[c] / s[c].rows;
        rows *= s[k].rows;
    }
    return row + rows * col;
}

/* ------------------------------------------------------------------ a trial */

struct trial {
    const char *expr;
    struct derive_request q;
    struct box box[3]; /* of F and the variables */
    uint32_t size[3];
    double tensor[LARGEST]; /* F's entry + nf*(first's + n1*second's) */
};

static expr_t derived(struct trial *t, enum form form)
{
    struct derive_result r;
    struct verify_result v;
    struct text s;
    t->q.form = form;
    derive_result_init(&r, &f.mem);
    ck_assert_msg(derive(d, &t->q, &r), "%s form %d: %s", t->expr, form,
                  fixture_fault(&f));
    text_init(&s, &f.mem);
    ck_assert(print_expr(&f.x, r.value, FORMAT_TEXT, &s));
    expr_t back = fixture_read_on(&f, text_get(&s));
    ck_assert_msg(back == r.value, "%s form %d: %s is not read back: %s",
                  t->expr, form, text_get(&s), fixture_fault(&f));
    struct verify_request w = {.expr = t->q.expr, .claim = back,
                               .order = t->q.order, .form = form};
    memcpy(w.by, t->q.by, sizeof w.by);
    ck_assert(verify(&f.x, &w, &v));
    ck_assert_msg(v.verdict == VERDICT_PROVED ||
                      v.verdict == VERDICT_VERIFIED,
                  "%s form %d: %s: %s %s", t->expr, form, text_get(&s),
                  verdict_name(v.verdict), v.detail);
    text_free(&s);
    derive_result_free(&r);
    return back;
}

static void begin(struct trial *t)
{
    const struct eval_value *v = value_of(t->q.expr);
    t->box[0] = box_of(v);
    t->size[0] = v->size;
    t->size[1] = t->size[2] = 1;
    for (uint32_t k = 0; k < t->q.order; k++) {
        v = value_of(t->q.by[k]);
        t->box[k + 1] = box_of(v);
        t->size[k + 1] = v->size;
    }
    v = value_of(derived(t, FORM_INDEX));
    ck_assert_uint_eq(v->size, t->size[0] * t->size[1] * t->size[2]);
    ck_assert_uint_le(v->size, LARGEST);
    memcpy(t->tensor, v->v, v->size * sizeof *v->v);
    eval_reset(ev);
}

static void compare(const struct trial *t, enum form form, double got,
                    double want)
{
    ck_assert_msg(fabs(got - want) <= 1e-9 * (1 + fabs(want)),
                  "%s form %d order %u: %g, not %g", t->expr, form,
                  t->q.order, got, want);
}

/* Matrix notation, vec and the block forms have each derivative somewhere. */
static void check_places(struct trial *t, enum form form)
{
    const struct eval_value *v = value_of(derived(t, form));
    bool blocks = form >= FORM_BLOCKS && form <= FORM_ROW_COLUMN;
    uint32_t at = 0;
    ck_assert_uint_eq(v->size, t->size[0] * t->size[1] * t->size[2]);
    for (uint32_t c = 0; c < t->size[2]; c++)
        for (uint32_t b = 0; b < t->size[1]; b++)
            for (uint32_t e = 0; e < t->size[0]; e++, at++) {
                uint32_t entry[3] = {e, b, c};
                uint32_t place =
                    blocks ? block_place(form, t->box, entry,
                                         1 + t->q.order)
                           : at;
                compare(t, form, v->v[place], t->tensor[at]);
            }
    eval_reset(ev);
}

/* The sum over the last variables' entries times their differentials. */
static void check_applied(struct trial *t, enum form form)
{
    double sum[LARGEST];
    uint32_t n = t->size[0] * t->size[1] * t->size[2];
    memcpy(sum, t->tensor, n * sizeof *sum);
    uint32_t applied = form == FORM_ACTION ? 1 : t->q.order;
    for (uint32_t k = t->q.order; applied; k--, applied--) {
        expr_t dx = differential_of(&f.x, t->q.by[k - 1]);
        const double *move = numbers(expr_get(&f.x, dx)->payload);
        n /= t->size[k];
        for (uint32_t i = 0; i < n; i++) {
            double s = 0;
            for (uint32_t b = 0; b < t->size[k]; b++)
                s += sum[i + n * b] * move[b];
            sum[i] = s;
        }
    }
    const struct eval_value *v = value_of(derived(t, form));
    ck_assert_uint_eq(v->size, n);
    for (uint32_t i = 0; i < n; i++)
        compare(t, form, v->v[i], sum[i]);
    eval_reset(ev);
}

static void check_forms(const char *expr, const char *by, const char *again)
{
    static struct trial t;
    t = (struct trial){.expr = expr,
                       .q = {.expr = fixture_read_on(&f, expr),
                             .order = again ? 2 : 1}};
    ck_assert_msg(t.q.expr, "%s: %s", expr, fixture_fault(&f));
    t.q.by[0] = fixture_read_on(&f, by);
    t.q.by[1] = again ? fixture_read_on(&f, again) : 0;
    begin(&t);
    for (int form = 0; form < FORMS; form++) {
        if (form == FORM_DIFFERENTIAL || form == FORM_ACTION)
            check_applied(&t, (enum form)form);
        else if (form != FORM_INDEX)
            check_places(&t, (enum form)form);
    }
}

START_TEST(all_shapes)
{
    static const struct {
        const char *by, *expr[4]; /* scalar, vector, row, matrix */
    } rows[] = {
        {"a", {"a^3*sum(v)", "exp(a*v)", "(a^2*v)'", "exp(a)*K*a"}},
        {"x",
         {"exp(u'*x)+x'*C'*C*x", "C*(x.*x)", "exp(C*x)'",
          "(C*diag(x)*D).*(v*x'*D)"}},
        {"X",
         {"tr(X'*G*X*L)", "(H*X*w).*exp(H*X*w)", "(H*X*w)'*sum(X)",
          "H*X*L*X'*M"}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 4; k++) {
            check_forms(rows[i].expr[k], rows[i].by, NULL);
            check_forms(rows[i].expr[k], rows[i].by, rows[i].by);
        }
}
END_TEST

START_TEST(mixed_variables)
{
    check_forms("a^2*b^3", "a", "b");
    check_forms("exp(a)*u'*x", "x", "a");
    check_forms("exp(a)*u'*x", "a", "x");
    check_forms("w'*X'*M*D'*x", "X", "x");
    check_forms("w'*X'*M*D'*x", "x", "X");
    check_forms("a^2*H*X*w", "X", "a");
    check_forms("D'*x*w'*X'", "x", "X");
    check_forms("D'*x*w'*X'", "X", "x");
}
END_TEST

/* ------------------------------------------------------------------ texts */

START_TEST(compressed_hessian)
{
    static const char *const text[FORMS] = {
        [FORM_MATRIX] = "2*kron(V'*V,eye(m))",
        [FORM_VEC] = "2*kron(V'*V,eye(m))",
        [FORM_INDEX] = "tensor(i,j,l,z: 2*(V'*V)[j,z]*eye(m)[i,l])",
        [FORM_DIFFERENTIAL] = "2*tr(dU*V'*V*dU')",
        [FORM_ACTION] = "2*dU*V'*V"};
    expr_t e = fixture_read(&f, "T[m,n], U[m,k], V[n,k]",
                            "norm2(T-U*V')^2");
    expr_t u = fixture_read_on(&f, "U");
    for (int form = 0; form < FORMS; form++) {
        struct derive_request q = {.expr = e, .order = 2, .by = {u, u},
                                   .form = (enum form)form};
        struct derive_result r;
        struct text s;
        derive_result_init(&r, &f.mem);
        text_init(&s, &f.mem);
        ck_assert(derive(d, &q, &r));
        ck_assert(print_expr(&f.x, r.value, FORMAT_TEXT, &s));
        if (text[form])
            ck_assert_str_eq(text_get(&s), text[form]);
        text_free(&s);
        derive_result_free(&r);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forms");
    TCase *c = tcase_create("forms");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, all_shapes);
    tcase_add_test(c, mixed_variables);
    tcase_add_test(c, compressed_hessian);
    suite_add_tcase(s, c);
    return suite_run(s);
}
