#include "lang/scope.h"

#include <string.h>

struct scope *scope_new(struct exprs *x)
{
    struct scope *s = mem_alloc(x->mem, sizeof *s);
    if (!s)
        return NULL;
    s->x = x;
    arena_init(&s->arena, x->mem);
    text_init(&s->assumed, x->mem);
    for (int i = 0; i < LANG_MAX_TEXTS; i++)
        syntax_init(&s->texts[i], x);
    return s;
}

struct scope *scope_new_strict(struct exprs *x)
{
    struct scope *s = scope_new(x);
    if (s)
        s->strict = true;
    return s;
}

void scope_free(struct scope *s)
{
    if (!s)
        return;
    struct mem *m = s->x->mem;
    for (int i = 0; i < LANG_MAX_TEXTS; i++)
        syntax_free(&s->texts[i]);
    arena_free(&s->arena);
    text_free(&s->assumed);
    MEM_FREE_ARRAY(m, s->entries, s->capacity);
    hash_index_free(&s->index, m);
    MEM_FREE_ARRAY(m, s->uses, s->use_capacity);
    hash_index_free(&s->use_index, m);
    MEM_FREE_ARRAY(m, s->fresh, s->fresh_capacity);
    MEM_FREE_ARRAY(m, s->tensor_dims, s->tensor_capacity);
    MEM_FREE_ARRAY(m, s->functions, s->function_capacity);
    MEM_FREE_ARRAY(m, s->ranges, s->range_capacity);
    if (s->sizes.dims)
        unifier_free(&s->sizes);
    mem_free(m, s, sizeof *s);
}

void scope_clear(struct scope *s)
{
    s->count = s->index.count = 0;
    if (s->index.capacity)
        memset(s->index.slots, 0, s->index.capacity * sizeof(uint32_t));
    text_clear(&s->assumed);
}

void scope_restart(struct scope *s)
{
    scope_clear(s);
    s->fresh_count = 0;
}

/* --------------------------------------------------------------- names */

static uint64_t entry_hash(const void *owner, uint32_t id)
{
    return hash_word(((const struct scope *)owner)->entries[id].name);
}

uint32_t scope_find(const struct scope *s, symbol_t name)
{
    if (!s->index.capacity || !name)
        return 0;
    uint32_t slot = hash_slot(&s->index, hash_word(name));
    for (; s->index.slots[slot]; slot = hash_next(&s->index, slot))
        if (s->entries[s->index.slots[slot]].name == name)
            return s->index.slots[slot];
    return 0;
}

static void index_entry(struct scope *s, uint32_t id)
{
    uint32_t slot = hash_slot(&s->index, entry_hash(s, id));
    while (s->index.slots[slot])
        slot = hash_next(&s->index, slot);
    s->index.slots[slot] = id;
    s->index.count++;
}

uint32_t scope_entry_for(struct scope *s, symbol_t name)
{
    uint32_t found = scope_find(s, name);
    if (found || !name)
        return found;
    if (!hash_index_room(&s->index, s->x->mem, entry_hash, s) ||
        !MEM_RESERVE(s->x->mem, s->entries, s->capacity,
                     (size_t)s->count + 2))
        return 0;
    s->entries[++s->count] = (struct scope_entry){.name = name};
    index_entry(s, s->count);
    return s->count;
}

/* Whose sizes are noted: a family's parameters are none. */
struct noting {
    struct scope *s;
    decl_t decl;
};

/* Makes an entry for a size; true to stop, after a fault. */
static bool note_size(void *data, symbol_t name)
{
    const struct noting *n = data;
    struct scope *s = n->s;
    const struct decl *d = expr_decl(s->x, n->decl);
    const struct dim_applied *applied = dim_applied(s->x->dims, name);
    for (uint32_t i = 0; i < d->subscripts; i++)
        if (d->parameter[i] == name)
            return false;
    uint32_t e = scope_entry_for(s, applied ? applied->base : name);
    if (!e)
        return true;
    s->entries[e].is_size = s->entries[e].in_shape = true;
    s->entries[e].is_applied = applied != NULL;
    return false;
}

