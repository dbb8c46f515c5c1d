#include "expr/op.h"

#include <string.h>

static const char *const grammar_ops[OP_FIRST_NAMED] = {
    "", "number", "variable", "size", "index", "whole axis", "sum over",
    "tensor", "element", "part of an axis", "apply", "sum in range",
    "product in range", "add", "neg", "mul", "div", "ldiv", "had", "hdiv",
    "pow", "hpow", "transpose"};

static op_t op_new(struct ops *t, symbol_t name)
{
    uint32_t known = t->by_symbol_capacity;
    if (!name ||
        !MEM_RESERVE(t->mem, t->rows, t->capacity, (size_t)t->count + 1) ||
        (name >= known && !MEM_RESERVE(t->mem, t->by_symbol,
                                       t->by_symbol_capacity,
                                       (size_t)name + 1)))
        return 0;
    if (t->count >= UINT16_MAX) {
        fault_set(t->mem->fault, FAULT_LIMIT, "too many operators");
        return 0;
    }
    op_t op = (op_t)t->count++;
    t->rows[op] = (struct op){.name = name};
    t->by_symbol[name] = op;
    return op;
}

bool ops_init(struct ops *t, struct mem *m, struct intern *names)
{
    *t = (struct ops){.mem = m, .names = names};
    if (!MEM_RESERVE(m, t->rows, t->capacity, OP_FIRST_NAMED))
        return false;
    t->rows[0] = (struct op){0};
    t->count = 1;
    for (op_t op = 1; op < OP_FIRST_NAMED; op++)
        if (op_new(t, intern_text(names, grammar_ops[op])) != op)
            return false;
    return MEM_RESERVE(m, t->overloads, t->overload_capacity, 1) &&
           (t->overload_count = 0, true);
}

void ops_free(struct ops *t)
{
    MEM_FREE_ARRAY(t->mem, t->rows, t->capacity);
    MEM_FREE_ARRAY(t->mem, t->by_symbol, t->by_symbol_capacity);
    MEM_FREE_ARRAY(t->mem, t->overloads, t->overload_capacity);
}

bool ops_image(struct ops *t, struct image *im)
{
    return image_number(im, &t->count) &&
           image_number(im, &t->overload_count) &&
           IMAGE_ARRAY(im, t->rows, t->capacity, t->count) &&
           IMAGE_WHOLE(im, t->by_symbol, t->by_symbol_capacity) &&
           IMAGE_ARRAY(im, t->overloads, t->overload_capacity,
                       (size_t)t->overload_count + 1);
}

op_t op_find(const struct ops *t, symbol_t name)
{
    return name && name < t->by_symbol_capacity ? t->by_symbol[name] : 0;
}

op_t op_declare(struct ops *t, symbol_t name)
{
    op_t found = op_find(t, name);
    return found ? found : op_new(t, name);
}

const char *op_name(const struct ops *t, op_t op)
{
    return intern_name(t->names, t->rows[op].name);
}

static uint32_t kinds_word(uint32_t nargs, const uint8_t *kinds)
{
    uint32_t word = nargs;
    for (uint32_t i = 0; i < nargs && i < OP_MAX_ARGS; i++)
        word = word << 8 | kinds[i];
    return word;
}

uint16_t overload_add(struct ops *t, const struct overload *o)
{
    uint8_t kinds[OP_MAX_ARGS];
    for (uint32_t i = 0; i < o->nargs; i++)
        kinds[i] = o->arg[i].kind;
    for (uint16_t id = t->rows[o->op].first; id; id = t->overloads[id].next) {
        const struct overload *other = &t->overloads[id];
        bool same = other->nargs == o->nargs;
        for (uint32_t i = 0; same && i < o->nargs; i++)
            same = other->arg[i].kind == kinds[i];
        if (same) {
            fault_set(t->mem->fault, FAULT_NAME,
                      "operator '%s' has a signature for these kinds already",
                      op_name(t, o->op));
            return 0;
        }
    }
    if (t->overload_count + 1 >= UINT16_MAX ||
        !MEM_RESERVE(t->mem, t->overloads, t->overload_capacity,
                     (size_t)t->overload_count + 2)) {
        fault_set(t->mem->fault, FAULT_LIMIT, "too many operators");
        return 0;
    }
    uint16_t id = (uint16_t)++t->overload_count;
    t->overloads[id] = *o;
    t->overloads[id].next = 0;
    t->overloads[id].kinds = kinds_word(o->nargs, kinds);
    uint16_t *link = &t->rows[o->op].first;
    while (*link)
        link = &t->overloads[*link].next;
    *link = id;
    return id;
}

static bool entrywise_fits(uint32_t n, const uint8_t *kinds)
{
    uint8_t common = SHAPE_SCALAR;
    for (uint32_t i = 0; i < n; i++) {
        if (kinds[i] == SHAPE_SCALAR)
            continue;
        if (common != SHAPE_SCALAR && kinds[i] != common)
            return false;
        common = kinds[i];
    }
    return true;
}

uint16_t overload_find(const struct ops *t, op_t op, uint32_t nargs,
                       const uint8_t *kinds)
{
    uint16_t entrywise = 0;
    uint32_t word = kinds_word(nargs, kinds);
    for (uint16_t id = t->rows[op].first; id; id = t->overloads[id].next) {
        const struct overload *o = &t->overloads[id];
        if (o->kinds == word && nargs <= OP_MAX_ARGS)
            return id;
        if (o->entrywise && o->nargs == nargs && entrywise_fits(nargs, kinds))
            entrywise = id;
    }
    return entrywise;
}

