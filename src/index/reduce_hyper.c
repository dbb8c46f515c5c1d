/* reduce_hyper.c - a function by entries of a value with more than two axes.
 *
 * exp(kron(A,X)) is in index form exp of a product with four axes, for
 * functions pass numberings of pairs on.  What is left of a product that has
 * it as a factor is a diagonal matrix between two networks: with M the tuple
 * of its axes, H = L(rows, M)*diag(vector over M)*R(M, columns). */
#include <string.h>

#include "index/graph.h"
#include "index/network.h"

enum { HYPER_DEPTH = 6 /* of functions within functions */ };

/* ----------------------------------------------- the function as a matrix */

/* The axes of a value as rows and columns: the first `cols` of the tuple
 * number the columns, the others the rows. */
struct face {
    uint32_t n, cols;
    uint8_t axis[IX_MAX_ORDER];
};

static dim_t tuple_size(struct ix_table *t, const dim_t *dims,
                        const uint8_t *axis, uint32_t n)
{
    dim_t d = DIM_ONE;
    for (uint32_t i = 0; i < n; i++)
        d = dim_mul(t->x->dims, d, dims[axis[i]]);
    return d;
}

/* Gives the axes of a tuple labels that `number` numbers. */
static void join_tuple(struct ix_product *p, uint16_t number,
                       const dim_t *dims, const uint8_t *axis, uint32_t n,
                       uint16_t *label)
{
    for (; n > 1; n--) {
        dim_t slow = tuple_size(p->t, dims, axis, n - 1);
        dim_t fast = dims[axis[n - 1]];
        uint16_t left = ix_product_label(p, slow);
        label[axis[n - 1]] = ix_product_label(p, fast);
        ix_product_factor(p, ix_pair(p->t, slow, fast), RAT_ONE,
                          (uint16_t[]){number, left, label[axis[n - 1]]});
        number = left;
    }
    if (n)
        label[axis[0]] = number;
}

static ix_t arranged(struct ix_table *t, ix_t n, const struct face *f)
{
    struct ix_product p;
    dim_t dims[IX_MAX_ORDER], own[2];
    uint16_t label[IX_MAX_ORDER];
    uint32_t rows = f->n - f->cols, order = f->cols ? 2 : 1;
    memcpy(dims, ix_dims(t, n), f->n * sizeof *dims);
    own[0] = tuple_size(t, dims, f->axis + f->cols, rows);
    own[order - 1] = f->cols ? tuple_size(t, dims, f->axis, f->cols) : own[0];
    ix_product_begin(&p, t, order, own);
    join_tuple(&p, 0, dims, f->axis + f->cols, rows, label);
    join_tuple(&p, (uint16_t)(order - 1), dims, f->axis, f->cols, label);
    ix_product_factor(&p, n, RAT_ONE, label);
    return ix_product_end(&p);
}

static expr_t scaled(struct lowering *c, rat_t coefficient, expr_t e)
{
    if (!e || coefficient == RAT_ONE)
        return e;
    return mul_expr(c, expr_number(c->x, coefficient), e);
}

static expr_t product_face(struct lowering *c, ix_t n, rat_t coefficient,
                           const struct face *f)
{
    struct rationals *q = c->x->numbers;
    ix_t a = arranged(c->t, n, f);
    struct term term;
    if (a && ix_get(c->t, a)->kind == IX_SUM &&
        ix_get(c->t, a)->length == 2) {
        coefficient = rat_mul(q, coefficient, ix_content(c->t, a)[0]);
        a = ix_content(c->t, a)[1];
    }
    if (!a || ix_get(c->t, a)->kind != IX_PROD ||
        !reduce_product(c, a, &term))
        return 0;
    term.coefficient = rat_mul(q, term.coefficient, coefficient);
    return term_expr(c, &term);
}

/* The value, so many times, with its axes as rows and columns; 0 (no fault)
 * where that has no matrix notation. */
static expr_t face_expr(struct lowering *c, ix_t n, rat_t coefficient,
                        const struct face *f, uint32_t depth)
{
    const struct ix_node node = *ix_get(c->t, n);
    struct rationals *numbers = c->x->numbers;
    expr_t args[OP_MAX_ARGS], sum = 0;
    rat_t q;
    if (ix_is_constant(c->t, n, &q))
        return expr_number(c->x, rat_mul(numbers, coefficient, q));
    if (node.kind == IX_PROD)
        return product_face(c, n, coefficient, f);
    if (!depth || (node.kind != IX_FUN && node.kind != IX_SUM))
        return 0;
    if (node.kind == IX_FUN) {
        for (uint32_t i = 0; i < node.length; i++)
            if (!(args[i] = face_expr(c, ix_content(c->t, n)[i], RAT_ONE, f,
                                      depth - 1)))
                return 0;
        return scaled(c, coefficient, call_expr(c, &node, args));
    }
    for (uint32_t i = 0; i < node.length; i += 2) {
        const uint32_t *w = ix_content(c->t, n) + i;
        expr_t e = face_expr(c, w[1], rat_mul(numbers, coefficient, w[0]), f,
                             depth - 1);
        if (!e)
            return 0;
        sum = sum ? expr_apply2(c->x, OP_ADD, sum, e) : e;
    }
    return sum;
}

