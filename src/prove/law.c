/* law.c - laws of functions, used from left to right, and definitions of
 * functions that keep their names for the sake of their differentials. */
#include <string.h>

#include "index/lift.h"
#include "prove/internal.h"
#include "rule/law.h"

/* What stands for a function of its parameters, for the arguments of n. */
static ix_t instance(struct prover *p, ix_t right, ix_t n)
{
    struct ix_table *t = &p->t;
    ix_t args[OP_MAX_ARGS];
    dim_t dims[IX_MAX_ORDER];
    const struct ix_node *node = ix_get(t, n);
    uint32_t count = node->length;
    uint32_t batch = node->kind == IX_FUN ? node->order : 0;
    memcpy(args, ix_content(t, n), count * sizeof *args);
    memcpy(dims, ix_dims(t, n), batch * sizeof *dims);
    return ix_instantiate(t, (uint16_t)ix_get(t, n)->payload, right, count,
                          args, batch, dims, NULL);
}

/* f(a+b) = f(a)*f(b); a rational multiple is a power, as f > 0. */
static ix_t of_sum(struct prover *p, uint16_t f, ix_t n)
{
    static const uint16_t own[IX_MAX_ORDER] = {0, 1, 2, 3, 4, 5,
                                               6, 7, 8, 9, 10, 11};
    struct ix_table *t = &p->t;
    ix_t sum = ix_content(t, n)[0];
    dim_t dims[IX_MAX_ORDER];
    struct ix_product q;
    memcpy(dims, ix_dims(t, n), ix_get(t, n)->order * sizeof *dims);
    ix_product_begin(&q, t, ix_get(t, n)->order, dims);
    for (uint32_t k = 0; k < ix_get(t, sum)->length; k += 2) {
        rat_t c = ix_content(t, sum)[k];
        ix_t term = ix_content(t, sum)[k + 1];
        ix_product_factor(&q, ix_fun(t, f, 1, &term), c, own);
    }
    return ix_product_end(&q);
}

/* log(1) */
static bool is_of_constant(const struct prover *p, ix_t n)
{
    rat_t c;
    return !ix_get(&p->t, n)->order && ix_get(&p->t, n)->length == 1 &&
           ix_is_constant(&p->t, ix_content(&p->t, n)[0], &c);
}

/* Whether a scalar is a sum over one index, and not of one place of it. */
static bool is_one_sum(const struct prover *p, const struct parts *f)
{
    bool ok = !f->order && f->labels == 1;
    for (uint32_t i = 0; i < f->n; i++)
        ok = ok && ix_get(&p->t, f->items[i].node)->kind != IX_BASIS;
    return ok;
}

/* f(sum of T[i] over i) = product of f(T[i]) over i. */
static ix_t of_series(struct prover *p, uint16_t f, ix_t n)
{
    struct ix_table *t = &p->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    struct parts g;
    symbol_t s = intern_text(p->x->names, "_s");
    dim_t at = s ? dim_from_symbol(p->x->dims, s) : 0;
    ix_t result = n;
    if (at && parts_of(t, ix_content(t, n)[0], &g) && is_one_sum(p, &g)) {
        dim_t size = g.label_dims[0];
        struct part place = {ix_basis(t, size, at), RAT_ONE, {0}};
        ix_t term = prove_product(p, &g, NULL, 1, &place);
        struct ix_series product = {.kind = SERIES_PRODUCT, .symbol = s,
                                    .low = DIM_ONE, .high = size,
                                    .body = ix_fun(t, f, 1, &term)};
        result = product.body ? ix_series(t, product) : 0;
    }
    arena_release(&t->scratch, mark);
    return result;
}

ix_t prove_unfold(struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    if ((node->kind != IX_FUN && node->kind != IX_OP) ||
        prove_is_foreign(p, n))
        return n;
    const struct law *w = rules_law(p->rules, node->payload, LAW_UNFOLD);
    if (w)
        return instance(p, ix_lift(&p->t, w->right), n);
    uint16_t f = (uint16_t)node->payload;
    if (overload_get(p->x->ops, f)->form == OVERLOAD_DEFINED)
        return instance(p, ix_template(&p->t, f, TEMPLATE_DEFINITION), n);
    if (node->kind == IX_FUN && rules_law(p->rules, node->payload, LAW_SUM) &&
        ix_get(&p->t, ix_content(&p->t, n)[0])->kind == IX_SUM)
        return of_sum(p, f, n);
    if (node->kind == IX_FUN && p->t.has_series &&
        rules_law(p->rules, node->payload, LAW_SUM) &&
        ix_get(&p->t, ix_content(&p->t, n)[0])->kind == IX_PROD) {
        ix_t other = of_series(p, f, n);
        if (other != n)
            return other;
    }
    if (prove_is_primary(p, n)) {
        ix_t other = prove_similar(p, n);
        if (other != n)
            return other;
    }
    return ix_get(&p->t, n)->kind == IX_OP || is_of_constant(p, n)
               ? prove_known(p, n)
               : n;
}

/* f(x)^e with e at least the law's power. */
static ix_t lowered(struct prover *p, const struct parts *f, uint32_t i,
                    const struct law *w)
{
    struct rationals *q = p->x->numbers;
    struct part two[2] = {f->items[i], f->items[i]};
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    if (!keep)
        return 0;
    for (uint32_t k = 0; k < f->n; k++)
        keep[k] = k != i;
    two[0].node = instance(p, ix_lift(&p->t, w->right), f->items[i].node);
    two[0].exponent = RAT_ONE;
    two[1].exponent =
        rat_sub(q, f->items[i].exponent, rat_from_int(q, w->power));
    return prove_product(p, f, keep, 1 + (two[1].exponent != RAT_ZERO), two);
}

ix_t step_law(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct ix_node *g = ix_get(&p->t, f->items[i].node);
        const struct law *w =
            g->kind == IX_FUN && !ix_as_applied(g)
                ? rules_law(p->rules, g->payload, LAW_POWER)
                : NULL;
        int64_t e;
        if (w && rat_to_int(p->x->numbers, f->items[i].exponent, &e) &&
            e >= w->power)
            return lowered(p, f, i, w);
    }
    return n;
}
