/* judge.h - one claim at one point. */
#ifndef MD_VERIFY_JUDGE_H
#define MD_VERIFY_JUDGE_H

#include "verify/arrange.h"
#include "verify/differ.h"
#include "verify/move.h"
#include "verify/point.h"
#include "verify/verify.h"

enum outcome {
    OUTCOME_AGREES,
    OUTCOME_ZERO,    /* claim and differences are 0: agrees, but a function
                        may be flat somewhere and not elsewhere */
    OUTCOME_DIFFERS, /* refuted; the detail is written */
    OUTCOME_UNSURE,  /* draw another point */
    OUTCOME_FAULT
};

/* All memory is of the point: the evaluator's arena. */
struct judge {
    const struct verify_request *q;
    struct verify_result *r;
    struct sampler sampler;
    decl_t by[DIFFER_MAX_ORDER];
    decl_t differential[DIFFER_MAX_ORDER]; /* the claim's d X, 0 if none */
    double tolerance;
    bool proved; /* exactly and for rational functions: one point will do */

    struct eval_plan *f, *claim;
    struct point_variable *var[DIFFER_MAX_ORDER];
    struct differ_variable moved[DIFFER_MAX_ORDER];
    struct differ differ;
    double scale;        /* largest value met on the way to f */
    uint32_t nf, ntotal; /* entries of f; derivatives in all */
    uint32_t *place;     /* where the claim has them */
    double *derivative;  /* the claim's, in our order */
    double *contracted;  /* work */
    struct move by_move[DIFFER_MAX_ORDER];
    double *direction[DIFFER_MAX_ORDER]; /* in the claim's entries */
    double *move[DIFFER_MAX_ORDER];      /* of the variable */
    double *expected;    /* the claim's directional derivative, nf */
    double *value, *error; /* a first result while a second is computed */
};

enum outcome judge_point(struct judge *j, bool every_entry);

/* Parts of it, after j->f and j->claim are compiled: finds the variables and
 * memory for directions; finds where the claim has each derivative (AGREES,
 * or DIFFERS for a claim of the wrong shape). */
enum draw judge_variables(struct judge *j);
enum outcome judge_arrange(struct judge *j);

#endif
