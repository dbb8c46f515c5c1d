/* walk.h - one walk down from a result, inside: what reverse.c, leibniz.c,
 * pullback.c and terms.c share. */
#ifndef MD_DERIVE_WALK_H
#define MD_DERIVE_WALK_H

#include "derive/reverse.h"

struct reverse {
    struct ix_table *t;
    uint32_t outer; /* axes of f */
    dim_t outer_dims[IX_MAX_ORDER];
    uint32_t n;
    const ix_t *list;
    uint32_t *child;  /* positions of all nodes' children, one after another */
    uint32_t *first;  /* where a node's children begin there */
    uint8_t *active;  /* depends on a leaf asked for */
    struct contribution **adjoint; /* what adds up to each node's */
    uint32_t nleaves;
    const ix_t *leaves;
    uint32_t *place; /* of every leaf asked for; UINT32_MAX: not there */
    ix_t *gradient;  /* by position of a leaf */
    uint32_t depth;
    struct reverse_found *found; /* what reached members of families */
    struct conditions *conditions;
    symbol_t every; /* not one member is asked for, but all: see
                       reverse_members */
};

/* ---- reverse.c: the walk */
/* A part of the adjoint of the node at a position; false if it is 0. */
bool reverse_contribute(struct reverse *r, uint32_t position, ix_t node);
/* The walk from f down; gradients and what was found stay in `r`. */
bool reverse_walk(struct reverse *r, ix_t f, ix_t seed);
/* The derivatives by the leaves where the adjoint of f is `seed`. */
bool reverse_seeded(struct ix_table *t, ix_t f, ix_t seed, uint32_t outer,
                    const dim_t *outer_dims, uint32_t n, const ix_t *leaves,
                    struct conditions *conditions, ix_t *out, uint32_t depth);
/* The derivative of f by each of the leaves, in rules at `depth`. */
bool reverse_from(struct ix_table *t, ix_t f, uint32_t n, const ix_t *leaves,
                  struct conditions *conditions, ix_t *out, uint32_t depth);

/* What the node at position i, with the adjoint adj, contributes to those of
 * its children.
 * ---- leibniz.c */
bool reverse_product(struct reverse *r, uint32_t i, ix_t adj);
/* ---- pullback.c */
bool reverse_sum(struct reverse *r, uint32_t i, ix_t adj);
bool reverse_fun(struct reverse *r, uint32_t i, ix_t adj);
bool reverse_applied(struct reverse *r, uint32_t i, ix_t adj);
bool reverse_op(struct reverse *r, uint32_t i, ix_t adj);
bool reverse_linear(struct reverse *r, uint32_t i, ix_t adj);
/* ---- terms.c */
bool reverse_series(struct reverse *r, uint32_t i, ix_t adj);

/* ---- terms.c: members of families */
/* Whether a leaf is of a family by a member of which is derived. */
bool reverse_wants(const struct reverse *r, ix_t leaf);
/* Takes down the adjoint of a leaf if it is such a one. */
bool reverse_note(struct reverse *r, ix_t leaf, ix_t adj);
/* What is found of members that are the one asked for, added up. */
bool reverse_add_found(struct reverse *r, ix_t *out);

#endif
