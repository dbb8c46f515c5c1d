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

/* ---- a part of a Kronecker product, and the order of all of them */
struct part {
    uint8_t rows[NETWORK_PLACES], cols[NETWORK_PLACES];
    uint8_t nrows, ncols;
    struct chain m; /* empty: the identity */
};
struct order {
    uint8_t at[NETWORK_PLACES]; /* which part comes at this place */
    uint32_t n;
};
/* The entries that these places have together. */
dim_t network_size(struct lowering *c, const struct network *net,
                   const uint8_t *places, uint32_t n);
/* Whether two neighbours are one factor: identities, or an outer product u*v',
 * which stands for kron(u,v') and kron(v',u). */
bool network_merges(const struct part *p, const struct part *q);
/* The order that leaves the fewest exchanges. */
struct order network_order(const struct part *parts, uint32_t n);
/* The places of the rows or columns of all parts; how many. */
uint32_t network_sequence(const struct part *parts, const struct order *o,
                          bool cols, uint8_t *out);
/* The permutation matrix from `seq` to the sorted tuple, on the left, or its
 * transpose, on the right; empty if there is nothing to do. */
bool network_permutation(struct lowering *c, const struct network *net,
                         uint8_t *seq, uint32_t n, bool right,
                         struct chain *out);

#endif
