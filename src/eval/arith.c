/* arith.c - kernels of the operators that the grammar has signs for. */
#include <math.h>
#include <string.h>

#include "eval/dense.h"
#include "eval/plan.h"

/* Entry i of an argument that may be a scalar to be broadcast. */
static inline double entry(const struct eval_value *a, uint32_t i)
{
    return a->v[a->size == 1 ? 0 : i];
}

/* All arguments have the result's size or are scalars. */
static bool fits_entries(const struct eval_step *s, size_t *work)
{
    (void)work;
    for (uint32_t k = 0; k < s->nargs; k++)
        if (s->in[k]->size != s->out->size && s->in[k]->size != 1)
            return false;
    return s->nargs > 0;
}

static bool is_square(const struct eval_value *a)
{
    return a->order == 2 && a->rows == a->cols;
}

static void run_add(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double *out = s->out->v;
    uint32_t n = s->out->size;
    for (uint32_t k = 0; k < s->nargs; k++) {
        const double *a = s->in[k]->v;
        uint32_t step = s->in[k]->size == n;
        if (k == 0)
            for (uint32_t i = 0; i < n; i++)
                out[i] = a[i * step];
        else
            for (uint32_t i = 0; i < n; i++)
                out[i] += a[i * step];
    }
}

static void run_neg(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->v[i] = -s->in[0]->v[i];
}

static void run_had(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double *out = s->out->v;
    uint32_t n = s->out->size;
    for (uint32_t k = 0; k < s->nargs; k++) {
        const double *a = s->in[k]->v;
        uint32_t step = s->in[k]->size == n;
        if (k == 0)
            for (uint32_t i = 0; i < n; i++)
                out[i] = a[i * step];
        else
            for (uint32_t i = 0; i < n; i++)
                out[i] *= a[i * step];
    }
}

static void run_mul(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (a->kind == SHAPE_SCALAR || b->kind == SHAPE_SCALAR) {
        double c = a->kind == SHAPE_SCALAR ? a->v[0] : b->v[0];
        const double *v = a->kind == SHAPE_SCALAR ? b->v : a->v;
        for (uint32_t i = 0; i < s->out->size; i++)
            s->out->v[i] = c * v[i];
        return;
    }
    dense_multiply(st->blas, a->rows, a->cols, b->cols, a->v, b->v,
                   s->out->v);
}

static bool fits_mul(const struct eval_step *s, size_t *work)
{
    (void)work;
    if (s->nargs != 2)
        return false;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (a->kind == SHAPE_SCALAR)
        return b->size == s->out->size;
    if (b->kind == SHAPE_SCALAR)
        return a->size == s->out->size;
    return a->order <= 2 && b->order <= 2 && a->cols == b->rows &&
           s->out->size == (size_t)a->rows * b->cols;
}

/* X*B = A, as B'*X' = A'. */
static void run_right_division(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    uint32_t n = b->rows, m = a->rows;
    double *lu = st->work, *pivot = lu + (size_t)n * n, *t = pivot + n;
    dense_transpose(n, n, b->v, lu);
    dense_transpose(m, n, a->v, t);
    if (!dense_lu(st->blas, n, lu, pivot))
        st->outside = true;
    dense_lu_solve(n, lu, pivot, m, t);
    dense_transpose(n, m, t, s->out->v);
}

static void run_div(struct eval_step *s, struct eval_state *st)
{
    if (s->in[1]->kind != SHAPE_SCALAR) {
        run_right_division(s, st);
    } else {
        double d = s->in[1]->v[0];
        for (uint32_t i = 0; i < s->out->size; i++)
            s->out->v[i] = s->in[0]->v[i] / d;
    }
    eval_check(s->out, st);
}

static bool fits_div(const struct eval_step *s, size_t *work)
{
    if (s->nargs != 2 || s->in[0]->size != s->out->size)
        return false;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (b->kind == SHAPE_SCALAR)
        return true;
    *work = (size_t)b->size + b->rows + a->size;
    return is_square(b) && a->order <= 2 && a->cols == b->rows;
}

