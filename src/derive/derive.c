/* derive.c - a request, its derivative in components, and the answer. */
#include "derive/deriver.h"

#include "derive/arrange.h"
#include "derive/condition.h"
#include "derive/convention.h"
#include "derive/convert.h"
#include "derive/differential.h"
#include "derive/explain.h"
#include "derive/plain.h"
#include "derive/reverse.h"
#include "derive/row.h"
#include "derive/where.h"
#include "index/lift.h"
#include "index/lower.h"
#include "simplify/simplify.h"

enum { DERIVE_WORK = 100000000 /* see ix_table.work: some seconds */ };

void derive_result_init(struct derive_result *r, struct mem *m)
{
    *r = (struct derive_result){.trail = {.mem = m}};
    conditions_init(&r->conditions, m);
}

void derive_result_free(struct derive_result *r)
{
    MEM_FREE_ARRAY(r->trail.mem, r->steps, r->step_capacity);
    MEM_FREE_ARRAY(r->trail.mem, r->trail.rules, r->trail.capacity);
    conditions_free(&r->conditions);
}

/* --------------------------------------------------------------- conditions */

/* The function needs its domain, its derivative where it is smooth, and the
 * answer its own domain.  What is smooth is read off the rewritten
 * expression, which is the same function: abs(x)^2 is x^2. */
static bool gather_conditions(struct deriver *d,
                              const struct derive_request *r,
                              const struct derive_result *result,
                              struct conditions *out)
{
    struct condition_request q = {.x = d->x,
                                  .rules = d->rules,
                                  .deriver = d,
                                  .scratch = &d->table.scratch,
                                  .nby = r->order,
                                  .structured =
                                      r->structure != STRUCTURE_FREE,
                                  .out = out};
    for (uint32_t k = 0; k < r->order; k++)
        q.by[k] = expr_part_variable(d->x, r->by[k]);
    expr_t simple = deriver_rewrite(d, r->expr, NULL), answer = result->value;
    /* A recursion is derived by whatever it is made of. */
    struct condition_request steps = q;
    steps.nby = 0;
    for (uint32_t i = 0; i < result->recursions; i++) {
        expr_t step = deriver_rewrite(d, result->recursion[i], NULL);
        if (!step ||
            !condition_gather(&steps, result->recursion[i], NEED_INSIDE) ||
            !condition_gather(&steps, step, NEED_SMOOTH))
            return false;
    }
    if (!simple || !condition_gather(&q, r->expr, NEED_INSIDE) ||
        !condition_gather(&q, simple, NEED_SMOOTH) ||
        !condition_gather(&q, answer, NEED_DOMAIN))
        return false;
    for (uint32_t i = 0; i < result->where_count; i++)
        if (!condition_gather(&steps, result->where[i].value, NEED_DOMAIN))
            return false;
    return rules_minimise(d->rules, out);
}

/* ------------------------------------------------------------- the request */

/* The same d X stands for all differentiations by X, so these have to be by
 * the same part of it. */
static bool same_differentials(const struct exprs *x,
                               const struct derive_request *q)
{
    for (uint32_t k = 0; k < q->order; k++)
        for (uint32_t i = 0; i < k; i++)
            if (q->by[k] != q->by[i] &&
                expr_part_variable(x, q->by[k]) ==
                    expr_part_variable(x, q->by[i]))
                return false;
    return true;
}

static bool check_request(struct deriver *d, const struct derive_request *q)
{
    struct fault *f = d->x->mem->fault;
    if (!q->expr)
        return false;
    if (q->order < 1 || q->order > DERIVE_MAX_ORDER)
        return fault_set(f, FAULT_REQUEST, "the order must be 1 to %d",
                         DERIVE_MAX_ORDER);
    if (expr_shape(d->x, q->expr)->order > 2)
        return fault_set(f, FAULT_UNSUPPORTED,
                         "the derivative of a tensor of order 3 or more");
    for (uint32_t k = 0; k < q->order; k++)
        if (!expr_part_variable(d->x, q->by[k]))
            return fault_set(f, FAULT_VARIABLE,
                             "a derivative is taken by a variable");
    if (q->form == FORM_DIFFERENTIAL && !same_differentials(d->x, q))
        return fault_set(f, FAULT_UNSUPPORTED,
                         "a differential by several parts of a variable");
    return true;
}

/* ---------------------------------------------------------- the derivative */

