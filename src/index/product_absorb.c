/* product_absorb.c - sums and products as factors of a product: their numbers
 * and factors become its own. */
#include "index/product.h"

#include "index/blocks.h"

/* Takes c^e into the coefficient if that is rational. */
static bool absorb_number(struct ix_product *p, rat_t c, rat_t e)
{
    struct rationals *q = p->t->x->numbers;
    int64_t n;
    rat_t value = 0;
    if (c == RAT_ZERO && rat_sign(q, e) < 0) {
        fault_set(p->t->mem->fault, FAULT_DOMAIN, "division by zero");
        p->failed = true;
        return false;
    }
    if (rat_to_int(q, e, &n))
        value = rat_pow(q, c, n);
    else if (rat_sign(q, c) >= 0)
        value = rat_root(q, c, e);
    if (fault_is_set(p->t->mem->fault))
        p->failed = true;
    if (!value)
        return false;
    p->coefficient = rat_mul(q, p->coefficient, value);
    return true;
}

rat_t product_content(struct ix_table *t, ix_t n)
{
    struct rationals *q = t->x->numbers;
    const struct ix_node *node = &t->nodes[n];
    rat_t g = RAT_ZERO;
    for (uint32_t k = 0; g && g != RAT_ONE && k < node->length; k += 2)
        g = rat_gcd(q, g, ix_content(t, n)[k]);
    if (g && rat_sign(q, ix_content(t, n)[0]) < 0)
        g = rat_neg(q, g);
    return g;
}

/* A sum as a factor: its only term, or its primitive part. */
static bool absorb_sum(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct rationals *q = t->x->numbers;
    struct ix_factor *f = &p->factors[i];
    const struct ix_node *n = &t->nodes[f->node];
    if (n->length == 0) {
        if (absorb_number(p, RAT_ZERO, f->exponent))
            product_drop(p, i);
        return true;
    }
    if (f->exponent != RAT_ONE && t->selections) {
        ix_t tiles = blocks_power(t, f->node, f->exponent);
        f = &p->factors[i];
        n = &t->nodes[f->node];
        if (tiles) {
            f->node = tiles;
            f->exponent = RAT_ONE;
            return true;
        }
    }
    rat_t c = n->length == 2 ? ix_content(t, f->node)[0]
                             : product_content(t, f->node);
    if (n->length == 2) {
        ix_t term = ix_content(t, f->node)[1];
        if (absorb_number(p, c, f->exponent)) {
            f->node = term;
            return true;
        }
        return false;
    }
    if (c == RAT_ONE || !c)
        return false;
    if (!rat_is_integer(q, f->exponent))
        c = rat_abs(q, c);
    if (c == RAT_ONE || !absorb_number(p, c, f->exponent))
        return false;
    f->node = ix_scale(t, rat_div(q, RAT_ONE, c), f->node);
    p->failed = p->failed || !f->node;
    return true;
}

/* Whether (P^inner)^e may be written P^(inner*e). */
static bool powers_merge(const struct rationals *q, rat_t inner, rat_t e)
{
    int64_t n, d;
    if (rat_is_integer(q, e))
        return true;
    return rat_to_ratio(q, inner, &n, &d) && n % 2 != 0;
}

/* A product as a factor: its factors instead, where that is the same. */
static bool absorb_product(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct rationals *q = t->x->numbers;
    struct ix_factor f = p->factors[i];
    const struct ix_node *n = &t->nodes[f.node];
    const uint32_t *w = ix_content(t, f.node);
    bool summed = w[0] > n->order;
    bool single = n->length > 1 && n->length == 1 + ix_factor_words(t, w[1]);
    if (summed && !n->order)
        return false; /* a closed part, see split_closed */
    if (f.exponent != RAT_ONE) {
        if (summed)
            return false;
        if (!rat_is_integer(q, f.exponent) &&
            !(n->length == 1 ||
              (single && powers_merge(q, w[2], f.exponent))))
            return false;
    } else if (n->length > 8 * t->flatten_limit) {
        return false;
    }
    uint32_t labels = w[0], order = n->order, length = n->length;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map) {
        p->failed = true;
        return true;
    }
    for (uint32_t l = 0; l < labels; l++)
        map[l] = l < order ? f.label[l] : UINT16_MAX;
    product_drop(p, i);
    for (uint32_t k = 1; k < length && !p->failed;) {
        const uint32_t *c = ix_content(t, f.node) + k;
        ix_t inner = c[0];
        uint32_t inner_order = t->nodes[inner].order;
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < inner_order; a++) {
            if (map[c[2 + a]] == UINT16_MAX)
                map[c[2 + a]] = ix_product_label(p, ix_dims(t, inner)[a]);
            l[a] = map[c[2 + a]];
        }
        rat_t e = product_is_structural(t, inner) ? RAT_ONE
                                          : rat_mul(q, c[1], f.exponent);
        ix_product_factor(p, inner, e, l);
        k += ix_factor_words(t, inner);
    }
    return true;
}

static bool orient(struct ix_product *p, uint32_t i)
{
    bool swap;
    ix_t n = ix_oriented(p->t, p->factors[i].node, &swap);
    if (!n)
        p->failed = true;
    if (!swap || !n)
        return false;
    struct ix_factor *f = &p->factors[i];
    f->node = n;
    uint16_t l = f->label[0];
    f->label[0] = f->label[1];
    f->label[1] = l;
    return true;
}

/* A product that stays whole, for its exponent, stands only on the labels it
 * depends on. */
static bool narrow(struct ix_product *p, uint32_t i)
{
    struct ix_factor f = p->factors[i];
    uint8_t to[IX_MAX_ORDER];
    ix_t n = f.exponent == RAT_ONE ? f.node : ix_narrowed(p->t, f.node, to);
    p->failed = p->failed || !n;
    if (n == f.node || !n)
        return false;
    p->factors[i].node = n;
    for (uint32_t a = 0; a < p->t->nodes[n].order; a++)
        p->factors[i].label[a] = f.label[to[a]];
    return true;
}

bool product_absorb(struct ix_product *p)
{
    bool changed = false;
    for (uint32_t i = 0; i < p->count && !p->failed;) {
        uint8_t kind = p->t->nodes[p->factors[i].node].kind;
        bool c = false;
        if (p->factors[i].exponent == RAT_ZERO) {
            product_drop(p, i);
            c = true;
        } else if (kind == IX_SUM) {
            c = absorb_sum(p, i);
        } else if (kind == IX_PROD) {
            c = absorb_product(p, i) || narrow(p, i);
        }
        if (!c) {
            /* What is left whole is turned the canonical way round. */
            if (kind == IX_SUM || kind == IX_PROD)
                orient(p, i);
            i++;
        }
        changed = changed || c;
    }
    return changed;
}
