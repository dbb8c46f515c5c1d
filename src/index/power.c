/* power.c - powers of square matrices by whole numbers that need not be known:
 * X^k, X^(k-1-r).  Known ones are products, or the inverse's; X^(-k) is kept
 * as the power inv(X)^k, since the differential of A^k is for k >= 0. */
#include <string.h>

#include "index/product.h"

enum { MATRIX_POWER_LIMIT = 32 };

static uint16_t overload_of(struct ix_table *t, op_t op, uint32_t n)
{
    uint8_t kinds[2] = {SHAPE_MATRIX, SHAPE_SCALAR};
    uint16_t o = op ? overload_find(t->x->ops, op, n, kinds) : 0;
    if (!o)
        fault_set(t->mem->fault, FAULT_INTERNAL,
                  "no powers or inverses of matrices in rules");
    return o;
}

static op_t inverse_op(struct ix_table *t)
{
    if (!t->inverse)
        t->inverse = op_find(t->x->ops, intern_find(t->x->names, "inv", 3));
    return t->inverse;
}

static bool is_call_of(const struct ix_table *t, ix_t n, op_t op)
{
    const struct ix_node *node = &t->nodes[n];
    return node->kind == IX_OP && node->order == 2 && !ix_as_applied(node) &&
           op &&
           overload_get(t->x->ops, (uint16_t)node->payload)->op == op;
}

dim_t ix_as_size(struct ix_table *t, ix_t n)
{
    rat_t q;
    int64_t v;
    if (t->nodes[n].kind == IX_SIZE)
        return t->nodes[n].payload;
    if (t->nodes[n].order || !ix_is_constant(t, n, &q) ||
        !rat_to_int(t->x->numbers, q, &v))
        return 0;
    return dim_from_int(t->x->dims, v);
}

/* X^k, or inv(X)^k; X itself and inv(X) with k = 1. */
struct power {
    ix_t base;
    bool inverted;
    dim_t exponent;
};

static struct power power_of(struct ix_table *t, ix_t n)
{
    struct power p = {n, false, DIM_ONE};
    dim_t k = is_call_of(t, n, OP_POW) ? ix_as_size(t, ix_content(t, n)[1])
                                       : 0;
    if (k)
        p = (struct power){ix_content(t, n)[0], false, k};
    if (is_call_of(t, p.base, inverse_op(t))) {
        p.base = ix_content(t, p.base)[0];
        p.inverted = true;
    }
    return p;
}

static dim_t negated(struct ix_table *t, dim_t d)
{
    return dim_sub(t->x->dims, DIM_ZERO, d);
}

static ix_t product(struct ix_table *t, ix_t a, ix_t b)
{
    dim_t dims[2];
    if (!a || !b)
        return 0;
    memcpy(dims, ix_dims(t, a), sizeof dims);
    struct ix_product p;
    ix_product_begin(&p, t, 2, dims);
    uint16_t k = ix_product_label(&p, dims[1]);
    ix_product_factor(&p, a, RAT_ONE, (uint16_t[]){0, k});
    ix_product_factor(&p, b, RAT_ONE, (uint16_t[]){k, 1});
    return ix_product_end(&p);
}

static ix_t power_too_large(struct ix_table *t)
{
    fault_set(t->mem->fault, FAULT_LIMIT, "a matrix power beyond %d",
              MATRIX_POWER_LIMIT);
    return 0;
}

static ix_t known_power(struct ix_table *t, ix_t base, int64_t k)
{
    dim_t dims[2];
    memcpy(dims, ix_dims(t, base), sizeof dims);
    if (k > MATRIX_POWER_LIMIT || k < -MATRIX_POWER_LIMIT)
        return power_too_large(t);
    if (k == 0)
        return ix_delta(t, dims[0]);
    uint16_t inv = k < 0 ? overload_of(t, inverse_op(t), 1) : 0;
    if (k < 0 && !inv)
        return 0;
    ix_t a = k < 0 ? ix_op(t, IX_OP, inv, 1, &base, 2, dims) : base;
    ix_t result = a;
    for (int64_t i = 1; i < (k < 0 ? -k : k); i++)
        result = product(t, result, a);
    return result;
}

/* Whether an exponent has coefficients that only 0 would make small. */
static bool is_beyond(const struct dims *t, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        int64_t c = dim_term_at(t, d, i).coefficient;
        if (c > MATRIX_POWER_LIMIT || c < -MATRIX_POWER_LIMIT)
            return true;
    }
    return false;
}

