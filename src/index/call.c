/* call.c - functions of index terms, by entries and as a whole. */
#include <string.h>

#include "index/blocks.h"
#include "index/product.h"

/* A product of one factor to the first power without summed labels: a value
 * with its axes renamed, repeated or added. */
static bool is_relabelling(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    if (node->kind != IX_PROD || node->length < 3 || w[0] != node->order)
        return false;
    uint32_t inner = t->nodes[w[1]].kind;
    return node->length == 1 + ix_factor_words(t, w[1]) &&
           w[2] == RAT_ONE && inner != IX_DELTA && inner != IX_PAIR &&
           inner != IX_BASIS && inner != IX_SELECT;
}

static ix_t fun_relabelled(struct ix_table *t, uint32_t callee, ix_t arg)
{
    uint32_t order = t->nodes[arg].order;
    dim_t dims[IX_MAX_ORDER];
    uint16_t labels[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, arg), order * sizeof *dims);
    const uint32_t *w = ix_content(t, arg);
    ix_t inner = w[1];
    for (uint32_t a = 0; a < t->nodes[inner].order; a++)
        labels[a] = (uint16_t)w[3 + a];
    ix_t value = ix_fun(t, callee, 1, &inner);
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    ix_product_factor(&p, value, RAT_ONE, labels);
    return ix_product_end(&p);
}

/* f(c P[a;i,j] Y[i,j]) = P[a;i,j] f(c Y[i,j]): a numbering of pairs commutes
 * with any function by entries. */
static ix_t fun_unpaired(struct ix_table *t, uint32_t callee, ix_t arg)
{
    const struct ix_node *node = &t->nodes[arg];
    rat_t c = RAT_ONE;
    if (node->kind == IX_SUM && node->length == 2) {
        c = ix_content(t, arg)[0];
        arg = ix_content(t, arg)[1];
        node = &t->nodes[arg];
    }
    if (node->kind != IX_PROD)
        return 0;
    const uint32_t *w = ix_content(t, arg);
    uint32_t at = 1;
    while (at < node->length && t->nodes[w[at]].kind != IX_PAIR)
        at += ix_factor_words(t, w[at]);
    if (at >= node->length || w[at + 2] >= node->order ||
        w[at + 3] < node->order || w[at + 4] < node->order)
        return 0;
    /* The legs become axes of their own: they replace the paired axis. */
    uint32_t order = node->order, paired = w[at + 2], pair = w[at];
    uint32_t legs[2] = {w[at + 3], w[at + 4]};
    dim_t dims[IX_MAX_ORDER + 1], outer[IX_MAX_ORDER];
    uint16_t place[IX_MAX_ORDER + 1]; /* where outer axis a stands */
    if (order + 1 > IX_MAX_ORDER || legs[0] == legs[1])
        return 0;
    memcpy(outer, ix_dims(t, arg), order * sizeof *outer);
    uint32_t n = 0;
    for (uint32_t a = 0; a < order; a++) {
        place[a] = a == paired ? UINT16_MAX : (uint16_t)n;
        if (a != paired)
            dims[n++] = outer[a];
    }
    dims[n] = ix_dims(t, pair)[1];
    dims[n + 1] = ix_dims(t, pair)[2];
    uint32_t length = node->length, labels = w[0];
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t *copy = ARENA_ARRAY(&t->scratch, uint32_t, length);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!copy || !map)
        return 0;
    memcpy(copy, w, length * sizeof *copy);
    struct ix_product p;
    ix_product_begin(&p, t, order + 1, dims);
    for (uint32_t l = 0; l < labels; l++)
        map[l] = l == legs[0]   ? (uint16_t)n
                 : l == legs[1] ? (uint16_t)(n + 1)
                 : l < order    ? place[l]
                                : UINT16_MAX;
    bool fits = true;
    for (uint32_t k = 1; k < length; k += ix_factor_words(t, copy[k])) {
        if (k == at)
            continue;
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < t->nodes[copy[k]].order; a++) {
            uint32_t old = copy[k + 2 + a];
            fits = fits && old != paired;
            if (map[old] == UINT16_MAX)
                map[old] = ix_product_label(&p, ix_dims(t, copy[k])[a]);
            l[a] = map[old];
        }
        ix_product_factor(&p, copy[k], copy[k + 1], l);
    }
    ix_t inner = ix_scale(t, c, ix_product_end(&p));
    ix_t value = fits && inner ? ix_fun(t, callee, 1, &inner) : 0;
    ix_t result = 0;
    if (value) {
        ix_product_begin(&p, t, order, outer);
        uint16_t a = ix_product_label(&p, dims[n]);
        uint16_t b = ix_product_label(&p, dims[n + 1]);
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t i = 0; i < order; i++)
            if (i != paired)
                l[place[i]] = (uint16_t)i;
        l[n] = a;
        l[n + 1] = b;
        ix_product_factor(&p, value, RAT_ONE, l);
        ix_product_factor(&p, pair, RAT_ONE,
                          (uint16_t[]){(uint16_t)paired, a, b});
        result = ix_product_end(&p);
    }
    arena_release(&t->scratch, mark);
    return result;
}

