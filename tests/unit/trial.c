#include "trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/part.h"
#include "print/print.h"
#include "verify/verify.h"

enum { WORN = 6000, /* nodes after which tables are made anew */
       MAX_TEXT = 20000 };

/* ------------------------------------------------------------------ kinds */

#define NAMES                                                                \
    "a, b positive, x[n], y[m], z[n] positive, A[m,n], B[n,m], C[n,n], "     \
    "S[m,m] symmetric, P[n,n] posdef, Q[m,m]"
#define PROPERTIES                                                           \
    "a, b positive, c nonneg, x[n], y[m], z[n] nonneg, A[m,n], "             \
    "B[n,m], D[n,n] diagonal, E[n,n] lower, "

/* The differential of norminf holds where one entry is the largest, which a
 * random argument such as x[1]*ones(n) never has.  Maps of triangles and
 * diagonals have tests of their own, tests/data/structure.txt. */
#define TRIANGLES                                                             \
    "tril", "triu", "diagonalsums", "diagonalmeans", "vech", "lowerones",     \
        "symmetrizer", "skewsymmetrizer", "toeplitzprojector"
static const char *const triangles[] = {TRIANGLES, NULL};
static const char *const many_maxima[] = {TRIANGLES, "norminf", NULL};

static const char *const family_texts[] = {
    "sum(l=1..L: norm2(F{l}*$x-h{l})^2)",
    "sum(l=1..L: $s*tr(G{l}*$C))",
    "sum(l=1..L: $x'*G{l}*$x)",
    "prod(l=1..3: 2+sin($s*l))",
    "sum(r=1..k: ($s)^r)",
    "sum(r=0..3: sin(r*$s)*$s)",
    "sum(r=1..k: $s/(r+1)+$s)",
    "norm2(sum(l=1..L: F{l}*$x)-$y)^2",
    "sum(l=1..2: sum(j=1..l: $s*j+l))",
    NULL};
static const char *const function_texts[] = {
    "f($s)", "f($s)*$s", "sum(u($x).*$x)", "norm2(u($x)-$x)^2",
    "tr(V($C)*$C)", "f(tr($C))", "exp(f($s))+$s", "u($x)'*$C*u($x)",
    "g($x)*$s", "log(1+g($x)^2)", NULL};
static const char *const index_texts[] = {
    "sum(i: x[i]*($x)[i]^2)", "sum(i,j: ($A)[i,j]^2*$s)",
    "sum(i,j: ($C)[i,j]*x[i]*x[j])", "sum(i: exp(($x)[i])*z[i])",
    "tensor(i,j: ($x)[i]*($y)[j])", "sum(tensor(i: ($x)[i]^2*z[i]))",
    "sum(i,j: step(j-i)*($C)[i,j]^2)", "sum(k: (($C)*($x))[k]*($x)[k])",
    NULL};
static const char *const product_texts[] = {
    "($s)*($s)", "tr(($C)*($C)')", "($x)'*($C)*($x)", "kron($x,$y)",
    "($x)*($y)'", "vec(($A)'*($A))", "sum(($x).*($x).^2)",
    "norm2(($A)*($x)-($y))^2", "sum(log(1+($x).^2))", "diag($x)*($B)",
    "($s)/(1+($s)^2)", "logdet(eye(n)+($C)*($C)')", "inv(P+($C)*($C)')",
    "sum(sigmoid(y.*($y)))", "logsumexp($x)", NULL};

#define SMOOTH                                                               \
    ((RANDOM_ALL & ~(unsigned)RANDOM_ODD_NUMBERS) | RANDOM_SMOOTH)

