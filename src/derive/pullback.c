/* pullback.c - sums, functions and operators in reverse: an adjoint is handed
 * on to the arguments, times the derivative by each. */
#include <string.h>

#include "derive/walk.h"

enum { RULE_DEPTH = 4 }; /* differentials within differentials */

bool reverse_sum(struct reverse *r, uint32_t i, ix_t adj)
{
    uint32_t n = r->first[i + 1] - r->first[i];
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        rat_t c = ix_content(r->t, r->list[i])[2 * k];
        if (r->active[child] &&
            !reverse_contribute(r, child, ix_scale(r->t, c, adj)))
            return false;
    }
    return true;
}

/* Where a rule says nothing about d of an argument. */
static bool unknown_partial(struct ix_table *t, uint16_t overload,
                            uint32_t arg)
{
    static const char *const place[] = {"first", "second", "third"};
    const struct overload *o = overload_get(t->x->ops, overload);
    const char *which = arg < 3 ? place[arg] : "last";
    fault_set(t->mem->fault, FAULT_UNSUPPORTED,
              "the derivative of '%s' by its %s argument is not known",
              op_name(t->x->ops, o->op), which);
    return false;
}

static bool is_known(const struct ix_table *t, uint16_t overload,
                     uint32_t arg)
{
    const struct overload *o = overload_get(t->x->ops, overload);
    return !o->differential || o->dparameter[arg] ||
           expr_is_number(t->x, o->differential, RAT_ZERO);
}

/* The derivative of a function by entries by one argument, as a template
 * over its parameters. */
static ix_t partial_template(struct ix_table *t, uint16_t overload,
                             uint32_t arg, uint32_t depth)
{
    ix_t body = ix_template(t, overload, TEMPLATE_DIFFERENTIAL);
    if (!body)
        return 0;
    if (t->templates[overload].partial[arg])
        return t->templates[overload].partial[arg];
    ix_t one = ix_ones(t, 0, NULL), partial = ix_zero(t, 0, NULL);
    if (!is_known(t, overload, arg)) {
        unknown_partial(t, overload, arg);
        return 0;
    }
    if (overload_get(t->x->ops, overload)->dparameter[arg]) {
        ix_t leaf = ix_parameter(t, overload, arg, true);
        if (!reverse_seeded(t, body, one, 0, NULL, 1, &leaf, NULL, &partial,
                            depth + 1))
            return 0;
    }
    t->templates[overload].partial[arg] = partial;
    return partial;
}

/* The derivative of a function by entries by argument k, at its arguments. */
static ix_t slope_of(struct reverse *r, ix_t v, uint32_t k, uint32_t n,
                     const ix_t *args)
{
    struct ix_table *t = r->t;
    applied_t a = ix_as_applied(ix_get(t, v));
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, v)->order, place;
    if (a) {
        a = applied_derive(t->x, a, k, &place);
        return a ? ix_applied(t, a, n, args) : 0;
    }
    uint16_t overload = (uint16_t)ix_get(t, v)->payload;
    memcpy(dims, ix_dims(t, v), order * sizeof *dims);
    ix_t partial = partial_template(t, overload, k, r->depth);
    return ix_instantiate(t, overload, partial, n, args, order, dims, NULL);
}

bool reverse_fun(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t v = r->list[i], args[OP_MAX_ARGS];
    uint32_t n = ix_children(t, v, args, OP_MAX_ARGS);
    uint32_t order = ix_get(t, v)->order, outer = r->outer;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, v), order * sizeof *dims);
    for (uint32_t a = 0; a < outer + order; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (!r->active[child])
            continue;
        ix_t slope = slope_of(r, v, k, n, args);
        if (!slope)
            return false;
        struct ix_product p;
        ix_product_begin(&p, t, outer + order, dims);
        ix_product_factor(&p, adj, RAT_ONE, labels);
        ix_product_factor(&p, slope, RAT_ONE, labels + outer);
        if (!reverse_contribute(r, child, ix_product_end(&p)))
            return false;
    }
    return true;
}

/* What an abstract function with the adjoint adj contributes to argument k:
 * adj times the function derived by it, whose new axes come behind those of
 * its first derivatives (see function.h). */
static ix_t applied_adjoint(struct reverse *r, ix_t v, ix_t adj, uint32_t k,
                            uint32_t n, const ix_t *args)
{
    struct ix_table *t = r->t;
    struct applied a = *applied_get(t->x, ix_as_applied(ix_get(t, v)));
    const struct function *f = function_of(t->x, a.function);
    uint32_t order = ix_get(t, v)->order, outer = r->outer, place, at;
    uint32_t own = ix_get(t, args[k])->order;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER], inner[2 * IX_MAX_ORDER];
    applied_t d = applied_derive(t->x, ix_as_applied(ix_get(t, v)), k, &place);
    ix_t slope = d ? ix_applied(t, d, n, args) : 0;
    if (!slope)
        return 0;
    at = t->x->decls[a.function].shape.order;
    for (uint32_t i = 0; i < place; i++)
        at += f->shape[a.by[i]].order;
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, args[k]), own * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, outer + own, dims);
    for (uint32_t i = 0; i < outer; i++)
        labels[i] = (uint16_t)i;
    for (uint32_t i = 0; i < order; i++) {
        labels[outer + i] = ix_product_label(&p, ix_dims(t, v)[i]);
        inner[i < at ? i : i + own] = labels[outer + i];
    }
    for (uint32_t i = 0; i < own; i++)
        inner[at + i] = (uint16_t)(outer + i);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, slope, RAT_ONE, inner);
    return ix_product_end(&p);
}

