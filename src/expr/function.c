#include "expr/function.h"

#include <string.h>

#include "expr/node.h"

uint32_t function_new(struct exprs *x, const struct function *f)
{
    if (!MEM_RESERVE(x->mem, x->functions, x->function_capacity,
                     (size_t)x->function_count + 2))
        return 0;
    x->functions[++x->function_count] = *f;
    return x->function_count;
}

bool function_same(const struct function *a, const struct function *b)
{
    if (a->nargs != b->nargs || a->known != b->known)
        return false;
    for (uint32_t k = 0; k < a->nargs; k++)
        if (a->parameter[k] != b->parameter[k] ||
            a->implied[k] != b->implied[k] ||
            ((a->known >> k & 1) && !shape_equal(&a->shape[k], &b->shape[k])))
            return false;
    return true;
}

bool function_is_scalar(const struct exprs *x, decl_t d)
{
    const struct function *f = function_of(x, d);
    bool scalar = x->decls[d].shape.order == 0;
    for (uint32_t k = 0; k < f->nargs; k++)
        scalar = scalar && f->shape[k].order == 0;
    return scalar;
}

static void print_sizes(const struct exprs *x, const struct shape *s,
                        struct text *out)
{
    for (uint32_t a = 0; a < s->order; a++) {
        text_char(out, a ? ',' : '[');
        dim_print(x->dims, s->dim[a], out);
    }
    if (s->order)
        text_char(out, ']');
}

void function_print(const struct exprs *x, decl_t d, struct text *out)
{
    const struct function *f = function_of(x, d);
    text_str(out, intern_name(x->names, x->decls[d].name));
    for (uint32_t k = 0; k < f->nargs; k++) {
        text_char(out, k ? ',' : '(');
        text_str(out, intern_name(x->names, f->parameter[k]));
        if ((f->known >> k & 1) && !f->implied[k])
            print_sizes(x, &f->shape[k], out);
    }
    text_char(out, ')');
    print_sizes(x, &x->decls[d].shape, out);
}

/* ------------------------------------------------------------- derivatives */

applied_t applied_find(struct exprs *x, const struct applied *a)
{
    for (applied_t i = x->applied_count; i; i--)
        if (x->applied[i].function == a->function &&
            x->applied[i].order == a->order &&
            x->applied[i].stacked == a->stacked &&
            !memcmp(x->applied[i].by, a->by, a->order))
            return i;
    if (!MEM_RESERVE(x->mem, x->applied, x->applied_capacity,
                     (size_t)x->applied_count + 2))
        return 0;
    x->applied[++x->applied_count] = *a;
    return x->applied_count;
}

applied_t applied_derive(struct exprs *x, applied_t a, uint32_t k,
                         uint32_t *place)
{
    struct applied d = *applied_get(x, a);
    uint32_t at = 0;
    if (d.order == FUNCTION_MAX_ORDER) {
        fault_set(x->mem->fault, FAULT_LIMIT,
                  "a derivative of '%.60s' of an order beyond %d",
                  intern_name(x->names, x->decls[d.function].name),
                  FUNCTION_MAX_ORDER);
        return 0;
    }
    while (at < d.order && d.by[at] <= k)
        at++;
    memmove(d.by + at + 1, d.by + at, d.order - at);
    d.by[at] = (uint8_t)k;
    d.order++;
    *place = at;
    return applied_find(x, &d);
}

properties_t applied_properties(const struct exprs *x, applied_t id)
{
    const properties_t linear = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                                PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                                PROP_TOEPLITZ | PROP_GENERAL;
    const struct applied *a = applied_get(x, id);
    const struct function *f = function_of(x, a->function);
    properties_t p = a->stacked ? 0 : x->decls[a->function].properties;
    for (uint32_t i = 0; i < a->order; i++)
        p &= f->shape[a->by[i]].order ? 0 : linear;
    return p;
}

/* ------------------------------------------------------------------ shapes */

static bool misfit(struct exprs *x, decl_t d, uint32_t k)
{
    return fault_set(x->mem->fault, FAULT_SHAPE,
                     "argument %u of '%.60s' does not have its shape", k + 1,
                     intern_name(x->names, x->decls[d].name));
}

