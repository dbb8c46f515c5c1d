/* text.c - the language itself, and its Unicode spelling. */
#include "print/writer.h"

#include <string.h>

/* ---------------------------------------------------------------- shared */

static uint8_t number_level(const struct writer *w, rat_t r)
{
    struct text digits;
    uint32_t bar;
    if (rat_sign(w->x->numbers, r) < 0)
        return LEVEL_SUM;
    if (rat_is_integer(w->x->numbers, r))
        return LEVEL_ATOM;
    bool ok = writer_digits((struct writer *)w, r, true, &digits, &bar);
    text_free(&digits);
    return ok && bar ? LEVEL_PRODUCT : LEVEL_ATOM; /* 1/2 or 0.01 */
}

static void write_number(struct writer *w, rat_t r, bool absolute,
                         bool script)
{
    struct text digits;
    uint32_t bar;
    (void)script;
    if (writer_digits(w, r, absolute, &digits, &bar)) {
        w->number_next = !bar;
        writer_emit(w, text_get(&digits), digits.length);
        w->number_next = false;
    }
    text_free(&digits);
}

static void write_name(struct writer *w, symbol_t name)
{
    writer_emit(w, intern_name(w->x->names, name),
                intern_length(w->x->names, name));
}

static void push_name(struct writer *w, symbol_t name)
{
    push_bytes(w, intern_name(w->x->names, name),
               intern_length(w->x->names, name));
}

static void push_element(struct writer *w, expr_t e)
{
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_POSTFIX);
    push_text(w, "[");
    push_args(w, e, 1, expr_get(w->x, e)->nargs);
    push_text(w, "]");
}

static void push_index(struct writer *w, expr_t binder, uint32_t i)
{
    const struct index_entry *index = index_of(w, expr_arg(w->x, binder, i));
    push_name(w, index->name);
    if (!range_needed(w, binder, i))
        return;
    push_text(w, "=");
    push_dim(w, index->low);
    push_text(w, "..");
    push_dim(w, range_last(w, index));
}

/* sum(i,k=1..n: body), tensor((j,i),k: body) */
static void push_binder(struct writer *w, expr_t e)
{
    const struct expr_node n = *expr_get(w->x, e);
    uint32_t groups = n.op == OP_TENSOR ? n.payload : UINT32_MAX;
    bool open = false;
    push_text(w, n.op == OP_TENSOR ? "tensor(" : "sum(");
    for (uint32_t i = 0; i + 1 < n.nargs; i++) {
        bool next = i + 2 == n.nargs || groups >> (i + 1) & 1;
        if (i)
            push_text(w, ",");
        if (!open && !next) {
            push_text(w, "(");
            open = true;
        }
        push_index(w, e, i);
        if (open && next) {
            push_text(w, ")");
            open = false;
        }
    }
    push_text(w, ": ");
    push_expr(w, expr_arg(w->x, e, n.nargs - 1), LEVEL_ANY);
    push_text(w, ")");
}

static void write_text_member(struct writer *w, symbol_t base, uint32_t n,
                              const dim_t *at, bool is_size)
{
    (void)is_size;
    write_member(w, base, "{", n, at, "}");
}

/* sum(l=1..L: body) */
static void push_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    push_text(w, s.product ? "prod(" : "sum(");
    push_name(w, s.symbol);
    push_text(w, "=");
    push_dim(w, s.low);
    push_text(w, "..");
    push_dim(w, s.high);
    push_text(w, ": ");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, ")");
}

/* ------------------------------------------------------------------ text */

/* x^T is a transposed x wherever the language is read. */
static const struct sign power_of_T = {"#1^(#2)", LEVEL_POWER, FAMILY_NONE,
                                       LEVEL_POSTFIX, LEVEL_ANY};

static const struct sign *text_special(const struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) != OP_POW)
        return NULL;
    expr_t k = expr_arg(w->x, e, 1);
    const struct expr_node *n = expr_get(w->x, k);
    if (n->op != OP_VARIABLE && n->op != OP_SIZE)
        return NULL;
    symbol_t name = n->op == OP_SIZE
                        ? dim_is_symbol(w->x->dims, n->payload)
                        : expr_decl(w->x, n->payload)->name;
    return name && !strcmp(intern_name(w->x->names, name), "T") ? &power_of_T
                                                                : NULL;
}

const struct notation notation_text = {
    .sign =
        {
            {"#1+#2", LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT},
            {"-#1", LEVEL_SUM, FAMILY_SIGN, LEVEL_PRODUCT, 0},
            {"#1*#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1\\#2", LEVEL_PRODUCT, FAMILY_LDIV, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1.*#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1./#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1.^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1'", LEVEL_POSTFIX, FAMILY_NONE, LEVEL_POSTFIX, 0},
        },
    .call = {"", "(", ")"},
    .block = {"[", ", ", "; ", "]", LEVEL_ANY},
    .plus = "+",
    .minus = "-",
    .negative = "-",
    .outer_plus = " + ",
    .outer_minus = " - ",
    .open = "(",
    .close = ")",
    .separator = ",",
    .times = "*",
    .by = ",",
    .differential = "d",
    .whole = ":",
    .rest = "...",
    .over = "/",
    .sum_level = LEVEL_ATOM,
    .special = text_special,
    .number_level = number_level,
    .number = write_number,
    .name = write_name,
    .element = push_element,
    .binder = push_binder,
    .member = write_text_member,
    .series = push_series,
};

/* --------------------------------------------------------------- Unicode */

static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴",
                                     "⁵", "⁶", "⁷", "⁸", "⁹"};
