/* condition.h - what a derivative needs to hold. */
#ifndef MD_DERIVE_CONDITION_H
#define MD_DERIVE_CONDITION_H

#include "derive/derive.h"

/* What of an expression is asked for: its domain; the inside of it, as far
 * as it depends on what is derived by; where its derivative exists there. */
enum condition_need { NEED_DOMAIN, NEED_INSIDE, NEED_SMOOTH };

struct condition_request {
    struct exprs *x;
    struct rules *rules;
    struct deriver *deriver; /* for normal forms */
    struct arena *scratch;
    uint32_t nby;
    expr_t by[DERIVE_MAX_ORDER]; /* variables derived by */
    bool structured; /* what is derived by moves within its structure */
    struct conditions *out;
    const expr_t *nodes; /* of the expression, while it is looked through */
    uint32_t nnodes;
};
/* Adds to `out` what `e` needs. */
bool condition_gather(const struct condition_request *q, expr_t e,
                      enum condition_need need);

#endif
