#include "expr/expr.h"

#include <stdlib.h>
#include <string.h>

#include "expr/function.h"
#include "expr/op.h"

/* ------------------------------------------------------------ the table */

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

static uint64_t member_key(decl_t family, const dim_t *at, uint32_t n)
{
    return hash_words(family, at, n);
}

static uint64_t member_hash(const void *owner, uint32_t id)
{
    const struct exprs *x = owner;
    const struct decl *d = &x->decls[x->members[id]];
    return member_key(d->family, d->at, d->subscripts);
}

void exprs_rollback(struct exprs *x, const struct exprs_mark *mark)
{
    hash_index_forget(&x->index, mark->nodes, expr_key, x);
    hash_index_forget(&x->shape_index, mark->shapes, shape_hash, x);
    hash_index_forget(&x->member_index, mark->members, member_hash, x);
    x->member_count = mark->members;
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

/* Finds or makes a node.  `args` must not point into x->args. */
static expr_t node_intern(struct exprs *x, struct expr_node n,
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

/* --------------------------------------------------- leaves and binders */

decl_t expr_declare(struct exprs *x, const struct decl *d)
{
    if (!MEM_RESERVE(x->mem, x->decls, x->decl_capacity,
                     (size_t)x->decl_count + 2))
        return 0;
    x->decls[++x->decl_count] = *d;
    return x->decl_count;
}

static expr_t leaf(struct exprs *x, op_t op, uint32_t payload,
                   const struct shape *shape)
{
    struct expr_node n = {.op = op, .payload = payload};
    return payload ? node_intern(x, n, shape, NULL) : 0;
}

expr_t expr_number(struct exprs *x, rat_t value)
{
    struct shape s = shape_scalar();
    return leaf(x, OP_NUMBER, value, &s);
}

expr_t expr_int(struct exprs *x, int64_t value)
{
    return expr_number(x, rat_from_int(x->numbers, value));
}

expr_t expr_variable(struct exprs *x, decl_t d)
{
    struct shape s = d ? x->decls[d].shape : shape_scalar();
    return leaf(x, OP_VARIABLE, d, &s);
}

struct subscripts {
    const struct decl *family;
    const dim_t *at;
};

static dim_t subscript_of(void *data, symbol_t s)
{
    const struct subscripts *m = data;
    for (uint32_t i = 0; i < m->family->subscripts; i++)
        if (m->family->parameter[i] == s)
            return m->at[i];
    return 0;
}

/* "W{l-1}" */
static symbol_t member_name(struct exprs *x, const struct decl *f,
                            const dim_t *at)
{
    struct text t;
    text_init(&t, x->mem);
    text_str(&t, intern_name(x->names, f->name));
    for (uint32_t i = 0; i < f->subscripts; i++) {
        text_char(&t, i ? ',' : '{');
        dim_print(x->dims, at[i], &t);
    }
    text_char(&t, '}');
    symbol_t s = t.failed ? 0
                          : intern_bytes(x->names, text_get(&t), t.length);
    text_free(&t);
    return s;
}

bool expr_member_shape(struct exprs *x, decl_t family, const dim_t *at,
                       struct shape *shape)
{
    const struct decl f = x->decls[family];
    struct subscripts m = {&f, at};
    *shape = f.shape;
    for (uint32_t a = 0; a < f.shape.order; a++) {
        shape->dim[a] =
            dim_substitute(x->dims, f.shape.dim[a], subscript_of, &m);
        if (!shape->dim[a])
            return false;
    }
    return true;
}

static decl_t new_member(struct exprs *x, decl_t family, const dim_t *at)
{
    const struct decl f = x->decls[family];
    struct decl d = f;
    d.family = family;
    d.name = member_name(x, &f, at);
    bool ok = d.name && expr_member_shape(x, family, at, &d.shape);
    for (uint32_t i = 0; i < f.subscripts; i++) {
        d.at[i] = at[i];
        d.parameter[i] = 0;
        d.low[i] = d.high[i] = 0;
    }
    return ok ? expr_declare(x, &d) : 0;
}

expr_t expr_member(struct exprs *x, decl_t family, const dim_t *at)
{
    uint32_t n = family ? x->decls[family].subscripts : 0;
    if (!n || !hash_index_room(&x->member_index, x->mem, member_hash, x) ||
        !MEM_RESERVE(x->mem, x->members, x->member_capacity,
                     (size_t)x->member_count + 2))
        return 0;
    for (uint32_t i = 0; i < n; i++)
        if (!at[i])
            return 0;
    uint32_t slot =
        hash_slot(&x->member_index, member_key(family, at, n));
    for (; x->member_index.slots[slot];
         slot = hash_next(&x->member_index, slot)) {
        decl_t known = x->members[x->member_index.slots[slot]];
        const struct decl *d = &x->decls[known];
        if (d->family == family && !memcmp(d->at, at, n * sizeof *at))
            return expr_variable(x, known);
    }
    decl_t member = new_member(x, family, at);
    if (!member)
        return 0;
    x->members[++x->member_count] = member;
    x->member_index.slots[slot] = x->member_count;
    x->member_index.count++;
    return expr_variable(x, member);
}

expr_t expr_size_argument(struct exprs *x, dim_t d)
{
    int64_t value;
    struct shape s = shape_scalar();
    if (!d)
        return 0;
    if (dim_is_int(x->dims, d, &value))
        return expr_int(x, value);
    return leaf(x, OP_SIZE, d, &s);
}

/* One monomial of a size as a product of sizes. */
static expr_t size_term(struct exprs *x, dim_t d, uint32_t i)
{
    struct dim_term t = dim_term_at(x->dims, d, i);
    bool minus = t.coefficient == -1 && t.nsymbols;
    expr_t e = (t.coefficient != 1 && !minus) || !t.nsymbols
                   ? expr_int(x, t.coefficient)
                   : 0;
    for (uint32_t j = 0; j < t.nsymbols; j++) {
        symbol_t s = dim_term_at(x->dims, d, i).symbols[j];
        expr_t f = expr_size_argument(x, dim_from_symbol(x->dims, s));
        e = e ? expr_apply2(x, OP_MUL, e, f) : f;
        if (!e)
            return 0;
    }
    return minus ? expr_apply1(x, OP_NEG, e) : e;
}

expr_t expr_size(struct exprs *x, dim_t d)
{
    if (!d)
        return 0;
    uint32_t n = dim_term_count(x->dims, d);
    if (n == 0)
        return expr_int(x, 0);
    expr_t e = size_term(x, d, 0);
    for (uint32_t i = 1; e && i < n; i++)
        e = expr_apply2(x, OP_ADD, e, size_term(x, d, i));
    uint32_t over = dim_denominator(x->dims, d);
    return over > 1 ? expr_apply2(x, OP_DIV, e, expr_int(x, over)) : e;
}

/* Sizes nest as deep as the user writes them; a small bound is plenty. */
enum { SIZE_DEPTH = 64 };

static dim_t as_size(struct exprs *x, expr_t e, int depth)
{
    if (depth > SIZE_DEPTH)
        return 0;
    const struct expr_node n = x->nodes[e];
    int64_t v;
    dim_t d, next;
    switch (n.op) {
    case OP_NUMBER:
        return rat_to_int(x->numbers, n.payload, &v)
                   ? dim_from_int(x->dims, v)
                   : 0;
    case OP_SIZE:
        return n.payload;
    case OP_NEG:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        return d ? dim_sub(x->dims, DIM_ZERO, d) : 0;
    case OP_ADD:
    case OP_MUL:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        for (uint32_t i = 1; d && i < n.nargs; i++) {
            next = as_size(x, expr_arg(x, e, i), depth + 1);
            d = !next ? 0
                : n.op == OP_ADD ? dim_add(x->dims, d, next)
                                 : dim_mul(x->dims, d, next);
        }
        return d;
    case OP_DIV:
        d = as_size(x, expr_arg(x, e, 0), depth + 1);
        next = as_size(x, expr_arg(x, e, 1), depth + 1);
        return d && next && dim_is_int(x->dims, next, &v) && v > 0 &&
                       v <= INT32_MAX
                   ? dim_over(x->dims, d, (uint32_t)v)
                   : 0;
    default:
        return 0;
    }
}

dim_t expr_as_size(struct exprs *x, expr_t e)
{
    return e ? as_size(x, e, 0) : 0;
}

expr_t expr_index(struct exprs *x, symbol_t name, dim_t low, dim_t size)
{
    if (!name || !low || !size)
        return 0;
    uint32_t i = 1;
    for (; i <= x->index_count; i++) {
        const struct index_entry *e = &x->indices[i];
        if (e->name == name && e->low == low && e->size == size)
            break;
    }
    if (i > x->index_count) {
        if (!MEM_RESERVE(x->mem, x->indices, x->index_capacity,
                         (size_t)x->index_count + 2))
            return 0;
        x->indices[++x->index_count] = (struct index_entry){name, low, size};
    }
    struct shape s = shape_scalar();
    return leaf(x, OP_INDEX, i, &s);
}

static expr_t binder(struct exprs *x, op_t op, uint32_t payload, uint32_t n,
                     const expr_t *index, expr_t body,
                     const struct shape *shape)
{
    expr_t args[SHAPE_MAX_ORDER * 2 + 1];
    if (!body)
        return 0;
    if (n == 0 || n > SHAPE_MAX_ORDER * 2) {
        fault_set(x->mem->fault, FAULT_LIMIT, "more than %d indices",
                  SHAPE_MAX_ORDER * 2);
        return 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!index[i])
            return 0;
        args[i] = index[i];
    }
    args[n] = body;
    struct expr_node node = {.op = op, .payload = payload, .nargs = n + 1};
    return node_intern(x, node, shape, args);
}

expr_t expr_sum(struct exprs *x, uint32_t n, const expr_t *index, expr_t body)
{
    struct shape s = body ? *expr_shape(x, body) : shape_scalar();
    return binder(x, OP_SUM, 0, n, index, body, &s);
}

expr_t expr_series(struct exprs *x, op_t op, symbol_t symbol, dim_t low,
                   dim_t high, expr_t body)
{
    expr_t args[3] = {expr_size_argument(x, low),
                      expr_size_argument(x, high), body};
    struct expr_node node = {.op = op, .payload = symbol, .nargs = 3};
    if (!args[0] || !args[1] || !body || !symbol)
        return 0;
    struct shape s = *expr_shape(x, body);
    bool depends = false;
    for (uint32_t a = 0; a < s.order; a++)
        depends = depends || dim_mentions(x->dims, s.dim[a], symbol);
    if (depends || (op == OP_PRODUCT && s.order)) {
        fault_set(x->mem->fault, FAULT_SHAPE,
                  depends ? "the terms of a sum differ in size"
                          : "prod(...) of values that are not scalars");
        return 0;
    }
    return node_intern(x, node, &s, args);
}

expr_t expr_tensor(struct exprs *x, uint32_t n, const expr_t *index,
                   uint32_t groups, expr_t body)
{
    dim_t dim[SHAPE_MAX_ORDER];
    uint32_t order = 0;
    if (!body || !n)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!index[i])
            return 0;
        dim_t size = x->indices[x->nodes[index[i]].payload].size;
        if (i == 0 || groups >> i & 1) {
            if (order == SHAPE_MAX_ORDER) {
                fault_set(x->mem->fault, FAULT_LIMIT, "more than %d axes",
                          SHAPE_MAX_ORDER);
                return 0;
            }
            dim[order++] = size;
        } else {
            dim[order - 1] = dim_mul(x->dims, dim[order - 1], size);
        }
    }
    struct shape s = shape_tensor(order, dim);
    groups = (groups | 1) & ((UINT32_C(1) << n) - 1);
    return binder(x, OP_TENSOR, groups, n, index, body, &s);
}

