/* uses.c - the evaluator's memory, and what expressions are made of. */
#include <stdlib.h>
#include <string.h>

#include "eval/ruled.h"

struct evaluator *evaluator_new(struct exprs *x)
{
    struct evaluator *ev = mem_alloc(x->mem, sizeof *ev);
    if (!ev)
        return NULL;
    ev->x = x;
    arena_init(&ev->arena, x->mem);
    arena_init(&ev->scratch, x->mem);
    ev->blas = mem_alloc(x->mem, sizeof *ev->blas);
    if (!ev->blas) {
        mem_free(x->mem, ev, sizeof *ev);
        return NULL;
    }
    return ev;
}

void evaluator_free(struct evaluator *ev)
{
    if (!ev)
        return;
    struct mem *m = ev->x->mem;
    blas_close(ev->blas);
    mem_free(m, ev->blas, sizeof *ev->blas);
    arena_free(&ev->arena);
    arena_free(&ev->scratch);
    MEM_FREE_ARRAY(m, ev->place, ev->place_capacity);
    MEM_FREE_ARRAY(m, ev->nodes, ev->node_capacity);
    mem_free(m, ev, sizeof *ev);
}

void eval_reset(struct evaluator *ev)
{
    arena_release(&ev->arena, (struct arena_mark){NULL, 0});
}

struct arena *eval_arena(struct evaluator *ev)
{
    return &ev->arena;
}

/* The array is all zero between uses, so growing need not copy, and fresh
 * zero pages cost nothing until touched. */
static bool reserve_places(struct evaluator *ev)
{
    uint32_t need = ev->x->count + 1;
    if (need <= ev->place_capacity)
        return true;
    struct mem *m = ev->x->mem;
    uint32_t *fresh = mem_alloc(m, (size_t)need * 2 * sizeof *fresh);
    if (!fresh)
        return false;
    MEM_FREE_ARRAY(m, ev->place, ev->place_capacity);
    ev->place = fresh;
    ev->place_capacity = need * 2;
    return true;
}

static bool append_node(struct evaluator *ev, expr_t e)
{
    if (ev->place[e])
        return true;
    if (!MEM_RESERVE(ev->x->mem, ev->nodes, ev->node_capacity,
                     (size_t)ev->node_count + 1))
        return false;
    ev->place[e] = 1;
    ev->nodes[ev->node_count++] = e;
    return true;
}

static int compare_ids(const void *a, const void *b)
{
    expr_t p = *(const expr_t *)a, q = *(const expr_t *)b;
    return (p > q) - (p < q);
}

static void sort_ids(expr_t *ids, uint32_t n)
{
    if (n > 64) {
        qsort(ids, n, sizeof *ids, compare_ids);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        expr_t e = ids[i];
        uint32_t j = i;
        for (; j && ids[j - 1] > e; j--)
            ids[j] = ids[j - 1];
        ids[j] = e;
    }
}

bool eval_collect_nodes(struct evaluator *ev, expr_t e)
{
    ev->node_count = 0;
    if (!e || !reserve_places(ev) || !append_node(ev, e))
        return false;
    bool ok = true;
    for (uint32_t i = 0; ok && i < ev->node_count; i++) {
        const expr_t node = ev->nodes[i];
        uint32_t n = expr_get(ev->x, node)->nargs;
        for (uint32_t k = 0; ok && k < n; k++)
            ok = append_node(ev, expr_arg(ev->x, node, k));
    }
    if (!ok) {
        eval_forget_nodes(ev);
        return false;
    }
    sort_ids(ev->nodes, ev->node_count);
    for (uint32_t i = 0; i < ev->node_count; i++)
        ev->place[ev->nodes[i]] = i + 1;
    return true;
}

void eval_forget_nodes(struct evaluator *ev)
{
    for (uint32_t i = 0; i < ev->node_count; i++)
        ev->place[ev->nodes[i]] = 0;
}

/* ------------------------------------------------------------------- uses */

