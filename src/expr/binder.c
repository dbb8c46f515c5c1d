/* binder.c - the constructors of sums, products and tensors over indices. */
#include "expr/node.h"

static expr_t binder(struct exprs *x, op_t op, uint32_t payload, uint32_t n,
                     const expr_t *index, expr_t body,
                     const struct shape *shape)
{
    expr_t args[SHAPE_MAX_ORDER * 2 + 1];
    if (!body)
        return 0;
    if (n == 0 || n > SHAPE_MAX_ORDER * 2) {
        fault_set(x->mem->fault, FAULT_LIMIT, "more than %d indices",
                  SHAPE_MAX_ORDER * 2);
        return 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!index[i])
            return 0;
        args[i] = index[i];
    }
    args[n] = body;
    struct expr_node node = {.op = op, .payload = payload, .nargs = n + 1};
    return expr_intern(x, node, shape, args);
}

expr_t expr_sum(struct exprs *x, uint32_t n, const expr_t *index, expr_t body)
{
    struct shape s = body ? *expr_shape(x, body) : shape_scalar();
    return binder(x, OP_SUM, 0, n, index, body, &s);
}

expr_t expr_series(struct exprs *x, op_t op, symbol_t symbol, dim_t low,
                   dim_t high, expr_t body)
{
    expr_t args[3] = {expr_size_argument(x, low),
                      expr_size_argument(x, high), body};
    struct expr_node node = {.op = op, .payload = symbol, .nargs = 3};
    if (!args[0] || !args[1] || !body || !symbol)
        return 0;
    struct shape s = *expr_shape(x, body);
    bool depends = false;
    for (uint32_t a = 0; a < s.order; a++)
        depends = depends || dim_mentions(x->dims, s.dim[a], symbol);
    if (depends || (op == OP_PRODUCT && s.order)) {
        fault_set(x->mem->fault, FAULT_SHAPE,
                  depends ? "the terms of a sum differ in size"
                          : "prod(...) of values that are not scalars");
        return 0;
    }
    return expr_intern(x, node, &s, args);
}

expr_t expr_tensor(struct exprs *x, uint32_t n, const expr_t *index,
                   uint32_t groups, expr_t body)
{
    dim_t dim[SHAPE_MAX_ORDER];
    uint32_t order = 0;
    if (!body || !n)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!index[i])
            return 0;
        dim_t size = x->indices[x->nodes[index[i]].payload].size;
        if (i == 0 || groups >> i & 1) {
            if (order == SHAPE_MAX_ORDER) {
                fault_set(x->mem->fault, FAULT_LIMIT, "more than %d axes",
                          SHAPE_MAX_ORDER);
                return 0;
            }
            dim[order++] = size;
        } else {
            dim[order - 1] = dim_mul(x->dims, dim[order - 1], size);
        }
    }
    struct shape s = shape_tensor(order, dim);
    groups = (groups | 1) & ((UINT32_C(1) << n) - 1);
    return binder(x, OP_TENSOR, groups, n, index, body, &s);
}
