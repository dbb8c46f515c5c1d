/* elsewhere.h - how other languages and textbooks write things: hints for
 * what is not read here. */
#ifndef MD_LANG_ELSEWHERE_H
#define MD_LANG_ELSEWHERE_H

#include <stdint.h>

/* What is written here instead; NULL if that is not known. */
const char *elsewhere_function(const char *name);
const char *elsewhere_character(uint32_t code);

#endif
