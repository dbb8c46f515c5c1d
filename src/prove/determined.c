/* determined.c - functions that equations determine: pinv(X) is the one Y of
 * which Penrose's four equations are true.
 *
 * d = c*f(A) + R is zero if -R/c satisfies the equations of f(A); and two
 * calls that d is made of are one if one of them satisfies the other's. */
#include "index/lift.h"
#include "index/lower.h"
#include "prove/internal.h"
#include "rule/law.h"

enum { MOST_EQUATIONS = 8, MOST_CALLS = 8 };

static bool is_call(struct prover *p, ix_t n)
{
    return ix_get(&p->t, n)->kind == IX_OP && !prove_is_foreign(p, n);
}

static ix_t less(struct prover *p, ix_t a, ix_t b)
{
    struct ix_sum s;
    if (!a || !b || ix_get(&p->t, a)->order != ix_get(&p->t, b)->order)
        return 0;
    ix_sum_begin(&s, &p->t, ix_get(&p->t, a)->order, ix_dims(&p->t, a));
    ix_sum_add(&s, RAT_ONE, a);
    ix_sum_add(&s, RAT_MINUS_ONE, b);
    return ix_sum_end(&s);
}

/* Whether the candidate is a solution of all equations of the call. */
static bool is_solution(struct prover *p, ix_t call, ix_t candidate)
{
    expr_t sides[MOST_EQUATIONS][2];
    expr_t e = ix_lower(&p->t, call);
    expr_t y = e ? ix_lower(&p->t, candidate) : 0;
    uint32_t n = y && shape_equal(expr_shape(p->x, e), expr_shape(p->x, y))
                     ? rules_determining(p->rules, e, y, MOST_EQUATIONS,
                                         sides)
                     : 0;
    bool ok = n != 0;
    for (uint32_t i = 0; ok && i < n; i++) {
        ix_t l = ix_lift(&p->t, sides[i][0]), r = ix_lift(&p->t, sides[i][1]);
        ix_t d = less(p, l, r);
        ok = d && prove_zero(p, d);
    }
    return ok;
}

/* -R/c, where the call is a term of d; 0 if it is none. */
static ix_t rest_of(struct prover *p, ix_t d, uint32_t at)
{
    struct rationals *q = p->x->numbers;
    rat_t c = ix_content(&p->t, d)[at];
    struct ix_sum s;
    ix_sum_begin(&s, &p->t, ix_get(&p->t, d)->order, ix_dims(&p->t, d));
    for (uint32_t k = 0; k < ix_get(&p->t, d)->length; k += 2) {
        const uint32_t *w = ix_content(&p->t, d) + k;
        if (k != at)
            ix_sum_add(&s, rat_neg(q, rat_div(q, w[0], c)), w[1]);
    }
    return ix_sum_end(&s);
}

bool prove_by_uniqueness(struct prover *p, ix_t d)
{
    bool sum = ix_get(&p->t, d)->kind == IX_SUM;
    for (uint32_t k = 0; sum && k < ix_get(&p->t, d)->length; k += 2) {
        ix_t call = ix_content(&p->t, d)[k + 1];
        if (!is_call(p, call))
            continue;
        ix_t candidate = rest_of(p, d, k);
        if (candidate && is_solution(p, call, candidate))
            return true;
    }
    return false;
}

/* The calls that d is made of; how many. */
static uint32_t calls_in(struct prover *p, ix_t d, ix_t *call)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n = 0, count = 0;
    const ix_t *list = ix_reach(&p->t, d, &n);
    for (uint32_t i = 0; list && i < n && count < MOST_CALLS; i++)
        if (is_call(p, list[i]) && ix_get(&p->t, list[i])->order)
            call[count++] = list[i];
    arena_release(&p->t.scratch, mark);
    return count;
}

bool prove_by_exchange(struct prover *p, ix_t d)
{
    ix_t call[MOST_CALLS];
    uint32_t n = calls_in(p, d, call);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++) {
            if (k == i || !is_solution(p, call[i], call[k])) {
                if (fault_is_set(p->t.mem->fault))
                    return false;
                continue;
            }
            d = ix_replace_node(&p->t, d, call[i], call[k]);
            return d && prove_zero(p, d);
        }
    return false;
}
