#include "print/writer.h"

#include <string.h>

/* ----------------------------------------------------------------- tasks */

static void push(struct writer *w, struct task t)
{
    if (MEM_RESERVE(w->x->mem, w->tasks, w->capacity, (size_t)w->count + 1))
        w->tasks[w->count++] = t;
}

void writer_flip(struct writer *w, uint32_t mark)
{
    for (uint32_t i = mark, j = w->count; i + 1 < j; i++) {
        struct task t = w->tasks[i];
        w->tasks[i] = w->tasks[--j];
        w->tasks[j] = t;
    }
}

void push_bytes(struct writer *w, const char *text, size_t length)
{
    if (length)
        push(w, (struct task){.kind = TASK_TEXT,
                              .text = text,
                              .end = (uint32_t)length});
}

void push_text(struct writer *w, const char *text)
{
    push_bytes(w, text, strlen(text));
}

void push_expr(struct writer *w, expr_t e, enum level level)
{
    push(w, (struct task){
                .kind = TASK_EXPR, .node = e, .level = (uint8_t)level});
}

void push_script(struct writer *w, expr_t e, enum level level)
{
    push(w, (struct task){.kind = TASK_EXPR,
                          .node = e,
                          .level = (uint8_t)level,
                          .flags = TASK_SCRIPT});
}

void push_dim(struct writer *w, dim_t d)
{
    push(w, (struct task){.kind = TASK_DIM, .node = d});
}

void push_symbol(struct writer *w, symbol_t name)
{
    push(w, (struct task){.kind = TASK_NAME, .node = name});
}

void push_args(struct writer *w, expr_t e, uint32_t from, uint32_t end)
{
    uint16_t o = expr_get(w->x, e)->overload;
    bool sizes = o && overload_get(w->x->ops, o)->size_args;
    push(w, (struct task){
                .kind = TASK_ARGS,
                .node = e,
                .at = from,
                .end = end,
                .text = sizes ? w->style->by : w->style->separator});
}

/* ----------------------------------------------------------------- forms */

static const struct sign *sign_of(const struct writer *w, expr_t e)
{
    op_t op = expr_op(w->x, e);
    if (op < OP_ADD)
        return NULL;
    const struct sign *s =
        w->style->special ? w->style->special(w, e) : NULL;
    return s || op >= OP_FIRST_NAMED ? s : &w->style->sign[op - OP_ADD];
}

static const char *template_of(const struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) < OP_FIRST_NAMED || !w->style->template)
        return NULL;
    return w->style->template(w, e);
}

static enum level number_level(const struct writer *w, rat_t r)
{
    if (rat_sign(w->x->numbers, r) < 0)
        return LEVEL_SUM;
    return rat_has_bar(w->x->numbers, r)
               ? (enum level)w->style->fraction_level
               : LEVEL_ATOM;
}

enum level writer_level(const struct writer *w, expr_t e)
{
    const struct expr_node *n = expr_get(w->x, e);
    const struct sign *s = sign_of(w, e);
    enum level level;
    if (applied_level(w, e, &level))
        return level;
    if (s)
        return s->level;
    if (n->op >= OP_FIRST_NAMED) {
        const char *form = template_of(w, e);
        return form ? form_level(form) : LEVEL_ATOM;
    }
    if (n->op == OP_NUMBER)
        return number_level(w, n->payload);
    if (n->op == OP_SIZE)
        return size_level(w, n->payload);
    if (n->op == OP_INDEX && w->style->index_value)
        return LEVEL_SUM;
    return n->op == OP_SUM || n->op == OP_SERIES || n->op == OP_PRODUCT
               ? w->style->sum_level
               : LEVEL_ATOM;
}

static enum family family_of(const struct writer *w, expr_t e)
{
    const struct sign *s = sign_of(w, e);
    if (s)
        return s->family;
    return expr_op(w->x, e) == OP_NUMBER ? FAMILY_MUL : FAMILY_OTHER;
}

