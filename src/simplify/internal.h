/* internal.h - what the strategies of src/simplify share. */
#ifndef MD_SIMPLIFY_INTERNAL_H
#define MD_SIMPLIFY_INTERNAL_H

#include "simplify/simplify.h"

enum {
    SIMPLIFY_NODES = 1500,   /* larger terms are left as they are */
    SIMPLIFY_TERMS = 48,     /* of one sum */
    SIMPLIFY_ROUNDS = 6,
    EXPAND_TERMS = 64,       /* of a product multiplied out */
    DISTRIBUTE_TERMS = 8,    /* of a sum in a product of linear algebra */
    SIMPLIFY_COST = 4000,
    SIMPLIFY_WORK = 1000000 /* see ix_table.work */
};

/* One factor of a product, read out of the table. */
struct part {
    ix_t node;
    rat_t exponent;
    uint16_t label[IX_MAX_ORDER];
};
struct parts {
    uint32_t n, labels, order;
    struct part *items;
    dim_t dims[IX_MAX_ORDER]; /* own axes */
    dim_t *label_dims;        /* all labels */
};
/* The factors of any node (one that is no product is its own factor). */
bool parts_of(struct ix_table *t, ix_t n, struct parts *p);
/* A product like p's, with only the factors that `keep` marks. */
ix_t parts_product(struct ix_table *t, const struct parts *p,
                   const bool *keep);

/* Each gives an equal node (perhaps n itself), or 0 with a fault. */
ix_t expand_product(struct ix_table *t, ix_t n);
ix_t expand_sum(struct ix_table *t, ix_t n);
ix_t collect_factors(struct ix_table *t, ix_t n);
ix_t collect_sums(struct ix_table *t, ix_t n);
ix_t collect_places(struct ix_table *t, ix_t n);

#endif
