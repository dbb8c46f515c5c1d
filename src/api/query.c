#include "config.h"

#include "api/query.h"

#include <string.h>

#include "api/words.h"
#include "derive/differential.h"
#include "expr/part.h"

/* ---- reading */

/* Words, counts and formats: what can be wrong before any text is read. */
static bool read_words(struct query *q)
{
    const md_query *a = q->asked;
    struct fault *f = &q->c->fault;
    unsigned layout, form, structure, format, from, from_layout;
    if (!word_number(f, MD_LAYOUTS, a->layout, &layout) ||
        !word_number(f, MD_FORMS, a->form, &form) ||
        !word_number(f, MD_LAYOUTS, a->from_layout, &from_layout) ||
        !word_number(f, MD_FORMS, a->from, &from) ||
        !word_number(f, MD_STRUCTURES, a->structure, &structure))
        return false;
    q->request.layout = (enum layout)layout;
    q->request.form = (enum form)form;
    q->request.structure = (enum structure)structure;
    q->claim_form = a->from ? (enum form)from : q->request.form;
    q->claim_layout =
        a->from_layout ? (enum layout)from_layout : q->request.layout;
    if (a->to_count > QUERY_MAX_FORMATS)
        return fault_set(f, FAULT_REQUEST, "more than %d formats",
                         QUERY_MAX_FORMATS);
    for (size_t i = 0; i < a->to_count; i++) {
        if (!word_number(f, MD_FORMATS, a->to[i], &format))
            return false;
        q->formats[i] = (enum print_format)format;
    }
    q->nformats = (uint32_t)a->to_count;
    if (!q->nformats)
        q->formats[q->nformats++] = FORMAT_TEXT;
    return true;
}

static bool read_order(struct query *q)
{
    const md_query *a = q->asked;
    struct fault *f = &q->c->fault;
    size_t count = a->each ? 1 : a->wrt_count;
    size_t order = a->order > count ? a->order : count;
    if (!a->expr)
        return fault_set(f, FAULT_REQUEST, "there is no expression");
    if (!a->wrt_count)
        return fault_set(f, FAULT_REQUEST,
                         "there is no variable to differentiate by");
    if (a->each && a->wrt_count > QUERY_MAX_VARIABLES)
        return fault_set(f, FAULT_REQUEST, "more than %d variables",
                         QUERY_MAX_VARIABLES);
    if (count > DERIVE_MAX_ORDER) {
        fault_set(f, FAULT_REQUEST, "a mixed derivative by more than %d "
                  "variables", DERIVE_MAX_ORDER);
        fault_hint(f, "order 1 for the derivative by each");
        return false;
    }
    for (size_t i = 0; i < a->order_count; i++)
        if (a->orders[i] > order)
            order = a->orders[i];
    if (order > DERIVE_MAX_ORDER)
        return fault_set(f, FAULT_UNSUPPORTED,
                         "a derivative of order %zu: orders 1 to %d are "
                         "possible", order, DERIVE_MAX_ORDER);
    q->request.order = (uint32_t)order;
    return true;
}

void query_ask(struct query *q, uint32_t first, uint32_t count,
               uint32_t order)
{
    q->request.order = order;
    for (uint32_t i = 0; i < order; i++)
        q->request.by[i] =
            q->variables[first + (i < count ? i : count - 1)];
}

/* The expression first, then the variables, then the claim: together, so
 * that sizes are inferred from all of them. */
static bool read_texts(struct query *q)
{
    const md_query *a = q->asked;
    const char *texts[2 + QUERY_MAX_VARIABLES], *in[2 + QUERY_MAX_VARIABLES];
    size_t lengths[2 + QUERY_MAX_VARIABLES];
    expr_t read[2 + QUERY_MAX_VARIABLES];
    uint32_t n = 0, failed = 0;
    bool apart = form_applied(q->claim_form, q->request.order) > 0;
    texts[n] = a->expr, in[n++] = "expr";
    for (size_t i = 0; i < a->wrt_count; i++)
        texts[n] = a->wrt[i], in[n++] = "wrt";
    if (a->claim && !apart)
        texts[n] = a->claim, in[n++] = "claim";
    for (uint32_t i = 0; i < n; i++)
        lengths[i] = strlen(texts[i]);
    if (!scope_read(q->g->scope, n, texts, lengths, read, &failed))
        return context_fault_in(q->c, in[failed], texts[failed],
                                lengths[failed]);
    q->request.expr = read[0];
    for (size_t i = 0; i < a->wrt_count; i++)
        if (!(q->variables[i] = expr_defined(&q->g->x, read[1 + i])))
            return false;
    query_ask(q, 0, a->each ? 1 : (uint32_t)a->wrt_count, q->request.order);
    q->claim = a->claim && !apart ? read[n - 1] : 0;
    return true;
}

