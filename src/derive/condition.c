/* condition.c - what a derivative needs to hold: gathered from operators,
 * in normal form, by entries where the operator is, closed over the indices
 * of sums. */
#include "derive/condition.h"

enum { MAX_FREE = 64 };

/* --------------------------------------------------------------- indices */

/* The indices that `e` needs from outside. */
struct free_indices {
    uint32_t n;
    expr_t node[MAX_FREE];
};

static uint64_t index_bit(struct free_indices *f, expr_t e)
{
    uint32_t i = 0;
    while (i < f->n && f->node[i] != e)
        i++;
    if (i == MAX_FREE)
        return 0;
    f->node[i] = e;
    f->n += i == f->n;
    return UINT64_C(1) << i;
}

static uint64_t free_of_node(const struct exprs *x, struct free_indices *f,
                             expr_t e, const uint64_t *free)
{
    const struct expr_node *n = expr_get(x, e);
    uint64_t mask = n->op == OP_INDEX ? index_bit(f, e) : 0;
    bool binds = n->op == OP_SUM || n->op == OP_TENSOR;
    for (uint32_t i = 0; i < n->nargs; i++)
        if (!binds || i + 1 == n->nargs)
            mask |= free[x->visits[expr_arg(x, e, i)].place];
    for (uint32_t i = 0; binds && i + 1 < n->nargs; i++)
        mask &= ~index_bit(f, expr_arg(x, e, i));
    return mask;
}

/* False after a fault. */
static bool find_free(const struct condition_request *q, expr_t e,
                      struct free_indices *f)
{
    struct free_indices all = {0};
    struct arena_mark mark = arena_mark(q->scratch);
    uint32_t n;
    const expr_t *list = expr_reach(q->x, e, q->scratch, &n);
    uint64_t *free = list ? ARENA_ARRAY(q->scratch, uint64_t, n) : NULL;
    *f = (struct free_indices){0};
    for (uint32_t i = 0; free && i < n; i++)
        free[i] = free_of_node(q->x, &all, list[i], free);
    for (uint32_t i = 0; free && i < all.n; i++)
        if (free[n - 1] >> i & 1)
            f->node[f->n++] = all.node[i];
    bool ok = free != NULL;
    arena_release(q->scratch, mark);
    return ok;
}

/* What holds for every entry holds for the whole: x for x[i]. */
static expr_t whole_of(const struct exprs *x, expr_t e)
{
    while (expr_op(x, e) == OP_ELEMENT) {
        const struct shape *s = expr_shape(x, expr_arg(x, e, 0));
        uint32_t n = expr_get(x, e)->nargs - 1;
        for (uint32_t k = 0; k < n; k++) {
            expr_t i = expr_arg(x, e, k + 1);
            if (expr_op(x, i) != OP_INDEX || (k && i == expr_arg(x, e, 1)))
                return e;
            uint32_t at = expr_get(x, i)->payload;
            if (x->indices[at].low != DIM_ONE ||
                x->indices[at].size != s->dim[k])
                return e;
        }
        e = expr_arg(x, e, 0);
    }
    return e;
}

/* A scalar that depends on indices becomes the tensor of all its values, if
 * they begin at 1. */
static expr_t closed(const struct condition_request *q, expr_t e)
{
    struct exprs *x = q->x;
    struct free_indices f;
    if (!find_free(q, e, &f))
        return 0;
    bool closes = f.n && f.n <= 8 && expr_shape(x, e)->order == 0;
    for (uint32_t i = 0; closes && i < f.n; i++)
        closes = x->indices[expr_get(x, f.node[i])->payload].low == DIM_ONE;
    if (!closes)
        return e;
    expr_t whole = whole_of(x, e);
    return whole != e ? whole
                      : expr_tensor(x, f.n, f.node, (1u << f.n) - 1, e);
}

static bool is_open(const struct condition_request *q, expr_t e)
{
    struct free_indices f;
    return !find_free(q, e, &f) || f.n;
}

/* ----------------------------------------------------------- normal forms */

static expr_t normal(const struct condition_request *q, expr_t e)
{
    if (!e || expr_op(q->x, e) == OP_VARIABLE || is_open(q, e))
        return e;
    return derive_normal(q->deriver, e);
}

