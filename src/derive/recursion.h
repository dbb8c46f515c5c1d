/* recursion.h - derivatives through a recursion a{l} = step(a{l-1}, ...), as
 * another recursion, backward. */
#ifndef MD_DERIVE_RECURSION_H
#define MD_DERIVE_RECURSION_H

#include "expr/condition.h"
#include "index/lift.h"

struct recursion {
    decl_t family;
    expr_t last;      /* the member that stands in the expression: a{L} */
    symbol_t parameter; /* l */
    dim_t first, end; /* of the steps: l = first .. end */
    ix_t step;        /* what a{l} is */
    ix_t before;      /* the leaf a{l-1} */
    decl_t adjoints;  /* the family delta{l}, derivatives by a{l} */
    ix_t top;         /* delta{L} */
    ix_t back;        /* delta{l-1}, from delta{l} */
    bool to_start;    /* back to delta{0}, too */
};

/* Finds the recursion that f goes through; r->family is 0 if there is none.
 * False with a fault where there are several. */
bool recursion_find(struct ix_table *t, ix_t f, struct recursion *r);
/* The derivative of the scalar f by a leaf, through the recursion; `used`
 * tells whether members of r->adjoints are in it. */
bool recursion_derive(struct ix_table *t, ix_t f, struct recursion *r,
                      ix_t leaf, struct conditions *conditions, ix_t *out,
                      bool *used);

#endif
