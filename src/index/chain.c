/* chain.c - products of matrices as expressions, the shorter way round; rows,
 * columns and ranges that a factor picks out are written as parts. */
#include "index/term.h"

#include <string.h>

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

static bool is_square(const struct exprs *x, expr_t e)
{
    const struct shape *s = expr_shape(x, e);
    return s->kind == SHAPE_MATRIX && s->dim[0] == s->dim[1];
}

expr_t unit_position(const struct lowering *c, expr_t e)
{
    return expr_is_call(c->x, e, "unit") ? expr_arg(c->x, e, 1) : 0;
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
    if (!expr_is_call(x, e, "selection"))
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
    bool column = !n->transposed && expr_is_call(x, n->e, "selection");
    bool row = m->transposed && expr_is_call(x, m->e, "selection");
    const struct atom *matrix = column ? m : n;
    uint32_t order = expr_shape(x, matrix->e)->order;
    if ((!column && !row) || order > 2 ||
        expr_is_call(x, matrix->e, "selection"))
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
        found = found || expr_is_call(c->x, a.atoms[i].e, name);
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
