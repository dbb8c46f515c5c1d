/* term.c - powers by entries and whole terms as expressions. */
#include "index/term.h"

#include <string.h>

bool powers_add(struct lowering *c, struct powers *p, struct chain chain,
                rat_t exponent)
{
    if (p->n == p->capacity) {
        uint32_t capacity = p->capacity ? 2 * p->capacity : 4;
        struct power *more = ARENA_ARRAY(c->a, struct power, capacity);
        if (!more)
            return false;
        if (p->n)
            memcpy(more, p->items, p->n * sizeof *more);
        p->items = more;
        p->capacity = capacity;
    }
    p->items[p->n++] = (struct power){chain, exponent};
    return true;
}

/* base^e (by entries unless scalar) for e > 0: sqrt where it is one. */
static expr_t power_expr(struct lowering *c, expr_t base, rat_t e)
{
    struct exprs *x = c->x;
    if (!base || e == RAT_ONE)
        return base;
    if (e == RAT_HALF)
        return expr_call1(x, "sqrt", base);
    bool scalar = expr_shape(x, base)->kind == SHAPE_SCALAR;
    return expr_apply2(x, scalar ? OP_POW : OP_HPOW, base,
                       expr_number(x, e));
}

/* The same base met twice is one power. */
static uint32_t merge_bases(struct lowering *c, expr_t *base, rat_t *e,
                            uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = 0;
        while (k < kept && base[k] != base[i])
            k++;
        if (k < kept) {
            e[k] = rat_add(c->x->numbers, e[k], e[i]);
        } else {
            base[kept] = base[i];
            e[kept++] = e[i];
        }
    }
    return kept;
}

/* The product by entries of all powers, each chain as it is or turned. */
static expr_t powers_expr(struct lowering *c, const struct powers *p,
                          bool turn)
{
    struct exprs *x = c->x;
    expr_t above = 0, below = 0;
    expr_t *base = ARENA_ARRAY(c->a, expr_t, p->n);
    rat_t *e = ARENA_ARRAY(c->a, rat_t, p->n);
    if (!base || !e)
        return 0;
    for (uint32_t i = 0; i < p->n; i++) {
        struct chain a = p->items[i].chain;
        base[i] = chain_expr(c, turn ? chain_flip(c, a) : a);
        e[i] = p->items[i].exponent;
    }
    uint32_t n = merge_bases(c, base, e, p->n);
    for (uint32_t i = 0; i < n; i++) {
        if (e[i] == RAT_ZERO)
            continue;
        expr_t v = power_expr(c, base[i], rat_abs(x->numbers, e[i]));
        expr_t *side = rat_sign(x->numbers, e[i]) < 0 ? &below : &above;
        if (!v)
            return 0;
        *side = *side ? had_expr(c, *side, v) : v;
    }
    if (below)
        above = expr_apply2(x, OP_HDIV, above ? above : expr_int(x, 1),
                            below);
    return above;
}

struct chain powers_chain(struct lowering *c, const struct powers *p)
{
    if (!p->n || (p->n == 1 && p->items[0].exponent == RAT_ONE))
        return p->n ? p->items[0].chain : (struct chain){NULL, 0};
    expr_t e = powers_expr(c, p, false);
    struct chain a = chain_one(c, e, false, false);
    bool matrix = e && expr_shape(c->x, e)->order == 2, turned = false;
    for (uint32_t i = 0; matrix && i < p->n; i++)
        for (uint32_t k = 0; k < p->items[i].chain.n; k++)
            turned = turned || p->items[i].chain.atoms[k].transposed;
    if (!turned || !a.n)
        return a;
    expr_t other = powers_expr(c, p, true);
    if (!other)
        return (struct chain){NULL, 0};
    if (expr_cost(c, other) < expr_cost(c, e)) {
        a = chain_one(c, other, true, false);
        a.atoms[0].flip = e;
    } else {
        a.atoms[0].flip = other;
    }
    return a;
}

/* ---------------------------------------------------------- whole terms */

