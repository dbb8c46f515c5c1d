#include "config.h"

#include "api/context.h"
#include "api/known.h"

#include <stdlib.h>
#include <string.h>

const char *md_version(void)
{
    return PACKAGE_VERSION;
}

md_context *md_new(const md_options *options)
{
    struct md_context *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    if (options)
        c->limits = *options;
    c->fault_in = "";
    mem_init(&c->mem, &c->fault, engine_byte_limit(&c->limits));
    arena_init(&c->out, &c->mem);
    text_init(&c->fault_text, &c->mem);
    text_init(&c->reply, &c->mem);
    return c;
}

void md_free(md_context *c)
{
    if (!c)
        return;
    engine_stop(&c->session);
    engine_stop(&c->requests);
    engine_stop(&c->claims);
    while (c->loaded.count) {
        struct engine_text *t = &c->loaded.items[--c->loaded.count];
        free(t->file);
        free(t->text);
    }
    free(c->loaded.items);
    known_free(&c->known);
    arena_free(&c->out);
    text_free(&c->fault_text);
    text_free(&c->reply);
    free(c);
}

void context_begin(struct md_context *c)
{
    fault_clear(&c->fault);
    c->fault_in = "";
    c->fault_line = 0;
    text_clear(&c->fault_text);
    arena_release(&c->out, (struct arena_mark){NULL, 0});
}

struct engine *context_session(struct md_context *c)
{
    context_begin(c);
    if (!c->session.begun &&
        !engine_start(&c->session, &c->fault, &c->limits, &c->loaded))
        return NULL;
    mem_set_deadline(&c->session.mem, c->limits.seconds);
    return &c->session;
}

bool context_fault_in(struct md_context *c, const char *in, const char *text,
                      size_t length)
{
    c->fault_in = in;
    text_clear(&c->fault_text);
    if (text)
        text_bytes(&c->fault_text, text, length);
    return false;
}

const char *context_string(struct md_context *c, const char *s, size_t n)
{
    char *copy = arena_alloc(&c->out, n + 1);
    if (!copy)
        return "";
    memcpy(copy, s, n);
    return copy;
}

const char *context_take(struct md_context *c, struct text *t)
{
    const char *s = context_string(c, text_get(t), t->length);
    text_free(t);
    return s;
}

/* ---- errors */

_Static_assert((int)MD_INTERNAL == (int)FAULT_INTERNAL &&
                   (int)MD_REQUEST == (int)FAULT_REQUEST,
               "md_kind and fault_kind are the same list");

const md_error *md_last_error(md_context *c)
{
    const struct fault *f = &c->fault;
    if (!fault_is_set(f))
        return NULL;
    c->error = (md_error){.kind = (md_kind)f->kind,
                          .kind_name = fault_kind_name(f->kind),
                          .message = f->message,
                          .hint = f->hint,
                          .in = c->fault_in,
                          .begin = f->where.begin,
                          .end = f->where.end,
                          .second_begin = f->second.begin,
                          .second_end = f->second.end,
                          .second_note = f->second_note};
    return &c->error;
}

const char *md_show_error(md_context *c, const char *source, bool color)
{
    if (!fault_is_set(&c->fault))
        return "";
    struct text t;
    text_init(&t, &c->mem);
    lang_show_fault(&c->fault, source, c->fault_line, text_get(&c->fault_text),
                    c->fault_text.length, color, &t);
    return context_take(c, &t);
}
