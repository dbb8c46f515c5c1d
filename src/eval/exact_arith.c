/* exact_arith.c - kernels in the prime field: those of arith.c and kernels.c
 * that are rational, and square roots. */
#include <string.h>

#include "eval/exact_table.h"

static inline uint32_t order_of(const struct eval_state *st)
{
    return st->exact->order;
}

/* Entry i of an argument that may be a scalar to be broadcast. */
static inline const field_t *entry(const struct eval_value *a, uint32_t i,
                                   uint32_t parts)
{
    return a->exact + (a->size == 1 ? 0 : (size_t)i * parts);
}

static size_t bytes(const struct eval_value *a, uint32_t parts)
{
    return sizeof(field_t) * a->size * parts;
}

/* -------------------------------------------------------------- by entries */

static void run_add(struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(order_of(st));
    for (uint32_t k = 0; k < s->nargs; k++)
        for (uint32_t i = 0; i < s->out->size; i++) {
            const field_t *a = entry(s->in[k], i, parts);
            field_t *out = s->out->exact + (size_t)i * parts;
            for (uint32_t p = 0; p < parts; p++)
                out[p] = k ? field_add(out[p], a[p]) : a[p];
        }
}

static void run_neg(struct eval_step *s, struct eval_state *st)
{
    size_t n = (size_t)s->out->size * jet_parts(order_of(st));
    for (size_t i = 0; i < n; i++)
        s->out->exact[i] = field_neg(s->in[0]->exact[i]);
}

static void run_had(struct eval_step *s, struct eval_state *st)
{
    uint32_t order = order_of(st), parts = jet_parts(order);
    field_t t[1 << JET_MAX_ORDER];
    for (uint32_t i = 0; i < s->out->size; i++) {
        field_t *out = s->out->exact + (size_t)i * parts;
        memcpy(out, entry(s->in[0], i, parts), sizeof *out * parts);
        for (uint32_t k = 1; k < s->nargs; k++) {
            jet_multiply(order, t, out, entry(s->in[k], i, parts));
            memcpy(out, t, sizeof *out * parts);
        }
    }
}

static void run_hdiv(struct eval_step *s, struct eval_state *st)
{
    uint32_t order = order_of(st), parts = jet_parts(order);
    field_t t[1 << JET_MAX_ORDER];
    for (uint32_t i = 0; i < s->out->size; i++) {
        if (!jet_inverse(order, t, entry(s->in[1], i, parts)))
            st->outside = true;
        jet_multiply(order, s->out->exact + (size_t)i * parts,
                     entry(s->in[0], i, parts), t);
    }
}

static bool root(struct eval_state *st, field_t *r, const field_t *a)
{
    struct exact_state *e = st->exact;
    bool exists = jet_sqrt(e->order, r, a);
    uint32_t k = 0;
    while (k < e->roots && e->radicand[k] != a[0])
        k++;
    if (k == EXACT_MAX_ROOTS)
        return false;
    if (k == e->roots)
        e->radicand[e->roots++] = a[0];
    if (!exists)
        e->without |= UINT64_C(1) << k;
    return exists;
}

static void run_sqrt(struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(order_of(st));
    for (uint32_t i = 0; i < s->out->size; i++)
        if (!root(st, s->out->exact + (size_t)i * parts,
                  s->in[0]->exact + (size_t)i * parts))
            st->outside = true;
}

/* ------------------------------------------------------------------ powers */

enum { MAX_POWER = 1 << 20 };

/* a^e for a constant exponent n or n/2; false when e is neither. */
static bool simple_power(struct eval_state *st, field_t *out,
                         const field_t *a, const field_t *e)
{
    uint32_t order = order_of(st);
    field_t r[1 << JET_MAX_ORDER];
    int64_t n = field_to_int(e[0]), half = field_to_int(field_add(e[0], e[0]));
    if (!jet_is_constant(order, e) || half > MAX_POWER || half < -MAX_POWER)
        return false;
    bool whole = n <= MAX_POWER && n >= -MAX_POWER;
    if (!whole && !root(st, r, a))
        st->outside = true;
    else if (!jet_power(order, out, whole ? a : r, whole ? n : half))
        st->outside = true;
    return true;
}

static void run_hpow(struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(order_of(st));
    for (uint32_t i = 0; i < s->out->size; i++)
        if (!simple_power(st, s->out->exact + (size_t)i * parts,
                          entry(s->in[0], i, parts),
                          entry(s->in[1], i, parts)))
            st->outside = true;
}

