/* answer.c - a derivative and its verdict as the strings of md_answer. */
#include "config.h"

#include <string.h>

#include "api/query.h"

void string_list_take(struct string_list *l, struct text *t)
{
    const char *s = text_get(t);
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->items[i], s)) {
            text_clear(t);
            return;
        }
    if (l->count == l->capacity) {
        size_t grown = l->capacity ? 2 * l->capacity : 4;
        const char **items =
            ARENA_ARRAY(&l->c->out, const char *, grown);
        if (!items)
            return;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->capacity = grown;
    }
    l->items[l->count++] = context_string(l->c, s, t->length);
    text_clear(t);
}

static bool answer_faces(const struct query *q, const struct derive_result *r,
                         struct text *t, md_answer *a)
{
    const char **faces = ARENA_ARRAY(&q->c->out, const char *, q->nformats);
    if (!faces)
        return false;
    for (uint32_t i = 0; i < q->nformats; i++) {
        if (!print_in_layout(&q->g->x, r->value, q->formats[i],
                             q->request.layout, t) ||
            t->failed)
            return false;
        faces[i] = context_string(q->c, text_get(t), t->length);
        text_clear(t);
    }
    a->faces = faces;
    a->face_count = q->nformats;
    return true;
}

static bool answer_shape(const struct query *q, const struct derive_result *r,
                         struct text *t, md_answer *a)
{
    const struct shape *s = &r->shape;
    dim_t dims[SHAPE_MAX_ORDER] = {DIM_ONE};
    size_t n = s->order;
    memcpy(dims, s->dim, sizeof dims);
    if (s->kind == SHAPE_ROW) { /* 1 x n */
        dims[0] = shape_rows(s);
        dims[1] = shape_cols(s);
        n = 2;
    }
    const char **shape = ARENA_ARRAY(&q->c->out, const char *, n);
    for (size_t i = 0; shape && i < n; i++) {
        dim_print(&q->g->dims, dims[i], t);
        shape[i] = context_string(q->c, text_get(t), t->length);
        text_clear(t);
    }
    a->shape = shape;
    a->shape_count = n;
    return shape != NULL;
}

/* All conditions in one format. */
static bool condition_texts(const struct query *q,
                            const struct derive_result *r,
                            enum print_format f, struct text *t,
                            const char **out)
{
    for (uint32_t i = 0; i < r->conditions.count; i++) {
        if (!print_condition(&q->g->x, &r->conditions.items[i], f, t))
            return false;
        out[i] = context_string(q->c, text_get(t), t->length);
        text_clear(t);
    }
    return true;
}

static bool answer_conditions(const struct query *q,
                              const struct derive_result *r, struct text *t,
                              md_answer *a)
{
    size_t n = r->conditions.count;
    const char **all =
        ARENA_ARRAY(&q->c->out, const char *, n * (1 + q->nformats));
    bool ok = !n || (all && condition_texts(q, r, FORMAT_TEXT, t, all));
    for (uint32_t i = 0; ok && n && i < q->nformats; i++)
        ok = condition_texts(q, r, q->formats[i], t, all + n * (1 + i));
    a->conditions = n ? all : NULL;
    a->condition_faces = n && all ? all + n : NULL;
    a->condition_count = n;
    return ok;
}

static void answer_rules(const struct query *q, const struct derive_result *r,
                         struct text *t, md_answer *a)
{
    struct string_list l = {.c = q->c};
    for (uint32_t i = 0; i < r->trail.count; i++) {
        text_str(t, intern_name(&q->g->names, r->trail.rules[i]));
        string_list_take(&l, t);
    }
    a->rules = l.items;
    a->rule_count = l.count;
}

/* "u_1 = A*x-b", "du_1 = A*dx" */
static void step_text(const struct query *q, enum print_format format,
                      const char *d, expr_t name, expr_t value,
                      struct text *t)
{
    text_str(t, d);
    if (name)
        print_expr(&q->g->x, name, format, t);
    else
        text_char(t, 'f');
    text_str(t, " = ");
    print_expr(&q->g->x, value, format, t);
}

static void answer_steps(const struct query *q, const struct derive_result *r,
                         struct text *t, md_answer *a)
{
    struct string_list l = {.c = q->c};
    enum print_format format = q->formats[0];
    for (uint32_t i = 0; i < r->step_count; i++) {
        const struct derive_step *s = &r->steps[i];
        step_text(q, format, "", s->name, s->value, t);
        string_list_take(&l, t);
        step_text(q, format, "d", s->name, s->differential, t);
        string_list_take(&l, t);
    }
    a->steps = l.items;
    a->step_count = l.count;
}