/* Whether there are linear maps known by name only. */
static bool has_maps(struct ix_table *t, ix_t g)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t n;
    const ix_t *list = ix_reach(t, g, &n);
    bool found = false;
    for (uint32_t i = 0; list && i < n; i++)
        found = found || ix_get(t, list[i])->kind == IX_LINEAR;
    arena_release(&t->scratch, mark);
    return found;
}

/* Linear maps known by name only cannot be derived again; where rules know
 * better (dexpm(t*A, A) = A*expm(t*A)), what they know is used first. */
static ix_t known_again(struct deriver *d, ix_t g, struct derive_result *r)
{
    struct ix_table *t = &d->table;
    if (!has_maps(t, g))
        return g;
    expr_t e = ix_lower(t, g);
    e = e ? deriver_rewrite(d, e, r) : 0;
    return e ? ix_lift(t, e) : g;
}

bool derive_first(struct deriver *d, expr_t e, uint32_t n, const expr_t *by)
{
    struct fault *f = d->x->mem->fault;
    struct mem *m = d->x->mem;
    d->first.n = 0;
    if (!MEM_RESERVE(m, d->first.leaf, d->first.leaf_capacity, n) ||
        !MEM_RESERVE(m, d->first.gradient, d->first.gradient_capacity, n))
        return false;
    d->table.work = 0;
    d->table.work_limit = DERIVE_WORK;
    d->first.of = ix_lift(&d->table, deriver_rewrite(d, e, NULL));
    for (uint32_t k = 0; k < n; k++) {
        expr_t v = expr_part_variable(d->x, by[k]);
        if (!v ||
            plain_needed(
                expr_decl(d->x, expr_get(d->x, v)->payload)->properties))
            return true; /* is derived by as another variable */
        d->first.leaf[k] = differential_leaf(&d->table, v);
    }
    if (reverse_derive(&d->table, d->first.of, n, d->first.leaf, NULL,
                       d->first.gradient))
        d->first.n = n;
    else if (f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL)
        fault_clear(f); /* the request it is about will tell */
    return !fault_is_set(f);
}

/* The derivative of g by one leaf.  By a member of a family it may need
 * conditions, which are its own. */
static bool derive_once(struct deriver *d, ix_t leaf,
                        struct conditions *conditions, ix_t *g)
{
    bool member = leaf && reverse_member(&d->table, leaf);
    for (uint32_t k = 0; *g == d->first.of && k < d->first.n; k++)
        if (d->first.leaf[k] == leaf && !member) {
            *g = d->first.gradient[k];
            return true;
        }
    return leaf &&
           reverse_derive(&d->table, *g, 1, &leaf, conditions, g);
}

/* The derivative by one leaf, through recursions if there are some: backward,
 * but forward through those that run downward themselves, as the derivative
 * of a derivative does. */
static bool derive_step(struct deriver *d, uint32_t n, const ix_t *leaves,
                        const struct plain *plain, struct derive_result *r,
                        ix_t *g)
{
    ix_t leaf = leaves[n - 1];
    struct recursion rec;
    struct recursion_result told;
    ix_t f = *g;
    if (!leaf || !f || !recursion_find(&d->table, f, leaf, &rec))
        return false;
    if (!rec.n)
        return derive_once(d, leaf, &r->conditions, g);
    if (!plain_check(&d->table, &rec, plain) ||
        (n > 1 && !recursion_check(&rec, n, leaves)))
        return false;
    return (rec.downward
                ? recursion_tangent(&rec, f, n, leaves, &r->conditions, g,
                                    &told)
                : recursion_derive(&rec, f, leaf, &r->conditions, g,
                                   &told)) &&
           where_tell(d, *g, &rec, &told, r);
}

static ix_t unarranged_index(struct deriver *d, const struct derive_request *q,
                             struct plain *plain, struct derive_result *r)
{
    struct exprs *x = d->x;
    struct expr_part part[DERIVE_MAX_ORDER];
    expr_t by[DERIVE_MAX_ORDER], e = q->expr;
    ix_t leaves[DERIVE_MAX_ORDER];
    for (uint32_t k = 0; k < q->order; k++) {
        if (!expr_part(x, q->by[k], &part[k]))
            return 0;
        by[k] = plain_variable(x, plain, part[k].variable);
    }
    e = plain_expr(x, plain, e, false);
    e = e ? deriver_rewrite(d, e, r) : 0;
    ix_t g = ix_lift(&d->table, e);
    for (uint32_t k = 0; g && k < q->order; k++) {
        ix_t leaf = leaves[k] = differential_leaf(&d->table, by[k]);
        if (k)
            g = known_again(d, g, r);
        uint32_t before = g ? ix_get(&d->table, g)->order : 0;
        if (!derive_step(d, k + 1, leaves, plain, r, &g))
            return 0;
        g = convention_index(&d->table, q, k, &part[k], before, g, leaf);
        if (k + 1 < q->order) /* the next one is the shorter for it */
            g = simplify_index(&d->table, g);
    }
    return simplify_index(&d->table, g);
}