static ix_t make_power(struct ix_table *t, struct power p)
{
    int64_t k;
    dim_t dims[2];
    bool swap;
    if (!p.base || !p.exponent)
        return 0;
    if (dim_is_int(t->x->dims, p.exponent, &k))
        return known_power(t, p.base, p.inverted ? -k : k);
    if (is_beyond(t->x->dims, p.exponent))
        return power_too_large(t);
    if (t->nodes[p.base].kind == IX_DELTA)
        return p.base;
    if (dim_has_sign(t->x->dims, p.exponent, -1, true)) {
        p.inverted = !p.inverted;
        p.exponent = negated(t, p.exponent);
    }
    ix_t upright = product_upright(t, p.base, &swap);
    uint16_t overload = overload_of(t, OP_POW, 2);
    if (!upright || !overload)
        return 0;
    ix_t args[2] = {p.inverted ? known_power(t, upright, -1) : upright,
                    ix_size(t, p.exponent)};
    if (!args[0] || !args[1])
        return 0;
    memcpy(dims, ix_dims(t, upright), sizeof dims);
    ix_t power = ix_call(t, IX_OP, overload, 2, args, 2, dims);
    return swap ? ix_transpose(t, power) : power;
}

ix_t ix_matrix_power(struct ix_table *t, ix_t base, dim_t exponent)
{
    if (!base || !exponent)
        return 0;
    struct power p = power_of(t, base);
    p.exponent = dim_mul(t->x->dims, p.exponent, exponent);
    return make_power(t, p);
}

bool product_power(struct ix_table *t, uint32_t callee, uint32_t n,
                   const ix_t *args, ix_t *result)
{
    op_t op = overload_get(t->x->ops, (uint16_t)callee)->op;
    dim_t k;
    if (op == OP_POW && n == 2 && t->nodes[args[0]].order == 2 &&
        (k = ix_as_size(t, args[1]))) {
        *result = ix_matrix_power(t, args[0], k);
        return true;
    }
    if (n != 1 || op != inverse_op(t) || !is_call_of(t, args[0], OP_POW))
        return false;
    struct power p = power_of(t, args[0]);
    p.inverted = !p.inverted;
    *result = make_power(t, p);
    return true;
}

/* The exponent of two powers of one base in a row, in the first one's form; 0
 * if they are to stay apart: X^r*inv(X)^k is of unknown sign. */
static dim_t joined(struct ix_table *t, const struct power *a,
                    const struct power *b)
{
    struct dims *d = t->x->dims;
    if (a->inverted == b->inverted)
        return dim_add(d, a->exponent, b->exponent);
    dim_t e = dim_sub(d, a->exponent, b->exponent);
    return e && (dim_has_sign(d, e, 1, true) || dim_has_sign(d, e, -1, true)) ? e : 0;
}

/* X^a[i,j]*X^b[j,k] summed over j is X^(a+b)[i,k]. */
static bool join(struct ix_product *p, uint32_t i, uint32_t j, int side,
                 const struct power *power)
{
    struct ix_factor f = p->factors[i], g = p->factors[j];
    int a = side & 1, b = side >> 1; /* which ends meet */
    uint16_t meet = f.label[a];
    if (meet != g.label[b] || meet < p->order || product_uses(p, meet) != 2 ||
        (a == b && !p->t->nodes[power->base].symmetric))
        return false;
    ix_t node = make_power(p->t, *power);
    uint16_t from = f.label[1 - a], to = g.label[1 - b];
    p->factors[j] = (struct ix_factor){
        .node = node,
        .exponent = RAT_ONE,
        .label = {a ? from : to, a ? to : from}};
    p->failed = p->failed || !node;
    p->label_dims[meet] = 0;
    product_drop(p, i);
    return true;
}

bool product_join_powers(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    if (p->factors[i].exponent != RAT_ONE ||
        !is_call_of(t, p->factors[i].node, OP_POW))
        return false;
    const struct power a = power_of(t, p->factors[i].node);
    for (uint32_t j = 0; j < p->count; j++) {
        const struct ix_factor *g = &p->factors[j];
        if (j == i || g->exponent != RAT_ONE ||
            t->nodes[g->node].order != 2)
            continue;
        struct power b = power_of(t, g->node), both = a;
        if (g->node == a.base) /* which may be an inverse itself */
            b = (struct power){a.base, false, DIM_ONE};
        both.exponent = b.base == a.base ? joined(t, &a, &b) : 0;
        for (int side = 0; both.exponent && side < 4; side++)
            if (join(p, i, j, side, &both))
                return true;
    }
    return false;
}
