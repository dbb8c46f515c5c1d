/* check.c - what a rule must satisfy, found when it is loaded.
 *
 * Expressions of rules are small and their depth is checked first, so these
 * checks recurse over them. */
#include <string.h>

#include "rule/key.h"
#include "rule/table.h"

/* ------------------------------------------------------------------ depth */

static uint32_t depth_within(const struct exprs *x, expr_t e, uint32_t left)
{
    uint32_t most = 0;
    if (!left)
        return 0;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++) {
        uint32_t d = depth_within(x, expr_arg(x, e, i), left - 1);
        most = d > most ? d : most;
    }
    return most + 1;
}

/* More than PATTERN_MAX_DEPTH is not told apart. */
uint32_t pattern_depth(const struct exprs *x, expr_t e)
{
    return depth_within(x, e, PATTERN_MAX_DEPTH + 1);
}

/* -------------------------------------------------------------- variables */

struct uses {
    const struct pattern *pattern;
    uint32_t variables; /* a bit a slot */
    uint32_t nsizes;
    symbol_t sizes[PATTERN_MAX_SIZES];
};

static void use_size(const struct exprs *x, struct uses *u, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(x->dims, d); i++) {
        struct dim_term t = dim_term_at(x->dims, d, i);
        for (uint32_t j = 0; j < t.nsymbols; j++) {
            uint32_t k = 0;
            while (k < u->nsizes && u->sizes[k] != t.symbols[j])
                k++;
            if (k == u->nsizes && k < PATTERN_MAX_SIZES)
                u->sizes[u->nsizes++] = t.symbols[j];
        }
    }
}

/* `bind`: sizes in the shapes of variables count as used. */
static void use(const struct exprs *x, struct uses *u, expr_t e, bool bind)
{
    const struct expr_node *n = expr_get(x, e);
    uint32_t slot = pattern_slot(x, u->pattern, e);
    if (slot != UINT32_MAX) {
        u->variables |= UINT32_C(1) << slot;
        const struct shape *s = expr_shape(x, e);
        for (uint32_t i = 0; bind && i < s->order; i++)
            use_size(x, u, s->dim[i]);
    } else if (n->op == OP_SIZE) {
        use_size(x, u, n->payload);
    }
    for (uint32_t i = 0; i < n->nargs; i++)
        use(x, u, expr_arg(x, e, i), bind);
}

/* Everything on the right, and in a guard, is bound by the left. */
static bool check_bound(struct rules *r, const struct pattern *p, expr_t e)
{
    struct uses left = {.pattern = p}, right = {.pattern = p};
    use(r->x, &left, p->left, true);
    use(r->x, &right, e, false);
    uint32_t missing = right.variables & ~left.variables;
    if (missing) {
        decl_t d = p->first + (decl_t)__builtin_ctz(missing);
        return fault_set(r->mem->fault, FAULT_NAME,
                         "'%s' is not bound by the left side",
                         intern_name(r->x->names, expr_decl(r->x, d)->name));
    }
    for (uint32_t i = 0; i < right.nsizes; i++) {
        uint32_t k = 0;
        while (k < left.nsizes && left.sizes[k] != right.sizes[i])
            k++;
        if (k == left.nsizes)
            return fault_set(r->mem->fault, FAULT_NAME,
                             "the size '%s' is not bound by the left side",
                             intern_name(r->x->names, right.sizes[i]));
    }
    return true;
}

/* ------------------------------------------------------------------- cost */

/* What an expression of a pattern costs: a constant and so much for each
 * cost of a variable.  A function weighs on its argument, so that drawing
 * something out of a function descends. */
struct cost {
    int64_t constant, of[PATTERN_MAX_VARIABLES];
};

static void cost_scale(struct cost *c, int64_t factor)
{
    c->constant *= factor;
    for (int i = 0; i < PATTERN_MAX_VARIABLES; i++)
        c->of[i] *= factor;
}

