#include "derive/convert.h"

#include <string.h>

#include "derive/arrange.h"
#include "derive/differential.h"
#include "derive/reverse.h"
#include "expr/part.h"
#include "index/lift.h"

/* What a claim is made of. */
struct claimed {
    struct ix_table *t;
    const struct derive_request *q;
    uint32_t applied; /* variables that stand in it as differentials */
    uint32_t order;   /* axes of the derivative */
    dim_t dims[IX_MAX_ORDER];
    struct arrangement a; /* of the axes that the claim has itself */
};

static bool find_axes(struct claimed *k, const struct shape *by)
{
    const struct shape f = *expr_shape(k->t->x, k->q->expr);
    k->order = f.order;
    memcpy(k->dims, f.dim, f.order * sizeof *k->dims);
    for (uint32_t i = 0; i < k->q->order; i++) {
        if (k->order + by[i].order > IX_MAX_ORDER)
            return fault_set(k->t->mem->fault, FAULT_LIMIT,
                             "a derivative of more than %d axes",
                             IX_MAX_ORDER);
        memcpy(k->dims + k->order, by[i].dim, by[i].order * sizeof *k->dims);
        k->order += by[i].order;
    }
    k->applied = form_applied(k->q->form, k->q->order);
    k->a = arrange(&f, k->q->order - k->applied, by, k->q->layout,
                   k->q->form);
    return true;
}

static dim_t joined(const struct claimed *k, const uint8_t *axes, uint32_t n)
{
    dim_t d = DIM_ONE;
    for (uint32_t i = 0; i < n; i++)
        d = dim_mul(k->t->x->dims, d, k->dims[axes[i]]);
    return d;
}

static struct shape arranged_shape(const struct claimed *k)
{
    dim_t rows = joined(k, k->a.rows, k->a.nrows);
    dim_t cols = joined(k, k->a.cols, k->a.ncols);
    switch (k->a.kind) {
    case SHAPE_MATRIX:
        return shape_matrix(rows, cols);
    case SHAPE_VECTOR:
        return shape_vector(rows);
    case SHAPE_ROW:
        return shape_row(cols);
    default:
        return shape_scalar();
    }
}

static bool wrong_shape(const struct claimed *k, expr_t claim)
{
    struct exprs *x = k->t->x;
    struct shape wanted = arranged_shape(k);
    struct text is, was;
    text_init(&is, x->mem);
    text_init(&was, x->mem);
    shape_print(x->dims, expr_shape(x, claim), &is);
    shape_print(x->dims, &wanted, &was);
    fault_set(x->mem->fault, FAULT_SHAPE,
              "the claim is of shape %.100s, in its form and layout a "
              "derivative is of shape %.100s", text_get(&is),
              text_get(&was));
    fault_hint(x->mem->fault, "the form and layout that the claim is in are "
                              "asked for as well; dX stands in differentials "
                              "only");
    text_free(&is);
    text_free(&was);
    return false;
}

/* The claim in components, all axes in order: of the form index, which where
 * it is the last resort of the form matrix has tuples of axes. */
static bool is_plain_index(const struct claimed *k, ix_t c)
{
    return k->q->form == FORM_INDEX &&
           ix_get(k->t, c)->order == k->order &&
           !memcmp(ix_dims(k->t, c), k->dims, k->order * sizeof *k->dims);
}

static bool occurs(struct ix_table *t, ix_t n, ix_t leaf)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, n, &count);
    bool found = false;
    for (uint32_t i = 0; list && i < count; i++)
        found = found || list[i] == leaf;
    arena_release(&t->scratch, mark);
    return found;
}

/* Of a polynomial in dX as high as the order nothing is left of dX. */
static bool is_spent(const struct claimed *k, ix_t c)
{
    struct exprs *x = k->t->x;
    for (uint32_t i = k->q->order - k->applied; i < k->q->order; i++) {
        expr_t d = differential_of(x, k->q->by[i]);
        if (!d || !occurs(k->t, c, differential_leaf(k->t, d)))
            continue;
        decl_t name = expr_get(x, d)->payload;
        return fault_set(x->mem->fault, FAULT_REQUEST,
                         "the claim is not linear in '%.60s'",
                         intern_name(x->names, expr_decl(x, name)->name));
    }
    return !fault_is_set(x->mem->fault);
}

/* The claim by the differentials in it, which it is to be linear in: those of
 * one variable that stand for several derivatives make it a polynomial. */
static ix_t take_differentials(const struct claimed *k, ix_t c)
{
    struct ix_table *t = k->t;
    struct exprs *x = t->x;
    int64_t times = 1;
    for (uint32_t i = k->q->order - k->applied; c && i < k->q->order; i++) {
        expr_t by = expr_part_variable(x, k->q->by[i]);
        if (by != k->q->by[i]) {
            fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                      "a claim in the differential of a part");
            return 0;
        }
        uint32_t met = 1;
        for (uint32_t j = k->q->order - k->applied; j < i; j++)
            met += k->q->by[j] == by;
        times *= met;
        ix_t leaf = differential_leaf(t, differential_of(x, by));
        if (!leaf || !reverse_derive(t, c, 1, &leaf, NULL, &c))
            return 0;
    }
    if (!c || !is_spent(k, c))
        return 0;
    return ix_scale(t, rat_from_ratio(x->numbers, 1, times), c);
}

/* Joins the label of a number to those of its axes, which are the product's
 * own: all but the first of n > 1 are the fast legs of pairings. */
static uint16_t number_label(struct claimed *k, struct ix_product *p,
                             const uint8_t *axes, uint32_t n)
{
    if (n == 1)
        return axes[0];
    uint16_t number = ix_product_label(p, joined(k, axes, n)), left = number;
    for (uint32_t i = n; i-- > 1;) {
        uint16_t whole = left;
        dim_t slow = joined(k, axes, i);
        left = i == 1 ? axes[0] : ix_product_label(p, slow);
        ix_product_factor(p, ix_pair(k->t, slow, k->dims[axes[i]]), RAT_ONE,
                          (uint16_t[]){whole, left, axes[i]});
    }
    return number;
}

/* The claim's rows and columns taken apart; the axes behind them, of
 * differentials, are the derivative's last ones. */
static ix_t take_apart(struct claimed *k, ix_t c)
{
    struct ix_product p;
    uint16_t label[IX_MAX_ORDER];
    uint32_t n = 0, order = ix_get(k->t, c)->order;
    ix_product_begin(&p, k->t, k->order, k->dims);
    if (k->a.nrows)
        label[n++] = number_label(k, &p, k->a.rows, k->a.nrows);
    if (k->a.ncols)
        label[n++] = number_label(k, &p, k->a.cols, k->a.ncols);
    for (uint32_t last = k->order - (order - n); n < order; n++)
        label[n] = (uint16_t)last++;
    ix_product_factor(&p, c, RAT_ONE, label);
    return ix_product_end(&p);
}

ix_t convert_claim(struct ix_table *t, const struct derive_request *q,
                   const struct shape *by, expr_t claim)
{
    struct claimed k = {.t = t, .q = q};
    if (!find_axes(&k, by))
        return 0;
    if (expr_is_number(t->x, claim, RAT_ZERO))
        return ix_zero(t, k.order, k.dims);
    ix_t c = ix_lift(t, claim);
    if (!c || is_plain_index(&k, c))
        return c;
    struct shape wanted = arranged_shape(&k);
    if (!shape_equal(&wanted, expr_shape(t->x, claim))) {
        wrong_shape(&k, claim);
        return 0;
    }
    c = take_differentials(&k, c);
    return c ? take_apart(&k, c) : 0;
}
