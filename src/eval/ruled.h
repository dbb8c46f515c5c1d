/* ruled.h - functions known by their differentials alone, among what an
 * expression is made of. */
#ifndef MD_EVAL_RULED_H
#define MD_EVAL_RULED_H

#include "eval/plan.h"

bool ruled_begin(struct evaluator *ev, struct eval_uses *u);
/* Adds to u->ruled what an operator is, or is defined with. */
bool ruled_add(struct evaluator *ev, struct eval_uses *u, uint16_t overload);
void ruled_free(struct evaluator *ev, struct eval_uses *u);

#endif
