/* deriver.h - the deriver and its normal form: matrix notation by way of index
 * terms.  Internal to this floor. */
#ifndef MD_DERIVE_DERIVER_H
#define MD_DERIVE_DERIVER_H

#include "derive/derive.h"
#include "index/index.h"

struct deriver {
    struct exprs *x;
    struct rules *rules;
    struct ix_table table;
    /* The last index term that was lowered, and what it became. */
    ix_t lowered;
    expr_t form;
    /* The first derivatives of one term by several leaves. */
    struct {
        ix_t of;
        uint32_t n;
        ix_t *leaf, *gradient;
        uint32_t leaf_capacity, gradient_capacity;
    } first;
};

/* What the rules make of e; r (may be NULL) gets the conditions and rules. */
expr_t deriver_rewrite(struct deriver *d, expr_t e, struct derive_result *r);
/* The matrix form of a simplified index term. */
expr_t deriver_lower(struct deriver *d, ix_t g);
/* Rewrites and normalises until nothing changes; the last good form where a
 * round trip has no matrix form. */
expr_t deriver_settle(struct deriver *d, expr_t e, struct derive_result *r);

#endif
