/* check.c - is this claim the derivative?  In normal form first, then at
 * random points; if not, in which way it fails. */
#include "config.h"

#include <string.h>

#include "api/query.h"

enum { MOST_CANDIDATES = 16 };

struct check {
    struct query q;
    struct derive_result *r;
    struct verify_result v; /* the referee on the claim as asked */
    md_answer *a;
    struct text remark;
};

static bool agrees(const struct verify_result *v)
{
    return v->verdict == VERDICT_PROVED || v->verdict == VERDICT_VERIFIED;
}

/* A claim of order 3 or more is one in components. */
static enum form claim_form(const struct check *k)
{
    const struct shape *s = expr_shape(&k->q.g->x, k->q.claim);
    return s->kind == SHAPE_TENSOR ? FORM_INDEX : k->q.request.form;
}

/* The referee on a variation of the question; failures count as no. */
static bool holds(struct check *k, const struct query *q, expr_t claim,
                  enum layout layout)
{
    struct verify_result v;
    bool ok = claim && query_verify(q, claim, layout, claim_form(k), &v);
    if (fault_is_set(&q->c->fault))
        fault_clear(&q->c->fault);
    return ok && agrees(&v);
}

/* The normal form, or 0: what cannot be normalised is only compared at
 * points. */
static expr_t try_normal(struct check *k, expr_t e)
{
    expr_t n = e ? derive_normal(k->q.g->deriver, e) : 0;
    fault_clear(&k->q.c->fault);
    return n;
}

/* 0 is a good claim for a derivative that is zeros(m,n). */
static bool both_zero(const struct check *k)
{
    const struct exprs *x = &k->q.g->x;
    return expr_is_number(x, k->q.claim, RAT_ZERO) &&
           !strcmp(op_name(x->ops, expr_op(x, k->r->value)), "zeros");
}

static bool is_equal(struct check *k)
{
    if (both_zero(k)) {
        k->q.claim = k->r->value;
        return query_verify(&k->q, k->q.claim, k->q.request.layout,
                            k->q.request.form, &k->v);
    }
    if (!query_verify(&k->q, k->q.claim, k->q.request.layout, claim_form(k),
                      &k->v))
        return false;
    if (agrees(&k->v))
        return true;
    expr_t claim = try_normal(k, k->q.claim);
    return k->v.verdict != VERDICT_REFUTED && claim &&
           claim == try_normal(k, k->r->value);
}

static bool is_transposed(struct check *k)
{
    const enum layout asked = k->q.request.layout;
    for (unsigned l = LAYOUT_MIXED; l <= LAYOUT_DENOMINATOR; l++)
        if (l != asked && holds(k, &k->q, k->q.claim, (enum layout)l)) {
            text_format(&k->remark, "it is the derivative in %s layout, "
                        "this is %s", md_word(MD_LAYOUTS, l),
                        md_word(MD_LAYOUTS, asked));
            return true;
        }
    struct exprs *x = &k->q.g->x;
    if (expr_shape(x, k->q.claim)->kind == SHAPE_TENSOR)
        return false;
    expr_t t = expr_apply1(x, OP_TRANSPOSE, k->q.claim);
    if (!holds(k, &k->q, t, asked))
        return false;
    text_str(&k->remark, "it is the transpose of the derivative");
    return true;
}

/* ---- symmetry */

struct candidates {
    uint32_t n;
    expr_t from[MOST_CANDIDATES], to[MOST_CANDIDATES];
};

/* The same variable, declared symmetric; 0 where it cannot be. */
static expr_t made_symmetric(struct check *k, expr_t variable)
{
    struct exprs *x = &k->q.g->x;
    struct decl d = *expr_decl(x, expr_get(x, variable)->payload);
    if (d.shape.kind != SHAPE_MATRIX || d.shape.dim[0] != d.shape.dim[1] ||
        (d.properties & PROP_SYMMETRIC))
        return 0;
    d.properties = property_close(x->mem, d.properties | PROP_SYMMETRIC,
                                  &d.shape, intern_name(x->names, d.name));
    bool possible = !fault_is_set(x->mem->fault);
    fault_clear(x->mem->fault);
    return possible ? expr_variable(x, expr_declare(x, &d)) : 0;
}

static void find_candidates(struct check *k, struct candidates *c)
{
    struct exprs *x = &k->q.g->x;
    expr_t roots[] = {k->q.request.expr, k->q.claim};
    expr_t top = roots[0] > roots[1] ? roots[0] : roots[1];
    size_t size = (size_t)top + 1;
    uint8_t *used = mem_alloc(x->mem, 2 * size);
    c->n = 0;
    if (!used)
        return;
    expr_mark_used(x, roots[0], used);
    expr_mark_used(x, roots[1], used + size);
    for (expr_t e = 1; e <= top && c->n < MOST_CANDIDATES; e++) {
        bool here = (e <= roots[0] && used[e]) ||
                    (e <= roots[1] && used[size + e]);
        if (!here || expr_op(x, e) != OP_VARIABLE)
            continue;
        c->from[c->n] = e;
        c->to[c->n] = made_symmetric(k, e);
        c->n += c->to[c->n] != 0;
    }
    mem_free(x->mem, used, 2 * size);
}

static bool holds_with(struct check *k, const struct candidates *c)
{
    struct exprs *x = &k->q.g->x;
    struct query q = k->q;
    q.request.expr = expr_substitute(x, q.request.expr, c->n, c->from, c->to);
    q.claim = expr_substitute(x, q.claim, c->n, c->from, c->to);
    for (uint32_t i = 0; i < q.request.order; i++)
        for (uint32_t j = 0; j < c->n; j++)
            if (q.request.by[i] == c->from[j])
                q.request.by[i] = c->to[j];
    return q.request.expr && holds(k, &q, q.claim, q.request.layout);
}

