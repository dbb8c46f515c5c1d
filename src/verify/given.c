#include "verify/given.h"

enum { MOST_INDICES = 64 };

/* The indices met so far; of each node those that are free in it, as bits. */
struct indices {
    const struct exprs *x;
    uint32_t n;
    expr_t node[MOST_INDICES];
    bool too_many;
};

static uint64_t bit_of(struct indices *s, expr_t index)
{
    uint32_t i = 0;
    while (i < s->n && s->node[i] != index)
        i++;
    if (i == MOST_INDICES) {
        s->too_many = true;
        return 0;
    }
    s->node[i] = index;
    s->n += i == s->n;
    return UINT64_C(1) << i;
}

static uint64_t free_in(struct indices *s, expr_t e, const uint64_t *free)
{
    const struct exprs *x = s->x;
    const struct expr_node *n = expr_get(x, e);
    bool binds = n->op == OP_SUM || n->op == OP_TENSOR;
    uint64_t bits = n->op == OP_INDEX ? bit_of(s, e) : 0;
    for (uint32_t i = binds ? n->nargs - 1 : 0; i < n->nargs; i++)
        bits |= free[x->visits[expr_arg(x, e, i)].place];
    for (uint32_t i = 0; binds && i + 1 < n->nargs; i++)
        bits &= ~bit_of(s, expr_arg(x, e, i));
    return bits;
}

static bool is_closed(struct exprs *x, expr_t e, struct arena *a)
{
    struct indices s = {.x = x};
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, e, a, &n);
    uint64_t *free = list ? ARENA_ARRAY(a, uint64_t, n) : NULL;
    for (uint32_t i = 0; free && i < n; i++)
        free[i] = free_in(&s, list[i], free);
    return free && !s.too_many && !free[n - 1];
}

bool given_closed(struct exprs *x, const struct conditions *given,
                  struct conditions *out)
{
    struct arena a;
    bool ok = true;
    arena_init(&a, x->mem);
    for (uint32_t i = 0; ok && given && i < given->count; i++)
        ok = !is_closed(x, given->items[i].subject, &a) ||
             conditions_put(out, given->items[i]);
    arena_free(&a);
    return ok && !fault_is_set(x->mem->fault);
}
