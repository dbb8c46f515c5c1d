/* check.c - is this claim the derivative?  In normal form first, then at
 * random points; if not, in which way it fails. */
#include "config.h"

#include <string.h>

#include "api/check.h"

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

/* Of a derivative with more than two axes one in components whose axes are
 * joined in rows and columns is in the form matrix. */
static void join_components(struct check *k)
{
    const struct exprs *x = &k->q.g->x;
    struct derive_request *q = &k->q.request;
    uint32_t axes = expr_shape(x, q->expr)->order;
    for (uint32_t i = 0; i < q->order; i++)
        axes += expr_shape(x, q->by[i])->order;
    if (q->form == FORM_INDEX && axes > 2 &&
        expr_shape(x, k->q.claim)->kind != SHAPE_TENSOR)
        q->form = FORM_MATRIX;
}

bool check_holds(struct check *k, const struct query *q, expr_t claim,
                 enum layout layout)
{
    struct verify_result v;
    bool ok = claim && query_verify(q, claim, layout, claim_form(k), &v);
    if (fault_is_set(&q->c->fault))
        fault_clear(&q->c->fault);
    return ok && agrees(&v);
}

expr_t check_normal(struct check *k, expr_t e)
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
    expr_t claim = check_normal(k, k->q.claim);
    return k->v.verdict != VERDICT_REFUTED && claim &&
           claim == check_normal(k, k->r->value);
}

static bool is_transposed(struct check *k)
{
    const enum layout asked = k->q.request.layout;
    for (unsigned l = LAYOUT_MIXED; l <= LAYOUT_DENOMINATOR; l++)
        if (l != asked && check_holds(k, &k->q, k->q.claim, (enum layout)l)) {
            text_format(&k->remark, "it is the derivative in %s layout, "
                        "this is %s", md_word(MD_LAYOUTS, l),
                        md_word(MD_LAYOUTS, asked));
            return true;
        }
    struct exprs *x = &k->q.g->x;
    if (expr_shape(x, k->q.claim)->kind == SHAPE_TENSOR)
        return false;
    expr_t t = expr_apply1(x, OP_TRANSPOSE, k->q.claim);
    if (!check_holds(k, &k->q, t, asked))
        return false;
    text_str(&k->remark, "it is the transpose of the derivative");
    return true;
}

/* ---- variations */

bool check_may_equal(struct check *k, expr_t a, expr_t b)
{
    struct exprs *x = &k->q.g->x;
    struct verify_result v;
    fault_clear(&k->q.c->fault);
    if (!a || !b || !shape_equal(expr_shape(x, a), expr_shape(x, b)))
        return false;
    bool ok = verify_identity(x, a, b, NULL, k->q.asked->seed, 1, &v);
    fault_clear(&k->q.c->fault);
    return ok && v.verdict != VERDICT_REFUTED;
}

bool check_is_right(struct check *k, expr_t claim)
{
    if (!k->budget)
        return false;
    k->budget--;
    return check_may_equal(k, claim, k->r->value) &&
           check_holds(k, &k->q, claim, k->q.request.layout);
}

void check_say(struct check *k, expr_t e)
{
    struct text t;
    text_init(&t, &k->q.c->mem);
    bool ok = e && print_expr(&k->q.g->x, e, FORMAT_TEXT, &t) &&
              t.length < 2000;
    text_str(&k->remark, ok ? text_get(&t) : "...");
    fault_clear(&k->q.c->fault);
    text_free(&t);
}

void check_list(struct check *k, struct string_list *l, expr_t e)
{
    struct text t;
    text_init(&t, &k->q.c->mem);
    if (print_expr(&k->q.g->x, e, FORMAT_TEXT, &t))
        string_list_take(l, &t);
    text_free(&t);
}

void check_correct(struct check *k, const char *reason, expr_t claim)
{
    struct text t;
    text_init(&t, &k->q.c->mem);
    k->a->reason = reason;
    if (claim && print_expr(&k->q.g->x, claim, FORMAT_TEXT, &t))
        k->a->correction = context_take(k->q.c, &t);
    fault_clear(&k->q.c->fault);
    text_free(&t);
}

/* ---- how it differs */

