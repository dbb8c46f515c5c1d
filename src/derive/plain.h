/* plain.h - plain variables in the place of those with a structure: a
 * derivative by a symmetric X treats its entries as unrelated: it is taken by a
 * plain X, and what is known of X is used afterwards. */
#ifndef MD_DERIVE_PLAIN_H
#define MD_DERIVE_PLAIN_H

#include "derive/derive.h"
#include "derive/recursion.h"

struct plain {
    uint32_t n, families;
    expr_t from[DERIVE_MAX_ORDER], to[DERIVE_MAX_ORDER];
    decl_t family[DERIVE_MAX_ORDER], plain_family[DERIVE_MAX_ORDER];
};

/* Whether what has these properties is derived by as a plain variable. */
bool plain_needed(properties_t p);
/* What v is derived by as: itself, or a plain variable. */
expr_t plain_variable(struct exprs *x, struct plain *p, expr_t v);
/* The expression with plain variables, or `back` with the others. */
expr_t plain_expr(struct exprs *x, const struct plain *p, expr_t e, bool back);
/* A variable with a structure is derived by as a plain one in its place,
 * which does not stand in what a recursion is made of: false with a fault where
 * it would have to. */
bool plain_check(struct ix_table *t, const struct recursion *rec,
                 const struct plain *plain);

#endif
