/* operators.c - what an operator makes of its arguments' shapes: the
 * signature is found by their kinds, then it equates sizes. */
#include <string.h>

#include "lang/scope.h"

/* The pattern sizes of a signature and what they stand for. */
struct instance {
    struct scope *s;
    uint32_t n;
    symbol_t pattern[OP_MAX_ARGS * SHAPE_MAX_ORDER];
    dim_t actual[OP_MAX_ARGS * SHAPE_MAX_ORDER];
};

static dim_t instance_get(const struct instance *in, symbol_t s)
{
    for (uint32_t i = 0; i < in->n; i++)
        if (in->pattern[i] == s)
            return in->actual[i];
    return 0;
}

/* A pattern size that no argument is alone is made up and equated. */
static dim_t instance_map(void *data, symbol_t s)
{
    struct instance *in = data;
    dim_t d = instance_get(in, s);
    if (d || in->n == OP_MAX_ARGS * SHAPE_MAX_ORDER)
        return d;
    in->pattern[in->n] = s;
    return in->actual[in->n++] = scope_fresh(in->s);
}

static dim_t instance_dim(struct instance *in, dim_t pattern)
{
    symbol_t s = dim_is_symbol(in->s->x->dims, pattern);
    if (s)
        return instance_map(in, s);
    return dim_substitute(in->s->x->dims, pattern, instance_map, in);
}

static bool match_dim(struct instance *in, dim_t pattern, dim_t actual)
{
    symbol_t s = dim_is_symbol(in->s->x->dims, pattern);
    if (s && !instance_get(in, s)) {
        in->pattern[in->n] = s;
        in->actual[in->n++] = actual;
        return true;
    }
    return typing_unify(in->s, instance_dim(in, pattern), actual);
}

/* By entries: the arguments that are not scalars have one shape. */
static bool type_entrywise(struct reading *r, syntax_t n, uint32_t *bad)
{
    struct typed *y = typed_at(r, n), *model = NULL;
    syntax_t c = r->t->nodes[n].first;
    for (uint32_t i = 0; c; c = r->t->nodes[c].next, i++) {
        struct typed *a = typed_at(r, c);
        if (a->kind == SHAPE_SCALAR)
            continue;
        *bad = i;
        if (!model) {
            model = a;
            continue;
        }
        if (a->order != model->order || a->order > 2)
            return false;
        for (uint32_t k = 0; k < a->order; k++)
            if (!typing_unify(r->s, model->dim[k], a->dim[k]))
                return false;
    }
    if (!model)
        return true;
    y->kind = model->kind;
    y->order = model->order;
    memcpy(y->dim, model->dim, sizeof y->dim);
    return true;
}

static bool match_argument(struct reading *r, struct instance *in,
                           const struct shape *pattern, bool is_size,
                           syntax_t arg)
{
    const struct typed *a = typed_at(r, arg);
    if (is_size)
        return match_dim(in, pattern->dim[0], a->dim[0]);
    if (a->order > 2)
        return false;
    for (uint32_t k = 0; k < pattern->order; k++)
        if (!match_dim(in, pattern->dim[k], a->dim[k]))
            return false;
    return true;
}

static bool not_a_size(struct reading *r, syntax_t arg)
{
    struct fault *f = r->s->x->mem->fault;
    if (typed_at(r, arg)->dim[0])
        return fault_at(f, FAULT_SHAPE, r->t->nodes[arg].where,
                        "a size is at least 1");
    fault_at(f, FAULT_SHAPE, r->t->nodes[arg].where, "this is not a size");
    fault_hint(f, "sizes are made of names, whole numbers, +, - and *: "
                  "eye(n), ones(2*m)");
    return false;
}

/* The arguments' sizes against the signature's. */
static bool type_matched(struct reading *r, syntax_t n, uint16_t id,
                         uint32_t *bad)
{
    struct instance in = {.s = r->s};
    struct typed *y = typed_at(r, n);
    const struct overload *o = overload_get(r->s->x->ops, id);
    syntax_t c = r->t->nodes[n].first;
    for (uint32_t i = 0; c; c = r->t->nodes[c].next, i++) {
        int64_t v;
        dim_t d = typed_at(r, c)->dim[0];
        *bad = i;
        if (o->size_args &&
            (!d || (dim_is_int(r->s->x->dims, d, &v) && v < 1)))
            return not_a_size(r, c);
        if (!match_argument(r, &in, &o->arg[i], o->size_args, c))
            return false;
    }
    y->kind = o->result.kind;
    y->order = o->result.order;
    for (uint32_t k = 0; k < o->result.order && k < 2; k++)
        if (!(y->dim[k] = instance_dim(&in, o->result.dim[k])))
            return false;
    return o->result.order <= 2 ||
           fault_at(r->s->x->mem->fault, FAULT_UNSUPPORTED,
                    r->t->nodes[n].where,
                    "a function of more than two axes");
}

bool type_application(struct reading *r, syntax_t n, op_t op,
                      const char *name)
{
    const struct syntax_node *node = &r->t->nodes[n];
    uint8_t kinds[OP_MAX_ARGS];
    uint32_t bad = 0, i = 0;
    if (node->count > OP_MAX_ARGS)
        return complain_kinds(r, n, op, name);
    for (syntax_t c = node->first; c; c = r->t->nodes[c].next)
        kinds[i++] = typed_at(r, c)->kind;
    uint16_t id = overload_find(r->s->x->ops, op, node->count, kinds);
    if (!id)
        return complain_kinds(r, n, op, name);
    bool ok = overload_get(r->s->x->ops, id)->entrywise
                  ? type_entrywise(r, n, &bad)
                  : type_matched(r, n, id, &bad);
    if (!ok && !fault_is_set(r->s->x->mem->fault))
        complain_sizes(r, n, op, name, bad);
    return ok && !fault_is_set(r->s->x->mem->fault);
}
