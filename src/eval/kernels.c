/* kernels.c - the numeric kernels that rules name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/dense.h"
#include "eval/plan.h"

/* ---------------------------------------------- functions of one number */

static double f_sign(double x)
{
    return (x > 0) - (x < 0);
}

static double f_step(double x)
{
    return x > 0;
}

static double f_relu(double x)
{
    return x > 0 ? x : 0 * x;
}

static double f_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double f_softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* lgamma itself writes its sign to a global. */
static double f_lgamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

static void run_scalar(struct eval_step *s, struct eval_state *st)
{
    double (*f)(double) = s->u.scalar;
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->v[i] = f(s->in[0]->v[i]);
    eval_check(s->out, st);
}

static bool fits_scalar(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 1 && s->in[0]->size == s->out->size;
}

/* --------------------------------------------------------- rearrangement */

static bool fits_to_scalar(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 1 && s->out->size == 1;
}

static bool is_square(const struct eval_value *a)
{
    return a->order == 2 && a->rows == a->cols;
}

static void run_tr(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double t = 0;
    for (uint32_t i = 0; i < s->in[0]->rows; i++)
        t += s->in[0]->v[i + (size_t)i * s->in[0]->rows];
    s->out->v[0] = t;
}

static bool fits_tr(const struct eval_step *s, size_t *work)
{
    return fits_to_scalar(s, work) && is_square(s->in[0]);
}

static void run_sum_entries(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double t = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++)
        t += s->in[0]->v[i];
    s->out->v[0] = t;
}

static void run_diag(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    const struct eval_value *a = s->in[0];
    double *out = s->out->v;
    if (a->order == 2) {
        for (uint32_t i = 0; i < a->rows; i++)
            out[i] = a->v[i + (size_t)i * a->rows];
        return;
    }
    memset(out, 0, sizeof *out * s->out->size);
    for (uint32_t i = 0; i < a->size; i++)
        out[i + (size_t)i * a->size] = a->v[i];
}

static bool fits_diag(const struct eval_step *s, size_t *work)
{
    (void)work;
    if (s->nargs != 1)
        return false;
    const struct eval_value *a = s->in[0], *out = s->out;
    if (a->order == 2)
        return is_square(a) && out->size == a->rows;
    return a->order == 1 && is_square(out) && out->rows == a->size;
}

static void run_copy(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    memcpy(s->out->v, s->in[0]->v, sizeof(double) * s->out->size);
}

static void run_kron(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    double *out = s->out->v;
    for (uint32_t j = 0; j < a->cols; j++)
        for (uint32_t l = 0; l < b->cols; l++)
            for (uint32_t i = 0; i < a->rows; i++) {
                double f = a->v[i + (size_t)j * a->rows];
                const double *col = b->v + (size_t)l * b->rows;
                for (uint32_t k = 0; k < b->rows; k++)
                    *out++ = f * col[k];
            }
}

static bool fits_kron(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 2 && s->in[0]->order <= 2 && s->in[1]->order <= 2 &&
           s->out->size == (size_t)s->in[0]->size * s->in[1]->size;
}

/* ------------------------------------------------------ constant matrices */

static bool fits_any(const struct eval_step *s, size_t *work)
{
    (void)s;
    (void)work;
    return true;
}

static void run_ones(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->v[i] = 1;
}

static void run_zeros(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    memset(s->out->v, 0, sizeof(double) * s->out->size);
}

static void run_eye(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    dense_identity(s->out->rows, s->out->v);
}

static bool fits_eye(const struct eval_step *s, size_t *work)
{
    (void)work;
    return is_square(s->out);
}

/* Column i of the identity. */
static void run_unit(struct eval_step *s, struct eval_state *st)
{
    double i = s->in[1]->v[0];
    run_zeros(s, st);
    if (i >= 1 && i <= s->out->size)
        s->out->v[(uint32_t)i - 1] = 1;
    else
        st->outside = true;
}

static bool fits_unit(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 2 && s->in[1]->size == 1 && s->out->order == 1;
}

/* K(m,n)*vec(A) = vec(A') for A m x n. */
static void run_commutation(struct eval_step *s, struct eval_state *st)
{
    uint32_t m = (uint32_t)s->in[0]->v[0], n = (uint32_t)s->in[1]->v[0];
    uint32_t mn = m * n;
    run_zeros(s, st);
    for (uint32_t i = 0; i < m; i++)
        for (uint32_t j = 0; j < n; j++)
            s->out->v[(j + i * n) + (size_t)(i + j * m) * mn] = 1;
}

static bool fits_commutation(const struct eval_step *s, size_t *work)
{
    (void)work;
    /* Its arguments are sizes: constants, known already. */
    return s->nargs == 2 && s->in[0]->size == 1 && s->in[1]->size == 1 &&
           is_square(s->out) &&
           s->in[0]->v[0] * s->in[1]->v[0] == s->out->rows;
}