/* -------------------------------------------------------------- the answer */

/* The arranged derivative as an expression; index notation if there is no
 * matrix notation (r->form tells). */
static expr_t derivative_expr(struct deriver *d,
                              const struct derive_request *q, ix_t g,
                              const struct shape *by, struct derive_result *r)
{
    struct ix_table *t = &d->table;
    uint8_t order[IX_MAX_ORDER];
    const struct shape f = *expr_shape(d->x, q->expr);
    uint32_t applied = form_applied(q->form, q->order);
    struct arrangement a = arrange(&f, q->order - applied, by, q->layout,
                                   q->form);
    expr_t e = 0;
    r->form = q->form;
    r->vec_face = a.stacked;
    if (applied)
        g = differential_form(t, g, applied, q->by + q->order - applied);
    if (q->form != FORM_INDEX) {
        e = deriver_lower(d, arrange_index(t, g, &a));
    }
    if (!e && !fault_is_set(t->mem->fault)) {
        uint32_t groups = arrange_groups(&a, order);
        bool all = q->form == FORM_INDEX;
        if (q->form == FORM_INDEX)
            r->vec_face = false;
        r->form = FORM_INDEX;
        e = ix_lower_indices(t, g, all ? UINT32_MAX >> 16 : groups,
                             all ? NULL : order);
        if (q->form == FORM_INDEX)
            a.kind = SHAPE_MATRIX;
    }
    return e && a.kind == SHAPE_ROW ? row_of_column(d->x, e) : e;
}

/* The matrix notation that calls matrices of linear maps by names; 0 (no
 * fault) where there is none. */
static expr_t named_expr(struct deriver *d, const struct derive_request *q,
                         const struct shape *by, ix_t g,
                         const struct plain *plain, struct derive_result *r)
{
    struct derive_result other = *r;
    if (q->form != FORM_MATRIX || !has_maps(&d->table, g))
        return 0;
    d->table.unnamed = false;
    expr_t e = derivative_expr(d, q, g, by, &other);
    e = plain_expr(d->x, plain, e, true);
    e = other.form == FORM_INDEX ? 0 : deriver_settle(d, e, r);
    d->table.unnamed = true;
    return e;
}

static bool has_matrix_form(struct deriver *d, const struct derive_request *q,
                            ix_t g)
{
    const struct shape f = *expr_shape(d->x, q->expr);
    struct shape by[DERIVE_MAX_ORDER];
    for (uint32_t k = 0; k < q->order; k++)
        by[k] = convention_shape(d->x, q, k);
    struct arrangement a = arrange(&f, q->order, by, q->layout, q->form);
    return deriver_lower(d, arrange_index(&d->table, g, &a)) ||
           fault_is_set(d->table.mem->fault);
}

/* Named constants of vec notation are no use where there is none after all. */
static ix_t derivative_index(struct deriver *d, const struct derive_request *q,
                             struct plain *plain, struct derive_result *r)
{
    struct derive_request own = *q;
    ix_t g = unarranged_index(d, q, plain, r);
    bool named = plain->n + plain->families &&
                 convention_has_constants(d->x, q);
    if (!g || !named || has_matrix_form(d, q, g))
        return g;
    own.form = FORM_INDEX;
    return unarranged_index(d, &own, plain, r);
}

/* Where there is no matrix notation, or only that of linear maps known by name:
 * the differential as an offered rewrite has it, e.g. by eigenvectors, and its
 * matrix.  0 (no fault) where there is none. */
