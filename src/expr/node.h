/* node.h - what the constructors of expressions share.  Internal. */
#ifndef MD_EXPR_NODE_H
#define MD_EXPR_NODE_H

#include "expr/expr.h"

/* Finds or makes a node.  `args` must not point into x->args. */
expr_t expr_intern(struct exprs *x, struct expr_node n,
                   const struct shape *shape, const expr_t *args);
/* Forgets all members of families after the first `count`. */
void members_rollback(struct exprs *x, uint32_t count);

#endif
