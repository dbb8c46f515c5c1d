/* overlap.c - unification of left sides.  Sizes are unified after the rest:
 * by then it is known which expressions are to be of the same shape. */
#include "rule/overlap.h"

#include <stdio.h>
#include <string.h>

#include "rule/match.h"

enum { MAX_NAMES = 2 * PATTERN_MAX_VARIABLES, MAX_NODES = 64 };
enum { MAX_PAIRS = 32, MAX_DEPTH = 40, MAX_OPERANDS = 12, NONE = MAX_NAMES };

struct search {
    struct rules *r;
    struct exprs *x;
    struct overlap found;
    expr_t outer, inner; /* the left sides, apart in their names */
    expr_t variable[MAX_NAMES], bound[MAX_NAMES], made[MAX_NAMES];
    uint32_t n, order[MAX_NAMES], norder; /* bound, in this order */
    dim_t pair[MAX_PAIRS][2]; /* sizes that are to be equal */
    uint32_t npairs;
    struct unifier sizes;
    struct match *match;
    bool (*use)(void *data, const struct overlap *o);
    void *data;
    bool stopped;
};

/* ------------------------------------------------------------ names apart */

static symbol_t second_name(struct exprs *x, symbol_t s)
{
    char name[200];
    int n = snprintf(name, sizeof name, "%.150s2", intern_name(x->names, s));
    return intern_bytes(x->names, name, (size_t)n);
}

static dim_t second_size(void *data, symbol_t s)
{
    struct exprs *x = data;
    symbol_t name = second_name(x, s);
    return name ? dim_from_symbol(x->dims, name) : 0;
}

static void note_sizes(struct match *m, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(m->x->dims, d); i++) {
        struct dim_term t = dim_term_at(m->x->dims, d, i);
        for (uint32_t j = 0; j < t.nsymbols; j++) {
            uint32_t k = 0;
            while (k < m->nsizes && m->size_name[k] != t.symbols[j])
                k++;
            if (k == m->nsizes && k < PATTERN_MAX_SIZES)
                m->size_name[m->nsizes++] = t.symbols[j];
        }
    }
}

static void note_all_sizes(struct match *m, expr_t e)
{
    const struct expr_node *n = expr_get(m->x, e);
    const struct shape s = *expr_shape(m->x, e);
    for (uint32_t i = 0; i < s.order; i++)
        note_sizes(m, s.dim[i]);
    if (n->op == OP_SIZE)
        note_sizes(m, n->payload);
    for (uint32_t i = 0; i < n->nargs; i++)
        note_all_sizes(m, expr_arg(m->x, e, i));
}

static expr_t second_variable(struct exprs *x, decl_t from)
{
    struct decl d = *expr_decl(x, from);
    d.name = second_name(x, d.name);
    d.rest = false;
    for (uint32_t i = 0; i < d.shape.order; i++)
        d.shape.dim[i] = dim_substitute(x->dims, d.shape.dim[i], second_size,
                                        x);
    return d.name ? expr_variable(x, expr_declare(x, &d)) : 0;
}

/* The outer left side with other names for everything. */
static expr_t rename_outer(struct search *s, const struct pattern *p)
{
    struct match *m = s->match;
    *m = (struct match){.r = s->r, .x = s->x, .pattern = p};
    note_all_sizes(m, p->left);
    for (uint32_t i = 0; i < m->nsizes; i++)
        m->size[i] = second_size(s->x, m->size_name[i]);
    for (uint32_t i = 0; i < p->nvariables; i++) {
        m->value[i] = second_variable(s->x, p->first + i);
        if (!m->value[i])
            return 0;
        s->variable[s->n++] = m->value[i];
    }
    return match_build(m, p->left);
}

/* ------------------------------------------------------------ unification */

static uint32_t place_of(const struct search *s, expr_t e)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->variable[i] == e)
            return i;
    return NONE;
}

static expr_t resolve(const struct search *s, expr_t e)
{
    for (uint32_t i; (i = place_of(s, e)) != NONE && s->bound[i];)
        e = s->bound[i];
    return e;
}

