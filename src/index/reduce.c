/* reduce.c - a product of labelled factors as a chain of matrices.
 *
 * Vertices are labels, factors of order 2 edges, factors of order 1 values at
 * their vertex.  The steps keep the value: a summed vertex with two edges is
 * a matrix product, parallel edges are an entrywise product, a summed vertex
 * with one edge is a matrix times a vector, a loop is a diagonal or a trace,
 * and two numberings of pairs joined leg by leg are a Kronecker product. */
#include <string.h>

#include "index/graph.h"

static bool step(struct graph *g)
{
    if (graph_step_vertex(g) || (g->np && graph_step_pairs(g)))
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
    struct chain left = graph_vertex_diag(g, 0);
    struct chain right = graph_vertex_diag(g, 1);
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
