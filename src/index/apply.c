/* apply.c - operators of typed expressions in index form. */
#include <string.h>

#include "index/value.h"

/* ------------------------------------------------------------ arithmetic */

/* Sums and products by entries of any number of arguments. */
struct value lift_add(struct lift *c, expr_t e, rat_t sign)
{
    struct value out;
    const struct shape shape = *expr_shape(c->x, e);
    uint32_t nargs = expr_get(c->x, e)->nargs;
    dim_t dims[2 * IX_MAX_ORDER];
    if (!lift_union(c, e, &out))
        return lift_closed(0);
    uint32_t order = lift_dims(c, &out, &shape, dims);
    struct ix_sum s;
    ix_sum_begin(&s, c->t, order, dims);
    for (uint32_t i = 0; i < nargs; i++)
        ix_sum_add(&s, sign,
                   lift_spread(c, lift_value(c, expr_arg(c->x, e, i)), &out,
                          &shape));
    out.node = ix_sum_end(&s);
    return out;
}

/* Product by entries; the last `inverted` arguments to the power -1. */
struct value lift_times(struct lift *c, expr_t e, uint32_t inverted)
{
    struct value out;
    const struct shape shape = *expr_shape(c->x, e);
    uint32_t nargs = expr_get(c->x, e)->nargs;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    if (!lift_union(c, e, &out))
        return lift_closed(0);
    uint32_t order = lift_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    for (uint32_t i = 0; i < nargs; i++)
        lift_factor(&p, lift_value(c, expr_arg(c->x, e, i)),
                   i + inverted >= nargs ? RAT_MINUS_ONE : RAT_ONE, &out,
                   places, own);
    out.node = ix_product_end(&p);
    return out;
}

/* x^y by entries; a rational exponent makes a power, another the function. */
static struct value lift_power(struct lift *c, expr_t e, uint16_t overload)
{
    struct value out;
    const struct shape shape = *expr_shape(c->x, e);
    const struct value *base = lift_value(c, expr_arg(c->x, e, 0));
    const struct value *exponent = lift_value(c, expr_arg(c->x, e, 1));
    rat_t q;
    if (!base->node || !exponent->node || !lift_union(c, e, &out))
        return lift_closed(0);
    ix_t b = lift_spread(c, base, &out, &shape);
    if (b && ix_is_constant(c->t, exponent->node, &q)) {
        out.node = ix_power(c->t, b, q);
        return out;
    }
    ix_t args[2] = {b, lift_spread(c, exponent, &out, &shape)};
    out.node = ix_fun(c->t, overload, 2, args);
    return out;
}

/* A^k for an integer k. */
static struct value lift_matrix_power(struct lift *c, expr_t e)
{
    const struct value *base = lift_value(c, expr_arg(c->x, e, 0));
    expr_t exponent = expr_arg(c->x, e, 1);
    dim_t k = expr_as_size(c->x, exponent);
    if (!base->node || !lift_value(c, exponent)->node)
        return lift_closed(0);
    if (base->nopen || !k) {
        lift_unsupported(c, "a matrix power whose exponent is not an integer");
        return lift_closed(0);
    }
    return lift_closed(ix_matrix_power(c->t, base->node, k));
}

/* -------------------------------------------------------- other operators */

/* dexpm(A,E)[i,j] = T(A)[i,j,k,l] * E[k,l]; `linear` has a bit for each such
 * argument as E.  `open` are the indices that those may depend on. */
