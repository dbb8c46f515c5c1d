/* lift.c - typed expressions to index terms.
 *
 * Inside sum(i: ...) and tensor(i: ...) a value depends on bound indices:
 * these are its first axes, `open` says which. */
#include "index/lift.h"

#include <string.h>

#include "index/value.h"

const struct value *lift_value(const struct lift *c, expr_t e)
{
    return &c->values[c->t->slots[e].position];
}

struct value lift_closed(ix_t node)
{
    return (struct value){.node = node};
}

bool lift_unsupported(struct lift *c, const char *what)
{
    return fault_set(c->t->mem->fault, FAULT_UNSUPPORTED, "%s", what);
}

/* ------------------------------------------------------- bound indices */

bool lift_open(struct value *v, index_t i)
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

uint32_t lift_place(const struct value *v, index_t i)
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
void lift_factor(struct ix_product *p, const struct value *v,
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
        l[n] = open_labels[lift_place(open, v->open[n])];
    for (uint32_t a = 0; n < order; a++)
        l[n++] = own[a];
    ix_product_factor(p, v->node, exponent, l);
}

/* The union of the arguments' open indices. */
bool lift_union(struct lift *c, expr_t e, struct value *all)
{
    const struct expr_node n = *expr_get(c->x, e);
    all->nopen = 0;
    for (uint32_t i = 0; i < n.nargs; i++) {
        const struct value *v = lift_value(c, expr_arg(c->x, e, i));
        for (uint32_t k = 0; k < v->nopen; k++)
            if (!lift_open(all, v->open[k]))
                return fault_set(c->t->mem->fault, FAULT_LIMIT,
                                 "more than %d bound indices in one term",
                                 IX_MAX_ORDER);
    }
    return true;
}

/* The sizes of a result: open indices first, then its shape's axes. */
uint32_t lift_dims(struct lift *c, const struct value *open,
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
ix_t lift_spread(struct lift *c, const struct value *v,
                   const struct value *open, const struct shape *shape)
{
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    uint32_t order = lift_dims(c, open, shape, dims);
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
    lift_factor(&p, v, RAT_ONE, open, places, own);
    return ix_product_end(&p);
}

/* -------------------------------------------------- leaves and subscripts */

static struct value lift_variable(struct lift *c, expr_t e)
{
    expr_t defined = expr_defined(c->x, e);
    if (defined != e)
        return lift_closed(ix_lift(c->t, defined));
    dim_t dims[IX_MAX_ORDER];
    const struct shape *s = expr_shape(c->x, e);
    uint32_t order = s->order;
    memcpy(dims, s->dim, order * sizeof *dims);
    return lift_closed(ix_leaf(c->t, e, order, dims));
}

/* A[i,2], A[:,2]: bound subscripts name axes, numbers pick entries, a ':'
 * leaves an axis. */
static struct value lift_element(struct lift *c, expr_t e)
{
    struct value out = {0}, base = *lift_value(c, expr_arg(c->x, e, 0));
    uint32_t n = expr_get(c->x, e)->nargs - 1;
    const struct shape shape = *expr_shape(c->x, expr_arg(c->x, e, 0));
    const struct shape left = *expr_shape(c->x, e);
    uint16_t own[IX_MAX_ORDER], places[IX_MAX_ORDER];
    dim_t dims[2 * IX_MAX_ORDER];
    if (!base.node)
        return out;
    for (uint32_t k = 0; k < base.nopen; k++)
        lift_open(&out, base.open[k]);
    for (uint32_t a = 0; a < n; a++) {
        const struct expr_node *sub =
            expr_get(c->x, expr_arg(c->x, e, a + 1));
        if (sub->op == OP_INDEX && !lift_open(&out, sub->payload))
            lift_unsupported(c, "too many bound indices");
    }
    uint32_t order = lift_dims(c, &out, &left, dims);
    uint16_t axis = out.nopen;
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t a = 0; a < out.nopen; a++)
        places[a] = (uint16_t)a;
    for (uint32_t a = 0; a < n; a++) {
        expr_t arg = expr_arg(c->x, e, a + 1);
        const struct expr_node *sub = expr_get(c->x, arg);
        dim_t position;
        if (sub->op == OP_WHOLE) {
            own[a] = axis++;
        } else if (sub->op == OP_SPAN) {
            dim_t low = expr_as_size(c->x, expr_arg(c->x, arg, 0));
            own[a] = ix_product_label(&p, shape.dim[a]);
            ix_product_factor(
                &p,
                ix_select(c->t, shape.dim[a],
                          dim_sub(c->x->dims, low, DIM_ONE),
                          expr_span_length(c->x, arg)),
                RAT_ONE, (uint16_t[]){own[a], axis++});
        } else if (sub->op == OP_INDEX) {
            const struct index_entry *i = &c->x->indices[sub->payload];
            if (i->low != DIM_ONE || i->size != shape.dim[a])
                p.failed = !lift_unsupported(
                    c, "an index that runs over a part of an axis");
            own[a] = (uint16_t)lift_place(&out, sub->payload);
        } else if ((position = expr_as_size(c->x, arg)) != 0) {
            own[a] = ix_product_label(&p, shape.dim[a]);
            ix_product_factor(&p, ix_basis(c->t, shape.dim[a], position),
                              RAT_ONE, &own[a]);
        } else {
            p.failed = !lift_unsupported(
                c, "a subscript that is neither an index nor a number");
        }
    }
    lift_factor(&p, &base, RAT_ONE, &out, places, own);
    out.node = ix_product_end(&p);
    return out;
}

