#include "derive/derive.h"

#include <string.h>

#include "derive/arrange.h"
#include "derive/condition.h"
#include "derive/convert.h"
#include "derive/differential.h"
#include "derive/explain.h"
#include "derive/part.h"
#include "derive/recursion.h"
#include "derive/reverse.h"
#include "derive/row.h"
#include "derive/structure.h"
#include "index/lower.h"
#include "simplify/simplify.h"

enum {
    NORMAL_ROUNDS = 3,
    DERIVE_WORK = 100000000 /* see ix_table.work: some seconds */
};

struct deriver {
    struct exprs *x;
    struct rules *rules;
    struct ix_table table;
    /* The last index term that was lowered, and what it became. */
    ix_t lowered;
    expr_t form;
    /* The first derivatives of one term by several leaves. */
    struct {
        ix_t of;
        uint32_t n;
        ix_t *leaf, *gradient;
        uint32_t leaf_capacity, gradient_capacity;
    } first;
};

struct deriver *deriver_new(struct exprs *x, struct rules *r)
{
    struct deriver *d = mem_alloc(x->mem, sizeof *d);
    if (!d)
        return NULL;
    d->x = x;
    d->rules = r;
    if (!ix_init(&d->table, x)) {
        deriver_free(d);
        return NULL;
    }
    return d;
}

void deriver_free(struct deriver *d)
{
    if (!d)
        return;
    ix_free(&d->table);
    MEM_FREE_ARRAY(d->x->mem, d->first.leaf, d->first.leaf_capacity);
    MEM_FREE_ARRAY(d->x->mem, d->first.gradient, d->first.gradient_capacity);
    mem_free(d->x->mem, d, sizeof *d);
}

struct deriver_mark deriver_mark(const struct deriver *d)
{
    struct ix_mark m = ix_mark(&d->table);
    return (struct deriver_mark){m.nodes, m.words, m.expressions};
}

void deriver_rollback(struct deriver *d, const struct deriver_mark *mark)
{
    struct ix_mark m = {mark->nodes, mark->words, mark->expressions};
    ix_rollback(&d->table, &m);
    d->lowered = 0;
    d->form = 0;
    d->first.n = 0;
}

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

/* ------------------------------------------------------------ normal form */

static expr_t rewrite(struct deriver *d, expr_t e, struct derive_result *r)
{
    return rules_rewrite(d->rules, e, r ? &r->conditions : NULL,
                         r ? &r->trail : NULL);
}

/* The matrix form of a simplified index term. */
static expr_t lower(struct deriver *d, ix_t g)
{
    expr_t e = ix_lower(&d->table, g);
    if (!e && !fault_is_set(d->table.mem->fault)) {
        ix_t stacked = ix_with_stacked(&d->table, g);
        e = stacked && stacked != g && !ix_takes_apart(&d->table, stacked)
                ? ix_lower(&d->table, stacked)
                : 0;
    }
    d->lowered = e ? g : 0;
    d->form = e;
    return e;
}

/* Matrix form by way of index form, as the shape says (a row is lowered as a
 * column).  Where the way back leads to the term that e came from, it ends
 * there. */
static expr_t through_index(struct deriver *d, expr_t e)
{
    if (!e)
        return 0;
    bool row = expr_shape(d->x, e)->kind == SHAPE_ROW;
    ix_t g = ix_lift(&d->table, e);
    if (g && g == d->lowered && e == d->form)
        return e;
    expr_t m = lower(d, simplify_index(&d->table, g));
    return m && row ? row_of_column(d->x, m) : m;
}

/* Rewrites and normalises until nothing changes; the last good form where a
 * round trip has no matrix form. */
static expr_t settle(struct deriver *d, expr_t e, struct derive_result *r)
{
    for (int round = 0; e && round < NORMAL_ROUNDS; round++) {
        expr_t rewritten = rewrite(d, e, r);
        if (!rewritten || (rewritten == e && round))
            return rewritten;
        expr_t normal = through_index(d, rewritten);
        if (!normal) {
            if (fault_is_set(d->x->mem->fault))
                return 0;
            return rewritten;
        }
        if (normal == e)
            return rewritten;
        e = normal;
    }
    return rewrite(d, e, r);
}

expr_t derive_normal(struct deriver *d, expr_t e)
{
    return settle(d, e, NULL);
}

/* -------------------------------------------------------------- variables */

/* A derivative by a symmetric X treats its entries as unrelated: it is taken
 * by a plain X, and what is known of X is used afterwards. */