bool reverse_applied(struct reverse *r, uint32_t i, ix_t adj)
{
    ix_t args[OP_MAX_ARGS];
    uint32_t n = ix_children(r->t, r->list[i], args, OP_MAX_ARGS);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (r->active[child] &&
            !reverse_contribute(
                r, child, applied_adjoint(r, r->list[i], adj, k, n, args)))
            return false;
    }
    return true;
}

/* An operator as a whole: its differential is a linear map of the d's of its
 * arguments, and going through it in reverse gives their adjoints. */
static bool reverse_body(struct reverse *r, uint32_t i, ix_t adj, ix_t body,
                         uint32_t n, const uint32_t *argument,
                         const ix_t *leaf)
{
    ix_t asked[OP_MAX_ARGS] = {0}, got[OP_MAX_ARGS];
    uint32_t position[OP_MAX_ARGS], count = 0;
    uint16_t overload = (uint16_t)ix_get(r->t, r->list[i])->payload;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (!r->active[child])
            continue;
        if (!is_known(r->t, overload, argument[k]))
            return unknown_partial(r->t, overload, argument[k]);
        if (!leaf[argument[k]])
            continue;
        asked[count] = leaf[argument[k]];
        position[count++] = child;
    }
    if (!reverse_seeded(r->t, body, adj, r->outer, r->outer_dims, count,
                        asked, r->conditions, got, r->depth + 1))
        return false;
    for (uint32_t k = 0; k < count; k++)
        if (!reverse_contribute(r, position[k], got[k]))
            return false;
    return true;
}

bool reverse_op(struct reverse *r, uint32_t i, ix_t adj)
{
    static const uint32_t plain[OP_MAX_ARGS] = {0, 1, 2, 3};
    struct ix_table *t = r->t;
    ix_t args[OP_MAX_ARGS], leaf[OP_MAX_ARGS];
    uint16_t overload = (uint16_t)ix_get(t, r->list[i])->payload;
    uint32_t n = ix_children(t, r->list[i], args, OP_MAX_ARGS);
    if (r->depth >= RULE_DEPTH)
        return unknown_partial(t, overload, 0);
    ix_t body = ix_instantiate(
        t, overload, ix_template(t, overload, TEMPLATE_DIFFERENTIAL), n, args,
        0, NULL, leaf);
    return body && reverse_body(r, i, adj, body, n, plain, leaf);
}

/* A map T(A) of E known by name: by d L(A, E) = L(A, d E) + M(A, E, d A) the
 * differential of the map is M without E, what E is multiplied with. */
bool reverse_linear(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t args[OP_MAX_ARGS], leaf[OP_MAX_ARGS], free[OP_MAX_ARGS];
    uint32_t argument[OP_MAX_ARGS], nfree = 0, n = 0;
    const struct ix_node v = *ix_get(t, r->list[i]);
    uint16_t overload = (uint16_t)v.payload;
    const struct overload o = *overload_get(t->x->ops, overload);
    uint32_t linear = overload_linear(t->x, &o), axis = o.result.order;
    for (uint32_t k = 0; k < o.nargs; k++) {
        if (!(linear >> k & 1)) {
            argument[n] = k;
            args[k] = ix_content(t, r->list[i])[n++];
            continue;
        }
        dim_t dims[SHAPE_MAX_ORDER];
        uint32_t order = o.arg[k].order;
        memcpy(dims, ix_dims(t, r->list[i]) + axis, order * sizeof *dims);
        args[k] = free[nfree++] = ix_leaf(t, o.parameter[k], order, dims);
        axis += order;
    }
    for (uint32_t k = 0; k < n; k++)
        if (r->active[r->child[r->first[i] + k]] &&
            !is_known(t, overload, argument[k]))
            return unknown_partial(t, overload, argument[k]);
    if (r->depth >= RULE_DEPTH)
        return unknown_partial(t, overload, 0);
    ix_t body = ix_instantiate(
        t, overload, ix_template(t, overload, TEMPLATE_DIFFERENTIAL), o.nargs,
        args, 0, NULL, leaf);
    for (uint32_t k = 0; k < nfree; k++)
        if (!reverse_from(t, body, 1, &free[k], NULL, &body, r->depth + 1))
            return false;
    return body && reverse_body(r, i, adj, body, n, argument, leaf);
}
