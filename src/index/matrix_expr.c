/* matrix_expr.c - expressions of matrices that products are made of: their
 * transposes, identities, ones, and how many tokens they are. */
#include "index/term.h"

#include <string.h>

static uint32_t node_cost(const struct ix_table *t, expr_t e)
{
    const struct exprs *x = t->x;
    const struct expr_node *n = expr_get(x, e);
    const expr_t *args = expr_args(x, e);
    uint64_t cost = n->op == OP_ELEMENT ? 0 : 1;
    if (n->op == OP_ADD || n->op == OP_MUL || n->op == OP_HAD)
        cost = n->nargs - 1;
    if (n->op == OP_NUMBER) {
        int64_t p = 0, q = 1;
        rat_to_ratio(x->numbers, n->payload, &p, &q);
        cost += (p < 0 ? 1u : 0u) + (q != 1 ? 2u : 0u);
    }
    for (uint32_t k = 0; k < n->nargs; k++)
        cost += t->costs[args[k]];
    if (n->op == OP_APPLY && expr_is_implied(x, e)) /* u, D[u,x] */
        cost = 1 + applied_get(x, n->payload)->order;
    return cost > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)cost;
}

uint32_t expr_cost(struct lowering *c, expr_t e)
{
    struct ix_table *t = c->t;
    if (!e || !MEM_RESERVE(t->mem, t->costs, t->costs_capacity,
                           (size_t)e + 1))
        return 0;
    while (t->costed < e) {
        t->costs[t->costed + 1] = node_cost(t, t->costed + 1);
        t->costed++;
    }
    return t->costs[e];
}

bool expr_is_call(const struct exprs *x, expr_t e, const char *name)
{
    return expr_op(x, e) >= OP_FIRST_NAMED &&
           !strcmp(op_name(x->ops, expr_op(x, e)), name);
}

/* kron(A',B)' is kron(A,B'): inside where that needs fewer signs. */
static expr_t transposed_kron(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    expr_t part[2];
    int signs = 0;
    for (uint32_t i = 0; i < 2; i++) {
        expr_t a = expr_arg(x, e, i);
        part[i] = a;
        const uint8_t kind = expr_shape(x, a)->kind;
        if (kind == SHAPE_SCALAR || expr_is_call(x, a, "eye") ||
            (expr_is_call(x, a, "diag") && kind == SHAPE_MATRIX))
            continue;
        bool turned = expr_op(x, a) == OP_TRANSPOSE;
        signs += turned ? -1 : 1;
        part[i] = turned ? expr_arg(x, a, 0)
                         : expr_apply1(x, OP_TRANSPOSE, a);
    }
    if (signs >= 1 || !part[0] || !part[1])
        return expr_apply1(x, OP_TRANSPOSE, e);
    return expr_call2(x, "kron", part[0], part[1]);
}

/* [a; x]' is [a, x']: the blocks of a column beside each other. */
static expr_t transposed_column(struct lowering *c, expr_t e)
{
    enum { MOST = 16 };
    struct exprs *x = c->x;
    expr_t block[MOST], row;
    uint32_t n = 0;
    for (; expr_is_call(x, e, "vcat") && n + 1 < MOST; e = expr_arg(x, e, 0))
        block[n++] = expr_arg(x, e, 1);
    if (expr_is_call(x, e, "vcat"))
        return 0;
    row = transposed_expr(c, e);
    while (row && n)
        row = expr_call2(x, "hcat", row, transposed_expr(c, block[--n]));
    return row;
}

expr_t transposed_expr(struct lowering *c, expr_t e)
{
    if (!e || expr_shape(c->x, e)->kind == SHAPE_SCALAR)
        return e;
    if (expr_is_call(c->x, e, "vcat") &&
        expr_shape(c->x, e)->kind == SHAPE_VECTOR) {
        expr_t row = transposed_column(c, e);
        if (row || fault_is_set(c->x->mem->fault))
            return row;
    }
    if (expr_is_call(c->x, e, "kron"))
        return transposed_kron(c, e);
    if (expr_op(c->x, e) == OP_TRANSPOSE)
        return expr_arg(c->x, e, 0);
    if (expr_op(c->x, e) == OP_POW &&
        expr_op(c->x, expr_arg(c->x, e, 1)) != OP_NUMBER) /* X'^k */
        return expr_apply2(c->x, OP_POW,
                           transposed_expr(c, expr_arg(c->x, e, 0)),
                           expr_arg(c->x, e, 1));
    return expr_apply1(c->x, OP_TRANSPOSE, e);
}

expr_t mul_expr(struct lowering *c, expr_t a, expr_t b)
{
    return expr_apply2(c->x, OP_MUL, a, b);
}

expr_t had_expr(struct lowering *c, expr_t a, expr_t b)
{
    return expr_apply2(c->x, OP_HAD, a, b);
}

expr_t eye_expr(struct lowering *c, dim_t n)
{
    return expr_call1(c->x, "eye", expr_size_argument(c->x, n));
}

expr_t ones_expr(struct lowering *c, uint32_t order, const dim_t *dims)
{
    if (order == 0)
        return expr_int(c->x, 1);
    expr_t m = expr_size_argument(c->x, dims[0]);
    if (order == 1)
        return expr_call1(c->x, "ones", m);
    return expr_call2(c->x, "ones", m, expr_size_argument(c->x, dims[1]));
}
