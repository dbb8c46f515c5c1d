/* law.h - laws: equations about functions that proofs may use, from left to
 * right, whatever they do to the length. */
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

#endif
