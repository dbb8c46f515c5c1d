/* reduce.c - normal forms for proofs: every node, children first, as a sum
 * of products to which no step applies. */
#include <string.h>

#include "prove/internal.h"

static prove_step step_closed;
static prove_step *const steps[] = {
    step_closed,       step_constant,    step_split,   step_repeat,
    step_opposite,     step_inverse,     step_orthogonal,
    step_denominator,  step_hypothesis,  step_law,     step_primary,
    step_linear,       step_nested_pairs, step_uneven_pairs,
    step_single,       step_place,   step_known};

/* One step on a product; n itself if it is in normal form. */
static ix_t step(struct prover *p, ix_t n)
{
    struct parts f;
    struct arena_mark mark = arena_mark(&p->t.scratch);
    ix_t result = n;
    if (++p->steps > PROVE_STEPS || !parts_of(&p->t, n, &f))
        result = 0;
    for (size_t i = 0; result == n && i < sizeof steps / sizeof *steps; i++)
        result = steps[i](p, n, &f);
    arena_release(&p->t.scratch, mark);
    return result;
}

/* Terms that are still to be looked at. */
struct agenda {
    struct ix_term *items;
    uint32_t count, capacity;
};

static bool put(struct prover *p, struct agenda *a, rat_t c, ix_t n)
{
    if (!c || !n ||
        !MEM_RESERVE(p->t.mem, a->items, a->capacity, (size_t)a->count + 1))
        return false;
    a->items[a->count++] = (struct ix_term){c, n};
    return true;
}

/* The terms of `sum` instead of it, times what stands beside it in f. */
static bool put_terms(struct prover *p, struct agenda *a, rat_t c, ix_t sum,
                      const struct parts *f, uint32_t i)
{
    bool ok = ++p->steps <= PROVE_STEPS;
    for (uint32_t k = 0; ok && k < ix_get(&p->t, sum)->length; k += 2) {
        const uint32_t *w = ix_content(&p->t, sum) + k;
        rat_t q = rat_mul(p->x->numbers, c, w[0]);
        ix_t term = w[1];
        ok = put(p, a, q, f ? prove_over_term(p, f, i, term) : term);
    }
    return ok;
}

/* A term taken apart, if it is or has a sum; *whole tells that it is not. */
static bool open_term(struct prover *p, struct agenda *a, struct ix_term term,
                      bool *whole)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct parts f;
    bool ok = true;
    *whole = false;
    if (ix_get(&p->t, term.node)->kind == IX_SUM) {
        ok = put_terms(p, a, term.coefficient, term.node, NULL, 0);
    } else if ((ok = parts_of(&p->t, term.node, &f))) {
        uint32_t i = prove_sum_in(p, &f);
        *whole = i == f.n;
        if (!*whole)
            ok = put_terms(p, a, term.coefficient, f.items[i].node, &f, i);
    }
    arena_release(&p->t.scratch, mark);
    return ok;
}

/* Equal terms still to be looked at count once. */
static struct ix_term take(struct prover *p, struct agenda *a)
{
    struct ix_term top = a->items[--a->count];
    for (uint32_t i = 0; i < a->count;) {
        if (a->items[i].node != top.node) {
            i++;
            continue;
        }
        top.coefficient = rat_add(p->x->numbers, top.coefficient,
                                  a->items[i].coefficient);
        a->items[i] = a->items[--a->count];
    }
    return top;
}

static ix_t reduce_terms(struct prover *p, ix_t n)
{
    struct agenda a = {0};
    struct ix_sum s;
    bool ok = put(p, &a, RAT_ONE, n);
    ix_sum_begin(&s, &p->t, ix_get(&p->t, n)->order, ix_dims(&p->t, n));
    while (ok && a.count) {
        struct ix_term term = take(p, &a);
        bool whole;
        if (term.coefficient == RAT_ZERO)
            continue;
        ok = term.coefficient && open_term(p, &a, term, &whole);
        if (!ok || !whole)
            continue;
        ix_t next = step(p, term.node);
        if (next == term.node)
            ix_sum_add(&s, term.coefficient, next);
        else
            ok = put(p, &a, term.coefficient, next);
    }
    s.failed = s.failed || !ok;
    MEM_FREE_ARRAY(p->t.mem, a.items, a.capacity);
    return ix_sum_end(&s);
}

/* Scalars that are summed up (x'*y) come apart from what they multiply only
 * in the course of it. */
static ix_t step_closed(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; f->n > 1 && i < f->n; i++) {
        ix_t scalar = f->items[i].node;
        const struct ix_node *node = ix_get(&p->t, scalar);
        if (node->kind != IX_PROD || node->order)
            continue;
        if (p->nesting == PROVE_NESTING)
            return 0;
        p->nesting++;
        ix_t reduced = reduce_terms(p, scalar);
        p->nesting--;
        if (reduced == scalar)
            continue;
        f->items[i].node = reduced;
        return reduced ? prove_product(p, f, NULL, 0, NULL) : 0;
    }
    return n;
}

static ix_t reduce_within(struct prover *p, ix_t n);

static ix_t reduce_node(struct prover *p, ix_t n, const ix_t *image)
{
    struct ix_table *t = &p->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count = ix_get(t, n)->length;
    ix_t *child = ARENA_ARRAY(&t->scratch, ix_t, count + 1);
    if (!child)
        return 0;
    count = ix_children(t, n, child, count + 1);
    for (uint32_t k = 0; k < count; k++)
        child[k] = image[child[k]];
    ix_t result = ix_rebuild(t, n, child);
    arena_release(&t->scratch, mark);
    if (result && ix_get(t, result)->kind == IX_SERIES) {
        ix_t other = prove_series(p, result);
        return other == result ? reduce_terms(p, result)
                               : reduce_within(p, other);
    }
    ix_t unfolded = result ? prove_unfold(p, result) : 0;
    if (unfolded == result)
        return result ? reduce_terms(p, result) : 0;
    /* what the law made may have functions of its own to be unfolded */
    return reduce_within(p, unfolded);
}

/* prove_reduce as a step of itself, so deep and no deeper. */
static ix_t reduce_within(struct prover *p, ix_t n)
{
    if (p->nesting == PROVE_NESTING)
        return 0;
    p->nesting++;
    n = n ? prove_reduce(p, n) : 0;
    p->nesting--;
    return n;
}

ix_t prove_reduce(struct prover *p, ix_t root)
{
    struct ix_table *t = &p->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t n = 0;
    const ix_t *list = ix_reach(t, root, &n);
    /* children have smaller ids than their parents */
    ix_t *image = ARENA_ARRAY(&t->scratch, ix_t, (size_t)root + 1);
    ix_t result = list && image ? root : 0;
    for (uint32_t i = 0; result && i < n; i++)
        result = image[list[i]] = reduce_node(p, list[i], image);
    arena_release(&t->scratch, mark);
    return result;
}
