/* batch.c - one JSON request a line in, one answer a line out.  Lines may be
 * of any length; what was answered is written before more input is waited
 * for, so that a program can hold a conversation. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "cli.h"

enum { CHUNK = 64 * 1024 };

struct input {
    int file;
    struct buffer text;
    size_t begin;  /* what comes before was answered */
    size_t looked; /* no line end before this */
    bool at_end, failed;
};

/* Makes room and reads once. */
static void fill(struct input *in)
{
    struct buffer *t = &in->text;
    if (in->begin) {
        memmove(t->bytes, t->bytes + in->begin, t->used - in->begin);
        t->used -= in->begin;
        in->looked -= in->begin;
        in->begin = 0;
    }
    if (!buffer_room(t, CHUNK)) {
        in->at_end = in->failed = true;
        return;
    }
    ssize_t n;
    do
        n = read(in->file, t->bytes + t->used, t->capacity - t->used);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        t->used += (size_t)n;
    else
        in->at_end = true, in->failed = n < 0;
}

/* The next line without its end; false when there is none. */
static bool next_line(struct input *in, const char **line, size_t *length)
{
    struct buffer *t = &in->text;
    for (;;) {
        char *stop = in->looked < t->used
                         ? memchr(t->bytes + in->looked, '\n',
                                  t->used - in->looked)
                         : NULL;
        in->looked = t->used;
        if (stop || (in->at_end && in->begin < t->used)) {
            *line = t->bytes + in->begin;
            *length = (size_t)((stop ? stop : t->bytes + t->used) - *line);
            in->begin += *length + (stop != NULL);
            in->looked = in->begin;
            return true;
        }
        if (in->at_end)
            return false;
        fflush(stdout);
        fill(in);
    }
}

static int answer_all(md_context *c, struct input *in)
{
    const char *line;
    size_t length;
    while (next_line(in, &line, &length)) {
        const char *answer = md_request(c, line, length, NULL);
        if (!answer)
            answer = "{\"ok\":false,\"error\":{\"kind\":\"memory\","
                     "\"message\":\"out of memory\",\"hint\":\"\"}}";
        if (puts(answer) < 0)
            return CLI_INTERNAL;
    }
    if (in->failed) {
        fprintf(stderr, "matdiff batch: cannot read on: %s\n",
                strerror(errno));
        return CLI_BAD_INPUT;
    }
    return CLI_FINE;
}

int run_batch(struct command_line *l)
{
    struct input in = {.file = STDIN_FILENO};
    const char *name = l->operand_count ? l->operands[0] : "-";
    if (strcmp(name, "-"))
        in.file = open(name, O_RDONLY | O_CLOEXEC);
    if (in.file < 0) {
        fprintf(stderr, "matdiff batch: %s: %s\n", name, strerror(errno));
        return CLI_BAD_INPUT;
    }
    md_context *c = md_new(&l->limits);
    int status = c ? load_rule_files(c, l) : CLI_LIMIT;
    if (status == CLI_FINE)
        status = answer_all(c, &in);
    md_free(c);
    buffer_free(&in.text);
    if (in.file != STDIN_FILENO)
        close(in.file);
    return status;
}
