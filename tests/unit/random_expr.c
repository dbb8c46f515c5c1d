#include "random_expr.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BOUND = 4, MAX_CANDIDATES = 512, MAX_PATTERNS = 24 };

struct generator {
    struct exprs *x;
    struct random *r;
    const struct random_options *o;
    expr_t bound[MAX_BOUND]; /* the indices in scope */
    uint32_t nbound;
};

static expr_t generate(struct generator *g, const struct shape *s,
                       uint32_t depth);

static bool has(const struct generator *g, unsigned feature)
{
    return g->o->features & feature;
}

static bool chance(struct generator *g, uint32_t percent)
{
    return random_below(g->r, 100) < percent;
}

static bool is_failed(const struct generator *g)
{
    enum fault_kind k = g->x->mem->fault->kind;
    return k == FAULT_MEMORY || k == FAULT_LIMIT || k == FAULT_INTERNAL;
}

/* An attempt that failed, by 1/0 say, is forgotten. */
static expr_t or_else(struct generator *g, expr_t e, const struct shape *s,
                      uint32_t depth)
{
    if (e || is_failed(g))
        return e;
    fault_clear(g->x->mem->fault);
    return generate(g, s, depth ? depth - 1 : 0);
}

static dim_t random_size(struct generator *g)
{
    return g->o->sizes[random_below(g->r, g->o->nsizes)];
}

/* ---------------------------------------------------------------- leaves */

static expr_t random_number(struct generator *g)
{
    static const int64_t few[][2] = {
        {1, 1}, {2, 1}, {3, 1},  {1, 2},   {-1, 1},  {-2, 1}, {3, 2},
        {5, 1}, {1, 3}, {-1, 2}, {1, 100}, {25, 10}, {-3, 4}, {10, 1}};
    static const int64_t odd[][2] = {{0, 1},
                                     {INT64_MAX, 1},
                                     {INT64_MIN + 1, 7},
                                     {1, INT64_MAX},
                                     {123456789, 1000},
                                     {-7, 100000}};
    if (has(g, RANDOM_ODD_NUMBERS) && chance(g, 5)) {
        uint32_t k = random_below(g->r, sizeof odd / sizeof *odd);
        return expr_number(g->x, rat_from_ratio(g->x->numbers, odd[k][0],
                                                odd[k][1]));
    }
    uint32_t k = random_below(g->r, sizeof few / sizeof *few);
    return expr_number(g->x,
                       rat_from_ratio(g->x->numbers, few[k][0], few[k][1]));
}

static expr_t random_variable(struct generator *g, const struct shape *s)
{
    uint32_t n = g->o->nvariables, from = n ? random_below(g->r, n) : 0;
    for (uint32_t i = 0; i < n; i++) {
        expr_t v = g->o->variables[(from + i) % n];
        if (shape_equal(expr_shape(g->x, v), s))
            return v;
    }
    return 0;
}

/* An index in scope that runs to `size`, or 1. */
static expr_t random_subscript(struct generator *g, dim_t size)
{
    uint32_t from = g->nbound ? random_below(g->r, g->nbound) : 0;
    for (uint32_t i = 0; i < g->nbound; i++) {
        expr_t e = g->bound[(from + i) % g->nbound];
        uint32_t id = expr_get(g->x, e)->payload;
        if (g->x->indices[id].size == size)
            return e;
    }
    return expr_int(g->x, 1);
}

static expr_t element_of(struct generator *g, expr_t base)
{
    struct shape s = *expr_shape(g->x, base);
    expr_t subscript[2];
    for (uint32_t a = 0; a < s.order; a++)
        subscript[a] = random_subscript(g, s.dim[a]);
    return expr_element(g->x, base, s.order, subscript);
}

static expr_t random_element(struct generator *g)
{
    uint32_t n = g->o->nvariables, from = n ? random_below(g->r, n) : 0;
    for (uint32_t i = 0; i < n; i++) {
        expr_t v = g->o->variables[(from + i) % n];
        uint32_t order = expr_shape(g->x, v)->order;
        if (order == 1 || order == 2)
            return element_of(g, v);
    }
    return 0;
}

static expr_t constant(struct generator *g, const char *name, uint32_t n,
                       const dim_t *sizes)
{
    struct exprs *x = g->x;
    op_t op = op_find(x->ops, intern_find(x->names, name, strlen(name)));
    expr_t args[2];
    for (uint32_t i = 0; i < n; i++)
        args[i] = expr_size_argument(x, sizes[i]);
    return op ? expr_apply(x, op, n, args) : 0;
}