static const char *const lowered[] = {"₀", "₁", "₂", "₃", "₄",
                                      "₅", "₆", "₇", "₈", "₉"};

static const struct sign raised_power = {"#1#2", LEVEL_POWER, FAMILY_NONE,
                                         LEVEL_POSTFIX, LEVEL_ANY};

/* A whole number of a few digits. */
static bool is_short_integer(const struct exprs *x, expr_t e)
{
    int64_t k;
    return expr_op(x, e) == OP_NUMBER &&
           rat_to_int(x->numbers, expr_get(x, e)->payload, &k) &&
           k > -1000000 && k < 1000000;
}

/* x² and x⁻²; but A^(-1) of a matrix, since A⁻¹ is its inverse. */
static const struct sign *unicode_special(const struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) != OP_POW)
        return NULL;
    expr_t k = expr_arg(w->x, e, 1);
    if (is_short_integer(w->x, k) &&
        (is_scalar(w->x, e) || !expr_is_number(w->x, k, RAT_MINUS_ONE)))
        return &raised_power;
    return text_special(w, e);
}

static void write_unicode_number(struct writer *w, rat_t r, bool absolute,
                                 bool script)
{
    struct text digits;
    uint32_t bar;
    if (!script) {
        write_number(w, r, absolute, false);
        return;
    }
    if (writer_digits(w, r, absolute, &digits, &bar))
        for (const char *s = text_get(&digits); *s; s++)
            writer_str(w, *s == '-' ? "⁻" : raised[*s - '0']);
    text_free(&digits);
}

/* x_1 as x₁, alpha as α. */
static void write_unicode_name(struct writer *w, symbol_t name)
{
    const char *text = intern_name(w->x->names, name);
    size_t length = intern_length(w->x->names, name), base = length;
    const char *sub = memchr(text, '_', length);
    if (sub && sub > text && text + length - sub > 1) {
        base = (size_t)(sub - text);
        for (size_t i = base + 1; i < length; i++)
            if (text[i] < '0' || text[i] > '9')
                base = length;
    }
    const struct greek *g = greek_by_name(text, base);
    writer_emit(w, g ? g->letter : text, g ? strlen(g->letter) : base);
    for (size_t i = base + 1; i < length; i++)
        writer_str(w, lowered[text[i] - '0']);
}

static const char *unicode_template(const struct writer *w, expr_t e)
{
    symbol_t s = op_row(w->x->ops, expr_op(w->x, e))->unicode;
    uint16_t o = expr_get(w->x, e)->overload;
    if (!s || (o && overload_get(w->x->ops, o)->size_args))
        return NULL; /* eye(n), not I_n, which would be read as a name */
    const char *form = intern_name(w->x->names, s);
    return is_ambiguous(w->x, e, form) ? NULL : form;
}

/* 2x, 2Aᵀ; but 2·e1, which would be a number. */
static const char *unicode_gap(bool after_number, bool before_number,
                               const char *next, uint32_t length)
{
    bool letter = (*next >= 'a' && *next <= 'z') ||
                  (*next >= 'A' && *next <= 'Z') ||
                  greek_by_letter(next, length);
    bool exponent = *next == 'e' || *next == 'E';
    return after_number && !before_number && letter && !exponent ? "" : "·";
}

const struct notation notation_unicode = {
    .sign =
        {
            {"#1+#2", LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT},
            {"-#1", LEVEL_SUM, FAMILY_SIGN, LEVEL_PRODUCT, 0},
            {"#1·#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1\\#2", LEVEL_PRODUCT, FAMILY_LDIV, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1⊙#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1⊘#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1.^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1ᵀ", LEVEL_POSTFIX, FAMILY_NONE, LEVEL_POSTFIX, 0},
        },
    .call = {"", "(", ")"},
    .block = {"[", ", ", "; ", "]", LEVEL_ANY},
    .plus = " + ",
    .minus = " - ",
    .negative = "-",
    .open = "(",
    .close = ")",
    .separator = ", ",
    .times = "·",
    .by = ",",
    .differential = "d",
    .whole = ":",
    .rest = "…",
    .over = "/",
    .sum_level = LEVEL_ATOM,
    .template = unicode_template,
    .special = unicode_special,
    .number_level = number_level,
    .number = write_unicode_number,
    .name = write_unicode_name,
    .element = push_element,
    .binder = push_binder,
    .member = write_text_member,
    .series = push_series,
    .gap = unicode_gap,
};
