/* truth.h - what a value has, seen from its numbers: for tests of what rules
 * say about properties. */
#ifndef MD_TESTS_TRUTH_H
#define MD_TESTS_TRUTH_H

#include "base/random.h"
#include "base/truth.h"
#include "eval/eval.h"
#include "expr/condition.h"
#include "fixture.h"

/* Whether the value has the property; UNKNOWN where rounding errors could
 * decide. */
enum truth truth_of(const struct eval_value *v, enum property p);

/* A point: sizes and values for all that some expressions are made of. */
struct place {
    struct fixture *f;
    struct evaluator *ev;
    struct eval_uses uses;
    struct eval_size *sizes;
    double **values; /* by place in uses.decls */
    double scale;    /* the largest number met in the last value */
};
void place_init(struct place *p, struct fixture *f);
void place_free(struct place *p);
/* Adds what an expression is made of: all before a draw. */
void place_add(struct place *p, expr_t e);
/* Draws values.  What has no properties is drawn from few whole numbers, 0
 * among them, where `whole`.  False where no sizes suit all. */
bool place_draw(struct place *p, struct random *r, bool whole);
/* NULL outside of the domain, or without a value; until the next draw. */
const struct eval_value *place_value(struct place *p, expr_t e);

#endif
