/* condition.h - lists of conditions an answer needs. */
#ifndef MD_EXPR_CONDITION_H
#define MD_EXPR_CONDITION_H

#include "expr/op.h"

struct conditions {
    struct mem *mem;
    struct condition *items;
    uint32_t count, capacity;
};

void conditions_init(struct conditions *c, struct mem *m);
void conditions_free(struct conditions *c);
/* Adds a condition once; one that another one implies is left out. */
bool conditions_add(struct conditions *c, enum property p, expr_t subject);
bool conditions_put(struct conditions *c, struct condition one);
/* Takes out the one at place i. */
void conditions_remove(struct conditions *c, uint32_t i);

#endif
