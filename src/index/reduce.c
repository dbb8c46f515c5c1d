/* reduce.c - a product of labelled factors as a chain of matrices.
 *
 * Vertices are labels, factors of order 2 edges, factors of order 1 values at
 * their vertex.  The steps keep the value: a summed vertex with two edges is
 * a matrix product, parallel edges are an entrywise product, a summed vertex
 * with one edge is a matrix times a vector, a loop is a diagonal or a trace,
 * and two numberings of pairs joined leg by leg are a Kronecker product. */
#include <string.h>

#include "index/term.h"

struct vertex {
    struct powers values;
    uint32_t edges, pairs; /* how many end here */
    bool terminal, gone;
};
struct edge {
    uint16_t from, to;
    struct powers matrix; /* by entries, from -> to */
    bool live;
};
struct pair {
    uint16_t number, slow, fast;
    bool live;
};
struct linear {
    ix_t node;
    uint16_t label[4];
    bool live;
};
struct graph {
    struct lowering *c;
    struct vertex *v;
    dim_t *dim;
    uint32_t nv, ne, np, nl;
    struct edge *e;
    struct pair *p;
    struct linear *l;
    struct term *out;
    bool failed;
};

/* -------------------------------------------------------------- helpers */

static struct chain edge_chain(struct graph *g, const struct edge *e,
                               uint16_t from)
{
    struct chain a = powers_chain(g->c, &e->matrix);
    return from == e->from ? a : chain_flip(g->c, a);
}

static bool has_values(const struct graph *g, uint16_t v)
{
    return g->v[v].values.n > 0;
}

static expr_t vertex_vector(struct graph *g, uint16_t v)
{
    struct chain a = powers_chain(g->c, &g->v[v].values);
    return a.n ? chain_expr(g->c, a) : ones_expr(g->c, 1, &g->dim[v]);
}

static struct chain diag_chain(struct graph *g, expr_t vector)
{
    return chain_one(g->c, expr_call1(g->c->x, "diag", vector), false, true);
}

/* The value at a vertex as a diagonal matrix, an empty chain if it has none. */
static struct chain vertex_diag(struct graph *g, uint16_t v)
{
    if (!has_values(g, v))
        return (struct chain){NULL, 0};
    return diag_chain(g, vertex_vector(g, v));
}

static void add_value(struct graph *g, uint16_t v, struct chain chain,
                      rat_t exponent)
{
    if (!chain.n || !powers_add(g->c, &g->v[v].values, chain, exponent))
        g->failed = true;
}

static void add_scalar(struct graph *g, expr_t e)
{
    if (!e || !powers_add(g->c, &g->out->scalars,
                          chain_one(g->c, e, false, false), RAT_ONE))
        g->failed = true;
}

static void remove_edge(struct graph *g, struct edge *e)
{
    e->live = false;
    g->v[e->from].edges--;
    g->v[e->to].edges--;
}

static void add_edge(struct graph *g, uint16_t from, uint16_t to,
                     struct chain chain)
{
    struct edge *e = &g->e[g->ne++];
    *e = (struct edge){.from = from, .to = to, .live = true};
    if (!chain.n || !powers_add(g->c, &e->matrix, chain, RAT_ONE))
        g->failed = true;
    g->v[from].edges++;
    g->v[to].edges++;
}

static void remove_pair(struct graph *g, struct pair *p)
{
    p->live = false;
    g->v[p->number].pairs--;
    g->v[p->slow].pairs--;
    g->v[p->fast].pairs--;
}

static bool is_ones_expr(const struct graph *g, expr_t e)
{
    const struct exprs *x = g->c->x;
    return expr_op(x, e) >= OP_FIRST_NAMED &&
           !strcmp(op_name(x->ops, expr_op(x, e)), "ones");
}

static uint32_t turned(struct chain a)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < a.n; i++)
        n += a.atoms[i].transposed && !a.atoms[i].symmetric &&
             !a.atoms[i].flip;
    return n;
}

/* ------------------------------------------------------- closing vertices */