static expr_t random_leaf(struct generator *g, const struct shape *s)
{
    bool scalar = s->kind == SHAPE_SCALAR;
    expr_t e = 0;
    if (scalar && has(g, RANDOM_ELEMENTS) && chance(g, g->nbound ? 75 : 20))
        e = random_element(g);
    else if (scalar && has(g, RANDOM_NUMBERS) && chance(g, 40))
        e = random_number(g);
    else if (scalar && has(g, RANDOM_SIZES) && chance(g, 10))
        e = expr_size(g->x, random_size(g));
    else if (s->kind == SHAPE_MATRIX && s->dim[0] == s->dim[1] &&
             has(g, RANDOM_SIZES) && chance(g, 15))
        e = constant(g, "eye", 1, s->dim);
    if (!e)
        e = random_variable(g, s);
    if (!e && scalar)
        e = random_number(g);
    if (!e && s->kind == SHAPE_ROW) {
        struct shape v = shape_transposed(s);
        return expr_apply1(g->x, OP_TRANSPOSE, random_leaf(g, &v));
    }
    return e ? e : constant(g, "ones", s->order, s->dim);
}

/* ------------------------------------------------------------- operators */

/* What the sizes of a signature are to be. */
struct pattern {
    symbol_t symbol[MAX_PATTERNS];
    dim_t size[MAX_PATTERNS];
    uint32_t n;
};

static dim_t pattern_lookup(void *data, symbol_t s)
{
    const struct pattern *p = data;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->symbol[i] == s)
            return p->size[i];
    return 0;
}

static bool pattern_bind(struct generator *g, struct pattern *p, dim_t d,
                         dim_t size)
{
    int64_t value;
    if (dim_is_int(g->x->dims, d, &value))
        return d == size;
    symbol_t s = dim_is_symbol(g->x->dims, d);
    if (!s)
        return false;
    dim_t bound = pattern_lookup(p, s);
    if (bound || p->n == MAX_PATTERNS)
        return bound == size;
    p->symbol[p->n] = s;
    p->size[p->n++] = size;
    return true;
}

static bool bind_result(struct generator *g, struct pattern *p,
                        const struct overload *o, const struct shape *s)
{
    p->n = 0;
    if (o->entrywise)
        return s->kind != SHAPE_TENSOR;
    if (o->result.kind != s->kind)
        return false;
    for (uint32_t a = 0; a < s->order; a++)
        if (!pattern_bind(g, p, o->result.dim[a], s->dim[a]))
            return false;
    return true;
}

static bool is_avoided(const struct generator *g, op_t op)
{
    const char *const *name = g->o->avoid;
    for (; name && *name; name++)
        if (!strcmp(*name, op_name(g->x->ops, op)))
            return true;
    return false;
}

/* Whether a random argument can be brought into the domain; another name
 * for a function has the function's domain. */
static bool is_tame(const struct exprs *x, const struct overload *o)
{
    uint16_t meant =
        o->definition ? expr_get(x, o->definition)->overload : 0;
    if (meant && expr_op(x, o->definition) >= OP_FIRST_NAMED)
        o = overload_get(x->ops, meant);
    for (uint32_t i = 0; i < o->ndomain; i++) {
        bool plain = false;
        for (uint32_t k = 0; k < o->nargs; k++)
            plain = plain || o->domain[i].subject == o->parameter[k];
        if (!plain)
            return false;
    }
    return !o->nsmooth;
}

/* What rules `primary` make are many and alike, and would crowd out others;
 * they have a definition rather than a kernel. */
static bool is_made(const struct generator *g, const struct overload *o)
{
    static const char *const ends[] = {"-derivative", "-quotients"};
    const char *rule = intern_name(g->x->names, o->rule);
    size_t n = strlen(rule);
    for (int i = 0; i < 2; i++) {
        size_t k = strlen(ends[i]);
        if (o->definition && n > k && !strcmp(rule + n - k, ends[i]))
            return true;
    }
    return false;
}

static bool is_wanted(const struct generator *g, const struct overload *o)
{
    op_t op = o->op;
    if (is_made(g, o))
        return false;
    if ((op == OP_DIV || op == OP_LDIV || op == OP_HDIV) &&
        !has(g, RANDOM_QUOTIENTS))
        return false;
    if ((op == OP_POW || op == OP_HPOW) && !has(g, RANDOM_POWERS))
        return false;
    if ((op == OP_HAD || op == OP_HDIV || op == OP_HPOW) &&
        !has(g, RANDOM_ENTRYWISE))
        return false;
    if (op >= OP_FIRST_NAMED && !has(g, RANDOM_FUNCTIONS))
        return false;
    if (op >= OP_FIRST_NAMED && o->entrywise && !has(g, RANDOM_ENTRYWISE))
        return false;
    if (o->size_args && !has(g, RANDOM_SIZES))
        return false;
    return !is_avoided(g, op) && (!has(g, RANDOM_SMOOTH) || is_tame(g->x, o));
}

