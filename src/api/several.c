/* several.c - a query with one answer or several: by each variable, of each
 * order. */
#include "config.h"

#include <string.h>

#include "api/query.h"

struct several {
    struct query q;
    const md_query *asked;
    md_answer *answers;
    size_t count, capacity;
};

/* The expression itself, in normal form. */
static bool derive_value(struct query *q, struct derive_result *r,
                         struct verify_result *v)
{
    struct exprs *x = &q->g->x;
    r->value = derive_normal(q->g->deriver, q->request.expr);
    if (!r->value)
        return context_fault_in(q->c, "expr", q->asked->expr,
                                strlen(q->asked->expr));
    r->shape = *expr_shape(x, r->value);
    r->form = FORM_MATRIX;
    return q->asked->unverified ||
           verify_identity(x, q->request.expr, r->value, NULL, q->asked->seed,
                           0, v);
}

static bool add_answer(struct several *s)
{
    struct query *q = &s->q;
    struct derive_result r;
    struct verify_result v = {.verdict = VERDICT_NONE};
    md_answer *a = &s->answers[s->count++];
    derive_result_init(&r, &q->g->mem);
    q->conditions = &r.conditions;
    bool ok = q->request.order
                  ? query_derive(q, &r) &&
                        (s->asked->unverified ||
                         query_verify(q, r.value, q->request.layout,
                                      q->request.form, &v))
                  : derive_value(q, &r, &v);
    ok = ok && query_answer(q, &r, &v, a);
    q->conditions = NULL;
    derive_result_free(&r);
    return ok && !fault_is_set(&q->c->fault);
}

/* All orders by the variables from `first` on. */
static bool add_orders(struct several *s, uint32_t first, uint32_t count)
{
    uint32_t order = s->q.request.order;
    bool ok = true;
    for (size_t i = 0; ok && i < s->asked->order_count; i++) {
        query_ask(&s->q, first, count, s->asked->orders[i]);
        ok = add_answer(s);
    }
    if (!s->asked->order_count) {
        query_ask(&s->q, first, count, order);
        ok = add_answer(s);
    }
    return ok;
}

static bool reserve(struct several *s, size_t sets)
{
    size_t each = s->asked->order_count ? s->asked->order_count : 1;
    s->capacity = sets * each;
    s->answers = ARENA_ARRAY(&s->q.c->out, md_answer, s->capacity);
    return s->answers != NULL;
}

bool query_run_all(struct md_context *c, struct engine *g,
                   const md_query *asked, const md_answer **answers,
                   size_t *count)
{
    struct several s = {.asked = asked};
    md_query plain = *asked;
    plain.claim = NULL;
    if (!query_read(&s.q, c, g, &plain))
        return false;
    uint32_t n = (uint32_t)asked->wrt_count, order = s.q.request.order;
    s.q.request.explain = asked->explain;
    if (!reserve(&s, asked->each ? n : 1))
        return false;
    if (n > 1 && asked->each &&
        !derive_first(g->deriver, s.q.request.expr, n, s.q.variables))
        return context_fault_in(c, "expr", asked->expr, strlen(asked->expr));
    bool ok = true;
    for (uint32_t i = 0; ok && i < (asked->each ? n : 1); i++) {
        s.q.request.order = order;
        ok = add_orders(&s, i, asked->each ? 1 : n);
    }
    *answers = s.answers;
    *count = s.count;
    return ok;
}
