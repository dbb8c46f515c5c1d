/* typing.c - the kind and the sizes of every node of the syntax, children
 * first.  Sizes of undeclared names are symbols made up here; what the
 * operators demand equates them. */
#include <string.h>

#include "lang/scope.h"

static struct fault *fault_of(const struct reading *r)
{
    return r->s->x->mem->fault;
}

struct shape typed_shape(const struct reading *r, syntax_t n)
{
    const struct typed *y = typed_at(r, n);
    if (y->order > 2)
        return shape_tensor(y->order, r->s->tensor_dims + y->dim[0]);
    struct shape shape = {.kind = y->kind, .order = y->order};
    for (uint32_t a = 0; a < y->order; a++)
        shape.dim[a] = y->dim[a];
    return shape;
}

bool typed_set_shape(struct reading *r, syntax_t n,
                     const struct shape *shape)
{
    struct typed *y = typed_at(r, n);
    struct scope *s = r->s;
    y->kind = shape->kind;
    y->order = shape->order;
    if (shape->order <= 2) {
        for (uint32_t a = 0; a < shape->order; a++)
            y->dim[a] = shape->dim[a];
        return true;
    }
    if (!MEM_RESERVE(s->x->mem, s->tensor_dims, s->tensor_capacity,
                     (size_t)s->tensor_used + shape->order))
        return false;
    y->dim[0] = s->tensor_used;
    for (uint32_t a = 0; a < shape->order; a++)
        s->tensor_dims[s->tensor_used++] = shape->dim[a];
    return true;
}

/* --------------------------------------------------------------- leaves */

uint8_t typing_kind(const char *name)
{
    static const char *const greek[] = {
        "alpha",   "beta", "gamma", "delta", "epsilon", "zeta",    "eta",
        "theta",   "iota", "kappa", "lambda", "mu",     "nu",      "xi",
        "omicron", "pi",   "rho",   "sigma", "tau",     "upsilon", "phi",
        "chi",     "psi",  "omega"};
    size_t length = strcspn(name, "_0123456789");
    for (size_t i = 0; i < sizeof greek / sizeof *greek; i++)
        if (strlen(greek[i]) == length && (name[0] | 0x20) == greek[i][0] &&
            !memcmp(greek[i] + 1, name + 1, length - 1))
            return SHAPE_SCALAR;
    if (name[0] >= 'A' && name[0] <= 'Z')
        return SHAPE_MATRIX;
    return name[0] >= 'h' && name[0] <= 'z' ? SHAPE_VECTOR : SHAPE_SCALAR;
}

static bool assume_name(struct reading *r, syntax_t n, struct use *u)
{
    if (r->s->strict || op_find(r->s->x->ops, u->name) >= OP_FIRST_NAMED)
        return complain_unknown_name(r, n);
    u->assumed = true;
    u->kind = typing_kind(intern_name(r->s->x->names, u->name));
    uint32_t order = u->kind == SHAPE_MATRIX ? 2 : u->kind == SHAPE_VECTOR;
    for (uint32_t a = 0; a < order; a++)
        if (!(u->dim[a] = scope_fresh(r->s)))
            return false;
    return true;
}

static bool type_size_name(struct reading *r, syntax_t n, struct use *u)
{
    struct typed *y = typed_at(r, n);
    y->as = AS_SIZE;
    y->dim[0] = dim_from_symbol(r->s->x->dims, u->name);
    if (u->entry && r->s->entries[u->entry].is_applied) {
        const char *name = intern_name(r->s->x->names, u->name);
        fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
                 "'%.60s' is a family of sizes", name);
        fault_hint(fault_of(r), "one of them: %.60s{1}", name);
        return false;
    }
    return y->dim[0] != 0;
}

/* An index that is more than a subscript is a parameter. */
static bool type_index_name(struct reading *r, syntax_t n, struct use *u)
{
    struct typed *y = typed_at(r, n), *binder = typed_at(r, u->binder);
    y->as = AS_INDEX;
    y->ref = u->binder;
    if (y->flags & TYPED_SUBSCRIPT && !(y->flags & TYPED_SIZE))
        return true;
    if (!(binder->flags & TYPED_ENTRY))
        binder->flags |= TYPED_PARAMETER;
    if (y->flags & TYPED_SIZE)
        y->dim[0] = dim_from_symbol(r->s->x->dims, u->name);
    return true;
}

/* X^k: an undeclared k that would be a vector, and no vector is an
 * exponent. */
