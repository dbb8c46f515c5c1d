/* match.h - matching a pattern with an expression, modulo the order of sums
 * and entrywise products, and the bracketing of products. */
#ifndef MD_RULE_MATCH_H
#define MD_RULE_MATCH_H

#include "rule/table.h"

enum { MATCH_MAX_FACTORS = 64, MATCH_MAX_ASSUMED = 4 };

/* Where in the subject's root the pattern stands. */
enum match_place {
    MATCH_WHOLE,
    MATCH_TERMS,    /* some terms of a sum or entrywise factors: `used` */
    MATCH_FACTORS,  /* scalar factors `used` and the run of the others */
    MATCH_NUMERATOR /* one factor (`start`) of a quotient's numerator, or, if
                       start is UINT32_MAX, 1 where it has another one */
};

struct match {
    struct rules *r;
    struct exprs *x;
    const struct pattern *pattern;
    bool lifted;  /* scalars of the pattern stand for any shape */
    bool fact;    /* looking for a property: transposes of symmetric
                     matrices are seen through */
    bool assume;  /* conditions may be taken on */
    int32_t budget;

    expr_t value[PATTERN_MAX_VARIABLES];
    uint8_t bound[PATTERN_MAX_VARIABLES]; /* slots in order of binding */
    uint32_t nbound, nsizes;
    uint32_t empty; /* rests of which nothing is left, a bit a slot */
    symbol_t size_name[PATTERN_MAX_SIZES];
    dim_t size[PATTERN_MAX_SIZES];
    /* Sizes such as m+n met before m and n: what they are to be. */
    struct {
        dim_t pattern, is;
    } open[PATTERN_MAX_SIZES];
    uint32_t nopen;

    enum match_place place;
    uint64_t used;
    uint32_t start, end;
    /* A product's factors, apart: scalars, and the others in order. */
    expr_t scalars[MATCH_MAX_FACTORS], factors[MATCH_MAX_FACTORS];
    uint32_t nscalars, nfactors;

    struct condition assumed[MATCH_MAX_ASSUMED];
    uint32_t nassumed;
};

/* Does the pattern match `e`?  `rest`: it may match a part of a sum or
 * product at the root; the match tells which.  Needs r->nesting levels of
 * property questions left. */
bool match_try(struct match *m, struct rules *r, const struct pattern *p,
               expr_t e, bool rest, bool assume);
/* What a rest is worth where nothing is left: 0, 1, eye(n), ...; 0 if there is
 * nothing. */
expr_t match_neutral(struct match *m, op_t op, const struct shape *shape);
/* The pattern expression with what was matched in it; 0 when that has no
 * meaning (no fault) or after a fault. */
expr_t match_build(struct match *m, expr_t pattern);
/* The subject with the matched part replaced by the pattern's right side. */
expr_t match_result(struct match *m, expr_t subject);
/* Pattern shape against shape, binding sizes. */
bool match_shape(struct match *m, const struct shape *pattern,
                 const struct shape *s);
/* The product's factors in m->scalars and m->factors; false if too many. */
bool match_split(struct match *m, expr_t product);

/* chain.c: products as people write them: a number in front, scalars,
 * then the factors; nested products are dissolved where they chain. */
expr_t product_of(struct exprs *x, uint32_t n, const expr_t *factors);
/* The shape of a chain of factors without scalar parts inside; false (no
 * fault) if it is none. */
bool product_chain(struct exprs *x, uint32_t n, const expr_t *factors,
                   struct shape *shape);
/* Of the derivative df(A,E) of a matrix function in a direction that commutes
 * with A: df(A,I), and E; else 0. */
expr_t commute_identity(struct rules *r, expr_t e, expr_t *direction);
/* The chain transposed: the factors' transposes in reverse order. */
expr_t product_transposed(struct exprs *x, uint32_t n,
                          const expr_t *factors);
/* A product's factors: the scalars, and the others in order; false if there
 * are too many. */
struct product_split {
    expr_t scalars[MATCH_MAX_FACTORS], factors[MATCH_MAX_FACTORS];
    uint32_t nscalars, nfactors;
};
bool product_split(const struct exprs *x, expr_t e, struct product_split *s);
/* A sum without zeros, numbers collected. */
expr_t sum_of(struct exprs *x, uint32_t n, const expr_t *terms);

#endif