static struct value lift_linear(struct lift *c, uint16_t overload,
                                uint32_t nargs, const struct value *args,
                                uint32_t linear, const struct shape *shape,
                                struct value open)
{
    struct ix_table *t = c->t;
    ix_t others[OP_MAX_ARGS];
    dim_t dims[2 * IX_MAX_ORDER], axes[2 * IX_MAX_ORDER];
    uint32_t n = 0, own = shape->order, order = own;
    uint16_t labels[2 * IX_MAX_ORDER], places[IX_MAX_ORDER];
    memcpy(axes, shape->dim, own * sizeof *axes);
    for (uint32_t i = 0; i < nargs; i++) {
        ix_t e = args[i].node;
        if (!(linear >> i & 1)) {
            others[n++] = e;
            continue;
        }
        uint32_t more = t->nodes[e].order - args[i].nopen;
        memcpy(axes + order, ix_dims(t, e) + args[i].nopen,
               more * sizeof *axes);
        order += more;
    }
    ix_t map = ix_op(t, IX_LINEAR, overload, n, others, order, axes);
    struct ix_product p;
    ix_product_begin(&p, t, lift_dims(c, &open, shape, dims), dims);
    for (uint32_t a = 0; a < open.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < order; a++)
        labels[a] = a < own ? (uint16_t)(open.nopen + a)
                            : ix_product_label(&p, axes[a]);
    ix_product_factor(&p, map, RAT_ONE, labels);
    for (uint32_t i = 0, at = own; map && i < nargs; i++) {
        if (!(linear >> i & 1))
            continue;
        lift_factor(&p, &args[i], RAT_ONE, &open, places, labels + at);
        at += t->nodes[args[i].node].order - args[i].nopen;
    }
    open.node = ix_product_end(&p);
    return open;
}

static bool is_kernel(const struct exprs *x, const struct overload *o,
                      const char *name)
{
    return o->kernel && !strcmp(intern_name(x->names, o->kernel), name);
}

/* Operators of sizes.  Of eye, ones, ... the shape says all; others are
 * constants whose entries only the evaluator knows. */
static struct value lift_sized(struct lift *c, expr_t e,
                               const struct overload *o)
{
    struct shape shape = *expr_shape(c->x, e);
    if (is_kernel(c->x, o, "eye"))
        return lift_closed(ix_delta(c->t, shape.dim[0]));
    if (is_kernel(c->x, o, "ones"))
        return lift_closed(ix_ones(c->t, shape.order, shape.dim));
    if (is_kernel(c->x, o, "zeros"))
        return lift_closed(ix_zero(c->t, shape.order, shape.dim));
    if (is_kernel(c->x, o, "unit"))
        return lift_closed(
            ix_basis(c->t, shape.dim[0],
                     expr_as_size(c->x, expr_arg(c->x, e, 1))));
    if (is_kernel(c->x, o, "commutation")) {
        dim_t m = expr_as_size(c->x, expr_arg(c->x, e, 0));
        dim_t n = expr_as_size(c->x, expr_arg(c->x, e, 1));
        struct ix_product p;
        ix_product_begin(&p, c->t, 2, shape.dim);
        uint16_t i = ix_product_label(&p, m), j = ix_product_label(&p, n);
        ix_product_factor(&p, ix_pair(c->t, m, n), RAT_ONE,
                          (uint16_t[]){0, i, j});
        ix_product_factor(&p, ix_pair(c->t, n, m), RAT_ONE,
                          (uint16_t[]){1, j, i});
        return lift_closed(ix_product_end(&p));
    }
    if (is_kernel(c->x, o, "selection")) {
        dim_t from = expr_as_size(c->x, expr_arg(c->x, e, 1));
        return lift_closed(ix_select(c->t, shape.dim[0],
                                     from ? dim_sub(c->x->dims, from, DIM_ONE)
                                          : 0,
                                     shape.dim[1]));
    }
    if (shape.order > 2) {
        lift_unsupported(c, "a constant of order 3 or more");
        return lift_closed(0);
    }
    /* another constant: its name, of its sizes */
    ix_t size[OP_MAX_ARGS];
    uint32_t n = expr_get(c->x, e)->nargs;
    for (uint32_t i = 0; i < n; i++)
        size[i] = ix_size(c->t, expr_as_size(c->x, expr_arg(c->x, e, i)));
    return lift_closed(ix_op(c->t, IX_OP, expr_get(c->x, e)->overload, n,
                             size, shape.order, shape.dim));
}

