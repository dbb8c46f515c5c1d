/* term.c - chains and powers as expressions. */
#include "index/term.h"

#include <string.h>

static uint32_t node_cost(const struct ix_table *t, expr_t e)
{
    const struct exprs *x = t->x;
    const struct expr_node *n = expr_get(x, e);
    const expr_t *args = expr_args(x, e);
    uint64_t cost = n->op == OP_ELEMENT ? 0 : 1;
    if (n->op == OP_ADD || n->op == OP_MUL || n->op == OP_HAD)
        cost = n->nargs - 1;
    if (n->op == OP_NUMBER) {
        int64_t p = 0, q = 1;
        rat_to_ratio(x->numbers, n->payload, &p, &q);
        cost += (p < 0 ? 1u : 0u) + (q != 1 ? 2u : 0u);
    }
    for (uint32_t k = 0; k < n->nargs; k++)
        cost += t->costs[args[k]];
    if (n->op == OP_APPLY && expr_is_implied(x, e)) /* u, D[u,x] */
        cost = 1 + applied_get(x, n->payload)->order;
    return cost > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)cost;
}

uint32_t expr_cost(struct lowering *c, expr_t e)
{
    struct ix_table *t = c->t;
    if (!e || !MEM_RESERVE(t->mem, t->costs, t->costs_capacity,
                           (size_t)e + 1))
        return 0;
    while (t->costed < e) {
        t->costs[t->costed + 1] = node_cost(t, t->costed + 1);
        t->costed++;
    }
    return t->costs[e];
}

struct chain chain_one(struct lowering *c, expr_t e, bool transposed,
                       bool symmetric)
{
    struct chain a = {ARENA_ARRAY(c->a, struct atom, 1), 1};
    if (!a.atoms || !e)
        return (struct chain){NULL, 0};
    a.atoms[0] = (struct atom){e, 0, transposed, symmetric};
    return a;
}

struct chain chain_join(struct lowering *c, struct chain a, struct chain b)
{
    struct chain j = {ARENA_ARRAY(c->a, struct atom, a.n + b.n), a.n + b.n};
    if (!j.atoms)
        return (struct chain){NULL, 0};
    if (a.n)
        memcpy(j.atoms, a.atoms, a.n * sizeof *j.atoms);
    if (b.n)
        memcpy(j.atoms + a.n, b.atoms, b.n * sizeof *j.atoms);
    return j;
}

struct chain chain_flip(struct lowering *c, struct chain a)
{
    struct chain f = {ARENA_ARRAY(c->a, struct atom, a.n), a.n};
    if (!f.atoms)
        return (struct chain){NULL, 0};
    for (uint32_t i = 0; i < a.n; i++) {
        f.atoms[i] = a.atoms[a.n - 1 - i];
        f.atoms[i].transposed = !f.atoms[i].transposed;
    }
    return f;
}

static bool is_call(const struct exprs *x, expr_t e, const char *name)
{
    return expr_op(x, e) >= OP_FIRST_NAMED &&
           !strcmp(op_name(x->ops, expr_op(x, e)), name);
}

/* kron(A',B)' is kron(A,B'): inside where that needs fewer signs. */
static expr_t transposed_kron(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    expr_t part[2];
    int signs = 0;
    for (uint32_t i = 0; i < 2; i++) {
        expr_t a = expr_arg(x, e, i);
        part[i] = a;
        const uint8_t kind = expr_shape(x, a)->kind;
        if (kind == SHAPE_SCALAR || is_call(x, a, "eye") ||
            (is_call(x, a, "diag") && kind == SHAPE_MATRIX))
            continue;
        bool turned = expr_op(x, a) == OP_TRANSPOSE;
        signs += turned ? -1 : 1;
        part[i] = turned ? expr_arg(x, a, 0)
                         : expr_apply1(x, OP_TRANSPOSE, a);
    }
    if (signs >= 1 || !part[0] || !part[1])
        return expr_apply1(x, OP_TRANSPOSE, e);
    return expr_call2(x, "kron", part[0], part[1]);
}

/* [a; x]' is [a, x']: the blocks of a column beside each other. */
static expr_t transposed_column(struct lowering *c, expr_t e)
{
    enum { MOST = 16 };
    struct exprs *x = c->x;
    expr_t block[MOST], row;
    uint32_t n = 0;
    for (; is_call(x, e, "vcat") && n + 1 < MOST; e = expr_arg(x, e, 0))
        block[n++] = expr_arg(x, e, 1);
    if (is_call(x, e, "vcat"))
        return 0;
    row = transposed_expr(c, e);
    while (row && n)
        row = expr_call2(x, "hcat", row, transposed_expr(c, block[--n]));
    return row;
}