/* sum over v of its value */
static expr_t closed_sum(struct graph *g, uint16_t v)
{
    struct lowering *c = g->c;
    struct powers *w = &g->v[v].values;
    struct chain one;
    if (w->n == 2 && w->items[0].exponent == RAT_ONE &&
        w->items[1].exponent == RAT_ONE) {
        struct chain a = w->items[0].chain, b = w->items[1].chain;
        struct chain ab = chain_join(c, chain_flip(c, a), b);
        struct chain ba = chain_join(c, chain_flip(c, b), a);
        return chain_expr(c, turned(ba) < turned(ab) ? ba : ab);
    }
    if (w->n == 1 && w->items[0].exponent == RAT_TWO)
        return chain_expr(c, chain_join(c, chain_flip(c, w->items[0].chain),
                                        w->items[0].chain));
    for (uint32_t i = 0; w->n > 2 && i < w->n; i++) {
        if (w->items[i].exponent != RAT_ONE || w->items[i].chain.n < 2)
            continue;
        one = w->items[i].chain;
        w->items[i] = w->items[--w->n];
        return chain_expr(
            c, chain_join(c, chain_flip(c, powers_chain(c, w)), one));
    }
    one = powers_chain(c, w);
    if (one.n >= 2 && is_ones_expr(g, one.atoms[one.n - 1].e))
        one.n--;
    if (!one.n)
        return 0;
    if (expr_shape(c->x, one.atoms[one.n - 1].e)->order == 2 &&
        2 * turned(one) >= one.n && turned(one))
        one = chain_flip(c, one); /* sum(M') = sum(M) */
    return expr_call1(c->x, "sum", chain_expr(c, one));
}

static expr_t trace_of(struct graph *g, struct chain a)
{
    if (2 * turned(a) > a.n)
        a = chain_flip(g->c, a);
    if (a.n == 1) {
        a = chain_one(g->c, a.atoms[0].e, false, a.atoms[0].symmetric);
    }
    return expr_call1(g->c->x, "tr", chain_expr(g->c, a));
}

static bool step_loop(struct graph *g, struct edge *e)
{
    uint16_t v = e->from;
    struct chain a = edge_chain(g, e, v);
    bool alone = !g->v[v].terminal && g->v[v].edges == 2 &&
                 !g->v[v].pairs && !has_values(g, v);
    remove_edge(g, e);
    if (alone) {
        add_scalar(g, trace_of(g, a));
        g->v[v].gone = true;
        return true;
    }
    if (a.n == 1) /* a diagonal is its transpose's */
        a = chain_one(g->c, a.atoms[0].e, false, a.atoms[0].symmetric);
    expr_t d = expr_call1(g->c->x, "diag", chain_expr(g->c, a));
    add_value(g, v, chain_one(g->c, d, false, false), RAT_ONE);
    return true;
}

/* A summed vertex with one edge: a matrix times a vector. */
static bool step_pendant(struct graph *g, uint16_t v, struct edge *e)
{
    uint16_t u = e->from == v ? e->to : e->from;
    struct chain m = edge_chain(g, e, u);
    struct chain w = powers_chain(g->c, &g->v[v].values);
    if (!w.n)
        w = chain_one(g->c, ones_expr(g->c, 1, &g->dim[v]), false, false);
    remove_edge(g, e);
    g->v[v].gone = true;
    add_value(g, u, chain_join(g->c, m, w), RAT_ONE);
    return true;
}

static void merge_parallel(struct graph *g, struct edge *e, struct edge *f)
{
    for (uint32_t i = 0; i < f->matrix.n; i++) {
        struct chain a = f->matrix.items[i].chain;
        if (f->from != e->from)
            a = chain_flip(g->c, a);
        if (!powers_add(g->c, &e->matrix, a, f->matrix.items[i].exponent))
            g->failed = true;
    }
    remove_edge(g, f);
}

