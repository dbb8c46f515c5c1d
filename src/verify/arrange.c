#include "verify/arrange.h"

#include <stdio.h>
#include <string.h>

/* What has been derived so far, as a matrix. */
struct face {
    uint32_t rows, cols;
    bool scalar;
};

uint64_t arrange_count(const struct arrangement *a)
{
    uint64_t n = a->f->size;
    for (uint32_t t = 0; t < a->order && n <= UINT32_MAX; t++)
        n *= a->by[t]->size;
    return n <= UINT32_MAX ? n : 0;
}

/* In index notation the axes are those of f, then of the variables: the
 * order of the numbering itself. */
static uint32_t total_order(const struct arrangement *a)
{
    uint32_t n = a->f->order;
    for (uint32_t t = 0; t < a->order; t++)
        n += a->by[t]->order;
    return n;
}

static bool index_shape_fits(const struct arrangement *a)
{
    uint32_t axis = 0;
    if (a->claim->order != total_order(a))
        return false;
    for (uint32_t k = 0; k < a->f->order; k++)
        if (a->claim->dim[axis++] != a->f->dim[k])
            return false;
    for (uint32_t t = 0; t < a->order; t++)
        for (uint32_t k = 0; k < a->by[t]->order; k++)
            if (a->claim->dim[axis++] != a->by[t]->dim[k])
                return false;
    return true;
}

/* The table for matrix notation (mixed, numerator, denominator). */
static struct face table_face(enum layout layout, bool vec, struct face f,
                              const struct eval_value *x)
{
    uint32_t nf = f.rows * f.cols, p = x->rows, q = x->cols;
    bool scalar = x->kind == SHAPE_SCALAR;
    if (f.scalar && scalar && !vec)
        return f;
    if (f.scalar && !vec)
        return layout == LAYOUT_NUMERATOR ? (struct face){q, p, false}
                                          : (struct face){p, q, false};
    if (scalar && !vec)
        return layout == LAYOUT_DENOMINATOR
                   ? (struct face){f.cols, f.rows, false}
                   : f;
    return layout == LAYOUT_DENOMINATOR ? (struct face){p * q, nf, false}
                                        : (struct face){nf, p * q, false};
}

static uint32_t table_place(enum layout layout, bool vec, struct face f,
                            const struct eval_value *x, uint32_t e,
                            uint32_t b)
{
    uint32_t p = x->rows, q = x->cols;
    bool scalar = x->kind == SHAPE_SCALAR;
    if (f.scalar && !vec)
        return layout == LAYOUT_NUMERATOR ? b / p + b % p * q : b;
    if (scalar && !vec)
        return layout == LAYOUT_DENOMINATOR ? e / f.rows + e % f.rows * f.cols
                                            : e;
    return layout == LAYOUT_DENOMINATOR ? b + e * p * q
                                        : e + b * f.rows * f.cols;
}

static struct face block_face(enum form form, struct face f,
                              const struct eval_value *x)
{
    return form == FORM_ROW_COLUMN
               ? (struct face){f.rows * x->rows, x->cols * f.cols, false}
               : (struct face){f.rows * x->rows, f.cols * x->cols, false};
}

static uint32_t block_place(enum form form, struct face f,
                            const struct eval_value *x, uint32_t e,
                            uint32_t b)
{
    uint32_t i = e % f.rows, j = e / f.rows, k = b % x->rows, l = b / x->rows;
    uint32_t row, col;
    switch (form) {
    case FORM_BLOCKS: /* y_ij is replaced by its derivative by X */
        row = i * x->rows + k;
        col = j * x->cols + l;
        break;
    case FORM_BLOCKS_BY_VARIABLE: /* x_kl by the derivative of Y by it */
        row = k * f.rows + i;
        col = l * f.cols + j;
        break;
    default: /* block (i, l): row i of Y by column l of X */
        row = i * x->rows + k;
        col = l * f.cols + j;
    }
    return row + col * f.rows * x->rows;
}

static bool is_blocks(enum form form)
{
    return form == FORM_BLOCKS || form == FORM_BLOCKS_BY_VARIABLE ||
           form == FORM_ROW_COLUMN;
}

/* Derives once more: place[] of the entries so far becomes place[] of all
 * entries by all entries of x. */
static struct face step(const struct arrangement *a, struct face f,
                        const struct eval_value *x, uint32_t n,
                        uint32_t *place, uint32_t *spare)
{
    bool vec = a->form == FORM_VEC;
    memcpy(spare, place, n * sizeof *place);
    for (uint32_t b = 0; b < x->size; b++)
        for (uint32_t i = 0; i < n; i++)
            place[i + b * n] =
                is_blocks(a->form)
                    ? block_place(a->form, f, x, spare[i], b)
                    : table_place(a->layout, vec, f, x, spare[i], b);
    return is_blocks(a->form) ? block_face(a->form, f, x)
                              : table_face(a->layout, vec, f, x);
}

/* vec of a gradient: d f / d vec(X)' is a row, but the mixed layout may as
 * well have it as a column. */
static bool face_fits(const struct arrangement *a, struct face f)
{
    const struct eval_value *c = a->claim;
    if (c->rows == f.rows && c->cols == f.cols)
        return true;
    return a->form == FORM_VEC && a->layout == LAYOUT_MIXED &&
           a->f->kind == SHAPE_SCALAR && f.rows == 1 && c->cols == 1 &&
           c->rows == f.cols;
}

bool arrange_places(const struct arrangement *a, uint32_t *place,
                    uint32_t *spare, char *why, size_t size)
{
    struct face f = {a->f->rows, a->f->cols, a->f->kind == SHAPE_SCALAR};
    uint32_t n = a->f->size;
    for (uint32_t i = 0; i < n; i++)
        place[i] = i;
    if (a->claim->order > 2 || a->form == FORM_INDEX) {
        for (uint64_t i = 0; i < arrange_count(a); i++)
            place[i] = (uint32_t)i;
        if (index_shape_fits(a))
            return true;
        snprintf(why, size, "the claim has %u axes, the derivative %u, or "
                 "they are of other sizes", a->claim->order, total_order(a));
        return false;
    }
    for (uint32_t t = 0; t < a->order; t++) {
        f = step(a, f, a->by[t], n, place, spare);
        n *= a->by[t]->size;
    }
    if (face_fits(a, f))
        return true;
    snprintf(why, size, "the claim is %u x %u, the derivative %u x %u",
             a->claim->rows, a->claim->cols, f.rows, f.cols);
    return false;
}
