/* sum.c - sums of index terms: flattened, like terms merged. */
#include <stdlib.h>
#include <string.h>

#include "index/index.h"

void ix_sum_begin(struct ix_sum *s, struct ix_table *t, uint32_t order,
                  const dim_t *dims)
{
    *s = (struct ix_sum){.t = t, .order = order};
    s->mark = arena_mark(&t->scratch);
    if (order)
        memcpy(s->dims, dims, order * sizeof *dims);
}

static void push(struct ix_sum *s, rat_t c, ix_t node)
{
    if (!c || !node) {
        s->failed = true;
        return;
    }
    if (s->count == s->capacity) {
        uint32_t capacity = s->capacity ? s->capacity * 2 : 8;
        struct ix_term *more =
            ARENA_ARRAY(&s->t->scratch, struct ix_term, capacity);
        if (!more) {
            s->failed = true;
            return;
        }
        if (s->count)
            memcpy(more, s->terms, s->count * sizeof *more);
        s->terms = more;
        s->capacity = capacity;
    }
    s->terms[s->count++] = (struct ix_term){c, node};
}

void ix_sum_add(struct ix_sum *s, rat_t c, ix_t node)
{
    if (!node || s->failed) {
        s->failed = true;
        return;
    }
    const struct ix_node *n = &s->t->nodes[node];
    if (n->kind != IX_SUM ||
        (n->length > 2 && n->length / 2 > s->t->flatten_limit)) {
        push(s, c, node);
        return;
    }
    for (uint32_t k = 0; k < n->length; k += 2) {
        const uint32_t *w = ix_content(s->t, node);
        push(s, rat_mul(s->t->x->numbers, c, w[k]), w[k + 1]);
        n = &s->t->nodes[node];
    }
}

static int by_node(const void *a, const void *b)
{
    ix_t x = ((const struct ix_term *)a)->node;
    ix_t y = ((const struct ix_term *)b)->node;
    return (x > y) - (x < y);
}

/* Constants first, whenever they were made: 1 - x, not x - 1, has the sign
 * that is taken out. */
static void constant_first(const struct ix_table *t, struct ix_term *terms,
                           uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        const struct ix_term term = terms[i];
        const struct ix_node *node = &t->nodes[term.node];
        if (node->kind != IX_PROD || node->length != 1)
            continue;
        memmove(terms + 1, terms, i * sizeof *terms);
        terms[0] = term;
        return; /* equal shapes: there is but one */
    }
}

static void insertion_sort(struct ix_term *terms, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        struct ix_term term = terms[i];
        uint32_t j = i;
        for (; j && terms[j - 1].node > term.node; j--)
            terms[j] = terms[j - 1];
        terms[j] = term;
    }
}

static void merge_like(struct ix_sum *s)
{
    uint32_t kept = 0;
    if (s->count < 16)
        insertion_sort(s->terms, s->count);
    else
        qsort(s->terms, s->count, sizeof *s->terms, by_node);
    for (uint32_t i = 0; i < s->count;) {
        struct ix_term term = s->terms[i++];
        while (i < s->count && s->terms[i].node == term.node)
            term.coefficient = rat_add(s->t->x->numbers, term.coefficient,
                                       s->terms[i++].coefficient);
        if (!term.coefficient)
            s->failed = true;
        if (term.coefficient != RAT_ZERO)
            s->terms[kept++] = term;
    }
    s->count = kept;
    constant_first(s->t, s->terms, kept);
}

/* The pairing factor by which a term's axis `axis` is numbered, or 0; with
 * `summed` only if its legs are summed labels. */
static uint32_t pair_at(const struct ix_table *t, ix_t term, uint32_t axis,
                        bool summed)
{
    const struct ix_node *n = &t->nodes[term];
    const uint32_t *w = ix_content(t, term);
    if (n->kind != IX_PROD)
        return 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        if (t->nodes[w[k]].kind == IX_PAIR && w[k + 2] == axis &&
            (!summed || (w[k + 3] >= n->order && w[k + 4] >= n->order &&
                         w[k + 3] != w[k + 4])))
            return k;
    return 0;
}