const struct trial_kind trial_kinds[] = {
    {"smooth", 1, 1, 6, SMOOTH, BY_VARIABLE, 93, false, NAMES, NULL,
     triangles},
    {"any", 1, 2, 5, RANDOM_ALL, BY_VARIABLE, 75, false, NAMES, NULL,
     many_maxima},
    {"Hessian", 2, 1, 4, SMOOTH, BY_VARIABLE, 90, false, NAMES, NULL,
     triangles},
    {"any Hessian", 2, 2, 3, RANDOM_ALL, BY_VARIABLE, 85, true, NAMES, NULL,
     many_maxima},
    {"third", 3, 1, 3, SMOOTH, BY_VARIABLE, 90, true, NAMES, NULL, triangles},
    {"product", 1, 1, 3, SMOOTH, BY_VARIABLE, 93, false, NAMES, product_texts,
     triangles},
    {"product Hessian", 2, 1, 2, SMOOTH, BY_VARIABLE, 90, true, NAMES,
     product_texts, triangles},
    {"properties", 1, 2, 5, SMOOTH, BY_VARIABLE, 90, false,
     PROPERTIES "C[n,n] orthogonal, S[m,m] antisymmetric, P[n,n] posdef",
     NULL, triangles},
    {"more properties", 1, 2, 5, RANDOM_ALL, BY_VARIABLE, 70, false,
     PROPERTIES "C[n,n] invertible, S[m,m] toeplitz, P[n,n] psd, "
                "Q[m,m] upper", NULL, many_maxima},
    {"full rank", 1, 2, 5, SMOOTH, BY_VARIABLE, 90, false,
     "a, x[n], y[m], A[m,n] fullrowrank, B[n,m] fullcolumnrank, "
     "P[n,n] posdef, Q[m,m] symmetric", NULL, triangles},
    {"part", 1, 2, 4, SMOOTH, BY_PART, 90, false, NAMES, NULL, triangles},
    {"structure", 1, 2, 4, SMOOTH, BY_STRUCTURE, 85, true,
     "a, x[n], y[m], A[m,n], S[m,m] symmetric, C[n,n] antisymmetric, "
     "D[n,n] diagonal, E[m,m] lower, H[n,n] upper", NULL, triangles},
    {"index", 1, 1, 3, SMOOTH, BY_VARIABLE, 90, false, NAMES, index_texts,
     triangles},
    {"family", 1, 1, 2, SMOOTH, BY_VARIABLE, 70, true,
     NAMES ", F{l}[m,n], h{l}[m], G{l}[n,n], of_k[k], of_L[L]",
     family_texts, triangles},
    {"function", 1, 1, 2, SMOOTH, BY_VARIABLE, 85, true,
     NAMES ", f(a), g(x), u(x)[n], V(C)[n,n]", function_texts, triangles},
};
const uint32_t trial_kind_count = sizeof trial_kinds / sizeof *trial_kinds;

void trial_add(struct trial_counts *sum, const struct trial_counts *c)
{
    sum->tried += c->tried;
    sum->proved += c->proved;
    sum->verified += c->verified;
    sum->unable += c->unable;
    sum->unsupported += c->unsupported;
    sum->limit += c->limit;
    sum->outside += c->outside;
    sum->constant += c->constant;
    sum->refuted += c->refuted;
    sum->failures += c->failures;
}

/* ----------------------------------------------------------------- tables */

/* The plain variables among the names declared. */
static void find_variables(struct trial *t)
{
    struct scope_name n;
    t->nodes_count = 0;
    for (uint32_t i = 0; scope_name_at(t->f.scope, i, &n); i++)
        if (n.decl && !expr_decl(&t->f.x, n.decl)->parameter[0] &&
            t->nodes_count < TRIAL_MAX_VARIABLES) {
            expr_t e = expr_variable(&t->f.x, n.decl);
            if (e && expr_op(&t->f.x, e) == OP_VARIABLE)
                t->nodes[t->nodes_count++] = e;
            fault_clear(&t->f.fault);
        }
}

static void tables_make(struct trial *t)
{
    struct fixture *f = &t->f;
    fixture_init(f);
    t->d = deriver_new(&f->x, f->rules);
    ck_assert(t->d != NULL);
    ck_assert_msg(scope_declare(f->scope, t->kind->let,
                                strlen(t->kind->let)),
                  "%s", fixture_fault(f));
    find_variables(t);
    t->sizes[0] = dim_from_symbol(&f->dims, intern_text(&f->names, "m"));
    t->sizes[1] = dim_from_symbol(&f->dims, intern_text(&f->names, "n"));
    t->first = f->x.count;
}

void trial_begin(struct trial *t, const struct trial_kind *kind)
{
    *t = (struct trial){.kind = kind};
    tables_make(t);
}

void trial_end(struct trial *t)
{
    deriver_free(t->d);
    fixture_free(&t->f);
    ck_assert_uint_eq(t->f.mem.used, 0);
}

static void tables_renew(struct trial *t)
{
    if (t->f.x.count - t->first < WORN)
        return;
    trial_end(t);
    tables_make(t);
}

/* ---------------------------------------------------------------- telling */

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
    static const char *const structures[] = {"free", "projected", "entries",
                                             "vech"};
    fprintf(stderr, "%s, %s, %s; test_kinds one \"%s\" %llu %llu\n",
            layouts[q->layout], forms[q->form], structures[q->structure],
            t->kind->name, (unsigned long long)t->seed,
            (unsigned long long)t->number);
    fprintf(stderr, "  let: %s\n", t->kind->let);
    tell(t, "expression", q->expr);
    for (uint32_t i = 0; i < q->order; i++)
        tell(t, "by", q->by[i]);
}

