/* context.h - what stands behind the opaque md_context. */
#ifndef MD_API_CONTEXT_H
#define MD_API_CONTEXT_H

#include "api/engine.h"

struct known; /* see known.h */
struct known_claims {
    struct known *slots;
    uint32_t count;
};

struct md_context {
    md_options limits;
    struct fault fault;    /* the reason of the last failure */
    const char *fault_in;  /* "expr", "let", ...: the text it is in, or "" */
    struct text fault_text; /* a copy of that text */
    md_error error;        /* the same for the caller */
    struct mem mem;        /* of what is not an engine's */
    struct arena out;      /* what was handed out, until the next call */
    struct engine session; /* md_declare ... md_check */
    struct engine requests; /* md_request */
    struct engine claims;   /* md_verify_rule */
    struct engine_rules loaded; /* md_load_rules */
    unsigned long fault_line; /* lines before the fault's text in its file */
    struct known_claims known;  /* the built-in claims, once asked for */
    struct text reply;     /* the last one of md_request */
};

/* Begins a public call: the error and what was handed out are forgotten. */
void context_begin(struct md_context *c);
/* The same, and the session's engine started: NULL with a fault. */
struct engine *context_session(struct md_context *c);
/* Notes that the fault is in this text (NULL: in none); returns false. */
bool context_fault_in(struct md_context *c, const char *in, const char *text,
                      size_t length);
/* The engine for claims, rewound: NULL with a fault. */
struct engine *claims_engine(struct md_context *c);
/* Adds a rule file's text to what all engines have. */
bool context_load(struct md_context *c, const char *file, const char *text,
                  size_t length);
/* Copies of strings that live until the next call; "" after a failure. */
const char *context_string(struct md_context *c, const char *s, size_t n);
/* The text's content, handed out; empties and frees the text. */
const char *context_take(struct md_context *c, struct text *t);

#endif