static bool uses_axis(const struct ix_table *t, ix_t term, uint32_t axis)
{
    const struct ix_node *n = &t->nodes[term];
    const uint32_t *w = ix_content(t, term);
    if (n->kind != IX_PROD)
        return true;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        for (uint32_t a = 0; a < t->nodes[w[k]].order; a++)
            if (w[k + 2 + a] == axis)
                return true;
    return false;
}

/* Whether a factor other than the one at word `at` uses the axis. */
static bool is_shared(const struct ix_table *t, ix_t term, uint32_t axis,
                      uint32_t at)
{
    const struct ix_node *n = &t->nodes[term];
    const uint32_t *w = ix_content(t, term);
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        for (uint32_t a = 0; k != at && a < t->nodes[w[k]].order; a++)
            if (w[k + 2 + a] == axis)
                return true;
    return false;
}

/* Whether a term splits a number that it also uses whole (kron(A,B)*x): then
 * it has a matrix form only as it stands. */
static bool splits_vector(const struct ix_table *t, ix_t term)
{
    const struct ix_node *n = &t->nodes[term];
    const uint32_t *w = ix_content(t, term);
    if (n->kind != IX_PROD)
        return false;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        if (t->nodes[w[k]].kind == IX_PAIR && w[k + 2] >= n->order)
            return true;
    return false;
}

/* The pairing node that all terms share on this axis, or 0. */
static ix_t common_pair(const struct ix_sum *s, uint32_t axis)
{
    ix_t pair = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        ix_t term = s->terms[i].node;
        uint32_t at = pair_at(s->t, term, axis, true);
        ix_t p = at ? ix_content(s->t, term)[at] : 0;
        if (splits_vector(s->t, term) ||
            (p && is_shared(s->t, term, axis, at)) ||
            (!p ? uses_axis(s->t, term, axis) : pair && pair != p))
            return 0;
        if (p)
            pair = p;
    }
    return pair;
}

/* The term with its paired axis replaced by two axes at the end. */
static ix_t unpaired_term(struct ix_table *t, ix_t term, uint32_t axis,
                          uint32_t order, const dim_t *dims)
{
    struct ix_product p;
    ix_product_begin(&p, t, order + 1, dims);
    uint32_t at = pair_at(t, term, axis, false), length = t->nodes[term].length;
    uint32_t legs[2] = {UINT32_MAX, UINT32_MAX};
    uint32_t labels = ix_content(t, term)[0];
    if (at) {
        legs[0] = ix_content(t, term)[at + 3];
        legs[1] = ix_content(t, term)[at + 4];
    }
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map) {
        p.failed = true;
        return ix_product_end(&p);
    }
    for (uint32_t l = 0; l < labels; l++)
        map[l] = l < axis                ? (uint16_t)l
                 : l > axis && l < order ? (uint16_t)(l - 1)
                                         : UINT16_MAX;
    /* What else stands on the axis stays joined to the pair. */
    bool shared = at && is_shared(t, term, axis, at);
    for (uint32_t i = 0; at && i < 2; i++) {
        /* a leg that is an own axis already, or the other leg: equal to it */
        uint16_t end = (uint16_t)(order - 1 + i);
        if (map[legs[i]] == UINT16_MAX)
            map[legs[i]] = end;
        else
            ix_product_factor(&p, ix_delta(t, dims[end]), RAT_ONE,
                              (uint16_t[]){map[legs[i]], end});
    }
    for (uint32_t k = 1; k < length;) {
        const uint32_t *w = ix_content(t, term) + k;
        ix_t node = w[0];
        rat_t exponent = w[1];
        uint16_t l[IX_MAX_ORDER];
        bool skip = k == at && !shared;
        for (uint32_t a = 0; !skip && a < t->nodes[node].order; a++) {
            uint32_t old = ix_content(t, term)[k + 2 + a];
            if (map[old] == UINT16_MAX)
                map[old] = ix_product_label(&p, ix_dims(t, node)[a]);
            l[a] = map[old];
        }
        if (!skip)
            ix_product_factor(&p, node, exponent, l);
        k += ix_factor_words(t, node);
    }
    return ix_product_end(&p);
}

