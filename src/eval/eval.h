/* eval.h - values of typed expressions in double precision.
 *
 * An expression is compiled once for given sizes into a plan: a list of
 * steps over preallocated values, so that evaluating it again at another
 * point allocates nothing.  Variables are bound by pointer; change the
 * numbers and run again.  Values are column-major (of a tensor the first
 * axis runs fastest); a row is a value of one axis with 1 row.
 *
 * The number type appears only in the values and the kernels: the same plan
 * (plan.c) is run in the prime field where eval/exact.h asks for it. */
#ifndef MD_EVAL_EVAL_H
#define MD_EVAL_EVAL_H

#include "expr/expr.h"
#include "number/field.h"

/* Degrees of numerator and denominator, see exact_degree. */
struct eval_degree {
    double above, below;
};

struct eval_value {
    double *v;           /* of an exact plan: numbers known when compiled */
    field_t *exact;      /* in an exact plan: a jet an entry */
    uint32_t size;       /* entries */
    uint32_t rows, cols; /* as a matrix; of a tensor: first axis, the rest */
    uint8_t kind, order; /* as in struct shape */
    bool watched;        /* depends on the watched variable */
    uint32_t dim[SHAPE_MAX_ORDER];
    struct eval_degree degree;
};

struct eval_size {
    symbol_t symbol;
    int64_t value;
};

struct evaluator; /* opaque: scratch memory and libraries loaded */
struct eval_plan; /* opaque; lives until eval_reset or evaluator_free */

struct evaluator *evaluator_new(struct exprs *x);
void evaluator_free(struct evaluator *ev);
/* Forgets all plans, keeps memory for the next. */
void eval_reset(struct evaluator *ev);
/* Memory with the lifetime of the plans; NULL with a fault. */
struct arena *eval_arena(struct evaluator *ev);

/* NULL with a fault: a size that is not given or negative (shape), an
 * operator with neither kernel nor definition (unsupported), too many
 * entries or too deep a nest of sums (limit), memory. */
struct eval_plan *eval_plan_new(struct evaluator *ev, expr_t e,
                                const struct eval_size *sizes,
                                uint32_t nsizes);
/* About how many multiplications a run needs; sums over long ranges are
 * no fault, but the caller may not want to wait for them. */
double eval_cost(const struct eval_plan *p);
/* The numbers of a variable; they are read at each run.  False if the
 * expression has no such variable.  Every variable must be bound. */
bool eval_bind(struct eval_plan *p, decl_t d, double *values);
/* The same by number, for expressions of many variables. */
uint32_t eval_input_count(const struct eval_plan *p);
decl_t eval_input(const struct eval_plan *p, uint32_t i);
void eval_bind_input(struct eval_plan *p, uint32_t i, double *values);
/* The value's shape, before any run. */
const struct eval_value *eval_result(const struct eval_plan *p);
/* Evaluates everything.  False when the point lies outside the domain: a
 * singular matrix, a logarithm of a negative number, an overflow; or, with a
 * fault, when time is up. */
bool eval_run(struct eval_plan *p);
/* Evaluates everything with the results of functions and of arrays off by a
 * few units in the last place: what changes is what rounding decides. */
bool eval_run_rounded(struct eval_plan *p, uint64_t seed);
/* From now on eval_rerun evaluates only what depends on `d` (0: all). */
void eval_watch(struct eval_plan *p, decl_t d);
bool eval_rerun(struct eval_plan *p);
/* The largest absolute value met in the last run, intermediate values
 * included: what rounding errors are relative to. */
double eval_scale(const struct eval_plan *p);

/* Whether, in the last run, a function with a corner or a jump at 0 was given
 * what rounding had left of 0: then it is rounding that decides its value. */
bool eval_is_blurred(const struct eval_plan *p);

/* Whether there is a numeric kernel of this name. */
bool eval_kernel_known(const char *name);

/* What an expression is made of. */
struct eval_uses {
    decl_t *decls;
    symbol_t *sizes;
    uint32_t ndecls, nsizes, decl_capacity, size_capacity;
    bool pieces; /* a function with corners or jumps: abs, relu, sign, ... */
    /* Overloads that have a differential and no values: they occur in the
     * expressions, in definitions used there, or in such differentials. */
    uint16_t *ruled;
    uint32_t nruled, ruled_capacity;
    uint8_t *visited; /* by overload */
    uint32_t nvisited;
};
/* Adds the variables of `e`, and the size symbols of `e` and of their
 * shapes, each once.  The lists are of the caller's memory `x->mem`. */
bool eval_uses_add(struct evaluator *ev, expr_t e, struct eval_uses *u);
void eval_uses_free(struct evaluator *ev, struct eval_uses *u);
/* The entries a size stands for; false when a symbol has no value or the
 * size is negative. */
bool eval_dim(const struct exprs *x, dim_t d, const struct eval_size *sizes,
              uint32_t nsizes, int64_t *value);

#endif
