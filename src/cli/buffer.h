/* buffer.h - bytes that grow. */
#ifndef MD_CLI_BUFFER_H
#define MD_CLI_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes; /* from malloc; NULL while empty */
    size_t used, capacity;
    bool failed; /* there was no memory */
};

/* Room for n bytes more after those used; false when there is none. */
bool buffer_room(struct buffer *b, size_t n);
/* Adds bytes, and a NUL after them that is not counted. */
bool buffer_add(struct buffer *b, const char *bytes, size_t n);
bool buffer_str(struct buffer *b, const char *s);
void buffer_free(struct buffer *b);

#endif
