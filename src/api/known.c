#include "config.h"

#include "api/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/query.h"
#include "rule/claim.h"

enum { CAPACITY = 1 << 13 }; /* a power of two, several times their number */

struct known {
    uint64_t key;
    const char *file, *name;
    unsigned long line;
    int length; /* of the name */
};

static struct known *slot_of(const struct known_claims *k, uint64_t key)
{
    uint32_t at = (uint32_t)key & (CAPACITY - 1);
    while (k->slots[at].key && k->slots[at].key != key)
        at = (at + 1) & (CAPACITY - 1);
    return &k->slots[at];
}

static uint64_t key_of(struct engine *g, const char *text, size_t length,
                       const char *layout)
{
    struct claim k;
    claim_init(&k, &g->mem);
    bool ok = claim_read(g->rules, text, length, layout, &k);
    uint64_t key = ok && k.is_claim ? claim_key(&g->x, &k) : 0;
    claim_free(&k);
    return key;
}

static void add(struct known_claims *k, struct known c)
{
    struct known *slot = slot_of(k, c.key);
    if (!c.key || slot->key || k->count == CAPACITY / 2)
        return;
    *slot = c;
    k->count++;
}

static unsigned long count_lines(const char *from, const char *to)
{
    unsigned long n = 0;
    while ((from = memchr(from, '\n', (size_t)(to - from)))) {
        from++;
        n++;
    }
    return n;
}

static void take_layout(const md_rule_item *i, char layout[16])
{
    if (i->is_rule || i->kind_length != 6 || memcmp(i->kind, "layout", 6) ||
        i->name_length > 15)
        return;
    memcpy(layout, i->name, i->name_length);
    layout[i->name_length] = '\0';
}

static void read_file(struct md_context *c, struct engine *g,
                      const char *file, const char *text, size_t length)
{
    md_rule_item i;
    char layout[16] = "";
    unsigned long line = 1;
    while (md_rule_next(text, length, true, &i)) {
        line += count_lines(text, text + i.begin);
        take_layout(&i, layout);
        if (i.is_rule) {
            engine_rewind(g);
            add(&c->known, (struct known){
                .key = key_of(g, text + i.begin, i.end - i.begin, layout),
                .file = file, .name = i.name, .line = line,
                .length = (int)i.name_length});
        }
        line += count_lines(text + i.begin, text + i.end);
        text += i.end;
        length -= i.end;
    }
}

/* What cannot be read is not found: this is about a remark. */
static bool read_all(struct md_context *c)
{
    struct engine *g = claims_engine(c);
    const char *file, *text;
    size_t length;
    if (g)
        c->known.slots = calloc(CAPACITY, sizeof *c->known.slots);
    for (size_t i = 0; c->known.slots &&
                       (file = md_builtin_rules(i, &text, &length));
         i++)
        read_file(c, g, file, text, length);
    fault_clear(&c->fault);
    return c->known.slots != NULL;
}

const char *known_claim(struct md_context *c, uint64_t key)
{
    char found[200];
    if (!key || (!c->known.slots && !read_all(c)))
        return "";
    const struct known *k = slot_of(&c->known, key);
    if (!k->key)
        return "";
    int n = snprintf(found, sizeof found, "%.*s at %s:%lu", k->length,
                     k->name, k->file, k->line);
    return context_string(c, found, (size_t)n < sizeof found
                                        ? (size_t)n
                                        : sizeof found - 1);
}

void known_free(struct known_claims *k)
{
    free(k->slots);
}
