/* dimension.c - sizes in a text: n, 3, m*n, 2*n-1, d{l-1}. */
#include "lang/declare.h"

static dim_t size_power(struct dims *t, dim_t base, dim_t exponent)
{
    int64_t k;
    dim_t d = DIM_ONE;
    if (!base || !exponent || !dim_is_int(t, exponent, &k) || k < 0 || k > 16)
        return 0;
    while (d && k-- > 0)
        d = dim_mul(t, d, base);
    return d;
}

/* The size that a sign makes of sizes, 0 if none. */
static dim_t size_sign(struct dims *t, op_t op, dim_t a, dim_t b)
{
    int64_t k;
    if (!a)
        return 0;
    switch (op) {
    case OP_ADD:
        return dim_add(t, a, b);
    case OP_NEG:
        return dim_sub(t, DIM_ZERO, a);
    case OP_MUL:
        return dim_mul(t, a, b);
    case OP_DIV:
        return b && dim_is_int(t, b, &k) && k > 0 && k <= INT32_MAX
                   ? dim_over(t, a, (uint32_t)k)
                   : 0;
    case OP_POW:
        return size_power(t, a, b);
    default:
        return 0;
    }
}

/* The next definition from node n on, or 0. */
static syntax_t next_definition(const struct syntax *t, syntax_t n,
                                syntax_t to)
{
    while (n <= to && t->nodes[n].kind != SYNTAX_DEFINITION)
        n++;
    return n <= to ? n : 0;
}

void dimension_find(struct exprs *x, const struct syntax *t, syntax_t from,
                    syntax_t to, dim_t *dims)
{
    /* The nodes of definitions are no sizes. */
    syntax_t end = next_definition(t, from, to);
    syntax_t begin = end ? syntax_leftmost(t, end) : 0;
    if (end) /* but those of its range are */
        end = t->nodes[end].first;
    for (syntax_t n = from; n <= to; n++) {
        const struct syntax_node *node = &t->nodes[n];
        dim_t *size = &dims[n - from];
        if (end && n > end) {
            end = next_definition(t, n, to);
            if (end && t->nodes[end].first < n)
                end = next_definition(t, end + 1, to);
            begin = end ? syntax_leftmost(t, end) : 0;
            end = end ? t->nodes[end].first : 0;
        }
        if (end && n >= begin)
            continue;
        int64_t v;
        if (node->kind == SYNTAX_NUMBER) {
            if (rat_to_int(x->numbers, node->payload, &v))
                *size = dim_from_int(x->dims, v);
        } else if (node->kind == SYNTAX_NAME) {
            *size = dim_from_symbol(x->dims, node->payload);
        } else if (node->kind == SYNTAX_MEMBER && node->count == 1) {
            *size = dim_apply(x->dims, node->payload,
                              dims[node->first - from]);
        } else if (node->kind == SYNTAX_SIGN) {
            syntax_t b = t->nodes[node->first].next;
            *size = size_sign(x->dims, node->op, dims[node->first - from],
                              node->count > 1 ? dims[b - from] : 0);
        }
    }
}

static bool is_a_size(struct exprs *x, dim_t d)
{
    int64_t v;
    if (!d || (dim_denominator(x->dims, d) > 1 &&
               !dim_term_at(x->dims, d, 0).nsymbols))
        return false;
    return dim_is_int(x->dims, d, &v) ? v > 0 : true;
}

bool dimension_check(struct exprs *x, const struct syntax *t, syntax_t n,
                     dim_t d)
{
    if (fault_is_set(x->mem->fault))
        return false;
    if (!d) {
        fault_at(x->mem->fault, FAULT_SHAPE, t->nodes[n].where,
                 "this is not a size");
        fault_hint(x->mem->fault, "sizes are made of names, whole numbers, "
                                  "+, - and *: n, 3, m*n, 2*n-1");
        return false;
    }
    return is_a_size(x, d) ||
           fault_at(x->mem->fault, FAULT_SHAPE, t->nodes[n].where,
                    "a size is at least 1");
}

dim_t scope_size(struct scope *s, const struct syntax *t, syntax_t n)
{
    struct arena_mark mark = arena_mark(&s->arena);
    syntax_t first = syntax_leftmost(t, n);
    dim_t *dims = ARENA_ARRAY(&s->arena, dim_t, n - first + 1);
    dim_t d = 0;
    if (dims) {
        dimension_find(s->x, t, first, n, dims);
        if (dimension_check(s->x, t, n, dims[n - first]))
            d = dims[n - first];
    }
    arena_release(&s->arena, mark);
    return d;
}
