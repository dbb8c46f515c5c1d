#include "shape/shape.h"

#include <string.h>

struct shape shape_scalar(void)
{
    return (struct shape){.kind = SHAPE_SCALAR};
}

struct shape shape_vector(dim_t n)
{
    return (struct shape){SHAPE_VECTOR, 1, {n}};
}

struct shape shape_row(dim_t n)
{
    return (struct shape){SHAPE_ROW, 1, {n}};
}

struct shape shape_matrix(dim_t m, dim_t n)
{
    return (struct shape){SHAPE_MATRIX, 2, {m, n}};
}

struct shape shape_tensor(uint32_t order, const dim_t *dim)
{
    struct shape s = {.order = (uint8_t)order};
    s.kind = order == 0   ? SHAPE_SCALAR
             : order == 1 ? SHAPE_VECTOR
             : order == 2 ? SHAPE_MATRIX
                          : SHAPE_TENSOR;
    for (uint32_t i = 0; i < order && i < SHAPE_MAX_ORDER; i++)
        s.dim[i] = dim[i];
    return s;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    return a->kind == b->kind && a->order == b->order &&
           !memcmp(a->dim, b->dim, a->order * sizeof *a->dim);
}

dim_t shape_rows(const struct shape *s)
{
    return s->kind == SHAPE_SCALAR || s->kind == SHAPE_ROW ? DIM_ONE
                                                           : s->dim[0];
}

dim_t shape_cols(const struct shape *s)
{
    if (s->kind == SHAPE_ROW)
        return s->dim[0];
    return s->order >= 2 ? s->dim[1] : DIM_ONE;
}

struct shape shape_transposed(const struct shape *s)
{
    switch ((enum shape_kind)s->kind) {
    case SHAPE_VECTOR:
        return shape_row(s->dim[0]);
    case SHAPE_ROW:
        return shape_vector(s->dim[0]);
    case SHAPE_MATRIX:
        return shape_matrix(s->dim[1], s->dim[0]);
    default:
        return *s;
    }
}

const char *shape_kind_name(enum shape_kind kind)
{
    static const char *const names[] = {"scalar", "vector", "row", "matrix",
                                        "tensor"};
    return names[kind];
}

void shape_print(const struct dims *t, const struct shape *s,
                 struct text *out)
{
    if (s->kind == SHAPE_ROW)
        text_str(out, "1x");
    for (uint32_t i = 0; i < s->order; i++) {
        if (i)
            text_char(out, 'x');
        bool sum = s->order > 1 && dim_term_count(t, s->dim[i]) > 1 &&
                   dim_denominator(t, s->dim[i]) == 1;
        if (sum)
            text_char(out, '(');
        dim_print(t, s->dim[i], out);
        if (sum)
            text_char(out, ')');
    }
    if (s->order)
        text_char(out, s->kind == SHAPE_VECTOR ? '-' : ' ');
    text_str(out, shape_kind_name(s->kind));
}

void unifier_init(struct unifier *u, struct dims *t,
                  bool (*is_free)(void *, symbol_t), void *data)
{
    *u = (struct unifier){.dims = t, .is_free = is_free, .data = data};
}

void unifier_free(struct unifier *u)
{
    MEM_FREE_ARRAY(u->dims->mem, u->bindings, u->capacity);
    hash_index_free(&u->index, u->dims->mem);
    u->count = 0;
}

void unifier_clear(struct unifier *u)
{
    if (u->index.capacity > 1024)
        hash_index_free(&u->index, u->dims->mem);
    else if (u->index.count)
        memset(u->index.slots, 0, u->index.capacity * sizeof(uint32_t));
    u->index.count = u->count = 0;
}

static uint64_t binding_hash(const void *owner, uint32_t id)
{
    return hash_word(((const struct unifier *)owner)->bindings[id].symbol);
}

