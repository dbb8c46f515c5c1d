/* reverse.h - derivatives of index terms, in reverse: one walk from the
 * result down gives the derivatives by all variables. */
#ifndef MD_DERIVE_REVERSE_H
#define MD_DERIVE_REVERSE_H

#include "expr/condition.h"
#include "index/lift.h"

/* The derivatives of f by n leaves: out[k] has f's axes, then the axes of
 * leaves[k].  A member of a family stands in f under other subscripts, too:
 * where it depends on sizes whether it is the one asked for, `conditions`
 * gets what was taken to hold.  False with a fault. */
bool reverse_derive(struct ix_table *t, ix_t f, uint32_t n,
                    const ix_t *leaves, struct conditions *conditions,
                    ix_t *out);

/* Internal to leibniz.c and halves.c: whether a product is one of so many
 * factors, none of them summed over, that it is better derived by halves; and
 * its derivative: its axes, then the leaf's.  0 with a fault. */
bool halves_apply(const struct ix_table *t, ix_t product, ix_t leaf);
ix_t halves_derive(struct ix_table *t, ix_t product, ix_t leaf,
                   struct conditions *conditions);

/* What reached members of a family. */
struct reverse_found {
    uint32_t asked; /* by which of the leaves */
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    dim_t low, high; /* of reverse_members: the places that have the adjoint;
                        0: as it stands */
    dim_t within[4]; /* not below 0, which sums around this one decide */
    uint32_t nwithin;
    ix_t adjoint;
    struct reverse_found *next;
};
/* The derivatives of f by all members of a family with one subscript: for the
 * members low .. high, their subscript called `place` in the adjoint, which
 * has f's axes, then theirs.  In scratch memory; NULL at the end. */
bool reverse_members(struct ix_table *t, ix_t f, decl_t family,
                     symbol_t place, struct conditions *conditions,
                     struct reverse_found **out);

/* ---- internal to this folder */
/* The family and the subscripts of a leaf; NULL if it is no member. */
const struct decl *reverse_member(const struct ix_table *t, ix_t leaf);
/* Whether a size has a property, as far as numbers tell; if not, that it has
 * becomes a condition. */
bool reverse_size_has(struct ix_table *t, dim_t d, enum property p,
                      struct conditions *conditions, bool *has);
/* Whether conditions say that a place is not before the end of a range; if so
 * it is taken to be behind it, another condition. */
bool reverse_is_behind(struct ix_table *t, dim_t at, dim_t end,
                       struct conditions *conditions, bool *behind);
/* What is found in the terms of a sum over `symbol`, as found in the sum;
 * `target` is the member asked for.  `conditions` as above. */
bool reverse_solve(struct ix_table *t, const struct ix_series *s,
                   const struct decl *target, struct reverse_found *f,
                   struct conditions *conditions);
/* The same for all members: their subscript becomes `place`. */
bool reverse_place(struct ix_table *t, const struct ix_series *s,
                   symbol_t place, struct reverse_found *f);
/* Whether what was found belongs to the member asked for, all sums gone. */
bool reverse_is_target(struct ix_table *t, const struct decl *target,
                       const struct reverse_found *f,
                       struct conditions *conditions, bool *is);

#endif
