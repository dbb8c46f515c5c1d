/* reduce_vertex.c - reductions at a vertex with at most two edges: products of
 * matrices, of a matrix and a vector, traces, sums, diagonals. */
#include "index/graph.h"

static void add_scalar(struct graph *g, expr_t e)
{
    if (!e || !powers_add(g->c, &g->out->scalars,
                          chain_one(g->c, e, false, false), RAT_ONE))
        g->failed = true;
}

static uint32_t turned(struct chain a)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < a.n; i++)
        n += a.atoms[i].transposed && !a.atoms[i].symmetric &&
             !a.atoms[i].flip;
    return n;
}

/* The one atom of a chain if that is a unit vector: its place, else 0. */
static expr_t unit_chain(const struct graph *g, struct chain a)
{
    return a.n == 1 ? unit_position(g->c, a.atoms[0].e) : 0;
}

/* u'*w for a unit vector u: an entry of w, unless a row of a name times what
 * is left of w; 0 if neither is a unit vector. */
static expr_t picked_entry(struct graph *g, struct chain a, struct chain b)
{
    struct exprs *x = g->c->x;
    expr_t at[2] = {unit_chain(g, a), 0};
    if (!at[0]) {
        struct chain other = a;
        a = b;
        b = other;
        at[0] = unit_chain(g, a);
    }
    if (!at[0] || !b.n)
        return 0;
    expr_t last = unit_position(g->c, b.atoms[b.n - 1].e);
    if (b.n == 1 || (expr_op(x, b.atoms[0].e) != OP_VARIABLE && !last))
        return expr_element(x, chain_expr(g->c, b), 1, at);
    if (b.n > 2 || !last)
        return 0;
    at[1] = last;
    b.n = 1;
    return expr_element(x, chain_expr(g->c, b), 2, at);
}

