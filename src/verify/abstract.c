#include "verify/abstract.h"

#include <stdio.h>
#include <string.h>

enum { RIDGES = 6, SCALAR_RIDGES = 3, SPARE_DEGREE = 2 };

/* The constants of one function. */
struct ridge_function {
    decl_t function;
    uint32_t ridges;
    expr_t c[RIDGES], b[RIDGES], w[RIDGES][FUNCTION_MAX_ARGS];
    expr_t sign; /* in all c, or 0 */
};

bool abstract_is_in(struct exprs *x, expr_t e, uint32_t *order)
{
    struct arena a;
    uint32_t n = 0;
    bool found = false;
    if (!x->applied_count)
        return false;
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, e, &a, &n);
    for (uint32_t i = 0; list && i < n; i++) {
        applied_t id = expr_as_applied(x, list[i]);
        found = found || id;
        if (id && applied_get(x, id)->order > *order)
            *order = applied_get(x, id)->order;
    }
    arena_free(&a);
    return found;
}

void abstract_init(struct abstract *a, struct exprs *x,
                   enum abstract_style style, uint32_t order)
{
    *a = (struct abstract){.x = x, .style = style,
                           .degree = order + SPARE_DEGREE};
    arena_init(&a->arena, x->mem);
}

void abstract_free(struct abstract *a)
{
    MEM_FREE_ARRAY(a->x->mem, a->known, a->capacity);
    arena_free(&a->arena);
}

/* -------------------------------------------------------------- constants */

/* With c_r that have these and profiles above 0 the sum has them, too. */
static const properties_t of_sign = PROP_POSDEF | PROP_PSD | PROP_PRINCIPAL |
                                    PROP_POSITIVE | PROP_NONNEG |
                                    PROP_NONZERO;

static expr_t constant(struct abstract *a, decl_t function, const char *kind,
                       uint32_t number, const struct shape *shape,
                       properties_t properties)
{
    struct exprs *x = a->x;
    char name[96];
    snprintf(name, sizeof name, "%.60s %s%u",
             intern_name(x->names, expr_decl(x, function)->name), kind,
             number);
    struct decl d = {.name = intern_text(x->names, name),
                     .role = DECL_VARIABLE,
                     .properties = properties,
                     .shape = *shape};
    return d.name ? expr_variable(x, expr_declare(x, &d)) : 0;
}

/* Neither symmetric nor of one sign: a matrix with a positive definite
 * symmetric part has no eigenvalue below 0. */
static expr_t with_principal(struct abstract *a, decl_t d, uint32_t i,
                             const struct shape *shape)
{
    expr_t p = constant(a, d, "p", i, shape,
                        PROP_POSDEF | PROP_PSD | PROP_SYMMETRIC |
                            PROP_INVERTIBLE | PROP_PRINCIPAL);
    expr_t k = constant(a, d, "k", i, shape, PROP_ANTISYMMETRIC);
    return expr_apply2(a->x, OP_ADD, p, k);
}

/* Of either sign, the same for all terms. */
static expr_t with_nonzero(struct abstract *a, const struct ridge_function *r,
                           decl_t d, uint32_t i, const struct shape *shape)
{
    expr_t sign = i ? r->sign
                    : constant(a, d, "s", i, shape, PROP_NONZERO);
    expr_t c = constant(a, d, "c", i, shape,
                        PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO);
    if (!i)
        a->known[a->count - 1].sign = sign;
    return expr_apply2(a->x, shape->order ? OP_HAD : OP_MUL, sign, c);
}

/* A c_r such that the function has what is declared of it.  What almost all
 * sums have, such as an inverse, is left out; for exact values all signs. */
static expr_t coefficient(struct abstract *a, const struct ridge_function *r,
                          decl_t d, uint32_t i, const struct shape *shape)
{
    const properties_t linear = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                                PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                                PROP_TOEPLITZ | PROP_GENERAL;
    properties_t p = expr_decl(a->x, d)->properties;
    if (a->style == ABSTRACT_SINE && p & PROP_PRINCIPAL && !(p & PROP_POSDEF))
        return with_principal(a, d, i, shape);
    if (a->style == ABSTRACT_SINE && p & PROP_NONZERO && !(p & PROP_POSITIVE))
        return with_nonzero(a, r, d, i, shape);
    return constant(a, d, "c", i, shape,
                    p & (a->style == ABSTRACT_SINE ? linear | of_sign
                                                   : linear));
}

static const struct ridge_function *ridges_of(struct abstract *a, decl_t d)
{
    struct exprs *x = a->x;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->known[i].function == d)
            return &a->known[i];
    if (!MEM_RESERVE(x->mem, a->known, a->capacity, (size_t)a->count + 1))
        return NULL;
    const struct shape scalar = shape_scalar(), value = expr_decl(x, d)->shape;
    const struct function f = *function_of(x, d);
    struct ridge_function *r = &a->known[a->count++];
    *r = (struct ridge_function){.function = d};
    r->ridges = function_is_scalar(x, d) ? SCALAR_RIDGES : RIDGES;
    for (uint32_t i = 0; i < r->ridges; i++) {
        r->c[i] = coefficient(a, r, d, i, &value);
        r->b[i] = constant(a, d, "b", i, &scalar, 0);
        for (uint32_t k = 0; k < f.nargs; k++)
            r->w[i][k] = constant(a, d, "w", i * FUNCTION_MAX_ARGS + k,
                                  &f.shape[k], 0);
    }
    return r;
}