static bool is_name(const struct scope *s, symbol_t name)
{
    struct scope_name known;
    for (uint32_t i = 0; scope_name_at(s, i, &known); i++)
        if (known.name == name)
            return true;
    return false;
}

/* The claim of a differential: dX is that of X, unless it is a name. */
static bool read_differential(struct query *q)
{
    const char *text = q->asked->claim;
    struct exprs *x = &q->g->x;
    const char *names[DERIVE_MAX_ORDER];
    size_t length = strlen(text);
    uint32_t n = 0, failed = 0;
    struct text t;
    text_init(&t, &q->c->mem);
    scope_assumed(q->g->scope, &t);
    q->assumed = context_take(q->c, &t);
    for (uint32_t i = 0; i < q->request.order; i++) {
        expr_t d = differential_of(
            x, expr_part_variable(x, q->request.by[i]));
        symbol_t name = d ? expr_decl(x, expr_get(x, d)->payload)->name : 0;
        if (!d || is_name(q->g->scope, name))
            continue;
        names[n] = intern_name(x->names, name);
        if (!scope_assign(q->g->scope, names[n], strlen(names[n]), d))
            return false;
        n++;
    }
    bool ok = scope_read(q->g->scope, 1, &text, &length, &q->claim, &failed);
    if (!ok)
        context_fault_in(q->c, "claim", text, length);
    for (uint32_t i = 0; ok && i < n; i++)
        ok = scope_forget(q->g->scope, names[i], strlen(names[i]));
    return ok;
}

/* ---- checking the variables */

static bool not_a_variable(struct query *q, uint32_t i, const char *why,
                           const char *hint)
{
    const char *name = q->asked->wrt[i];
    size_t n = strlen(name);
    fault_at(&q->c->fault, FAULT_VARIABLE, (struct span){0, (uint32_t)n},
             "'%.60s' is not a variable%s", name, why);
    fault_hint(&q->c->fault, "%s", hint);
    return context_fault_in(q->c, "wrt", name, n);
}

/* Whether another variable of the same name stands in the expression: the
 * name was declared anew after the expression had been given a name. */
static bool is_outdated(const struct query *q, expr_t by)
{
    struct exprs *x = &q->g->x;
    symbol_t name = expr_decl(x, expr_get(x, by)->payload)->name;
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, q->request.expr, &q->c->out, &n);
    bool met = false, other = false;
    for (uint32_t i = 0; list && i < n; i++)
        if (expr_op(x, list[i]) == OP_VARIABLE) {
            const struct decl *o =
                expr_decl(x, expr_get(x, list[i])->payload);
            met = met || list[i] == by;
            other = other || (list[i] != by && o->name == name);
        }
    return other && !met;
}

static bool named_twice(struct query *q, uint32_t i)
{
    const char *name = q->asked->wrt[i];
    size_t n = strlen(name);
    fault_at(&q->c->fault, FAULT_VARIABLE, (struct span){0, (uint32_t)n},
             "'%.60s' is asked for twice", name);
    fault_hint(&q->c->fault, "order 2 for the second derivative");
    return context_fault_in(q->c, "wrt", name, n);
}

/* vech is of a matrix whose entries are tied to each other: one of the
 * variables at least. */
static bool check_structure(struct query *q)
{
    const properties_t tied = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                              PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                              PROP_TOEPLITZ | PROP_ORTHOGONAL;
    const struct exprs *x = &q->g->x;
    const char *name = q->asked->wrt[0];
    if (q->request.structure != STRUCTURE_VECH)
        return true;
    for (uint32_t i = 0; i < q->asked->wrt_count; i++) {
        expr_t by = expr_part_variable(x, q->variables[i]);
        if (expr_decl(x, expr_get(x, by)->payload)->properties & tied)
            return true;
    }
    fault_at(&q->c->fault, FAULT_PROPERTY,
             (struct span){0, (uint32_t)strlen(name)},
             "structure vech is for matrices whose entries depend on each "
             "other, and '%.60s' is not declared as one", name);
    fault_hint(&q->c->fault, "structure free, or a declaration such as "
               "S[n,n] symmetric");
    return context_fault_in(q->c, "wrt", name, strlen(name));
}

