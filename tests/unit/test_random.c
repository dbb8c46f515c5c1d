/* Derivatives of random expressions: the referee, which shares no code with
 * the deriving side, refutes none, and each answer is read back as it was
 * printed.  What came of them is counted and printed, so that a test that
 * tests nothing shows. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"
#include "random_expr.h"
#include "verify/verify.h"

static const char declarations[] =
    "a, b positive, x[n], y[m], z[n] positive, A[m,n], B[n,m], C[n,n], "
    "S[m,m] symmetric, P[n,n] posdef, Q[m,m], "
    "u(x)[m], v(a)[n], f(t), h(s,t), F(C)[m,n], g(A), q(x,A)[n]";
static const char *const applications[] = {"u", "v", "f(a)", "h(a,b)", "F",
                                           "g", "q(x,A)"};
enum { MAX_FUNCTIONS = 32 };
static const char *const names[] = {"a", "b", "x", "y", "z", "A",
                                    "B", "C", "S", "P", "Q"};
enum {
    VARIABLES = sizeof names / sizeof *names,
    SIZES = 2,
    WORN = 6000, /* nodes after which tables are made anew */
    MAX_FAILURES = 20
};

/* Tables, and what came of the expressions tried. */
struct trial {
    struct fixture f;
    struct deriver *d;
    expr_t nodes[VARIABLES];
    dim_t sizes[SIZES];
    applied_t functions[MAX_FUNCTIONS];
    uint32_t nfunctions;
    uint32_t first;
    uint32_t verified, proved, unable, unsupported, limit, refuted;
    uint32_t domain; /* nowhere defined: 1/0 */
    uint32_t constant; /* the variable does not occur */
    uint32_t failures; /* refuted, not read back, or a defect */
};

/* Abstract functions, each as it is and derived once by each argument. */
static uint32_t read_functions(struct fixture *f, applied_t *out)
{
    uint32_t n = 0, place;
    for (size_t i = 0; i < sizeof applications / sizeof *applications; i++) {
        expr_t e = fixture_read_on(f, applications[i]);
        applied_t a = expr_as_applied(&f->x, e);
        ck_assert(a != 0);
        out[n++] = a;
        for (uint32_t k = 0; k < expr_get(&f->x, e)->nargs; k++)
            out[n++] = applied_derive(&f->x, a, k, &place);
    }
    return n;
}

static void tables_make(struct trial *t)
{
    struct fixture *f = &t->f;
    fixture_init(f);
    t->d = deriver_new(&f->x, f->rules);
    ck_assert(t->d != NULL);
    ck_assert(scope_declare(f->scope, declarations, strlen(declarations)));
    for (int i = 0; i < VARIABLES; i++)
        t->nodes[i] = fixture_read_on(f, names[i]);
    t->sizes[0] = dim_from_symbol(&f->dims, intern_text(&f->names, "m"));
    t->sizes[1] = dim_from_symbol(&f->dims, intern_text(&f->names, "n"));
    t->nfunctions = read_functions(f, t->functions);
    t->first = f->x.count;
}

static void tables_free(struct trial *t)
{
    deriver_free(t->d);
    fixture_free(&t->f);
    ck_assert_uint_eq(t->f.mem.used, 0);
}

static void tables_renew(struct trial *t)
{
    if (t->f.x.count - t->first < WORN)
        return;
    tables_free(t);
    tables_make(t);
}

/* ------------------------------------------------------------- one trial */

static void tell(struct trial *t, const char *what, expr_t e)
{
    struct text s;
    text_init(&s, &t->f.mem);
    if (e && print_expr(&t->f.x, e, FORMAT_TEXT, &s))
        fprintf(stderr, "  %s: %s\n", what, text_get(&s));
    text_free(&s);
}

static void tell_request(struct trial *t, const struct derive_request *q)
{
    static const char *const layouts[] = {"mixed", "numerator",
                                          "denominator"};
    static const char *const forms[] = {
        "matrix", "vec", "index", "differential", "blocks",
        "blocks-by-variable", "row-column", "action"};
    fprintf(stderr, "%s, %s\n", layouts[q->layout], forms[q->form]);
    tell(t, "expression", q->expr);
    for (uint32_t i = 0; i < q->order; i++)
        tell(t, "by", q->by[i]);
}

/* Whether what is printed is read as the same. */
static bool is_read_back(struct trial *t, expr_t e)
{
    struct text s;
    text_init(&s, &t->f.mem);
    bool ok = print_expr(&t->f.x, e, FORMAT_TEXT, &s);
    expr_t back = ok ? fixture_read_on(&t->f, text_get(&s)) : 0;
    text_free(&s);
    return back == e;
}

