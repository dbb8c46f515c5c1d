/* families.c - members of families, W{l-1} and d{l-1}, and the parameters of
 * sums that they mention. */
#include <string.h>

#include "lang/scope.h"

static struct fault *fault_of(const struct reading *r)
{
    return r->s->x->mem->fault;
}

/* ---------------------------------------------------------------- typing */

/* A size that is whole whatever its names are. */
static bool is_integer(const struct reading *r, syntax_t n)
{
    dim_t d = typed_at(r, n)->dim[0];
    return d && dim_denominator(r->s->x->dims, d) == 1;
}

static bool not_an_integer(struct reading *r, syntax_t n)
{
    fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
             "a subscript in braces is a whole number");
    fault_hint(fault_of(r), "made of names of sizes, whole numbers, +, - and "
                            "*: l, l-1, 2");
    return false;
}

bool type_applied_size(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n);
    const struct use *u = &r->s->uses[y->ref];
    const char *name = intern_name(r->s->x->names, node->payload);
    if (u->entry && !r->s->entries[u->entry].is_size)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "'%.60s' is not a family of sizes", name);
    if (node->count != 1)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "a size has one subscript in braces");
    if (!is_integer(r, node->first))
        return not_an_integer(r, node->first);
    y->as = AS_SIZE;
    y->dim[0] = dim_apply(r->s->x->dims, node->payload,
                          typed_at(r, node->first)->dim[0]);
    return y->dim[0] != 0;
}

static bool no_family(struct reading *r, syntax_t n, const struct use *u)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const char *name = intern_name(r->s->x->names, node->payload);
    fault_at(fault_of(r), FAULT_NAME, node->where, "'%.60s' is %s", name,
             u->entry ? "not a family" : "not declared as a family");
    fault_hint(fault_of(r), "let %.60s{l}[m,n] declares matrices, %.60s{l}[n] "
                            "vectors, %.60s{l} scalars", name, name, name);
    return false;
}

static bool is_made_up(struct reading *r, dim_t d)
{
    symbol_t s =
        dim_is_symbol(r->s->x->dims, unifier_resolve(&r->s->sizes, d));
    return s && intern_name(r->s->x->names, s)[0] == '?';
}

/* Where nobody says how far a family goes, it goes as far in all sums that do
 * not know it either. */
static void share_range(struct reading *r, syntax_t n, struct use *family,
                        uint32_t k)
{
    const struct typed *y = typed_at(r, n);
    if (r->t->nodes[n].kind != SYNTAX_NAME || y->as != AS_INDEX)
        return;
    const struct typed *binder = typed_at(r, y->ref);
    if (binder->flags & (TYPED_LIMITS | TYPED_ENTRY) ||
        binder->dim[1] != DIM_ONE)
        return;
    if (!family->dim[k])
        family->dim[k] = binder->dim[0];
    if (is_made_up(r, family->dim[k]) || is_made_up(r, binder->dim[0]))
        typing_unify(r->s, binder->dim[0], family->dim[k]);
}

/* x{i} with a bound i runs as far as the family does. */
static bool take_range(struct reading *r, syntax_t n, const struct decl *d,
                       uint32_t k)
{
    struct dims *t = r->s->x->dims;
    const struct typed *y = typed_at(r, n);
    if (r->t->nodes[n].kind != SYNTAX_NAME || y->as != AS_INDEX ||
        !d->low[k] || !d->high[k])
        return true;
    struct typed *binder = typed_at(r, y->ref);
    if (binder->flags & (TYPED_LIMITS | TYPED_ENTRY))
        return true;
    dim_t size = dim_add(t, dim_sub(t, d->high[k], d->low[k]), DIM_ONE);
    bool known = binder->flags & TYPED_RANGED;
    if (!known)
        binder->dim[1] = d->low[k];
    binder->flags |= TYPED_RANGED;
    if (binder->dim[1] == d->low[k] &&
        typing_unify(r->s, binder->dim[0], size))
        return true;
    char a[80], b[80];
    size_text(r->s, binder->dim[0], a);
    size_text(r->s, size, b);
    return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
                    "the index '%.60s' runs over the size %s here and %s "
                    "elsewhere",
                    intern_name(r->s->x->names, r->t->nodes[n].payload), b,
                    a);
}

/* x{0} of a family x{i=1..m}; but a{0} is where a recursion begins. */
static bool within_family(struct reading *r, syntax_t c, const struct decl *d,
                          uint32_t k, dim_t at)
{
    struct dims *t = r->s->x->dims;
    int64_t v, low, high;
    if (!d->low[k] || d->recursive || !dim_is_int(t, at, &v))
        return true;
    if ((!dim_is_int(t, d->low[k], &low) || v >= low) &&
        (!d->high[k] || !dim_is_int(t, d->high[k], &high) || v <= high))
        return true;
    return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[c].where,
                    "this subscript is out of range");
}

