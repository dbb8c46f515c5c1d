/* matdiff.h - derivatives of scalar, vector and matrix expressions.
 *
 * Ownership: everything a context hands out belongs to the context -
 * expressions until md_free, strings and arrays until the next call on the
 * same context - and is never freed by the caller.
 *
 * A context is used by one thread at a time; any number of contexts may be
 * used by any number of threads.  Texts are UTF-8 and end at a NUL, unless a
 * length is given.  Functions that can fail return false, 0 or NULL and leave
 * the reason in md_last_error; nothing that was declared before is lost.
 *
 *     md_context *c = md_new(NULL);
 *     const char *by[] = {"x"};
 *     md_query q = {.let = "A[m,n], x[n], b[m]", .expr = "norm2(A*x-b)^2",
 *                   .wrt = by, .wrt_count = 1};
 *     md_answer a;
 *     if (md_derive(c, &q, &a))
 *         puts(a.faces[0]);                        2*A'*(A*x-b)
 *     else
 *         fputs(md_show_error(c, "expr", false), stderr);
 *     md_free(c);
 */
#ifndef MATDIFF_H
#define MATDIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

typedef struct md_context md_context;
typedef uint32_t md_expr; /* an expression of a context; 0: none */

/* ---- contexts ------------------------------------------------------- */

/* Limits; 0 is the default.  Passing one is an error of kind MD_LIMIT. */
typedef struct md_options {
    size_t bytes;    /* of memory; default 2 GiB */
    uint32_t nodes;  /* of expressions; default 20 million */
    uint32_t digits; /* of one number, decimal; default 100,000 */
    double seconds;  /* that one call may take; default none.  A derivative
                        that is found but not verified by then has the
                        verdict "unable" */
} md_options;

/* A context without names; `options` may be NULL.  NULL: no memory. */
md_context *md_new(const md_options *options);
void md_free(md_context *c);
/* "0.1.0" */
const char *md_version(void);

/* ---- errors --------------------------------------------------------- */

typedef enum md_kind {
    MD_NONE,
    MD_SYNTAX,      /* the text is not of the language */
    MD_NAME,        /* an unknown name */
    MD_SHAPE,       /* shapes or sizes that do not fit */
    MD_PROPERTY,    /* contradictory or impossible properties */
    MD_VARIABLE,    /* a derivative by something that is not a variable */
    MD_DOMAIN,      /* outside the domain of a function */
    MD_UNSUPPORTED, /* well formed, but not handled */
    MD_REQUEST,     /* not a request: an unknown word, a missing text */
    MD_LIMIT,       /* a limit of the context was reached */
    MD_MEMORY,      /* no memory */
    MD_INTERNAL     /* a defect of the library */
} md_kind;

typedef struct md_error {
    md_kind kind;
    const char *kind_name; /* "syntax", "shape", ... */
    const char *message;
    const char *hint; /* what can be typed instead, or "" */
    const char *in;   /* the text at fault: "expr", "let", "wrt", "claim",
                         or "" where it is in none */
    size_t begin, end; /* the part at fault, in bytes, [begin, end);
                          0, 0: none */
    size_t second_begin, second_end; /* another part involved, or 0, 0 */
    const char *second_note;         /* said of that part, or "" */
} md_error;

/* Why the last call on this context failed; NULL if it did not. */
const md_error *md_last_error(md_context *c);
/* The same as compilers show it: "source:line:column: error: message", the
 * line, a line with ^~~~ under the part at fault, the hint.  `color` adds
 * the terminal's colours.  "" if there is no error. */
const char *md_show_error(md_context *c, const char *source, bool color);

/* ---- names ---------------------------------------------------------- */

/* Declares names, "A[m,n] symmetric, x[n], a"; a later declaration of a name
 * replaces an earlier one. */
bool md_declare(md_context *c, const char *declarations);
/* Gives a name an expression as its meaning and returns that expression. */
md_expr md_assign(md_context *c, const char *name, const char *expr);
/* Forgets a name; an error (name) if there is none. */
bool md_forget(md_context *c, const char *name);

