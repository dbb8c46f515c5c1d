/* unroll.h - expressions without parameters: for given values of these,
 * sums and products over them are written out, members of families are
 * W{1}, W{2}, ..., variables of their own, and sizes follow. */
#ifndef MD_VERIFY_UNROLL_H
#define MD_VERIFY_UNROLL_H

#include "expr/expr.h"

enum { UNROLL_MAX_VALUES = 80, UNROLL_MAX_DECLS = 64, UNROLL_MAX_TERMS = 4096 };

struct unroll {
    struct exprs *x;
    struct unroll_value {
        symbol_t symbol;
        int64_t value;
    } value[UNROLL_MAX_VALUES];
    uint32_t nvalues, nfree; /* the first ones stand everywhere */
    struct unroll_decl {
        decl_t from, to;
    } decl[UNROLL_MAX_DECLS]; /* variables whose sizes changed */
    struct unroll_member {
        expr_t member, value;
    } *member; /* of recursions, what they were found to be */
    uint32_t members, member_capacity;
    expr_t kept[8]; /* members that stand for themselves all the same */
    uint32_t nkept;
    bool keep_all;
    uint32_t ndecls, depth, terms;
    bool impossible; /* a range, subscript or size that cannot be */
};

void unroll_begin(struct unroll *u, struct exprs *x);
void unroll_end(struct unroll *u);
bool unroll_set(struct unroll *u, symbol_t symbol, int64_t value);
/* 0 with a fault, or with `impossible` set. */
expr_t unroll_expr(struct unroll *u, expr_t e);

/* The same of a variable that is derived by: it stands for itself, also where
 * a recursion would tell what it is. */
expr_t unroll_variable(struct unroll *u, expr_t e);

/* The symbols that must have values: those that stand free in ranges, in
 * braces and in subscripts.  `needed` if there is anything to unroll. */
struct unroll_symbols {
    symbol_t symbol[64];
    uint32_t count;
    uint64_t free;
    uint64_t counts; /* those that stand elsewhere than in subscripts */
    bool needed, too_many;
    decl_t family[16]; /* recursions that are met */
    uint32_t families;
};
bool unroll_find(struct exprs *x, expr_t e, struct unroll_symbols *s);

#endif
