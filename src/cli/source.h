/* source.h - rule files read rule by rule, in bounded memory. */
#ifndef MD_CLI_SOURCE_H
#define MD_CLI_SOURCE_H

#include "buffer.h"
#include "matdiff.h"

struct source {
    const char *file; /* its name, for messages */
    const char *text; /* of a file compiled in, or NULL */
    size_t length;
    int fd;
    struct buffer buffer;
    size_t begin;          /* what comes before was given out */
    uint64_t offset, size; /* of `begin` in the file; its size, if known */
    unsigned long line;    /* lines before `begin` */
    bool at_end, failed;
    char group[64], layout[16]; /* in force */
};

/* False, with errno, if it cannot be opened; "-" is standard input. */
bool source_open(struct source *s, const char *file);
/* The i-th file compiled in; false past the last. */
bool source_builtin(struct source *s, size_t i);
void source_close(struct source *s);

/* The next rule: its text, its words and the number of lines before it. */
struct source_rule {
    md_rule_item item;
    const char *text;
    size_t length;
    unsigned long line;
};
bool source_next(struct source *s, struct source_rule *r);
/* Copies what an item's word is into a buffer. */
void source_word(const char *word, size_t length, char *out, size_t size);

/* The whole of a file, in `b`; false with errno. */
bool source_read_all(const char *file, struct buffer *b);

#endif
