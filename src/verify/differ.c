#include "verify/differ.h"

#include <float.h>
#include <math.h>
#include <string.h>

bool differ_init(struct differ *d, struct arena *a)
{
    size_t n = d->nf;
    d->value = ARENA_ARRAY(a, double, n);
    d->error = ARENA_ARRAY(a, double, n);
    d->largest = ARENA_ARRAY(a, double, n);
    d->low = ARENA_ARRAY(a, double, n);
    d->high = ARENA_ARRAY(a, double, n);
    d->table[0] = ARENA_ARRAY(a, double, n * DIFFER_LEVELS);
    d->table[1] = ARENA_ARRAY(a, double, n * DIFFER_LEVELS);
    return d->value && d->error && d->largest && d->low && d->high &&
           d->table[0] && d->table[1];
}

double differ_step(uint32_t order)
{
    /* Rounding grows as 1/h^order, so higher orders want larger steps. */
    static const double steps[DIFFER_MAX_ORDER + 1] = {
        0, 0.0625, 0.125, 0.25, 0.35, 0.45, 0.5};
    return steps[order];
}

/* Moves to base + h * (sum of +-directions), signs by the bits of `mask`. */
static void move(const struct differ *d, double h, uint32_t mask)
{
    for (uint32_t t = 0; t < d->order; t++)
        memcpy(d->by[t]->v, d->by[t]->base,
               sizeof(double) * d->by[t]->size);
    for (uint32_t t = 0; t < d->order; t++) {
        double s = mask >> t & 1 ? -h : h;
        for (uint32_t i = 0; i < d->by[t]->size; i++)
            d->by[t]->v[i] += s * d->direction[t][i];
    }
}

/* One difference quotient of every entry. */
static bool quotient(struct differ *d, double h, double *out)
{
    const struct eval_value *f = eval_result(d->f);
    double scale = pow(2 * h, -(double)d->order);
    memset(out, 0, sizeof *out * d->nf);
    memset(d->largest, 0, sizeof *d->largest * d->nf);
    for (uint32_t mask = 0; mask < UINT32_C(1) << d->order; mask++) {
        move(d, h, mask);
        if (!eval_rerun(d->f))
            return false;
        double sign = __builtin_parity(mask) ? -1 : 1;
        for (uint32_t i = 0; i < d->nf; i++) {
            out[i] += sign * f->v[i];
            d->largest[i] = fmax(d->largest[i], fabs(f->v[i]));
            d->low[i] = fmin(d->low[i], f->v[i]);
            d->high[i] = fmax(d->high[i], f->v[i]);
        }
    }
    for (uint32_t i = 0; i < d->nf; i++)
        out[i] *= scale;
    return true;
}

/* Extrapolates one more row of the table and keeps the best estimates. */
static void extrapolate(struct differ *d, uint32_t level, double h,
                        const double *before, double *row)
{
    uint32_t n = d->nf;
    double factor = 1;
    double rounding = 2 * DBL_EPSILON * pow(h, -(double)d->order);
    for (uint32_t j = 1; j <= level; j++) {
        factor *= 4;
        for (uint32_t i = 0; i < n; i++) {
            double low = row[(j - 1) * n + i];
            double old = before[(j - 1) * n + i];
            double best = (factor * low - old) / (factor - 1);
            double error = fmax(fabs(best - low), fabs(best - old)) +
                           rounding * d->largest[i];
            row[j * n + i] = best;
            if (!(error >= d->error[i])) {
                d->error[i] = error;
                d->value[i] = best;
            }
        }
    }
}

static bool converged(const struct differ *d)
{
    double top = 0;
    for (uint32_t i = 0; i < d->nf; i++)
        top = fmax(top, fabs(d->value[i]));
    for (uint32_t i = 0; i < d->nf; i++)
        if (d->error[i] >
            d->tolerance * fmax(fabs(d->value[i]), 1e-3 * top))
            return false;
    return true;
}

static void restore(const struct differ *d)
{
    for (uint32_t t = 0; t < d->order; t++)
        memcpy(d->by[t]->v, d->by[t]->base,
               sizeof(double) * d->by[t]->size);
}

bool differ_run(struct differ *d, double h)
{
    enum { MAX_OUTSIDE = 3 };
    uint32_t level = 0, outside = 0;
    for (uint32_t i = 0; i < d->nf; i++) {
        d->error[i] = d->low[i] = INFINITY;
        d->high[i] = -INFINITY;
    }
    while (level < DIFFER_LEVELS && outside <= MAX_OUTSIDE) {
        double *row = d->table[level % 2];
        if (!quotient(d, h, row)) {
            level = 0;
            outside++;
            for (uint32_t i = 0; i < d->nf; i++)
                d->error[i] = INFINITY;
        } else {
            extrapolate(d, level, h, d->table[1 - level % 2], row);
            d->unit = pow(h, -(double)d->order);
            if (++level > 1 && converged(d))
                break;
        }
        h /= 2;
    }
    restore(d);
    return level > 2 || (level > 1 && converged(d));
}