/* 2*W as the left operand of 2*W.*V: scalars before one value. */
static bool is_scaled(const struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs;
    if (expr_op(w->x, e) != OP_MUL)
        return false;
    for (uint32_t i = 0; i + 1 < n; i++)
        if (!is_scalar(w->x, expr_arg(w->x, e, i)))
            return false;
    return writer_level(w, expr_arg(w->x, e, n - 1)) >= LEVEL_POWER;
}

/* -0/x would be read as 0/x. */
static bool leads_with_zero(const struct writer *w, expr_t e)
{
    while (expr_op(w->x, e) >= OP_MUL && expr_op(w->x, e) <= OP_HDIV)
        e = expr_arg(w->x, e, 0);
    return expr_is_number(w->x, e, RAT_ZERO);
}

static bool needs_brackets(const struct writer *w, const struct task *t)
{
    enum level own = writer_level(w, t->node);
    if (own < t->level)
        return true;
    if (t->family == FAMILY_NONE)
        return false;
    if (own == LEVEL_OPEN)
        return t->family != FAMILY_SIGN;
    if (own != LEVEL_PRODUCT || t->level != LEVEL_PRODUCT)
        return false;
    if (t->family == FAMILY_SIGN)
        return family_of(w, t->node) == FAMILY_OTHER ||
               leads_with_zero(w, t->node);
    return family_of(w, t->node) != t->family &&
           !(t->family == FAMILY_HAD && is_scaled(w, t->node));
}

void push_operand(struct writer *w, expr_t e, const struct sign *s,
                  bool first)
{
    push(w, (struct task){.kind = TASK_EXPR,
                          .node = e,
                          .level = first ? s->left : s->right,
                          .family = first ? s->family : FAMILY_NONE});
}

static void push_argument(struct writer *w, const char *form, size_t at,
                          const struct sign *s, expr_t e, uint32_t k)
{
    bool script = at >= 2 && (!memcmp(form + at - 2, "^{", 2) ||
                              form[at - 2] == '#');
    expr_t arg = expr_arg(w->x, e, k);
    if (script)
        push_script(w, arg, s ? LEVEL_ANY : form_argument_level(form, at));
    else if (s)
        push_operand(w, arg, s, k == 0);
    else
        push_expr(w, arg, form_argument_level(form, at));
}

static uint32_t form_last_argument(const char *form)
{
    uint32_t last = 0;
    for (const char *p = strchr(form, '#'); p; p = strchr(p + 1, '#'))
        if (p[1] >= '1' && p[1] <= '9' && (uint32_t)(p[1] - '0') > last)
            last = (uint32_t)(p[1] - '0');
    return last;
}

void push_form(struct writer *w, const char *form, const struct sign *s,
               expr_t e, size_t drop)
{
    uint32_t nargs = expr_get(w->x, e)->nargs;
    uint32_t last = form_last_argument(form);
    size_t begin = 0, end = strlen(form) - drop;
    for (size_t i = 0; i < end; i++) {
        bool argument =
            form[i] == '#' && form[i + 1] >= '1' && form[i + 1] <= '9';
        if (!argument && form[i] != '~')
            continue;
        push_bytes(w, form + begin, i - begin);
        begin = i + 1;
        if (!argument) {
            push(w, (struct task){.kind = TASK_GAP});
            continue;
        }
        uint32_t k = (uint32_t)(form[++i] - '1');
        begin = i + 1;
        if (k + 1 == last && nargs > last)
            push_args(w, e, k, nargs);
        else if (k < nargs)
            push_argument(w, form, i - 1, s, e, k);
    }
    push_bytes(w, form + begin, end - begin);
}

/* What stands between the first and the second argument of a form. */
static void push_between(struct writer *w, const char *form)
{
    const char *begin = strstr(form, "#1"), *end = strstr(form, "#2");
    if (!begin || !end)
        return;
    begin += 2;
    if (*begin == '~')
        push(w, (struct task){.kind = TASK_GAP});
    else
        push_bytes(w, begin, (size_t)(end - begin));
}

/* ------------------------------------------------------------ expressions */

