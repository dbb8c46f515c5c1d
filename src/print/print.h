/* print.h - typed expressions as text.  FORMAT_TEXT is the language itself:
 * reading it gives the same expression. */
#ifndef MD_PRINT_PRINT_H
#define MD_PRINT_PRINT_H

#include "base/text.h"
#include "expr/condition.h"
#include "expr/expr.h"
#include "expr/layout.h"

enum print_format {
    FORMAT_TEXT,
    FORMAT_UNICODE,
    FORMAT_LATEX,
    FORMAT_MATHML,
    FORMAT_NUMPY,
    FORMAT_JULIA,
    FORMAT_MATLAB
};

/* The format's name ("text", "latex", ...); back: false if unknown. */
const char *print_format_name(enum print_format f);
bool print_format_by_name(const char *name, enum print_format *f);
/* False with a fault on failure (memory, or a length limit on the output:
 * a shared expression can be exponentially long as text). */
bool print_expr(struct exprs *x, expr_t e, enum print_format f,
                struct text *out);
/* The same in a layout, which says whether ∂u/∂x is D[u,x] or its transpose;
 * print_expr is in mixed layout. */
bool print_in_layout(struct exprs *x, expr_t e, enum print_format f,
                     enum layout layout, struct text *out);
/* "det(X) != 0", "x > 0", "X invertible", "A*x - b != 0". */
bool print_condition(struct exprs *x, const struct condition *c,
                     enum print_format f, struct text *out);
/* A declaration as the language writes it: "A[m,n] symmetric". */
bool print_decl(struct exprs *x, decl_t d, struct text *out);
/* For readers: "A \in \mathbb{R}^{m \times n} \text{ symmetric}". */
bool print_decl_latex(struct exprs *x, decl_t d, struct text *out);

#endif
