/* compile.h - inside the compiler of plans: what its two halves share. */
#ifndef MD_EVAL_COMPILE_H
#define MD_EVAL_COMPILE_H

#include "eval/plan.h"

/* A node of the expression being compiled; args are positions. */
struct local {
    expr_t e;
    uint32_t nargs;
    const uint32_t *args;
    uint64_t free;            /* indices it depends on, as bits */
    struct eval_value *value; /* once emitted */
    uint32_t stamp;           /* the loop it was last collected for */
};

struct compiler {
    struct evaluator *ev;
    struct exprs *x;
    struct eval_plan *p;
    struct local *locals;
    uint32_t n, nindex, stamp;
    uint32_t index[EVAL_MAX_INDICES]; /* bit -> position of the index */
};

/* Where steps are added: the plan or a loop. */
struct sink {
    struct eval_step **first, **last;
    const uint64_t *order; /* a loop's indices as bits, in loop order */
    uint32_t norder;
};

/* The entries that a size stands for; false with a fault. */
bool compile_dim(struct compiler *c, dim_t d, uint32_t *value);
/* The numbers of an exact plan's value; false with a fault. */
bool compile_exact_memory(struct compiler *c, struct eval_value *v);
/* Whether the kernel of a power can take `s`; other exponents than n/2 need
 * the rule's differential, which is compiled. */
bool compile_powers(struct compiler *c, struct eval_step *s,
                    const struct overload *o);
/* A step of a function known by its differential; false with a fault. */
bool compile_opaque(struct compiler *c, struct eval_step *s,
                    const struct overload *o);
/* The sizes that an overload's pattern sizes stand for; their number. */
uint32_t compile_pattern_sizes(struct compiler *c, const struct overload *o,
                               const struct eval_step *s,
                               struct eval_size *sizes);
/* Values; all functions give NULL with a fault on failure. */
struct eval_value *compile_value(struct compiler *c, const struct shape *s,
                                 bool memory);
struct eval_value *compile_constant(struct compiler *c, double number);
struct eval_value *compile_number(struct compiler *c, rat_t number);
struct eval_value *compile_input(struct compiler *c, decl_t d);
struct eval_step *compile_step(struct compiler *c, uint32_t nargs,
                               struct eval_value *out);
void compile_add(struct sink *to, struct eval_step *s, uint64_t free);
/* The steps of one node. */
struct eval_value *compile_operator(struct compiler *c, struct sink *to,
                                    const struct local *l,
                                    const struct expr_node *n);
struct eval_value *compile_product(struct compiler *c, struct sink *to,
                                   const struct local *l);
struct eval_value *compile_element(struct compiler *c, struct sink *to,
                                   const struct local *l);

#endif