static struct cost cost_node(const struct exprs *x, const struct expr_node *n,
                             uint32_t nargs, struct cost c)
{
    const struct overload *o =
        n->overload ? overload_get(x->ops, n->overload) : NULL;
    if (n->op == OP_ADD || n->op == OP_MUL || n->op == OP_HAD)
        c.constant += (int64_t)nargs - 1;
    else if (n->op == OP_TRANSPOSE)
        c.constant += 2;
    else if (!o || o->size_args || o->form == OVERLOAD_PRIMITIVE ||
             (n->op < OP_FIRST_NAMED && o->form == OVERLOAD_DEFINED))
        c.constant += n->op < OP_FIRST_NAMED ? 1 : 1 + (int64_t)n->nargs;
    else if (o->entrywise) {
        cost_scale(&c, 2);
        c.constant++;
    } else if (o->form == OVERLOAD_DEFINED && !o->differential) {
        c.constant += 1 + (int64_t)n->nargs;
    } else {
        cost_scale(&c, 4);
        for (uint32_t i = 1; i < n->nargs; i++)
            if (o->arg[i].kind != SHAPE_SCALAR)
                cost_scale(&c, 4);
        c.constant += (int64_t)n->nargs;
    }
    return c;
}

/* `empty`: the slots of rests of which nothing is left. */
static struct cost pattern_cost(const struct exprs *x, const struct pattern *p,
                                uint32_t empty, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    uint32_t slot = pattern_slot(x, p, e), nargs = 0;
    struct cost c = {0};
    if (slot != UINT32_MAX && !(empty >> slot & 1)) {
        c.of[slot] = 1;
        return c;
    }
    if (n->nargs == 0) {
        c.constant = 1;
        return c;
    }
    for (uint32_t i = 0; i < n->nargs; i++) {
        expr_t arg = expr_arg(x, e, i);
        slot = pattern_slot(x, p, arg);
        if (slot != UINT32_MAX && empty >> slot & 1 &&
            (p->rest[slot] == n->op || (n->op == OP_DIV && i == 1)))
            continue;
        struct cost a = pattern_cost(x, p, empty, arg);
        c.constant += a.constant;
        for (int k = 0; k < PATTERN_MAX_VARIABLES; k++)
            c.of[k] += a.of[k];
        nargs++;
    }
    return nargs == 1 && n->nargs > 1 ? c : cost_node(x, n, nargs, c);
}

/* Whatever the variables (each costs at least 1). */
static bool descends(struct rules *r, const struct pattern *p, uint32_t empty)
{
    struct cost left = pattern_cost(r->x, p, empty, p->left);
    struct cost right = pattern_cost(r->x, p, empty, p->right);
    int64_t a = left.constant, b = right.constant;
    bool each = true;
    for (int i = 0; i < PATTERN_MAX_VARIABLES; i++) {
        a += left.of[i];
        b += right.of[i];
        each = each && left.of[i] >= right.of[i];
    }
    if (each && a > b)
        return true;
    fault_set(r->mem->fault, FAULT_UNSUPPORTED,
              "the rewrite does not descend%s: from cost %lld to %lld",
              empty ? " where nothing is left for the rest" : "",
              (long long)a, (long long)b);
    fault_hint(r->mem->fault, "turn it round, or state it as an identity "
                              "(<=>)");
    return false;
}

/* Whatever rests there are. */
static bool check_descent(struct rules *r, const struct pattern *p)
{
    uint32_t rests = 0, empty = 0;
    for (uint32_t i = 0; i < p->nvariables && i < PATTERN_MAX_VARIABLES; i++)
        rests |= (uint32_t)(p->rest[i] != 0) << i;
    do {
        if (!descends(r, p, empty))
            return false;
        empty = (empty - rests) & rests; /* the next subset */
    } while (empty);
    return true;
}

/* -------------------------------------------------------------- duplicates */

static bool refuse_duplicate(struct rules *r, const struct pattern *p,
                             const struct pattern *q)
{
    fault_set(r->mem->fault, FAULT_NAME, "the same as rule '%s' at %s:%u",
              intern_name(r->x->names, q->name),
              intern_name(r->x->names, q->file), q->line);
    if (q->load == p->load)
        fault_second(r->mem->fault, q->where, "it is declared here");
    return false;
}

static bool check_duplicate(struct rules *r, struct pattern *p)
{
    struct key k = {.x = r->x};
    p->key = hash_mix(key_expr(&k, p->left),
                      (uint64_t)p->predicate << 1 | p->denies);
    if (p->nconditions || expr_op(r->x, p->left) == OP_VARIABLE)
        return true;
    struct pattern_list list =
        patterns_for(r, pattern_purpose(p), expr_op(r->x, p->left));
    for (uint32_t i = 0; i < list.count; i++) {
        const struct pattern *q = pattern_listed(r, list, i);
        if (q->key == p->key && !q->nconditions)
            return refuse_duplicate(r, p, q);
    }
    return true;
}

/* ----------------------------------------------------------------- shapes */

