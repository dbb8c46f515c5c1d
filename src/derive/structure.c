#include "derive/structure.h"

#include <string.h>

#include "index/lower.h"

/* A derivative whose last two axes, k and k + 1, are a matrix's. */
struct tied {
    struct ix_table *t;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order, k;
    dim_t n;
};

static ix_t unknown(struct ix_table *t, const char *what, const char *hint)
{
    fault_set(t->mem->fault, FAULT_UNSUPPORTED, "%s", what);
    fault_hint(t->mem->fault, "%s", hint);
    return 0;
}

static void own_labels(uint16_t *label, uint32_t n)
{
    for (uint32_t a = 0; a < n; a++)
        label[a] = (uint16_t)a;
}

/* g with its last two axes exchanged. */
static ix_t flipped(const struct tied *s, ix_t g)
{
    uint8_t perm[IX_MAX_ORDER];
    for (uint32_t a = 0; a < s->order; a++)
        perm[a] = (uint8_t)a;
    perm[s->k] = (uint8_t)(s->k + 1);
    perm[s->k + 1] = (uint8_t)s->k;
    return ix_permute(s->t, g, perm);
}

/* g times a matrix, entry by entry of the last two axes. */
static ix_t masked(const struct tied *s, ix_t g, ix_t mask)
{
    uint16_t label[IX_MAX_ORDER];
    struct ix_product p;
    own_labels(label, s->order);
    ix_product_begin(&p, s->t, s->order, s->dims);
    ix_product_factor(&p, g, RAT_ONE, label);
    ix_product_factor(&p, mask, RAT_ONE, label + s->k);
    return ix_product_end(&p);
}

static ix_t on_diagonal(const struct tied *s, ix_t g)
{
    return masked(s, g, ix_delta(s->t, s->n));
}

/* A constant matrix of this size that the rules define. */
static ix_t constant(const struct tied *s, const char *name)
{
    struct exprs *x = s->t->x;
    return ix_lift(s->t, expr_call1(x, name, expr_size_argument(x, s->n)));
}

/* c*g + e*g', and where entries count once less their diagonal. */
static ix_t mirrored(const struct tied *s, ix_t g, rat_t c, bool minus,
                     bool once)
{
    struct ix_sum sum;
    struct rationals *q = s->t->x->numbers;
    ix_sum_begin(&sum, s->t, s->order, s->dims);
    ix_sum_add(&sum, c, g);
    ix_sum_add(&sum, minus ? rat_neg(q, c) : c, flipped(s, g));
    if (once && !minus)
        ix_sum_add(&sum, RAT_MINUS_ONE, on_diagonal(s, g));
    return ix_sum_end(&sum);
}

static ix_t triangle(const struct tied *s, ix_t g, properties_t p)
{
    ix_t lower = constant(s, "lowerones");
    return masked(s, g, p & PROP_LOWER ? lower : ix_transpose(s->t, lower));
}

/* A linear map of matrices that the rules know by name, of the last two
 * axes. */
static ix_t mapped(const struct tied *s, ix_t g, const char *name)
{
    struct exprs *x = s->t->x;
    op_t op = op_find(x->ops, intern_find(x->names, name, strlen(name)));
    uint8_t kind = SHAPE_MATRIX;
    uint16_t overload = op ? overload_find(x->ops, op, 1, &kind) : 0;
    dim_t square[4] = {s->n, s->n, s->n, s->n};
    uint16_t label[IX_MAX_ORDER], map[4];
    struct ix_product p;
    if (!overload)
        return unknown(s->t, "the rules lack a map of matrices", name);
    own_labels(label, s->order);
    ix_product_begin(&p, s->t, s->order, s->dims);
    for (uint32_t a = 0; a < 2; a++) {
        map[a] = (uint16_t)(s->k + a);
        map[2 + a] = label[s->k + a] = ix_product_label(&p, s->n);
    }
    ix_product_factor(&p,
                      ix_op(s->t, IX_LINEAR, overload, 0, NULL, 4, square),
                      RAT_ONE, map);
    ix_product_factor(&p, g, RAT_ONE, label);
    return ix_product_end(&p);
}

/* Constant along diagonals: the sum, or the mean, of each of them; then as
 * the matrix is besides. */