expr_t transposed_expr(struct lowering *c, expr_t e)
{
    if (!e || expr_shape(c->x, e)->kind == SHAPE_SCALAR)
        return e;
    if (is_call(c->x, e, "vcat") &&
        expr_shape(c->x, e)->kind == SHAPE_VECTOR) {
        expr_t row = transposed_column(c, e);
        if (row || fault_is_set(c->x->mem->fault))
            return row;
    }
    if (is_call(c->x, e, "kron"))
        return transposed_kron(c, e);
    if (expr_op(c->x, e) == OP_TRANSPOSE)
        return expr_arg(c->x, e, 0);
    if (expr_op(c->x, e) == OP_POW &&
        expr_op(c->x, expr_arg(c->x, e, 1)) != OP_NUMBER) /* X'^k */
        return expr_apply2(c->x, OP_POW,
                           transposed_expr(c, expr_arg(c->x, e, 0)),
                           expr_arg(c->x, e, 1));
    return expr_apply1(c->x, OP_TRANSPOSE, e);
}

expr_t mul_expr(struct lowering *c, expr_t a, expr_t b)
{
    return expr_apply2(c->x, OP_MUL, a, b);
}

expr_t had_expr(struct lowering *c, expr_t a, expr_t b)
{
    return expr_apply2(c->x, OP_HAD, a, b);
}

expr_t eye_expr(struct lowering *c, dim_t n)
{
    return expr_call1(c->x, "eye", expr_size_argument(c->x, n));
}

expr_t ones_expr(struct lowering *c, uint32_t order, const dim_t *dims)
{
    if (order == 0)
        return expr_int(c->x, 1);
    expr_t m = expr_size_argument(c->x, dims[0]);
    if (order == 1)
        return expr_call1(c->x, "ones", m);
    return expr_call2(c->x, "ones", m, expr_size_argument(c->x, dims[1]));
}

static bool is_square(const struct exprs *x, expr_t e)
{
    const struct shape *s = expr_shape(x, e);
    return s->kind == SHAPE_MATRIX && s->dim[0] == s->dim[1];
}

expr_t unit_position(const struct lowering *c, expr_t e)
{
    return is_call(c->x, e, "unit") ? expr_arg(c->x, e, 1) : 0;
}

/* Row or column i of a name, or of a part of one: A[i,2:n] for row i of
 * A[:,2:n]; 0 for others. */
static expr_t at_place(struct lowering *c, expr_t e, bool second, expr_t i)
{
    struct exprs *x = c->x;
    expr_t at[2] = {expr_whole(x), expr_whole(x)};
    if (expr_op(x, e) == OP_ELEMENT && expr_get(x, e)->nargs == 3) {
        at[0] = expr_arg(x, e, 1);
        at[1] = expr_arg(x, e, 2);
        e = expr_arg(x, e, 0);
    }
    if (expr_op(x, e) != OP_VARIABLE || expr_op(x, at[second]) != OP_WHOLE)
        return 0;
    at[second] = i;
    return expr_element(x, e, 2, at);
}

/* A column A[:,i] for A*unit(n,i), a row A[i,:] for unit(m,i)'*A, or their
 * transposes: of names only. */
static struct atom picked(struct lowering *c, const struct atom *m,
                          const struct atom *n)
{
    struct exprs *x = c->x;
    bool column = !n->transposed && unit_position(c, n->e);
    const struct atom *unit = column ? n : m, *matrix = column ? m : n;
    expr_t i = unit_position(c, unit->e);
    bool second = column != (matrix->transposed && !matrix->symmetric);
    if (!i || (!column && !unit->transposed) ||
        expr_shape(x, matrix->e)->order != 2)
        return (struct atom){0};
    struct atom out = {.e = at_place(c, matrix->e, second, i)};
    if (!out.e)
        return out;
    /* as an atom a vector is a column */
    if (second == column)
        return out;
    out.e = transposed_expr(c, out.e);
    return out;
}

/* The places of the columns that selection(n,i,k) takes, i:i+k-1; else 0. */
static expr_t selected_span(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    if (!is_call(x, e, "selection"))
        return 0;
    dim_t low = expr_as_size(x, expr_arg(x, e, 1));
    dim_t k = expr_as_size(x, expr_arg(x, e, 2));
    return expr_span(x, low,
                     dim_sub(x->dims, dim_add(x->dims, low, k), DIM_ONE));
}

/* The places `span` of axis k of e: (A[i,:])[r] is A[i,r]. */
static expr_t cut_axis(struct lowering *c, expr_t e, uint32_t k, expr_t span)
{
    struct exprs *x = c->x;
    expr_t at[2] = {expr_whole(x), expr_whole(x)};
    uint32_t nargs = expr_get(x, e)->nargs, left = k;
    for (uint32_t a = 1; expr_op(x, e) == OP_ELEMENT && a < nargs; a++) {
        expr_t own = expr_arg(x, e, a);
        op_t op = expr_op(x, own);
        if ((op != OP_WHOLE && op != OP_SPAN) || left--)
            continue;
        if (op == OP_SPAN || nargs > 3)
            break;
        for (uint32_t b = 1; b < nargs; b++)
            at[b - 1] = b == a ? span : expr_arg(x, e, b);
        return expr_element(x, expr_arg(x, e, 0), nargs - 1, at);
    }
    at[k] = span;
    return expr_element(x, e, expr_shape(x, e)->order, at);
}

