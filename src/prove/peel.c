/* peel.c - a sum of terms is zero if it is so times an invertible matrix.
 *
 * Where inv(S) stands at an end of a term, all terms are multiplied by S
 * there; where an orthogonal Q, by Q'; where a scalar's reciprocal stands
 * before a term, by that scalar. */
#include <string.h>

#include "index/lower.h"
#include "prove/internal.h"

enum { PEEL_DEPTH = 5, PEEL_WAYS = 6 };

/* What to multiply by: S at an own axis, met at S's axis `side`; or by
 * entries. */
struct peeling {
    ix_t by;
    uint32_t axis, side, cost;
    bool entries;
    uint16_t label[IX_MAX_ORDER]; /* of entries: own axes */
};

struct peelings {
    struct peeling items[PEEL_WAYS];
    uint32_t n;
};

static void remember(struct prover *p, struct peelings *all,
                     struct peeling one)
{
    uint32_t at = all->n;
    one.cost = ix_get(&p->t, one.by)->cost;
    for (uint32_t i = 0; i < all->n; i++) {
        const struct peeling *o = &all->items[i];
        if (o->by == one.by && o->axis == one.axis && o->side == one.side &&
            o->entries == one.entries)
            return;
    }
    while (at && all->items[at - 1].cost < one.cost)
        at--;
    if (at == PEEL_WAYS)
        return;
    uint32_t kept = all->n < PEEL_WAYS ? all->n : PEEL_WAYS - 1;
    memmove(all->items + at + 1, all->items + at,
            (kept - at) * sizeof *all->items);
    all->items[at] = one;
    all->n = kept + 1;
}

/* Whether a factor, a variable or a call, is an orthogonal matrix. */
static bool is_orthogonal(struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    properties_t properties;
    if (prove_variable(p, n, &properties))
        return properties & PROP_ORTHOGONAL;
    if (!p->by_laws || node->kind != IX_OP || prove_is_foreign(p, n))
        return false;
    expr_t e = ix_lower(&p->t, n);
    return e && rules_property(p->rules, e, PROP_ORTHOGONAL) == TRUTH_TRUE;
}

/* What stands at the ends of one term. */
static bool look_at_term(struct prover *p, ix_t term, struct peelings *all)
{
    struct parts f;
    if (!parts_of(&p->t, term, &f))
        return false;
    for (uint32_t i = 0; i < f.n; i++) {
        const struct part *g = &f.items[i];
        const struct ix_node *n = ix_get(&p->t, g->node);
        struct peeling one = {.by = g->node, .entries = true};
        bool own = true;
        for (uint32_t a = 0; a < n->order; a++) {
            own = own && g->label[a] < f.order;
            one.label[a] = g->label[a];
        }
        if (n->kind == IX_SUM && own &&
            rat_sign(p->x->numbers, g->exponent) < 0)
            remember(p, all, one);
        bool turns = n->order == 2 && g->exponent == RAT_ONE &&
                     is_orthogonal(p, g->node);
        for (uint32_t a = 0; turns && a < 2; a++)
            if (g->label[a] < f.order)
                remember(p, all,
                         (struct peeling){.by = g->node,
                                          .axis = g->label[a],
                                          .side = a});
        for (uint32_t a = 0; prove_is_inverse(p, g) && a < 2; a++)
            if (g->label[a] < f.order)
                remember(p, all,
                         (struct peeling){
                             .by = ix_content(&p->t, g->node)[0],
                             .axis = g->label[a],
                             .side = 1 - a});
    }
    return true;
}

static bool look(struct prover *p, ix_t d, struct peelings *all)
{
    bool sum = ix_get(&p->t, d)->kind == IX_SUM, ok = true;
    uint32_t n = sum ? ix_get(&p->t, d)->length / 2 : 1;
    for (uint32_t i = 0; ok && i < n; i++) {
        struct arena_mark mark = arena_mark(&p->t.scratch);
        ok = look_at_term(p, sum ? ix_content(&p->t, d)[2 * i + 1] : d, all);
        arena_release(&p->t.scratch, mark);
    }
    return ok;
}

static ix_t multiplied_term(struct prover *p, ix_t term,
                            const struct peeling *by)
{
    struct ix_table *t = &p->t;
    struct ix_product q;
    uint16_t own[IX_MAX_ORDER], ends[2];
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, term)->order;
    memcpy(dims, ix_dims(t, term), order * sizeof *dims);
    ix_product_begin(&q, t, order, dims);
    for (uint32_t a = 0; a < order; a++)
        own[a] = (uint16_t)a;
    if (by->entries) {
        ix_product_factor(&q, by->by, RAT_ONE, by->label);
    } else {
        own[by->axis] = ix_product_label(&q, dims[by->axis]);
        ends[by->side] = own[by->axis];
        ends[1 - by->side] = (uint16_t)by->axis;
        ix_product_factor(&q, by->by, RAT_ONE, ends);
    }
    ix_product_factor(&q, term, RAT_ONE, own);
    return ix_product_end(&q);
}

/* Term by term, so that it meets what it cancels. */
static ix_t multiplied(struct prover *p, ix_t d, const struct peeling *by)
{
    struct ix_sum s;
    if (ix_get(&p->t, d)->kind != IX_SUM)
        return multiplied_term(p, d, by);
    ix_sum_begin(&s, &p->t, ix_get(&p->t, d)->order, ix_dims(&p->t, d));
    for (uint32_t k = 0; k < ix_get(&p->t, d)->length; k += 2) {
        const uint32_t *w = ix_content(&p->t, d) + k;
        rat_t c = w[0];
        ix_sum_add(&s, c, multiplied_term(p, w[1], by));
    }
    return ix_sum_end(&s);
}

static bool peel(struct prover *p, ix_t d, int depth)
{
    struct peelings all = {.n = 0};
    if (!d)
        return false;
    if (ix_is_zero(&p->t, d))
        return true;
    if (p->t.selections && prove_by_parts(p, d))
        return true;
    if (!depth || !look(p, d, &all))
        return false;
    for (uint32_t i = 0; i < all.n; i++) {
        ix_t next = multiplied(p, d, &all.items[i]);
        next = next ? prove_reduce(p, next) : 0;
        if (!next || peel(p, next, depth - 1))
            return next != 0;
    }
    return false;
}

bool prove_zero(struct prover *p, ix_t d)
{
    return peel(p, prove_reduce(p, d), PEEL_DEPTH);
}
