/* kernels_spectral.c - kernels of eigenvalues, singular values,
 * pseudo-inverses and Cholesky factors. */
#include <math.h>
#include <string.h>

#include "eval/plan.h"
#include "eval/spectral.h"

static bool is_square(const struct eval_value *a)
{
    return a->order == 2 && a->rows == a->cols;
}

static uint32_t smaller_side(const struct eval_value *a)
{
    return a->rows < a->cols ? a->rows : a->cols;
}

/* The place from 0 that a number from 1 means; false if there is none. */
static bool place_of(const struct eval_value *k, uint32_t count,
                     uint32_t *place)
{
    double at = k->v[0];
    if (!(at >= 1 && at <= count) || at != floor(at))
        return false;
    *place = (uint32_t)at - 1;
    return true;
}

/* Nothing is read that was not written. */
static void no_value(struct eval_step *s, struct eval_state *st)
{
    memset(s->out->v, 0, sizeof(double) * s->out->size);
    st->outside = true;
}

static void finish(bool ok, struct eval_step *s, struct eval_state *st)
{
    if (!ok)
        no_value(s, st);
    eval_check(s->out, st);
}

/* -------------------------------------------------------------- eigenvalues */

static void run_eigval(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows, k;
    finish(place_of(s->in[1], n, &k) &&
               spectral_pair(n, s->in[0]->v, k, false, s->out->v, st->work,
                             st->work + n),
           s, st);
}

static void extreme(struct eval_step *s, struct eval_state *st, uint32_t k)
{
    uint32_t n = s->in[0]->rows;
    finish(n && spectral_pair(n, s->in[0]->v, k, false, s->out->v, st->work,
                              st->work + n),
           s, st);
}

static void run_eigmax(struct eval_step *s, struct eval_state *st)
{
    extreme(s, st, s->in[0]->rows - 1);
}

static void run_eigmin(struct eval_step *s, struct eval_state *st)
{
    extreme(s, st, 0);
}

static void run_eigvec(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows, k;
    finish(place_of(s->in[1], n, &k) &&
               spectral_pair(n, s->in[0]->v, k, true, st->work, s->out->v,
                             st->work + 1) &&
               spectral_oriented(n, s->out->v),
           s, st);
}

static void run_eigres(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows, k;
    finish(place_of(s->in[1], n, &k) &&
               spectral_resolvent(n, s->in[0]->v, k, s->out->v, st->work),
           s, st);
}

static void run_eigvals(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows;
    bool ok = true;
    for (uint32_t k = 0; ok && k < n; k++)
        ok = spectral_pair(n, s->in[0]->v, k, false, s->out->v + k, st->work,
                           st->work + n);
    finish(ok, s, st);
}

static void run_eigvecs(struct eval_step *s, struct eval_state *st)
{
    uint32_t n = s->in[0]->rows;
    bool ok = true;
    for (uint32_t k = 0; ok && k < n; k++)
        ok = spectral_pair(n, s->in[0]->v, k, true, st->work,
                           s->out->v + (size_t)k * n, st->work + 1);
    finish(ok, s, st);
}

/* (f(a)-f(b))/(a-b), f'(a) where a = b, without cancellation. */
static double exp_quotient(double a, double b)
{
    double h = (a - b) / 2;
    return exp((a + b) / 2) * (fabs(h) < 1e-4 ? 1 + h * h / 6 : sinh(h) / h);
}

static double log_quotient(double a, double b)
{
    double h = (a - b) / b;
    return (fabs(h) < 1e-5 ? 1 - h / 2 + h * h / 3 : log1p(h) / h) / b;
}

static double sqrt_quotient(double a, double b)
{
    return 1 / (sqrt(a) + sqrt(b));
}

/* Of simple eigenvalues two are equal only if they are one. */
static double reciprocal_gap(double a, double b)
{
    return a == b ? 0 : 1 / (b - a);
}

/* A function of all pairs of eigenvalues. */
static void quotients(struct eval_step *s, struct eval_state *st,
                      bool simple, double (*of)(double a, double b))
{
    uint32_t n = s->in[0]->rows;
    double *value = st->work, *work = value + n;
    bool ok = true;
    for (uint32_t k = 0; ok && k < n; k++)
        ok = spectral_pair(n, s->in[0]->v, k, simple, value + k, work,
                           work + n);
    for (uint32_t i = 0; ok && i < n * n; i++)
        s->out->v[i] = of(value[i % n], value[i / n]);
    finish(ok, s, st);
}

