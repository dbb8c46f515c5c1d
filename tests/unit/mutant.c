/* mutant.c - each node has a list of slips; a mutant is known by the number
 * of its slip, counted through the tree, a node before its children. */
#include "mutant.h"

enum { MAX_ARGS = 64 };

struct mutating {
    struct exprs *x;
    uint32_t left; /* slips to pass before the one wanted */
    const char *what;
    bool made; /* the slip was reached, whatever came of it */
};

static bool is_scalar(const struct exprs *x, expr_t e)
{
    return expr_shape(x, e)->kind == SHAPE_SCALAR;
}

static bool takes_sizes(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    return n->overload && overload_get(x->ops, n->overload)->size_args;
}

/* True if the slip is this one; it is called that. */
static bool wanted(struct mutating *m, bool possible, const char *what)
{
    if (!possible || m->made || m->left--)
        return false;
    m->left = 0;
    m->made = true;
    m->what = what;
    return true;
}

/* ------------------------------------------------------------- constants */

static expr_t number_plus(struct exprs *x, expr_t e, rat_t more)
{
    rat_t r = rat_add(x->numbers, expr_get(x, e)->payload, more);
    return r ? expr_number(x, r) : 0;
}

static expr_t slip_in_number(struct mutating *m, expr_t e)
{
    if (wanted(m, true, "constant + 1"))
        return number_plus(m->x, e, RAT_ONE);
    if (wanted(m, true, "constant - 1"))
        return number_plus(m->x, e, RAT_MINUS_ONE);
    if (wanted(m, true, "constant * 2"))
        return number_plus(m->x, e, expr_get(m->x, e)->payload);
    if (wanted(m, true, "sign of a constant"))
        return expr_apply1(m->x, OP_NEG, e);
    return 0;
}

/* ------------------------------------------------- sums, products, calls */

static uint32_t copy_args(const struct exprs *x, expr_t e, expr_t *args)
{
    uint32_t n = expr_get(x, e)->nargs;
    for (uint32_t i = 0; i < n; i++)
        args[i] = expr_arg(x, e, i);
    return n;
}

static expr_t without(struct mutating *m, expr_t e, uint32_t k)
{
    expr_t args[MAX_ARGS];
    uint32_t n = copy_args(m->x, e, args);
    for (uint32_t i = k; i + 1 < n; i++)
        args[i] = args[i + 1];
    return n == 2 ? args[0] : expr_apply(m->x, expr_op(m->x, e), n - 1, args);
}

static expr_t with(struct mutating *m, expr_t e, uint32_t k, expr_t other)
{
    expr_t args[MAX_ARGS];
    copy_args(m->x, e, args);
    args[k] = other;
    return other ? expr_rebuild(m->x, e, args) : 0;
}

static expr_t swapped(struct mutating *m, expr_t e, uint32_t k)
{
    expr_t args[MAX_ARGS];
    copy_args(m->x, e, args);
    expr_t first = args[k];
    args[k] = args[k + 1];
    args[k + 1] = first;
    return expr_rebuild(m->x, e, args);
}

static expr_t slip_in_sum(struct mutating *m, expr_t e)
{
    for (uint32_t i = 0; i < expr_get(m->x, e)->nargs; i++) {
        expr_t a = expr_arg(m->x, e, i);
        if (wanted(m, true, "term left out"))
            return without(m, e, i);
        if (wanted(m, expr_op(m->x, a) != OP_NEG, "sign of a term"))
            return with(m, e, i, expr_apply1(m->x, OP_NEG, a));
    }
    return 0;
}

static expr_t slip_in_product(struct mutating *m, expr_t e)
{
    const struct exprs *x = m->x;
    bool orders = expr_op(x, e) == OP_MUL;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++) {
        if (wanted(m, true, "factor left out"))
            return without(m, e, i);
        bool pair = orders && i + 1 < expr_get(x, e)->nargs &&
                    !is_scalar(x, expr_arg(x, e, i)) &&
                    !is_scalar(x, expr_arg(x, e, i + 1));
        if (wanted(m, pair, "factors swapped"))
            return swapped(m, e, i);
    }
    return 0;
}

/* a/b, a^b, kron(A,B): either argument alone, or both in the wrong order;
 * A[i,j]: the subscripts in the wrong order; inv(A): A. */
static expr_t slip_in_call(struct mutating *m, expr_t e)
{
    const struct exprs *x = m->x;
    uint32_t n = expr_get(x, e)->nargs;
    bool named = expr_op(x, e) >= OP_FIRST_NAMED;
    if (wanted(m, n == 1, named ? "function left out" : "sign left out"))
        return expr_arg(x, e, 0);
    for (uint32_t i = 0; n == 2 && i < 2; i++)
        if (wanted(m, true, "argument alone"))
            return expr_arg(x, e, i);
    if (wanted(m, n == 2, "arguments swapped"))
        return swapped(m, e, 0);
    return 0;
}

static expr_t slip_in(struct mutating *m, expr_t e)
{
    const struct exprs *x = m->x;
    op_t op = expr_op(x, e);
    if (op == OP_NUMBER)
        return slip_in_number(m, e);
    if (wanted(m, op == OP_TRANSPOSE, "transpose left out"))
        return expr_arg(x, e, 0);
    if (wanted(m, op != OP_TRANSPOSE && !is_scalar(x, e), "transpose put in"))
        return expr_apply1(m->x, OP_TRANSPOSE, e);
    if (op == OP_ADD)
        return slip_in_sum(m, e);
    if (op == OP_MUL || op == OP_HAD)
        return slip_in_product(m, e);
    if (wanted(m, op == OP_ELEMENT && expr_get(x, e)->nargs == 3,
               "subscripts swapped"))
        return swapped(m, e, 1);
    return op > OP_ADD && op != OP_TRANSPOSE && !takes_sizes(x, e)
               ? slip_in_call(m, e)
               : 0;
}

/* ---------------------------------------------------------- in the tree */

static expr_t slip_below(struct mutating *m, expr_t e)
{
    const struct exprs *x = m->x;
    uint32_t n = expr_get(x, e)->nargs;
    if (n > MAX_ARGS)
        return 0;
    expr_t made = slip_in(m, e);
    if (m->made || takes_sizes(x, e))
        return made;
    for (uint32_t i = 0; i < n; i++) {
        made = slip_below(m, expr_arg(x, e, i));
        if (m->made)
            return with(m, e, i, made);
    }
    return 0;
}

static expr_t slip(struct mutating *m, expr_t e)
{
    op_t op = expr_op(m->x, e);
    if (wanted(m, op != OP_NEG && op != OP_NUMBER, "sign of the whole"))
        return expr_apply1(m->x, OP_NEG, e);
    return slip_below(m, e);
}

uint32_t mutant_count(struct exprs *x, expr_t e)
{
    /* Only looks: nothing is made where no slip is reached. */
    struct mutating m = {.x = x,
                         .left = UINT32_MAX};
    slip(&m, e);
    return UINT32_MAX - m.left;
}

expr_t mutant_make(struct exprs *x, expr_t e, uint32_t i, const char **what)
{
    struct mutating m = {.x = x, .left = i};
    expr_t made = slip(&m, e);
    *what = m.what;
    return made;
}
