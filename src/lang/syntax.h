/* syntax.h - the syntax tree: what a text says, before names and shapes.
 *
 * One flat array of nodes for a text; a child's id is below its parent's and
 * the nodes of a subtree are neighbours, so passes are loops.  Brackets leave
 * no node.  Spans are bytes of the text read. */
#ifndef MD_LANG_SYNTAX_H
#define MD_LANG_SYNTAX_H

#include "expr/op.h"

typedef uint32_t syntax_t; /* 0: none */

enum syntax_kind {
    SYNTAX_NONE,
    SYNTAX_NUMBER,       /* payload: rat_t, not negative */
    SYNTAX_NAME,         /* payload: symbol_t */
    SYNTAX_SIGN,         /* an operator with a sign; op: OP_ADD .. OP_TRANSPOSE;
                            a-b is OP_ADD of a and OP_NEG of b */
    SYNTAX_CALL,         /* f(a,b), f.(a); payload: the name f; of the slope
                            f'.(a) the name f' */
    SYNTAX_PARTIAL,      /* D[f,2](a,b): f, then by what, then the arguments;
                            payload: how many stand in [ ] */
    SYNTAX_ELEMENT,      /* A[i,j]: the base, then the subscripts */
    SYNTAX_WHOLE,        /* the ':' of A[i,:] */
    SYNTAX_SPAN,         /* the 2:n of x[2:n]: the first and the last place */
    SYNTAX_SUM,          /* sum(binders: body): SYNTAX_BINDERs, the body */
    SYNTAX_PRODUCT,      /* prod(binders: body): likewise */
    SYNTAX_TENSOR,       /* tensor(binders: body): likewise */
    SYNTAX_MEMBER,       /* W{l-1}, d{l}; payload: the name; children: the
                            subscripts; in a declaration, the parameters,
                            names or ranges */
    SYNTAX_BINDER,       /* payload: the index's name; children: none, or the
                            first and the last value */
    SYNTAX_TUPLE,        /* (i,j); only while reading the binders of tensor */
    SYNTAX_RANGE,        /* i=1..m; only while reading binders */
    SYNTAX_DIFFERENTIAL, /* d X, d inv(X); one child (rule files only) */
    SYNTAX_DECLARATION,  /* payload: the name; children: SYNTAX_PARAMETERS of a
                            function or SYNTAX_MEMBER of a family, the sizes,
                            then SYNTAX_PROPERTYs or a SYNTAX_DEFINITION */
    SYNTAX_DEFINITION,   /* = value, of the members of a family; perhaps a
                            SYNTAX_RANGE, downward */
    SYNTAX_PARAMETERS,   /* (x,y) of u(x,y)[m] */
    SYNTAX_PROPERTY      /* payload: the property's name */
};

enum {
    SYNTAX_IN_BRACKETS = 1,  /* the node stood in round brackets */
    SYNTAX_SAME_AXIS = 2,    /* BINDER: shares the axis of the one before */
    SYNTAX_BARS = 4,         /* CALL abs: written |x| */
    SYNTAX_IS_STACKED = 4,   /* PARTIAL: J[f](x) */
    SYNTAX_DECLARES_SIZE = 8, /* DECLARATION: "size n" */
    SYNTAX_DECLARES_ROW = 16, /* DECLARATION: "row r[n]" */
    SYNTAX_ENTRIES = 32,     /* CALL: by entries, f.(x) */
    SYNTAX_IS_REST = 64,     /* NAME: written R... (rewrites only) */
    SYNTAX_IS_BLOCK = 128    /* CALL hcat, vcat: written [A, B], [A; B] */
};

struct syntax_node {
    uint8_t kind, flags;
    op_t op;          /* of a SYNTAX_SIGN */
    uint32_t payload; /* symbol_t or rat_t */
    syntax_t first;   /* the first child; the others by `next` */
    syntax_t next;    /* the next of the siblings, or of a list */
    uint32_t count;   /* children */
    struct span where;
};

enum rule_kind {
    RULE_OPERATOR,
    RULE_FUNCTION,
    RULE_DIFFERENTIAL,
    RULE_PRIMARY, /* a function of matrices made of one of scalars */
    RULE_REWRITE,
    RULE_FACT,
    RULE_CONDITION,
    RULE_DERIVATIVE,
    RULE_JACOBIAN,
    RULE_IDENTITY,
    RULE_LAW
};

