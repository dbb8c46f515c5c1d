/* network_order.c - in which order the parts of a Kronecker product stand, and
 * the commutation matrices that bring its axes into the order asked for. */
#include "index/network.h"

#include <string.h>

enum { MOST_ORDERED = 6 }; /* parts of which all orders are tried */

dim_t network_size(struct lowering *c, const struct network *net,
                   const uint8_t *places, uint32_t n)
{
    dim_t d = DIM_ONE;
    for (uint32_t i = 0; i < n; i++)
        d = dim_mul(c->x->dims, d, net->at[places[i]].dim);
    return d;
}

/* ---------------------------------------------------- orders of the parts */

uint32_t network_sequence(const struct part *parts, const struct order *o,
                          bool cols, uint8_t *out)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        const struct part *p = &parts[o->at[k]];
        uint32_t own = cols ? p->ncols : p->nrows;
        memcpy(out + n, cols ? p->cols : p->rows, own);
        n += own;
    }
    return n;
}

/* How often neighbours are none in the sorted tuple: three for two blocks
 * that change places. */
static uint32_t breaks(const uint8_t *seq, uint32_t n)
{
    uint8_t rank[NETWORK_PLACES + 1];
    uint32_t count = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        rank[i] = 0;
        for (uint32_t j = 0; j < n; j++)
            rank[i] = (uint8_t)(rank[i] + (seq[j] < seq[i]));
    }
    for (uint32_t i = 0; i < n; i++) {
        count += rank[i] != last + 1;
        last = rank[i];
    }
    return count + (n && last != n - 1);
}

/* An outer product u*v' stands for kron(u,v') and kron(v',u). */
bool network_merges(const struct part *p, const struct part *q)
{
    bool identities = !p->m.n && !q->m.n;
    bool outer = (!p->ncols && !q->nrows) || (!p->nrows && !q->ncols);
    return identities || outer;
}

/* About how many factors the Kronecker product has in this order. */
static uint32_t factors(const struct part *parts, const struct order *o)
{
    uint32_t n = o->n;
    for (uint32_t k = 1; k < o->n; k++)
        n -= network_merges(&parts[o->at[k - 1]], &parts[o->at[k]]);
    return n;
}

/* First the fewest exchanges, of those in which the rows keep their order,
 * of those the fewest factors. */
static uint32_t disorder(const struct part *parts, const struct order *o)
{
    uint8_t seq[NETWORK_PLACES] = {0};
    uint32_t n = network_sequence(parts, o, false, seq);
    uint32_t left = breaks(seq, n);
    n = network_sequence(parts, o, true, seq);
    left = 64 * (left + breaks(seq, n)) + left;
    return 32 * left + factors(parts, o);
}

/* The next order in lexicographic sequence; false after the last. */
static bool next_order(struct order *o)
{
    uint32_t i = o->n, j = o->n;
    while (i-- > 1 && o->at[i - 1] >= o->at[i])
        ;
    if (i == 0 || o->n < 2)
        return false;
    uint8_t pivot = o->at[i - 1];
    while (o->at[--j] <= pivot)
        ;
    o->at[i - 1] = o->at[j];
    o->at[j] = pivot;
    for (uint32_t a = i, b = o->n - 1; a < b; a++, b--) {
        uint8_t swap = o->at[a];
        o->at[a] = o->at[b];
        o->at[b] = swap;
    }
    return true;
}

struct order network_order(const struct part *parts, uint32_t n)
{
    struct order o = {.n = n}, best;
    for (uint32_t k = 0; k < n; k++)
        o.at[k] = (uint8_t)k;
    best = o;
    if (n > MOST_ORDERED)
        return best;
    uint32_t least = disorder(parts, &o);
    while (least && next_order(&o)) {
        uint32_t d = disorder(parts, &o);
        if (d < least) {
            least = d;
            best = o;
        }
    }
    return best;
}

/* ------------------------------------------------------------ permutations */

struct swap {
    uint32_t from, middle, to; /* blocks [from, middle) and [middle, to) */
};

static void apply_swap(uint8_t *seq, struct swap s)
{
    uint8_t copy[NETWORK_PLACES];
    uint32_t n = 0;
    for (uint32_t i = s.middle; i < s.to; i++)
        copy[n++] = seq[i];
    for (uint32_t i = s.from; i < s.middle; i++)
        copy[n++] = seq[i];
    memcpy(seq + s.from, copy, n);
}

/* The exchange of two neighbouring blocks that brings most into order. */
static struct swap best_swap(const uint8_t *seq, uint32_t n)
{
    struct swap best = {0, 0, 0};
    uint32_t least = UINT32_MAX;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = a + 1; b < n; b++)
            for (uint32_t d = b + 1; d <= n; d++) {
                uint8_t trial[NETWORK_PLACES];
                memcpy(trial, seq, n);
                apply_swap(trial, (struct swap){a, b, d});
                uint32_t left = breaks(trial, n);
                if (left < least) {
                    least = left;
                    best = (struct swap){a, b, d};
                }
            }
    return best;
}

/* The matrix that does a swap on a tuple of rows, or its transpose. */
static expr_t swap_expr(struct lowering *c, const struct network *net,
                        const uint8_t *seq, uint32_t n, struct swap s,
                        bool transposed)
{
    dim_t a = network_size(c, net, seq + s.from, s.middle - s.from);
    dim_t b = network_size(c, net, seq + s.middle, s.to - s.middle);
    expr_t e = expr_call2(c->x, "commutation",
                          expr_size_argument(c->x, transposed ? a : b),
                          expr_size_argument(c->x, transposed ? b : a));
    if (s.from)
        e = expr_call2(c->x, "kron",
                       eye_expr(c, network_size(c, net, seq, s.from)), e);
    if (s.to < n)
        e = expr_call2(
            c->x, "kron", e,
            eye_expr(c, network_size(c, net, seq + s.to, n - s.to)));
    return e;
}

/* The permutation matrix from `seq` to the sorted tuple, on the left, or its
 * transpose, on the right. */
bool network_permutation(struct lowering *c, const struct network *net,
                         uint8_t *seq, uint32_t n, bool right,
                         struct chain *out)
{
    *out = (struct chain){NULL, 0};
    for (uint32_t k = 0; breaks(seq, n); k++) {
        struct swap s = best_swap(seq, n);
        struct chain one = chain_one(
            c, swap_expr(c, net, seq, n, s, right), false, false);
        if (!one.n || k == NETWORK_PLACES)
            return false;
        *out = right ? chain_join(c, *out, one) : chain_join(c, one, *out);
        apply_swap(seq, s);
    }
    return true;
}
