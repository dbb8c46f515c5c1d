/* task.h - the steps of the matcher, for those who start it. */
#ifndef MD_RULE_TASK_H
#define MD_RULE_TASK_H

#include "rule/match.h"

enum task_kind { TASK_NODE, TASK_SEQUENCE, TASK_SET };
enum { MATCH_MAX_ARGS = 8 };

/* What is still to be matched: one pattern with one subject, patterns with
 * subjects in order, or in any order. */
struct task {
    uint8_t kind;
    bool exact; /* every subject is to be used */
    uint32_t rest; /* of a set: 1 + the slot of R..., 0: none */
    op_t op;    /* of a set: what its members are joined by */
    uint32_t npatterns, nsubjects, at, position;
    uint64_t used;
    expr_t pattern, subject; /* of a node */
    const expr_t *patterns, *subjects;
    const struct task *next;
};

/* Bindings to go back to. */
struct mark {
    uint32_t nbound, nsizes, nopen;
};
struct mark task_mark(const struct match *m);
void task_undo(struct match *m, struct mark k);

/* Does everything from `t` on match?  The bindings stay if so. */
bool task_solve(struct match *m, const struct task *t);
bool task_node(struct match *m, expr_t pattern, expr_t subject,
               const struct task *next);
bool task_set(struct match *m, op_t op, uint32_t npatterns,
              const expr_t *patterns, uint32_t nsubjects,
              const expr_t *subjects, bool exact, const struct task *next);
/* A pattern product's factors: the scalars (their number is returned) and
 * the others. */
uint32_t task_split_pattern(const struct exprs *x, expr_t p, expr_t *scalars,
                            expr_t *factors, uint32_t *nfactors);

#endif