static struct dim_binding *unifier_find(const struct unifier *u, symbol_t s)
{
    if (!u->count)
        return NULL;
    uint32_t slot = hash_slot(&u->index, hash_word(s));
    for (; u->index.slots[slot]; slot = hash_next(&u->index, slot))
        if (u->bindings[u->index.slots[slot]].symbol == s)
            return &u->bindings[u->index.slots[slot]];
    return NULL;
}

/* What a symbol stands for, through chains of symbols, which are shortened
 * on the way; 0 if it is not bound. */
static dim_t unifier_lookup(void *data, symbol_t s)
{
    struct unifier *u = data;
    struct dim_binding *b = unifier_find(u, s), *end = b;
    if (!b)
        return 0;
    for (;;) {
        symbol_t next = dim_is_symbol(u->dims, end->value);
        struct dim_binding *after = next ? unifier_find(u, next) : NULL;
        if (!after)
            break;
        end = after;
    }
    dim_t value = end->value;
    while (b != end) {
        symbol_t next = dim_is_symbol(u->dims, b->value);
        b->value = value;
        b = unifier_find(u, next);
    }
    return value;
}

dim_t unifier_resolve(struct unifier *u, dim_t d)
{
    while (u->count && d) {
        dim_t next = dim_substitute(u->dims, d, unifier_lookup, u);
        if (next == d)
            break;
        d = next;
    }
    return d;
}

static bool unifier_bind(struct unifier *u, symbol_t s, dim_t value,
                         bool assumed)
{
    struct dims *t = u->dims;
    int64_t n;
    if (!value || dim_applied(t, s) || dim_mentions(t, value, s) ||
        (dim_is_int(t, value, &n) && n < 1) ||
        !hash_index_room(&u->index, t->mem, binding_hash, u) ||
        !MEM_RESERVE(t->mem, u->bindings, u->capacity, (size_t)u->count + 2))
        return false;
    uint32_t slot = hash_slot(&u->index, hash_word(s));
    while (u->index.slots[slot])
        slot = hash_next(&u->index, slot);
    u->bindings[++u->count] = (struct dim_binding){s, value, assumed};
    u->index.slots[slot] = u->count;
    u->index.count++;
    return true;
}

/* n+1 = m*k with a free n: n is m*k-1.  The first such symbol is bound. */
static bool unifier_solve(struct unifier *u, dim_t a, dim_t b)
{
    struct dims *t = u->dims;
    dim_t zero = dim_numerator(t, dim_sub(t, a, b));
    if (!zero)
        return false;
    for (uint32_t i = 0; i < dim_term_count(t, zero); i++) {
        struct dim_term term = dim_term_at(t, zero, i);
        int64_t c = term.coefficient;
        if (term.nsymbols != 1 || (c != 1 && c != -1) ||
            !u->is_free(u->data, term.symbols[0]))
            continue;
        symbol_t s = term.symbols[0];
        dim_t self = dim_from_symbol(t, s);
        dim_t value = c < 0 ? dim_add(t, zero, self)
                            : dim_sub(t, self, zero);
        if (unifier_bind(u, s, value, false))
            return true;
    }
    return false;
}

bool unifier_equate(struct unifier *u, dim_t a, dim_t b)
{
    a = unifier_resolve(u, a);
    b = unifier_resolve(u, b);
    if (!a || !b)
        return false;
    if (a == b)
        return true;
    symbol_t sa = dim_is_symbol(u->dims, a), sb = dim_is_symbol(u->dims, b);
    if (sa && u->is_free(u->data, sa) && unifier_bind(u, sa, b, false))
        return true;
    if (sb && u->is_free(u->data, sb) && unifier_bind(u, sb, a, false))
        return true;
    if (unifier_solve(u, a, b))
        return true;
    if (sa && !sb)
        return unifier_bind(u, sa, b, true);
    if (sb && !sa)
        return unifier_bind(u, sb, a, true);
    return false;
}
