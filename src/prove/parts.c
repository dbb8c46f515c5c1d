/* parts.c - tables of blocks: zero if every block is.
 *
 * Where selections of parts stand on an axis, and the parts make up all of
 * it, S1*S1'+S2*S2'+... = I, a term is zero if it is so times each of them. */
#include <string.h>

#include "prove/internal.h"

enum { MOST_PARTS = 4, PARTS_DEPTH = 4 };

/* The parts of one axis, in order. */
struct partition {
    uint32_t n;
    bool inverted; /* an inverse stands there: to be multiplied first */
    ix_t part[MOST_PARTS];
};

/* A part of one place is a unit vector; places are counted from 1. */
static bool is_one(const struct prover *p, ix_t s)
{
    return ix_get(&p->t, s)->kind == IX_BASIS;
}

static dim_t begin_of(struct prover *p, ix_t s)
{
    dim_t at = ix_get(&p->t, s)->payload;
    return is_one(p, s) ? dim_sub(p->x->dims, at, DIM_ONE) : at;
}

static dim_t end_of(struct prover *p, ix_t s)
{
    return dim_add(p->x->dims, begin_of(p, s),
                   is_one(p, s) ? DIM_ONE : ix_dims(&p->t, s)[1]);
}

/* A part of an axis; one of size 1 as a unit vector.  0 if it is none. */
static ix_t as_part(struct prover *p, ix_t s)
{
    dim_t n = ix_get(&p->t, s)->order ? ix_dims(&p->t, s)[0] : 0;
    if (is_one(p, s))
        return s;
    if (ix_get(&p->t, s)->kind != IX_SELECT)
        return 0;
    return ix_dims(&p->t, s)[1] == DIM_ONE
               ? ix_basis(&p->t, n,
                          dim_add(p->x->dims, begin_of(p, s), DIM_ONE))
               : s;
}

static void note(struct prover *p, const struct parts *f, uint32_t axis,
                 struct partition *all)
{
    for (uint32_t i = 0; i < f->n; i++) {
        ix_t s = as_part(p, f->items[i].node);
        bool is = s && f->items[i].label[0] == axis;
        for (uint32_t k = 0; k < all->n; k++)
            is = is && all->part[k] != s;
        if (is && all->n < MOST_PARTS)
            all->part[all->n++] = s;
        all->inverted = all->inverted ||
                        (prove_is_inverse(p, &f->items[i]) &&
                         (f->items[i].label[0] == axis ||
                          f->items[i].label[1] == axis));
    }
}

/* The selections that stand on an axis of d. */
static bool gather(struct prover *p, ix_t d, uint32_t axis,
                   struct partition *all)
{
    bool sum = ix_get(&p->t, d)->kind == IX_SUM, ok = true;
    uint32_t n = sum ? ix_get(&p->t, d)->length / 2 : 1;
    *all = (struct partition){0};
    for (uint32_t i = 0; ok && i < n; i++) {
        struct arena_mark mark = arena_mark(&p->t.scratch);
        struct parts f;
        ok = parts_of(&p->t, sum ? ix_content(&p->t, d)[2 * i + 1] : d, &f);
        if (ok)
            note(p, &f, axis, all);
        arena_release(&p->t.scratch, mark);
    }
    return ok;
}

/* Whether one part begins where another ends, from 0 to the last place; in
 * that order then. */
static bool is_whole(struct prover *p, struct partition *all, dim_t size)
{
    dim_t at = DIM_ZERO;
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t k = i;
        while (k < all->n && begin_of(p, all->part[k]) != at)
            k++;
        if (k == all->n)
            return false;
        ix_t next = all->part[k];
        all->part[k] = all->part[i];
        all->part[i] = next;
        at = end_of(p, next);
    }
    return all->n > 1 && at == size;
}

