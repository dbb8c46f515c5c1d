#include "config.h"

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

bool source_open(struct source *s, const char *file)
{
    struct stat st;
    *s = (struct source){.file = file, .fd = STDIN_FILENO};
    if (!strcmp(file, "-")) {
        s->file = "<stdin>";
        return true;
    }
    s->fd = open(file, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return false;
    if (!fstat(s->fd, &st) && S_ISDIR(st.st_mode)) {
        close(s->fd);
        errno = EISDIR;
        return false;
    }
    s->size = (uint64_t)st.st_size;
    return true;
}

bool source_builtin(struct source *s, size_t i)
{
    *s = (struct source){.fd = -1, .at_end = true};
    s->file = md_builtin_rules(i, &s->text, &s->length);
    s->size = s->length;
    return s->file != NULL;
}

void source_close(struct source *s)
{
    if (!s->text && s->fd > STDIN_FILENO)
        close(s->fd);
    buffer_free(&s->buffer);
}

/* Reads once more. */
static void fill(struct source *s)
{
    struct buffer *b = &s->buffer;
    ssize_t n;
    if (s->begin) {
        memmove(b->bytes, b->bytes + s->begin, b->used - s->begin);
        b->used -= s->begin;
        s->begin = 0;
    }
    /* A rule that is longer than what there is: twice as much at a time. */
    if (!buffer_room(b, b->used > CHUNK ? b->used : CHUNK)) {
        s->at_end = s->failed = true;
        return;
    }
    do
        n = read(s->fd, b->bytes + b->used, b->capacity - b->used);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        b->used += (size_t)n;
    else
        s->at_end = true, s->failed = n < 0;
}

static unsigned long count_lines(const char *text, size_t n)
{
    unsigned long lines = 0;
    for (const char *p; (p = memchr(text, '\n', n)); lines++) {
        n -= (size_t)(p + 1 - text);
        text = p + 1;
    }
    return lines;
}

void source_word(const char *word, size_t length, char *out, size_t size)
{
    size_t n = length < size ? length : size - 1;
    if (n)
        memcpy(out, word, n);
    out[n] = '\0';
}

/* What stands before the piece on its line belongs to it: columns then are
 * those of the file. */
static size_t line_start(const char *text, size_t begin)
{
    while (begin && text[begin - 1] != '\n')
        begin--;
    return begin;
}

static bool is_blank_before(const char *text, size_t from, size_t to)
{
    for (; from < to; from++)
        if (text[from] != ' ' && text[from] != '\t')
            return false;
    return true;
}

static void give(struct source *s, const char *text, struct source_rule *r)
{
    size_t start = line_start(text, r->item.begin);
    if (!is_blank_before(text, start, r->item.begin))
        start = r->item.begin;
    r->line = s->line + count_lines(text, start);
    r->text = text + start;
    r->length = r->item.end - start;
    s->line += count_lines(text, r->item.end);
    s->begin += r->item.end;
    s->offset += r->item.end;
    if (r->item.is_rule)
        return;
    bool is_group = r->item.kind_length == 5;
    source_word(r->item.name, r->item.name_length,
                is_group ? s->group : s->layout,
                is_group ? sizeof s->group : sizeof s->layout);
}

bool source_next(struct source *s, struct source_rule *r)
{
    for (;;) {
        const char *text = s->text ? s->text : s->buffer.bytes;
        size_t length = s->text ? s->length : s->buffer.used;
        if (length > s->begin &&
            md_rule_next(text + s->begin, length - s->begin, s->at_end,
                         &r->item)) {
            give(s, text + s->begin, r);
            return true;
        }
        if (s->at_end)
            return false;
        fill(s);
    }
}

bool source_read_all(const char *file, struct buffer *b)
{
    struct source s;
    if (!source_open(&s, file))
        return false;
    while (!s.at_end)
        fill(&s);
    bool ok = !s.failed;
    int e = errno;
    *b = s.buffer;
    s.buffer = (struct buffer){.bytes = NULL};
    source_close(&s);
    errno = e;
    return ok && (b->bytes || buffer_add(b, "", 0));
}
