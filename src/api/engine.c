#include "config.h"

#include "api/engine.h"
#include "rule/builtin.h"

enum {
    DEFAULT_NODES = 20 * 1000 * 1000,
    DEFAULT_DIGITS = 100 * 1000,
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

bool engine_image(struct engine *g, struct image *im)
{
    return intern_image(&g->names, im) && rat_table_image(&g->numbers, im) &&
           dim_table_image(&g->dims, im) && ops_image(&g->ops, im) &&
           exprs_image(&g->x, im) && rules_image(g->rules, im);
}

static bool load_builtin(struct engine *g)
{
    struct image im;
    image_reader(&im, &g->mem, builtin_image, builtin_image_words);
    return im.count ? engine_image(g, &im) : rules_load_builtin(g->rules);
}

size_t engine_byte_limit(const md_options *o)
{
    return o->bytes ? o->bytes : DEFAULT_BYTES;
}

void engine_set_mark(struct engine *g)
{
    g->mark = (struct engine_mark){.names = g->names.count,
                                   .numbers = g->numbers.count,
                                   .dims = g->dims.count,
                                   .x = exprs_mark(&g->x),
                                   .deriver = deriver_mark(g->deriver)};
}

static bool load_more(struct engine *g, const struct engine_rules *more)
{
    for (uint32_t i = 0; more && i < more->count; i++) {
        const struct engine_text *t = &more->items[i];
        if (!rules_load(g->rules, t->file, t->text, t->length))
            return false;
    }
    return true;
}

bool engine_begin(struct engine *g, struct fault *f, const md_options *o)
{
    *g = (struct engine){.begun = true};
    mem_init(&g->mem, f, 0);
    if (start_tables(g, o))
        g->rules = rules_new(&g->x);
    return g->rules != NULL;
}

bool engine_start(struct engine *g, struct fault *f, const md_options *o,
                  const struct engine_rules *more)
{
    if (engine_begin(g, f, o) && load_builtin(g) && load_more(g, more))
        g->deriver = deriver_new(&g->x, g->rules);
    if (g->deriver)
        g->scope = scope_new(&g->x);
    if (!g->scope) {
        engine_stop(g);
        fault_set(f, FAULT_INTERNAL, "the built-in rules could not be loaded");
        return false;
    }
    /* The limits are the user's own: what the rules took does not count. */
    g->mem.limit = g->mem.used + engine_byte_limit(o);
    g->first_node = g->x.count;
    g->x.node_limit = g->x.count + (o->nodes ? o->nodes : DEFAULT_NODES);
    engine_set_mark(g);
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

void engine_rewind(struct engine *g)
{
    scope_restart(g->scope);
    deriver_rollback(g->deriver, &g->mark.deriver);
    rules_forget(g->rules, g->mark.x.nodes);
    exprs_rollback(&g->x, &g->mark.x);
    dim_table_forget(&g->dims, g->mark.dims);
    rat_table_forget(&g->numbers, g->mark.numbers);
    intern_forget(&g->names, g->mark.names);
}

bool engine_is_worn(const struct engine *g)
{
    return g->mem.used > WORN_BYTES;
}