/* ---------------------------------------------------------------- blocks */

/* Columns of eye(n): n, the first and their number are sizes. */
static void run_selection(struct eval_step *s, struct eval_state *st)
{
    uint32_t first = (uint32_t)s->in[1]->v[0] - 1;
    run_zeros(s, st);
    for (uint32_t i = 0; i < s->out->cols; i++)
        s->out->v[first + i + (size_t)i * s->out->rows] = 1;
}

static bool fits_selection(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 3 && s->out->order == 2 &&
           s->in[0]->v[0] == s->out->rows && s->in[2]->v[0] == s->out->cols &&
           s->in[1]->v[0] >= 1 &&
           s->in[1]->v[0] + s->in[2]->v[0] - 1 <= s->in[0]->v[0];
}

/* Columns lie one behind the other. */
static void run_hcat(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    memcpy(s->out->v, a->v, sizeof(double) * a->size);
    memcpy(s->out->v + a->size, b->v, sizeof(double) * b->size);
}

static bool fits_hcat(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 2 && s->in[0]->rows == s->in[1]->rows &&
           s->out->size == s->in[0]->size + s->in[1]->size;
}

static void run_vcat(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    const struct eval_value *a = s->in[0], *b = s->in[1];
    double *out = s->out->v;
    for (uint32_t j = 0; j < a->cols; j++) {
        memcpy(out, a->v + (size_t)j * a->rows, sizeof(double) * a->rows);
        out += a->rows;
        memcpy(out, b->v + (size_t)j * b->rows, sizeof(double) * b->rows);
        out += b->rows;
    }
}

static bool fits_vcat(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 2 && s->in[0]->cols == s->in[1]->cols &&
           s->out->size == s->in[0]->size + s->in[1]->size;
}

/* ------------------------------------------------------ matrix functions */

static bool fits_square(const struct eval_step *s, size_t *work)
{
    *work = (size_t)s->in[0]->size * 4 + (size_t)s->in[0]->rows * 2;
    return s->nargs == 1 && is_square(s->in[0]) &&
           s->out->size == s->in[0]->size;
}

static bool fits_det(const struct eval_step *s, size_t *work)
{
    *work = (size_t)s->in[0]->size + s->in[0]->rows;
    return s->nargs == 1 && is_square(s->in[0]) && s->out->size == 1;
}

static void run_inv(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    if (!dense_inverse(st->blas, a->rows, a->v, s->out->v, st->work))
        st->outside = true;
    eval_check(s->out, st);
}

static void run_det(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows;
    double *pivot = st->work + s->in[0]->size;
    memcpy(st->work, s->in[0]->v, sizeof(double) * s->in[0]->size);
    dense_lu(st->blas, n, st->work, pivot);
    s->out->v[0] = dense_lu_det(n, st->work, pivot);
    eval_check(s->out, st);
}

/* A pivot that is rounding has no logarithm. */
static bool is_singular(uint32_t n, const double *lu)
{
    double least = INFINITY, most = 0;
    for (uint32_t k = 0; k < n; k++) {
        least = fmin(least, fabs(lu[k + (size_t)k * n]));
        most = fmax(most, fabs(lu[k + (size_t)k * n]));
    }
    return n && least <= 1e-15 * n * most;
}

static void run_logdet(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows;
    memcpy(st->work, s->in[0]->v, sizeof(double) * s->in[0]->size);
    dense_lu(st->blas, n, st->work, st->work + s->in[0]->size);
    s->out->v[0] = dense_lu_logdet(n, st->work);
    st->outside |= is_singular(n, st->work);
    eval_check(s->out, st);
}

static void run_adj(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    if (!dense_adjugate(st->blas, a->rows, a->v, s->out->v, st->work))
        st->outside = true;
    eval_check(s->out, st);
}

/* ------------------------------------------------------- vector functions */

static void run_norm1(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double t = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++)
        t += fabs(s->in[0]->v[i]);
    s->out->v[0] = t;
}

static void run_norm2(struct eval_step *s, struct eval_state *st)
{
    double t = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++)
        t += s->in[0]->v[i] * s->in[0]->v[i];
    s->out->v[0] = sqrt(t);
    eval_check(s->out, st);
}

static void run_norminf(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    double t = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++)
        t = fmax(t, fabs(s->in[0]->v[i]));
    s->out->v[0] = t;
}

static double largest(const struct eval_value *a)
{
    double t = a->v[0];
    for (uint32_t i = 1; i < a->size; i++)
        t = fmax(t, a->v[i]);
    return t;
}

