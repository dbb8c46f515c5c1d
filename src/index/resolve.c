/* resolve.c - factors that say which indices are equal: deltas, numberings of
 * pairs, unit vectors, a matrix beside its inverse. */
#include "index/product.h"

static bool resolve_delta(struct ix_product *p, uint32_t i)
{
    uint16_t a = p->factors[i].label[0], b = p->factors[i].label[1];
    if (a == b) {
        product_drop(p, i);
        /* sum(a: 1) is the size; on an own axis it is 1. */
        return true;
    }
    if (a >= p->order || b >= p->order) {
        product_drop(p, i);
        uint16_t gone = a >= p->order ? a : b;
        product_rename(p, gone, gone == a ? b : a);
        p->label_dims[gone] = 0; /* no longer summed over */
        return true;
    }
    /* Between two own axes it stays; others use the lower of the two. */
    uint16_t low = a < b ? a : b, high = a < b ? b : a;
    struct ix_factor delta = p->factors[i];
    bool changed = product_uses(p, high) > 1 || delta.label[0] != low;
    product_rename(p, high, low);
    p->factors[i].label[0] = low;
    p->factors[i].label[1] = high;
    return changed;
}

/* Two unit vectors of one axis: 0 if they are known to differ, one of them if
 * they are the same. */
static bool resolve_bases(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_table *t = p->t;
    ix_t f = p->factors[i].node, g = p->factors[j].node;
    int64_t apart;
    if (f == g) {
        product_drop(p, j);
        return true;
    }
    dim_t d = dim_sub(t->x->dims, t->nodes[f].payload, t->nodes[g].payload);
    if (d && dim_is_int(t->x->dims, d, &apart))
        p->coefficient = RAT_ZERO;
    return false;
}

/* Every factor that shares the axis gets a unit vector of its own: what is
 * picked out of it is a factor by itself. */
static void spread_basis(struct ix_product *p, ix_t basis, uint16_t a,
                         uint32_t i)
{
    uint32_t count = p->count;
    for (uint32_t j = 0; j < count && !p->failed; j++) {
        if (j == i || p->t->nodes[p->factors[j].node].kind == IX_BASIS)
            continue;
        for (uint32_t k = 0; k < p->t->nodes[p->factors[j].node].order; k++) {
            if (p->factors[j].label[k] != a)
                continue;
            uint16_t own = ix_product_label(p, p->label_dims[a]);
            p->factors[j].label[k] = own;
            ix_product_factor(p, basis, RAT_ONE, &own);
        }
    }
}

static bool resolve_basis(struct ix_product *p, uint32_t i)
{
    ix_t basis = p->factors[i].node;
    uint16_t a = p->factors[i].label[0];
    uint32_t uses = product_uses(p, a);
    if (ix_dims(p->t, basis)[0] == DIM_ONE) { /* the only entry there is */
        product_drop(p, i);
        return true;
    }
    if (a >= p->order && uses == 1) {
        product_drop(p, i);
        p->label_dims[a] = 0; /* its sum is 1 */
        return true;
    }
    for (uint32_t j = 0; j < p->count; j++)
        if (j != i && p->t->nodes[p->factors[j].node].kind == IX_BASIS &&
            p->factors[j].label[0] == a)
            return resolve_bases(p, i, j);
    if (uses <= (a < p->order ? 1 : 2))
        return false;
    spread_basis(p, basis, a, i);
    return true;
}

enum { SPINE = IX_MAX_ORDER }; /* how far a number is taken apart */

/* The pairing that has this number, or none. */
static uint32_t pair_of(const struct ix_product *p, uint16_t number)
{
    uint32_t k = 0;
    while (k < p->count &&
           (p->t->nodes[p->factors[k].node].kind != IX_PAIR ||
            p->factors[k].label[0] != number))
        k++;
    return k;
}

