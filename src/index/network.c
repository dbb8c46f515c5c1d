/* network.c - see network.h.
 *
 * Places are axes, links matrices between them.  Parts that are not linked
 * are factors of a Kronecker product.  A part is a vector, a matrix between a
 * row and a column, vec of a matrix between two rows, or, with more places,
 * taken apart: what stands between rows alone is a diagonal factor on the
 * left, likewise columns on the right, a summed place that separates rows
 * from columns is a matrix product, and what is left is an entrywise product
 * of networks with fewer links. */
#include "index/network.h"

#include <string.h>

/* A part of a network: sets of places and links as bits. */
struct view {
    const struct network *net;
    uint32_t places, links, values;
    uint8_t side[NETWORK_PLACES];
};

static bool build(struct lowering *c, const struct view *v,
                  struct chain *out);

static bool in(uint32_t set, uint32_t i)
{
    return set >> i & 1;
}

static uint32_t places_of(const struct view *v, enum side side)
{
    uint32_t set = 0;
    for (uint32_t i = 0; i < v->net->n; i++)
        if (in(v->places, i) && v->side[i] == side)
            set |= 1u << i;
    return set;
}

static struct view sub_view(const struct view *v, uint32_t places,
                            uint32_t links)
{
    struct view s = *v;
    s.places = places;
    s.links = 0;
    for (uint32_t k = 0; k < v->net->nlinks; k++)
        if (in(v->links & links, k) && in(places, v->net->link[k].a) &&
            in(places, v->net->link[k].b))
            s.links |= 1u << k;
    return s;
}

/* The places linked to `place`, itself among them. */
static uint32_t component(const struct view *v, uint32_t place)
{
    uint32_t set = 1u << place, before = 0;
    while (set != before) {
        before = set;
        for (uint32_t k = 0; k < v->net->nlinks; k++) {
            const struct link *l = &v->net->link[k];
            if (in(v->links, k) && (in(set, l->a) || in(set, l->b)))
                set |= 1u << l->a | 1u << l->b;
        }
    }
    return set;
}

/* ------------------------------------------------------------ small parts */

static struct chain value_of(struct lowering *c, const struct view *v,
                             uint32_t i)
{
    const struct place *p = &v->net->at[i];
    if (in(v->values, i) && p->value.n)
        return p->value;
    return chain_one(c, ones_expr(c, 1, &p->dim), false, false);
}

static struct chain diag_of(struct lowering *c, const struct view *v,
                            uint32_t i)
{
    const struct place *p = &v->net->at[i];
    if (!in(v->values, i) || !p->value.n)
        return (struct chain){NULL, 0};
    return chain_one(
        c, expr_call1(c->x, "diag", chain_expr(c, p->value)), false, true);
}

static bool vector_part(struct lowering *c, const struct view *v,
                        struct chain *out)
{
    uint32_t i = 0;
    while (!in(v->places, i))
        i++;
    *out = value_of(c, v, i);
    if (v->side[i] == SIDE_COLUMN)
        *out = chain_flip(c, *out);
    return out->n > 0;
}

/* The link between two places with their values, from a to b. */
static struct chain linked(struct lowering *c, const struct view *v,
                           const struct link *l, uint32_t a, uint32_t b)
{
    struct chain m = l->a == a ? l->m : chain_flip(c, l->m);
    struct chain left = diag_of(c, v, a), right = diag_of(c, v, b);
    m = left.n ? chain_join(c, left, m) : m;
    return right.n ? chain_join(c, m, right) : m;
}

static bool pair_part(struct lowering *c, const struct view *v,
                      struct chain *out)
{
    const struct link *l = v->net->link;
    for (uint32_t k = 0; !in(v->links, k); k++)
        l++;
    uint32_t slow = l->a < l->b ? l->a : l->b, fast = l->a + l->b - slow;
    if (v->side[slow] != v->side[fast]) {
        bool down = v->side[slow] == SIDE_ROW;
        *out = linked(c, v, l, down ? slow : fast, down ? fast : slow);
        return true;
    }
    struct chain m = linked(c, v, l, fast, slow);
    expr_t e = m.n ? chain_expr(c, m)
                   : eye_expr(c, v->net->at[slow].dim);
    *out = chain_one(c, expr_call1(c->x, "vec", e),
                     v->side[slow] == SIDE_COLUMN, false);
    return out->n > 0;
}

/* ------------------------------------------------------------ large parts */

