/* extract.c - what a sum over an integer parameter need not contain. */
#include <string.h>

#include "index/product.h"
#include "index/series.h"

/* The terms' common content as a factor of the sum. */
static ix_t extract_content(struct ix_table *t, const struct ix_series *s)
{
    rat_t c = t->nodes[s->body].length == 2 ? ix_content(t, s->body)[0]
                                            : product_content(t, s->body);
    struct ix_series inner = *s;
    if (c == RAT_ONE || !c)
        return 0;
    inner.body =
        ix_scale(t, rat_div(t->x->numbers, RAT_ONE, c), s->body);
    return ix_scale(t, c, ix_series(t, inner));
}

/* A product of the terms: which factors do not depend on the symbol, and
 * which labels those have that do. */
struct parts {
    uint32_t order, labels, length;
    uint32_t *content; /* a copy: new nodes move the table */
    dim_t dims[IX_MAX_ORDER];
    dim_t *label_dims;
    uint8_t *outside;          /* by content word: the factor is pulled out */
    uint8_t *inside_label;     /* of a factor that stays */
    uint32_t pulled;
};

static bool copy_product(struct ix_table *t, ix_t n, struct parts *p)
{
    struct arena *own = &t->scratch;
    const struct ix_node node = t->nodes[n];
    *p = (struct parts){.order = node.order,
                        .length = node.length,
                        .labels = ix_content(t, n)[0]};
    memcpy(p->dims, ix_dims(t, n), node.order * sizeof *p->dims);
    p->content = ARENA_ARRAY(own, uint32_t, node.length);
    p->label_dims = ARENA_ARRAY(own, dim_t, p->labels + 1);
    p->outside = ARENA_ARRAY(own, uint8_t, node.length);
    p->inside_label = ARENA_ARRAY(own, uint8_t, p->labels + 1);
    if (!p->content || !p->label_dims || !p->outside || !p->inside_label)
        return false;
    memcpy(p->content, ix_content(t, n), node.length * sizeof *p->content);
    memcpy(p->label_dims, p->dims, p->order * sizeof *p->dims);
    for (uint32_t k = 1; k < p->length;
         k += ix_factor_words(t, p->content[k]))
        for (uint32_t a = 0; a < t->nodes[p->content[k]].order; a++)
            p->label_dims[p->content[k + 2 + a]] =
                ix_dims(t, p->content[k])[a];
    return true;
}

/* Marks the factors that may go in front; with `scalars` only those. */
static void mark_outside(struct ix_table *t, struct parts *p, symbol_t s,
                         bool scalars)
{
    p->pulled = 0;
    memset(p->inside_label, 0, p->labels + 1);
    for (uint32_t k = 1; k < p->length;) {
        const uint32_t *w = p->content + k;
        uint32_t order = t->nodes[w[0]].order;
        p->outside[k] = (!scalars || !order) && !ix_mentions(t, w[0], s);
        p->pulled += p->outside[k];
        for (uint32_t a = 0; a < order; a++)
            p->inside_label[w[2 + a]] |= !p->outside[k];
        k += ix_factor_words(t, w[0]);
    }
}

/* The labels that what stays inside shares with the rest. */
static uint32_t inner_axes(const struct ix_table *t, const struct parts *p,
                           uint16_t *axis)
{
    uint8_t shared[UINT8_MAX + 1] = {0};
    uint32_t n = 0;
    if (p->labels > UINT8_MAX)
        return UINT32_MAX;
    memset(shared, 1, p->order);
    for (uint32_t k = 1; k < p->length;
         k += ix_factor_words(t, p->content[k]))
        for (uint32_t a = 0;
             p->outside[k] && a < t->nodes[p->content[k]].order; a++)
            shared[p->content[k + 2 + a]] = 1;
    for (uint32_t l = 0; l < p->labels; l++)
        if (shared[l] && p->inside_label[l] && n < IX_MAX_ORDER)
            axis[n++] = (uint16_t)l;
    return n;
}

/* The product of the factors on one side, with these labels as axes. */
static void add_side(struct ix_table *t, const struct parts *p, bool outside,
                     struct ix_product *out, uint16_t *map)
{
    for (uint32_t k = 1; k < p->length && !out->failed;) {
        const uint32_t *w = p->content + k;
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0;
             p->outside[k] == outside && a < t->nodes[w[0]].order; a++) {
            if (map[w[2 + a]] == UINT16_MAX)
                map[w[2 + a]] =
                    ix_product_label(out, p->label_dims[w[2 + a]]);
            l[a] = map[w[2 + a]];
        }
        if (p->outside[k] == outside)
            ix_product_factor(out, w[0], w[1], l);
        k += ix_factor_words(t, w[0]);
    }
}

static ix_t extract_factors(struct ix_table *t, const struct ix_series *s,
                            const struct parts *p, uint32_t n,
                            const uint16_t *axis)
{
    struct ix_series inner = *s;
    struct ix_product in, out;
    dim_t dims[IX_MAX_ORDER];
    uint16_t labels[IX_MAX_ORDER];
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, p->labels + 1);
    if (!map)
        return 0;
    memset(map, 0xff, p->labels * sizeof *map);
    for (uint32_t a = 0; a < n; a++) {
        dims[a] = p->label_dims[axis[a]];
        map[axis[a]] = (uint16_t)a;
    }
    ix_product_begin(&in, t, n, dims);
    add_side(t, p, false, &in, map);
    inner.body = ix_product_end(&in);
    ix_t sum = ix_series(t, inner);
    if (!sum)
        return 0;
    ix_product_begin(&out, t, p->order, p->dims);
    memset(map, 0xff, p->labels * sizeof *map);
    for (uint32_t l = 0; l < p->order; l++)
        map[l] = (uint16_t)l;
    add_side(t, p, true, &out, map);
    for (uint32_t a = 0; a < n; a++) {
        if (map[axis[a]] == UINT16_MAX)
            map[axis[a]] = ix_product_label(&out, dims[a]);
        labels[a] = map[axis[a]];
    }
    ix_product_factor(&out, sum, RAT_ONE, labels);
    return ix_product_end(&out);
}

ix_t series_extract(struct ix_table *t, const struct ix_series *s)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    struct parts p;
    uint16_t axis[IX_MAX_ORDER];
    ix_t result = 0;
    if (t->nodes[s->body].kind == IX_SUM)
        return extract_content(t, s);
    if (t->nodes[s->body].kind != IX_PROD || !copy_product(t, s->body, &p))
        return 0;
    mark_outside(t, &p, s->symbol, false);
    uint32_t n = p.pulled ? inner_axes(t, &p, axis) : 0;
    if (p.pulled && n > p.order) {
        mark_outside(t, &p, s->symbol, true);
        n = p.pulled ? inner_axes(t, &p, axis) : 0;
    }
    if (p.pulled && n <= p.order)
        result = extract_factors(t, s, &p, n, axis);
    arena_release(&t->scratch, mark);
    return result;
}
