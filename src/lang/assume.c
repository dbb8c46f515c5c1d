/* assume.c - what undeclared names are taken to be, once all is known. */
#include <stdio.h>
#include <string.h>

#include "lang/scope.h"

/* ------------------------------------------------------- names of sizes */

static bool is_made_up(const struct scope *s, symbol_t name)
{
    return name && intern_name(s->x->names, name)[0] == '?';
}

/* The made-up size that `d` is by now, or 0. */
static symbol_t unnamed(struct scope *s, dim_t d)
{
    symbol_t name = dim_is_symbol(s->x->dims,
                                  unifier_resolve(&s->sizes, d));
    return is_made_up(s, name) ? name : 0;
}

static bool is_taken(struct scope *s, symbol_t name)
{
    if (scope_find(s, name) || op_find(s->x->ops, name))
        return true;
    struct use *u = use_of(s, name);
    return !u || u->as_size || u->entry || u->node || u->assumed ||
           u->bound;
}

/* The next of n, m, p, q, r, s, t, n_1, m_1, ... that nothing is called (for
 * rows m comes before n).  What was taken stays so: *start skips it. */
static symbol_t free_name(struct scope *s, bool rows, uint32_t start[2])
{
    const char *letters = rows ? "mnpqrst" : "nmpqrst";
    char name[24];
    for (uint32_t i = start[rows];; i++) {
        uint32_t round = i / 7;
        snprintf(name, sizeof name, round ? "%c_%u" : "%c", letters[i % 7],
                 round);
        symbol_t symbol = intern_text(s->x->names, name);
        if (!symbol)
            return 0;
        if (!is_taken(s, symbol)) {
            use_of(s, symbol)->as_size = true;
            return symbol;
        }
        if (i == start[rows])
            start[rows]++;
    }
}

static bool name_size(struct scope *s, dim_t d, bool rows,
                      uint32_t start[2])
{
    if (!unnamed(s, d))
        return true;
    symbol_t name = free_name(s, rows, start);
    return name && unifier_equate(&s->sizes, d,
                                  dim_from_symbol(s->x->dims, name));
}

/* Matrices first, so that A*x is A[m,n] and x[n]. */
bool assume_sizes(struct scope *s)
{
    uint32_t count = s->use_count, start[2] = {0, 0};
    for (uint32_t i = 1; i <= count; i++) {
        struct use u = s->uses[i];
        if (!u.assumed || u.kind != SHAPE_MATRIX)
            continue;
        bool square = unifier_resolve(&s->sizes, u.dim[0]) ==
                      unifier_resolve(&s->sizes, u.dim[1]);
        if (!name_size(s, u.dim[0], !square, start) ||
            !name_size(s, u.dim[1], false, start))
            return false;
    }
    for (uint32_t k = 0; k < s->fresh_used; k++)
        if (!name_size(s, dim_from_symbol(s->x->dims, s->fresh[k]), false,
                       start))
            return false;
    return true;
}

/* -------------------------------------------------------- declarations */

static bool final_shape(struct scope *s, struct shape *shape)
{
    for (uint32_t a = 0; a < shape->order; a++)
        if (!(shape->dim[a] = unifier_resolve(&s->sizes, shape->dim[a])))
            return false;
    return true;
}

static bool final_use(struct scope *s, struct use *u)
{
    if (u->assumed) {
        uint32_t order = u->kind == SHAPE_MATRIX ? 2 : u->kind == SHAPE_VECTOR;
        struct decl d = {.name = u->name, .assumed = true,
                         .shape = shape_tensor(order, u->dim)};
        if (!final_shape(s, &d.shape))
            return false;
        u->decl = expr_declare(s->x, &d);
    } else if (u->function) {
        return true;
    } else if (u->entry && s->entries[u->entry].decl) {
        decl_t decl = s->entries[u->entry].decl;
        struct shape shape = expr_decl(s->x, decl)->shape;
        if (!final_shape(s, &shape))
            return false;
        u->decl = scope_with_shape(s, u->entry, &shape);
    } else {
        return true;
    }
    u->node = expr_variable(s->x, u->decl);
    return u->node != 0;
}

bool assume_declarations(struct scope *s)
{
    for (uint32_t i = 1; i <= s->use_count; i++) {
        struct use *u = &s->uses[i];
        if (u->name && !final_use(s, u))
            return false;
    }
    return functions_final(s);
}

/* ----------------------------------------------------- saying and keeping */

static void say_assumed(struct scope *s, const struct use *u)
{
    struct text *out = &s->assumed;
    const struct shape shape = expr_decl(s->x, u->decl)->shape;
    if (out->length)
        text_str(out, ", ");
    text_str(out, intern_name(s->x->names, u->name));
    for (uint32_t a = 0; a < shape.order; a++) {
        text_char(out, a ? ',' : '[');
        dim_print(s->x->dims, shape.dim[a], out);
    }
    if (shape.order)
        text_char(out, ']');
}

/* What is an integer because it is an exponent. */
static void say_exponents(struct scope *s)
{
    for (uint32_t i = 1; i <= s->use_count; i++)
        if (s->uses[i].exponent)
            text_format(&s->assumed, "%ssize %s",
                        s->assumed.length ? ", " : "",
                        intern_name(s->x->names, s->uses[i].name));
}

static void say_equations(struct scope *s)
{
    for (uint32_t i = 1; i <= s->sizes.count; i++) {
        const struct dim_binding b = s->sizes.bindings[i];
        if (!b.assumed || is_made_up(s, b.symbol))
            continue;
        if (s->assumed.length)
            text_str(&s->assumed, ", ");
        text_format(&s->assumed, "%s = ",
                    intern_name(s->x->names, b.symbol));
        dim_print(s->x->dims, unifier_resolve(&s->sizes, b.value),
                  &s->assumed);
    }
}

/* i = 1..m */
static void say_ranges(struct scope *s)
{
    struct dims *t = s->x->dims;
    for (uint32_t i = 0; i < s->range_count; i++) {
        const struct assumed_range r = s->ranges[i];
        dim_t size = unifier_resolve(&s->sizes, r.size);
        if (s->assumed.length)
            text_str(&s->assumed, ", ");
        text_format(&s->assumed, "%s = ", intern_name(s->x->names, r.name));
        dim_print(t, r.low, &s->assumed);
        text_str(&s->assumed, "..");
        dim_print(t, dim_sub(t, dim_add(t, r.low, size), DIM_ONE),
                  &s->assumed);
    }
}

/* All texts are accepted: the assumptions are said, and become the
 * scope's. */
bool assume_commit(struct scope *s)
{
    text_clear(&s->assumed);
    for (uint32_t i = 1; i <= s->use_count; i++)
        if (s->uses[i].assumed)
            say_assumed(s, &s->uses[i]);
    say_exponents(s);
    functions_say(s);
    say_equations(s);
    say_ranges(s);
    if (s->assumed.failed)
        return false;
    bool any = false;
    for (uint32_t i = 1; i <= s->use_count; i++) {
        struct use *u = &s->uses[i];
        if (!u->assumed)
            continue;
        uint32_t e = scope_entry_for(s, u->name);
        if (!e)
            return false;
        s->entries[e].decl = u->decl;
        any = true;
    }
    return !any || scope_refresh(s);
}
