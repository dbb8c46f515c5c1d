/* selection.c - the algebra of IX_SELECT, S[a,i] = 1 where a = offset + i: the
 * columns of S are different unit vectors, parts that do not overlap are
 * orthogonal, a part of a part is a part. */
#include "index/blocks.h"
#include "index/product.h"

bool dim_is_nonnegative(const struct dims *t, dim_t d)
{
    int64_t least = 0;
    for (uint32_t i = 0; d && i < dim_term_count(t, d); i++) {
        struct dim_term term = dim_term_at(t, d, i);
        if (term.coefficient < 0 && term.nsymbols)
            return false;
        least += term.coefficient;
    }
    return d && least >= 0;
}

/* a <= b, provably */
static bool at_most(struct ix_product *p, dim_t a, dim_t b)
{
    return dim_is_nonnegative(p->t->x->dims,
                              dim_sub(p->t->x->dims, b, a));
}

struct part {
    dim_t size, offset, end; /* of the axis; of the part; behind it */
};

static struct part part_of(struct ix_product *p, ix_t n)
{
    dim_t k = ix_dims(p->t, n)[1], o = p->t->nodes[n].payload;
    return (struct part){ix_dims(p->t, n)[0], o,
                         dim_add(p->t->x->dims, o, k)};
}

static bool replace(struct ix_product *p, uint32_t i, ix_t node, uint16_t a,
                    uint16_t b)
{
    p->factors[i] = (struct ix_factor){
        .node = node, .exponent = RAT_ONE, .label = {a, b}};
    p->failed = p->failed || !node;
    return true;
}

/* Two parts of one axis: equal, apart, or the second within the first. */
static bool resolve_two(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_table *t = p->t;
    const struct ix_factor f = p->factors[i], g = p->factors[j];
    struct part x = part_of(p, f.node), y = part_of(p, g.node);
    if (f.node == g.node)
        return replace(p, j, ix_delta(t, ix_dims(t, f.node)[1]), f.label[1],
                       g.label[1]);
    if (at_most(p, x.end, y.offset) || at_most(p, y.end, x.offset)) {
        p->coefficient = RAT_ZERO;
        return false;
    }
    if (!at_most(p, x.offset, y.offset) || !at_most(p, y.end, x.end))
        return false;
    ix_t inner = ix_select(t, ix_dims(t, f.node)[1],
                           dim_sub(t->x->dims, y.offset, x.offset),
                           ix_dims(t, g.node)[1]);
    return replace(p, i, inner, f.label[1], g.label[1]);
}

/* A unit vector on the part's own axis is one on all of the axis. */
static bool resolve_own_entry(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_table *t = p->t;
    const struct ix_factor f = p->factors[i];
    if (ix_dims(t, f.node)[1] == DIM_ONE) /* is a block of one entry */
        return false;
    dim_t at = dim_add(t->x->dims, t->nodes[f.node].payload,
                       t->nodes[p->factors[j].node].payload);
    return replace(p, i, ix_basis(t, ix_dims(t, f.node)[0], at), f.label[0],
                   0);
}

/* A part and a unit vector. */
static bool resolve_entry(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_table *t = p->t;
    const struct ix_factor f = p->factors[i];
    struct part x = part_of(p, f.node);
    dim_t at = t->nodes[p->factors[j].node].payload;
    dim_t within = dim_sub(t->x->dims, at, x.offset);
    if (at_most(p, at, x.offset) ||
        at_most(p, dim_add(t->x->dims, x.end, DIM_ONE), at)) {
        p->coefficient = RAT_ZERO;
        return false;
    }
    if (!at_most(p, DIM_ONE, within) || !at_most(p, at, x.end))
        return false;
    return replace(p, i, ix_basis(t, ix_dims(t, f.node)[1], within),
                   f.label[1], 0);
}

static bool resolve_beside(struct ix_product *p, uint32_t i, uint32_t j)
{
    const struct ix_factor f = p->factors[i], g = p->factors[j];
    uint16_t a = f.label[0];
    switch (p->t->nodes[g.node].kind) {
    case IX_SELECT:
        return g.label[0] == a && resolve_two(p, i, j);
    case IX_BASIS:
        return g.label[0] == f.label[1] ? resolve_own_entry(p, i, j)
               : g.label[0] == a && resolve_entry(p, i, j);
    case IX_DELTA: /* on the diagonal between own axes: both have the part */
        if (g.label[0] != a && g.label[1] != a)
            return false;
        return replace(p, j, f.node,
                       g.label[0] == a ? g.label[1] : g.label[0],
                       f.label[1]);
    default:
        return false;
    }
}

/* A part of a part that nothing else stands on. */
static bool compose(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    const struct ix_factor f = p->factors[i];
    uint16_t b = f.label[1];
    if (b < p->order || product_uses(p, b) != 2)
        return false;
    for (uint32_t j = 0; j < p->count; j++) {
        const struct ix_factor g = p->factors[j];
        if (t->nodes[g.node].kind != IX_SELECT || g.label[0] != b || j == i)
            continue;
        dim_t offset = dim_add(t->x->dims, t->nodes[f.node].payload,
                               t->nodes[g.node].payload);
        ix_t whole = ix_select(t, ix_dims(t, f.node)[0], offset,
                               ix_dims(t, g.node)[1]);
        p->label_dims[b] = 0;
        replace(p, i, whole, f.label[0], g.label[1]);
        product_drop(p, j);
        return true;
    }
    return false;
}

/* One entry of a summed axis, whose own axis nobody asks for, is a unit
 * vector's.  (On an own axis it stays: a block of one entry.) */
static bool select_entry(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    const struct ix_factor f = p->factors[i];
    uint16_t b = f.label[1];
    if (ix_dims(t, f.node)[1] != DIM_ONE || b < p->order ||
        product_uses(p, b) != 1)
        return false;
    dim_t at = dim_add(t->x->dims, t->nodes[f.node].payload, DIM_ONE);
    p->label_dims[b] = 0;
    return replace(p, i, ix_basis(t, ix_dims(t, f.node)[0], at), f.label[0],
                   0);
}

bool product_resolve_selection(struct ix_product *p, uint32_t i)
{
    uint16_t a = p->factors[i].label[0];
    for (uint32_t j = 0; j < p->count && !p->failed; j++) {
        if (j != i && resolve_beside(p, i, j))
            return true;
        if (p->coefficient == RAT_ZERO)
            return false;
    }
    if (compose(p, i))
        return true;
    if (a >= p->order && select_entry(p, i))
        return true;
    if (a < p->order || product_uses(p, a) != 1)
        return false;
    p->label_dims[a] = 0; /* each column has exactly one 1 */
    product_drop(p, i);
    return true;
}