static ix_t toeplitz(const struct tied *s, ix_t g, properties_t p, bool means)
{
    ix_t d = mapped(s, g, means ? "diagonalmeans" : "diagonalsums");
    rat_t c = means ? RAT_HALF : RAT_ONE;
    if (p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC))
        return mirrored(s, d, c, p & PROP_ANTISYMMETRIC, !means);
    return p & (PROP_LOWER | PROP_UPPER) ? triangle(s, d, p) : d;
}

/* ------------------------------------------------------------ vec notation */

/* The last axis of g joined to a constant matrix: g*M, or g*M'. */
static ix_t times(struct ix_table *t, ix_t g, ix_t m, bool transposed)
{
    dim_t dims[IX_MAX_ORDER];
    uint16_t label[IX_MAX_ORDER], side[2];
    struct ix_product p;
    if (!g || !m)
        return 0;
    uint32_t last = ix_get(t, g)->order - 1u;
    memcpy(dims, ix_dims(t, g), (last + 1) * sizeof *dims);
    dim_t inner = dims[last];
    dims[last] = ix_dims(t, m)[transposed ? 0 : 1];
    ix_product_begin(&p, t, last + 1, dims);
    own_labels(label, last);
    label[last] = ix_product_label(&p, inner);
    side[transposed ? 1 : 0] = label[last];
    side[transposed ? 0 : 1] = (uint16_t)last;
    ix_product_factor(&p, g, RAT_ONE, label);
    ix_product_factor(&p, m, RAT_ONE, side);
    return ix_product_end(&p);
}

/* The last two axes of g as the one axis of their vec. */
static ix_t stacked(const struct tied *s, ix_t g)
{
    dim_t dims[IX_MAX_ORDER];
    uint16_t label[IX_MAX_ORDER];
    struct ix_product p;
    memcpy(dims, s->dims, s->order * sizeof *dims);
    dims[s->k] = dim_mul(s->t->x->dims, s->n, s->n);
    ix_product_begin(&p, s->t, s->k + 1, dims);
    own_labels(label, s->k);
    label[s->k] = ix_product_label(&p, s->n);
    label[s->k + 1] = ix_product_label(&p, s->n);
    ix_product_factor(&p, ix_pair(s->t, s->n, s->n), RAT_ONE,
                      (uint16_t[]){(uint16_t)s->k, label[s->k + 1],
                                   label[s->k]});
    ix_product_factor(&p, g, RAT_ONE, label);
    return ix_product_end(&p);
}

/* And back: vec's axis as two again. */
static ix_t unstacked(const struct tied *s, ix_t v)
{
    uint16_t label[IX_MAX_ORDER];
    struct ix_product p;
    ix_product_begin(&p, s->t, s->order, s->dims);
    own_labels(label, s->k);
    label[s->k] = ix_product_label(&p, dim_mul(s->t->x->dims, s->n, s->n));
    ix_product_factor(&p, ix_pair(s->t, s->n, s->n), RAT_ONE,
                      (uint16_t[]){label[s->k], (uint16_t)(s->k + 1),
                                   (uint16_t)s->k});
    ix_product_factor(&p, v, RAT_ONE, label);
    return ix_product_end(&p);
}

/* B with vec(X) = B*(the independent entries of X), of X' where X is upper
 * triangular, or B' if *turned; NULL where there is none. */
static const char *entries_matrix(properties_t p, bool *turned)
{
    *turned = false;
    if (p & PROP_TOEPLITZ)
        return p & PROP_SYMMETRIC                   ? "symtoeplitzbasis"
               : p & PROP_ANTISYMMETRIC             ? "skewtoeplitzbasis"
               : p & (PROP_LOWER | PROP_UPPER)      ? "lowertoeplitzbasis"
                                                    : "toeplitzbasis";
    if (p & PROP_SYMMETRIC)
        return "duplication";
    if (p & PROP_ANTISYMMETRIC)
        return "skewduplication";
    *turned = true;
    return p & (PROP_LOWER | PROP_UPPER) ? "elimination" : NULL;
}

/* By matrices of vec notation, which is what the answer is in: shorter than
 * sums of Kronecker products.  0 without a fault where there are none. */
static ix_t in_vec(const struct tied *s, ix_t g, properties_t p,
                   bool projected)
{
    bool turned;
    const char *name = entries_matrix(p, &turned);
    if (p & (PROP_DIAGONAL | PROP_LOWER | PROP_UPPER) || !name)
        return 0;
    if (projected) {
        if (p & PROP_TOEPLITZ)
            g = unstacked(s, times(s->t, stacked(s, g),
                                   constant(s, "toeplitzprojector"), false));
        if (!(p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC)))
            return g;
        name = p & PROP_SYMMETRIC ? "symmetrizer" : "skewsymmetrizer";
        return unstacked(s, times(s->t, stacked(s, g), constant(s, name),
                                  false));
    }
    ix_t b = constant(s, name);
    return unstacked(s, times(s->t, times(s->t, stacked(s, g), b, false), b,
                              true));
}