/* sum over v of its value */
static expr_t closed_sum(struct graph *g, uint16_t v)
{
    struct lowering *c = g->c;
    struct powers *w = &g->v[v].values;
    struct chain one;
    if (w->n == 2 && w->items[0].exponent == RAT_ONE &&
        w->items[1].exponent == RAT_ONE) {
        struct chain a = w->items[0].chain, b = w->items[1].chain;
        expr_t entry = picked_entry(g, a, b);
        if (entry)
            return entry;
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
    if (one.n >= 2 && expr_is_call(c->x, one.atoms[one.n - 1].e, "ones"))
        one.n--;
    if (!one.n)
        return 0;
    if (expr_shape(c->x, one.atoms[one.n - 1].e)->order == 2)
        one = chain_shorter(c, one); /* sum(M') = sum(M) */
    return expr_call1(c->x, "sum", chain_expr(c, one));
}

static expr_t trace_of(struct graph *g, struct chain a)
{
    a = chain_shorter(g->c, a); /* tr(M') = tr(M) */
    return expr_call1(g->c->x, "tr", chain_expr(g->c, a));
}

enum { MOST_NESTED = 8 };

/* The function by entries of one matrix that is called, 0 if none is. */
static op_t entry_function(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    const struct overload *o = n->overload ? overload_get(x->ops, n->overload)
                                           : NULL;
    return o && o->entrywise && n->op >= OP_FIRST_NAMED && n->nargs == 1
               ? n->op
               : 0;
}

/* diag(exp(X)) as exp(diag(X)), which asks for no more than it takes. */
static expr_t diagonal_of(struct graph *g, struct chain a)
{
    struct exprs *x = g->c->x;
    op_t outer[MOST_NESTED];
    uint32_t n = 0;
    if (a.n == 1) { /* a diagonal is its transpose's */
        expr_t e = a.atoms[0].e;
        while (n < MOST_NESTED && (outer[n] = entry_function(x, e)) != 0) {
            e = expr_arg(x, e, 0);
            n++;
        }
        a = chain_one(g->c, e, false, n ? false : a.atoms[0].symmetric);
    }
    expr_t d = expr_call1(x, "diag", chain_expr(g->c, a));
    while (d && n)
        d = expr_apply1(x, outer[--n], d);
    return d;
}

/* Whether a matrix by entries has values only where its entries are such. */
static bool is_partial(const struct graph *g, const struct powers *w)
{
    const struct exprs *x = g->c->x;
    const struct power *f = w->items;
    if (w->n != 1)
        return false;
    if (f->exponent != RAT_ONE)
        return rat_sign(x->numbers, f->exponent) < 0 ||
               !rat_is_integer(x->numbers, f->exponent);
    uint16_t o = f->chain.n == 1
                     ? expr_get(x, f->chain.atoms[0].e)->overload : 0;
    return o && overload_get(x->ops, o)->entrywise &&
           (overload_get(x->ops, o)->ndomain ||
            overload_get(x->ops, o)->nsmooth);
}

static bool step_loop(struct graph *g, struct edge *e)
{
    uint16_t v = e->from;
    bool partial = is_partial(g, &e->matrix), one = e->matrix.n == 1;
    rat_t exponent = one ? e->matrix.items[0].exponent : RAT_ONE;
    struct chain a = exponent != RAT_ONE ? e->matrix.items[0].chain
                                         : graph_edge_chain(g, e, v);
    bool alone = !g->v[v].terminal && g->v[v].edges == 2 &&
                 !g->v[v].pairs && !graph_has_values(g, v) && !partial;
    if (alone)
        a = graph_edge_chain(g, e, v);
    graph_remove_edge(g, e);
    if (alone) {
        add_scalar(g, trace_of(g, a));
        g->v[v].gone = true;
        return true;
    }
    graph_add_value(g, v, chain_one(g->c, diagonal_of(g, a), false, false),
                    exponent);
    return true;
}

/* A selection of one entry, whose axis nobody asks for: a unit vector. */
static expr_t selected_entry(struct graph *g, uint16_t v, struct chain m)
{
    struct exprs *x = g->c->x;
    expr_t e = m.n == 1 && !m.atoms[0].transposed ? m.atoms[0].e : 0;
    if (!e || g->dim[v] != DIM_ONE || !expr_is_call(x, e, "selection"))
        return 0;
    return expr_call2(x, "unit", expr_arg(x, e, 0), expr_arg(x, e, 1));
}

/* A summed vertex with one edge: a matrix times a vector. */
static bool step_pendant(struct graph *g, uint16_t v, struct edge *e)
{
    uint16_t u = e->from == v ? e->to : e->from;
    struct chain m = graph_edge_chain(g, e, u);
    struct chain w = powers_chain(g->c, &g->v[v].values);
    expr_t unit = w.n ? 0 : selected_entry(g, v, m);
    if (unit)
        m = (struct chain){NULL, 0}, w = chain_one(g->c, unit, false, false);
    else if (!w.n)
        w = chain_one(g->c, ones_expr(g->c, 1, &g->dim[v]), false, false);
    graph_remove_edge(g, e);
    g->v[v].gone = true;
    graph_add_value(g, u, chain_join(g->c, m, w), RAT_ONE);
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
    graph_remove_edge(g, f);
}

/* tr(A*B) or sum(A.*B'), whichever needs fewer transposes. */
static bool closed_pair(struct graph *g, uint16_t v, uint16_t u,
                        struct edge *e, struct edge *f)
{
    if (g->v[u].terminal || g->v[u].edges != 2 || g->v[u].pairs ||
        graph_has_values(g, u) || graph_has_values(g, v))
        return false;
    struct chain a = graph_edge_chain(g, e, v), b = graph_edge_chain(g, f, v);
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
    graph_remove_edge(g, e);
    graph_remove_edge(g, f);
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
    if (a == b && graph_has_values(g, v)) {
        merge_parallel(g, e, f);
        return true;
    }
    if (a == b && closed_pair(g, v, a, e, f))
        return true;
    struct chain m = graph_edge_chain(g, e, a), n = graph_edge_chain(g, f, v);
    struct chain d = graph_vertex_diag(g, v);
    if (d.n)
        m = chain_join(g->c, m, d);
    graph_remove_edge(g, e);
    graph_remove_edge(g, f);
    g->v[v].gone = true;
    graph_add_edge(g, a, b, chain_join(g->c, m, n));
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

static bool is_summed(const struct graph *g, const struct edge *e)
{
    return e->live && (!g->v[e->from].terminal || !g->v[e->to].terminal);
}

/* With `summed` only edges that end in a summed vertex. */
static bool step_parallel(struct graph *g, bool summed)
{
    for (uint32_t i = 0; i < g->ne; i++)
        for (uint32_t j = i + 1; g->e[i].live && j < g->ne; j++) {
            struct edge *e = &g->e[i], *f = &g->e[j];
            bool same = (e->from == f->from && e->to == f->to) ||
                        (e->from == f->to && e->to == f->from);
            if (f->live && same && (!summed || is_summed(g, e))) {
                merge_parallel(g, e, f);
                return true;
            }
        }
    return false;
}

bool graph_step_vertex(struct graph *g)
{
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live && g->e[i].from == g->e[i].to)
            return step_loop(g, &g->e[i]);
    for (uint32_t v = 0; v < g->nv; v++)
        if (step_vertex(g, (uint16_t)v))
            return true;
    return step_parallel(g, false);
}

bool graph_step_summed(struct graph *g)
{
    for (uint32_t i = 0; i < g->ne; i++)
        if (is_summed(g, &g->e[i]) && g->e[i].from == g->e[i].to)
            return step_loop(g, &g->e[i]);
    for (uint32_t v = 0; v < g->nv; v++)
        if (step_vertex(g, (uint16_t)v))
            return true;
    return step_parallel(g, true);
}
