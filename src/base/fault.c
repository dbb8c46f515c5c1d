#include "base/fault.h"

#include <stdio.h>
#include <string.h>

void fault_clear(struct fault *f)
{
    memset(f, 0, sizeof *f);
}

static bool fault_vset(struct fault *f, enum fault_kind kind,
                       struct span where, const char *format, va_list ap)
    __attribute__((format(printf, 4, 0)));

static bool fault_vset(struct fault *f, enum fault_kind kind,
                       struct span where, const char *format, va_list ap)
{
    if (f->kind != FAULT_NONE)
        return false;
    fault_clear(f);
    f->kind = kind;
    f->where = where;
    vsnprintf(f->message, sizeof f->message, format, ap);
    return false;
}

bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fault_vset(f, kind, (struct span){0, 0}, format, ap);
    va_end(ap);
    return false;
}

bool fault_at(struct fault *f, enum fault_kind kind, struct span where,
              const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fault_vset(f, kind, where, format, ap);
    va_end(ap);
    return false;
}

void fault_hint(struct fault *f, const char *format, ...)
{
    if (f->kind == FAULT_NONE || f->hint[0])
        return;
    va_list ap;
    va_start(ap, format);
    vsnprintf(f->hint, sizeof f->hint, format, ap);
    va_end(ap);
}

void fault_second(struct fault *f, struct span where, const char *format, ...)
{
    if (f->kind == FAULT_NONE || f->second_note[0])
        return;
    f->second = where;
    va_list ap;
    va_start(ap, format);
    vsnprintf(f->second_note, sizeof f->second_note, format, ap);
    va_end(ap);
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[] = {
        "none",   "syntax",      "name",    "shape", "property", "variable",
        "domain", "unsupported", "request", "limit", "memory",   "internal"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind]
                                                         : "internal";
}