static void multiply(uint32_t order, uint32_t m, uint32_t k, uint32_t n,
                     const field_t *a, const field_t *b, field_t *c)
{
    uint32_t parts = jet_parts(order);
    memset(c, 0, sizeof *c * m * n * parts);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t p = 0; p < k; p++)
            for (uint32_t i = 0; i < m; i++)
                jet_add_product(order, c + (i + (size_t)j * m) * parts,
                                a + (i + (size_t)p * m) * parts,
                                b + (p + (size_t)j * k) * parts);
}

static void identity(uint32_t n, uint32_t parts, field_t *a)
{
    memset(a, 0, sizeof *a * n * n * parts);
    for (uint32_t i = 0; i < n; i++)
        a[(i + (size_t)i * n) * parts] = 1;
}

/* The inverse of `a`, of which `copy` becomes scratch. */
static bool invert(uint32_t order, const struct eval_value *a, field_t *out,
                   field_t *copy, field_t *det)
{
    uint32_t parts = jet_parts(order), n = a->rows;
    memcpy(copy, a->exact, bytes(a, parts));
    identity(n, parts, out);
    return jet_solve(order, n, copy, n, out, det);
}

static void matrix_power(struct eval_step *s, struct eval_state *st,
                         int64_t k)
{
    uint32_t order = order_of(st), n = s->in[0]->rows;
    uint32_t parts = jet_parts(order);
    size_t size = bytes(s->in[0], parts);
    field_t *base = st->exact_work, *next = base + size / sizeof *base;
    field_t *out = s->out->exact;
    memcpy(base, s->in[0]->exact, size);
    if (k < 0 && !invert(order, s->in[0], base, next, NULL))
        st->outside = true;
    identity(n, parts, out);
    for (uint64_t left = k < 0 ? -(uint64_t)k : (uint64_t)k; left;
         left >>= 1) {
        if (left & 1) {
            multiply(order, n, n, n, out, base, next);
            memcpy(out, next, size);
        }
        multiply(order, n, n, n, base, base, next);
        memcpy(base, next, size);
    }
}

/* Other exponents than n and n/2 are left to the rule of powers. */
static void run_pow(struct eval_step *s, struct eval_state *st)
{
    const field_t *e = s->in[1]->exact;
    int64_t k = field_to_int(e[0]);
    if (s->in[0]->kind == SHAPE_SCALAR) {
        if (!simple_power(st, s->out->exact, s->in[0]->exact, e))
            exact_run_opaque(s, st);
    } else if (jet_is_constant(order_of(st), e) && k <= MAX_POWER &&
               k >= -MAX_POWER) {
        matrix_power(s, st, k);
    } else {
        st->outside = true;
    }
}

/* ---------------------------------------------------------------- products */

static void run_mul(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (a->kind == SHAPE_SCALAR || b->kind == SHAPE_SCALAR)
        run_had(s, st);
    else
        multiply(order_of(st), a->rows, a->cols, b->cols, a->exact, b->exact,
                 s->out->exact);
}

static void run_kron(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    uint32_t order = order_of(st), parts = jet_parts(order);
    field_t *out = s->out->exact;
    for (uint32_t j = 0; j < a->cols; j++)
        for (uint32_t l = 0; l < b->cols; l++)
            for (uint32_t i = 0; i < a->rows; i++)
                for (uint32_t k = 0; k < b->rows; k++, out += parts)
                    jet_multiply(
                        order, out,
                        a->exact + (i + (size_t)j * a->rows) * parts,
                        b->exact + (k + (size_t)l * b->rows) * parts);
}

static void run_div(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    uint32_t order = order_of(st);
    if (b->kind == SHAPE_SCALAR) {
        run_hdiv(s, st);
        return;
    }
    size_t size = (size_t)b->size * jet_parts(order);
    field_t *inverse = st->exact_work, *copy = inverse + size;
    if (!invert(order, b, inverse, copy, NULL))
        st->outside = true;
    multiply(order, a->rows, a->cols, b->cols, a->exact, inverse,
             s->out->exact);
}

static void run_ldiv(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    uint32_t order = order_of(st), parts = jet_parts(order);
    memcpy(st->exact_work, a->exact, bytes(a, parts));
    memcpy(s->out->exact, b->exact, bytes(b, parts));
    /* a scalar divides every entry: one column of as many rows is a row */
    if (!jet_solve(order, a->rows, st->exact_work, b->size / a->rows,
                   s->out->exact, NULL))
        st->outside = true;
}

/* ------------------------------------------------------------ rearrangement */

static void run_transpose(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    uint32_t parts = jet_parts(order_of(st));
    for (uint32_t j = 0; j < a->cols; j++)
        for (uint32_t i = 0; i < a->rows; i++)
            memcpy(s->out->exact + (j + (size_t)i * a->cols) * parts,
                   a->exact + (i + (size_t)j * a->rows) * parts,
                   sizeof(field_t) * parts);
}