static bool is_negative_number(const struct writer *w, expr_t e)
{
    const struct expr_node *n = expr_get(w->x, e);
    return n->op == OP_NUMBER && rat_sign(w->x->numbers, n->payload) < 0;
}

static const char *sum_sign(const struct writer *w, const struct task *t,
                            expr_t e, bool negative)
{
    const struct notation *s = w->style;
    bool mixed = !is_scalar(w->x, t->node) &&
                 (is_scalar(w->x, e) ||
                  is_scalar(w->x, expr_arg(w->x, t->node, 0)));
    if (mixed && s->plus_each)
        return negative ? s->minus_each : s->plus_each;
    if (t->flags & TASK_SPACED && s->outer_plus)
        return negative ? s->outer_minus : s->outer_plus;
    return negative ? s->minus : s->plus;
}

/* A term of a sum: a - b where it is a + (-b). */
static void push_term(struct writer *w, const struct task *t, expr_t e)
{
    bool negative = expr_op(w->x, e) == OP_NEG || is_negative_number(w, e);
    if (t->at == 0) {
        push_expr(w, e, LEVEL_SUM);
        return;
    }
    push_text(w, sum_sign(w, t, e, negative));
    if (expr_op(w->x, e) == OP_NEG)
        push_expr(w, expr_arg(w->x, e, 0), LEVEL_PRODUCT);
    else if (negative) /* `at`: without its sign */
        push(w, (struct task){.kind = TASK_EXPR, .node = e, .at = 1});
    else
        push_expr(w, e, LEVEL_PRODUCT);
}

/* 2 (W .* V) needs no brackets where they say nothing: only scalars stand
 * before the last factor. */
static bool coefficient_before(const struct writer *w, expr_t product)
{
    uint32_t n = expr_get(w->x, product)->nargs;
    expr_t last = expr_arg(w->x, product, n - 1);
    if (!w->style->grows || is_scalar(w->x, last) ||
        writer_level(w, last) != LEVEL_PRODUCT ||
        family_of(w, last) == FAMILY_MUL)
        return false;
    for (uint32_t i = 0; i + 1 < n; i++)
        if (!is_scalar(w->x, expr_arg(w->x, product, i)))
            return false;
    return true;
}

/* How many factors of x'*A*x*B are the scalar that readers want to see in
 * brackets; 0 if there is none. */
static uint32_t scalar_head(const struct writer *w, expr_t product)
{
    uint32_t n = expr_get(w->x, product)->nargs, head = 0;
    enum shape_kind kind = expr_shape(w->x, expr_arg(w->x, product, 0))->kind;
    if (expr_op(w->x, product) != OP_MUL || kind != SHAPE_ROW)
        return 0;
    for (uint32_t i = 1; i + 1 < n; i++) {
        enum shape_kind next =
            expr_shape(w->x, expr_arg(w->x, product, i))->kind;
        if (kind == SHAPE_ROW && next == SHAPE_VECTOR) {
            kind = SHAPE_SCALAR;
            head = i + 1;
        } else if (kind == SHAPE_SCALAR) {
            kind = next;
        }
    }
    return head;
}

static void push_factor(struct writer *w, const struct task *t, expr_t e)
{
    const struct sign *s = sign_of(w, t->node);
    bool last = t->at + 1 == expr_get(w->x, t->node)->nargs;
    if (t->at == 0) {
        if (t->end)
            push_text(w, w->style->open);
        push_operand(w, e, s, true);
        return;
    }
    if (t->at == t->end)
        push_text(w, w->style->close);
    if (t->at == 1 && s->family == FAMILY_MUL && w->style->gap &&
        is_integer(w->x, expr_arg(w->x, t->node, 0)))
        push(w, (struct task){.kind = TASK_GAP}); /* 2x */
    else
        push_between(w, s->form);
    if (!last)
        push_expr(w, e, LEVEL_POWER);
    else if (s->family == FAMILY_MUL && coefficient_before(w, t->node))
        push_expr(w, e, LEVEL_PRODUCT);
    else
        push_expr(w, e, s->right);
}

