/* collect.c - what the terms of a sum have in common. */
#include <string.h>

#include "simplify/internal.h"

/* ----------------------------------------------- factors on the own axes */

static bool is_own(const struct ix_table *t, const struct parts *p,
                   const struct part *f)
{
    for (uint32_t a = 0; a < ix_get(t, f->node)->order; a++)
        if (f->label[a] >= p->order)
            return false;
    return ix_get(t, f->node)->kind != IX_DELTA;
}

static const struct part *find(const struct ix_table *t,
                               const struct parts *p, const struct part *f)
{
    uint32_t order = ix_get(t, f->node)->order;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->items[i].node == f->node &&
            p->items[i].exponent == f->exponent &&
            !memcmp(p->items[i].label, f->label, order * sizeof *f->label))
            return &p->items[i];
    return NULL;
}

static ix_t without(struct ix_table *t, const struct parts *p,
                    const struct part *f)
{
    bool *keep = ARENA_ARRAY(&t->scratch, bool, p->n + 1);
    if (!keep)
        return 0;
    for (uint32_t i = 0; i < p->n; i++)
        keep[i] = &p->items[i] != f;
    return parts_product(t, p, keep);
}

/* a.*b + a.*c + d with the factor a collected: a.*(b+c) + d. */
static ix_t with_factor(struct ix_table *t, ix_t n, const struct parts *terms,
                        const struct part *f)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    ix_t *rest = ARENA_ARRAY(&t->scratch, ix_t, count);
    if (!rest)
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct part *g = find(t, &terms[i], f);
        rest[i] = g ? without(t, &terms[i], g) : 0;
    }
    struct ix_sum in;
    ix_sum_begin(&in, t, order, dims);
    for (uint32_t i = 0; i < count; i++)
        if (rest[i])
            ix_sum_add(&in, ix_content(t, n)[2 * i], rest[i]);
    ix_t inner = ix_sum_end(&in);
    struct ix_product p;
    uint16_t own[IX_MAX_ORDER];
    ix_product_begin(&p, t, order, dims);
    for (uint32_t a = 0; a < order; a++)
        own[a] = (uint16_t)a;
    ix_product_factor(&p, inner, RAT_ONE, own);
    ix_product_factor(&p, f->node, f->exponent, f->label);
    ix_t product = ix_product_end(&p);
    struct ix_sum out;
    ix_sum_begin(&out, t, order, dims);
    for (uint32_t i = 0; i < count; i++)
        if (!rest[i])
            ix_sum_add(&out, ix_content(t, n)[2 * i],
                       ix_content(t, n)[2 * i + 1]);
    ix_sum_add(&out, RAT_ONE, product);
    return ix_sum_end(&out);
}

ix_t collect_factors(struct ix_table *t, ix_t n)
{
    uint32_t count = ix_get(t, n)->length / 2;
    if (ix_get(t, n)->kind != IX_SUM || count < 2 || count > SIMPLIFY_TERMS)
        return n;
    struct parts *terms = ARENA_ARRAY(&t->scratch, struct parts, count);
    ix_t best = n;
    if (!terms)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (!parts_of(t, ix_content(t, n)[2 * i + 1], &terms[i]))
            return 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < terms[i].n; k++) {
            const struct part *f = &terms[i].items[k];
            uint32_t with = 0;
            bool seen = false;
            if (!is_own(t, &terms[i], f))
                continue;
            for (uint32_t j = 0; j < count; j++) {
                bool has = find(t, &terms[j], f) != NULL;
                with += has;
                seen = seen || (has && j < i);
            }
            if (with < 2 || seen)
                continue;
            ix_t other = with_factor(t, n, terms, f);
            if (!other)
                return 0;
            if (ix_get(t, other)->cost < ix_get(t, best)->cost)
                best = other;
        }
    return best;
}

/* ---------------------------------------------------- values at one place */

/* A term seen from one of its labels: what stands on that label alone, and
 * the rest with the label as one more axis. */
struct view {
    ix_t rest, value;
};

static ix_t rest_of(struct ix_table *t, const struct parts *p, uint32_t label,
                    const bool *at)
{
    dim_t dims[IX_MAX_ORDER + 1];
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, p->labels + 1);
    if (!map)
        return 0;
    memcpy(dims, p->dims, p->order * sizeof *dims);
    bool own = label < p->order;
    uint32_t order = p->order + (own ? 0 : 1);
    if (!own)
        dims[p->order] = p->label_dims[label];
    struct ix_product q;
    ix_product_begin(&q, t, order, dims);
    for (uint32_t l = 0; l < p->labels; l++)
        map[l] = l < p->order ? (uint16_t)l
                 : l == label ? (uint16_t)p->order
                              : ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; i < p->n; i++) {
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, p->items[i].node)->order; a++)
            l[a] = map[p->items[i].label[a]];
        if (!at[i])
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent, l);
    }
    return ix_product_end(&q);
}

