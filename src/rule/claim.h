/* claim.h - rules that claim something: derivatives, Jacobians, identities
 * and rewrites, as the verifier wants them.  Nothing of them is applied. */
#ifndef MD_RULE_CLAIM_H
#define MD_RULE_CLAIM_H

#include "expr/condition.h"
#include "expr/layout.h"
#include "rule/table.h"

enum { CLAIM_MAX_ORDER = 6, CLAIM_MAX_VARYING = 8 };

struct claim {
    const char *kind; /* "derivative", "operator", ... */
    bool refuted;     /* said to be false */
    bool is_claim;    /* else it declares something, or is a fact */
    symbol_t name;
    symbol_t cite;     /* "KEY:PLACE, KEY:PLACE", or 0 */
    symbol_t function; /* `for f in scalar`: f */
    symbol_t note;     /* all of them, joined by spaces, or 0 */
    enum layout layout;
    enum form form;
    enum structure structure;
    uint32_t order; /* 0: left and right are said to be equal */
    expr_t by[CLAIM_MAX_ORDER];
    /* Of a total differential, d f = ...: what varies. */
    uint32_t nvarying;
    expr_t varying[CLAIM_MAX_VARYING];
    expr_t left, right;
    struct conditions given;
    uint32_t first, ndecls;  /* the declarations of its variables */
    uint8_t rest[PATTERN_MAX_VARIABLES]; /* as in a pattern */
    bool has_rests;
    struct span left_where, right_where, where;
};

/* The same for claims that differ in the names of their variables and sizes
 * only; 0 of a claim that is nested too deep to be compared. */
uint64_t claim_key(const struct exprs *x, const struct claim *k);

/* Whether it is written d f = ... (by parts of a variable it cannot be). */
bool claim_is_differential(const struct claim *k);

/* Whether the `layout WORD;` of the text just read is one; false with a
 * fault. */
bool claim_layout_known(struct rules *r);

void claim_init(struct claim *k, struct mem *m);
void claim_free(struct claim *k);
/* Reads the first rule of a text; `layout` is in force for it (NULL: mixed).
 * What `for f in scalar` names is an abstract function.  False with a fault
 * whose span is in the text. */
bool claim_read(struct rules *r, const char *text, size_t length,
                const char *layout, struct claim *k);

/* Whether all sources of the rule just read are listed in rules/SOURCES;
 * false with a fault. */
bool claim_sources_known(const struct rules *r);
/* The left side as a pattern; false if it has too many variables. */
bool claim_pattern(const struct claim *k, struct pattern *p);
/* Lets go of all R... on both sides; false if they have no meaning then. */
bool claim_drop_rests(struct rules *r, struct claim *k);
/* What a rewrite has to satisfy beyond being true: it is loaded on trial, so
 * the rules must not be used afterwards (unless `builtin`: it is there
 * already).  False with a fault. */
bool claim_check_rewrite(struct rules *r, const struct claim *k,
                         const char *file, const char *text, size_t length,
                         bool builtin);

/* Whether rewrite `at` is ever applied: an earlier one whose left side is as
 * general comes first.  False with a fault at `where`. */
bool claim_check_reached(struct rules *r, uint32_t at, struct span where);

/* Whether rules of this kind add to the table of operators. */
bool claim_kind_declares(const char *kind, size_t length);

#endif