static expr_t offered_expr(struct deriver *d, const struct derive_request *q,
                           const struct shape *by, ix_t g,
                           const struct plain *plain,
                           struct derive_result *r)
{
    struct exprs *x = d->x;
    struct derive_request own = *q;
    struct derive_result total;
    symbol_t why;
    expr_t e = 0;
    if (q->order > 1 || (q->form != FORM_MATRIX && q->form != FORM_VEC) ||
        q->structure != STRUCTURE_FREE ||
        expr_op(x, q->by[0]) != OP_VARIABLE || !has_maps(&d->table, g))
        return 0;
    expr_t index = ix_lower_indices(&d->table, g, UINT32_MAX >> 16, NULL);
    if (!rules_offer(d->rules, plain_expr(x, plain, index, true), &why))
        return 0;
    g = 0;
    own.form = FORM_DIFFERENTIAL;
    own.explain = false;
    derive_result_init(&total, x->mem);
    if (derive(d, &own, &total))
        e = rules_offer(d->rules, total.value, &why);
    if (e && (g = ix_lift(&d->table, deriver_rewrite(d, e, r)))) {
        ix_t leaf = differential_leaf(&d->table,
                                      differential_of(x, q->by[0]));
        if (!derive_once(d, leaf, &r->conditions, &g))
            g = 0;
    }
    derive_result_free(&total);
    e = g ? derivative_expr(d, q, simplify_index(&d->table, g), by, r) : 0;
    return r->form == FORM_INDEX ? 0 : e;
}

/* Whether the expression itself has matrices of linear maps. */
static bool calls_matrices(struct deriver *d, expr_t e)
{
    struct exprs *x = d->x;
    struct arena *a = &d->table.scratch;
    struct arena_mark mark = arena_mark(a);
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, e, a, &n);
    bool found = false;
    for (uint32_t i = 0; list && i < n; i++) {
        uint16_t o = expr_get(x, list[i])->overload;
        found = found || (o && overload_get(x->ops, o)->is_jacobian);
    }
    arena_release(a, mark);
    return found;
}

/* --------------------------------------------------------------- the whole */

/* A request on its way. */
struct deriving {
    const struct derive_request *q;
    struct plain plain;
    struct shape by[DERIVE_MAX_ORDER];
    expr_t claim; /* that is converted, or 0 */
};

static bool deriving_begin(struct deriver *d, struct deriving *w)
{
    if (!check_request(d, w->q))
        return false;
    d->table.work = 0;
    d->table.work_limit = DERIVE_WORK;
    for (uint32_t k = 0; k < w->q->order; k++)
        w->by[k] = convention_shape(d->x, w->q, k);
    d->table.unnamed = w->q->form == FORM_MATRIX;
    return true;
}

/* The derivative g as it is asked for. */
static bool deriving_end(struct deriver *d, const struct deriving *w, ix_t g,
                         struct derive_result *r)
{
    struct exprs *x = d->x;
    const struct derive_request *q = w->q;
    expr_t e = g ? derivative_expr(d, q, g, w->by, r) : 0;
    e = plain_expr(x, &w->plain, e, true);
    if (e && !w->claim && (r->form == FORM_INDEX || r->vec_face)) {
        enum form form = r->form;
        expr_t offered = offered_expr(d, q, w->by, g, &w->plain, r);
        r->form = offered ? q->form : form;
        e = offered ? offered : e;
    }
    if (e && r->form == FORM_INDEX)
        r->named = named_expr(d, q, w->by, g, &w->plain, r);
    if (r->named && calls_matrices(d, w->claim ? w->claim : q->expr)) {
        r->form = q->form;
        e = r->named;
        r->named = 0;
    }
    if (e && r->form != FORM_INDEX)
        e = deriver_settle(d, e, r);
    else if (e)
        e = deriver_rewrite(d, e, r);
    e = e ? convention_write(x, q, e) : 0;
    if (!e)
        return false;
    r->value = e;
    r->shape = *expr_shape(x, e);
    return gather_conditions(d, q, r, &r->conditions) &&
           (!q->explain || r->where_count ||
            explain_differentials(&d->table, deriver_rewrite(d, q->expr, NULL),
                                  q->order, q->by, r));
}

bool derive(struct deriver *d, const struct derive_request *q,
            struct derive_result *r)
{
    struct deriving w = {.q = q};
    bool ok = deriving_begin(d, &w) &&
              deriving_end(d, &w, derivative_index(d, q, &w.plain, r), r);
    d->table.unnamed = false;
    return ok;
}

bool derive_convert(struct deriver *d, const struct derive_request *from,
                    expr_t claim, const struct derive_request *to,
                    struct derive_result *r)
{
    struct deriving w = {.q = to, .claim = claim};
    if (!claim || !deriving_begin(d, &w))
        return false;
    ix_t g = convert_claim(&d->table, from, w.by,
                           deriver_rewrite(d, claim, NULL));
    bool ok = g && deriving_end(d, &w, simplify_index(&d->table, g), r);
    d->table.unnamed = false;
    return ok;
}
