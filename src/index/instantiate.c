/* instantiate.c - rules' definitions and differentials, applied. */
#include <string.h>

#include "index/lift.h"

static struct ix_template *template_slot(struct ix_table *t,
                                         uint16_t overload)
{
    if (!MEM_RESERVE(t->mem, t->templates, t->template_capacity,
                     (size_t)t->x->ops->overload_count + 1) ||
        overload >= t->template_capacity)
        return NULL;
    return &t->templates[overload];
}

ix_t ix_template(struct ix_table *t, uint16_t overload,
                 enum ix_template_kind kind)
{
    struct ix_template *slot = template_slot(t, overload);
    if (!slot)
        return 0;
    ix_t found = kind == TEMPLATE_DEFINITION ? slot->definition
                                             : slot->differential;
    if (found)
        return found;
    const struct overload *o = overload_get(t->x->ops, overload);
    expr_t body =
        kind == TEMPLATE_DEFINITION ? o->definition : o->differential;
    if (!body) {
        fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                  kind == TEMPLATE_DEFINITION
                      ? "'%s' has no definition in index form"
                      : "the derivative of '%s' is not known",
                  op_name(t->x->ops, o->op));
        return 0;
    }
    found = ix_lift(t, body);
    slot = template_slot(t, overload);
    if (!slot)
        return 0;
    if (kind == TEMPLATE_DEFINITION)
        slot->definition = found;
    else
        slot->differential = found;
    return found;
}

static ix_t leaf_of(struct ix_table *t, expr_t variable)
{
    dim_t dims[IX_MAX_ORDER];
    if (!variable)
        return 0;
    const struct shape *s = expr_shape(t->x, variable);
    uint32_t order = s->order;
    memcpy(dims, s->dim, order * sizeof *dims);
    return ix_leaf(t, variable, order, dims);
}

ix_t ix_parameter(struct ix_table *t, uint16_t overload, uint32_t i,
                  bool differential)
{
    const struct overload *o = overload_get(t->x->ops, overload);
    return leaf_of(t, differential ? o->dparameter[i] : o->parameter[i]);
}

/* Pattern sizes and what they stand for. */
struct sizes {
    uint32_t n;
    symbol_t symbol[OP_MAX_ARGS * SHAPE_MAX_ORDER];
    dim_t actual[OP_MAX_ARGS * SHAPE_MAX_ORDER];
};

static dim_t size_lookup(void *data, symbol_t s)
{
    const struct sizes *m = data;
    for (uint32_t i = 0; i < m->n; i++)
        if (m->symbol[i] == s)
            return m->actual[i];
    return 0;
}

struct instance {
    struct ix_table *t;
    const struct overload *o;
    struct sizes sizes;
    uint32_t n, batch;
    const ix_t *args;
    dim_t batch_dims[IX_MAX_ORDER];
    ix_t *image; /* by position in the pattern's list */
};

static dim_t actual_dim(struct instance *c, dim_t d)
{
    return dim_substitute(c->t->x->dims, d, size_lookup, &c->sizes);
}

static ix_t image_of(const struct instance *c, ix_t pattern)
{
    return c->image[c->t->positions[pattern]];
}

/* An image with the batch axes in front, whether it had them or not. */
static ix_t with_batch(struct instance *c, ix_t image, uint32_t own)
{
    struct ix_table *t = c->t;
    if (!image || t->nodes[image].order == c->batch + own)
        return image;
    dim_t dims[IX_MAX_ORDER];
    uint8_t to[IX_MAX_ORDER];
    memcpy(dims, c->batch_dims, c->batch * sizeof *dims);
    for (uint32_t a = 0; a < own; a++) {
        dims[c->batch + a] = ix_dims(t, image)[a];
        to[a] = (uint8_t)(c->batch + a);
    }
    return ix_broadcast(t, image, c->batch + own, dims, to);
}

