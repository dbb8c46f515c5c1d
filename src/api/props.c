/* props.c - what is known of an expression: md_props. */
#include "config.h"

#include <string.h>

#include "api/query.h"

enum { MOST_REASONS = 64 };

struct asking {
    struct md_context *c;
    struct engine *g;
    struct text text;
    struct condition asked[MOST_REASONS]; /* explained, or to be */
    uint32_t count;
};

/* Those of a matrix only, or of anything. */
static bool suits(const struct exprs *x, expr_t e, enum property p)
{
    const properties_t entries = PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO |
                                 PROP_INTEGER | PROP_CONSTANT;
    return expr_shape(x, e)->kind == SHAPE_MATRIX ||
           (properties_t)p & entries;
}

static void list_properties(struct asking *a, expr_t e, properties_t p,
                            const char *const **items, size_t *count)
{
    struct string_list l = {.c = a->c};
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if (p >> i & 1 && suits(&a->g->x, e, (enum property)(1 << i))) {
            text_str(&a->text, property_name((enum property)(1 << i)));
            string_list_take(&l, &a->text);
        }
    *items = l.items;
    *count = l.count;
}

/* ---- reasons */

static void ask(struct asking *a, struct condition c)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->asked[i].subject == c.subject &&
            a->asked[i].predicate == c.predicate)
            return;
    if (a->count < MOST_REASONS)
        a->asked[a->count++] = c;
}

static bool say(struct asking *a, const struct condition *c)
{
    if (!print_expr(&a->g->x, c->subject, FORMAT_TEXT, &a->text))
        return false;
    text_format(&a->text, " %s", property_name(c->predicate));
    return true;
}

/* ", as A posdef, B fullrowrank"; of the same value ", as it is posdef" */
static bool say_premises(struct asking *a, const struct reason *why)
{
    bool same = why->kind == REASON_MEANING;
    for (uint32_t i = 0; i < why->npremises; i++) {
        const struct condition *c = &why->premises[i];
        text_str(&a->text, i ? ", " : same ? " it is " : ", as ");
        if (same)
            text_str(&a->text, property_name(c->predicate));
        else if (!say(a, c))
            return false;
        ask(a, *c);
    }
    return true;
}

/* "B*A*B' posdef: posdef-by-rank, as A posdef, B fullrowrank" */
static bool explain_one(struct asking *a, struct condition c)
{
    static const char *const words[] = {[REASON_DECLARED] = "declared",
                                        [REASON_MEANING] = "as",
                                        [REASON_PARTS] = "part by part",
                                        [REASON_VALUE] = "by its value"};
    struct reason why;
    if (!rules_why(a->g->rules, c.subject, c.predicate, &why) || !say(a, &c))
        return !fault_is_set(&a->c->fault);
    text_format(&a->text, ": %s",
                why.kind == REASON_FACT
                    ? intern_name(&a->g->names, why.rule)
                    : words[why.kind]);
    return say_premises(a, &why);
}

/* Each property, then what it rests on. */
static bool explain(struct asking *a, expr_t e, expr_t normal,
                    md_properties *out)
{
    struct string_list l = {.c = a->c};
    struct rules *r = a->g->rules;
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        enum property p = (enum property)(1 << i);
        bool first = rules_property(r, e, p) == TRUTH_TRUE;
        if ((first || rules_property(r, normal, p) == TRUTH_TRUE) &&
            suits(&a->g->x, e, p))
            ask(a, (struct condition){p, first ? e : normal, 0});
    }
    for (uint32_t i = 0; i < a->count; i++) {
        if (!explain_one(a, a->asked[i]))
            return false;
        string_list_take(&l, &a->text);
    }
    out->reasons = l.items;
    out->reason_count = l.count;
    return true;
}

/* ---- the whole */

static void put_shape(struct asking *a, expr_t e, md_properties *out)
{
    const struct shape s = *expr_shape(&a->g->x, e);
    bool row = s.kind == SHAPE_ROW;
    const char **sizes = ARENA_ARRAY(&a->c->out, const char *, s.order + 1u);
    size_t n = 0;
    if (!sizes)
        return;
    if (row)
        sizes[n++] = "1";
    for (uint32_t i = 0; i < s.order; i++) {
        dim_print(&a->g->dims, s.dim[i], &a->text);
        sizes[n++] = context_take(a->c, &a->text);
        text_init(&a->text, &a->c->mem);
    }
    out->shape = sizes;
    out->shape_count = n;
}

bool query_run_props(struct md_context *c, struct engine *g,
                     const md_query *q, md_properties *out)
{
    struct asking a = {.c = c, .g = g};
    uint32_t failed = 0;
    expr_t e;
    *out = (md_properties){.value = 0};
    if (!q->expr)
        return fault_set(&c->fault, FAULT_REQUEST, "there is no expression");
    size_t length = strlen(q->expr);
    if (q->let && *q->let && !scope_declare(g->scope, q->let, strlen(q->let)))
        return context_fault_in(c, "let", q->let, strlen(q->let));
    if (!scope_read(g->scope, 1, &q->expr, &length, &e, &failed))
        return context_fault_in(c, "expr", q->expr, length);
    text_init(&a.text, &c->mem);
    scope_assumed(g->scope, &a.text);
    out->assumed = context_take(c, &a.text);
    text_init(&a.text, &c->mem);
    expr_t normal = derive_normal(g->deriver, e);
    if (!normal)
        return false;
    properties_t holds =
        rules_holding(g->rules, e) | rules_holding(g->rules, normal);
    properties_t fails =
        rules_failing(g->rules, e) | rules_failing(g->rules, normal);
    out->value = e;
    put_shape(&a, e, out);
    list_properties(&a, e, holds, &out->holds, &out->hold_count);
    list_properties(&a, e, fails & ~holds, &out->fails, &out->fail_count);
    bool ok = !q->explain || explain(&a, e, normal, out);
    text_free(&a.text);
    return ok && !fault_is_set(&c->fault);
}

bool md_props(md_context *c, const md_query *q, md_properties *p)
{
    struct engine *g = context_session(c);
    return g && query_run_props(c, g, q, p);
}
