/* row.c - see row.h. */
#include "derive/row.h"

#include <string.h>

#include "expr/op.h"

static expr_t flipped(struct exprs *x, expr_t e, int *signs)
{
    bool turned = expr_op(x, e) == OP_TRANSPOSE;
    *signs += turned ? 1 : -1;
    return turned ? expr_arg(x, e, 0) : expr_apply1(x, OP_TRANSPOSE, e);
}

/* The transposes that a term is written with. */
static uint32_t count_signs(const struct exprs *x, expr_t e)
{
    uint32_t n = 0;
    if (expr_op(x, e) == OP_NEG)
        e = expr_arg(x, e, 0);
    if (expr_op(x, e) != OP_MUL)
        return expr_op(x, e) == OP_TRANSPOSE;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        n += expr_op(x, expr_arg(x, e, i)) == OP_TRANSPOSE;
    return n;
}

static expr_t row_of_term(struct exprs *x, expr_t column);

expr_t row_of_column(struct exprs *x, expr_t column)
{
    enum { MOST = 8 };
    expr_t rows[MOST];
    uint32_t n = column ? expr_get(x, column)->nargs : 0;
    uint32_t before = 1, after = 0;
    if (!column || expr_op(x, column) != OP_ADD || n > MOST)
        return row_of_term(x, column);
    for (uint32_t i = 0; i < n; i++) {
        expr_t e = expr_arg(x, column, i);
        if (expr_shape(x, e)->kind != SHAPE_VECTOR)
            return row_of_term(x, column);
        before += count_signs(x, e);
        rows[i] = row_of_term(x, e);
        after += rows[i] ? count_signs(x, rows[i]) : 0;
    }
    return after <= before ? expr_apply(x, OP_ADD, n, rows)
                           : row_of_term(x, column);
}

/* 2*r'*A for (2*A'*r)', where that takes no more signs; scalars stand in
 * front. */
static expr_t row_of_term(struct exprs *x, expr_t column)
{
    enum { MOST = 16 };
    expr_t front[MOST], core[MOST], back[MOST];
    uint32_t nfront = 0, ncore = 0, n;
    int signs = 1;
    if (!column || expr_op(x, column) == OP_NEG) {
        expr_t e = column ? row_of_term(x, expr_arg(x, column, 0)) : 0;
        return e ? expr_apply1(x, OP_NEG, e) : 0;
    }
    n = expr_get(x, column)->nargs;
    if (expr_op(x, column) != OP_MUL || n > MOST)
        return flipped(x, column, &signs);
    for (uint32_t i = 0; i < n; i++) {
        expr_t e = expr_arg(x, column, i);
        uint8_t kind = expr_shape(x, e)->kind;
        if (kind == SHAPE_SCALAR)
            front[nfront++] = e;
        else if (kind == (i + 1 < n ? SHAPE_MATRIX : SHAPE_VECTOR))
            core[ncore++] = e;
        else /* with an inner product in it, say */
            return flipped(x, column, &signs);
    }
    for (uint32_t i = 0; i < ncore; i++)
        back[i] = flipped(x, core[ncore - 1 - i], &signs);
    if (signs >= 0)
        memcpy(front + nfront, back, ncore * sizeof *front);
    else if (!(front[nfront] = expr_apply1(
                   x, OP_TRANSPOSE, expr_apply(x, OP_MUL, ncore, core))))
        return 0;
    return expr_apply(x, OP_MUL, nfront + (signs >= 0 ? ncore : 1), front);
}