static ix_t instance_product(struct instance *c, ix_t pattern)
{
    struct ix_table *t = c->t;
    uint32_t order = t->nodes[pattern].order;
    uint32_t length = t->nodes[pattern].length;
    dim_t dims[IX_MAX_ORDER * 2];
    struct ix_product p;
    memcpy(dims, c->batch_dims, c->batch * sizeof *dims);
    for (uint32_t a = 0; a < order && c->batch + a < IX_MAX_ORDER; a++)
        dims[c->batch + a] = actual_dim(c, ix_dims(t, pattern)[a]);
    ix_product_begin(&p, t, c->batch + order, dims);
    uint32_t labels = ix_content(t, pattern)[0];
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map)
        p.failed = true;
    for (uint32_t l = 0; map && l < labels; l++)
        map[l] = l < order ? (uint16_t)(c->batch + l) : UINT16_MAX;
    for (uint32_t k = 1; k < length && !p.failed;) {
        const uint32_t *w = ix_content(t, pattern) + k;
        ix_t factor = w[0], image = image_of(c, factor);
        uint32_t own = t->nodes[factor].order;
        uint16_t l[IX_MAX_ORDER * 2];
        uint32_t at = 0;
        if (!image)
            p.failed = true;
        else if (t->nodes[image].order == own + c->batch)
            for (; at < c->batch; at++)
                l[at] = (uint16_t)at;
        for (uint32_t a = 0; a < own && !p.failed; a++) {
            if (map[w[2 + a]] == UINT16_MAX)
                map[w[2 + a]] =
                    ix_product_label(&p, ix_dims(t, image)[at]);
            l[at++] = map[w[2 + a]];
        }
        ix_product_factor(&p, image, w[1], l);
        k += ix_factor_words(t, factor);
    }
    return ix_product_end(&p);
}

static ix_t instance_sum(struct instance *c, ix_t pattern)
{
    struct ix_table *t = c->t;
    uint32_t order = t->nodes[pattern].order;
    dim_t dims[IX_MAX_ORDER * 2];
    struct ix_sum s;
    memcpy(dims, c->batch_dims, c->batch * sizeof *dims);
    for (uint32_t a = 0; a < order && c->batch + a < IX_MAX_ORDER; a++)
        dims[c->batch + a] = actual_dim(c, ix_dims(t, pattern)[a]);
    ix_sum_begin(&s, t, c->batch + order, dims);
    for (uint32_t k = 0; k < t->nodes[pattern].length; k += 2) {
        const uint32_t *w = ix_content(t, pattern) + k;
        rat_t coefficient = w[0];
        ix_sum_add(&s, coefficient,
                   with_batch(c, image_of(c, w[1]), order));
    }
    return ix_sum_end(&s);
}

static ix_t instance_call(struct instance *c, ix_t pattern)
{
    struct ix_table *t = c->t;
    const struct ix_node n = t->nodes[pattern];
    ix_t args[OP_MAX_ARGS];
    for (uint32_t i = 0; i < n.length && i < OP_MAX_ARGS; i++) {
        ix_t arg = ix_content(t, pattern)[i];
        args[i] = image_of(c, arg);
        if (n.kind == IX_FUN)
            args[i] = with_batch(c, args[i], t->nodes[arg].order);
    }
    if (n.kind == IX_FUN)
        return ix_fun(t, (uint16_t)n.payload, n.length, args);
    if (c->batch) {
        const struct overload *o =
            overload_get(t->x->ops, (uint16_t)n.payload);
        fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                  "'%s' of a value that depends on a bound index",
                  op_name(t->x->ops, o->op));
        return 0;
    }
    dim_t dims[IX_MAX_ORDER];
    for (uint32_t a = 0; a < n.order; a++)
        dims[a] = actual_dim(c, ix_dims(t, pattern)[a]);
    return ix_op(t, (enum ix_kind)n.kind, (uint16_t)n.payload, n.length,
                 args, n.order, dims);
}

static ix_t instance_series(struct instance *c, ix_t pattern)
{
    struct ix_series s = ix_series_get(c->t, pattern);
    uint32_t order = c->t->nodes[pattern].order;
    s.body = with_batch(c, image_of(c, s.body), order);
    s.low = actual_dim(c, s.low);
    s.high = actual_dim(c, s.high);
    return ix_series(c->t, s);
}

/* An operator of pattern sizes as that of the actual ones. */
static expr_t instance_constant(struct instance *c, expr_t e)
{
    struct exprs *x = c->t->x;
    expr_t args[OP_MAX_ARGS];
    const struct expr_node n = *expr_get(x, e);
    for (uint32_t k = 0; k < n.nargs; k++)
        args[k] = expr_size_argument(
            x, actual_dim(c, expr_as_size(x, expr_arg(x, e, k))));
    return expr_apply(x, n.op, n.nargs, args);
}

