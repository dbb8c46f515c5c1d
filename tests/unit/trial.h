/* trial.h - derivatives of random expressions of many kinds: the referee,
 * which shares no code with the deriving side, refutes none, and each answer
 * is read back as it was printed. */
#ifndef MD_TESTS_TRIAL_H
#define MD_TESTS_TRIAL_H

#include "derive/derive.h"
#include "fixture.h"
#include "random_expr.h"

enum { TRIAL_MAX_VARIABLES = 24, TRIAL_SIZES = 2 };

/* By a variable, a part of one, within its structure. */
enum trial_by { BY_VARIABLE, BY_PART, BY_STRUCTURE };

/* What the expressions of a kind are like, and what is asked of them. */
struct trial_kind {
    const char *name;
    uint32_t order, least, most; /* of derivatives; depths of expressions */
    unsigned features;           /* of random_expr.h */
    enum trial_by by;
    uint32_t percent;            /* of which at least must be verified */
    bool scalar;                 /* scalar expressions in matrix form only */
    const char *let;             /* names; sizes m and n */
    /* Texts in which $s, $x, $y, $A, $B, $C, $Q stand for random
     * expressions: a scalar, an n-vector, an m-vector, m x n, n x m, n x n
     * and m x m matrices; ended by NULL.  Or NULL: the random expressions
     * themselves. */
    const char *const *texts;
    const char *const *avoid; /* operators, ended by NULL, or NULL */
    const char *exponent;     /* a size that may be a matrix's, or NULL */
    const char *const *members; /* what is derived by every other time, ended
                                   by NULL, or NULL */
};
extern const struct trial_kind trial_kinds[];
extern const uint32_t trial_kind_count;

struct trial_counts {
    uint32_t tried, proved, verified, unable, unsupported, limit;
    uint32_t outside;  /* nowhere defined: 1/0 */
    uint32_t unmet;    /* no point was found that meets the conditions */
    uint32_t constant; /* the variable does not occur */
    uint32_t refuted;
    uint32_t failures; /* refuted, not read back, or a defect */
};

struct trial {
    struct fixture f;
    struct deriver *d;
    const struct trial_kind *kind;
    expr_t nodes[TRIAL_MAX_VARIABLES];
    uint32_t nodes_count;
    dim_t sizes[TRIAL_SIZES];
    dim_t exponent;
    uint32_t first;
    struct trial_counts counts;
    uint64_t seed, number; /* of the present expression */
};

void trial_begin(struct trial *t, const struct trial_kind *kind);
void trial_end(struct trial *t);
/* Expression `number` of the kind, drawn by `seed`. */
void trial_run(struct trial *t, uint64_t seed, uint64_t number);
void trial_add(struct trial_counts *sum, const struct trial_counts *c);

#endif