/* The links between two places of one side. */
static uint32_t links_within(const struct view *v, enum side side)
{
    uint32_t set = 0;
    for (uint32_t k = 0; k < v->net->nlinks; k++)
        if (in(v->links, k) && v->side[v->net->link[k].a] == side &&
            v->side[v->net->link[k].b] == side)
            set |= 1u << k;
    return set;
}

static uint32_t linked_places(const struct view *v, uint32_t links)
{
    uint32_t set = 0;
    for (uint32_t k = 0; k < v->net->nlinks; k++)
        if (in(links, k))
            set |= 1u << v->net->link[k].a | 1u << v->net->link[k].b;
    return set;
}

/* The places whose values go with links of their side: those with none but
 * identities there, which the values replace. */
static uint32_t inner_values(const struct view *v)
{
    uint32_t within =
        links_within(v, SIDE_ROW) | links_within(v, SIDE_COLUMN);
    uint32_t same = 0;
    for (uint32_t k = 0; k < v->net->nlinks; k++)
        if (!v->net->link[k].m.n)
            same |= 1u << k;
    return linked_places(v, within & same) &
           ~linked_places(v, v->links & ~(within & same));
}

/* diag(r), where r is the vector over one side that its own links make. */
static bool side_diag(struct lowering *c, const struct view *v,
                      enum side side, struct chain *out)
{
    *out = (struct chain){NULL, 0};
    uint32_t links = links_within(v, side);
    if (!links)
        return true;
    struct view s = sub_view(v, places_of(v, side), links);
    s.values &= inner_values(v);
    for (uint32_t i = 0; i < v->net->n; i++)
        s.side[i] = SIDE_ROW;
    struct chain r;
    if (!build(c, &s, &r) || !r.n)
        return false;
    *out = chain_one(c, expr_call1(c->x, "diag", chain_expr(c, r)), false,
                     true);
    return out->n > 0;
}

static bool diagonal_part(struct lowering *c, const struct view *v,
                          struct chain *out)
{
    struct chain left, right, middle;
    uint32_t outer =
        links_within(v, SIDE_ROW) | links_within(v, SIDE_COLUMN);
    struct view rest = sub_view(v, v->places, v->links & ~outer);
    rest.values &= ~inner_values(v);
    if (!side_diag(c, v, SIDE_ROW, &left) ||
        !side_diag(c, v, SIDE_COLUMN, &right) || !build(c, &rest, &middle))
        return false;
    *out = left.n ? chain_join(c, left, middle) : middle;
    if (right.n)
        *out = chain_join(c, *out, right);
    return true;
}

/* As many links as there are without a place in common. */
static uint32_t matching(const struct view *v)
{
    uint32_t met = 0, set = 0;
    for (uint32_t k = 0; k < v->net->nlinks; k++) {
        const struct link *l = &v->net->link[k];
        if (!in(v->links, k) || in(met, l->a) || in(met, l->b))
            continue;
        met |= 1u << l->a | 1u << l->b;
        set |= 1u << k;
    }
    return set;
}

static expr_t whole_expr(struct lowering *c, const struct view *v,
                         struct chain m)
{
    if (m.n)
        return chain_expr(c, m);
    dim_t d = DIM_ONE;
    for (uint32_t i = 0; i < v->net->n; i++)
        if (in(v->places, i) && v->side[i] == SIDE_ROW)
            d = dim_mul(c->x->dims, d, v->net->at[i].dim);
    return eye_expr(c, d);
}

static bool entrywise_part(struct lowering *c, const struct view *v,
                           struct chain *out)
{
    struct view a = *v, b = *v;
    struct chain m, n;
    a.links = matching(v);
    b.links &= ~a.links;
    b.values = 0;
    if (!build(c, &a, &m) || !build(c, &b, &n))
        return false;
    *out = chain_one(c,
                     had_expr(c, whole_expr(c, v, m), whole_expr(c, v, n)),
                     false, false);
    return out->n > 0;
}

/* What is on one side of a summed place s, which takes part as the other. */
static bool cut_half(struct lowering *c, const struct view *v, uint32_t set,
                     uint32_t s, enum side side, struct chain *out)
{
    struct view half = sub_view(v, set | 1u << s, v->links);
    half.side[s] = (uint8_t)side;
    half.values &= ~(1u << s);
    return build(c, &half, out);
}

/* A product through the summed place s, which must separate rows from
 * columns. */
