/* condition.h - what a derivative needs to hold. */
#ifndef MD_DERIVE_CONDITION_H
#define MD_DERIVE_CONDITION_H

#include "derive/derive.h"

/* Adds to `out` what `e` needs: the domains of its operators.  `interior`:
 * the insides of the domains, where differences can be taken; `smooth`: also
 * what the operators' derivatives need. */
struct condition_request {
    struct exprs *x;
    struct rules *rules;
    struct deriver *deriver; /* for normal forms */
    struct arena *scratch;
    struct conditions *out;
};
bool condition_gather(const struct condition_request *q, expr_t e,
                      bool domain, bool interior, bool smooth);

#endif
