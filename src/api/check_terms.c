/* check_terms.c - claims with a term too many, too few, or wrong. */
#include "config.h"

#include "api/check.h"

static bool split(struct exprs *x, expr_t e, bool negative, bool expand,
                  struct check_sum *s);

static bool split_all(struct exprs *x, expr_t e, bool negative, bool expand,
                      struct check_sum *s)
{
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        if (!split(x, expr_arg(x, e, i), negative, expand, s))
            return false;
    return true;
}

/* A product with each of the terms that its factor i is. */
static bool split_product(struct exprs *x, expr_t e, uint32_t i,
                          const struct check_sum *factor, bool negative,
                          struct check_sum *s)
{
    expr_t args[MOST_TERMS];
    uint32_t n = expr_get(x, e)->nargs;
    for (uint32_t t = 0; t < factor->n; t++) {
        for (uint32_t a = 0; a < n; a++)
            args[a] = a == i ? factor->e[t] : expr_arg(x, e, a);
        expr_t product = expr_apply(x, OP_MUL, n, args);
        if (!product || !split(x, product, negative, true, s))
            return false;
    }
    return true;
}

/* What is no sum itself, but holds one: (a+b)', a*(b+c). */
static bool split_inside(struct exprs *x, expr_t e, bool negative,
                         struct check_sum *s, bool *done)
{
    struct check_sum inner;
    op_t op = expr_op(x, e);
    uint32_t n = op == OP_TRANSPOSE || op == OP_MUL ? expr_get(x, e)->nargs : 0;
    for (uint32_t i = 0; i < n && n <= MOST_TERMS; i++) {
        inner.n = 0;
        if (!split(x, expr_arg(x, e, i), false, true, &inner))
            return false;
        *done = inner.n > 1;
        if (*done && op == OP_MUL)
            return split_product(x, e, i, &inner, negative, s);
        for (uint32_t t = 0; *done && t < inner.n; t++)
            if (!split(x, expr_apply1(x, OP_TRANSPOSE, inner.e[t]), negative,
                       false, s))
                return false;
    }
    return true;
}

/* The depth is that of the brackets in what is split. */
static bool split(struct exprs *x, expr_t e, bool negative, bool expand,
                  struct check_sum *s)
{
    bool done = false;
    if (s->n >= MOST_TERMS || !e)
        return false;
    if (expr_op(x, e) == OP_NEG)
        return split(x, expr_arg(x, e, 0), !negative, expand, s);
    if (expr_op(x, e) == OP_ADD)
        return split_all(x, e, negative, expand, s);
    if (expand && !split_inside(x, e, negative, s, &done))
        return false;
    if (done)
        return true;
    s->e[s->n] = negative ? expr_apply1(x, OP_NEG, e) : e;
    return s->e[s->n++] != 0;
}

bool check_split(struct exprs *x, expr_t e, bool expand, struct check_sum *s)
{
    s->n = 0;
    bool ok = split(x, e, false, expand, s);
    fault_clear(x->mem->fault);
    return ok;
}

/* ---- */

struct terms {
    struct check *k;
    struct exprs *x;
    struct check_sum claim, derivative;
};

static expr_t minus(struct exprs *x, expr_t e)
{
    return expr_apply1(x, OP_NEG, e);
}

/* The term as one would write it: -2*A'*b, not 2*A'*(-b). */
static expr_t tidy(struct check *k, expr_t e)
{
    struct check_sum s;
    expr_t n = e ? check_normal(k, e) : 0;
    bool one = n && check_split(&k->q.g->x, n, true, &s) && s.n == 1;
    return one ? n : e;
}

static bool tell(struct check *k, const char *reason, const char *what,
                 expr_t a, expr_t b, expr_t corrected)
{
    struct string_list l = {.c = k->q.c};
    text_format(&k->remark, "the term%s ", b ? "s" : "");
    check_say(k, a);
    check_list(k, &l, a);
    if (b) {
        text_str(&k->remark, " and ");
        check_say(k, b);
        check_list(k, &l, b);
    }
    text_format(&k->remark, " %s %s", b ? "are" : "is", what);
    k->a->terms = l.items;
    k->a->term_count = l.count;
    check_correct(k, reason, corrected);
    return true;
}

