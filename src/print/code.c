/* code.c - NumPy, Julia and MATLAB.  In NumPy a vector is a 1-D array, which
 * has no direction: its transpose is itself, and x*y' is an outer product. */
#include "print/writer.h"

#include <string.h>

/* ---------------------------------------------------------------- shared */

static uint8_t number_level(const struct writer *w, rat_t r)
{
    if (rat_sign(w->x->numbers, r) < 0)
        return LEVEL_SUM;
    return rat_is_integer(w->x->numbers, r) ? LEVEL_ATOM : LEVEL_PRODUCT;
}

static void write_number(struct writer *w, rat_t r, bool absolute,
                         bool script)
{
    struct text digits;
    uint32_t bar;
    (void)script;
    if (writer_digits(w, r, absolute, &digits, &bar))
        writer_str(w, text_get(&digits));
    text_free(&digits);
}

static void write_name(struct writer *w, symbol_t name)
{
    const char *s = intern_name(w->x->names, name);
    writer_str(w, s);
    if (code_is_reserved(s, w->format))
        writer_str(w, "_");
}

/* A constant that the language does not know is refused. */
static const char *code_template(const struct writer *w, expr_t e)
{
    const char *form = code_form(w->x, e, w->format);
    uint16_t o = expr_get(w->x, e)->overload;
    if (!form && o && overload_get(w->x->ops, o)->size_args) {
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "'%s' is not known to programming languages",
                  op_name(w->x->ops, expr_op(w->x, e)));
        fault_hint(w->x->mem->fault, "matdiff rules %s tells its entries",
                   op_name(w->x->ops, expr_op(w->x, e)));
    }
    return form;
}

static bool is_matrix(const struct exprs *x, expr_t e)
{
    return expr_shape(x, e)->kind == SHAPE_MATRIX;
}

/* ----------------------------------------------------------------- NumPy */

static const struct sign matrix_power = {
    "np.linalg.matrix_power(#1, #2)", LEVEL_ATOM, FAMILY_NONE, LEVEL_ANY,
    LEVEL_ANY};
static const struct sign times_inverse = {"#1 @ np.linalg.inv(#2)",
                                          LEVEL_PRODUCT, FAMILY_MUL,
                                          LEVEL_PRODUCT, LEVEL_ANY};
static const struct sign divided_into = {"#2/#1", LEVEL_PRODUCT, FAMILY_MUL,
                                         LEVEL_POWER, LEVEL_PRODUCT};

static const struct sign *numpy_special(const struct writer *w, expr_t e)
{
    op_t op = expr_op(w->x, e);
    if (op == OP_POW && is_matrix(w->x, e))
        return &matrix_power;
    if (op == OP_DIV && !is_scalar(w->x, expr_arg(w->x, e, 1)))
        return &times_inverse;
    if (op == OP_LDIV && is_scalar(w->x, expr_arg(w->x, e, 0)))
        return &divided_into;
    return NULL;
}

static expr_t numpy_seen(const struct writer *w, expr_t e)
{
    while (expr_op(w->x, e) == OP_TRANSPOSE && !is_matrix(w->x, e))
        e = expr_arg(w->x, e, 0);
    return e;
}

/* The kind of a product of kinds. */
static uint8_t product_kind(uint8_t a, uint8_t b)
{
    if (a == SHAPE_SCALAR || b == SHAPE_SCALAR)
        return a == SHAPE_SCALAR ? b : a;
    if (a == SHAPE_VECTOR)
        return SHAPE_MATRIX;
    if (a == SHAPE_ROW)
        return b == SHAPE_VECTOR ? SHAPE_SCALAR : SHAPE_ROW;
    return b;
}

static bool is_outer(uint8_t a, uint8_t b)
{
    return a == SHAPE_VECTOR && b == SHAPE_ROW;
}

/* A*x*y' is np.outer(A @ x, y): the calls open before everything. */
static void numpy_product(struct writer *w, expr_t e)
{
    const struct sign *s = &notation_numpy.sign[OP_MUL - OP_ADD];
    uint32_t n = expr_get(w->x, e)->nargs;
    uint8_t first = expr_shape(w->x, expr_arg(w->x, e, 0))->kind;
    uint8_t kind = first, next;
    for (uint32_t i = 1; i < n; i++) {
        next = expr_shape(w->x, expr_arg(w->x, e, i))->kind;
        if (is_outer(kind, next))
            push_text(w, "np.outer(");
        kind = product_kind(kind, next);
    }
    kind = first;
    next = expr_shape(w->x, expr_arg(w->x, e, 1))->kind;
    if (is_outer(kind, next))
        push_expr(w, expr_arg(w->x, e, 0), LEVEL_ANY);
    else
        push_operand(w, expr_arg(w->x, e, 0), s, true);
    for (uint32_t i = 1; i < n; i++) {
        expr_t arg = expr_arg(w->x, e, i);
        next = expr_shape(w->x, arg)->kind;
        bool outer = is_outer(kind, next);
        bool scaled = kind == SHAPE_SCALAR || next == SHAPE_SCALAR;
        push_text(w, outer ? ", " : scaled ? "*" : " @ ");
        push_expr(w, arg, outer ? LEVEL_ANY : s->right);
        if (outer)
            push_text(w, ")");
        kind = product_kind(kind, next);
    }
}

