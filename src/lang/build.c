/* build.c - typed nodes from syntax whose shapes are known. */
#include <string.h>

#include "lang/scope.h"

static expr_t value_of(const struct reading *r, syntax_t n)
{
    return typed_at(r, n)->value;
}

static dim_t final_dim(struct reading *r, dim_t d)
{
    return unifier_resolve(&r->s->sizes, d);
}

static expr_t size_argument(struct reading *r, syntax_t n)
{
    return expr_size_argument(r->s->x,
                              final_dim(r, typed_at(r, n)->dim[0]));
}

/* An assigned name keeps the sizes it was made with. */
static expr_t build_meaning(struct reading *r, syntax_t n, const struct use *u)
{
    expr_t e = r->s->entries[u->entry].meaning;
    struct shape shape = *expr_shape(r->s->x, e);
    for (uint32_t a = 0; a < shape.order; a++)
        if (final_dim(r, shape.dim[a]) != shape.dim[a]) {
            fault_at(r->s->x->mem->fault, FAULT_SHAPE, r->t->nodes[n].where,
                     "'%.60s' would need other sizes here than it was "
                     "assigned with",
                     intern_name(r->s->x->names, u->name));
            return 0;
        }
    return e;
}

static expr_t build_name(struct reading *r, syntax_t n)
{
    const struct typed *y = typed_at(r, n);
    switch (y->as) {
    case AS_INDEX:
        return typed_at(r, y->ref)->value;
    case AS_MEMBER:
        return build_member(r, n);
    case AS_SIZE:
        return expr_size(r->s->x, final_dim(r, y->dim[0]));
    case AS_MEANING:
        return build_meaning(r, n, &r->s->uses[y->ref]);
    default:
        return r->s->uses[y->ref].node;
    }
}

/* vector(c) is c*ones(n), matrix(c) is c*ones(m,n). */
static expr_t build_filled(struct reading *r, syntax_t n)
{
    struct exprs *x = r->s->x;
    const struct typed *y = typed_at(r, n);
    expr_t c = value_of(r, r->t->nodes[n].first);
    expr_t a = expr_size_argument(x, final_dim(r, y->dim[0])), ones;
    if (y->as == AS_FILLED_VECTOR)
        ones = expr_call1(x, "ones", a);
    else
        ones = expr_call2(x, "ones", a,
                          expr_size_argument(x, final_dim(r, y->dim[1])));
    return expr_is_number(x, c, RAT_ONE) ? ones
                                         : expr_apply2(x, OP_MUL, c, ones);
}

/* a+b+c+... is one node: the chain of first operands, gathered from its
 * end. */
static expr_t build_chain(struct reading *r, syntax_t n)
{
    struct syntax_node *nodes = r->t->nodes;
    uint32_t count = nodes[n].count;
    syntax_t c = n;
    while (typed_at(r, nodes[c].first)->flags & TYPED_ABSORBED) {
        c = nodes[c].first;
        count += nodes[c].count - 1;
    }
    expr_t small[16], *args = small, e = 0;
    struct arena_mark mark = arena_mark(&r->s->arena);
    if (count > 16)
        args = ARENA_ARRAY(&r->s->arena, expr_t, count);
    if (args) {
        uint32_t k = count;
        for (c = n; k > 1; c = nodes[c].first) {
            args[--k] = value_of(r, nodes[nodes[c].first].next);
            args[0] = value_of(r, nodes[c].first);
        }
        e = expr_apply(r->s->x, nodes[n].op, count, args);
    }
    arena_release(&r->s->arena, mark);
    return e;
}

static bool has_variable(struct exprs *x, expr_t e)
{
    uint8_t *used = mem_alloc(x->mem, (size_t)e + 1);
    bool found = false;
    if (used)
        expr_mark_used(x, e, used);
    for (expr_t i = 1; used && i <= e && !found; i++)
        found = used[i] && expr_op(x, i) == OP_VARIABLE;
    mem_free(x->mem, used, (size_t)e + 1);
    return found;
}

/* The operator that X^a is, for a matrix X and an exponent that is a fraction
 * or a variable not known to be whole; 0 else, or if rules do not have such
 * powers. */