/* The sizes of what is selected on an axis: one place is no axis. */
static uint32_t selected_dims(const struct prover *p, ix_t d, uint32_t axis,
                              ix_t s, dim_t *dims)
{
    uint32_t n = 0, order = ix_get(&p->t, d)->order;
    for (uint32_t a = 0; a < order; a++)
        if (a != axis || !is_one(p, s))
            dims[n++] = a == axis ? ix_dims(&p->t, s)[1]
                                  : ix_dims(&p->t, d)[a];
    return n;
}

/* One term times a selection, on that axis. */
static ix_t selected_term(struct prover *p, ix_t term, uint32_t axis, ix_t s)
{
    struct ix_table *t = &p->t;
    struct ix_product q;
    uint16_t own[IX_MAX_ORDER], next = 0;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = selected_dims(p, term, axis, s, dims);
    dim_t all = ix_dims(t, term)[axis];
    ix_product_begin(&q, t, order, dims);
    for (uint32_t a = 0; a < ix_get(t, term)->order; a++)
        own[a] = a == axis && is_one(p, s) ? 0 : next++;
    uint16_t axis_of[2] = {ix_product_label(&q, all), own[axis]};
    own[axis] = axis_of[0];
    ix_product_factor(&q, s, RAT_ONE, axis_of);
    ix_product_factor(&q, term, RAT_ONE, own);
    return ix_product_end(&q);
}

static ix_t selected(struct prover *p, ix_t d, uint32_t axis, ix_t s)
{
    struct ix_sum sum;
    dim_t dims[IX_MAX_ORDER];
    if (ix_get(&p->t, d)->kind != IX_SUM)
        return selected_term(p, d, axis, s);
    ix_sum_begin(&sum, &p->t, selected_dims(p, d, axis, s, dims), dims);
    for (uint32_t k = 0; k < ix_get(&p->t, d)->length; k += 2) {
        const uint32_t *w = ix_content(&p->t, d) + k;
        rat_t c = w[0];
        ix_sum_add(&sum, c, selected_term(p, w[1], axis, s));
    }
    return ix_sum_end(&sum);
}

bool prove_by_parts(struct prover *p, ix_t d)
{
    struct partition all;
    if (p->nparts == PARTS_DEPTH)
        return false;
    for (uint32_t axis = 0; axis < ix_get(&p->t, d)->order; axis++) {
        if (!gather(p, d, axis, &all))
            return false;
        if (all.inverted || !is_whole(p, &all, ix_dims(&p->t, d)[axis]))
            continue;
        bool ok = true;
        p->nparts++;
        for (uint32_t i = 0; ok && i < all.n; i++) {
            ix_t block = selected(p, d, axis, all.part[i]);
            ok = block && prove_zero(p, block);
        }
        p->nparts--;
        return ok;
    }
    return false;
}

/* An axis of one place says nothing: a part of that size is a unit vector,
 * and what stands on that axis alone is 1.  Within blocks only, since laws
 * are about whole ones. */
ix_t step_single(struct prover *p, ix_t n, const struct parts *f)
{
    struct ix_table *t = &p->t;
    for (uint32_t i = 0; p->nparts && i < f->n; i++) {
        const struct part *g = &f->items[i];
        const struct ix_node *node = ix_get(t, g->node);
        if (f->n > 1 && prove_is_one(p, g->node))
            return prove_product(p, f, NULL, 0, NULL);
        bool constant = node->kind == IX_DELTA || node->kind == IX_SELECT ||
                        node->kind == IX_BASIS;
        uint32_t last = node->order - 1u;
        if (!constant || ix_dims(t, g->node)[last] != DIM_ONE)
            continue;
        struct part unit = {as_part(p, g->node), RAT_ONE, {g->label[0]}};
        bool *keep = ARENA_ARRAY(&t->scratch, bool, f->n);
        for (uint32_t k = 0; k < f->n && keep; k++)
            keep[k] = k != i;
        bool is_unit = ix_get(t, g->node)->kind == IX_SELECT;
        return keep ? prove_product(p, f, keep, is_unit, &unit) : 0;
    }
    return n;
}
