/* loading.h - a rule being read: what load.c and signature.c share. */
#ifndef MD_RULE_LOADING_H
#define MD_RULE_LOADING_H

#include "rule/table.h"

enum { LOADING_MAX_OVERLOADS = 16 };

struct loading {
    struct rules *r;
    const struct syntax *t;
    const struct syntax_rule *rule;
    const char *text; /* of the tree */
    uint32_t line;
    uint16_t overloads[LOADING_MAX_OVERLOADS]; /* what the rule declares */
    uint32_t noverloads;
    struct pattern pattern;
};

/* Gives a fault without a place this one; returns `ok`. */
bool loading_placed(struct loading *l, bool ok, struct span where);
/* A fault; returns false. */
bool loading_refuse(struct loading *l, enum fault_kind kind,
                    struct span where, const char *message);
bool loading_elaborate(struct loading *l, syntax_t n, expr_t *e);

/* load.c: reads the rule that `l` is at. */
bool loading_rule(struct loading *l);

/* primary.c: whether a clause of a rule `primary` is for primary_read, which
 * reads what the others have left; primary_finish, when all rules of the text
 * are known, adds what may mention them. */
bool primary_takes(const struct loading *l, const struct syntax_clause *k);
bool primary_read(struct loading *l);
bool primary_finish(struct loading *l);

/* law.c: the equation of a law, and what it determines. */
bool law_read(struct loading *l, const struct syntax_clause *k);
bool law_determines(struct loading *l, const struct syntax_clause *k);

/* signature.c: the clauses of an operator, function or differential. */
bool signature_define(struct loading *l, const struct syntax_clause *k);
bool signature_declare(struct loading *l, const struct syntax_clause *k);
bool signature_differential(struct loading *l,
                            const struct syntax_clause *k);
bool signature_condition(struct loading *l, bool smooth,
                         const struct requirement *q, struct span where);
bool signature_text(struct loading *l, const struct syntax_clause *k);
bool signature_nature(struct loading *l, const struct syntax_clause *k);
/* What is declared is the matrix of a linear map. */
bool signature_jacobian(struct loading *l, const struct syntax_clause *k);
bool signature_transpose(struct loading *l, const struct syntax_clause *k);

#endif
