/* editor.h - lines from a terminal: editing, history, completion. */
#ifndef MD_CLI_EDITOR_H
#define MD_CLI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct editor;

/* Calls give(data, word) for every word that may be completed to. */
typedef void editor_words(void *user, bool first,
                          void (*give)(void *data, const char *word),
                          void *data);

struct editor *editor_open(editor_words *words, void *user);
void editor_close(struct editor *e);

enum editor_result { EDITOR_LINE, EDITOR_CANCELLED, EDITOR_END };
/* The next line with its line end; valid until the next call. */
enum editor_result editor_read(struct editor *e, const char *prompt,
                               const char **line, size_t *length);
/* Adds to the history, in memory and on disk. */
void editor_remember(struct editor *e, const char *line);

#endif