static const properties_t structural =
    PROP_SYMMETRIC | PROP_ANTISYMMETRIC | PROP_DIAGONAL | PROP_LOWER |
    PROP_UPPER | PROP_ORTHOGONAL | PROP_POSDEF | PROP_PSD | PROP_TOEPLITZ |
    PROP_GENERAL;

struct plain {
    uint32_t n, families;
    expr_t from[DERIVE_MAX_ORDER], to[DERIVE_MAX_ORDER];
    decl_t family[DERIVE_MAX_ORDER], plain_family[DERIVE_MAX_ORDER];
};

/* A member of a plain family in the place of one with a structure. */
static expr_t plain_member(struct exprs *x, struct plain *p,
                           const struct decl *member)
{
    uint32_t i = 0;
    while (i < p->families && p->family[i] != member->family)
        i++;
    if (i == p->families) {
        struct decl f = *expr_decl(x, member->family);
        f.properties &= ~structural;
        p->family[i] = member->family;
        p->plain_family[i] = expr_declare(x, &f);
        p->families++;
    }
    return expr_member(x, p->plain_family[i], member->at);
}

/* The expression with plain variables, or `back` with the others. */
static expr_t plain_expr(struct exprs *x, const struct plain *p, expr_t e,
                         bool back)
{
    if (e && p->n)
        e = expr_substitute(x, e, p->n, back ? p->to : p->from,
                            back ? p->from : p->to);
    for (uint32_t i = 0; e && i < p->families; i++)
        e = back ? expr_change_family(x, e, p->plain_family[i], p->family[i])
                 : expr_change_family(x, e, p->family[i],
                                      p->plain_family[i]);
    return e;
}

static expr_t plain_variable(struct exprs *x, struct plain *p, expr_t v)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (p->from[i] == v)
            return p->to[i];
    struct decl d = *expr_decl(x, expr_get(x, v)->payload);
    if (!(d.properties & structural))
        return v;
    if (d.family)
        return plain_member(x, p, &d);
    d.properties &= ~structural;
    expr_t shadow = expr_variable(x, expr_declare(x, &d));
    p->from[p->n] = v;
    p->to[p->n++] = shadow;
    return shadow;
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
    expr_t simple = rewrite(d, r->expr, NULL), answer = result->value;
    /* A recursion is derived by whatever it is made of. */
    struct condition_request steps = q;
    steps.nby = 0;
    for (uint32_t i = 0; i < result->recursions; i++) {
        expr_t step = rewrite(d, result->recursion[i], NULL);
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

/* ---------------------------------------------------------------- the whole */

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
    e = e ? rewrite(d, e, r) : 0;
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
    d->first.of = ix_lift(&d->table, rewrite(d, e, NULL));
    for (uint32_t k = 0; k < n; k++) {
        expr_t v = expr_part_variable(d->x, by[k]);
        if (!v || expr_decl(d->x, expr_get(d->x, v)->payload)->properties &
                      structural)
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

/* ------------------------------------------------------------- recursions */

static bool mentions_family(struct ix_table *t, ix_t n, decl_t family)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, n, &count);
    bool found = false;
    for (uint32_t i = 0; list && i < count && !found; i++) {
        const struct decl *m = reverse_member(t, list[i]);
        found = m && m->family == family;
    }
    arena_release(&t->scratch, mark);
    return found;
}

/* Whether the first member of a family that is told alone tells the sizes of
 * all. */
static bool tells_sizes(struct ix_table *t,
                        const struct recursion_result *told, decl_t family)
{
    struct exprs *x = t->x;
    const struct decl f = *expr_decl(x, family);
    uint32_t i = 0;
    while (i < told->n &&
           (told->piece[i].family != family || !told->piece[i].single))
        i++;
    if (i == told->n || mentions_family(t, told->piece[i].value, family))
        return false;
    dim_t at = told->piece[i].low;
    struct dim_replacement r = {dim_is_symbol(x->dims, at),
                                dim_from_symbol(x->dims, f.parameter[0])};
    struct shape s;
    if (!expr_member_shape(x, family, &at, &s))
        return false;
    for (uint32_t a = 0; a < s.order; a++)
        if ((r.symbol ? dim_replace(x->dims, s.dim[a], r) : s.dim[a]) !=
            f.shape.dim[a])
            return false;
    return true;
}

/* One equation for members of a family made for the answer.  It also becomes
 * what the family is defined by, so that the referee can judge the value. */
