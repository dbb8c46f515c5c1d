/* opening.c - a scalar is zero if what a variable is contracted with in it
 * is: x'*A*y - x'*B*y is zero if A*y - B*y is. */
#include <string.h>

#include "prove/internal.h"

enum { OPENING_GROUPS = 12, OPENING_DEPTH = 2 };

/* How often a leaf stands in a term, as a factor of it or of a scalar in it
 * that is summed up; not within functions. */
static uint32_t degree(struct prover *p, ix_t term, ix_t leaf)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct parts f, g;
    uint32_t n = 0;
    bool ok = parts_of(&p->t, term, &f);
    for (uint32_t i = 0; ok && i < f.n; i++) {
        int64_t e, inner;
        const struct ix_node *node = ix_get(&p->t, f.items[i].node);
        if (!rat_to_int(p->x->numbers, f.items[i].exponent, &e) || e < 1 ||
            e > UINT8_MAX)
            continue;
        if (f.items[i].node == leaf)
            n += (uint32_t)e;
        if (node->kind != IX_PROD || node->order)
            continue;
        ok = parts_of(&p->t, f.items[i].node, &g);
        for (uint32_t k = 0; ok && k < g.n; k++)
            if (g.items[k].node == leaf &&
                rat_to_int(p->x->numbers, g.items[k].exponent, &inner) &&
                inner > 0 && inner < UINT8_MAX)
                n += (uint32_t)(e * inner);
    }
    arena_release(&p->t.scratch, mark);
    return n;
}

/* The product without one power of factor i, whose labels are the axes. */
static ix_t without(struct prover *p, const struct parts *f, uint32_t i,
                    ix_t leaf)
{
    struct ix_table *t = &p->t;
    struct parts g = *f;
    struct part *items = ARENA_ARRAY(&t->scratch, struct part, f->n + 2);
    uint32_t order = ix_get(t, leaf)->order, n = 0;
    if (!items)
        return 0;
    g.label_dims = ARENA_ARRAY(&t->scratch, dim_t, f->labels + order);
    if (!g.label_dims)
        return 0;
    /* the axes first, then the old labels */
    memcpy(g.dims, ix_dims(t, leaf), order * sizeof *g.dims);
    memcpy(g.label_dims, g.dims, order * sizeof *g.dims);
    memcpy(g.label_dims + order, f->label_dims,
           f->labels * sizeof *g.label_dims);
    g.order = order;
    g.labels = f->labels + order;
    for (uint32_t k = 0; k < f->n; k++) {
        struct part *to = &items[n];
        *to = f->items[k];
        if (k == i)
            to->exponent =
                rat_sub(p->x->numbers, to->exponent, RAT_ONE);
        for (uint32_t a = 0; a < ix_get(t, to->node)->order; a++)
            to->label[a] = (uint16_t)(to->label[a] + order);
        n += to->exponent != RAT_ZERO;
    }
    for (uint32_t a = 0; a < order; a++)
        items[n + a] = (struct part){
            ix_delta(t, g.dims[a]), RAT_ONE,
            {(uint16_t)a, (uint16_t)(f->items[i].label[a] + order)}};
    g.items = items;
    g.n = n + order;
    return prove_product(p, &g, NULL, 0, NULL);
}

/* Where the leaf is cut out: of x'*A*x at the right, where x stands on the
 * later axis of its neighbour, so that all terms are cut alike.  f->n if it
 * does not occur. */
static uint32_t place_of(struct prover *p, const struct parts *f, ix_t leaf)
{
    uint32_t best = f->n, highest = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t axis = 0;
        if (f->items[i].node != leaf ||
            rat_sign(p->x->numbers, f->items[i].exponent) <= 0)
            continue;
        for (uint32_t k = 0; k < f->n; k++)
            for (uint32_t a = 0;
                 k != i && a < ix_get(&p->t, f->items[k].node)->order; a++)
                if (f->items[k].label[a] == f->items[i].label[0] && a > axis)
                    axis = a;
        if (best == f->n || axis > highest) {
            best = i;
            highest = axis;
        }
    }
    return best;
}