bool type_member(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct typed *y = typed_at(r, n);
    struct use *u = &r->s->uses[y->ref];
    const struct scope_entry *e = &r->s->entries[u->entry];
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    uint32_t k = 0;
    if (u->entry && e->is_size)
        return type_applied_size(r, n);
    if (!u->entry || !e->decl || !expr_decl(r->s->x, e->decl)->subscripts)
        return no_family(r, n, u);
    const struct decl d = *expr_decl(r->s->x, e->decl);
    if (node->count != d.subscripts)
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        "a member of the family '%.60s' has %u subscript%s "
                        "in braces, not %u",
                        intern_name(r->s->x->names, node->payload),
                        d.subscripts, d.subscripts == 1 ? "" : "s",
                        node->count);
    for (syntax_t c = node->first; c; c = r->t->nodes[c].next, k++) {
        at[k] = typed_at(r, c)->dim[0];
        if (!is_integer(r, c))
            return not_an_integer(r, c);
        if (!d.low[k])
            share_range(r, c, u, k);
        if (!take_range(r, c, &d, k) || !within_family(r, c, &d, k, at[k]))
            return false;
    }
    struct shape shape;
    if (!expr_member_shape(r->s->x, e->decl, at, &shape))
        return false;
    y->as = AS_MEMBER;
    y->kind = shape.kind;
    y->order = shape.order;
    y->dim[0] = shape.dim[0];
    y->dim[1] = shape.dim[1];
    return true;
}

/* -------------------------------------------------------------- building */

expr_t build_member(struct reading *r, syntax_t n)
{
    const struct use *u = &r->s->uses[typed_at(r, n)->ref];
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    uint32_t k = 0;
    for (syntax_t c = r->t->nodes[n].first; c; c = r->t->nodes[c].next)
        at[k++] = unifier_resolve(&r->s->sizes, typed_at(r, c)->dim[0]);
    return expr_member(r->s->x, u->decl, at);
}

/* ----------------------------------------------------------- definitions */

/* The whole axis that a plain subscript with the parameter runs over, or 0:
 * in x{i} = X[:,i] that is how far i runs. */
static dim_t defining_axis(struct exprs *x, const expr_t *list, uint32_t n,
                           symbol_t parameter)
{
    for (uint32_t i = 0; i < n; i++) {
        if (expr_op(x, list[i]) != OP_ELEMENT)
            continue;
        const struct shape *s = expr_shape(x, expr_arg(x, list[i], 0));
        for (uint32_t a = 0; a < s->order; a++) {
            const struct expr_node *at =
                expr_get(x, expr_arg(x, list[i], a + 1));
            if (at->op == OP_SIZE &&
                dim_is_symbol(x->dims, at->payload) == parameter)
                return s->dim[a];
        }
    }
    return 0;
}

bool families_complain(struct scope *s, struct span where, const char *what,
                       const char *hint)
{
    fault_at(s->x->mem->fault, FAULT_SHAPE, where, "%s", what);
    fault_hint(s->x->mem->fault, "%s", hint);
    return false;
}

bool families_define(struct scope *s, const struct syntax *t,
                     syntax_t declaration, decl_t family, bool has_sizes)
{
    struct exprs *x = s->x;
    syntax_t last = syntax_child(t, declaration,
                                 t->nodes[declaration].count - 1);
    struct span where = t->nodes[last].where;
    const struct decl f = *expr_decl(x, family);
    expr_t value = 0;
    if (f.subscripts != 1)
        return families_complain(s, where,
                                 "a definition is of a family with one "
                                 "subscript", "x{i} = X[:,i]");
    if (!scope_elaborate_member(s, t, t->nodes[last].first, &f, &value))
        return false;
    struct arena_mark mark = arena_mark(&s->arena);
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, value, &s->arena, &n);
    dim_t axis = list ? defining_axis(x, list, n, f.parameter[0]) : 0;
    arena_release(&s->arena, mark);
    const struct shape shape = *expr_shape(x, value);
    if (has_sizes && !shape_equal(&shape, &f.shape))
        return families_complain(s, where,
                                 "the value is not of the size declared",
                                 "a{l}[d{l}] = tanh(W{l}*a{l-1}+b{l})");
    struct decl *d = &x->decls[family];
    d->shape = shape;
    d->definition = value;
    if (!d->low[0] && axis) {
        d->low[0] = DIM_ONE;
        d->high[0] = axis;
    }
    return list != NULL;
}