expr_t expr_whole(struct exprs *x)
{
    struct shape s = shape_scalar();
    return leaf(x, OP_WHOLE, 1, &s);
}

expr_t expr_span(struct exprs *x, dim_t low, dim_t high)
{
    struct shape s = shape_scalar();
    struct expr_node node = {.op = OP_SPAN, .nargs = 2};
    expr_t args[2] = {expr_size_argument(x, low),
                      expr_size_argument(x, high)};
    return args[0] && args[1] ? node_intern(x, node, &s, args) : 0;
}

dim_t expr_span_length(struct exprs *x, expr_t span)
{
    dim_t low = expr_as_size(x, expr_arg(x, span, 0));
    dim_t high = expr_as_size(x, expr_arg(x, span, 1));
    return dim_add(x->dims, dim_sub(x->dims, high, low), DIM_ONE);
}

/* From 1 to n of n is all of the axis. */
static expr_t whole_or_span(struct exprs *x, expr_t subscript, dim_t axis)
{
    if (!subscript || expr_op(x, subscript) != OP_SPAN)
        return subscript;
    return expr_as_size(x, expr_arg(x, subscript, 0)) == DIM_ONE &&
                   expr_as_size(x, expr_arg(x, subscript, 1)) == axis
               ? expr_whole(x)
               : subscript;
}