/* ---------------------------------------------------------------- a ridge */

/* <w_1,x_1> + ... + b, by entries for functions of scalars. */
static expr_t affine(struct abstract *a, const struct ridge_function *r,
                     uint32_t i, uint32_t n, const expr_t *args)
{
    struct exprs *x = a->x;
    const struct function *f = function_of(x, r->function);
    expr_t sum = r->b[i];
    for (uint32_t k = 0; sum && k < n; k++) {
        expr_t w = r->w[i][k], t;
        if (f->shape[k].order)
            t = expr_call1(x, "sum", expr_apply2(x, OP_HAD, w, args[k]));
        else
            t = expr_apply2(x, OP_MUL, w, args[k]);
        sum = expr_apply2(x, OP_ADD, sum, t);
    }
    return sum;
}

/* The n-th derivative of the sine: sin, cos, -sin, -cos. */
static expr_t sine(struct exprs *x, expr_t s, uint32_t n)
{
    expr_t e = expr_call1(x, n % 2 ? "cos" : "sin", s);
    return n % 4 < 2 ? e : expr_apply1(x, OP_NEG, e);
}

/* 1 + s + s^2/2 + ... + s^d/d!, derived n times: the same up to d - n. */
static expr_t series(struct exprs *x, expr_t s, uint32_t d, uint32_t n)
{
    expr_t one = expr_int(x, 1), e = one;
    for (uint32_t k = d > n ? d - n : 0; e && k; k--) {
        expr_t t = expr_apply2(x, OP_DIV, s, expr_int(x, k));
        e = expr_apply2(x, OP_ADD, one, expr_apply2(x, OP_HAD, t, e));
    }
    return e;
}

/* exp(s/8), which is positive and flat, derived n times. */
static expr_t exponential(struct exprs *x, expr_t s, uint32_t n)
{
    expr_t eighth = expr_apply2(x, OP_DIV, expr_int(x, 1), expr_int(x, 8));
    expr_t e = expr_call1(x, "exp", expr_apply2(x, OP_MUL, eighth, s));
    for (; e && n; n--)
        e = expr_apply2(x, OP_MUL, eighth, e);
    return e;
}

static expr_t profile(struct abstract *a, decl_t function, expr_t s,
                      uint32_t n)
{
    if (a->style == ABSTRACT_POLYNOMIAL)
        return series(a->x, s, a->degree, n);
    return expr_decl(a->x, function)->properties & of_sign
               ? exponential(a->x, s, n)
               : sine(a->x, s, n);
}

/* --------------------------------------------------------------- one value */

/* Tensor factors whose axes are those of the value, one after another. */
struct factors {
    expr_t item[FUNCTION_MAX_ORDER + 1];
    uint32_t n;
};

static struct factors factors_of(const struct ridge_function *r, uint32_t i,
                                 const struct applied *f)
{
    struct factors t = {{r->c[i]}, 1};
    for (uint32_t k = 0; k < f->order; k++)
        t.item[t.n++] = r->w[i][f->by[k]];
    return t;
}

/* Their outer product of at most two axes. */
static expr_t outer(struct exprs *x, const struct factors *t, expr_t scalar)
{
    expr_t e = scalar, first = 0;
    for (uint32_t k = 0; e && k < t->n; k++) {
        expr_t f = t->item[k];
        if (expr_shape(x, f)->order && first)
            f = expr_apply1(x, OP_TRANSPOSE, f);
        if (!expr_shape(x, f)->order) {
            e = expr_apply2(x, OP_HAD, e, f);
            continue;
        }
        first = first ? expr_apply2(x, OP_MUL, first, f) : f;
    }
    return e && first ? expr_apply2(x, OP_MUL, e, first) : e;
}

static expr_t column(struct exprs *x, expr_t f)
{
    return expr_shape(x, f)->order == 2 ? expr_call1(x, "vec", f) : f;
}

/* Stacked: all factors but the last one as a column, later ones slow, times
 * the last one as a row. */
static expr_t stacked(struct exprs *x, const struct factors *t, expr_t scalar)
{
    expr_t rows = 0;
    for (uint32_t k = 0; k + 1 < t->n; k++) {
        expr_t f = column(x, t->item[k]);
        if (!f)
            return 0;
        if (!expr_shape(x, f)->order)
            scalar = expr_apply2(x, OP_HAD, scalar, f);
        else
            rows = rows ? expr_call2(x, "kron", f, rows) : f;
    }
    rows = expr_apply2(x, OP_MUL, scalar, rows);
    return expr_apply2(x, OP_MUL, rows,
                       expr_apply1(x, OP_TRANSPOSE,
                                   column(x, t->item[t->n - 1])));
}

