/* overlap.h - expressions to which two rewrites apply with different results:
 * critical pairs. */
#ifndef MD_RULE_OVERLAP_H
#define MD_RULE_OVERLAP_H

#include "rule/table.h"

struct overlap {
    const struct pattern *outer, *inner;
    expr_t peak;       /* both apply: `outer` at the root */
    expr_t one, other; /* what it becomes, to the end, beginning with the
                          one or the other; not the same */
};

/* Calls `use` for the overlaps of `inner` with a part of `outer`: the left
 * sides are unified, at the root also where they share one term or factor, or
 * a run of factors.  The search is bounded, so it may miss some: terms are
 * tried in any order only as far as the first that fits, sums over indices
 * not at all, and what depends on conditions only where these are known.
 * False with a fault, or if `use` returns false. */
bool overlap_each(struct rules *r, const struct pattern *outer,
                  const struct pattern *inner,
                  bool (*use)(void *data, const struct overlap *o),
                  void *data);

#endif