static bool tell_piece(struct deriver *d, symbol_t parameter,
                       const struct recursion_piece *p,
                       struct derive_result *r)
{
    struct exprs *x = d->x;
    struct dims *dims = x->dims;
    struct ix_table *t = &d->table;
    dim_t self = dim_from_symbol(dims, parameter);
    dim_t by = dim_from_int(dims, p->single ? 0 : p->shift);
    dim_t at = p->single ? p->low : dim_sub(dims, self, by);
    ix_t value = ix_replace_size(
        t, p->value,
        (struct dim_replacement){parameter, dim_sub(dims, self, by)});
    expr_t e = settle(d, ix_lower(t, simplify_index(t, value)), NULL);
    expr_t own = expr_replace_size(
        x, e, (struct dim_replacement){parameter, dim_add(dims, self, by)});
    struct decl *f = &x->decls[p->family];
    if (!own)
        return fault_is_set(t->mem->fault)
                   ? false
                   : fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                               "the equations of this recursion have no "
                               "matrix notation");
    if (f->pieces == FAMILY_MAX_PIECES || r->where_count == DERIVE_MAX_WHERE)
        return fault_set(t->mem->fault, FAULT_LIMIT,
                         "more than %d equations for one family",
                         FAMILY_MAX_PIECES);
    f->piece[f->pieces++] = (struct family_piece){p->low, p->high, own};
    f->recursive = true;
    struct derive_where *w = &r->where[r->where_count++];
    *w = (struct derive_where){.name = expr_member(x, p->family, &at),
                               .value = e};
    if (!p->single) {
        w->parameter = parameter;
        w->from = dim_add(dims, p->up ? p->low : p->high, by);
        w->to = dim_add(dims, p->up ? p->high : p->low, by);
    }
    return w->name != 0;
}

/* The families made for the answer that a term mentions. */
static bool mark_used(struct ix_table *t, ix_t n,
                      const struct recursion_result *told, bool *used)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, n, &count);
    for (uint32_t i = 0; list && i < count; i++) {
        const struct decl *m = reverse_member(t, list[i]);
        for (uint32_t k = 0; m && k < told->n; k++)
            used[k] = used[k] || told->piece[k].family == m->family;
    }
    arena_release(&t->scratch, mark);
    return list != NULL;
}

/* Whether the sizes of a family are told at its equation k: the first one
 * with a parameter, if there is one. */
static bool is_spoken(const struct recursion_result *told, uint32_t k)
{
    bool single = told->piece[k].single;
    for (uint32_t i = 0; i < told->n; i++)
        if (told->piece[i].family == told->piece[k].family &&
            (single ? i < k || !told->piece[i].single
                    : i < k && !told->piece[i].single))
            return false;
    return true;
}

/* What a recursion says of its members: it has conditions, too. */
static void note_recursion(struct derive_result *r, const struct decl *f)
{
    if (f->definition && r->recursions < DERIVE_MAX_RECURSIONS)
        r->recursion[r->recursions++] = f->definition;
    for (uint32_t i = 0; i < f->pieces; i++)
        if (r->recursions < DERIVE_MAX_RECURSIONS)
            r->recursion[r->recursions++] = f->piece[i].value;
}

/* The equations that the derivative g is to be read with. */
static bool tell_equations(struct deriver *d, ix_t g,
                           const struct recursion *rec,
                           const struct recursion_result *told,
                           struct derive_result *r)
{
    bool used[RECURSION_MAX_PIECES] = {false};
    bool seen[RECURSION_MAX_PIECES] = {false};
    if (!mark_used(&d->table, g, told, used))
        return false;
    for (uint32_t k = 0; k < told->n; k++)
        if (used[k] && !seen[k]) {
            seen[k] = true;
            if (!mark_used(&d->table, told->piece[k].value, told, used))
                return false;
            k = UINT32_MAX; /* which may be used by one before it */
        }
    for (uint32_t k = 0; k < told->n; k++) {
        const struct recursion_piece *p = &told->piece[k];
        if (!used[k]) { /* its name is free again */
            recursion_forget(&d->table, p->family);
            continue;
        }
        if (!tell_piece(d, rec->parameter, p, r))
            return false;
        bool tells = rec->n == 1 && tells_sizes(&d->table, told, p->family);
        r->where[r->where_count - 1].sized = !tells && is_spoken(told, k);
    }
    for (uint32_t i = 0; r->where_count && i < rec->n; i++)
        note_recursion(r, expr_decl(d->x, rec->state[i].family));
    return true;
}

/* A variable with a structure is derived by as a plain one in its place,
 * which does not stand in what a recursion is made of. */
