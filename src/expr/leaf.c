/* leaf.c - the constructors of leaves: numbers, variables, indices, and sizes
 * as values. */
#include "expr/node.h"

static expr_t leaf(struct exprs *x, op_t op, uint32_t payload,
                   const struct shape *shape)
{
    struct expr_node n = {.op = op, .payload = payload};
    return payload ? expr_intern(x, n, shape, NULL) : 0;
}

expr_t expr_number(struct exprs *x, rat_t value)
{
    struct shape s = shape_scalar();
    return leaf(x, OP_NUMBER, value, &s);
}

expr_t expr_int(struct exprs *x, int64_t value)
{
    return expr_number(x, rat_from_int(x->numbers, value));
}

expr_t expr_variable(struct exprs *x, decl_t d)
{
    struct shape s = d ? x->decls[d].shape : shape_scalar();
    return leaf(x, OP_VARIABLE, d, &s);
}

expr_t expr_index(struct exprs *x, symbol_t name, dim_t low, dim_t size)
{
    if (!name || !low || !size)
        return 0;
    uint32_t i = 1;
    for (; i <= x->index_count; i++) {
        const struct index_entry *e = &x->indices[i];
        if (e->name == name && e->low == low && e->size == size)
            break;
    }
    if (i > x->index_count) {
        if (!MEM_RESERVE(x->mem, x->indices, x->index_capacity,
                         (size_t)x->index_count + 2))
            return 0;
        x->indices[++x->index_count] = (struct index_entry){name, low, size};
    }
    struct shape s = shape_scalar();
    return leaf(x, OP_INDEX, i, &s);
}

expr_t expr_whole(struct exprs *x)
{
    struct shape s = shape_scalar();
    return leaf(x, OP_WHOLE, 1, &s);
}

expr_t expr_size_argument(struct exprs *x, dim_t d)
{
    int64_t value;
    struct shape s = shape_scalar();
    if (!d)
        return 0;
    if (dim_is_int(x->dims, d, &value))
        return expr_int(x, value);
    return leaf(x, OP_SIZE, d, &s);
}

/* One monomial of a size as a product of sizes. */
static expr_t size_term(struct exprs *x, dim_t d, uint32_t i)
{
    struct dim_term t = dim_term_at(x->dims, d, i);
    bool minus = t.coefficient == -1 && t.nsymbols;
    expr_t e = (t.coefficient != 1 && !minus) || !t.nsymbols
                   ? expr_int(x, t.coefficient)
                   : 0;
    for (uint32_t j = 0; j < t.nsymbols; j++) {
        symbol_t s = dim_term_at(x->dims, d, i).symbols[j];
        expr_t f = expr_size_argument(x, dim_from_symbol(x->dims, s));
        e = e ? expr_apply2(x, OP_MUL, e, f) : f;
        if (!e)
            return 0;
    }
    return minus ? expr_apply1(x, OP_NEG, e) : e;
}

expr_t expr_size(struct exprs *x, dim_t d)
{
    if (!d)
        return 0;
    uint32_t n = dim_term_count(x->dims, d);
    if (n == 0)
        return expr_int(x, 0);
    expr_t e = size_term(x, d, 0);
    for (uint32_t i = 1; e && i < n; i++)
        e = expr_apply2(x, OP_ADD, e, size_term(x, d, i));
    uint32_t over = dim_denominator(x->dims, d);
    return over > 1 ? expr_apply2(x, OP_DIV, e, expr_int(x, over)) : e;
}

/* Sizes nest as deep as the user writes them; a small bound is plenty. */
enum { SIZE_DEPTH = 64 };

static dim_t as_size(struct exprs *x, expr_t e, int depth)
{
    if (depth > SIZE_DEPTH)
        return 0;
    const struct expr_node n = x->nodes[e];
    int64_t v;
    dim_t d, next;
    switch (n.op) {
    case OP_NUMBER:
        return rat_to_int(x->numbers, n.payload, &v)
                   ? dim_from_int(x->dims, v)
                   : 0;
    case OP_SIZE:
        return n.payload;
    case OP_NEG:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        return d ? dim_sub(x->dims, DIM_ZERO, d) : 0;
    case OP_ADD:
    case OP_MUL:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        for (uint32_t i = 1; d && i < n.nargs; i++) {
            next = as_size(x, expr_arg(x, e, i), depth + 1);
            d = !next ? 0
                : n.op == OP_ADD ? dim_add(x->dims, d, next)
                                 : dim_mul(x->dims, d, next);
        }
        return d;
    case OP_DIV:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        next = as_size(x, expr_arg(x, e, 1), depth + 1);
        return d && next && dim_is_int(x->dims, next, &v) && v > 0 &&
                       v <= INT32_MAX
                   ? dim_over(x->dims, d, (uint32_t)v)
                   : 0;
    default:
        return 0;
    }
}

dim_t expr_as_size(struct exprs *x, expr_t e)
{
    return e ? as_size(x, e, 0) : 0;
}
