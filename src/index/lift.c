/* lift.c - typed expressions to index terms.
 *
 * Inside sum(i: ...) and tensor(i: ...) a value depends on bound indices:
 * these are its first axes, `open` says which. */
#include "index/lift.h"

#include <string.h>

struct value {
    ix_t node;
    uint8_t nopen;
    index_t open[IX_MAX_ORDER]; /* ascending */
};

struct lift {
    struct ix_table *t;
    struct exprs *x;
    struct value *values; /* by position */
};

enum { MATRIX_POWER_LIMIT = 32 };

static const struct value *value_of(const struct lift *c, expr_t e)
{
    return &c->values[c->t->slots[e].position];
}

static struct value closed(ix_t node)
{
    return (struct value){.node = node};
}

static bool unsupported(struct lift *c, const char *what)
{
    return fault_set(c->t->mem->fault, FAULT_UNSUPPORTED, "%s", what);
}

/* ------------------------------------------------------- bound indices */

static bool open_add(struct value *v, index_t i)
{
    uint32_t at = 0;
    while (at < v->nopen && v->open[at] < i)
        at++;
    if (at < v->nopen && v->open[at] == i)
        return true;
    if (v->nopen == IX_MAX_ORDER)
        return false;
    memmove(v->open + at + 1, v->open + at,
            (v->nopen - at) * sizeof *v->open);
    v->open[at] = i;
    v->nopen++;
    return true;
}

static uint32_t open_place(const struct value *v, index_t i)
{
    uint32_t at = 0;
    while (at < v->nopen && v->open[at] != i)
        at++;
    return at;
}

static dim_t index_size(const struct lift *c, index_t i)
{
    return c->x->indices[i].size;
}

/* The value as a factor: labels of its open indices, then its own. */
static void put_factor(struct ix_product *p, const struct value *v,
                       rat_t exponent, const struct value *open,
                       const uint16_t *open_labels, const uint16_t *own)
{
    uint16_t l[IX_MAX_ORDER * 2];
    if (!v->node) {
        p->failed = true;
        return;
    }
    uint32_t order = p->t->nodes[v->node].order, n = 0;
    for (; n < v->nopen; n++)
        l[n] = open_labels[open_place(open, v->open[n])];
    for (uint32_t a = 0; n < order; a++)
        l[n++] = own[a];
    ix_product_factor(p, v->node, exponent, l);
}

/* The union of the arguments' open indices. */
static bool open_union(struct lift *c, expr_t e, struct value *all)
{
    const struct expr_node n = *expr_get(c->x, e);
    all->nopen = 0;
    for (uint32_t i = 0; i < n.nargs; i++) {
        const struct value *v = value_of(c, expr_arg(c->x, e, i));
        for (uint32_t k = 0; k < v->nopen; k++)
            if (!open_add(all, v->open[k]))
                return fault_set(c->t->mem->fault, FAULT_LIMIT,
                                 "more than %d bound indices in one term",
                                 IX_MAX_ORDER);
    }
    return true;
}

/* The sizes of a result: open indices first, then its shape's axes. */
static uint32_t result_dims(struct lift *c, const struct value *open,
                            const struct shape *s, dim_t *dims)
{
    uint32_t n = 0;
    for (; n < open->nopen; n++)
        dims[n] = index_size(c, open->open[n]);
    for (uint32_t a = 0; a < s->order && n < 2 * IX_MAX_ORDER; a++)
        dims[n++] = s->dim[a];
    return n;
}

/* A value with the given open indices and, if it is a scalar, the axes of
 * `shape`. */
static ix_t spread(struct lift *c, const struct value *v,
                   const struct value *open, const struct shape *shape)
{
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    uint32_t order = result_dims(c, open, shape, dims);
    if (!v->node || order > IX_MAX_ORDER)
        return 0;
    if (c->t->nodes[v->node].order == order)
        return v->node; /* all open indices, in the same order, and axes */
    for (uint32_t a = 0; a < shape->order; a++)
        own[a] = (uint16_t)(open->nopen + a);
    for (uint32_t a = 0; a < open->nopen; a++)
        places[a] = (uint16_t)a;
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    put_factor(&p, v, RAT_ONE, open, places, own);
    return ix_product_end(&p);
}

/* -------------------------------------------------- leaves and subscripts */

