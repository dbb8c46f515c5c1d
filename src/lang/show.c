/* show.c - a fault as compilers print it:
 *
 *     expr:1:5: error: '*' of an m x n matrix and a k-vector
 *       2*A*x + b
 *         ^~~
 *     hint: A'*x
 */
#include <string.h>

#include "lang/lang.h"

enum { WINDOW = 100, BEFORE_CARET = 40 }; /* columns shown of a long line */

struct line {
    const char *text;
    size_t begin, end;     /* bytes of the line in the text */
    uint32_t number;       /* from 1 */
    size_t at, until;      /* bytes of the fault in it */
};

/* One character: its code, and its bytes (1 where it is invalid). */
static size_t decode(const char *text, size_t length, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t n = *p < 0x80   ? 1
               : *p < 0xC2 ? 0
               : *p < 0xE0 ? 2
               : *p < 0xF0 ? 3
               : *p < 0xF5 ? 4
                           : 0;
    if (n == 0 || n > length) {
        *code = 0xFFFD;
        return 1;
    }
    *code = n == 1 ? *p : *p & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            *code = 0xFFFD;
            return 1;
        }
        *code = *code << 6 | (p[i] & 0x3F);
    }
    return n;
}

/* Columns a character takes on a terminal; locales are not asked. */
static size_t width_of(uint32_t c)
{
    static const uint32_t none[][2] = {
        {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
        {0x0610, 0x061A}, {0x064B, 0x065F}, {0x1AB0, 0x1AFF},
        {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},
        {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
        {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
    static const uint32_t two[][2] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
        {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
        {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
        {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    for (size_t i = 0; c >= 0x300 && i < sizeof none / sizeof *none; i++)
        if (c >= none[i][0] && c <= none[i][1])
            return 0;
    for (size_t i = 0; c >= 0x1100 && i < sizeof two / sizeof *two; i++)
        if (c >= two[i][0] && c <= two[i][1])
            return 2;
    return 1;
}

static void find_line(const char *text, size_t length, struct span where,
                      struct line *l)
{
    size_t at = where.begin < length ? where.begin : length;
    *l = (struct line){.text = text, .number = 1};
    for (const char *p; (p = memchr(text + l->begin, '\n', at - l->begin));
         l->number++)
        l->begin = (size_t)(p - text) + 1;
    const char *end = memchr(text + at, '\n', length - at);
    l->end = end ? (size_t)(end - text) : length;
    if (l->end > l->begin && text[l->end - 1] == '\r' && l->end > at)
        l->end--;
    l->at = at;
    l->until = where.end > at ? where.end : at + 1;
    if (l->until > l->end)
        l->until = l->end;
}

/* The column of the fault, from 1, in characters. */
static uint32_t column_of(const struct line *l)
{
    uint32_t column = 1, code;
    for (size_t i = l->begin; i < l->at; column++)
        i += decode(l->text + i, l->end - i, &code);
    return column;
}

static size_t start_of_character(const char *text, size_t begin, size_t at)
{
    while (at > begin && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* What of the line is shown: all, or a window around the caret. */
static void window(const struct line *l, size_t *from, size_t *to)
{
    *from = l->begin;
    *to = l->end;
    if (l->end - l->begin <= WINDOW)
        return;
    if (l->at - l->begin > BEFORE_CARET)
        *from = start_of_character(l->text, l->begin, l->at - BEFORE_CARET);
    if (l->end - *from > WINDOW)
        *to = start_of_character(l->text, l->begin, *from + WINDOW);
    if (*to < l->at)
        *to = l->at;
}

/* Tabs become a blank; what a terminal would act on becomes '?'. */
static void put_line(const struct line *l, size_t from, size_t to,
                     struct text *out)
{
    uint32_t code;
    if (from > l->begin)
        text_str(out, "…");
    for (size_t i = from, n; i < to; i += n) {
        n = decode(l->text + i, to - i, &code);
        if (code == '\t')
            text_char(out, ' ');
        else if (code < 0x20 || code == 0x7F || code == 0xFFFD ||
                 (code >= 0x80 && code < 0xA0))
            text_char(out, '?');
        else
            text_bytes(out, l->text + i, n);
    }
    if (to < l->end)
        text_str(out, "…");
}

static void put_carets(const struct line *l, size_t from, size_t to,
                       struct text *out)
{
    uint32_t code;
    char mark = '^';
    if (from > l->begin)
        text_char(out, ' ');
    for (size_t i = from, n; i < to && i < l->until; i += n) {
        n = decode(l->text + i, to - i, &code);
        for (size_t w = code == '\t' ? 1 : width_of(code); w; w--) {
            text_char(out, i < l->at ? ' ' : mark);
            if (i >= l->at)
                mark = '~';
        }
    }
    if (mark == '^')
        text_char(out, '^');
}

static void show_place(const char *source, unsigned long before,
                       const char *text, size_t length,
                       struct span where, const char *label,
                       const char *message, const char *paint, bool color,
                       struct text *out)
{
    struct line l;
    size_t from, to;
    const char *plain = color ? "\033[0m" : "", *bold = color ? "\033[1m" : "";
    find_line(text, length, where, &l);
    text_format(out, "%s%s:%lu:%u:%s %s%s:%s ", bold, source,
                before + l.number,
                column_of(&l), plain, paint, label, plain);
    text_format(out, "%s%s%s\n", bold, message, plain);
    if (l.end == l.begin)
        return;
    window(&l, &from, &to);
    text_str(out, "  ");
    put_line(&l, from, to, out);
    text_format(out, "\n  %s", paint);
    put_carets(&l, from, to, out);
    text_format(out, "%s\n", plain);
}

void lang_show_fault(const struct fault *f, const char *source,
                     unsigned long before,
                     const char *text, size_t length, bool color,
                     struct text *out)
{
    const char *red = color ? "\033[1;31m" : "";
    const char *cyan = color ? "\033[1;36m" : "";
    const char *plain = color ? "\033[0m" : "";
    bool has_place = f->where.end || f->kind == FAULT_SYNTAX;
    if (has_place && text)
        show_place(source, before, text, length, f->where, "error", f->message, red,
                   color, out);
    else
        text_format(out, "%s: %serror:%s %s\n", source, red, plain,
                    f->message);
    if (f->second_note[0] && f->second.end && text)
        show_place(source, before, text, length, f->second, "note", f->second_note,
                   cyan, color, out);
    if (f->hint[0])
        text_format(out, "  %shint:%s %s\n", cyan, plain, f->hint);
}
