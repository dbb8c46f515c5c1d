/* fact.c - what properties values have: by declaration, by facts.
 *
 * Properties of a node are found once, from those of its children, and
 * remembered.  A fact about one operator of plain variables is applied to
 * the children's properties directly, along a sum or product of any length;
 * others are matched. */
#include <string.h>

#include "expr/function.h"
#include "rule/match.h"

enum { MAX_NESTING = 6 };

properties_t properties_closure(properties_t p, const struct shape *shape)
{
    struct fault ignored; /* its texts matter to nobody */
    struct mem m = {.fault = &ignored};
    if (!p)
        return 0;
    ignored.kind = FAULT_NONE;
    properties_t all = property_close(&m, p, shape, "");
    return all ? all : p;
}

static void number_properties(const struct exprs *x, rat_t value,
                              properties_t *holds, properties_t *fails)
{
    int sign = rat_sign(x->numbers, value);
    *holds = PROP_CONSTANT;
    *holds |= sign > 0 ? PROP_POSITIVE : 0;
    *holds |= sign >= 0 ? PROP_NONNEG : 0;
    *holds |= sign != 0 ? PROP_NONZERO : 0;
    *holds |= rat_is_integer(x->numbers, value) ? PROP_INTEGER : 0;
    *fails = (PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO | PROP_INTEGER) &
             ~*holds;
}

/* A value of which only this is known: an argument of a transfer. */
struct value {
    properties_t holds;
    struct shape shape;
};

/* Does the fact, about an operator of plain variables, apply? */
static bool transfers_to(struct rules *r, const struct pattern *p, op_t op,
                         uint32_t n, const struct value *args,
                         const struct shape *result)
{
    struct exprs *x = r->x;
    struct match m; /* of which only the sizes are used */
    bool lifted = p->lifts && result->kind != SHAPE_SCALAR &&
                  op != OP_MUL && op != OP_POW;
    if (expr_get(x, p->left)->nargs != n)
        return false;
    m.x = x;
    m.nsizes = 0;
    if (op == OP_DIV && lifted && args[1].shape.kind != SHAPE_SCALAR)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct decl *d =
            expr_decl(x, expr_get(x, expr_arg(x, p->left, i))->payload);
        properties_t needs = d->properties & ~(properties_t)PROP_CONSTANT;
        if ((args[i].holds & needs) != needs ||
            (!lifted && !match_shape(&m, &d->shape, &args[i].shape)))
            return false;
    }
    return true;
}

/* What is known of a value. */
struct known {
    properties_t holds, fails;
};

static void learn(struct known *k, const struct pattern *p,
                  const struct shape *shape)
{
    if (p->denies)
        k->fails |= p->predicate;
    else
        k->holds = properties_closure(k->holds | p->predicate, shape);
}

static bool is_news(const struct known *k, const struct pattern *p)
{
    return ((p->denies ? k->fails : k->holds) & p->predicate) != p->predicate;
}

static struct known transfer(struct rules *r, op_t op, uint32_t n,
                             const struct value *args,
                             const struct shape *result)
{
    struct known k = {0, 0};
    struct pattern_list list = patterns_for(r, FACTS, op);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct pattern *p = pattern_listed(r, list, i);
        if (p->transfers && is_news(&k, p) &&
            transfers_to(r, p, op, n, args, result))
            learn(&k, p, result);
    }
    return k;
}

static bool is_nary(op_t op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_HAD;
}

static struct value value_of(const struct rules *r, expr_t e)
{
    return (struct value){r->holds[e], *expr_shape(r->x, e)};
}

static bool pair_shape(struct rules *r, op_t op, const struct value *pair,
                       struct shape *result)
{
    struct shape shapes[2] = {pair[0].shape, pair[1].shape};
    uint8_t kinds[2] = {shapes[0].kind, shapes[1].kind};
    uint32_t bad;
    uint16_t o = overload_find(r->x->ops, op, 2, kinds);
    return o && overload_result(r->x, o, 2, shapes, result, &bad);
}

/* A product with scalars: that of the other factors, scaled. */
static struct known scaled(struct rules *r, const struct match *m,
                           const struct shape *result)
{
    struct value args[2];
    struct shape chain;
    struct known k = {0, 0};
    if (!product_chain(r->x, m->nfactors, m->factors, &chain))
        return k;
    expr_t e = expr_apply(r->x, OP_MUL, m->nfactors, m->factors);
    k.holds = rules_holding(r, e);
    for (uint32_t i = 0; i < m->nscalars && !fault_is_set(r->mem->fault);
         i++) {
        args[0] = value_of(r, m->scalars[i]);
        args[1] = (struct value){k.holds, *result};
        k = transfer(r, OP_MUL, 2, args, result);
    }
    return k;
}