/* In the differential face the names dX stand for the differentials, which
 * are declared by the answer and not by the reader. */
static void judge_reading(struct trial *t, const struct derive_request *q,
                          const struct derive_result *r)
{
    if (form_applied(q->form, q->order) || is_read_back(t, r->value))
        return;
    fprintf(stderr, "not read back (%s): ", t->f.fault.message);
    fault_clear(&t->f.fault);
    tell_request(t, q);
    tell(t, "answer", r->value);
    t->failures++;
}

/* Those conditions that are about no bound index. */
static void keep_closed(struct trial *t, struct conditions *c)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        expr_t e = c->items[i].subject;
        uint8_t *mark = calloc(e + 1, 1);
        bool closed = true;
        ck_assert_ptr_nonnull(mark);
        expr_mark_used(&t->f.x, e, mark);
        for (expr_t k = 1; k <= e; k++)
            closed = closed && !(mark[k] && expr_op(&t->f.x, k) == OP_INDEX);
        free(mark);
        if (closed)
            c->items[kept++] = c->items[i];
    }
    c->count = kept;
}

static void judge_value(struct trial *t, const struct derive_request *q,
                        const struct derive_result *r, uint64_t seed)
{
    struct verify_result v;
    struct verify_request w = {.expr = q->expr,
                               .claim = r->value,
                               .order = q->order,
                               .layout = q->layout,
                               .form = q->form,
                               .structure = q->structure,
                               .seed = seed,
                               .given = &r->conditions};
    memcpy(w.by, q->by, sizeof w.by);
    ck_assert_msg(verify(&t->f.x, &w, &v), "%s", fixture_fault(&t->f));
    t->proved += v.verdict == VERDICT_PROVED;
    t->verified += v.verdict == VERDICT_VERIFIED ||
                   v.verdict == VERDICT_PROVED;
    t->unable += v.verdict == VERDICT_UNABLE;
    t->refuted += v.verdict == VERDICT_REFUTED;
    if (v.verdict == VERDICT_UNABLE && getenv("MD_TEST_UNABLE")) {
        fprintf(stderr, "unable (%s): ", v.detail);
        tell_request(t, q);
    }
    if (v.verdict != VERDICT_REFUTED)
        return;
    fprintf(stderr, "refuted (%s): ", v.detail);
    tell_request(t, q);
    tell(t, "answer", r->value);
    t->failures++;
}

static void judge_failure(struct trial *t, const struct derive_request *q)
{
    enum fault_kind k = t->f.fault.kind;
    t->unsupported += k == FAULT_UNSUPPORTED;
    t->limit += k == FAULT_LIMIT;
    t->domain += k == FAULT_DOMAIN;
    if (k != FAULT_UNSUPPORTED && k != FAULT_LIMIT && k != FAULT_DOMAIN) {
        fprintf(stderr, "failed (%s): ", fixture_fault(&t->f));
        fault_clear(&t->f.fault);
        tell_request(t, q);
        t->failures++;
    } else if (getenv("MD_TEST_UNABLE")) {
        fprintf(stderr, "not derived (%s): ", fixture_fault(&t->f));
        fault_clear(&t->f.fault);
        tell_request(t, q);
    }
    fault_clear(&t->f.fault);
}

static void try_request(struct trial *t, const struct derive_request *q,
                        uint64_t seed)
{
    struct derive_result r;
    derive_result_init(&r, &t->f.mem);
    if (derive(t->d, q, &r)) {
        judge_reading(t, q, &r);
        keep_closed(t, &r.conditions);
        judge_value(t, q, &r, seed);
    } else {
        judge_failure(t, q);
    }
    derive_result_free(&r);
}

/* --------------------------------------------------------- random requests */

/* A variable that occurs, or any. */
static expr_t random_variable(struct trial *t, struct random *r, expr_t e)
{
    uint8_t *mark = calloc(t->f.x.count + 1, 1);
    uint32_t from = random_below(r, VARIABLES);
    expr_t found = 0;
    ck_assert_ptr_nonnull(mark);
    expr_mark_used(&t->f.x, e, mark);
    for (uint32_t i = 0; i < VARIABLES && !found; i++) {
        expr_t v = t->nodes[(from + i) % VARIABLES];
        if (v <= e && mark[v])
            found = v;
    }
    free(mark);
    t->constant += !found;
    return found ? found : t->nodes[from];
}

