/* concrete.h - judging expressions with integer parameters: for several
 * values of these, one after another. */
#ifndef MD_VERIFY_CONCRETE_H
#define MD_VERIFY_CONCRETE_H

#include "verify/verify.h"

enum { CONCRETE_MAX_EXPRS = 8 };

struct concrete_task {
    struct exprs *x;
    uint32_t n;
    expr_t e[CONCRETE_MAX_EXPRS];
    uint32_t first_by; /* from here on, what is derived by: it should occur */
    const struct conditions *given; /* NULL: none */
    uint64_t seed;
    /* Judges expressions without parameters. */
    bool (*judge)(void *data, const expr_t *e, const struct conditions *given,
                  uint64_t seed, struct verify_result *r);
    void *data;
};
/* Whether there are parameters, families, or sums over parameters. */
bool concrete_is_needed(struct concrete_task *k);
/* False only as verify() is. */
bool concrete_judge(struct concrete_task *k, struct verify_result *r);

#endif
