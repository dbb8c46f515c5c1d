/* collect.c - sums in matrix notation: content and common factors pulled out
 * where that makes the sum shorter. */
#include <string.h>

#include "index/term.h"

enum { COLLECT_DEPTH = 24, COLLECT_TERMS = 64 };

static bool same_atom(const struct atom *a, const struct atom *b)
{
    return a->e == b->e && (a->transposed == b->transposed || a->symmetric);
}

/* ------------------------------------------------- numbers and scalars */

static int coefficient_cost(const struct lowering *c, rat_t q)
{
    int64_t p, d;
    if (!rat_to_ratio(c->x->numbers, q, &p, &d))
        return 2;
    return (p != 1 && p != -1 ? 2 : 0) + (d != 1 ? 2 : 0);
}

/* The number to pull out of a sum, or 1. */
static rat_t common_number(struct lowering *c, const struct term *terms,
                           uint32_t n)
{
    struct rationals *q = c->x->numbers;
    rat_t g = RAT_ZERO;
    bool negative = true;
    for (uint32_t i = 0; i < n && g; i++) {
        g = rat_gcd(q, g, terms[i].coefficient);
        negative = negative && rat_sign(q, terms[i].coefficient) < 0;
    }
    if (!g)
        return RAT_ONE;
    int saved = -coefficient_cost(c, g);
    for (uint32_t i = 0; i < n; i++) {
        bool bare = !terms[i].chain.n && !terms[i].scalars.n;
        saved += bare ? 0
                      : coefficient_cost(c, terms[i].coefficient) -
                            coefficient_cost(
                                c, rat_div(q, terms[i].coefficient, g));
    }
    if (saved <= 0 && !(saved == 0 && n == 2 && g != RAT_ONE &&
                        rat_is_integer(q, g)))
        g = RAT_ONE;
    return negative ? rat_neg(q, g) : g;
}

static struct power *find_scalar(const struct term *t, expr_t base)
{
    for (uint32_t i = 0; i < t->scalars.n; i++)
        if (t->scalars.items[i].chain.atoms[0].e == base)
            return &t->scalars.items[i];
    return NULL;
}

/* The power of `base` that every term has, or 0. */
static rat_t common_power(struct lowering *c, const struct term *terms,
                          uint32_t n, expr_t base)
{
    struct rationals *q = c->x->numbers;
    rat_t common = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct power *p = find_scalar(&terms[i], base);
        if (!p)
            return 0;
        if (!common)
            common = p->exponent;
        if (rat_sign(q, common) != rat_sign(q, p->exponent))
            return 0;
        if (rat_compare(q, rat_abs(q, p->exponent), rat_abs(q, common)) < 0)
            common = p->exponent;
    }
    return common;
}

static void divide_scalar(struct lowering *c, struct term *t, expr_t base,
                          rat_t exponent)
{
    struct power *p = find_scalar(t, base);
    rat_t left = rat_sub(c->x->numbers, p->exponent, exponent);
    if (left == RAT_ZERO)
        *p = t->scalars.items[--t->scalars.n];
    else
        p->exponent = left;
}

static void pull_scalars(struct lowering *c, struct term *terms, uint32_t n,
                         struct term *out)
{
    for (uint32_t k = 0; k < terms[0].scalars.n;) {
        expr_t base = terms[0].scalars.items[k].chain.atoms[0].e;
        rat_t e = common_power(c, terms, n, base);
        bool bare = false; /* would leave a 1 */
        for (uint32_t i = 0; i < n; i++)
            bare = bare || (terms[i].scalars.n == 1 && !terms[i].chain.n &&
                            terms[i].coefficient == RAT_ONE &&
                            terms[i].scalars.items[0].exponent == e);
        if (!e || (bare && expr_cost(c, base) <= 1)) {
            k++;
            continue;
        }
        powers_add(c, &out->scalars,
                   terms[0].scalars.items[k].chain, e);
        for (uint32_t i = 0; i < n; i++)
            divide_scalar(c, &terms[i], base, e);
    }
}

/* ---------------------------------------------------------------- chains */

