#include "truth.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/matfun.h"
#include "verify/sample.h"

enum { MAX_SIDE = 32 };

/* |a - b|, or |a|, as against `scale`. */
static enum truth small(double d, double scale)
{
    if (!(fabs(d) <= 1e300))
        return TRUTH_UNKNOWN;
    return fabs(d) <= 1e-9 * scale   ? TRUTH_TRUE
           : fabs(d) <= 1e-5 * scale ? TRUTH_UNKNOWN
                                     : TRUTH_FALSE;
}

static enum truth both(enum truth a, enum truth b)
{
    return a == TRUTH_FALSE || b == TRUTH_FALSE    ? TRUTH_FALSE
           : a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE
                                                 : TRUTH_UNKNOWN;
}

static double top(const struct eval_value *v)
{
    double t = 1e-300;
    for (uint32_t i = 0; i < v->size; i++)
        t = fmax(t, fabs(v->v[i]));
    return t;
}

static enum truth zero_where(const struct eval_value *v,
                             bool (*where)(uint32_t i, uint32_t j))
{
    enum truth t = TRUTH_TRUE;
    for (uint32_t j = 0; j < v->cols; j++)
        for (uint32_t i = 0; i < v->rows; i++)
            if (where(i, j))
                t = both(t, small(v->v[i + j * v->rows], top(v)));
    return t;
}

static bool off(uint32_t i, uint32_t j)
{
    return i != j;
}

static bool above(uint32_t i, uint32_t j)
{
    return i < j;
}

static bool below(uint32_t i, uint32_t j)
{
    return i > j;
}

static enum truth mirrored(const struct eval_value *v, double sign)
{
    enum truth t = TRUTH_TRUE;
    for (uint32_t j = 0; j < v->cols; j++)
        for (uint32_t i = 0; i <= j; i++)
            t = both(t, small(v->v[i + j * v->rows] -
                                  sign * v->v[j + i * v->rows],
                              top(v)));
    return t;
}

static enum truth toeplitz(const struct eval_value *v)
{
    enum truth t = mirrored(v, 1);
    for (uint32_t j = 0; j + 1 < v->cols; j++)
        for (uint32_t i = 0; i + 1 < v->rows; i++)
            t = both(t, small(v->v[i + j * v->rows] -
                                  v->v[i + 1 + (j + 1) * v->rows],
                              top(v)));
    return t;
}

static enum truth orthogonal(const struct eval_value *v)
{
    uint32_t n = v->rows;
    enum truth t = TRUTH_TRUE;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i <= j; i++) {
            double s = i == j ? -1 : 0;
            for (uint32_t k = 0; k < n; k++)
                s += v->v[k + i * n] * v->v[k + j * n];
            t = both(t, small(s, fmax(1, top(v))));
        }
    return t;
}

/* Whether rows or columns, whichever are fewer, are independent: elimination
 * with full pivoting. */
static enum truth full_rank(const struct eval_value *v)
{
    double a[MAX_SIDE * MAX_SIDE];
    uint32_t m = v->rows, n = v->cols, rank = m < n ? m : n;
    if (v->size > MAX_SIDE * MAX_SIDE)
        return TRUTH_UNKNOWN;
    memcpy(a, v->v, v->size * sizeof *a);
    double first = 0;
    for (uint32_t k = 0; k < rank; k++) {
        uint32_t pi = k, pj = k;
        for (uint32_t j = k; j < n; j++)
            for (uint32_t i = k; i < m; i++)
                if (fabs(a[i + j * m]) > fabs(a[pi + pj * m]))
                    pi = i, pj = j;
        double pivot = a[pi + pj * m];
        first = k ? first : fabs(pivot);
        if (!(fabs(pivot) > 1e-7 * first))
            return fabs(pivot) <= 1e-13 * first ? TRUTH_FALSE
                                                : TRUTH_UNKNOWN;
        for (uint32_t i = 0; i < m; i++) {
            double s = a[i + k * m];
            a[i + k * m] = a[i + pj * m];
            a[i + pj * m] = s;
        }
        for (uint32_t j = 0; j < n; j++) {
            double s = a[k + j * m];
            a[k + j * m] = a[pi + j * m];
            a[pi + j * m] = s;
        }
        for (uint32_t j = k + 1; j < n; j++)
            for (uint32_t i = k + 1; i < m; i++)
                a[i + j * m] -= a[i + k * m] * a[k + j * m] / pivot;
    }
    return TRUTH_TRUE;
}