/* By facts about the operator, along its arguments. */
static struct known by_transfer(struct rules *r, expr_t e)
{
    struct exprs *x = r->x;
    const struct expr_node n = *expr_get(x, e);
    struct value args[OP_MAX_ARGS];
    struct shape result = *expr_shape(x, e);
    struct known k = {0, 0};
    if (!is_nary(n.op)) {
        if (n.nargs > OP_MAX_ARGS)
            return k;
        for (uint32_t i = 0; i < n.nargs; i++)
            args[i] = value_of(r, expr_arg(x, e, i));
        return transfer(r, n.op, n.nargs, args, &result);
    }
    struct match m = {.r = r, .x = x};
    if (n.op == OP_MUL && n.nargs > 2 && match_split(&m, e) && m.nscalars &&
        m.nfactors > 1)
        return scaled(r, &m, &result);
    args[0] = value_of(r, expr_arg(x, e, 0));
    for (uint32_t i = 1; i < n.nargs; i++) {
        args[1] = value_of(r, expr_arg(x, e, i));
        if (!pair_shape(r, n.op, args, &result))
            return (struct known){0, 0};
        k = transfer(r, n.op, 2, args, &result);
        args[0] = (struct value){k.holds, result};
    }
    return k;
}

/* Operations by entries keep symmetry; so does a scalar factor. */
static bool keeps_symmetry(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    return n->op == OP_ADD || n->op == OP_HAD || n->op == OP_NEG ||
           (n->overload && overload_get(x->ops, n->overload)->entrywise);
}

static properties_t by_entries(const struct rules *r, expr_t e)
{
    const struct exprs *x = r->x;
    if (expr_shape(x, e)->kind != SHAPE_MATRIX || !keeps_symmetry(x, e))
        return 0;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++) {
        expr_t a = expr_arg(x, e, i);
        if (!is_scalar(x, a) && !(r->holds[a] & PROP_SYMMETRIC))
            return 0;
    }
    return PROP_SYMMETRIC;
}

properties_t properties_inherited(const struct exprs *x, expr_t e,
                                  expr_t *from)
{
    const properties_t entries =
        PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO | PROP_INTEGER;
    const properties_t sums = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                              PROP_DIAGONAL | PROP_LOWER | PROP_UPPER |
                              PROP_PSD | PROP_NONNEG | PROP_INTEGER;
    uint32_t n = expr_get(x, e)->nargs;
    *from = n ? expr_arg(x, e, n - 1) : 0;
    switch (expr_op(x, e)) {
    case OP_ELEMENT:
        *from = expr_arg(x, e, 0);
        return entries;
    case OP_TENSOR:
    case OP_PRODUCT:
        return entries;
    case OP_SUM: /* of one term at least */
        return entries & ~(properties_t)PROP_NONZERO;
    case OP_SERIES: /* perhaps of none */
        return sums;
    default:
        return 0;
    }
}

static properties_t by_inheritance(const struct rules *r, expr_t e)
{
    expr_t from;
    properties_t mask = properties_inherited(r->x, e, &from);
    return mask ? r->holds[from] & mask : 0;
}

static void by_facts(struct rules *r, expr_t e, struct known *k)
{
    struct match m;
    struct pattern_list list = patterns_for(r, FACTS, expr_op(r->x, e));
    for (uint32_t i = 0; i < list.count; i++) {
        const struct pattern *p = pattern_listed(r, list, i);
        if (!p->transfers && is_news(k, p) &&
            match_try(&m, r, p, e, false, false))
            learn(k, p, expr_shape(r->x, e));
    }
}

/* Made of constants only. */
static bool is_constant(const struct rules *r, expr_t e)
{
    uint32_t n = expr_get(r->x, e)->nargs;
    for (uint32_t i = 0; i < n; i++)
        if (!(r->holds[expr_arg(r->x, e, i)] & PROP_CONSTANT))
            return false;
    return n > 0;
}

/* What is taken to hold for a while. */
static properties_t by_assumption(const struct rules *r, expr_t e)
{
    properties_t holds = 0;
    for (uint32_t i = 0; i < r->ngiven; i++)
        if (r->given[i].is.subject == e && !r->given[i].left_out)
            holds |= (properties_t)r->given[i].is.predicate;
    for (uint32_t i = 0; r->assumed && i < r->assumed->count; i++)
        if (r->assumed->items[i].subject == e)
            holds |= (properties_t)r->assumed->items[i].predicate;
    return holds;
}