static bool is_integer_exponent(const struct reading *r,
                                const struct typed *y, const struct use *u)
{
    return y->flags & TYPED_EXPONENT && !u->entry && !u->assumed &&
           !r->s->strict &&
           op_find(r->s->x->ops, u->name) < OP_FIRST_NAMED &&
           typing_kind(intern_name(r->s->x->names, u->name)) == SHAPE_VECTOR;
}

static bool binds_indices(const struct reading *r)
{
    for (syntax_t n = r->base; n <= r->root; n++)
        if (r->t->nodes[n].kind == SYNTAX_BINDER)
            return true;
    return false;
}

/* i, j, k, l that nothing binds are integers where they are subscripts; but in
 * a text with sums they are more likely to be forgotten there. */
static bool is_free_index(const struct reading *r, syntax_t n,
                          const struct use *u)
{
    const char *name = intern_name(r->s->x->names, u->name);
    return typed_at(r, n)->flags & TYPED_SUBSCRIPT && !r->s->strict &&
           !u->entry && !u->assumed && name[0] >= 'i' && name[0] <= 'l' &&
           !name[1] && !binds_indices(r);
}

static bool type_name(struct reading *r, syntax_t n)
{
    struct typed *y = typed_at(r, n);
    struct use *u = &r->s->uses[y->ref];
    const struct scope_entry *e = &r->s->entries[u->entry];
    struct shape shape;
    if (u->binder)
        return type_index_name(r, n, u);
    if (u->parameter)
        return type_size_name(r, n, u);
    if (u->entry && e->meaning) {
        y->as = AS_MEANING;
        shape = *expr_shape(r->s->x, e->meaning);
        return typed_set_shape(r, n, &shape);
    }
    if (u->function) {
        y->as = AS_APPLIED;
        return type_applied(r, n);
    }
    if (u->entry && e->decl && expr_decl(r->s->x, e->decl)->subscripts) {
        const char *name = intern_name(r->s->x->names, u->name);
        fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
                 "'%.60s' is a family", name);
        fault_hint(fault_of(r), "a member of it: %.60s{1}", name);
        return false;
    }
    if (u->entry && e->decl) {
        y->as = AS_VARIABLE;
        shape = expr_decl(r->s->x, e->decl)->shape;
        return typed_set_shape(r, n, &shape);
    }
    if (is_integer_exponent(r, y, u))
        u->as_size = u->exponent = true;
    if (!u->as_size && is_free_index(r, n, u))
        u->as_size = true;
    if (u->entry || (u->as_size && (!r->s->strict || r->s->free_sizes)))
        return type_size_name(r, n, u);
    if (!u->assumed && !assume_name(r, n, u))
        return false;
    y->as = AS_VARIABLE;
    y->kind = u->kind;
    y->order = u->kind == SHAPE_MATRIX ? 2 : u->kind == SHAPE_VECTOR;
    y->dim[0] = u->dim[0];
    y->dim[1] = u->dim[1];
    return true;
}

static bool type_differential(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n), *of = typed_at(r, node->first);
    if (r->t->nodes[node->first].kind != SYNTAX_NAME || !r->s->strict ||
        of->as != AS_VARIABLE)
        return fault_at(fault_of(r), FAULT_NAME, node->where,
                        "d stands before a variable of the rule");
    y->as = AS_DIFFERENTIAL;
    y->ref = of->ref;
    struct shape shape = typed_shape(r, node->first);
    return typed_set_shape(r, n, &shape);
}

/* --------------------------------------------------------------- sizes */

/* The size that a node in the place of a size is: dim[0], or 0 if none. */
static bool type_size(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct dims *t = r->s->x->dims;
    struct typed *y = typed_at(r, n);
    dim_t a = node->first ? typed_at(r, node->first)->dim[0] : 0;
    dim_t b = node->count > 1
                  ? typed_at(r, r->t->nodes[node->first].next)->dim[0]
                  : 0;
    int64_t v;
    if (node->kind == SYNTAX_MEMBER)
        return type_applied_size(r, n);
    if (node->kind == SYNTAX_NUMBER) {
        if (rat_to_int(r->s->x->numbers, node->payload, &v))
            y->dim[0] = dim_from_int(t, v);
    } else if (node->kind == SYNTAX_SIGN && a) {
        if (node->op == OP_ADD)
            y->dim[0] = dim_add(t, a, b);
        else if (node->op == OP_MUL)
            y->dim[0] = dim_mul(t, a, b);
        else if (node->op == OP_DIV && b && dim_is_int(t, b, &v) && v > 0 &&
                 v <= INT32_MAX)
            y->dim[0] = dim_over(t, a, (uint32_t)v);
        else if (node->op == OP_NEG)
            y->dim[0] = dim_sub(t, DIM_ZERO, a);
        else if (node->op == OP_POW && b == dim_from_int(t, 2))
            y->dim[0] = dim_mul(t, a, a);
    }
    return !fault_is_set(fault_of(r));
}

