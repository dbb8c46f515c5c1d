#include "prove/prove.h"

#include "index/lift.h"
#include "prove/internal.h"

static ix_t difference(struct prover *p, expr_t a, expr_t b)
{
    expr_t ra = rules_rewrite(p->rules, a, NULL, NULL);
    expr_t rb = ra ? rules_rewrite(p->rules, b, NULL, NULL) : 0;
    ix_t l = rb ? ix_lift(&p->t, ra) : 0, r = l ? ix_lift(&p->t, rb) : 0;
    struct ix_sum s;
    if (!r || ix_get(&p->t, l)->order != ix_get(&p->t, r)->order)
        return 0;
    ix_sum_begin(&s, &p->t, ix_get(&p->t, l)->order, ix_dims(&p->t, l));
    ix_sum_add(&s, RAT_ONE, l);
    ix_sum_add(&s, RAT_MINUS_ONE, r);
    return ix_sum_end(&s);
}

/* Whatever stops a proof, short of memory, is no failure of the caller's. */
static bool forgive(struct prover *p)
{
    struct fault *f = p->x->mem->fault;
    if (f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL)
        fault_clear(f);
    return false;
}

bool prove_equal(struct exprs *x, struct rules *r, expr_t a, expr_t b,
                 symbol_t except)
{
    struct prover p = {.x = x, .rules = r, .except = except};
    if (!a || !b || fault_is_set(x->mem->fault) || !ix_init(&p.t, x))
        return false;
    p.t.node_limit = PROVE_NODES;
    p.t.work_limit = PROVE_WORK;
    p.t.flatten_limit = 4096;
    ix_t d = difference(&p, a, b);
    bool equal = (d && prove_zero(&p, d)) || forgive(&p);
    ix_free(&p.t);
    return equal;
}