/* ---------------------------------------------------------------- judging */

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

/* Where names dX stand for differentials, the answer declares them and the
 * reader does not. */
static void judge_reading(struct trial *t, const struct derive_request *q,
                          const struct derive_result *r)
{
    if (form_applied(q->form, q->order) || is_read_back(t, r->value))
        return;
    fprintf(stderr, "not read back (%s): ", t->f.fault.message);
    fault_clear(&t->f.fault);
    tell_request(t, q);
    tell(t, "answer", r->value);
    t->counts.failures++;
}

static void judge_value(struct trial *t, const struct derive_request *q,
                        const struct derive_result *r)
{
    struct verify_result v;
    struct trial_counts *n = &t->counts;
    struct verify_request w = {.expr = q->expr,
                               .claim = r->value,
                               .order = q->order,
                               .layout = q->layout,
                               .form = q->form,
                               .structure = q->structure,
                               .seed = t->number,
                               .given = &r->conditions};
    memcpy(w.by, q->by, sizeof w.by);
    ck_assert_msg(verify(&t->f.x, &w, &v), "%s", fixture_fault(&t->f));
    n->proved += v.verdict == VERDICT_PROVED;
    n->verified += v.verdict == VERDICT_VERIFIED;
    n->unable += v.verdict == VERDICT_UNABLE;
    n->refuted += v.verdict == VERDICT_REFUTED;
    if (v.verdict == VERDICT_UNABLE && getenv("MD_TEST_UNABLE")) {
        fprintf(stderr, "unable (%s): ", v.detail);
        tell_request(t, q);
        tell(t, "answer", r->value);
    }
    if (v.verdict != VERDICT_REFUTED)
        return;
    fprintf(stderr, "refuted (%s): ", v.detail);
    tell_request(t, q);
    tell(t, "answer", r->value);
    n->failures++;
}

static void judge_failure(struct trial *t, const struct derive_request *q)
{
    enum fault_kind k = t->f.fault.kind;
    char said[300];
    snprintf(said, sizeof said, "%s", fixture_fault(&t->f));
    t->counts.unsupported += k == FAULT_UNSUPPORTED;
    t->counts.limit += k == FAULT_LIMIT;
    t->counts.outside += k == FAULT_DOMAIN;
    fault_clear(&t->f.fault);
    bool bad = k != FAULT_UNSUPPORTED && k != FAULT_LIMIT && k != FAULT_DOMAIN;
    t->counts.failures += bad;
    if (!bad && !getenv("MD_TEST_UNABLE"))
        return;
    fprintf(stderr, "%s (%s): ", bad ? "failed" : "not derived", said);
    tell_request(t, q);
}

static void judge(struct trial *t, const struct derive_request *q)
{
    struct derive_result r;
    derive_result_init(&r, &t->f.mem);
    t->counts.tried++;
    if (derive(t->d, q, &r)) {
        judge_reading(t, q, &r);
        judge_value(t, q, &r);
    } else {
        judge_failure(t, q);
    }
    derive_result_free(&r);
}

/* ------------------------------------------------------- random requests */

static struct random_options options(const struct trial *t, uint32_t depth)
{
    return (struct random_options){.features = t->kind->features,
                                   .depth = depth,
                                   .nvariables = t->nodes_count,
                                   .nsizes = TRIAL_SIZES,
                                   .variables = t->nodes,
                                   .sizes = t->sizes,
                                   .avoid = t->kind->avoid};
}

/* A random expression in brackets, for a letter after $. */
static void fill(struct trial *t, struct random *r, char what, uint32_t depth,
                 struct text *out)
{
    dim_t m = t->sizes[0], n = t->sizes[1];
    struct shape s = what == 'x'   ? shape_vector(n)
                     : what == 'y' ? shape_vector(m)
                     : what == 'A' ? shape_matrix(m, n)
                     : what == 'B' ? shape_matrix(n, m)
                     : what == 'C' ? shape_matrix(n, n)
                                   : shape_scalar();
    struct random_options o = options(t, depth);
    o.features &= ~(unsigned)(RANDOM_BINDERS | RANDOM_ELEMENTS);
    expr_t e = random_expr(&t->f.x, r, &o, &s);
    ck_assert_msg(e != 0, "%s", fixture_fault(&t->f));
    text_char(out, '(');
    ck_assert(print_expr(&t->f.x, e, FORMAT_TEXT, out));
    text_char(out, ')');
}