static bool name_is_size(struct reading *r, syntax_t n)
{
    struct typed *y = typed_at(r, n);
    if (y->as == AS_SIZE)
        return true;
    const struct syntax_node *node = &r->t->nodes[n];
    const char *name = intern_name(r->s->x->names, node->payload);
    if (y->as == AS_INDEX &&
        !(typed_at(r, y->ref)->flags & TYPED_ENTRY))
        return true;
    if (y->as == AS_INDEX)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "the index '%.60s' stands where a size is wanted",
                        name);
    fault_at(fault_of(r), FAULT_SHAPE, node->where,
             "'%.60s' is a %s, not a size", name, shape_kind_name(y->kind));
    if (y->kind != SHAPE_SCALAR)
        fault_hint(fault_of(r), "sizes are what a declaration names: n of "
                                "x[n]");
    return false;
}

/* ------------------------------------------------------------- binders */

static bool type_limits(struct reading *r, syntax_t n, struct typed *y)
{
    const struct syntax_node *node = &r->t->nodes[n];
    syntax_t low = node->first, high = r->t->nodes[low].next;
    struct dims *t = r->s->x->dims;
    dim_t from = typed_at(r, low)->dim[0], to = typed_at(r, high)->dim[0];
    int64_t v;
    if (!from || !to) {
        fault_at(fault_of(r), FAULT_SHAPE,
                 r->t->nodes[from ? high : low].where,
                 "the range of an index is made of sizes");
        fault_hint(fault_of(r), "sum(i=1..n: ...)");
        return false;
    }
    y->dim[1] = from;
    y->dim[0] = dim_add(t, dim_sub(t, to, from), DIM_ONE);
    y->flags |= TYPED_RANGED | TYPED_LIMITS;
    if (y->dim[0] && dim_is_int(t, y->dim[0], &v) && v < 1)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "this range is empty");
    return y->dim[0] != 0;
}

static bool type_binder(struct reading *r, syntax_t n)
{
    struct typed *y = typed_at(r, n);
    struct use *u = &r->s->uses[y->ref];
    if (r->t->nodes[n].count) {
        if (!type_limits(r, n, y))
            return false;
    } else {
        y->dim[0] = scope_fresh(r->s);
        y->dim[1] = DIM_ONE;
    }
    if (u->entry && r->s->entries[u->entry].is_size &&
        (r->s->entries[u->entry].in_shape ||
         typed_at(r, n)->flags & TYPED_ENTRY)) {
        fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
                 "'%.60s' is a size and cannot be an index too",
                 intern_name(r->s->x->names, u->name));
        fault_hint(fault_of(r), "give the index another name");
        return false;
    }
    u->bound = true;
    y->value = u->binder;
    u->binder = n;
    return y->dim[0] != 0;
}

/* Closes the binders' scope, the last one first. */
static bool close_binders(struct reading *r, syntax_t n, uint32_t count)
{
    enum { MOST = 2 * SHAPE_MAX_ORDER };
    syntax_t binders[MOST], c = r->t->nodes[n].first;
    if (count > MOST)
        return fault_at(fault_of(r), FAULT_LIMIT, r->t->nodes[n].where,
                        "more than %d indices at once", (int)MOST);
    for (uint32_t i = 0; i < count; i++, c = r->t->nodes[c].next)
        binders[i] = c;
    for (uint32_t i = count; i-- > 0;) {
        struct typed *y = typed_at(r, binders[i]);
        struct use *u = &r->s->uses[y->ref];
        for (uint32_t k = 0; k < i; k++)
            if (typed_at(r, binders[k])->ref == y->ref)
                return fault_at(fault_of(r), FAULT_NAME,
                                r->t->nodes[binders[i]].where,
                                "the index '%.60s' stands here twice",
                                intern_name(r->s->x->names, u->name));
        u->binder = y->value;
        y->value = 0;
    }
    return true;
}

static syntax_t last_child(const struct reading *r, syntax_t n)
{
    return syntax_child(r->t, n, r->t->nodes[n].count - 1);
}

