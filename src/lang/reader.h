/* reader.h - what the scanner and the parser share while a text is read. */
#ifndef MD_LANG_READER_H
#define MD_LANG_READER_H

#include "lang/syntax.h"

/* A list of nodes under construction, linked by `next`. */
struct syntax_list {
    syntax_t first, last;
    uint32_t count;
};

enum {
    READER_MAX_DEPTH = 8000000, /* entries of the parser's stack */
    READER_MAX_NAME = 1000,     /* bytes of a name */
    READER_POOL = 2048          /* bytes, more than the scanner ever asks */
};

struct reader {
    struct syntax *tree;
    struct mem *mem;
    const char *text;
    size_t length;
    char *copy; /* the text, ended as the scanner wants it */
    void *scanner;
    enum syntax_start start;
    bool started;       /* the start token was delivered */
    bool after_number;  /* the last token was a number: 2x is 2*x */
    int pending;        /* the token that a `*` was put before, or 0 */
    uint64_t pending_value;
    struct span pending_span;
    uint32_t braces;    /* open ones of W{...} */
    uint32_t at;        /* where the next token begins */
    uint32_t brackets;  /* square ones that are open */
    symbol_t group, layout;
    uint32_t rule_begins; /* the first clause of the rule being read */
    uint32_t rule_cites;  /* its first source */
    uint32_t rule_nodes;  /* the nodes before it */
    bool has_root;

    /* The parser's stacks once they outgrow its own. */
    void *states, *values, *places;
    size_t states_size, values_size, places_size;

    /* The scanner's few fixed objects live here, so that it never runs out
     * of memory; the text itself is scanned in place. */
    size_t pool_used;
    _Alignas(16) char pool[READER_POOL];
};

/* ---- for the scanner */
bool reader_number(struct reader *r, const char *text, size_t length,
                   struct span where, rat_t *value);
bool reader_power(struct reader *r, const char *text, size_t length,
                  struct span where, int64_t *value);
bool reader_name(struct reader *r, const char *text, size_t length,
                 struct span where, symbol_t *name);
/* A name and primes behind it: f''. */
bool reader_slope(struct reader *r, const char *text, size_t length,
                  struct span where, symbol_t *name);
bool reader_string(struct reader *r, const char *text, size_t length,
                   symbol_t *value);
int reader_rule_word(const char *text, size_t length, uint32_t *kind);
int reader_clause_word(const char *text, size_t length);
/* What stands where no token can; a fault. */
bool reader_stray(struct reader *r, struct span where);
void *reader_pool(struct reader *r, size_t size);

/* ---- for the parser */
bool reader_grow(struct reader *r, const void *states, size_t nstates,
                 const void *values, size_t nvalues, const void *places,
                 size_t nplaces, long *depth);
struct syntax_list list_of(syntax_t n);
struct syntax_list list_add(struct reader *r, struct syntax_list l,
                            syntax_t n);
struct syntax_list list_join(struct reader *r, struct syntax_list a,
                             struct syntax_list b);
struct syntax_list list_cons(struct reader *r, syntax_t n,
                             struct syntax_list l);
syntax_t make_leaf(struct reader *r, enum syntax_kind kind, uint32_t payload,
                   struct span where);
syntax_t make_node(struct reader *r, enum syntax_kind kind, uint32_t payload,
                   struct syntax_list children, struct span where);
syntax_t make_sign(struct reader *r, op_t op, syntax_t a, syntax_t b,
                   struct span where);
syntax_t make_call(struct reader *r, const char *name, syntax_t a, syntax_t b,
                   struct span where);
/* D[f,2](a,b): `base` is the D. */
syntax_t make_partial(struct reader *r, syntax_t base, struct syntax_list by,
                      struct syntax_list arguments, struct span where);
/* The declaration u(x)[m]. */
syntax_t make_function(struct reader *r, symbol_t name,
                       struct syntax_list parameters,
                       struct syntax_list sizes,
                       struct syntax_list properties, struct span where);
/* R..., which only rules have */
syntax_t make_rest(struct reader *r, symbol_t name, struct span where);
/* One of the operators of a block matrix: "hcat", "vcat". */
syntax_t make_block(struct reader *r, const char *name, syntax_t a,
                    syntax_t b, struct span where);
syntax_t make_power(struct reader *r, syntax_t base, int64_t exponent,
                    struct span at, struct span where);
/* `minus` is where the sign and the operand stand. */
syntax_t make_difference(struct reader *r, syntax_t a, syntax_t b,
                         struct span minus, struct span where);
syntax_t make_binder(struct reader *r, symbol_t name, struct span name_where,
                     struct syntax_list indices, syntax_t body,
                     struct span where);
/* a{l}[d{l}] = value; s{l-1} = value for l = L..2 has a range, else 0 */
syntax_t make_definition(struct reader *r, syntax_t member,
                         struct syntax_list sizes, syntax_t value,
                         syntax_t range, struct span where);
syntax_t add_flags(struct reader *r, syntax_t n, unsigned flags);
void unsupported(struct reader *r, struct span where, const char *what,
                 const char *hint);
bool add_clause(struct reader *r, struct syntax_clause c);
bool add_cite(struct reader *r, struct syntax_cite c);
bool add_rule(struct reader *r, struct syntax_rule rule);

/* What was found where, said about a syntax error; `expected` are the
 * descriptions of what could stand there. */
struct reader_surprise {
    const char *found;
    bool at_end, found_operand, found_close, wants_operand, wants_operator;
    unsigned nexpected; /* 0: too many to tell */
    const char *expected[4];
};
void reader_report(struct reader *r, struct span where,
                   const struct reader_surprise *s);

#endif