static bool has_end(const struct term *t, bool right, const struct atom *a)
{
    if (!t->chain.n || (t->order == 1 && !right && t->chain.n < 2))
        return false;
    return same_atom(&t->chain.atoms[right ? t->chain.n - 1 : 0], a);
}

/* Tokens saved by collecting the end `a` of its terms. */
static int savings(struct lowering *c, const struct term *terms, uint32_t n,
                   bool right, const struct atom *a)
{
    int cost = (int)(expr_cost(c, a->e) > 1000 ? 1000 : expr_cost(c, a->e)) +
               (a->transposed && !a->symmetric);
    int with = 0, alone = 0;
    for (uint32_t i = 0; i < n; i++)
        if (has_end(&terms[i], right, a)) {
            if (terms[i].chain.n == 1)
                alone++;
            else
                with++;
        }
    if (with + alone < 2)
        return 0;
    return with * (1 + cost) + alone * (cost - 2) - 1 - cost;
}

/* The size where a chain is joined with the atom at its end. */
static dim_t joint(struct lowering *c, const struct atom *a, bool right)
{
    const struct shape *s = expr_shape(c->x, a->e);
    return a->transposed == right ? shape_cols(s) : shape_rows(s);
}

static bool is_vector(struct lowering *c, expr_t e)
{
    return expr_shape(c->x, e)->order == 1;
}

/* The term without its end; a row is turned into a column. */
static struct term without_end(struct lowering *c, const struct term *t,
                               bool right, const struct atom *a)
{
    struct term r = *t;
    r.chain = (struct chain){t->chain.atoms + (right ? 0 : 1),
                             t->chain.n - 1};
    if (is_vector(c, a->e)) {
        /* order 1, its vector gone: a matrix; order 2: a vector is left */
        r.order = t->order == 1 ? 2 : 1;
        if (t->order == 2 && !right)
            r.chain = chain_flip(c, r.chain);
        if (t->order == 2) {
            r.dims[0] = t->dims[right ? 0 : 1];
            r.dims[1] = DIM_ONE;
        } else {
            r.dims[1] = shape_rows(expr_shape(c->x, a->e));
        }
    } else if (right) {
        r.dims[1] = joint(c, a, true);
    } else {
        r.dims[0] = joint(c, a, false);
    }
    return r;
}

static struct chain core_chain(struct lowering *c, const struct term *t)
{
    struct term core = *t;
    core.coefficient = RAT_ONE;
    core.scalars = (struct powers){0};
    if (core.chain.n)
        return core.chain;
    return chain_one(c, term_expr(c, &core), false, t->order == 2);
}

/* Replaces the terms that end in `a` by one. */
static uint32_t collect_end(struct lowering *c, struct term *terms,
                            uint32_t n, bool right, struct atom a,
                            uint32_t depth)
{
    struct term *rest = ARENA_ARRAY(c->a, struct term, n);
    uint32_t kept = 0, count = 0, place = n;
    if (!rest)
        return n;
    struct term whole = terms[0];
    for (uint32_t i = 0; i < n; i++) {
        if (has_end(&terms[i], right, &a)) {
            if (!count)
                place = kept++;
            whole = terms[i];
            rest[count++] = without_end(c, &terms[i], right, &a);
        } else {
            terms[kept++] = terms[i];
        }
    }
    bool scalars = true; /* nothing but multiples of the identity is left */
    for (uint32_t i = 0; i < count; i++)
        scalars = scalars && rest[i].order == 2 && !rest[i].chain.n;
    for (uint32_t i = 0; scalars && i < count; i++)
        rest[i].order = 0;
    struct term inner = terms_collect(c, rest, count, depth + 1);
    struct chain middle =
        scalars ? (struct chain){NULL, 0} : core_chain(c, &inner);
    if (inner.order == 1 && whole.order == 2 && !right)
        middle = chain_flip(c, middle);
    struct chain end = chain_one(c, a.e, a.transposed, a.symmetric);
    inner.chain = right ? chain_join(c, middle, end)
                        : chain_join(c, end, middle);
    inner.order = whole.order;
    inner.ones = false;
    memcpy(inner.dims, whole.dims, sizeof inner.dims);
    terms[place] = inner;
    return kept;
}

