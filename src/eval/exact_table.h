/* exact_table.h - inside the evaluator: the exact kernels. */
#ifndef MD_EVAL_EXACT_TABLE_H
#define MD_EVAL_EXACT_TABLE_H

#include "eval/plan.h"

/* How the degree of a kernel's value follows from its arguments'. */
enum degree_law {
    DEGREE_CONSTANT,
    DEGREE_LINEAR,
    DEGREE_SUM,
    DEGREE_PRODUCT,
    DEGREE_QUOTIENT,
    DEGREE_POWER,
    DEGREE_INVERSE,
    DEGREE_MINORS, /* determinant, cofactors */
    DEGREE_NORM
};

struct exact_kernel {
    const char *name;
    eval_kernel *run;
    enum degree_law degree;
};
/* NULL when there is none of that name. */
const struct exact_kernel *exact_kernel(const char *name);

/* Steps of the plan itself; exact_run_opaque is the step of a function that
 * is known by its differential, `u.plan` (NULL if it was compiled for jets of
 * order 0). */
eval_kernel exact_run_sum, exact_run_tensor, exact_run_element;
eval_kernel exact_run_call, exact_run_call_entries, exact_run_opaque;

#endif
