/* commute.c - directions that commute with the argument of a matrix function.
 *
 * df(A,E) is f'(A)*E where A*E = E*A, and f'(A) is what df(A,I) is rewritten
 * to.  A and E commute if both are made of one matrix by sums, products,
 * powers and primary functions. */
#include "rule/match.h"

/* The matrix that a value is a function of, by place in a list of nodes:
 * FREE of a scalar or a multiple of the identity. */
enum { FREE = 0 };

static bool is_square(const struct exprs *x, expr_t e)
{
    const struct shape *s = expr_shape(x, e);
    return s->kind == SHAPE_MATRIX && s->dim[0] == s->dim[1];
}

/* Whether the operator makes a function of one matrix of such functions. */
static bool passes_on(const struct rules *r, expr_t e)
{
    const struct exprs *x = r->x;
    const struct expr_node *n = expr_get(x, e);
    switch (n->op) {
    case OP_NEG:
    case OP_ADD:
    case OP_MUL:
    case OP_DIV:
    case OP_POW:
        break;
    default:
        if (!n->overload || n->op < OP_FIRST_NAMED ||
            (n->op != r->inverse &&
             !(overload_get(x->ops, n->overload)->nature & NATURE_PRIMARY)))
            return false;
    }
    for (uint32_t i = 0; i < n->nargs; i++) {
        expr_t a = expr_arg(x, e, i);
        bool scalar = expr_shape(x, a)->kind == SHAPE_SCALAR;
        /* A scalar that is added is added to every entry. */
        if (scalar ? n->op == OP_ADD : !is_square(x, a))
            return false;
    }
    return true;
}

static expr_t core_of(const struct rules *r, expr_t e, const expr_t *core)
{
    struct exprs *x = r->x;
    op_t op = expr_op(x, e);
    expr_t found = FREE;
    if (expr_shape(x, e)->kind == SHAPE_SCALAR || op == r->eye ||
        op == r->zeros)
        return FREE;
    if (!is_square(x, e) || !passes_on(r, e))
        return e;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++) {
        expr_t of = core[x->visits[expr_arg(x, e, i)].place];
        if (of != FREE && found != FREE && of != found)
            return e;
        found = of != FREE ? of : found;
    }
    return found;
}

static bool find_core(const struct rules *r, expr_t e, expr_t *out)
{
    struct arena a;
    uint32_t n;
    arena_init(&a, r->mem);
    const expr_t *list = expr_reach(r->x, e, &a, &n);
    expr_t *core = list ? ARENA_ARRAY(&a, expr_t, n) : NULL;
    for (uint32_t i = 0; core && i < n; i++)
        core[i] = core_of(r, list[i], core);
    if (core)
        *out = core[n - 1];
    arena_free(&a);
    return core != NULL;
}

expr_t commute_identity(struct rules *r, expr_t e, expr_t *direction)
{
    struct exprs *x = r->x;
    const struct expr_node n = *expr_get(x, e);
    const struct overload *o =
        n.overload ? overload_get(x->ops, n.overload) : NULL;
    expr_t args[OP_MAX_ARGS], a = 0, b = 0;
    if (!o || n.op < OP_FIRST_NAMED || !(o->nature & NATURE_PRIMARY) ||
        n.nargs < 2 || overload_linear(x, o) != UINT32_C(1) << (n.nargs - 1))
        return 0;
    for (uint32_t i = 0; i < n.nargs; i++)
        args[i] = expr_arg(x, e, i);
    *direction = args[n.nargs - 1];
    if (!is_square(x, *direction) || expr_op(x, *direction) == r->eye ||
        !find_core(r, args[0], &a) || !find_core(r, *direction, &b) ||
        (a != b && a != FREE && b != FREE))
        return 0;
    expr_t size = expr_size_argument(x, expr_shape(x, *direction)->dim[0]);
    args[n.nargs - 1] = expr_call1(
        x, op_name(x->ops, r->eye), size);
    return expr_apply(x, n.op, n.nargs, args);
}