static void run_quotexp(struct eval_step *s, struct eval_state *st)
{
    quotients(s, st, false, exp_quotient);
}

static void run_quotlog(struct eval_step *s, struct eval_state *st)
{
    quotients(s, st, false, log_quotient);
}

static void run_quotsqrt(struct eval_step *s, struct eval_state *st)
{
    quotients(s, st, false, sqrt_quotient);
}

static void run_eiggaps(struct eval_step *s, struct eval_state *st)
{
    quotients(s, st, true, reciprocal_gap);
}

static size_t work_of(const struct eval_value *a)
{
    uint32_t n = a->rows > a->cols ? a->rows : a->cols;
    return spectral_work(n) + n + 1;
}

static bool fits_one(const struct eval_step *s, size_t *work, size_t size)
{
    *work = s->nargs ? work_of(s->in[0]) : 0;
    return s->nargs == 2 && s->in[0]->order == 2 && s->in[1]->size == 1 &&
           s->out->size == size;
}

static bool fits_eigval(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, 1) && is_square(s->in[0]);
}

static bool fits_extreme(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]);
    return s->nargs == 1 && is_square(s->in[0]) && s->out->size == 1;
}

static bool fits_eigvec(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, s->in[0]->rows) && is_square(s->in[0]);
}

static bool fits_eigres(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, s->in[0]->size) && is_square(s->in[0]);
}

static bool fits_eigvals(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]);
    return s->nargs == 1 && is_square(s->in[0]) &&
           s->out->size == s->in[0]->rows;
}

static bool fits_square(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]);
    return s->nargs == 1 && is_square(s->in[0]) &&
           s->out->size == s->in[0]->size;
}

/* ---------------------------------------------------------- singular values */

struct svd {
    double *u, *s, *v;
    uint32_t m, n, count;
};

static bool decompose(const struct eval_value *x, struct svd *d,
                      struct eval_state *st)
{
    d->m = x->rows;
    d->n = x->cols;
    d->count = smaller_side(x);
    d->u = st->work;
    d->s = d->u + (size_t)d->m * d->count;
    d->v = d->s + d->count;
    return spectral_svd(d->m, d->n, x->v, d->u, d->s, d->v,
                        d->v + (size_t)d->n * d->count);
}

static void run_singval(struct eval_step *s, struct eval_state *st)
{
    struct svd d;
    uint32_t k;
    bool ok = place_of(s->in[1], smaller_side(s->in[0]), &k) &&
              decompose(s->in[0], &d, st);
    if (ok)
        s->out->v[0] = d.s[k];
    finish(ok, s, st);
}

/* Of entries so near to each other, as those of Toeplitz matrices' vectors
 * are, the first is taken for the largest: the sign does not jump there. */
static const double TIE = 0.02;

/* Both vectors of a simple positive singular value, the right one with its
 * entry of largest absolute value positive. */
static bool singular_vectors(struct eval_step *s, struct eval_state *st,
                             const double **left, const double **right)
{
    struct svd d;
    uint32_t k, best = 0;
    if (!place_of(s->in[1], smaller_side(s->in[0]), &k) ||
        !decompose(s->in[0], &d, st) || !(d.s[k] > 1e-8 * d.s[0]))
        return false;
    for (uint32_t i = 0; i < d.count; i++)
        if (i != k && fabs(d.s[i] - d.s[k]) <= 1e-8 * d.s[0])
            return false;
    double *u = d.u + (size_t)k * d.m, *v = d.v + (size_t)k * d.n;
    for (uint32_t i = 1; i < d.n; i++)
        if (fabs(v[i]) > fabs(v[best]) * (1 + TIE))
            best = i;
    bool turn = v[best] < 0;
    for (uint32_t i = 0; turn && i < d.m; i++)
        u[i] = -u[i];
    for (uint32_t i = 0; turn && i < d.n; i++)
        v[i] = -v[i];
    *left = u;
    *right = v;
    return true;
}

