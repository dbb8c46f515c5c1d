/* internal.h - what the strategies of src/simplify share. */
#ifndef MD_SIMPLIFY_INTERNAL_H
#define MD_SIMPLIFY_INTERNAL_H

#include "simplify/parts.h"
#include "simplify/simplify.h"

enum {
    SIMPLIFY_NODES = 1500,   /* larger terms are left as they are */
    SIMPLIFY_TERMS = 48,     /* of one sum */
    SIMPLIFY_ROUNDS = 6,
    SIMPLIFY_PASSES = 3,
    EXPAND_TERMS = 64,       /* of a product multiplied out */
    DISTRIBUTE_TERMS = 8,    /* of a sum in a product of linear algebra */
    SIMPLIFY_COST = 4000,
    SIMPLIFY_WORK = 1000000 /* see ix_table.work */
};

/* Each gives an equal node (perhaps n itself), or 0 with a fault. */
ix_t expand_product(struct ix_table *t, ix_t n);
ix_t expand_sum(struct ix_table *t, ix_t n);
ix_t collect_factors(struct ix_table *t, ix_t n);
ix_t collect_sums(struct ix_table *t, ix_t n);
ix_t collect_places(struct ix_table *t, ix_t n);
ix_t join_quotients(struct ix_table *t, ix_t n);

#endif