/* Rows A[i:j,:] for selection'*A, columns A[:,i:j] for A*selection, entries
 * x[i:j]. */
static struct atom cut_out(struct lowering *c, const struct atom *m,
                           const struct atom *n)
{
    struct exprs *x = c->x;
    bool column = !n->transposed && is_call(x, n->e, "selection");
    bool row = m->transposed && is_call(x, m->e, "selection");
    const struct atom *matrix = column ? m : n;
    uint32_t order = expr_shape(x, matrix->e)->order;
    if ((!column && !row) || order > 2 || is_call(x, matrix->e, "selection"))
        return (struct atom){0};
    bool turned = matrix->transposed && !matrix->symmetric;
    bool second = order == 2 && column != turned;
    expr_t span = selected_span(c, column ? n->e : m->e);
    return (struct atom){.e = cut_axis(c, matrix->e, second, span),
                         .transposed = turned};
}

static bool has_call(const struct lowering *c, struct chain a,
                     const char *name)
{
    bool found = false;
    for (uint32_t i = 0; i < a.n && a.n > 1; i++)
        found = found || is_call(c->x, a.atoms[i].e, name);
    return found;
}

struct chain chain_cut(struct lowering *c, struct chain a)
{
    if (!has_call(c, a, "selection"))
        return a;
    struct chain out = {ARENA_ARRAY(c->a, struct atom, a.n), 0};
    for (uint32_t i = 0; out.atoms && i < a.n; i++) {
        struct atom one = {0};
        if (out.n)
            one = cut_out(c, &out.atoms[out.n - 1], &a.atoms[i]);
        if (one.e)
            out.atoms[out.n - 1] = one;
        else
            out.atoms[out.n++] = a.atoms[i];
    }
    return out;
}

/* The chain with rows and columns that are picked out written so. */
static struct chain picked_chain(struct lowering *c, struct chain a)
{
    struct chain out = {ARENA_ARRAY(c->a, struct atom, a.n), 0};
    if (!out.atoms)
        return out;
    for (uint32_t i = 0; i < a.n; i++) {
        struct atom one = {0};
        if (i + 1 < a.n)
            one = picked(c, &a.atoms[i], &a.atoms[i + 1]);
        out.atoms[out.n++] = one.e ? one : a.atoms[i];
        i += one.e ? 1 : 0;
    }
    return out;
}

/* The product of the atoms in order, equal neighbours as a power. */
static expr_t product_of(struct lowering *c, struct chain a)
{
    struct exprs *x = c->x;
    expr_t small[16], *args = small;
    uint32_t n = 0;
    a = chain_cut(c, a);
    if (has_call(c, a, "unit"))
        a = picked_chain(c, a);
    if (a.n > 16 && !(args = ARENA_ARRAY(c->a, expr_t, a.n)))
        return 0;
    for (uint32_t i = 0; i < a.n;) {
        struct atom m = a.atoms[i++];
        int64_t power = 1;
        while (i < a.n && a.atoms[i].e == m.e &&
               (a.atoms[i].transposed == m.transposed || m.symmetric) &&
               is_square(x, m.e)) {
            power++;
            i++;
        }
        expr_t e = m.e;
        if (power > 1)
            e = expr_apply2(x, OP_POW, e, expr_int(x, power));
        if (m.transposed && !m.symmetric)
            e = power == 1 && m.flip &&
                        expr_cost(c, m.flip) <= expr_cost(c, e) + 1
                    ? m.flip
                    : transposed_expr(c, e);
        args[n++] = e;
    }
    return expr_apply(x, OP_MUL, n, args);
}

/* Tokens of a chain, as it is or turned round. */
static uint32_t chain_cost(struct lowering *c, struct chain a, bool turn)
{
    uint64_t cost = turn ? 1 : 0;
    for (uint32_t i = 0; i < a.n; i++) {
        const struct atom *m = &a.atoms[i];
        uint32_t own = expr_cost(c, m->e);
        if (m->transposed != turn && !m->symmetric) {
            uint32_t other = m->flip ? expr_cost(c, m->flip) : UINT32_MAX;
            own = other < own + 1 ? other : own + 1;
        }
        cost += own;
    }
    return cost > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)cost;
}

expr_t chain_expr(struct lowering *c, struct chain a)
{
    if (!a.n || !a.atoms)
        return 0;
    if (a.n > 1 && chain_cost(c, a, true) < chain_cost(c, a, false))
        return transposed_expr(c, product_of(c, chain_flip(c, a)));
    return product_of(c, a);
}

struct chain chain_shorter(struct lowering *c, struct chain a)
{
    /* one of the tokens that chain_cost counts is the transpose's */
    if (chain_cost(c, a, true) <= chain_cost(c, a, false))
        return chain_flip(c, a);
    return a;
}

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
        (op >= OP_FIRST_NAMED && is_call(x, e, "diag")))
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
