/* dim.h - symbolic sizes: polynomials in named sizes (n, m*n, n+1), perhaps
 * over a number (n*(n+1)/2), interned, so that equal sizes have equal ids.  A
 * size may be applied to another one, d{l-1}: that is a symbol, too, with a
 * base and an argument. */
#ifndef MD_SHAPE_DIM_H
#define MD_SHAPE_DIM_H

#include "base/intern.h"
#include "base/text.h"

typedef uint32_t dim_t; /* 0: none (after a fault) */
enum { DIM_ONE = 1, DIM_ZERO = 2, DIM_MAX_NESTING = 4 };

/* An applied size: the symbol "d{l-1}" of d and l-1. */
struct dim_applied {
    symbol_t symbol, base;
    dim_t argument;
    dim_t whole;    /* the size that is this symbol */
    uint32_t depth; /* of applications within applications */
};

struct dims {
    struct mem *mem;
    struct intern *names;
    struct dim_entry *entries;
    uint32_t count, capacity;
    uint32_t *words; /* the monomials of all polynomials */
    uint32_t words_used, words_capacity;
    struct hash_index index;
    struct dim_applied *applied; /* 1 .. applied_count */
    uint32_t applied_count, applied_capacity;
    struct hash_index applied_index; /* by symbol */
};

/* One term of a size: coefficient times the product of symbols (sorted,
 * repeated for powers). */
struct dim_term {
    int64_t coefficient;
    uint32_t nsymbols;
    const symbol_t *symbols; /* valid until the next dim is made */
};

bool dim_table_init(struct dims *t, struct mem *m, struct intern *names);
void dim_table_free(struct dims *t);
bool dim_table_image(struct dims *t, struct image *im);
/* Forgets the sizes above `keep`. */
void dim_table_forget(struct dims *t, dim_t keep);
dim_t dim_from_int(struct dims *t, int64_t n);
dim_t dim_from_symbol(struct dims *t, symbol_t s);
/* base{argument}, spelt in this one way. */
dim_t dim_apply(struct dims *t, symbol_t base, dim_t argument);
/* What an applied symbol is made of; NULL for a plain one. */
const struct dim_applied *dim_applied(const struct dims *t, symbol_t s);
dim_t dim_add(struct dims *t, dim_t a, dim_t b);
dim_t dim_sub(struct dims *t, dim_t a, dim_t b);
dim_t dim_mul(struct dims *t, dim_t a, dim_t b);
/* d/k for k > 0; what it is divided by, 1 for a polynomial with integers; and
 * d times that. */
dim_t dim_over(struct dims *t, dim_t d, uint32_t k);
uint32_t dim_denominator(const struct dims *t, dim_t d);
dim_t dim_numerator(struct dims *t, dim_t d);

/* The terms are those of the numerator. */
uint32_t dim_term_count(const struct dims *t, dim_t d);
struct dim_term dim_term_at(const struct dims *t, dim_t d, uint32_t i);
/* A symbol that is a factor of all terms, which are several; else 0. */
symbol_t dim_common_factor(const struct dims *t, dim_t d);
bool dim_is_int(const struct dims *t, dim_t d, int64_t *value);
/* The symbol if `d` is one symbol and nothing else, or 0. */
symbol_t dim_is_symbol(const struct dims *t, dim_t d);
/* In arguments of applied sizes, too. */
bool dim_mentions(const struct dims *t, dim_t d, symbol_t s);
/* Whether any symbol of `d`, in arguments too, is one for which `test` holds.
 * Applied symbols are asked about before what they are made of. */
bool dim_any_symbol(const struct dims *t, dim_t d,
                    bool (*test)(void *data, symbol_t s), void *data);
/* Replaces each symbol s by map(data, s), itself where that gives 0; then
 * an applied one by its base applied to what its argument becomes. */
dim_t dim_substitute(struct dims *t, dim_t d,
                     dim_t (*map)(void *data, symbol_t s), void *data);
/* One symbol replaced by a size. */
struct dim_replacement {
    symbol_t symbol;
    dim_t by;
};
dim_t dim_replace(struct dims *t, dim_t d, struct dim_replacement r);
/* The value, sizes by value(data, symbol); false when one is negative (or
 * the result is, or overflows). */
bool dim_value(const struct dims *t, dim_t d,
               bool (*value)(void *data, symbol_t s, int64_t *v), void *data,
               int64_t *result);
/* As the language writes it: "n", "m*n", "n+1", "2*n". */
/* Which of n terms is written at place i: the first positive one leads, j-i
 * and not -i+j. */
uint32_t dim_written(const struct dims *t, dim_t d, uint32_t i);
void dim_print(const struct dims *t, dim_t d, struct text *out);

/* Whether no term has the sign opposite to `sign`; `symbols`: none of those
 * with symbols. */
bool dim_has_sign(const struct dims *t, dim_t d, int64_t sign, bool symbols);

#endif