/* 0 where the whole cannot be read: 1/0 within, or much too long. */
static expr_t expression_of_text(struct trial *t, struct random *r,
                                 uint32_t depth)
{
    uint32_t n = 0;
    while (t->kind->texts[n])
        n++;
    const char *form = t->kind->texts[random_below(r, n)];
    struct text s;
    text_init(&s, &t->f.mem);
    for (; *form; form++)
        if (*form == '$')
            fill(t, r, *++form, depth, &s);
        else
            text_char(&s, *form);
    expr_t e = s.length < MAX_TEXT ? fixture_read_on(&t->f, text_get(&s)) : 0;
    if (!e && fault_is_set(&t->f.fault) &&
        t->f.fault.kind != FAULT_UNSUPPORTED &&
        t->f.fault.kind != FAULT_DOMAIN && t->f.fault.kind != FAULT_LIMIT) {
        fprintf(stderr, "%s: %s\n", text_get(&s), fixture_fault(&t->f));
        t->counts.failures++;
    }
    fault_clear(&t->f.fault);
    text_free(&s);
    return e;
}

static expr_t random_expression(struct trial *t, struct random *r)
{
    const struct trial_kind *k = t->kind;
    uint32_t depth = k->least + random_below(r, k->most - k->least + 1);
    struct random_options o = options(t, depth);
    struct shape scalar = shape_scalar();
    if (k->texts)
        return expression_of_text(t, r, depth);
    return k->scalar ? random_expr(&t->f.x, r, &o, &scalar)
                     : random_expr_any(&t->f.x, r, &o);
}

/* A variable that occurs, or any. */
static expr_t random_variable(struct trial *t, struct random *r, expr_t e)
{
    uint8_t *mark = calloc(t->f.x.count + 1, 1);
    uint32_t from = random_below(r, t->nodes_count);
    expr_t found = 0;
    ck_assert_ptr_nonnull(mark);
    expr_mark_used(&t->f.x, e, mark);
    for (uint32_t i = 0; i < t->nodes_count && !found; i++) {
        expr_t v = t->nodes[(from + i) % t->nodes_count];
        if (v <= e && mark[v])
            found = v;
    }
    free(mark);
    t->counts.constant += !found;
    return found ? found : t->nodes[from];
}

static expr_t random_part(struct trial *t, struct random *r, expr_t v)
{
    static const char *const of_vector[] = {"'", "[1]", "[2]", ""};
    static const char *const of_matrix[] = {"'", "[1,2]", "[1,:]", "[:,2]",
                                            "'[1,:]", "[2,:]'", ""};
    const struct shape *s = expr_shape(&t->f.x, v);
    char text[80];
    const char *part = s->kind == SHAPE_VECTOR ? of_vector[random_below(r, 4)]
                       : s->kind == SHAPE_MATRIX
                           ? of_matrix[random_below(r, 7)]
                           : "";
    const struct decl *d = expr_decl(&t->f.x, expr_get(&t->f.x, v)->payload);
    snprintf(text, sizeof text, "%s%s", intern_name(&t->f.names, d->name),
             part);
    expr_t e = fixture_read_on(&t->f, text);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&t->f));
    return e;
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
    if (t->kind->scalar || random_below(r, 2))
        return FORM_MATRIX;
    if (matrices && random_below(r, 2))
        return blocks[random_below(r, 3)];
    return forms[random_below(r, 4)];
}

static void choose_variables(struct trial *t, struct random *r,
                             struct derive_request *q)
{
    for (uint32_t k = 0; k < q->order; k++)
        q->by[k] = k && random_below(r, 2) ? q->by[0]
                                           : random_variable(t, r, q->expr);
    if (t->kind->by == BY_PART)
        q->by[0] = random_part(t, r, q->by[0]);
    if (t->kind->by == BY_STRUCTURE)
        q->structure =
            random_below(r, 2) ? STRUCTURE_PROJECTED : STRUCTURE_ENTRIES;
}

void trial_run(struct trial *t, uint64_t seed, uint64_t number)
{
    uint64_t kind = (uint64_t)(t->kind - trial_kinds);
    struct random r = {.state = seed * 0x9E3779B97F4A7C15u +
                                kind * 0xD1B54A32D192ED03u + number};
    struct derive_request q = {.order = t->kind->order};
    random_next(&r);
    tables_renew(t);
    t->seed = seed;
    t->number = number;
    q.expr = random_expression(t, &r);
    if (!q.expr) {
        ck_assert_msg(!fault_is_set(&t->f.fault), "%s", fixture_fault(&t->f));
        t->counts.tried++;
        t->counts.outside++;
        return;
    }
    choose_variables(t, &r, &q);
    q.layout = (enum layout)random_below(&r, 3);
    q.form = random_form(t, &r, &q);
    if (q.structure != STRUCTURE_FREE)
        q.layout = LAYOUT_MIXED;
    judge(t, &q);
}
