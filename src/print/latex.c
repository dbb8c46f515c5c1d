/* latex.c - LaTeX for amsmath and KaTeX. */
#include "expr/function.h"
#include "print/writer.h"

#include <string.h>

/* ------------------------------------------------------- numbers, names */

static void latex_number(struct writer *w, rat_t r, bool absolute,
                         bool script)
{
    struct text digits;
    uint32_t bar;
    if (writer_digits(w, r, absolute, &digits, &bar)) {
        const char *s = text_get(&digits);
        uint32_t length = digits.length, sign = *s == '-';
        w->number_next = true;
        if (!bar || script) {
            writer_emit(w, s, length);
        } else {
            if (sign)
                writer_str(w, "-");
            writer_str(w, "\\frac{");
            writer_emit(w, s + sign, bar - sign);
            writer_str(w, "}{");
            writer_emit(w, s + bar + 1, length - bar - 1);
            writer_str(w, "}");
        }
        w->number_next = false;
    }
    text_free(&digits);
}

/* 2 \cdot 3, x \cdot 2; else a product is a space. */
static const char *latex_gap(bool after_number, bool before_number,
                             const char *next, uint32_t length)
{
    bool digit = length && *next >= '0' && *next <= '9';
    return digit || (after_number && before_number) ? " \\cdot " : " ";
}

static bool is_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

/* One part of a name: a Greek letter, one letter, or upright letters. */
static void write_part(struct writer *w, const char *s, size_t n)
{
    const struct greek *g = greek_by_name(s, n);
    if (!g && n == 2 && greek_by_letter(s, n))
        g = greek_by_letter(s, n);
    if (g && g->latex) {
        writer_str(w, g->latex);
    } else if (g) {
        writer_str(w, "\\");
        writer_str(w, g->name);
    } else if (n == 1 || is_digits(s, n)) {
        writer_emit(w, s, n);
    } else {
        bool ascii = true;
        for (size_t i = 0; i < n; i++)
            ascii = ascii && !(s[i] & 0x80);
        writer_str(w, ascii ? "\\mathrm{" : "\\text{");
        for (size_t i = 0; i < n; i++) {
            writer_str(w, s[i] == '_' ? "\\" : "");
            writer_emit(w, s + i, 1);
        }
        writer_str(w, "}");
    }
}

/* Where the base of a name ends: at '_' or where digits end the name. */
static size_t name_base(const char *s, size_t n)
{
    const char *bar = memchr(s, '_', n);
    if (bar)
        return (size_t)(bar - s);
    size_t base = n;
    while (base && s[base - 1] >= '0' && s[base - 1] <= '9')
        base--;
    return base;
}

/* x_1 and x1 as x_{1}, alpha_max as \alpha_{\mathrm{max}}. */
static void write_name(struct writer *w, symbol_t name)
{
    const char *s = intern_name(w->x->names, name);
    size_t n = intern_length(w->x->names, name);
    size_t base = name_base(s, n);
    if (base == 0)
        base = n;
    write_part(w, s, base);
    if (base == n)
        return;
    writer_str(w, "_{");
    for (size_t i = base; i < n;) {
        i += s[i] == '_';
        const char *bar = memchr(s + i, '_', n - i);
        size_t end = bar ? (size_t)(bar - s) : n;
        if (end > i)
            write_part(w, s + i, end - i);
        if (end < n && end > i)
            writer_str(w, ",");
        i = end;
    }
    writer_str(w, "}");
}

/* -------------------------------------------------- elements and binders */

/* x, or u that stands for u(x), without a subscript of its own. */
static bool is_plain_name(const struct writer *w, expr_t e)
{
    const struct exprs *x = w->x;
    applied_t a = expr_as_applied(x, e);
    bool value = a && !applied_get(x, a)->order && expr_is_implied(x, e);
    if (!value && expr_op(x, e) != OP_VARIABLE)
        return false;
    decl_t d = value ? applied_get(x, a)->function : expr_get(x, e)->payload;
    symbol_t name = expr_decl(x, d)->name;
    size_t n = intern_length(w->x->names, name);
    return name_base(intern_name(w->x->names, name), n) == n;
}

/* One letter, or a digit: needs no comma beside another one. */
static bool is_letter(const struct writer *w, expr_t e)
{
    int64_t value;
    const struct expr_node *n = expr_get(w->x, e);
    if (n->op == OP_NUMBER)
        return rat_to_int(w->x->numbers, n->payload, &value) && value >= 0 &&
               value <= 9;
    return n->op == OP_INDEX &&
           intern_length(w->x->names, index_of(w, e)->name) == 1;
}

/* A_{ij}, A_{i+1,j}, [A B]_{ij} */
static void push_element(struct writer *w, expr_t e)
{
    uint32_t nargs = expr_get(w->x, e)->nargs;
    expr_t base = expr_arg(w->x, e, 0);
    bool plain = is_plain_name(w, base), letters = true;
    for (uint32_t k = 1; k < nargs; k++)
        letters = letters && is_letter(w, expr_arg(w->x, e, k));
    if (!plain)
        push_text(w, "[");
    push_expr(w, base, LEVEL_ANY);
    push_text(w, plain ? "_{" : "]_{");
    for (uint32_t k = 1; k < nargs; k++) {
        if (k > 1)
            push_text(w, letters ? "" : ",");
        push_script(w, expr_arg(w->x, e, k), LEVEL_ANY);
    }
    push_text(w, "}");
}

