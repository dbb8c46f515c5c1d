#include "config.h"

#include "buffer.h"

#include <stdlib.h>
#include <string.h>

bool buffer_room(struct buffer *b, size_t n)
{
    if (b->capacity - b->used >= n)
        return !b->failed;
    size_t grown = 2 * (b->used + n);
    char *bytes = b->failed ? NULL : realloc(b->bytes, grown);
    if (!bytes) {
        b->failed = true;
        return false;
    }
    b->bytes = bytes;
    b->capacity = grown;
    return true;
}

bool buffer_add(struct buffer *b, const char *bytes, size_t n)
{
    if (!buffer_room(b, n + 1))
        return false;
    memcpy(b->bytes + b->used, bytes, n);
    b->used += n;
    b->bytes[b->used] = '\0';
    return true;
}

bool buffer_str(struct buffer *b, const char *s)
{
    return buffer_add(b, s, strlen(s));
}

void buffer_free(struct buffer *b)
{
    free(b->bytes);
    *b = (struct buffer){.bytes = NULL};
}
