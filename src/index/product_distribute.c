/* product_distribute.c - products with a sum that are taken term by term. */
#include "index/product.h"

#include "index/blocks.h"

/* The product with another node for one factor. */
static ix_t with_factor(struct ix_product *p, uint32_t at, ix_t node)
{
    struct ix_product q;
    ix_product_begin(&q, p->t, p->order, p->label_dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l] ? p->label_dims[l] : DIM_ONE);
    for (uint32_t l = p->order; l < p->labels && !q.failed; l++)
        q.label_dims[l] = p->label_dims[l];
    for (uint32_t i = 0; i < p->count; i++)
        ix_product_factor(&q, i == at ? node : p->factors[i].node,
                          p->factors[i].exponent, p->factors[i].label);
    return ix_product_end(&q);
}

/* A sum of order 3 or more has no matrix notation of its own: the product is
 * taken term by term.  So is that of sums of blocks of one axis, most terms
 * of which vanish. */
static bool is_distributed(const struct ix_product *p, uint32_t i)
{
    const struct ix_factor *f = &p->factors[i];
    const struct ix_node *n = &p->t->nodes[f->node];
    if (n->kind != IX_SUM || f->exponent != RAT_ONE)
        return false;
    return n->order > 2 || (p->t->selections && blocks_meet(p, i));
}

bool product_distribute(struct ix_product *p, ix_t *result)
{
    struct ix_table *t = p->t;
    uint32_t at = 0;
    while (at < p->count && !is_distributed(p, at))
        at++;
    if (at == p->count || (p->count == 1 && p->labels == p->order &&
                           t->nodes[p->factors[at].node].order <= p->order))
        return false;
    ix_t sum = p->factors[at].node;
    struct ix_sum s;
    ix_sum_begin(&s, t, p->order, p->label_dims);
    for (uint32_t k = 0; k < t->nodes[sum].length && !s.failed; k += 2) {
        rat_t c = ix_content(t, sum)[k];
        ix_t term = ix_content(t, sum)[k + 1];
        ix_sum_add(&s, rat_mul(t->x->numbers, c, p->coefficient),
                   with_factor(p, at, term));
    }
    *result = ix_sum_end(&s);
    return true;
}

/* Only where the product has fewer axes: the sum over a parameter is not pulled
 * out again then, see extract.c. */
bool product_distribute_series(struct ix_product *p, ix_t *result)
{
    struct ix_table *t = p->t;
    uint32_t at = 0;
    while (at < p->count &&
           (t->nodes[p->factors[at].node].kind != IX_SERIES ||
            t->nodes[p->factors[at].node].payload != SERIES_SUM ||
            t->nodes[p->factors[at].node].order < 3 ||
            t->nodes[p->factors[at].node].order <= p->order ||
            p->factors[at].exponent != RAT_ONE))
        at++;
    if (at == p->count)
        return false;
    struct ix_series s = ix_series_open(t, p->factors[at].node);
    s.body = with_factor(p, at, s.body);
    *result = ix_scale(t, p->coefficient, ix_series(t, s));
    ix_series_close(t);
    return true;
}
