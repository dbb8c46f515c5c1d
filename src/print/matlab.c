/* matlab.c - MATLAB, and Octave. */
#include "print/code.h"

static void matlab_element(struct writer *w, expr_t e)
{
    expr_t base = expr_arg(w->x, e, 0);
    if (expr_op(w->x, base) != OP_VARIABLE) {
        code_refuse(w, "MATLAB has subscripts only behind names");
        return;
    }
    push_expr(w, base, LEVEL_ANY);
    push_text(w, "(");
    push_args(w, e, 1, expr_get(w->x, e)->nargs);
    push_text(w, ")");
}

/* sum(arrayfun(@(i) body, 1:n)) */
static void matlab_sum(struct writer *w, expr_t e, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        push_text(w, "sum(arrayfun(@(");
        push_index_name(w, expr_arg(w->x, e, i));
        push_text(w, ") ");
    }
    push_expr(w, expr_arg(w->x, e, n), LEVEL_ANY);
    for (uint32_t i = n; i-- > 0;) {
        push_text(w, ", ");
        push_index_span(w, expr_arg(w->x, e, i));
        push_text(w, "))");
    }
}

static void matlab_binder(struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs - 1;
    if (expr_op(w->x, e) == OP_SUM && is_scalar(w->x, e))
        matlab_sum(w, e, n);
    else
        code_refuse(w, "index notation cannot be written in MATLAB");
}

/* W{l} of a cell array, but sizes are numbers: d(l). */
static void matlab_member(struct writer *w, symbol_t base, uint32_t n,
                          const dim_t *at, bool is_size)
{
    write_member(w, base, is_size ? "(" : "{", n, at, is_size ? ")" : "}");
}

static void matlab_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    if (!is_scalar(w->x, e)) {
        code_refuse(w, "a sum of arrays cannot be written in MATLAB as one "
                       "expression");
        return;
    }
    push_text(w, s.product ? "prod(arrayfun(@(" : "sum(arrayfun(@(");
    push_symbol(w, s.symbol);
    push_text(w, ") ");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, ", ");
    push_span(w, s.low, s.high);
    push_text(w, "))");
}

const struct notation notation_matlab = {
    .sign =
        {
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_NONE),
            SIGN_PRODUCT("#1*#2", FAMILY_MUL),
            SIGN_PRODUCT("#1/#2", FAMILY_MUL),
            SIGN_PRODUCT("#1\\#2", FAMILY_LDIV),
            SIGN_PRODUCT("#1.*#2", FAMILY_HAD),
            SIGN_PRODUCT("#1./#2", FAMILY_HAD),
            SIGN_POWER("#1^#2", LEVEL_ATOM),
            SIGN_POWER("#1.^#2", LEVEL_ATOM),
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
    .separator = ", ",
    .times = "*",
    .by = ", ",
    .differential = "d",
    .whole = ":",
    .over = "/",
    .sum_level = LEVEL_ATOM,
    .template = code_template,
    .fraction_level = LEVEL_PRODUCT,
    .name = code_name,
    .element = matlab_element,
    .binder = matlab_binder,
    .member = matlab_member,
    .series = matlab_series,
};