/* Signs as often as all functions together. */
static uint16_t random_overload(struct generator *g, const struct shape *s,
                                struct pattern *p)
{
    uint16_t signs[MAX_CANDIDATES], named[MAX_CANDIDATES];
    uint32_t nsigns = 0, nnamed = 0;
    const struct ops *t = g->x->ops;
    for (uint16_t id = 1; id <= t->overload_count; id++) {
        const struct overload *o = overload_get(t, id);
        if (!is_wanted(g, o) || !bind_result(g, p, o, s))
            continue;
        if (o->op < OP_FIRST_NAMED && nsigns < MAX_CANDIDATES)
            signs[nsigns++] = id;
        else if (o->op >= OP_FIRST_NAMED && nnamed < MAX_CANDIDATES)
            named[nnamed++] = id;
    }
    bool sign = nsigns && (!nnamed || chance(g, 60));
    if (!nsigns && !nnamed)
        return 0;
    uint16_t id = sign ? signs[random_below(g->r, nsigns)]
                       : named[random_below(g->r, nnamed)];
    bind_result(g, p, overload_get(t, id), s);
    return id;
}

/* The argument's shape; sizes nobody has given are drawn. */
static bool argument_shape(struct generator *g, struct pattern *p,
                           const struct shape *wanted, struct shape *s)
{
    *s = *wanted;
    for (uint32_t a = 0; a < s->order; a++) {
        dim_t d = wanted->dim[a];
        symbol_t symbol = dim_is_symbol(g->x->dims, d);
        if (symbol && !pattern_lookup(p, symbol) &&
            !pattern_bind(g, p, d, random_size(g)))
            return false;
        s->dim[a] = dim_substitute(g->x->dims, d, pattern_lookup, p);
        if (!s->dim[a])
            return false;
    }
    return true;
}

/* e made to lie where the condition holds: e.^2 + 1 for what must be
 * positive, E*E' + I for what must be invertible. */
static expr_t tamed(struct generator *g, enum property p, expr_t e)
{
    struct exprs *x = g->x;
    struct shape s = *expr_shape(x, e);
    if (expr_op(x, e) == OP_NUMBER &&
        rat_sign(x->numbers, expr_get(x, e)->payload) > 0)
        return e;
    if (p == PROP_POSITIVE || p == PROP_NONNEG || p == PROP_NONZERO) {
        expr_t square = expr_apply2(x, OP_HPOW, e, expr_int(x, 2));
        return expr_apply2(x, OP_ADD, square, expr_int(x, 1));
    }
    if (s.kind != SHAPE_MATRIX || s.dim[0] != s.dim[1])
        return e;
    expr_t t = expr_apply1(x, OP_TRANSPOSE, e);
    return expr_apply2(x, OP_ADD, expr_apply2(x, OP_MUL, e, t),
                       constant(g, "eye", 1, s.dim));
}

static expr_t tame_argument(struct generator *g, uint16_t id, uint32_t k,
                            expr_t e)
{
    const struct overload o = *overload_get(g->x->ops, id);
    for (uint32_t i = 0; i < o.ndomain && e; i++)
        if (o.domain[i].subject == o.parameter[k])
            e = tamed(g, o.domain[i].predicate, e);
    return e;
}

/* Exponents are numbers, mostly; of a matrix, whole ones. */
static expr_t random_exponent(struct generator *g, const struct shape *base)
{
    static const int64_t whole[] = {2, 3, 2, 1, 4, -1};
    uint32_t n = has(g, RANDOM_SMOOTH) ? 4 : 6;
    if (base->kind == SHAPE_MATRIX && g->o->exponent && chance(g, 40))
        return expr_size(g->x, g->o->exponent);
    if (base->kind == SHAPE_MATRIX || has(g, RANDOM_SMOOTH) || chance(g, 60))
        return expr_int(g->x, whole[random_below(g->r, n)]);
    return random_number(g);
}

/* Whether an argument is a number of something: of an eigenvalue. */
static bool is_place(const struct exprs *x, const struct overload *o,
                     uint32_t k)
{
    expr_t e = o->parameter[k];
    return !o->entrywise && e && expr_op(x, e) == OP_VARIABLE &&
           expr_decl(x, expr_get(x, e)->payload)->properties & PROP_INTEGER;
}

