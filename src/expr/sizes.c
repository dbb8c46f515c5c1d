/* sizes.c - the sizes that stand in an expression: parameters of sums,
 * subscripts of families, sizes of indices. */
#include <string.h>

#include "expr/expr.h"

static bool binds(const struct exprs *x, expr_t e, symbol_t s)
{
    op_t op = expr_op(x, e);
    return (op == OP_SERIES || op == OP_PRODUCT) &&
           expr_get(x, e)->payload == s;
}

/* What a pass replaces: a symbol (0: none), a family (0: none). */
struct replacing {
    struct dim_replacement size;
    decl_t from, to;
};

static expr_t replace_member(struct exprs *x, expr_t e,
                             const struct replacing *r)
{
    const struct decl d = *expr_decl(x, expr_get(x, e)->payload);
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    if (!d.family)
        return e;
    for (uint32_t i = 0; i < d.subscripts; i++)
        at[i] = dim_replace(x->dims, d.at[i], r->size);
    return expr_member(x, d.family == r->from ? r->to : d.family, at);
}

static expr_t replace_index(struct exprs *x, expr_t e,
                            struct dim_replacement r)
{
    const struct index_entry i = x->indices[expr_get(x, e)->payload];
    return expr_index(x, i.name, dim_replace(x->dims, i.low, r),
                      dim_replace(x->dims, i.size, r));
}

static expr_t replace_leaf(struct exprs *x, expr_t e,
                           const struct replacing *r)
{
    switch (expr_op(x, e)) {
    case OP_VARIABLE:
        return replace_member(x, e, r);
    case OP_SIZE:
        return expr_size_argument(
            x, dim_replace(x->dims, expr_get(x, e)->payload, r->size));
    case OP_INDEX:
        return replace_index(x, e, r->size);
    default:
        return e;
    }
}

static expr_t replace_node(struct exprs *x, struct arena *a, expr_t e,
                           const expr_t *image, const struct replacing *r)
{
    uint32_t n = expr_get(x, e)->nargs;
    if (!n)
        return replace_leaf(x, e, r);
    struct arena_mark m = arena_mark(a);
    expr_t *args = ARENA_ARRAY(a, expr_t, n);
    bool same = true;
    for (uint32_t i = 0; args && i < n; i++) {
        expr_t arg = expr_arg(x, e, i);
        args[i] = image[x->visits[arg].place];
        if (i == 2 && binds(x, e, r->size.symbol))
            args[i] = arg;
        same = same && args[i] == arg;
    }
    expr_t result = !args ? 0 : same ? e : expr_rebuild(x, e, args);
    arena_release(a, m);
    return result;
}

static expr_t replace(struct exprs *x, expr_t root, const struct replacing *r)
{
    struct arena a;
    uint32_t count;
    arena_init(&a, x->mem);
    const expr_t *list = root ? expr_reach(x, root, &a, &count) : NULL;
    expr_t *image = list ? ARENA_ARRAY(&a, expr_t, count) : NULL;
    expr_t result = 0;
    for (uint32_t i = 0; image && i < count; i++) {
        result = replace_node(x, &a, list[i], image, r);
        image[i] = result;
        if (!result)
            break;
    }
    arena_free(&a);
    return result;
}

expr_t expr_replace_size(struct exprs *x, expr_t root,
                         struct dim_replacement r)
{
    return r.by ? replace(x, root, &(struct replacing){.size = r}) : 0;
}

expr_t expr_defined(struct exprs *x, expr_t e)
{
    if (!e || expr_op(x, e) != OP_VARIABLE)
        return e;
    const struct decl d = *expr_decl(x, expr_get(x, e)->payload);
    const struct decl *f = d.family ? expr_decl(x, d.family) : NULL;
    if (!f || !f->definition || f->recursive)
        return e;
    return expr_replace_size(
        x, f->definition, (struct dim_replacement){f->parameter[0], d.at[0]});
}

expr_t expr_change_family(struct exprs *x, expr_t root, decl_t from,
                          decl_t to)
{
    return replace(x, root, &(struct replacing){.from = from, .to = to});
}

static bool leaf_mentions(const struct exprs *x, expr_t e, symbol_t s)
{
    const struct expr_node *n = expr_get(x, e);
    const struct shape *shape = expr_shape(x, e);
    if (n->op == OP_SIZE)
        return dim_mentions(x->dims, n->payload, s);
    if (n->op == OP_INDEX)
        return dim_mentions(x->dims, x->indices[n->payload].low, s) ||
               dim_mentions(x->dims, x->indices[n->payload].size, s);
    if (n->op != OP_VARIABLE)
        return false;
    const struct decl *d = expr_decl(x, n->payload);
    bool found = false;
    for (uint32_t i = 0; d->family && i < d->subscripts; i++)
        found = found || dim_mentions(x->dims, d->at[i], s);
    for (uint32_t a = 0; a < shape->order; a++)
        found = found || dim_mentions(x->dims, shape->dim[a], s);
    return found;
}

static bool node_uses_name(const struct exprs *x, expr_t e, symbol_t s)
{
    const struct expr_node *n = expr_get(x, e);
    if (n->op == OP_INDEX && x->indices[n->payload].name == s)
        return true;
    if (n->op == OP_SERIES || n->op == OP_PRODUCT)
        return n->payload == s;
    if (n->op == OP_VARIABLE) {
        const struct decl *d = expr_decl(x, n->payload);
        if (d->name == s || (d->family && x->decls[d->family].name == s))
            return true;
    }
    return leaf_mentions(x, e, s);
}

enum truth expr_uses_name(struct exprs *x, expr_t root, symbol_t name)
{
    struct arena a;
    uint32_t count = 0;
    bool found = false;
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, root, &a, &count);
    for (uint32_t i = 0; i < count && !found; i++)
        found = node_uses_name(x, list[i], name);
    arena_free(&a);
    return !list ? TRUTH_UNKNOWN : found ? TRUTH_TRUE : TRUTH_FALSE;
}
