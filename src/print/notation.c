#include "print/notation.h"

#include <string.h>

const struct notation *notation_of(enum print_format f)
{
    static const struct notation *const all[] = {
        &notation_text,  &notation_unicode, &notation_latex, &notation_mathml,
        &notation_numpy, &notation_julia,   &notation_matlab};
    return (size_t)f < sizeof all / sizeof *all ? all[f] : NULL;
}

/* LaTeX has no command for capitals that look Latin. */
static const struct greek letters[] = {
    {"alpha", "α", NULL},     {"beta", "β", NULL},
    {"gamma", "γ", NULL},     {"delta", "δ", NULL},
    {"epsilon", "ε", "\\varepsilon"},
    {"zeta", "ζ", NULL},      {"eta", "η", NULL},
    {"theta", "θ", NULL},     {"iota", "ι", NULL},
    {"kappa", "κ", NULL},     {"lambda", "λ", NULL},
    {"mu", "μ", NULL},        {"nu", "ν", NULL},
    {"xi", "ξ", NULL},        {"omicron", "ο", "o"},
    {"pi", "π", NULL},        {"rho", "ρ", NULL},
    {"sigma", "σ", NULL},     {"tau", "τ", NULL},
    {"upsilon", "υ", NULL},   {"phi", "φ", "\\varphi"},
    {"chi", "χ", NULL},       {"psi", "ψ", NULL},
    {"omega", "ω", NULL},     {"Gamma", "Γ", NULL},
    {"Delta", "Δ", NULL},     {"Theta", "Θ", NULL},
    {"Lambda", "Λ", NULL},    {"Xi", "Ξ", NULL},
    {"Pi", "Π", NULL},        {"Sigma", "Σ", NULL},
    {"Upsilon", "Υ", NULL},   {"Phi", "Φ", NULL},
    {"Psi", "Ψ", NULL},       {"Omega", "Ω", NULL},
    {"Alpha", "Α", "\\mathrm{A}"},
    {"Beta", "Β", "\\mathrm{B}"},
};
enum { LETTERS = sizeof letters / sizeof *letters };

const struct greek *greek_by_name(const char *name, size_t length)
{
    for (size_t i = 0; i < LETTERS; i++)
        if (strlen(letters[i].name) == length &&
            !memcmp(letters[i].name, name, length))
            return &letters[i];
    return NULL;
}

const struct greek *greek_by_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < LETTERS; i++)
        if (length >= 2 && !memcmp(letters[i].letter, text, 2))
            return &letters[i];
    return NULL;
}

bool is_scalar(const struct exprs *x, expr_t e)
{
    return expr_shape(x, e)->kind == SHAPE_SCALAR;
}

bool is_integer(const struct exprs *x, expr_t e)
{
    return expr_op(x, e) == OP_NUMBER &&
           rat_is_integer(x->numbers, expr_get(x, e)->payload);
}

bool is_ambiguous(const struct exprs *x, expr_t e, const char *form)
{
    uint16_t o = expr_get(x, e)->overload;
    return expr_shape(x, e)->kind == SHAPE_MATRIX && o &&
           overload_get(x->ops, o)->entrywise &&
           (strchr(form, '|') || strstr(form, "\\lvert"));
}