struct mark {
    uint32_t norder, npairs;
};

static struct mark mark(const struct search *s)
{
    return (struct mark){s->norder, s->npairs};
}

static void undo(struct search *s, struct mark m)
{
    while (s->norder > m.norder)
        s->bound[s->order[--s->norder]] = 0;
    s->npairs = m.npairs;
}

static bool occurs(const struct search *s, expr_t v, expr_t e, uint32_t depth)
{
    e = resolve(s, e);
    if (e == v || !depth)
        return true;
    for (uint32_t i = 0; i < expr_get(s->x, e)->nargs; i++)
        if (occurs(s, v, expr_arg(s->x, e, i), depth - 1))
            return true;
    return false;
}

static bool bind(struct search *s, uint32_t i, expr_t e)
{
    if (expr_shape(s->x, s->variable[i])->kind != expr_shape(s->x, e)->kind ||
        occurs(s, s->variable[i], e, MAX_DEPTH))
        return false;
    s->bound[i] = e;
    s->order[s->norder++] = i;
    return true;
}

static bool pair_sizes(struct search *s, dim_t a, dim_t b)
{
    if (s->npairs == MAX_PAIRS || !a || !b)
        return false;
    s->pair[s->npairs][0] = a;
    s->pair[s->npairs++][1] = b;
    return true;
}

static bool unify(struct search *s, expr_t e, expr_t f, uint32_t depth);

static bool is_commutative(const struct search *s, op_t op, expr_t e)
{
    return op == OP_ADD || op == OP_HAD ||
           (op == OP_MUL && is_scalar(s->x, e));
}

/* The arguments of e from `i` on with those of f, of which `used` are. */
static bool unify_any(struct search *s, expr_t e, expr_t f, uint32_t i,
                      uint32_t used, uint32_t depth)
{
    uint32_t n = expr_get(s->x, e)->nargs, m = expr_get(s->x, f)->nargs;
    if (i == n)
        return true;
    for (uint32_t j = 0; j < m && j < MAX_OPERANDS; j++) {
        struct mark k = mark(s);
        if (!(used >> j & 1) &&
            unify(s, expr_arg(s->x, e, i), expr_arg(s->x, f, j), depth) &&
            unify_any(s, e, f, i + 1, used | UINT32_C(1) << j, depth))
            return true;
        undo(s, k);
    }
    return false;
}

static bool unify_args(struct search *s, expr_t e, expr_t f, uint32_t depth)
{
    uint32_t n = expr_get(s->x, e)->nargs;
    bool ok = n == expr_get(s->x, f)->nargs;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = unify(s, expr_arg(s->x, e, i), expr_arg(s->x, f, i), depth);
    return ok;
}

static bool unify(struct search *s, expr_t e, expr_t f, uint32_t depth)
{
    e = resolve(s, e);
    f = resolve(s, f);
    uint32_t i = place_of(s, e), j = place_of(s, f);
    if (e == f)
        return true;
    if (!depth)
        return false;
    if (i != NONE || j != NONE)
        return i != NONE ? bind(s, i, f) : bind(s, j, e);
    op_t op = expr_op(s->x, e);
    if (op != expr_op(s->x, f) || op == OP_NUMBER || op == OP_INDEX)
        return false;
    if (op == OP_SIZE)
        return pair_sizes(s, expr_get(s->x, e)->payload,
                          expr_get(s->x, f)->payload);
    if (is_commutative(s, op, e) &&
        expr_get(s->x, e)->nargs == expr_get(s->x, f)->nargs)
        return unify_any(s, e, f, 0, 0, depth - 1);
    return unify_args(s, e, f, depth - 1);
}

/* ---------------------------------------------------------------- the peak */

static bool any_size(void *data, symbol_t s)
{
    (void)data;
    return s != 0;
}

static bool same_shape(struct search *s, const struct shape *a,
                       const struct shape *b)
{
    bool ok = a->kind == b->kind && a->order == b->order;
    for (uint32_t i = 0; ok && i < a->order; i++)
        ok = unifier_equate(&s->sizes, a->dim[i], b->dim[i]);
    return ok;
}