/* What is left of the base's shape: the axes whose subscript is a ':' or a
 * part of the axis. */
static bool slice_shape(struct exprs *x, const struct shape *base,
                        const expr_t *subscript, struct shape *s)
{
    uint32_t count = 0, axis = 0;
    dim_t dim[SHAPE_MAX_ORDER];
    for (uint32_t i = 0; i < base->order; i++) {
        op_t op = expr_op(x, subscript[i]);
        if (op != OP_WHOLE && op != OP_SPAN)
            continue;
        dim[count] = op == OP_WHOLE ? base->dim[i]
                                    : expr_span_length(x, subscript[i]);
        if (!dim[count++])
            return false;
        axis = i;
    }
    *s = shape_scalar();
    if (!count)
        return true;
    if (base->order > 2)
        return fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                         "a part of a tensor of order 3 or more");
    *s = count == 2 ? shape_matrix(dim[0], dim[1])
         : base->order == 2
             ? (axis ? shape_row(dim[0]) : shape_vector(dim[0]))
         : base->kind == SHAPE_ROW ? shape_row(dim[0])
                                   : shape_vector(dim[0]);
    return true;
}

expr_t expr_element(struct exprs *x, expr_t base, uint32_t n,
                    const expr_t *subscript)
{
    if (!base || !n)
        return 0;
    if (n != expr_shape(x, base)->order || n > SHAPE_MAX_ORDER) {
        fault_set(x->mem->fault, FAULT_SHAPE,
                  "%u subscripts where the value has %u axes", n,
                  expr_shape(x, base)->order);
        return 0;
    }
    expr_t args[SHAPE_MAX_ORDER + 1] = {base};
    bool all = true;
    for (uint32_t i = 0; i < n; i++) {
        args[i + 1] = whole_or_span(x, subscript[i],
                                    expr_shape(x, base)->dim[i]);
        if (!args[i + 1])
            return 0;
        all = all && expr_op(x, args[i + 1]) == OP_WHOLE;
    }
    const struct shape whole = *expr_shape(x, base);
    struct shape s;
    if (all)
        return base;
    if (!slice_shape(x, &whole, args + 1, &s))
        return 0;
    struct expr_node node = {.op = OP_ELEMENT, .nargs = n + 1};
    return node_intern(x, node, &s, args);
}

