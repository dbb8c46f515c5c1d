/* network.h - a tensor over a tuple of row axes and a tuple of column axes as
 * one matrix: Kronecker products of its parts, put in order by commutation
 * matrices (docs/mathematics.md, section 4).  Internal. */
#ifndef MD_INDEX_NETWORK_H
#define MD_INDEX_NETWORK_H

#include "index/graph.h"

enum { NETWORK_PLACES = 16, NETWORK_LINKS = 32 };
enum side { SIDE_ROW, SIDE_COLUMN, SIDE_SUMMED };

struct network {
    /* Rows and columns each in the order of their tuple, slow ones first. */
    struct place {
        dim_t dim;
        uint8_t side;
        struct chain value; /* a vector, or empty */
    } at[NETWORK_PLACES];
    struct link {
        uint8_t a, b;
        struct chain m; /* a -> b; empty: the identity */
    } link[NETWORK_LINKS];
    uint32_t n, nlinks;
};

/* The matrix, or without columns the column; empty for an identity.  False
 * where there is none (or after a fault). */
bool network_chain(struct lowering *c, const struct network *net,
                   struct chain *out);

#endif
