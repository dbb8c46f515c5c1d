/* scope.h - the inside of a scope, for the files of this folder. */
#ifndef MD_LANG_SCOPE_H
#define MD_LANG_SCOPE_H

#include "expr/function.h"
#include "lang/elaborate.h"

/* A name the scope knows: a variable, a meaning, or a size. */
struct scope_entry {
    symbol_t name;
    decl_t decl;
    expr_t meaning;
    decl_t variant;      /* decl with other sizes, when sizes were equated */
    decl_t differential; /* d of a parameter */
    bool is_size;        /* some variable's shape mentions it */
    bool is_applied;     /* as d{l} */
    bool in_shape;       /* of some variable, not only "size n" */
    bool keeps_size;     /* declared by "size n" */
};

/* A name of the texts being read. */
struct use {
    symbol_t name;
    uint32_t entry;  /* what the scope knows of it, or 0 */
    uint32_t binder; /* the innermost binder open, or 0 */
    bool as_size;    /* stands where only sizes can */
    bool bound;      /* some index's name */
    bool parameter;  /* of the family that is being defined */
    bool assumed;    /* a variable by convention */
    bool exponent;   /* a size by convention, as it is an exponent */
    uint8_t kind;    /* of an assumed variable (enum shape_kind) */
    dim_t dim[2];
    uint32_t function; /* its place among the functions, or 0 */
    decl_t decl;     /* with its final shape */
    expr_t node;
};

/* An abstract function of the texts being read. */
enum implied { IMPLIED_OPEN, IMPLIED_BEGUN, IMPLIED_DONE };
struct function_use {
    uint32_t use;
    uint8_t nargs;
    uint8_t known, declared; /* arguments whose shape is known; at first */
    uint8_t implied;         /* enum implied: the name alone occurs */
    bool final;
    uint32_t parameter[FUNCTION_MAX_ARGS]; /* uses */
    struct shape shape[FUNCTION_MAX_ARGS], value;
    decl_t decl; /* with its final shapes */
};

/* What elaboration knows of a syntax node. */
enum {
    TYPED_SIZE = 1,     /* stands where a size is wanted */
    TYPED_ABSORBED = 2, /* the first operand of the same n-ary operator */
    TYPED_RANGED = 4,   /* BINDER: has a range or a subscript to read it off */
    TYPED_LIMITS = 8,   /* BINDER: i=1..m */
    TYPED_NAMED = 16,   /* in the brackets of D[u,x]: no value of its own */
    TYPED_PARAMETER = 32, /* BINDER: more than a subscript of whole axes */
    TYPED_ENTRY = 64,   /* BINDER: of a tensor; stands for all of an axis */
    TYPED_SUBSCRIPT = 128, /* a subscript of its own: the i of x[i] */
    TYPED_EXPONENT = 256   /* k, k-1 of X^(k-1) */
};
enum typed_as {
    AS_OPERATOR,
    AS_VARIABLE,
    AS_SIZE,
    AS_INDEX,
    AS_MEMBER,
    AS_MEANING,
    AS_DIFFERENTIAL,
    AS_APPLIED,       /* an abstract function; `ref` is its use */
    AS_FILLED_VECTOR, /* vector(c) */
    AS_FILLED_MATRIX
};
struct typed {
    uint8_t kind, order, as;
    uint16_t flags;
    op_t op;
    dim_t dim[2]; /* of a tensor: dim[0] is its place in tensor_dims; of a
                     scalar in a size: dim[0] is the size; of a BINDER: its
                     size and lowest value */
    uint32_t ref; /* NAME: its use, or the BINDER if as an index; BINDER:
                     its use */
    expr_t value; /* BINDER, while its body is read: the binder it hides */
};

struct scope {
    struct exprs *x;
    bool strict;
    bool free_sizes; /* names in the place of sizes need no declaration */
    struct scope_entry *entries; /* 1 .. count */
    uint32_t count, capacity;
    struct hash_index index;

    /* Reading. */
    struct syntax texts[LANG_MAX_TEXTS];
    struct arena arena;
    struct use *uses; /* 1 .. use_count, in order of appearance */
    uint32_t use_count, use_capacity;
    struct hash_index use_index;
    struct unifier sizes;
    symbol_t *fresh; /* sizes made up, the same in every reading */
    uint32_t fresh_used, fresh_count, fresh_capacity;
    dim_t *tensor_dims;
    uint32_t tensor_used, tensor_capacity;
    struct function_use *functions; /* 1 .. function_count */
    uint32_t function_count, function_capacity;
    struct assumed_range {
        symbol_t name;
        dim_t low, size;
    } *ranges; /* of parameters, where nothing tells them */
    uint32_t range_count, range_capacity;
    struct text assumed;
};