/* One term of the list, or two, too few or (sign -1) too many. */
static bool find_off(struct terms *t, const struct check_sum *s,
                     bool surplus, bool two)
{
    struct check *k = t->k;
    const char *reason = surplus ? "surplus" : "missing";
    const char *what = surplus ? "too many" : "missing";
    if (surplus && s->n <= (two ? 2U : 1U))
        return false;
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = two ? i + 1 : 0; j < (two ? s->n : 1); j++) {
            expr_t a = s->e[i], b = two ? s->e[j] : 0;
            expr_t e = expr_apply2(t->x, OP_ADD, k->q.claim,
                                   surplus ? minus(t->x, a) : a);
            if (b)
                e = expr_apply2(t->x, OP_ADD, e,
                                surplus ? minus(t->x, b) : b);
            if (check_is_right(k, e)) {
                expr_t c = surplus ? check_normal(k, e) : 0;
                return surplus ? tell(k, reason, what, a, b, c ? c : e)
                               : tell(k, reason, what, tidy(k, a),
                                      tidy(k, b), e);
            }
        }
    return false;
}

/* A term of the claim that should be another single term. */
static bool find_wrong(struct terms *t)
{
    struct check *k = t->k;
    expr_t gap = check_normal(k, expr_apply2(t->x, OP_ADD, k->r->value,
                                             minus(t->x, k->q.claim)));
    for (uint32_t i = 0; gap && t->claim.n > 1 && i < t->claim.n; i++) {
        expr_t is = t->claim.e[i];
        expr_t right = check_normal(k, expr_apply2(t->x, OP_ADD, is, gap));
        struct check_sum one;
        if (!right || expr_is_number(t->x, right, RAT_ZERO) ||
            !check_split(t->x, right, true, &one) || one.n != 1)
            continue;
        expr_t e = 0;
        for (uint32_t j = 0; j < t->claim.n; j++) {
            expr_t term = j == i ? right : t->claim.e[j];
            e = j ? expr_apply2(t->x, OP_ADD, e, term) : term;
        }
        if (!check_is_right(k, e))
            continue;
        tell(k, "wrong-term", "wrong: it should be ", is, 0, e);
        check_say(k, right);
        return true;
    }
    return false;
}

static bool tell_factor(struct check *k, expr_t factor, bool surplus,
                        expr_t corrected)
{
    struct string_list l = {.c = k->q.c};
    text_str(&k->remark, "the factor ");
    check_say(k, factor);
    text_str(&k->remark, surplus ? " is too many" : " is missing");
    check_list(k, &l, factor);
    k->a->terms = l.items;
    k->a->term_count = l.count;
    check_correct(k, "factor", corrected);
    return true;
}

static bool may_be_factor(const struct exprs *x, expr_t e)
{
    return !expr_shape(x, e)->order && expr_op(x, e) != OP_NUMBER &&
           expr_op(x, e) != OP_INDEX && expr_op(x, e) != OP_ELEMENT &&
           expr_op(x, e) != OP_NEG;
}

/* A scalar factor: some scalar of the derivative, or of the claim. */
static bool find_factor(struct terms *t, expr_t where, bool surplus)
{
    expr_t scalars[MOST_TERMS];
    uint32_t n = 0, count = 0;
    const expr_t *list = expr_reach(t->x, where, &t->k->q.c->out, &count);
    for (uint32_t i = 0; list && i < count && n < MOST_TERMS; i++)
        if (may_be_factor(t->x, list[i]) && list[i] != where)
            scalars[n++] = list[i];
    for (uint32_t i = 0; i < 2 * n; i++) {
        bool over = (i % 2 != 0) != surplus;
        expr_t s = scalars[i / 2], c = t->k->q.claim;
        expr_t e = over ? expr_apply2(t->x, OP_DIV, c, s)
                        : expr_apply2(t->x, OP_MUL, s, c);
        if (!check_is_right(t->k, e))
            continue;
        if (i % 2)
            s = expr_apply2(t->x, OP_DIV, expr_int(t->x, 1), s);
        return tell_factor(t->k, s, surplus, e);
    }
    return false;
}

bool check_terms(struct check *k)
{
    struct terms t = {.k = k, .x = &k->q.g->x};
    if (!check_split(t.x, k->q.claim, false, &t.claim) ||
        !check_split(t.x, k->r->value, true, &t.derivative))
        return false;
    return find_off(&t, &t.claim, true, false) ||
           find_off(&t, &t.derivative, false, false) ||
           find_factor(&t, k->r->value, false) ||
           find_factor(&t, k->q.claim, true) || check_typo(k) ||
           find_off(&t, &t.claim, true, true) ||
           find_off(&t, &t.derivative, false, true) || find_wrong(&t);
}