static bool add_symbol(struct mem *m, struct eval_uses *u, symbol_t s)
{
    for (uint32_t i = 0; i < u->nsizes; i++)
        if (u->sizes[i] == s)
            return true;
    if (!MEM_RESERVE(m, u->sizes, u->size_capacity, (size_t)u->nsizes + 1))
        return false;
    u->sizes[u->nsizes++] = s;
    return true;
}

static bool add_dim(struct evaluator *ev, struct eval_uses *u, dim_t d)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < dim_term_count(ev->x->dims, d); i++) {
        struct dim_term t = dim_term_at(ev->x->dims, d, i);
        for (uint32_t k = 0; ok && k < t.nsymbols; k++)
            ok = add_symbol(ev->x->mem, u, t.symbols[k]);
    }
    return ok;
}

static bool add_decl(struct mem *m, struct eval_uses *u, decl_t d)
{
    for (uint32_t i = 0; i < u->ndecls; i++)
        if (u->decls[i] == d)
            return true;
    if (!MEM_RESERVE(m, u->decls, u->decl_capacity, (size_t)u->ndecls + 1))
        return false;
    u->decls[u->ndecls++] = d;
    return true;
}

/* A function that an operator's rule, or its name, gives corners or jumps. */
static bool has_pieces(const struct exprs *x, const struct expr_node *n)
{
    static const char *const names[] = {"abs",   "sign",    "step", "relu",
                                        "norm1", "norminf", "max",  "min"};
    if (n->op < OP_FIRST_NAMED)
        return false;
    symbol_t kernel =
        n->overload ? overload_get(x->ops, n->overload)->kernel : 0;
    const char *name =
        kernel ? intern_name(x->names, kernel) : op_name(x->ops, n->op);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static bool add_node(struct evaluator *ev, struct eval_uses *u, expr_t e)
{
    struct exprs *x = ev->x;
    const struct expr_node *n = expr_get(x, e);
    const struct shape *s = expr_shape(x, e);
    bool ok = true;
    u->pieces = u->pieces || has_pieces(x, n);
    if (n->overload && !ruled_add(ev, u, n->overload))
        return false;
    if (n->op == OP_VARIABLE)
        ok = add_decl(x->mem, u, n->payload);
    else if (n->op == OP_SIZE)
        ok = add_dim(ev, u, n->payload);
    else if (n->op == OP_INDEX)
        ok = add_dim(ev, u, x->indices[n->payload].low) &&
             add_dim(ev, u, x->indices[n->payload].size);
    for (uint32_t a = 0; ok && a < s->order; a++)
        ok = add_dim(ev, u, s->dim[a]);
    return ok;
}

bool eval_uses_add(struct evaluator *ev, expr_t e, struct eval_uses *u)
{
    bool ok = ruled_begin(ev, u) && eval_collect_nodes(ev, e);
    if (!ok)
        return false;
    for (uint32_t i = 0; ok && i < ev->node_count; i++)
        ok = add_node(ev, u, ev->nodes[i]);
    eval_forget_nodes(ev);
    return ok;
}

void eval_uses_free(struct evaluator *ev, struct eval_uses *u)
{
    MEM_FREE_ARRAY(ev->x->mem, u->decls, u->decl_capacity);
    MEM_FREE_ARRAY(ev->x->mem, u->sizes, u->size_capacity);
    ruled_free(ev, u);
}

/* ------------------------------------------------------------------ sizes */

struct size_list {
    const struct eval_size *items;
    uint32_t count;
};

static bool size_lookup(void *data, symbol_t s, int64_t *v)
{
    const struct size_list *l = data;
    for (uint32_t i = 0; i < l->count; i++)
        if (l->items[i].symbol == s) {
            *v = l->items[i].value;
            return true;
        }
    return false;
}

bool eval_dim(const struct exprs *x, dim_t d, const struct eval_size *sizes,
              uint32_t nsizes, int64_t *value)
{
    struct size_list l = {sizes, nsizes};
    return dim_value(x->dims, d, size_lookup, &l, value);
}
