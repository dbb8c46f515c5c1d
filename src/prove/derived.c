/* derived.c - the derivatives of equations that functions satisfy.
 *
 * What is so for all A is so for their derivatives by A: sqrtm(A)*sqrtm(A) = A
 * makes sqrtm(A)*L + L*sqrtm(A) = I, L the derivative of sqrtm at A as a map.
 * Such equations are taken from laws and rewrites about one matrix, and from
 * A*f(A) = f(A)*A for functions that are power series. */
#include <string.h>

#include "derive/reverse.h"
#include "index/lift.h"
#include "prove/internal.h"
#include "rule/law.h"

enum { MOST_MAPS = 8 };

/* The linear maps in a term, and the matrix they are taken at. */
struct maps {
    ix_t at;
    uint32_t n;
    ix_t items[MOST_MAPS];
};

/* All that d has, and the first variable met all whose entries are free. */
static bool gather(struct prover *p, ix_t d, struct maps *m)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n = 0;
    properties_t properties;
    const ix_t *list = ix_reach(&p->t, d, &n);
    *m = (struct maps){0};
    for (uint32_t i = 0; list && i < n && m->n < MOST_MAPS; i++) {
        const struct ix_node *node = ix_get(&p->t, list[i]);
        if (node->kind != IX_LINEAR || node->length != 1)
            continue;
        ix_t at = ix_content(&p->t, list[i])[0];
        if (!m->at && prove_variable(p, at, &properties) &&
            !(properties & ~LAW_OPEN_PROPERTIES))
            m->at = at;
        m->items[m->n++] = list[i];
    }
    arena_release(&p->t.scratch, mark);
    return m->at != 0;
}

/* Whether one of the maps, with so many axes, is in a term. */
static bool is_about(struct prover *p, ix_t d, const struct maps *m,
                     uint32_t order)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n = 0;
    bool any = false;
    const ix_t *list = ix_reach(&p->t, d, &n);
    for (uint32_t i = 0; list && i < n; i++)
        for (uint32_t k = 0; k < m->n; k++)
            any = any || (list[i] == m->items[k] &&
                          ix_get(&p->t, list[i])->order == order);
    arena_release(&p->t.scratch, mark);
    return any;
}

/* d = 0 for all A, derived by A once or twice where that says something of
 * the maps. */
static bool assume_derived(struct prover *p, ix_t d, const struct maps *m)
{
    ix_t leaf = m->at;
    for (uint32_t order = 4; d && order <= 6; order += 2) {
        if (!reverse_derive(&p->t, d, 1, &leaf, NULL, &d))
            return false;
        if (!is_about(p, d, m, order))
            continue;
        ix_t r = prove_reduce(p, d);
        if (!r)
            return false;
        if (!ix_is_zero(&p->t, r) && !prove_assume(p, r))
            return true;
    }
    return d != 0;
}

static ix_t less(struct prover *p, ix_t a, ix_t b)
{
    struct ix_sum s;
    if (!a || !b)
        return 0;
    ix_sum_begin(&s, &p->t, ix_get(&p->t, a)->order, ix_dims(&p->t, a));
    ix_sum_add(&s, RAT_ONE, a);
    ix_sum_add(&s, RAT_MINUS_ONE, b);
    return ix_sum_end(&s);
}

static ix_t product(struct prover *p, ix_t a, ix_t b)
{
    struct ix_product q;
    dim_t n = ix_dims(&p->t, a)[0], dims[2] = {n, n};
    ix_product_begin(&q, &p->t, 2, dims);
    uint16_t k = ix_product_label(&q, n);
    ix_product_factor(&q, a, RAT_ONE, (uint16_t[]){0, k});
    ix_product_factor(&q, b, RAT_ONE, (uint16_t[]){k, 1});
    return ix_product_end(&q);
}

/* A*f(A) - f(A)*A, for the function of which a map is the derivative. */
static ix_t commutator(struct prover *p, ix_t map)
{
    uint16_t f = prove_integral(p, (uint16_t)ix_get(&p->t, map)->payload, 1);
    ix_t a = ix_content(&p->t, map)[0];
    dim_t n = ix_dims(&p->t, a)[0], dims[2] = {n, n};
    if (!f || !(overload_get(p->x->ops, f)->nature & NATURE_PRIMARY))
        return 0;
    ix_t call = ix_op(&p->t, IX_OP, f, 1, &a, 2, dims);
    return call ? less(p, product(p, a, call), product(p, call, a)) : 0;
}

/* Whether `d` is zero where the derivatives of `equation` are. */
static bool shows(struct prover *p, ix_t equation, ix_t d,
                  const struct maps *m)
{
    p->steps = p->nesting = 0; /* each has its chance */
    bool ok = equation && !ix_is_zero(&p->t, equation) &&
              assume_derived(p, equation, m) && p->nzeros && prove_zero(p, d);
    p->nzeros = 0;
    return ok;
}

static bool goes_on(struct prover *p)
{
    struct fault *f = p->t.mem->fault;
    if (f->kind == FAULT_UNSUPPORTED || f->kind == FAULT_DOMAIN)
        fault_clear(f);
    return !fault_is_set(f);
}

bool prove_by_derived(struct prover *p, ix_t d)
{
    struct maps m;
    expr_t sides[2];
    if (!gather(p, d, &m))
        return false;
    expr_t a = ix_get(&p->t, m.at)->payload;
    for (uint32_t i = 0; rules_instance(p->rules, a, &i, sides); i++) {
        ix_t l = ix_lift(&p->t, sides[0]), r = ix_lift(&p->t, sides[1]);
        if (shows(p, less(p, l, r), d, &m))
            return true;
        if (!goes_on(p))
            return false;
    }
    for (uint32_t i = 0; i < m.n; i++) {
        bool here = ix_content(&p->t, m.items[i])[0] == m.at;
        if (here && shows(p, commutator(p, m.items[i]), d, &m))
            return true;
        if (!goes_on(p))
            return false;
    }
    return false;
}