static bool cut_at(struct lowering *c, const struct view *v, uint32_t s,
                   struct chain *out)
{
    struct view open = sub_view(v, v->places & ~(1u << s), v->links);
    uint32_t rows = places_of(v, SIDE_ROW), cols = places_of(v, SIDE_COLUMN);
    uint32_t left = 0, right = 0, seen = 0;
    for (uint32_t i = 0; i < v->net->n; i++) {
        if (!in(open.places & ~seen, i))
            continue;
        uint32_t set = component(&open, i);
        seen |= set;
        if ((set & rows) && (set & cols))
            return false;
        *(set & cols ? &right : &left) |= set;
    }
    struct chain a, b = {NULL, 0}, d = diag_of(c, v, s);
    if (!left || (!right && cols) ||
        !cut_half(c, v, left, s, SIDE_COLUMN, &a))
        return false;
    if (!right)
        b = value_of(c, v, s);
    else if (!cut_half(c, v, right, s, SIDE_ROW, &b))
        return false;
    if (right && d.n)
        a = chain_join(c, a, d);
    *out = chain_join(c, a, b);
    return true;
}

/* One side of all summed places, which take part as the other. */
static bool cut_side(struct lowering *c, const struct view *v,
                     uint32_t summed, enum side side, struct chain *out)
{
    enum side other = side == SIDE_ROW ? SIDE_COLUMN : SIDE_ROW;
    struct view half = sub_view(v, places_of(v, side) | summed,
                                v->links & ~links_within(v, SIDE_SUMMED));
    for (uint32_t i = 0; i < v->net->n; i++)
        if (in(summed, i))
            half.side[i] = (uint8_t)other;
    half.values &= ~summed;
    return build(c, &half, out);
}

/* A product through the tuple of all summed places, with the vector that
 * their values and the links among them make on the diagonal between:
 * kron(Q,Q)*diag(vec(M))*kron(Q',Q'). */
static bool cut_all(struct lowering *c, const struct view *v, uint32_t summed,
                    struct chain *out)
{
    uint32_t rows = places_of(v, SIDE_ROW), cols = places_of(v, SIDE_COLUMN);
    struct chain left, right, r;
    for (uint32_t k = 0; k < v->net->nlinks; k++) {
        uint32_t ends = 1u << v->net->link[k].a | 1u << v->net->link[k].b;
        if (in(v->links, k) && (ends & rows) && (ends & cols))
            return false;
    }
    struct view middle = sub_view(v, summed, v->links);
    for (uint32_t i = 0; i < v->net->n; i++)
        if (in(summed, i))
            middle.side[i] = SIDE_ROW;
    if (!rows || !cols || !build(c, &middle, &r) || !r.n ||
        !cut_side(c, v, summed, SIDE_ROW, &left) ||
        !cut_side(c, v, summed, SIDE_COLUMN, &right))
        return false;
    struct chain d = chain_one(
        c, expr_call1(c->x, "diag", chain_expr(c, r)), false, true);
    *out = left.n ? chain_join(c, left, d) : d;
    if (right.n)
        *out = chain_join(c, *out, right);
    return out->n > 0;
}

static uint8_t other_of(uint8_t at, uint8_t p, uint8_t q)
{
    return at == p ? q : at == q ? p : at;
}

/* The network with two places exchanged. */
static struct view exchanged(const struct view *v, struct network *net,
                             uint8_t p, uint8_t q)
{
    struct view w = *v;
    *net = *v->net;
    net->at[p] = v->net->at[q];
    net->at[q] = v->net->at[p];
    w.side[p] = v->side[q];
    w.side[q] = v->side[p];
    for (uint32_t k = 0; k < net->nlinks; k++) {
        net->link[k].a = other_of(net->link[k].a, p, q);
        net->link[k].b = other_of(net->link[k].b, p, q);
    }
    uint32_t both = 1u << p | 1u << q;
    w.values = (v->values & ~both) | (uint32_t)in(v->values, p) << q |
               (uint32_t)in(v->values, q) << p;
    w.net = net;
    return w;
}

/* Of two summed places either may come first: whichever is shorter. */
static bool cut_pair(struct lowering *c, const struct view *v,
                     uint32_t summed, struct chain *out)
{
    struct network net;
    struct chain other;
    uint8_t p = (uint8_t)__builtin_ctz(summed);
    uint32_t rest = summed & ~(1u << p);
    if (!cut_all(c, v, summed, out))
        return false;
    if (!rest || (rest & (rest - 1)))
        return true;
    struct view w = exchanged(v, &net, p, (uint8_t)__builtin_ctz(rest));
    if (cut_all(c, &w, summed, &other) &&
        expr_cost(c, chain_expr(c, other)) < expr_cost(c, chain_expr(c, *out)))
        *out = other;
    return !fault_is_set(c->x->mem->fault);
}