static uint32_t collect_chains(struct lowering *c, struct term *terms,
                               uint32_t n, uint32_t depth)
{
    while (n > 1) {
        int best = 0;
        struct atom atom = {0};
        bool side = false;
        for (uint32_t i = 0; i < n; i++)
            for (int right = 0; right < 2 && terms[i].chain.n; right++) {
                const struct atom *a =
                    &terms[i].chain.atoms[right ? terms[i].chain.n - 1 : 0];
                int saved = has_end(&terms[i], right, a)
                                ? savings(c, terms, n, right, a)
                                : 0;
                if (saved > best) {
                    best = saved;
                    atom = *a;
                    side = right;
                }
            }
        if (!best)
            break;
        uint32_t left = collect_end(c, terms, n, side, atom, depth);
        if (left >= n)
            break;
        n = left;
    }
    return n;
}

/* ------------------------------------------------------------------ sums */

/* A number (in a sum of vectors any scalar) that is the same in all entries:
 * the language broadcasts it. */
static bool is_broadcast(const struct term *t)
{
    return t->order > 0 && !t->chain.n && (t->order == 1 || !t->scalars.n) &&
           (t->order == 1 || t->ones);
}

/* The terms as one sum, what is added before what is taken away. */
static expr_t sum_expr(struct lowering *c, const struct term *terms,
                       uint32_t n)
{
    struct exprs *x = c->x;
    struct term *own = ARENA_ARRAY(c->a, struct term, n);
    expr_t *args = ARENA_ARRAY(c->a, expr_t, n);
    uint32_t at = 0;
    bool full = false;
    if (!own || !args)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!term_positive(c, &own[i], &terms[i]))
            return 0;
        full = full || !is_broadcast(&terms[i]);
    }
    for (int sign = 1; sign >= -1; sign -= 2)
        for (uint32_t i = 0; i < n; i++) {
            if ((rat_sign(x->numbers, own[i].coefficient) < 0) != (sign < 0))
                continue;
            if (full && is_broadcast(&own[i]))
                own[i].order = 0;
            args[at] = term_expr(c, &own[i]);
            if (!args[at++])
                return 0;
        }
    return expr_apply(x, OP_ADD, n, args);
}

struct term terms_collect(struct lowering *c, struct term *terms, uint32_t n,
                          uint32_t depth)
{
    struct exprs *x = c->x;
    if (n == 1)
        return terms[0];
    struct term out = {.coefficient = RAT_ONE,
                       .order = terms[0].order,
                       .dims = {terms[0].dims[0], terms[0].dims[1]}};
    /* The terms' own lists are changed below: take copies. */
    for (uint32_t i = 0; i < n; i++) {
        struct power *items =
            ARENA_ARRAY(c->a, struct power, terms[i].scalars.n + 1);
        if (!items)
            return out;
        if (terms[i].scalars.n)
            memcpy(items, terms[i].scalars.items,
                   terms[i].scalars.n * sizeof *items);
        terms[i].scalars.items = items;
        terms[i].scalars.capacity = terms[i].scalars.n;
    }
    if (n <= COLLECT_TERMS && depth < COLLECT_DEPTH) {
        out.coefficient = common_number(c, terms, n);
        for (uint32_t i = 0; i < n; i++)
            terms[i].coefficient = rat_div(
                x->numbers, terms[i].coefficient, out.coefficient);
        pull_scalars(c, terms, n, &out);
        n = collect_chains(c, terms, n, depth);
    }
    if (n == 1) {
        struct term one = terms[0];
        one.coefficient =
            rat_mul(x->numbers, one.coefficient, out.coefficient);
        for (uint32_t i = 0; i < out.scalars.n; i++) {
            struct power *p =
                find_scalar(&one, out.scalars.items[i].chain.atoms[0].e);
            if (p)
                p->exponent = rat_add(x->numbers, p->exponent,
                                      out.scalars.items[i].exponent);
            else
                powers_add(c, &one.scalars, out.scalars.items[i].chain,
                           out.scalars.items[i].exponent);
        }
        return one;
    }
    expr_t sum = sum_expr(c, terms, n);
    struct chain chain = chain_one(c, sum, false, false);
    if (out.order)
        out.chain = chain;
    else
        powers_add(c, &out.scalars, chain, RAT_ONE);
    return out;
}