static expr_t random_argument(struct generator *g, uint16_t id, uint32_t k,
                              struct pattern *p, const struct shape *s,
                              uint32_t depth)
{
    const struct overload o = *overload_get(g->x->ops, id);
    struct shape want;
    bool power = (o.op == OP_POW || o.op == OP_HPOW) && k == 1;
    if (o.size_args) {
        symbol_t size = dim_is_symbol(g->x->dims, o.arg[k].dim[0]);
        dim_t d = size ? pattern_lookup(p, size) : 0;
        return expr_size_argument(g->x, d ? d : random_size(g));
    }
    if (power && (!o.entrywise || has(g, RANDOM_SMOOTH) || chance(g, 70)))
        return random_exponent(g, o.op == OP_POW ? &o.arg[0] : s);
    if (is_place(g->x, &o, k))
        return expr_int(g->x, 1 + random_below(g->r, 2));
    if (!o.entrywise) {
        if (!argument_shape(g, p, &o.arg[k], &want))
            return 0;
    } else if (s->order && o.nargs > 1 && has(g, RANDOM_BROADCAST) &&
               chance(g, 15)) {
        want = shape_scalar();
    } else {
        want = *s;
    }
    return generate(g, &want, depth - 1);
}

static bool divides_by_zero(const struct exprs *x, op_t op,
                            const expr_t *args)
{
    return ((op == OP_DIV || op == OP_HDIV) &&
            expr_is_number(x, args[1], RAT_ZERO)) ||
           (op == OP_LDIV && expr_is_number(x, args[0], RAT_ZERO));
}

static expr_t random_application(struct generator *g, const struct shape *s,
                                 uint32_t depth)
{
    struct pattern p;
    uint16_t id = random_overload(g, s, &p);
    expr_t args[OP_MAX_ARGS];
    if (!id)
        return random_leaf(g, s);
    const struct overload o = *overload_get(g->x->ops, id);
    for (uint32_t k = 0; k < o.nargs; k++) {
        args[k] = random_argument(g, id, k, &p, s, depth);
        if (args[k] && has(g, RANDOM_SMOOTH))
            args[k] = tame_argument(g, id, k, args[k]);
        if (!args[k])
            return 0;
    }
    if (divides_by_zero(g->x, o.op, args))
        return 0;
    expr_t e = expr_apply(g->x, o.op, o.nargs, args);
    /* All arguments may have been drawn as scalars. */
    return e && shape_equal(expr_shape(g->x, e), s) ? e : 0;
}

/* --------------------------------------------------------------- binders */

static expr_t new_index(struct generator *g, dim_t size)
{
    static const char *const names[MAX_BOUND] = {"i", "j", "k", "l"};
    symbol_t s = intern_text(g->x->names, names[g->nbound]);
    expr_t e = expr_index(g->x, s, DIM_ONE, size);
    g->bound[g->nbound++] = e;
    return e;
}

static expr_t random_sum(struct generator *g, const struct shape *s,
                         uint32_t depth)
{
    uint32_t before = g->nbound, n = 1;
    if (before + 2 <= MAX_BOUND && chance(g, 30))
        n = 2;
    for (uint32_t i = 0; i < n; i++)
        new_index(g, random_size(g));
    expr_t body = generate(g, s, depth - 1);
    g->nbound = before;
    return expr_sum(g->x, n, g->bound + before, body);
}

static expr_t random_tensor(struct generator *g, const struct shape *s,
                            uint32_t depth)
{
    uint32_t before = g->nbound;
    struct shape scalar = shape_scalar();
    for (uint32_t a = 0; a < s->order; a++)
        new_index(g, s->dim[a]);
    expr_t body = generate(g, &scalar, depth - 1);
    g->nbound = before;
    uint32_t groups = (UINT32_C(1) << s->order) - 1;
    return expr_tensor(g->x, s->order, g->bound + before, groups, body);
}

static expr_t random_binder(struct generator *g, const struct shape *s,
                            uint32_t depth)
{
    bool tensor = s->kind == SHAPE_VECTOR || s->kind == SHAPE_MATRIX;
    if (tensor && g->nbound + s->order <= MAX_BOUND && chance(g, 60))
        return random_tensor(g, s, depth);
    return random_sum(g, s, depth);
}

/* e times x[i]: an index in a group has no range of its own. */
static expr_t with_use(struct generator *g, expr_t e, expr_t index)
{
    uint32_t id = expr_get(g->x, index)->payload;
    struct shape s = shape_vector(g->x->indices[id].size);
    expr_t x = random_variable(g, &s);
    x = x ? x : constant(g, "ones", 1, s.dim);
    return expr_apply2(g->x, OP_MUL, e, expr_element(g->x, x, 1, &index));
}

