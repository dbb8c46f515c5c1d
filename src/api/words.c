#include "config.h"

#include "api/words.h"

#include <stdio.h>
#include <string.h>

#include "expr/expr.h"
#include "print/print.h"

/* In the order of the enums of expr/layout.h. */
static const char *const layouts[] = {"mixed", "numerator", "denominator",
                                      NULL};
static const char *const forms[] = {
    "matrix", "vec",        "index", "differential",
    "blocks", "blocks-by-variable", "row-column",
    "action", NULL};
static const char *const structures[] = {"free", "projected", "entries",
                                         "vech", NULL};

static const char *nth(const char *const *words, unsigned i)
{
    while (i && *words)
        words++, i--;
    return *words;
}

const char *md_word(md_list list, unsigned i)
{
    switch (list) {
    case MD_LAYOUTS:
        return nth(layouts, i);
    case MD_FORMS:
        return nth(forms, i);
    case MD_STRUCTURES:
        return nth(structures, i);
    case MD_FORMATS:
        return i <= FORMAT_MATLAB ? print_format_name((enum print_format)i)
                                  : NULL;
    case MD_PROPERTIES:
        return i < PROPERTY_COUNT ? property_name((enum property)(1u << i))
                                  : NULL;
    }
    return NULL;
}

static const char *list_name(md_list list)
{
    static const char *const names[] = {"layout", "form", "structure",
                                        "format", "property"};
    return names[list];
}

bool word_number(struct fault *f, md_list list, const char *word,
                 unsigned *number)
{
    const char *known;
    char all[200] = "";
    size_t used = 0;
    *number = 0;
    if (!word)
        return true;
    for (unsigned i = 0; (known = md_word(list, i)); i++) {
        if (!strcmp(known, word)) {
            *number = i;
            return true;
        }
        int n = snprintf(all + used, sizeof all - used, "%s%s",
                         i ? ", " : "", known);
        if (n > 0 && used + (size_t)n < sizeof all)
            used += (size_t)n;
    }
    fault_set(f, FAULT_REQUEST, "unknown %s '%.60s'", list_name(list), word);
    fault_hint(f, "one of: %s", all);
    return false;
}