void properties_forget(struct rules *r)
{
    for (uint32_t i = 0; i < r->asked_count; i++)
        r->known[r->asked[i]] &= (uint8_t)~KNOWN_PROPERTIES;
    r->asked_count = 0;
}

bool size_is_axis(const struct exprs *x, dim_t size)
{
    for (decl_t d = 1; d <= x->decl_count; d++) {
        const struct decl *v = expr_decl(x, d);
        for (uint32_t i = 0; v->role == DECL_VARIABLE && i < v->shape.order;
             i++)
            if (v->shape.dim[i] == size)
                return true;
    }
    return false;
}

/* An index is a whole number, from its first value on. */
static properties_t index_properties(const struct exprs *x, uint32_t index)
{
    int64_t low;
    properties_t p = PROP_INTEGER | PROP_CONSTANT;
    if (dim_is_int(x->dims, x->indices[index].low, &low))
        p |= low > 0 ? PROP_POSITIVE : low == 0 ? PROP_NONNEG : 0;
    return p;
}

/* The node's own, its children being known. */
static bool find_properties(struct rules *r, expr_t e)
{
    struct exprs *x = r->x;
    const struct expr_node n = *expr_get(x, e);
    struct shape shape = *expr_shape(x, e);
    struct known k = {0, 0};
    if (n.op == OP_NUMBER)
        number_properties(x, n.payload, &k.holds, &k.fails);
    else if (n.op == OP_VARIABLE)
        k.holds = expr_decl(x, n.payload)->properties;
    else if (n.op == OP_APPLY)
        k.holds = applied_properties(x, n.payload);
    else if (n.op == OP_SIZE)
        k.holds = PROP_INTEGER | PROP_CONSTANT |
                  (size_is_axis(x, n.payload) ? PROP_POSITIVE : 0);
    else if (n.op == OP_INDEX)
        k.holds = index_properties(x, n.payload);
    else if (n.nargs && n.op != OP_SUM && n.op != OP_TENSOR) {
        k = by_transfer(r, e);
        k.holds |= by_entries(r, e);
        by_facts(r, e, &k);
    }
    k.holds |= by_inheritance(r, e);
    if (fault_is_set(r->mem->fault) || !rules_reserve(r) ||
        !MEM_RESERVE(r->mem, r->asked, r->asked_capacity,
                     (size_t)r->asked_count + 1))
        return false;
    r->asked[r->asked_count++] = e;
    k.holds |= by_assumption(r, e) | (is_constant(r, e) ? PROP_CONSTANT : 0);
    r->holds[e] = properties_closure(k.holds, &shape);
    r->fails[e] = property_denied(k.fails, &shape);
    r->known[e] |= KNOWN_PROPERTIES;
    return true;
}

struct walk {
    struct visit *items;
    uint32_t count, capacity;
};

static bool walk_push(struct rules *r, struct walk *w, expr_t e)
{
    if (!MEM_RESERVE(r->mem, w->items, w->capacity, (size_t)w->count + 1))
        return false;
    w->items[w->count++] = (struct visit){e, 0};
    return true;
}

static bool find_all(struct rules *r, struct walk *w, expr_t root)
{
    if (!walk_push(r, w, root))
        return false;
    while (w->count) {
        struct visit *v = &w->items[w->count - 1];
        if (v->child < expr_get(r->x, v->node)->nargs) {
            expr_t a = expr_arg(r->x, v->node, v->child++);
            if (!(r->known[a] & KNOWN_PROPERTIES) && !walk_push(r, w, a))
                return false;
            continue;
        }
        expr_t e = v->node;
        w->count--;
        if (!find_properties(r, e))
            return false;
    }
    return true;
}

properties_t rules_holding(struct rules *r, expr_t e)
{
    if (!e || !rules_reserve(r))
        return 0;
    if (r->known[e] & KNOWN_PROPERTIES)
        return r->holds[e];
    if (r->nesting >= MAX_NESTING)
        return 0;
    struct walk w = {0};
    r->nesting++;
    bool ok = find_all(r, &w, e);
    r->nesting--;
    MEM_FREE_ARRAY(r->mem, w.items, w.capacity);
    return ok ? r->holds[e] : 0;
}

properties_t rules_failing(struct rules *r, expr_t e)
{
    rules_holding(r, e);
    return e && r->known[e] & KNOWN_PROPERTIES ? r->fails[e] : 0;
}

enum truth rules_property(struct rules *r, expr_t e, enum property p)
{
    properties_t bit = (properties_t)p;
    if ((rules_holding(r, e) & bit) == bit)
        return TRUTH_TRUE;
    if (e && r->known[e] & KNOWN_PROPERTIES && r->fails[e] & bit)
        return TRUTH_FALSE;
    return TRUTH_UNKNOWN;
}