static struct candidates without(const struct candidates *c, uint32_t i)
{
    struct candidates less = *c;
    less.n--;
    less.from[i] = less.from[less.n];
    less.to[i] = less.to[less.n];
    return less;
}

/* Drops matrices one at a time while the claim still holds: what remains is
 * a least set. */
static bool is_symmetric_only(struct check *k)
{
    struct candidates c;
    find_candidates(k, &c);
    if (!c.n || !holds_with(k, &c))
        return false;
    for (uint32_t i = c.n; i-- > 0;) {
        struct candidates less = without(&c, i);
        if (less.n && holds_with(k, &less))
            c = less;
    }
    struct string_list names = {.c = k->q.c};
    struct text t;
    text_init(&t, &k->q.c->mem);
    text_str(&k->remark, "it is the derivative only if ");
    for (uint32_t i = 0; i < c.n; i++) {
        const struct exprs *x = &k->q.g->x;
        const struct decl *d =
            expr_decl(x, expr_get(x, c.from[i])->payload);
        text_str(&t, intern_name(x->names, d->name));
        text_format(&k->remark, "%s%s", i ? " and " : "", text_get(&t));
        string_list_take(&names, &t);
    }
    text_str(&k->remark, c.n > 1 ? " are symmetric" : " is symmetric");
    text_free(&t);
    k->a->symmetric = names.items;
    k->a->symmetric_count = names.count;
    return true;
}

/* ---- how it differs */

/* "the claim is 2 times the derivative" */
static bool remark_factor(struct check *k)
{
    static const int factors[][2] = {{-1, 1}, {2, 1},  {1, 2}, {-2, 1},
                                     {-1, 2}, {4, 1}, {1, 4}, {3, 1}};
    struct exprs *x = &k->q.g->x;
    expr_t claim = try_normal(k, k->q.claim);
    for (size_t i = 0; claim && i < sizeof factors / sizeof *factors; i++) {
        rat_t f = rat_from_ratio(x->numbers, factors[i][0], factors[i][1]);
        expr_t product = expr_apply2(x, OP_MUL, expr_number(x, f),
                                     k->r->value);
        if (try_normal(k, product) != claim)
            continue;
        text_str(&k->remark, "it is ");
        rat_print(x->numbers, f, &k->remark);
        text_str(&k->remark, " times the derivative");
        return true;
    }
    return false;
}

/* "claim - derivative = x'*A" tells which term is wrong. */
static void remark_difference(struct check *k)
{
    struct exprs *x = &k->q.g->x;
    struct text t;
    expr_t minus = expr_apply1(x, OP_NEG, k->r->value);
    expr_t d = try_normal(k, expr_apply2(x, OP_ADD, k->q.claim, minus));
    text_init(&t, &k->q.c->mem);
    if (d && print_expr(x, d, FORMAT_TEXT, &t) && t.length < 2000)
        text_format(&k->remark, "claim - derivative = %s", text_get(&t));
    fault_clear(&k->q.c->fault);
    text_free(&t);
}

static void remark_shapes(struct check *k)
{
    struct exprs *x = &k->q.g->x;
    text_str(&k->remark, "the claim is of shape ");
    shape_print(x->dims, expr_shape(x, k->q.claim), &k->remark);
    text_str(&k->remark, ", the derivative of shape ");
    shape_print(x->dims, &k->r->shape, &k->remark);
}

static md_relation failed_relation(struct check *k)
{
    bool same_shape = shape_equal(expr_shape(&k->q.g->x, k->q.claim),
                                  &k->r->shape);
    if (is_transposed(k))
        return MD_TRANSPOSED;
    if (same_shape && is_symmetric_only(k))
        return MD_SYMMETRIC_ONLY;
    if (!same_shape) {
        k->v.verdict = VERDICT_REFUTED;
        remark_shapes(k);
        return MD_DIFFERS;
    }
    if (k->v.verdict != VERDICT_REFUTED)
        return MD_UNDECIDED;
    if (!remark_factor(k))
        remark_difference(k);
    return MD_DIFFERS;
}

static bool judge(struct check *k)
{
    static const char *const results[] = {
        [MD_EQUAL] = "equal",
        [MD_TRANSPOSED] = "transposed",
        [MD_SYMMETRIC_ONLY] = "symmetric-only",
        [MD_DIFFERS] = "differs",
        [MD_UNDECIDED] = "unable"};
    k->v = (struct verify_result){.verdict = VERDICT_NONE};
    md_relation relation = MD_EQUAL;
    if (!is_equal(k)) {
        if (fault_is_set(&k->q.c->fault))
            return false;
        relation = failed_relation(k);
    }
    if (!query_answer(&k->q, k->r, &k->v, k->a))
        return false;
    k->a->relation = relation;
    k->a->result = results[relation];
    k->a->remark = context_string(k->q.c, text_get(&k->remark),
                                  k->remark.length);
    return !fault_is_set(&k->q.c->fault);
}

bool query_run_check(struct md_context *c, struct engine *g,
                     const md_query *asked, md_answer *a)
{
    struct check k = {.a = a};
    struct derive_result r;
    *a = (md_answer){.value = 0};
    if (!asked->claim)
        return fault_set(&c->fault, FAULT_REQUEST, "there is no claim");
    if (!query_read(&k.q, c, g, asked))
        return false;
    if (k.q.request.form == FORM_DIFFERENTIAL)
        k.q.request.form = FORM_MATRIX; /* dX cannot be typed in a claim */
    derive_result_init(&r, &g->mem);
    text_init(&k.remark, &c->mem);
    k.r = &r;
    bool ok = query_derive(&k.q, &r) && judge(&k);
    text_free(&k.remark);
    derive_result_free(&r);
    return ok;
}
