/* intern.h - names as small numbers: equal text, equal symbol. */
#ifndef MD_BASE_INTERN_H
#define MD_BASE_INTERN_H

#include "base/image.h"

typedef uint32_t symbol_t; /* 0: none */

struct intern {
    struct mem *mem;
    char *bytes; /* the texts, each ended by a NUL */
    uint32_t bytes_used, bytes_capacity;
    struct intern_entry {
        uint32_t offset, length;
        uint64_t hash;
    } *entries;
    uint32_t count, capacity;
    struct hash_index index;
};

void intern_init(struct intern *t, struct mem *m);
void intern_free(struct intern *t);
bool intern_image(struct intern *t, struct image *im);
symbol_t intern_bytes(struct intern *t, const char *text, size_t length);
symbol_t intern_text(struct intern *t, const char *text);
/* The symbol of a text seen before, or 0; adds nothing. */
symbol_t intern_find(const struct intern *t, const char *text, size_t length);
/* Forgets the symbols above `keep`. */
void intern_forget(struct intern *t, symbol_t keep);
/* Valid until the next symbol is added. */
const char *intern_name(const struct intern *t, symbol_t s);
uint32_t intern_length(const struct intern *t, symbol_t s);

#endif
