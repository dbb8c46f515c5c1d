#include "derive/arrange.h"

#include <string.h>

static void append(uint8_t *list, uint8_t *n, const uint8_t *more, uint8_t k)
{
    memcpy(list + *n, more, k);
    *n = (uint8_t)(*n + k);
}

/* vec: the columns' axes are the slow ones. */
static void stack(struct arrangement *a)
{
    uint8_t all[2 * IX_MAX_ORDER], n = 0;
    append(all, &n, a->cols, a->ncols);
    append(all, &n, a->rows, a->nrows);
    memcpy(a->rows, all, n);
    a->nrows = n;
    a->ncols = 0;
    a->stacked = true;
}

static void swap_sides(struct arrangement *a)
{
    struct arrangement b = *a;
    memcpy(a->rows, b.cols, b.ncols);
    memcpy(a->cols, b.rows, b.nrows);
    a->nrows = b.ncols;
    a->ncols = b.nrows;
}

/* One more variable, its axes from `at` on: a row of the table of layouts. */
static void derive_step(struct arrangement *a, bool scalar,
                        const struct shape *x, uint8_t at,
                        enum layout layout, bool vec)
{
    if (scalar && !vec) {
        bool row = x->kind == SHAPE_ROW;
        a->nrows = x->order > 0 && !row;
        a->ncols = x->order > 1 || row;
        a->rows[0] = at;
        a->cols[0] = (uint8_t)(row ? at : at + 1);
        if (layout == LAYOUT_NUMERATOR)
            swap_sides(a);
        return;
    }
    if (x->order || vec) {
        bool stacked = a->stacked || (a->nrows && a->ncols) || x->order > 1;
        if (a->ncols)
            stack(a);
        for (uint32_t i = x->order; i-- > 0;)
            a->cols[a->ncols++] = (uint8_t)(at + i);
        a->stacked = stacked;
    }
    if (layout == LAYOUT_DENOMINATOR)
        swap_sides(a);
}

static uint8_t kind_of(const struct arrangement *a)
{
    return a->nrows ? a->ncols ? SHAPE_MATRIX : SHAPE_VECTOR
           : a->ncols ? SHAPE_ROW
                      : SHAPE_SCALAR;
}

static void start(struct arrangement *a, const struct shape *f)
{
    if (f->kind == SHAPE_ROW) {
        a->ncols = 1;
        a->cols[0] = 0;
    } else if (f->order) {
        a->nrows = 1;
        a->rows[0] = 0;
        if (f->order == 2) {
            a->ncols = 1;
            a->cols[0] = 1;
        }
    }
}

static void insert(uint8_t *list, uint8_t *n, uint8_t axis, bool first)
{
    memmove(list + first, list, first ? *n : 0);
    list[first ? 0 : *n] = axis;
    ++*n;
}

/* One more variable: its rows among the rows and its columns among the
 * columns, before or behind what there is. */
static void block_step(struct arrangement *a, const struct shape *x,
                       uint8_t at, enum form form)
{
    bool rows_first = form == FORM_BLOCKS_BY_VARIABLE;
    bool cols_first = rows_first || form == FORM_ROW_COLUMN;
    bool row = x->kind == SHAPE_ROW;
    if (x->order && !row)
        insert(a->rows, &a->nrows, at, rows_first);
    if (x->order == 2 || row)
        insert(a->cols, &a->ncols, (uint8_t)(at + !row), cols_first);
}

struct arrangement arrange(const struct shape *f, uint32_t n,
                           const struct shape *by, enum layout layout,
                           enum form form)
{
    struct arrangement a = {0};
    bool blocks = form == FORM_BLOCKS || form == FORM_BLOCKS_BY_VARIABLE ||
                  form == FORM_ROW_COLUMN;
    uint8_t at = f->order;
    bool scalar = f->kind == SHAPE_SCALAR, vec = form == FORM_VEC;
    start(&a, f);
    for (uint32_t k = 0; k < n; k++) {
        if (blocks)
            block_step(&a, &by[k], at, form);
        else
            derive_step(&a, scalar, &by[k], at, layout, vec);
        scalar = scalar && by[k].order == 0;
        at = (uint8_t)(at + by[k].order);
    }
    /* the gradient in vec form: a column, unless a row is the layout */
    if (vec && f->kind == SHAPE_SCALAR && layout == LAYOUT_MIXED && !a.nrows)
        swap_sides(&a);
    a.kind = kind_of(&a);
    return a;
}

/* Joins axes list[0..n-1] into one label of the product. */
static uint16_t join(struct ix_product *p, const dim_t *dims, uint16_t number,
                     const uint8_t *list, uint32_t n, uint16_t *label)
{
    struct dims *q = p->t->x->dims;
    while (n > 1) {
        dim_t slow = DIM_ONE, fast = dims[list[n - 1]];
        for (uint32_t i = 0; i + 1 < n; i++)
            slow = dim_mul(q, slow, dims[list[i]]);
        uint16_t left = ix_product_label(p, slow);
        uint16_t right = ix_product_label(p, fast);
        ix_product_factor(p, ix_pair(p->t, slow, fast), RAT_ONE,
                          (uint16_t[]){number, left, right});
        label[list[--n]] = right;
        number = left;
    }
    if (n)
        label[list[0]] = number;
    return number;
}

ix_t arrange_index(struct ix_table *t, ix_t d, const struct arrangement *a)
{
    if (!d)
        return 0;
    dim_t dims[IX_MAX_ORDER], own[2] = {DIM_ONE, DIM_ONE};
    uint16_t label[IX_MAX_ORDER] = {0};
    memcpy(dims, ix_dims(t, d), ix_get(t, d)->order * sizeof *dims);
    for (uint32_t i = 0; i < a->nrows; i++)
        own[0] = dim_mul(t->x->dims, own[0], dims[a->rows[i]]);
    for (uint32_t i = 0; i < a->ncols; i++)
        own[1] = dim_mul(t->x->dims, own[1], dims[a->cols[i]]);
    if (!a->nrows)
        own[0] = own[1];
    struct ix_product p;
    uint32_t order = (a->nrows ? 1u : 0u) + (a->ncols ? 1u : 0u);
    ix_product_begin(&p, t, order, own);
    join(&p, dims, 0, a->rows, a->nrows, label);
    join(&p, dims, (uint16_t)(order - 1), a->cols, a->ncols, label);
    ix_product_factor(&p, d, RAT_ONE, label);
    return ix_product_end(&p);
}

uint32_t arrange_groups(const struct arrangement *a, uint8_t *order)
{
    uint32_t n = 0, groups = 0;
    for (uint32_t i = 0; i < a->nrows; i++)
        order[n++] = a->rows[i];
    if (a->ncols)
        groups |= 1u << n;
    for (uint32_t i = 0; i < a->ncols; i++)
        order[n++] = a->cols[i];
    return groups | 1;
}
