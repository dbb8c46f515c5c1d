/* rule.h - rules: loaded from text into the operator table, checked, and
 * applied (rewrites) or asked (facts about properties). */
#ifndef MD_RULE_RULE_H
#define MD_RULE_RULE_H

#include "base/truth.h"
#include "expr/condition.h"
#include "expr/expr.h"

struct rules; /* opaque */

struct rules *rules_new(struct exprs *x);
void rules_free(struct rules *r);
/* Loads the embedded operator, function and simplification rules. */
bool rules_load_builtin(struct rules *r);
/* What was loaded, without the tables it refers to; scratch stays behind. */
bool rules_image(struct rules *r, struct image *im);
/* Loads a rule file's text; a fault names `file` and carries the span. */
bool rules_load(struct rules *r, const char *file, const char *text,
                size_t length);

/* Whether every value of `e` has property p, by declarations and facts. */
enum truth rules_property(struct rules *r, expr_t e, enum property p);

/* All properties known to hold of `e`, and all known not to. */
properties_t rules_holding(struct rules *r, expr_t e);
properties_t rules_failing(struct rules *r, expr_t e);
/* Why a property is known to hold of `e`: false if it is not known. */
enum { REASON_MAX_PREMISES = 12 };
enum reason_kind {
    REASON_DECLARED, /* of a variable */
    REASON_MEANING,  /* another property of `e` says it: the premises */
    REASON_FACT,     /* by the fact `rule` from the premises */
    REASON_PARTS,    /* an operation by entries of symmetric matrices, ... */
    REASON_VALUE     /* a number, a size */
};
struct reason {
    enum reason_kind kind;
    symbol_t rule;
    uint32_t npremises;
    struct condition premises[REASON_MAX_PREMISES];
};
bool rules_why(struct rules *r, expr_t e, enum property property,
               struct reason *why);
/* Adds to `out` what a condition comes to by the rules: conditions that
 * together say the same where its subject is defined, nothing if it is known
 * to hold. */
bool rules_reduce(struct rules *r, struct condition c, struct conditions *out);
/* Takes these to hold from now on, beside what is known; NULL: no longer.
 * The list stays the caller's. */
bool rules_assume(struct rules *r, const struct conditions *given);
/* Leaves out what the others imply, the last ones first. */
bool rules_minimise(struct rules *r, struct conditions *c);

/* Forgets what is remembered of nodes above `keep`: to be called when the
 * table of expressions is rolled back to that count. */
void rules_forget(struct rules *r, expr_t keep);

/* From now on the rewrite or law of this name is not used (0: all are), as
 * when it is to be shown itself.  What is remembered of nodes is forgotten. */
void rules_except(struct rules *r, symbol_t name);

/* Applies the rewrites everywhere, to a fixed point (bounded by descent in
 * cost).  Conditions taken on (`assuming`) are added to `needed`, which may
 * be NULL; the names of the rules applied to `trail` (symbols), or NULL.
 * 0 with a fault on failure. */
struct rule_trail {
    struct mem *mem;
    symbol_t *rules;
    uint32_t count, capacity;
};
expr_t rules_rewrite(struct rules *r, expr_t e, struct conditions *needed,
                     struct rule_trail *trail);
/* What the rewrites marked `offer` make of e, and their word for what it is
 * good for; 0 (no fault) where none applies, or several with different words. */
expr_t rules_offer(struct rules *r, expr_t e, symbol_t *why);

#endif