static bool note_shape(struct noting *n, const struct shape *shape)
{
    bool stop = false;
    for (uint32_t a = 0; a < shape->order && !stop; a++)
        stop = dim_any_symbol(n->s->x->dims, shape->dim[a], note_size, n);
    return !stop;
}

/* Makes entries for the sizes of a declaration. */
static bool note_sizes(struct scope *s, decl_t decl)
{
    struct noting n = {s, decl};
    const struct decl d = *expr_decl(s->x, decl);
    bool stop = !note_shape(&n, &d.shape);
    for (uint32_t i = 0; i < d.subscripts && !stop; i++)
        stop = (d.low[i] &&
                dim_any_symbol(s->x->dims, d.low[i], note_size, &n)) ||
               (d.high[i] &&
                dim_any_symbol(s->x->dims, d.high[i], note_size, &n));
    return !stop;
}

static bool note_argument_sizes(struct scope *s, decl_t d)
{
    if (expr_decl(s->x, d)->role != DECL_FUNCTION)
        return true;
    struct noting n = {s, d};
    const struct function f = *function_of(s->x, d);
    for (uint32_t k = 0; k < f.nargs; k++)
        if ((f.known >> k & 1) && !note_shape(&n, &f.shape[k]))
            return false;
    return true;
}

bool scope_refresh(struct scope *s)
{
    uint32_t kept = 0;
    for (uint32_t i = 1; i <= s->count; i++) {
        s->entries[i].is_size = s->entries[i].keeps_size;
        s->entries[i].is_applied = s->entries[i].in_shape = false;
    }
    for (uint32_t i = 1; i <= s->count; i++) {
        decl_t d = s->entries[i].decl;
        if (d && (!note_sizes(s, d) || !note_argument_sizes(s, d)))
            return false;
    }
    if (s->index.capacity)
        memset(s->index.slots, 0, s->index.capacity * sizeof(uint32_t));
    s->index.count = 0;
    for (uint32_t i = 1; i <= s->count; i++) {
        struct scope_entry *e = &s->entries[i];
        if (!e->decl && !e->meaning && !e->is_size)
            continue;
        s->entries[++kept] = *e;
        index_entry(s, kept);
    }
    s->count = kept;
    return true;
}

bool scope_assign(struct scope *s, const char *name, size_t length, expr_t e)
{
    symbol_t symbol = e ? intern_bytes(s->x->names, name, length) : 0;
    if (!symbol)
        return false;
    uint32_t found = scope_find(s, symbol);
    if (found && s->entries[found].is_size) {
        fault_set(s->x->mem->fault, FAULT_NAME,
                  "'%.60s' is a size and cannot be a variable too",
                  intern_name(s->x->names, symbol));
        fault_hint(s->x->mem->fault, "choose another name");
        return false;
    }
    found = scope_entry_for(s, symbol);
    if (!found)
        return false;
    s->entries[found].meaning = e;
    s->entries[found].decl = s->entries[found].variant = 0;
    return scope_refresh(s);
}

bool scope_knows(const struct scope *s, const char *name, size_t length)
{
    symbol_t n = intern_find(s->x->names, name, length);
    return n && scope_find(s, n);
}

bool scope_forget(struct scope *s, const char *name, size_t length)
{
    uint32_t e = scope_find(s, intern_find(s->x->names, name, length));
    if (!e)
        return fault_set(s->x->mem->fault, FAULT_NAME,
                         "there is no name '%.*s'",
                         length < 60 ? (int)length : 60, name);
    if (!s->entries[e].decl && !s->entries[e].meaning)
        return fault_set(s->x->mem->fault, FAULT_NAME,
                         "'%.*s' is a size of other names",
                         length < 60 ? (int)length : 60, name);
    s->entries[e].decl = s->entries[e].meaning = s->entries[e].variant = 0;
    return scope_refresh(s);
}