/* Places at the edge that are linked to summed ones and across become summed
 * ones, equal to a place at the edge: V*(G.*(V'*E*V)) of E has
 * kron(I,V)*diag(vec(G))*kron(V',V'). */
static bool split_edges(const struct view *v, uint32_t summed,
                        struct network *net, struct view *w)
{
    uint32_t split = 0;
    for (uint32_t i = 0; i < v->net->n; i++) {
        uint32_t met = 0;
        for (uint32_t k = 0; k < v->net->nlinks; k++) {
            const struct link *l = &v->net->link[k];
            if (in(v->links, k) && (l->a == i || l->b == i))
                met |= 1u << (l->a == i ? l->b : l->a);
        }
        enum side across = v->side[i] == SIDE_ROW ? SIDE_COLUMN : SIDE_ROW;
        if (in(v->places & ~summed, i) && (met & summed) &&
            (met & places_of(v, across)))
            split |= 1u << i;
    }
    *net = *v->net;
    *w = *v;
    for (uint8_t i = 0; i < v->net->n; i++) {
        if (!in(split, i))
            continue;
        if (net->n == NETWORK_PLACES || net->nlinks == NETWORK_LINKS)
            return false;
        uint8_t fresh = (uint8_t)net->n++;
        net->at[fresh] = net->at[i];
        net->at[fresh].side = SIDE_SUMMED;
        net->at[i].value = (struct chain){NULL, 0};
        for (uint32_t k = 0; k < net->nlinks; k++) {
            net->link[k].a = other_of(net->link[k].a, i, fresh);
            net->link[k].b = other_of(net->link[k].b, i, fresh);
        }
        w->side[fresh] = SIDE_SUMMED;
        w->places |= 1u << fresh;
        w->values |= (uint32_t)in(v->values, i) << fresh;
        w->links |= 1u << net->nlinks;
        net->link[net->nlinks++] = (struct link){.a = i, .b = fresh};
    }
    w->net = net;
    return split != 0;
}

static bool summed_part(struct lowering *c, const struct view *v,
                        uint32_t summed, struct chain *out)
{
    if (!places_of(v, SIDE_ROW)) { /* a row: the transpose of a column */
        struct view turned = *v;
        for (uint32_t i = 0; i < v->net->n; i++)
            if (turned.side[i] == SIDE_COLUMN)
                turned.side[i] = SIDE_ROW;
        if (!summed_part(c, &turned, summed, out))
            return false;
        *out = chain_flip(c, *out);
        return true;
    }
    for (uint32_t s = 0; s < v->net->n; s++)
        if (in(summed, s) && cut_at(c, v, s, out))
            return true;
    if (cut_pair(c, v, summed, out))
        return true;
    struct network net;
    struct view w;
    return split_edges(v, summed, &net, &w) &&
           cut_pair(c, &w, places_of(&w, SIDE_SUMMED), out);
}

static bool part_chain(struct lowering *c, const struct view *v,
                       struct chain *out)
{
    uint32_t summed = places_of(v, SIDE_SUMMED), places = 0, links = 0;
    for (uint32_t i = 0; i < v->net->n; i++)
        places += in(v->places, i);
    for (uint32_t k = 0; k < v->net->nlinks; k++)
        links += in(v->links, k);
    if (summed)
        return summed_part(c, v, summed, out);
    if (places == 1)
        return vector_part(c, v, out);
    if (places == 2 && links == 1)
        return pair_part(c, v, out);
    uint32_t rows = links_within(v, SIDE_ROW);
    uint32_t cols = links_within(v, SIDE_COLUMN);
    if ((rows || cols) && (rows | cols) != v->links)
        return diagonal_part(c, v, out);
    return entrywise_part(c, v, out);
}

/* ------------------------------------------------------- Kronecker products */

static bool is_ones(const struct lowering *c, const struct part *p)
{
    expr_t e = p->m.n == 1 ? p->m.atoms[0].e : 0;
    return e && expr_op(c->x, e) >= OP_FIRST_NAMED &&
           !strcmp(op_name(c->x->ops, expr_op(c->x, e)), "ones");
}

static struct chain outer_product(struct lowering *c,
                                  const struct network *net,
                                  const struct part *u, const struct part *v)
{
    dim_t dims[2] = {network_size(c, net, u->rows, u->nrows),
                     network_size(c, net, v->cols, v->ncols)};
    if (is_ones(c, u) && is_ones(c, v))
        return chain_one(c, ones_expr(c, 2, dims), false, false);
    return chain_join(c, u->m, v->m);
}