static op_t real_power(const struct reading *r, op_t op, expr_t a, expr_t b)
{
    struct exprs *x = r->s->x;
    if (r->s->strict || op != OP_POW || !a || !b ||
        expr_shape(x, a)->kind != SHAPE_MATRIX)
        return 0;
    const struct expr_node *k = expr_get(x, b);
    if (k->op == OP_NUMBER && rat_is_integer(x->numbers, k->payload))
        return 0;
    if (k->op == OP_VARIABLE &&
        expr_decl(x, k->payload)->properties & PROP_INTEGER)
        return 0;
    if (k->op != OP_NUMBER && (expr_as_size(x, b) || !has_variable(x, b)))
        return 0;
    return op_find(x->ops, intern_find(x->names, "powm", 4));
}

/* What shapes do not tell: exponents of matrices, division by zero. */
static bool check_values(struct reading *r, syntax_t n, expr_t a, expr_t b)
{
    struct exprs *x = r->s->x;
    struct span where = r->t->nodes[n].where;
    op_t op = r->t->nodes[n].op;
    if (!a || !b)
        return false;
    if ((op == OP_DIV || op == OP_HDIV) && expr_is_number(x, b, RAT_ZERO))
        return fault_at(x->mem->fault, FAULT_DOMAIN, where,
                        "a division by zero");
    if (r->s->strict || op != OP_POW ||
        expr_shape(x, a)->kind != SHAPE_MATRIX)
        return true;
    const struct expr_node *k = expr_get(x, b);
    if (k->op == OP_NUMBER ? rat_is_integer(x->numbers, k->payload)
                           : expr_as_size(x, b) != 0)
        return true;
    fault_at(x->mem->fault, FAULT_UNSUPPORTED, where,
             "a power of a matrix has a whole number as exponent");
    fault_hint(x->mem->fault, "A^2, A^-1, A^k with 'size k'; A.^c by "
                              "entries");
    return false;
}

static expr_t build_sign(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    if (node->op == OP_ADD || node->op == OP_MUL || node->op == OP_HAD)
        return build_chain(r, n);
    expr_t a = value_of(r, node->first);
    if (node->count == 1)
        return expr_apply1(r->s->x, node->op, a);
    expr_t b = value_of(r, r->t->nodes[node->first].next);
    op_t power = real_power(r, node->op, a, b);
    if (power)
        return expr_apply2(r->s->x, power, a, b);
    return check_values(r, n, a, b) ? expr_apply2(r->s->x, node->op, a, b)
                                    : 0;
}

static expr_t build_call(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct ops *ops = r->s->x->ops;
    const struct typed *y = typed_at(r, n);
    expr_t args[OP_MAX_ARGS];
    uint32_t k = 0;
    if (y->as == AS_FILLED_VECTOR || y->as == AS_FILLED_MATRIX)
        return build_filled(r, n);
    bool sizes = overload_get(ops, op_row(ops, y->op)->first)->size_args;
    for (syntax_t c = node->first; c; c = r->t->nodes[c].next)
        args[k++] = sizes ? size_argument(r, c) : value_of(r, c);
    return expr_apply(r->s->x, y->op, k, args);
}

static expr_t build_element(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    expr_t subscript[SHAPE_MAX_ORDER];
    uint32_t k = 0;
    syntax_t c = r->t->nodes[node->first].next;
    for (; c && k < SHAPE_MAX_ORDER; c = r->t->nodes[c].next)
        subscript[k++] = typed_at(r, c)->flags & TYPED_SIZE
                             ? size_argument(r, c)
                             : value_of(r, c);
    return expr_element(r->s->x, value_of(r, node->first), k, subscript);
}

static expr_t build_binder(struct reading *r, syntax_t n)
{
    const struct typed *y = typed_at(r, n);
    symbol_t name = r->t->nodes[n].payload;
    if (y->flags & TYPED_PARAMETER)
        return expr_size_argument(r->s->x,
                                  dim_from_symbol(r->s->x->dims, name));
    return expr_index(r->s->x, name,
                      final_dim(r, y->dim[1]), final_dim(r, y->dim[0]));
}