/* "[d{l},n]" behind a name whose sizes nothing else tells. */
static void put_sizes(struct exprs *x, expr_t e, struct text *t)
{
    const struct shape s = *expr_shape(x, e);
    for (uint32_t a = 0; a < s.order; a++) {
        text_str(t, a ? "," : "[");
        print_expr(x, expr_size_argument(x, s.dim[a]), FORMAT_TEXT, t);
    }
    text_str(t, s.order ? "]" : "");
}

/* "delta{L} = ...", "delta{l-1} = ... for l = L..2" */
static void answer_where(const struct query *q, const struct derive_result *r,
                         struct text *t, md_answer *a)
{
    struct string_list l = {.c = q->c};
    enum print_format format = q->formats[0];
    struct exprs *x = &q->g->x;
    for (uint32_t i = 0; i < r->where_count; i++) {
        const struct derive_where *w = &r->where[i];
        if (format > FORMAT_LATEX)
            format = FORMAT_TEXT;
        print_expr(x, w->name, format, t);
        if (w->sized && format == FORMAT_TEXT)
            put_sizes(x, w->name, t);
        text_str(t, " = ");
        print_expr(x, w->value, format, t);
        if (w->parameter) {
            bool latex = format == FORMAT_LATEX;
            text_str(t, latex ? " \\quad \\text{for } " : " for ");
            print_expr(x, expr_size_argument(
                              x, dim_from_symbol(x->dims, w->parameter)),
                       format, t);
            text_str(t, " = ");
            print_expr(x, expr_size_argument(x, w->from), format, t);
            text_str(t, latex ? ", \\ldots, " : "..");
            print_expr(x, expr_size_argument(x, w->to), format, t);
        }
        string_list_take(&l, t);
    }
    a->where = l.items;
    a->where_count = l.count;
}

/* What the claim was taken to hold comes after what the rest was. */
static void answer_assumed(const struct query *q, struct text *t)
{
    struct text more;
    text_init(&more, &q->c->mem);
    scope_assumed(q->g->scope, &more);
    if (t->length && more.length)
        text_str(t, ", ");
    text_str(t, text_get(&more));
    text_free(&more);
}

/* A proof that takes differentials for granted says which. */
static void note_given(const struct verify_result *v,
                       struct string_list *notes, struct text *t)
{
    const char *given = strstr(v->detail, "; given ");
    if (v->verdict != VERDICT_PROVED || !given)
        return;
    text_format(t, "proved for all functions with the differentials given:%s",
                given + strlen("; given"));
    string_list_take(notes, t);
}

/* What it is by, as it is typed. */
static void answer_by(const struct query *q, struct text *t, md_answer *a)
{
    const char **by = ARENA_ARRAY(&q->c->out, const char *,
                                  q->request.order);
    for (uint32_t i = 0; by && i < q->request.order; i++) {
        print_expr(&q->g->x, q->request.by[i], FORMAT_TEXT, t);
        by[i] = context_string(q->c, text_get(t), t->length);
        text_clear(t);
    }
    a->by = by;
    a->by_count = q->request.order;
}

bool query_answer(const struct query *q, const struct derive_result *r,
                  const struct verify_result *v, md_answer *a)
{
    struct text t;
    struct string_list notes = {.c = q->c};
    text_init(&t, &q->c->mem);
    a->value = r->value;
    a->layout = md_word(MD_LAYOUTS, q->request.layout);
    a->form = md_word(MD_FORMS, r->form);
    a->structure = md_word(MD_STRUCTURES, q->request.structure);
    a->verdict = verdict_name(v->verdict);
    a->detail = context_string(q->c, v->detail, strlen(v->detail));
    if (q->assumed)
        text_str(&t, q->assumed);
    answer_assumed(q, &t);
    a->assumed = context_string(q->c, text_get(&t), t.length);
    text_clear(&t);
    bool ok = answer_faces(q, r, &t, a) && answer_shape(q, r, &t, a) &&
              query_notes(q, r, &notes) && answer_conditions(q, r, &t, a);
    note_given(v, &notes, &t);
    answer_by(q, &t, a);
    answer_rules(q, r, &t, a);
    answer_steps(q, r, &t, a);
    answer_where(q, r, &t, a);
    a->notes = notes.items;
    a->note_count = notes.count;
    text_free(&t);
    return ok && !fault_is_set(&q->c->fault);
}
