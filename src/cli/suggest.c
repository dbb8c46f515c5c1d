/* suggest.c - the word that was probably meant. */
#include "config.h"

#include <string.h>

#include "cli.h"

enum { LONGEST_WORD = 40 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Insertions, deletions and changes that make a into b. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST_WORD + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j];
            row[j] = min3(row[j - 1] + 1, above + 1,
                          diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[n];
}

const char *suggest(const char *word, const char *const *words, size_t n)
{
    size_t length = strlen(word), best = length < 4 ? 2 : 3;
    const char *found = NULL;
    if (length > LONGEST_WORD)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (strlen(words[i]) > LONGEST_WORD)
            continue;
        size_t d = distance(word, words[i]);
        if (d < best && d < length)
            best = d, found = words[i];
    }
    return found;
}
