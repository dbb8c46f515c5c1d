/* expr.c - the node table: its memory, marks and hashes; finding and making
 * a node.  Constructors: leaf.c, member.c, binder.c, element.c, apply.c. */
#include "expr/expr.h"

#include <string.h>

#include "expr/function.h"
#include "expr/node.h"
#include "expr/op.h"

static uint64_t shape_hash(const void *owner, uint32_t id)
{
    const struct shape *s = &((const struct exprs *)owner)->shapes[id];
    return hash_words((uint64_t)s->kind * 16 + s->order, s->dim, s->order);
}

static uint64_t node_key(const struct exprs *x, const struct expr_node *n,
                         const expr_t *args)
{
    uint64_t h = hash_mix(n->op, n->payload);
    h = hash_mix(h, n->shape);
    (void)x;
    return hash_words(h, args, n->nargs);
}

static uint64_t expr_key(const void *owner, uint32_t id)
{
    const struct exprs *x = owner;
    return node_key(x, &x->nodes[id], x->args + x->nodes[id].args);
}

bool exprs_init(struct exprs *x, struct mem *m, struct intern *names,
                struct rationals *numbers, struct dims *dims, struct ops *ops)
{
    *x = (struct exprs){.mem = m,
                        .names = names,
                        .numbers = numbers,
                        .dims = dims,
                        .ops = ops};
    if (!MEM_RESERVE(m, x->shapes, x->shape_capacity, 1))
        return false;
    x->shapes[0] = shape_scalar();
    x->shape_count = 0;
    return true;
}

void exprs_free(struct exprs *x)
{
    MEM_FREE_ARRAY(x->mem, x->nodes, x->capacity);
    MEM_FREE_ARRAY(x->mem, x->hashes, x->hashes_capacity);
    MEM_FREE_ARRAY(x->mem, x->args, x->args_capacity);
    hash_index_free(&x->index, x->mem);
    MEM_FREE_ARRAY(x->mem, x->decls, x->decl_capacity);
    MEM_FREE_ARRAY(x->mem, x->members, x->member_capacity);
    hash_index_free(&x->member_index, x->mem);
    MEM_FREE_ARRAY(x->mem, x->indices, x->index_capacity);
    MEM_FREE_ARRAY(x->mem, x->functions, x->function_capacity);
    MEM_FREE_ARRAY(x->mem, x->applied, x->applied_capacity);
    MEM_FREE_ARRAY(x->mem, x->shapes, x->shape_capacity);
    hash_index_free(&x->shape_index, x->mem);
    MEM_FREE_ARRAY(x->mem, x->visits, x->visits_capacity);
}

static bool counts_image(struct exprs *x, struct image *im)
{
    return image_number(im, &x->count) && image_number(im, &x->args_used) &&
           image_number(im, &x->decl_count) &&
           image_number(im, &x->member_count) &&
           image_number(im, &x->index_count) &&
           image_number(im, &x->function_count) &&
           image_number(im, &x->applied_count) &&
           image_number(im, &x->shape_count);
}

bool exprs_image(struct exprs *x, struct image *im)
{
    return counts_image(x, im) &&
           IMAGE_ARRAY(im, x->nodes, x->capacity, (size_t)x->count + 1) &&
           IMAGE_ARRAY(im, x->hashes, x->hashes_capacity,
                       (size_t)x->count + 1) &&
           IMAGE_ARRAY(im, x->args, x->args_capacity, x->args_used) &&
           IMAGE_ARRAY(im, x->decls, x->decl_capacity,
                       (size_t)x->decl_count + 1) &&
           IMAGE_ARRAY(im, x->members, x->member_capacity,
                       (size_t)x->member_count + 1) &&
           IMAGE_ARRAY(im, x->indices, x->index_capacity,
                       (size_t)x->index_count + 1) &&
           IMAGE_ARRAY(im, x->functions, x->function_capacity,
                       (size_t)x->function_count + 1) &&
           IMAGE_ARRAY(im, x->applied, x->applied_capacity,
                       (size_t)x->applied_count + 1) &&
           IMAGE_ARRAY(im, x->shapes, x->shape_capacity,
                       (size_t)x->shape_count + 1) &&
           image_index(im, &x->index) && image_index(im, &x->member_index) &&
           image_index(im, &x->shape_index);
}

struct exprs_mark exprs_mark(const struct exprs *x)
{
    return (struct exprs_mark){
        x->count,       x->args_used,      x->decl_count,   x->index_count,
        x->shape_count, x->function_count, x->applied_count,
        x->member_count};
}

void exprs_rollback(struct exprs *x, const struct exprs_mark *mark)
{
    hash_index_forget(&x->index, mark->nodes, expr_key, x);
    hash_index_forget(&x->shape_index, mark->shapes, shape_hash, x);
    members_rollback(x, mark->members);
    x->count = mark->nodes;
    x->args_used = mark->args;
    x->decl_count = mark->decls;
    x->index_count = mark->indices;
    x->shape_count = mark->shapes;
    x->function_count = mark->functions;
    x->applied_count = mark->applied;
}

