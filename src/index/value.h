/* value.h - what the parts of lifting share.  Internal.
 *
 * Inside sum(i: ...) and tensor(i: ...) a value depends on bound indices:
 * these are its first axes, `open` says which. */
#ifndef MD_INDEX_VALUE_H
#define MD_INDEX_VALUE_H

#include "index/lift.h"

struct value {
    ix_t node;
    uint8_t nopen;
    index_t open[IX_MAX_ORDER]; /* ascending */
};

struct lift {
    struct ix_table *t;
    struct exprs *x;
    struct value *values; /* by position */
};

/* What a child was lifted to. */
const struct value *lift_value(const struct lift *c, expr_t e);
struct value lift_closed(ix_t node);
bool lift_unsupported(struct lift *c, const char *what); /* false */
/* Adds an open index, keeping them ascending; false when there are too many. */
bool lift_open(struct value *v, index_t i);
uint32_t lift_place(const struct value *v, index_t i);
/* The union of the arguments' open indices. */
bool lift_union(struct lift *c, expr_t e, struct value *all);
/* The sizes of a result: open indices first, then its shape's axes. */
uint32_t lift_dims(struct lift *c, const struct value *open,
                   const struct shape *s, dim_t *dims);
/* The value as a factor: labels of its open indices, then its own. */
void lift_factor(struct ix_product *p, const struct value *v, rat_t exponent,
                 const struct value *open, const uint16_t *open_labels,
                 const uint16_t *own);
/* A value with the given open indices and, if it is a scalar, the axes of
 * `shape`. */
ix_t lift_spread(struct lift *c, const struct value *v,
                 const struct value *open, const struct shape *shape);
/* apply.c */
struct value lift_add(struct lift *c, expr_t e, rat_t sign);
struct value lift_times(struct lift *c, expr_t e, uint32_t inverted);
struct value lift_product(struct lift *c, expr_t e);
struct value lift_applied(struct lift *c, expr_t e);
struct value lift_operator(struct lift *c, expr_t e);

#endif