/* "the claim is 2 times the derivative" */
static bool remark_factor(struct check *k)
{
    static const int factors[][2] = {{-1, 1}, {2, 1},  {1, 2}, {-2, 1},
                                     {-1, 2}, {4, 1}, {1, 4}, {3, 1}};
    struct exprs *x = &k->q.g->x;
    expr_t claim = check_normal(k, k->q.claim);
    for (size_t i = 0; claim && i < sizeof factors / sizeof *factors; i++) {
        rat_t f = rat_from_ratio(x->numbers, factors[i][0], factors[i][1]);
        expr_t product = expr_apply2(x, OP_MUL, expr_number(x, f),
                                     k->r->value);
        if (check_normal(k, product) != claim)
            continue;
        text_str(&k->remark, "it is ");
        rat_print(x->numbers, f, &k->remark);
        text_str(&k->remark, " times the derivative");
        k->a->reason = "factor";
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
    expr_t d = check_normal(k, expr_apply2(x, OP_ADD, k->q.claim, minus));
    text_init(&t, &k->q.c->mem);
    if (d && print_expr(x, d, FORMAT_TEXT, &t) && t.length < 2000)
        text_format(&k->remark, "claim - derivative = %s", text_get(&t));
    k->a->reason = "difference";
    fault_clear(&k->q.c->fault);
    text_free(&t);
}

static void remark_shapes(struct check *k)
{
    struct exprs *x = &k->q.g->x;
    k->a->reason = "shape";
    text_str(&k->remark, "the claim is of shape ");
    shape_print(x->dims, expr_shape(x, k->q.claim), &k->remark);
    text_str(&k->remark, ", the derivative of shape ");
    shape_print(x->dims, &k->r->shape, &k->remark);
}

static bool applied(const struct query *q)
{
    return form_applied(q->request.form, q->request.order) > 0;
}

static md_relation failed_relation(struct check *k)
{
    bool same_shape = shape_equal(expr_shape(&k->q.g->x, k->q.claim),
                                  &k->r->shape);
    if (!applied(&k->q) && is_transposed(k))
        return MD_TRANSPOSED;
    if (!same_shape) {
        k->v.verdict = VERDICT_REFUTED;
        if (!check_typo(k))
            remark_shapes(k);
        return MD_DIFFERS;
    }
    if (check_other_structure(k))
        return MD_OTHER_STRUCTURE;
    if (check_symmetric_only(k))
        return MD_SYMMETRIC_ONLY;
    if (k->v.verdict != VERDICT_REFUTED)
        return MD_UNDECIDED;
    if (remark_factor(k))
        return MD_DIFFERS;
    if (check_property_only(k, false))
        return MD_PROPERTY_ONLY;
    if (check_terms(k))
        return MD_DIFFERS;
    if (check_property_only(k, true))
        return MD_PROPERTY_ONLY;
    remark_difference(k);
    check_suggest(k);
    return MD_DIFFERS;
}

static bool judge(struct check *k)
{
    static const char *const results[] = {
        [MD_EQUAL] = "equal",
        [MD_TRANSPOSED] = "transposed",
        [MD_SYMMETRIC_ONLY] = "symmetric-only",
        [MD_DIFFERS] = "differs",
        [MD_UNDECIDED] = "unable",
        [MD_PROPERTY_ONLY] = "property-only",
        [MD_OTHER_STRUCTURE] = "other-structure"};
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

/* Whether the claim holds some dX. */
static bool is_differential(const struct query *q)
{
    struct exprs *x = &q->g->x;
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, q->claim, &q->c->out, &n);
    for (uint32_t i = 0; list && i < n; i++)
        if (expr_op(x, list[i]) == OP_VARIABLE &&
            expr_decl(x, expr_get(x, list[i])->payload)->role ==
                DECL_DIFFERENTIAL)
            return true;
    return false;
}

bool query_run_check(struct md_context *c, struct engine *g,
                     const md_query *asked, md_answer *a)
{
    struct check k = {.a = a, .budget = CHECK_BUDGET};
    struct derive_result r;
    *a = (md_answer){.value = 0};
    if (asked->each || asked->order_count)
        return fault_set(&c->fault, FAULT_REQUEST,
                         "a claim is about one derivative");
    if (!asked->claim)
        return fault_set(&c->fault, FAULT_REQUEST, "there is no claim");
    if (!query_read(&k.q, c, g, asked))
        return false;
    if (applied(&k.q) && !is_differential(&k.q))
        k.q.request.form = FORM_MATRIX;
    join_components(&k);
    derive_result_init(&r, &g->mem);
    text_init(&k.remark, &c->mem);
    k.r = &r;
    k.q.conditions = &r.conditions;
    bool ok = query_derive(&k.q, &r) && judge(&k);
    text_free(&k.remark);
    derive_result_free(&r);
    return ok;
}
