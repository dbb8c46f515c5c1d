/* kernels_equations.c - kernels of the solutions of linear matrix equations:
 * the system of all entries, by its Kronecker matrix, as it stands.  Slow for
 * large sizes, and nothing to be taken for granted. */
#include <math.h>
#include <string.h>

#include "eval/dense.h"
#include "eval/plan.h"

enum { MAX_UNKNOWNS = 1024 };

static double at(const struct eval_value *a, uint32_t i, uint32_t j)
{
    return a->v[i + (size_t)j * a->rows];
}

/* Solves K*vec(X) = sign*vec(C), K filled in the work space by columns. */
static void solve(struct eval_step *s, struct eval_state *st,
                  const struct eval_value *c, double sign)
{
    uint32_t n = s->out->size;
    double *k = st->work, *pivot = k + (size_t)n * n, size = 0;
    for (size_t i = 0; i < (size_t)n * n; i++)
        size = fmax(size, fabs(k[i]));
    for (uint32_t i = 0; i < n; i++)
        s->out->v[i] = sign * c->v[i];
    bool ok = dense_lu(st->blas, n, k, pivot);
    for (uint32_t i = 0; ok && i < n; i++)
        ok = fabs(k[i + (size_t)i * n]) > 1e-12 * size;
    if (ok)
        dense_lu_solve(n, k, pivot, 1, s->out->v);
    else
        memset(s->out->v, 0, sizeof(double) * n);
    st->outside |= !ok;
    eval_check(s->out, st);
}

/* kron(I,A) + kron(B',I); B is transposed where `turned` does not say so. */
static void kronecker_sum(const struct eval_value *a,
                          const struct eval_value *b, bool turned, double *k)
{
    uint32_t m = a->rows, n = b->rows;
    memset(k, 0, sizeof *k * m * n * m * n);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < m; i++) {
            double *row = k + i + (size_t)j * m;
            for (uint32_t p = 0; p < m; p++)
                row[(size_t)(p + j * m) * m * n] += at(a, i, p);
            for (uint32_t q = 0; q < n; q++)
                row[(size_t)(i + q * m) * m * n] +=
                    turned ? at(b, j, q) : at(b, q, j);
        }
}

static void run_sylvester(struct eval_step *s, struct eval_state *st)
{
    kronecker_sum(s->in[0], s->in[1], false, st->work);
    solve(s, st, s->in[2], 1);
}

static void run_lyap(struct eval_step *s, struct eval_state *st)
{
    kronecker_sum(s->in[0], s->in[0], true, st->work);
    solve(s, st, s->in[1], -1);
}

/* I - kron(A,A) */
static void run_dlyap(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    uint32_t n = a->rows, w = n * n;
    for (uint32_t c = 0; c < w; c++)
        for (uint32_t r = 0; r < w; r++)
            st->work[r + (size_t)c * w] =
                (r == c) - at(a, r / n, c / n) * at(a, r % n, c % n);
    solve(s, st, s->in[1], 1);
}

static bool is_square(const struct eval_value *a)
{
    return a->order == 2 && a->rows == a->cols;
}

/* A, perhaps B, and the right side C, as large as the solution. */
static bool fits_equation(const struct eval_step *s, size_t *work)
{
    if (s->nargs < 2 || !is_square(s->in[0]) || !is_square(s->in[s->nargs - 2]))
        return false;
    const struct eval_value *c = s->in[s->nargs - 1];
    size_t n = s->out->size;
    *work = n * n + n;
    return n <= MAX_UNKNOWNS && c->order == 2 && c->size == n &&
           c->rows == s->in[0]->rows && c->cols == s->in[s->nargs - 2]->rows;
}

static const struct kernel table[] = {
    {"sylvester", run_sylvester, NULL, fits_equation},
    {"lyap", run_lyap, NULL, fits_equation},
    {"dlyap", run_dlyap, NULL, fits_equation},
};

const struct kernel *kernel_of_equations(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}