static void write_nary(struct writer *w, struct task t)
{
    uint32_t mark = writer_mark(w);
    expr_t e = expr_arg(w->x, t.node, t.at);
    if (expr_op(w->x, t.node) == OP_ADD)
        push_term(w, &t, e);
    else
        push_factor(w, &t, e);
    if (++t.at < expr_get(w->x, t.node)->nargs)
        push(w, t);
    writer_flip(w, mark);
}

static void write_args(struct writer *w, struct task t)
{
    uint32_t mark = writer_mark(w);
    push_expr(w, expr_arg(w->x, t.node, t.at), LEVEL_ANY);
    if (++t.at < t.end) {
        push_text(w, t.text);
        push(w, t);
    }
    writer_flip(w, mark);
}

static void write_variable(struct writer *w, decl_t d)
{
    const struct decl *decl = expr_decl(w->x, d);
    if (decl->role == DECL_DIFFERENTIAL) {
        writer_str(w, w->style->differential);
        decl = decl->of ? expr_decl(w->x, decl->of) : decl;
    }
    const struct decl own = *decl;
    if (own.family)
        w->style->member(w, expr_decl(w->x, own.family)->name, own.subscripts,
                         own.at, false);
    else
        w->style->name(w, own.name);
    if (own.rest && w->style->rest)
        writer_str(w, w->style->rest);
}

static void write_leaf(struct writer *w, const struct task *t)
{
    const struct expr_node *n = expr_get(w->x, t->node);
    if (n->op == OP_NUMBER) {
        write_number(w, n->payload, t->at, t->flags & TASK_SCRIPT);
    } else if (n->op == OP_VARIABLE) {
        write_variable(w, n->payload);
    } else if (n->op == OP_SIZE) {
        write_dim(w, n->payload);
    } else if (n->op == OP_WHOLE) {
        writer_str(w, w->style->whole);
    } else {
        w->style->name(w, index_of(w, t->node)->name);
        if (w->style->index_value)
            writer_str(w, w->style->index_value);
    }
}

static bool is_named(const struct writer *w, expr_t e, const char *name)
{
    op_t op = expr_op(w->x, e);
    return op >= OP_FIRST_NAMED && !strcmp(op_name(w->x->ops, op), name);
}

/* [A, B; C, D], which is vcat(hcat(A,B),hcat(C,D)): from the last block to
 * the first, and then turned round. */
static bool push_block(struct writer *w, expr_t e)
{
    const struct block_form *f = &w->style->block;
    bool rows = is_named(w, e, "vcat");
    if (!f->open || (!rows && !is_named(w, e, "hcat")))
        return false;
    uint32_t mark = writer_mark(w);
    push_text(w, f->close);
    while (e) {
        rows = is_named(w, e, "vcat");
        expr_t row = rows ? expr_arg(w->x, e, 1) : e;
        for (; is_named(w, row, "hcat"); row = expr_arg(w->x, row, 0)) {
            push_expr(w, expr_arg(w->x, row, 1), (enum level)f->level);
            push_text(w, f->column);
        }
        push_expr(w, row, (enum level)f->level);
        if (rows)
            push_text(w, f->row);
        e = rows ? expr_arg(w->x, e, 0) : 0;
    }
    push_text(w, f->open);
    writer_flip(w, mark);
    return true;
}

static void push_call(struct writer *w, expr_t e)
{
    if (push_block(w, e))
        return;
    const char *form = template_of(w, e);
    if (form) {
        push_form(w, form, NULL, e, 0);
        return;
    }
    const struct call_form *c = &w->style->call;
    push_text(w, c->before);
    push_text(w, op_name(w->x->ops, expr_op(w->x, e)));
    push_text(w, c->open);
    push_args(w, e, 0, expr_get(w->x, e)->nargs);
    push_text(w, c->close);
}

/* The transposed inverse as one superscript: what ends in ^{-1} takes the
 * transpose's sign into it. */
