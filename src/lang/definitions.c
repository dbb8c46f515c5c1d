/* definitions.c - values in declarations, "a{0} = x, a{l} = W{l}*a{l-1} for
 * l = 1..L": which of them tell one family together, and telling it. */
#include "lang/declare.h"

/* The definition of a declaration, or 0. */
static syntax_t definition_of(const struct syntax *t, syntax_t n)
{
    syntax_t last = syntax_child(t, n, t->nodes[n].count - 1);
    return t->nodes[n].count && t->nodes[last].kind == SYNTAX_DEFINITION
               ? last
               : 0;
}

/* s{l-1} = ... for l = L..2 */
static bool has_range(const struct syntax *t, syntax_t n)
{
    syntax_t definition = definition_of(t, n);
    return definition && t->nodes[definition].count > 1;
}

/* a{l} = ... or a{l=1..L} = ..., rather than a{0} = ... */
static bool defines_all(const struct syntax *t, syntax_t n)
{
    if (!definition_of(t, n) || has_range(t, n))
        return false;
    const struct syntax_node *at =
        &t->nodes[t->nodes[t->nodes[n].first].first];
    return at->kind == SYNTAX_NAME || at->kind == SYNTAX_RANGE;
}

bool definition_is_equation(const struct declaring *d, syntax_t n)
{
    bool all = defines_all(d->t, n);
    if (!definition_of(d->t, n))
        return false;
    for (syntax_t k = d->list; k; k = d->t->nodes[k].next)
        if (d->t->nodes[k].payload == d->t->nodes[n].payload &&
            (has_range(d->t, k) || (!all && defines_all(d->t, k))))
            return true;
    return false;
}

/* The declaration that tells what a name is; equations only add to it. */
static syntax_t first_of(const struct declaring *d, symbol_t name)
{
    syntax_t first = 0;
    for (syntax_t n = d->list; n; n = d->t->nodes[n].next) {
        if (d->t->nodes[n].payload != name)
            continue;
        if (!definition_is_equation(d, n))
            return n;
        first = first ? first : n;
    }
    return first;
}

bool definition_is_further(const struct declaring *d, syntax_t n)
{
    return definition_is_equation(d, n) &&
           first_of(d, d->t->nodes[n].payload) != n;
}

/* The sizes in s{L} = ... or s{l-1} = ... for l = L..2. */
static struct equation equation_at(const struct declaring *d, syntax_t n)
{
    const struct syntax *t = d->t;
    struct equation e = {.definition = definition_of(t, n)};
    e.place = size_at(d, t->nodes[t->nodes[n].first].first);
    if (has_range(t, n)) {
        syntax_t range = syntax_child(t, e.definition, 1);
        syntax_t from = t->nodes[range].first;
        e.parameter = t->nodes[range].payload;
        e.from = size_at(d, from);
        e.to = size_at(d, t->nodes[from].next);
    }
    return e;
}

struct equation definition_range(const struct declaring *d, syntax_t n)
{
    symbol_t name = d->t->nodes[n].payload;
    while (d->t->nodes[n].payload != name || !has_range(d->t, n))
        n = d->t->nodes[n].next;
    return equation_at(d, n);
}

/* The sizes that the member of an equation is declared with, as those of all
 * members. */
static bool equation_shape(struct declaring *d, syntax_t n, decl_t family)
{
    const struct syntax_node *node = &d->t->nodes[n];
    const struct equation e = equation_at(d, n);
    struct exprs *x = d->s->x;
    struct shape member, shape;
    syntax_t rest;
    if (node->count < 3)
        return true;
    if (!declared_shape(d, node, d->t->nodes[node->first].next, &member,
                        &rest) ||
        !equations_shape(x, &member, &e, x->decls[family].parameter[0],
                         &shape))
        return false;
    x->decls[family].shape = shape;
    return true;
}

/* All equations of the family that n begins. */
static bool define_by_equations(struct declaring *d, syntax_t first,
                                decl_t family)
{
    const struct syntax *t = d->t;
    struct equation e[FAMILY_MAX_PIECES];
    uint32_t count = 0;
    syntax_t declared = first_of(d, t->nodes[first].payload);
    bool sized = !definition_is_equation(d, declared);
    for (syntax_t n = first; n; n = t->nodes[n].next) {
        if (t->nodes[n].payload != t->nodes[first].payload ||
            !definition_is_equation(d, n))
            continue;
        if (count == FAMILY_MAX_PIECES)
            return fault_at(fault_of(d), FAULT_LIMIT, t->nodes[n].where,
                            "more than %d equations for one family",
                            FAMILY_MAX_PIECES);
        e[count++] = equation_at(d, n);
        sized = sized || t->nodes[n].count > 2;
    }
    if (expr_decl(d->s->x, family)->subscripts == 1)
        return equations_define(d->s, t, count, e, family, sized);
    fault_at(fault_of(d), FAULT_NAME, t->nodes[first].where,
             "'%.60s' is declared twice",
             intern_name(d->s->x->names, t->nodes[first].payload));
    fault_second(fault_of(d), t->nodes[declared].where,
                 "the first declaration is here");
    return false;
}

/* Whether n is the value of all members of its name, or the first equation. */
static bool begins_definition(const struct declaring *d, syntax_t n)
{
    syntax_t first = d->list;
    bool equation = definition_is_equation(d, n);
    if (!definition_of(d->t, n) || !equation)
        return definition_of(d->t, n) != 0;
    while (d->t->nodes[first].payload != d->t->nodes[n].payload ||
           !definition_is_equation(d, first))
        first = d->t->nodes[first].next;
    return first == n;
}

bool definitions_make(struct declaring *d, syntax_t list)
{
    struct scope *s = d->s;
    uint32_t count = 0, k = 0;
    for (syntax_t n = list; n; n = d->t->nodes[n].next)
        count += definition_of(d->t, n) != 0;
    if (!count)
        return true;
    struct defined *all = ARENA_ARRAY(&s->arena, struct defined, count);
    for (syntax_t n = list; all && n; n = d->t->nodes[n].next) {
        decl_t f = s->entries[scope_find(s, d->t->nodes[n].payload)].decl;
        bool equation = definition_is_equation(d, n);
        if (equation && !equation_shape(d, n, f))
            return false;
        if (begins_definition(d, n) &&
            !(equation &&
              defines_all(d->t, first_of(d, d->t->nodes[n].payload))))
            all[k++] = (struct defined){f, definition_of(d->t, n),
                                        d->t->nodes[n].count > 2};
    }
    for (uint32_t round = 0; all && round < 3; round++) {
        /* the members of recursions may be spoken of in equations */
        if (round == 2 && !equations_find_recursions(s, d->t, k, all))
            return false;
        for (syntax_t n = list; n; n = d->t->nodes[n].next) {
            decl_t f = s->entries[scope_find(s, d->t->nodes[n].payload)].decl;
            bool sized = d->t->nodes[n].count > 2;
            bool equation = definition_is_equation(d, n);
            if (!begins_definition(d, n) ||
                round != (equation ? 2 : sized))
                continue;
            if (equation ? !define_by_equations(d, n, f)
                         : !families_define(s, d->t, n, f, sized))
                return false;
        }
    }
    return all && equations_find_recursions(s, d->t, k, all) &&
           scope_refresh(s);
}