enum clause_kind {
    CLAUSE_LET,      /* list: SYNTAX_DECLARATIONs */
    CLAUSE_EXPR,     /* left: a signature, a predicate, "a*b primitive" */
    CLAUSE_EQUATION, /* left = right */
    CLAUSE_REWRITE,  /* left => right; list: all right sides, from `right` */
    CLAUSE_IDENTITY, /* left <=> right */
    CLAUSE_IF,       /* list: conditions, each a SYNTAX_CALL; "p(x) unless
                        q(y)" is the call unless(p(x), q(y)) */
    CLAUSE_ASSUMING,
    CLAUSE_DOMAIN,
    CLAUSE_SMOOTH,
    CLAUSE_KERNEL,  /* text: the name */
    CLAUSE_LATEX,   /* text: the string, without quotes and escapes */
    CLAUSE_UNICODE,
    CLAUSE_HELP,
    CLAUSE_KINK,    /* text: what may stand for the derivative there */
    CLAUSE_OFFER,   /* text: what the right side is offered for */
    CLAUSE_NOTE,
    CLAUSE_TRANSPOSE, /* text: "equivariant" or "invariant" */
    CLAUSE_LAYOUT,    /* text: the word; where: its place */
    CLAUSE_FORM,
    CLAUSE_STRUCTURE,
    CLAUSE_NATURE, /* text: what kind of function it is */
    CLAUSE_JACOBIAN, /* text: the function whose matrix it is */
    CLAUSE_DETERMINES, /* list: the call that the equation determines */
    CLAUSE_FOR /* text: the name that stands for any function of a scalar */
};

/* A differential is CLAUSE_EQUATION whose left is SYNTAX_DIFFERENTIAL. */
struct syntax_clause {
    uint8_t kind;
    bool by_entries, primitive;
    syntax_t left, right;
    syntax_t list; /* the first; the others by `next` */
    symbol_t text;
    struct span where;
};

/* KEY:PLACE after cite. */
struct syntax_cite {
    symbol_t key, place;
    struct span where;
};

struct syntax_rule {
    uint8_t kind;
    bool refuted;
    symbol_t name, group, layout; /* group, layout 0: none so far */
    uint32_t first_cite, cite_count;
    syntax_t first_node, last_node; /* of its clauses */
    uint32_t first_clause, clause_count;
    struct span where;      /* its head, up to the brace */
    struct span name_where;
};

struct syntax {
    struct exprs *x;
    struct syntax_node *nodes; /* 1 .. count */
    uint32_t count, capacity;
    syntax_t root; /* the expression, or the first declaration (0: none) */
    struct syntax_rule *rules; /* 0 .. rule_count - 1 */
    uint32_t rule_count, rule_capacity;
    struct syntax_clause *clauses;
    uint32_t clause_count, clause_capacity;
    symbol_t layout; /* the last one said outside of a rule, or 0 */
    struct span layout_where;
    struct syntax_cite *cites;
    uint32_t cite_count, cite_capacity;
};

enum syntax_start { START_EXPRESSION, START_DECLARATIONS, START_RULES };

void syntax_init(struct syntax *t, struct exprs *x);
void syntax_free(struct syntax *t);
/* Reads a text, replacing what the tree held; false with a fault. */
bool syntax_read(struct syntax *t, enum syntax_start start, const char *text,
                 size_t length);

static inline const struct syntax_node *syntax_get(const struct syntax *t,
                                                   syntax_t n)
{
    return &t->nodes[n];
}

/* An operator application seen from outside: a sign (op != 0, name its name
 * in the operator table: "mul"), or a call (op 0, name the function's). */
struct syntax_application {
    op_t op;
    symbol_t name;
    uint32_t nargs;
    syntax_t args[OP_MAX_ARGS];
};
/* False without a fault if `n` is none, or has more than OP_MAX_ARGS
 * arguments. */
bool syntax_as_application(const struct syntax *t, syntax_t n,
                           struct syntax_application *out);
/* Child k, from 0; 0 if there is none. */
syntax_t syntax_child(const struct syntax *t, syntax_t n, uint32_t k);
/* The first node of the subtree: it is nodes leftmost .. n. */
syntax_t syntax_leftmost(const struct syntax *t, syntax_t n);
/* True if the node is just the name `s`. */
bool syntax_is_name(const struct syntax *t, syntax_t n, symbol_t s);

#endif