static bool check_plain(struct ix_table *t, const struct recursion *rec,
                        const struct plain *plain)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    bool found = false;
    for (uint32_t i = 0; i < rec->steps && !found; i++) {
        uint32_t count;
        const ix_t *list = ix_reach(t, rec->step[i].value, &count);
        for (uint32_t j = 0; list && j < count; j++) {
            const struct decl *m = reverse_member(t, list[j]);
            for (uint32_t k = 0; m && k < plain->families; k++)
                found = found || m->family == plain->family[k];
            for (uint32_t k = 0; k < plain->n; k++)
                found = found || (ix_get(t, list[j])->kind == IX_LEAF &&
                                  ix_get(t, list[j])->payload ==
                                      plain->from[k]);
        }
    }
    arena_release(&t->scratch, mark);
    return !found ||
           recursion_unsupported(t, "a derivative by a variable with a "
                                    "structure through a recursion that is "
                                    "made of it", "declare it without, as "
                                                  "S[n,n] for S[n,n] "
                                                  "symmetric");
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
    if (!check_plain(&d->table, &rec, plain) ||
        (n > 1 && !recursion_check(&rec, n, leaves)))
        return false;
    return (rec.downward
                ? recursion_tangent(&rec, f, n, leaves, &r->conditions, g,
                                    &told)
                : recursion_derive(&rec, f, leaf, &r->conditions, g,
                                   &told)) &&
           tell_equations(d, *g, &rec, &told, r);
}

static properties_t toeplitz_by(const struct exprs *x,
                                const struct derive_request *q)
{
    if (q->order != 1 || expr_op(x, q->by[0]) != OP_VARIABLE)
        return 0;
    properties_t p = expr_decl(x, expr_get(x, q->by[0])->payload)->properties;
    const properties_t more = PROP_ANTISYMMETRIC | PROP_LOWER | PROP_UPPER;
    return p & PROP_TOEPLITZ && !(p & more) ? p : 0;
}

/* Of a scalar by the entries of a Toeplitz matrix the answer is written out
 * in index notation. */
static bool is_written(const struct exprs *x, const struct derive_request *q)
{
    return !q->maps && toeplitz_by(x, q) &&
           q->structure == STRUCTURE_ENTRIES &&
           expr_shape(x, q->expr)->kind == SHAPE_SCALAR &&
           (q->form == FORM_MATRIX || q->form == FORM_INDEX);
}

/* Whether the k-th derivative is applied to dX, which is as X is: that has no
 * convention. */
static bool is_applied(const struct derive_request *q, uint32_t k)
{
    return k >= q->order - form_applied(q->form, q->order);
}

/* Whether the part has the structure itself: the transpose, a block on the
 * diagonal.  (A diagonal of a Toeplitz matrix goes on outside of a block.) */
static bool is_alike(const struct expr_part *part, properties_t p)
{
    return !part->at[0] && !part->at[1] && part->first[0] == part->first[1] &&
           part->length[0] == part->length[1] &&
           !(part->length[0] && p & (PROP_TOEPLITZ | PROP_ORTHOGONAL));
}

/* vech of a part of a matrix with a structure: of an entry, a row or a column
 * these entries; of a block on the diagonal, which has the structure itself,
 * vech of that. */
static ix_t vech_of_part(struct deriver *d, const struct expr_part *part,
                         properties_t p, uint32_t order, ix_t g, ix_t leaf)
{
    const properties_t triangles = PROP_LOWER | PROP_UPPER;
    struct ix_table *t = &d->table;
    uint32_t before = g ? ix_get(t, g)->order - 2u : 0;
    if (part->at[0] || part->at[1]) {
        g = structure_index(t, g, p, STRUCTURE_ENTRIES, leaf, order, false);
        return part_index(t, g, before, part);
    }
    if (!is_alike(part, p)) {
        fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                  "vech of a block that has not the structure of the matrix");
        fault_hint(t->mem->fault, "structure entries");
        return 0;
    }
    if (part->axis[0] && p & triangles && (p & triangles) != triangles)
        p ^= triangles;
    return structure_index(t, part_index(t, g, before, part), p,
                           STRUCTURE_VECH, leaf, order, false);
}

/* The k-th derivative, by one matrix or a part of it, in the convention asked
 * for. */
