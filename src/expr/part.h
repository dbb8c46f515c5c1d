/* part.h - the parts of a variable that a derivative may be taken by: the
 * variable itself, its transpose, an entry, a row, a column of it. */
#ifndef MD_EXPR_PART_H
#define MD_EXPR_PART_H

#include "expr/expr.h"

/* The part as a choice of the variable's entries.  Axis a of the variable is
 * at a fixed place at[a], or it is axis axis[a] of the part. */
struct expr_part {
    expr_t variable;
    uint32_t order; /* axes of the variable */
    expr_t at[2];   /* a number or a size; 0: the axis is the part's */
    uint8_t axis[2];
};

/* False, without a fault, for what is no part of a variable. */
bool expr_part(const struct exprs *x, expr_t e, struct expr_part *p);
/* The variable that e is a part of; 0 if it is none. */
expr_t expr_part_variable(const struct exprs *x, expr_t e);

#endif