static void run_ldiv(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (a->kind == SHAPE_SCALAR) {
        for (uint32_t i = 0; i < s->out->size; i++)
            s->out->v[i] = b->v[i] / a->v[0];
    } else {
        uint32_t n = a->rows;
        double *pivot = st->work + (size_t)n * n;
        memcpy(st->work, a->v, sizeof *a->v * a->size);
        memcpy(s->out->v, b->v, sizeof *b->v * b->size);
        if (!dense_lu(st->blas, n, st->work, pivot))
            st->outside = true;
        dense_lu_solve(n, st->work, pivot, b->cols, s->out->v);
    }
    eval_check(s->out, st);
}

static bool fits_ldiv(const struct eval_step *s, size_t *work)
{
    if (s->nargs != 2 || s->in[1]->size != s->out->size)
        return false;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (a->kind == SHAPE_SCALAR)
        return true;
    *work = (size_t)a->size + a->rows;
    return is_square(a) && b->order <= 2 && b->rows == a->rows;
}

static void run_hdiv(struct eval_step *s, struct eval_state *st)
{
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->v[i] = entry(s->in[0], i) / entry(s->in[1], i);
    eval_check(s->out, st);
}

static double power(double a, double k)
{
    if (k == 2)
        return a * a;
    if (k == -1)
        return 1 / a;
    if (k == 0.5)
        return sqrt(a);
    if (k == 3)
        return a * a * a;
    return pow(a, k);
}

static void run_hpow(struct eval_step *s, struct eval_state *st)
{
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->v[i] = power(entry(s->in[0], i), entry(s->in[1], i));
    eval_check(s->out, st);
}

enum { MAX_MATRIX_POWER = 1 << 20 };

static void run_pow(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    double k = s->in[1]->v[0];
    if (a->kind == SHAPE_SCALAR) {
        run_hpow(s, st);
        return;
    }
    if (k != floor(k) || fabs(k) > MAX_MATRIX_POWER) {
        st->outside = true;
        return;
    }
    const double *base = a->v;
    uint32_t n = a->rows;
    double *work = st->work + a->size;
    if (k < 0) {
        if (!dense_inverse(st->blas, n, a->v, st->work, work))
            st->outside = true;
        base = st->work;
    }
    dense_power(st->blas, n, base, (uint64_t)fabs(k), s->out->v, work);
    eval_check(s->out, st);
}

static bool fits_pow(const struct eval_step *s, size_t *work)
{
    if (s->nargs != 2 || s->in[1]->size != 1 ||
        s->in[0]->size != s->out->size)
        return false;
    *work = (size_t)s->in[0]->size * 3 + s->in[0]->rows;
    return s->in[0]->kind == SHAPE_SCALAR || is_square(s->in[0]);
}

static void run_transpose(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    const struct eval_value *a = s->in[0];
    dense_transpose(a->rows, a->cols, a->v, s->out->v);
}

static bool fits_transpose(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 1 && s->in[0]->order <= 2 &&
           s->in[0]->size == s->out->size;
}

static bool fits_neg(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 1 && s->in[0]->size == s->out->size;
}

static bool fits_pair(const struct eval_step *s, size_t *work)
{
    return s->nargs == 2 && fits_entries(s, work);
}

const struct kernel *kernel_of_op(op_t op)
{
    static const struct kernel table[OP_FIRST_NAMED] = {
        [OP_ADD] = {"add", run_add, NULL, fits_entries},
        [OP_NEG] = {"neg", run_neg, NULL, fits_neg},
        [OP_MUL] = {"mul", run_mul, NULL, fits_mul},
        [OP_DIV] = {"div", run_div, NULL, fits_div},
        [OP_LDIV] = {"ldiv", run_ldiv, NULL, fits_ldiv},
        [OP_HAD] = {"had", run_had, NULL, fits_entries},
        [OP_HDIV] = {"hdiv", run_hdiv, NULL, fits_pair},
        [OP_POW] = {"pow", run_pow, NULL, fits_pow},
        [OP_HPOW] = {"hpow", run_hpow, NULL, fits_pair},
        [OP_TRANSPOSE] = {"transpose", run_transpose, NULL, fits_transpose},
    };
    return op < OP_FIRST_NAMED && table[op].run ? &table[op] : NULL;
}
