/* Every form and layout of a derivative from every other: what comes of it is
 * what deriving in that form gives, or the referee says that it is the
 * derivative; and back it is what it was. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "derive/derive.h"
#include "derive/differential.h"
#include "fixture.h"
#include "print/print.h"
#include "suite.h"
#include "verify/verify.h"

enum { FORMS = FORM_ACTION + 1, LAYOUTS = LAYOUT_DENOMINATOR + 1,
       FACES = FORMS * LAYOUTS };

static struct fixture f;
static struct deriver *d;
static uint32_t converted, same;

static void setup(void)
{
    fixture_init(&f);
    d = deriver_new(&f.x, f.rules);
    ck_assert(d != NULL);
    static const char let[] =
        "a, b, x[n], X[p,q], C[m,n], D[n,r], H[m,p], K[m,r], L[q,q], "
        "M[p,r], G[p,p], u[n], v[m], w[q], U[m,k], V[n,k], T[m,n], R[n,n], "
        "S[n,n] symmetric";
    ck_assert_msg(scope_declare(f.scope, let, strlen(let)), "%s",
                  fixture_fault(&f));
}

static void teardown(void)
{
    deriver_free(d);
    fixture_free(&f);
    ck_assert_uint_eq(f.mem.used, 0);
}

static void ask(struct derive_request *q, uint32_t face)
{
    q->form = (enum form)(face % FORMS);
    q->layout = (enum layout)(face / FORMS);
}

static const char *text_of(expr_t e)
{
    static char out[4][2000];
    static unsigned at;
    struct text s;
    text_init(&s, &f.mem);
    ck_assert(print_expr(&f.x, e, FORMAT_TEXT, &s));
    char *to = out[at++ % 4];
    snprintf(to, sizeof *out, "%s", text_get(&s));
    text_free(&s);
    return to;
}

static bool is_right(const struct derive_request *q, expr_t claim)
{
    struct verify_result v;
    struct verify_request w = {.expr = q->expr, .claim = claim,
                               .order = q->order, .form = q->form,
                               .layout = q->layout};
    memcpy(w.by, q->by, sizeof w.by);
    ck_assert(verify(&f.x, &w, &v));
    return v.verdict == VERDICT_PROVED || v.verdict == VERDICT_VERIFIED;
}

static bool is_equal(expr_t a, expr_t b)
{
    struct verify_result v;
    if (a == b)
        return true;
    return shape_equal(expr_shape(&f.x, a), expr_shape(&f.x, b)) &&
           verify_identity(&f.x, a, b, NULL, 0, 0, &v) &&
           v.verdict != VERDICT_REFUTED;
}

static expr_t convert(const struct derive_request *from, expr_t claim,
                      const struct derive_request *to)
{
    struct derive_result r;
    derive_result_init(&r, &f.mem);
    if (!derive_convert(d, from, claim, to, &r)) {
        const char *fault = fixture_fault(&f);
        fault_clear(&f.fault);
        ck_abort_msg("%s, form %d layout %d to form %d layout %d: %s",
                     text_of(claim), from->form, from->layout, to->form,
                     to->layout, fault);
    }
    expr_t e = r.value;
    derive_result_free(&r);
    return e;
}

static void check_pair(const struct derive_request *q, const expr_t *face,
                       uint32_t from, uint32_t to)
{
    struct derive_request a = *q, b = *q;
    ask(&a, from);
    ask(&b, to);
    expr_t e = convert(&a, face[from], &b);
    converted++;
    same += e == face[to];
    ck_assert_msg(e == face[to] || is_right(&b, e),
                  "%s, form %d layout %d to form %d layout %d: %s",
                  text_of(face[from]), a.form, a.layout, b.form, b.layout,
                  text_of(e));
    expr_t back = convert(&b, e, &a);
    ck_assert_msg(is_equal(back, face[from]), "%s became %s and %s",
                  text_of(face[from]), text_of(e), text_of(back));
}

static void check_all(const char *expr, const char *by, const char *again)
{
    expr_t face[FACES];
    struct derive_request q = {.expr = fixture_read_on(&f, expr),
                               .order = again ? 2 : 1};
    q.by[0] = fixture_read_on(&f, by);
    q.by[1] = again ? fixture_read_on(&f, again) : 0;
    ck_assert_msg(q.expr && q.by[0], "%s: %s", expr, fixture_fault(&f));
    for (uint32_t i = 0; i < FACES; i++) {
        struct derive_result r;
        derive_result_init(&r, &f.mem);
        ask(&q, i);
        ck_assert_msg(derive(d, &q, &r), "%s: %s", expr, fixture_fault(&f));
        face[i] = r.value;
        derive_result_free(&r);
    }
    /* of the layouts, those of a form with itself and of one with the next */
    for (uint32_t i = 0; i < FACES; i++)
        for (uint32_t k = 0; k < FACES; k++)
            if (i / FORMS == 0 || i % FORMS == k % FORMS ||
                (i % FORMS + 1) % FORMS == k % FORMS)
                check_pair(&q, face, i, k);
}