static struct value lift_variable(struct lift *c, expr_t e)
{
    dim_t dims[IX_MAX_ORDER];
    const struct shape *s = expr_shape(c->x, e);
    uint32_t order = s->order;
    memcpy(dims, s->dim, order * sizeof *dims);
    return closed(ix_leaf(c->t, e, order, dims));
}

/* A[i,2]: bound subscripts name axes, numbers pick entries. */
static struct value lift_element(struct lift *c, expr_t e)
{
    struct value out = {0}, base = *value_of(c, expr_arg(c->x, e, 0));
    uint32_t n = expr_get(c->x, e)->nargs - 1;
    const struct shape shape = *expr_shape(c->x, expr_arg(c->x, e, 0));
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    dim_t dims[2 * IX_MAX_ORDER];
    struct shape none = shape_scalar();
    if (!base.node)
        return out;
    for (uint32_t k = 0; k < base.nopen; k++)
        open_add(&out, base.open[k]);
    for (uint32_t a = 0; a < n; a++) {
        const struct expr_node *sub =
            expr_get(c->x, expr_arg(c->x, e, a + 1));
        if (sub->op == OP_INDEX && !open_add(&out, sub->payload))
            unsupported(c, "too many bound indices");
    }
    uint32_t order = result_dims(c, &out, &none, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < n; a++) {
        const struct expr_node *sub =
            expr_get(c->x, expr_arg(c->x, e, a + 1));
        int64_t position;
        if (sub->op == OP_INDEX) {
            const struct index_entry *i = &c->x->indices[sub->payload];
            if (i->low != DIM_ONE || i->size != shape.dim[a])
                p.failed = !unsupported(
                    c, "an index that runs over a part of an axis");
            own[a] = (uint16_t)open_place(&out, sub->payload);
        } else if (sub->op == OP_NUMBER &&
                   rat_to_int(c->x->numbers, sub->payload, &position) &&
                   position > 0 && position < UINT32_MAX) {
            own[a] = ix_product_label(&p, shape.dim[a]);
            ix_product_factor(
                &p, ix_basis(c->t, shape.dim[a], (uint32_t)position), RAT_ONE,
                &own[a]);
        } else {
            p.failed = !unsupported(
                c, "a subscript that is neither an index nor a number");
        }
    }
    put_factor(&p, &base, RAT_ONE, &out, places, own);
    out.node = ix_product_end(&p);
    return out;
}

/* --------------------------------------------------------------- binders */

static struct value lift_sum(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value body = *value_of(c, expr_arg(c->x, e, n.nargs - 1));
    struct value out = {0};
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    dim_t dims[2 * IX_MAX_ORDER];
    if (!body.node)
        return out;
    bool bound[IX_MAX_ORDER] = {false};
    for (uint32_t k = 0; k < body.nopen; k++) {
        for (uint32_t i = 0; i + 1 < n.nargs; i++)
            if (expr_get(c->x, expr_arg(c->x, e, i))->payload ==
                body.open[k])
                bound[k] = true;
        if (!bound[k])
            open_add(&out, body.open[k]);
    }
    uint32_t order = result_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t k = 0; k < body.nopen; k++)
        places[k] = bound[k] ? ix_product_label(
                                   &p, index_size(c, body.open[k]))
                             : (uint16_t)open_place(&out, body.open[k]);
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    put_factor(&p, &body, RAT_ONE, &body, places, own);
    /* An index the body does not depend on: that many equal terms. */
    for (uint32_t i = 0; i + 1 < n.nargs; i++) {
        index_t index = expr_get(c->x, expr_arg(c->x, e, i))->payload;
        if (open_place(&body, index) == body.nopen)
            ix_product_label(&p, index_size(c, index));
    }
    out.node = ix_product_end(&p);
    return out;
}