static bool solve_sizes(struct search *s)
{
    bool ok = true;
    unifier_clear(&s->sizes);
    for (uint32_t i = 0; ok && i < s->npairs; i++)
        ok = unifier_equate(&s->sizes, s->pair[i][0], s->pair[i][1]);
    for (uint32_t i = 0; ok && i < s->n; i++) {
        struct shape a = *expr_shape(s->x, s->variable[i]);
        struct shape b = *expr_shape(s->x, resolve(s, s->variable[i]));
        ok = same_shape(s, &a, &b);
    }
    return ok;
}

/* One variable for all that are the same now, with the properties of all. */
static expr_t make_variable(struct search *s, uint32_t i)
{
    struct exprs *x = s->x;
    if (s->made[i])
        return s->made[i];
    struct decl d = *expr_decl(x, expr_get(x, s->variable[i])->payload);
    d.role = DECL_VARIABLE;
    d.rest = false;
    for (uint32_t k = 0; k < s->n; k++)
        if (resolve(s, s->variable[k]) == s->variable[i])
            d.properties |= expr_decl(
                x, expr_get(x, s->variable[k])->payload)->properties;
    for (uint32_t k = 0; k < d.shape.order; k++)
        d.shape.dim[k] = unifier_resolve(&s->sizes, d.shape.dim[k]);
    return s->made[i] = expr_variable(x, expr_declare(x, &d));
}

static expr_t instance(struct search *s, expr_t e, uint32_t depth);

/* eye(m*n): the arguments are sizes. */
static expr_t instance_sized(struct search *s, expr_t e)
{
    const struct expr_node n = *expr_get(s->x, e);
    expr_t args[OP_MAX_ARGS];
    for (uint32_t i = 0; i < n.nargs && i < OP_MAX_ARGS; i++) {
        dim_t d = expr_as_size(s->x, expr_arg(s->x, e, i));
        args[i] = d ? expr_size_argument(s->x, unifier_resolve(&s->sizes, d))
                    : 0;
    }
    return expr_apply(s->x, n.op, n.nargs, args);
}

static expr_t instance(struct search *s, expr_t e, uint32_t depth)
{
    e = resolve(s, e);
    uint32_t i = place_of(s, e);
    const struct expr_node n = *expr_get(s->x, e);
    expr_t args[MAX_OPERANDS];
    if (i != NONE)
        return make_variable(s, i);
    if (n.op == OP_SIZE)
        return expr_size(s->x, unifier_resolve(&s->sizes, n.payload));
    if (!n.nargs)
        return e;
    if (!depth || n.nargs > MAX_OPERANDS)
        return 0;
    if (n.overload && overload_get(s->x->ops, n.overload)->size_args)
        return instance_sized(s, e);
    for (uint32_t k = 0; k < n.nargs; k++) {
        args[k] = instance(s, expr_arg(s->x, e, k), depth - 1);
        if (!args[k])
            return 0;
    }
    return n.op == OP_MUL || n.op == OP_ADD || n.op == OP_HAD
               ? expr_apply(s->x, n.op, n.nargs, args)
               : expr_rebuild(s->x, e, args);
}

/* ----------------------------------------------------------- both results */

static expr_t apply(struct search *s, const struct pattern *p, expr_t e)
{
    if (expr_op(s->x, e) != expr_op(s->x, p->left) || !rules_reserve(s->r) ||
        !match_try(s->match, s->r, p, e, true, false))
        return 0;
    expr_t result = match_result(s->match, e);
    return result == e ? 0 : result;
}

static expr_t replace(struct exprs *x, expr_t e, expr_t from, expr_t to)
{
    expr_t args[MAX_OPERANDS];
    uint32_t n = expr_get(x, e)->nargs;
    if (e == from)
        return to;
    if (!n || n > MAX_OPERANDS)
        return n ? 0 : e;
    for (uint32_t i = 0; i < n; i++) {
        args[i] = replace(x, expr_arg(x, e, i), from, to);
        if (!args[i])
            return 0;
    }
    return expr_rebuild(x, e, args);
}

