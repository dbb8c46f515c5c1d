/* pass.c - passes over expressions: loops over ids, never a recursion. */
#include "expr/function.h"

#include <stdlib.h>
#include <string.h>

void expr_mark_used(const struct exprs *x, expr_t root, uint8_t *mark)
{
    memset(mark, 0, (size_t)root + 1);
    mark[root] = 1;
    for (expr_t e = root; e; e--) {
        if (!mark[e])
            continue;
        const expr_t *args = expr_args(x, e);
        for (uint32_t i = 0; i < x->nodes[e].nargs; i++)
            mark[args[i]] = 1;
    }
}

static int ascending(const void *a, const void *b)
{
    expr_t i = *(const expr_t *)a, j = *(const expr_t *)b;
    return (i > j) - (i < j);
}

const expr_t *expr_reach(struct exprs *x, expr_t root, struct arena *a,
                         uint32_t *n)
{
    uint32_t capacity = 64, count = 0;
    expr_t *list = ARENA_ARRAY(a, expr_t, capacity);
    if (!root || !list ||
        !MEM_RESERVE(x->mem, x->visits, x->visits_capacity,
                     (size_t)root + 1))
        return NULL;
    uint32_t pass = ++x->pass;
    list[count++] = root;
    x->visits[root].pass = pass;
    for (uint32_t at = 0; at < count; at++) {
        const expr_t *args = expr_args(x, list[at]);
        uint32_t nargs = x->nodes[list[at]].nargs;
        if (count + nargs > capacity) {
            uint32_t grown = 2 * (count + nargs);
            expr_t *more = ARENA_ARRAY(a, expr_t, grown);
            if (!more)
                return NULL;
            memcpy(more, list, count * sizeof *more);
            list = more;
            capacity = grown;
        }
        for (uint32_t i = 0; i < nargs; i++)
            if (x->visits[args[i]].pass != pass) {
                x->visits[args[i]].pass = pass;
                list[count++] = args[i];
            }
    }
    qsort(list, count, sizeof *list, ascending);
    for (uint32_t i = 0; i < count; i++)
        x->visits[list[i]].place = i;
    *n = count;
    return list;
}

expr_t expr_rebuild(struct exprs *x, expr_t e, const expr_t *args)
{
    const struct expr_node n = x->nodes[e];
    switch (n.op) {
    case OP_NUMBER:
    case OP_VARIABLE:
    case OP_SIZE:
    case OP_INDEX:
    case OP_WHOLE:
        return e;
    case OP_SUM:
        return expr_sum(x, n.nargs - 1, args, args[n.nargs - 1]);
    case OP_TENSOR:
        return expr_tensor(x, n.nargs - 1, args, n.payload,
                           args[n.nargs - 1]);
    case OP_SPAN:
        return expr_span(x, expr_as_size(x, args[0]),
                         expr_as_size(x, args[1]));
    case OP_ELEMENT:
        return expr_element(x, args[0], n.nargs - 1, args + 1);
    case OP_APPLY:
        return expr_applied(x, n.payload, n.nargs, args);
    case OP_SERIES:
    case OP_PRODUCT:
        return expr_series(x, n.op, n.payload, expr_as_size(x, args[0]),
                           expr_as_size(x, args[1]), args[2]);
    default:
        return expr_apply(x, n.op, n.nargs, args);
    }
}

/* `e` with its children's images, or what it is replaced by. */
static expr_t substituted(struct exprs *x, struct arena *a, expr_t e,
                          const expr_t *image, uint32_t n, const expr_t *from,
                          const expr_t *to)
{
    for (uint32_t k = 0; k < n; k++)
        if (from[k] == e)
            return to[k];
    uint32_t nargs = x->nodes[e].nargs;
    struct arena_mark m = arena_mark(a);
    expr_t *args = ARENA_ARRAY(a, expr_t, nargs);
    if (!args)
        return 0;
    bool same = true;
    for (uint32_t i = 0; i < nargs; i++) {
        args[i] = image[x->visits[expr_arg(x, e, i)].place];
        same = same && args[i] == expr_arg(x, e, i);
    }
    expr_t result = same ? e : expr_rebuild(x, e, args);
    arena_release(a, m);
    return result;
}

expr_t expr_substitute(struct exprs *x, expr_t root, uint32_t n,
                       const expr_t *from, const expr_t *to)
{
    struct arena a;
    uint32_t count;
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, root, &a, &count);
    expr_t *image = list ? ARENA_ARRAY(&a, expr_t, count) : NULL;
    expr_t result = 0;
    for (uint32_t i = 0; image && i < count; i++) {
        result = substituted(x, &a, list[i], image, n, from, to);
        image[i] = result;
        if (!result)
            break;
    }
    arena_free(&a);
    return result;
}