expr_t expr_applied(struct exprs *x, applied_t a, uint32_t n,
                    const expr_t *args)
{
    struct shape shapes[FUNCTION_MAX_ARGS], result;
    if (!a || n > FUNCTION_MAX_ARGS)
        return 0;
    for (uint32_t k = 0; k < n; k++) {
        if (!args[k])
            return 0;
        shapes[k] = *expr_shape(x, args[k]);
    }
    if (!applied_shape(x, a, n, shapes, &result))
        return 0;
    expr_t own[FUNCTION_MAX_ARGS] = {0};
    memcpy(own, args, n * sizeof *own);
    struct expr_node node = {.op = OP_APPLY, .payload = a, .nargs = n};
    return node_intern(x, node, &result, own);
}

/* ------------------------------------------------------------ operators */

static bool shape_fault(struct exprs *x, op_t op, const struct shape *a,
                        const struct shape *b)
{
    struct text t;
    text_init(&t, x->mem);
    shape_print(x->dims, a, &t);
    if (b) {
        text_str(&t, " and ");
        shape_print(x->dims, b, &t);
    }
    fault_set(x->mem->fault, FAULT_SHAPE, "'%s' of %s", op_name(x->ops, op),
              text_get(&t));
    text_free(&t);
    return false;
}

/* The overload and result shape of an application, or false with a fault. */
static bool resolve(struct exprs *x, op_t op, uint32_t n, const expr_t *args,
                    uint16_t *overload, struct shape *result)
{
    struct shape shapes[OP_MAX_ARGS];
    uint8_t kinds[OP_MAX_ARGS];
    if (n == 0 || n > OP_MAX_ARGS)
        return fault_set(x->mem->fault, FAULT_SHAPE, "'%s' of %u arguments",
                         op_name(x->ops, op), n);
    for (uint32_t i = 0; i < n; i++) {
        shapes[i] = *expr_shape(x, args[i]);
        kinds[i] = shapes[i].kind;
    }
    uint32_t bad;
    *overload = overload_find(x->ops, op, n, kinds);
    if (*overload && overload_get(x->ops, *overload)->size_args)
        for (uint32_t i = 0; i < n; i++)
            shapes[i].dim[0] = expr_as_size(x, args[i]);
    if (!*overload ||
        !overload_result(x, *overload, n, shapes, result, &bad))
        return shape_fault(x, op, &shapes[0], n > 1 ? &shapes[1] : NULL);
    return true;
}

