/* reduce_tuples.c - numbers of pairs, of pairs of pairs, and so on, joined by
 * what stands on their legs.
 *
 * A tree is a number and the tuple it stands for: the legs of its pairing, or
 * theirs in turn.  Vertices that are no numbers, and the trees whose legs they
 * are, form groups.  A group that ends in two vertices is a matrix between
 * them, one that ends in one a value there. */
#include <string.h>

#include "index/graph.h"
#include "index/network.h"

enum { TUPLE_DEPTH = 16, GROUP_ENDS = 4 };
static const uint32_t NO_PAIR = UINT32_MAX;

struct tuples {
    struct graph *g;
    uint32_t *pair;   /* by vertex: the pair it numbers, if it is one */
    uint8_t *inner;   /* by vertex: a number that is but a leg of another */
    uint16_t *group;  /* by vertex: a member of its group; numbers: itself */
};

static uint16_t group_of(struct tuples *s, uint16_t v)
{
    while (s->group[v] != v)
        v = s->group[v] = s->group[s->group[v]];
    return v;
}

static bool is_root(const struct tuples *s, uint16_t v)
{
    return s->g->v[v].terminal || (s->pair[v] != NO_PAIR && !s->inner[v]);
}

static bool find_numbers(struct tuples *s)
{
    struct graph *g = s->g;
    s->pair = ARENA_ARRAY(g->c->a, uint32_t, g->nv + 1);
    s->inner = ARENA_ARRAY(g->c->a, uint8_t, g->nv + 1);
    s->group = ARENA_ARRAY(g->c->a, uint16_t, g->nv + 1);
    if (!s->pair || !s->inner || !s->group)
        return false;
    for (uint32_t v = 0; v < g->nv; v++) {
        s->pair[v] = NO_PAIR;
        s->group[v] = (uint16_t)v;
    }
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live)
            s->pair[g->p[i].number] = i;
    /* the number of one pair, a leg of one other, and nothing else */
    for (uint32_t i = 0; i < g->np; i++)
        for (int leg = 0; g->p[i].live && leg < 2; leg++) {
            uint16_t v = leg ? g->p[i].fast : g->p[i].slow;
            s->inner[v] = s->pair[v] != NO_PAIR && !g->v[v].terminal &&
                          !g->v[v].edges && g->v[v].pairs == 2 &&
                          !graph_has_values(g, v);
        }
    return true;
}

static void unite(struct tuples *s, uint16_t u, uint16_t v)
{
    if (!is_root(s, u) && !is_root(s, v))
        s->group[group_of(s, u)] = group_of(s, v);
}

static void find_groups(struct tuples *s)
{
    struct graph *g = s->g;
    for (uint32_t i = 0; i < g->ne; i++)
        if (g->e[i].live)
            unite(s, g->e[i].from, g->e[i].to);
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live) {
            unite(s, g->p[i].slow, g->p[i].fast);
            if (s->inner[g->p[i].number]) {
                unite(s, g->p[i].number, g->p[i].slow);
                unite(s, g->p[i].number, g->p[i].fast);
            }
        }
}

/* ------------------------------------------------------------------ groups */

/* An end of a group: a tree, or a vertex that is joined to it as it is. */
struct end {
    uint16_t root;
    uint32_t pair; /* NO_PAIR for a plain vertex */
};
struct group {
    struct tuples *s;
    struct end end[GROUP_ENDS];
    uint32_t ends;
    bool fits;
    uint16_t member; /* the vertex that stands for it; none if all its legs
                        are ends */
    struct network net;
    uint16_t vertex[NETWORK_PLACES]; /* by place */
};

static void add_end(struct group *q, uint16_t root, uint32_t pair)
{
    for (uint32_t i = 0; i < q->ends; i++)
        if (q->end[i].root == root && q->end[i].pair == pair)
            return;
    if (q->ends == GROUP_ENDS)
        q->fits = false;
    else
        q->end[q->ends++] = (struct end){root, pair};
}

static bool has_tree(const struct group *q, uint16_t root)
{
    for (uint32_t i = 0; i < q->ends; i++)
        if (q->end[i].root == root && q->end[i].pair != NO_PAIR)
            return true;
    return false;
}

