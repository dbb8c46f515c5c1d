/* statement.h - lines of a session cut into pieces.  All functions work on
 * the text in place; brackets are respected, contents are not understood. */
#ifndef MD_CLI_STATEMENT_H
#define MD_CLI_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Skips blanks at the front and cuts them off the end. */
char *trim(char *s);
/* Whether `s` is a name and nothing else. */
bool is_name(const char *s);
/* Cuts at the commas outside of brackets; returns the number of pieces, at
 * most `most`, each trimmed. */
size_t split_commas(char *s, char **pieces, size_t most);
/* Cuts at the first `sign` ("==", "=") or word outside of brackets and
 * returns what follows it; NULL if there is none.  "=" is not found within
 * "==", "<=", ">=", "!=". */
char *split_at(char *s, const char *sign);
/* Cuts the last word off: returns it, or NULL if it is not a name of its own
 * or a part of one (A', A[1,:]) with something before it. */
char *split_last_part(char *s);
/* Takes away one pair of brackets around everything. */
char *unwrap(char *s);
/* Whether the text is made like declarations: names with sizes and property
 * words ("A[m,n] symmetric, x[n]"). */
bool looks_declared(const char *s);

#endif
