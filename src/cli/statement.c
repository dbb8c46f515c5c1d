#include "config.h"

#include "statement.h"

#include <ctype.h>
#include <string.h>

#include "matdiff.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Letters, digits, _ and everything beyond ASCII. */
static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static int depth_change(char c)
{
    return (c == '(' || c == '[' || c == '{') -
           (c == ')' || c == ']' || c == '}');
}

char *trim(char *s)
{
    size_t n;
    while (is_blank(*s))
        s++;
    for (n = strlen(s); n && is_blank(s[n - 1]); n--)
        s[n - 1] = '\0';
    return s;
}

bool is_name(const char *s)
{
    if (!is_word(*s) || isdigit((unsigned char)*s))
        return false;
    while (is_word(*s))
        s++;
    return !*s;
}

size_t split_commas(char *s, char **pieces, size_t most)
{
    size_t n = 0;
    int depth = 0;
    char *begin = s;
    for (;; s++) {
        depth += depth_change(*s);
        if (*s && !(*s == ',' && !depth && n + 1 < most))
            continue;
        bool last = !*s;
        *s = '\0';
        pieces[n++] = trim(begin);
        begin = s + 1;
        if (last)
            return n;
    }
}

/* Whether the sign at `s` stands alone: no longer sign, no longer word. */
static bool stands_alone(const char *start, const char *s, size_t n)
{
    char before = s > start ? s[-1] : ' ', after = s[n];
    if (is_word(*s))
        return !is_word(before) && !is_word(after);
    return n > 1 || (!strchr("=<>!", before) && after != '=');
}

char *split_at(char *s, const char *sign)
{
    size_t n = strlen(sign);
    int depth = 0;
    for (char *p = s; *p; p++) {
        depth += depth_change(*p);
        if (depth || strncmp(p, sign, n) || !stands_alone(s, p, n))
            continue;
        *p = '\0';
        return p + n;
    }
    return NULL;
}

/* Past a name and the subscripts and transposes behind it. */
static const char *skip_part(const char *s)
{
    if (!is_word(*s) || isdigit((unsigned char)*s))
        return s;
    while (is_word(*s))
        s++;
    while (*s == '\'' || *s == '[') {
        int depth = 0;
        do
            depth += depth_change(*s);
        while (*s && *s++ && depth);
    }
    return s;
}

char *split_last_part(char *s)
{
    size_t n = strlen(s), begin;
    int depth = 0;
    while (n && is_blank(s[n - 1]))
        n--;
    s[n] = '\0';
    for (begin = n; begin && (depth || !is_blank(s[begin - 1])); begin--)
        depth -= depth_change(s[begin - 1]);
    if (!begin || begin == n || *skip_part(s + begin))
        return NULL;
    s[begin - 1] = '\0';
    return s + begin;
}

char *unwrap(char *s)
{
    size_t n = strlen(s);
    int depth = 0;
    if (n < 2 || s[0] != '(' || s[n - 1] != ')')
        return s;
    for (size_t i = 0; i + 1 < n; i++) {
        depth += depth_change(s[i]);
        if (!depth)
            return s;
    }
    s[n - 1] = '\0';
    return trim(s + 1);
}

/* ---- declarations */

static const char *skip_blanks(const char *s)
{
    while (is_blank(*s))
        s++;
    return s;
}

static bool is_property(const char *s, size_t n)
{
    const char *p;
    for (unsigned i = 0; (p = md_word(MD_PROPERTIES, i)); i++)
        if (strlen(p) == n && !memcmp(p, s, n))
            return true;
    return false;
}

/* Past a bracket and what it holds; NULL if it does not close. */
static const char *skip_bracket(const char *s)
{
    int depth = 0;
    do {
        depth += depth_change(*s);
        if (!*s++)
            return NULL;
    } while (depth);
    return s;
}

/* Past the braces of W{l} and x{i=1..m}, which hold names, unlike W{1}; NULL
 * if it is no family that is declared. */
static const char *skip_parameters(const char *s)
{
    const char *p = skip_blanks(s + 1);
    if (!is_word(*p) || isdigit((unsigned char)*p))
        return NULL;
    while (is_word(*p))
        p++;
    p = skip_blanks(p);
    return *p == '}' || *p == '=' || *p == ',' ? skip_bracket(s) : NULL;
}

/* Past the value of a definition: to the next comma outside of brackets. */
static const char *skip_value(const char *s)
{
    int depth = 0;
    for (; *s && (depth || *s != ','); s++)
        depth += depth_change(*s);
    return s;
}

/* One declaration, "A[m,n] symmetric": past it, or NULL.  `*marks` counts
 * what an expression would not have. */
static const char *skip_declaration(const char *s, int *marks)
{
    const char *name = s;
    if (!is_word(*s) || isdigit((unsigned char)*s))
        return NULL;
    while (is_word(*s))
        s++;
    if (s - name == 4 && !memcmp(name, "size", 4) && is_blank(*s) &&
        is_word(*skip_blanks(s))) { /* size k */
        (*marks)++;
        s = skip_blanks(s);
        while (is_word(*s))
            s++;
        return skip_blanks(s);
    }
    s = skip_blanks(s);
    if (*s == '(') { /* u(x)[m]; alone, u(x)[1] is an expression */
        s = skip_bracket(s);
        s = s ? skip_blanks(s) : NULL;
        s = s && *s == '[' ? skip_bracket(s) : s;
        return s ? skip_blanks(s) : NULL;
    }
    bool family = *s == '{';
    if (family && !(s = skip_parameters(s)))
        return NULL;
    s = skip_blanks(s);
    if (*s == '[') {
        (*marks)++;
        s = skip_bracket(s);
    }
    if (family && s && *(s = skip_blanks(s)) == '=') {
        (*marks)++;
        return skip_value(s);
    }
    while (s && is_word(*(s = skip_blanks(s)))) {
        const char *word = s;
        while (is_word(*s))
            s++;
        if (!is_property(word, (size_t)(s - word)))
            return NULL;
        (*marks)++;
    }
    return s;
}

bool looks_declared(const char *s)
{
    int marks = 0, pieces = 0;
    for (s = skip_blanks(s);; s = skip_blanks(s + 1)) {
        s = skip_declaration(s, &marks);
        pieces++;
        if (!s || (*s && *s != ','))
            return false;
        if (!*s)
            return marks > 0 || pieces > 1;
    }
}