static void run_leftvec(struct eval_step *s, struct eval_state *st)
{
    const double *left, *right;
    bool ok = singular_vectors(s, st, &left, &right);
    if (ok)
        memcpy(s->out->v, left, sizeof(double) * s->out->size);
    finish(ok, s, st);
}

static void run_rightvec(struct eval_step *s, struct eval_state *st)
{
    const double *left, *right;
    bool ok = singular_vectors(s, st, &left, &right);
    if (ok)
        memcpy(s->out->v, right, sizeof(double) * s->out->size);
    finish(ok, s, st);
}

static void run_normspec(struct eval_step *s, struct eval_state *st)
{
    struct svd d;
    bool ok = decompose(s->in[0], &d, st);
    s->out->v[0] = ok && d.count ? d.s[0] : 0;
    finish(ok, s, st);
}

static void run_normnuc(struct eval_step *s, struct eval_state *st)
{
    struct svd d;
    double sum = 0;
    bool ok = decompose(s->in[0], &d, st);
    for (uint32_t k = 0; ok && k < d.count; k++)
        sum += d.s[k];
    s->out->v[0] = sum;
    finish(ok, s, st);
}

static void run_polar(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *x = s->in[0];
    finish(spectral_polar(x->rows, x->cols, x->v, s->out->v, st->work), s,
           st);
}

static void run_pinv(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *x = s->in[0];
    finish(spectral_pinv(x->rows, x->cols, x->v, s->out->v, st->work), s, st);
}

static bool fits_singval(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, 1);
}

static bool fits_leftvec(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, s->in[0]->rows);
}

static bool fits_rightvec(const struct eval_step *s, size_t *work)
{
    return fits_one(s, work, s->in[0]->cols);
}

static bool fits_norm(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]);
    return s->nargs == 1 && s->in[0]->order == 2 && s->out->size == 1;
}

static bool fits_matrix(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]);
    return s->nargs == 1 && s->in[0]->order == 2 &&
           s->out->size == s->in[0]->size;
}

/* ----------------------------------------------------------------- Cholesky */

static void run_chol(struct eval_step *s, struct eval_state *st)
{
    finish(spectral_cholesky(s->in[0]->rows, s->in[0]->v, s->out->v), s, st);
}

static void run_lowhalf(struct eval_step *s, struct eval_state *st)
{
    (void)st;
    uint32_t n = s->out->rows;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            s->out->v[i + (size_t)j * n] = i > j ? 1 : i == j ? 0.5 : 0;
}

static bool fits_lowhalf(const struct eval_step *s, size_t *work)
{
    (void)work;
    return s->nargs == 1 && is_square(s->out);
}

static bool fits_quotients(const struct eval_step *s, size_t *work)
{
    *work = work_of(s->in[0]) + s->in[0]->rows;
    return s->nargs == 1 && is_square(s->in[0]) && is_square(s->out) &&
           s->out->rows == s->in[0]->rows;
}

static const struct kernel table[] = {
    {"eigval", run_eigval, NULL, fits_eigval},
    {"eigmax", run_eigmax, NULL, fits_extreme},
    {"eigmin", run_eigmin, NULL, fits_extreme},
    {"eigvec", run_eigvec, NULL, fits_eigvec},
    {"eigres", run_eigres, NULL, fits_eigres},
    {"eigvals", run_eigvals, NULL, fits_eigvals},
    {"eigvecs", run_eigvecs, NULL, fits_square},
    {"eiggaps", run_eiggaps, NULL, fits_quotients},
    {"quotexp", run_quotexp, NULL, fits_quotients},
    {"quotlog", run_quotlog, NULL, fits_quotients},
    {"quotsqrt", run_quotsqrt, NULL, fits_quotients},
    {"singval", run_singval, NULL, fits_singval},
    {"leftvec", run_leftvec, NULL, fits_leftvec},
    {"rightvec", run_rightvec, NULL, fits_rightvec},
    {"normspec", run_normspec, NULL, fits_norm},
    {"normnuc", run_normnuc, NULL, fits_norm},
    {"polar", run_polar, NULL, fits_matrix},
    {"pinv", run_pinv, NULL, fits_matrix},
    {"chol", run_chol, NULL, fits_square},
    {"lowhalf", run_lowhalf, NULL, fits_lowhalf},
};

const struct kernel *kernel_of_spectra(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}
