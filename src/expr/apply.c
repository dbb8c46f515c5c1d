/* apply.c - the constructors of operators: overloads, and what reading a
 * printed text would give anyway. */
#include "expr/node.h"

#include <string.h>

#include "expr/op.h"

static bool shape_fault(struct exprs *x, op_t op, const struct shape *a,
                        const struct shape *b)
{
    struct text t;
    text_init(&t, x->mem);
    shape_print(x->dims, a, &t);
    if (b) {
        text_str(&t, " and ");
        shape_print(x->dims, b, &t);
    }
    fault_set(x->mem->fault, FAULT_SHAPE, "'%s' of %s", op_name(x->ops, op),
              text_get(&t));
    text_free(&t);
    return false;
}

/* The overload and result shape of an application, or false with a fault. */
static bool resolve(struct exprs *x, op_t op, uint32_t n, const expr_t *args,
                    uint16_t *overload, struct shape *result)
{
    struct shape shapes[OP_MAX_ARGS];
    uint8_t kinds[OP_MAX_ARGS];
    if (n == 0 || n > OP_MAX_ARGS)
        return fault_set(x->mem->fault, FAULT_SHAPE, "'%s' of %u arguments",
                         op_name(x->ops, op), n);
    for (uint32_t i = 0; i < n; i++) {
        shapes[i] = *expr_shape(x, args[i]);
        kinds[i] = shapes[i].kind;
    }
    uint32_t bad;
    *overload = overload_find(x->ops, op, n, kinds);
    if (*overload && overload_get(x->ops, *overload)->size_args)
        for (uint32_t i = 0; i < n; i++)
            shapes[i].dim[0] = expr_as_size(x, args[i]);
    if (!*overload ||
        !overload_result(x, *overload, n, shapes, result, &bad))
        return shape_fault(x, op, &shapes[0], n > 1 ? &shapes[1] : NULL);
    return true;
}

static bool is_nary(op_t op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_HAD;
}

/* Operators whose printed sign stands before their first argument. */
static bool passes_sign(op_t op)
{
    return op == OP_MUL || op == OP_HAD || op == OP_DIV || op == OP_HDIV ||
           op == OP_LDIV;
}

static bool is_negative(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = &x->nodes[e];
    return n->op == OP_NEG ||
           (n->op == OP_NUMBER && rat_sign(x->numbers, n->payload) < 0);
}

static expr_t negated(struct exprs *x, expr_t e)
{
    const struct expr_node *n = &x->nodes[e];
    if (n->op == OP_NEG)
        return expr_arg(x, e, 0);
    if (n->op == OP_NUMBER)
        return expr_number(x, rat_neg(x->numbers, n->payload));
    return expr_apply(x, OP_NEG, 1, &e);
}

/* A sum, product or entrywise product of n > 2 arguments, or one whose first
 * argument is of the same operator, as one node. */
static expr_t apply_nary(struct exprs *x, op_t op, uint32_t n,
                         const expr_t *args)
{
    uint32_t inner = expr_op(x, args[0]) == op ? x->nodes[args[0]].nargs : 0;
    uint32_t total = inner ? inner + n - 1 : n;
    struct shape shape = *expr_shape(x, args[0]), right;
    for (uint32_t i = 1; i < n; i++) {
        struct shape pair[2] = {shape, *expr_shape(x, args[i])};
        uint8_t kinds[2] = {pair[0].kind, pair[1].kind};
        uint32_t bad;
        uint16_t o = overload_find(x->ops, op, 2, kinds);
        if (!o || !overload_result(x, o, 2, pair, &right, &bad)) {
            shape_fault(x, op, &pair[0], &pair[1]);
            return 0;
        }
        shape = right;
    }
    expr_t small[16], *all = small;
    if (total > 16 && !(all = mem_alloc(x->mem, total * sizeof *all)))
        return 0;
    if (inner)
        memcpy(all, expr_args(x, args[0]), inner * sizeof *all);
    else
        all[0] = args[0];
    memcpy(all + total - (n - 1), args + 1, (n - 1) * sizeof *all);
    struct expr_node node = {.op = op, .nargs = total};
    expr_t e = expr_intern(x, node, &shape, all);
    if (all != small)
        mem_free(x->mem, all, total * sizeof *all);
    return e;
}

static expr_t apply_plain(struct exprs *x, op_t op, uint32_t n,
                          const expr_t *args)
{
    if (is_nary(op) && n >= 2)
        return apply_nary(x, op, n, args);
    struct shape shape;
    struct expr_node node = {.op = op, .nargs = n};
    if (!resolve(x, op, n, args, &node.overload, &shape))
        return 0;
    return expr_intern(x, node, &shape, args);
}

/* -(a)*b is -(a*b): the product without its sign, negated. */
static expr_t apply_signed(struct exprs *x, op_t op, uint32_t n,
                           const expr_t *args)
{
    expr_t small[16], *all = small;
    if (n > 16 && !(all = mem_alloc(x->mem, n * sizeof *all)))
        return 0;
    memcpy(all, args, n * sizeof *all);
    bool odd = false;
    for (; all[0] && is_negative(x, all[0]); odd = !odd)
        all[0] = negated(x, all[0]);
    expr_t e = all[0] ? expr_apply(x, op, n, all) : 0;
    if (all != small)
        mem_free(x->mem, all, n * sizeof *all);
    return e && odd ? negated(x, e) : e;
}

expr_t expr_apply(struct exprs *x, op_t op, uint32_t n, const expr_t *args)
{
    for (uint32_t i = 0; i < n; i++)
        if (!args[i])
            return 0;
    if (n == 1 && is_nary(op))
        return args[0];
    if (op == OP_NEG && n == 1 && expr_op(x, args[0]) == OP_NUMBER)
        return negated(x, args[0]);
    if (op == OP_DIV && n == 2 && expr_op(x, args[0]) == OP_NUMBER &&
        expr_op(x, args[1]) == OP_NUMBER &&
        x->nodes[args[1]].payload != RAT_ZERO)
        return expr_number(x, rat_div(x->numbers, x->nodes[args[0]].payload,
                                      x->nodes[args[1]].payload));
    if (n >= 2 && passes_sign(op) && is_negative(x, args[0]))
        return apply_signed(x, op, n, args);
    return apply_plain(x, op, n, args);
}

expr_t expr_apply1(struct exprs *x, op_t op, expr_t a)
{
    return expr_apply(x, op, 1, &a);
}

expr_t expr_apply2(struct exprs *x, op_t op, expr_t a, expr_t b)
{
    expr_t args[2] = {a, b};
    return expr_apply(x, op, 2, args);
}

static expr_t call(struct exprs *x, const char *name, uint32_t n,
                   const expr_t *args)
{
    op_t op = op_find(x->ops, intern_find(x->names, name, strlen(name)));
    if (!op) {
        fault_set(x->mem->fault, FAULT_INTERNAL, "no operator '%s' in rules",
                  name);
        return 0;
    }
    return expr_apply(x, op, n, args);
}

expr_t expr_call1(struct exprs *x, const char *name, expr_t a)
{
    return call(x, name, 1, &a);
}

expr_t expr_call2(struct exprs *x, const char *name, expr_t a, expr_t b)
{
    expr_t args[2] = {a, b};
    return call(x, name, 2, args);
}
