/* ruled.c - functions that have no values: neither kernel nor definition,
 * only a differential. */
#include <string.h>

#include "eval/ruled.h"

static bool has_values(const struct exprs *x, const struct overload *o)
{
    const char *kernel = o->kernel ? intern_name(x->names, o->kernel)
                                   : op_name(x->ops, o->op);
    return o->form != OVERLOAD_OPAQUE || o->definition || kernel_find(kernel);
}

bool eval_kernel_known(const char *name)
{
    return kernel_find(name) != NULL;
}

/* Most tables have none, and then nothing is looked for. */
static bool any_ruled(const struct exprs *x)
{
    const struct ops *ops = x->ops;
    for (uint32_t id = 1; id <= ops->overload_count; id++) {
        const struct overload *o = overload_get(ops, (uint16_t)id);
        if (o->differential && !o->kernel && !has_values(x, o))
            return true;
    }
    return false;
}

static bool visit(struct evaluator *ev, struct eval_uses *u, expr_t e);

/* What it is defined with, or what its differential names. */
static bool visit_overload(struct evaluator *ev, struct eval_uses *u,
                           uint16_t id)
{
    struct exprs *x = ev->x;
    const struct overload *o = overload_get(x->ops, id);
    if (u->visited[id])
        return true;
    u->visited[id] = 1;
    if (has_values(x, o))
        return !o->definition || visit(ev, u, o->definition);
    if (!o->differential)
        return true;
    if (!MEM_RESERVE(x->mem, u->ruled, u->ruled_capacity,
                     (size_t)u->nruled + 1))
        return false;
    u->ruled[u->nruled++] = id;
    return visit(ev, u, o->differential);
}

/* Recursion over a rule's expressions, whose depth was checked, and over
 * operators, of which each is visited once. */
static bool visit(struct evaluator *ev, struct eval_uses *u, expr_t e)
{
    const struct expr_node n = *expr_get(ev->x, e);
    bool ok = !n.overload || visit_overload(ev, u, n.overload);
    for (uint32_t i = 0; ok && i < n.nargs; i++)
        ok = visit(ev, u, expr_arg(ev->x, e, i));
    return ok;
}

bool ruled_begin(struct evaluator *ev, struct eval_uses *u)
{
    uint32_t n = ev->x->ops->overload_count + 1;
    if (u->nvisited || !any_ruled(ev->x))
        return true;
    u->visited = mem_alloc(ev->x->mem, n);
    if (!u->visited)
        return false;
    u->nvisited = n;
    return true;
}

bool ruled_add(struct evaluator *ev, struct eval_uses *u, uint16_t overload)
{
    return overload >= u->nvisited || visit_overload(ev, u, overload);
}

void ruled_free(struct evaluator *ev, struct eval_uses *u)
{
    mem_free(ev->x->mem, u->visited, u->nvisited);
    MEM_FREE_ARRAY(ev->x->mem, u->ruled, u->ruled_capacity);
}
