/* no_image.c - no image of the built-in rules, as in the program that writes
 * it: every context loads the rules. */
#include "rule/builtin.h"

const uint64_t builtin_image[] = {0};
const unsigned long builtin_image_words = 0;
