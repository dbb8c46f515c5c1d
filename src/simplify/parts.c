#include "simplify/parts.h"

#include <string.h>

bool parts_of(struct ix_table *t, ix_t n, struct parts *p)
{
    const struct ix_node *node = ix_get(t, n);
    const uint32_t *w = ix_content(t, n);
    *p = (struct parts){.order = node->order};
    memcpy(p->dims, ix_dims(t, n), node->order * sizeof *p->dims);
    bool product = node->kind == IX_PROD;
    p->labels = product ? w[0] : node->order;
    if (product)
        for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k]))
            p->n++;
    else
        p->n = 1;
    p->items = ARENA_ARRAY(&t->scratch, struct part, p->n + 1);
    p->label_dims = ARENA_ARRAY(&t->scratch, dim_t, p->labels + 1);
    if (!p->items || !p->label_dims)
        return false;
    memcpy(p->label_dims, p->dims, p->order * sizeof *p->dims);
    if (!product) {
        p->items[0] = (struct part){.node = n, .exponent = RAT_ONE};
        for (uint32_t a = 0; a < p->order; a++)
            p->items[0].label[a] = (uint16_t)a;
        return true;
    }
    uint32_t i = 0;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k])) {
        struct part *f = &p->items[i++];
        f->node = w[k];
        f->exponent = w[k + 1];
        for (uint32_t a = 0; a < ix_get(t, w[k])->order; a++) {
            f->label[a] = (uint16_t)w[k + 2 + a];
            p->label_dims[f->label[a]] = ix_dims(t, w[k])[a];
        }
    }
    return true;
}

ix_t parts_product(struct ix_table *t, const struct parts *p,
                   const bool *keep)
{
    struct ix_product q;
    ix_product_begin(&q, t, p->order, p->dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; i < p->n; i++)
        if (!keep || keep[i])
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent,
                              p->items[i].label);
    return ix_product_end(&q);
}

bool part_is_at(const struct ix_table *t, const struct part *a,
                const struct part *b)
{
    uint32_t order = ix_get(t, a->node)->order;
    return a->node == b->node &&
           !memcmp(a->label, b->label, order * sizeof *a->label);
}

bool parts_is_own(const struct ix_table *t, const struct parts *p,
                  const struct part *f)
{
    for (uint32_t a = 0; a < ix_get(t, f->node)->order; a++)
        if (f->label[a] >= p->order)
            return false;
    return ix_get(t, f->node)->kind != IX_DELTA;
}
