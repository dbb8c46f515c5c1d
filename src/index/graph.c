/* graph.c - the graph that a product is while it is reduced: what its vertices
 * and edges hold, and edges and pairs added, removed and joined. */
#include "index/graph.h"

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

struct edge *graph_edge_between(struct graph *g, uint16_t u, uint16_t v)
{
    for (uint32_t i = 0; i < g->ne; i++) {
        struct edge *e = &g->e[i];
        if (e->live && ((e->from == u && e->to == v) ||
                        (e->from == v && e->to == u)))
            return e;
    }
    return NULL;
}

bool graph_unite(struct graph *g, uint16_t u, uint16_t v)
{
    if (g->v[v].terminal || graph_has_values(g, v)) {
        uint16_t w = u;
        u = v;
        v = w;
    }
    if (g->v[v].terminal || graph_has_values(g, v))
        return false;
    for (uint32_t i = 0; i < g->ne; i++) {
        g->e[i].from = g->e[i].from == v ? u : g->e[i].from;
        g->e[i].to = g->e[i].to == v ? u : g->e[i].to;
    }
    for (uint32_t i = 0; i < g->np; i++) {
        struct pair *p = &g->p[i];
        p->number = p->number == v ? u : p->number;
        p->slow = p->slow == v ? u : p->slow;
        p->fast = p->fast == v ? u : p->fast;
    }
    for (uint32_t i = 0; i < g->nl; i++)
        for (uint32_t k = 0; k < 2 * g->l[i].pairs; k++)
            if (g->l[i].label[k] == v)
                g->l[i].label[k] = u;
    for (uint32_t i = 0; i < g->nh; i++)
        for (uint32_t k = 0; k < ix_get(g->c->t, g->h[i].node)->order; k++)
            if (g->h[i].label[k] == v)
                g->h[i].label[k] = u;
    g->v[u].edges += g->v[v].edges;
    g->v[u].pairs += g->v[v].pairs;
    g->v[v].gone = true;
    return true;
}