/* An index with limits that are not those of the axis. */
static void find_part(struct reading *r, syntax_t subscript, dim_t axis)
{
    const struct typed *y = typed_at(r, subscript);
    if (r->t->nodes[subscript].kind != SYNTAX_NAME || y->as != AS_INDEX)
        return;
    struct typed *binder = typed_at(r, y->ref);
    if (!(binder->flags & TYPED_LIMITS) || binder->flags & TYPED_ENTRY)
        return;
    if (unifier_resolve(&r->s->sizes, binder->dim[1]) != DIM_ONE ||
        unifier_resolve(&r->s->sizes, binder->dim[0]) !=
            unifier_resolve(&r->s->sizes, axis))
        binder->flags |= TYPED_PARAMETER;
}

void families_find_parts(struct reading *r)
{
    for (syntax_t n = r->base; n <= r->root; n++) {
        const struct syntax_node *node = &r->t->nodes[n];
        if (node->kind != SYNTAX_ELEMENT)
            continue;
        struct shape shape = typed_shape(r, node->first);
        syntax_t c = r->t->nodes[node->first].next;
        for (uint32_t a = 0; c && a < shape.order;
             a++, c = r->t->nodes[c].next)
            find_part(r, c, shape.dim[a]);
    }
}

/* --------------------------------------------------------------- checks */

struct part {
    struct reading *r;
    syntax_t binder;
    symbol_t symbol;
    dim_t low, high;
};

static bool is_negative(struct dims *t, dim_t d)
{
    int64_t v;
    return d && dim_is_int(t, d, &v) && v < 0;
}

/* Whether `at` leaves first .. last for some value of the parameter, as far
 * as numbers tell (`at` is linear in it, or is not looked at). */
static bool leaves(const struct part *p, dim_t at, dim_t first, dim_t last)
{
    struct dims *t = p->r->s->x->dims;
    struct dim_replacement ends[2] = {{p->symbol, p->low},
                                      {p->symbol, p->high}};
    if (!at || !dim_mentions(t, at, p->symbol))
        return false;
    for (int i = 0; i < 2; i++) {
        dim_t end = dim_replace(t, at, ends[i]);
        if ((first && is_negative(t, dim_sub(t, end, first))) ||
            (last && is_negative(t, dim_sub(t, last, end))))
            return true;
    }
    return false;
}

static bool complain_leaves(const struct part *p, const char *what,
                            const char *name)
{
    return fault_at(fault_of(p->r), FAULT_SHAPE,
                    p->r->t->nodes[p->binder].where,
                    "over this range of '%.60s', a subscript of %s%.60s is "
                    "out of range",
                    intern_name(p->r->s->x->names, p->symbol), what, name);
}

static bool check_element(const struct part *p, expr_t e)
{
    struct exprs *x = p->r->s->x;
    expr_t base = expr_arg(x, e, 0);
    const struct shape shape = *expr_shape(x, base);
    const char *name = expr_op(x, base) == OP_VARIABLE
                           ? intern_name(x->names,
                                         expr_decl(x, expr_get(x, base)
                                                          ->payload)
                                             ->name)
                           : "a value";
    for (uint32_t a = 0; a < shape.order; a++) {
        dim_t at = expr_as_size(x, expr_arg(x, e, a + 1));
        if (leaves(p, at, DIM_ONE, shape.dim[a]))
            return complain_leaves(p, "", name);
    }
    return true;
}

static bool check_variable(const struct part *p, expr_t e)
{
    struct exprs *x = p->r->s->x;
    const struct decl d = *expr_decl(x, expr_get(x, e)->payload);
    if (!d.family) {
        for (uint32_t a = 0; a < d.shape.order; a++)
            if (dim_mentions(x->dims, d.shape.dim[a], p->symbol))
                return fault_at(
                    fault_of(p->r), FAULT_SHAPE,
                    p->r->t->nodes[p->binder].where,
                    "the size of '%.60s' would depend on '%.60s'",
                    intern_name(x->names, d.name),
                    intern_name(x->names, p->symbol));
        return true;
    }
    const struct decl *f = expr_decl(x, d.family);
    /* Of a recursion all members may be spoken of. */
    for (uint32_t i = 0; i < d.subscripts && !f->recursive; i++)
        if (leaves(p, d.at[i], f->low[i], f->high[i]))
            return complain_leaves(p, "the family ",
                                   intern_name(x->names, f->name));
    return true;
}

bool families_check_body(struct reading *r, syntax_t binder, dim_t low,
                         dim_t high, expr_t body)
{
    struct exprs *x = r->s->x;
    struct part p = {r, binder, r->t->nodes[binder].payload, low, high};
    struct arena_mark mark = arena_mark(&r->s->arena);
    uint32_t n = 0;
    const expr_t *list =
        body && low && high ? expr_reach(x, body, &r->s->arena, &n) : NULL;
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++) {
        op_t op = expr_op(x, list[i]);
        ok = op == OP_ELEMENT    ? check_element(&p, list[i])
             : op == OP_VARIABLE ? check_variable(&p, list[i])
                                 : true;
    }
    arena_release(&r->s->arena, mark);
    return ok;
}