static ix_t structured(struct deriver *d, const struct derive_request *q,
                       uint32_t k, const struct expr_part *part,
                       uint32_t before, ix_t g, ix_t leaf)
{
    const struct exprs *x = d->x;
    properties_t p =
        expr_decl(x, expr_get(x, part->variable)->payload)->properties;
    bool part_of = part->variable != q->by[k];
    if (part_of && is_applied(q, k) && q->structure != STRUCTURE_FREE &&
        p & structural && !is_alike(part, p)) {
        fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                  "a differential by a part of a matrix whose entries depend "
                  "on each other");
        fault_hint(x->mem->fault, "structure free, or by all of the matrix");
        return 0;
    }
    if (part->order != 2 || is_applied(q, k) || is_written(x, q))
        return part_of ? part_index(&d->table, g, before, part) : g;
    if (q->structure == STRUCTURE_VECH && part_of && p & structural)
        return vech_of_part(d, part, p, q->order, g, leaf);
    bool vec = g && (q->form == FORM_MATRIX || q->form == FORM_VEC ||
                     p & PROP_TOEPLITZ) &&
               (q->order > 1 || ix_get(&d->table, g)->order > 2);
    g = structure_index(&d->table, g, p, q->structure, leaf, q->order,
                        vec && (!part_of || p & PROP_TOEPLITZ));
    return part_of ? part_index(&d->table, g, before, part) : g;
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
    e = e ? rewrite(d, e, r) : 0;
    ix_t g = ix_lift(&d->table, e);
    for (uint32_t k = 0; g && k < q->order; k++) {
        ix_t leaf = leaves[k] = differential_leaf(&d->table, by[k]);
        if (k)
            g = known_again(d, g, r);
        uint32_t before = g ? ix_get(&d->table, g)->order : 0;
        if (!derive_step(d, k + 1, leaves, plain, r, &g))
            return 0;
        g = structured(d, q, k, &part[k], before, g, leaf);
        if (k + 1 < q->order) /* the next one is the shorter for it */
            g = simplify_index(&d->table, g);
    }
    return simplify_index(&d->table, g);
}

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
        e = lower(d, arrange_index(t, g, &a));
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

/* The shape of what the k-th derivative is by. */
static struct shape shape_by(struct exprs *x, const struct derive_request *q,
                             uint32_t k)
{
    const struct shape s = *expr_shape(x, q->by[k]);
    expr_t v = expr_part_variable(x, q->by[k]);
    properties_t p = expr_decl(x, expr_get(x, v)->payload)->properties;
    return is_applied(q, k)
               ? s
               : structure_shape(x->dims, &s, p, q->structure);
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
    e = other.form == FORM_INDEX ? 0 : settle(d, e, r);
    d->table.unnamed = true;
    return e;
}

static bool has_matrix_form(struct deriver *d, const struct derive_request *q,
                            ix_t g)
{
    const struct shape f = *expr_shape(d->x, q->expr);
    struct shape by[DERIVE_MAX_ORDER];
    for (uint32_t k = 0; k < q->order; k++)
        by[k] = shape_by(d->x, q, k);
    struct arrangement a = arrange(&f, q->order, by, q->layout, q->form);
    return lower(d, arrange_index(&d->table, g, &a)) ||
           fault_is_set(d->table.mem->fault);
}

static bool by_toeplitz(const struct exprs *x, const struct derive_request *q)
{
    bool found = false;
    for (uint32_t k = 0; k < q->order; k++) {
        expr_t v = expr_part_variable(x, q->by[k]);
        found = found || expr_decl(x, expr_get(x, v)->payload)->properties &
                             PROP_TOEPLITZ;
    }
    return found;
}

/* Named constants of vec notation are no use where there is none after all. */
static ix_t derivative_index(struct deriver *d, const struct derive_request *q,
                             struct plain *plain, struct derive_result *r)
{
    struct derive_request own = *q;
    ix_t g = unarranged_index(d, q, plain, r);
    bool named = plain->n + plain->families && !by_toeplitz(d->x, q) &&
                 (q->structure == STRUCTURE_PROJECTED ||
                  q->structure == STRUCTURE_ENTRIES) &&
                 (q->form == FORM_MATRIX || q->form == FORM_VEC);
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
    if (e && (g = ix_lift(&d->table, rewrite(d, e, r)))) {
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
        w->by[k] = shape_by(d->x, w->q, k);
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
        e = settle(d, e, r);
    else if (e)
        e = rewrite(d, e, r);
    if (e && is_written(x, q))
        e = structure_write(x, e, toeplitz_by(x, q) & PROP_SYMMETRIC);
    if (!e)
        return false;
    r->value = e;
    r->shape = *expr_shape(x, e);
    return gather_conditions(d, q, r, &r->conditions) &&
           (!q->explain || r->where_count ||
            explain_differentials(&d->table, rewrite(d, q->expr, NULL),
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
    ix_t g = convert_claim(&d->table, from, w.by, rewrite(d, claim, NULL));
    bool ok = g && deriving_end(d, &w, simplify_index(&d->table, g), r);
    d->table.unnamed = false;
    return ok;
}