/* Whether an argument, of those not in `linear`, depends on open indices. */
static bool is_open(uint32_t nargs, const struct value *args, uint32_t linear)
{
    bool open = false;
    for (uint32_t i = 0; i < nargs; i++)
        open = open || (!(linear >> i & 1) && args[i].nopen);
    return open;
}

/* One application of an overload to values. */
static struct value apply(struct lift *c, uint16_t overload, uint32_t nargs,
                          const struct value *args,
                          const struct shape *shape)
{
    const struct overload *o = overload_get(c->x->ops, overload);
    struct value out = {0};
    ix_t nodes[OP_MAX_ARGS];
    dim_t dims[2 * IX_MAX_ORDER];
    struct shape whole = o->entrywise ? *shape : shape_scalar();
    for (uint32_t i = 0; i < nargs; i++) {
        if (!args[i].node)
            return lift_closed(0);
        for (uint32_t k = 0; k < args[i].nopen; k++)
            lift_open(&out, args[i].open[k]);
    }
    uint32_t batch = lift_dims(c, &out, &whole, dims);
    /* One with a differential of its own keeps its name. */
    bool opaque = o->form == OVERLOAD_OPAQUE || o->differential;
    uint32_t linear = opaque ? overload_linear(c->x, o) : 0;
    if (batch > IX_MAX_ORDER ||
        (opaque && !o->entrywise && is_open(nargs, args, linear))) {
        fault_set(c->t->mem->fault, FAULT_UNSUPPORTED,
                  "'%s' of a value that depends on a bound index",
                  op_name(c->x->ops, o->op));
        return lift_closed(0);
    }
    if (linear)
        return lift_linear(c, overload, nargs, args, linear, shape, out);
    for (uint32_t i = 0; i < nargs; i++) {
        struct shape own = whole;
        if (!o->entrywise) {
            own = shape_scalar();
            own.order =
                (uint8_t)(c->t->nodes[args[i].node].order - args[i].nopen);
            memcpy(own.dim, ix_dims(c->t, args[i].node) + args[i].nopen,
                   own.order * sizeof *own.dim);
        }
        nodes[i] = lift_spread(c, &args[i], &out, &own);
    }
    if (!opaque)
        out.node = ix_instantiate(
            c->t, overload, ix_template(c->t, overload, TEMPLATE_DEFINITION),
            nargs, nodes, batch, dims, NULL);
    else if (o->entrywise)
        out.node = ix_fun(c->t, overload, nargs, nodes);
    else
        out.node = ix_op(c->t, IX_OP, overload, nargs, nodes, shape->order,
                         shape->dim);
    return out;
}

/* An abstract function: of scalars by entries, else of whole values. */
struct value lift_applied(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct applied a = *applied_get(c->x, n.payload);
    const struct shape shape = *expr_shape(c->x, e);
    struct value out = {0};
    ix_t args[FUNCTION_MAX_ARGS];
    if (!lift_union(c, e, &out))
        return lift_closed(0);
    if (function_is_scalar(c->x, a.function)) {
        for (uint32_t i = 0; i < n.nargs; i++)
            args[i] = lift_spread(c, lift_value(c, expr_arg(c->x, e, i)),
                                  &out, &shape);
    } else if (out.nopen) {
        fault_set(c->t->mem->fault, FAULT_UNSUPPORTED,
                  "'%.60s' of a value that depends on a bound index",
                  intern_name(c->x->names,
                              expr_decl(c->x, a.function)->name));
        return lift_closed(0);
    } else {
        for (uint32_t i = 0; i < n.nargs; i++)
            args[i] = lift_value(c, expr_arg(c->x, e, i))->node;
    }
    out.node = a.stacked ? ix_stacked(c->t, n.payload, n.nargs, args)
                         : ix_applied(c->t, n.payload, n.nargs, args);
    return out;
}

/* A product of linear algebra: scalars are gathered, the rest from the left
 * to the right. */