static bool type_sum(struct reading *r, syntax_t n)
{
    struct shape shape = typed_shape(r, last_child(r, n));
    if (r->t->nodes[n].kind == SYNTAX_PRODUCT && shape.order) {
        fault_at(fault_of(r), FAULT_SHAPE,
                 r->t->nodes[last_child(r, n)].where,
                 "a factor of prod(...) is a scalar, not a %s",
                 shape_kind_name(shape.kind));
        return false;
    }
    return close_binders(r, n, r->t->nodes[n].count - 1) &&
           typed_set_shape(r, n, &shape);
}

static bool type_tensor(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    syntax_t body = last_child(r, n), c = node->first;
    dim_t dim[SHAPE_MAX_ORDER];
    uint32_t order = 0;
    char text[120];
    if (!close_binders(r, n, node->count - 1))
        return false;
    if (typed_at(r, body)->kind != SHAPE_SCALAR) {
        struct shape shape = typed_shape(r, body);
        shape_text(r->s, &shape, text);
        return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[body].where,
                        "an entry of a tensor is a scalar, not %s", text);
    }
    for (uint32_t i = 0; i + 1 < node->count;
         i++, c = r->t->nodes[c].next) {
        dim_t size = typed_at(r, c)->dim[0];
        if (order && r->t->nodes[c].flags & SYNTAX_SAME_AXIS) {
            dim[order - 1] = dim_mul(r->s->x->dims, dim[order - 1], size);
            continue;
        }
        if (order == SHAPE_MAX_ORDER)
            return fault_at(fault_of(r), FAULT_LIMIT, node->where,
                            "more than %d axes", SHAPE_MAX_ORDER);
        dim[order++] = size;
    }
    struct shape shape = shape_tensor(order, dim);
    return typed_set_shape(r, n, &shape);
}

/* ------------------------------------------------------------ elements */

static bool bad_subscript(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const struct typed *y = typed_at(r, n);
    const char *name = intern_name(r->s->x->names, node->payload);
    if (node->kind == SYNTAX_NAME && y->as == AS_VARIABLE &&
        r->s->uses[y->ref].assumed) {
        fault_at(fault_of(r), FAULT_NAME, node->where,
                 "nothing binds the index '%.60s'", name);
        fault_hint(fault_of(r), "sum(%.60s: ...)", name);
        return false;
    }
    return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                    "a subscript is a scalar, not a %s",
                    shape_kind_name(y->kind));
}

static bool check_subscript(struct reading *r, syntax_t n, dim_t axis)
{
    struct exprs *x = r->s->x;
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n);
    int64_t k, size;
    if (y->flags & TYPED_SIZE) {
        if (y->dim[0] && dim_denominator(x->dims, y->dim[0]) == 1)
            return true;
        fault_at(fault_of(r), FAULT_SHAPE, node->where,
                 "a subscript is made of indices, sizes and whole numbers");
        fault_hint(fault_of(r), "x[i], x[i+1], x[n-1], x[2]");
        return false;
    }
    if (y->kind != SHAPE_SCALAR)
        return bad_subscript(r, n);
    if (node->kind == SYNTAX_NUMBER) {
        dim_t d = unifier_resolve(&r->s->sizes, axis);
        if (!rat_to_int(x->numbers, node->payload, &k) || k < 1 ||
            (dim_is_int(x->dims, d, &size) && k > size))
            return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                            "this subscript is out of range");
    }
    if (node->kind != SYNTAX_NAME || y->as != AS_INDEX)
        return true;
    struct typed *binder = typed_at(r, y->ref);
    if (binder->flags & TYPED_LIMITS)
        return true;
    binder->flags |= TYPED_RANGED;
    if (typing_unify(r->s, binder->dim[0], axis))
        return true;
    char a[80], b[80];
    size_text(r->s, binder->dim[0], a);
    size_text(r->s, axis, b);
    return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                    "the index '%.60s' runs over the size %s here and %s "
                    "elsewhere",
                    intern_name(x->names, node->payload), b, a);
}

static bool bad_range(struct reading *r, syntax_t n, const char *why)
{
    fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where, "%s", why);
    fault_hint(fault_of(r), "x[2:n], A[1:2,:]: the first place and the last, "
               "from 1 on");
    return false;
}

/* Whether d is known, and below the limit. */
static bool is_below(const struct dims *t, dim_t d, int64_t limit)
{
    int64_t value;
    return dim_is_int(t, d, &value) && value < limit;
}

