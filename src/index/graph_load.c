/* graph_load.c - reads the factors of a product into a graph. */
#include "index/graph.h"

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
    return expr_is_call(x, e, "norm2");
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
