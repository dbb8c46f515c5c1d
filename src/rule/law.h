/* law.h - laws: equations about functions that proofs may use, from left to
 * right, whatever they do to the length.
 *
 * Those of a plain form, said of any values, are kept here; all others are
 * patterns, as rewrites are (table.h): S*eigvecs(S) = ... of a symmetric S. */
#ifndef MD_RULE_LAW_H
#define MD_RULE_LAW_H

#include "rule/rule.h"

enum law_form {
    LAW_UNFOLD, /* f(x) = right, over the parameters of the overload */
    LAW_POWER,  /* f(x)^power = right, likewise */
    LAW_SUM     /* f(x+y) = f(x)*f(y), by entries */
};
struct law {
    symbol_t name;
    enum law_form form;
    uint16_t overload;
    uint32_t power;
    expr_t right;
};

/* The law of this form for a function, or NULL. */
const struct law *rules_law(const struct rules *r, uint32_t overload,
                            enum law_form form);

/* Applies the laws that are patterns, and rewrites, to a fixed point or so
 * many times; `e` itself if none applies.  0 with a fault on failure. */
expr_t rules_apply_laws(struct rules *r, expr_t e);

/* Sets of operators; those beyond LAW_OPS are not told apart. */
enum { LAW_OPS = 512 };
struct law_operators {
    uint64_t set[LAW_OPS / 64];
    bool any;
};
static inline void law_operators_add(struct law_operators *s, op_t op)
{
    op %= LAW_OPS;
    s->set[op / 64] |= UINT64_C(1) << op % 64;
}
static inline bool law_operators_has(const struct law_operators *s, op_t op)
{
    op %= LAW_OPS;
    return s->set[op / 64] >> op % 64 & 1;
}
/* What those laws that are patterns, and rewrites of products, are about
 * that need no operators but those there are, or that others bring in; of
 * `known` ones alone they have nothing to say. */
void rules_law_operators(const struct rules *r,
                         const struct law_operators *known,
                         struct law_operators *have,
                         struct law_operators *about);

/* The equations that together have one solution, the call, with a candidate
 * for it in its place; how many, 0 if nothing determines it. */
uint32_t rules_determining(struct rules *r, expr_t call, expr_t candidate,
                           uint32_t capacity, expr_t (*sides)[2]);

/* Properties that all matrices near one that has them have, too. */
#define LAW_OPEN_PROPERTIES                                                  \
    ((properties_t)(PROP_INVERTIBLE | PROP_PRINCIPAL | PROP_FULLRANK |       \
                    PROP_FULL_ROW_RANK | PROP_FULL_COLUMN_RANK |             \
                    PROP_CONSTANT))
/* What the next law or rewrite that is about one matrix, and may be derived by
 * it, says of that variable, from the *i-th rule on; false if there are no
 * more. */
bool rules_instance(struct rules *r, expr_t variable, uint32_t *i,
                    expr_t *sides);

/* What the laws `S = ...` make of a variable, the which-th from 0 on; 0 (no
 * fault) if there are no more. */
expr_t rules_coordinates(struct rules *r, expr_t variable, uint32_t which);

#endif
