#include "config.h"

#include "twice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

enum { MOST_NAMES = 1 << 20, MOST_CLAIMS = 1 << 19 };
/* A place is found in its file by reading up to it: not too often. */
enum { MOST_SHOWN = 200, LINE_BITS = 40, MOST_SHOWN_CHARS = 200 };

/* ----------------------------------------------------------------- places */

static bool file_number(struct twice *t, const char *file, uint64_t *number)
{
    for (size_t i = t->file_count; i-- > 0;)
        if (!strcmp(t->files[i], file)) {
            *number = i;
            return true;
        }
    if (t->file_count == t->file_capacity) {
        size_t grown = t->file_capacity ? 2 * t->file_capacity : 8;
        char **files = realloc(t->files, grown * sizeof *files);
        if (!files)
            return false;
        t->files = files;
        t->file_capacity = grown;
    }
    char *copy = strdup(file);
    if (!copy)
        return false;
    t->files[t->file_count] = copy;
    *number = t->file_count++;
    return true;
}

/* The line of a file, or of one that is compiled in; false if it cannot be
 * had (any more). */
static bool read_line(const char *file, uint64_t line, struct buffer *b)
{
    const char *builtin, *text = NULL;
    size_t length = 0, n = 0;
    struct buffer all = {.bytes = NULL};
    for (size_t i = 0; (builtin = md_builtin_rules(i, &text, &length)); i++)
        if (!strcmp(builtin, file))
            break;
    if (!builtin) {
        if (!strcmp(file, "-") || !source_read_all(file, &all))
            return false;
        text = all.bytes;
        length = all.used;
    }
    const char *end = text + length;
    while (--line && text < end) {
        const char *next = memchr(text, '\n', (size_t)(end - text));
        text = next ? next + 1 : end;
    }
    while (text + n < end && text[n] != '\n')
        n++;
    bool found = n > 0 && buffer_add(b, text, n);
    buffer_free(&all);
    return found;
}

/* "FILE:LINE:COLUMN: what", the line, and a mark under the rule's head. */
static void show_place(struct twice *t, const char *file, uint64_t line,
                       const char *what, struct buffer *said)
{
    struct buffer b = {.bytes = NULL};
    char place[64];
    bool found = t->shown < MOST_SHOWN && read_line(file, line, &b) &&
                 b.used < MOST_SHOWN_CHARS;
    size_t from = found ? strspn(b.bytes, " \t") : 0, n = 0;
    for (size_t i = from; found && b.bytes[i] && b.bytes[i] != '{'; i++)
        if (b.bytes[i] != ' ')
            n = i + 1 - from;
    snprintf(place, sizeof place, found ? ":%" PRIu64 ":%zu: "
                                        : ":%" PRIu64 ": ", line, from + 1);
    buffer_str(said, file);
    buffer_str(said, place);
    buffer_str(said, what);
    buffer_str(said, "\n");
    for (size_t i = 0; found && i < 3; i++)
        buffer_str(said, i == 0 ? "  " : i == 1 ? b.bytes : "\n  ");
    for (size_t i = 0; found && i < from + n; i++)
        buffer_str(said, i < from ? " " : i == from ? "^" : "~");
    buffer_str(said, found ? "\n" : "");
    buffer_free(&b);
}

/* ----------------------------------------------------------------- rules */

static void say(struct twice *t, const struct report_rule *q, uint64_t place,
                const char *error, const char *note, struct buffer *said)
{
    show_place(t, q->field[FIELD_FILE], q->line, error, said);
    show_place(t, t->files[place >> LINE_BITS],
               place & ((UINT64_C(1) << LINE_BITS) - 1), note, said);
    t->shown++;
}

static void remember(struct keys *k, uint64_t key, uint64_t place, size_t most)
{
    if (k->count < most)
        keys_add(k, key, place);
}

static bool is_named(const struct report_rule *q)
{
    const char *kind = q->field[FIELD_KIND];
    return !strcmp(kind, "derivative") || !strcmp(kind, "jacobian") ||
           !strcmp(kind, "identity");
}

bool twice_find(struct twice *t, const struct report_rule *q,
                struct buffer *said)
{
    char error[300];
    const char *name = q->field[FIELD_NAME];
    uint64_t number, key = report_key("", name, 0), place;
    bool named = is_named(q);
    if (q->status == REPORT_ERROR || (!named && !q->key) ||
        !file_number(t, q->field[FIELD_FILE], &number))
        return false;
    if (named && (place = keys_find(&t->names, key)) != 0) {
        snprintf(error, sizeof error,
                 "error: the name '%.200s' is taken by a rule before", name);
        say(t, q, place, error, "note: it is here", said);
        return true;
    }
    if (q->key && (place = keys_find(&t->claims, q->key)) != 0) {
        say(t, q, place, "error: this is claimed already, names of variables "
            "and sizes apart", "note: by this rule", said);
        return true;
    }
    place = number << LINE_BITS | q->line;
    if (named)
        remember(&t->names, key, place, MOST_NAMES);
    if (q->key)
        remember(&t->claims, q->key, place, MOST_CLAIMS);
    return false;
}

void twice_free(struct twice *t)
{
    keys_free(&t->names);
    keys_free(&t->claims);
    for (size_t i = 0; i < t->file_count; i++)
        free(t->files[i]);
    free(t->files);
}
