/* split.h - rule files cut into rules, without reading them: so that a file
 * of any length can be read rule by rule. */
#ifndef MD_RULE_SPLIT_H
#define MD_RULE_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

struct rule_piece {
    size_t begin, end; /* the rule, or "group NAME;", in the text */
    bool is_rule;      /* else a word for what follows: group, layout */
    bool refuted;
    /* The words as they stand; empty where they are missing. */
    const char *kind, *name;
    size_t kind_length, name_length;
};

/* The first rule of a text.  False if the text ends before it does; with
 * `at_end` the rest counts as one, and false means that nothing is left. */
bool rule_split(const char *text, size_t length, bool at_end,
                struct rule_piece *piece);

#endif
