/* range.c - whether the reader can tell how far a bound index runs: it can
 * where the index is a plain subscript of something of that size. */
#include "print/writer.h"

#include <string.h>

/* Steps of all searches of one print together; beyond them ranges are
 * written out, which is never wrong. */
enum { SEARCH_BUDGET = 1 << 20 };

struct range_search {
    uint32_t *seen; /* by node: the last search that met it */
    uint32_t size, search, steps;
    expr_t *stack;
    uint32_t count, capacity;
};

static bool search_start(struct writer *w, expr_t root)
{
    struct mem *m = w->x->mem;
    if (!w->ranges && !(w->ranges = mem_alloc(m, sizeof *w->ranges)))
        return false;
    struct range_search *s = w->ranges;
    /* `size` is given once: later searches are of smaller nodes. */
    if (!MEM_RESERVE(m, s->seen, s->size, (size_t)root + 1))
        return false;
    s->search++;
    s->count = 0;
    return true;
}

static void search_push(struct writer *w, expr_t e)
{
    struct range_search *s = w->ranges;
    if (s->seen[e] == s->search ||
        !MEM_RESERVE(w->x->mem, s->stack, s->capacity, (size_t)s->count + 1))
        return;
    s->seen[e] = s->search;
    s->stack[s->count++] = e;
    s->steps++;
}

static void push_children(struct writer *w, expr_t e)
{
    for (uint32_t i = 0; i < expr_get(w->x, e)->nargs; i++)
        search_push(w, expr_arg(w->x, e, i));
}

void range_free(struct writer *w)
{
    if (!w->ranges)
        return;
    MEM_FREE_ARRAY(w->x->mem, w->ranges->seen, w->ranges->size);
    MEM_FREE_ARRAY(w->x->mem, w->ranges->stack, w->ranges->capacity);
    mem_free(w->x->mem, w->ranges, sizeof *w->ranges);
    w->ranges = NULL;
}

/* Whether no bound index occurs in `e`; false also where that would take
 * long to find out. */
static bool is_closed(const struct writer *w, expr_t e)
{
    enum { DEEP = 64, LONG = 256 };
    expr_t stack[DEEP];
    uint32_t count = 0, steps = 0;
    stack[count++] = e;
    while (count) {
        const struct expr_node *n = expr_get(w->x, stack[--count]);
        const expr_t *args = w->x->args + n->args;
        if (n->op == OP_INDEX || ++steps > LONG || n->nargs > DEEP - count)
            return false;
        for (uint32_t i = 0; i < n->nargs; i++)
            stack[count++] = args[i];
    }
    return true;
}

/* Subscripts of values that depend on no index: whoever reads the text may
 * not know the size of anything else before the index is known. */
static bool is_plain_use(const struct writer *w, expr_t e, expr_t index)
{
    if (expr_op(w->x, e) != OP_ELEMENT)
        return false;
    expr_t base = expr_arg(w->x, e, 0);
    const struct shape *s = expr_shape(w->x, base);
    bool used = false;
    for (uint32_t k = 1; k < expr_get(w->x, e)->nargs; k++)
        used = used || (expr_arg(w->x, e, k) == index &&
                        s->dim[k - 1] == index_of(w, index)->size);
    return used && is_closed(w, base);
}

static bool rebinds(const struct writer *w, expr_t e, expr_t index)
{
    op_t op = expr_op(w->x, e);
    if (op != OP_SUM && op != OP_TENSOR)
        return false;
    for (uint32_t i = 0; i + 1 < expr_get(w->x, e)->nargs; i++)
        if (index_of(w, expr_arg(w->x, e, i))->name ==
            index_of(w, index)->name)
            return true;
    return false;
}

bool range_needed(struct writer *w, expr_t binder, uint32_t i)
{
    expr_t index = expr_arg(w->x, binder, i);
    uint32_t nargs = expr_get(w->x, binder)->nargs;
    if (index_of(w, index)->low != DIM_ONE || !search_start(w, binder))
        return true;
    struct range_search *s = w->ranges;
    search_push(w, expr_arg(w->x, binder, nargs - 1));
    while (s->count && s->steps < SEARCH_BUDGET) {
        expr_t e = s->stack[--s->count];
        if (is_plain_use(w, e, index))
            return false;
        if (!rebinds(w, e, index))
            push_children(w, e);
    }
    return true;
}

struct series_view series_of(struct writer *w, expr_t e)
{
    const struct expr_node n = *expr_get(w->x, e);
    return (struct series_view){
        .product = n.op == OP_PRODUCT,
        .symbol = n.payload,
        .low = expr_as_size(w->x, expr_arg(w->x, e, 0)),
        .high = expr_as_size(w->x, expr_arg(w->x, e, 1)),
        .body = expr_arg(w->x, e, 2)};
}

dim_t range_last(struct writer *w, const struct index_entry *i)
{
    struct dims *d = w->x->dims;
    return dim_sub(d, dim_add(d, i->low, i->size), DIM_ONE);
}

void push_axes(struct writer *w, expr_t binder,
               void (*index)(struct writer *w, expr_t binder, uint32_t i))
{
    const struct expr_node n = *expr_get(w->x, binder);
    uint32_t begins = n.op == OP_TENSOR ? n.payload : UINT32_MAX;
    bool open = false;
    for (uint32_t i = 0; i + 1 < n.nargs; i++) {
        bool last = i + 2 == n.nargs || begins >> (i + 1) & 1;
        if (i)
            push_text(w, ",");
        if (!open && !last)
            push_text(w, "(");
        index(w, binder, i);
        if (open && last)
            push_text(w, ")");
        open = !last;
    }
}