static bool is_negative(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    if (n->op == OP_NUMBER)
        return rat_sign(x->numbers, n->payload) < 0;
    return n->op == OP_NEG || (n->op == OP_MUL &&
                               is_negative(x, expr_arg(x, e, 0)));
}

/* How often `op` occurs; of a sum's terms, how many are negative. */
static uint32_t awkwardness(const struct condition_request *q, expr_t e)
{
    struct arena_mark mark = arena_mark(q->scratch);
    uint32_t n, count = 0;
    const expr_t *list = expr_reach(q->x, e, q->scratch, &n);
    for (uint32_t i = 0; list && i < n; i++)
        count += expr_op(q->x, list[i]) == OP_TRANSPOSE;
    arena_release(q->scratch, mark);
    if (expr_op(q->x, e) == OP_ADD)
        for (uint32_t i = 0; i < expr_get(q->x, e)->nargs; i++)
            count += 2 * is_negative(q->x, expr_arg(q->x, e, i));
    return count;
}

/* Whether there is a condition on it, or on a function of it: det(X) > 0. */
static bool is_subject(const struct condition_request *q, expr_t e)
{
    const struct conditions *c = q->out;
    for (uint32_t i = 0; i < c->count; i++) {
        expr_t s = c->items[i].subject;
        if (s == e || (expr_op(q->x, s) >= OP_FIRST_NAMED &&
                       expr_get(q->x, s)->nargs == 1 &&
                       expr_arg(q->x, s, 0) == e))
            return true;
    }
    return false;
}

/* Of a value and its opposite, or its transpose, for which the condition is
 * the same, the one there is a condition on already, or always the same. */
static expr_t canonical(const struct condition_request *q, enum property p,
                        expr_t e)
{
    struct exprs *x = q->x;
    op_t op = expr_op(x, e);
    bool sign = op == OP_ADD && (p == PROP_NONZERO || p == PROP_INVERTIBLE);
    bool turn = (op == OP_ADD || op == OP_MUL) && p == PROP_INVERTIBLE;
    for (int i = 0; e && i < 2; i++) {
        if (!(i ? turn : sign))
            continue;
        expr_t other =
            normal(q, expr_apply1(x, i ? OP_TRANSPOSE : OP_NEG, e));
        if (!other)
            return 0;
        uint32_t a = awkwardness(q, e), b = awkwardness(q, other);
        bool better = b < a ||
                      (b == a && expr_hash(x, other) < expr_hash(x, e));
        if (is_subject(q, other) ||
            (better && expr_op(x, other) == op && !is_subject(q, e)))
            e = other;
    }
    return e;
}

/* ------------------------------------------------------------------ adding */

/* The conditions that `c` comes to, in normal form. */
static bool add(const struct condition_request *q, struct condition c)
{
    struct conditions parts;
    if (rules_property(q->rules, c.subject, c.predicate) == TRUTH_TRUE)
        return true;
    c.subject = normal(q, closed(q, c.subject));
    if (!c.subject)
        return false;
    conditions_init(&parts, q->x->mem);
    bool ok = rules_reduce(q->rules, c, &parts);
    for (uint32_t i = 0; ok && i < parts.count; i++) {
        c = parts.items[i];
        c.subject = canonical(q, c.predicate, normal(q, c.subject));
        ok = c.subject && rules_reduce(q->rules, c, q->out);
    }
    conditions_free(&parts);
    return ok;
}

/* The entry of an argument at the indices; a scalar is broadcast. */
static expr_t entry_of(struct exprs *x, expr_t e, const expr_t *index)
{
    uint32_t order = expr_shape(x, e)->order;
    return order ? expr_element(x, e, order, index) : e;
}

/* A subject over scalar parameters, for arguments of any shape: the tensor
 * of its values. */
static expr_t by_entries(struct exprs *x, const struct overload *o,
                         const expr_t *args, expr_t subject)
{
    static const char *const names[] = {"i", "j"};
    struct shape s = shape_scalar();
    expr_t index[2], at[OP_MAX_ARGS];
    for (uint32_t k = 0; k < o->nargs; k++)
        if (expr_shape(x, args[k])->order)
            s = *expr_shape(x, args[k]);
    if (s.order > 2)
        return 0;
    for (uint32_t a = 0; a < s.order; a++)
        index[a] = expr_index(x, intern_text(x->names, names[a]), DIM_ONE,
                              s.dim[a]);
    for (uint32_t k = 0; k < o->nargs; k++)
        at[k] = entry_of(x, args[k], index);
    expr_t e = expr_substitute(x, subject, o->nargs, o->parameter, at);
    return s.order ? expr_tensor(x, s.order, index, (1u << s.order) - 1, e)
                   : e;
}