/* A sum all of whose terms number one axis by the same pairs is that
 * numbering of a sum: what is written over vec(...) becomes written over
 * matrices. */
static ix_t hoist_pair(struct ix_sum *s, uint32_t axis, ix_t pair)
{
    struct ix_table *t = s->t;
    dim_t dims[IX_MAX_ORDER + 1];
    uint32_t n = 0;
    for (uint32_t a = 0; a < s->order; a++)
        if (a != axis)
            dims[n++] = s->dims[a];
    dims[n] = ix_dims(t, pair)[1];
    dims[n + 1] = ix_dims(t, pair)[2];
    struct ix_sum inner;
    ix_sum_begin(&inner, t, s->order + 1, dims);
    for (uint32_t i = 0; i < s->count; i++)
        ix_sum_add(&inner, s->terms[i].coefficient,
                   unpaired_term(t, s->terms[i].node, axis, s->order, dims));
    ix_t sum = ix_sum_end(&inner);
    struct ix_product p;
    ix_product_begin(&p, t, s->order, s->dims);
    uint16_t slow = ix_product_label(&p, dims[n]);
    uint16_t fast = ix_product_label(&p, dims[n + 1]);
    uint16_t labels[IX_MAX_ORDER + 1];
    uint32_t to = 0;
    for (uint32_t a = 0; a < s->order; a++)
        if (a != axis)
            labels[to++] = (uint16_t)a;
    labels[to] = slow;
    labels[to + 1] = fast;
    ix_product_factor(&p, sum, RAT_ONE, labels);
    ix_product_factor(&p, pair, RAT_ONE,
                      (uint16_t[]){(uint16_t)axis, slow, fast});
    return ix_product_end(&p);
}

ix_t ix_split_axis(struct ix_table *t, ix_t n, uint32_t axis)
{
    const struct ix_node *node = &t->nodes[n];
    struct ix_term one = {RAT_ONE, n};
    bool sum = node->kind == IX_SUM;
    struct ix_sum s = {.t = t,
                       .order = node->order,
                       .terms = &one,
                       .count = sum ? node->length / 2 : 1};
    memcpy(s.dims, ix_dims(t, n), node->order * sizeof *s.dims);
    struct arena_mark mark = arena_mark(&t->scratch);
    if (sum) {
        s.terms = ARENA_ARRAY(&t->scratch, struct ix_term, s.count);
        for (uint32_t i = 0; s.terms && i < s.count; i++)
            s.terms[i] = (struct ix_term){ix_content(t, n)[2 * i],
                                          ix_content(t, n)[2 * i + 1]};
    }
    ix_t pair = 0, result = 0;
    for (uint32_t i = 0; s.terms && i < s.count; i++) {
        uint32_t at = pair_at(t, s.terms[i].node, axis, false);
        ix_t p = at ? ix_content(t, s.terms[i].node)[at] : 0;
        if (!p || (pair && pair != p)) {
            pair = 0;
            break;
        }
        pair = p;
    }
    if (pair) {
        dim_t dims[IX_MAX_ORDER + 1];
        uint32_t to = 0;
        for (uint32_t a = 0; a < s.order; a++)
            if (a != axis)
                dims[to++] = s.dims[a];
        dims[to] = ix_dims(t, pair)[1];
        dims[to + 1] = ix_dims(t, pair)[2];
        struct ix_sum inner;
        ix_sum_begin(&inner, t, s.order + 1, dims);
        for (uint32_t i = 0; i < s.count; i++)
            ix_sum_add(&inner, s.terms[i].coefficient,
                       unpaired_term(t, s.terms[i].node, axis, s.order,
                                     dims));
        result = ix_sum_end(&inner);
    }
    arena_release(&t->scratch, mark);
    return result;
}

/* A sum none of whose terms depends on an axis is the broadcast of a sum
 * without that axis.  0 (no fault) if every axis is used. */