static void push_ranges(struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs - 1;
    bool open = false;
    for (uint32_t i = 0; i < n; i++) {
        expr_t index = expr_arg(w->x, e, i);
        bool ranged = range_needed(w, e, i);
        if (open && ranged)
            push_text(w, "} ");
        push_text(w, open && !ranged ? "," : "\\sum_{");
        push_expr(w, index, LEVEL_ANY);
        if (ranged) {
            push_text(w, "=");
            push_dim(w, index_of(w, index)->low);
            push_text(w, "}^{");
            push_dim(w, range_last(w, index_of(w, index)));
            push_text(w, "} ");
        }
        open = !ranged;
    }
    if (open)
        push_text(w, "} ");
}

static void push_axis_index(struct writer *w, expr_t binder, uint32_t i)
{
    push_expr(w, expr_arg(w->x, binder, i), LEVEL_ANY);
}

/* [ body ]_{(j,i),k} */
static void push_tensor(struct writer *w, expr_t e)
{
    push_text(w, "[");
    push_expr(w, expr_arg(w->x, e, expr_get(w->x, e)->nargs - 1), LEVEL_ANY);
    push_text(w, "]_{");
    push_axes(w, e, push_axis_index);
    push_text(w, "}");
}

static void push_binder(struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) == OP_TENSOR) {
        push_tensor(w, e);
        return;
    }
    push_ranges(w, e);
    push_expr(w, expr_arg(w->x, e, expr_get(w->x, e)->nargs - 1),
              LEVEL_PRODUCT);
}

/* W^{[l]} in braces of its own, since a transpose or a power may follow;
 * d_{l}. */
static void write_latex_member(struct writer *w, symbol_t base, uint32_t n,
                               const dim_t *at, bool is_size)
{
    if (!is_size)
        writer_str(w, "{");
    write_member(w, base, is_size ? "_{" : "^{[", n, at,
                 is_size ? "}" : "]}}");
}

static void push_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    push_text(w, s.product ? "\\prod_{" : "\\sum_{");
    push_dim(w, dim_from_symbol(w->x->dims, s.symbol));
    push_text(w, "=");
    push_dim(w, s.low);
    push_text(w, "}^{");
    push_dim(w, s.high);
    push_text(w, "} ");
    push_expr(w, s.body, LEVEL_PRODUCT);
}

/* ----------------------------------------------------------------- signs */

/* Forms that depend on what the arguments are. */
static const struct sign scalar_hpow = SIGN_POWER("#1^{#2}", LEVEL_ANY);
static const struct sign matrix_div = {"#1~#2^{-1}", LEVEL_PRODUCT,
                                       FAMILY_MUL, LEVEL_PRODUCT,
                                       LEVEL_POSTFIX};
static const struct sign scalar_ldiv = {"\\frac{#2}{#1}", LEVEL_POWER,
                                        FAMILY_NONE, LEVEL_ANY, LEVEL_ANY};
static const struct sign scalar_had = {"#1~#2", LEVEL_PRODUCT, FAMILY_MUL,
                                       LEVEL_PRODUCT, LEVEL_OPEN};

static const struct sign *latex_special(const struct writer *w, expr_t e)
{
    const struct exprs *x = w->x;
    op_t op = expr_op(x, e);
    if (op == OP_HPOW && is_scalar(x, e))
        return &scalar_hpow;
    if (op == OP_DIV && !is_scalar(x, expr_arg(x, e, 1)))
        return &matrix_div;
    if (op == OP_LDIV && is_scalar(x, expr_arg(x, e, 0)))
        return &scalar_ldiv;
    if (op == OP_HAD && is_scalar(x, e))
        return &scalar_had;
    if (op == OP_HDIV && is_scalar(x, expr_arg(x, e, 1)))
        return &notation_latex.sign[OP_DIV - OP_ADD];
    return NULL;
}

static bool is_pi(const struct writer *w, expr_t e)
{
    const struct expr_node *n = expr_get(w->x, e);
    return n->nargs == 1 && !strcmp(op_name(w->x->ops, n->op), "acos") &&
           expr_is_number(w->x, expr_arg(w->x, e, 0), RAT_MINUS_ONE);
}

static const char *latex_template(const struct writer *w, expr_t e)
{
    symbol_t s = op_row(w->x->ops, expr_op(w->x, e))->latex;
    if (is_pi(w, e))
        return "\\pi";
    const char *form = s ? intern_name(w->x->names, s) : NULL;
    return form && is_ambiguous(w->x, e, form) ? NULL : form;
}

const struct notation notation_latex = {
    .sign =
        {
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_NONE),
            {"#1~#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_OPEN},
            {"\\frac{#1}{#2}", LEVEL_POWER, FAMILY_NONE, LEVEL_ANY,
             LEVEL_ANY},
            {"#1^{-1}~#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_POSTFIX,
             LEVEL_OPEN},
            SIGN_PRODUCT("#1 \\odot #2", FAMILY_HAD),
            SIGN_PRODUCT("#1 \\oslash #2", FAMILY_HAD),
            SIGN_POWER("#1^{#2}", LEVEL_ANY),
            SIGN_POWER("#1^{\\odot #2}", LEVEL_POWER),
            {"#1^{\\top}", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, 0},
        },
    .call = {"\\operatorname{", "}(", ")"},
    .block = {"\\begin{bmatrix}", " & ", " \\\\ ", "\\end{bmatrix}",
              LEVEL_ANY},
    .plus = " + ",
    .minus = " - ",
    .negative = "-",
    .open = "(",
    .close = ")",
    .separator = ", ",
    .times = " ",
    .by = " \\times ",
    .differential = "\\mathrm{d}",
    .whole = ":",
    .rest = "\\ldots",
    .over = "/",
    .grows = true,
    .sum_level = LEVEL_OPEN,
    .template = latex_template,
    .special = latex_special,
    .fraction_level = LEVEL_POWER,
    .number = latex_number,
    .name = write_name,
    .element = push_element,
    .binder = push_binder,
    .member = write_latex_member,
    .series = push_series,
    .gap = latex_gap,
};