static bool is_nary(op_t op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_HAD;
}

/* Operators whose printed sign stands before their first argument. */
static bool passes_sign(op_t op)
{
    return op == OP_MUL || op == OP_HAD || op == OP_DIV || op == OP_HDIV ||
           op == OP_LDIV;
}

static bool is_negative(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = &x->nodes[e];
    return n->op == OP_NEG ||
           (n->op == OP_NUMBER && rat_sign(x->numbers, n->payload) < 0);
}

static expr_t negated(struct exprs *x, expr_t e)
{
    const struct expr_node *n = &x->nodes[e];
    if (n->op == OP_NEG)
        return expr_arg(x, e, 0);
    if (n->op == OP_NUMBER)
        return expr_number(x, rat_neg(x->numbers, n->payload));
    return expr_apply(x, OP_NEG, 1, &e);
}

/* A sum, product or entrywise product of n > 2 arguments, or one whose first
 * argument is of the same operator, as one node. */
static expr_t apply_nary(struct exprs *x, op_t op, uint32_t n,
                         const expr_t *args)
{
    uint32_t inner = expr_op(x, args[0]) == op ? x->nodes[args[0]].nargs : 0;
    uint32_t total = inner ? inner + n - 1 : n;
    struct shape shape = *expr_shape(x, args[0]), right;
    for (uint32_t i = 1; i < n; i++) {
        struct shape pair[2] = {shape, *expr_shape(x, args[i])};
        uint8_t kinds[2] = {pair[0].kind, pair[1].kind};
        uint32_t bad;
        uint16_t o = overload_find(x->ops, op, 2, kinds);
        if (!o || !overload_result(x, o, 2, pair, &right, &bad)) {
            shape_fault(x, op, &pair[0], &pair[1]);
            return 0;
        }
        shape = right;
    }
    expr_t small[16], *all = small;
    if (total > 16 && !(all = mem_alloc(x->mem, total * sizeof *all)))
        return 0;
    if (inner)
        memcpy(all, expr_args(x, args[0]), inner * sizeof *all);
    else
        all[0] = args[0];
    memcpy(all + total - (n - 1), args + 1, (n - 1) * sizeof *all);
    struct expr_node node = {.op = op, .nargs = total};
    expr_t e = node_intern(x, node, &shape, all);
    if (all != small)
        mem_free(x->mem, all, total * sizeof *all);
    return e;
}

