#include "rule/key.h"

#include <string.h>

#include "expr/function.h"
#include "expr/op.h"
#include "rule/table.h"

/* The number of a name; made if new. */
static uint32_t number_of(uint32_t *names, uint32_t *n, uint32_t name)
{
    for (uint32_t i = 0; i < *n; i++)
        if (names[i] == name)
            return i;
    if (*n == KEY_MAX_NAMES)
        return KEY_MAX_NAMES + name;
    names[*n] = name;
    return (*n)++;
}

/* The terms of a size stand in the order of their names, which must not
 * count: their keys are added. */
static uint64_t key_dim(struct key *k, dim_t d)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < dim_term_count(k->x->dims, d); i++) {
        struct dim_term t = dim_term_at(k->x->dims, d, i);
        uint64_t symbols = t.nsymbols;
        for (uint32_t j = 0; j < t.nsymbols; j++)
            symbols += hash_word(
                1 + number_of(k->size, &k->nsizes, t.symbols[j]));
        sum += hash_mix(symbols, (uint64_t)t.coefficient);
    }
    return hash_word(sum);
}

/* The family that a member is of, where in it, and what its members are. */
static uint64_t key_family(struct key *k, const struct decl *decl)
{
    const struct decl *family = expr_decl(k->x, decl->family);
    uint32_t before = k->nvariables;
    uint64_t h = number_of(k->variable, &k->nvariables, decl->family);
    for (uint32_t i = 0; i < family->subscripts; i++)
        h = hash_mix(h, key_dim(k, decl->at[i]));
    if (k->nvariables == before || !family->definition)
        return h;
    for (uint32_t i = 0; i < family->subscripts; i++)
        h = hash_mix(h, number_of(k->size, &k->nsizes, family->parameter[i]));
    if (pattern_depth(k->x, family->definition) > PATTERN_MAX_DEPTH)
        return hash_mix(h, family->definition);
    return hash_mix(h, key_expr(k, family->definition));
}

static uint64_t key_variable(struct key *k, decl_t d)
{
    const struct decl *decl = expr_decl(k->x, d);
    const struct shape *s = &decl->shape;
    uint64_t h = hash_mix(s->kind, s->order);
    for (uint32_t i = 0; i < s->order; i++)
        h = hash_mix(h, key_dim(k, s->dim[i]));
    h = hash_mix(hash_mix(h, decl->properties), decl->rest);
    if (decl->role == DECL_DIFFERENTIAL)
        return hash_mix(h, ~key_variable(k, decl->of));
    if (decl->family)
        return hash_mix(h, key_family(k, decl));
    return hash_mix(h, number_of(k->variable, &k->nvariables, d));
}

static uint64_t key_index(struct key *k, uint32_t i)
{
    uint64_t h = hash_mix(key_dim(k, k->x->indices[i].low),
                          key_dim(k, k->x->indices[i].size));
    return hash_mix(h, number_of(k->index, &k->nindices, i));
}

/* An abstract function, derived so often by such arguments. */
static uint64_t key_applied(struct key *k, applied_t a)
{
    const struct applied *f = applied_get(k->x, a);
    uint64_t h = hash_mix(key_variable(k, f->function),
                          f->order | (uint64_t)f->stacked << 8);
    for (uint32_t i = 0; i < f->order; i++)
        h = hash_mix(h, f->by[i]);
    return h;
}

/* Functions are numbered as they are declared: their names are the same
 * everywhere. */
static uint64_t key_operator(const struct key *k, op_t op)
{
    if (op < OP_FIRST_NAMED)
        return op;
    const char *name = op_name(k->x->ops, op);
    return hash_bytes(name, strlen(name));
}

uint64_t key_expr(struct key *k, expr_t e)
{
    const struct expr_node n = *expr_get(k->x, e);
    uint64_t h = hash_mix(key_operator(k, n.op), n.nargs);
    switch (n.op) {
    case OP_VARIABLE:
        return hash_mix(h, key_variable(k, n.payload));
    case OP_SIZE:
        return hash_mix(h, key_dim(k, n.payload));
    case OP_INDEX:
        return hash_mix(h, key_index(k, n.payload));
    case OP_SERIES:
    case OP_PRODUCT:
        h = hash_mix(h, number_of(k->size, &k->nsizes, n.payload));
        break;
    case OP_APPLY:
        h = hash_mix(h, key_applied(k, n.payload));
        break;
    case OP_NUMBER:
        return hash_mix(h, rat_hash(k->x->numbers, n.payload));
    default:
        break;
    }
    if (!n.nargs || n.op == OP_TENSOR)
        h = hash_mix(h, n.payload);
    for (uint32_t i = 0; i < n.nargs; i++)
        h = hash_mix(h, key_expr(k, expr_arg(k->x, e, i)));
    return h;
}