typedef struct md_name {
    const char *name;
    const char *declaration; /* "A[m,n] symmetric"; "" if not a variable */
    const char *meaning;     /* what it stands for; "" if not assigned */
    bool is_size;
    bool is_assumed; /* declared by the conventions for undeclared names */
} md_name;

/* The i-th name, i = 0, 1, ...: false past the last. */
bool md_name_at(md_context *c, size_t i, md_name *name);

/* ---- expressions ---------------------------------------------------- */

/* Reads an expression; undeclared names are declared by convention. */
md_expr md_parse(md_context *c, const char *expr);
/* Like md_parse for a text that may hold NUL bytes (an error then). */
md_expr md_parse_bytes(md_context *c, const char *expr, size_t length);
/* What the last text read was assumed to mean: "A[m,n], x[n]", or "". */
const char *md_assumed(md_context *c);
/* The expression in normal form: equal expressions, as far as the normal
 * form sees, are the same md_expr. */
md_expr md_normal(md_context *c, md_expr e);
/* As text in one of the formats of MD_FORMATS.  "text" is the language
 * itself: reading it back gives the same md_expr. */
const char *md_print(md_context *c, md_expr e, const char *format);
/* "scalar", "n-vector", "1xn row", "m x n matrix". */
const char *md_shape(md_context *c, md_expr e);
/* Whether a text stops in the middle (an open bracket, an operator at the
 * end), so that an interactive reader should ask for more. */
bool md_is_incomplete(md_context *c, const char *text);

/* ---- derivatives ---------------------------------------------------- */

typedef struct md_query {
    const char *let;   /* declarations made first, or NULL */
    const char *expr;
    const char *claim; /* of md_check: what the derivative is said to be; of
                          md_convert: the derivative as it is known */
    const char *const *wrt; /* the variables, one a derivative, the first
                               derivative first */
    size_t wrt_count;       /* at least 1 */
    unsigned order;         /* 0: wrt_count; more repeats the last variable */
    bool each; /* of md_derive_all: by each variable by itself, rather than by
                  one after the other */
    const unsigned *orders; /* of md_derive_all: an answer for each of these,
                               0 being the value; NULL: `order` alone */
    size_t order_count;
    const char *layout;     /* of MD_LAYOUTS; NULL: "mixed" */
    const char *form;       /* of MD_FORMS; NULL: "matrix" */
    const char *from; /* of md_convert: the claim's form, of MD_FORMS; NULL:
                         "matrix" */
    const char *from_layout; /* the claim's layout; NULL: as `layout` */
    const char *structure;  /* of MD_STRUCTURES; NULL: "free" */
    const char *const *to;  /* formats wanted; NULL: "text" */
    size_t to_count;
    bool unverified; /* leave the verification out (not of a claim) */
    bool explain;    /* also give the steps (md_derive) */
    uint64_t seed;   /* of the verification; the same seed, the same result */
} md_query;

typedef enum md_relation {
    MD_EQUAL,          /* the claim is the derivative */
    MD_TRANSPOSED,     /* it is, in another layout */
    MD_SYMMETRIC_ONLY, /* it is if some matrices are symmetric */
    MD_DIFFERS,        /* it is not */
    MD_UNDECIDED,      /* the referee could not tell */
    MD_PROPERTY_ONLY,  /* it is if some names have more properties */
    MD_OTHER_STRUCTURE /* it is, for another structure of a symmetric matrix */
} md_relation;

