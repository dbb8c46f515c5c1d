/* text.c - the language itself, and its Unicode spelling. */
#include "print/writer.h"

#include <string.h>

/* ---------------------------------------------------------------- shared */

static void write_name(struct writer *w, symbol_t name)
{
    writer_emit(w, intern_name(w->x->names, name),
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
    push_symbol(w, index->name);
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
    push_text(w, expr_op(w->x, e) == OP_TENSOR ? "tensor(" : "sum(");
    push_axes(w, e, push_index);
    push_text(w, ": ");
    push_expr(w, expr_arg(w->x, e, expr_get(w->x, e)->nargs - 1), LEVEL_ANY);
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
    push_symbol(w, s.symbol);
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
static const struct sign power_of_T = SIGN_POWER("#1^(#2)", LEVEL_ANY);

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
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_SIGN),
            SIGN_PRODUCT("#1*#2", FAMILY_MUL),
            SIGN_PRODUCT("#1/#2", FAMILY_MUL),
            SIGN_PRODUCT("#1\\#2", FAMILY_LDIV),
            SIGN_PRODUCT("#1.*#2", FAMILY_HAD),
            SIGN_PRODUCT("#1./#2", FAMILY_HAD),
            SIGN_POWER("#1^#2", LEVEL_POWER),
            SIGN_POWER("#1.^#2", LEVEL_POWER),
            SIGN_POSTFIX("#1'"),
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
    .fraction_level = LEVEL_PRODUCT,
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

static const struct sign raised_power = SIGN_POWER("#1#2", LEVEL_ANY);

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
        write_digits(w, r, absolute);
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
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_SIGN),
            SIGN_PRODUCT("#1·#2", FAMILY_MUL),
            SIGN_PRODUCT("#1/#2", FAMILY_MUL),
            SIGN_PRODUCT("#1\\#2", FAMILY_LDIV),
            SIGN_PRODUCT("#1⊙#2", FAMILY_HAD),
            SIGN_PRODUCT("#1⊘#2", FAMILY_HAD),
            SIGN_POWER("#1^#2", LEVEL_POWER),
            SIGN_POWER("#1.^#2", LEVEL_POWER),
            SIGN_POSTFIX("#1ᵀ"),
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
    .fraction_level = LEVEL_PRODUCT,
    .number = write_unicode_number,
    .name = write_unicode_name,
    .element = push_element,
    .binder = push_binder,
    .member = write_text_member,
    .series = push_series,
    .gap = unicode_gap,
};