static bool belongs(struct group *q, uint16_t v)
{
    return !is_root(q->s, v) && group_of(q->s, v) == q->member;
}

/* A leg that is the number of another of the group's trees stands for that
 * tree's tuple; as an end of its own it remains where it has edges. */
static void drop_expanded(struct group *q)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < q->ends; i++) {
        struct end e = q->end[i];
        if (e.pair != NO_PAIR || q->s->g->v[e.root].edges ||
            !has_tree(q, e.root))
            q->end[kept++] = e;
    }
    q->ends = kept;
    q->fits = q->fits && kept <= 2;
}

static bool meets_pair(struct group *q, const struct pair *p)
{
    return belongs(q, p->slow) || belongs(q, p->fast) ||
           (q->s->inner[p->number] && belongs(q, p->number));
}

/* The ends of the group that the tree of `pair` is in. */
static void find_ends(struct group *q, uint32_t pair)
{
    struct tuples *s = q->s;
    struct graph *g = s->g;
    const struct pair *p = &g->p[pair];
    q->fits = true;
    q->member = is_root(s, p->slow)
                    ? is_root(s, p->fast) ? UINT16_MAX
                                          : group_of(s, p->fast)
                    : group_of(s, p->slow);
    for (uint32_t i = 0; q->fits && i < g->np; i++) {
        const struct pair *o = &g->p[i];
        if (!o->live || (i != pair && !meets_pair(q, o)))
            continue;
        if (!s->inner[o->number])
            add_end(q, o->number, i);
        if (is_root(s, o->slow))
            add_end(q, o->slow, NO_PAIR);
        if (is_root(s, o->fast))
            add_end(q, o->fast, NO_PAIR);
    }
    for (uint32_t i = 0; q->fits && i < g->ne; i++) {
        const struct edge *e = &g->e[i];
        if (e->live && belongs(q, e->from) && is_root(s, e->to))
            add_end(q, e->to, NO_PAIR);
        if (e->live && belongs(q, e->to) && is_root(s, e->from))
            add_end(q, e->from, NO_PAIR);
    }
    drop_expanded(q);
}

/* ----------------------------------------------------- a group as a network */

static bool add_place(struct group *q, uint16_t v, enum side side)
{
    struct network *net = &q->net;
    if (net->n == NETWORK_PLACES)
        return false;
    q->vertex[net->n] = v;
    net->at[net->n++] = (struct place){.dim = q->s->g->dim[v],
                                       .side = (uint8_t)side};
    return true;
}

/* The pairing by which vertex v of a tuple is taken apart, or none.  A number
 * may be that of several pairs; one that is an end is what it is there. */
static uint32_t inner_pair(const struct group *q, uint16_t v)
{
    const struct tuples *s = q->s;
    uint32_t pair = s->inner[v] ? s->pair[v] : NO_PAIR;
    for (uint32_t i = 0; i < q->ends && !s->inner[v]; i++)
        if (q->end[i].root == v) {
            if (q->end[i].pair == NO_PAIR)
                return NO_PAIR;
            pair = q->end[i].pair;
        }
    return pair;
}

/* The tuple a number stands for, slow ones first; 0 if it is too long. */
static uint32_t tuple_of(const struct group *q, uint32_t pair, uint16_t *out)
{
    const struct pair *p = &q->s->g->p[pair];
    uint16_t stack[TUPLE_DEPTH + 2];
    uint32_t depth = 0, n = 0;
    stack[depth++] = p->fast;
    stack[depth++] = p->slow;
    while (depth) {
        uint16_t v = stack[--depth];
        uint32_t inner = inner_pair(q, v);
        if (inner == NO_PAIR) {
            if (n == NETWORK_PLACES)
                return 0;
            out[n++] = v;
            continue;
        }
        if (depth >= TUPLE_DEPTH)
            return 0;
        p = &q->s->g->p[inner];
        stack[depth++] = p->fast;
        stack[depth++] = p->slow;
    }
    return n;
}

