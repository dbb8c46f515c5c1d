/* twice.h - names and claims that were there already. */
#ifndef MD_CLI_TWICE_H
#define MD_CLI_TWICE_H

#include "keys.h"
#include "report.h"

/* Of names the first million is remembered, of claims the first half:
 * 48 MB at the most, however long the files are. */
struct twice {
    struct keys names, claims; /* the file's number and the line of each */
    char **files;
    size_t file_count, file_capacity;
    unsigned shown; /* with the lines concerned */
};

void twice_free(struct twice *t);
/* What is to be said about a rule whose name is taken, or that claims what
 * one before it claims; else false, and it is remembered. */
bool twice_find(struct twice *t, const struct report_rule *q,
                struct buffer *said);

#endif
