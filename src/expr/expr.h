/* expr.h - the table of typed expressions.
 *
 * A node is an id; a child's id is smaller than its parent's, equal
 * expressions have equal ids, nothing is freed before the table.  So a pass
 * over an expression is a loop over ids with a flat array of results, never
 * a recursion.  Constructors given 0 (a failure) return 0; the fault is in
 * the table's memory budget (`x->mem->fault`). */
#ifndef MD_EXPR_EXPR_H
#define MD_EXPR_EXPR_H

#include "base/intern.h"
#include "base/truth.h"
#include "number/rational.h"
#include "shape/shape.h"

typedef uint32_t expr_t; /* 0: none */
typedef uint32_t decl_t; /* 0: none */

/* What a node is.  The first ones are leaves and binders, then the operators
 * the grammar has signs for; functions with a name follow from
 * OP_FIRST_NAMED in the order in which rules declare them (see op.h). */
enum {
    OP_NONE,
    OP_NUMBER,    /* payload: rat_t */
    OP_VARIABLE,  /* payload: decl_t */
    OP_SIZE,      /* payload: dim_t; the size as a scalar value */
    OP_INDEX,     /* a bound index; payload: index_t */
    OP_WHOLE,     /* the ':' of A[1,:], a whole axis; only as a subscript */
    OP_SUM,       /* sum(i,j: body): args are the indices, then the body */
    OP_TENSOR,    /* tensor(i,(j,k): body): likewise; payload: group mask,
                     bit a set where index a begins a new axis */
    OP_ELEMENT,   /* A[i,j], A[i,:]: args are the base, then its subscripts,
                     each an index, OP_WHOLE, OP_SPAN or a size (2, n, l-1) */
    OP_SPAN,      /* the 2:n of x[2:n], a part of an axis; only as a subscript;
                     args are the first and the last place, sizes */
    OP_APPLY,     /* an abstract function's value; payload: applied_t */
    OP_SERIES,    /* sum(l=1..L: body) over an integer parameter, a symbol that
                     sizes in the body mention; payload: the symbol; args are
                     the first and the last value (sizes) and the body */
    OP_PRODUCT,   /* prod(l=1..L: body): likewise, of a scalar */
    OP_ADD,       /* n-ary; a difference is a sum with OP_NEG */
    OP_NEG,
    OP_MUL,       /* n-ary, left associative: * */
    OP_DIV,       /* / */
    OP_LDIV,      /* \ */
    OP_HAD,       /* n-ary, left associative: .* */
    OP_HDIV,      /* ./ */
    OP_POW,       /* ^ */
    OP_HPOW,      /* .^ */
    OP_TRANSPOSE, /* postfix ' */
    OP_FIRST_NAMED
};
typedef uint16_t op_t;

/* Properties a declared name may have; a mask. */
enum property {
    PROP_SYMMETRIC = 1 << 0,
    PROP_ANTISYMMETRIC = 1 << 1,
    PROP_DIAGONAL = 1 << 2,
    PROP_LOWER = 1 << 3, /* lower triangular */
    PROP_UPPER = 1 << 4,
    PROP_ORTHOGONAL = 1 << 5,
    PROP_INVERTIBLE = 1 << 6,
    PROP_POSDEF = 1 << 7,
    PROP_PSD = 1 << 8,
    PROP_POSITIVE = 1 << 9, /* every entry > 0 */
    PROP_NONNEG = 1 << 10,
    PROP_NONZERO = 1 << 11, /* every entry != 0 */
    PROP_CONSTANT = 1 << 12,
    PROP_TOEPLITZ = 1 << 13, /* equal along diagonals; symmetric, unless it is
                                general, triangular or antisymmetric */
    PROP_INTEGER = 1 << 14,
    PROP_FULL_ROW_RANK = 1 << 15,    /* its rows are linearly independent */
    PROP_FULL_COLUMN_RANK = 1 << 16, /* its columns are */
    PROP_PRINCIPAL = 1 << 17,        /* no eigenvalue in (-inf, 0] */
    PROP_FULLRANK = 1 << 18,         /* either of both */
    PROP_SIMPLE = 1 << 19, /* of an eigenvalue: apart from the others; of a
                              singular value: positive, too; of a vector of
                              all of them: each is */
    PROP_GENERAL = 1 << 20 /* of a Toeplitz matrix: perhaps not symmetric */
};
enum { PROPERTY_COUNT = 21 };
typedef uint32_t properties_t;

