/* names.c - the session's names and expressions. */
#include "config.h"

#include <string.h>

#include "api/context.h"
#include "api/words.h"
#include "print/print.h"

bool md_declare(md_context *c, const char *declarations)
{
    struct engine *g = context_session(c);
    size_t n = strlen(declarations);
    return g && (scope_declare(g->scope, declarations, n) ||
                 context_fault_in(c, "let", declarations, n));
}

/* Reads one text in the session. */
static expr_t session_read(md_context *c, struct engine *g, const char *text,
                           size_t length)
{
    expr_t e = 0;
    uint32_t failed;
    if (!scope_read(g->scope, 1, &text, &length, &e, &failed)) {
        context_fault_in(c, "expr", text, length);
        return 0;
    }
    return e;
}

md_expr md_assign(md_context *c, const char *name, const char *expr)
{
    struct engine *g = context_session(c);
    if (!g)
        return 0;
    expr_t e = session_read(c, g, expr, strlen(expr));
    if (e && !scope_assign(g->scope, name, strlen(name), e)) {
        context_fault_in(c, "name", name, strlen(name));
        return 0;
    }
    return e;
}

bool md_forget(md_context *c, const char *name)
{
    struct engine *g = context_session(c);
    if (!g)
        return false;
    return scope_forget(g->scope, name, strlen(name)) ||
           fault_set(&c->fault, FAULT_NAME, "there is no name '%.60s'", name);
}

bool md_name_at(md_context *c, size_t i, md_name *name)
{
    struct engine *g = context_session(c);
    struct scope_name n;
    if (!g || i > UINT32_MAX || !scope_name_at(g->scope, (uint32_t)i, &n))
        return false;
    const char *spelt = intern_name(&g->names, n.name);
    *name = (md_name){.name = context_string(c, spelt, strlen(spelt)),
                      .declaration = "", .meaning = "",
                      .is_size = n.is_size};
    struct text t;
    text_init(&t, &c->mem);
    if (n.meaning) {
        if (!print_expr(&g->x, n.meaning, FORMAT_TEXT, &t)) {
            fault_clear(&c->fault); /* too long to be shown */
            text_clear(&t);
            text_str(&t, "...");
        }
        name->meaning = context_take(c, &t);
    } else if (n.decl) {
        name->is_assumed = expr_decl(&g->x, n.decl)->assumed;
        print_decl(&g->x, n.decl, &t);
        name->declaration = context_take(c, &t);
    }
    return !fault_is_set(&c->fault);
}

md_expr md_parse(md_context *c, const char *expr)
{
    return md_parse_bytes(c, expr, strlen(expr));
}

md_expr md_parse_bytes(md_context *c, const char *expr, size_t length)
{
    struct engine *g = context_session(c);
    return g ? session_read(c, g, expr, length) : 0;
}

const char *md_assumed(md_context *c)
{
    struct engine *g = context_session(c);
    struct text t;
    text_init(&t, &c->mem);
    if (g)
        scope_assumed(g->scope, &t);
    return context_take(c, &t);
}

/* The session's engine if `e` is one of its expressions, else a fault. */
static struct engine *session_of(md_context *c, md_expr e)
{
    struct engine *g = context_session(c);
    if (g && (!e || e > g->x.count)) {
        fault_set(&c->fault, FAULT_REQUEST, "not an expression: %u", e);
        return NULL;
    }
    return g;
}

md_expr md_normal(md_context *c, md_expr e)
{
    struct engine *g = session_of(c, e);
    return g ? derive_normal(g->deriver, e) : 0;
}

const char *md_print(md_context *c, md_expr e, const char *format)
{
    struct engine *g = session_of(c, e);
    unsigned f;
    if (!g || !word_number(&c->fault, MD_FORMATS, format, &f))
        return NULL;
    struct text t;
    text_init(&t, &c->mem);
    bool ok = print_expr(&g->x, e, (enum print_format)f, &t);
    const char *s = context_take(c, &t);
    return ok && !fault_is_set(&c->fault) ? s : NULL;
}

const char *md_shape(md_context *c, md_expr e)
{
    struct engine *g = session_of(c, e);
    if (!g)
        return NULL;
    struct text t;
    text_init(&t, &c->mem);
    shape_print(&g->dims, expr_shape(&g->x, e), &t);
    return context_take(c, &t);
}

bool md_is_incomplete(md_context *c, const char *text)
{
    context_begin(c);
    bool more = lang_is_incomplete(&c->mem, text, strlen(text));
    fault_clear(&c->fault);
    return more;
}
