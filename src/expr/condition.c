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

/* x > 0 says x != 0 and x >= 0, too. */
static bool says(enum property a, enum property b)
{
    return a == b || property_implied(a) & (properties_t)b;
}

static bool are(enum property a, enum property b, enum property x,
                enum property y)
{
    return (a == x && b == y) || (a == y && b == x);
}

bool conditions_put(struct conditions *c, struct condition one)
{
    uint32_t kept = 0;
    /* x >= 0 and x != 0 is x > 0. */
    for (uint32_t i = 0; i < c->count; i++)
        if (c->items[i].subject == one.subject &&
            are(c->items[i].predicate, one.predicate, PROP_NONNEG,
                PROP_NONZERO))
            one.predicate = PROP_POSITIVE;
    for (uint32_t i = 0; i < c->count; i++)
        if (c->items[i].subject == one.subject &&
            says(c->items[i].predicate, one.predicate)) {
            if (!c->items[i].kink)
                c->items[i].kink = one.kink;
            return true;
        }
    for (uint32_t i = 0; i < c->count; i++)
        if (c->items[i].subject != one.subject ||
            !says(one.predicate, c->items[i].predicate))
            c->items[kept++] = c->items[i];
    c->count = kept;
    if (!MEM_RESERVE(c->mem, c->items, c->capacity, (size_t)c->count + 1))
        return false;
    c->items[c->count++] = one;
    return true;
}

bool conditions_add(struct conditions *c, enum property p, expr_t subject)
{
    return conditions_put(c, (struct condition){p, subject, 0});
}

void conditions_remove(struct conditions *c, uint32_t i)
{
    for (c->count--; i < c->count; i++)
        c->items[i] = c->items[i + 1];
}