/* Makes `number` that of a tuple, from the left. */
static void number_tuple(struct ix_product *p, uint16_t number,
                         const uint16_t *label, const dim_t *dims,
                         uint32_t n)
{
    struct dims *q = p->t->x->dims;
    while (n > 1) {
        dim_t slow = dims[0];
        for (uint32_t i = 1; i + 1 < n; i++)
            slow = dim_mul(q, slow, dims[i]);
        uint16_t left = n == 2 ? label[0] : ix_product_label(p, slow);
        ix_product_factor(p, ix_pair(p->t, slow, dims[n - 1]), RAT_ONE,
                          (uint16_t[]){number, left, label[n - 1]});
        number = left;
        n--;
    }
}

/* Two numberings of one number, f of (J,I) and g of (b,m), with b or its slow
 * leg, and so on, as long as J: then that is J, and I numbers the rest. */
static bool resolve_splits(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_factor f = p->factors[i], g = p->factors[j];
    uint16_t fast[SPINE], slow = g.label[1];
    dim_t dims[SPINE], whole = ix_dims(p->t, f.node)[1];
    dim_t size = ix_dims(p->t, g.node)[1];
    uint32_t at = SPINE;
    fast[--at] = g.label[2];
    dims[at] = ix_dims(p->t, g.node)[2];
    while (size != whole) {
        uint32_t k = pair_of(p, slow);
        if (k == p->count || !at)
            return false;
        fast[--at] = p->factors[k].label[2];
        dims[at] = ix_dims(p->t, p->factors[k].node)[2];
        size = ix_dims(p->t, p->factors[k].node)[1];
        slow = p->factors[k].label[1];
    }
    if (at + 1 == SPINE)
        return false;
    product_drop(p, j);
    ix_product_factor(p, ix_delta(p->t, whole), RAT_ONE,
                      (uint16_t[]){f.label[1], slow});
    number_tuple(p, f.label[2], fast + at, dims + at, SPINE - at);
    return true;
}

/* Two numberings of pairs that share their legs or their number. */
static bool resolve_pairs(struct ix_product *p, uint32_t i, uint32_t j)
{
    struct ix_factor f = p->factors[i], g = p->factors[j];
    bool legs = f.label[1] == g.label[1] && f.label[2] == g.label[2];
    if (f.label[0] == g.label[0] && f.node == g.node) {
        if (legs) {
            product_drop(p, j);
            return true;
        }
        ix_t slow = ix_delta(p->t, ix_dims(p->t, f.node)[1]);
        ix_t fast = ix_delta(p->t, ix_dims(p->t, f.node)[2]);
        product_drop(p, j);
        ix_product_factor(p, slow, RAT_ONE,
                          (uint16_t[]){f.label[1], g.label[1]});
        ix_product_factor(p, fast, RAT_ONE,
                          (uint16_t[]){f.label[2], g.label[2]});
        return true;
    }
    if (f.label[0] == g.label[0])
        return resolve_splits(p, i, j) || resolve_splits(p, j, i);
    if (!legs)
        return false;
    p->factors[j] = (struct ix_factor){
        .node = ix_delta(p->t, ix_dims(p->t, f.node)[0]),
        .exponent = RAT_ONE,
        .label = {f.label[0], g.label[0]}};
    p->failed = p->failed || !p->factors[j].node;
    return true;
}

/* A number of (i,(j,k)) is one of ((i,j),k): triples are numbered from the
 * left. */
static bool associate_pairs(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct ix_factor f = p->factors[i];
    uint16_t inner = f.label[2];
    uint32_t j = 0;
    if (inner < p->order || product_uses(p, inner) != 2)
        return false;
    while (j < p->count && (t->nodes[p->factors[j].node].kind != IX_PAIR ||
                            p->factors[j].label[0] != inner))
        j++;
    if (j == p->count)
        return false;
    struct ix_factor g = p->factors[j];
    dim_t first = ix_dims(t, f.node)[1], second = ix_dims(t, g.node)[1];
    dim_t third = ix_dims(t, g.node)[2];
    dim_t both = dim_mul(t->x->dims, first, second);
    uint16_t left = ix_product_label(p, both);
    p->label_dims[inner] = 0;
    p->factors[i] = (struct ix_factor){
        .node = both ? ix_pair(t, both, third) : 0,
        .exponent = RAT_ONE,
        .label = {f.label[0], left, g.label[2]}};
    p->factors[j] = (struct ix_factor){.node = ix_pair(t, first, second),
                                       .exponent = RAT_ONE,
                                       .label = {left, f.label[1],
                                                 g.label[1]}};
    p->failed = p->failed || !p->factors[i].node || !p->factors[j].node;
    return true;
}