static bool add_end_places(struct group *q, const struct end *e,
                           enum side side)
{
    uint16_t tuple[NETWORK_PLACES];
    if (e->pair == NO_PAIR)
        return add_place(q, e->root, side);
    uint32_t n = tuple_of(q, e->pair, tuple);
    for (uint32_t i = 0; i < n; i++)
        if (!add_place(q, tuple[i], side))
            return false;
    return n > 0;
}

static uint32_t place_of(const struct group *q, uint16_t v, enum side side)
{
    uint32_t i = 0;
    while (i < q->net.n && (q->vertex[i] != v || q->net.at[i].side != side))
        i++;
    return i;
}

static bool add_link(struct group *q, uint32_t a, uint32_t b, struct chain m)
{
    if (q->net.nlinks == NETWORK_LINKS)
        return false;
    q->net.link[q->net.nlinks++] = (struct link){(uint8_t)a, (uint8_t)b, m};
    return true;
}

/* The places of one vertex are equal: each row with a column while there are
 * both, and what is left over among themselves. */
static bool link_equal(struct group *q, uint16_t v)
{
    uint8_t at[2][NETWORK_PLACES];
    uint32_t n[2] = {0, 0};
    const struct chain same = {NULL, 0};
    for (uint32_t i = 0; i < q->net.n; i++)
        if (q->vertex[i] == v)
            at[q->net.at[i].side][n[q->net.at[i].side]++] = (uint8_t)i;
    for (uint32_t k = 0; k < n[0] && k < n[1]; k++)
        if (!add_link(q, at[0][k], at[1][k], same))
            return false;
    int more = n[1] > n[0];
    for (uint32_t k = 1; k < n[more]; k++)
        if (!add_link(q, at[more][k - 1], at[more][k], same))
            return false;
    return true;
}

/* Where a link to another vertex begins: beside its own side if it can. */
static bool link_edge(struct group *q, const struct edge *e)
{
    uint32_t a[3], b[3], n = q->net.n;
    for (int side = SIDE_ROW; side <= SIDE_SUMMED; side++) {
        a[side] = place_of(q, e->from, (enum side)side);
        b[side] = place_of(q, e->to, (enum side)side);
    }
    struct chain m = graph_edge_chain(q->s->g, e, e->from);
    for (int side = 0; side < 2; side++)
        if (a[side] < n && b[side] < n)
            return add_link(q, a[side], b[side], m);
    for (int x = 0; x < 3; x++)
        for (int y = 0; y < 3; y++)
            if (a[x] < n && b[y] < n)
                return add_link(q, a[x], b[y], m);
    return false;
}

static bool is_own_edge(struct group *q, const struct edge *e)
{
    return e->live && (belongs(q, e->from) || belongs(q, e->to));
}

/* Maps known by name only and functions of more than two axes have no place in
 * a network. */
static bool meets_linear(struct group *q)
{
    const struct graph *g = q->s->g;
    for (uint32_t i = 0; i < g->nl; i++)
        for (uint32_t a = 0; g->l[i].live && a < 2 * g->l[i].pairs; a++)
            if (belongs(q, g->l[i].label[a]))
                return true;
    for (uint32_t i = 0; i < g->nh; i++)
        for (uint32_t a = 0;
             g->h[i].live && a < ix_get(g->c->t, g->h[i].node)->order; a++)
            if (belongs(q, g->h[i].label[a]))
                return true;
    return false;
}

/* How many links a place has; UINT32_MAX if one is not an identity. */
static uint32_t identities(const struct network *net, uint32_t place)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < net->nlinks; k++) {
        const struct link *l = &net->link[k];
        if (l->a != place && l->b != place)
            continue;
        if (l->m.n)
            return UINT32_MAX;
        n++;
    }
    return n;
}

/* The values of vertex v at one of its places: of the group's own vertices,
 * and of an end where they take the place of an identity. */
static void place_values(struct group *q, uint16_t v)
{
    struct graph *g = q->s->g;
    uint32_t best = q->net.n, least = UINT32_MAX;
    bool own = belongs(q, v);
    for (uint32_t i = 0; i < q->net.n; i++) {
        if (q->vertex[i] != v)
            continue;
        uint32_t n = identities(&q->net, i);
        if (best == q->net.n || n < least) {
            best = i;
            least = n;
        }
        if (!own && (n == UINT32_MAX || !n))
            return;
    }
    if (graph_has_values(g, v) && !q->net.at[best].value.n)
        q->net.at[best].value = powers_chain(g->c, &g->v[v].values);
}

