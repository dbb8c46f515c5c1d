/* lang.h - from text to typed expressions: names, shapes, properties.
 *
 * A scope knows the names a user declared and what names were assumed to be.
 * Every failure is a fault with the span of the offending part in the text
 * given to the call. */
#ifndef MD_LANG_LANG_H
#define MD_LANG_LANG_H

#include "expr/expr.h"

enum { LANG_MAX_TEXTS = 68 };

struct scope; /* opaque */

struct scope *scope_new(struct exprs *x);
void scope_free(struct scope *s);
/* Forgets everything, sizes made up included, and keeps the memory: what the
 * tables of expressions and names held may be gone. */
void scope_restart(struct scope *s);
/* Reads "A[m,n] symmetric, x[n], a" and adds the names (later declarations
 * of a name replace earlier ones). */
bool scope_declare(struct scope *s, const char *text, size_t length);
/* Gives a name an expression as its meaning (REPL: f = ...). */
bool scope_assign(struct scope *s, const char *name, size_t length, expr_t e);
bool scope_knows(const struct scope *s, const char *name, size_t length);
bool scope_forget(struct scope *s, const char *name, size_t length);
/* Reads expressions together: sizes of undeclared names are inferred from
 * all of them.  Undeclared names become assumed declarations of the scope
 * only if all texts are accepted.  On failure *failed is the index of the
 * text the fault's span is in. */
bool scope_read(struct scope *s, uint32_t n, const char *const *texts,
                const size_t *lengths, expr_t *results, uint32_t *failed);
/* "A[m,n], x[n]": what the last scope_read assumed, "" if nothing;
 * equations between sizes too: "n = q*q". */
bool scope_assumed(const struct scope *s, struct text *out);
/* Enumerates the names: false past the last.  An assigned name has an
 * expression, a declared one a declaration, a size only a name. */
struct scope_name {
    symbol_t name;
    decl_t decl;    /* 0 if not a variable */
    expr_t meaning; /* 0 if not assigned */
    bool is_size;
};
bool scope_name_at(const struct scope *s, uint32_t i,
                   struct scope_name *out);
/* True when the text stops in the middle (an open bracket, an operator at
 * the end): an interactive reader asks for more. */
bool lang_is_incomplete(struct mem *m, const char *text, size_t length);
/* Formats a fault as compilers do: "source:line:column: error: message", the
 * line, a caret line, the second place, the hint.  `color` adds ANSI;
 * `before` lines of the source stand before the text. */
void lang_show_fault(const struct fault *f, const char *source,
                     unsigned long before,
                     const char *text, size_t length, bool color,
                     struct text *out);

#endif
