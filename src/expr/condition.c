#include "expr/condition.h"

void conditions_init(struct conditions *c, struct mem *m)
{
    *c = (struct conditions){.mem = m};
}

void conditions_free(struct conditions *c)
{
    MEM_FREE_ARRAY(c->mem, c->items, c->capacity);
    c->count = 0;
}

bool conditions_add(struct conditions *c, enum property p, expr_t subject)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->items[i].predicate == p && c->items[i].subject == subject)
            return true;
    if (!MEM_RESERVE(c->mem, c->items, c->capacity, (size_t)c->count + 1))
        return false;
    c->items[c->count++] = (struct condition){p, subject};
    return true;
}
