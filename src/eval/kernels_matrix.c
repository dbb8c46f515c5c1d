/* kernels_matrix.c - kernels of functions of matrices and their Fréchet
 * derivatives.
 *
 * For directions E_1 ... E_d the matrix of 2^d x 2^d blocks with A at (r, r)
 * and E_i at (r, r + 2^i), r without the bit i, has a function with the d-th
 * derivative in all of them in its upper right corner (Higham, Functions of
 * Matrices, 2008, theorem 3.6).  So one kernel does for all orders. */
#include <math.h>
#include <string.h>

#include "eval/matfun.h"
#include "eval/plan.h"

enum { MAX_DIRECTIONS = OP_MAX_ARGS - 1 };

struct call {
    const struct eval_value *a, *direction[MAX_DIRECTIONS];
    uint32_t directions;
    double parameter;
};

/* The first matrix is A, the others are directions, a scalar is the
 * parameter. */
static struct call read_call(const struct eval_step *s)
{
    struct call c = {0};
    for (uint32_t i = 0; i < s->nargs; i++) {
        const struct eval_value *v = s->in[i];
        if (v->order == 0)
            c.parameter = v->v ? v->v[0] : 0;
        else if (!c.a)
            c.a = v;
        else if (c.directions < MAX_DIRECTIONS)
            c.direction[c.directions++] = v;
    }
    return c;
}

static double largest(const struct eval_value *a)
{
    double top = 0;
    for (uint32_t i = 0; i < a->size; i++)
        top = fmax(top, fabs(a->v[i]));
    return top;
}

static void put_block(uint32_t n, uint32_t width, uint32_t r, uint32_t c,
                      const double *from, double scale, double *block)
{
    block += (size_t)r * n + (size_t)c * n * width;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            block[i + (size_t)j * width] = scale * from[i + (size_t)j * n];
}

/* Directions enter scaled to the size of A; the product of the scales, by
 * which the corner is to be divided, is returned: 0 if one is zero. */
static double fill(const struct call *c, double *block)
{
    uint32_t n = c->a->rows, blocks = 1u << c->directions;
    uint32_t width = blocks * n;
    double product = 1, size = largest(c->a);
    memset(block, 0, sizeof *block * width * width);
    for (uint32_t r = 0; r < blocks; r++)
        put_block(n, width, r, r, c->a->v, 1, block);
    for (uint32_t k = 0; k < c->directions; k++) {
        double top = largest(c->direction[k]);
        double scale = top > 0 ? (size > 0 ? size : 1) / top : 0;
        product *= scale;
        for (uint32_t r = 0; r < blocks; r++)
            if (!(r >> k & 1))
                put_block(n, width, r, r + (1u << k), c->direction[k]->v,
                          scale, block);
    }
    return product;
}

static void run_function(struct eval_step *s, struct eval_state *st,
                         matfun *function)
{
    struct call c = read_call(s);
    uint32_t n = c.a->rows, width = n << c.directions;
    double *block = st->work, *f = block + (size_t)width * width;
    double scale = fill(&c, block);
    if (!function(st->blas, width, block, c.parameter, f,
                  f + (size_t)width * width)) {
        st->outside = true;
        memset(f, 0, sizeof *f * width * width);
    }
    const double *corner = f + (size_t)(width - n) * width;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            s->out->v[i + (size_t)j * n] =
                scale != 0 ? corner[i + (size_t)j * width] / scale : 0;
    eval_check(s->out, st);
}

static bool fits_matrix_function(const struct eval_step *s, size_t *work)
{
    struct call c = read_call(s);
    if (!c.a || c.a->order != 2 || c.a->rows != c.a->cols ||
        s->out->size != c.a->size)
        return false;
    for (uint32_t k = 0; k < c.directions; k++)
        if (c.direction[k]->size != c.a->size)
            return false;
    uint32_t width = c.a->rows << c.directions;
    *work = 2 * (size_t)width * width + matfun_work(width);
    return true;
}

static void run_exp(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_exp);
}

static void run_log(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_log);
}

static void run_sqrt(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_sqrt);
}

static void run_power(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_power);
}

static void run_sin(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_sin);
}

static void run_cos(struct eval_step *s, struct eval_state *st)
{
    run_function(s, st, matfun_cos);
}