/* All places of the group, their values and links. */
static bool make_network(struct group *q)
{
    struct graph *g = q->s->g;
    for (uint32_t i = 0; i < q->ends; i++)
        if (!add_end_places(q, &q->end[i], i ? SIDE_COLUMN : SIDE_ROW))
            return false;
    uint32_t legs = q->net.n;
    for (uint32_t v = 0; v < g->nv; v++)
        if (belongs(q, (uint16_t)v) && !g->v[v].gone &&
            !q->s->inner[v] && !g->v[v].pairs &&
            !add_place(q, (uint16_t)v, SIDE_SUMMED))
            return false;
    for (uint32_t i = 0; i < legs; i++) {
        uint16_t v = q->vertex[i];
        uint32_t first = 0;
        while (q->vertex[first] != v)
            first++;
        if (first < i)
            continue;
        if (!link_equal(q, v))
            return false;
    }
    for (uint32_t i = 0; i < g->ne; i++)
        if (is_own_edge(q, &g->e[i]) && !link_edge(q, &g->e[i]))
            return false;
    for (uint32_t i = 0; i < q->net.n; i++)
        place_values(q, q->vertex[i]);
    return true;
}

/* Takes the group out of the graph. */
static void remove_group(struct group *q)
{
    struct tuples *s = q->s;
    struct graph *g = s->g;
    for (uint32_t i = 0; i < g->ne; i++)
        if (is_own_edge(q, &g->e[i]))
            graph_remove_edge(g, &g->e[i]);
    for (uint32_t i = 0; i < g->np; i++) {
        struct pair *p = &g->p[i];
        bool own = meets_pair(q, p);
        for (uint32_t k = 0; k < q->ends; k++)
            own = own || q->end[k].pair == i;
        if (p->live && own)
            graph_remove_pair(g, p);
    }
    for (uint32_t v = 0; v < g->nv; v++)
        if (belongs(q, (uint16_t)v))
            g->v[v].gone = true;
    for (uint32_t i = 0; i < q->net.n; i++)
        if (q->net.at[i].value.n)
            g->v[q->vertex[i]].values.n = 0;
}

/* A vector of ones alone, which is left unsaid. */
static bool is_blank(const struct network *net)
{
    bool blank = net->nlinks == 0;
    for (uint32_t i = 0; i < net->n; i++)
        blank = blank && !net->at[i].value.n;
    return blank;
}

/* Rows are at the upper of the two ends. */
static void sort_ends(struct group *q)
{
    struct end e = q->end[0];
    if (q->ends == 2 && q->end[1].root < e.root) {
        q->end[0] = q->end[1];
        q->end[1] = e;
    }
}

static bool reduce_group(struct tuples *s, uint32_t pair)
{
    struct graph *g = s->g;
    struct group q = {.s = s};
    struct chain m;
    find_ends(&q, pair);
    if (!q.fits)
        return false;
    sort_ends(&q);
    if (meets_linear(&q) || !make_network(&q))
        return false;
    bool blank = q.ends == 1 && is_blank(&q.net);
    if (!blank && !network_chain(g->c, &q.net, &m))
        return false;
    remove_group(&q);
    if (blank)
        return true;
    if (q.ends == 1) {
        graph_add_value(g, q.end[0].root, m, RAT_ONE);
        return true;
    }
    if (!m.n && graph_unite(g, q.end[0].root, q.end[1].root))
        return true;
    if (!m.n)
        m = chain_one(g->c, eye_expr(g->c, g->dim[q.end[0].root]), false,
                      true);
    graph_add_edge(g, q.end[0].root, q.end[1].root, m);
    return true;
}

bool graph_step_tuples(struct graph *g)
{
    struct tuples s = {.g = g};
    if (!find_numbers(&s))
        return false;
    find_groups(&s);
    for (uint32_t i = 0; i < g->np; i++)
        if (g->p[i].live && !s.inner[g->p[i].number] &&
            reduce_group(&s, i))
            return true;
    return false;
}
