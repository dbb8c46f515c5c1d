/* mathml.c - presentation MathML, the content of a <math> element. */
#include "print/writer.h"

#include <string.h>

#define OP(sign) "<mo>" sign "</mo>"

/* Functions with a notation; the others are their name and arguments. */
static const struct {
    const char *name;
    struct sign sign;
} functions[] = {
    {"inv",
     {"<msup><mrow>#1</mrow><mrow><mo>-</mo><mn>1</mn></mrow></msup>",
      LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, 0}},
    {"kron",
     {"#1" OP("⊗") "#2", LEVEL_PRODUCT, FAMILY_OTHER, LEVEL_POWER,
      LEVEL_POWER}},
    {"norm2", SIGN_CLOSED(OP("‖") "#1" OP("‖"))},
    {"norm1", SIGN_CLOSED("<msub><mrow>" OP("‖") "#1" OP("‖")
                          "</mrow><mn>1</mn></msub>")},
    {"norminf", SIGN_CLOSED("<msub><mrow>" OP("‖") "#1" OP("‖")
                            "</mrow><mi>∞</mi></msub>")},
    {"abs", SIGN_CLOSED(OP("|") "#1" OP("|"))},
    {"sqrt", SIGN_CLOSED("<msqrt><mrow>#1</mrow></msqrt>")},
    {"eye", SIGN_CLOSED("<msub><mi>I</mi><mrow>#1</mrow></msub>")},
    {"ones", SIGN_CLOSED("<msub><mn mathvariant=\"bold\">1</mn>"
                         "<mrow>#1</mrow></msub>")},
    {"zeros", SIGN_CLOSED("<msub><mn mathvariant=\"bold\">0</mn>"
                          "<mrow>#1</mrow></msub>")},
};

static const struct sign *mathml_special(const struct writer *w, expr_t e)
{
    static const struct sign matrix_div = {
        "#1" OP("&#x2062;") "<msup><mrow>#2</mrow><mrow><mo>-</mo><mn>1</mn>"
        "</mrow></msup>",
        LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POSTFIX};
    op_t op = expr_op(w->x, e);
    if (op == OP_DIV && !is_scalar(w->x, expr_arg(w->x, e, 1)))
        return &matrix_div;
    if (op < OP_FIRST_NAMED)
        return NULL;
    const char *name = op_name(w->x->ops, op);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].name, name))
            return &functions[i].sign;
    return NULL;
}

static void mathml_number(struct writer *w, rat_t r, bool absolute,
                          bool script)
{
    struct text digits;
    uint32_t bar;
    (void)script;
    if (writer_digits(w, r, absolute, &digits, &bar)) {
        const char *s = text_get(&digits);
        size_t length = strlen(s), sign = *s == '-';
        writer_str(w, sign ? OP("-") : "");
        writer_str(w, bar ? "<mfrac><mn>" : "<mn>");
        writer_emit(w, s + sign, (bar ? bar : length) - sign);
        if (bar) {
            writer_str(w, "</mn><mn>");
            writer_emit(w, s + bar + 1, length - bar - 1);
        }
        writer_str(w, bar ? "</mn></mfrac>" : "</mn>");
    }
    text_free(&digits);
}

static void write_identifier(struct writer *w, const char *s, size_t n)
{
    const struct greek *g = greek_by_name(s, n);
    writer_str(w, "<mi>");
    writer_emit(w, g ? g->letter : s, g ? strlen(g->letter) : n);
    writer_str(w, "</mi>");
}

/* x_1 with a subscript; the letters of a name need no escapes. */
static void write_name(struct writer *w, symbol_t name)
{
    const char *s = intern_name(w->x->names, name);
    size_t n = intern_length(w->x->names, name);
    const char *bar = n ? memchr(s + 1, '_', n - 1) : NULL;
    if (!bar || bar + 1 == s + n) {
        write_identifier(w, s, n);
        return;
    }
    writer_str(w, "<msub>");
    write_identifier(w, s, (size_t)(bar - s));
    write_identifier(w, bar + 1, n - (size_t)(bar + 1 - s));
    writer_str(w, "</msub>");
}

static void push_element(struct writer *w, expr_t e)
{
    push_text(w, "<msub><mrow>");
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_ATOM);
    push_text(w, "</mrow><mrow>");
    push_args(w, e, 1, expr_get(w->x, e)->nargs);
    push_text(w, "</mrow></msub>");
}

