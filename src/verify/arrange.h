/* arrange.h - where the derivative of one entry by one entry stands in a
 * claim: the layout tables, written down independently of the deriver. */
#ifndef MD_VERIFY_ARRANGE_H
#define MD_VERIFY_ARRANGE_H

#include "base/text.h"
#include "eval/eval.h"
#include "expr/layout.h"

enum { ARRANGE_MAX_ORDER = 6 };

struct arrangement {
    enum layout layout;
    enum form form;
    uint32_t order;
    const struct eval_value *f, *claim;
    const struct eval_value *by[ARRANGE_MAX_ORDER];
};

/* The number of derivatives: f's entries times those of each variable;
 * 0 when there are more than fit. */
uint64_t arrange_count(const struct arrangement *a);
/* Fills place[i]: the claim's entry that holds derivative number i, where
 * i = f's entry + nf * (by[0]'s + n0 * (by[1]'s + ...)).  `spare` holds as
 * many.  False when the claim's shape is not what layout and form ask for;
 * then `why` says so. */
bool arrange_places(const struct arrangement *a, uint32_t *place,
                    uint32_t *spare, char *why, size_t size);

#endif
