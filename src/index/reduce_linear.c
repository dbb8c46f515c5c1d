/* reduce_linear.c - reductions at linear maps known by name only: dexpm(A,.)
 * applied to a matrix, its adjoint likewise, or as a matrix itself. */
#include "index/graph.h"

/* Whether two axes of a map are joined by a matrix and by nothing else. */
static bool is_network(struct graph *g, uint16_t u, uint16_t v)
{
    if (g->v[u].terminal || g->v[v].terminal)
        return false;
    if (u == v)
        return !g->v[u].edges && g->v[u].pairs == 2;
    if (g->v[u].pairs != 1 || g->v[v].pairs != 1)
        return false;
    if (!g->v[u].edges && !g->v[v].edges)
        return true;
    return graph_edge_between(g, u, v) && g->v[u].edges == 1 &&
           g->v[v].edges == 1;
}

/* That matrix. */
static expr_t network(struct graph *g, uint16_t u, uint16_t v)
{
    struct lowering *c = g->c;
    struct chain left = graph_vertex_diag(g, u);
    struct edge *e = u == v ? NULL : graph_edge_between(g, u, v);
    expr_t m;
    g->v[u].gone = g->v[v].gone = true;
    if (u == v)
        return left.n ? chain_expr(c, left) : eye_expr(c, g->dim[u]);
    if (e) {
        struct chain right = graph_vertex_diag(g, v);
        struct chain a = graph_edge_chain(g, e, u);
        if (left.n)
            a = chain_join(c, left, a);
        if (right.n)
            a = chain_join(c, a, right);
        m = chain_expr(c, a);
        graph_remove_edge(g, e);
        return m;
    }
    return mul_expr(c, graph_vertex_vector(g, u),
                    transposed_expr(c, graph_vertex_vector(g, v)));
}

/* The map's arguments in the order in which it takes them: `known` are those
 * in which it is linear, the others are as the index term has them, turned
 * where `turn` says so. */
static expr_t linear_call(struct graph *g, const struct linear *l,
                          const expr_t *known, bool turn)
{
    struct exprs *x = g->c->x;
    const struct overload *o = overload_get(
        x->ops, (uint16_t)ix_get(g->c->t, l->node)->payload);
    op_t op = o->op;
    uint32_t linear = overload_linear(x, o), nargs = o->nargs, n = 0;
    expr_t args[OP_MAX_ARGS];
    for (uint32_t i = 0; i < nargs; i++) {
        if (linear >> i & 1) {
            args[i] = *known++;
            continue;
        }
        args[i] = low_of(g->c, ix_content(g->c->t, l->node)[n++])->e;
        if (turn && args[i] && expr_shape(x, args[i])->kind == SHAPE_MATRIX)
            args[i] = transposed_expr(g->c, args[i]);
    }
    return expr_apply(x, op, nargs, args);
}

/* L(A, E), and its adjoint <G, L(A, E)> = <L(A', G), E>, which holds for the
 * Frechet derivative of every function of matrices given by a power series
 * (Higham, Functions of Matrices, 2008, section 3.2), and for the second one
 * as <G, L(A, E, F)> = <L(A', G, F'), E>; a rule says so by declaring
 * L(A', E') = L(A, E)'.  The solution of a linear equation has the first one
 * without that; a rule says so, too. */
bool graph_step_linear(struct graph *g, struct linear *l)
{
    struct exprs *x = g->c->x;
    const struct overload *o = overload_get(
        x->ops, (uint16_t)ix_get(g->c->t, l->node)->payload);
    bool adjoint = o->transposes == OVERLOAD_EQUIVARIANT ||
                   (o->transposes == OVERLOAD_ADJOINT && l->pairs == 2);
    expr_t m[IX_MAX_ORDER / 2] = {0};
    uint32_t open = 0, free = 0; /* the two axes that stay */
    for (uint32_t k = 0; k < l->pairs; k++)
        if (!is_network(g, l->label[2 * k], l->label[2 * k + 1])) {
            open++;
            free = k;
        }
    if (open > 1 || (free && !adjoint))
        return false;
    for (uint32_t k = 0; k < l->pairs; k++)
        if (k != free)
            m[k] = network(g, l->label[2 * k], l->label[2 * k + 1]);
    for (uint32_t k = 1; free && k < l->pairs; k++)
        m[k] = k == free ? m[0] : transposed_expr(g->c, m[k]);
    for (uint32_t i = 0; i < 2 * l->pairs; i++)
        g->v[l->label[i]].pairs--;
    l->live = false;
    graph_add_edge(g, l->label[2 * free], l->label[2 * free + 1],
                   chain_one(g->c, linear_call(g, l, m + 1, free > 0), false,
                             false));
    return true;
}

/* ----------------------------------------------------- the matrix of a map */

/* A vertex that numbers these; of n > 2 from the left. */
static uint16_t number_of(struct graph *g, const uint16_t *v, uint32_t n)
{
    uint16_t number = v[0];
    for (uint32_t i = 1; i < n; i++) {
        uint16_t whole = (uint16_t)g->nv++;
        g->dim[whole] =
            dim_mul(g->c->x->dims, g->dim[number], g->dim[v[i]]);
        g->p[g->np++] = (struct pair){whole, number, v[i], true};
        g->v[whole].pairs++;
        g->v[number].pairs++;
        g->v[v[i]].pairs++;
        number = whole;
    }
    return number;
}

static void swap_directions(struct linear *l)
{
    for (int i = 2; i < 4; i++) {
        uint16_t v = l->label[i];
        l->label[i] = l->label[i + 2];
        l->label[i + 2] = v;
    }
}

/* Whether it is a name in answers, rather than what it stands for. */
static bool is_name(const struct ops *ops, op_t op)
{
    const struct overload *o = overload_get(ops, op_row(ops, op)->first);
    return o->kernel || o->differential || o->form != OVERLOAD_DEFINED;
}

/* The map as a matrix between the number of its last direction and that of
 * all its other axes, columns slow:
 *     vec(L(A,E)) = J(A)*vec(E),   d vec(J(A)) = H(A)*vec(dA).
 * A second derivative is the same when its directions change places; the one
 * that is known is not the last. */
bool graph_step_jacobian(struct graph *g, struct linear *l)
{
    struct exprs *x = g->c->x;
    const struct ix_node *n = ix_get(g->c->t, l->node);
    op_t op = overload_get(x->ops, (uint16_t)n->payload)->jacobian;
    uint16_t row[IX_MAX_ORDER], *last = l->label + 2 * (l->pairs - 1);
    expr_t args[OP_MAX_ARGS];
    uint32_t rows = 0;
    if (!op || l->pairs < 2 || l->pairs > 3 ||
        (g->c->t->unnamed && is_name(x->ops, op)))
        return false;
    if (l->pairs == 3 && is_network(g, last[0], last[1]))
        swap_directions(l);
    const uint16_t column[2] = {last[1], last[0]};
    for (uint32_t k = l->pairs - 1; k-- > 0;) {
        row[rows++] = l->label[2 * k + 1];
        row[rows++] = l->label[2 * k];
    }
    for (uint32_t i = 0; i < n->length; i++)
        args[i] = low_of(g->c, ix_content(g->c->t, l->node)[i])->e;
    expr_t e = expr_apply(x, op, n->length, args);
    if (!e)
        return false;
    for (uint32_t i = 0; i < 2 * l->pairs; i++)
        g->v[l->label[i]].pairs--;
    l->live = false;
    uint16_t from = number_of(g, row, rows), to = number_of(g, column, 2);
    graph_add_edge(g, from, to, chain_one(g->c, e, false, false));
    return true;
}
