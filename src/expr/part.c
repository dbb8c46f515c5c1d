#include "expr/part.h"

/* Axis a of what e is made of, going one step inwards: e's axes are those
 * listed in `axis`, or fixed. */
static bool step(const struct exprs *x, expr_t e, struct expr_part *p)
{
    uint32_t order = expr_shape(x, e)->order, next = 0;
    uint8_t outer[2] = {p->axis[0], p->axis[1]};
    expr_t fixed[2] = {p->at[0], p->at[1]}, inner = expr_arg(x, e, 0);
    if (expr_op(x, e) == OP_TRANSPOSE) {
        for (uint32_t a = 0; a < order; a++) {
            p->axis[a] = outer[order - 1 - a];
            p->at[a] = fixed[order - 1 - a];
        }
        return true;
    }
    uint32_t n = expr_shape(x, inner)->order;
    if (expr_op(x, e) != OP_ELEMENT || n > 2)
        return false;
    for (uint32_t a = 0; a < n; a++) {
        expr_t at = expr_arg(x, e, a + 1);
        op_t op = expr_op(x, at);
        bool whole = op == OP_WHOLE;
        if (!whole && op != OP_NUMBER && op != OP_SIZE && op != OP_ADD &&
            op != OP_MUL)
            return false;
        p->at[a] = whole ? fixed[next] : at;
        p->axis[a] = whole ? outer[next] : 0;
        next += whole ? 1 : 0;
    }
    return true;
}

bool expr_part(const struct exprs *x, expr_t e, struct expr_part *p)
{
    *p = (struct expr_part){.axis = {0, 1}};
    if (!e || expr_shape(x, e)->order > 2)
        return false;
    while (expr_op(x, e) != OP_VARIABLE) {
        if (!expr_get(x, e)->nargs || !step(x, e, p))
            return false;
        e = expr_arg(x, e, 0);
    }
    p->variable = e;
    p->order = expr_shape(x, e)->order;
    return true;
}

expr_t expr_part_variable(const struct exprs *x, expr_t e)
{
    struct expr_part p;
    return expr_part(x, e, &p) ? p.variable : 0;
}
