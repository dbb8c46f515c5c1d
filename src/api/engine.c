#include "config.h"

#include "api/engine.h"

enum {
    DEFAULT_NODES = 20 * 1000 * 1000,
    DEFAULT_DIGITS = 100 * 1000,
    WORN_NODES = 6000, /* passes over all nodes grow with them */
    WORN_BYTES = 64 << 20
};
#define DEFAULT_BYTES ((size_t)2 << 30)

static bool start_tables(struct engine *g, const md_options *o)
{
    intern_init(&g->names, &g->mem);
    return rat_table_init(&g->numbers, &g->mem,
                          o->digits ? o->digits : DEFAULT_DIGITS) &&
           dim_table_init(&g->dims, &g->mem, &g->names) &&
           ops_init(&g->ops, &g->mem, &g->names) &&
           exprs_init(&g->x, &g->mem, &g->names, &g->numbers, &g->dims,
                      &g->ops);
}

size_t engine_byte_limit(const md_options *o)
{
    return o->bytes ? o->bytes : DEFAULT_BYTES;
}

bool engine_start(struct engine *g, struct fault *f, const md_options *o)
{
    *g = (struct engine){.begun = true};
    mem_init(&g->mem, f, 0);
    if (start_tables(g, o)) {
        g->rules = rules_new(&g->x);
        if (g->rules && rules_load_builtin(g->rules))
            g->deriver = deriver_new(&g->x, g->rules);
        if (g->deriver)
            g->scope = scope_new(&g->x);
    }
    if (!g->scope) {
        engine_stop(g);
        fault_set(f, FAULT_INTERNAL, "the built-in rules could not be loaded");
        return false;
    }
    /* The limits are the user's own: what the rules took does not count. */
    g->mem.limit = g->mem.used + engine_byte_limit(o);
    g->first_node = g->x.count;
    g->x.node_limit = g->x.count + (o->nodes ? o->nodes : DEFAULT_NODES);
    return true;
}

void engine_stop(struct engine *g)
{
    if (!g->begun)
        return;
    if (g->scope)
        scope_free(g->scope);
    if (g->deriver)
        deriver_free(g->deriver);
    if (g->rules)
        rules_free(g->rules);
    exprs_free(&g->x);
    ops_free(&g->ops);
    dim_table_free(&g->dims);
    rat_table_free(&g->numbers);
    intern_free(&g->names);
    *g = (struct engine){.begun = false};
}

bool engine_fresh_scope(struct engine *g)
{
    struct scope *s = scope_new(&g->x);
    if (!s)
        return false;
    scope_free(g->scope);
    g->scope = s;
    return true;
}

bool engine_is_worn(const struct engine *g)
{
    return g->x.count - g->first_node > WORN_NODES || g->mem.used > WORN_BYTES;
}
