/* term_sign.c - the sign of a term taken into a difference: -2*(b-a) as
 * 2*(a-b). */
#include "index/term.h"

#include <string.h>

/* -(b - a) as a - b; 0 if e is no difference. */
static expr_t flipped_sum(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    if (!e || expr_op(x, e) != OP_ADD)
        return 0;
    uint32_t n = expr_get(x, e)->nargs, at = 0;
    expr_t *args = ARENA_ARRAY(c->a, expr_t, n);
    if (!args)
        return 0;
    for (int pass = 0; pass < 2; pass++) /* what is negative now comes first */
        for (uint32_t i = 0; i < n; i++) {
            expr_t a = expr_arg(x, e, i);
            bool negative = expr_op(x, a) == OP_NEG ||
                            (expr_op(x, a) == OP_NUMBER &&
                             rat_sign(x->numbers,
                                      expr_get(x, a)->payload) < 0);
            if (negative != (pass == 0))
                continue;
            args[at++] = expr_op(x, a) == OP_NEG
                             ? expr_arg(x, a, 0)
                             : expr_apply1(x, OP_NEG, a);
            if (pass == 1 && at == 1)
                return 0; /* nothing negative: no difference */
        }
    return expr_apply(x, OP_ADD, n, args);
}

static bool is_sum(const struct exprs *x, expr_t e)
{
    if (expr_op(x, e) == OP_TRANSPOSE)
        e = expr_arg(x, e, 0);
    return expr_op(x, e) == OP_ADD;
}

/* The argument that gives an expression its sign; none: UINT32_MAX.  A
 * product stands here as the terms of a sum over a parameter. */
static uint32_t signed_argument(const struct exprs *x, expr_t e, bool terms)
{
    op_t op = expr_op(x, e);
    uint32_t n = expr_get(x, e)->nargs, arg = 0;
    if (op == OP_SERIES)
        return 2;
    if (op == OP_HDIV || op == OP_TRANSPOSE ||
        (op >= OP_FIRST_NAMED && expr_is_call(x, e, "diag")))
        return 0;
    if (op != OP_HAD && !(op == OP_MUL && terms))
        return UINT32_MAX;
    while (arg + 1 < n && !is_sum(x, expr_arg(x, e, arg)))
        arg++;
    return arg;
}

/* The same inside quotients and products by entries, diag(...) and sums,
 * whose sign is that of the difference in them. */
static expr_t flipped_difference(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    expr_t path[4], inner = e;
    uint32_t at[4], n = 0;
    while (inner && expr_op(x, inner) != OP_ADD) {
        bool terms = n && expr_op(x, path[n - 1]) == OP_SERIES;
        uint32_t arg = signed_argument(x, inner, terms);
        if (arg == UINT32_MAX || n == 4)
            return 0;
        path[n] = inner;
        at[n++] = arg;
        inner = expr_arg(x, inner, arg);
    }
    inner = flipped_sum(c, inner);
    while (inner && n--) {
        uint32_t nargs = expr_get(x, path[n])->nargs;
        expr_t *args = ARENA_ARRAY(c->a, expr_t, nargs);
        if (!args)
            return 0;
        memcpy(args, expr_args(x, path[n]), nargs * sizeof *args);
        args[at[n]] = inner;
        inner = expr_rebuild(x, path[n], args);
    }
    return inner;
}

/* How often an expression stands in a term: a sign moved into one of two
 * equal differences would make them look different. */
static uint32_t occurrences(const struct term *t, expr_t e)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->chain.n; i++)
        n += t->chain.atoms[i].e == e;
    for (uint32_t i = 0; i < t->scalars.n; i++)
        n += t->scalars.items[i].chain.atoms[0].e == e;
    return n;
}

static bool odd_integer(const struct exprs *x, rat_t e)
{
    int64_t v;
    return rat_to_int(x->numbers, e, &v) && v % 2 != 0;
}

/* A negative coefficient goes into a difference: -2*(b-a) is 2*(a-b). */
static void flip_sign(struct lowering *c, struct term *t)
{
    struct exprs *x = c->x;
    struct atom *place = NULL;
    if (rat_sign(x->numbers, t->coefficient) >= 0)
        return;
    expr_t flipped = 0;
    for (uint32_t i = 0; i < t->chain.n && !flipped; i++) {
        place = &t->chain.atoms[i];
        if (occurrences(t, place->e) == 1)
            flipped = flipped_difference(c, place->e);
    }
    for (uint32_t i = 0; i < t->scalars.n && !flipped; i++)
        if (odd_integer(x, t->scalars.items[i].exponent)) {
            place = &t->scalars.items[i].chain.atoms[0];
            flipped = flipped_difference(c, place->e);
        }
    if (!flipped)
        return;
    place->e = flipped;
    place->flip = flipped_difference(c, place->flip);
    t->coefficient = rat_neg(x->numbers, t->coefficient);
}

/* A copy whose atoms may be changed. */
static bool copy_term(struct lowering *c, struct term *to,
                      const struct term *from)
{
    struct chain none = {NULL, 0};
    *to = *from;
    to->chain = chain_join(c, from->chain, none);
    to->scalars.items =
        ARENA_ARRAY(c->a, struct power, from->scalars.n + 1);
    if (!to->scalars.items || (from->chain.n && !to->chain.atoms))
        return false;
    for (uint32_t i = 0; i < from->scalars.n; i++) {
        to->scalars.items[i] = from->scalars.items[i];
        to->scalars.items[i].chain =
            chain_join(c, from->scalars.items[i].chain, none);
    }
    /* A chain may be empty only for want of memory, here or before. */
    return !fault_is_set(c->t->mem->fault);
}

bool term_positive(struct lowering *c, struct term *to,
                   const struct term *from)
{
    if (!copy_term(c, to, from))
        return false;
    flip_sign(c, to);
    return true;
}
