/* plan.h - inside the evaluator: plans, steps, kernels. */
#ifndef MD_EVAL_PLAN_H
#define MD_EVAL_PLAN_H

#include "eval/blas.h"
#include "eval/eval.h"
#include "eval/exact.h"
#include "expr/op.h"

enum {
    EVAL_MAX_NESTING = 32,     /* sums in sums */
    EVAL_MAX_CALLS = 16,       /* definitions in definitions */
    EVAL_MAX_INDICES = 64,     /* different indices in one expression */
    EVAL_MAX_ENTRIES = 1 << 25 /* of one plan */
};

/* The state of a run. */
struct eval_state {
    double *work; /* as much as the plan's greediest kernel asked for */
    field_t *exact_work; /* the same for an exact plan */
    struct blas *blas;
    struct exact_state *exact; /* common to all plans; of exact ones */
    bool outside; /* left the domain */
};

struct eval_step;
typedef void eval_kernel(struct eval_step *s, struct eval_state *st);

/* A loop over index values; its steps depend on the indices. */
struct eval_block {
    struct eval_step *first, *last;
    uint32_t nindex, groups;
    struct eval_value **index;
    int64_t *low, *count;
    const struct eval_value *body;
};

struct eval_step {
    eval_kernel *run;
    struct eval_value *out;
    const struct eval_value **in;
    uint32_t nargs;
    uint32_t depth; /* in a block: the fastest index it depends on */
    op_t op;        /* 0 where the step is no operator's */
    bool active;    /* depends on the watched variable */
    bool entrywise; /* a function of single entries */
    uint8_t degree;   /* of an exact kernel: its law, see exact_table.h */
    uint8_t relation; /* of a function that has none: what it is made of */
    union {
        double (*scalar)(double);
        struct eval_block *block;
        struct eval_plan *plan; /* of a definition, or of a differential */
        uint32_t axes; /* of a part of a matrix: the axes that are left, as
                          bits; their subscript is the first place */
    } u;
    struct eval_step *next;
};

struct eval_input {
    decl_t decl;
    struct eval_value *value;
};

struct eval_plan {
    struct evaluator *ev;
    struct eval_step *first, *last; /* those outside all sums */
    struct eval_input *inputs;
    uint32_t ninputs, nparams; /* the first ones are parameters */
    const struct eval_value *root;
    struct eval_state state;
    const struct eval_size *sizes;
    uint32_t nsizes;
    size_t entries, work_entries;
    double cost; /* multiplications, roughly, of a run */
    uint32_t calls; /* depth of definitions */
    int order;      /* of the jets of an exact plan; or EVAL_DOUBLES */
};
enum { EVAL_DOUBLES = -1 };

struct evaluator {
    struct exprs *x;
    struct arena arena;
    struct arena scratch; /* of compilation */
    struct blas *blas;
    struct exact_state exact;
    uint32_t *place; /* by expr_t: position + 1 in the node list, or 0 */
    uint32_t place_capacity;
    expr_t *nodes; /* a list of nodes, and a stack */
    uint32_t node_count, node_capacity;
};

/* Compiles `e`; its first `nparams` inputs are `params` in that order,
 * whether or not they occur (0: none of that number). */
struct eval_plan *eval_plan_build(struct evaluator *ev, expr_t e,
                                  const struct eval_size *sizes,
                                  uint32_t nsizes, const decl_t *params,
                                  uint32_t nparams, uint32_t calls,
                                  int order);

/* Collects the nodes of `e` in ascending order into ev->nodes, with their
 * positions in ev->place; eval_forget_nodes empties `place` again. */
bool eval_collect_nodes(struct evaluator *ev, expr_t e);
void eval_forget_nodes(struct evaluator *ev);

/* ---- kernels */
struct kernel {
    const char *name;
    eval_kernel *run;
    double (*scalar)(double); /* of an entrywise function */
    /* Whether the shapes fit (the rule file may be wrong), and the work
     * memory needed, in doubles. */
    bool (*fits)(const struct eval_step *s, size_t *work);
};
const struct kernel *kernel_find(const char *name);
/* Of the grammar's own operators. */
const struct kernel *kernel_of_op(op_t op);
/* Of functions of matrices and their derivatives. */
const struct kernel *kernel_of_matrices(const char *name);
/* Of eigenvalues, singular values and the like. */
const struct kernel *kernel_of_spectra(const char *name);
/* Those of solutions of matrix equations. */
const struct kernel *kernel_of_equations(const char *name);
/* Steps of the plan itself. */
eval_kernel eval_run_sum, eval_run_tensor, eval_run_element;
/* The entries of a part of a value, found axis by axis: `place` is the first,
 * of the axes that are left `count` and the distance between neighbours. */
struct eval_part {
    size_t place, stride, step[2];
    uint32_t n, count[2];
};
/* Goes on with the next axis, at the place `at`; false if that is outside. */
bool eval_element_place(const struct eval_step *s, uint32_t axis, int64_t at,
                        struct eval_part *p);
eval_kernel eval_run_call, eval_run_call_entries;
void eval_run_steps(struct eval_step *s, struct eval_state *st);

/* Going through a loop: sets every index to its first value (false if the
 * range is empty), to the next (*changed is the slowest index that moved;
 * false at the end), and back to what it was outside. */
bool eval_loop_begin(struct eval_block *b, double *outer);
bool eval_loop_next(struct eval_block *b, uint32_t *changed);
void eval_loop_end(struct eval_block *b, const double *outer);
void eval_loop_body(struct eval_block *b, uint32_t changed,
                    struct eval_state *st);
/* Where a tensor's entry of the present index values stands. */
size_t eval_tensor_place(const struct eval_block *b);

/* Flags the state when an entry is not finite. */
static inline void eval_check(const struct eval_value *a,
                              struct eval_state *st)
{
    double zero = 0;
    for (uint32_t i = 0; i < a->size; i++)
        zero += a->v[i] * 0.0;
    if (zero != 0)
        st->outside = true;
}

#endif