static void push_binder(struct writer *w, expr_t e)
{
    const struct expr_node n = *expr_get(w->x, e);
    expr_t body = expr_arg(w->x, e, n.nargs - 1);
    if (n.op == OP_TENSOR) {
        push_text(w, "<msub><mrow><mo>[</mo>");
        push_expr(w, body, LEVEL_ANY);
        push_text(w, "<mo>]</mo></mrow><mrow>");
        push_args(w, e, 0, n.nargs - 1);
        push_text(w, "</mrow></msub>");
        return;
    }
    for (uint32_t i = 0; i + 1 < n.nargs; i++) {
        const struct index_entry *index = index_of(w, expr_arg(w->x, e, i));
        push_text(w, "<munderover><mo>∑</mo><mrow>");
        push_expr(w, expr_arg(w->x, e, i), LEVEL_ANY);
        push_text(w, "<mo>=</mo>");
        push_dim(w, index->low);
        push_text(w, "</mrow><mrow>");
        push_dim(w, range_last(w, index));
        push_text(w, "</mrow></munderover>");
    }
    push_expr(w, body, LEVEL_PRODUCT);
}

static void write_mathml_member(struct writer *w, symbol_t base, uint32_t n,
                                const dim_t *at, bool is_size)
{
    writer_str(w, is_size ? "<msub>" : "<msup>");
    write_member(w, base, is_size ? "<mrow>" : "<mrow><mo>[</mo>", n, at,
                 is_size ? "</mrow></msub>" : "<mo>]</mo></mrow></msup>");
}

static void push_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    push_text(w, s.product ? "<munderover><mo>∏</mo><mrow>"
                           : "<munderover><mo>∑</mo><mrow>");
    push_dim(w, dim_from_symbol(w->x->dims, s.symbol));
    push_text(w, "<mo>=</mo>");
    push_dim(w, s.low);
    push_text(w, "</mrow><mrow>");
    push_dim(w, s.high);
    push_text(w, "</mrow></munderover>");
    push_expr(w, s.body, LEVEL_PRODUCT);
}

const struct notation notation_mathml = {
    .sign =
        {
            SIGN_ADD("#1" OP("+") "#2"),
            SIGN_NEG(OP("-") "#1", FAMILY_NONE),
            {"#1" OP("&#x2062;") "#2", LEVEL_PRODUCT, FAMILY_MUL,
             LEVEL_PRODUCT, LEVEL_OPEN},
            {"<mfrac><mrow>#1</mrow><mrow>#2</mrow></mfrac>", LEVEL_POWER,
             FAMILY_NONE, LEVEL_ANY, LEVEL_ANY},
            {"<msup><mrow>#1</mrow><mrow><mo>-</mo><mn>1</mn></mrow></msup>"
             OP("&#x2062;") "#2",
             LEVEL_PRODUCT, FAMILY_MUL, LEVEL_POSTFIX, LEVEL_OPEN},
            SIGN_PRODUCT("#1" OP("⊙") "#2", FAMILY_HAD),
            SIGN_PRODUCT("#1" OP("⊘") "#2", FAMILY_HAD),
            SIGN_POWER("<msup><mrow>#1</mrow><mrow>#2</mrow></msup>",
                       LEVEL_ANY),
            SIGN_POWER(
                "<msup><mrow>#1</mrow><mrow><mo>⊙</mo>#2</mrow></msup>",
                LEVEL_POWER),
            {"<msup><mrow>#1</mrow><mo>⊤</mo></msup>", LEVEL_POWER,
             FAMILY_NONE, LEVEL_POSTFIX, 0},
        },
    .call = {"<mi>", "</mi><mo>(</mo>", "<mo>)</mo>"},
    .block = {OP("[") "<mtable><mtr><mtd>", "</mtd><mtd>",
              "</mtd></mtr><mtr><mtd>", "</mtd></mtr></mtable>" OP("]"),
              LEVEL_ANY},
    .plus = OP("+"),
    .minus = OP("-"),
    .negative = OP("-"),
    .open = OP("("),
    .close = OP(")"),
    .separator = OP(","),
    .times = OP("&#x2062;"),
    .by = OP("×"),
    .differential = "<mo>d</mo>",
    .whole = "<mo>:</mo>",
    .rest = "<mo>…</mo>",
    .over = "<mo>/</mo>",
    .sum_level = LEVEL_OPEN,
    .special = mathml_special,
    .fraction_level = LEVEL_POWER,
    .number = mathml_number,
    .name = write_name,
    .element = push_element,
    .binder = push_binder,
    .member = write_mathml_member,
    .series = push_series,
};
