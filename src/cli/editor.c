/* editor.c - libedit, its history file and its completion. */
#include "config.h"

#include "editor.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

enum { HISTORY_SIZE = 2000, MOST_WORDS = 1024, LONGEST_WORD = 64 };

struct editor {
    EditLine *line;
    History *history;
    char *file; /* of the history, or NULL */
    char prompt[32];
    editor_words *words;
    void *user;
    bool cancelled;
};

/* Set by the signal handler: the only way to hear of Ctrl-C. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static struct editor *editor_of(EditLine *line)
{
    void *e = NULL;
    el_get(line, EL_CLIENTDATA, &e);
    return e;
}

/* ---- the history file */

/* "$XDG_STATE_HOME/matdiff/history" or as MATDIFF_HISTORY says. */
static char *history_path(void)
{
    const char *own = getenv("MATDIFF_HISTORY"), *home = getenv("HOME");
    const char *state = getenv("XDG_STATE_HOME");
    char *path = NULL;
    size_t n = strlen(home ? home : "") + strlen(state ? state : "") + 64;
    if (own)
        return *own ? strdup(own) : NULL;
    if (!(state && *state == '/') && !(home && *home))
        return NULL;
    path = malloc(n);
    if (path && state && *state == '/')
        snprintf(path, n, "%s/matdiff/history", state);
    else if (path)
        snprintf(path, n, "%s/.local/state/matdiff/history", home);
    return path;
}

/* Makes the folders above the file, for the user alone. */
static void make_folders(char *path)
{
    for (char *p = path + 1; *p; p++)
        if (*p == '/') {
            *p = '\0';
            mkdir(path, 0700); /* that it exists is no failure */
            *p = '/';
        }
}

/* Writes a new file beside the old one and renames it, so that neither a
 * crash nor a second session leaves half a file. */
static void save_history(struct editor *e)
{
    HistEvent event;
    if (!e->file)
        return;
    size_t n = strlen(e->file) + 8;
    char *fresh = malloc(n);
    if (!fresh)
        return;
    make_folders(e->file);
    snprintf(fresh, n, "%s.XXXXXX", e->file);
    int file = mkstemp(fresh); /* mode 0600 */
    if (file >= 0) {
        close(file);
        if (history(e->history, &event, H_SAVE, fresh) < 0 ||
            rename(fresh, e->file))
            unlink(fresh);
    }
    free(fresh);
}

static void open_history(struct editor *e)
{
    HistEvent event;
    e->file = history_path();
    history(e->history, &event, H_SETSIZE, HISTORY_SIZE);
    history(e->history, &event, H_SETUNIQUE, 1);
    if (e->file)
        history(e->history, &event, H_LOAD, e->file);
    el_set(e->line, EL_HIST, history, e->history);
}

/* Saved at once: what follows may take so long that it is ended by force. */
void editor_remember(struct editor *e, const char *line)
{
    HistEvent event;
    if (!*line || *line == '\n')
        return;
    history(e->history, &event, H_ENTER, line);
    save_history(e);
}

/* ---- reading */

/* One character from the terminal; Ctrl-C comes as a signal and is handed
 * on as the character. */
static int get_character(EditLine *line, wchar_t *c)
{
    mbstate_t state = {0};
    char byte;
    (void)line;
    for (;;) {
        ssize_t n = read(STDIN_FILENO, &byte, 1);
        if (n < 0 && errno == EINTR) {
            if (!interrupted)
                continue;
            interrupted = 0;
            *c = 3;
            return 1;
        }
        if (n <= 0)
            return (int)n;
        size_t used = mbrtowc(c, &byte, 1, &state);
        if (used == (size_t)-2)
            continue; /* more bytes of the same character */
        if (used == (size_t)-1)
            *c = L'?';
        return 1;
    }
}

static unsigned char cancel(EditLine *line, int c)
{
    struct editor *e = editor_of(line);
    const LineInfo *info = el_line(line);
    (void)c;
    el_cursor(line, (int)(info->lastchar - info->cursor));
    info = el_line(line);
    el_deletestr(line, (int)(info->lastchar - info->buffer));
    e->cancelled = true;
    fputs("^C\n", stdout);
    fflush(stdout);
    return CC_NEWLINE;
}

static char *prompt_of(EditLine *line)
{
    return editor_of(line)->prompt;
}