static bool check_variables(struct query *q)
{
    const struct exprs *x = &q->g->x;
    for (uint32_t i = 0; i < q->asked->wrt_count; i++) {
        expr_t by = expr_part_variable(x, q->variables[i]);
        op_t op = expr_op(x, by ? by : q->variables[i]);
        if (op == OP_SIZE || op == OP_INDEX)
            return not_a_variable(q, i, " but a size, which is an integer",
                                  "derive by a scalar, vector or matrix");
        if (op != OP_VARIABLE)
            return not_a_variable(
                q, i, " but an expression",
                "a name x, or a part: A', A[1,2], A[1,:], A[:,2], x[2:n]");
        properties_t p = expr_decl(x, expr_get(x, by)->payload)->properties;
        if (p & PROP_CONSTANT)
            return not_a_variable(q, i, ": it is declared constant",
                                  "declare it without 'constant'");
        if (p & PROP_INTEGER)
            return not_a_variable(q, i, " over the real numbers: it is "
                                  "declared integer",
                                  "declare it without 'integer'");
        if (q->g == &q->c->session && is_outdated(q, by))
            return not_a_variable(
                q, i, " of this expression, which holds an earlier "
                "declaration of the name",
                "assign the expression again after the declaration");
        for (uint32_t k = 0; q->asked->each && k < i; k++)
            if (q->variables[k] == q->variables[i])
                return named_twice(q, i);
    }
    return !fault_is_set(&q->c->fault);
}

bool query_read(struct query *q, struct md_context *c, struct engine *g,
                const md_query *asked)
{
    *q = (struct query){.c = c, .g = g, .asked = asked,
                        .first_node = g == &c->session ? 0 : g->x.count};
    if (!read_words(q) || !read_order(q))
        return false;
    if (asked->let && *asked->let &&
        !scope_declare(g->scope, asked->let, strlen(asked->let)))
        return context_fault_in(c, "let", asked->let, strlen(asked->let));
    if (!read_texts(q) || !check_variables(q) || !check_structure(q))
        return false;
    return q->claim || !asked->claim || read_differential(q);
}

/* ---- deriving */

bool query_derive(struct query *q, struct derive_result *r)
{
    if (derive(q->g->deriver, &q->request, r))
        return true;
    /* A fault with a place has it in the expression. */
    return context_fault_in(q->c, "expr", q->asked->expr,
                            strlen(q->asked->expr));
}

/* Whether the answer says something of integer parameters: 1 <= l, l <= L. */
static bool restricts_sizes(const struct query *q)
{
    for (uint32_t i = 0; q->conditions && i < q->conditions->count; i++)
        if (expr_as_size(&q->g->x, q->conditions->items[i].subject))
            return true;
    return false;
}

bool query_verify(const struct query *q, expr_t claim, enum layout layout,
                  enum form form, struct verify_result *v)
{
    struct verify_request r = {.expr = q->request.expr,
                               .claim = claim,
                               .order = q->request.order,
                               .layout = layout,
                               .form = form,
                               .structure = q->request.structure,
                               .seed = q->asked->seed,
                               .given = q->conditions,
                               .natural = !restricts_sizes(q)};
    memcpy(r.by, q->request.by, sizeof r.by);
    return verify(&q->g->x, &r, v);
}

/* The first of the answers, of which there has to be one only. */
bool md_derive(md_context *c, const md_query *q, md_answer *a)
{
    struct engine *g = context_session(c);
    const md_answer *all;
    size_t count;
    *a = (md_answer){.value = 0};
    if (!g)
        return false;
    if (q->each || q->order_count)
        return fault_set(&c->fault, FAULT_REQUEST,
                         "several answers: md_derive_all gives them");
    if (!query_run_all(c, g, q, &all, &count))
        return false;
    *a = all[0];
    return true;
}

bool md_derive_all(md_context *c, const md_query *q,
                   const md_answer **answers, size_t *count)
{
    struct engine *g = context_session(c);
    *answers = NULL;
    *count = 0;
    return g && query_run_all(c, g, q, answers, count);
}

bool md_check(md_context *c, const md_query *q, md_answer *a)
{
    struct engine *g = context_session(c);
    return g && query_run_check(c, g, q, a);
}
