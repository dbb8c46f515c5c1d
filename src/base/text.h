/* text.h - a growing text buffer.  A failed growth is a fault of its memory
 * and leaves what was written; text_ok tells. */
#ifndef MD_BASE_TEXT_H
#define MD_BASE_TEXT_H

#include "base/mem.h"

struct text {
    struct mem *mem;
    char *bytes; /* NUL-terminated once anything was added */
    uint32_t length, capacity;
    bool failed;
};

void text_init(struct text *t, struct mem *m);
void text_free(struct text *t);
void text_clear(struct text *t); /* empties it, keeps the memory */
void text_bytes(struct text *t, const char *bytes, size_t n);
void text_str(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_format(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The text so far; "" when empty; valid until the next addition. */
const char *text_get(const struct text *t);

#endif
