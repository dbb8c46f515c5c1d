/* reduce_pairs.c - reductions at vertices that number pairs. */
#include <string.h>

#include "index/graph.h"

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

/* One free leg: the other leg and the number are joined by kron(u', I). */
static bool step_pair_leg(struct graph *g, struct pair *p)
{
    for (int fast = 0; fast < 2; fast++) {
        uint16_t leg = fast ? p->fast : p->slow;
        uint16_t other = fast ? p->slow : p->fast;
        if (!is_free_leg(g, leg) || leg == other)
            continue;
        struct vertex *o = &g->v[other];
        expr_t row = transposed_expr(g->c, graph_vertex_vector(g, leg));
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
            struct chain m = graph_edge_chain(g, e, end);
            struct chain d = graph_vertex_diag(g, other);
            if (d.n)
                m = chain_join(g->c, m, d);
            middle = chain_expr(g->c, m);
            graph_remove_edge(g, e);
            o->gone = true;
        } else if (graph_has_values(g, other) && !o->edges && o->pairs == 1) {
            middle = chain_expr(g->c, graph_vertex_diag(g, other));
            o->values.n = 0;
        } else {
            middle = eye_expr(g->c, g->dim[other]);
        }
        graph_remove_pair(g, p);
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
        graph_add_edge(g, end, number, chain_one(g->c, k, false, false));
        return true;
    }
    return false;
}

/* w[a]*P[a;i,j]: a vector read as a matrix, column by column:
 * (vec(I)' kron I)*(I kron w). */
static bool step_unvec(struct graph *g, struct pair *p)
{
    struct exprs *x = g->c->x;
    struct vertex *v = &g->v[p->number];
    if (v->terminal || v->edges || v->pairs != 1 || !v->values.n ||
        p->slow == p->fast)
        return false;
    expr_t w = graph_vertex_vector(g, p->number);
    expr_t left = eye_expr(g->c, g->dim[p->slow]);
    expr_t row = transposed_expr(g->c, expr_call1(x, "vec", left));
    struct chain a = chain_one(
        g->c, kron_expr(g, row, eye_expr(g->c, g->dim[p->fast])), false,
        false);
    struct chain b = chain_one(g->c, kron_expr(g, left, w), false, false);
    v->gone = true;
    graph_remove_pair(g, p);
    graph_add_edge(g, p->fast, p->slow, chain_join(g->c, a, b));
    return true;
}

bool graph_step_pairs(struct graph *g)
{
    if (graph_step_tuples(g))
        return true;
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && step_pair_leg(g, &g->p[i]))
            return true;
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && step_unvec(g, &g->p[i]))
            return true;
    return false;
}