/* The shortest of these as a vector over the tuple: vec of a matrix. */
static expr_t tuple_vector(struct lowering *c, ix_t n, struct face f)
{
    expr_t best = 0;
    for (f.cols = 0; f.cols < f.n; f.cols++) {
        expr_t e = face_expr(c, n, RAT_ONE, &f, HYPER_DEPTH);
        if (e && f.cols)
            e = expr_call1(c->x, "vec", e);
        if (e && (!best || expr_cost(c, e) < expr_cost(c, best)))
            best = e;
    }
    return best;
}

/* --------------------------------------------------------- the two networks */

struct parts {
    struct graph *g;
    const struct hyper *h;
    uint32_t order;
    int side; /* of rows and columns, the one with all axes of h */
    uint16_t tuple[3][NETWORK_PLACES]; /* rows, columns, those of h */
    uint32_t n[3];
    struct network net[2];
    uint16_t vertex[2][NETWORK_PLACES];
};

static bool has(const struct parts *s, int side, uint16_t v)
{
    for (uint32_t i = 0; i < s->n[side]; i++)
        if (s->tuple[side][i] == v)
            return true;
    return false;
}

static struct pair *pair_of(struct graph *g, uint16_t number)
{
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && g->p[i].number == number)
            return &g->p[i];
    return NULL;
}

/* The tuple that a terminal numbers; false where a number within is used
 * otherwise. */
static bool expand(struct parts *s, int side, uint16_t root)
{
    struct graph *g = s->g;
    uint16_t stack[NETWORK_PLACES];
    uint32_t depth = 0;
    stack[depth++] = root;
    while (depth) {
        uint16_t v = stack[--depth];
        struct pair *p = pair_of(g, v);
        if (!p) {
            if (s->n[side] == NETWORK_PLACES)
                return false;
            s->tuple[side][s->n[side]++] = v;
            continue;
        }
        if (g->v[v].edges || graph_has_values(g, v) ||
            g->v[v].pairs != (v == root ? 1u : 2u) ||
            depth + 2 > NETWORK_PLACES)
            return false;
        stack[depth++] = p->fast;
        stack[depth++] = p->slow;
    }
    return true;
}

/* The axes of the function in the order of the rows, or of the columns; false
 * where some are neither, or two are one. */
static bool order_axes(struct parts *s, struct face *f)
{
    const struct hyper *h = s->h;
    uint32_t n = ix_get(s->g->c->t, h->node)->order;
    *f = (struct face){.n = n};
    for (s->side = 0; s->side < 2; s->side++) {
        uint32_t k = 0, met = 0;
        for (uint32_t i = 0; i < s->n[s->side]; i++)
            for (uint32_t a = 0; a < n; a++)
                if (h->label[a] == s->tuple[s->side][i] && !(met >> a & 1)) {
                    met |= 1u << a;
                    f->axis[k] = (uint8_t)a;
                    s->tuple[2][k++] = h->label[a];
                    break;
                }
        s->n[2] = k;
        if (k == n)
            break;
    }
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < a; b++)
            if (h->label[a] == h->label[b])
                return false;
    return s->side < 2;
}

static void add_places(struct parts *s, int net, int tuple, enum side side)
{
    struct network *q = &s->net[net];
    for (uint32_t i = 0; i < s->n[tuple]; i++) {
        uint16_t v = s->tuple[tuple][i];
        s->vertex[net][q->n] = v;
        q->at[q->n++] = (struct place){.dim = s->g->dim[v],
                                       .side = (uint8_t)side};
    }
}

static bool add_link(struct network *q, uint32_t a, uint32_t b,
                     struct chain m)
{
    if (q->nlinks == NETWORK_LINKS)
        return false;
    q->link[q->nlinks++] = (struct link){(uint8_t)a, (uint8_t)b, m};
    return true;
}

/* A row with a column of the same vertex, and what is left over. */
static bool link_equal(struct parts *s, int net)
{
    struct network *q = &s->net[net];
    const struct chain same = {NULL, 0};
    for (uint32_t i = 0; i < q->n; i++) {
        uint32_t k = i + 1;
        uint32_t other = q->n;
        for (; k < q->n; k++)
            if (s->vertex[net][k] == s->vertex[net][i] &&
                (other == q->n || (q->at[other].side == q->at[i].side &&
                                   q->at[k].side != q->at[i].side)))
                other = k;
        if (other < q->n && !add_link(q, i, other, same))
            return false;
    }
    return true;
}

static uint32_t place_of(const struct parts *s, int net, uint16_t v)
{
    uint32_t i = 0;
    while (i < s->net[net].n && s->vertex[net][i] != v)
        i++;
    return i;
}

