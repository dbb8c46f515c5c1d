/* declare.c - lists of declarations: "A[m,n] symmetric, x[n], a positive". */
#include "lang/declare.h"

#include <string.h>

#include "expr/function.h"

static bool mentions_variable(const struct scope *s, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(s->x->dims, d); i++) {
        struct dim_term t = dim_term_at(s->x->dims, d, i);
        for (uint32_t j = 0; j < t.nsymbols; j++)
            if (s->entries[scope_find(s, t.symbols[j])].decl)
                return true;
    }
    return false;
}

/* Assumed variables give way to what is declared: those of a name that is a
 * size now, and those whose sizes are variables now. */
static void drop_assumed(struct scope *s)
{
    for (uint32_t i = 1; i <= s->count; i++) {
        struct scope_entry *e = &s->entries[i];
        const struct decl *d = e->decl ? expr_decl(s->x, e->decl) : NULL;
        if (!d || !d->assumed)
            continue;
        bool drop = e->is_size;
        for (uint32_t a = 0; !drop && a < d->shape.order; a++)
            drop = mentions_variable(s, d->shape.dim[a]);
        if (drop)
            e->decl = e->variant = 0;
    }
}

/* A name cannot be a size and a variable; the text's declaration that says
 * so is the fault's place. */
static bool check_conflicts(struct declaring *d, syntax_t list)
{
    struct scope *s = d->s;
    for (uint32_t i = 1; i <= s->count; i++) {
        struct scope_entry *e = &s->entries[i];
        if (!e->is_size || (!e->decl && !e->meaning))
            continue;
        struct span where = {0, 0};
        for (syntax_t n = list; n; n = d->t->nodes[n].next) {
            if (d->t->nodes[n].payload == e->name) {
                where = d->t->nodes[n].where;
                break;
            }
            syntax_t c = d->t->nodes[n].first;
            for (; c; c = d->t->nodes[c].next)
                if (size_at(d, c) &&
                    dim_mentions(s->x->dims, size_at(d, c), e->name))
                    where = d->t->nodes[c].where;
        }
        fault_at(fault_of(d), FAULT_NAME, where,
                 "'%.60s' is both a size and a variable",
                 intern_name(s->x->names, e->name));
        fault_hint(fault_of(d), "give the size another name");
        return false;
    }
    return true;
}

static bool enter(struct declaring *d, syntax_t list, struct decl *decls)
{
    struct scope *s = d->s;
    for (syntax_t n = list; n; n = d->t->nodes[n].next, decls++) {
        uint32_t e = scope_entry_for(s, decls->name);
        if (!e)
            return false;
        if (definition_is_further(d, n))
            continue;
        if (d->t->nodes[n].flags & SYNTAX_DECLARES_SIZE) {
            struct decl size = {.name = decls->name, .role = DECL_SIZE};
            s->entries[e].keeps_size = true;
            if (!s->strict && !expr_declare(s->x, &size))
                return false;
            continue;
        }
        s->entries[e].decl = expr_declare(s->x, decls);
        s->entries[e].meaning = s->entries[e].variant = 0;
        s->entries[e].differential = 0;
        if (!s->entries[e].decl)
            return false;
    }
    if (!scope_refresh(s))
        return false;
    if (!s->strict) {
        drop_assumed(s);
        if (!scope_refresh(s))
            return false;
    }
    return check_conflicts(d, list) && definitions_make(d, list);
}

/* Puts the scope's names back as they were. */
static void restore(struct scope *s, const struct scope_entry *saved,
                    uint32_t count)
{
    if (count)
        memcpy(s->entries + 1, saved, count * sizeof *saved);
    s->count = count;
    if (s->index.capacity)
        memset(s->index.slots, 0, s->index.capacity * sizeof(uint32_t));
    s->index.count = 0;
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t slot =
            hash_slot(&s->index, hash_word(s->entries[i].name));
        while (s->index.slots[slot])
            slot = hash_next(&s->index, slot);
        s->index.slots[slot] = i;
        s->index.count++;
    }
}

static bool declare_list(struct scope *s, const struct syntax *t,
                         syntax_t list, bool parameters)
{
    struct arena_mark mark = arena_mark(&s->arena);
    uint32_t length = 0, count = s->count, k = 0;
    if (!list)
        return true;
    uses_clear(s);
    for (syntax_t n = list; n; n = t->nodes[n].next)
        length++;
    struct declaring d = {
        .s = s, .t = t, .list = list, .parameters = parameters};
    syntax_t last = 0;
    for (syntax_t n = list; n; n = t->nodes[n].next)
        last = n;
    d.base = syntax_leftmost(t, list);
    d.dims = ARENA_ARRAY(&s->arena, dim_t, last - d.base + 1);
    struct decl *decls = ARENA_ARRAY(&s->arena, struct decl, length);
    struct scope_entry *saved =
        ARENA_ARRAY(&s->arena, struct scope_entry, count);
    bool ok = d.dims && decls && saved;
    if (ok && count)
        memcpy(saved, s->entries + 1, count * sizeof *saved);
    if (ok)
        dimension_find(s->x, t, d.base, last, d.dims);
    for (syntax_t n = list; ok && n; n = t->nodes[n].next)
        ok = declared_read(&d, n, &decls[k++]);
    if (ok && !enter(&d, list, decls)) {
        restore(s, saved, count);
        ok = false;
    }
    arena_release(&s->arena, mark);
    return ok && !fault_is_set(s->x->mem->fault);
}

bool scope_declare(struct scope *s, const char *text, size_t length)
{
    struct syntax *t = &s->texts[0];
    return syntax_read(t, START_DECLARATIONS, text, length) &&
           declare_list(s, t, t->root, false);
}

bool scope_declare_parameters(struct scope *s, const struct syntax *t,
                              syntax_t list)
{
    return declare_list(s, t, list, true);
}

bool scope_declare_variables(struct scope *s, const struct syntax *t,
                             syntax_t list)
{
    return declare_list(s, t, list, false);
}

bool scope_declare_function(struct scope *s, symbol_t name)
{
    struct function f = {.nargs = 1, .known = 1,
                         .parameter = {intern_text(s->x->names, "t")}};
    struct decl d = {.name = name, .role = DECL_FUNCTION};
    if (uses_function(s, name)) {
        fault_set(s->x->mem->fault, FAULT_NAME,
                  "'%.60s' is a known function",
                  intern_name(s->x->names, name));
        fault_hint(s->x->mem->fault, "choose another name");
        return false;
    }
    uint32_t e = scope_entry_for(s, name);
    if (!e || !f.parameter[0] || !(d.function = function_new(s->x, &f)))
        return false;
    s->entries[e] = (struct scope_entry){.name = name,
                                         .decl = expr_declare(s->x, &d)};
    return s->entries[e].decl != 0;
}
