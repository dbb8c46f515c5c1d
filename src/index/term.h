/* term.h - a product in matrix notation on its way to an expression: a
 * coefficient, scalar powers, and a chain of matrices.  Internal. */
#ifndef MD_INDEX_TERM_H
#define MD_INDEX_TERM_H

#include "index/index.h"

/* One matrix (or vector, as a column) of a chain, perhaps transposed. */
struct atom {
    expr_t e;
    expr_t flip; /* another way to write its transpose, or 0 */
    bool transposed, symmetric;
};
struct chain {
    struct atom *atoms;
    uint32_t n;
};
/* A power, by entries for matrices and vectors. */
struct power {
    struct chain chain; /* scalars: one atom */
    rat_t exponent;
};
struct powers {
    struct power *items;
    uint32_t n, capacity;
};
struct term {
    rat_t coefficient;
    struct powers scalars;
    struct chain chain; /* order 2: empty is the identity; order 1: ends in a
                           vector, empty is all ones; order 0: empty */
    uint8_t order;
    bool ones;          /* order 2, empty chain: all ones */
    dim_t dims[2];
};

struct lowering {
    struct ix_table *t;
    struct exprs *x;
    struct arena *a;
    struct low {
        expr_t e;
        struct term *term;
        bool failed; /* no matrix notation */
    } *low; /* by position */
    uint32_t known; /* the last node there was when the pass began */
    struct arena_mark mark; /* of `a`, before this one began */
};

struct chain chain_one(struct lowering *c, expr_t e, bool transposed,
                       bool symmetric);
struct chain chain_join(struct lowering *c, struct chain a, struct chain b);
struct chain chain_flip(struct lowering *c, struct chain a);
/* The i of a unit vector unit(n,i), else 0. */
expr_t unit_position(const struct lowering *c, expr_t e);
/* The chain with parts A[1:2,:] for selection(m,1,2)'*A. */
struct chain chain_cut(struct lowering *c, struct chain a);
/* The chain or its transpose, whichever is shorter: for what does not mind. */
struct chain chain_shorter(struct lowering *c, struct chain a);
/* The chain as one expression; 0 after a fault. */
expr_t chain_expr(struct lowering *c, struct chain a);
/* The chain followed by a column, as one expression. */
bool powers_add(struct lowering *c, struct powers *p, struct chain chain,
                rat_t exponent);
/* The product by entries of all powers as a chain (of one atom unless it is
 * a single first power). */
struct chain powers_chain(struct lowering *c, const struct powers *p);
expr_t term_expr(struct lowering *c, const struct term *t);
/* A copy whose negative sign, if it can, went into a difference. */
bool term_positive(struct lowering *c, struct term *to,
                   const struct term *from);
/* The sum of terms of one order, like factors collected, as a term. */
struct term terms_collect(struct lowering *c, struct term *terms, uint32_t n,
                          uint32_t depth);
/* Whether e calls the operator or function of this name. */
bool expr_is_call(const struct exprs *x, expr_t e, const char *name);
/* How many tokens e is, saturating. */
uint32_t expr_cost(struct lowering *c, expr_t e);
expr_t ones_expr(struct lowering *c, uint32_t order, const dim_t *dims);
expr_t eye_expr(struct lowering *c, dim_t n);
/* Reduces a product's graph; false when there is no matrix notation (or
 * after a fault). */
bool reduce_product(struct lowering *c, ix_t product, struct term *out);
/* norm2(v) where n is v'*v for a variable v, or 0. */
expr_t plain_norm(struct lowering *c, ix_t n);
/* A series whose body was lowered to this, with a name for its symbol. */
expr_t series_expr(struct lowering *c, ix_t series, expr_t body);
/* What the node calls, an operator or an abstract function, of these. */
expr_t call_expr(struct lowering *c, const struct ix_node *n,
                 const expr_t *args);
/* NULL for a node that is not part of what is lowered. */
const struct low *low_of(const struct lowering *c, ix_t n);
/* Product of two expressions of any shape, scalars in front. */
expr_t mul_expr(struct lowering *c, expr_t a, expr_t b);
expr_t had_expr(struct lowering *c, expr_t a, expr_t b);
expr_t transposed_expr(struct lowering *c, expr_t e);

/* Lowering all nodes of a term, children first. */
void lowering_begin(struct lowering *c, struct ix_table *t);
bool lower_all(struct lowering *c, ix_t root, const ix_t **list, uint32_t *n);
void lowering_end(struct lowering *c);

#endif