static void push_index_name(struct writer *w, expr_t index)
{
    symbol_t name = index_of(w, index)->name;
    push_bytes(w, intern_name(w->x->names, name),
               intern_length(w->x->names, name));
}

/* NumPy counts from 0, and so does an index in it. */
static void push_subscript(struct writer *w, expr_t e)
{
    const struct expr_node *n = expr_get(w->x, e);
    if (n->op == OP_INDEX) {
        push_index_name(w, e);
    } else if (n->op == OP_WHOLE) {
        push_text(w, w->style->whole);
    } else if (n->op == OP_NUMBER || n->op == OP_SIZE) {
        push_dim(w, dim_sub(w->x->dims, expr_as_size(w->x, e), DIM_ONE));
    } else {
        push_expr(w, e, LEVEL_SUM);
        push_text(w, " - 1");
    }
}

static void push_subscripts(struct writer *w, expr_t e)
{
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_POSTFIX);
    push_text(w, "[");
    for (uint32_t i = 1; i < expr_get(w->x, e)->nargs; i++) {
        if (i > 1)
            push_text(w, ", ");
        if (w->format == FORMAT_NUMPY)
            push_subscript(w, expr_arg(w->x, e, i));
        else
            push_expr(w, expr_arg(w->x, e, i), LEVEL_ANY);
    }
    push_text(w, "]");
    /* Julia makes a column of a row that is taken out. */
    if (w->format == FORMAT_JULIA && expr_shape(w->x, e)->kind == SHAPE_ROW)
        push_text(w, "'");
}

static void push_range(struct writer *w, expr_t index)
{
    const struct index_entry *i = index_of(w, index);
    struct dims *d = w->x->dims;
    dim_t last = range_last(w, i);
    push_text(w, " for ");
    push_index_name(w, index);
    push_text(w, " in ");
    if (w->format == FORMAT_NUMPY) {
        push_text(w, "range(");
        if (i->low != DIM_ONE) {
            push_dim(w, dim_sub(d, i->low, DIM_ONE));
            push_text(w, ", ");
        }
        push_dim(w, last);
        push_text(w, ")");
    } else {
        push_dim(w, i->low);
        push_text(w, ":");
        push_dim(w, last);
    }
}

static void push_sum_code(struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs - 1;
    push_text(w, "sum(");
    push_expr(w, expr_arg(w->x, e, n), LEVEL_ANY);
    for (uint32_t i = 0; i < n; i++)
        push_range(w, expr_arg(w->x, e, i));
    push_text(w, ")");
}

/* Where the axis that index i belongs to begins. */
static uint32_t axis_begin(uint32_t groups, uint32_t i)
{
    while (i && !(groups >> i & 1))
        i--;
    return i;
}

/* np.array([[body for k in ...] for i in ... for j in ...]): the last axis
 * is the innermost list. */
static void numpy_tensor(struct writer *w, expr_t e)
{
    const struct expr_node n = *expr_get(w->x, e);
    uint32_t end = n.nargs - 1, groups = n.payload | 1;
    push_text(w, "np.array(");
    for (uint32_t i = 0; i < end; i++)
        if (groups >> i & 1)
            push_text(w, "[");
    push_expr(w, expr_arg(w->x, e, end), LEVEL_ANY);
    while (end) {
        uint32_t begin = axis_begin(groups, end - 1);
        for (uint32_t i = begin; i < end; i++)
            push_range(w, expr_arg(w->x, e, i));
        push_text(w, "]");
        end = begin;
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
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "an axis of several indices cannot be written in Julia");
        return;
    }
    push_text(w, "[");
    push_expr(w, expr_arg(w->x, e, end), LEVEL_ANY);
    for (uint32_t i = 0; i < end; i++) {
        if (i && !one_axis)
            push_text(w, ",");
        const struct index_entry *x = index_of(w, expr_arg(w->x, e, i));
        push_text(w, i && !one_axis ? " " : " for ");
        push_index_name(w, expr_arg(w->x, e, i));
        push_text(w, " in ");
        push_dim(w, x->low);
        push_text(w, ":");
        push_dim(w, range_last(w, x));
    }
    push_text(w, "]");
}

static void push_comprehension(struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) == OP_SUM)
        push_sum_code(w, e);
    else if (w->format == FORMAT_NUMPY)
        numpy_tensor(w, e);
    else
        julia_tensor(w, e);
}

/* W[l], of a list or dictionary that is numbered as the language says. */
static void write_code_member(struct writer *w, symbol_t base, uint32_t n,
                              const dim_t *at, bool is_size)
{
    (void)is_size;
    write_member(w, base, "[", n, at, "]");
}

/* sum(body for l in range(1, L + 1)); the parameter counts as it is
 * written. */
