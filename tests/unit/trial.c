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
    sum->unmet += c->unmet;
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
    t->exponent = t->kind->exponent
                      ? dim_from_symbol(&f->dims,
                                        intern_text(&f->names,
                                                    t->kind->exponent))
                      : 0;
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

/* Whether what is printed is read as the same, if it is not too long to be
 * printed. */
static bool is_read_back(struct trial *t, expr_t e)
{
    struct text s;
    text_init(&s, &t->f.mem);
    bool ok = print_expr(&t->f.x, e, FORMAT_TEXT, &s);
    bool long_text = !ok && t->f.fault.kind == FAULT_LIMIT;
    expr_t back = ok ? fixture_read_on(&t->f, text_get(&s)) : 0;
    text_free(&s);
    if (long_text)
        fault_clear(&t->f.fault);
    return long_text || back == e;
}

/* Where names dX stand for differentials, or delta{l} for derivatives, the
 * answer declares them and the reader does not. */
static void judge_reading(struct trial *t, const struct derive_request *q,
                          const struct derive_result *r)
{
    if (form_applied(q->form, q->order) || r->where_count ||
        is_read_back(t, r->value))
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
    bool unmet = v.verdict == VERDICT_UNABLE &&
                 strstr(v.detail, "no point met the conditions");
    n->unmet += unmet;
    n->unable += v.verdict == VERDICT_UNABLE && !unmet;
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
                                   .exponent = t->exponent,
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
                     : what == 'Q' ? shape_matrix(m, m)
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

/* One of the members that the kind names. */
static expr_t random_member(struct trial *t, struct random *r)
{
    uint32_t n = 0;
    while (t->kind->members[n])
        n++;
    const char *text = t->kind->members[random_below(r, n)];
    expr_t e = fixture_read_on(&t->f, text);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&t->f));
    return e;
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
    /* A structured variable has no action, its vech no components. */
    return forms[q->structure == STRUCTURE_FREE   ? random_below(r, 4)
                 : q->structure == STRUCTURE_VECH ? 2 * random_below(r, 2)
                                                  : random_below(r, 3)];
}

static void choose_variables(struct trial *t, struct random *r,
                             struct derive_request *q)
{
    for (uint32_t k = 0; k < q->order; k++)
        if (k && random_below(r, 2))
            q->by[k] = q->by[0];
        else if (t->kind->members && random_below(r, 2))
            q->by[k] = random_member(t, r);
        else
            q->by[k] = random_variable(t, r, q->expr);
    if (t->kind->by == BY_PART)
        q->by[0] = random_part(t, r, q->by[0]);
    if (t->kind->by == BY_STRUCTURE)
        q->structure = (enum structure)(STRUCTURE_PROJECTED +
                                        random_below(r, 3));
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
