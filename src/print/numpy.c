/* numpy.c - NumPy.  A vector is a 1-D array, which has no direction: its
 * transpose is itself, and x*y' is an outer product. */
#include "print/code.h"

static bool is_matrix(const struct exprs *x, expr_t e)
{
    return expr_shape(x, e)->kind == SHAPE_MATRIX;
}

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

/* NumPy counts from 0, and so does an index in it. */
static void push_subscript(struct writer *w, expr_t e)
{
    const struct expr_node *n = expr_get(w->x, e);
    if (n->op == OP_INDEX) {
        push_index_name(w, e);
    } else if (n->op == OP_WHOLE) {
        push_text(w, w->style->whole);
    } else if (n->op == OP_SPAN) { /* up to its end, which is not in it */
        push_subscript(w, expr_arg(w->x, e, 0));
        push_text(w, w->style->whole);
        push_dim(w, expr_as_size(w->x, expr_arg(w->x, e, 1)));
    } else if (n->op == OP_NUMBER || n->op == OP_SIZE) {
        push_dim(w, dim_sub(w->x->dims, expr_as_size(w->x, e), DIM_ONE));
    } else {
        push_expr(w, e, LEVEL_SUM);
        push_text(w, " - 1");
    }
}

static void numpy_element(struct writer *w, expr_t e)
{
    push_expr(w, expr_arg(w->x, e, 0), LEVEL_POSTFIX);
    push_text(w, "[");
    for (uint32_t i = 1; i < expr_get(w->x, e)->nargs; i++) {
        if (i > 1)
            push_text(w, ", ");
        push_subscript(w, expr_arg(w->x, e, i));
    }
    push_text(w, "]");
}

/* for i in range(n), since NumPy counts from 0 */
static void push_range(struct writer *w, expr_t index)
{
    const struct index_entry *i = index_of(w, index);
    dim_t low = i->low, last = range_last(w, i);
    push_text(w, " for ");
    push_index_name(w, index);
    push_text(w, " in range(");
    if (low != DIM_ONE) {
        push_dim(w, dim_sub(w->x->dims, low, DIM_ONE));
        push_text(w, ", ");
    }
    push_dim(w, last);
    push_text(w, ")");
}

static void numpy_sum(struct writer *w, expr_t e)
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

static void numpy_binder(struct writer *w, expr_t e)
{
    if (expr_op(w->x, e) == OP_SUM)
        numpy_sum(w, e);
    else
        numpy_tensor(w, e);
}

/* sum(body for l in range(1, L + 1)); the parameter counts as it is
 * written. */
static void numpy_series(struct writer *w, expr_t e)
{
    struct series_view s = series_of(w, e);
    push_text(w, s.product ? "np.prod([" : "sum(");
    push_expr(w, s.body, LEVEL_ANY);
    push_text(w, " for ");
    push_symbol(w, s.symbol);
    push_text(w, " in range(");
    push_dim(w, s.low);
    push_text(w, ", ");
    push_dim(w, dim_add(w->x->dims, s.high, DIM_ONE));
    push_text(w, s.product ? ")])" : "))");
}

const struct notation notation_numpy = {
    .sign =
        {
            SIGN_ADD("#1+#2"),
            SIGN_NEG("-#1", FAMILY_NONE),
            SIGN_PRODUCT("#1 @ #2", FAMILY_MUL),
            SIGN_PRODUCT("#1/#2", FAMILY_MUL),
            SIGN_CLOSED("np.linalg.solve(#1, #2)"),
            SIGN_PRODUCT("#1*#2", FAMILY_HAD),
            SIGN_PRODUCT("#1/#2", FAMILY_HAD),
            SIGN_POWER("#1**#2", LEVEL_POWER),
            SIGN_POWER("#1**#2", LEVEL_POWER),
            SIGN_POSTFIX("#1.T"),
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
    .fraction_level = LEVEL_PRODUCT,
    .name = code_name,
    .element = numpy_element,
    .binder = numpy_binder,
    .member = code_member,
    .series = numpy_series,
};
