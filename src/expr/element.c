/* element.c - the constructors of elements and parts: A[i,j], A[:,2:n]. */
#include "expr/node.h"

expr_t expr_span(struct exprs *x, dim_t low, dim_t high)
{
    struct shape s = shape_scalar();
    struct expr_node node = {.op = OP_SPAN, .nargs = 2};
    expr_t args[2] = {expr_size_argument(x, low),
                      expr_size_argument(x, high)};
    return args[0] && args[1] ? expr_intern(x, node, &s, args) : 0;
}

dim_t expr_span_length(struct exprs *x, expr_t span)
{
    dim_t low = expr_as_size(x, expr_arg(x, span, 0));
    dim_t high = expr_as_size(x, expr_arg(x, span, 1));
    return dim_add(x->dims, dim_sub(x->dims, high, low), DIM_ONE);
}

/* From 1 to n of n is all of the axis. */
static expr_t whole_or_span(struct exprs *x, expr_t subscript, dim_t axis)
{
    if (!subscript || expr_op(x, subscript) != OP_SPAN)
        return subscript;
    return expr_as_size(x, expr_arg(x, subscript, 0)) == DIM_ONE &&
                   expr_as_size(x, expr_arg(x, subscript, 1)) == axis
               ? expr_whole(x)
               : subscript;
}

/* What is left of the base's shape: the axes whose subscript is a ':' or a
 * part of the axis. */
static bool slice_shape(struct exprs *x, const struct shape *base,
                        const expr_t *subscript, struct shape *s)
{
    uint32_t count = 0, axis = 0;
    dim_t dim[SHAPE_MAX_ORDER];
    for (uint32_t i = 0; i < base->order; i++) {
        op_t op = expr_op(x, subscript[i]);
        if (op != OP_WHOLE && op != OP_SPAN)
            continue;
        dim[count] = op == OP_WHOLE ? base->dim[i]
                                    : expr_span_length(x, subscript[i]);
        if (!dim[count++])
            return false;
        axis = i;
    }
    *s = shape_scalar();
    if (!count)
        return true;
    if (base->order > 2)
        return fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                         "a part of a tensor of order 3 or more");
    *s = count == 2 ? shape_matrix(dim[0], dim[1])
         : base->order == 2
             ? (axis ? shape_row(dim[0]) : shape_vector(dim[0]))
         : base->kind == SHAPE_ROW ? shape_row(dim[0])
                                   : shape_vector(dim[0]);
    return true;
}

expr_t expr_element(struct exprs *x, expr_t base, uint32_t n,
                    const expr_t *subscript)
{
    if (!base || !n)
        return 0;
    if (n != expr_shape(x, base)->order || n > SHAPE_MAX_ORDER) {
        fault_set(x->mem->fault, FAULT_SHAPE,
                  "%u subscripts where the value has %u axes", n,
                  expr_shape(x, base)->order);
        return 0;
    }
    expr_t args[SHAPE_MAX_ORDER + 1] = {base};
    bool all = true;
    for (uint32_t i = 0; i < n; i++) {
        args[i + 1] = whole_or_span(x, subscript[i],
                                    expr_shape(x, base)->dim[i]);
        if (!args[i + 1])
            return 0;
        all = all && expr_op(x, args[i + 1]) == OP_WHOLE;
    }
    const struct shape whole = *expr_shape(x, base);
    struct shape s;
    if (all)
        return base;
    if (!slice_shape(x, &whole, args + 1, &s))
        return 0;
    struct expr_node node = {.op = OP_ELEMENT, .nargs = n + 1};
    return expr_intern(x, node, &s, args);
}
