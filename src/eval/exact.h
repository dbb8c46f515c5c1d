/* exact.h - values of typed expressions in a prime field, on jets.
 *
 * The same plans as in double precision (eval.h) with another number type:
 * every entry is a jet (number/jet.h), so that f(X + e1*D) has f's derivative
 * along D in its part 1, without rounding.
 *
 * A function that no rational arithmetic computes (exp, logdet, softmax) is
 * known by its differential alone.  Its values are elements that only its
 * name and its arguments' values determine; where the arguments are jets,
 *     f(u + e*v) = f(u) + e * df(u; v)
 * with the rule's df, for one e after the other.  What holds for such
 * elements holds for every function with this differential.  Square roots
 * are roots in the field; where there is none the point is outside the
 * domain. */
#ifndef MD_EVAL_EXACT_H
#define MD_EVAL_EXACT_H

#include "eval/eval.h"
#include "number/jet.h"

enum { EXACT_MAX_ROOTS = 64 };

/* What the runs of an evaluator's exact plans have in common; runs with the
 * same seed belong together. */
struct exact_state {
    uint32_t order; /* of the jets at present */
    uint64_t seed;  /* of the values of functions */
    bool opaque;    /* a function entered that is known by its rule only */
    uint32_t roots; /* different numbers of which roots were wanted */
    field_t radicand[EXACT_MAX_ROOTS];
    uint64_t without; /* those that have none, as bits */
};

/* For jets of `order` or less.  NULL with a fault as eval_plan_new, or
 * (unsupported) where a function has no differential. */
struct eval_plan *exact_plan_new(struct evaluator *ev, expr_t e,
                                 const struct eval_size *sizes,
                                 uint32_t nsizes, uint32_t order);
void exact_bind_input(struct eval_plan *p, uint32_t i, field_t *values);
/* False when the point lies outside the domain: a zero is inverted, a root
 * does not exist. */
bool exact_run(struct eval_plan *p, uint32_t order, uint64_t seed);
/* What the runs with the last seed met. */
const struct exact_state *exact_met(const struct eval_plan *p);
/* A bound for the degrees of numerator and denominator of the result as a
 * rational function of the variables (and opaque elements and roots). */
double exact_degree(struct eval_plan *p);

#endif
