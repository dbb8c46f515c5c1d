/* leibniz.c - products in reverse: the adjoint of a factor is that of the
 * product times the other factors. */
#include <string.h>

#include "derive/walk.h"

struct product_view {
    uint32_t order, labels, length;
    dim_t dims[IX_MAX_ORDER];
    uint32_t *content; /* a copy: new nodes move the table */
};

static uint16_t map_label(struct ix_product *p, uint16_t *map, uint32_t l,
                          dim_t d)
{
    if (map[l] == UINT16_MAX)
        map[l] = ix_product_label(p, d);
    return map[l];
}

/* The adjoint of the factor at word `at` of a product with adjoint adj. */
static ix_t factor_adjoint(struct reverse *r, const struct product_view *v,
                           ix_t adj, uint32_t at)
{
    struct ix_table *t = r->t;
    const uint32_t *w = v->content;
    ix_t node = w[at];
    rat_t exponent = w[at + 1];
    uint32_t own = ix_get(t, node)->order, outer = r->outer;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, node), own * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, outer + own, dims);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, v->labels + 1);
    if (!map)
        p.failed = true;
    for (uint32_t l = 0; map && l < v->labels; l++)
        map[l] = UINT16_MAX;
    for (uint32_t a = 0; a < own && !p.failed; a++) {
        uint32_t l = w[at + 2 + a];
        uint16_t axis = (uint16_t)(outer + a);
        if (map[l] == UINT16_MAX)
            map[l] = axis;
        else
            ix_product_factor(&p, ix_delta(t, dims[axis]), RAT_ONE,
                              (uint16_t[]){map[l], axis});
    }
    for (uint32_t a = 0; a < outer; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t a = 0; a < v->order && !p.failed; a++)
        labels[outer + a] = map_label(&p, map, a, v->dims[a]);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    for (uint32_t k = 1; k < v->length && !p.failed;
         k += ix_factor_words(t, w[k])) {
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, w[k])->order; a++)
            l[a] = map_label(&p, map, w[k + 2 + a], ix_dims(t, w[k])[a]);
        if (k != at) {
            ix_product_factor(&p, w[k], w[k + 1], l);
        } else if (exponent != RAT_ONE) {
            for (uint32_t a = 0; a < own; a++)
                l[a] = (uint16_t)(outer + a);
            ix_product_factor(
                &p, node, rat_sub(t->x->numbers, exponent, RAT_ONE), l);
        }
    }
    ix_t value = ix_product_end(&p);
    return ix_scale(t, exponent, value);
}

/* By one leaf that is a variable. */
static bool is_halved(const struct reverse *r, ix_t product)
{
    return r->nleaves == 1 && r->place[0] != UINT32_MAX &&
           halves_apply(r->t, product, r->leaves[0]);
}

/* The adjoint times the derivative of the product as a whole. */
static bool reverse_halves(struct reverse *r, ix_t product, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t leaf = r->leaves[0];
    ix_t slope = halves_derive(t, product, leaf, r->conditions);
    uint32_t own = ix_get(t, product)->order, outer = r->outer;
    uint32_t order = ix_get(t, leaf)->order;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    struct ix_product p;
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, leaf), order * sizeof *dims);
    ix_product_begin(&p, t, outer + order, dims);
    for (uint32_t a = 0; a < outer; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t a = 0; a < own; a++)
        labels[outer + a] = ix_product_label(&p, ix_dims(t, product)[a]);
    for (uint32_t a = 0; a < order; a++)
        labels[outer + own + a] = (uint16_t)(outer + a);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, slope, RAT_ONE, labels + outer);
    return reverse_contribute(r, r->place[0], ix_product_end(&p));
}

bool reverse_product(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    if (is_halved(r, r->list[i]))
        return reverse_halves(r, r->list[i], adj);
    const struct ix_node *n = ix_get(t, r->list[i]);
    struct product_view v = {.order = n->order,
                             .labels = ix_content(t, r->list[i])[0],
                             .length = n->length};
    memcpy(v.dims, ix_dims(t, r->list[i]), v.order * sizeof *v.dims);
    v.content = ARENA_ARRAY(&t->scratch, uint32_t, v.length);
    if (!v.content)
        return false;
    memcpy(v.content, ix_content(t, r->list[i]),
           v.length * sizeof *v.content);
    uint32_t k = r->first[i];
    for (uint32_t at = 1; at < v.length;
         at += ix_factor_words(t, v.content[at]), k++)
        if (r->active[r->child[k]] &&
            !reverse_contribute(r, r->child[k],
                                factor_adjoint(r, &v, adj, at)))
            return false;
    return true;
}