/* By elimination of a symmetric matrix with diagonal pivots: all positive;
 * one that is negative shows that it is not even semidefinite. */
static enum truth definite(const struct eval_value *v, bool strictly)
{
    double a[MAX_SIDE * MAX_SIDE], scale = top(v);
    uint32_t n = v->rows;
    enum truth t = mirrored(v, 1);
    if (v->size > MAX_SIDE * MAX_SIDE)
        return TRUTH_UNKNOWN;
    memcpy(a, v->v, v->size * sizeof *a);
    for (uint32_t k = 0; k < n && !strictly; k++)
        a[k + k * n] += 1e-6 * scale;
    for (uint32_t k = 0; k < n; k++) {
        double pivot = a[k + k * n];
        if (pivot < -1e-7 * scale)
            return TRUTH_FALSE;
        if (pivot < 1e-7 * scale)
            return both(t, scale <= 1e-300 && strictly ? TRUTH_FALSE
                                                       : TRUTH_UNKNOWN);
        for (uint32_t i = k + 1; i < n; i++)
            for (uint32_t j = k + 1; j < n; j++)
                a[i + j * n] -= a[i + k * n] * a[k + j * n] / pivot;
    }
    return t;
}

/* Whether the principal square root exists. */
static enum truth principal(const struct eval_value *v)
{
    double root[MAX_SIDE * MAX_SIDE];
    if (v->size > MAX_SIDE * MAX_SIDE)
        return TRUTH_UNKNOWN;
    double *work = calloc(matfun_work(v->rows), sizeof *work);
    ck_assert_ptr_nonnull(work);
    bool exists = matfun_sqrt(NULL, v->rows, v->v, 0, root, work);
    free(work);
    return exists ? TRUTH_TRUE : TRUTH_FALSE;
}

/* What is close to 0 may be 0 but for rounding. */
static enum truth by_entries(const struct eval_value *v, enum property p)
{
    double least = fmax(1e-12 * top(v), 1e-9);
    enum truth t = TRUTH_TRUE;
    for (uint32_t i = 0; i < v->size; i++) {
        double x = v->v[i];
        bool unsure = x != 0 && fabs(x) <= least;
        if (p == PROP_INTEGER) {
            t = both(t, small(x - nearbyint(x), fmax(1, fabs(x))));
            continue;
        }
        bool holds = p == PROP_POSITIVE ? x > 0
                     : p == PROP_NONNEG ? x >= 0
                                        : x != 0;
        t = both(t, unsure ? TRUTH_UNKNOWN
                    : holds ? TRUTH_TRUE
                            : TRUTH_FALSE);
    }
    return t;
}

enum truth truth_of(const struct eval_value *v, enum property p)
{
    bool square = v->kind == SHAPE_MATRIX && v->rows == v->cols;
    switch (p) {
    case PROP_FULL_ROW_RANK:
        return v->rows > v->cols ? TRUTH_FALSE : full_rank(v);
    case PROP_FULL_COLUMN_RANK:
        return v->cols > v->rows ? TRUTH_FALSE : full_rank(v);
    case PROP_FULLRANK:
        return full_rank(v);
    case PROP_POSITIVE:
    case PROP_NONNEG:
    case PROP_NONZERO:
    case PROP_INTEGER:
        return by_entries(v, p);
    case PROP_CONSTANT:
    case PROP_SIMPLE: /* is not seen in the value */
        return TRUTH_UNKNOWN;
    default:
        break;
    }
    if (!square)
        return TRUTH_FALSE;
    switch (p) {
    case PROP_SYMMETRIC:
        return mirrored(v, 1);
    case PROP_ANTISYMMETRIC:
        return mirrored(v, -1);
    case PROP_DIAGONAL:
        return zero_where(v, off);
    case PROP_LOWER:
        return zero_where(v, above);
    case PROP_UPPER:
        return zero_where(v, below);
    case PROP_ORTHOGONAL:
        return orthogonal(v);
    case PROP_INVERTIBLE:
        return full_rank(v);
    case PROP_POSDEF:
        return definite(v, true);
    case PROP_PSD:
        return definite(v, false);
    case PROP_TOEPLITZ:
        return toeplitz(v);
    case PROP_PRINCIPAL:
        return principal(v);
    default:
        return TRUTH_UNKNOWN;
    }
}

/* ------------------------------------------------------------------- points */

void place_init(struct place *p, struct fixture *f)
{
    *p = (struct place){.f = f, .ev = evaluator_new(&f->x)};
    ck_assert_ptr_nonnull(p->ev);
}