typedef struct md_answer {
    md_expr value;
    const char *const *by; /* the variables, one a derivative; none of the
                              expression's value */
    size_t by_count;
    const char *const *faces; /* one text for each format wanted */
    size_t face_count;
    const char *const *shape; /* sizes: {} scalar, {"n"} vector, {"m","n"} */
    size_t shape_count;
    const char *layout, *form, *structure; /* as given: "matrix" may have
                                              become "index" */
    const char *verdict; /* "proved", "verified", "refuted", "unable", "none" */
    const char *detail;  /* refuted: sizes, entry and both values; unable:
                            why; else "" */
    const char *const *conditions; /* "X invertible", "A*x != b": what the
                                      answer needs, none implied by others */
    size_t condition_count;
    const char *const *condition_faces; /* the same in the formats wanted: all
                                           in the first, then all in the next
                                           (as text in those of code) */
    const char *assumed; /* what undeclared names were taken for, or "" */
    const char *const *notes;
    size_t note_count;
    const char *const *rules; /* names of the rules used, each once */
    size_t rule_count;
    const char *const *steps; /* q->explain: "u_1 = A*x-b" and then
                                 "du_1 = A*dx", two texts a step, in the
                                 first format; the last step's name is f */
    size_t step_count;        /* of texts */
    const char *const *where; /* equations for names that stand in the faces:
                                 "delta{L} = 2*(a{L}-y)", in the first
                                 format */
    size_t where_count;
    /* of md_check only */
    md_relation relation;
    const char *result;    /* "equal", "transposed", "symmetric-only",
                              "property-only", "other-structure",
                              "differs", "unable" */
    const char *remark;    /* one sentence about the claim */
    const char *const *symmetric; /* the least set of matrices that must be
                                     symmetric */
    size_t symmetric_count;
    const char *const *properties; /* of property-only: the least set, "X
                                      orthogonal" */
    size_t property_count;
    const char *claim_structure; /* of other-structure: the claim's, or NULL */
    const char *reason; /* of "differs": "factor", "missing", "surplus",
                           "wrong-term", "typo", "shape", "difference"; or
                           NULL */
    const char *const *terms; /* the terms missing, surplus or wrong */
    size_t term_count;
    const char *correction; /* the claim put right, or NULL */
    const char *rule; /* of the compendium, that the claim may have been meant
                         to be: "name: D[det(X)] = det(X)*inv(X)'"; or NULL */
} md_answer;

/* The derivative of q->expr by q->wrt, verified before it is returned unless
 * q->unverified.  A refuted answer is returned (true) with its verdict: the
 * caller must not pass it on as right. */
bool md_derive(md_context *c, const md_query *q, md_answer *a);
/* Several answers to one query, verified each: with q->each by each variable,
 * and of each of q->orders, the variables' answers together.  The gradients
 * come from one pass over the expression.  `*answers` are `*count` in
 * number. */
bool md_derive_all(md_context *c, const md_query *q,
                   const md_answer **answers, size_t *count);
/* Compares q->claim with the derivative: in normal form first, at random
 * points then.  The answer describes our own derivative; `verdict` and
 * `detail` are those of the claim. */
bool md_check(md_context *c, const md_query *q, md_answer *a);

/* q->claim, the derivative of q->expr in the form q->from and the layout
 * q->from_layout, in the form q->form and the layout q->layout.  It is taken as
 * it is given, not derived anew; that what comes of it is the derivative is
 * verified unless q->unverified.  Refuted where the claim is none. */
bool md_convert(md_context *c, const md_query *q, md_answer *a);

/* What is known of an expression. */
typedef struct md_properties {
    md_expr value;
    const char *const *shape; /* as in md_answer */
    size_t shape_count;
    const char *const *holds; /* "symmetric", ...: of MD_PROPERTIES */
    size_t hold_count;
    const char *const *fails; /* known not to hold; the others are unknown */
    size_t fail_count;
    const char *const *reasons; /* q->explain: "B*A*B' posdef: posdef-by-rank,
                                   as A posdef, B fullrowrank", and so on */
    size_t reason_count;
    const char *assumed;
} md_properties;

/* The properties of q->expr, after the declarations q->let. */
bool md_props(md_context *c, const md_query *q, md_properties *p);

/* One request of the batch protocol: a JSON object in, a JSON object out (no
 * line end in it).  Names live for one request only and do not mix with those
 * of md_declare.  Every failure is an error object; NULL only when there is no
 * memory for one.  `*status`, if not NULL, becomes MD_NONE or the error's
 * kind. */
const char *md_request(md_context *c, const char *json, size_t length,
                       md_kind *status);

/* ---- what there is -------------------------------------------------- */

typedef enum md_list {
    MD_LAYOUTS,
    MD_FORMS,
    MD_STRUCTURES,
    MD_FORMATS,
    MD_PROPERTIES
} md_list;

