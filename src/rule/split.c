#include "rule/split.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
           c == '\v';
}

static size_t skip_comment(const char *text, size_t length, size_t at)
{
    const char *end = memchr(text + at, '\n', length - at);
    return end ? (size_t)(end - text) : length;
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
    for (;;) {
        while (at < length && is_blank(text[at]))
            at++;
        if (at == length || text[at] != '#')
            return at;
        at = skip_comment(text, length, at);
    }
}

/* Past the string that begins at `at`: it ends in its line. */
static size_t skip_string(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '"' && text[at] != '\n'; at++)
        if (text[at] == '\\' && at + 1 < length)
            at++;
    return at < length ? at + 1 : length;
}

static const char *next_word(const char *text, size_t end, size_t *at,
                             size_t *n)
{
    *at = skip_blanks(text, end, *at);
    const char *word = text + *at;
    while (*at < end && !is_blank(text[*at]) && !strchr("{};:#", text[*at]))
        ++*at;
    *n = (size_t)(text + *at - word);
    return word;
}

static bool is_word(const char *word, size_t n, const char *what)
{
    return strlen(what) == n && !memcmp(word, what, n);
}

static void read_head(const char *text, struct rule_piece *p)
{
    size_t at = p->begin;
    p->kind = next_word(text, p->end, &at, &p->kind_length);
    p->refuted = is_word(p->kind, p->kind_length, "refuted");
    if (p->refuted)
        p->kind = next_word(text, p->end, &at, &p->kind_length);
    p->name = next_word(text, p->end, &at, &p->name_length);
    p->is_rule = !is_word(p->kind, p->kind_length, "group") &&
                 !is_word(p->kind, p->kind_length, "layout");
}

/* The end of what begins at `at`; 0 if the text ends before. */
static size_t find_end(const char *text, size_t length, size_t at)
{
    for (size_t depth = 0; at < length;) {
        char c = text[at];
        if (c == '#') {
            at = skip_comment(text, length, at);
            continue;
        }
        if (c == '"') {
            at = skip_string(text, length, at);
            continue;
        }
        at++;
        depth += c == '{';
        if ((c == ';' && !depth) || (c == '}' && depth <= 1))
            return at;
        depth -= c == '}';
    }
    return 0;
}

bool rule_split(const char *text, size_t length, bool at_end,
                struct rule_piece *p)
{
    *p = (struct rule_piece){.begin = skip_blanks(text, length, 0)};
    if (p->begin == length)
        return false;
    p->end = find_end(text, length, p->begin);
    if (!p->end && at_end)
        p->end = length;
    if (!p->end)
        return false;
    read_head(text, p);
    return true;
}