static ix_t instance_leaf(struct instance *c, ix_t pattern)
{
    struct ix_table *t = c->t;
    expr_t variable = t->nodes[pattern].payload;
    for (uint32_t i = 0; i < c->n; i++)
        if (c->o->parameter[i] == variable)
            return c->args[i];
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = t->nodes[pattern].order;
    for (uint32_t a = 0; a < order; a++)
        dims[a] = actual_dim(c, ix_dims(t, pattern)[a]);
    if (expr_op(t->x, variable) != OP_VARIABLE)
        variable = instance_constant(c, variable);
    return ix_leaf(t, variable, order, dims);
}

static ix_t instance_node(struct instance *c, ix_t pattern)
{
    struct ix_table *t = c->t;
    const struct ix_node *n = &t->nodes[pattern];
    const dim_t *d = ix_dims(t, pattern);
    dim_t slow, fast;
    switch ((enum ix_kind)n->kind) {
    case IX_LEAF:
        return instance_leaf(c, pattern);
    case IX_SIZE:
        return ix_size(t, actual_dim(c, n->payload));
    case IX_DELTA:
        return ix_delta(t, actual_dim(c, d[0]));
    case IX_PAIR:
        slow = actual_dim(c, d[1]);
        fast = actual_dim(c, ix_dims(t, pattern)[2]);
        return ix_pair(t, slow, fast);
    case IX_SELECT:
        slow = actual_dim(c, d[0]);
        fast = actual_dim(c, d[1]);
        return ix_select(t, slow, actual_dim(c, t->nodes[pattern].payload),
                         fast);
    case IX_BASIS:
        slow = actual_dim(c, d[0]);
        return ix_basis(t, slow, actual_dim(c, t->nodes[pattern].payload));
    case IX_SERIES:
        return instance_series(c, pattern);
    case IX_PROD:
        return instance_product(c, pattern);
    case IX_SUM:
        return instance_sum(c, pattern);
    default:
        return instance_call(c, pattern);
    }
}

static void bind_size(struct instance *c, symbol_t s, dim_t actual)
{
    if (!s || !actual || size_lookup(&c->sizes, s))
        return;
    c->sizes.symbol[c->sizes.n] = s;
    c->sizes.actual[c->sizes.n++] = actual;
}

static void match_sizes(struct instance *c)
{
    for (uint32_t i = 0; i < c->n; i++) {
        if (c->o->size_name[i])
            bind_size(c, c->o->size_name[i], ix_as_size(c->t, c->args[i]));
        uint32_t order = c->o->entrywise ? 0 : c->o->arg[i].order;
        for (uint32_t a = 0; a < order; a++) {
            symbol_t s = dim_is_symbol(c->t->x->dims, c->o->arg[i].dim[a]);
            bind_size(c, s, ix_dims(c->t, c->args[i])[c->batch + a]);
        }
    }
}

ix_t ix_instantiate(struct ix_table *t, uint16_t overload, ix_t pattern,
                    uint32_t n, const ix_t *args, uint32_t batch,
                    const dim_t *batch_dims, ix_t *leaf)
{
    if (!pattern)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        if (!args[i])
            return 0;
    const struct overload *o = overload_get(t->x->ops, overload);
    struct arena_mark mark = arena_mark(&t->scratch);
    struct instance c;
    c.t = t;
    c.o = o;
    c.n = n;
    c.batch = batch;
    c.args = args;
    c.sizes.n = 0;
    ix_t result = 0;
    if (batch)
        memcpy(c.batch_dims, batch_dims, batch * sizeof *batch_dims);
    match_sizes(&c);
    uint32_t count;
    const ix_t *list = ix_reach(t, pattern, &count);
    c.image = ARENA_ARRAY(&t->scratch, ix_t, count + 1);
    if (!list || !c.image)
        goto done;
    for (uint32_t i = 0; i < count; i++) {
        c.image[i] = instance_node(&c, list[i]);
        if (!c.image[i])
            goto done;
    }
    result = with_batch(&c, c.image[count - 1], t->nodes[pattern].order);
    for (uint32_t i = 0; leaf && i < n; i++) {
        leaf[i] = 0;
        for (uint32_t k = 0; k < count; k++)
            if (t->nodes[list[k]].kind == IX_LEAF && o->dparameter[i] &&
                t->nodes[list[k]].payload == o->dparameter[i])
                leaf[i] = c.image[k];
    }
done:
    arena_release(&t->scratch, mark);
    return result;
}
