/* part.h - the parts of a variable that a derivative may be taken by: the
 * variable itself, its transpose, an entry, rows, columns of it, a block. */
#ifndef MD_EXPR_PART_H
#define MD_EXPR_PART_H

#include "expr/expr.h"

/* The part as a choice of the variable's entries.  Axis a of the variable is
 * at a fixed place at[a], or it is axis axis[a] of the part: all of it, or the
 * length[a] places from first[a] on. */
struct expr_part {
    expr_t variable;
    uint32_t order; /* axes of the variable */
    dim_t at[2];    /* 0: the axis is the part's */
    dim_t first[2], length[2]; /* 0: all of the axis */
    uint8_t axis[2];
};

/* False, without a fault, for what is no part of a variable. */
bool expr_part(struct exprs *x, expr_t e, struct expr_part *p);
/* The variable that e is a part of; 0 if it is none. */
expr_t expr_part_variable(const struct exprs *x, expr_t e);

#endif