enum decl_role {
    DECL_VARIABLE,    /* a user's name */
    DECL_PARAMETER,   /* a pattern variable of a rule */
    DECL_DIFFERENTIAL, /* d X; `of` is X */
    DECL_FUNCTION, /* an abstract function; see function.h */
    DECL_SIZE /* "size k": the name is one of a whole number */
};
enum { FAMILY_MAX_SUBSCRIPTS = 2, FAMILY_MAX_PIECES = 8 };
/* What the members low, ..., high of a family are, with its parameter free. */
struct family_piece {
    dim_t low, high;
    expr_t value;
};
struct decl {
    symbol_t name;
    uint8_t role;
    bool assumed; /* by the conventions for undeclared names */
    bool rest;    /* R..., of a rewrite: the rest of a sum or product */
    properties_t properties;
    struct shape shape;
    decl_t of;
    uint32_t function; /* DECL_FUNCTION: in the table's functions */
    /* A family W{l}[d{l},d{l-1}]: its parameters, of which the shape tells,
       and how far each runs (0: unknown).  A member W{L-1} is a declaration,
       too: it has a family, and subscripts in place of parameters. */
    uint8_t subscripts;
    symbol_t parameter[FAMILY_MAX_SUBSCRIPTS];
    dim_t low[FAMILY_MAX_SUBSCRIPTS], high[FAMILY_MAX_SUBSCRIPTS];
    decl_t family;
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    /* What a member of the family is, with the parameter free (0: a variable
       of its own); `recursive` if that leads to other members of it. */
    expr_t definition;
    bool recursive;
    /* What members are told one by one or by ranges, as those of a recursion
       that runs downward: the first piece that fits. */
    uint8_t pieces;
    struct family_piece piece[FAMILY_MAX_PIECES];
};

typedef uint32_t index_t;
struct index_entry {
    symbol_t name;
    dim_t low, size; /* runs low, low+1, ..., low+size-1 (low usually 1) */
};

struct expr_node {
    op_t op;
    uint16_t overload; /* see op.h; 0 for leaves, binders, n-ary nodes */
    uint32_t nargs, args, payload, shape;
};

struct ops;
struct function;
struct applied;
struct exprs {
    struct mem *mem;
    struct intern *names;
    struct rationals *numbers;
    struct dims *dims;
    struct ops *ops;
    uint32_t node_limit; /* 0: none */

    struct expr_node *nodes; /* 1 .. count */
    uint64_t *hashes;
    uint32_t count, capacity, hashes_capacity;
    expr_t *args;
    uint32_t args_used, args_capacity;
    struct hash_index index;

    struct decl *decls; /* 1 .. decl_count */
    uint32_t decl_count, decl_capacity;
    decl_t *members; /* 1 .. member_count: those of decls that are members */
    uint32_t member_count, member_capacity;
    struct hash_index member_index;
    struct index_entry *indices; /* 1 .. index_count */
    uint32_t index_count, index_capacity;
    struct function *functions; /* 1 .. function_count */
    uint32_t function_count, function_capacity;
    struct applied *applied; /* 1 .. applied_count */
    uint32_t applied_count, applied_capacity;
    struct shape *shapes; /* 0 is the scalar */
    uint32_t shape_count, shape_capacity;
    struct hash_index shape_index;

    struct expr_visit {
        uint32_t pass, place;
    } *visits; /* by node: the last expr_reach that met it, and its place */
    uint32_t visits_capacity, pass;
};

bool exprs_init(struct exprs *x, struct mem *m, struct intern *names,
                struct rationals *numbers, struct dims *dims,
                struct ops *ops);
void exprs_free(struct exprs *x);
/* Without the tables it refers to. */
bool exprs_image(struct exprs *x, struct image *im);

/* How far the table is filled, and back to there: ids above a mark may not
 * be used after a return to it.  The names, numbers and sizes that the table
 * uses stay. */
struct exprs_mark {
    uint32_t nodes, args, decls, indices, shapes, functions, applied, members;
};
struct exprs_mark exprs_mark(const struct exprs *x);
void exprs_rollback(struct exprs *x, const struct exprs_mark *mark);

/* ---- declarations: always a new one; looking names up is the language's
 * affair (src/lang), which knows scopes. */
decl_t expr_declare(struct exprs *x, const struct decl *d);
static inline const struct decl *expr_decl(const struct exprs *x, decl_t d)
{
    return &x->decls[d];
}

/* ---- leaves and binders */
expr_t expr_number(struct exprs *x, rat_t value);
expr_t expr_int(struct exprs *x, int64_t value);
expr_t expr_variable(struct exprs *x, decl_t d);
/* The member of a family with these subscripts, as many as it has
 * parameters. */
expr_t expr_member(struct exprs *x, decl_t family, const dim_t *at);
/* What a member was defined to be, unless by other members; a member that is
 * a variable, and all other expressions, as they are. */
expr_t expr_defined(struct exprs *x, expr_t e);
/* The shape it has; false after a fault. */
bool expr_member_shape(struct exprs *x, decl_t family, const dim_t *at,
                       struct shape *shape);
/* A size as a value: a number, OP_SIZE of one symbol, or their sum. */
expr_t expr_size(struct exprs *x, dim_t d);
/* A size as an argument of eye, ones, ...: a number or one OP_SIZE node of
 * the whole size. */
expr_t expr_size_argument(struct exprs *x, dim_t d);
/* The size a value is, made of numbers, sizes, +, - and *; 0 (no fault) if
 * it is not one. */
