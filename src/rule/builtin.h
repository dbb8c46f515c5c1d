/* The rule files of rules/, as build-aux/embed compiled them in. */
#ifndef RULE_BUILTIN_H
#define RULE_BUILTIN_H

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

#endif
