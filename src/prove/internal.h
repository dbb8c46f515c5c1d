/* internal.h - what the steps of a proof share. */
#ifndef MD_PROVE_INTERNAL_H
#define MD_PROVE_INTERNAL_H

#include "prove/prove.h"
#include "simplify/parts.h"

enum {
    PROVE_STEPS = 20000,  /* products looked at in one proof */
    PROVE_NODES = 200000, /* index terms */
    PROVE_WORK = 20000000, /* see ix_table.work */
    PROVE_NESTING = 12    /* of scalars in scalars */
};

struct prover {
    struct exprs *x;
    struct rules *rules;
    struct ix_table t;
    symbol_t except; /* a law that may not be used */
    uint32_t steps, nesting;
};

/* ---- reduce.c: normal forms */
/* The term multiplied out, laws and relations applied; 0 after giving up. */
ix_t prove_reduce(struct prover *p, ix_t root);

/* ---- step.c, relation.c, pairing.c: one step on a product.  Each gives an
 * equal node; n itself where it does not apply; 0 after giving up. */
typedef ix_t prove_step(struct prover *p, ix_t n, const struct parts *f);
prove_step step_constant, step_split, step_repeat, step_opposite,
    step_inverse, step_orthogonal, step_denominator, step_nested_pairs,
    step_uneven_pairs;

/* The first factor that is a sum to a positive power; f->n if none. */
uint32_t prove_sum_in(const struct prover *p, const struct parts *f);
/* The product with one term of that sum for one power of it. */
ix_t prove_over_term(struct prover *p, const struct parts *f, uint32_t i,
                     ix_t term);
/* Whether the factor is an inverse, to the first power. */
bool prove_is_inverse(struct prover *p, const struct part *f);
/* The product of some factors, with labels numbered anew: `keep` NULL or
 * marks those of f; `more` are added. */
ix_t prove_product(struct prover *p, const struct parts *f, const bool *keep,
                   uint32_t nmore, const struct part *more);

/* ---- match.c: a product within a product */
enum { MATCH_FREE = UINT16_MAX, MATCH_LABELS = 64, MATCH_FACTORS = 16 };
struct submatch {
    const struct parts *host, *pattern;
    bool taken[MATCH_LABELS];        /* factors of the host */
    rat_t rest[MATCH_LABELS];        /* of those: the exponent left, or 0 */
    bool ignored[MATCH_FACTORS];     /* factors of the pattern */
    uint16_t bound[MATCH_LABELS];    /* by label of the pattern */
};
/* Whether the pattern's factors are among the host's that are not taken yet,
 * labels as far as bound; what it sums over nothing else may use.  They are
 * marked as taken; x^2 is taken of x^3, and x is left. */
bool submatch_find(struct prover *p, struct submatch *m);

/* ---- law.c */
/* What the laws make of a function or operator of reduced arguments. */
ix_t prove_unfold(struct prover *p, ix_t n);

/* ---- peel.c */
/* Whether the term is zero; false may mean that it could not be seen. */
bool prove_zero(struct prover *p, ix_t d);

#endif