/* tr(A*B) or sum(A.*B'), whichever needs fewer transposes. */
static bool closed_pair(struct graph *g, uint16_t v, uint16_t u,
                        struct edge *e, struct edge *f)
{
    if (g->v[u].terminal || g->v[u].edges != 2 || g->v[u].pairs ||
        has_values(g, u) || has_values(g, v))
        return false;
    struct chain a = edge_chain(g, e, v), b = edge_chain(g, f, v);
    struct chain back = chain_flip(g->c, b);
    uint32_t sum = turned(a) + turned(b);
    uint32_t other = turned(chain_flip(g->c, a)) + turned(back);
    uint32_t trace = turned(a) + turned(back);
    if (a.n > 1 || b.n > 1)
        sum = other = trace + 1;
    bool flip = other < sum;
    if (flip)
        sum = other;
    if (trace <= sum)
        return false;
    if (flip) {
        a = chain_flip(g->c, a);
        b = back;
    }
    expr_t h = had_expr(g->c, chain_expr(g->c, a), chain_expr(g->c, b));
    remove_edge(g, e);
    remove_edge(g, f);
    g->v[u].gone = g->v[v].gone = true;
    add_scalar(g, expr_call1(g->c->x, "sum", h));
    return true;
}

/* A summed vertex with two edges: a matrix product. */
static bool step_series(struct graph *g, uint16_t v, struct edge *e,
                        struct edge *f)
{
    uint16_t a = e->from == v ? e->to : e->from;
    uint16_t b = f->from == v ? f->to : f->from;
    if (a == b && has_values(g, v)) {
        merge_parallel(g, e, f);
        return true;
    }
    if (a == b && closed_pair(g, v, a, e, f))
        return true;
    struct chain m = edge_chain(g, e, a), n = edge_chain(g, f, v);
    struct chain d = vertex_diag(g, v);
    if (d.n)
        m = chain_join(g->c, m, d);
    remove_edge(g, e);
    remove_edge(g, f);
    g->v[v].gone = true;
    add_edge(g, a, b, chain_join(g->c, m, n));
    return true;
}

static bool step_vertex(struct graph *g, uint16_t v)
{
    struct vertex *w = &g->v[v];
    if (w->terminal || w->gone || w->pairs || w->edges > 2)
        return false;
    struct edge *found[2] = {NULL, NULL};
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->ne && n < 2; i++)
        if (g->e[i].live && (g->e[i].from == v || g->e[i].to == v))
            found[n++] = &g->e[i];
    if (n == 0) {
        w->gone = true;
        add_scalar(g, closed_sum(g, v));
        return true;
    }
    if (n == 1)
        return w->edges == 1 && step_pendant(g, v, found[0]);
    return step_series(g, v, found[0], found[1]);
}

static bool step_parallel(struct graph *g)
{
    for (uint32_t i = 0; i < g->ne; i++)
        for (uint32_t j = i + 1; g->e[i].live && j < g->ne; j++) {
            struct edge *e = &g->e[i], *f = &g->e[j];
            bool same = (e->from == f->from && e->to == f->to) ||
                        (e->from == f->to && e->to == f->from);
            if (f->live && same) {
                merge_parallel(g, e, f);
                return true;
            }
        }
    return false;
}

/* ---------------------------------------------------- numbers of pairs */

static struct edge *edge_between(struct graph *g, uint16_t u, uint16_t v)
{
    for (uint32_t i = 0; i < g->ne; i++) {
        struct edge *e = &g->e[i];
        if (e->live && ((e->from == u && e->to == v) ||
                        (e->from == v && e->to == u)))
            return e;
    }
    return NULL;
}

/* A leg that only carries a value. */
static bool is_free_leg(const struct graph *g, uint16_t v)
{
    return !g->v[v].terminal && !g->v[v].edges && g->v[v].pairs == 1;
}

/* The transpose; of a product taken inside if that is shorter. */
static expr_t turned_expr(struct lowering *c, expr_t e)
{
    struct exprs *x = c->x;
    if (!e || expr_shape(x, e)->kind != SHAPE_MATRIX)
        return transposed_expr(c, e);
    if (expr_op(x, e) >= OP_FIRST_NAMED &&
        (!strcmp(op_name(x->ops, expr_op(x, e)), "eye") ||
         !strcmp(op_name(x->ops, expr_op(x, e)), "diag")))
        return e;
    if (expr_op(x, e) != OP_MUL)
        return transposed_expr(c, e);
    uint32_t n = expr_get(x, e)->nargs;
    struct chain a = {ARENA_ARRAY(c->a, struct atom, n), n};
    for (uint32_t i = 0; a.atoms && i < n; i++) {
        expr_t f = expr_arg(x, e, i);
        bool turned = expr_op(x, f) == OP_TRANSPOSE;
        a.atoms[i] =
            (struct atom){turned ? expr_arg(x, f, 0) : f, 0, turned,
                          !turned && turned_expr(c, f) == f};
        if (expr_shape(x, f)->kind == SHAPE_SCALAR)
            return transposed_expr(c, e);
    }
    return a.atoms ? chain_expr(c, chain_flip(c, a)) : 0;
}

