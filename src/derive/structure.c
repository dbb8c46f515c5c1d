#include "derive/structure.h"

#include "expr/part.h"
#include "index/lower.h"

static const properties_t mirrored =
    PROP_SYMMETRIC | PROP_ANTISYMMETRIC | PROP_DIAGONAL;
static const properties_t masked = PROP_LOWER | PROP_UPPER | PROP_TOEPLITZ;

/* The structure that matters for this request, 0 if none. */
static properties_t structure_of(const struct exprs *x,
                                 const struct derive_request *q)
{
    properties_t p = 0;
    if (q->structure == STRUCTURE_FREE)
        return 0;
    for (uint32_t k = 0; k < q->order; k++)
        p |= expr_decl(x, expr_get(x, expr_part_variable(x, q->by[k]))
                              ->payload)->properties;
    p &= mirrored | masked;
    if (p & PROP_TOEPLITZ)
        return PROP_TOEPLITZ;
    return p & PROP_DIAGONAL ? PROP_DIAGONAL : p;
}

/* By the independent entries of a symmetric, antisymmetric or diagonal X:
 * G + G' - G.*I, G - G', G.*I (Cookbook 138, 142); projected: the nearest
 * matrix of that kind, (G + G')/2, (G - G')/2, G.*I. */
static ix_t by_entries(struct ix_table *t, ix_t g, properties_t p,
                       enum structure structure)
{
    dim_t dims[2] = {ix_dims(t, g)[0], ix_dims(t, g)[1]};
    ix_t diagonal = ix_times(t, g, ix_delta(t, dims[0]));
    if (p & PROP_DIAGONAL)
        return diagonal;
    bool half = structure == STRUCTURE_PROJECTED;
    bool anti = p & PROP_ANTISYMMETRIC;
    rat_t size = half ? RAT_HALF : RAT_ONE;
    ix_t flipped = ix_transpose(t, g);
    struct ix_sum s;
    ix_sum_begin(&s, t, 2, dims);
    ix_sum_add(&s, size, g);
    ix_sum_add(&s, anti ? rat_neg(t->x->numbers, size) : size, flipped);
    if (!half && !anti)
        ix_sum_add(&s, RAT_MINUS_ONE, diagonal);
    return ix_sum_end(&s);
}

ix_t structure_index(struct ix_table *t, const struct derive_request *q,
                     ix_t g)
{
    properties_t p = g ? structure_of(t->x, q) : 0;
    if (!p)
        return g;
    bool matrix = q->form == FORM_MATRIX || q->form == FORM_INDEX;
    if (q->order > 1 || expr_op(t->x, q->by[0]) != OP_VARIABLE ||
        ix_get(t, g)->order != 2 ||
        expr_shape(t->x, q->expr)->kind != SHAPE_SCALAR ||
        q->structure == STRUCTURE_VECH ||
        (p == PROP_TOEPLITZ && q->structure != STRUCTURE_ENTRIES) ||
        (!(p & mirrored) && (!matrix || q->layout == LAYOUT_NUMERATOR))) {
        fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                  "a derivative by the independent entries of this variable");
        fault_hint(t->mem->fault,
                   "a scalar by a symmetric, triangular or diagonal matrix, "
                   "or the free structure");
        return 0;
    }
    return p & mirrored ? by_entries(t, g, p, q->structure) : g;
}

/* 1 where the scalar e is not above 0, else 0: 1-step(e). */
static expr_t unless_positive(struct exprs *x, expr_t e)
{
    expr_t step = expr_call1(x, "step", e);
    return expr_apply2(x, OP_ADD, expr_int(x, 1),
                       expr_apply1(x, OP_NEG, step));
}

static expr_t difference(struct exprs *x, expr_t a, expr_t b)
{
    return expr_apply2(x, OP_ADD, a, expr_apply1(x, OP_NEG, b));
}

/* The sum of e over the two diagonals that (i,j) lies on. */
static expr_t diagonal_sum(struct exprs *x, expr_t e, const expr_t *at,
                           uint32_t *next, dim_t n)
{
    expr_t own[2] = {ix_fresh_index(x, next, n), ix_fresh_index(x, next, n)};
    expr_t here = expr_call1(x, "abs", difference(x, at[0], at[1]));
    expr_t there = expr_call1(x, "abs", difference(x, own[0], own[1]));
    expr_t apart = expr_call1(x, "abs", difference(x, there, here));
    return expr_sum(x, 2, own,
                    expr_apply2(x, OP_MUL, expr_element(x, e, 2, own),
                                unless_positive(x, apart)));
}

expr_t structure_mask(struct exprs *x, const struct derive_request *q,
                      expr_t e)
{
    properties_t p = structure_of(x, q);
    if (!p || p & mirrored)
        return e;
    uint32_t next = 0;
    dim_t n = shape_rows(expr_shape(x, e));
    expr_t at[2] = {ix_fresh_index(x, &next, n), ix_fresh_index(x, &next, n)};
    expr_t body;
    if (p & PROP_TOEPLITZ) {
        /* the ranges are read off the first factor */
        expr_t ones = expr_call2(x, "ones", expr_size_argument(x, n),
                                 expr_size_argument(x, n));
        body = expr_apply2(x, OP_MUL, expr_element(x, ones, 2, at),
                           diagonal_sum(x, e, at, &next, n));
    } else {
        bool lower = p & PROP_LOWER;
        expr_t outside = difference(x, at[lower ? 1 : 0], at[lower ? 0 : 1]);
        body = expr_apply2(x, OP_MUL, expr_element(x, e, 2, at),
                           unless_positive(x, outside));
    }
    return expr_tensor(x, 2, at, 3, body);
}