/* The 2:n of x[2:n]: how many places that are. */
static bool check_span(struct reading *r, syntax_t n, dim_t axis,
                       dim_t *length)
{
    struct dims *t = r->s->x->dims;
    syntax_t first = r->t->nodes[n].first, last = r->t->nodes[first].next;
    dim_t low = unifier_resolve(&r->s->sizes, typed_at(r, first)->dim[0]);
    dim_t high = unifier_resolve(&r->s->sizes, typed_at(r, last)->dim[0]);
    if (!low || !high || dim_denominator(t, low) != 1 ||
        dim_denominator(t, high) != 1)
        return bad_range(r, n, "the ends of a range are indices, sizes and "
                               "whole numbers");
    *length = dim_add(t, dim_sub(t, high, low), DIM_ONE);
    dim_t left = dim_sub(t, unifier_resolve(&r->s->sizes, axis), high);
    if (!*length || !left)
        return false;
    if (is_below(t, *length, 1))
        return bad_range(r, n, "an empty range");
    if (is_below(t, low, 1) || is_below(t, left, 0))
        return bad_range(r, n, "this range leaves the axis");
    return true;
}

/* What is left of the base's axes. */
struct slice {
    uint32_t count, whole, axis; /* how many, how many ':', the last one */
    dim_t dim[SHAPE_MAX_ORDER];
};

/* The shape of what a ':' or a range leaves: a column, a row, a block. */
static bool type_slice(struct reading *r, syntax_t n,
                       const struct shape *base, const struct slice *left)
{
    const struct span where = r->t->nodes[n].where;
    struct shape s;
    if (base->order > 2)
        return fault_at(fault_of(r), FAULT_UNSUPPORTED, where,
                        "a part of a tensor of order 3 or more");
    if (left->whole == 2) {
        fault_at(fault_of(r), FAULT_SHAPE, where,
                 "this is all of the matrix");
        fault_hint(fault_of(r), "A, a row A[1,:], a column A[:,1]");
        return false;
    }
    if (left->count == 2)
        s = shape_matrix(left->dim[0], left->dim[1]);
    else if (base->order == 2 ? left->axis == 1 : base->kind == SHAPE_ROW)
        s = shape_row(left->dim[0]);
    else
        s = shape_vector(left->dim[0]);
    return typed_set_shape(r, n, &s);
}

static bool type_element(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct shape shape = typed_shape(r, node->first);
    uint32_t k = node->count - 1;
    struct slice left = {.count = 0};
    char text[120];
    if (k != shape.order) {
        shape_text(r->s, &shape, text);
        fault_at(fault_of(r), FAULT_SHAPE, node->where,
                 "%u subscript%s of %s", k, k == 1 ? "" : "s", text);
        if (shape.order)
            fault_hint(fault_of(r), "it takes %u: %s", shape.order,
                       shape.order == 1   ? "x[i]"
                       : shape.order == 2 ? "A[i,j]"
                                          : "T[i,j,k]");
        return false;
    }
    syntax_t c = r->t->nodes[node->first].next;
    for (uint32_t a = 0; a < k; a++, c = r->t->nodes[c].next) {
        uint8_t kind = r->t->nodes[c].kind;
        if (kind != SYNTAX_WHOLE && kind != SYNTAX_SPAN) {
            if (!check_subscript(r, c, shape.dim[a]))
                return false;
            continue;
        }
        left.whole += kind == SYNTAX_WHOLE;
        left.axis = a;
        dim_t *dim = &left.dim[left.count++];
        *dim = shape.dim[a];
        if (kind == SYNTAX_SPAN && !check_span(r, c, shape.dim[a], dim))
            return false;
    }
    return !left.count || type_slice(r, n, &shape, &left);
}

/* --------------------------------------------------------------- calls */

static bool type_fill(struct reading *r, syntax_t n, bool matrix)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n);
    if (node->count != 1 || typed_at(r, node->first)->kind != SHAPE_SCALAR)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "%s(c) takes one scalar",
                        matrix ? "matrix" : "vector");
    y->as = matrix ? AS_FILLED_MATRIX : AS_FILLED_VECTOR;
    dim_t a = scope_fresh(r->s), b = matrix ? scope_fresh(r->s) : DIM_ONE;
    if (!a || !b)
        return false;
    struct shape shape = matrix ? shape_matrix(a, b) : shape_vector(a);
    return typed_set_shape(r, n, &shape);
}