/* The subject of an operator's requirement, for these arguments. */
static expr_t subject_for(const struct condition_request *q,
                          const struct overload *o, const expr_t *args,
                          expr_t subject)
{
    for (uint32_t k = 0; k < o->nargs; k++)
        if (subject == o->parameter[k])
            return args[k];
    return o->entrywise ? by_entries(q->x, o, args, subject)
                        : overload_subject(q->x, o, args, subject);
}

static bool is_excused(const struct condition_request *q,
                       const struct overload *o, const expr_t *args,
                       const struct condition *unless)
{
    if (!unless->subject)
        return false;
    expr_t e = subject_for(q, o, args, unless->subject);
    return e &&
           rules_property(q->rules, e, unless->predicate) == TRUTH_TRUE;
}

static bool contains(const struct condition_request *q, expr_t whole,
                     expr_t part)
{
    struct arena_mark m = arena_mark(q->scratch);
    uint8_t *mark = part <= whole
                        ? ARENA_ARRAY(q->scratch, uint8_t, whole + 1)
                        : NULL;
    if (mark)
        expr_mark_used(q->x, whole, mark);
    bool found = mark && mark[part];
    arena_release(q->scratch, m);
    return found;
}

/* The coefficient of a symbol that stands alone in a term, 0 if none does. */
static int64_t coefficient_of(const struct dims *t, dim_t d, symbol_t s)
{
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        struct dim_term term = dim_term_at(t, d, i);
        if (term.nsymbols == 1 && term.symbols[0] == s)
            return term.coefficient;
    }
    return 0;
}

/* The next sum over a parameter, from place *i on, around `e` whose symbol
 * stands in d (and is `only`, unless that is 0). */
static expr_t next_range(const struct condition_request *q, expr_t e, dim_t d,
                         symbol_t only, uint32_t *i)
{
    const struct exprs *x = q->x;
    for (; *i < q->nnodes; ++*i) {
        expr_t s = q->nodes[*i];
        symbol_t name = expr_get(x, s)->payload;
        bool range = expr_op(x, s) == OP_SERIES || expr_op(x, s) == OP_PRODUCT;
        if (range && (!only || name == only) &&
            coefficient_of(x->dims, d, name) && contains(q, s, e))
            return s;
    }
    return 0;
}

/* Whether a size in `e` has this sign, or is 0, wherever the sums around e take
 * it: k-1-r for r = 0..k-1 is never negative.  Inner sums come first; *worst is
 * what may have the other sign. */
static bool keeps_sign(const struct condition_request *q, expr_t e, dim_t d,
                       int64_t sign, int depth, dim_t *worst)
{
    enum { MOST_SUMS = 6 };
    struct exprs *x = q->x;
    uint32_t i = 0;
    expr_t s = depth < MOST_SUMS ? next_range(q, e, d, 0, &i) : 0;
    symbol_t name = s ? expr_get(x, s)->payload : 0;
    *worst = d;
    if (!s)
        return dim_has_sign(x->dims, d, sign, sign < 0);
    for (; s; i++, s = next_range(q, e, d, name, &i)) {
        bool low = coefficient_of(x->dims, d, name) * sign > 0;
        struct dim_replacement r = {
            name, expr_as_size(x, expr_arg(x, s, low ? 0 : 1))};
        dim_t end = r.by ? dim_replace(x->dims, d, r) : 0;
        if (!end || !keeps_sign(q, e, end, sign, depth + 1, worst))
            return false;
    }
    return true;
}

/* d >= 0 as a condition, unless a stronger one is there. */
static bool add_size(const struct condition_request *q, dim_t d)
{
    struct exprs *x = q->x;
    for (uint32_t i = 0; i < q->out->count; i++) {
        const struct condition *c = &q->out->items[i];
        dim_t e = c->predicate == PROP_NONNEG ? expr_as_size(x, c->subject)
                                              : 0;
        int64_t more;
        if (!e || !dim_is_int(x->dims, dim_sub(x->dims, d, e), &more))
            continue;
        if (more >= 0)
            return true;
        conditions_remove(q->out, i--);
    }
    return conditions_add(q->out, PROP_NONNEG, expr_size(x, d));
}

