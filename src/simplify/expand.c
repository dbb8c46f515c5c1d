/* expand.c - products of sums by entries, multiplied out where that is
 * shorter: y.*(1-s) - (1-y).*s is y-s. */
#include <string.h>

#include "simplify/internal.h"

/* A polynomial by entries: sum of coefficient * node, all on one set of
 * axes. */
struct poly {
    struct ix_term *terms;
    uint32_t n;
};

static bool is_sum(const struct ix_table *t, const struct part *f)
{
    return ix_get(t, f->node)->kind == IX_SUM && f->exponent == RAT_ONE;
}

/* Whether two factors stand on the same labels, each once, up to their
 * order. */
static bool same_place(const struct ix_table *t, const struct part *a,
                       const struct part *b)
{
    uint32_t n = ix_get(t, a->node)->order;
    if (ix_get(t, b->node)->order != n)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t own = 0, other = 0;
        for (uint32_t j = 0; j < n; j++) {
            own += a->label[i] == a->label[j];
            other += a->label[i] == b->label[j];
        }
        if (own != 1 || other != 1)
            return false;
    }
    return true;
}

/* The factor's axes in the order of `place`'s. */
static ix_t turned(struct ix_table *t, const struct part *f,
                   const struct part *place)
{
    uint8_t perm[IX_MAX_ORDER];
    uint32_t n = ix_get(t, f->node)->order;
    bool same = true;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++)
            if (place->label[i] == f->label[j])
                perm[i] = (uint8_t)j;
        same = same && perm[i] == i;
    }
    return same ? f->node : ix_permute(t, f->node, perm);
}

static ix_t sum_of(struct ix_table *t, const struct poly *p, uint32_t order,
                   const dim_t *dims)
{
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    for (uint32_t i = 0; i < p->n; i++)
        ix_sum_add(&s, p->terms[i].coefficient, p->terms[i].node);
    return ix_sum_end(&s);
}

/* p times the node f^e; with `open` a sum to the first power is taken apart,
 * otherwise it stays a factor (and may cancel). */
static bool poly_times(struct ix_table *t, struct poly *p, ix_t f, rat_t e,
                       bool open)
{
    const struct ix_node *n = ix_get(t, f);
    bool sum = open && n->kind == IX_SUM && e == RAT_ONE;
    uint32_t m = sum ? n->length / 2 : 1;
    if (p->n * m > EXPAND_TERMS || !m)
        return false;
    struct poly q = {ARENA_ARRAY(&t->scratch, struct ix_term, p->n * m), 0};
    ix_t power = sum ? 0 : ix_power(t, f, e);
    if (!q.terms || (!sum && !power))
        return false;
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t k = 0; k < m; k++) {
            rat_t c = p->terms[i].coefficient;
            ix_t other = power;
            if (sum) {
                c = rat_mul(t->x->numbers, c, ix_content(t, f)[2 * k]);
                other = ix_content(t, f)[2 * k + 1];
            }
            ix_t product = ix_times(t, p->terms[i].node, other);
            if (!product || !c)
                return false;
            q.terms[q.n++] = (struct ix_term){c, product};
        }
    *p = q;
    return true;
}

/* The group of factors that stand where factor `at` does, multiplied out:
 * all its sums, or only the one at `at`.  0 without a fault when it is too
 * long. */
static ix_t expand_group(struct ix_table *t, const struct parts *p,
                         uint32_t at, const bool *in, bool all)
{
    const struct part *place = &p->items[at];
    uint32_t order = ix_get(t, place->node)->order;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, place->node), order * sizeof *dims);
    struct ix_term one = {RAT_ONE, ix_ones(t, order, dims)};
    struct poly q = {&one, 1};
    if (!one.node)
        return 0;
    for (uint32_t i = 0; i < p->n; i++) {
        if (!in[i])
            continue;
        ix_t f = turned(t, &p->items[i], place);
        if (!f || !poly_times(t, &q, f, p->items[i].exponent,
                              all || i == at))
            return 0;
    }
    /* Terms may be sums again (content pulled out): flatten once more. */
    return sum_of(t, &q, order, dims);
}

/* The product with the factors `in` replaced by `with`. */
static ix_t replace_group(struct ix_table *t, const struct parts *p,
                          uint32_t at, const bool *in, ix_t with)
{
    struct ix_product q;
    ix_product_begin(&q, t, p->order, p->dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; i < p->n; i++)
        if (!in[i])
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent,
                              p->items[i].label);
    ix_product_factor(&q, with, RAT_ONE, p->items[at].label);
    return ix_product_end(&q);
}

static ix_t shorter(const struct ix_table *t, ix_t a, ix_t b)
{
    return ix_get(t, b)->cost < ix_get(t, a)->cost ? b : a;
}

/* The best of n and n with one group multiplied out. */
static ix_t try_group(struct ix_table *t, ix_t n, const struct parts *p,
                      uint32_t at, const bool *in, uint32_t count)
{
    ix_t best = n;
    for (int all = 0; count > 1 && all < 2; all++) {
        ix_t sum = expand_group(t, p, at, in, all);
        if (sum && !all)
            sum = expand_sum(t, sum);
        if (!sum) {
            if (fault_is_set(t->mem->fault))
                return 0;
            continue;
        }
        ix_t other = replace_group(t, p, at, in, sum);
        if (!other)
            return 0;
        best = shorter(t, best, other);
    }
    return best;
}

/* The whole product over the terms of its factor `at`. */
static ix_t distribute(struct ix_table *t, const struct parts *p, uint32_t at)
{
    ix_t sum = p->items[at].node;
    struct part keep = p->items[at];
    struct ix_sum s;
    ix_sum_begin(&s, t, p->order, p->dims);
    for (uint32_t k = 0; k < ix_get(t, sum)->length; k += 2) {
        rat_t c = ix_content(t, sum)[k];
        p->items[at].node = ix_content(t, sum)[k + 1];
        ix_sum_add(&s, c, parts_product(t, p, NULL));
    }
    p->items[at] = keep;
    return ix_sum_end(&s);
}