struct value lift_product(struct lift *c, expr_t e)
{
    uint32_t nargs = expr_get(c->x, e)->nargs;
    struct value core = {0}, out;
    struct shape shape = shape_scalar();
    bool scalars = false;
    if (!lift_union(c, e, &out))
        return lift_closed(0);
    for (uint32_t i = 0; i < nargs; i++) {
        struct value args[2] = {core, *lift_value(c, expr_arg(c->x, e, i))};
        struct shape shapes[2] = {shape,
                                  *expr_shape(c->x, expr_arg(c->x, e, i))};
        uint8_t kinds[2] = {shapes[0].kind, shapes[1].kind};
        uint32_t bad;
        if (!args[1].node)
            return lift_closed(0);
        if (shapes[1].kind == SHAPE_SCALAR) {
            scalars = true;
            continue;
        }
        if (!core.node || shapes[0].kind == SHAPE_SCALAR) {
            if (core.node) { /* (x'*y)*A: the scalar so far is a factor */
                dim_t dims[2 * IX_MAX_ORDER];
                uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
                struct value both = args[0];
                for (uint32_t k = 0; k < args[1].nopen; k++)
                    lift_open(&both, args[1].open[k]);
                uint32_t order = lift_dims(c, &both, &shapes[1], dims);
                for (uint32_t a = 0; a < both.nopen; a++)
                    places[a] = (uint16_t)a;
                for (uint32_t a = 0; a < shapes[1].order; a++)
                    own[a] = (uint16_t)(both.nopen + a);
                struct ix_product p;
                ix_product_begin(&p, c->t, order, dims);
                lift_factor(&p, &args[0], RAT_ONE, &both, places, own);
                lift_factor(&p, &args[1], RAT_ONE, &both, places, own);
                both.node = ix_product_end(&p);
                core = both;
            } else {
                core = args[1];
            }
            shape = shapes[1];
            continue;
        }
        uint16_t overload = overload_find(c->x->ops, OP_MUL, 2, kinds);
        if (!overload ||
            !overload_result(c->x, overload, 2, shapes, &shape, &bad)) {
            fault_set(c->t->mem->fault, FAULT_INTERNAL,
                      "a product of shapes that do not fit");
            return lift_closed(0);
        }
        core = apply(c, overload, 2, args, &shape);
        if (!core.node)
            return core;
    }
    if (core.node && !scalars && !out.nopen)
        return core;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    uint32_t order = lift_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    if (core.node)
        lift_factor(&p, &core, RAT_ONE, &out, places, own);
    for (uint32_t i = 0; i < nargs; i++)
        if (expr_shape(c->x, expr_arg(c->x, e, i))->kind == SHAPE_SCALAR)
            lift_factor(&p, lift_value(c, expr_arg(c->x, e, i)), RAT_ONE, &out,
                       places, own);
    out.node = ix_product_end(&p);
    return out;
}

struct value lift_operator(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value args[OP_MAX_ARGS];
    const struct overload *o = overload_get(c->x->ops, n.overload);
    if (o->size_args)
        return lift_sized(c, e, o);
    if (o->form == OVERLOAD_PRIMITIVE) {
        switch (n.op) {
        case OP_NEG:
            return lift_add(c, e, RAT_MINUS_ONE);
        case OP_DIV:
            return lift_times(c, e, 1);
        default:
            return lift_power(c, e, n.overload);
        }
    }
    if (n.op == OP_HDIV)
        return lift_times(c, e, 1);
    if (n.op == OP_HPOW) {
        uint8_t kinds[2] = {SHAPE_SCALAR, SHAPE_SCALAR};
        return lift_power(c, e, overload_find(c->x->ops, OP_POW, 2, kinds));
    }
    if (n.op == OP_POW)
        return lift_matrix_power(c, e);
    for (uint32_t i = 0; i < n.nargs && i < OP_MAX_ARGS; i++)
        args[i] = *lift_value(c, expr_arg(c->x, e, i));
    return apply(c, n.overload, n.nargs, args, &shape);
}
