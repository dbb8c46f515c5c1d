/* pairing.c - numberings of triples: (i,(j,k)) and ((i,j),k) are the same.
 *
 * Composite axes are brought to nest on the left: P[a,i,x]*P[x,j,k]
 * becomes P[a,y,k]*P[y,i,j], times P[x,j,k] if something else uses x.  Two numberings of one axis whose parts
 * differ in size are made alike by splitting the larger part. */
#include "prove/internal.h"

static bool is_pair(const struct prover *p, const struct part *f)
{
    return ix_get(&p->t, f->node)->kind == IX_PAIR;
}

static uint32_t uses(const struct prover *p, const struct parts *f,
                     uint16_t label)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t a = 0; a < ix_get(&p->t, f->items[i].node)->order; a++)
            n += f->items[i].label[a] == label;
    return n;
}

static ix_t nest_left(struct prover *p, const struct parts *f, uint32_t i,
                      uint32_t k)
{
    const struct part *outer = &f->items[i], *inner = &f->items[k];
    const dim_t *d = ix_dims(&p->t, inner->node);
    dim_t first = ix_dims(&p->t, outer->node)[1], second = d[1], third = d[2];
    dim_t both = dim_mul(p->x->dims, first, second);
    struct parts g = prove_add_label(p, f, both);
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    if (!keep || !g.label_dims)
        return 0;
    uint16_t x = outer->label[2]; /* numbers the inner pair */
    bool used = x < f->order || uses(p, f, x) > 2;
    for (uint32_t m = 0; m < f->n; m++)
        keep[m] = m != i && (m != k || used);
    uint16_t y = (uint16_t)(g.labels - 1);
    struct part more[2] = {
        {ix_pair(&p->t, both, third), RAT_ONE,
         {outer->label[0], y, inner->label[2]}},
        {ix_pair(&p->t, first, second), RAT_ONE,
         {y, outer->label[1], inner->label[1]}}};
    return prove_product(p, &g, keep, 2, more);
}

ix_t step_nested_pairs(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t k = 0; is_pair(p, &f->items[i]) && k < f->n; k++) {
            uint16_t x = f->items[i].label[2];
            if (k != i && is_pair(p, &f->items[k]) &&
                f->items[k].label[0] == x)
                return nest_left(p, f, i, k);
        }
    return n;
}

/* The size d divided by e, both products of sizes; 0 if it does not. */
static dim_t quotient(struct dims *t, dim_t d, dim_t e)
{
    if (dim_term_count(t, d) != 1 || dim_term_count(t, e) != 1)
        return 0;
    struct dim_term a = dim_term_at(t, d, 0), b = dim_term_at(t, e, 0);
    symbol_t left[16];
    uint32_t n = 0, at = 0;
    if (!b.coefficient || a.coefficient % b.coefficient || a.nsymbols > 16)
        return 0;
    int64_t c = a.coefficient / b.coefficient;
    for (uint32_t i = 0; i < a.nsymbols; i++) {
        if (at < b.nsymbols && a.symbols[i] == b.symbols[at])
            at++;
        else
            left[n++] = a.symbols[i];
    }
    if (at < b.nsymbols)
        return 0;
    dim_t q = dim_from_int(t, c);
    for (uint32_t i = 0; i < n; i++)
        q = dim_mul(t, q, dim_from_symbol(t, left[i]));
    return q;
}

/* P[a,i,x] as P[a,y,k]*P[y,i,j]*P[x,j,k], k of size `fast`. */
static ix_t split_fast(struct prover *p, const struct parts *f, uint32_t i,
                       dim_t slow, dim_t fast)
{
    const struct part *whole = &f->items[i];
    dim_t first = ix_dims(&p->t, whole->node)[1];
    dim_t both = dim_mul(p->x->dims, first, slow);
    struct parts g = prove_add_label(p, f, slow);
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    if (g.label_dims)
        g = prove_add_label(p, &g, fast);
    if (g.label_dims)
        g = prove_add_label(p, &g, both);
    if (!g.label_dims || !keep)
        return 0;
    for (uint32_t m = 0; m < f->n; m++)
        keep[m] = m != i;
    uint16_t y = (uint16_t)(g.labels - 1), k = (uint16_t)(y - 1);
    uint16_t j = (uint16_t)(y - 2);
    struct part more[3] = {
        {ix_pair(&p->t, both, fast), RAT_ONE, {whole->label[0], y, k}},
        {ix_pair(&p->t, first, slow), RAT_ONE, {y, whole->label[1], j}},
        {ix_pair(&p->t, slow, fast), RAT_ONE, {whole->label[2], j, k}}};
    return prove_product(p, &g, keep, 3, more);
}

/* Whether a label is split by a numbering already. */
static bool is_split(const struct prover *p, const struct parts *f,
                     uint16_t label)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (is_pair(p, &f->items[i]) && f->items[i].label[0] == label)
            return true;
    return false;
}

ix_t step_uneven_pairs(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t k = 0; is_pair(p, &f->items[i]) && k < f->n; k++) {
            const struct part *a = &f->items[i], *b = &f->items[k];
            if (k == i || !is_pair(p, b) || a->label[0] != b->label[0] ||
                a->node == b->node || is_split(p, f, a->label[2]))
                continue;
            dim_t fast = ix_dims(&p->t, b->node)[2];
            dim_t slow =
                quotient(p->x->dims, ix_dims(&p->t, a->node)[2], fast);
            if (slow && slow != DIM_ONE)
                return split_fast(p, f, i, slow, fast);
        }
    return n;
}