static bool resolve_pair(struct ix_product *p, uint32_t i)
{
    if (associate_pairs(p, i))
        return true;
    for (uint32_t j = 0; j < p->count; j++)
        if (j != i && p->t->nodes[p->factors[j].node].kind == IX_PAIR &&
            resolve_pairs(p, i < j ? i : j, i < j ? j : i))
            return true;
    const uint16_t *l = p->factors[i].label;
    bool number = l[0] >= p->order && product_uses(p, l[0]) == 1;
    bool pair = l[1] >= p->order && l[2] >= p->order && l[1] != l[2] &&
                product_uses(p, l[1]) == 1 && product_uses(p, l[2]) == 1;
    if (!number && !pair)
        return false;
    /* Summed over all numbers, or over all pairs, there is exactly one 1. */
    if (number) {
        p->label_dims[l[0]] = 0;
    } else {
        p->label_dims[l[1]] = 0;
        p->label_dims[l[2]] = 0;
    }
    product_drop(p, i);
    return true;
}

static op_t inverse_op(struct ix_table *t)
{
    if (!t->inverse)
        t->inverse = op_find(t->x->ops, intern_find(t->x->names, "inv", 3));
    return t->inverse;
}

/* inv(N)[i,a]*N[a,j] summed over a is a delta. */
static bool resolve_inverse(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct ix_factor f = p->factors[i];
    const struct ix_node *n = &t->nodes[f.node];
    if (f.exponent != RAT_ONE || n->order != 2 || ix_as_applied(n) ||
        overload_get(t->x->ops, (uint16_t)n->payload)->op != inverse_op(t))
        return false;
    ix_t inner = ix_content(t, f.node)[0];
    for (uint32_t j = 0; j < p->count; j++) {
        struct ix_factor g = p->factors[j];
        if (g.node != inner || g.exponent != RAT_ONE)
            continue;
        for (int side = 0; side < 4; side++) {
            int a = side & 1, b = side >> 1; /* which ends meet */
            uint16_t meet = f.label[a];
            if (meet != g.label[b] || meet < p->order ||
                product_uses(p, meet) != 2 ||
                (a == b && !t->nodes[inner].symmetric))
                continue;
            ix_t delta = ix_delta(t, ix_dims(t, inner)[0]);
            p->factors[j] = (struct ix_factor){
                .node = delta,
                .exponent = RAT_ONE,
                .label = {f.label[1 - a], g.label[1 - b]}};
            p->failed = p->failed || !delta;
            p->label_dims[meet] = 0;
            product_drop(p, i);
            return true;
        }
    }
    return false;
}

bool product_resolve(struct ix_product *p)
{
    bool changed = false;
    for (uint32_t i = 0; i < p->count && !p->failed;) {
        uint32_t before = p->count;
        bool c = false;
        switch (p->t->nodes[p->factors[i].node].kind) {
        case IX_DELTA:
            c = resolve_delta(p, i);
            break;
        case IX_BASIS:
            c = resolve_basis(p, i);
            break;
        case IX_PAIR:
            c = resolve_pair(p, i);
            break;
        case IX_SELECT:
            c = product_resolve_selection(p, i);
            break;
        case IX_OP:
            c = resolve_inverse(p, i) || product_join_powers(p, i);
            break;
        default:
            break;
        }
        changed = changed || c;
        if (!c || p->count == before)
            i++;
        else
            i = 0;
    }
    return changed;
}