/* The diagonal of the last two axes; its sum, where all of it is one entry. */
static ix_t diagonal(const struct tied *s, ix_t g, bool sum)
{
    uint16_t label[IX_MAX_ORDER];
    struct ix_product q;
    own_labels(label, s->order);
    ix_product_begin(&q, s->t, s->k + (sum ? 0 : 1), s->dims);
    if (sum)
        label[s->k] = ix_product_label(&q, s->n);
    label[s->k + 1] = label[s->k];
    ix_product_factor(&q, g, RAT_ONE, label);
    return ix_product_end(&q);
}

/* By the independent entries, one below the other. */
static ix_t by_vech(const struct tied *s, ix_t g, properties_t p)
{
    bool turned;
    const char *name = entries_matrix(p, &turned);
    if (p & PROP_DIAGONAL)
        return diagonal(s, g, p & PROP_TOEPLITZ);
    if (!name)
        return g;
    if (p & PROP_UPPER)
        g = flipped(s, g);
    return times(s->t, stacked(s, g), constant(s, name), turned);
}

/* -------------------------------------------------------------- the whole */

/* (G - X*G'*X)/2: what of G is tangent to the orthogonal matrices at X. */
static ix_t tangent(const struct tied *s, ix_t g, ix_t leaf)
{
    uint16_t label[IX_MAX_ORDER];
    uint16_t k = (uint16_t)s->k, l = (uint16_t)(k + 1);
    struct ix_product p;
    struct ix_sum sum;
    own_labels(label, s->order);
    ix_product_begin(&p, s->t, s->order, s->dims);
    uint16_t a = ix_product_label(&p, s->n), b = ix_product_label(&p, s->n);
    label[k] = b;
    label[l] = a;
    ix_product_factor(&p, leaf, RAT_ONE, (uint16_t[]){k, a});
    ix_product_factor(&p, g, RAT_ONE, label);
    ix_product_factor(&p, leaf, RAT_ONE, (uint16_t[]){b, l});
    ix_t normal = ix_product_end(&p);
    ix_sum_begin(&sum, s->t, s->order, s->dims);
    ix_sum_add(&sum, RAT_HALF, g);
    ix_sum_add(&sum, rat_neg(s->t->x->numbers, RAT_HALF), normal);
    return ix_sum_end(&sum);
}

static ix_t by_matrix(const struct tied *s, ix_t g, properties_t p,
                      bool projected, bool vec)
{
    ix_t v = vec ? in_vec(s, g, p, projected) : 0;
    if (v || fault_is_set(s->t->mem->fault))
        return v;
    if (p & PROP_DIAGONAL)
        return p & PROP_TOEPLITZ
                   ? on_diagonal(s, toeplitz(s, g, 0, projected))
                   : on_diagonal(s, g);
    if (p & PROP_TOEPLITZ)
        return toeplitz(s, g, p, projected);
    if (p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC))
        return mirrored(s, g, projected ? RAT_HALF : RAT_ONE,
                        p & PROP_ANTISYMMETRIC, !projected);
    return p & (PROP_LOWER | PROP_UPPER) ? triangle(s, g, p) : g;
}

ix_t structure_index(struct ix_table *t, ix_t g, properties_t p,
                     enum structure structure, ix_t leaf, uint32_t order,
                     bool vec)
{
    const properties_t tied = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                              PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                              PROP_TOEPLITZ | PROP_ORTHOGONAL;
    struct tied s = {.t = t};
    if (!g || !(p & tied) || structure == STRUCTURE_FREE)
        return g;
    s.order = ix_get(t, g)->order;
    s.k = s.order - 2;
    memcpy(s.dims, ix_dims(t, g), s.order * sizeof *s.dims);
    s.n = s.dims[s.k];
    if (p & PROP_ORTHOGONAL && p & (tied ^ PROP_ORTHOGONAL))
        return unknown(t, "a derivative by a matrix that is orthogonal and "
                       "has another structure", "structure free");
    if (p & PROP_ORTHOGONAL)
        return structure == STRUCTURE_PROJECTED && order == 1
                   ? tangent(&s, g, leaf)
                   : unknown(t, "the entries of an orthogonal matrix are not "
                             "independent of each other",
                             "structure projected, of order 1: the part "
                             "tangent to the orthogonal matrices");
    if (structure == STRUCTURE_VECH)
        return by_vech(&s, g, p);
    return by_matrix(&s, g, p, structure == STRUCTURE_PROJECTED, vec);
}