/* Pattern sizes met so far and what they stand for. */
struct size_match {
    struct exprs *x;
    uint32_t n;
    symbol_t pattern[OP_MAX_ARGS * SHAPE_MAX_ORDER];
    dim_t actual[OP_MAX_ARGS * SHAPE_MAX_ORDER];
};

static dim_t match_lookup(void *data, symbol_t s)
{
    const struct size_match *m = data;
    for (uint32_t i = 0; i < m->n; i++)
        if (m->pattern[i] == s)
            return m->actual[i];
    return 0;
}

static bool match_dim(struct size_match *m, dim_t pattern, dim_t actual)
{
    symbol_t s = dim_is_symbol(m->x->dims, pattern);
    if (!s)
        return dim_substitute(m->x->dims, pattern, match_lookup, m) == actual;
    dim_t bound = match_lookup(m, s);
    if (bound)
        return bound == actual;
    m->pattern[m->n] = s;
    m->actual[m->n++] = actual;
    return true;
}

static bool match_args(struct size_match *m, const struct overload *o,
                       const struct shape *args, uint32_t *bad)
{
    for (uint32_t i = 0; i < o->nargs; i++) {
        *bad = i;
        uint32_t order = o->size_args ? 1 : o->arg[i].order;
        for (uint32_t a = 0; a < order; a++)
            if (!args[i].dim[a] ||
                !match_dim(m, o->arg[i].dim[a], args[i].dim[a]))
                return false;
    }
    return true;
}

static bool entrywise_result(uint32_t n, const struct shape *args,
                             struct shape *result, uint32_t *bad)
{
    *result = shape_scalar();
    for (uint32_t i = 0; i < n; i++) {
        *bad = i;
        if (args[i].kind == SHAPE_SCALAR)
            continue;
        if (result->kind != SHAPE_SCALAR && !shape_equal(result, &args[i]))
            return false;
        *result = args[i];
    }
    return true;
}

bool overload_result(struct exprs *x, uint16_t id, uint32_t nargs,
                     const struct shape *args, struct shape *result,
                     uint32_t *bad)
{
    const struct overload *o = overload_get(x->ops, id);
    if (o->entrywise)
        return entrywise_result(nargs, args, result, bad);
    struct size_match m = {.x = x};
    if (!match_args(&m, o, args, bad))
        return false;
    *result = o->result;
    for (uint32_t a = 0; a < result->order; a++) {
        result->dim[a] =
            dim_substitute(x->dims, o->result.dim[a], match_lookup, &m);
        if (!result->dim[a])
            return false;
    }
    return true;
}

/* The argument that alone is a differential in f(A, d E), or 32. */
static uint32_t linear_argument(const struct exprs *x,
                                const struct overload *o, expr_t term)
{
    uint32_t found = 32;
    if (expr_op(x, term) != o->op)
        return found;
    for (uint32_t i = 0; i < o->nargs; i++) {
        expr_t a = expr_arg(x, term, i);
        if (a == o->parameter[i])
            continue;
        if (found != 32 || !o->dparameter[i] || a != o->dparameter[i])
            return 32;
        found = i;
    }
    return found;
}

uint32_t overload_linear(const struct exprs *x, const struct overload *o)
{
    uint32_t mask = 0;
    if (!o->differential)
        return 0;
    bool sum = expr_op(x, o->differential) == OP_ADD;
    uint32_t n = sum ? expr_get(x, o->differential)->nargs : 1;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = linear_argument(
            x, o, sum ? expr_arg(x, o->differential, k) : o->differential);
        mask |= i < 32 ? UINT32_C(1) << i : 0;
    }
    return mask;
}

expr_t overload_parameter(struct exprs *x, uint16_t id, uint32_t k)
{
    const struct overload *o = overload_get(x->ops, id);
    symbol_t size = o->size_name[k];
    return o->size_args ? expr_size_argument(x, o->arg[k].dim[0])
           : size ? expr_size_argument(x, dim_from_symbol(x->dims, size))
                  : o->parameter[k];
}

dim_t overload_size(struct exprs *x, uint16_t id, const struct shape *args,
                    symbol_t pattern)
{
    struct size_match m = {.x = x};
    uint32_t bad;
    if (!match_args(&m, overload_get(x->ops, id), args, &bad))
        return 0;
    return match_lookup(&m, pattern);
}

expr_t overload_subject(struct exprs *x, const struct overload *o,
                        const expr_t *args, expr_t pattern)
{
    enum { MOST_SIZES = 8 };
    struct size_match m = {.x = x};
    struct shape shapes[OP_MAX_ARGS] = {0};
    expr_t from[OP_MAX_ARGS + MOST_SIZES], to[OP_MAX_ARGS + MOST_SIZES];
    struct arena a;
    uint32_t bad, n = o->nargs, count = 0;
    for (uint32_t k = 0; k < o->nargs; k++) {
        shapes[k] = *expr_shape(x, args[k]);
        from[k] = o->parameter[k];
        to[k] = args[k];
    }
    bool sized = match_args(&m, o, shapes, &bad);
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, pattern, &a, &count);
    for (uint32_t i = 0; sized && list && i < count; i++)
        if (expr_op(x, list[i]) == OP_SIZE && n < OP_MAX_ARGS + MOST_SIZES)
            from[n++] = list[i];
    for (uint32_t k = o->nargs; k < n; k++)
        to[k] = expr_size_argument(
            x, dim_substitute(x->dims, expr_get(x, from[k])->payload,
                              match_lookup, &m));
    arena_free(&a);
    return list ? expr_substitute(x, pattern, n, from, to) : 0;
}