static bool push_transposed_inverse(struct writer *w, expr_t e)
{
    static const char tail[] = "^{-1}";
    if (!w->style->grows || expr_op(w->x, e) != OP_TRANSPOSE)
        return false;
    expr_t inner = expr_arg(w->x, e, 0);
    const char *form = template_of(w, inner);
    size_t n = form ? strlen(form) : 0;
    if (n < sizeof tail || strcmp(form + n - (sizeof tail - 1), tail))
        return false;
    push_form(w, form, NULL, inner, sizeof tail - 1);
    push_text(w, "^{-\\top}");
    return true;
}

/* The places from 2 to n, 2:n. */
static void push_span(struct writer *w, expr_t e)
{
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_ANY);
    push_text(w, w->style->whole);
    push_expr(w, expr_arg(w->x, e, 1), LEVEL_ANY);
}

static void push_body(struct writer *w, const struct task *t)
{
    expr_t e = t->node;
    op_t op = expr_op(w->x, e);
    const struct sign *s = sign_of(w, e);
    if (push_abstract(w, e))
        return;
    if (op == OP_SUM || op == OP_TENSOR)
        w->style->binder(w, e);
    else if (op == OP_SERIES || op == OP_PRODUCT)
        w->style->series(w, e);
    else if (op == OP_ELEMENT)
        w->style->element(w, e);
    else if (op == OP_SPAN)
        push_span(w, e);
    else if (op == OP_MUL && w->style->product)
        w->style->product(w, e);
    else if (!s)
        push_call(w, e);
    else if (op == OP_ADD || op == OP_MUL || op == OP_HAD)
        push(w, (struct task){.kind = TASK_NARY,
                              .node = e,
                              .end = scalar_head(w, e),
                              .flags = t->flags});
    else if (!push_transposed_inverse(w, e))
        push_form(w, s->form, s, e, 0);
}

static void write_expr(struct writer *w, struct task t)
{
    uint32_t mark = writer_mark(w);
    if (w->style->seen)
        t.node = w->style->seen(w, t.node);
    bool brackets = needs_brackets(w, &t);
    bool leaf = expr_op(w->x, t.node) <= OP_WHOLE;
    if (leaf && !brackets) {
        write_leaf(w, &t);
        return;
    }
    if (brackets) {
        t.flags &= TASK_SCRIPT;
        push_text(w, w->style->open);
    }
    if (leaf)
        push(w, (struct task){.kind = TASK_EXPR,
                              .node = t.node,
                              .flags = t.flags});
    else
        push_body(w, &t);
    if (brackets)
        push_text(w, w->style->close);
    writer_flip(w, mark);
}

static void write_task(struct writer *w, struct task t)
{
    switch (t.kind) {
    case TASK_TEXT:
        writer_emit(w, t.text, t.end);
        break;
    case TASK_EXPR:
        write_expr(w, t);
        break;
    case TASK_NARY:
        write_nary(w, t);
        break;
    case TASK_ARGS:
        write_args(w, t);
        break;
    case TASK_DIM:
        write_dim(w, t.node);
        break;
    case TASK_NAME:
        w->style->name(w, t.node);
        break;
    default:
        w->gap = true;
    }
}

bool writer_run(struct writer *w, expr_t e, enum level level, bool spaced)
{
    const struct fault *fault = w->x->mem->fault;
    w->start = w->out->length;
    push(w, (struct task){.kind = TASK_EXPR,
                          .node = e,
                          .level = (uint8_t)level,
                          .flags = spaced ? TASK_SPACED : 0});
    while (w->count && !fault_is_set(fault))
        write_task(w, w->tasks[--w->count]);
    bool ok = !fault_is_set(fault) && !w->out->failed &&
              (!w->style->grows || writer_grow_brackets(w));
    MEM_FREE_ARRAY(w->x->mem, w->tasks, w->capacity);
    MEM_FREE_ARRAY(w->x->mem, w->brackets, w->bracket_capacity);
    MEM_FREE_ARRAY(w->x->mem, w->open, w->open_capacity);
    range_free(w);
    return ok;
}
