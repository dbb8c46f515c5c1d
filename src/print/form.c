/* form.c - how tightly forms and their arguments hold together, read off
 * the characters around them. */
#include "print/writer.h"

#include <string.h>

static const char *const openers[] = {"(", "[", "{", ",", "|", "‖",
                                      "\\lVert", "\\lvert", "\\lfloor",
                                      "\\lceil", "\\langle"};
static const char *const closers[] = {")", "]", "}", ",", "|", "‖",
                                      "\\rVert", "\\rvert", "\\rfloor",
                                      "\\rceil", "\\rangle"};
enum { DELIMITERS = sizeof openers / sizeof *openers };

static bool opens_before(const char *form, size_t at)
{
    while (at && form[at - 1] == ' ')
        at--;
    for (size_t i = 0; i < DELIMITERS; i++) {
        size_t n = strlen(openers[i]);
        if (at >= n && !memcmp(form + at - n, openers[i], n))
            return true;
    }
    return false;
}

static bool closes_after(const char *rest)
{
    while (*rest == ' ')
        rest++;
    for (size_t i = 0; i < DELIMITERS; i++)
        if (!strncmp(rest, closers[i], strlen(closers[i])))
            return true;
    return false;
}

/* A sign that is set above the line, as ^{-1} and the Unicode forms are. */
static bool is_superscript(const char *s)
{
    return *s == '^' || *s == '\'' || !strncmp(s, "⁻", 3) ||
           !strncmp(s, "ᵀ", 3);
}

enum level form_argument_level(const char *form, size_t at)
{
    const char *after = form + at + 2;
    if (opens_before(form, at) && closes_after(after))
        return LEVEL_ANY;
    return is_superscript(after) || *after == '_' ? LEVEL_POSTFIX
                                                  : LEVEL_POWER;
}

enum level form_level(const char *form)
{
    size_t n = strlen(form);
    enum level level = LEVEL_ATOM;
    int depth = 0;
    if (n >= 2 && form[n - 2] == '#')
        return LEVEL_PRODUCT;
    if (form[0] == '#' && !is_superscript(form + 2) && form[2] != '_')
        return LEVEL_PRODUCT;
    for (size_t i = 0; i < n; i++) {
        if (strchr("{([", form[i]))
            depth++;
        else if (strchr("})]", form[i]))
            depth--;
        else if (!depth && is_superscript(form + i))
            level = LEVEL_POWER;
    }
    return level;
}
