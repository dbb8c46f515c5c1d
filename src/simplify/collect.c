/* collect.c - what the terms of a sum have in common. */
#include <string.h>

#include "simplify/internal.h"

/* ----------------------------------------------- factors on the own axes */

static const struct part *find(const struct ix_table *t,
                               const struct parts *p, const struct part *f)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (p->items[i].exponent == f->exponent &&
            part_is_at(t, &p->items[i], f))
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

/* Shorter, or as long where a tie saves a diag in matrix notation. */
static bool is_better(const struct ix_table *t, ix_t best, ix_t n, ix_t other,
                      bool tie)
{
    uint32_t a = ix_get(t, best)->cost, b = ix_get(t, other)->cost;
    return b < a || (b == a && tie && best == n && other != n &&
                     ix_get(t, n)->order == 2);
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
            if (!parts_is_own(t, &terms[i], f))
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
            if (is_better(t, best, n, other, ix_get(t, f->node)->order == 2))
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

/* What the factors of a term come to, as sums of hashes: all of them, whatever
 * their labels; by label those that stand on it alone; and by label the axes
 * of others that meet there.  Rests are equal only if these are. */
struct digest {
    uint64_t all, *alone, *others;
};

static bool digest_of(struct ix_table *t, const struct parts *p,
                      struct digest *d)
{
    d->all = 0;
    d->alone = ARENA_ARRAY(&t->scratch, uint64_t, 2 * p->labels + 1);
    if (!d->alone)
        return false;
    d->others = d->alone + p->labels;
    for (uint32_t i = 0; i < p->n; i++) {
        const struct part *f = &p->items[i];
        const struct ix_node *n = ix_get(t, f->node);
        uint64_t h = hash_mix(f->node, f->exponent);
        d->all += h;
        if (n->order == 1)
            d->alone[f->label[0]] += h;
        for (uint32_t a = 0; n->order > 1 && a < n->order; a++)
            d->others[f->label[a]] += hash_mix(h, n->symmetric ? 0 : a);
    }
    return true;
}

/* Whether two terms may differ only in what stands alone on these labels, and
 * do so. */
static bool may_join(const struct digest *d, uint32_t label,
                     const struct digest *e, uint32_t other)
{
    return d->all - d->alone[label] == e->all - e->alone[other] &&
           d->others[label] == e->others[other] &&
           d->alone[label] != e->alone[other];
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
                    const struct digest *digests, uint32_t first,
                    uint32_t label)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    struct view base = {0};
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    struct view *views = ARENA_ARRAY(&t->scratch, struct view, count);
    if (!views)
        return 0;
    bool own = label < order;
    uint32_t met = 0;
    for (uint32_t i = first + 1; i < count; i++) {
        uint32_t from = own ? label : order;
        uint32_t to = own ? label + 1 : terms[i].labels;
        for (uint32_t l = from; l < to && !views[i].value; l++) {
            struct view v;
            if (terms[i].label_dims[l] != terms[first].label_dims[label] ||
                !may_join(&digests[first], label, &digests[i], l))
                continue;
            if ((!base.rest &&
                 !view_from(t, &terms[first], label, &base)) ||
                !view_from(t, &terms[i], l, &v))
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
    inner = inner ? join_quotients(t, inner) : 0;
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
    struct digest *digests = ARENA_ARRAY(&t->scratch, struct digest, count);
    ix_t best = n;
    if (!terms || !digests)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (!parts_of(t, ix_content(t, n)[2 * i + 1], &terms[i]) ||
            !digest_of(t, &terms[i], &digests[i]))
            return 0;
    for (uint32_t i = 0; i + 1 < count; i++)
        for (uint32_t l = 0; l < terms[i].labels; l++) {
            if (l >= order && ix_get(t, ix_content(t, n)[2 * i + 1])->kind !=
                                  IX_PROD)
                continue;
            ix_t other = join_at(t, n, terms, digests, i, l);
            if (!other)
                return 0;
            if (is_better(t, best, n, other, l >= order))
                best = other;
        }
    return best;
}

/* ------------------------------------------- a sum that is also a factor */

/* The scale at which all terms of `sum` are among the terms of n, or 0. */
static rat_t contained(struct ix_table *t, ix_t n, ix_t sum, bool *taken)
{
    struct rationals *q = t->x->numbers;
    uint32_t count = ix_get(t, n)->length / 2;
    const uint32_t *w = ix_content(t, n), *s = ix_content(t, sum);
    rat_t scale = 0;
    memset(taken, 0, count * sizeof *taken);
    for (uint32_t k = 0; k < ix_get(t, sum)->length; k += 2) {
        uint32_t i = 0;
        while (i < count && w[2 * i + 1] != s[k + 1])
            i++;
        if (i == count)
            return 0;
        rat_t ratio = rat_div(q, w[2 * i], s[k]);
        if (scale && ratio != scale)
            return 0;
        scale = ratio;
        taken[i] = true;
    }
    return scale;
}

/* The map M[0,1] with term = M*u for the sum u at factor `at`, or 0. */
static ix_t left_map(struct ix_table *t, const struct parts *p, uint32_t at)
{
    const struct part *u = &p->items[at];
    uint16_t inner = u->label[0];
    if (inner < p->order || (p->order == 2 && u->label[1] != 1))
        return 0;
    dim_t dims[2] = {p->dims[0], p->label_dims[inner]};
    struct ix_product q;
    ix_product_begin(&q, t, 2, dims);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, p->labels + 1);
    bool fits = map != NULL;
    for (uint32_t l = 0; fits && l < p->labels; l++)
        map[l] = l == 0 ? 0
                 : l == inner ? 1
                 : l < p->order ? UINT16_MAX
                                : ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; fits && i < p->n; i++) {
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, p->items[i].node)->order; a++) {
            l[a] = map[p->items[i].label[a]];
            fits = fits && (i == at || l[a] != UINT16_MAX);
        }
        if (i != at && fits)
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent, l);
    }
    /* labels that only u had would be counted: u's own other axis is free */
    ix_t m = ix_product_end(&q);
    return fits ? m : 0;
}