static expr_t kron_expr(struct graph *g, expr_t a, expr_t b)
{
    return expr_call2(g->c->x, "kron", a, b);
}

/* vec(N) numbered by the pair; a pair whose legs carry only vectors. */
static bool step_pair_alone(struct graph *g, struct pair *p)
{
    struct edge *e = edge_between(g, p->slow, p->fast);
    if (e && p->slow != p->fast) {
        expr_t m = chain_expr(g->c, edge_chain(g, e, p->fast));
        remove_edge(g, e);
        expr_t v = expr_call1(g->c->x, "vec", m);
        add_value(g, p->number, chain_one(g->c, v, false, false), RAT_ONE);
        return true;
    }
    if (p->slow == p->fast && !g->v[p->slow].terminal &&
        !g->v[p->slow].edges && g->v[p->slow].pairs == 2) {
        struct chain d = vertex_diag(g, p->slow);
        expr_t m = d.n ? chain_expr(g->c, d)
                       : eye_expr(g->c, g->dim[p->slow]);
        g->v[p->slow].gone = true;
        remove_pair(g, p);
        add_value(g, p->number,
                  chain_one(g->c, expr_call1(g->c->x, "vec", m), false,
                            false),
                  RAT_ONE);
        return true;
    }
    if (!is_free_leg(g, p->slow) || !is_free_leg(g, p->fast) ||
        p->slow == p->fast)
        return false;
    remove_pair(g, p);
    g->v[p->slow].gone = g->v[p->fast].gone = true;
    if (!has_values(g, p->slow) && !has_values(g, p->fast))
        return true;
    expr_t k = kron_expr(g, vertex_vector(g, p->slow),
                         vertex_vector(g, p->fast));
    add_value(g, p->number, chain_one(g->c, k, false, false), RAT_ONE);
    return true;
}

/* One free leg: the other leg and the number are joined by kron(u', I). */
static bool step_pair_leg(struct graph *g, struct pair *p)
{
    for (int fast = 0; fast < 2; fast++) {
        uint16_t leg = fast ? p->fast : p->slow;
        uint16_t other = fast ? p->slow : p->fast;
        if (!is_free_leg(g, leg) || leg == other)
            continue;
        struct vertex *o = &g->v[other];
        expr_t row = transposed_expr(g->c, vertex_vector(g, leg));
        expr_t middle;
        uint16_t end = other;
        struct edge *e = NULL;
        for (uint32_t i = 0; i < g->ne && !e; i++)
            if (g->e[i].live &&
                (g->e[i].from == other || g->e[i].to == other))
                e = &g->e[i];
        bool through = !o->terminal && o->edges == 1 && o->pairs == 1 && e;
        if (through) {
            end = e->from == other ? e->to : e->from;
            struct chain m = edge_chain(g, e, end), d = vertex_diag(g, other);
            if (d.n)
                m = chain_join(g->c, m, d);
            middle = chain_expr(g->c, m);
            remove_edge(g, e);
            o->gone = true;
        } else if (has_values(g, other) && !o->edges && o->pairs == 1) {
            middle = chain_expr(g->c, vertex_diag(g, other));
            o->values.n = 0;
        } else {
            middle = eye_expr(g->c, g->dim[other]);
        }
        remove_pair(g, p);
        g->v[leg].gone = true;
        uint16_t number = p->number;
        if (number == 0 && g->v[0].terminal) {
            /* towards the rows: kron(u, M') */
            row = transposed_expr(g->c, row);
            middle = turned_expr(g->c, middle);
            number = end;
            end = 0;
        }
        expr_t k = fast ? kron_expr(g, middle, row)
                        : kron_expr(g, row, middle);
        add_edge(g, end, number, chain_one(g->c, k, false, false));
        return true;
    }
    return false;
}