static void run_logsumexp(struct eval_step *s, struct eval_state *st)
{
    double top = largest(s->in[0]), t = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++)
        t += exp(s->in[0]->v[i] - top);
    s->out->v[0] = top + log(t);
    eval_check(s->out, st);
}

static void run_softmax(struct eval_step *s, struct eval_state *st)
{
    double top = largest(s->in[0]), t = 0;
    uint32_t n = s->out->size;
    for (uint32_t i = 0; i < n; i++)
        t += s->out->v[i] = exp(s->in[0]->v[i] - top);
    for (uint32_t i = 0; i < n; i++)
        s->out->v[i] /= t;
    eval_check(s->out, st);
}

static int compare_values(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_sort(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->out->size;
    for (uint32_t i = 0; i < n; i++)
        s->out->v[i] = s->in[0]->v[i];
    qsort(s->out->v, n, sizeof *s->out->v, compare_values);
    eval_check(s->out, st);
}

static bool fits_reduction(const struct eval_step *s, size_t *work)
{
    return fits_to_scalar(s, work) && s->in[0]->size > 0;
}

static bool fits_softmax(const struct eval_step *s, size_t *work)
{
    return fits_scalar(s, work) && s->in[0]->size > 0;
}

/* ------------------------------------------------------------- the table */

static const struct kernel table[] = {
    {"exp", run_scalar, exp, fits_scalar},
    {"log", run_scalar, log, fits_scalar},
    {"sin", run_scalar, sin, fits_scalar},
    {"cos", run_scalar, cos, fits_scalar},
    {"tan", run_scalar, tan, fits_scalar},
    {"asin", run_scalar, asin, fits_scalar},
    {"acos", run_scalar, acos, fits_scalar},
    {"atan", run_scalar, atan, fits_scalar},
    {"sinh", run_scalar, sinh, fits_scalar},
    {"cosh", run_scalar, cosh, fits_scalar},
    {"tanh", run_scalar, tanh, fits_scalar},
    {"asinh", run_scalar, asinh, fits_scalar},
    {"acosh", run_scalar, acosh, fits_scalar},
    {"atanh", run_scalar, atanh, fits_scalar},
    {"sqrt", run_scalar, sqrt, fits_scalar},
    {"abs", run_scalar, fabs, fits_scalar},
    {"sign", run_scalar, f_sign, fits_scalar},
    {"step", run_scalar, f_step, fits_scalar},
    {"relu", run_scalar, f_relu, fits_scalar},
    {"sigmoid", run_scalar, f_sigmoid, fits_scalar},
    {"softplus", run_scalar, f_softplus, fits_scalar},
    {"erf", run_scalar, erf, fits_scalar},
    {"erfc", run_scalar, erfc, fits_scalar},
    {"expm1", run_scalar, expm1, fits_scalar},
    {"log1p", run_scalar, log1p, fits_scalar},
    {"gamma", run_scalar, tgamma, fits_scalar},
    {"lgamma", run_scalar, f_lgamma, fits_scalar},
    {"tr", run_tr, NULL, fits_tr},
    {"sum", run_sum_entries, NULL, fits_to_scalar},
    {"diag", run_diag, NULL, fits_diag},
    {"vec", run_copy, NULL, fits_scalar},
    {"kron", run_kron, NULL, fits_kron},
    {"eye", run_eye, NULL, fits_eye},
    {"unit", run_unit, NULL, fits_unit},
    {"ones", run_ones, NULL, fits_any},
    {"zeros", run_zeros, NULL, fits_any},
    {"commutation", run_commutation, NULL, fits_commutation},
    {"selection", run_selection, NULL, fits_selection},
    {"hcat", run_hcat, NULL, fits_hcat},
    {"vcat", run_vcat, NULL, fits_vcat},
    {"inv", run_inv, NULL, fits_square},
    {"det", run_det, NULL, fits_det},
    {"logdet", run_logdet, NULL, fits_det},
    {"adj", run_adj, NULL, fits_square},
    {"norm1", run_norm1, NULL, fits_to_scalar},
    {"norm2", run_norm2, NULL, fits_to_scalar},
    {"norminf", run_norminf, NULL, fits_reduction},
    {"logsumexp", run_logsumexp, NULL, fits_reduction},
    {"softmax", run_softmax, NULL, fits_softmax},
    {"sort", run_sort, NULL, fits_softmax},
};

const struct kernel *kernel_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    for (op_t op = OP_ADD; op <= OP_TRANSPOSE; op++) {
        const struct kernel *k = kernel_of_op(op);
        if (k && !strcmp(k->name, name))
            return k;
    }
    const struct kernel *k = kernel_of_matrices(name);
    k = k ? k : kernel_of_spectra(name);
    return k ? k : kernel_of_equations(name);
}
