/* step.c - steps on one product: sums multiplied out, powers taken apart. */
#include <string.h>

#include "index/lower.h"
#include "prove/internal.h"

enum { REPEAT_LIMIT = 6 };

ix_t prove_product(struct prover *p, const struct parts *f, const bool *keep,
                   uint32_t nmore, const struct part *more)
{
    struct ix_table *t = &p->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, f->labels + 1);
    struct ix_product q;
    if (!map)
        return 0;
    for (uint32_t l = 0; l < f->labels; l++)
        map[l] = l < f->order ? (uint16_t)l : UINT16_MAX;
    ix_product_begin(&q, t, f->order, f->dims);
    for (uint32_t i = 0; i < f->n + nmore && !q.failed; i++) {
        const struct part *g = i < f->n ? &f->items[i] : &more[i - f->n];
        uint16_t label[IX_MAX_ORDER];
        if (!g->node || prove_is_one(p, g->node) || (i < f->n && keep && !keep[i])) {
            q.failed = q.failed || !g->node;
            continue;
        }
        for (uint32_t a = 0; a < ix_get(t, g->node)->order; a++) {
            uint16_t *to = &map[g->label[a]];
            if (*to == UINT16_MAX)
                *to = ix_product_label(&q, f->label_dims[g->label[a]]);
            label[a] = *to;
        }
        ix_product_factor(&q, g->node, g->exponent, label);
    }
    ix_t result = ix_product_end(&q);
    arena_release(&t->scratch, mark);
    return result;
}

static bool *keep_all_but(struct prover *p, const struct parts *f, uint32_t i)
{
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n + 1);
    for (uint32_t k = 0; keep && k < f->n; k++)
        keep[k] = k != i;
    return keep;
}

uint32_t prove_sum_in(const struct prover *p, const struct parts *f)
{
    uint32_t i = 0;
    while (i < f->n && (ix_get(&p->t, f->items[i].node)->kind != IX_SUM ||
                        ix_get(&p->t, f->items[i].node)->length <= 2 ||
                        rat_sign(p->x->numbers, f->items[i].exponent) <= 0))
        i++;
    return i;
}

ix_t prove_over_term(struct prover *p, const struct parts *f, uint32_t i,
                     ix_t term)
{
    const bool *keep = keep_all_but(p, f, i);
    struct part more[2] = {f->items[i], f->items[i]};
    more[0].node = term;
    more[0].exponent = RAT_ONE;
    more[1].exponent =
        rat_sub(p->x->numbers, f->items[i].exponent, RAT_ONE);
    uint32_t n = more[1].exponent == RAT_ZERO ? 1 : 2;
    return keep ? prove_product(p, f, keep, n, more) : 0;
}

/* ---------------------------------------------------------------- numbers */

/* The number that factor i is a power of, or 0. */
static rat_t base_of(const struct prover *p, const struct part *f)
{
    rat_t c;
    const struct ix_node *n = ix_get(&p->t, f->node);
    return n->kind == IX_SUM && ix_is_constant(&p->t, f->node, &c) ? c : 0;
}

/* c^e with a whole part of e: that part is a number. */
static ix_t whole_part(struct prover *p, const struct parts *f, uint32_t i,
                       rat_t c, int64_t whole)
{
    struct rationals *q = p->x->numbers;
    struct part rest = f->items[i];
    const bool *keep = keep_all_but(p, f, i);
    rest.exponent = rat_sub(q, rest.exponent, rat_from_int(q, whole));
    ix_t product = keep ? prove_product(p, f, keep, 1, &rest) : 0;
    return ix_scale(&p->t, rat_pow(q, c, whole), product);
}

/* (c*T)^e = c^e*T^e for a fraction e and c > 0. */
static ix_t apart(struct prover *p, const struct parts *f, uint32_t i)
{
    struct ix_table *t = &p->t;
    const struct part *g = &f->items[i];
    struct part two[2] = {*g, *g};
    const bool *keep = keep_all_but(p, f, i);
    rat_t c = ix_content(t, g->node)[0];
    two[0].node = ix_constant(t, c, 0, NULL);
    two[1].node = ix_content(t, g->node)[1];
    return keep ? prove_product(p, f, keep, 2, two) : 0;
}

ix_t step_constant(struct prover *p, ix_t n, const struct parts *f)
{
    struct rationals *q = p->x->numbers;
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        const struct ix_node *s = ix_get(&p->t, g->node);
        int64_t a, b;
        rat_t c = base_of(p, g);
        if (s->kind != IX_SUM || s->length != 2 ||
            rat_sign(q, ix_content(&p->t, g->node)[0]) <= 0 ||
            !rat_to_ratio(q, g->exponent, &a, &b) || b == 1)
            continue;
        if (!c)
            return apart(p, f, i);
        int64_t whole = a >= 0 ? a / b : -((-a + b - 1) / b);
        if (whole)
            return whole_part(p, f, i, c, whole);
    }
    return n;
}

/* ----------------------------------------------------- powers of products */

