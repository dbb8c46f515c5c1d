/* replace.c - a rule's right side put into the place of what was matched. */
#include <string.h>

#include "rule/match.h"

static dim_t size_bound(void *data, symbol_t s)
{
    const struct match *m = data;
    for (uint32_t i = 0; i < m->nsizes; i++)
        if (m->size_name[i] == s)
            return m->size[i];
    return 0;
}

static dim_t bound_size(struct match *m, dim_t pattern)
{
    return dim_substitute(m->x->dims, pattern, size_bound, m);
}

/* Scalar operators of a pattern on whatever the arguments are now. */
static expr_t apply_lifted(struct match *m, op_t op, uint32_t n,
                           const expr_t *args)
{
    struct exprs *x = m->x;
    expr_t e = args[0];
    for (uint32_t i = 1; e && i < n; i++) {
        bool left = is_scalar(x, e), right = is_scalar(x, args[i]);
        if (op == OP_MUL)
            e = expr_apply2(x, left || right ? OP_MUL : OP_HAD, e, args[i]);
        else if (op == OP_DIV)
            e = expr_apply2(x, right ? OP_DIV : OP_HDIV, e, args[i]);
        else
            e = expr_apply2(x, left && right ? OP_POW : OP_HPOW, e, args[i]);
    }
    return e;
}

/* Of a rest that is empty, in a sum or product like that on the left. */
static bool is_left_out(const struct match *m, op_t op, expr_t e)
{
    uint32_t slot = pattern_slot(m->x, m->pattern, e);
    return slot != UINT32_MAX && m->empty >> slot & 1 &&
           m->pattern->rest[slot] == op;
}

static expr_t apply(struct match *m, expr_t pattern, uint32_t nargs,
                    const expr_t *args)
{
    struct exprs *x = m->x;
    const struct expr_node n = *expr_get(x, pattern);
    if ((n.op == OP_DIV || n.op == OP_HDIV) &&
        expr_is_number(x, args[1], RAT_ONE))
        return args[0];
    if (m->lifted &&
        (n.op == OP_MUL || n.op == OP_DIV || n.op == OP_POW))
        return apply_lifted(m, n.op, nargs, args);
    if (n.op == OP_MUL)
        return product_of(x, nargs, args);
    if (n.op == OP_ADD)
        return sum_of(x, nargs, args);
    if (nargs != n.nargs)
        return expr_apply(x, n.op, nargs, args);
    if (n.op == OP_NEG && expr_op(x, args[0]) == OP_NEG)
        return expr_arg(x, args[0], 0);
    if (n.op == OP_TRANSPOSE && expr_op(x, args[0]) == OP_TRANSPOSE)
        return expr_arg(x, args[0], 0);
    return expr_rebuild(x, pattern, args);
}

/* eye(m*n): the arguments are sizes. */
static expr_t build_sized(struct match *m, expr_t pattern)
{
    struct exprs *x = m->x;
    const struct expr_node n = *expr_get(x, pattern);
    expr_t args[OP_MAX_ARGS];
    for (uint32_t i = 0; i < n.nargs && i < OP_MAX_ARGS; i++) {
        dim_t d = expr_as_size(x, expr_arg(x, pattern, i));
        args[i] = d ? expr_size_argument(x, bound_size(m, d)) : 0;
    }
    return expr_apply(x, n.op, n.nargs, args);
}

/* Recursion over a pattern: its depth was checked when it was loaded. */
expr_t match_build(struct match *m, expr_t pattern)
{
    struct exprs *x = m->x;
    const struct expr_node n = *expr_get(x, pattern);
    uint32_t slot = pattern_slot(x, m->pattern, pattern);
    if (slot != UINT32_MAX)
        return m->value[slot];
    if (n.op == OP_SIZE)
        return expr_size(x, bound_size(m, n.payload));
    if (n.nargs == 0)
        return pattern;
    if (n.overload && overload_get(x->ops, n.overload)->size_args)
        return build_sized(m, pattern);
    expr_t args[PATTERN_MAX_VARIABLES];
    uint32_t nargs = 0;
    if (n.nargs > PATTERN_MAX_VARIABLES)
        return 0;
    for (uint32_t i = 0; i < n.nargs; i++) {
        expr_t a = expr_arg(x, pattern, i);
        if (is_left_out(m, n.op, a) && (nargs || i + 1 < n.nargs))
            continue;
        args[nargs] = match_build(m, a);
        if (!args[nargs++])
            return 0;
    }
    return nargs == 1 && n.nargs > 1 ? args[0]
                                     : apply(m, pattern, nargs, args);
}

/* The constant c in every entry of the shape. */
static expr_t fill(struct match *m, expr_t c, const struct shape *shape)
{
    struct exprs *x = m->x;
    expr_t size[2], ones;
    uint32_t n = shape->order;
    if (!m->r->ones || n < 1 || n > 2)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        size[i] = expr_size_argument(x, shape->dim[i]);
    ones = expr_apply(x, m->r->ones, n, size);
    if (shape->kind == SHAPE_ROW)
        ones = expr_apply1(x, OP_TRANSPOSE, ones);
    return expr_is_number(x, c, RAT_ONE) ? ones
                                         : expr_apply2(x, OP_MUL, c, ones);
}

