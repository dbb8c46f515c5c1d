/* The rule files of rules/, as build-aux/embed compiled them in. */
#ifndef RULE_BUILTIN_H
#define RULE_BUILTIN_H

#include <stdint.h>

struct builtin_rules {
	const char *file;     /* its path in the source tree, for messages */
	const char *text;     /* UTF-8, ends in a 0 that length leaves out */
	unsigned long length; /* in bytes */
};

/* In the order of build-aux/sources: operators, functions, simplifications,
 * compendium, then all others; by name within each folder. rules/SOURCES is
 * the last. */
extern const struct builtin_rules builtin_rules[];
extern const unsigned builtin_rules_count;

/* The first, or the next, file of those that every table of rules has. */
const struct builtin_rules *builtin_basic(const struct builtin_rules *after);

/* The tables after those files have been loaded, as build-aux/image.c wrote
 * them (see base/image.h); no words: they have to be loaded. */
extern const uint64_t builtin_image[];
extern const unsigned long builtin_image_words;

#endif