/* What excuses an operator where it is about a size: X^k needs no inverse
 * for k >= 0.  Of unknown sign it is a condition itself; *done then. */
static bool excuse_by_size(const struct condition_request *q, expr_t call,
                           const struct overload *o, const expr_t *args,
                           const struct condition *unless, bool *done)
{
    expr_t e = unless->subject && unless->predicate == PROP_NONNEG
                   ? subject_for(q, o, args, unless->subject)
                   : 0;
    dim_t d = e ? expr_as_size(q->x, e) : 0, least, most;
    int64_t known;
    *done = d && keeps_sign(q, call, d, 1, 0, &least);
    if (!d || *done || dim_is_int(q->x->dims, least, &known) ||
        keeps_sign(q, call, d, -1, 0, &most))
        return true;
    *done = true;
    return add_size(q, least);
}

/* A sum over a parameter has as many terms as it says, which is not less than
 * none. */
static bool add_range(const struct condition_request *q, expr_t e)
{
    struct exprs *x = q->x;
    if (expr_op(x, e) != OP_SERIES)
        return true;
    dim_t low = expr_as_size(x, expr_arg(x, e, 0)), worst;
    dim_t high = expr_as_size(x, expr_arg(x, e, 1));
    dim_t n = low && high
                  ? dim_add(x->dims, dim_sub(x->dims, high, low), DIM_ONE)
                  : 0;
    return !n || keeps_sign(q, e, n, 1, 0, &worst) || add_size(q, worst);
}

/* Inside of x >= 0 is x > 0, unless all values are >= 0. */
static enum property inside(const struct condition_request *q,
                            enum property p, expr_t subject)
{
    return p == PROP_NONNEG &&
                   rules_property(q->rules, subject, p) != TRUTH_TRUE
               ? PROP_POSITIVE
               : p;
}

/* What is to be >= 0 is to be > 0 where the operator asks that it is not 0,
 * too: both at once, lest they be taken apart. */
static bool asks_nonzero(const struct condition_request *q,
                         const struct overload *o,
                         const struct requirement *list, uint32_t n,
                         const expr_t *args, expr_t subject)
{
    for (uint32_t i = 0; i < n; i++)
        if (list[i].predicate == PROP_NONZERO && list[i].subject == subject &&
            !is_excused(q, o, args, &list[i].unless))
            return true;
    return false;
}

/* Of a matrix that keeps its entries 0 beside the diagonal, or above or below
 * it, the others as a vector: a kink at a constant is none. */
static expr_t moving(const struct condition_request *q, expr_t e)
{
    static const struct {
        properties_t property;
        bool transpose;
        const char *entries;
    } kinds[] = {{PROP_DIAGONAL, false, "diag"},
                 {PROP_LOWER, false, "vech"},
                 {PROP_UPPER, true, "vech"}};
    struct exprs *x = q->x;
    for (size_t i = 0; e && i < sizeof kinds / sizeof *kinds; i++) {
        op_t op = op_find(x->ops, intern_text(x->names, kinds[i].entries));
        if (!op || expr_shape(x, e)->kind != SHAPE_MATRIX ||
            rules_property(q->rules, e, kinds[i].property) != TRUTH_TRUE)
            continue;
        e = kinds[i].transpose ? expr_apply1(x, OP_TRANSPOSE, e) : e;
        return expr_apply1(x, op, e);
    }
    return e;
}

static bool add_all(const struct condition_request *q, expr_t call,
                    const struct overload *o, const struct requirement *list,
                    uint32_t n, const expr_t *args, bool interior, op_t kink)
{
    for (uint32_t i = 0; i < n; i++) {
        bool done;
        if (!excuse_by_size(q, call, o, args, &list[i].unless, &done))
            return false;
        if (done || is_excused(q, o, args, &list[i].unless))
            continue;
        struct condition c = {list[i].predicate, 0, kink};
        c.subject = subject_for(q, o, args, list[i].subject);
        if (kink && q->structured && c.predicate == PROP_NONZERO)
            c.subject = moving(q, c.subject);
        if (!c.subject)
            return false;
        if (c.predicate == PROP_NONNEG &&
            asks_nonzero(q, o, list, n, args, list[i].subject))
            c.predicate = PROP_POSITIVE;
        if (interior)
            c.predicate = inside(q, c.predicate, c.subject);
        if (!add(q, c))
            return false;
    }
    return true;
}