dim_t expr_as_size(struct exprs *x, expr_t e);
expr_t expr_index(struct exprs *x, symbol_t name, dim_t low, dim_t size);
/* `index` are OP_INDEX nodes; the body is scalar or (sum only) any shape. */
expr_t expr_sum(struct exprs *x, uint32_t n, const expr_t *index,
                expr_t body);
/* groups: bit a set where index a begins a new axis (bit 0 always). */
expr_t expr_tensor(struct exprs *x, uint32_t n, const expr_t *index,
                   uint32_t groups, expr_t scalar_body);
/* The sum or product (`op`: OP_SERIES, OP_PRODUCT) of the body over the
 * values low, low+1, ..., high of a symbol; high = low-1 is none. */
expr_t expr_series(struct exprs *x, op_t op, symbol_t symbol, dim_t low,
                   dim_t high, expr_t body);
expr_t expr_whole(struct exprs *x);
/* The places low, low+1, ..., high of an axis, and how many these are. */
expr_t expr_span(struct exprs *x, dim_t low, dim_t high);
dim_t expr_span_length(struct exprs *x, expr_t span);
/* One subscript for vectors and rows, two for matrices: a scalar, or with one
 * axis of a matrix whole a column or a row; the base itself if all are. */
expr_t expr_element(struct exprs *x, expr_t base, uint32_t n,
                    const expr_t *subscript);

/* ---- operators: shapes are checked (a fault tells), then what reading a
 * printed text would give anyway is done here, so that printing and reading
 * are inverse: numbers are folded under - and /, (a+b)+c is one sum, (a*b)*c
 * one product, and the sign of a first factor stands before the product. */
expr_t expr_apply(struct exprs *x, op_t op, uint32_t n, const expr_t *args);
expr_t expr_apply1(struct exprs *x, op_t op, expr_t a);
expr_t expr_apply2(struct exprs *x, op_t op, expr_t a, expr_t b);
/* Operator by its name in the rules' table, e.g. "inv"; internal fault when
 * there is none. */
expr_t expr_call1(struct exprs *x, const char *name, expr_t a);
expr_t expr_call2(struct exprs *x, const char *name, expr_t a, expr_t b);

/* ---- reading nodes */
static inline const struct expr_node *expr_get(const struct exprs *x,
                                               expr_t e)
{
    return &x->nodes[e];
}
static inline op_t expr_op(const struct exprs *x, expr_t e)
{
    return x->nodes[e].op;
}
/* Valid until the next node is made. */
static inline const expr_t *expr_args(const struct exprs *x, expr_t e)
{
    return x->args + x->nodes[e].args;
}
static inline expr_t expr_arg(const struct exprs *x, expr_t e, uint32_t i)
{
    return x->args[x->nodes[e].args + i];
}
static inline const struct shape *expr_shape(const struct exprs *x, expr_t e)
{
    return &x->shapes[x->nodes[e].shape];
}
static inline bool expr_is_number(const struct exprs *x, expr_t e,
                                  rat_t value)
{
    return x->nodes[e].op == OP_NUMBER && x->nodes[e].payload == value;
}
/* A structural hash (of names and numbers, not ids). */
static inline uint64_t expr_hash(const struct exprs *x, expr_t e)
{
    return x->hashes[e];
}
/* Sets mark[1..root] to 1 for the nodes `root` is made of, 0 else. */
void expr_mark_used(const struct exprs *x, expr_t root, uint8_t *mark);
/* The nodes `root` is made of, ascending, in memory of the arena; *n of them.
 * x->visits[e].place is the place of e there until the next call.  NULL
 * after a fault. */
const expr_t *expr_reach(struct exprs *x, expr_t root, struct arena *a,
                         uint32_t *n);
/* The same node with other children (and the same payload), through
 * expr_apply and the like. */
expr_t expr_rebuild(struct exprs *x, expr_t node, const expr_t *args);
/* `root` with variable nodes replaced: from[k] becomes to[k]. */
expr_t expr_substitute(struct exprs *x, expr_t root, uint32_t n,
                       const expr_t *from, const expr_t *to);
/* `root` with a free symbol of its sizes, subscripts and parameters replaced
 * everywhere. */
expr_t expr_replace_size(struct exprs *x, expr_t root,
                         struct dim_replacement r);
/* `root` with the members of one family replaced by those of another. */
expr_t expr_change_family(struct exprs *x, expr_t root, decl_t from,
                          decl_t to);
/* Whether a name stands in `e` for anything: a variable, a size, an index, a
 * parameter. */
enum truth expr_uses_name(struct exprs *x, expr_t e, symbol_t name);
/* The name of one property bit ("symmetric"), and back (0: unknown). */
const char *property_name(enum property p);
properties_t property_by_name(const char *name);
/* Adds what cannot hold either where `p` do not: what implies one of them. */
properties_t property_denied(properties_t p, const struct shape *shape);
/* What follows from one property, itself left out. */
properties_t property_implied(enum property p);
/* Adds what follows (posdef: symmetric, invertible, psd; ...); a fault
 * (property) when two contradict or the shape cannot have one. */
properties_t property_close(struct mem *m, properties_t p,
                            const struct shape *shape, const char *name);

#endif
