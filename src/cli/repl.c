/* repl.c - reads statements, from a terminal with an editor, from elsewhere
 * line by line. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "buffer.h"
#include "editor.h"
#include "session.h"

/* Runs the statement gathered so far, and begins a new one. */
static void run_statement(struct session *s, struct buffer *t)
{
    if (t->used && t->bytes[t->used - 1] == '\n')
        t->bytes[--t->used] = '\0';
    if (t->used)
        session_run(s, t->bytes, t->used);
    t->used = 0;
    fflush(stdout);
}

/* ---- from a terminal */

static void words_of_session(void *user, bool first,
                             void (*give)(void *data, const char *word),
                             void *data)
{
    session_words(user, first, give, data);
}

static void remember(struct editor *e, struct buffer *t)
{
    for (size_t i = 0; i + 1 < t->used; i++)
        if (t->bytes[i] == '\n')
            t->bytes[i] = ' '; /* one line again in the history */
    editor_remember(e, t->bytes);
}

static void converse(struct session *s, struct editor *e)
{
    struct buffer t = {.bytes = NULL};
    const char *line;
    size_t n;
    printf("matdiff %s. Type help, or quit to leave.\n", md_version());
    while (!s->quit) {
        enum editor_result r =
            editor_read(e, t.used ? "    ...> " : "matdiff> ", &line, &n);
        if (r == EDITOR_CANCELLED) {
            t.used = 0;
            continue;
        }
        if (r == EDITOR_END && !t.used)
            break;
        bool empty = r == EDITOR_END || strspn(line, " \t\n") >= n;
        if (r == EDITOR_LINE && !buffer_add(&t, line, n))
            break;
        if (!empty && !memchr(t.bytes, '\0', t.used) &&
            session_is_incomplete(s, t.bytes))
            continue;
        remember(e, &t);
        run_statement(s, &t);
    }
    if (!s->quit)
        putchar('\n');
    buffer_free(&t);
}

static int run_terminal(struct session *s)
{
    struct editor *e = editor_open(words_of_session, s);
    if (!e) {
        fprintf(stderr, "matdiff: cannot use this terminal\n");
        return CLI_INTERNAL;
    }
    converse(s, e);
    editor_close(e);
    return CLI_FINE;
}

/* ---- from elsewhere */

/* An incomplete line goes on in the next one if that is indented; so a
 * missing bracket costs one line, not the rest of the file. */
static int run_lines(struct session *s)
{
    struct buffer t = {.bytes = NULL};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    for (unsigned long number = 1;
         !s->quit && (n = getline(&line, &capacity, stdin)) > 0; number++) {
        bool goes_on = t.used && (line[0] == ' ' || line[0] == '\t') &&
                       !memchr(t.bytes, '\0', t.used) &&
                       session_is_incomplete(s, t.bytes);
        if (!goes_on) {
            run_statement(s, &t);
            s->line = number;
        }
        if (s->quit || !buffer_add(&t, line, (size_t)n))
            break;
        if (memchr(t.bytes, '\0', t.used) ||
            !session_is_incomplete(s, t.bytes))
            run_statement(s, &t);
    }
    if (!s->quit)
        run_statement(s, &t);
    free(line);
    buffer_free(&t);
    return s->status;
}

int run_repl(struct command_line *l)
{
    struct session s;
    bool interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!session_open(&s, &l->limits, interactive)) {
        fprintf(stderr, "matdiff: out of memory\n");
        return CLI_LIMIT;
    }
    int status = load_rule_files(s.c, l);
    if (status != CLI_FINE) {
        session_close(&s);
        return status;
    }
    status = s.interactive ? run_terminal(&s) : run_lines(&s);
    session_close(&s);
    return status;
}
