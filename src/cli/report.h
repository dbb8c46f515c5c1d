/* report.h - what the verifier says about rules, in several formats. */
#ifndef MD_CLI_REPORT_H
#define MD_CLI_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "buffer.h"

enum report_format { REPORT_TEXT, REPORT_TAP, REPORT_JUNIT, REPORT_JSONL };

enum report_status {
    REPORT_HELD = 'h',
    REPORT_FAILED = 'f',
    REPORT_ERROR = 'e',   /* not a rule */
    REPORT_DECLARED = 'd' /* nothing to verify */
};

/* The strings of one rule, in the order in which workers send them. */
enum report_field {
    FIELD_FILE, FIELD_KIND, FIELD_NAME, FIELD_GROUP, FIELD_CITE,
    FIELD_FORMULA, FIELD_CONDITIONS, FIELD_VERDICT, FIELD_DETAIL,
    FIELD_DERIVED, FIELD_SAME, FIELD_COUNT
};

struct report_rule {
    uint32_t length;  /* of the strings, in bytes, sent behind this */
    uint8_t status, refuted, symbolic;
    uint32_t points;
    uint64_t line, offset; /* in its file */
    uint64_t key; /* of what is claimed; 0: none */
    const char *field[FIELD_COUNT];
};

struct report {
    enum report_format format;
    FILE *out;
    uint64_t rules, symbolic, verified, proved, refuted, failed, declared;
    unsigned shard, shards; /* 0, 0: all */
    bool interrupted, progress, quiet;
    uint64_t last_drawn;
};

void report_begin(struct report *r);
void report_rule(struct report *r, const struct report_rule *rule);
void report_end(struct report *r);
/* A bar on standard error, where that is a terminal. */
void report_progress(struct report *r, double part);
void report_clear(struct report *r);
/* The exit status. */
int report_status(const struct report *r);

/* A rule in a line that REPORT_JSONL wrote; false if it is none. */
struct report_line {
    struct report_rule rule;
    char text[FIELD_COUNT][4096];
};
bool report_read_line(const char *line, struct report_line *l);
/* Adds what a summary says; false if the line is none. */
bool report_merge_summary(struct report *r, const char *line,
                          uint64_t *shards_seen);
uint64_t report_key(const char *file, const char *name, uint64_t line);

#endif