static void forget_values(struct place *p)
{
    for (uint32_t i = 0; p->values && i < p->uses.ndecls; i++)
        free(p->values[i]);
    free(p->values);
    free(p->sizes);
    p->values = NULL;
    p->sizes = NULL;
}

void place_free(struct place *p)
{
    forget_values(p);
    eval_uses_free(p->ev, &p->uses);
    evaluator_free(p->ev);
}

void place_add(struct place *p, expr_t e)
{
    ck_assert(e && eval_uses_add(p->ev, e, &p->uses));
}

static uint32_t side_of(struct place *p, dim_t d)
{
    int64_t v = 1;
    ck_assert(eval_dim(&p->f->x, d, p->sizes, p->uses.nsizes, &v));
    return (uint32_t)v;
}

static double *draw_values(struct place *p, struct random *r, decl_t decl,
                           bool whole)
{
    const struct decl *d = expr_decl(&p->f->x, decl);
    const struct shape *s = &d->shape;
    uint32_t rows = s->order ? side_of(p, s->dim[0]) : 1;
    uint32_t cols = s->order > 1 ? side_of(p, s->dim[1]) : 1;
    double *v = calloc(2 * (size_t)rows * cols + 1, sizeof *v);
    ck_assert_ptr_nonnull(v);
    properties_t entries = PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO |
                           PROP_INTEGER | PROP_CONSTANT;
    sample_values(r, d->properties, random_below(r, SAMPLE_STRATEGIES), rows,
                  cols, random_below(r, 2), v, v + (size_t)rows * cols);
    if (!whole || d->properties & ~(entries | PROP_SYMMETRIC))
        return v;
    bool zero = random_below(r, 5) == 0;
    for (uint32_t i = 0; i < rows * cols; i++) {
        int k = zero ? 0 : (int)random_below(r, 5) - 2;
        if (d->properties & PROP_NONNEG)
            k = abs(k);
        if (d->properties & PROP_NONZERO && !k)
            k = 1;
        v[i] = k;
    }
    for (uint32_t i = 0; d->properties & PROP_SYMMETRIC && i < rows * cols; i++)
        v[i] = i % rows > i / rows ? v[i / rows + i % rows * rows] : v[i];
    return v;
}

static void draw_sizes(struct place *p, struct random *r)
{
    int64_t sizes[64];
    uint32_t n = p->uses.nsizes;
    sample_sizes(random_next(r), random_below(r, 4), 0, n, sizes);
    for (uint32_t i = 0; i < n; i++)
        p->sizes[i] = (struct eval_size){p->uses.sizes[i],
                                         n > 1 ? sizes[i]
                                               : 2 + random_below(r, 3)};
}

static bool sizes_fit(struct place *p)
{
    for (uint32_t i = 0; i < p->uses.ndecls; i++) {
        const struct decl *d = expr_decl(&p->f->x, p->uses.decls[i]);
        const struct shape *s = &d->shape;
        if (s->kind == SHAPE_MATRIX &&
            !sample_possible(d->properties, side_of(p, s->dim[0]),
                             side_of(p, s->dim[1])))
            return false;
    }
    return true;
}

bool place_draw(struct place *p, struct random *r, bool whole)
{
    forget_values(p);
    eval_reset(p->ev);
    ck_assert_uint_le(p->uses.nsizes, 64);
    p->sizes = calloc(p->uses.nsizes + 1, sizeof *p->sizes);
    p->values = calloc(p->uses.ndecls + 1, sizeof *p->values);
    ck_assert(p->sizes && p->values);
    int tries = 0;
    do
        draw_sizes(p, r);
    while (!sizes_fit(p) && tries++ < 100);
    if (tries >= 100)
        return false;
    for (uint32_t i = 0; i < p->uses.ndecls; i++)
        p->values[i] = draw_values(p, r, p->uses.decls[i], whole);
    return true;
}

const struct eval_value *place_value(struct place *p, expr_t e)
{
    struct eval_plan *plan =
        eval_plan_new(p->ev, e, p->sizes, p->uses.nsizes);
    if (!plan) {
        fault_clear(&p->f->fault);
        return NULL;
    }
    for (uint32_t i = 0; i < eval_input_count(plan); i++)
        for (uint32_t k = 0; k < p->uses.ndecls; k++)
            if (p->uses.decls[k] == eval_input(plan, i))
                eval_bind_input(plan, i, p->values[k]);
    bool ok = eval_run(plan);
    p->scale = ok ? eval_scale(plan) : 0;
    return ok ? eval_result(plan) : NULL;
}
