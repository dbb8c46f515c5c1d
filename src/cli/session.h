/* session.h - the state of a session and its commands. */
#ifndef MD_CLI_SESSION_H
#define MD_CLI_SESSION_H

#include "cli.h"

struct session {
    md_context *c;
    bool interactive;
    unsigned long line;     /* of the statement, when not interactive */
    const char *layout, *form, *structure;
    bool unverified;
    md_expr last;           /* what `latex` shows */
    bool quit;
    int status;             /* the worst so far */
};

bool session_open(struct session *s, const md_options *limits,
                  bool interactive);
void session_close(struct session *s);
/* Runs one statement; `line` is overwritten. */
void session_run(struct session *s, char *line, size_t length);
/* Whether the statement goes on in the next line. */
bool session_is_incomplete(struct session *s, const char *line);
/* Gives all words that can stand at the beginning of a line (`first`) or
 * within it. */
void session_words(struct session *s, bool first,
                   void (*give)(void *data, const char *word), void *data);
/* An error of the session itself. */
void session_fail(struct session *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Shows the context's last error. */
void session_error(struct session *s);

/* help.c: the command `help [TOPIC]`. */
struct session_command {
    const char *name, *usage, *help;
    void (*run)(struct session *s, const struct session_command *self,
                char *rest);
};
extern const struct session_command session_commands[];
extern const size_t session_command_count;
void session_props(struct session *s, const struct session_command *self,
                   char *expr);
void session_help(struct session *s, const struct session_command *self,
                  char *topic);

#endif
