/* elaborate.h - from syntax to typed expressions, for those who have syntax:
 * the rule loader.  Users' texts go through lang.h.
 *
 *     scope = scope_new_strict(x);             once
 *     syntax_init(&t, x); syntax_read(&t, START_RULES, text, length);
 *     for each rule:
 *         scope_clear(scope);
 *         scope_declare_parameters(scope, &t, clause->list);   its let
 *         syntax_as_application(&t, clause->left, &call);
 *         ... scope_parameter(scope, &t, call.args[k], &decl) ...
 *         scope_elaborate(scope, &t, 1, &clause->right, &definition);
 */
#ifndef MD_LANG_ELABORATE_H
#define MD_LANG_ELABORATE_H

#include "lang/lang.h"
#include "lang/syntax.h"

/* A scope without conventions: every name must be declared, sizes are what
 * their declarations say, and equations between sizes are errors. */
struct scope *scope_new_strict(struct exprs *x);
/* Forgets all names, keeps the memory. */
void scope_clear(struct scope *s);
/* Declares the list of a `let` clause with role DECL_PARAMETER.  "size n"
 * declares only a size; "row r[n]" a row.  May be called again (more lets).*/
bool scope_declare_parameters(struct scope *s, const struct syntax *t,
                              syntax_t list);

/* The same as variables of the user's kind, for claims to be verified. */
bool scope_declare_variables(struct scope *s, const struct syntax *t,
                             syntax_t list);

/* Declares an abstract function of one scalar with scalar values. */
bool scope_declare_function(struct scope *s, symbol_t name);

/* What a bare name in the syntax is in the scope. */
struct scope_parameter {
    decl_t decl;   /* the pattern variable, 0 if the name is a size */
    expr_t node;   /* its OP_VARIABLE, or OP_SIZE for a size */
    symbol_t name;
    bool is_size;
};
/* False with a fault (with span) if `n` is not a declared name. */
bool scope_parameter(struct scope *s, const struct syntax *t, syntax_t n,
                     struct scope_parameter *out);
/* The differential variable of a parameter, made at its first use; 0 only
 * after a failed allocation.  `made`: only if something used it before. */
expr_t scope_differential(struct scope *s, decl_t parameter);
expr_t scope_differential_made(const struct scope *s, decl_t parameter);

/* Elaborates expressions of one tree jointly; false with a fault (with
 * span).  Operators must be in the operator table already. */
bool scope_elaborate(struct scope *s, const struct syntax *t, uint32_t n,
                     const syntax_t *roots, expr_t *results);
/* The value of a family's member: its parameters are sizes, all other names
 * must be known. */
bool scope_elaborate_member(struct scope *s, const struct syntax *t,
                            syntax_t root, const struct decl *family,
                            expr_t *result);
/* The size that a syntax expression is (the n of inv(X)[n,n]); 0 with a
 * fault. */
dim_t scope_size(struct scope *s, const struct syntax *t, syntax_t n);

#endif