/* By entries: the common shape of the arguments that are not scalars. */
static bool shape_by_entries(struct exprs *x, decl_t d, uint32_t n,
                             const struct shape *args, struct shape *result)
{
    *result = shape_scalar();
    for (uint32_t k = 0; k < n; k++) {
        if (args[k].order == 0)
            continue;
        if (result->order && !shape_equal(result, &args[k]))
            return misfit(x, d, k);
        *result = args[k];
    }
    return true;
}

struct shape applied_stack(struct dims *d, uint32_t order, const dim_t *dims,
                           uint32_t columns)
{
    dim_t size[2] = {DIM_ONE, DIM_ONE};
    for (uint32_t i = 0; i < order; i++)
        size[i + columns >= order] =
            dim_mul(d, size[i + columns >= order], dims[i]);
    return shape_tensor(2, size);
}

bool applied_shape(struct exprs *x, applied_t id, uint32_t n,
                   const struct shape *args, struct shape *result)
{
    const struct applied *a = applied_get(x, id);
    const struct function *f = function_of(x, a->function);
    struct shape all = x->decls[a->function].shape;
    if (n != f->nargs)
        return fault_set(x->mem->fault, FAULT_SHAPE,
                         "'%.60s' of %u arguments",
                         intern_name(x->names, x->decls[a->function].name),
                         n);
    if (function_is_scalar(x, a->function))
        return shape_by_entries(x, a->function, n, args, result);
    for (uint32_t k = 0; k < n; k++)
        if (!shape_equal(&args[k], &f->shape[k]))
            return misfit(x, a->function, k);
    for (uint32_t i = 0; i < a->order; i++) {
        const struct shape *by = &f->shape[a->by[i]];
        if (all.order + by->order > SHAPE_MAX_ORDER)
            return fault_set(x->mem->fault, FAULT_LIMIT, "more than %d axes",
                             SHAPE_MAX_ORDER);
        memcpy(all.dim + all.order, by->dim, by->order * sizeof *by->dim);
        all.order = (uint8_t)(all.order + by->order);
    }
    uint32_t columns =
        a->stacked && a->order ? f->shape[a->by[a->order - 1]].order : 0;
    *result = a->stacked
                  ? applied_stack(x->dims, all.order, all.dim, columns)
                  : shape_tensor(all.order, all.dim);
    return true;
}

expr_t expr_applied(struct exprs *x, applied_t a, uint32_t n,
                    const expr_t *args)
{
    struct shape shapes[FUNCTION_MAX_ARGS], result;
    if (!a || n > FUNCTION_MAX_ARGS)
        return 0;
    for (uint32_t k = 0; k < n; k++) {
        if (!args[k])
            return 0;
        shapes[k] = *expr_shape(x, args[k]);
    }
    if (!applied_shape(x, a, n, shapes, &result))
        return 0;
    expr_t own[FUNCTION_MAX_ARGS] = {0};
    memcpy(own, args, n * sizeof *own);
    struct expr_node node = {.op = OP_APPLY, .payload = a, .nargs = n};
    return expr_intern(x, node, &result, own);
}

/* ----------------------------------------------------------- implied values */

static bool arguments_are(const struct exprs *x, expr_t e,
                          const expr_t *implied)
{
    for (uint32_t k = 0; k < x->nodes[e].nargs; k++)
        if (expr_arg(x, e, k) != implied[k] || !implied[k])
            return false;
    return true;
}

bool expr_is_implied(const struct exprs *x, expr_t e)
{
    const struct applied *a = applied_get(x, x->nodes[e].payload);
    return arguments_are(x, e, function_of(x, a->function)->implied);
}

expr_t expr_implied(struct exprs *x, decl_t d)
{
    const struct function f = *function_of(x, d);
    struct applied a = {.function = d};
    for (uint32_t k = 0; k < f.nargs; k++)
        if (!f.implied[k])
            return 0;
    applied_t id = applied_find(x, &a);
    return id ? expr_applied(x, id, f.nargs, f.implied) : 0;
}