static enum form random_form(struct trial *t, struct random *r,
                             const struct derive_request *q)
{
    static const enum form forms[] = {FORM_VEC, FORM_INDEX,
                                      FORM_DIFFERENTIAL, FORM_ACTION};
    static const enum form blocks[] = {FORM_BLOCKS, FORM_BLOCKS_BY_VARIABLE,
                                       FORM_ROW_COLUMN};
    bool matrices =
        expr_shape(&t->f.x, q->expr)->kind == SHAPE_MATRIX &&
        expr_shape(&t->f.x, q->by[0])->kind == SHAPE_MATRIX;
    if (random_below(r, 2))
        return FORM_MATRIX;
    if (matrices && random_below(r, 2))
        return blocks[random_below(r, 3)];
    return forms[random_below(r, 4)];
}

/* The differential of norminf holds where one entry is the largest, which a
 * random argument such as x[1]*ones(n) never has.  Maps of triangles and
 * diagonals have tests of their own, tests/data/structure.txt. */
#define TRIANGLES                                                             \
    "tril", "triu", "diagonalsums", "diagonalmeans", "vech", "lowerones",     \
        "symmetrizer", "skewsymmetrizer", "toeplitzprojector"
static const char *const triangles[] = {TRIANGLES, NULL};
static const char *const many_maxima[] = {TRIANGLES, "norminf", NULL};

/* The expressions of one kind; `smooth` ones are differentiable everywhere
 * and can always be verified. */
static void run(struct trial *t, uint32_t order, uint32_t depth, bool smooth,
                uint32_t count)
{
    struct random r = {.state = 100 * order + 10 * depth + smooth};
    for (uint32_t i = 0; i < count && t->failures < MAX_FAILURES; i++) {
        tables_renew(t);
        struct random_options o = {
            .features = smooth ? (RANDOM_ALL & ~(unsigned)RANDOM_ODD_NUMBERS) |
                                 RANDOM_SMOOTH
                               : RANDOM_ALL,
            .depth = depth,
            .nvariables = VARIABLES,
            .nsizes = SIZES,
            .variables = t->nodes,
            .sizes = t->sizes,
            .nfunctions = i % 2 ? t->nfunctions : 0,
            .functions = t->functions,
            .avoid = smooth ? triangles : many_maxima};
        struct shape scalar = shape_scalar();
        struct derive_request q = {.order = order};
        q.expr = order > 1 ? random_expr(&t->f.x, &r, &o, &scalar)
                           : random_expr_any(&t->f.x, &r, &o);
        ck_assert_msg(q.expr != 0, "%s", fixture_fault(&t->f));
        for (uint32_t k = 0; k < order; k++)
            q.by[k] = k && random_below(&r, 2)
                          ? q.by[0]
                          : random_variable(t, &r, q.expr);
        q.layout = (enum layout)random_below(&r, 3);
        q.form = random_form(t, &r, &q);
        try_request(t, &q, i);
    }
}

static void report(const struct trial *t, const char *what, uint32_t count)
{
    printf("%s: %u tried, %u proved, %u verified, %u unable, "
           "%u unsupported, %u limit, %u domain, %u constant, "
           "%u refuted\n",
           what, count, t->proved, t->verified, t->unable, t->unsupported,
           t->limit, t->domain, t->constant, t->refuted);
    fflush(stdout);
}

/* At least `least` of a hundred must be verified. */
static void run_depth(const char *what, uint32_t order, uint32_t depth,
                      bool smooth, uint32_t count, uint32_t least)
{
    struct trial t = {.failures = 0};
    char name[60];
    count = random_test_count(count);
    tables_make(&t);
    run(&t, order, depth, smooth, count);
    snprintf(name, sizeof name, "%s, depth %u", what, depth);
    report(&t, name, count);
    tables_free(&t);
    ck_assert_uint_eq(t.failures, 0);
    ck_assert_uint_ge(100 * (t.verified + t.proved), least * count);
}

START_TEST(first_derivatives)
{
    run_depth("first, smooth", 1, (uint32_t)_i, true, 1500, 90);
}
END_TEST

START_TEST(first_derivatives_anywhere)
{
    run_depth("first, any", 1, (uint32_t)_i, false, 500, 60);
}
END_TEST

START_TEST(second_derivatives)
{
    run_depth("second, smooth", 2, (uint32_t)_i, true, 250, 90);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("random");
    TCase *c = tcase_create("random");
    tcase_add_loop_test(c, first_derivatives, 1, 7);
    tcase_add_loop_test(c, first_derivatives_anywhere, 2, 6);
    tcase_add_loop_test(c, second_derivatives, 1, 5);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
