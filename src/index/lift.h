/* lift.h - typed expressions to index terms, and rules' definitions applied
 * to index terms. */
#ifndef MD_INDEX_LIFT_H
#define MD_INDEX_LIFT_H

#include "index/index.h"

/* What a rule says of an overload, in index form over its parameters. */
struct ix_template {
    ix_t definition;
    ix_t differential;
    ix_t partial[OP_MAX_ARGS]; /* by one parameter (functions by entries) */
};
enum ix_template_kind {
    TEMPLATE_DEFINITION,
    TEMPLATE_DIFFERENTIAL
};

/* The expression in index form: axes as its shape has them (a row has one
 * axis).  0 with a fault when it cannot. */
ix_t ix_lift(struct ix_table *t, expr_t e);
/* The definition or differential of an overload; 0 with a fault when it has
 * none. */
ix_t ix_template(struct ix_table *t, uint16_t overload,
                 enum ix_template_kind kind);
/* The index-form leaf of the overload's parameter (or of its d) in a
 * template. */
ix_t ix_parameter(struct ix_table *t, uint16_t overload, uint32_t i,
                  bool differential);
/* A template over an overload's parameters with arguments in their place.
 * The first `batch` axes of every argument are kept in front of the result's
 * (by entries: all axes are).  `leaf[i]` is where the d of parameter i went,
 * for differentials (may be NULL). */
ix_t ix_instantiate(struct ix_table *t, uint16_t overload, ix_t pattern,
                    uint32_t n, const ix_t *args, uint32_t batch,
                    const dim_t *batch_dims, ix_t *leaf);

#endif