/* ------------------------------------------------- what an expression needs */

static bool is_by(const struct condition_request *q, expr_t e)
{
    for (uint32_t k = 0; k < q->nby; k++)
        if (q->by[k] == e)
            return true;
    return false;
}

/* Whether a node depends on what is derived by; so may every member of a
 * family. */
static bool *find_dependent(const struct condition_request *q,
                            const expr_t *list, uint32_t n)
{
    const struct exprs *x = q->x;
    bool *found = list ? ARENA_ARRAY(q->scratch, bool, n) : NULL;
    for (uint32_t i = 0; found && i < n; i++) {
        const struct expr_node *e = expr_get(x, list[i]);
        found[i] = is_by(q, list[i]) ||
                   (e->op == OP_VARIABLE && expr_decl(x, e->payload)->family);
        for (uint32_t k = 0; k < e->nargs && !found[i]; k++)
            found[i] = found[x->visits[expr_arg(x, list[i], k)].place];
    }
    return found;
}

/* Of a sum over a parameter from 1 on: r > 0, r - 1 >= 0. */
static bool know_parameter(const struct condition_request *q, expr_t series,
                           struct conditions *known)
{
    struct exprs *x = q->x;
    op_t op = expr_op(x, series);
    int64_t low;
    if (op != OP_SERIES && op != OP_PRODUCT)
        return true;
    dim_t r = dim_from_symbol(x->dims, expr_get(x, series)->payload);
    dim_t from = expr_as_size(x, expr_arg(x, series, 0));
    if (!from || !dim_is_int(x->dims, from, &low) || low < 0)
        return true;
    dim_t less = dim_sub(x->dims, r, dim_from_int(x->dims, 1));
    return conditions_add(known, low ? PROP_POSITIVE : PROP_NONNEG,
                          expr_size(x, r)) &&
           (!low || conditions_add(known, PROP_NONNEG, expr_size(x, less)));
}

static bool gather_node(const struct condition_request *q, expr_t e,
                        bool depends, enum condition_need need)
{
    const struct exprs *x = q->x;
    uint16_t id = expr_get(x, e)->overload;
    const struct overload o = *overload_get(x->ops, id);
    expr_t args[OP_MAX_ARGS] = {0};
    if (!id || o.size_args)
        return true;
    for (uint32_t k = 0; k < o.nargs; k++)
        args[k] = expr_arg(x, e, k);
    if ((expr_op(x, e) == OP_DIV || expr_op(x, e) == OP_HDIV) &&
        expr_is_number(x, args[1], RAT_ZERO))
        return fault_set(x->mem->fault, FAULT_DOMAIN, "a division by zero");
    if (need == NEED_SMOOTH)
        return !depends || add_all(q, e, &o, o.smooth, o.nsmooth, args,
                                   false, o.op);
    return add_all(q, e, &o, o.domain, o.ndomain, args,
                   need == NEED_INSIDE && depends, 0);
}

bool condition_gather(const struct condition_request *asked, expr_t e,
                      enum condition_need need)
{
    struct condition_request own = *asked, *q = &own;
    struct arena_mark mark = arena_mark(q->scratch);
    struct conditions known;
    uint32_t n;
    conditions_init(&known, q->x->mem);
    const expr_t *list = expr_reach(q->x, e, q->scratch, &n);
    const bool *depends = find_dependent(q, list, n);
    own.nodes = list;
    own.nnodes = list ? n : 0;
    bool ok = depends != NULL;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = know_parameter(q, list[i], &known);
    ok = ok && rules_assume(q->rules, &known);
    for (uint32_t i = 0; ok && i < n; i++)
        ok = (need == NEED_SMOOTH || add_range(q, list[i])) &&
             gather_node(q, list[i], depends[i], need);
    rules_assume(q->rules, NULL);
    conditions_free(&known);
    arena_release(q->scratch, mark);
    return ok && !fault_is_set(q->x->mem->fault);
}
