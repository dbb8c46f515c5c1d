/* reduce.c - a product of labelled factors as a chain of matrices.
 *
 * Vertices are labels, factors of order 2 edges, factors of order 1 values at
 * their vertex.  The steps keep the value: a summed vertex with two edges is
 * a matrix product, parallel edges are an entrywise product, a summed vertex
 * with one edge is a matrix times a vector, a loop is a diagonal or a trace,
 * and two numberings of pairs joined leg by leg are a Kronecker product. */
#include <string.h>

#include "index/graph.h"

/* -------------------------------------------------------------- helpers */

struct chain graph_edge_chain(struct graph *g, const struct edge *e,
                               uint16_t from)
{
    struct chain a = powers_chain(g->c, &e->matrix);
    return from == e->from ? a : chain_flip(g->c, a);
}

bool graph_has_values(const struct graph *g, uint16_t v)
{
    return g->v[v].values.n > 0;
}

expr_t graph_vertex_vector(struct graph *g, uint16_t v)
{
    struct chain a = powers_chain(g->c, &g->v[v].values);
    return a.n ? chain_expr(g->c, a) : ones_expr(g->c, 1, &g->dim[v]);
}

static struct chain diag_chain(struct graph *g, expr_t vector)
{
    return chain_one(g->c, expr_call1(g->c->x, "diag", vector), false, true);
}

/* The value at a vertex as a diagonal matrix, an empty chain if it has none. */
struct chain graph_vertex_diag(struct graph *g, uint16_t v)
{
    if (!graph_has_values(g, v))
        return (struct chain){NULL, 0};
    return diag_chain(g, graph_vertex_vector(g, v));
}

void graph_add_value(struct graph *g, uint16_t v, struct chain chain,
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

void graph_remove_edge(struct graph *g, struct edge *e)
{
    e->live = false;
    g->v[e->from].edges--;
    g->v[e->to].edges--;
}

void graph_add_edge(struct graph *g, uint16_t from, uint16_t to,
                     struct chain chain)
{
    struct edge *e = &g->e[g->ne++];
    *e = (struct edge){.from = from, .to = to, .live = true};
    if (!chain.n || !powers_add(g->c, &e->matrix, chain, RAT_ONE))
        g->failed = true;
    g->v[from].edges++;
    g->v[to].edges++;
}

void graph_remove_pair(struct graph *g, struct pair *p)
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
    if (one.n >= 2 && is_ones_expr(g, one.atoms[one.n - 1].e))
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
    if (!e || g->dim[v] != DIM_ONE || expr_op(x, e) < OP_FIRST_NAMED ||
        strcmp(op_name(x->ops, expr_op(x, e)), "selection"))
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

/* -------------------------------------------------------------- the whole */

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

static bool step(struct graph *g)
{
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live && g->e[i].from == g->e[i].to)
            return step_loop(g, &g->e[i]);
    for (uint32_t v = 0; v < g->nv; v++)
        if (step_vertex(g, (uint16_t)v))
            return true;
    if (step_parallel(g, false) || (g->np && graph_step_pairs(g)))
        return true;
    for (uint32_t i = 0; i < g->nl; i++)
        if (g->l[i].live && graph_step_linear(g, &g->l[i]))
            return true;
    if (g->nh && graph_step_hyper(g))
        return true;
    for (uint32_t i = 0; i < g->nl; i++)
        if (g->l[i].live && graph_step_jacobian(g, &g->l[i]))
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
    if (exponent == RAT_ONE && ix_is_matrix_map(g->c->t, node)) {
        struct linear *m = &g->l[g->nl++];
        *m = (struct linear){
            .node = node, .pairs = n->order / 2u, .live = true};
        for (uint32_t i = 0; i < n->order; i++) {
            m->label[i] = (uint16_t)label[i];
            g->v[label[i]].pairs++;
        }
        return true;
    }
    if (n->order > 2 && n->kind == IX_FUN && g->h) {
        struct hyper *h = &g->h[g->nh++];
        *h = (struct hyper){.node = node, .exponent = exponent, .live = true};
        for (uint32_t i = 0; i < n->order; i++) {
            h->label[i] = (uint16_t)label[i];
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
        graph_add_value(g, a, chain, exponent);
        return !g->failed;
    }
    struct edge *e = &g->e[g->ne++];
    *e = (struct edge){.from = a, .to = b, .live = true};
    g->v[a].edges++;
    g->v[b].edges++;
    return powers_add(g->c, &e->matrix, chain, exponent);
}

bool graph_load(struct graph *g, ix_t product, bool *delta)
{
    struct ix_table *t = g->c->t;
    const struct ix_node *n = ix_get(t, product);
    const uint32_t *w = ix_content(t, product);
    uint32_t factors = 0, numbers = 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k])) {
        factors++;
        if (ix_get(t, w[k])->kind == IX_LINEAR)
            numbers += ix_get(t, w[k])->order - 2u;
    }
    g->nv = w[0];
    g->v = ARENA_ARRAY(g->c->a, struct vertex, g->nv + numbers + 1);
    g->dim = ARENA_ARRAY(g->c->a, dim_t, g->nv + numbers + 1);
    g->e = ARENA_ARRAY(g->c->a, struct edge, 3 * (factors + numbers) + 4);
    g->p = ARENA_ARRAY(g->c->a, struct pair, factors + numbers + 1);
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
            *delta = true; /* between own axes, see product.c */
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
    for (uint32_t i = 0; i < g->nh; i++)
        left += g->h[i].live;
    return left == 0;
}

/* diag(u)*M*diag(v), or (u*v').*M where that is shorter. */
static struct chain scaled_edge(struct graph *g, const struct edge *e)
{
    struct lowering *c = g->c;
    struct chain m = graph_edge_chain(g, e, 0);
    if (m.n == 1 && graph_has_values(g, 0) && graph_has_values(g, 1)) {
        expr_t outer =
            mul_expr(c, graph_vertex_vector(g, 0),
                     transposed_expr(c, graph_vertex_vector(g, 1)));
        return chain_one(c, had_expr(c, outer, chain_expr(c, m)), false,
                         false);
    }
    struct chain left = graph_vertex_diag(g, 0), right = graph_vertex_diag(g, 1);
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
        out->chain = graph_vertex_diag(g, 0);
        return;
    }
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live) {
            out->chain = scaled_edge(g, &g->e[i]);
            return;
        }
    if (!graph_has_values(g, 0) && !graph_has_values(g, 1)) {
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

static uint32_t most_hypers(const struct ix_table *t, ix_t product)
{
    const struct ix_node *n = ix_get(t, product);
    const uint32_t *w = ix_content(t, product);
    uint32_t count = 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        count += ix_get(t, w[k])->order > 2;
    return count;
}

bool reduce_product(struct lowering *c, ix_t product, struct term *out)
{
    struct graph g = {.c = c, .out = out};
    const struct ix_node *n = ix_get(c->t, product);
    bool delta = false;
    *out = (struct term){.coefficient = RAT_ONE, .order = n->order};
    for (uint32_t a = 0; a < n->order; a++)
        out->dims[a] = ix_dims(c->t, product)[a];
    g.h = ARENA_ARRAY(c->a, struct hyper, most_hypers(c->t, product) + 1);
    if (!g.h || !graph_load(&g, product, &delta))
        return false;
    g.delta = delta;
    while (!g.failed && step(&g))
        ;
    if (g.failed || !settled(&g))
        return false;
    finish(&g, delta);
    out->chain = chain_cut(c, out->chain);
    merge_scalars(c, &out->scalars);
    return !g.failed;
}