static void push_series_code(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    bool numpy = w->format == FORMAT_NUMPY;
    push_text(w, !s.product ? "sum(" : numpy ? "np.prod([" : "prod(");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, " for ");
    push_dim(w, dim_from_symbol(w->x->dims, s.symbol));
    push_text(w, numpy ? " in range(" : " in ");
    push_dim(w, s.low);
    push_text(w, numpy ? ", " : ":");
    push_dim(w, numpy ? dim_add(w->x->dims, s.high, DIM_ONE) : s.high);
    push_text(w, !numpy ? ")" : s.product ? ")])" : "))");
}

const struct notation notation_numpy = {
    .sign =
        {
            {"#1+#2", LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT},
            {"-#1", LEVEL_SUM, FAMILY_NONE, LEVEL_PRODUCT, 0},
            {"#1 @ #2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"np.linalg.solve(#1, #2)", LEVEL_ATOM, FAMILY_NONE, LEVEL_ANY,
             LEVEL_ANY},
            {"#1*#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1**#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1**#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1.T", LEVEL_POSTFIX, FAMILY_NONE, LEVEL_POSTFIX, 0},
        },
    .call = {"", "(", ")"},
    .plus = " + ",
    .minus = " - ",
    .negative = "-",
    .open = "(",
    .close = ")",
    .separator = ", ",
    .times = "*",
    .by = ", ",
    .differential = "d",
    .whole = ":",
    .over = "//",
    .index_value = " + 1",
    .sum_level = LEVEL_ATOM,
    .template = code_template,
    .special = numpy_special,
    .seen = numpy_seen,
    .product = numpy_product,
    .number_level = number_level,
    .number = write_number,
    .name = write_name,
    .element = push_subscripts,
    .binder = push_comprehension,
    .member = write_code_member,
    .series = push_series_code,
};

/* ----------------------------------------------------------------- Julia */

const struct notation notation_julia = {
    .sign =
        {
            {"#1+#2", LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT},
            {"-#1", LEVEL_SUM, FAMILY_NONE, LEVEL_PRODUCT, 0},
            {"#1*#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1\\#2", LEVEL_PRODUCT, FAMILY_LDIV, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1 .* #2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1 ./ #2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_POWER},
            {"#1 .^ #2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX,
             LEVEL_POWER},
            {"#1'", LEVEL_POSTFIX, FAMILY_NONE, LEVEL_POSTFIX, 0},
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
    .number_level = number_level,
    .number = write_number,
    .name = write_name,
    .element = push_subscripts,
    .binder = push_comprehension,
    .member = write_code_member,
    .series = push_series_code,
};

/* ---------------------------------------------------------------- MATLAB */

static void matlab_element(struct writer *w, expr_t e)
{
    expr_t base = expr_arg(w->x, e, 0);
    if (expr_op(w->x, base) != OP_VARIABLE) {
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "MATLAB has subscripts only behind names");
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
        const struct index_entry *x = index_of(w, expr_arg(w->x, e, i));
        push_text(w, ", ");
        push_dim(w, x->low);
        push_text(w, ":");
        push_dim(w, range_last(w, x));
        push_text(w, "))");
    }
}

static void matlab_binder(struct writer *w, expr_t e)
{
    uint32_t n = expr_get(w->x, e)->nargs - 1;
    if (expr_op(w->x, e) == OP_SUM && is_scalar(w->x, e))
        matlab_sum(w, e, n);
    else
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "index notation cannot be written in MATLAB");
}

/* W{l} of a cell array, but sizes are numbers: d(l). */
static void write_matlab_member(struct writer *w, symbol_t base, uint32_t n,
                                const dim_t *at, bool is_size)
{
    write_member(w, base, is_size ? "(" : "{", n, at, is_size ? ")" : "}");
}

static void matlab_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    if (!is_scalar(w->x, e)) {
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "a sum of arrays cannot be written in MATLAB as one "
                  "expression");
        return;
    }
    push_text(w, s.product ? "prod(arrayfun(@(" : "sum(arrayfun(@(");
    push_dim(w, dim_from_symbol(w->x->dims, s.symbol));
    push_text(w, ") ");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, ", ");
    push_dim(w, s.low);
    push_text(w, ":");
    push_dim(w, s.high);
    push_text(w, "))");
}

const struct notation notation_matlab = {
    .sign =
        {
            {"#1+#2", LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT},
            {"-#1", LEVEL_SUM, FAMILY_NONE, LEVEL_PRODUCT, 0},
            {"#1*#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1/#2", LEVEL_PRODUCT, FAMILY_MUL, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1\\#2", LEVEL_PRODUCT, FAMILY_LDIV, LEVEL_PRODUCT,
             LEVEL_POWER},
            {"#1.*#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1./#2", LEVEL_PRODUCT, FAMILY_HAD, LEVEL_PRODUCT, LEVEL_POWER},
            {"#1^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_ATOM},
            {"#1.^#2", LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, LEVEL_ATOM},
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
    .separator = ", ",
    .times = "*",
    .by = ", ",
    .differential = "d",
    .whole = ":",
    .over = "/",
    .sum_level = LEVEL_ATOM,
    .template = code_template,
    .number_level = number_level,
    .number = write_number,
    .name = write_name,
    .element = matlab_element,
    .binder = matlab_binder,
    .member = write_matlab_member,
    .series = matlab_series,
};
