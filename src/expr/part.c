#include "expr/part.h"

/* What is chosen of one axis. */
struct choice {
    dim_t at, first, length;
    uint8_t axis;
};

static struct choice choice_of(const struct expr_part *p, uint32_t a)
{
    return (struct choice){p->at[a], p->first[a], p->length[a], p->axis[a]};
}

static void choose(struct expr_part *p, uint32_t a, struct choice c)
{
    p->at[a] = c.at;
    p->first[a] = c.first;
    p->length[a] = c.length;
    p->axis[a] = c.axis;
}

/* c of the places low, low+1, ... of an axis, which are `length`. */
static struct choice within(struct dims *t, struct choice c, dim_t low,
                            dim_t length)
{
    dim_t before = dim_sub(t, low, DIM_ONE);
    if (c.at)
        c.at = dim_add(t, before, c.at);
    else
        c.first = c.first ? dim_add(t, before, c.first) : low;
    if (!c.at && !c.length)
        c.length = length;
    return c;
}

static bool is_place(const struct exprs *x, expr_t e)
{
    op_t op = expr_op(x, e);
    return op == OP_NUMBER || op == OP_SIZE || op == OP_ADD || op == OP_MUL;
}

/* Axis a of what e is made of, going one step inwards: e's axes are those
 * chosen from, or fixed. */
static void step(struct exprs *x, expr_t e, struct expr_part *p)
{
    uint32_t order = expr_shape(x, e)->order, next = 0;
    struct choice outer[2] = {choice_of(p, 0), choice_of(p, 1)};
    if (expr_op(x, e) == OP_TRANSPOSE) {
        for (uint32_t a = 0; a < order; a++)
            choose(p, a, outer[order - 1 - a]);
        return;
    }
    uint32_t n = expr_shape(x, expr_arg(x, e, 0))->order;
    for (uint32_t a = 0; a < n; a++) {
        expr_t at = expr_arg(x, e, a + 1);
        if (expr_op(x, at) == OP_WHOLE)
            choose(p, a, outer[next++]);
        else if (expr_op(x, at) == OP_SPAN)
            choose(p, a,
                   within(x->dims, outer[next++],
                          expr_as_size(x, expr_arg(x, at, 0)),
                          expr_span_length(x, at)));
        else
            choose(p, a, (struct choice){.at = expr_as_size(x, at)});
    }
}

/* Whether e is a part of its first argument. */
static bool is_step(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    if (n->op == OP_TRANSPOSE)
        return true;
    if (n->op != OP_ELEMENT || n->nargs > 3)
        return false;
    for (uint32_t a = 1; a < n->nargs; a++) {
        op_t op = expr_op(x, expr_arg(x, e, a));
        if (op != OP_WHOLE && op != OP_SPAN &&
            !is_place(x, expr_arg(x, e, a)))
            return false;
    }
    return true;
}

expr_t expr_part_variable(const struct exprs *x, expr_t e)
{
    if (!e || expr_shape(x, e)->order > 2)
        return 0;
    while (expr_op(x, e) != OP_VARIABLE) {
        if (!is_step(x, e))
            return 0;
        e = expr_arg(x, e, 0);
    }
    return e;
}

bool expr_part(struct exprs *x, expr_t e, struct expr_part *p)
{
    *p = (struct expr_part){.variable = expr_part_variable(x, e),
                            .axis = {0, 1}};
    if (!p->variable)
        return false;
    p->order = expr_shape(x, p->variable)->order;
    for (; e != p->variable; e = expr_arg(x, e, 0))
        step(x, e, p);
    return true;
}