/* Every `step`-th entry is added up. */
static void add_up(struct eval_step *s, uint32_t parts, uint32_t step)
{
    field_t *out = s->out->exact;
    memset(out, 0, sizeof *out * parts);
    for (uint32_t i = 0; i < s->in[0]->size; i += step)
        for (uint32_t p = 0; p < parts; p++)
            out[p] = field_add(out[p], s->in[0]->exact[i * parts + p]);
}

static void run_tr(struct eval_step *s, struct eval_state *st)
{
    add_up(s, jet_parts(order_of(st)), s->in[0]->rows + 1);
}

static void run_sum_entries(struct eval_step *s, struct eval_state *st)
{
    add_up(s, jet_parts(order_of(st)), 1);
}

static void run_diag(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    uint32_t parts = jet_parts(order_of(st));
    bool from = a->order == 2;
    uint32_t n = from ? a->rows : a->size;
    if (!from)
        memset(s->out->exact, 0, bytes(s->out, parts));
    for (uint32_t i = 0; i < n; i++) {
        size_t one = (size_t)i * parts, two = (i + (size_t)i * n) * parts;
        memcpy(s->out->exact + (from ? one : two),
               a->exact + (from ? two : one), sizeof(field_t) * parts);
    }
}

static void run_copy(struct eval_step *s, struct eval_state *st)
{
    memcpy(s->out->exact, s->in[0]->exact,
           bytes(s->out, jet_parts(order_of(st))));
}

/* --------------------------------------------------------------- constants */

static void run_zeros(struct eval_step *s, struct eval_state *st)
{
    memset(s->out->exact, 0, bytes(s->out, jet_parts(order_of(st))));
}

static void run_ones(struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(order_of(st));
    run_zeros(s, st);
    for (uint32_t i = 0; i < s->out->size; i++)
        s->out->exact[(size_t)i * parts] = 1;
}

static void run_eye(struct eval_step *s, struct eval_state *st)
{
    identity(s->out->rows, jet_parts(order_of(st)), s->out->exact);
}

/* Their arguments are sizes, known as numbers. */
static void run_unit(struct eval_step *s, struct eval_state *st)
{
    double i = s->in[1]->v[0];
    run_zeros(s, st);
    if (i >= 1 && i <= s->out->size)
        s->out->exact[((size_t)i - 1) * jet_parts(order_of(st))] = 1;
    else
        st->outside = true;
}

static void run_commutation(struct eval_step *s, struct eval_state *st)
{
    uint32_t m = (uint32_t)s->in[0]->v[0], n = (uint32_t)s->in[1]->v[0];
    uint32_t parts = jet_parts(order_of(st));
    run_zeros(s, st);
    for (uint32_t i = 0; i < m; i++)
        for (uint32_t j = 0; j < n; j++)
            s->out->exact[((j + i * n) + (size_t)(i + j * m) * m * n) *
                          parts] = 1;
}

/* Its arguments are sizes, known as numbers. */
static void run_selection(struct eval_step *s, struct eval_state *st)
{
    uint32_t first = (uint32_t)s->in[1]->v[0] - 1;
    uint32_t parts = jet_parts(order_of(st));
    run_zeros(s, st);
    for (uint32_t i = 0; i < s->out->cols; i++)
        s->out->exact[(first + i + (size_t)i * s->out->rows) * parts] = 1;
}

/* ------------------------------------------------------------------ blocks */

static void run_hcat(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    uint32_t parts = jet_parts(order_of(st));
    memcpy(s->out->exact, a->exact, bytes(a, parts));
    memcpy(s->out->exact + (size_t)a->size * parts, b->exact,
           bytes(b, parts));
}

static void run_vcat(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *in;
    uint32_t parts = jet_parts(order_of(st));
    field_t *out = s->out->exact;
    for (uint32_t j = 0; j < s->in[0]->cols; j++)
        for (uint32_t k = 0; k < 2; k++) {
            in = s->in[k];
            size_t column = (size_t)in->rows * parts;
            memcpy(out, in->exact + j * column, column * sizeof *out);
            out += column;
        }
}

/* -------------------------------------------------------- matrix functions */

static void run_inv(struct eval_step *s, struct eval_state *st)
{
    if (!invert(order_of(st), s->in[0], s->out->exact, st->exact_work, NULL))
        st->outside = true;
}

static void run_det(struct eval_step *s, struct eval_state *st)
{
    uint32_t order = order_of(st);
    memcpy(st->exact_work, s->in[0]->exact,
           bytes(s->in[0], jet_parts(order)));
    if (!jet_solve(order, s->in[0]->rows, st->exact_work, 0, NULL,
                   s->out->exact))
        st->outside = true;
}

