/* abstract.h - expressions with random smooth functions in the place of
 * abstract ones.
 *
 * A function of x, y, ... becomes a sum of c_r*p(<w_r,x> + <v_r,y> + b_r),
 * where c_r, w_r, v_r, b_r are variables of the right shapes, to be drawn like
 * all others, and p is the sine or the beginning of the exponential series.
 * Its derivatives of any order are written down from that form: nothing is
 * shared with src/derive. */
#ifndef MD_VERIFY_ABSTRACT_H
#define MD_VERIFY_ABSTRACT_H

#include "expr/condition.h"
#include "expr/function.h"

enum abstract_style {
    ABSTRACT_POLYNOMIAL, /* for exact values */
    ABSTRACT_SINE
};

struct abstract {
    struct exprs *x;
    struct arena arena;
    enum abstract_style style;
    uint32_t degree; /* of the polynomials */
    struct ridge_function *known;
    uint32_t count, capacity;
    bool failed; /* what cannot be evaluated: an array of more than 2 axes */
};

/* Whether there is an abstract function in an expression; *order grows to the
 * highest derivative of one.  False after a fault, too. */
bool abstract_is_in(struct exprs *x, expr_t e, uint32_t *order);
/* `order`: how often the polynomials will be differentiated at most. */
void abstract_init(struct abstract *a, struct exprs *x,
                   enum abstract_style style, uint32_t order);
void abstract_free(struct abstract *a);
/* The expression with functions in place; the same ones at every call.  0
 * with a fault, or because it cannot be evaluated. */
expr_t abstract_replace(struct abstract *a, expr_t e);
/* Adds conditions, which may be NULL, with functions in place. */
bool abstract_conditions(struct abstract *a, const struct conditions *from,
                         struct conditions *to);

#endif