struct shape structure_shape(struct dims *t, const struct shape *s,
                             properties_t p, enum structure structure)
{
    const properties_t listed = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                                PROP_LOWER | PROP_UPPER | PROP_TOEPLITZ;
    if (structure != STRUCTURE_VECH || s->kind != SHAPE_MATRIX ||
        !(p & listed))
        return *s;
    dim_t n = s->dim[0], one = DIM_ONE, square = dim_mul(t, n, n);
    if (p & PROP_TOEPLITZ)
        return p & PROP_DIAGONAL ? shape_scalar()
               : p & PROP_ANTISYMMETRIC
                   ? shape_vector(dim_sub(t, n, one))
               : p & (PROP_SYMMETRIC | PROP_LOWER | PROP_UPPER)
                   ? shape_vector(n)
                   : shape_vector(dim_sub(t, dim_add(t, n, n), one));
    if (p & PROP_DIAGONAL)
        return shape_vector(n);
    return shape_vector(dim_over(t, p & PROP_ANTISYMMETRIC
                                        ? dim_sub(t, square, n)
                                        : dim_add(t, square, n), 2));
}

/* --------------------------------------------------------- index notation */

static expr_t difference(struct exprs *x, expr_t a, expr_t b)
{
    return expr_apply2(x, OP_ADD, a, expr_apply1(x, OP_NEG, b));
}

/* 1 where two numbers of diagonals agree, up to sign if `both`, else 0. */
static expr_t same_diagonal(struct exprs *x, const expr_t *at,
                            const expr_t *own, bool both)
{
    expr_t here = difference(x, at[0], at[1]);
    expr_t there = difference(x, own[0], own[1]);
    if (both) {
        here = expr_call1(x, "abs", here);
        there = expr_call1(x, "abs", there);
    }
    expr_t apart = expr_call1(x, "abs", difference(x, there, here));
    return difference(x, expr_int(x, 1), expr_call1(x, "step", apart));
}

/* Whether a size in `e` has the name. */
static bool names_size(struct exprs *x, expr_t e, symbol_t name,
                       struct arena *a)
{
    uint32_t n = 0;
    bool found = false;
    const expr_t *list = expr_reach(x, e, a, &n);
    for (uint32_t i = 0; i < n; i++) {
        const struct expr_node *node = expr_get(x, list[i]);
        const struct shape *s = expr_shape(x, list[i]);
        found = found || (node->op == OP_SIZE &&
                          dim_mentions(x->dims, node->payload, name));
        for (uint32_t k = 0; k < s->order; k++)
            found = found || dim_mentions(x->dims, s->dim[k], name);
    }
    return found;
}

/* Sums over indices that are numbers, too, are sums over parameters. */
static expr_t summed(struct exprs *x, expr_t e, const symbol_t *own,
                     const expr_t *at, dim_t n, bool both)
{
    expr_t k[2] = {expr_size(x, dim_from_symbol(x->dims, own[0])),
                   expr_size(x, dim_from_symbol(x->dims, own[1]))};
    expr_t sum = expr_apply2(x, OP_MUL, expr_element(x, e, 2, k),
                             same_diagonal(x, at, k, both));
    for (uint32_t i = 2; i-- > 0;)
        sum = expr_series(x, OP_SERIES, own[i], DIM_ONE, n, sum);
    return sum;
}

expr_t structure_write(struct exprs *x, expr_t e, bool both)
{
    struct arena a;
    uint32_t next = 0;
    dim_t n = shape_rows(expr_shape(x, e));
    expr_t index[4];
    symbol_t own[2];
    arena_init(&a, x->mem);
    for (uint32_t i = 0; i < 4;) {
        index[i] = ix_fresh_index(x, &next, n);
        symbol_t name =
            index[i] ? x->indices[expr_get(x, index[i])->payload].name : 0;
        if (i >= 2)
            own[i - 2] = name;
        i += !name || !names_size(x, e, name, &a);
    }
    arena_free(&a);
    return expr_tensor(x, 2, index, 3, summed(x, e, own, index, n, both));
}