/* A*u + u, with u a sum whose terms stand there one by one, is (A+I)*u. */
static ix_t join_sum(struct ix_table *t, ix_t n, uint32_t k,
                     const struct parts *p, uint32_t at)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    ix_t u = p->items[at].node;
    bool *taken = ARENA_ARRAY(&t->scratch, bool, count);
    rat_t scale = taken ? contained(t, n, u, taken) : 0;
    ix_t map = scale && !taken[k] ? left_map(t, p, at) : 0;
    if (!map)
        return n;
    dim_t dims[IX_MAX_ORDER], square[2];
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    square[0] = square[1] = dims[0];
    if (ix_dims(t, map)[1] != dims[0])
        return n;
    struct ix_sum s;
    ix_sum_begin(&s, t, 2, square);
    ix_sum_add(&s, scale, ix_delta(t, dims[0]));
    ix_sum_add(&s, ix_content(t, n)[2 * k], map);
    ix_t whole = ix_sum_end(&s);
    struct ix_product q;
    ix_product_begin(&q, t, order, dims);
    uint16_t a = ix_product_label(&q, dims[0]);
    ix_product_factor(&q, whole, RAT_ONE, (uint16_t[]){0, a});
    ix_product_factor(&q, u, RAT_ONE, (uint16_t[]){a, 1});
    ix_t product = ix_product_end(&q);
    ix_sum_begin(&s, t, order, dims);
    for (uint32_t i = 0; i < count; i++)
        if (!taken[i] && i != k)
            ix_sum_add(&s, ix_content(t, n)[2 * i],
                       ix_content(t, n)[2 * i + 1]);
    ix_sum_add(&s, RAT_ONE, product);
    return ix_sum_end(&s);
}

ix_t collect_sums(struct ix_table *t, ix_t n)
{
    uint32_t count = ix_get(t, n)->length / 2, order = ix_get(t, n)->order;
    if (ix_get(t, n)->kind != IX_SUM || count < 3 || order < 1 || order > 2 ||
        count > SIMPLIFY_TERMS)
        return n;
    ix_t best = n;
    for (uint32_t k = 0; k < count; k++) {
        ix_t term = ix_content(t, n)[2 * k + 1];
        struct parts p;
        if (ix_get(t, term)->kind != IX_PROD)
            continue;
        if (!parts_of(t, term, &p))
            return 0;
        for (uint32_t i = 0; i < p.n; i++) {
            const struct ix_node *u = ix_get(t, p.items[i].node);
            if (u->kind != IX_SUM || u->order != order ||
                p.items[i].exponent != RAT_ONE || u->length < 4)
                continue;
            ix_t other = join_sum(t, n, k, &p, i);
            if (!other)
                return 0;
            if (ix_get(t, other)->cost < ix_get(t, best)->cost)
                best = other;
        }
    }
    return best;
}