/* How leg u of one pair is joined to leg v of another: a matrix u -> v; the
 * test first (with *m NULL), the taking apart second. */
static bool legs_joined(struct graph *g, uint16_t u, uint16_t v, expr_t *m)
{
    if (u == v) {
        if (g->v[u].terminal || g->v[u].edges || g->v[u].pairs != 2)
            return false;
        if (m) {
            struct chain d = vertex_diag(g, u);
            *m = d.n ? chain_expr(g->c, d) : eye_expr(g->c, g->dim[u]);
            g->v[u].gone = true;
        }
        return true;
    }
    struct edge *e = edge_between(g, u, v);
    if (!e || g->v[u].terminal || g->v[v].terminal || g->v[u].edges != 1 ||
        g->v[v].edges != 1 || g->v[u].pairs != 1 || g->v[v].pairs != 1)
        return false;
    if (m) {
        struct chain left = vertex_diag(g, u), right = vertex_diag(g, v);
        struct chain a = edge_chain(g, e, u);
        if (left.n)
            a = chain_join(g->c, left, a);
        if (right.n)
            a = chain_join(g->c, a, right);
        *m = chain_expr(g->c, a);
        remove_edge(g, e);
        g->v[u].gone = g->v[v].gone = true;
    }
    return true;
}

static bool step_two_pairs(struct graph *g, struct pair *p, struct pair *q)
{
    expr_t a = 0, b = 0;
    bool straight = legs_joined(g, p->slow, q->slow, NULL) &&
                    legs_joined(g, p->fast, q->fast, NULL);
    bool crossed = !straight && legs_joined(g, p->slow, q->fast, NULL) &&
                   legs_joined(g, p->fast, q->slow, NULL);
    if ((!straight && !crossed) || p->number == q->number)
        return false;
    if (straight) {
        legs_joined(g, p->slow, q->slow, &a);
        legs_joined(g, p->fast, q->fast, &b);
    } else {
        legs_joined(g, p->slow, q->fast, &a);
        legs_joined(g, p->fast, q->slow, &b);
    }
    struct exprs *x = g->c->x;
    struct chain k;
    expr_t swap = 0;
    bool plain = true; /* the identity but for the order of the pairs */
    if (crossed)
        swap = expr_call2(x, "commutation",
                          expr_size_argument(x, g->dim[q->fast]),
                          expr_size_argument(x, g->dim[q->slow]));
    if (!a || !b)
        g->failed = true;
    if (!g->failed) {
        plain = a == eye_expr(g->c, shape_rows(expr_shape(x, a))) &&
                b == eye_expr(g->c, shape_rows(expr_shape(x, b)));
        bool both = expr_op(x, a) == OP_TRANSPOSE &&
                    expr_op(x, b) == OP_TRANSPOSE;
        if (both) /* kron(A',B') is kron(A,B)' */
            k = chain_one(g->c,
                          kron_expr(g, expr_arg(x, a, 0), expr_arg(x, b, 0)),
                          true, false);
        else
            k = chain_one(g->c, kron_expr(g, a, b), false, false);
        if (swap && plain)
            k = chain_one(g->c, swap, false, false);
        else if (swap)
            k = chain_join(g->c, k, chain_one(g->c, swap, false, false));
        add_edge(g, p->number, q->number, k);
    }
    remove_pair(g, p);
    remove_pair(g, q);
    return true;
}

static bool step_pairs(struct graph *g)
{
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && step_pair_alone(g, &g->p[i]))
            return true;
    for (uint32_t i = 0; i < g->np; i++)
        for (uint32_t j = 0; j < g->np; j++)
            if (i != j && g->p[i].live && g->p[j].live &&
                !(g->p[j].number == 0 && g->v[0].terminal) &&
                step_two_pairs(g, &g->p[i], &g->p[j]))
                return true;
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && step_pair_leg(g, &g->p[i]))
            return true;
    return false;
}

/* ------------------------------------------------ maps known by name only */

