/* function.h - abstract functions: names of smooth functions of which only
 * the shapes are known, u(x)[m], f(t), and their values.
 *
 * A value is an OP_APPLY node: the function, derived by some of its arguments,
 * applied to expressions.  Its axes are those of the function, then those of
 * each argument that it is derived by, in the order of the arguments.  A
 * function of scalars with scalar values is applied by entries. */
#ifndef MD_EXPR_FUNCTION_H
#define MD_EXPR_FUNCTION_H

#include "expr/expr.h"

enum { FUNCTION_MAX_ARGS = 3, FUNCTION_MAX_ORDER = 8 };

/* What a declaration of role DECL_FUNCTION says besides name and shape. */
struct function {
    uint8_t nargs;
    uint8_t known; /* bit k: the shape of argument k; the language finds out
                      the others before a function is applied */
    symbol_t parameter[FUNCTION_MAX_ARGS];
    struct shape shape[FUNCTION_MAX_ARGS];
    expr_t implied[FUNCTION_MAX_ARGS]; /* what the name alone is applied to;
                                          0: it has to be written */
};

/* A function derived by its arguments by[0] <= by[1] <= ...; stacked: as a
 * matrix, its last argument's axes numbered as columns, all others as rows, the
 * later axes slow: J[F,X] is d vec(F)/d vec(X)', J[F,X,X] that of J[F,X]. */
struct applied {
    decl_t function;
    bool stacked;
    uint8_t order;
    uint8_t by[FUNCTION_MAX_ORDER];
};
typedef uint32_t applied_t; /* 0: none */

/* Adds what a declaration refers to; 0 after a fault. */
uint32_t function_new(struct exprs *x, const struct function *f);
static inline const struct function *function_of(const struct exprs *x,
                                                 decl_t d)
{
    return &x->functions[x->decls[d].function];
}
bool function_same(const struct function *a, const struct function *b);
/* Whether it is a function of scalars with scalar values. */
bool function_is_scalar(const struct exprs *x, decl_t d);

/* As it is declared: "u(x)[m]". */
void function_print(const struct exprs *x, decl_t d, struct text *out);

applied_t applied_find(struct exprs *x, const struct applied *a);
static inline const struct applied *applied_get(const struct exprs *x,
                                                applied_t a)
{
    return &x->applied[a];
}
/* What is declared of a function, as far as it holds of this derivative: by
 * scalars what is linear, such as symmetric. */
properties_t applied_properties(const struct exprs *x, applied_t a);
/* A structural hash: of names, not ids. */
uint64_t applied_hash(const struct exprs *x, applied_t a);
/* The same derived once more, by argument k; *place is how many of its
 * derivatives stand before the new one.  0 with a fault (limit). */
applied_t applied_derive(struct exprs *x, applied_t a, uint32_t k,
                         uint32_t *place);
/* The shape of the value, applied to arguments of these shapes; false with a
 * fault when they are not the function's. */
bool applied_shape(struct exprs *x, applied_t a, uint32_t n,
                   const struct shape *args, struct shape *result);

/* The shape of a stacked derivative with these axes, the last ones columns. */
struct shape applied_stack(struct dims *d, uint32_t order, const dim_t *dims,
                           uint32_t columns);

expr_t expr_applied(struct exprs *x, applied_t a, uint32_t n,
                    const expr_t *args);
static inline applied_t expr_as_applied(const struct exprs *x, expr_t e)
{
    return x->nodes[e].op == OP_APPLY ? x->nodes[e].payload : 0;
}
/* The function applied to what its name alone stands for; 0 without a fault
 * if that has to be written. */
expr_t expr_implied(struct exprs *x, decl_t function);
/* Whether the arguments of an OP_APPLY node are those implied. */
bool expr_is_implied(const struct exprs *x, expr_t e);

#endif