static struct value lift_tensor(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value body = *value_of(c, expr_arg(c->x, e, n.nargs - 1));
    struct value out = {0};
    uint16_t places[IX_MAX_ORDER];
    dim_t dims[2 * IX_MAX_ORDER];
    index_t bound[2 * IX_MAX_ORDER];
    uint16_t label[2 * IX_MAX_ORDER];
    uint32_t nbound = n.nargs - 1;
    if (!body.node)
        return out;
    for (uint32_t i = 0; i < nbound; i++)
        bound[i] = expr_get(c->x, expr_arg(c->x, e, i))->payload;
    for (uint32_t k = 0; k < body.nopen; k++) {
        bool is_bound = false;
        for (uint32_t i = 0; i < nbound; i++)
            is_bound = is_bound || bound[i] == body.open[k];
        if (!is_bound)
            open_add(&out, body.open[k]);
    }
    uint32_t order = result_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    uint32_t axis = out.nopen;
    for (uint32_t i = 0; i < nbound && !p.failed;) {
        uint32_t end = i + 1;
        while (end < nbound && !(n.payload >> end & 1))
            end++;
        /* ((i,j),k): pairs from the left, the last index the fast one. */
        uint16_t number = (uint16_t)axis++;
        dim_t rest = shape.dim[axis - 1 - out.nopen];
        for (uint32_t k = end - 1; k > i; k--) {
            dim_t fast = index_size(c, bound[k]), slow = DIM_ONE;
            for (uint32_t q = i; q < k; q++)
                slow = dim_mul(c->x->dims, slow, index_size(c, bound[q]));
            label[k] = ix_product_label(&p, fast);
            uint16_t left = ix_product_label(&p, slow);
            ix_product_factor(&p, ix_pair(c->t, slow, fast), RAT_ONE,
                              (uint16_t[]){number, left, label[k]});
            number = left;
            rest = slow;
        }
        (void)rest;
        label[i] = number;
        i = end;
    }
    for (uint32_t k = 0; k < body.nopen; k++) {
        places[k] = (uint16_t)open_place(&out, body.open[k]);
        for (uint32_t i = 0; i < nbound; i++)
            if (bound[i] == body.open[k])
                places[k] = label[i];
    }
    put_factor(&p, &body, RAT_ONE, &body, places, NULL);
    out.node = ix_product_end(&p);
    return out;
}

/* ------------------------------------------------------------ arithmetic */

/* Sums and products by entries of any number of arguments. */
static struct value lift_add(struct lift *c, expr_t e, rat_t sign)
{
    struct value out;
    const struct shape shape = *expr_shape(c->x, e);
    uint32_t nargs = expr_get(c->x, e)->nargs;
    dim_t dims[2 * IX_MAX_ORDER];
    if (!open_union(c, e, &out))
        return closed(0);
    uint32_t order = result_dims(c, &out, &shape, dims);
    struct ix_sum s;
    ix_sum_begin(&s, c->t, order, dims);
    for (uint32_t i = 0; i < nargs; i++)
        ix_sum_add(&s, sign,
                   spread(c, value_of(c, expr_arg(c->x, e, i)), &out,
                          &shape));
    out.node = ix_sum_end(&s);
    return out;
}