/* --------------------------------------------------------------- binders */

static struct value lift_sum(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value body = *lift_value(c, expr_arg(c->x, e, n.nargs - 1));
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
            lift_open(&out, body.open[k]);
    }
    uint32_t order = lift_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    for (uint32_t k = 0; k < body.nopen; k++)
        places[k] = bound[k] ? ix_product_label(
                                   &p, index_size(c, body.open[k]))
                             : (uint16_t)lift_place(&out, body.open[k]);
    for (uint32_t a = 0; a < shape.order; a++)
        own[a] = (uint16_t)(out.nopen + a);
    lift_factor(&p, &body, RAT_ONE, &body, places, own);
    /* An index the body does not depend on: that many equal terms. */
    for (uint32_t i = 0; i + 1 < n.nargs; i++) {
        index_t index = expr_get(c->x, expr_arg(c->x, e, i))->payload;
        if (lift_place(&body, index) == body.nopen)
            ix_product_label(&p, index_size(c, index));
    }
    out.node = ix_product_end(&p);
    return out;
}

/* A sum or product over a parameter, which sizes in the body mention. */
static struct value lift_series(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    struct value out = *lift_value(c, expr_arg(c->x, e, 2));
    struct ix_series s = {
        .kind = n.op == OP_SERIES ? SERIES_SUM : SERIES_PRODUCT,
        .symbol = n.payload,
        .low = expr_as_size(c->x, expr_arg(c->x, e, 0)),
        .high = expr_as_size(c->x, expr_arg(c->x, e, 1)),
        .body = out.node};
    if (!ix_series_call(c->t, s.low, s.high, s.symbol))
        return lift_closed(0);
    out.node = ix_series(c->t, s);
    return out;
}

static struct value lift_tensor(struct lift *c, expr_t e)
{
    const struct expr_node n = *expr_get(c->x, e);
    const struct shape shape = *expr_shape(c->x, e);
    struct value body = *lift_value(c, expr_arg(c->x, e, n.nargs - 1));
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
            lift_open(&out, body.open[k]);
    }
    uint32_t order = lift_dims(c, &out, &shape, dims);
    struct ix_product p;
    ix_product_begin(&p, c->t, order, dims);
    uint32_t axis = out.nopen;
    for (uint32_t i = 0; i < nbound && !p.failed;) {
        uint32_t end = i + 1;
        while (end < nbound && !(n.payload >> end & 1))
            end++;
        /* ((i,j),k): pairs from the left, the last index the fast one. */
        uint16_t number = (uint16_t)axis++;
        for (uint32_t k = end - 1; k > i; k--) {
            dim_t fast = index_size(c, bound[k]), slow = DIM_ONE;
            for (uint32_t q = i; q < k; q++)
                slow = dim_mul(c->x->dims, slow, index_size(c, bound[q]));
            label[k] = ix_product_label(&p, fast);
            uint16_t left = ix_product_label(&p, slow);
            ix_product_factor(&p, ix_pair(c->t, slow, fast), RAT_ONE,
                              (uint16_t[]){number, left, label[k]});
            number = left;
        }
        label[i] = number;
        i = end;
    }
    for (uint32_t k = 0; k < body.nopen; k++) {
        places[k] = (uint16_t)lift_place(&out, body.open[k]);
        for (uint32_t i = 0; i < nbound; i++)
            if (bound[i] == body.open[k])
                places[k] = label[i];
    }
    lift_factor(&p, &body, RAT_ONE, &body, places, NULL);
    out.node = ix_product_end(&p);
    return out;
}

static struct value lift_node(struct lift *c, expr_t e)
{
    const struct expr_node *n = expr_get(c->x, e);
    switch (n->op) {
    case OP_NUMBER:
        return lift_closed(ix_constant(c->t, n->payload, 0, NULL));
    case OP_VARIABLE:
        return lift_variable(c, e);
    case OP_SIZE:
        return lift_closed(ix_size(c->t, n->payload));
    case OP_INDEX: /* only as a subscript, which does not ask for it */
    case OP_WHOLE:
    case OP_SPAN:
        return lift_closed(0);
    case OP_SUM:
        return lift_sum(c, e);
    case OP_SERIES:
    case OP_PRODUCT:
        return lift_series(c, e);
    case OP_TENSOR:
        return lift_tensor(c, e);
    case OP_ELEMENT:
        return lift_element(c, e);
    case OP_APPLY:
        return lift_applied(c, e);
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

static bool is_subscript(const struct exprs *x, expr_t e)
{
    op_t op = expr_op(x, e);
    return op == OP_INDEX || op == OP_WHOLE || op == OP_SPAN;
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
        if (!c.values[i].node && !is_subscript(t->x, list[i])) {
            if (!fault_is_set(t->mem->fault))
                lift_unsupported(&c, "an index used as a number");
            return 0;
        }
        if (t->expr_pass != pass) /* something was lifted within */
            for (uint32_t k = 0; k < n; k++)
                t->slots[list[k]].position = k;
    }
    if (c.values[n - 1].nopen) {
        lift_unsupported(&c, "an index outside of its sum");
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