/* tensor((i,j),k: ...): axes that run over several indices. */
static expr_t random_grouped(struct generator *g, uint32_t depth)
{
    struct shape scalar = shape_scalar();
    uint32_t n = 2 + random_below(g->r, MAX_BOUND - 1);
    for (uint32_t i = 0; i < n; i++)
        new_index(g, random_size(g));
    expr_t body = generate(g, &scalar, depth);
    for (uint32_t i = 0; i < n; i++)
        body = with_use(g, body, g->bound[i]);
    g->nbound = 0;
    return expr_tensor(g->x, n, g->bound, random_below(g->r, 16), body);
}

/* An element of a random matrix or vector. */
static expr_t random_component(struct generator *g, uint32_t depth)
{
    struct shape s = chance(g, 50)
                         ? shape_vector(random_size(g))
                         : shape_matrix(random_size(g), random_size(g));
    expr_t base = generate(g, &s, depth - 1);
    return base ? element_of(g, base) : 0;
}

/* ------------------------------------------------------ abstract functions */

static bool is_by_entries(const struct generator *g, applied_t a)
{
    return function_is_scalar(g->x, applied_get(g->x, a)->function);
}

/* Whether a function has values of this shape: its own, or by entries. */
static bool has_values(struct generator *g, applied_t a,
                       const struct shape *s)
{
    const struct function *f =
        function_of(g->x, applied_get(g->x, a)->function);
    struct shape own;
    if (is_by_entries(g, a))
        return s->order <= 2;
    return applied_shape(g->x, a, f->nargs, f->shape, &own) &&
           shape_equal(&own, s);
}

static expr_t random_applied(struct generator *g, const struct shape *s,
                             uint32_t depth)
{
    uint32_t n = g->o->nfunctions, from = random_below(g->r, n), i = 0;
    while (i < n && !has_values(g, g->o->functions[(from + i) % n], s))
        i++;
    if (i == n)
        return random_application(g, s, depth);
    applied_t a = g->o->functions[(from + i) % n];
    const struct function f =
        *function_of(g->x, applied_get(g->x, a)->function);
    expr_t args[FUNCTION_MAX_ARGS];
    for (uint32_t k = 0; k < f.nargs; k++) {
        bool implied = f.implied[k] && chance(g, 50);
        const struct shape *want = is_by_entries(g, a) ? s : &f.shape[k];
        args[k] = implied && !is_by_entries(g, a)
                      ? f.implied[k]
                      : generate(g, want, depth - 1);
    }
    return expr_applied(g->x, a, f.nargs, args);
}

/* ------------------------------------------------------------------- all */

static expr_t generate(struct generator *g, const struct shape *s,
                       uint32_t depth)
{
    expr_t e;
    if (is_failed(g))
        return 0;
    if (!depth || chance(g, 12))
        return random_leaf(g, s);
    if (has(g, RANDOM_BINDERS) && g->nbound < MAX_BOUND && chance(g, 10))
        e = random_binder(g, s, depth);
    else if (g->o->nfunctions && chance(g, 15))
        e = random_applied(g, s, depth);
    else if (s->kind == SHAPE_SCALAR && has(g, RANDOM_ELEMENTS) &&
             chance(g, 8))
        e = random_component(g, depth);
    else
        e = random_application(g, s, depth);
    return or_else(g, e, s, depth);
}

expr_t random_expr(struct exprs *x, struct random *r,
                   const struct random_options *o, const struct shape *shape)
{
    struct generator g = {.x = x, .r = r, .o = o};
    return generate(&g, shape, o->depth);
}

expr_t random_expr_any(struct exprs *x, struct random *r,
                       const struct random_options *o)
{
    dim_t m = o->sizes[random_below(r, o->nsizes)];
    dim_t n = o->sizes[random_below(r, o->nsizes)];
    struct shape s[5] = {shape_scalar(), shape_vector(m), shape_matrix(m, n),
                         shape_row(m), shape_matrix(m, m)};
    struct generator g = {.x = x, .r = r, .o = o};
    uint32_t k = random_below(r, 20);
    if (k == 0 && has(&g, RANDOM_BINDERS) && !has(&g, RANDOM_SMOOTH))
        return random_grouped(&g, o->depth);
    return random_expr(x, r, o, &s[k % 5]);
}

uint32_t random_test_count(uint32_t base)
{
    const char *text = getenv("MD_TEST_MULTIPLIER");
    long k = text ? strtol(text, NULL, 10) : 1;
    return base * (uint32_t)(k > 0 && k < 10000 ? k : 1);
}