static bool check_shapes(struct rules *r, const struct pattern *p)
{
    const struct shape *a = expr_shape(r->x, p->left);
    const struct shape *b = expr_shape(r->x, p->right);
    if (shape_equal(a, b))
        return true;
    struct text t;
    text_init(&t, r->mem);
    shape_print(r->x->dims, a, &t);
    text_str(&t, " on the left, ");
    shape_print(r->x->dims, b, &t);
    fault_set(r->mem->fault, FAULT_SHAPE,
              "the sides differ in shape: %s on the right", text_get(&t));
    text_free(&t);
    return false;
}

/* Operators of scalars by entries, variables and numbers only. */
static bool all_entrywise(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    if (!is_scalar(x, e) || n->op == OP_SIZE || n->op == OP_SUM ||
        n->op == OP_TENSOR || n->op == OP_ELEMENT || n->op == OP_TRANSPOSE)
        return false;
    if (n->op >= OP_FIRST_NAMED &&
        !overload_get(x->ops, n->overload)->entrywise)
        return false;
    for (uint32_t i = 0; i < n->nargs; i++)
        if (!all_entrywise(x, expr_arg(x, e, i)))
            return false;
    return true;
}

static bool is_transfer(const struct exprs *x, const struct pattern *p)
{
    const struct expr_node *n = expr_get(x, p->left);
    uint32_t seen = 0;
    if (p->right || p->nconditions || !n->nargs || n->nargs > OP_MAX_ARGS)
        return false;
    for (uint32_t i = 0; i < n->nargs; i++) {
        uint32_t slot = pattern_slot(x, p, expr_arg(x, p->left, i));
        if (slot == UINT32_MAX || seen >> slot & 1)
            return false;
        seen |= UINT32_C(1) << slot;
    }
    return true;
}

/* Operators that an argument of the subject's root is sure to have. */
static uint64_t needed_operators(const struct exprs *x,
                                 const struct pattern *p)
{
    const struct expr_node *n = expr_get(x, p->left);
    uint64_t needs = 0;
    uint32_t from = n->op == OP_DIV || n->op == OP_HDIV ? 1 : 0;
    for (uint32_t i = from; i < n->nargs; i++) {
        op_t op = expr_op(x, expr_arg(x, p->left, i));
        if (op == OP_TRANSPOSE || op >= OP_FIRST_NAMED)
            needs |= UINT64_C(1) << (op & 63);
    }
    return needs;
}

bool pattern_check(struct rules *r, struct pattern *p)
{
    struct exprs *x = r->x;
    if (pattern_depth(x, p->left) > PATTERN_MAX_DEPTH ||
        (p->right && pattern_depth(x, p->right) > PATTERN_MAX_DEPTH))
        return fault_set(r->mem->fault, FAULT_LIMIT,
                         "a rule nested deeper than %d", PATTERN_MAX_DEPTH);
    if (expr_get(x, p->left)->nargs == 0 &&
        !(p->law && expr_op(x, p->left) == OP_VARIABLE))
        return fault_set(r->mem->fault, FAULT_UNSUPPORTED,
                         "the left side needs an operator at its root");
    p->lifts = all_entrywise(x, p->left) &&
               (!p->right || all_entrywise(x, p->right));
    p->transfers = is_transfer(x, p);
    p->needs = needed_operators(x, p);
    for (uint32_t i = 0; i < p->nresults; i++) {
        expr_t subject = r->results[p->first_result + i].subject;
        p->lifts = p->lifts && all_entrywise(x, subject);
        if (pattern_depth(x, subject) > PATTERN_MAX_DEPTH ||
            !check_bound(r, p, subject))
            return false;
    }
    for (uint32_t i = 0; i < p->nconditions; i++)
        if (!check_bound(r, p, r->conditions[p->first_condition + i]
                                   .is.subject))
            return false;
    return (!p->right || (check_shapes(r, p) && check_bound(r, p, p->right) &&
                          (p->offer || p->law || check_descent(r, p)))) &&
           check_duplicate(r, p);
}

/* ------------------------------------------------------------- linearity */

/* The degree of an expression in the marked leaves: 0, 1, or 2 for "not
 * linear"; ZERO for the number 0, which is of any degree. */
enum { DEGREE_ZERO = -1, DEGREE_NONE, DEGREE_ONE, DEGREE_MORE };

struct degree_of {
    struct rules *r;
    uint32_t nmarked;
    const expr_t *marked;
};

