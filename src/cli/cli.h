/* cli.h - what the commands share.  Of ours, the command line includes
 * matdiff.h and nothing else. */
#ifndef MD_CLI_CLI_H
#define MD_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "matdiff.h"

/* The exit status. */
enum {
    CLI_FINE = 0,
    CLI_REFUTED = 1,
    CLI_USAGE = 2,
    CLI_BAD_INPUT = 3,
    CLI_LIMIT = 4,
    CLI_INTERNAL = 70
};

enum {
    CLI_MOST_OPERANDS = 1024,
    CLI_MOST_FORMATS = 8,
    CLI_MOST_RULES = 32,
    CLI_MOST_ORDERS = 7
};

/* ---- commands.c: the commands there are */
struct command_line;
struct command {
    const char *name;
    const char *summary;  /* for the program's help */
    const char *help;     /* the whole page */
    const char *options;  /* the names it takes, each between spaces */
    unsigned least, most; /* operands */
    int (*run)(struct command_line *l);
};
extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name);
void commands_help(FILE *out);

/* ---- options.c: one command's arguments, read */
struct command_line {
    const struct command *command;
    const char *operands[CLI_MOST_OPERANDS];
    size_t operand_count;
    md_options limits;
    md_query query; /* layout, form, structure, order, to, seed, ... */
    const char *to[CLI_MOST_FORMATS];
    char to_text[256]; /* what `to` points into */
    unsigned orders[CLI_MOST_ORDERS];
    bool explain, json, quiet;
    const char *rules[CLI_MOST_RULES]; /* files to be loaded */
    size_t rules_count;
    /* of verify and rules */
    const char *rule, *group, *kind, *format, *shard, *resume;
    bool builtin, merge;
    unsigned jobs, samples;
};
/* False after a message on stderr. */
bool options_read(struct command_line *l, const struct command *c, int argc,
                  char **argv);

/* ---- load.c */
/* Adds a rule file to the context's; returns the exit status. */
int load_rule_file(md_context *c, const char *file);
/* Those of the options --rules. */
int load_rule_files(md_context *c, const struct command_line *l);

/* ---- suggest.c */
/* The word of `words` nearest to `word`, or NULL if none is near. */
const char *suggest(const char *word, const char *const *words, size_t n);

/* ---- show.c: answers and errors for people */
bool show_color(FILE *out);
/* Prints the context's last error and returns the exit status it means. */
int show_error(md_context *c, FILE *out);
/* The same with a place: "line 3". */
int show_error_at(md_context *c, const char *place, FILE *out);
struct show_options {
    bool explain, quiet;
};
/* Prints a derivative; returns the exit status it means. */
int show_derivative(const md_answer *a, struct show_options o);
/* Prints several, each under what it is by. */
int show_derivatives(const md_answer *a, size_t n, struct show_options o);
int show_claim(const md_answer *a, struct show_options o);
void show_rule(const md_rule *r);
/* One dimmed line under an answer. */
void show_detail(const char *label, const char *text);

/* ---- the commands */
int run_derive(struct command_line *l);
int run_check(struct command_line *l);
int run_convert(struct command_line *l);
int run_props(struct command_line *l);
/* Prints the answer of the batch protocol; the exit status. */
int run_json(md_context *c, const char *op, const md_query *q);
int run_batch(struct command_line *l);
int run_rules(struct command_line *l);
int run_verify(struct command_line *l);
int run_repl(struct command_line *l);
int run_help(struct command_line *l);

#endif