static void merge_parts(struct lowering *c, const struct network *net,
                        struct part *p, const struct part *q)
{
    if (p->m.n)
        p->m = p->ncols ? outer_product(c, net, q, p)
                        : outer_product(c, net, p, q);
    memcpy(p->rows + p->nrows, q->rows, q->nrows);
    memcpy(p->cols + p->ncols, q->cols, q->ncols);
    p->nrows = (uint8_t)(p->nrows + q->nrows);
    p->ncols = (uint8_t)(p->ncols + q->ncols);
}

static expr_t part_expr(struct lowering *c, const struct network *net,
                        const struct part *p)
{
    return p->m.n ? chain_expr(c, p->m)
                  : eye_expr(c, network_size(c, net, p->rows, p->nrows));
}

/* The Kronecker product of the parts in this order. */
static bool kron_chain(struct lowering *c, const struct network *net,
                       const struct part *parts, const struct order *o,
                       struct chain *out)
{
    struct part merged[NETWORK_PLACES];
    uint32_t n = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        const struct part *p = &parts[o->at[k]];
        if (n && network_merges(&merged[n - 1], p))
            merge_parts(c, net, &merged[n - 1], p);
        else
            merged[n++] = *p;
    }
    if (n == 1) {
        *out = merged[0].m;
        return true;
    }
    expr_t e = part_expr(c, net, &merged[n - 1]);
    for (uint32_t k = n - 1; k-- > 0;)
        e = expr_call2(c->x, "kron", part_expr(c, net, &merged[k]), e);
    *out = chain_one(c, e, false, false);
    return out->n > 0;
}

static bool build(struct lowering *c, const struct view *v,
                  struct chain *out)
{
    struct part parts[NETWORK_PLACES];
    uint32_t n = 0, seen = 0;
    for (uint32_t i = 0; i < v->net->n; i++) {
        if (!in(v->places & ~seen, i))
            continue;
        struct view own = sub_view(v, component(v, i), v->links);
        struct part *p = &parts[n++];
        *p = (struct part){.nrows = 0};
        seen |= own.places;
        for (uint32_t k = 0; k < v->net->n; k++)
            if (in(own.places, k) && v->side[k] == SIDE_ROW)
                p->rows[p->nrows++] = (uint8_t)k;
            else if (in(own.places, k) && v->side[k] == SIDE_COLUMN)
                p->cols[p->ncols++] = (uint8_t)k;
        if (!part_chain(c, &own, &p->m))
            return false;
    }
    const struct network *net = v->net;
    struct order o = network_order(parts, n);
    struct chain left, right;
    uint8_t rows[NETWORK_PLACES] = {0}, cols[NETWORK_PLACES] = {0};
    uint32_t nrows = network_sequence(parts, &o, false, rows);
    uint32_t ncols = network_sequence(parts, &o, true, cols);
    if (!kron_chain(c, net, parts, &o, out) ||
        !network_permutation(c, net, rows, nrows, false, &left) ||
        !network_permutation(c, net, cols, ncols, true, &right))
        return false;
    if (left.n)
        *out = chain_join(c, left, *out);
    if (right.n)
        *out = chain_join(c, *out, right);
    return !fault_is_set(c->x->mem->fault);
}

/* -------------------------------------------------------------- the whole */

static struct view whole_view(const struct network *net, bool turned)
{
    struct view v = {.net = net,
                     .places = (1u << net->n) - 1,
                     .links = net->nlinks ? UINT32_MAX >>
                                                (NETWORK_LINKS - net->nlinks)
                                          : 0,
                     .values = (1u << net->n) - 1};
    for (uint32_t i = 0; i < net->n; i++) {
        uint8_t s = net->at[i].side;
        v.side[i] = !turned || s == SIDE_SUMMED ? s
                    : s == SIDE_ROW             ? SIDE_COLUMN
                                                : SIDE_ROW;
    }
    return v;
}

bool network_chain(struct lowering *c, const struct network *net,
                   struct chain *out)
{
    struct view v = whole_view(net, false), w = whole_view(net, true);
    struct chain other;
    if (!build(c, &v, out))
        return false;
    if (!places_of(&v, SIDE_COLUMN) || out->n != 1 ||
        !build(c, &w, &other) || other.n != 1)
        return !fault_is_set(c->x->mem->fault);
    /* the same written from the other side, where that is shorter */
    expr_t here = chain_expr(c, *out), there = chain_expr(c, other);
    bool shorter = expr_cost(c, there) + 1 < expr_cost(c, here);
    *out = chain_one(c, shorter ? there : here, shorter, false);
    if (out->n)
        out->atoms[0].flip = shorter ? here : there;
    return out->n > 0;
}
