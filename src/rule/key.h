/* key.h - hashes that are equal for what differs in names only. */
#ifndef MD_RULE_KEY_H
#define MD_RULE_KEY_H

#include "expr/expr.h"

enum { KEY_MAX_NAMES = 64 };

/* Variables, sizes and indices are numbered as they are met; with more than
 * KEY_MAX_NAMES of them some that are alike may get different keys. */
struct key {
    const struct exprs *x;
    uint32_t nvariables, nsizes, nindices;
    decl_t variable[KEY_MAX_NAMES];
    symbol_t size[KEY_MAX_NAMES];
    uint32_t index[KEY_MAX_NAMES];
};

/* The key of an expression, continuing the numbering; numbers count by their
 * values, so that it is the same in every context.  The expression's depth
 * must be bounded: this recurs. */
uint64_t key_expr(struct key *k, expr_t e);

#endif