/* The i-th word of a list, i = 0, 1, ...; NULL past the last. */
const char *md_word(md_list list, unsigned i);

typedef struct md_rule {
    const char *name;      /* of the rule: "inverse" */
    const char *op;        /* of the operator or function: "inv" */
    const char *signature; /* "inv(X[n,n])" */
    const char *definition;   /* "inv(X) = ..." or "" */
    const char *differential; /* "-inv(X)*d X*inv(X)" or "" */
    const char *conditions;   /* "X invertible", joined by ", ", or "" */
    const char *help;         /* one line, or "" */
} md_rule;

/* The i-th rule about an operator or function, i = 0, 1, ...: false past the
 * last, or with an error. */
bool md_rule_at(md_context *c, size_t i, md_rule *rule);

/* ---- rule files ------------------------------------------------------ */

/* Adds the operators, functions, differentials, rewrites and facts of a rule
 * file's text to those of the context; what is claimed in it (derivative,
 * jacobian, identity, refuted) is read and left aside.  With an error,
 * nothing of the file is added. */
bool md_load_rules(md_context *c, const char *file, const char *text,
                   size_t length);
/* The i-th rule file compiled in, i = 0, 1, ...: its name, or NULL past the
 * last. */
const char *md_builtin_rules(size_t i, const char **text, size_t *length);
/* What the rules cite: lines "KEY: what it is", blank ones and comments. */
const char *md_builtin_sources(void);

/* A rule of a text, found but not read. */
typedef struct md_rule_item {
    size_t begin, end;    /* its place in the text, in bytes */
    bool is_rule;         /* false: "group NAME;" or "layout NAME;" */
    bool refuted;         /* said to be false */
    const char *kind, *name; /* pieces of the text, not ended by a NUL */
    size_t kind_length, name_length;
} md_rule_item;

/* The first rule of a text; false if the text ends before it does.  With
 * `at_end` the text is all there is: what is left counts as one. */
bool md_rule_next(const char *text, size_t length, bool at_end,
                  md_rule_item *item);

typedef struct md_rule_query {
    const char *file;    /* for messages */
    unsigned long line;  /* lines before the text */
    const char *group, *layout; /* in force, or NULL */
    const char *to;      /* of the formula, its parts, what it needs; NULL:
                            "text" */
    bool declare;        /* add what it declares to this context's rules */
    bool verify;         /* else it is only read */
    bool builtin;        /* the rule is in force already */
    uint64_t seed;
    unsigned samples;    /* 0: the default */
} md_rule_query;

typedef struct md_claim {
    const char *kind, *name, *group, *cite; /* "" where there is none */
    const char *formula;    /* "D[tr(A*B), A] = B'" */
    const char *left, *right; /* its sides; of a derivative, what is derived */
    const char *by;         /* "X", "x, y", or ""; of d f = ... what varies */
    unsigned order;         /* of the derivative; 0: none */
    const char *variables;  /* "A[m,n], B[n,m]" */
    const char *conditions; /* "positive(a), ..." */
    const char *note;
    const char *layout, *form, *structure;
    bool refuted;  /* the rule says that it is false */
    bool is_claim; /* else it declares something: not verified */
    bool holds;    /* verified, or refuted as it should be */
    bool symbolic; /* our own answer is the stated one, in symbols */
    const char *derived; /* our own answer where it is another text, or "" */
    const char *verdict; /* of the stated side: "proved", "verified",
                            "refuted", "unable", "none" */
    const char *detail;  /* counterexample, or why there is no verdict */
    unsigned points;     /* at which the sides were compared */
    unsigned long long key; /* the same for claims that differ in the names
                               of variables and sizes only; or 0 */
    const char *same_as; /* the built-in claim that it is, "NAME at FILE:LINE",
                            or "" */
} md_claim;

/* Reads the rule that a text begins with and, if asked, verifies it. */
bool md_verify_rule(md_context *c, const md_rule_query *q, const char *text,
                    size_t length, md_claim *claim);
/* Whether the left side of the rule that a text begins with (of a derivative,
 * what is differentiated) matches an expression over these declarations. */
bool md_rule_matches(md_context *c, const char *text, size_t length,
                     const char *let, const char *expr);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
