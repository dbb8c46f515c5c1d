#include "config.h"

#include "api/json_write.h"

#include <string.h>

/* A comma unless the text ends where none may be. */
static void separate(struct text *t)
{
    if (t->length && !strchr("{[:,", t->bytes[t->length - 1]))
        text_char(t, ',');
}

void json_open(struct text *t, char bracket)
{
    separate(t);
    text_char(t, bracket);
}

void json_close(struct text *t, char bracket)
{
    text_char(t, bracket);
}

/* The length of the character at `s`; 0 if it is not one. */
static size_t utf8_length(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2
               : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Writes the one character at `s` that is not plain; returns its length. */
static size_t write_special(struct text *t, const unsigned char *s)
{
    size_t n = utf8_length(s);
    if (*s == '"' || *s == '\\') {
        text_char(t, '\\');
        text_char(t, (char)*s);
    } else if (*s == '\n') {
        text_str(t, "\\n");
    } else if (*s < 0x20 || *s == 0x7f) {
        text_format(t, "\\u%04x", *s);
    } else if (!n) {
        text_str(t, "\xef\xbf\xbd");
        n = 1;
    } else {
        text_bytes(t, (const char *)s, n);
    }
    return n;
}

void json_write_string(struct text *t, const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    separate(t);
    text_char(t, '"');
    while (*s) {
        const unsigned char *plain = s;
        while (is_plain(*s))
            s++;
        if (s > plain)
            text_bytes(t, (const char *)plain, (size_t)(s - plain));
        if (*s)
            s += write_special(t, s);
    }
    text_char(t, '"');
}

void json_write_raw(struct text *t, const char *json)
{
    separate(t);
    text_str(t, json);
}

void json_key(struct text *t, const char *key)
{
    json_write_string(t, key);
    text_char(t, ':');
}

void json_member(struct text *t, const char *key, const char *string)
{
    json_key(t, key);
    json_write_string(t, string);
}

void json_member_list(struct text *t, const char *key,
                      const char *const *strings, size_t n)
{
    json_key(t, key);
    json_open(t, '[');
    for (size_t i = 0; i < n; i++)
        json_write_string(t, strings[i]);
    json_close(t, ']');
}

void json_member_span(struct text *t, const char *key, size_t begin,
                      size_t end)
{
    json_key(t, key);
    text_format(t, "[%zu,%zu]", begin, end);
}