/* The matrix between two axes of a map if nothing else is joined to them. */
static bool network(struct graph *g, uint16_t u, uint16_t v, expr_t *m)
{
    struct lowering *c = g->c;
    if (g->v[u].terminal || g->v[v].terminal)
        return false;
    if (u == v) {
        if (g->v[u].edges || g->v[u].pairs != 2)
            return false;
        struct chain d = vertex_diag(g, u);
        *m = d.n ? chain_expr(c, d) : eye_expr(c, g->dim[u]);
        g->v[u].gone = true;
        return true;
    }
    if (g->v[u].pairs != 1 || g->v[v].pairs != 1)
        return false;
    struct edge *e = edge_between(g, u, v);
    if (e && g->v[u].edges == 1 && g->v[v].edges == 1) {
        struct chain left = vertex_diag(g, u), right = vertex_diag(g, v);
        struct chain a = edge_chain(g, e, u);
        if (left.n)
            a = chain_join(c, left, a);
        if (right.n)
            a = chain_join(c, a, right);
        *m = chain_expr(c, a);
        remove_edge(g, e);
    } else if (!g->v[u].edges && !g->v[v].edges) {
        *m = mul_expr(c, vertex_vector(g, u),
                      transposed_expr(c, vertex_vector(g, v)));
    } else {
        return false;
    }
    g->v[u].gone = g->v[v].gone = true;
    return true;
}

/* L(A, E), and its adjoint <G, L(A, E)> = <L(A', G), E>, which holds for the
 * Frechet derivative of every function of matrices given by a power series
 * (Higham, Functions of Matrices, 2008, section 3.2). */
static bool step_linear(struct graph *g, struct linear *l)
{
    struct exprs *x = g->c->x;
    uint16_t overload = (uint16_t)ix_get(g->c->t, l->node)->payload;
    op_t op = overload_get(x->ops, overload)->op;
    expr_t a = low_of(g->c, ix_content(g->c->t, l->node)[0])->e, m = 0;
    uint16_t from, to;
    if (network(g, l->label[2], l->label[3], &m)) {
        from = l->label[0];
        to = l->label[1];
    } else if (network(g, l->label[0], l->label[1], &m)) {
        a = transposed_expr(g->c, a);
        from = l->label[2];
        to = l->label[3];
    } else {
        return false;
    }
    for (int i = 0; i < 4; i++)
        g->v[l->label[i]].pairs--;
    l->live = false;
    add_edge(g, from, to,
             chain_one(g->c, expr_apply2(x, op, a, m), false, false));
    return true;
}

/* -------------------------------------------------------------- the whole */

static bool step(struct graph *g)
{
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live && g->e[i].from == g->e[i].to)
            return step_loop(g, &g->e[i]);
    for (uint32_t v = 0; v < g->nv; v++)
        if (step_vertex(g, (uint16_t)v))
            return true;
    if (step_parallel(g) || (g->np && step_pairs(g)))
        return true;
    for (uint32_t i = 0; i < g->nl; i++)
        if (g->l[i].live && step_linear(g, &g->l[i]))
            return true;
    return false;
}

/* Splices a first power into the product: its own factors, not one atom. */
static bool splice(struct graph *g, const struct term *t, struct chain *chain)
{
    struct term *out = g->out;
    out->coefficient =
        rat_mul(g->c->x->numbers, out->coefficient, t->coefficient);
    for (uint32_t i = 0; i < t->scalars.n; i++)
        if (!powers_add(g->c, &out->scalars, t->scalars.items[i].chain,
                        t->scalars.items[i].exponent))
            return false;
    *chain = t->chain;
    return true;
}

/* Whether (s^p)^e is s^(p*e) for a fraction e: not for an even p, unless s
 * is never negative. */
static bool root_is_plain(const struct graph *g, const struct power *s)
{
    const struct exprs *x = g->c->x;
    expr_t e = s->chain.atoms[0].e;
    int64_t p, q;
    if (rat_to_ratio(x->numbers, s->exponent, &p, &q) && p % 2 != 0)
        return true;
    return expr_op(x, e) >= OP_FIRST_NAMED &&
           !strcmp(op_name(x->ops, expr_op(x, e)), "norm2");
}