/* Whether every entry is known not to be negative. */
static bool is_nonneg(struct prover *p, const struct part *g)
{
    const struct ix_table *t = &p->t;
    const struct ix_node *n = ix_get(t, g->node);
    const uint32_t *w = ix_content(t, g->node);
    int64_t e;
    if (rat_to_int(p->x->numbers, g->exponent, &e) && e % 2 == 0)
        return true;
    bool even = n->kind == IX_PROD;
    for (uint32_t k = 1; even && k < n->length; k += ix_factor_words(t, w[k]))
        even = rat_to_int(p->x->numbers, w[k + 1], &e) && e % 2 == 0;
    if (even)
        return true;
    expr_t x = n->order ? 0 : ix_lower(&p->t, g->node);
    return x && rules_property(p->rules, x, PROP_NONNEG) == TRUTH_TRUE;
}

/* The factors of (T*U)^e as T^e, U^e, on the labels of factor g.  False where
 * that is not the same: only one may be negative, none an even power. */
static bool powers_of(struct prover *p, const struct part *g,
                      const struct parts *inner, struct part *out)
{
    struct rationals *q = p->x->numbers;
    uint32_t unknown = 0;
    for (uint32_t k = 0; k < inner->n; k++) {
        struct part *f = &out[k];
        int64_t e;
        *f = inner->items[k];
        if (!rat_to_int(q, f->exponent, &e) || e % 2 == 0)
            return false;
        unknown += !is_nonneg(p, f);
        f->exponent = rat_mul(q, f->exponent, g->exponent);
        for (uint32_t a = 0; a < ix_get(&p->t, f->node)->order; a++)
            f->label[a] = g->label[f->label[a]];
    }
    return unknown <= 1;
}

ix_t step_split(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        const struct ix_node *s = ix_get(&p->t, g->node);
        struct parts inner;
        if (s->kind != IX_PROD || s->length < 2 ||
            ix_content(&p->t, g->node)[0] != s->order ||
            rat_is_integer(p->x->numbers, g->exponent))
            continue;
        if (!parts_of(&p->t, g->node, &inner))
            return 0;
        struct part *more = ARENA_ARRAY(&p->t.scratch, struct part, inner.n);
        const bool *keep = keep_all_but(p, f, i);
        if (!more || !keep)
            return 0;
        if (inner.n > 1 && powers_of(p, g, &inner, more))
            return prove_product(p, f, keep, inner.n, more);
    }
    return n;
}

/* (T*U)^2 with something summed up in it, written as T*U*T*U. */
static ix_t repeated(struct prover *p, const struct parts *f, uint32_t i,
                     uint32_t times)
{
    const struct part *g = &f->items[i];
    const bool *keep = keep_all_but(p, f, i);
    struct parts inner, all = *f;
    if (!keep || !parts_of(&p->t, g->node, &inner))
        return 0;
    uint32_t own = inner.order, summed = inner.labels - own, n = 0;
    struct part *more =
        ARENA_ARRAY(&p->t.scratch, struct part, times * inner.n);
    all.label_dims = ARENA_ARRAY(&p->t.scratch, dim_t,
                                 f->labels + times * summed);
    if (!more || !all.label_dims)
        return 0;
    memcpy(all.label_dims, f->label_dims, f->labels * sizeof *f->label_dims);
    for (uint32_t c = 0; c < times; c++, all.labels += summed) {
        memcpy(all.label_dims + all.labels, inner.label_dims + own,
               summed * sizeof *inner.label_dims);
        for (uint32_t k = 0; k < inner.n; k++, n++) {
            more[n] = inner.items[k];
            for (uint32_t a = 0; a < ix_get(&p->t, more[n].node)->order;
                 a++) {
                uint16_t *l = &more[n].label[a];
                *l = *l < own ? g->label[*l]
                              : (uint16_t)(all.labels + *l - own);
            }
        }
    }
    return prove_product(p, &all, keep, n, more);
}

ix_t step_repeat(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        const struct ix_node *s = ix_get(&p->t, g->node);
        int64_t e;
        if (s->kind == IX_PROD && s->order &&
            ix_content(&p->t, g->node)[0] > s->order &&
            rat_to_int(p->x->numbers, g->exponent, &e) && e > 1 &&
            e <= REPEAT_LIMIT)
            return repeated(p, f, i, (uint32_t)e);
    }
    return n;
}

/* ---------------------------------------------------------------- signs */

static bool same_labels(const struct prover *p, const struct part *f,
                        const struct part *g)
{
    uint32_t n = ix_get(&p->t, f->node)->order;
    return ix_get(&p->t, g->node)->order == n &&
           !memcmp(f->label, g->label, n * sizeof *f->label);
}

/* (-S)^k beside S^e, e a fraction: of the former the sign was taken out, of
 * the latter it could not be. */
ix_t step_opposite(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t k = 0; k < f->n; k++) {
            const struct part *g = &f->items[i], *h = &f->items[k];
            int64_t e;
            if (ix_get(&p->t, g->node)->kind != IX_SUM ||
                ix_get(&p->t, h->node)->kind != IX_SUM ||
                !rat_to_int(p->x->numbers, g->exponent, &e) ||
                rat_is_integer(p->x->numbers, h->exponent) ||
                !same_labels(p, g, h) ||
                ix_scale(&p->t, RAT_MINUS_ONE, g->node) != h->node)
                continue;
            struct part more = *h;
            const bool *keep = keep_all_but(p, f, i);
            more.exponent = g->exponent;
            ix_t product = keep ? prove_product(p, f, keep, 1, &more) : 0;
            return ix_scale(&p->t, e % 2 ? RAT_MINUS_ONE : RAT_ONE, product);
        }
    return n;
}