static int degree(const struct degree_of *d, expr_t e);

static int degree_sum(const struct degree_of *d, expr_t e)
{
    int all = DEGREE_ZERO;
    for (uint32_t i = 0; i < expr_get(d->r->x, e)->nargs; i++) {
        int g = degree(d, expr_arg(d->r->x, e, i));
        if (all == DEGREE_ZERO)
            all = g;
        else if (g != DEGREE_ZERO && g != all)
            return DEGREE_MORE;
    }
    return all;
}

static int degree_product(const struct degree_of *d, expr_t e)
{
    int all = DEGREE_NONE;
    for (uint32_t i = 0; i < expr_get(d->r->x, e)->nargs; i++) {
        int g = degree(d, expr_arg(d->r->x, e, i));
        if (g == DEGREE_ZERO)
            return DEGREE_ZERO;
        all += g;
    }
    return all > DEGREE_ONE ? DEGREE_MORE : all;
}

/* Is the operator linear in argument k? */
static bool linear_in(struct rules *r, uint16_t overload, uint32_t k)
{
    const struct overload *o = overload_get(r->x->ops, overload);
    if (overload_linear(r->x, o) >> k & 1)
        return true;
    if (o->form != OVERLOAD_DEFINED)
        return false;
    struct degree_of d = {r, 1, &o->parameter[k]};
    return degree(&d, o->definition) == DEGREE_ONE;
}

static int degree_call(const struct degree_of *d, expr_t e)
{
    const struct expr_node *n = expr_get(d->r->x, e);
    int found = DEGREE_NONE;
    for (uint32_t i = 0; i < n->nargs; i++) {
        int g = degree(d, expr_arg(d->r->x, e, i));
        if (g == DEGREE_NONE || g == DEGREE_ZERO)
            continue;
        if (g != DEGREE_ONE || found != DEGREE_NONE || !n->overload ||
            !linear_in(d->r, n->overload, i))
            return DEGREE_MORE;
        found = DEGREE_ONE;
    }
    return found;
}

static int degree_binder(const struct degree_of *d, expr_t e)
{
    return degree(d, expr_arg(d->r->x, e, expr_get(d->r->x, e)->nargs - 1));
}

static int degree(const struct degree_of *d, expr_t e)
{
    const struct exprs *x = d->r->x;
    for (uint32_t i = 0; i < d->nmarked; i++)
        if (d->marked[i] == e)
            return DEGREE_ONE;
    switch (expr_op(x, e)) {
    case OP_NUMBER:
        return expr_is_number(x, e, RAT_ZERO) ? DEGREE_ZERO : DEGREE_NONE;
    case OP_ADD:
        return degree_sum(d, e);
    case OP_NEG:
    case OP_TRANSPOSE:
    case OP_ELEMENT:
        return degree(d, expr_arg(x, e, 0));
    case OP_MUL:
    case OP_HAD:
        return degree_product(d, e);
    case OP_DIV:
    case OP_HDIV:
        return degree(d, expr_arg(x, e, 1)) == DEGREE_NONE
                   ? degree(d, expr_arg(x, e, 0))
                   : DEGREE_MORE;
    case OP_SUM:
    case OP_SERIES:
    case OP_TENSOR:
        return degree_binder(d, e);
    default:
        return degree_call(d, e);
    }
}

bool differential_check(struct rules *r, uint16_t id)
{
    const struct overload *o = overload_get(r->x->ops, id);
    expr_t marked[OP_MAX_ARGS];
    uint32_t n = 0;
    if (pattern_depth(r->x, o->differential) > PATTERN_MAX_DEPTH)
        return fault_set(r->mem->fault, FAULT_LIMIT,
                         "a rule nested deeper than %d", PATTERN_MAX_DEPTH);
    for (uint32_t i = 0; i < o->nargs; i++)
        if (o->dparameter[i])
            marked[n++] = o->dparameter[i];
    struct degree_of d = {r, n, marked};
    int g = degree(&d, o->differential);
    if (g == DEGREE_ONE || g == DEGREE_ZERO)
        return true;
    return fault_set(r->mem->fault, FAULT_UNSUPPORTED,
                     "the differential is not linear in d");
}

bool differential_is_linear(struct rules *r, expr_t e, uint32_t n,
                            const expr_t *marked)
{
    struct degree_of d = {r, n, marked};
    int g = degree(&d, e);
    return g == DEGREE_ONE || g == DEGREE_ZERO;
}