/* The best of `best` and n with the factors that stand where factor `at` does
 * multiplied out: all of them, each other one alone, or the whole product. */
static ix_t expand_at(struct ix_table *t, ix_t n, struct parts *p,
                      uint32_t at, ix_t best)
{
    bool *in = ARENA_ARRAY(&t->scratch, bool, p->n + 1);
    uint32_t count = 0;
    if (!in)
        return 0;
    for (uint32_t i = 0; i < p->n; i++) {
        in[i] = same_place(t, &p->items[i], &p->items[at]) &&
                ix_get(t, p->items[i].node)->kind != IX_DELTA;
        count += in[i];
    }
    ix_t other = try_group(t, n, p, at, in, count);
    best = other ? shorter(t, best, other) : 0;
    for (uint32_t i = 0; best && count > 2 && i < p->n; i++) {
        if (i == at || !same_place(t, &p->items[i], &p->items[at]))
            continue;
        memset(in, 0, p->n * sizeof *in);
        in[i] = in[at] = true;
        other = try_group(t, n, p, at, in, 2);
        best = other ? shorter(t, best, other) : 0;
    }
    if (best && (p->n > 1 || p->labels > p->order) &&
        ix_get(t, p->items[at].node)->length <= 2 * DISTRIBUTE_TERMS) {
        other = distribute(t, p, at);
        best = other ? shorter(t, best, other) : 0;
    }
    return best;
}

ix_t expand_product(struct ix_table *t, ix_t n)
{
    struct parts p;
    ix_t best = n;
    if (ix_get(t, n)->kind != IX_PROD)
        return n;
    if (!parts_of(t, n, &p))
        return 0;
    for (uint32_t at = 0; best && at < p.n; at++)
        if (is_sum(t, &p.items[at]))
            best = expand_at(t, n, &p, at, best);
    return best;
}

/* One term of a sum as a polynomial by entries; *found if it had a sum. */
static ix_t expand_term(struct ix_table *t, ix_t term, bool *found)
{
    struct parts p;
    if (ix_get(t, term)->kind != IX_PROD)
        return term;
    if (!parts_of(t, term, &p))
        return 0;
    bool *in = ARENA_ARRAY(&t->scratch, bool, p.n + 1);
    if (!in)
        return 0;
    for (uint32_t at = 0; at < p.n; at++) {
        if (!is_sum(t, &p.items[at]))
            continue;
        /* Only where the whole place is the sum's: own axes, all of them. */
        bool own = ix_get(t, p.items[at].node)->order == p.order;
        for (uint32_t a = 0; own && a < p.order; a++)
            own = p.items[at].label[a] < p.order;
        if (!own)
            continue;
        for (uint32_t i = 0; i < p.n; i++)
            in[i] = same_place(t, &p.items[i], &p.items[at]);
        ix_t sum = expand_group(t, &p, at, in, true);
        if (!sum)
            return fault_is_set(t->mem->fault) ? 0 : term;
        *found = true;
        /* what is left multiplies every term */
        struct ix_sum s;
        ix_sum_begin(&s, t, p.order, p.dims);
        if (ix_get(t, sum)->kind == IX_SUM) {
            for (uint32_t k = 0; k < ix_get(t, sum)->length; k += 2) {
                rat_t c = ix_content(t, sum)[k];
                ix_t one = ix_content(t, sum)[k + 1];
                ix_sum_add(&s, c, replace_group(t, &p, at, in, one));
            }
        } else {
            ix_sum_add(&s, RAT_ONE, replace_group(t, &p, at, in, sum));
        }
        return ix_sum_end(&s);
    }
    return term;
}

/* One term over the terms of its first sum, wherever that stands. */
static ix_t distribute_term(struct ix_table *t, ix_t term, bool *found)
{
    struct parts p;
    if (ix_get(t, term)->kind != IX_PROD)
        return term;
    if (!parts_of(t, term, &p))
        return 0;
    for (uint32_t at = 0; at < p.n; at++)
        if (is_sum(t, &p.items[at]) &&
            (p.n > 1 || p.labels > p.order) &&
            ix_get(t, p.items[at].node)->length <= 2 * DISTRIBUTE_TERMS) {
            *found = true;
            return distribute(t, &p, at);
        }
    return term;
}

typedef ix_t term_expansion(struct ix_table *t, ix_t term, bool *found);

static ix_t expand_terms(struct ix_table *t, ix_t n, term_expansion *expand)
{
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, n)->order, length = ix_get(t, n)->length;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    bool found = false;
    ix_t *terms = ARENA_ARRAY(&t->scratch, ix_t, length / 2 + 1);
    if (!terms)
        return 0;
    for (uint32_t k = 0; k < length; k += 2) {
        terms[k / 2] = expand(t, ix_content(t, n)[k + 1], &found);
        if (!terms[k / 2])
            return 0;
    }
    if (!found)
        return n;
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    for (uint32_t k = 0; k < length; k += 2) {
        rat_t c = ix_content(t, n)[k];
        ix_sum_add(&s, c, terms[k / 2]);
    }
    ix_t other = ix_sum_end(&s);
    return other ? shorter(t, n, other) : 0;
}

ix_t expand_sum(struct ix_table *t, ix_t n)
{
    if (ix_get(t, n)->kind != IX_SUM)
        return n;
    ix_t other = expand_terms(t, n, expand_term);
    return other == n ? expand_terms(t, n, distribute_term) : other;
}
