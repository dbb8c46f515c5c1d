/* match.c - the factors of one product among those of another. */
#include <string.h>

#include "prove/internal.h"

/* Binds the labels of pattern factor i to those of host factor k; what was
 * free is noted in `fresh`, so that it can be undone. */
static bool bind(const struct prover *p, struct submatch *m, uint32_t i,
                 uint32_t k, const uint8_t *order_of, uint16_t *fresh,
                 uint32_t *nfresh)
{
    const struct part *f = &m->pattern->items[i], *g = &m->host->items[k];
    uint32_t order = ix_get(&p->t, f->node)->order;
    for (uint32_t a = 0; a < order; a++) {
        uint16_t to = g->label[order_of[a]];
        uint16_t *bound = &m->bound[f->label[a]];
        if (*bound == MATCH_FREE) {
            *bound = to;
            fresh[(*nfresh)++] = f->label[a];
        } else if (*bound != to) {
            return false;
        }
    }
    return true;
}

/* Whether what the pattern sums over is summed over, and used by nothing
 * else, in the host. */
static bool is_closed(const struct prover *p, const struct submatch *m)
{
    const struct parts *h = m->host;
    for (uint32_t l = m->pattern->order; l < m->pattern->labels; l++) {
        uint16_t to = m->bound[l];
        if (to == MATCH_FREE || to < h->order)
            return false;
        for (uint32_t k = 0; k < l; k++)
            if (m->bound[k] == to)
                return false;
        for (uint32_t k = 0; k < h->n; k++)
            for (uint32_t a = 0;
                 (!m->taken[k] || m->rest[k]) &&
                 a < ix_get(&p->t, h->items[k].node)->order;
                 a++)
                if (h->items[k].label[a] == to)
                    return false;
    }
    return true;
}

/* The pattern's next factor: one that a bound label leads to, if any. */
static uint32_t next_factor(const struct prover *p, const struct submatch *m,
                            const bool *done)
{
    uint32_t any = m->pattern->n;
    for (uint32_t i = 0; i < m->pattern->n; i++) {
        const struct part *f = &m->pattern->items[i];
        if (done[i] || m->ignored[i])
            continue;
        for (uint32_t a = 0; a < ix_get(&p->t, f->node)->order; a++)
            if (m->bound[f->label[a]] != MATCH_FREE)
                return i;
        any = i;
    }
    return any;
}

/* Whether the power `part` is in the power `whole`, and what is left. */
static bool is_part(const struct prover *p, rat_t whole, rat_t part,
                    rat_t *rest)
{
    struct rationals *q = p->x->numbers;
    *rest = 0;
    if (whole == part)
        return true;
    if (rat_sign(q, part) <= 0 || rat_compare(q, whole, part) < 0 ||
        !rat_is_integer(q, whole) || !rat_is_integer(q, part))
        return false;
    *rest = rat_sub(q, whole, part);
    return *rest != 0;
}

/* The ways in which the axes of a node may be read: as they are, and in
 * another order in which it is the same. */
static uint32_t readings(struct prover *p, ix_t n,
                         uint8_t (*way)[IX_MAX_ORDER])
{
    const struct ix_node *node = ix_get(&p->t, n);
    for (uint32_t a = 0; a < node->order; a++)
        way[0][a] = way[1][a] = (uint8_t)a;
    if (node->symmetric) {
        way[1][0] = 1;
        way[1][1] = 0;
        return 2;
    }
    return prove_same_turned(p, n, way[1]) ? 2 : 1;
}

/* Depth is bounded by the pattern's factors. */
static bool find(struct prover *p, struct submatch *m, bool *done)
{
    uint32_t i = next_factor(p, m, done);
    if (i == m->pattern->n)
        return is_closed(p, m);
    const struct part *f = &m->pattern->items[i];
    uint8_t way[2][IX_MAX_ORDER];
    uint32_t ways = readings(p, f->node, way);
    done[i] = true;
    for (uint32_t k = 0; k < m->host->n; k++) {
        const struct part *g = &m->host->items[k];
        rat_t rest;
        if (m->taken[k] || g->node != f->node ||
            !is_part(p, g->exponent, f->exponent, &rest))
            continue;
        for (uint32_t w = 0; w < ways; w++) {
            uint16_t fresh[IX_MAX_ORDER];
            uint32_t nfresh = 0;
            m->taken[k] = true;
            m->rest[k] = rest;
            if (bind(p, m, i, k, way[w], fresh, &nfresh) &&
                find(p, m, done))
                return true;
            m->taken[k] = false;
            while (nfresh)
                m->bound[fresh[--nfresh]] = MATCH_FREE;
        }
    }
    done[i] = false;
    return false;
}

bool submatch_find(struct prover *p, struct submatch *m)
{
    bool done[MATCH_FACTORS] = {false};
    if (m->pattern->n > MATCH_FACTORS || m->host->n > MATCH_LABELS ||
        m->pattern->labels > MATCH_LABELS)
        return false;
    return find(p, m, done);
}