enum editor_result editor_read(struct editor *e, const char *prompt,
                               const char **line, size_t *length)
{
    struct sigaction act = {.sa_handler = on_interrupt}, old;
    int n = 0;
    sigemptyset(&act.sa_mask);
    interrupted = 0;
    e->cancelled = false;
    snprintf(e->prompt, sizeof e->prompt, "%s", prompt);
    sigaction(SIGINT, &act, &old);
    *line = el_gets(e->line, &n);
    sigaction(SIGINT, &old, NULL);
    if (e->cancelled)
        return EDITOR_CANCELLED;
    if (!*line || n <= 0)
        return EDITOR_END;
    *length = (size_t)n;
    return EDITOR_LINE;
}

/* ---- completion */

struct candidates {
    const char *prefix;
    size_t length, count, common; /* `common`: letters all of them share */
    char words[MOST_WORDS][LONGEST_WORD];
};

static void collect(void *data, const char *word)
{
    struct candidates *c = data;
    if (strncmp(word, c->prefix, c->length) || c->count == MOST_WORDS ||
        strlen(word) >= LONGEST_WORD)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (!strcmp(c->words[i], word))
            return;
    strcpy(c->words[c->count], word);
    if (!c->count)
        c->common = strlen(word);
    while (strncmp(c->words[0], word, c->common))
        c->common--;
    c->count++;
}

static bool is_word(char c)
{
    return c == '_' || c == '-' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static void list_candidates(struct candidates *c)
{
    putchar('\n');
    for (size_t i = 0; i < c->count; i++)
        printf("%-16s%s", c->words[i], i % 5 == 4 ? "\n" : "");
    if (c->count % 5)
        putchar('\n');
    fflush(stdout);
}

static unsigned char complete(EditLine *line, int ch)
{
    struct editor *e = editor_of(line);
    const LineInfo *info = el_line(line);
    const char *begin = info->cursor;
    char prefix[LONGEST_WORD], rest[LONGEST_WORD + 1];
    (void)ch;
    while (begin > info->buffer && is_word(begin[-1]) &&
           !(begin[-1] == '-' && begin == info->buffer + 1))
        begin--;
    size_t n = (size_t)(info->cursor - begin);
    if (!n || n >= sizeof prefix)
        return CC_ERROR;
    memcpy(prefix, begin, n);
    prefix[n] = '\0';
    struct candidates *c = calloc(1, sizeof *c);
    if (!c)
        return CC_ERROR;
    c->prefix = prefix;
    c->length = n;
    e->words(e->user, begin == info->buffer, collect, c);
    unsigned char result = CC_ERROR;
    if (c->count == 1 || (c->count && c->common > n)) {
        snprintf(rest, sizeof rest, "%.*s%s", (int)(c->common - n),
                 c->words[0] + n, c->count == 1 ? " " : "");
        if (!el_insertstr(line, rest))
            result = CC_REFRESH;
    } else if (c->count) {
        list_candidates(c);
        result = CC_REDISPLAY;
    }
    free(c);
    return result;
}

/* ---- opening and closing */

struct editor *editor_open(editor_words *words, void *user)
{
    struct editor *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    setlocale(LC_CTYPE, "");
    e->words = words;
    e->user = user;
    e->line = el_init("matdiff", stdin, stdout, stderr);
    e->history = history_init();
    if (!e->line || !e->history) {
        editor_close(e);
        return NULL;
    }
    el_set(e->line, EL_CLIENTDATA, e);
    el_set(e->line, EL_PROMPT, prompt_of);
    el_set(e->line, EL_EDITOR, "emacs");
    el_set(e->line, EL_SIGNAL, 1);
    el_set(e->line, EL_GETCFN, get_character);
    el_set(e->line, EL_ADDFN, "md-complete", "complete a word", complete);
    el_set(e->line, EL_ADDFN, "md-cancel", "drop the line", cancel);
    el_source(e->line, NULL);
    el_set(e->line, EL_BIND, "\t", "md-complete", NULL);
    el_set(e->line, EL_BIND, "^C", "md-cancel", NULL);
    el_set(e->line, EL_BIND, "^R", "em-inc-search-prev", NULL);
    open_history(e);
    return e;
}

void editor_close(struct editor *e)
{
    if (!e)
        return;
    if (e->history)
        history_end(e->history);
    if (e->line)
        el_end(e->line);
    free(e->file);
    free(e);
}