/* The scalar that all entries of n are, or 0. */
static ix_t scalar_of(struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    rat_t c = RAT_ONE;
    if (!node->order)
        return 0;
    if (node->kind == IX_SUM && node->length <= 2) {
        if (!node->length)
            return ix_zero(t, 0, NULL);
        c = ix_content(t, n)[0];
        n = ix_content(t, n)[1];
        node = &t->nodes[n];
    }
    if (node->kind != IX_PROD ||
        (node->length > 1 && ix_content(t, n)[0] > node->order))
        return 0;
    for (uint32_t k = 1; k < node->length; k += 2)
        if (t->nodes[ix_content(t, n)[k]].order)
            return 0;
    struct ix_product p;
    ix_product_begin(&p, t, 0, NULL);
    for (uint32_t k = 1; k < t->nodes[n].length; k += 2) {
        const uint32_t *w = ix_content(t, n) + k;
        ix_product_factor(&p, w[0], w[1], NULL);
    }
    return ix_scale(t, c, ix_product_end(&p));
}

/* A function of scalars that were broadcast: the function, then broadcast. */
static ix_t fun_of_scalars(struct ix_table *t, uint32_t callee, uint32_t n,
                           const ix_t *args)
{
    ix_t scalar[OP_MAX_ARGS];
    dim_t dims[IX_MAX_ORDER];
    for (uint32_t i = 0; i < n; i++)
        if (!(scalar[i] = scalar_of(t, args[i])))
            return 0;
    uint32_t order = t->nodes[args[0]].order;
    memcpy(dims, ix_dims(t, args[0]), order * sizeof *dims);
    return ix_broadcast(t, ix_fun(t, callee, n, scalar), order, dims, NULL);
}

static uint64_t callee_hash(const struct ix_table *t, uint32_t callee)
{
    return callee & IX_APPLIED ? applied_hash(t->x, callee & ~IX_APPLIED)
                               : callee;
}

static ix_t fun_plain(struct ix_table *t, uint32_t callee, uint32_t n,
                      const ix_t *args)
{
    uint64_t h = hash_mix(IX_FUN, callee_hash(t, callee)), f = h;
    for (uint32_t i = 0; i < n; i++) {
        h = hash_mix(h, t->nodes[args[i]].hash);
        f = hash_mix(f, t->nodes[args[i]].flipped);
    }
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = t->nodes[args[0]].order;
    memcpy(dims, ix_dims(t, args[0]), order * sizeof *dims);
    return ix_intern(t, IX_FUN, callee, order, dims, n, args, h, f);
}

ix_t ix_fun(struct ix_table *t, uint32_t callee, uint32_t n,
            const ix_t *args)
{
    for (uint32_t i = 0; i < n; i++)
        if (!args[i])
            return 0;
    ix_t broadcast = fun_of_scalars(t, callee, n, args);
    if (broadcast || fault_is_set(t->mem->fault))
        return broadcast;
    if (n != 1)
        return fun_plain(t, callee, n, args);
    uint8_t to[IX_MAX_ORDER];
    ix_t narrow = ix_narrowed(t, args[0], to);
    if (narrow != args[0]) {
        dim_t dims[IX_MAX_ORDER];
        uint32_t order = t->nodes[args[0]].order;
        memcpy(dims, ix_dims(t, args[0]), order * sizeof *dims);
        return ix_broadcast(t, ix_fun(t, callee, 1, &narrow), order, dims, to);
    }
    ix_t blocks = t->selections ? blocks_fun(t, callee, args[0]) : 0;
    if (blocks || fault_is_set(t->mem->fault))
        return blocks;
    if (is_relabelling(t, args[0]))
        return fun_relabelled(t, callee, args[0]);
    ix_t unpaired = fun_unpaired(t, callee, args[0]);
    if (unpaired || fault_is_set(t->mem->fault))
        return unpaired;
    bool swap = false;
    ix_t arg = ix_oriented(t, args[0], &swap);
    ix_t f = arg ? fun_plain(t, callee, 1, &arg) : 0;
    return swap ? ix_transpose(t, f) : f;
}