START_TEST(first_order)
{
    static const char *const rows[][5] = {
        {"a", "a^3*sum(v)", "exp(a*v)", "(a^2*v)'", "exp(a)*K*a"},
        {"x", "exp(u'*x)+x'*C'*C*x", "C*(x.*x)", "exp(C*x)'",
         "(C*diag(x)*D).*(v*x'*D)"},
        {"X", "tr(X'*G*X*L)", "(H*X*w).*exp(H*X*w)", "(H*X*w)'*sum(X)",
         "H*X*L*X'*M"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 1; k < 5; k++)
            check_all(rows[i][k], rows[i][0], NULL);
    check_all("inv(R)", "R", NULL);
    check_all("kron(X,C)", "X", NULL);
    check_all("tr(S*R*S)", "S", NULL);
    ck_assert_uint_ge(100 * same, 90 * converted);
}
END_TEST

START_TEST(second_order)
{
    check_all("exp(u'*x)+x'*C'*C*x", "x", "x");
    check_all("a^2*b^3", "a", "b");
    check_all("exp(a)*u'*x", "x", "a");
    check_all("tr(X'*G*X*L)", "X", "X");
    check_all("w'*X'*M*D'*x", "X", "x");
    check_all("norm2(T-U*V')^2", "U", "U");
    check_all("norm2(T-U*V')^2", "U", "V");
    check_all("C*(x.*x.*x)", "x", "x");
    check_all("logdet(R)", "R", "R");
    ck_assert_uint_ge(100 * same, 90 * converted);
}
END_TEST

/* -------------------------------------------------------- given as it is */

static expr_t read(const char *text)
{
    expr_t e = fixture_read_on(&f, text);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&f));
    return e;
}

/* What is converted is the claim, and not the derivative: a wrong one, too. */
START_TEST(the_claim_itself)
{
    static const struct {
        const char *claim, *is;
        enum form from, to;
    } rows[] = {
        {"kron(D',C)", "C*dR*D", FORM_VEC, FORM_DIFFERENTIAL},
        {"3*kron(D',C)", "3*C*dR*D", FORM_VEC, FORM_DIFFERENTIAL},
        {"C*dR*D", "kron(D',C)", FORM_DIFFERENTIAL, FORM_VEC},
        {"C*dR'*D", "kron(D',C)*commutation(n,n)", FORM_DIFFERENTIAL,
         FORM_VEC},
        {"C*dR*D", "vec(C')*vec(D)'", FORM_DIFFERENTIAL, FORM_BLOCKS},
        {"vec(C')*vec(D)'", "tensor(i,j,l,z: D[z,j]*C[i,l])", FORM_BLOCKS,
         FORM_INDEX},
        {"tensor(i,j,s,l: C[i,s]*D[l,j])", "kron(D',C)", FORM_INDEX,
         FORM_MATRIX},
        {"tensor((j,i),(l,s): C[i,s]*D[l,j])", "C*dR*D", FORM_INDEX,
         FORM_ACTION},
        {"0", "zeros(m,r)", FORM_INDEX, FORM_DIFFERENTIAL}};
    expr_t dr = differential_of(&f.x, read("R"));
    ck_assert(scope_assign(f.scope, "dR", 2, dr));
    struct derive_request q = {.expr = read("C*R*D"), .order = 1,
                               .by = {read("R")}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct derive_request from = q, to = q;
        from.form = rows[i].from;
        to.form = rows[i].to;
        expr_t e = convert(&from, read(rows[i].claim), &to);
        ck_assert_str_eq(text_of(e), rows[i].is);
    }
}
END_TEST

START_TEST(refusals)
{
    static const struct {
        const char *claim, *message;
        enum form from;
    } rows[] = {
        {"C*D", "the claim is of shape", FORM_VEC},
        {"kron(D',C)", "the claim is of shape", FORM_DIFFERENTIAL},
        {"R", "the claim is of shape", FORM_BLOCKS},
        {"a", "the claim is of shape", FORM_INDEX},
        {"C*dR*D*(dR[1,1]+1)", "not linear in 'dR'", FORM_DIFFERENTIAL}};
    expr_t dr = differential_of(&f.x, read("R"));
    ck_assert(scope_assign(f.scope, "dR", 2, dr));
    struct derive_request q = {.expr = read("C*R*D"), .order = 1,
                               .by = {read("R")}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct derive_result r;
        struct derive_request from = q;
        from.form = rows[i].from;
        derive_result_init(&r, &f.mem);
        ck_assert(!derive_convert(d, &from, read(rows[i].claim), &q, &r));
        ck_assert_ptr_nonnull(strstr(f.fault.message, rows[i].message));
        fault_clear(&f.fault);
        derive_result_free(&r);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("convert");
    TCase *c = tcase_create("convert");
    tcase_set_timeout(c, 240);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, first_order);
    tcase_add_test(c, second_order);
    tcase_add_test(c, the_claim_itself);
    tcase_add_test(c, refusals);
    suite_add_tcase(s, c);
    return suite_run(s);
}
