#include "lang/elaborate.h"

#include <string.h>

#include "lang/scope.h"

static bool make_reading(struct scope *s, const struct syntax *t,
                         syntax_t base, syntax_t root, const char *text,
                         struct reading *r)
{
    *r = (struct reading){
        .s = s, .t = t, .base = base, .root = root, .text = text};
    r->typed = ARENA_ARRAY(&s->arena, struct typed, root - r->base + 1);
    return r->typed != NULL;
}

/* In X[k,j] as a whole text, a variable to derive by, names that mean nothing
 * else are places: whole numbers. */
static void find_places(struct reading *r)
{
    const struct syntax_node *root = &r->t->nodes[r->root];
    if (root->kind != SYNTAX_ELEMENT)
        return;
    syntax_t c = r->t->nodes[root->first].next;
    for (; c; c = r->t->nodes[c].next) {
        struct use *u = &r->s->uses[typed_at(r, c)->ref];
        if (r->t->nodes[c].kind == SYNTAX_NAME && !u->entry)
            u->as_size = true;
    }
}

/* The passes over all readings; *failed is the one at fault. */
static bool run_readings(struct scope *s, uint32_t n, struct reading *r,
                         expr_t *results, uint32_t *failed)
{
    uint32_t i;
    for (i = 0; i < n; i++)
        if (*failed = i, !typing_find_names(&r[i]))
            return false;
    for (i = 1; i < n && !s->strict; i++)
        find_places(&r[i]);
    for (i = 0; i < n; i++)
        if (*failed = i, !typing_run(&r[i]))
            return false;
    for (i = 0; i < n; i++)
        if (*failed = i, !typing_check_ranges(&r[i]))
            return false;
    if (*failed = 0, !assume_sizes(s) || !assume_declarations(s))
        return false;
    for (i = 0; i < n; i++)
        if (*failed = i, !build_run(&r[i], &results[i]))
            return false;
    return s->strict || assume_commit(s);
}

bool scope_read(struct scope *s, uint32_t n, const char *const *texts,
                const size_t *lengths, expr_t *results, uint32_t *failed)
{
    struct reading r[LANG_MAX_TEXTS];
    struct arena_mark mark = arena_mark(&s->arena);
    bool ok = n <= LANG_MAX_TEXTS;
    *failed = 0;
    if (!ok)
        fault_set(s->x->mem->fault, FAULT_LIMIT, "more than %d texts at once",
                  LANG_MAX_TEXTS);
    uses_clear(s);
    text_clear(&s->assumed);
    for (uint32_t i = 0; ok && i < n; i++) {
        *failed = i;
        ok = syntax_read(&s->texts[i], START_EXPRESSION, texts[i],
                         lengths[i]) &&
             make_reading(s, &s->texts[i], 1, s->texts[i].root, texts[i],
                          &r[i]);
    }
    ok = ok && run_readings(s, n, r, results, failed);
    arena_release(&s->arena, mark);
    return ok && !fault_is_set(s->x->mem->fault);
}

bool scope_elaborate(struct scope *s, const struct syntax *t, uint32_t n,
                     const syntax_t *roots, expr_t *results)
{
    struct arena_mark mark = arena_mark(&s->arena);
    uint32_t failed;
    uses_clear(s);
    struct reading *r = ARENA_ARRAY(&s->arena, struct reading, n);
    bool ok = r != NULL;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = make_reading(s, t, syntax_leftmost(t, roots[i]), roots[i], NULL,
                          &r[i]);
    ok = ok && run_readings(s, n, r, results, &failed);
    arena_release(&s->arena, mark);
    return ok && !fault_is_set(s->x->mem->fault);
}

bool scope_elaborate_member(struct scope *s, const struct syntax *t,
                            syntax_t root, const struct decl *family,
                            expr_t *result)
{
    struct arena_mark mark = arena_mark(&s->arena);
    struct reading r;
    bool strict = s->strict;
    uint32_t failed, n = family->subscripts;
    symbol_t parameter[FAMILY_MAX_SUBSCRIPTS];
    memcpy(parameter, family->parameter, sizeof parameter);
    uses_clear(s);
    bool ok = make_reading(s, t, syntax_leftmost(t, root), root, NULL, &r);
    for (uint32_t i = 0; ok && i < n; i++) {
        struct use *u = use_of(s, parameter[i]);
        ok = u != NULL;
        if (u)
            u->parameter = u->as_size = true;
    }
    s->strict = true;
    s->free_sizes = !strict;
    ok = ok && run_readings(s, 1, &r, result, &failed);
    s->strict = strict;
    s->free_sizes = false;
    arena_release(&s->arena, mark);
    return ok && !fault_is_set(s->x->mem->fault);
}

bool scope_assumed(const struct scope *s, struct text *out)
{
    text_bytes(out, text_get(&s->assumed), s->assumed.length);
    return !out->failed;
}

/* ---------------------------------------------------------- incomplete */

/* Whether the text ends with one of the signs that something must follow. */
static bool ends_open(const char *text, size_t length)
{
    static const char *const wide[] = {"−", "·", "⋅", "×", "∗", "÷", "∕",
                                       "⊙", "∘", "⊘", "⊗", "⁻"};
    while (length && strchr(" \t\r\n", text[length - 1]))
        length--;
    if (!length)
        return false;
    if (strchr("+-*/\\^,=:([{", text[length - 1]))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        size_t n = strlen(wide[i]);
        if (length >= n && !memcmp(text + length - n, wide[i], n))
            return true;
    }
    return false;
}

bool lang_is_incomplete(struct mem *m, const char *text, size_t length)
{
    (void)m;
    int64_t depth = 0;
    size_t bars = 0, norms = 0, comment = length;
    for (size_t i = 0; i < length && comment == length; i++) {
        if (text[i] == '(' || text[i] == '[' || text[i] == '{')
            depth++;
        else if (text[i] == ')' || text[i] == ']' || text[i] == '}')
            depth--;
        else if (text[i] == '|')
            bars++;
        else if (text[i] == '#' && !memchr(text + i, '\n', length - i))
            comment = i;
        else if (length - i >= 3 && !memcmp(text + i, "‖", 3))
            norms++;
        if (depth < 0)
            return false; /* an error, and more text cannot mend it */
    }
    return depth > 0 || bars % 2 || norms % 2 || ends_open(text, comment);
}