static void collect(const struct exprs *x, expr_t e, expr_t *nodes,
                    uint32_t *n)
{
    for (uint32_t i = 0; i < *n; i++)
        if (nodes[i] == e)
            return;
    if (*n == MAX_NODES || !expr_get(x, e)->nargs)
        return;
    nodes[(*n)++] = e;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        collect(x, expr_arg(x, e, i), nodes, n);
}

/* What has no meaning in the end is no overlap. */
static bool forgive(struct search *s)
{
    struct fault *f = s->r->mem->fault;
    if (f->kind == FAULT_MEMORY || f->kind == FAULT_INTERNAL)
        return false;
    fault_clear(f);
    return true;
}

static bool compare(struct search *s, expr_t one, expr_t other)
{
    s->found.one = rules_rewrite(s->r, one, NULL, NULL);
    s->found.other = other ? rules_rewrite(s->r, other, NULL, NULL) : 0;
    if (!s->found.one || !s->found.other)
        return forgive(s);
    if (s->found.one == s->found.other)
        return true;
    s->stopped = !s->use(s->data, &s->found);
    return !s->stopped;
}

static bool examine(struct search *s, expr_t peak)
{
    expr_t nodes[MAX_NODES];
    uint32_t n = 0;
    expr_t one = apply(s, s->found.outer, peak);
    if (!one)
        return forgive(s);
    s->found.peak = peak;
    collect(s->x, peak, nodes, &n);
    for (uint32_t i = 0; i < n; i++) {
        if (nodes[i] == peak && s->found.outer == s->found.inner)
            continue;
        expr_t part = apply(s, s->found.inner, nodes[i]);
        if (part && !compare(s, one, replace(s->x, peak, nodes[i], part)))
            return false;
    }
    return forgive(s);
}

/* With the bindings there are: the sum or product of these, or the one. */
static bool examine_terms(struct search *s, op_t op, uint32_t n,
                          const expr_t *terms)
{
    expr_t args[2 * MAX_OPERANDS], peak;
    memset(s->made, 0, sizeof s->made);
    if (!solve_sizes(s))
        return forgive(s);
    for (uint32_t i = 0; i < n; i++)
        if (!(args[i] = instance(s, terms[i], MAX_DEPTH)))
            return forgive(s);
    peak = n == 1 ? args[0] : expr_apply(s->x, op, n, args);
    return peak ? examine(s, peak) : forgive(s);
}

/* ----------------------------------------------------------------- places */

/* A part of the outer left side that the inner one is, or is a part of. */
static bool at_part(struct search *s, expr_t part)
{
    struct mark k = mark(s);
    op_t op = expr_op(s->x, s->inner);
    bool some = op == expr_op(s->x, part) &&
                is_commutative(s, op, s->inner) &&
                expr_get(s->x, s->inner)->nargs <
                    expr_get(s->x, part)->nargs;
    bool fits = some ? unify_any(s, s->inner, part, 0, 0, MAX_DEPTH)
                     : unify(s, s->inner, part, MAX_DEPTH);
    bool ok = !fits || examine_terms(s, OP_NONE, 1, &s->outer);
    undo(s, k);
    return ok;
}

/* Both are sums or products, and share a term. */
static bool at_terms(struct search *s, op_t op)
{
    struct exprs *x = s->x;
    uint32_t n = expr_get(x, s->outer)->nargs;
    uint32_t m = expr_get(x, s->inner)->nargs;
    bool ok = n <= MAX_OPERANDS && m <= MAX_OPERANDS;
    for (uint32_t i = 0; ok && i < n; i++)
        for (uint32_t j = 0; ok && j < m; j++) {
            expr_t terms[2 * MAX_OPERANDS];
            struct mark k = mark(s);
            uint32_t count = 0;
            for (uint32_t t = 0; t < n; t++)
                terms[count++] = expr_arg(x, s->outer, t);
            for (uint32_t t = 0; t < m; t++)
                if (t != j)
                    terms[count++] = expr_arg(x, s->inner, t);
            if (unify(s, expr_arg(x, s->outer, i), expr_arg(x, s->inner, j),
                      MAX_DEPTH))
                ok = examine_terms(s, op, count, terms);
            undo(s, k);
        }
    return ok;
}

