/* chain.c - products and sums put together as people write them. */
#include "rule/match.h"

bool product_chain(struct exprs *x, uint32_t n, const expr_t *factors,
                   struct shape *shape)
{
    *shape = *expr_shape(x, factors[0]);
    for (uint32_t i = 1; i < n; i++) {
        struct shape pair[2] = {*shape, *expr_shape(x, factors[i])};
        uint8_t kinds[2] = {pair[0].kind, pair[1].kind};
        uint32_t bad;
        if (kinds[0] == SHAPE_SCALAR || kinds[1] == SHAPE_SCALAR)
            return false;
        uint16_t o = overload_find(x->ops, OP_MUL, 2, kinds);
        if (!o || !overload_result(x, o, 2, pair, shape, &bad))
            return false;
    }
    return true;
}

expr_t product_transposed(struct exprs *x, uint32_t n, const expr_t *factors)
{
    expr_t all[MATCH_MAX_FACTORS];
    if (n > MATCH_MAX_FACTORS)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        expr_t f = factors[n - 1 - i];
        all[i] = expr_op(x, f) == OP_TRANSPOSE
                     ? expr_arg(x, f, 0)
                     : expr_apply1(x, OP_TRANSPOSE, f);
        if (!all[i])
            return 0;
    }
    return expr_apply(x, OP_MUL, n, all);
}

/* A product being put together. */
struct product {
    struct exprs *x;
    bool negative;
    rat_t number;
    uint32_t nscalars, nfactors;
    expr_t scalars[MATCH_MAX_FACTORS], factors[MATCH_MAX_FACTORS];
};

static bool product_push(struct product *p, expr_t e)
{
    struct exprs *x = p->x;
    if (expr_op(x, e) == OP_NEG) {
        p->negative = !p->negative;
        e = expr_arg(x, e, 0);
    }
    if (expr_op(x, e) == OP_NUMBER) {
        p->number = rat_mul(x->numbers, p->number, expr_get(x, e)->payload);
        return p->number != 0;
    }
    if (is_scalar(x, e)) {
        if (p->nscalars == MATCH_MAX_FACTORS)
            return false;
        p->scalars[p->nscalars++] = e;
        return true;
    }
    if (p->nfactors == MATCH_MAX_FACTORS)
        return false;
    p->factors[p->nfactors++] = e;
    return true;
}

/* Whether the product's factors can be taken out of their brackets: all
 * scalars, or scalars and one chain. */
static bool dissolves(struct exprs *x, expr_t e)
{
    expr_t chain[MATCH_MAX_FACTORS];
    struct shape shape;
    uint32_t n = expr_get(x, e)->nargs, k = 0;
    if (n > MATCH_MAX_FACTORS)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!is_scalar(x, expr_arg(x, e, i)))
            chain[k++] = expr_arg(x, e, i);
    return k == 0 || (!is_scalar(x, e) && product_chain(x, k, chain, &shape));
}

static bool product_push_all(struct product *p, expr_t e)
{
    struct exprs *x = p->x;
    if (expr_op(x, e) == OP_NEG && expr_op(x, expr_arg(x, e, 0)) == OP_MUL) {
        p->negative = !p->negative;
        e = expr_arg(x, e, 0);
    }
    if (expr_op(x, e) != OP_MUL || !dissolves(x, e))
        return product_push(p, e);
    uint32_t n = expr_get(x, e)->nargs;
    for (uint32_t i = 0; i < n; i++)
        if (!product_push(p, expr_arg(x, e, i)))
            return false;
    return true;
}

static expr_t product_finish(struct product *p)
{
    struct exprs *x = p->x;
    expr_t all[2 * MATCH_MAX_FACTORS + 1];
    uint32_t n = 0;
    if (p->number == RAT_ZERO && !p->nfactors)
        return expr_number(x, RAT_ZERO);
    if (rat_sign(x->numbers, p->number) < 0) {
        p->negative = !p->negative;
        p->number = rat_neg(x->numbers, p->number);
    }
    if (p->number != RAT_ONE || p->nscalars + p->nfactors == 0)
        all[n++] = expr_number(x, p->number);
    for (uint32_t i = 0; i < p->nscalars; i++)
        all[n++] = p->scalars[i];
    for (uint32_t i = 0; i < p->nfactors; i++)
        all[n++] = p->factors[i];
    expr_t e = expr_apply(x, OP_MUL, n, all);
    return p->negative ? expr_apply1(x, OP_NEG, e) : e;
}

expr_t product_of(struct exprs *x, uint32_t n, const expr_t *factors)
{
    struct product p = {.x = x, .number = RAT_ONE};
    if (n == 1)
        return factors[0];
    for (uint32_t i = 0; i < n; i++) {
        if (!factors[i])
            return 0;
        if (!product_push_all(&p, factors[i]))
            return expr_apply(x, OP_MUL, n, factors);
    }
    return product_finish(&p);
}

/* Number terms are collected where they stand first. */
expr_t sum_of(struct exprs *x, uint32_t n, const expr_t *terms)
{
    expr_t all[2 * MATCH_MAX_FACTORS];
    uint32_t count = 0, place = UINT32_MAX;
    rat_t number = RAT_ZERO;
    if (n > 2 * MATCH_MAX_FACTORS)
        return expr_apply(x, OP_ADD, n, terms);
    for (uint32_t i = 0; i < n; i++) {
        if (!terms[i])
            return 0;
        if (expr_op(x, terms[i]) != OP_NUMBER) {
            all[count++] = terms[i];
            continue;
        }
        number = rat_add(x->numbers, number, expr_get(x, terms[i])->payload);
        if (place == UINT32_MAX)
            place = count++;
    }
    if (place == UINT32_MAX)
        return expr_apply(x, OP_ADD, count, all);
    all[place] = expr_number(x, number);
    if (number == RAT_ZERO && count > 1) {
        for (uint32_t i = place; i + 1 < count; i++)
            all[i] = all[i + 1];
        count--;
    }
    return expr_apply(x, OP_ADD, count, all);
}

bool product_split(const struct exprs *x, expr_t e, struct product_split *s)
{
    uint32_t n = expr_get(x, e)->nargs;
    s->nscalars = s->nfactors = 0;
    if (n > MATCH_MAX_FACTORS)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        expr_t a = expr_arg(x, e, i);
        if (is_scalar(x, a))
            s->scalars[s->nscalars++] = a;
        else
            s->factors[s->nfactors++] = a;
    }
    return true;
}