static ix_t value_at(struct ix_table *t, const struct parts *p,
                     uint32_t label, const bool *at)
{
    struct ix_product q;
    ix_product_begin(&q, t, 1, &p->label_dims[label]);
    for (uint32_t i = 0; i < p->n; i++)
        if (at[i])
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent,
                              (uint16_t[]){0});
    return ix_product_end(&q);
}

static bool view_from(struct ix_table *t, const struct parts *p,
                      uint32_t label, struct view *v)
{
    bool *at = ARENA_ARRAY(&t->scratch, bool, p->n + 1);
    if (!at)
        return false;
    for (uint32_t i = 0; i < p->n; i++)
        at[i] = ix_get(t, p->items[i].node)->order == 1 &&
                p->items[i].label[0] == label;
    v->rest = rest_of(t, p, label, at);
    v->value = value_at(t, p, label, at);
    return v->rest && v->value;
}

/* rest(a) * value(a), summed over a unless a is an own axis. */
static ix_t join(struct ix_table *t, uint32_t order, const dim_t *dims,
                 ix_t rest, uint32_t label, ix_t value)
{
    struct ix_product p;
    uint16_t own[IX_MAX_ORDER + 1];
    ix_product_begin(&p, t, order, dims);
    for (uint32_t a = 0; a < order; a++)
        own[a] = (uint16_t)a;
    if (label >= order)
        label = own[order] = ix_product_label(&p, ix_dims(t, value)[0]);
    ix_product_factor(&p, rest, RAT_ONE, own);
    ix_product_factor(&p, value, RAT_ONE, (uint16_t[]){(uint16_t)label});
    return ix_product_end(&p);
}

/* A'*diag(u)*A + A'*diag(v)*A is A'*diag(u+v)*A: terms that differ only in
 * what stands at one label. */
static ix_t join_at(struct ix_table *t, ix_t n, const struct parts *terms,
                    uint32_t first, uint32_t label)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    struct view base;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    struct view *views = ARENA_ARRAY(&t->scratch, struct view, count);
    if (!views || !view_from(t, &terms[first], label, &base))
        return 0;
    bool own = label < order;
    uint32_t met = 0;
    for (uint32_t i = first + 1; i < count; i++) {
        uint32_t from = own ? label : order;
        uint32_t to = own ? label + 1 : terms[i].labels;
        for (uint32_t l = from; l < to && !views[i].value; l++) {
            struct view v;
            if (terms[i].label_dims[l] != terms[first].label_dims[label])
                continue;
            if (!view_from(t, &terms[i], l, &v))
                return 0;
            if (v.rest == base.rest)
                views[i] = v;
        }
        met += views[i].value != 0;
    }
    if (!met)
        return n;
    views[first] = base;
    struct ix_sum in;
    ix_sum_begin(&in, t, 1, &terms[first].label_dims[label]);
    for (uint32_t i = 0; i < count; i++)
        if (views[i].value)
            ix_sum_add(&in, ix_content(t, n)[2 * i], views[i].value);
    ix_t inner = ix_sum_end(&in);
    inner = inner ? expand_sum(t, inner) : 0;
    ix_t joined = inner ? join(t, order, dims, base.rest, label, inner) : 0;
    struct ix_sum out;
    ix_sum_begin(&out, t, order, dims);
    for (uint32_t i = 0; i < count; i++)
        if (!views[i].value)
            ix_sum_add(&out, ix_content(t, n)[2 * i],
                       ix_content(t, n)[2 * i + 1]);
    ix_sum_add(&out, RAT_ONE, joined);
    return ix_sum_end(&out);
}

ix_t collect_places(struct ix_table *t, ix_t n)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    if (ix_get(t, n)->kind != IX_SUM || count < 2 ||
        count > SIMPLIFY_TERMS || order + 1 > IX_MAX_ORDER)
        return n;
    struct parts *terms = ARENA_ARRAY(&t->scratch, struct parts, count);
    ix_t best = n;
    if (!terms)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (!parts_of(t, ix_content(t, n)[2 * i + 1], &terms[i]))
            return 0;
    for (uint32_t i = 0; i + 1 < count; i++)
        for (uint32_t l = 0; l < terms[i].labels; l++) {
            if (l >= order && ix_get(t, ix_content(t, n)[2 * i + 1])->kind !=
                                  IX_PROD)
                continue;
            ix_t other = join_at(t, n, terms, i, l);
            if (!other)
                return 0;
            if (ix_get(t, other)->cost < ix_get(t, best)->cost)
                best = other;
        }
    return best;
}
