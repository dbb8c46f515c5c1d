/* op.h - the operator table: one row an operator, read by the parser, the
 * shapes, the printers, the evaluator and the manual.  Rules fill it. */
#ifndef MD_EXPR_OP_H
#define MD_EXPR_OP_H

#include "expr/expr.h"

enum { OP_MAX_ARGS = 4, OVERLOAD_MAX_CONDITIONS = 4 };

/* A condition is a predicate on a value: a property every entry (or the
 * matrix) must have, e.g. PROP_INVERTIBLE of X, PROP_POSITIVE of 1-x^2. */
struct condition {
    enum property predicate;
    expr_t subject;
    op_t kink; /* the function that has one where it does not hold, or 0 */
};

/* A condition that an operator has on its arguments; none where `unless`
 * is known to hold (x^a needs x >= 0 unless a is an integer). */
struct requirement {
    enum property predicate;
    expr_t subject;
    struct condition unless; /* subject 0: always needed */
};

enum overload_form {
    OVERLOAD_PRIMITIVE, /* arithmetic of the engine: scalar + - * / ^ */
    OVERLOAD_DEFINED,   /* `definition` is its meaning */
    OVERLOAD_OPAQUE     /* known by its differential and its kernel */
};

enum { OVERLOAD_EQUIVARIANT = 1, OVERLOAD_INVARIANT, OVERLOAD_ADJOINT };

/* What kind of function it is; proofs use it. */
enum {
    NATURE_MEROMORPHIC = 1, /* single-valued and analytic, but for poles, for
                               complex arguments too */
    NATURE_PRIMARY = 2      /* f(A)*B = B*f(C) wherever A*B = B*C, as for
                               power series; or the derivative f'(A)[E] of
                               such a function */
};

/* One signature of an operator: argument shapes over pattern sizes. */
struct overload {
    op_t op;
    uint8_t nargs, form;
    bool entrywise; /* declared on scalars, applies by entries: all arguments
                       of one shape, or scalars that are broadcast */
    uint8_t transposes; /* how it meets a transpose: OVERLOAD_EQUIVARIANT:
                           f(X') = f(X)', OVERLOAD_INVARIANT: f(X') = f(X),
                           OVERLOAD_ADJOINT: of f(A,E), linear in E, the
                           adjoint is f(A',E) */
    uint8_t nature;
    bool is_jacobian; /* some overload's jacobian */
    op_t jacobian;    /* the operator of its matrix, if it is linear in some
                         arguments, or 0: a function of the others */
    bool size_args; /* the arguments are sizes (eye, ones, zeros, ...): arg[k]
                       is a scalar with dim[0] the pattern size, and callers
                       put the actual size there too */
    symbol_t size_name[OP_MAX_ARGS]; /* what the differential calls an argument
                                        that is a size: the k of A^k; or 0 */
    struct shape arg[OP_MAX_ARGS], result;
    expr_t parameter[OP_MAX_ARGS];  /* the pattern variables */
    expr_t dparameter[OP_MAX_ARGS]; /* d of each, 0 if never used */
    expr_t definition;              /* over the parameters, or 0 */
    expr_t differential;            /* over both, linear in d; or 0 */
    symbol_t rule;                  /* the rule's name */
    symbol_t differential_rule;
    symbol_t kernel;                /* numeric kernel, or 0 */
    uint8_t ndomain, nsmooth;
    struct requirement domain[OVERLOAD_MAX_CONDITIONS]; /* of the value */
    struct requirement smooth[OVERLOAD_MAX_CONDITIONS]; /* of the derivative */
    uint32_t file, line;            /* where the rule stands */
    uint32_t load, differential_load; /* numbers of the texts read, and */
    struct span where, differential_where; /* places in them */
    uint16_t next;                  /* the operator's next overload, or 0 */
    uint32_t kinds; /* how many arguments of which kinds, in one word */
};

struct op {
    symbol_t name;     /* "inv", "add" */
    symbol_t latex;    /* template: #1, #2 are the arguments, or 0 */
    symbol_t unicode;  /* likewise */
    symbol_t help;     /* one line, or 0 */
    symbol_t kink;     /* what stands for its derivative where there is none:
                          "at 0 any value in [-1,1] is a subgradient"; or 0 */
    uint16_t first;    /* its first overload, 0 if none; see overload.next */
};

struct ops {
    struct mem *mem;
    struct intern *names;
    struct op *rows; /* by op_t */
    uint32_t count, capacity;
    op_t *by_symbol; /* by symbol_t, 0 where none */
    uint32_t by_symbol_capacity;
    struct overload *overloads; /* 1 .. overload_count */
    uint32_t overload_count, overload_capacity;
};

/* Makes the rows of the grammar's own operators ("add", "neg", "mul", "div",
 * "ldiv", "had", "hdiv", "pow", "hpow", "transpose", and the leaves). */
bool ops_init(struct ops *t, struct mem *m, struct intern *names);
void ops_free(struct ops *t);
bool ops_image(struct ops *t, struct image *im);
/* The row of a name; made if new (`op_declare`) or 0 (`op_find`). */
op_t op_declare(struct ops *t, symbol_t name);
op_t op_find(const struct ops *t, symbol_t name);
static inline const struct op *op_row(const struct ops *t, op_t op)
{
    return &t->rows[op];
}
const char *op_name(const struct ops *t, op_t op);
/* Adds a signature; fault (name) when the same kinds are taken. */
uint16_t overload_add(struct ops *t, const struct overload *o);
/* The signature for arguments of these kinds (enum shape_kind), 0 if none.
 * An entrywise one is found for any kinds that agree. */
uint16_t overload_find(const struct ops *t, op_t op, uint32_t nargs,
                       const uint8_t *kinds);
static inline const struct overload *overload_get(const struct ops *t,
                                                  uint16_t id)
{
    return &t->overloads[id];
}
/* The result's shape for these argument shapes: false (no fault) when sizes
 * disagree; then *bad is the argument at which they do. */
bool overload_result(struct exprs *x, uint16_t id, uint32_t nargs,
                     const struct shape *args, struct shape *result,
                     uint32_t *bad);
/* The arguments, a bit each, in which the function is linear by what its rule
 * says: the differential has the term f(..., d E, ...). */
uint32_t overload_linear(const struct exprs *x, const struct overload *o);
/* What argument k is called in definition and differential: the pattern
 * variable, or the size. */
expr_t overload_parameter(struct exprs *x, uint16_t id, uint32_t k);
/* What a condition of the overload is about, with these arguments for the
 * parameters and their sizes for the pattern's. */
expr_t overload_subject(struct exprs *x, const struct overload *o,
                        const expr_t *args, expr_t pattern);
/* The size a pattern size stands for with these arguments; 0 if none. */
dim_t overload_size(struct exprs *x, uint16_t id, const struct shape *args,
                    symbol_t pattern);

#endif
