/* uses.c - the names of the texts being read, the sizes made up for them,
 * and which functions are called: all that is found out before shapes. */
#include <stdio.h>
#include <string.h>

#include "lang/scope.h"

static uint64_t use_hash(const void *owner, uint32_t id)
{
    return hash_word(((const struct scope *)owner)->uses[id].name);
}

static bool size_is_made_up(void *data, symbol_t name)
{
    const struct scope *s = data;
    return intern_name(s->x->names, name)[0] == '?';
}

void uses_clear(struct scope *s)
{
    if (s->use_index.capacity > 1024)
        hash_index_free(&s->use_index, s->x->mem);
    else if (s->use_index.count)
        memset(s->use_index.slots, 0,
               s->use_index.capacity * sizeof(uint32_t));
    s->use_index.count = s->use_count = 0;
    s->fresh_used = s->tensor_used = s->function_count = s->range_count = 0;
    if (!s->sizes.dims)
        unifier_init(&s->sizes, s->x->dims, size_is_made_up, s);
    unifier_clear(&s->sizes);
}

struct use *use_of(struct scope *s, symbol_t name)
{
    if (!hash_index_room(&s->use_index, s->x->mem, use_hash, s) ||
        !MEM_RESERVE(s->x->mem, s->uses, s->use_capacity,
                     (size_t)s->use_count + 2))
        return NULL;
    uint32_t slot = hash_slot(&s->use_index, hash_word(name));
    for (; s->use_index.slots[slot]; slot = hash_next(&s->use_index, slot))
        if (s->uses[s->use_index.slots[slot]].name == name)
            return &s->uses[s->use_index.slots[slot]];
    s->use_index.slots[slot] = ++s->use_count;
    s->use_index.count++;
    s->uses[s->use_count] =
        (struct use){.name = name, .entry = scope_find(s, name)};
    return &s->uses[s->use_count];
}

dim_t scope_fresh(struct scope *s)
{
    if (s->fresh_used == s->fresh_count) {
        char name[24];
        snprintf(name, sizeof name, "?%u", s->fresh_count + 1);
        symbol_t symbol = intern_text(s->x->names, name);
        if (!symbol ||
            !MEM_RESERVE(s->x->mem, s->fresh, s->fresh_capacity,
                         (size_t)s->fresh_count + 1))
            return 0;
        s->fresh[s->fresh_count++] = symbol;
    }
    return dim_from_symbol(s->x->dims, s->fresh[s->fresh_used++]);
}

bool typing_unify(struct scope *s, dim_t a, dim_t b)
{
    uint32_t before = s->sizes.count;
    if (!unifier_equate(&s->sizes, a, b))
        return false;
    return !s->strict || s->sizes.count == before ||
           !s->sizes.bindings[s->sizes.count].assumed;
}

/* ---------------------------------------------- names in a text */

/* Other spellings that people know. */
static const char *const aliases[][2] = {
    {"comm", "commutation"}, {"arcsin", "asin"}, {"arccos", "acos"},
    {"arctan", "atan"},      {"adjugate", "adj"}, {"ln", "log"},
    {"trace", "tr"},         {"norm", "norm2"}};

static op_t find_function(struct exprs *x, symbol_t name)
{
    op_t op = op_find(x->ops, name);
    if (op)
        return op >= OP_FIRST_NAMED ? op : 0;
    const char *text = intern_name(x->names, name);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i][0], text))
            return op_find(x->ops, intern_find(x->names, aliases[i][1],
                                               strlen(aliases[i][1])));
    return 0;
}

bool uses_function(const struct scope *s, symbol_t name)
{
    return find_function(s->x, name) != 0;
}

static bool takes_sizes(const struct ops *t, op_t op)
{
    uint16_t id = op ? t->rows[op].first : 0;
    return id && overload_get(t, id)->size_args;
}

static void want_sizes(struct reading *r, syntax_t n)
{
    syntax_t c = r->t->nodes[n].first;
    for (; c; c = r->t->nodes[c].next)
        typed_at(r, c)->flags |= TYPED_SIZE;
}

/* x[i+1]: a size, and x[i] perhaps all of an axis. */
static void mark_subscripts(struct reading *r, syntax_t n)
{
    syntax_t c = r->t->nodes[r->t->nodes[n].first].next;
    for (; c; c = r->t->nodes[c].next) {
        uint8_t kind = r->t->nodes[c].kind;
        typed_at(r, c)->flags |= TYPED_SUBSCRIPT;
        if (kind == SYNTAX_SIGN || kind == SYNTAX_MEMBER)
            typed_at(r, c)->flags |= TYPED_SIZE;
        if (kind == SYNTAX_SPAN)
            want_sizes(r, c);
    }
}

static void mark_binders(struct reading *r, syntax_t n)
{
    bool product = r->t->nodes[n].kind == SYNTAX_PRODUCT;
    syntax_t c = r->t->nodes[n].first;
    for (; r->t->nodes[c].next; c = r->t->nodes[c].next)
        typed_at(r, c)->flags |= product ? TYPED_PARAMETER : TYPED_ENTRY;
}

/* The exponent, and the operands that it is a sum or product of. */
static void mark_exponents(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    bool inner = typed_at(r, n)->flags & TYPED_EXPONENT &&
                 (node->op == OP_ADD || node->op == OP_NEG ||
                  node->op == OP_MUL);
    syntax_t c = node->op == OP_POW ? r->t->nodes[node->first].next
                 : inner            ? node->first
                                    : 0;
    for (; c; c = r->t->nodes[c].next)
        typed_at(r, c)->flags |= TYPED_EXPONENT;
}

/* Finds the functions and marks what stands for a size: parents first. */
static void mark_sizes(struct reading *r)
{
    for (syntax_t n = r->root; n >= r->base; n--) {
        const struct syntax_node *node = &r->t->nodes[n];
        struct typed *y = typed_at(r, n);
        if (node->kind == SYNTAX_CALL) {
            y->op = find_function(r->s->x, node->payload);
            if (takes_sizes(r->s->x->ops, y->op))
                want_sizes(r, n);
        } else if (node->kind == SYNTAX_SIGN) {
            y->op = node->op;
            mark_exponents(r, n);
        }
        if ((y->flags & TYPED_SIZE) || node->kind == SYNTAX_BINDER ||
            node->kind == SYNTAX_MEMBER)
            want_sizes(r, n);
        if (node->kind == SYNTAX_ELEMENT)
            mark_subscripts(r, n);
        if (node->kind == SYNTAX_TENSOR || node->kind == SYNTAX_PRODUCT)
            mark_binders(r, n);
    }
}

bool typing_find_names(struct reading *r)
{
    mark_sizes(r);
    for (syntax_t n = r->base; n <= r->root; n++) {
        const struct syntax_node *node = &r->t->nodes[n];
        if (node->kind != SYNTAX_NAME && node->kind != SYNTAX_BINDER &&
            node->kind != SYNTAX_MEMBER)
            continue;
        struct use *u = use_of(r->s, node->payload);
        if (!u)
            return false;
        struct typed *y = typed_at(r, n);
        y->ref = (uint32_t)(u - r->s->uses);
        if (node->kind != SYNTAX_BINDER && y->flags & TYPED_SIZE)
            u->as_size = true;
    }
    return functions_find(r);
}