/* The last factors of one are the first of the other. */
static bool at_factors(struct search *s, expr_t a, expr_t b)
{
    struct exprs *x = s->x;
    uint32_t n = expr_get(x, a)->nargs, m = expr_get(x, b)->nargs;
    bool ok = n <= MAX_OPERANDS && m <= MAX_OPERANDS;
    for (uint32_t o = 1; ok && o < n && o < m; o++) {
        expr_t terms[2 * MAX_OPERANDS];
        struct mark k = mark(s);
        uint32_t count = 0;
        bool fits = true;
        for (uint32_t t = 0; t < n; t++)
            terms[count++] = expr_arg(x, a, t);
        for (uint32_t t = o; t < m; t++)
            terms[count++] = expr_arg(x, b, t);
        for (uint32_t t = 0; fits && t < o; t++)
            fits = unify(s, expr_arg(x, a, n - o + t), expr_arg(x, b, t),
                         MAX_DEPTH);
        if (fits)
            ok = examine_terms(s, OP_MUL, count, terms);
        undo(s, k);
    }
    return ok;
}

static bool at_roots(struct search *s)
{
    op_t op = expr_op(s->x, s->outer);
    if (op != expr_op(s->x, s->inner))
        return true;
    if (is_commutative(s, op, s->outer) && is_commutative(s, op, s->inner))
        return at_terms(s, op);
    return op != OP_MUL || (at_factors(s, s->outer, s->inner) &&
                            at_factors(s, s->inner, s->outer));
}

static bool mentions(const struct exprs *x, expr_t e, op_t op)
{
    bool found = expr_op(x, e) == op;
    for (uint32_t i = 0; !found && i < expr_get(x, e)->nargs; i++)
        found = mentions(x, expr_arg(x, e, i), op);
    return found;
}

static bool has_index(const struct exprs *x, expr_t e)
{
    op_t op = expr_op(x, e);
    bool found = op == OP_INDEX || op == OP_APPLY || op == OP_SERIES ||
                 op == OP_PRODUCT;
    for (uint32_t i = 0; !found && i < expr_get(x, e)->nargs; i++)
        found = has_index(x, expr_arg(x, e, i));
    return found;
}

static bool run(struct search *s)
{
    expr_t nodes[MAX_NODES];
    uint32_t n = 0;
    const struct pattern *p = s->found.inner;
    s->outer = rename_outer(s, s->found.outer);
    if (!s->outer)
        return forgive(s);
    for (uint32_t i = 0; i < p->nvariables; i++)
        s->variable[s->n++] = expr_variable(s->x, p->first + i);
    s->inner = p->left;
    collect(s->x, s->outer, nodes, &n);
    for (uint32_t i = 0; i < n; i++)
        if (place_of(s, nodes[i]) == NONE && !at_part(s, nodes[i]))
            return false;
    return at_roots(s);
}

bool overlap_each(struct rules *r, const struct pattern *outer,
                  const struct pattern *inner,
                  bool (*use)(void *data, const struct overlap *o), void *data)
{
    struct search s = {.r = r, .x = r->x, .use = use, .data = data,
                       .found = {.outer = outer, .inner = inner}};
    if (outer->law || inner->law || /* these are for proofs alone */
        !mentions(r->x, outer->left, expr_op(r->x, inner->left)) ||
        has_index(r->x, outer->left) || has_index(r->x, inner->left))
        return true;
    s.match = mem_alloc(r->mem, sizeof *s.match);
    if (!s.match)
        return false;
    unifier_init(&s.sizes, r->x->dims, any_size, NULL);
    bool ok = run(&s);
    unifier_free(&s.sizes);
    mem_free(r->mem, s.match, sizeof *s.match);
    return ok;
}