bool scope_name_at(const struct scope *s, uint32_t i, struct scope_name *out)
{
    if (i >= s->count)
        return false;
    const struct scope_entry *e = &s->entries[i + 1];
    *out = (struct scope_name){.name = e->name, .decl = e->decl,
                               .meaning = e->meaning, .is_size = e->is_size};
    return true;
}

/* The entry's declaration with this shape: itself, or a variant of it that
 * later readings find again. */
decl_t scope_with_shape(struct scope *s, uint32_t entry,
                        const struct shape *shape)
{
    struct scope_entry *e = &s->entries[entry];
    struct decl d = *expr_decl(s->x, e->decl);
    if (shape_equal(&d.shape, shape))
        return e->decl;
    if (e->variant && e->variant <= s->x->decl_count) {
        const struct decl *v = expr_decl(s->x, e->variant);
        if (v->name == d.name && v->role == d.role &&
            v->properties == d.properties && shape_equal(&v->shape, shape))
            return e->variant;
    }
    d.shape = *shape;
    e->variant = expr_declare(s->x, &d);
    return e->variant;
}

static bool is_function_like(const struct exprs *x, decl_t d,
                             const struct shape *shape,
                             const struct function *f)
{
    return shape_equal(&expr_decl(x, d)->shape, shape) &&
           function_same(function_of(x, d), f);
}

decl_t scope_with_function(struct scope *s, uint32_t entry,
                           const struct shape *shape,
                           const struct function *f)
{
    struct scope_entry *e = &s->entries[entry];
    struct decl d = *expr_decl(s->x, e->decl);
    if (is_function_like(s->x, e->decl, shape, f))
        return e->decl;
    if (e->variant && e->variant <= s->x->decl_count) {
        const struct decl *v = expr_decl(s->x, e->variant);
        if (v->name == d.name && v->role == DECL_FUNCTION &&
            v->function <= s->x->function_count &&
            is_function_like(s->x, e->variant, shape, f))
            return e->variant;
    }
    d.shape = *shape;
    d.function = function_new(s->x, f);
    e->variant = d.function ? expr_declare(s->x, &d) : 0;
    return e->variant;
}

/* ---------------------------------------------------------- parameters */

bool scope_parameter(struct scope *s, const struct syntax *t, syntax_t n,
                     struct scope_parameter *out)
{
    const struct syntax_node *node = syntax_get(t, n);
    uint32_t e = node->kind == SYNTAX_NAME ? scope_find(s, node->payload) : 0;
    if (!e)
        return fault_at(s->x->mem->fault, FAULT_NAME, node->where,
                        "a declared name is expected here");
    *out = (struct scope_parameter){.decl = s->entries[e].decl,
                                    .name = node->payload};
    out->is_size = !out->decl;
    out->node = out->decl
                    ? expr_variable(s->x, out->decl)
                    : expr_size_argument(
                          s->x, dim_from_symbol(s->x->dims, out->name));
    return out->node != 0;
}

expr_t scope_differential(struct scope *s, decl_t parameter)
{
    struct decl d = *expr_decl(s->x, parameter);
    uint32_t e = scope_find(s, d.name);
    if (!e || s->entries[e].decl != parameter)
        return 0;
    if (!s->entries[e].differential) {
        d.role = DECL_DIFFERENTIAL;
        d.of = parameter;
        d.properties = 0;
        s->entries[e].differential = expr_declare(s->x, &d);
    }
    return expr_variable(s->x, s->entries[e].differential);
}

expr_t scope_differential_made(const struct scope *s, decl_t parameter)
{
    uint32_t e = scope_find(s, expr_decl(s->x, parameter)->name);
    if (!e || s->entries[e].decl != parameter || !s->entries[e].differential)
        return 0;
    return expr_variable(s->x, s->entries[e].differential);
}