/* A scalar function twice by one vector: symmetric. */
static bool is_hessian(const struct ix_table *t, applied_t id)
{
    const struct applied *a = applied_get(t->x, id);
    return a->order == 2 && a->by[0] == a->by[1] &&
           t->x->decls[a->function].shape.order == 0 &&
           (a->stacked ||
            function_of(t->x, a->function)->shape[a->by[0]].order == 1);
}

static bool is_symmetric(const struct ix_table *t, applied_t id,
                         uint32_t order)
{
    return is_hessian(t, id) ||
           (order == 2 && applied_properties(t->x, id) & PROP_SYMMETRIC);
}

/* A matrix as it is, or, with *swap set, the one that it is the transpose
 * of. */
ix_t product_upright(struct ix_table *t, ix_t n, bool *swap)
{
    ix_t own = ix_oriented(t, n, swap);
    if (!own || *swap || t->nodes[own].kind != IX_PROD ||
        !is_relabelling(t, own))
        return own;
    const uint32_t *w = ix_content(t, own);
    if (t->nodes[w[1]].order != 2 || w[3] != 1 || w[4] != 0)
        return own;
    *swap = true;
    return w[1];
}

ix_t ix_op(struct ix_table *t, enum ix_kind kind, uint32_t callee,
           uint32_t n, const ix_t *args, uint32_t order, const dim_t *dims)
{
    ix_t power;
    for (uint32_t i = 0; i < n; i++)
        if (!args[i])
            return 0;
    if (kind == IX_OP && !(callee & IX_APPLIED) &&
        product_power(t, callee, n, args, &power))
        return power;
    return ix_call(t, kind, callee, n, args, order, dims);
}

ix_t ix_call(struct ix_table *t, enum ix_kind kind, uint32_t callee,
             uint32_t n, const ix_t *args, uint32_t order, const dim_t *dims)
{
    bool abstract = callee & IX_APPLIED;
    uint8_t manner =
        abstract ? 0
                 : overload_get(t->x->ops, (uint16_t)callee)->transposes;
    bool swap = false;
    ix_t own[OP_MAX_ARGS];
    if (n)
        memcpy(own, args, n * sizeof *own);
    if (manner && n == 1 && kind == IX_OP) {
        /* op(X') = op(X)', or op(X') = op(X): X' is never inside. */
        own[0] = product_upright(t, args[0], &swap);
        if (!own[0])
            return 0;
    }
    uint64_t h = hash_mix((uint64_t)kind, callee_hash(t, callee)), f = h;
    for (uint32_t i = 0; i < n; i++) {
        h = hash_mix(h, t->nodes[own[i]].hash);
        f = hash_mix(f, t->nodes[own[i]].flipped);
    }
    if (manner != OVERLOAD_EQUIVARIANT)
        f = abstract && is_symmetric(t, callee & ~IX_APPLIED, order)
                ? h
                : hash_mix(h, 1);
    swap = swap && manner == OVERLOAD_EQUIVARIANT && order == 2;
    dim_t flipped[2] = {swap ? dims[1] : 0, swap ? dims[0] : 0};
    ix_t e = ix_intern(t, kind, callee, order, swap ? flipped : dims, n, own,
                       h, f);
    return swap ? ix_transpose(t, e) : e;
}

ix_t ix_applied(struct ix_table *t, applied_t id, uint32_t n,
                const ix_t *args)
{
    const struct applied a = *applied_get(t->x, id);
    const struct function *f = function_of(t->x, a.function);
    const struct shape *value = &t->x->decls[a.function].shape;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = value->order;
    if (function_is_scalar(t->x, a.function))
        return ix_fun(t, IX_APPLIED | id, n, args);
    memcpy(dims, value->dim, order * sizeof *dims);
    for (uint32_t i = 0; i < a.order; i++) {
        const struct shape *by = &f->shape[a.by[i]];
        if (order + by->order > IX_MAX_ORDER) {
            fault_set(t->mem->fault, FAULT_LIMIT,
                      "a derivative of more than %d axes", IX_MAX_ORDER);
            return 0;
        }
        memcpy(dims + order, by->dim, by->order * sizeof *dims);
        order += by->order;
    }
    return ix_op(t, IX_OP, IX_APPLIED | id, n, args, order, dims);
}

bool ix_is_matrix_map(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    if (node->kind != IX_LINEAR)
        return false;
    const struct overload *o =
        overload_get(t->x->ops, (uint16_t)node->payload);
    uint32_t linear = overload_linear(t->x, o), order = 2;
    for (uint32_t i = 0; i < o->nargs; i++)
        if (linear >> i & 1)
            order += o->arg[i].order == 2 ? 2 : IX_MAX_ORDER;
    return o->result.order == 2 && order == node->order;
}