/* One scalar term with one occurrence of the leaf cut out. */
static ix_t opened(struct prover *p, ix_t term, ix_t leaf)
{
    struct rationals *q = p->x->numbers;
    struct parts f, g;
    if (!parts_of(&p->t, term, &f))
        return 0;
    uint32_t own = place_of(p, &f, leaf);
    if (own < f.n)
        return without(p, &f, own, leaf);
    for (uint32_t i = 0; i < f.n; i++) {
        if (!degree(p, f.items[i].node, leaf) ||
            rat_sign(q, f.items[i].exponent) <= 0)
            continue;
        /* the scalar it stands in, written out once */
        struct part *rest =
            ARENA_ARRAY(&p->t.scratch, struct part, f.n + 1);
        uint32_t n = 0;
        if (!rest || !parts_of(&p->t, f.items[i].node, &g))
            return 0;
        for (uint32_t k = 0; k < f.n; k++) {
            rest[n] = f.items[k];
            if (k == i)
                rest[n].exponent = rat_sub(q, rest[n].exponent, RAT_ONE);
            n += rest[n].exponent != RAT_ZERO;
        }
        uint32_t k = place_of(p, &g, leaf);
        ix_t open = k < g.n ? without(p, &g, k, leaf) : 0;
        return open && parts_of(&p->t, open, &g)
                   ? prove_product(p, &g, NULL, n, rest)
                   : 0;
    }
    return 0;
}

/* The terms of one degree in the leaf, opened. */
static ix_t opened_group(struct prover *p, ix_t d, ix_t leaf, uint32_t of)
{
    struct ix_table *t = &p->t;
    dim_t dims[IX_MAX_ORDER];
    struct ix_sum s;
    memcpy(dims, ix_dims(t, leaf), ix_get(t, leaf)->order * sizeof *dims);
    ix_sum_begin(&s, t, ix_get(t, leaf)->order, dims);
    for (uint32_t k = 0; k < ix_get(t, d)->length; k += 2) {
        rat_t c = ix_content(t, d)[k];
        ix_t term = ix_content(t, d)[k + 1];
        if (degree(p, term, leaf) != of)
            continue;
        struct arena_mark mark = arena_mark(&t->scratch);
        term = opened(p, term, leaf);
        arena_release(&t->scratch, mark);
        ix_sum_add(&s, c, term);
    }
    return ix_sum_end(&s);
}

/* The terms in which the leaf does not stand. */
static ix_t rest_of(struct prover *p, ix_t d, ix_t leaf)
{
    struct ix_sum s;
    ix_sum_begin(&s, &p->t, 0, NULL);
    for (uint32_t k = 0; k < ix_get(&p->t, d)->length; k += 2) {
        rat_t c = ix_content(&p->t, d)[k];
        ix_t term = ix_content(&p->t, d)[k + 1];
        if (!degree(p, term, leaf))
            ix_sum_add(&s, c, term);
    }
    return ix_sum_end(&s);
}

static bool open(struct prover *p, ix_t d, uint32_t depth);

/* Each degree in the leaf for itself. */
static bool open_at(struct prover *p, ix_t d, ix_t leaf, uint32_t depth)
{
    uint32_t done = 0, highest = 0;
    for (uint32_t k = 0; k < ix_get(&p->t, d)->length; k += 2) {
        uint32_t n = degree(p, ix_content(&p->t, d)[k + 1], leaf);
        highest = n > highest ? n : highest;
    }
    if (!highest || highest > OPENING_GROUPS)
        return false;
    for (uint32_t n = 1; n <= highest; n++) {
        ix_t group = opened_group(p, d, leaf, n);
        if (!group || !prove_zero(p, group))
            return false;
        done++;
    }
    ix_t rest = done ? rest_of(p, d, leaf) : 0;
    return rest && (ix_is_zero(&p->t, rest) || prove_zero(p, rest) ||
                    (depth && open(p, rest, depth - 1)));
}

static bool open(struct prover *p, ix_t d, uint32_t depth)
{
    ix_t leaf[PROVE_LEAVES];
    uint32_t n = d ? prove_leaves(p, d, leaf) : 0;
    if (!d || ix_get(&p->t, d)->kind != IX_SUM || ix_get(&p->t, d)->order)
        return d && ix_is_zero(&p->t, d);
    for (uint32_t i = 0; i < n; i++)
        if (ix_get(&p->t, leaf[i])->order && open_at(p, d, leaf[i], depth))
            return true;
    return false;
}

/* As it stands, and multiplied out: either may hide the variable. */
bool prove_by_opening(struct prover *p, ix_t d)
{
    if (ix_get(&p->t, d)->order)
        return false;
    return open(p, d, OPENING_DEPTH) ||
           open(p, prove_reduce(p, d), OPENING_DEPTH);
}