static expr_t build_series(struct reading *r, op_t op, syntax_t binder,
                           expr_t body)
{
    struct dims *t = r->s->x->dims;
    const struct typed *y = typed_at(r, binder);
    dim_t low = final_dim(r, y->dim[1]);
    dim_t high = dim_sub(t, dim_add(t, low, final_dim(r, y->dim[0])),
                         DIM_ONE);
    return families_check_body(r, binder, low, high, body)
               ? expr_series(r->s->x, op, r->t->nodes[binder].payload, low,
                             high, body)
               : 0;
}

/* sum(i,l=1..L: body): parameters one by one, indices together. */
static expr_t build_sum(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    op_t op = node->kind == SYNTAX_PRODUCT ? OP_PRODUCT : OP_SERIES;
    syntax_t binder[2 * SHAPE_MAX_ORDER], c = node->first;
    expr_t index[2 * SHAPE_MAX_ORDER];
    uint32_t count = 0, run = 0;
    for (; count + 1 < node->count; c = r->t->nodes[c].next)
        binder[count++] = c;
    expr_t body = value_of(r, c);
    while (count-- > 0) {
        const struct typed *y = typed_at(r, binder[count]);
        bool first = !count || typed_at(r, binder[count - 1])->flags &
                                   TYPED_PARAMETER;
        if (y->flags & TYPED_PARAMETER) {
            body = build_series(r, op, binder[count], body);
            continue;
        }
        memmove(index + 1, index, run++ * sizeof *index);
        index[0] = y->value;
        if (!first)
            continue;
        body = expr_sum(r->s->x, run, index, body);
        run = 0;
    }
    return body;
}

/* tensor(binders: body). */
static expr_t build_tensor(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    expr_t index[2 * SHAPE_MAX_ORDER];
    uint32_t groups = 0, k = 0;
    syntax_t c = node->first;
    for (; k + 1 < node->count; k++, c = r->t->nodes[c].next) {
        index[k] = value_of(r, c);
        if (!(r->t->nodes[c].flags & SYNTAX_SAME_AXIS))
            groups |= UINT32_C(1) << k;
    }
    return expr_tensor(r->s->x, k, index, groups, value_of(r, c));
}

static expr_t build_differential(struct reading *r, syntax_t n)
{
    const struct use *u = &r->s->uses[typed_at(r, n)->ref];
    return scope_differential(r->s, r->s->entries[u->entry].decl);
}

static expr_t build_node(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    if (typed_at(r, n)->as == AS_APPLIED)
        return build_applied(r, n);
    switch ((enum syntax_kind)node->kind) {
    case SYNTAX_NUMBER:
        return expr_number(r->s->x, node->payload);
    case SYNTAX_NAME:
        return build_name(r, n);
    case SYNTAX_SIGN:
        return build_sign(r, n);
    case SYNTAX_CALL:
        return build_call(r, n);
    case SYNTAX_ELEMENT:
        return build_element(r, n);
    case SYNTAX_WHOLE:
        return expr_whole(r->s->x);
    case SYNTAX_SPAN: {
        syntax_t high = r->t->nodes[node->first].next;
        return expr_span(r->s->x,
                         final_dim(r, typed_at(r, node->first)->dim[0]),
                         final_dim(r, typed_at(r, high)->dim[0]));
    }
    case SYNTAX_BINDER:
        return build_binder(r, n);
    case SYNTAX_DIFFERENTIAL:
        return build_differential(r, n);
    case SYNTAX_MEMBER:
        return build_name(r, n);
    case SYNTAX_TENSOR:
        return build_tensor(r, n);
    default:
        return build_sum(r, n);
    }
}

bool build_run(struct reading *r, expr_t *result)
{
    struct fault *f = r->s->x->mem->fault;
    families_find_parts(r);
    for (syntax_t n = r->base; n <= r->root; n++) {
        struct typed *y = typed_at(r, n);
        if (r->t->nodes[n].kind == SYNTAX_NONE ||
            y->flags & (TYPED_SIZE | TYPED_ABSORBED | TYPED_NAMED))
            continue;
        y->value = build_node(r, n);
        if (y->value)
            continue;
        if (!fault_is_set(f))
            fault_set(f, FAULT_INTERNAL, "an expression could not be made");
        if (!f->where.end)
            f->where = r->t->nodes[n].where;
        return false;
    }
    *result = value_of(r, r->root);
    return true;
}
