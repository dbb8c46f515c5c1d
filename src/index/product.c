/* product.c - products of factors joined by labels, in normal form. */
#include "index/product.h"

#include <stdlib.h>
#include <string.h>

#include "index/canon.h"

/* ------------------------------------------------------------- building */

void ix_product_begin(struct ix_product *p, struct ix_table *t,
                      uint32_t order, const dim_t *dims)
{
    p->t = t;
    p->mark = arena_mark(&t->scratch);
    p->order = p->labels = order;
    p->coefficient = RAT_ONE;
    p->factors = p->few_factors;
    p->count = 0;
    p->capacity = IX_FEW_FACTORS;
    p->label_dims = p->few_dims;
    p->labels_capacity = IX_FEW_LABELS;
    p->failed = order > IX_MAX_ORDER;
    if (p->failed) {
        fault_set(t->mem->fault, FAULT_LIMIT, "a value of more than %d axes",
                  IX_MAX_ORDER);
        return;
    }
    for (uint32_t a = 0; a < order; a++) {
        p->label_dims[a] = dims[a];
        if (!dims[a])
            p->failed = true;
    }
}

uint16_t ix_product_label(struct ix_product *p, dim_t d)
{
    if (p->failed || !d || p->labels >= UINT16_MAX - 1) {
        p->failed = true;
        return 0;
    }
    if (p->labels == p->labels_capacity) {
        dim_t *more =
            ARENA_ARRAY(&p->t->scratch, dim_t, p->labels_capacity * 2);
        if (!more) {
            p->failed = true;
            return 0;
        }
        memcpy(more, p->label_dims, p->labels * sizeof *more);
        p->label_dims = more;
        p->labels_capacity *= 2;
    }
    p->label_dims[p->labels] = d;
    return (uint16_t)p->labels++;
}

void ix_product_factor(struct ix_product *p, ix_t node, rat_t exponent,
                       const uint16_t *labels)
{
    if (p->failed || !node || !exponent) {
        p->failed = true;
        return;
    }
    if (p->count == p->capacity) {
        struct ix_factor *more =
            ARENA_ARRAY(&p->t->scratch, struct ix_factor, p->capacity * 2);
        if (!more) {
            p->failed = true;
            return;
        }
        memcpy(more, p->factors, p->count * sizeof *more);
        p->factors = more;
        p->capacity *= 2;
    }
    if (exponent != RAT_ONE && product_is_structural(p->t, node)) {
        if (rat_sign(p->t->x->numbers, exponent) < 0) {
            fault_set(p->t->mem->fault, FAULT_DOMAIN,
                      "division by entries that are zero");
            p->failed = true;
            return;
        }
        if (exponent == RAT_ZERO)
            return;
        exponent = RAT_ONE; /* entries are 0 and 1 */
    }
    struct ix_factor *f = &p->factors[p->count++];
    *f = (struct ix_factor){.node = node, .exponent = exponent};
    uint32_t order = p->t->nodes[node].order;
    if (order)
        memcpy(f->label, labels, order * sizeof *labels);
}

void product_drop(struct ix_product *p, uint32_t i)
{
    p->factors[i] = p->factors[--p->count];
}

void product_rename(struct ix_product *p, uint16_t from, uint16_t to)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        for (uint32_t a = 0; a < order; a++)
            if (f->label[a] == from)
                f->label[a] = to;
    }
}

uint32_t product_uses(const struct ix_product *p, uint16_t label)
{
    uint32_t uses = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        for (uint32_t a = 0; a < order; a++)
            uses += f->label[a] == label;
    }
    return uses;
}

/* ---------------------------------------------------------------- powers */

static int compare_factors(const void *a, const void *b)
{
    const struct ix_factor *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return memcmp(x->label, y->label, sizeof x->label);
}

static void sort_factors(struct ix_product *p)
{
    if (p->count > 24) {
        qsort(p->factors, p->count, sizeof *p->factors, compare_factors);
        return;
    }
    for (uint32_t i = 1; i < p->count; i++) {
        struct ix_factor f = p->factors[i];
        uint32_t j = i;
        for (; j && compare_factors(&p->factors[j - 1], &f) > 0; j--)
            p->factors[j] = p->factors[j - 1];
        p->factors[j] = f;
    }
}