/* The entry at the given subscripts. */
static expr_t entry(struct exprs *x, const struct factors *t, expr_t scalar,
                    const expr_t *at)
{
    expr_t e = scalar;
    for (uint32_t k = 0; e && k < t->n; k++) {
        uint32_t order = expr_shape(x, t->item[k])->order;
        expr_t f = order ? expr_element(x, t->item[k], order, at)
                         : t->item[k];
        at += order;
        e = expr_apply2(x, OP_MUL, e, f);
    }
    return e;
}

/* The value of an application to these arguments, or (at) one entry of it. */
static expr_t value(struct abstract *a, applied_t id, uint32_t n,
                    const expr_t *args, const expr_t *at)
{
    struct exprs *x = a->x;
    const struct applied f = *applied_get(x, id);
    const struct ridge_function *r = ridges_of(a, f.function);
    expr_t terms[RIDGES];
    if (!r)
        return 0;
    for (uint32_t i = 0; i < r->ridges; i++) {
        struct factors t = factors_of(r, i, &f);
        expr_t p = profile(a, f.function, affine(a, r, i, n, args), f.order);
        terms[i] = at          ? entry(x, &t, p, at)
                   : f.stacked ? stacked(x, &t, p)
                               : outer(x, &t, p);
    }
    return expr_apply(x, OP_ADD, r->ridges, terms);
}

/* ---------------------------------------------------------- an expression */

struct replacement {
    struct abstract *a;
    const expr_t *list;
    expr_t *image;
};

static expr_t image_of(const struct replacement *r, expr_t e)
{
    return r->image[r->a->x->visits[e].place];
}

/* D[U,x][i,j,k]: its base may have no value of its own. */
static expr_t replace_entry(struct replacement *r, expr_t e)
{
    struct exprs *x = r->a->x;
    expr_t base = expr_arg(x, e, 0), args[FUNCTION_MAX_ARGS];
    expr_t at[SHAPE_MAX_ORDER];
    uint32_t n = expr_get(x, base)->nargs;
    for (uint32_t k = 0; k < n; k++)
        args[k] = image_of(r, expr_arg(x, base, k));
    for (uint32_t k = 1; k < expr_get(x, e)->nargs; k++)
        at[k - 1] = image_of(r, expr_arg(x, e, k));
    return value(r->a, expr_as_applied(x, base), n, args, at);
}

/* D[U,x][i,j,k] of a function that is not applied by entries. */
static bool is_entry(const struct exprs *x, expr_t e)
{
    if (expr_op(x, e) != OP_ELEMENT || expr_shape(x, e)->order)
        return false;
    applied_t id = expr_as_applied(x, expr_arg(x, e, 0));
    return id && !applied_get(x, id)->stacked &&
           !function_is_scalar(x, applied_get(x, id)->function);
}

static expr_t replace_node(struct replacement *r, expr_t e)
{
    struct exprs *x = r->a->x;
    uint32_t n = expr_get(x, e)->nargs;
    expr_t *args = ARENA_ARRAY(&r->a->arena, expr_t, n);
    applied_t id = expr_as_applied(x, e);
    if (!args)
        return 0;
    if (is_entry(x, e))
        return replace_entry(r, e);
    bool same = true;
    for (uint32_t i = 0; i < n; i++) {
        args[i] = image_of(r, expr_arg(x, e, i));
        same = same && args[i] == expr_arg(x, e, i);
        if (!args[i]) {
            r->a->failed = true;
            return 0;
        }
    }
    if (id && expr_shape(x, e)->order > 2)
        return 0;
    if (id)
        return value(r->a, id, n, args, NULL);
    return same ? e : expr_rebuild(x, e, args);
}

expr_t abstract_replace(struct abstract *a, expr_t e)
{
    struct arena_mark mark = arena_mark(&a->arena);
    struct exprs *x = a->x;
    uint32_t n = 0;
    struct replacement r = {.a = a};
    r.list = expr_reach(x, e, &a->arena, &n);
    r.image = r.list ? ARENA_ARRAY(&a->arena, expr_t, n) : NULL;
    expr_t result = 0;
    for (uint32_t i = 0; r.image && i < n; i++) {
        result = r.image[i] = replace_node(&r, r.list[i]);
        if (a->failed || fault_is_set(x->mem->fault)) {
            result = 0;
            break;
        }
    }
    arena_release(&a->arena, mark);
    return result;
}

bool abstract_conditions(struct abstract *a, const struct conditions *from,
                         struct conditions *to)
{
    for (uint32_t i = 0; from && i < from->count; i++) {
        expr_t e = abstract_replace(a, from->items[i].subject);
        if (!e || !conditions_add(to, from->items[i].predicate, e))
            return false;
    }
    return true;
}
