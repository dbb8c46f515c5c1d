#include "base/text.h"

#include <stdio.h>
#include <string.h>

void text_init(struct text *t, struct mem *m)
{
    *t = (struct text){.mem = m};
}

void text_free(struct text *t)
{
    MEM_FREE_ARRAY(t->mem, t->bytes, t->capacity);
    t->length = 0;
}

void text_clear(struct text *t)
{
    t->length = 0;
    t->failed = false;
    if (t->bytes)
        t->bytes[0] = '\0';
}

void text_bytes(struct text *t, const char *bytes, size_t n)
{
    if (t->failed ||
        !MEM_EXTEND(t->mem, t->bytes, t->capacity, t->length + n + 1)) {
        t->failed = true;
        return;
    }
    memcpy(t->bytes + t->length, bytes, n);
    t->length += (uint32_t)n;
    t->bytes[t->length] = '\0';
}

void text_str(struct text *t, const char *s)
{
    text_bytes(t, s, strlen(s));
}

void text_char(struct text *t, char c)
{
    text_bytes(t, &c, 1);
}

void text_format(struct text *t, const char *format, ...)
{
    char small[256];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(small, sizeof small, format, ap);
    va_end(ap);
    if (n < 0) {
        t->failed = true;
    } else if ((size_t)n < sizeof small) {
        text_bytes(t, small, (size_t)n);
    } else if (!t->failed && MEM_EXTEND(t->mem, t->bytes, t->capacity,
                                         t->length + (size_t)n + 1)) {
        va_start(ap, format);
        vsnprintf(t->bytes + t->length, (size_t)n + 1, format, ap);
        va_end(ap);
        t->length += (uint32_t)n;
    } else {
        t->failed = true;
    }
}

const char *text_get(const struct text *t)
{
    return t->length ? t->bytes : "";
}
