/* json_write.h - JSON written straight into a text, in one pass. */
#ifndef MD_API_JSON_WRITE_H
#define MD_API_JSON_WRITE_H

#include "base/text.h"

/* Brackets: '{', '}', '[' or ']'. */
void json_open(struct text *t, char bracket);
void json_close(struct text *t, char bracket);
/* "key": within an object; a comma first where one is due. */
void json_key(struct text *t, const char *key);
/* A value in a list or after a key.  What is not UTF-8 in a string (half a
 * character at the end of a message) is written as U+FFFD. */
void json_write_string(struct text *t, const char *s);
/* Text that is JSON already: true, 12, ... */
void json_write_raw(struct text *t, const char *json);

/* A whole member, "key": value. */
void json_member(struct text *t, const char *key, const char *string);
void json_member_list(struct text *t, const char *key,
                      const char *const *strings, size_t n);
void json_member_span(struct text *t, const char *key, size_t begin,
                      size_t end);

#endif
