#include "simplify/simplify.h"

#include "simplify/internal.h"

typedef ix_t strategy(struct ix_table *t, ix_t n);

/* In the order in which they are tried; the first that helps is taken. */
static strategy *const strategies[] = {expand_product, collect_sums,
                                       expand_sum, collect_factors,
                                       collect_places, join_quotients};

static ix_t improve(struct ix_table *t, ix_t n)
{
    for (int round = 0; n && round < SIMPLIFY_ROUNDS; round++) {
        ix_t before = n;
        uint8_t kind = ix_get(t, n)->kind;
        if ((kind != IX_PROD && kind != IX_SUM) ||
            ix_get(t, n)->cost > SIMPLIFY_COST || t->work > t->improve_until)
            return n;
        for (size_t i = 0;
             n == before && i < sizeof strategies / sizeof *strategies; i++) {
            struct arena_mark mark = arena_mark(&t->scratch);
            n = strategies[i](t, n);
            arena_release(&t->scratch, mark);
        }
        if (n == before)
            return n;
    }
    return n;
}

/* The same, remembered: a search that need not be made twice. */
static ix_t improve_once(struct ix_table *t, ix_t n)
{
    if (n < t->simplified_capacity && t->simplified[n])
        return t->simplified[n];
    ix_t result = improve(t, n);
    if (!result || !MEM_RESERVE(t->mem, t->simplified, t->simplified_capacity,
                                (size_t)t->count + 1))
        return 0;
    t->simplified[n] = result;
    return result;
}

static ix_t simplify_list(struct ix_table *t, const ix_t *list, uint32_t n)
{
    /* Strategies look nothing up by position, so these stay valid. */
    ix_t *image = ARENA_ARRAY(&t->scratch, ix_t, n);
    if (!image)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        ix_t own[8], *child = own;
        uint32_t count = ix_get(t, list[i])->length;
        struct arena_mark mark = arena_mark(&t->scratch);
        if (count > 8 && !(child = ARENA_ARRAY(&t->scratch, ix_t, count)))
            return 0;
        count = ix_children(t, list[i], child, count > 8 ? count : 8);
        bool same = true;
        for (uint32_t k = 0; k < count; k++) {
            ix_t to = image[t->positions[child[k]]];
            same = same && to == child[k];
            child[k] = to;
        }
        image[i] = same ? list[i] : ix_rebuild(t, list[i], child);
        if (image[i])
            image[i] = improve_once(t, image[i]);
        arena_release(&t->scratch, mark);
        if (!image[i])
            return 0;
    }
    return image[n - 1];
}

static ix_t simplify_once(struct ix_table *t, ix_t root)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t n;
    const ix_t *list = ix_reach(t, root, &n);
    ix_t result = !list                ? 0
                  : n > SIMPLIFY_NODES ? root
                                       : simplify_list(t, list, n);
    arena_release(&t->scratch, mark);
    return result;
}

/* What a strategy makes may have new parts that another one can shorten. */
ix_t simplify_index(struct ix_table *t, ix_t root)
{
    ix_t before = 0;
    t->improve_until = t->work + SIMPLIFY_WORK;
    for (int pass = 0; root && root != before && pass < SIMPLIFY_PASSES;
         pass++) {
        before = root;
        root = simplify_once(t, root);
    }
    return root;
}