/* The size of the coefficient as a numerator and a denominator, 0 for 1. */
static void coefficient_sides(struct lowering *c, const struct term *t,
                              expr_t *above, expr_t *below)
{
    struct exprs *x = c->x;
    int64_t p, q;
    rat_t size = rat_abs(x->numbers, t->coefficient);
    *above = *below = 0;
    if (rat_to_ratio(x->numbers, size, &p, &q)) {
        bool decimal = q >= 100 && t->scalars.n + t->chain.n > 0;
        while (decimal && q % 10 == 0)
            q /= 10;
        decimal = decimal && q == 1;
        rat_to_ratio(x->numbers, size, &p, &q);
        if (decimal) {
            *above = expr_number(x, size);
        } else {
            if (p != 1)
                *above = expr_int(x, p);
            if (q != 1)
                *below = expr_int(x, q);
        }
    } else {
        *above = expr_number(x, size);
    }
}

/* Numerator and denominator of the scalar factors, 0 for 1. */
static bool scalar_sides(struct lowering *c, const struct term *t,
                         expr_t *above, expr_t *below)
{
    struct rationals *q = c->x->numbers;
    uint32_t n = t->scalars.n + 1, up = 0, down = n;
    expr_t *factors = ARENA_ARRAY(c->a, expr_t, 2 * (size_t)n);
    if (!factors)
        return false;
    coefficient_sides(c, t, above, below);
    if (*above)
        factors[up++] = *above;
    if (*below)
        factors[down++] = *below;
    for (uint32_t i = 0; i < t->scalars.n; i++) {
        const struct power *s = &t->scalars.items[i];
        expr_t v =
            power_expr(c, s->chain.atoms[0].e, rat_abs(q, s->exponent));
        factors[rat_sign(q, s->exponent) < 0 ? down++ : up++] = v;
    }
    *above = up ? expr_apply(c->x, OP_MUL, up, factors) : 0;
    *below = down > n ? expr_apply(c->x, OP_MUL, down - n, factors + n) : 0;
    return (*above || !up) && (*below || down == n);
}

/* Whether e is 1 ./ v. */
static bool is_reciprocal(const struct exprs *x, expr_t e)
{
    return expr_op(x, e) == OP_HDIV &&
           expr_is_number(x, expr_arg(x, e, 0), RAT_ONE);
}

expr_t term_expr(struct lowering *c, const struct term *given)
{
    struct exprs *x = c->x;
    struct term own;
    const struct term *t = &own;
    if (!given->coefficient || !term_positive(c, &own, given))
        return 0;
    expr_t above, below, core = 0;
    if (!scalar_sides(c, t, &above, &below))
        return 0;
    if (t->chain.n)
        core = chain_expr(c, t->chain);
    else if (t->order == 2 && !t->ones)
        core = eye_expr(c, t->dims[0]);
    else if (t->order)
        core = ones_expr(c, t->order, t->dims);
    if (t->order && !core)
        return 0;
    expr_t e;
    if (core && above && is_reciprocal(x, core))
        e = expr_apply2(x, OP_HDIV, above, expr_arg(x, core, 1));
    else if (core && above)
        /* a product on the right is taken apart: 2*A*x, not 2*(A*x) */
        if (expr_op(x, core) == OP_MUL) {
            uint32_t n = expr_get(x, core)->nargs;
            expr_t *args = ARENA_ARRAY(c->a, expr_t, n + 1);
            if (!args)
                return 0;
            args[0] = above;
            memcpy(args + 1, expr_args(x, core), n * sizeof *args);
            e = expr_apply(x, OP_MUL, n + 1, args);
        } else {
            e = mul_expr(c, above, core);
        }
    else
        e = core ? core : above ? above : expr_int(x, 1);
    if (below)
        e = expr_apply2(x, OP_DIV, e, below);
    if (rat_sign(x->numbers, t->coefficient) < 0)
        e = expr_apply1(x, OP_NEG, e);
    return e;
}