static expr_t apply_plain(struct exprs *x, op_t op, uint32_t n,
                          const expr_t *args)
{
    if (is_nary(op) && n >= 2)
        return apply_nary(x, op, n, args);
    struct shape shape;
    struct expr_node node = {.op = op, .nargs = n};
    if (!resolve(x, op, n, args, &node.overload, &shape))
        return 0;
    return node_intern(x, node, &shape, args);
}

/* -(a)*b is -(a*b): the product without its sign, negated. */
static expr_t apply_signed(struct exprs *x, op_t op, uint32_t n,
                           const expr_t *args)
{
    expr_t small[16], *all = small;
    if (n > 16 && !(all = mem_alloc(x->mem, n * sizeof *all)))
        return 0;
    memcpy(all, args, n * sizeof *all);
    bool odd = false;
    for (; all[0] && is_negative(x, all[0]); odd = !odd)
        all[0] = negated(x, all[0]);
    expr_t e = all[0] ? expr_apply(x, op, n, all) : 0;
    if (all != small)
        mem_free(x->mem, all, n * sizeof *all);
    return e && odd ? negated(x, e) : e;
}

expr_t expr_apply(struct exprs *x, op_t op, uint32_t n, const expr_t *args)
{
    for (uint32_t i = 0; i < n; i++)
        if (!args[i])
            return 0;
    if (n == 1 && is_nary(op))
        return args[0];
    if (op == OP_NEG && n == 1 && expr_op(x, args[0]) == OP_NUMBER)
        return negated(x, args[0]);
    if (op == OP_DIV && n == 2 && expr_op(x, args[0]) == OP_NUMBER &&
        expr_op(x, args[1]) == OP_NUMBER &&
        x->nodes[args[1]].payload != RAT_ZERO)
        return expr_number(x, rat_div(x->numbers, x->nodes[args[0]].payload,
                                      x->nodes[args[1]].payload));
    if (n >= 2 && passes_sign(op) && is_negative(x, args[0]))
        return apply_signed(x, op, n, args);
    return apply_plain(x, op, n, args);
}

expr_t expr_apply1(struct exprs *x, op_t op, expr_t a)
{
    return expr_apply(x, op, 1, &a);
}

expr_t expr_apply2(struct exprs *x, op_t op, expr_t a, expr_t b)
{
    expr_t args[2] = {a, b};
    return expr_apply(x, op, 2, args);
}

static expr_t call(struct exprs *x, const char *name, uint32_t n,
                   const expr_t *args)
{
    op_t op = op_find(x->ops, intern_find(x->names, name, strlen(name)));
    if (!op) {
        fault_set(x->mem->fault, FAULT_INTERNAL, "no operator '%s' in rules",
                  name);
        return 0;
    }
    return expr_apply(x, op, n, args);
}

expr_t expr_call1(struct exprs *x, const char *name, expr_t a)
{
    return call(x, name, 1, &a);
}

expr_t expr_call2(struct exprs *x, const char *name, expr_t a, expr_t b)
{
    expr_t args[2] = {a, b};
    return call(x, name, 2, args);
}