static ix_t drop_unused(struct ix_sum *s)
{
    struct ix_table *t = s->t;
    uint8_t to[IX_MAX_ORDER];
    dim_t dims[IX_MAX_ORDER];
    uint16_t place[IX_MAX_ORDER];
    uint32_t n = 0;
    for (uint32_t a = 0; a < s->order; a++) {
        bool used = false;
        for (uint32_t i = 0; i < s->count && !used; i++)
            used = uses_axis(t, s->terms[i].node, a);
        place[a] = (uint16_t)n;
        if (used) {
            to[n] = (uint8_t)a;
            dims[n++] = s->dims[a];
        } else {
            place[a] = UINT16_MAX;
        }
    }
    if (n == s->order)
        return 0;
    struct ix_sum inner;
    ix_sum_begin(&inner, t, n, dims);
    for (uint32_t i = 0; i < s->count; i++) {
        ix_t term = s->terms[i].node;
        uint32_t length = t->nodes[term].length;
        uint32_t labels = ix_content(t, term)[0];
        struct ix_product p;
        ix_product_begin(&p, t, n, dims);
        uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
        if (!map)
            p.failed = true;
        for (uint32_t l = 0; map && l < labels; l++)
            map[l] = l < s->order ? place[l] : UINT16_MAX;
        for (uint32_t k = 1; map && k < length;) {
            ix_t f = ix_content(t, term)[k];
            rat_t e = ix_content(t, term)[k + 1];
            uint16_t l[IX_MAX_ORDER];
            for (uint32_t a = 0; a < t->nodes[f].order; a++) {
                uint32_t old = ix_content(t, term)[k + 2 + a];
                if (map[old] == UINT16_MAX)
                    map[old] = ix_product_label(&p, ix_dims(t, f)[a]);
                l[a] = map[old];
            }
            ix_product_factor(&p, f, e, l);
            k += ix_factor_words(t, f);
        }
        ix_sum_add(&inner, s->terms[i].coefficient, ix_product_end(&p));
    }
    return ix_broadcast(t, ix_sum_end(&inner), s->order, s->dims, to);
}

static ix_t intern_sum(struct ix_sum *s)
{
    struct ix_table *t = s->t;
    if (s->count == 1 && s->terms[0].coefficient == RAT_ONE)
        return s->terms[0].node;
    uint32_t *w = ARENA_ARRAY(&t->scratch, uint32_t, 2 * s->count + 1);
    if (!w)
        return 0;
    uint64_t h = IX_SUM, f = IX_SUM;
    for (uint32_t i = 0; i < s->count; i++) {
        uint64_t c = rat_hash(t->x->numbers, s->terms[i].coefficient);
        w[2 * i] = s->terms[i].coefficient;
        w[2 * i + 1] = s->terms[i].node;
        h += hash_mix(c, t->nodes[s->terms[i].node].hash);
        f += hash_mix(c, t->nodes[s->terms[i].node].flipped);
    }
    return ix_intern(t, IX_SUM, 0, s->order, s->dims, 2 * s->count, w,
                     hash_word(h), hash_word(f));
}

ix_t ix_sum_end(struct ix_sum *s)
{
    struct ix_table *t = s->t;
    ix_t result = 0;
    if (s->failed)
        goto done;
    merge_like(s);
    if (s->failed)
        goto done;
    /* Only where a matrix is left: sums of Kronecker products stay. */
    if (s->count > 1 && s->order == 1)
        for (uint32_t a = 0; a < s->order; a++) {
            ix_t pair = common_pair(s, a);
            if (pair) {
                result = hoist_pair(s, a, pair);
                goto done;
            }
        }
    if (s->count > 1) {
        result = drop_unused(s);
        if (result || fault_is_set(t->mem->fault))
            goto done;
    }
    result = intern_sum(s);
done:
    arena_release(&t->scratch, s->mark);
    return result;
}

ix_t ix_scale(struct ix_table *t, rat_t c, ix_t n)
{
    if (!n || c == RAT_ONE)
        return n;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = t->nodes[n].order;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    if (t->nodes[n].kind == IX_SUM)
        /* term by term whatever its length: a sum is never a number times a
           sum */
        for (uint32_t k = 0; k < t->nodes[n].length; k += 2) {
            const uint32_t *w = ix_content(t, n) + k;
            ix_t term = w[1];
            push(&s, rat_mul(t->x->numbers, c, w[0]), term);
        }
    else
        ix_sum_add(&s, c, n);
    return ix_sum_end(&s);
}
