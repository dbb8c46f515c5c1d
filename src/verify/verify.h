/* verify.h - the referee: is this claim the derivative of that expression?
 * Shares no code with src/index, src/simplify and src/derive. */
#ifndef MD_VERIFY_VERIFY_H
#define MD_VERIFY_VERIFY_H

#include "base/text.h"
#include "expr/condition.h"
#include "expr/expr.h"
#include "expr/layout.h"

enum verdict {
    VERDICT_NONE,
    VERDICT_PROVED,
    VERDICT_VERIFIED,
    VERDICT_REFUTED,
    VERDICT_UNABLE
};

struct verify_request {
    expr_t expr, claim;
    uint32_t order;    /* 1 or more; by[0..order-1] as in derive.h */
    expr_t by[6];
    enum layout layout;
    enum form form;
    enum structure structure;
    uint64_t seed;     /* the same seed, the same verdict */
    uint32_t samples;  /* points of different sizes; 0: the default, 3 */
    double tolerance;  /* 0: the default */
    bool inexact;      /* by differences only, not in a prime field too */
    const struct conditions *given; /* hold at every point tried; NULL: none */
    bool natural; /* given is no more than where expr and claim have values */
};

struct verify_result {
    enum verdict verdict;
    double error;         /* worst relative error met */
    uint32_t points;      /* conclusive points */
    bool valueless;       /* a function occurred that has no values */
    char detail[400];     /* refuted: sizes, the entry and both values;
                             unable: why */
};

/* PROVED: exact values on dual numbers in a prime field agree, whatever the
 * functions are that have the differentials of the rules; the detail says
 * with which bound of error; differences agree too.  A claim that differs so
 * from a rational function is REFUTED.
 * VERIFIED needs `samples` points at which the claim agrees, REFUTED one at
 * which it differs by far more than the estimated error, at two step sizes.
 * A claim that is not of the shape that layout and form ask for is refuted.
 * Where no point was found that meets what is given, the verdict is UNABLE,
 * though the claim may agree everywhere: it says nothing then.
 * False with a fault only for lack of memory or a limit; what cannot be
 * decided is VERDICT_UNABLE. */
bool verify(struct exprs *x, const struct verify_request *q,
            struct verify_result *r);
/* Whether two expressions of equal shape have equal values at random points:
 * VERIFIED, REFUTED or UNABLE. */
bool verify_equal(struct exprs *x, expr_t a, expr_t b, uint64_t seed,
                  struct verify_result *r);
/* The same at points at which the conditions hold (NULL: none), at so many
 * points (0: the default); PROVED where exact values agree too. */
bool verify_identity(struct exprs *x, expr_t a, expr_t b,
                     const struct conditions *given, uint64_t seed,
                     uint32_t samples, struct verify_result *r);
/* Whether what `from` was rewritten to in two ways is the same, where `from`
 * has a value; where nobody knows its values, everywhere. */
bool verify_results(struct exprs *x, expr_t from, expr_t a, expr_t b,
                    uint64_t seed, struct verify_result *r);
const char *verdict_name(enum verdict v);

#endif