/* The shape's number; UINT32_MAX after a fault.  0 is the scalar. */
static uint32_t shape_intern(struct exprs *x, const struct shape *s)
{
    if (s->kind == SHAPE_SCALAR)
        return 0;
    if (!hash_index_room(&x->shape_index, x->mem, shape_hash, x) ||
        !MEM_RESERVE(x->mem, x->shapes, x->shape_capacity,
                     (size_t)x->shape_count + 2))
        return UINT32_MAX;
    uint64_t h =
        hash_words((uint64_t)s->kind * 16 + s->order, s->dim, s->order);
    uint32_t slot = hash_slot(&x->shape_index, h);
    for (; x->shape_index.slots[slot];
         slot = hash_next(&x->shape_index, slot))
        if (shape_equal(&x->shapes[x->shape_index.slots[slot]], s))
            return x->shape_index.slots[slot];
    x->shapes[++x->shape_count] = *s;
    x->shape_index.slots[slot] = x->shape_count;
    x->shape_index.count++;
    return x->shape_count;
}

static uint64_t symbol_hash(const struct exprs *x, symbol_t s)
{
    return hash_bytes(intern_name(x->names, s), intern_length(x->names, s));
}

static uint64_t dim_structure(const struct exprs *x, dim_t d)
{
    uint64_t h = 3;
    for (uint32_t i = 0; i < dim_term_count(x->dims, d); i++) {
        struct dim_term t = dim_term_at(x->dims, d, i);
        uint64_t term = hash_word((uint64_t)t.coefficient);
        for (uint32_t j = 0; j < t.nsymbols; j++)
            term += symbol_hash(x, t.symbols[j]);
        h += hash_word(term);
    }
    return h + dim_denominator(x->dims, d) - 1;
}

uint64_t applied_hash(const struct exprs *x, applied_t id)
{
    const struct applied *a = applied_get(x, id);
    uint64_t h = hash_mix(symbol_hash(x, x->decls[a->function].name),
                          a->order | (uint64_t)a->stacked << 8);
    for (uint32_t i = 0; i < a->order; i++)
        h = hash_mix(h, a->by[i]);
    return h;
}

static uint64_t payload_structure(const struct exprs *x,
                                  const struct expr_node *n)
{
    switch (n->op) {
    case OP_NUMBER:
        return rat_hash(x->numbers, n->payload);
    case OP_VARIABLE:
        return symbol_hash(x, x->decls[n->payload].name);
    case OP_SIZE:
        return dim_structure(x, n->payload);
    case OP_INDEX:
        return symbol_hash(x, x->indices[n->payload].name);
    case OP_APPLY:
        return applied_hash(x, n->payload);
    case OP_SERIES:
    case OP_PRODUCT:
        return symbol_hash(x, n->payload);
    default:
        return n->payload;
    }
}

static uint64_t node_structure(const struct exprs *x,
                               const struct expr_node *n, const expr_t *args)
{
    uint64_t h = hash_mix(symbol_hash(x, op_row(x->ops, n->op)->name),
                          payload_structure(x, n));
    for (uint32_t i = 0; i < n->nargs; i++)
        h = hash_mix(h, x->hashes[args[i]]);
    return h;
}

expr_t expr_intern(struct exprs *x, struct expr_node n,
                   const struct shape *shape, const expr_t *args)
{
    if (!hash_index_room(&x->index, x->mem, expr_key, x))
        return 0;
    n.shape = shape_intern(x, shape);
    if (n.shape == UINT32_MAX)
        return 0;
    uint64_t key = node_key(x, &n, args);
    uint32_t slot = hash_slot(&x->index, key);
    for (; x->index.slots[slot]; slot = hash_next(&x->index, slot)) {
        const struct expr_node *o = &x->nodes[x->index.slots[slot]];
        if (o->op == n.op && o->payload == n.payload && o->shape == n.shape &&
            o->nargs == n.nargs &&
            (!n.nargs ||
             !memcmp(x->args + o->args, args, n.nargs * sizeof *args)))
            return x->index.slots[slot];
    }
    if (x->node_limit && x->count >= x->node_limit) {
        fault_set(x->mem->fault, FAULT_LIMIT, "more than %u expression nodes",
                  x->node_limit);
        return 0;
    }
    if (!MEM_EXTEND(x->mem, x->nodes, x->capacity, (size_t)x->count + 2) ||
        !MEM_EXTEND(x->mem, x->hashes, x->hashes_capacity,
                     (size_t)x->count + 2) ||
        !MEM_EXTEND(x->mem, x->args, x->args_capacity,
                     (size_t)x->args_used + n.nargs + 1))
        return 0;
    n.args = x->args_used;
    if (n.nargs)
        memcpy(x->args + x->args_used, args, n.nargs * sizeof *args);
    x->args_used += n.nargs;
    expr_t id = ++x->count;
    x->nodes[id] = n;
    x->hashes[id] = node_structure(x, &n, args);
    x->index.slots[slot] = id;
    x->index.count++;
    return id;
}

decl_t expr_declare(struct exprs *x, const struct decl *d)
{
    if (!MEM_RESERVE(x->mem, x->decls, x->decl_capacity,
                     (size_t)x->decl_count + 2))
        return 0;
    x->decls[++x->decl_count] = *d;
    return x->decl_count;
}