/* ---- scope.c */
uint32_t scope_find(const struct scope *s, symbol_t name);
/* The entry of a name, made if new; 0 with a fault. */
uint32_t scope_entry_for(struct scope *s, symbol_t name);
/* Marks the sizes anew and drops entries that are nothing. */
bool scope_refresh(struct scope *s);
decl_t scope_with_shape(struct scope *s, uint32_t entry,
                        const struct shape *shape);
/* The same of a function, with these arguments. */
decl_t scope_with_function(struct scope *s, uint32_t entry,
                           const struct shape *shape,
                           const struct function *f);

/* ---- typing.c: kinds and sizes, bottom up */
/* One text being read. */
struct reading {
    struct scope *s;
    const struct syntax *t;
    syntax_t base, root;  /* the nodes of the expression: base .. root */
    struct typed *typed;  /* of node base on */
    const char *text;     /* NULL if unknown */
};
static inline struct typed *typed_at(const struct reading *r, syntax_t n)
{
    return &r->typed[n - r->base];
}
bool typing_run(struct reading *r);
bool typing_check_ranges(struct reading *r);
struct shape typed_shape(const struct reading *r, syntax_t n);
bool typed_set_shape(struct reading *r, syntax_t n,
                     const struct shape *shape);
/* The kind of an undeclared name, by its first letter. */
uint8_t typing_kind(const char *name);

/* ---- functions.c: abstract functions */
bool functions_find(struct reading *r);
bool type_applied(struct reading *r, syntax_t n);
bool functions_final(struct scope *s);
expr_t build_applied(struct reading *r, syntax_t n);
void functions_say(struct scope *s);
bool complain_partial(struct reading *r, syntax_t n);

/* ---- uses.c */
/* Lets go of one reading's names and sizes. */
void uses_clear(struct scope *s);
/* NULL with a fault. */
struct use *use_of(struct scope *s, symbol_t name);
/* A size that nobody has named. */
dim_t scope_fresh(struct scope *s);
/* Whether a name is a known function's, in any spelling. */
bool uses_function(const struct scope *s, symbol_t name);
/* Makes two sizes equal; false, without a fault, when they cannot be. */
bool typing_unify(struct scope *s, dim_t a, dim_t b);
bool typing_find_names(struct reading *r);

/* ---- families.c: members of families, parameters of sums */
/* W{l-1} as a value: shape and sizes. */
bool type_member(struct reading *r, syntax_t n);
expr_t build_member(struct reading *r, syntax_t n);
/* The size that d{l-1} is. */
bool type_applied_size(struct reading *r, syntax_t n);
/* Gives the family declared there the value of its members. */
bool families_define(struct scope *s, const struct syntax *t,
                     syntax_t declaration, decl_t family, bool has_sizes);
bool families_complain(struct scope *s, struct span where, const char *what,
                       const char *hint);
/* Binders that are parameters because they run over a part of an axis. */
void families_find_parts(struct reading *r);
/* Whether subscripts with the parameter stay within axes and families. */
bool families_check_body(struct reading *r, syntax_t binder, dim_t low,
                         dim_t high, expr_t body);
/* ---- equations.c: families told by several equations, recursions */
/* s{place} = value or, with a parameter, s{place} = value for parameter =
 * from..to. */
struct equation {
    syntax_t definition;
    symbol_t parameter;
    dim_t place, from, to;
};
/* The sizes of all members, from those of the one at `place`. */
bool equations_shape(struct exprs *x, const struct shape *member,
                     const struct equation *e, symbol_t parameter,
                     struct shape *shape);
/* Gives the family the values that these equations tell. */
bool equations_define(struct scope *s, const struct syntax *t, uint32_t n,
                      const struct equation *e, decl_t family,
                      bool has_sizes);
/* Which of the families defined together are recursions, and whether these
 * are well-founded; `sized` are those with sizes of their own. */
struct defined {
    decl_t family;
    syntax_t definition;
    bool sized;
};
bool equations_find_recursions(struct scope *s, const struct syntax *t,
                               uint32_t n, const struct defined *list);
/* ---- operators.c */
bool type_application(struct reading *r, syntax_t n, op_t op,
                      const char *name);

/* ---- complain.c: faults about names and shapes */
bool complain_kinds(struct reading *r, syntax_t n, op_t op, const char *name);
bool complain_sizes(struct reading *r, syntax_t n, op_t op, const char *name,
                    uint32_t bad);
bool complain_unknown_function(struct reading *r, syntax_t n);
bool complain_unknown_name(struct reading *r, syntax_t n);
/* One size, "?" if nobody knows it. */
void size_text(struct scope *s, dim_t d, char out[80]);
void shape_text(struct scope *s, const struct shape *shape, char out[120]);
/* "" or a known name like this one. */
const char *nearest_word(const char *word, size_t length,
                         const char *(*next)(void *data), void *data);

/* ---- assume.c */
bool assume_sizes(struct scope *s);
bool assume_declarations(struct scope *s);
bool assume_commit(struct scope *s);

/* ---- build.c: typed nodes */
bool build_run(struct reading *r, expr_t *result);

#endif