/* To the network behind the function what it has places for, to the other one
 * the rest: the function stands at the edge. */
static bool share_out(struct parts *s)
{
    struct graph *g = s->g;
    const int first = s->order == 2 && !s->side;
    for (uint32_t i = 0; i < g->ne; i++) {
        const struct edge *e = &g->e[i];
        bool done = !e->live;
        for (int pass = 0; !done && pass < 2; pass++) {
            int net = pass ? !first : first;
            uint32_t a = place_of(s, net, e->from);
            uint32_t b = place_of(s, net, e->to);
            done = a < s->net[net].n && b < s->net[net].n;
            if (done && !add_link(&s->net[net], a, b,
                                  graph_edge_chain(g, e, e->from)))
                return false;
        }
        if (!done)
            return false;
    }
    for (uint32_t v = 0; v < g->nv; v++) {
        if (g->v[v].gone || !graph_has_values(g, (uint16_t)v))
            continue;
        int net = first;
        uint32_t at = place_of(s, net, (uint16_t)v);
        if (at == s->net[net].n)
            at = place_of(s, net = !first, (uint16_t)v);
        if (at == s->net[net].n)
            return false;
        s->net[net].at[at].value = powers_chain(g->c, &g->v[v].values);
    }
    return true;
}

/* Every vertex is one of a tuple or a number in the trees of the two, nothing
 * is summed over, and what is a row and a column is an axis of the function,
 * which stands between them. */
static bool is_complete(const struct parts *s)
{
    const struct graph *g = s->g;
    for (uint16_t v = 0; v < g->nv; v++) {
        bool known = g->v[v].gone || has(s, 0, v) || has(s, 1, v) ||
                     (!g->v[v].edges && !g->v[v].pairs) || pair_of(s->g, v);
        if (!known || (has(s, 0, v) && has(s, 1, v) && !has(s, 2, v)))
            return false;
    }
    return true;
}

static void finish(struct graph *g, uint32_t order, struct chain m)
{
    for (uint32_t i = 0; i < g->ne; i++)
        g->e[i].live = false;
    for (uint32_t i = 0; i < g->np; i++)
        g->p[i].live = false;
    for (uint32_t i = 0; i < g->nh; i++)
        g->h[i].live = false;
    for (uint32_t v = 0; v < g->nv; v++) {
        g->v[v].edges = g->v[v].pairs = 0;
        g->v[v].values.n = 0;
        g->v[v].gone = v >= g->out->order;
    }
    if (order == 2)
        graph_add_edge(g, 0, 1, m);
    else
        graph_add_value(g, 0, m, RAT_ONE);
}

static bool is_identity(const struct network *net)
{
    for (uint32_t i = 0; i < net->n; i++)
        if (net->at[i].value.n)
            return false;
    for (uint32_t i = 0; i < net->nlinks; i++)
        if (net->link[i].m.n ||
            net->link[i].b != net->link[i].a + net->n / 2)
            return false;
    return net->nlinks == net->n / 2;
}

bool graph_step_hyper(struct graph *g)
{
    struct parts s = {.g = g, .h = g->h,
                      .order = g->delta ? 1 : g->out->order};
    struct lowering *c = g->c;
    struct chain left = {NULL, 0}, right = {NULL, 0};
    struct face f;
    if (g->nh != 1 || !g->h->live || g->nl || !s.order ||
        !expand(&s, 0, 0) || (s.order == 2 && !expand(&s, 1, 1)) ||
        !order_axes(&s, &f) || !is_complete(&s) ||
        s.n[0] + s.n[2] > NETWORK_PLACES || s.n[1] + s.n[2] > NETWORK_PLACES)
        return false;
    add_places(&s, 0, 0, SIDE_ROW);
    add_places(&s, 0, 2, SIDE_COLUMN);
    add_places(&s, 1, 2, SIDE_ROW);
    add_places(&s, 1, 1, SIDE_COLUMN);
    expr_t v = tuple_vector(c, g->h->node, f);
    if (!v || !link_equal(&s, 0) || (s.order == 2 && !link_equal(&s, 1)) ||
        !share_out(&s))
        return false;
    struct powers all = {0};
    if (!powers_add(c, &all, chain_one(c, v, false, false), g->h->exponent))
        return false;
    struct chain middle = powers_chain(c, &all);
    if (s.order == 2)
        middle = chain_one(
            c, expr_call1(c->x, "diag", chain_expr(c, middle)), false, true);
    if ((!is_identity(&s.net[0]) && !network_chain(c, &s.net[0], &left)) ||
        (s.order == 2 && !is_identity(&s.net[1]) &&
         !network_chain(c, &s.net[1], &right)))
        return false;
    if (left.n)
        middle = chain_join(c, left, middle);
    if (right.n)
        middle = chain_join(c, middle, right);
    finish(g, s.order, middle);
    return true;
}
