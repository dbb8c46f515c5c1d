/* random_expr.h - random well-shaped expressions, for tests that compute
 * something by two routes.  The same state gives the same expression.
 *
 * What can occur is read off the operator table: every signature whose
 * result has the shape that is wanted is a candidate, so operators that
 * rules add are tested, too. */
#ifndef MD_TESTS_RANDOM_EXPR_H
#define MD_TESTS_RANDOM_EXPR_H

#include "base/random.h"
#include "expr/function.h"
#include "expr/op.h"

enum random_features {
    RANDOM_ENTRYWISE = 1 << 0, /* .* ./ .^ and functions by entries */
    RANDOM_FUNCTIONS = 1 << 1, /* operators with a name */
    RANDOM_QUOTIENTS = 1 << 2, /* / \ ./ */
    RANDOM_POWERS = 1 << 3,    /* ^ .^ */
    RANDOM_BINDERS = 1 << 4,   /* sum(i: ...), tensor(i,j: ...) */
    RANDOM_ELEMENTS = 1 << 5,  /* A[i,j], x[1] */
    RANDOM_SIZES = 1 << 6,     /* n as a value, eye(n), ones(m,n) */
    RANDOM_NUMBERS = 1 << 7,   /* 2, -1/2, 0.01 */
    RANDOM_ODD_NUMBERS = 1 << 8, /* 0 and very long ones */
    RANDOM_BROADCAST = 1 << 9, /* 1 + x, a.*X */
    /* Only where everything is differentiable, and arguments are kept inside
     * the domains of functions: exp(x)+1 for x > 0, ... */
    RANDOM_SMOOTH = 1 << 10,
    RANDOM_ALL = (1 << 10) - 1
};

struct random_options {
    unsigned features;
    uint32_t depth;            /* of operators */
    uint32_t nvariables, nsizes;
    const expr_t *variables;   /* OP_VARIABLE nodes of any shapes */
    const dim_t *sizes;        /* the sizes they have */
    const char *const *avoid;  /* names of operators, ended by NULL; or NULL */
    dim_t exponent; /* a size that may be a matrix's exponent; or 0 */
    uint32_t nfunctions;
    const applied_t *functions; /* abstract ones, perhaps derived */
};

/* An expression of that shape (any but a tensor); 0 with a fault only when
 * memory ends. */
expr_t random_expr(struct exprs *x, struct random *r,
                   const struct random_options *o, const struct shape *shape);
/* Of a random shape. */
expr_t random_expr_any(struct exprs *x, struct random *r,
                       const struct random_options *o);
/* How often a random test runs: `base` times MD_TEST_MULTIPLIER (1). */
uint32_t random_test_count(uint32_t base);

#endif
