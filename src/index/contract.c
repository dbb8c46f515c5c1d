/* contract.c - sums over an integer parameter that are contractions.
 *
 * A term that depends on the symbol s only by unit vectors e_s is a value at
 * the place s of an axis: sum(s=1..n: x[s]*y[s]) with x[s] = sum_a x[a]e_s[a].
 * Each node is taken to the tensor that has this axis too, as its last one:
 * e_s to the delta, whatever is made of such nodes by entries to the same of
 * their images. */
#include <string.h>

#include "index/series.h"

struct contraction {
    struct ix_table *t;
    const struct ix_series *s;
    ix_t *image; /* by node; 0: does not depend on the symbol */
    bool failed; /* depends on it in another way */
};

/* The node, or its image, with the axis. */
static ix_t with_axis(struct contraction *c, ix_t n)
{
    struct ix_table *t = c->t;
    dim_t dims[IX_MAX_ORDER];
    uint8_t to[IX_MAX_ORDER];
    uint32_t order = t->nodes[n].order;
    if (c->image[n])
        return c->image[n];
    for (uint32_t a = 0; a < order; a++)
        to[a] = (uint8_t)a;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    dims[order] = c->s->high;
    return ix_broadcast(t, n, order + 1, dims, to);
}

static ix_t axis_product(struct contraction *c, ix_t n, const dim_t *dims)
{
    struct ix_table *t = c->t;
    uint32_t order = t->nodes[n].order, length = t->nodes[n].length;
    uint32_t labels = ix_content(t, n)[0];
    struct ix_product p;
    ix_product_begin(&p, t, order + 1, dims);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map)
        p.failed = true;
    else
        memset(map, 0xff, labels * sizeof *map);
    for (uint32_t l = 0; map && l < order; l++)
        map[l] = (uint16_t)l;
    for (uint32_t k = 1; k < length && !p.failed;) {
        ix_t f = ix_content(t, n)[k];
        rat_t e = ix_content(t, n)[k + 1];
        uint32_t own = t->nodes[f].order;
        uint16_t l[IX_MAX_ORDER + 1];
        for (uint32_t a = 0; a < own; a++) {
            uint32_t old = ix_content(t, n)[k + 2 + a];
            if (map[old] == UINT16_MAX)
                map[old] = ix_product_label(&p, ix_dims(t, f)[a]);
            l[a] = map[old];
        }
        l[own] = (uint16_t)order;
        ix_product_factor(&p, c->image[f] ? c->image[f] : f, e, l);
        k += ix_factor_words(t, f);
    }
    return ix_product_end(&p);
}

static ix_t axis_sum(struct contraction *c, ix_t n, const dim_t *dims)
{
    struct ix_table *t = c->t;
    struct ix_sum s;
    ix_sum_begin(&s, t, t->nodes[n].order + 1, dims);
    for (uint32_t k = 0; k < t->nodes[n].length; k += 2) {
        rat_t q = ix_content(t, n)[k];
        ix_sum_add(&s, q, with_axis(c, ix_content(t, n)[k + 1]));
    }
    return ix_sum_end(&s);
}

static ix_t axis_function(struct contraction *c, ix_t n)
{
    ix_t args[OP_MAX_ARGS];
    uint32_t count = ix_children(c->t, n, args, OP_MAX_ARGS);
    for (uint32_t i = 0; i < count; i++)
        args[i] = with_axis(c, args[i]);
    return ix_fun(c->t, c->t->nodes[n].payload, count, args);
}

/* The image of a node with a child that has one. */
static ix_t axis_node(struct contraction *c, ix_t n)
{
    struct ix_table *t = c->t;
    const struct ix_node node = t->nodes[n];
    dim_t dims[IX_MAX_ORDER];
    struct ix_series inner;
    memcpy(dims, ix_dims(t, n), node.order * sizeof *dims);
    dims[node.order] = c->s->high;
    switch ((enum ix_kind)node.kind) {
    case IX_PROD:
        return axis_product(c, n, dims);
    case IX_SUM:
        return axis_sum(c, n, dims);
    case IX_FUN:
        return axis_function(c, n);
    case IX_SERIES:
        inner = ix_series_get(t, n);
        inner.body = c->image[inner.body];
        return ix_series(t, inner);
    default:
        c->failed = true;
        return 0;
    }
}

static void visit(struct contraction *c, ix_t n)
{
    struct ix_table *t = c->t;
    uint32_t at = 0;
    bool depends = false;
    if (t->nodes[n].kind == IX_BASIS &&
        dim_is_symbol(t->x->dims, t->nodes[n].payload) == c->s->symbol &&
        ix_dims(t, n)[0] == c->s->high) {
        c->image[n] = ix_delta(t, c->s->high);
        return;
    }
    if (series_own_mentions(t, n, c->s->symbol) ||
        t->nodes[n].order + 1 >= IX_MAX_ORDER) {
        c->failed = true;
        return;
    }
    for (ix_t child; (child = ix_next_child(t, n, &at));)
        depends = depends || c->image[child];
    if (depends && !(c->image[n] = axis_node(c, n)))
        c->failed = true;
}

ix_t series_contract(struct ix_table *t, const struct ix_series *s)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    struct contraction c = {.t = t, .s = s};
    struct series_walk w;
    dim_t dims[IX_MAX_ORDER];
    uint16_t labels[IX_MAX_ORDER];
    ix_t result = 0;
    if (s->low != DIM_ONE || !series_walk(t, s->body, &w))
        goto done;
    c.image = ARENA_ARRAY(&t->scratch, ix_t, s->body + 1);
    c.failed = !c.image;
    for (uint32_t i = 0; i < w.n && !c.failed; i++)
        visit(&c, w.list[i]);
    if (c.failed || !c.image[s->body])
        goto done;
    uint32_t order = t->nodes[s->body].order;
    memcpy(dims, ix_dims(t, s->body), order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    for (uint32_t a = 0; a < order; a++)
        labels[a] = (uint16_t)a;
    labels[order] = ix_product_label(&p, s->high);
    ix_product_factor(&p, c.image[s->body], RAT_ONE, labels);
    result = ix_product_end(&p);
done:
    arena_release(&t->scratch, mark);
    return result;
}