static void run_adj(struct eval_step *s, struct eval_state *st)
{
    uint32_t order = order_of(st), parts = jet_parts(order);
    field_t det[1 << JET_MAX_ORDER];
    field_t *inverse = st->exact_work;
    field_t *copy = inverse + (size_t)s->in[0]->size * parts;
    if (!invert(order, s->in[0], inverse, copy, det))
        st->outside = true;
    for (size_t i = 0; i < (size_t)s->out->size * parts; i += parts)
        jet_multiply(order, s->out->exact + i, inverse + i, det);
}

/* T = A', A m x n. */
static void transpose(uint32_t parts, uint32_t m, uint32_t n,
                      const field_t *a, field_t *t)
{
    for (uint32_t i = 0; i < m; i++)
        for (uint32_t j = 0; j < n; j++)
            memcpy(t + (j + (size_t)i * n) * parts,
                   a + (i + (size_t)j * m) * parts, sizeof *t * parts);
}

/* X with independent rows or columns: inv(X'*X)*X', or of a wide X the
 * transpose of that of X'. Other matrices have none here. */
static void run_pinv(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *x = s->in[0];
    uint32_t order = order_of(st), parts = jet_parts(order);
    uint32_t m = x->rows, n = x->cols, r = m < n ? m : n;
    field_t *gram = st->exact_work, *t = gram + (size_t)r * r * parts;
    transpose(parts, m, n, x->exact, t);
    bool ok;
    if (m >= n) {
        multiply(order, n, m, n, t, x->exact, gram);
        ok = jet_solve(order, n, gram, m, t, NULL);
        memcpy(s->out->exact, t, bytes(x, parts));
    } else {
        multiply(order, m, n, m, x->exact, t, gram);
        memcpy(t, x->exact, bytes(x, parts));
        ok = jet_solve(order, m, gram, n, t, NULL);
        transpose(parts, m, n, t, s->out->exact);
    }
    if (!ok)
        st->outside = true;
}

static void run_lowhalf(struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(order_of(st)), n = s->out->rows;
    memset(s->out->exact, 0, bytes(s->out, parts));
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = j; i < n; i++)
            s->out->exact[(i + (size_t)j * n) * parts] =
                i == j ? field_inverse(2) : 1;
}

static void run_norm2(struct eval_step *s, struct eval_state *st)
{
    uint32_t order = order_of(st), parts = jet_parts(order);
    field_t t[1 << JET_MAX_ORDER] = {0};
    for (uint32_t i = 0; i < s->in[0]->size; i++) {
        const field_t *a = s->in[0]->exact + (size_t)i * parts;
        jet_add_product(order, t, a, a);
    }
    if (!root(st, s->out->exact, t))
        st->outside = true;
}

/* --------------------------------------------------------------- the table */

static const struct exact_kernel table[] = {
    {"add", run_add, DEGREE_SUM},
    {"neg", run_neg, DEGREE_LINEAR},
    {"mul", run_mul, DEGREE_PRODUCT},
    {"div", run_div, DEGREE_QUOTIENT},
    {"ldiv", run_ldiv, DEGREE_QUOTIENT},
    {"had", run_had, DEGREE_PRODUCT},
    {"hdiv", run_hdiv, DEGREE_QUOTIENT},
    {"pow", run_pow, DEGREE_POWER},
    {"hpow", run_hpow, DEGREE_POWER},
    {"transpose", run_transpose, DEGREE_LINEAR},
    {"sqrt", run_sqrt, DEGREE_LINEAR},
    {"tr", run_tr, DEGREE_LINEAR},
    {"sum", run_sum_entries, DEGREE_LINEAR},
    {"diag", run_diag, DEGREE_LINEAR},
    {"vec", run_copy, DEGREE_LINEAR},
    {"kron", run_kron, DEGREE_PRODUCT},
    {"eye", run_eye, DEGREE_CONSTANT},
    {"unit", run_unit, DEGREE_CONSTANT},
    {"ones", run_ones, DEGREE_CONSTANT},
    {"zeros", run_zeros, DEGREE_CONSTANT},
    {"commutation", run_commutation, DEGREE_CONSTANT},
    {"selection", run_selection, DEGREE_CONSTANT},
    {"hcat", run_hcat, DEGREE_SUM},
    {"vcat", run_vcat, DEGREE_SUM},
    {"inv", run_inv, DEGREE_INVERSE},
    {"det", run_det, DEGREE_MINORS},
    {"adj", run_adj, DEGREE_MINORS},
    {"pinv", run_pinv, DEGREE_PSEUDO},
    {"lowhalf", run_lowhalf, DEGREE_CONSTANT},
    {"norm2", run_norm2, DEGREE_NORM},
};

const struct exact_kernel *exact_kernel(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}
