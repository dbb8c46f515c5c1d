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
    DEGREE_PSEUDO, /* pseudo-inverse */
    DEGREE_NORM
};

struct exact_kernel {
    const char *name;
    eval_kernel *run;
    enum degree_law degree;
};
/* NULL when there is none of that name. */
const struct exact_kernel *exact_kernel(const char *name);

/* Functions that are made of the same elements, see exact_values.c. */
enum exact_relation {
    EXACT_UNRELATED,
    EXACT_EXP, /* from here on of one number */
    EXACT_EXPM1,
    EXACT_SIGMOID,
    EXACT_SOFTPLUS,
    EXACT_TANH,
    EXACT_SINH,
    EXACT_COSH,
    EXACT_LOG,
    EXACT_LOG1P,
    EXACT_SIN,
    EXACT_COS,
    EXACT_TAN,
    EXACT_SIGN,
    EXACT_ABS,
    EXACT_STEP,
    EXACT_RELU,
    EXACT_SOFTMAX, /* from here on of a vector or matrix */
    EXACT_LOGSUMEXP,
    EXACT_LOGDET
};
enum exact_relation exact_relation(const char *kernel);
/* The value at u of a function of one number. */
field_t exact_value(enum exact_relation r, field_t u, struct eval_state *st);
/* The values of a function of a vector or matrix, in the step's result; they
 * may use as much work memory as the argument has entries. */
void exact_values(const struct eval_step *s, struct eval_state *st);

/* Steps of the plan itself; exact_run_opaque is the step of a function that
 * is known by its differential, `u.plan` (NULL if it was compiled for jets of
 * order 0). */
eval_kernel exact_run_sum, exact_run_tensor, exact_run_element;
eval_kernel exact_run_call, exact_run_call_entries, exact_run_opaque;

#endif
