/* terms.c - sums and products over a parameter in reverse, and the members of
 * families that are found in their terms. */
#include <string.h>

#include "derive/walk.h"

bool reverse_wants(const struct reverse *r, ix_t leaf)
{
    const struct decl *d = reverse_member(r->t, leaf);
    for (uint32_t k = 0; d && k < r->nleaves; k++) {
        const struct decl *asked = reverse_member(r->t, r->leaves[k]);
        if (asked && asked->family == d->family)
            return true;
    }
    return false;
}

static bool note_found(struct reverse *r, const struct reverse_found *found)
{
    struct reverse_found *f =
        found->adjoint
            ? ARENA_ARRAY(&r->t->scratch, struct reverse_found, 1)
            : NULL;
    if (!f)
        return false;
    *f = *found;
    f->next = r->found;
    r->found = f;
    return true;
}

bool reverse_note(struct reverse *r, ix_t leaf, ix_t adj)
{
    const struct decl *d = reverse_member(r->t, leaf);
    for (uint32_t k = 0; d && k < r->nleaves; k++) {
        const struct decl *asked = reverse_member(r->t, r->leaves[k]);
        struct reverse_found f = {.asked = k, .adjoint = adj};
        if (!asked || asked->family != d->family)
            continue;
        memcpy(f.at, d->at, sizeof f.at);
        if (!note_found(r, &f))
            return false;
    }
    return true;
}

/* The adjoint of one factor of a product over a parameter: of prod(s: f) by
 * f at s it is the product divided by f. */
static ix_t factor_seed(struct reverse *r, ix_t product, ix_t body, ix_t adj)
{
    struct ix_table *t = r->t;
    uint16_t labels[IX_MAX_ORDER];
    struct ix_product p;
    for (uint32_t a = 0; a < r->outer; a++)
        labels[a] = (uint16_t)a;
    ix_product_begin(&p, t, r->outer, r->outer_dims);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, product, RAT_ONE, NULL);
    ix_product_factor(&p, body, RAT_MINUS_ONE, NULL);
    return ix_product_end(&p);
}

static ix_t summed(struct ix_table *t, const struct ix_series *s, ix_t body)
{
    struct ix_series sum = *s;
    sum.kind = SERIES_SUM;
    sum.body = body;
    return ix_series(t, sum);
}

/* Goes through the terms with the symbol free, then sums what comes out. */
static bool reverse_terms(struct reverse *r, const struct ix_series *s,
                          ix_t seed, ix_t *got)
{
    struct ix_table *t = r->t;
    struct reverse inner = {.t = t,
                            .outer = r->outer,
                            .nleaves = r->nleaves,
                            .leaves = r->leaves,
                            .depth = r->depth,
                            .conditions = r->conditions,
                            .every = r->every};
    memcpy(inner.outer_dims, r->outer_dims, sizeof inner.outer_dims);
    if (!reverse_walk(&inner, s->body, seed))
        return false;
    for (uint32_t k = 0; k < r->nleaves; k++) {
        ix_t g = inner.place[k] == UINT32_MAX ? 0
                                              : inner.gradient[inner.place[k]];
        got[k] = g ? summed(t, s, g) : 0;
        if (g && !got[k])
            return false;
    }
    for (struct reverse_found *f = inner.found; f; f = f->next) {
        ix_t leaf = r->leaves[f->asked];
        bool ok = r->every ? reverse_place(t, s, r->every, f)
                           : reverse_solve(t, s, reverse_member(t, leaf), f,
                                           r->conditions);
        if (!ok || (f->adjoint && !note_found(r, f)))
            return false;
    }
    return true;
}

bool reverse_series(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t v = r->list[i];
    struct ix_series s = ix_series_open(t, v);
    ix_t seed = s.kind == SERIES_SUM ? adj
                                     : factor_seed(r, v, s.body, adj);
    ix_t *got = ARENA_ARRAY(&t->scratch, ix_t, r->nleaves);
    bool ok = s.body && seed && got && reverse_terms(r, &s, seed, got);
    ix_series_close(t);
    for (uint32_t k = 0; ok && k < r->nleaves; k++)
        ok = !got[k] || reverse_contribute(r, r->place[k], got[k]);
    return ok;
}

bool reverse_add_found(struct reverse *r, ix_t *out)
{
    struct ix_table *t = r->t;
    for (struct reverse_found *f = r->found; f; f = f->next) {
        bool is;
        ix_t leaf = r->leaves[f->asked], sum[2] = {out[f->asked], f->adjoint};
        if (!reverse_is_target(t, reverse_member(t, leaf), f, r->conditions,
                               &is))
            return false;
        if (!is)
            continue;
        dim_t dims[2 * IX_MAX_ORDER];
        uint32_t own = ix_get(t, leaf)->order;
        memcpy(dims, r->outer_dims, r->outer * sizeof *dims);
        memcpy(dims + r->outer, ix_dims(t, leaf), own * sizeof *dims);
        struct ix_sum s;
        ix_sum_begin(&s, t, r->outer + own, dims);
        for (int i = 0; i < 2; i++)
            if (sum[i])
                ix_sum_add(&s, RAT_ONE, sum[i]);
        if (!(out[f->asked] = ix_sum_end(&s)))
            return false;
    }
    return true;
}