/* Equal powers of equal factors become one. */
static bool merge_powers(struct ix_product *p)
{
    struct ix_table *t = p->t;
    for (uint32_t i = 0; i < p->count; i++) {
        struct ix_factor *f = &p->factors[i];
        if (t->nodes[f->node].symmetric && f->label[0] > f->label[1]) {
            uint16_t l = f->label[0];
            f->label[0] = f->label[1];
            f->label[1] = l;
        }
    }
    sort_factors(p);
    uint32_t kept = 0, total = p->count;
    for (uint32_t i = 0; i < total;) {
        struct ix_factor f = p->factors[i++];
        while (i < total && !compare_factors(&f, &p->factors[i])) {
            f.exponent =
                product_is_structural(t, f.node)
                    ? RAT_ONE
                    : rat_add(t->x->numbers, f.exponent,
                              p->factors[i].exponent);
            i++;
        }
        p->failed = p->failed || !f.exponent;
        if (f.exponent != RAT_ZERO)
            p->factors[kept++] = f;
    }
    p->count = kept;
    return kept != total;
}

/* ------------------------------------------------------- the normal form */

enum { MOST_ROUNDS = 64 };

/* Whether the product is nothing but the transpose of a sum, which is written
 * as the sum of the transposes. */
static bool is_turned_sum(const struct ix_product *p)
{
    const struct ix_factor *f = p->factors;
    const struct ix_node *n = p->count == 1 ? &p->t->nodes[f->node] : NULL;
    return n && p->order == 2 && n->kind == IX_SUM && n->order == 2 &&
           f->exponent == RAT_ONE && f->label[0] == 1 && f->label[1] == 0 &&
           n->length / 2 <= p->t->flatten_limit;
}

/* The kinds of the factors, a bit each; bit 0: an exponent is zero. */
static uint32_t kinds_of(const struct ix_product *p)
{
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < p->count; i++)
        kinds |= UINT32_C(1) << p->t->nodes[p->factors[i].node].kind |
                 (p->factors[i].exponent == RAT_ZERO);
    return kinds;
}

static const uint32_t absorbed = 1 | 1 << IX_SUM | 1 << IX_PROD;
static const uint32_t resolved = 1 << IX_DELTA | 1 << IX_BASIS | 1 << IX_PAIR |
                                 1 << IX_SELECT | 1 << IX_OP;

/* Whether anything changed; *kinds are those of the factors then. */
static bool reduce_once(struct ix_product *p, uint32_t *kinds)
{
    bool changed = p->count > 1 && merge_powers(p);
    *kinds = kinds_of(p);
    if (!p->failed && *kinds & absorbed && product_absorb(p)) {
        *kinds = kinds_of(p);
        changed = true;
    }
    if (!p->failed && *kinds & resolved && product_resolve(p))
        changed = true;
    if (!changed && !p->failed && p->labels > p->order) {
        product_sum_unused(p);
        changed = !p->failed && product_split_closed(p);
    }
    return changed;
}

ix_t ix_product_end(struct ix_product *p)
{
    struct ix_table *t = p->t;
    ix_t result = 0;
    uint32_t kinds = 0;
    t->work += p->count + p->labels + 1;
    if (!mem_tick(t->mem, (p->count + p->labels) / 16))
        p->failed = true;
    if (t->work_limit && t->work > t->work_limit && !p->failed)
        p->failed = !fault_set(t->mem->fault, FAULT_LIMIT,
                               "more work than one request may take");
    bool changed = true;
    for (int round = 0; changed && !p->failed && round < MOST_ROUNDS; round++)
        changed = reduce_once(p, &kinds);
    if (changed && !p->failed) /* whatever is not in normal form yet */
        product_sum_unused(p);
    if (p->failed)
        goto done;
    if (p->coefficient == RAT_ZERO) {
        struct ix_sum s;
        ix_sum_begin(&s, t, p->order, p->label_dims);
        result = ix_sum_end(&s);
        goto done;
    }
    if ((kinds >> IX_SUM & 1 && product_distribute(p, &result)) ||
        (kinds >> IX_SERIES & 1 && product_distribute_series(p, &result)))
        goto done;
    result = is_turned_sum(p)
                 ? ix_transpose(t, p->factors[0].node)
                 : ix_canonical(t, p->order, p->label_dims, p->count,
                                p->factors, p->labels);
    result = ix_scale(t, p->coefficient, result);
done:
    arena_release(&t->scratch, p->mark);
    return result;
}