expr_t match_neutral(struct match *m, op_t op, const struct shape *shape)
{
    struct exprs *x = m->x;
    expr_t size[2];
    if (shape->kind == SHAPE_SCALAR || m->lifted)
        return expr_number(x, op == OP_ADD ? RAT_ZERO : RAT_ONE);
    if (op == OP_HAD)
        return fill(m, expr_number(x, RAT_ONE), shape);
    op_t name = op == OP_MUL ? m->r->eye : m->r->zeros;
    uint32_t n = op == OP_MUL ? 1 : shape->order;
    if (!name || n < 1 || n > 2)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        size[i] = expr_size_argument(x, shape->dim[i]);
    expr_t e = expr_apply(x, name, n, size);
    return shape->kind == SHAPE_ROW && op == OP_ADD
               ? expr_apply1(x, OP_TRANSPOSE, e)
               : e;
}

/* The terms or entrywise factors with the used ones replaced by one. */
static expr_t result_terms(struct match *m, op_t op, expr_t right)
{
    expr_t all[MATCH_MAX_FACTORS + 1];
    uint32_t n = 0, place = UINT32_MAX;
    for (uint32_t i = 0; i < m->nscalars; i++) {
        if (!(m->used >> i & 1))
            all[n++] = m->scalars[i];
        else if (place == UINT32_MAX)
            all[place = n++] = right;
    }
    if (op == OP_ADD)
        return sum_of(m->x, n, all);
    bool one = n > 1 && expr_is_number(m->x, right, RAT_ONE);
    if (one)
        memmove(all + place, all + place + 1, (--n - place) * sizeof *all);
    return expr_apply(m->x, op, n, all);
}

static expr_t result_factors(struct match *m, expr_t right)
{
    expr_t all[2 * MATCH_MAX_FACTORS + 1];
    uint32_t n = 0;
    bool scalars = m->end == m->start;
    for (uint32_t i = 0; i < m->nscalars; i++)
        if (!(m->used >> i & 1))
            all[n++] = m->scalars[i];
    if (scalars)
        all[n++] = right;
    for (uint32_t i = 0; i < m->start; i++)
        all[n++] = m->factors[i];
    if (!scalars)
        all[n++] = right;
    for (uint32_t i = m->end; i < m->nfactors; i++)
        all[n++] = m->factors[i];
    return product_of(m->x, n, all);
}

static expr_t multiply(struct match *m, expr_t a, expr_t b)
{
    struct exprs *x = m->x;
    expr_t both[2] = {a, b};
    if (!is_scalar(x, a) && !is_scalar(x, b))
        return expr_apply2(x, OP_HAD, a, b);
    if (is_scalar(x, b)) {
        both[0] = b;
        both[1] = a;
    }
    if (is_scalar(x, a) && is_scalar(x, b)) {
        both[0] = a;
        both[1] = b;
    }
    return product_of(x, 2, both);
}

static expr_t put_factor(struct match *m, expr_t top, expr_t factor)
{
    struct exprs *x = m->x;
    expr_t all[MATCH_MAX_FACTORS];
    uint32_t n = expr_get(x, top)->nargs;
    if (n > MATCH_MAX_FACTORS)
        return 0;
    memcpy(all, expr_args(x, top), n * sizeof *all);
    all[m->start] = factor;
    return expr_op(x, top) == OP_MUL ? product_of(x, n, all)
                                     : expr_apply(x, OP_HAD, n, all);
}

/* a*(p/q) is written a*p/q. */
static expr_t result_numerator(struct match *m, expr_t e, expr_t right)
{
    struct exprs *x = m->x;
    expr_t top = expr_arg(x, e, 0);
    bool divided = expr_op(x, right) == expr_op(x, e);
    expr_t factor = divided ? expr_arg(x, right, 0) : right, result;
    if (m->start == UINT32_MAX)
        result = expr_is_number(x, factor, RAT_ONE) ? top
                                                    : multiply(m, top, factor);
    else
        result = put_factor(m, top, factor);
    return divided && result
               ? expr_apply2(x, expr_op(x, e), result, expr_arg(x, right, 1))
               : result;
}

/* A right side that does not fit the place after all is no fault: the rule
 * does not apply. */
static expr_t forgive(struct match *m, expr_t e)
{
    struct fault *f = m->r->mem->fault;
    if (!e && f->kind == FAULT_SHAPE)
        fault_clear(f);
    return e;
}

expr_t match_result(struct match *m, expr_t e)
{
    struct exprs *x = m->x;
    expr_t right = match_build(m, m->pattern->right), result = right;
    if (!right)
        return forgive(m, 0);
    if (m->place == MATCH_TERMS)
        result = result_terms(m, expr_op(x, e), right);
    else if (m->place == MATCH_FACTORS)
        result = result_factors(m, right);
    else if (m->place == MATCH_NUMERATOR)
        result = result_numerator(m, e, right);
    if (!result)
        return forgive(m, 0);
    struct shape shape = *expr_shape(x, e);
    if (m->lifted && is_scalar(x, result) && shape.kind != SHAPE_SCALAR)
        result = fill(m, result, &shape);
    if (!result || !shape_equal(expr_shape(x, result), &shape))
        return forgive(m, 0);
    return result;
}
