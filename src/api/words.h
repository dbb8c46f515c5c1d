/* words.h - the words of the interface: layouts, forms, structures. */
#ifndef MD_API_WORDS_H
#define MD_API_WORDS_H

#include "base/fault.h"
#include "matdiff.h"

/* The word's number in its list (that of its enum); `word` NULL gives 0.  An
 * unknown word is a fault that lists the known ones. */
bool word_number(struct fault *f, md_list list, const char *word,
                 unsigned *number);

#endif