static bool put_scalar(struct graph *g, ix_t node, rat_t exponent)
{
    const struct low *l = low_of(g->c, node);
    struct rationals *q = g->c->x->numbers;
    if (!l || !l->term)
        return false;
    int64_t n;
    bool whole = rat_to_int(q, exponent, &n);
    if (!whole) {
        expr_t norm = plain_norm(g->c, node);
        if (norm)
            return powers_add(g->c, &g->out->scalars,
                              chain_one(g->c, norm, false, false),
                              rat_mul(q, exponent, RAT_TWO));
    }
    /* (c s^p ...)^e = c^e s^(pe) ... for a whole e or one positive power. */
    rat_t c = whole ? rat_pow(q, l->term->coefficient, n) : 0;
    if (!whole && l->term->coefficient == RAT_ONE &&
        l->term->scalars.n == 1 &&
        root_is_plain(g, &l->term->scalars.items[0]))
        c = RAT_ONE;
    if (!c)
        return powers_add(g->c, &g->out->scalars,
                          chain_one(g->c, l->e, false, false), exponent);
    g->out->coefficient = rat_mul(q, g->out->coefficient, c);
    for (uint32_t i = 0; i < l->term->scalars.n; i++) {
        const struct power *p = &l->term->scalars.items[i];
        if (!powers_add(g->c, &g->out->scalars, p->chain,
                        rat_mul(q, p->exponent, exponent)))
            return false;
    }
    return true;
}

static bool put_factor(struct graph *g, ix_t node, rat_t exponent,
                       const uint32_t *label)
{
    const struct ix_node *n = ix_get(g->c->t, node);
    const struct low *l = low_of(g->c, node);
    uint16_t a = n->order ? (uint16_t)label[0] : 0;
    uint16_t b = n->order > 1 ? (uint16_t)label[1] : 0;
    if (n->kind == IX_PAIR) {
        g->p[g->np++] = (struct pair){a, b, (uint16_t)label[2], true};
        for (int i = 0; i < 3; i++)
            g->v[label[i]].pairs++;
        return true;
    }
    if (n->kind == IX_LINEAR && n->order == 4 && exponent == RAT_ONE) {
        struct linear *m = &g->l[g->nl++];
        *m = (struct linear){.node = node, .live = true};
        for (int i = 0; i < 4; i++) {
            m->label[i] = (uint16_t)label[i];
            g->v[label[i]].pairs++;
        }
        return true;
    }
    if (n->order > 2 || !l || l->failed)
        return false;
    if (n->order == 0)
        return put_scalar(g, node, exponent);
    struct chain chain =
        chain_one(g->c, l->e, false, n->order == 2 && n->symmetric);
    if (exponent == RAT_ONE && l->term && l->term->chain.n &&
        !splice(g, l->term, &chain))
        return false;
    if (n->order == 1) {
        add_value(g, a, chain, exponent);
        return !g->failed;
    }
    struct edge *e = &g->e[g->ne++];
    *e = (struct edge){.from = a, .to = b, .live = true};
    g->v[a].edges++;
    g->v[b].edges++;
    return powers_add(g->c, &e->matrix, chain, exponent);
}

/* Reads the factors into the graph; *delta is set when the two own axes are
 * the same vertex. */
static bool load(struct graph *g, ix_t product, bool *delta)
{
    struct ix_table *t = g->c->t;
    const struct ix_node *n = ix_get(t, product);
    const uint32_t *w = ix_content(t, product);
    uint32_t factors = 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        factors++;
    g->nv = w[0];
    g->v = ARENA_ARRAY(g->c->a, struct vertex, g->nv + 1);
    g->dim = ARENA_ARRAY(g->c->a, dim_t, g->nv + 1);
    g->e = ARENA_ARRAY(g->c->a, struct edge, 3 * factors + 4);
    g->p = ARENA_ARRAY(g->c->a, struct pair, factors + 1);
    g->l = ARENA_ARRAY(g->c->a, struct linear, factors + 1);
    if (!g->v || !g->dim || !g->e || !g->p || !g->l)
        return false;
    for (uint32_t a = 0; a < n->order; a++) {
        g->v[a].terminal = true;
        g->dim[a] = ix_dims(t, product)[a];
    }
    for (uint32_t k = 1; k < n->length;) {
        w = ix_content(t, product) + k;
        ix_t f = w[0];
        for (uint32_t a = 0; a < ix_get(t, f)->order; a++)
            g->dim[w[2 + a]] = ix_dims(t, f)[a];
        if (ix_get(t, f)->kind == IX_DELTA) {
            *delta = true; /* only between own axes, see product.c */
        } else if (!put_factor(g, f, w[1], w + 2)) {
            return false;
        }
        n = ix_get(t, product);
        k += ix_factor_words(t, f);
    }
    return true;
}

