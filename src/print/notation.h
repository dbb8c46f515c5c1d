/* notation.h - what each format writes for each operator, as data.
 *
 * A form is text with #1, #2, ... where the arguments stand.  Forms of the
 * grammar's own operators are in tables here; those of named functions come
 * from the rules' operator table, whose templates are forms too.  In a form
 * for LaTeX every ( ) [ ] \lVert \rVert \lvert \rvert grows with its content;
 * `~` is a product without a sign, and an argument right behind another one
 * stands above the line.  If a function has more arguments than
 * its form names, the last one named stands for the rest, too. */
#ifndef MD_PRINT_NOTATION_H
#define MD_PRINT_NOTATION_H

#include "expr/op.h"
#include "print/print.h"

/* How tightly a printed expression holds together; an argument weaker than
 * its place demands gets brackets. */
enum level {
    LEVEL_ANY,
    LEVEL_SUM,     /* a + b, -a, negative numbers */
    LEVEL_PRODUCT, /* a*b, a/b, a.*b, 1/2 */
    LEVEL_OPEN,    /* reaches to the right as far as it can: \sum_i ... */
    LEVEL_POWER,   /* a^b; whatever ends in a superscript */
    LEVEL_POSTFIX, /* a' */
    LEVEL_ATOM
};

/* Products of the same level that readers should not have to sort out:
 * a left operand of another family gets brackets, too.  FAMILY_OTHER are
 * infix functions such as kron: -A⊗B would be read as (-A)⊗B, so the
 * operand of FAMILY_SIGN, a minus, must not be one. */
enum family {
    FAMILY_NONE,
    FAMILY_MUL,
    FAMILY_HAD,
    FAMILY_LDIV,
    FAMILY_SIGN,
    FAMILY_OTHER
};

struct sign {
    const char *form;
    uint8_t level, family; /* of the result */
    uint8_t left, right;   /* least level of the arguments */
};

enum { SIGN_COUNT = OP_FIRST_NAMED - OP_ADD };

/* Signs that hold their arguments together as their operators do in the
 * language. */
#define SIGN_ADD(form) \
    {form, LEVEL_SUM, FAMILY_NONE, LEVEL_SUM, LEVEL_PRODUCT}
#define SIGN_NEG(form, family) {form, LEVEL_SUM, family, LEVEL_PRODUCT, 0}
#define SIGN_PRODUCT(form, family) \
    {form, LEVEL_PRODUCT, family, LEVEL_PRODUCT, LEVEL_POWER}
#define SIGN_POWER(form, exponent) \
    {form, LEVEL_POWER, FAMILY_NONE, LEVEL_POSTFIX, exponent}
#define SIGN_POSTFIX(form) \
    {form, LEVEL_POSTFIX, FAMILY_NONE, LEVEL_POSTFIX, 0}
/* A sign with brackets of its own, such as a call. */
#define SIGN_CLOSED(form) \
    {form, LEVEL_ATOM, FAMILY_NONE, LEVEL_ANY, LEVEL_ANY}

/* A function without a template: before its name, after it, at the end. */
struct call_form {
    const char *before, *open, *close;
};

/* A block matrix: around it, between its columns, between its rows. */
struct block_form {
    const char *open, *column, *row, *close;
    uint8_t level; /* least level of the blocks */
};

struct writer;
struct notation {
    struct sign sign[SIGN_COUNT]; /* by op - OP_ADD */
    struct call_form call;
    struct block_form block;
    const char *plus, *minus, *negative;
    const char *outer_plus, *outer_minus; /* outside brackets, if others */
    const char *separator;        /* between arguments */
    const char *times;            /* between factors of a size */
    const char *over;             /* before what a size is divided by */
    const char *by;               /* between sizes: 1_{m x n} */
    const char *differential;     /* before the name in dX */
    const char *whole;            /* a whole axis: A[1,:] */
    const char *rest;             /* behind the name in R... */
    const char *open, *close;     /* brackets */
    const char *plus_each, *minus_each; /* of a scalar and an array, or NULL */
    const char *index_value;      /* behind a bound index that is a value and
                                     not a subscript: " + 1"; or NULL */
    bool grows;                   /* brackets grow: LaTeX */
    uint8_t sum_level;            /* of sum(i: ...) */
    uint8_t fraction_level;       /* of 1/2 */
    /* The template of a function, or NULL. */
    const char *(*template)(const struct writer *w, expr_t e);
    /* A sign that depends on the arguments, or NULL for the table's. */
    const struct sign *(*special)(const struct writer *w, expr_t e);
    /* What is printed in an expression's place (x for x' where a vector has
     * no direction); or NULL. */
    expr_t (*seen)(const struct writer *w, expr_t e);
    /* A product that needs more than a sign: pushes it; or NULL. */
    void (*product)(struct writer *w, expr_t e);
    /* `absolute`: without its sign; `script`: in a superscript.  NULL: its
     * digits. */
    void (*number)(struct writer *w, rat_t r, bool absolute, bool script);
    void (*name)(struct writer *w, symbol_t name);
    /* A member of a family, W{l}, or of a family of sizes, d{l}. */
    void (*member)(struct writer *w, symbol_t base, uint32_t n,
                   const dim_t *at, bool is_size);
    void (*element)(struct writer *w, expr_t e);
    void (*binder)(struct writer *w, expr_t e);
    void (*series)(struct writer *w, expr_t e);
    /* What a product without a sign shows between two texts. */
    const char *(*gap)(bool after_number, bool before_number,
                       const char *next, uint32_t length);
};

/* NULL: the format is not there. */
const struct notation *notation_of(enum print_format f);
extern const struct notation notation_text, notation_unicode, notation_latex,
    notation_mathml, notation_numpy, notation_julia, notation_matlab;

/* How a function is called in a programming language; NULL: by its name. */
const char *code_form(const struct exprs *x, expr_t e, enum print_format f);
/* Whether a name is a word of the language. */
bool code_is_reserved(const char *name, enum print_format f);

/* A Greek letter by its name ("alpha"); NULL: none. */
struct greek {
    const char *name, *letter, *latex; /* latex NULL: backslash name */
};
const struct greek *greek_by_name(const char *name, size_t length);
/* The letter `text` begins with (UTF-8), NULL: none. */
const struct greek *greek_by_letter(const char *text, size_t length);

/* ---- shapes the styles ask about */
bool is_scalar(const struct exprs *x, expr_t e);
bool is_integer(const struct exprs *x, expr_t e);
/* A function by entries whose template is |...|, of a matrix: that would be
 * read as a determinant or a norm. */
bool is_ambiguous(const struct exprs *x, expr_t e, const char *form);

#endif
