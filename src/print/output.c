/* output.c - the writing end: the limit, products without a sign, and the
 * brackets of LaTeX that grow. */
#include "print/writer.h"

#include <string.h>

static bool starts(const char *text, size_t length, const char *with)
{
    size_t n = strlen(with);
    return length >= n && !memcmp(text, with, n);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void open_bracket(struct writer *w, uint32_t position)
{
    struct mem *m = w->x->mem;
    if (!MEM_RESERVE(m, w->brackets, w->bracket_capacity,
                     (size_t)w->bracket_count + 1) ||
        !MEM_RESERVE(m, w->open, w->open_capacity, (size_t)w->open_count + 1))
        return;
    w->open[w->open_count++] = w->bracket_count;
    w->brackets[w->bracket_count++] =
        (struct bracket){position, w->tall, false};
}

static void close_bracket(struct writer *w, uint32_t position)
{
    if (!w->open_count || !MEM_RESERVE(w->x->mem, w->brackets,
                                       w->bracket_capacity,
                                       (size_t)w->bracket_count + 1))
        return;
    struct bracket *open = &w->brackets[w->open[--w->open_count]];
    open->tall = w->tall > open->tall;
    w->brackets[w->bracket_count++] =
        (struct bracket){position, open->tall, true};
}

/* Notes the brackets of a piece of LaTeX, and what makes them grow. */
static void scan_growth(struct writer *w, const char *text, size_t length)
{
    static const char *const opening[] = {"(", "[", "\\lVert", "\\lvert"};
    static const char *const closing[] = {")", "]", "\\rVert", "\\rvert"};
    static const char *const tall[] = {"\\frac", "\\sum", "\\prod", "\\int"};
    for (size_t i = 0; i < length; i++) {
        const char *at = text + i;
        size_t rest = length - i;
        if (!memchr("()[]\\", *at, 5))
            continue;
        if (*at == '[' && i && is_letter(at[-1])) { /* \sqrt[3] */
            const char *end = memchr(at, ']', rest);
            i = end ? (size_t)(end - text) : i;
            continue;
        }
        if (starts(at, rest, "\\left") || starts(at, rest, "\\right")) {
            i += at[1] == 'l' ? 5 : 6; /* and the bracket after it */
            continue;
        }
        for (size_t k = 0; k < 4; k++) {
            if (starts(at, rest, opening[k]))
                open_bracket(w, w->out->length + (uint32_t)i);
            else if (starts(at, rest, closing[k]))
                close_bracket(w, w->out->length + (uint32_t)i);
            else if (starts(at, rest, tall[k]))
                w->tall++;
        }
    }
}

/* Puts \left and \right before the brackets that grow, last one first, so
 * that every byte moves once. */
bool writer_grow_brackets(struct writer *w)
{
    struct text *out = w->out;
    uint32_t extra = 0, end = out->length;
    for (uint32_t i = 0; i < w->open_count; i++)
        w->brackets[w->open[i]].tall = 0;
    for (uint32_t i = 0; i < w->bracket_count; i++)
        if (w->brackets[i].tall)
            extra += w->brackets[i].closes ? 6 : 5;
    for (uint32_t i = 0; i < extra; i++)
        text_char(out, ' ');
    if (out->failed)
        return false;
    for (uint32_t i = w->bracket_count; extra && i-- > 0;) {
        const struct bracket *b = &w->brackets[i];
        if (!b->tall)
            continue;
        memmove(out->bytes + b->position + extra, out->bytes + b->position,
                end - b->position);
        end = b->position;
        extra -= b->closes ? 6 : 5;
        memcpy(out->bytes + b->position + extra,
               b->closes ? "\\right" : "\\left", b->closes ? 6 : 5);
    }
    return true;
}

void writer_emit(struct writer *w, const char *text, size_t length)
{
    if (!length)
        return;
    if (w->gap) {
        bool digit = *text >= '0' && *text <= '9';
        w->gap = false;
        writer_str(w, w->style->gap(w->after_number, digit || w->number_next,
                                    text, (uint32_t)length));
    }
    if (w->out->length - w->start + length > w->limit) {
        fault_set(w->x->mem->fault, FAULT_LIMIT,
                  "the result is longer than %u bytes as text", w->limit);
        return;
    }
    if (w->style->grows)
        scan_growth(w, text, length);
    if (*text == '|' && w->out->length > w->start &&
        w->out->bytes[w->out->length - 1] == '|')
        text_char(w->out, ' '); /* || would be another sign */
    text_bytes(w->out, text, length);
    w->after_number = w->number_next;
}

void writer_str(struct writer *w, const char *text)
{
    writer_emit(w, text, strlen(text));
}

bool writer_digits(struct writer *w, rat_t r, bool absolute,
                   struct text *digits, uint32_t *bar)
{
    text_init(digits, w->x->mem);
    if (!r)
        return false;
    rat_print(w->x->numbers, r, digits);
    if (digits->failed)
        return false;
    if (absolute && *text_get(digits) == '-') /* with the NUL */
        memmove(digits->bytes, digits->bytes + 1, digits->length--);
    const char *slash = memchr(text_get(digits), '/', digits->length);
    *bar = slash ? (uint32_t)(slash - digits->bytes) : 0;
    return true;
}

void write_digits(struct writer *w, rat_t r, bool absolute)
{
    struct text digits;
    uint32_t bar;
    if (writer_digits(w, r, absolute, &digits, &bar)) {
        w->number_next = !bar;
        writer_emit(w, text_get(&digits), digits.length);
        w->number_next = false;
    }
    text_free(&digits);
}

void write_number(struct writer *w, rat_t r, bool absolute, bool script)
{
    if (w->style->number)
        w->style->number(w, r, absolute, script);
    else
        write_digits(w, r, absolute);
}