static bool settled(const struct graph *g)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < g->ne; i++)
        left += g->e[i].live &&
                !(g->e[i].from + g->e[i].to == 1 && g->out->order == 2);
    for (uint32_t i = 0; i < g->np; i++)
        left += g->p[i].live;
    for (uint32_t i = 0; i < g->nl; i++)
        left += g->l[i].live;
    return left == 0;
}

/* diag(u)*M*diag(v), or (u*v').*M where that is shorter. */
static struct chain scaled_edge(struct graph *g, const struct edge *e)
{
    struct lowering *c = g->c;
    struct chain m = edge_chain(g, e, 0);
    if (m.n == 1 && has_values(g, 0) && has_values(g, 1)) {
        expr_t outer =
            mul_expr(c, vertex_vector(g, 0),
                     transposed_expr(c, vertex_vector(g, 1)));
        return chain_one(c, had_expr(c, outer, chain_expr(c, m)), false,
                         false);
    }
    struct chain left = vertex_diag(g, 0), right = vertex_diag(g, 1);
    if (left.n)
        m = chain_join(c, left, m);
    return right.n ? chain_join(c, m, right) : m;
}

static void finish(struct graph *g, bool delta)
{
    struct lowering *c = g->c;
    struct term *out = g->out;
    if (out->order == 0)
        return;
    if (out->order == 1) {
        out->chain = powers_chain(c, &g->v[0].values);
        return;
    }
    if (delta) {
        out->chain = vertex_diag(g, 0);
        return;
    }
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live) {
            out->chain = scaled_edge(g, &g->e[i]);
            return;
        }
    if (!has_values(g, 0) && !has_values(g, 1)) {
        out->ones = true;
        return;
    }
    struct chain u = powers_chain(c, &g->v[0].values);
    struct chain v = powers_chain(c, &g->v[1].values);
    if (!u.n)
        u = chain_one(c, ones_expr(c, 1, &g->dim[0]), false, false);
    if (!v.n)
        v = chain_one(c, ones_expr(c, 1, &g->dim[1]), false, false);
    out->chain = chain_join(c, u, chain_flip(c, v));
}

/* Equal scalar bases, met along different ways, become one power. */
static void merge_scalars(struct lowering *c, struct powers *p)
{
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t j = i + 1; j < p->n;) {
            if (p->items[i].chain.atoms[0].e !=
                p->items[j].chain.atoms[0].e) {
                j++;
                continue;
            }
            p->items[i].exponent =
                rat_add(c->x->numbers, p->items[i].exponent,
                        p->items[j].exponent);
            memmove(p->items + j, p->items + j + 1,
                    (p->n - j - 1) * sizeof *p->items);
            p->n--;
        }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->items[i].exponent != RAT_ZERO)
            p->items[kept++] = p->items[i];
    p->n = kept;
}

bool reduce_product(struct lowering *c, ix_t product, struct term *out)
{
    struct graph g = {.c = c, .out = out};
    const struct ix_node *n = ix_get(c->t, product);
    bool delta = false;
    *out = (struct term){.coefficient = RAT_ONE, .order = n->order};
    for (uint32_t a = 0; a < n->order; a++)
        out->dims[a] = ix_dims(c->t, product)[a];
    if (!load(&g, product, &delta))
        return false;
    while (!g.failed && step(&g))
        ;
    if (g.failed || !settled(&g))
        return false;
    finish(&g, delta);
    merge_scalars(c, &out->scalars);
    return !g.failed;
}