static bool type_call(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const char *name = intern_name(r->s->x->names, node->payload);
    op_t op = typed_at(r, n)->op;
    if (!op && !r->s->strict && !strcmp(name, "vector"))
        return type_fill(r, n, false);
    if (!op && !r->s->strict && !strcmp(name, "matrix"))
        return type_fill(r, n, true);
    if (!op)
        return complain_unknown_function(r, n);
    if (node->flags & SYNTAX_BARS && !strcmp(name, "abs") &&
        typed_at(r, node->first)->kind == SHAPE_MATRIX) {
        fault_at(fault_of(r), FAULT_SHAPE, node->where,
                 "|X| of a matrix can be two things");
        fault_hint(fault_of(r), "det(X) for the determinant, abs(X) by "
                                "entries");
        return false;
    }
    return type_application(r, n, op, name);
}

static bool type_sign(struct reading *r, syntax_t n)
{
    static const char *const signs[] = {"+", "-", "*", "/", "\\", ".*",
                                        "./", "^", ".^", "'"};
    const struct syntax_node *node = &r->t->nodes[n];
    op_t op = node->op;
    const struct syntax_node *first = &r->t->nodes[node->first];
    if ((op == OP_ADD || op == OP_MUL || op == OP_HAD) &&
        first->kind == SYNTAX_SIGN && first->op == op)
        typed_at(r, node->first)->flags |= TYPED_ABSORBED;
    return type_application(r, n, op, signs[op - OP_ADD]);
}

static bool type_node(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n);
    if (y->flags & TYPED_NAMED)
        return true;
    if (y->flags & TYPED_SIZE && node->kind != SYNTAX_NAME)
        return type_size(r, n);
    if (y->as == AS_APPLIED)
        return type_applied(r, n);
    switch ((enum syntax_kind)node->kind) {
    case SYNTAX_NONE:
    case SYNTAX_NUMBER:
    case SYNTAX_WHOLE:
    case SYNTAX_SPAN:
        return true;
    case SYNTAX_NAME:
        return type_name(r, n) &&
               (!(y->flags & TYPED_SIZE) || name_is_size(r, n));
    case SYNTAX_SIGN:
        return type_sign(r, n);
    case SYNTAX_CALL:
        return type_call(r, n);
    case SYNTAX_PARTIAL: /* of what is no abstract function */
        return complain_partial(r, n);
    case SYNTAX_ELEMENT:
        return type_element(r, n);
    case SYNTAX_SUM:
    case SYNTAX_PRODUCT:
        return type_sum(r, n);
    case SYNTAX_MEMBER:
        return type_member(r, n);
    case SYNTAX_TENSOR:
        return type_tensor(r, n);
    case SYNTAX_BINDER:
        return type_binder(r, n);
    case SYNTAX_DIFFERENTIAL:
        return type_differential(r, n);
    default:
        fault_at(fault_of(r), FAULT_SYNTAX, node->where,
                 node->kind == SYNTAX_RANGE
                     ? "a range stands only before the ':' of a sum"
                     : "a list in brackets stands only in tensor(i,(j,k): "
                       "...)");
        return false;
    }
}

bool typing_run(struct reading *r)
{
    for (syntax_t n = r->base; n <= r->root; n++)
        if (!type_node(r, n))
            return false;
    return true;
}

/* Nothing tells how far a parameter runs: from 1 to some size. */
static bool assume_range(struct reading *r, syntax_t n)
{
    struct scope *s = r->s;
    const struct typed *y = typed_at(r, n);
    if (!MEM_RESERVE(s->x->mem, s->ranges, s->range_capacity,
                     (size_t)s->range_count + 1))
        return false;
    s->ranges[s->range_count++] = (struct assumed_range){
        r->t->nodes[n].payload, y->dim[1], y->dim[0]};
    return true;
}

bool typing_check_ranges(struct reading *r)
{
    for (syntax_t n = r->base; n <= r->root; n++) {
        const struct syntax_node *node = &r->t->nodes[n];
        if (node->kind != SYNTAX_BINDER ||
            typed_at(r, n)->flags & TYPED_RANGED)
            continue;
        if (typed_at(r, n)->flags & TYPED_PARAMETER && !r->s->strict) {
            if (!assume_range(r, n))
                return false;
            continue;
        }
        const char *name = intern_name(r->s->x->names, node->payload);
        fault_at(fault_of(r), FAULT_SHAPE, node->where,
                 "nothing tells how far the index '%.60s' runs", name);
        fault_hint(fault_of(r), "%.60s=1..n", name);
        return false;
    }
    return true;
}
