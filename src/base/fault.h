/* fault.h - the one way a failure is reported inside the library.
 *
 * A context owns one `struct fault`.  The first failure is recorded and
 * stays until it is cleared; constructors that fail return 0 (no node, no
 * dimension, no symbol) and constructors given a 0 return 0, so a chain of
 * calls needs a single check at its end. */
#ifndef MD_BASE_FAULT_H
#define MD_BASE_FAULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_SYNTAX,      /* the text is not of the language */
    FAULT_NAME,        /* an unknown name */
    FAULT_SHAPE,       /* shapes or sizes that do not fit */
    FAULT_PROPERTY,    /* contradictory or impossible properties */
    FAULT_VARIABLE,    /* a derivative by something that is not a variable */
    FAULT_DOMAIN,      /* outside the domain of a function */
    FAULT_UNSUPPORTED, /* well formed, but not handled */
    FAULT_REQUEST,     /* a request that is not of the interface's form */
    FAULT_LIMIT,       /* a limit of the context was reached */
    FAULT_MEMORY,      /* an allocation failed */
    FAULT_INTERNAL     /* a defect of the library */
};

/* A stretch of source text in bytes, [begin, end); begin == end == 0 where
 * there is none. */
struct span {
    uint32_t begin, end;
};

struct fault {
    enum fault_kind kind;
    struct span where;  /* the offending part */
    struct span second; /* another place involved, if any */
    char message[400];
    char hint[240];        /* what can be typed instead, or "" */
    char second_note[160]; /* said at the second place */
};

void fault_clear(struct fault *f);
/* Records a failure unless one is recorded already; always returns false. */
bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool fault_at(struct fault *f, enum fault_kind kind, struct span where,
              const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Adds a hint to the failure just recorded (only if it has none yet). */
void fault_hint(struct fault *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void fault_second(struct fault *f, struct span where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "syntax", "shape", ...: the `kind` of the JSON interface. */
const char *fault_kind_name(enum fault_kind kind);

static inline bool fault_is_set(const struct fault *f)
{
    return f->kind != FAULT_NONE;
}

#endif
