/* product.h - what the parts of a product's normal form share.  Internal. */
#ifndef MD_INDEX_PRODUCT_H
#define MD_INDEX_PRODUCT_H

#include "index/index.h"

/* Whether n only joins axes: its entries are 0 and 1. */
static inline bool product_is_structural(const struct ix_table *t, ix_t n)
{
    uint8_t kind = t->nodes[n].kind;
    return kind == IX_DELTA || kind == IX_PAIR || kind == IX_BASIS ||
           kind == IX_SELECT;
}

void product_drop(struct ix_product *p, uint32_t i);
void product_rename(struct ix_product *p, uint16_t from, uint16_t to);
/* The positive content of a sum's coefficients; negative if the first is. */
rat_t product_content(struct ix_table *t, ix_t sum);
uint32_t product_uses(const struct ix_product *p, uint16_t label);
/* The same for factor i, a selection. */
bool product_resolve_selection(struct ix_product *p, uint32_t i);
ix_t product_upright(struct ix_table *t, ix_t n, bool *swap);
/* A call as it stands, whatever it could be instead. */
ix_t ix_call(struct ix_table *t, enum ix_kind kind, uint32_t callee,
             uint32_t n, const ix_t *args, uint32_t order, const dim_t *dims);
/* power.c: whether a call is a power of a matrix, or the inverse of one; two
 * powers of one matrix beside each other become one. */
bool product_power(struct ix_table *t, uint32_t callee, uint32_t n,
                   const ix_t *args, ix_t *result);
bool product_join_powers(struct ix_product *p, uint32_t i);
/* Resolves structural factors; true if something changed. */
bool product_resolve(struct ix_product *p);
/* One round over the factors that are sums and products; true if something
 * changed. */
bool product_absorb(struct ix_product *p);
/* Summed labels nothing uses count their size. */
void product_sum_unused(struct ix_product *p);
/* Parts without an own axis become scalar factors of their own. */
bool product_split_closed(struct ix_product *p);
/* A product with a sum, or a sum over a parameter, that is taken term by term
 * as the result; false if it has none. */
bool product_distribute(struct ix_product *p, ix_t *result);
bool product_distribute_series(struct ix_product *p, ix_t *result);

#endif
