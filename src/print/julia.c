/* julia.c - Julia with its LinearAlgebra. */
#include "print/code.h"

static void julia_element(struct writer *w, expr_t e)
{
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_POSTFIX);
    push_text(w, "[");
    push_args(w, e, 1, expr_get(w->x, e)->nargs);
    push_text(w, "]");
    /* Julia makes a column of a row that is taken out. */
    if (expr_shape(w->x, e)->kind == SHAPE_ROW)
        push_text(w, "'");
}

static void julia_sum(struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs - 1;
    push_text(w, "sum(");
    push_expr(w, expr_arg(w->x, e, n), LEVEL_ANY);
    for (uint32_t i = 0; i < n; i++) {
        push_text(w, " for ");
        push_index_name(w, expr_arg(w->x, e, i));
        push_text(w, " in ");
        push_index_span(w, expr_arg(w->x, e, i));
    }
    push_text(w, ")");
}

/* [body for i in 1:m, j in 1:n]; several indices of an axis run with the
 * first one slowest, as in `for i in 1:m for j in 1:n`. */
static void julia_tensor(struct writer *w, expr_t e)
{
    const struct expr_node n = *expr_get(w->x, e);
    uint32_t end = n.nargs - 1;
    bool one_axis = (n.payload | 1) == 1;
    if (!one_axis && (n.payload | 1) != (UINT32_C(1) << end) - 1) {
        code_refuse(w, "an axis of several indices cannot be written in Julia");
        return;
    }
    push_text(w, "[");
    push_expr(w, expr_arg(w->x, e, end), LEVEL_ANY);
    for (uint32_t i = 0; i < end; i++) {
        if (i && !one_axis)
            push_text(w, ",");
        push_text(w, i && !one_axis ? " " : " for ");
        push_index_name(w, expr_arg(w->x, e, i));
        push_text(w, " in ");
        push_index_span(w, expr_arg(w->x, e, i));
    }
    push_text(w, "]");
}

static void julia_binder(struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) == OP_SUM)
        julia_sum(w, e);
    else
        julia_tensor(w, e);
}

/* sum(body for l in 1:L) */
static void julia_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    push_text(w, s.product ? "prod(" : "sum(");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, " for ");
    push_symbol(w, s.symbol);
    push_text(w, " in ");
    push_span(w, s.low, s.high);
    push_text(w, ")");
}

const struct notation notation_julia = {
    .sign =
        {
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_NONE),
            SIGN_PRODUCT("#1*#2", FAMILY_MUL),
            SIGN_PRODUCT("#1/#2", FAMILY_MUL),
            SIGN_PRODUCT("#1\\#2", FAMILY_LDIV),
            SIGN_PRODUCT("#1 .* #2", FAMILY_HAD),
            SIGN_PRODUCT("#1 ./ #2", FAMILY_HAD),
            SIGN_POWER("#1^#2", LEVEL_POWER),
            SIGN_POWER("#1 .^ #2", LEVEL_POWER),
            SIGN_POSTFIX("#1'"),
        },
    .call = {"", "(", ")"},
    .block = {"[", " ", "; ", "]", LEVEL_PRODUCT},
    .plus = " + ",
    .minus = " - ",
    .negative = "-",
    .plus_each = " .+ ",
    .minus_each = " .- ",
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
    .element = julia_element,
    .binder = julia_binder,
    .member = code_member,
    .series = julia_series,
};
