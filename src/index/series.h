/* series.h - what the normal form of series is made of.  Internal. */
#ifndef MD_INDEX_SERIES_H
#define MD_INDEX_SERIES_H

#include "index/index.h"

/* A walk that leaves alone what other passes know of the table: the nodes
 * that `root` is made of, children first, in scratch memory. */
struct series_walk {
    uint32_t *place; /* by node: its place in the list, from 1 */
    ix_t *list, *stack;
    uint32_t *at;
    uint32_t n;
};
bool series_walk(struct ix_table *t, ix_t root, struct series_walk *w);
/* Whether a node itself, not a child of it, mentions a symbol. */
bool series_own_mentions(const struct ix_table *t, ix_t n, symbol_t s);

/* A sum whose terms depend on the symbol only through unit vectors e_s of a
 * whole axis: an ordinary product with a summed label.  0 (no fault) if it
 * is none. */
ix_t series_contract(struct ix_table *t, const struct ix_series *s);
/* A sum with what its terms have in common in front; 0 (no fault) if there
 * is nothing. */
ix_t series_extract(struct ix_table *t, const struct ix_series *s);

#endif