/* ---- all directions at once */

/* Of one direction the result is n^2 x n^2, of two n^4 x n^2; of a matrix of
 * size 1 that is the same. */
static bool fits_directions(const struct eval_step *s, uint32_t directions,
                            size_t *work)
{
    const struct eval_value *a = s->in[0];
    if (a->order != 2 || a->rows != a->cols || !a->rows || a->rows > 64 ||
        s->out->order != 2)
        return false;
    uint32_t square = a->rows * a->rows, width = a->rows << directions;
    *work = 3 * (size_t)width * width + matfun_work(width);
    return s->out->cols == square &&
           s->out->rows == (directions == 1 ? square : square * square);
}

static bool fits_jacobian(const struct eval_step *s, size_t *work)
{
    return fits_directions(s, 1, work);
}

static bool fits_hessian(const struct eval_step *s, size_t *work)
{
    return fits_directions(s, 2, work);
}

/* Column c of the result along the unit directions c and, in the slow rows,
 * k: f of a block matrix as above. */
static bool run_units(struct eval_step *s, struct eval_state *st,
                      matfun *function, struct call *call, uint32_t k,
                      uint32_t column)
{
    uint32_t n = call->a->rows, size = n * n, width = n << call->directions;
    double *block = st->work, *f = block + (size_t)width * width;
    double *unit = f + (size_t)width * width;
    double *work = unit + (size_t)width * width;
    struct eval_value direction[2] = {*call->a, *call->a};
    const uint32_t at[2] = {column, k};
    memset(unit, 0, sizeof *unit * 2 * size);
    for (uint32_t i = 0; i < call->directions; i++) {
        direction[i].v = unit + (size_t)i * size;
        direction[i].v[at[i]] = 1;
        call->direction[i] = &direction[i];
    }
    double scale = fill(call, block);
    if (!function(st->blas, width, block, call->parameter, f, work))
        return false;
    const double *corner = f + (size_t)(width - n) * width;
    double *out = s->out->v + (size_t)column * s->out->rows +
                  (size_t)k * size;
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < n; i++)
            out[i + (size_t)j * n] = corner[i + (size_t)j * width] / scale;
    return true;
}

static void run_directions(struct eval_step *s, struct eval_state *st,
                           matfun *function, uint32_t directions)
{
    struct call c = read_call(s);
    uint32_t size = c.a->size;
    c.directions = directions;
    uint32_t slow = c.directions == 2 ? size : 1;
    bool ok = true;
    memset(s->out->v, 0, sizeof *s->out->v * s->out->size);
    for (uint32_t column = 0; ok && column < size; column++)
        for (uint32_t k = 0; ok && k < slow; k++)
            ok = run_units(s, st, function, &c, k, column);
    if (!ok)
        st->outside = true;
    eval_check(s->out, st);
}

#define ALL_DIRECTIONS(name)                                                  \
    static void run_all_##name(struct eval_step *s, struct eval_state *st)    \
    {                                                                         \
        run_directions(s, st, matfun_##name, 1);                              \
    }                                                                         \
    static void run_both_##name(struct eval_step *s, struct eval_state *st)   \
    {                                                                         \
        run_directions(s, st, matfun_##name, 2);                              \
    }
ALL_DIRECTIONS(exp)
ALL_DIRECTIONS(log)
ALL_DIRECTIONS(sqrt)
ALL_DIRECTIONS(power)
ALL_DIRECTIONS(sin)
ALL_DIRECTIONS(cos)

/* f, its derivative, its second derivative; these as matrices */
#define MATRIX(name, function)                                                \
    {name, run_##function, NULL, fits_matrix_function},                       \
        {"d" name, run_##function, NULL, fits_matrix_function},               \
        {"dd" name, run_##function, NULL, fits_matrix_function},              \
        {"jac" name, run_all_##function, NULL, fits_jacobian},                \
        {"hess" name, run_both_##function, NULL, fits_hessian}

static const struct kernel table[] = {
    MATRIX("expm", exp),
    MATRIX("logm", log),
    MATRIX("sqrtm", sqrt),
    MATRIX("powm", power),
    MATRIX("sinm", sin),
    MATRIX("cosm", cos),
};

const struct kernel *kernel_of_matrices(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}