/* Product by entries; the last `inverted` arguments to the power -1. */
static struct value lift_times(struct lift *c, expr_t e, uint32_t inverted)
{
    struct value out;
    const struct shape shape = *expr_shape(c->x, e);
    uint32_t nargs = expr_get(c->x, e)->nargs;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    if (!open_union(c, e, &out))
        return closed(0);
    uint32_t order = result_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    for (uint32_t i = 0; i < nargs; i++)
        put_factor(&p, value_of(c, expr_arg(c->x, e, i)),
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
    const struct value *base = value_of(c, expr_arg(c->x, e, 0));
    const struct value *exponent = value_of(c, expr_arg(c->x, e, 1));
    rat_t q;
    if (!base->node || !exponent->node || !open_union(c, e, &out))
        return closed(0);
    ix_t b = spread(c, base, &out, &shape);
    if (b && ix_is_constant(c->t, exponent->node, &q)) {
        out.node = ix_power(c->t, b, q);
        return out;
    }
    ix_t args[2] = {b, spread(c, exponent, &out, &shape)};
    out.node = ix_fun(c->t, overload, 2, args);
    return out;
}

static ix_t matrix_product(struct lift *c, ix_t a, ix_t b)
{
    if (!a || !b)
        return 0;
    dim_t dims[2] = {ix_dims(c->t, a)[0], ix_dims(c->t, b)[1]};
    struct ix_product p;
    ix_product_begin(&p, c->t, 2, dims);
    uint16_t k = ix_product_label(&p, ix_dims(c->t, a)[1]);
    ix_product_factor(&p, a, RAT_ONE, (uint16_t[]){0, k});
    ix_product_factor(&p, b, RAT_ONE, (uint16_t[]){k, 1});
    return ix_product_end(&p);
}

static ix_t inverse_of(struct lift *c, ix_t a)
{
    op_t inv = op_find(c->x->ops, intern_find(c->x->names, "inv", 3));
    uint8_t kind = SHAPE_MATRIX;
    uint16_t overload = inv ? overload_find(c->x->ops, inv, 1, &kind) : 0;
    if (!overload) {
        fault_set(c->t->mem->fault, FAULT_INTERNAL, "no inverse in rules");
        return 0;
    }
    dim_t dims[2];
    if (!a)
        return 0;
    memcpy(dims, ix_dims(c->t, a), sizeof dims);
    return ix_op(c->t, IX_OP, overload, 1, &a, 2, dims);
}

/* A^k for an integer k. */
static struct value lift_matrix_power(struct lift *c, expr_t e)
{
    const struct value *base = value_of(c, expr_arg(c->x, e, 0));
    const struct value *exponent = value_of(c, expr_arg(c->x, e, 1));
    rat_t q;
    int64_t k;
    if (!base->node || !exponent->node)
        return closed(0);
    if (base->nopen || !ix_is_constant(c->t, exponent->node, &q) ||
        !rat_to_int(c->x->numbers, q, &k)) {
        unsupported(c, "a matrix power whose exponent is not an integer");
        return closed(0);
    }
    if (k > MATRIX_POWER_LIMIT || k < -MATRIX_POWER_LIMIT) {
        fault_set(c->t->mem->fault, FAULT_LIMIT,
                  "a matrix power beyond %d", MATRIX_POWER_LIMIT);
        return closed(0);
    }
    if (k == 0)
        return closed(ix_delta(c->t, ix_dims(c->t, base->node)[0]));
    ix_t a = k < 0 ? inverse_of(c, base->node) : base->node, result = a;
    for (int64_t i = 1; i < (k < 0 ? -k : k); i++)
        result = matrix_product(c, result, a);
    return closed(result);
}

/* -------------------------------------------------------- other operators */

/* op(..., d E) as its own differential: a linear map known by name. */
static uint32_t linear_argument(const struct exprs *x,
                                const struct overload *o)
{
    if (!o->differential || o->form != OVERLOAD_OPAQUE ||
        expr_op(x, o->differential) != o->op)
        return UINT32_MAX;
    for (uint32_t i = 0; i < o->nargs; i++)
        if (expr_arg(x, o->differential, i) == o->dparameter[i] &&
            o->dparameter[i])
            return i;
    return UINT32_MAX;
}

/* dexpm(A,E)[i,j] = T(A)[i,j,k,l] * E[k,l] */
static struct value lift_linear(struct lift *c, uint16_t overload,
                                uint32_t nargs, const struct value *args,
                                uint32_t linear, const struct shape *shape)
{
    ix_t others[OP_MAX_ARGS], e = args[linear].node;
    dim_t dims[IX_MAX_ORDER];
    uint32_t n = 0, order = shape->order;
    uint16_t labels[IX_MAX_ORDER];
    for (uint32_t i = 0; i < nargs; i++)
        if (i != linear)
            others[n++] = args[i].node;
    uint32_t inner = c->t->nodes[e].order;
    memcpy(dims, shape->dim, order * sizeof *dims);
    memcpy(dims + order, ix_dims(c->t, e), inner * sizeof *dims);
    ix_t map = ix_op(c->t, IX_LINEAR, overload, n, others, order + inner,
                     dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < order + inner; a++)
        labels[a] = a < order ? (uint16_t)a : ix_product_label(&p, dims[a]);
    ix_product_factor(&p, map, RAT_ONE, labels);
    ix_product_factor(&p, e, RAT_ONE, labels + order);
    return closed(ix_product_end(&p));
}

static bool is_kernel(const struct exprs *x, const struct overload *o,
                      const char *name)
{
    return o->kernel && !strcmp(intern_name(x->names, o->kernel), name);
}

/* Operators of sizes: eye, ones, ...: their shape says all. */
static struct value lift_sized(struct lift *c, expr_t e,
                               const struct overload *o, uint16_t overload)
{
    struct shape shape = *expr_shape(c->x, e);
    if (is_kernel(c->x, o, "eye"))
        return closed(ix_delta(c->t, shape.dim[0]));
    if (is_kernel(c->x, o, "ones"))
        return closed(ix_ones(c->t, shape.order, shape.dim));
    if (is_kernel(c->x, o, "zeros"))
        return closed(ix_zero(c->t, shape.order, shape.dim));
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
        return closed(ix_product_end(&p));
    }
    (void)overload;
    unsupported(c, "an operator of sizes without an index form");
    return closed(0);
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
            return closed(0);
        for (uint32_t k = 0; k < args[i].nopen; k++)
            open_add(&out, args[i].open[k]);
    }
    uint32_t batch = result_dims(c, &out, &whole, dims);
    /* One with a differential of its own keeps its name. */
    bool opaque = o->form == OVERLOAD_OPAQUE || o->differential;
    uint32_t linear = opaque ? linear_argument(c->x, o) : UINT32_MAX;
    if (batch > IX_MAX_ORDER || (opaque && !o->entrywise && out.nopen)) {
        fault_set(c->t->mem->fault, FAULT_UNSUPPORTED,
                  "'%s' of a value that depends on a bound index",
                  op_name(c->x->ops, o->op));
        return closed(0);
    }
    if (linear != UINT32_MAX)
        return lift_linear(c, overload, nargs, args, linear, shape);
    for (uint32_t i = 0; i < nargs; i++) {
        struct shape own = whole;
        if (!o->entrywise) {
            own = shape_scalar();
            own.order =
                (uint8_t)(c->t->nodes[args[i].node].order - args[i].nopen);
            memcpy(own.dim, ix_dims(c->t, args[i].node) + args[i].nopen,
                   own.order * sizeof *own.dim);
        }
        nodes[i] = spread(c, &args[i], &out, &own);
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

/* A product of linear algebra: scalars are gathered, the rest from the left
 * to the right. */
static struct value lift_product(struct lift *c, expr_t e)
{
    uint32_t nargs = expr_get(c->x, e)->nargs;
    struct value core = {0}, out;
    struct shape shape = shape_scalar();
    if (!open_union(c, e, &out))
        return closed(0);
    for (uint32_t i = 0; i < nargs; i++) {
        struct value args[2] = {core, *value_of(c, expr_arg(c->x, e, i))};
        struct shape shapes[2] = {shape,
                                  *expr_shape(c->x, expr_arg(c->x, e, i))};
        uint8_t kinds[2] = {shapes[0].kind, shapes[1].kind};
        uint32_t bad;
        if (!args[1].node)
            return closed(0);
        if (shapes[1].kind == SHAPE_SCALAR)
            continue;
        if (!core.node || shapes[0].kind == SHAPE_SCALAR) {
            if (core.node) { /* (x'*y)*A: the scalar so far is a factor */
                dim_t dims[2 * IX_MAX_ORDER];
                uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
                struct value both = args[0];
                for (uint32_t k = 0; k < args[1].nopen; k++)
                    open_add(&both, args[1].open[k]);
                uint32_t order = result_dims(c, &both, &shapes[1], dims);
                for (uint32_t a = 0; a < both.nopen; a++)
                    places[a] = (uint16_t)a;
                for (uint32_t a = 0; a < shapes[1].order; a++)
                    own[a] = (uint16_t)(both.nopen + a);
                struct ix_product p;
                ix_product_begin(&p, c->t, order, dims);
                put_factor(&p, &args[0], RAT_ONE, &both, places, own);
                put_factor(&p, &args[1], RAT_ONE, &both, places, own);
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
            fault_set(c->t->mem->fault, FAULT_INTERNAL, "a product of %s",
                      "shapes that do not fit");
            return closed(0);
        }
        core = apply(c, overload, 2, args, &shape);
        if (!core.node)
            return core;
    }
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    uint32_t order = result_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    if (core.node)
        put_factor(&p, &core, RAT_ONE, &out, places, own);
    for (uint32_t i = 0; i < nargs; i++)
        if (expr_shape(c->x, expr_arg(c->x, e, i))->kind == SHAPE_SCALAR)
            put_factor(&p, value_of(c, expr_arg(c->x, e, i)), RAT_ONE, &out,
                       places, own);
    out.node = ix_product_end(&p);
    return out;
}

static struct value lift_operator(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value args[OP_MAX_ARGS];
    const struct overload *o = overload_get(c->x->ops, n.overload);
    if (o->size_args)
        return lift_sized(c, e, o, n.overload);
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
        args[i] = *value_of(c, expr_arg(c->x, e, i));
    return apply(c, n.overload, n.nargs, args, &shape);
}

static struct value lift_node(struct lift *c, expr_t e)
{
    const struct expr_node *n = expr_get(c->x, e);
    switch (n->op) {
    case OP_NUMBER:
        return closed(ix_constant(c->t, n->payload, 0, NULL));
    case OP_VARIABLE:
        return lift_variable(c, e);
    case OP_SIZE:
        return closed(ix_size(c->t, n->payload));
    case OP_INDEX: /* only as a subscript, which does not ask for it */
        return closed(0);
    case OP_SUM:
        return lift_sum(c, e);
    case OP_TENSOR:
        return lift_tensor(c, e);
    case OP_ELEMENT:
        return lift_element(c, e);
    case OP_ADD:
        return lift_add(c, e, RAT_ONE);
    case OP_HAD:
        return lift_times(c, e, 0);
    case OP_MUL:
        return lift_product(c, e);
    default:
        return lift_operator(c, e);
    }
}

/* ----------------------------------------------------------------- passes */

struct expr_walk {
    expr_t e;
    uint32_t at;
};

/* The expressions `root` is made of, children first. */
static const expr_t *reach(struct ix_table *t, expr_t root, uint32_t *n)
{
    struct exprs *x = t->x;
    *n = 0;
    if (!MEM_RESERVE(t->mem, t->slots, t->slots_capacity,
                     (size_t)x->count + 1))
        return NULL;
    uint32_t pass = ++t->expr_pass;
    uint32_t capacity = 64, stack_capacity = 64, depth = 0;
    expr_t *list = ARENA_ARRAY(&t->scratch, expr_t, capacity);
    struct expr_walk *stack =
        ARENA_ARRAY(&t->scratch, struct expr_walk, stack_capacity);
    if (!list || !stack)
        return NULL;
    stack[depth++] = (struct expr_walk){root, 0};
    t->slots[root].pass = pass;
    while (depth) {
        struct expr_walk *top = &stack[depth - 1];
        if (top->at < expr_get(x, top->e)->nargs) {
            expr_t child = expr_arg(x, top->e, top->at++);
            if (t->slots[child].pass == pass)
                continue;
            t->slots[child].pass = pass;
            if (depth == stack_capacity) {
                struct expr_walk *more = ARENA_ARRAY(
                    &t->scratch, struct expr_walk, stack_capacity * 2);
                if (!more)
                    return NULL;
                memcpy(more, stack, depth * sizeof *more);
                stack = more;
                stack_capacity *= 2;
            }
            stack[depth++] = (struct expr_walk){child, 0};
            continue;
        }
        if (*n == capacity) {
            expr_t *more = ARENA_ARRAY(&t->scratch, expr_t, capacity * 2);
            if (!more)
                return NULL;
            memcpy(more, list, *n * sizeof *more);
            list = more;
            capacity *= 2;
        }
        t->slots[top->e].position = *n;
        list[(*n)++] = top->e;
        depth--;
    }
    return list;
}

/* Lifting a definition may happen in the middle of lifting a user's
 * expression: the places of the outer one are restored. */
static ix_t lift_list(struct ix_table *t, const expr_t *list, uint32_t n)
{
    struct lift c = {.t = t, .x = t->x};
    c.values = ARENA_ARRAY(&t->scratch, struct value, n);
    if (!c.values)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t pass = t->expr_pass;
        c.values[i] = lift_node(&c, list[i]);
        if (!c.values[i].node && expr_op(t->x, list[i]) != OP_INDEX) {
            if (!fault_is_set(t->mem->fault))
                unsupported(&c, "an index used as a number");
            return 0;
        }
        if (t->expr_pass != pass) /* something was lifted within */
            for (uint32_t k = 0; k < n; k++)
                t->slots[list[k]].position = k;
    }
    if (c.values[n - 1].nopen) {
        unsupported(&c, "an index outside of its sum");
        return 0;
    }
    return c.values[n - 1].node;
}

ix_t ix_lift(struct ix_table *t, expr_t e)
{
    if (!e)
        return 0;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t n;
    const expr_t *list = reach(t, e, &n);
    ix_t result = list ? lift_list(t, list, n) : 0;
    arena_release(&t->scratch, mark);
    return result;
}
