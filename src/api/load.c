/* load.c - rule files added at run time, and those compiled in. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "api/context.h"
#include "api/sound.h"
#include "rule/builtin.h"
#include "rule/split.h"

static char *copy_of(const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (copy && n)
        memcpy(copy, s, n);
    if (copy)
        copy[n] = '\0';
    return copy;
}

static bool keep(struct md_context *c, const char *file, const char *text,
                 size_t length)
{
    struct engine_rules *l = &c->loaded;
    if (l->count == l->capacity) {
        uint32_t grown = l->capacity ? 2 * l->capacity : 8;
        void *items = realloc(l->items, grown * sizeof *l->items);
        if (!items)
            return fault_set(&c->fault, FAULT_MEMORY, "out of memory");
        l->items = items;
        l->capacity = grown;
    }
    struct engine_text *t = &l->items[l->count];
    *t = (struct engine_text){copy_of(file, strlen(file)),
                              copy_of(text, length), length};
    if (!t->file || !t->text) {
        free(t->file);
        free(t->text);
        return fault_set(&c->fault, FAULT_MEMORY, "out of memory");
    }
    l->count++;
    return true;
}

static void drop_last(struct md_context *c)
{
    struct engine_text *t = &c->loaded.items[--c->loaded.count];
    free(t->file);
    free(t->text);
}

/* Tried in a new engine first, so that a file is taken as a whole or not at
 * all. */
bool context_load(struct md_context *c, const char *file, const char *text,
                  size_t length)
{
    if (!keep(c, file, text, length))
        return false;
    engine_stop(&c->requests);
    engine_stop(&c->claims);
    if (!engine_start(&c->requests, &c->fault, &c->limits, &c->loaded) ||
        !sound_check(&c->requests)) {
        engine_stop(&c->requests);
        drop_last(c);
        return context_fault_in(c, "rules", text, length);
    }
    return !c->session.begun ||
           rules_load(c->session.rules, file, text, length) ||
           context_fault_in(c, "rules", text, length);
}

bool md_load_rules(md_context *c, const char *file, const char *text,
                   size_t length)
{
    context_begin(c);
    return context_load(c, file, text, length);
}

const char *md_builtin_rules(size_t i, const char **text, size_t *length)
{
    /* The list of sources is the last of the files. */
    if (i >= builtin_rules_count || !strstr(builtin_rules[i].file, ".rules"))
        return NULL;
    *text = builtin_rules[i].text;
    *length = builtin_rules[i].length;
    return builtin_rules[i].file;
}

const char *md_builtin_sources(void)
{
    for (unsigned i = builtin_rules_count; i--;)
        if (strstr(builtin_rules[i].file, "SOURCES"))
            return builtin_rules[i].text;
    return "";
}

bool md_rule_next(const char *text, size_t length, bool at_end,
                  md_rule_item *item)
{
    struct rule_piece p;
    bool found = rule_split(text, length, at_end, &p);
    *item = (md_rule_item){.begin = p.begin, .end = p.end,
                           .is_rule = p.is_rule, .refuted = p.refuted,
                           .kind = p.kind, .name = p.name,
                           .kind_length = p.kind_length,
                           .name_length = p.name_length};
    return found;
}
