#include "verify/point.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/dense.h"

bool sampler_init(struct sampler *s, struct exprs *x, uint64_t seed)
{
    *s = (struct sampler){.x = x, .random = {seed * 2 + 1}};
    s->seed = random_next(&s->random);
    s->ev = evaluator_new(x);
    return s->ev != NULL;
}

void sampler_free(struct sampler *s)
{
    if (!s->ev)
        return;
    mem_free(s->x->mem, s->sizes, s->uses.nsizes * sizeof *s->sizes);
    mem_free(s->x->mem, s->strategy, s->uses.ndecls);
    MEM_FREE_ARRAY(s->x->mem, s->positions, s->position_capacity);
    mem_free(s->x->mem, s->place, s->place_count * sizeof *s->place);
    eval_uses_free(s->ev, &s->uses);
    evaluator_free(s->ev);
}

/* A name that is a subscript of an axis of this size. */
static bool add_position(struct sampler *s, expr_t at, dim_t first,
                         dim_t axis)
{
    symbol_t name = expr_op(s->x, at) == OP_SIZE
                        ? dim_is_symbol(s->x->dims,
                                        expr_get(s->x, at)->payload)
                        : 0;
    if (!name)
        return true;
    if (!MEM_RESERVE(s->x->mem, s->positions, s->position_capacity,
                     (size_t)s->position_count + 1))
        return false;
    s->positions[s->position_count++] =
        (struct sampler_position){name, first, axis};
    return true;
}

static bool add_subscript(struct sampler *s, expr_t at, dim_t axis)
{
    if (expr_op(s->x, at) != OP_SPAN)
        return add_position(s, at, DIM_ONE, axis);
    expr_t low = expr_arg(s->x, at, 0), high = expr_arg(s->x, at, 1);
    return add_position(s, low, DIM_ONE, axis) &&
           add_position(s, high, expr_as_size(s->x, low), axis);
}

static bool add_positions(struct sampler *s, expr_t e)
{
    uint32_t n;
    const expr_t *list = expr_reach(s->x, e, eval_arena(s->ev), &n);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct expr_node node = *expr_get(s->x, list[i]);
        const struct shape base =
            node.nargs ? *expr_shape(s->x, expr_arg(s->x, list[i], 0))
                       : shape_scalar();
        for (uint32_t k = 1; ok && node.op == OP_ELEMENT && k < node.nargs;
             k++)
            ok = add_subscript(s, expr_arg(s->x, list[i], k),
                               base.dim[k - 1]);
    }
    return ok;
}

bool sampler_add(struct sampler *s, expr_t e)
{
    return eval_uses_add(s->ev, e, &s->uses) && add_positions(s, e);
}

bool sampler_ready(struct sampler *s)
{
    for (uint32_t i = 0; s->given && i < s->given->count; i++)
        if (!sampler_add(s, s->given->items[i].subject))
            return false;
    s->sizes = mem_alloc(s->x->mem, s->uses.nsizes * sizeof *s->sizes);
    s->strategy = mem_alloc(s->x->mem, s->uses.ndecls);
    s->place_count = s->x->decl_count + 1;
    s->place = mem_alloc(s->x->mem, s->place_count * sizeof *s->place);
    if (!s->sizes || !s->strategy || !s->place)
        return false;
    for (uint32_t i = 0; i < s->uses.ndecls; i++)
        s->place[s->uses.decls[i]] = i + 1;
    return true;
}

void sampler_advance(struct sampler *s)
{
    s->advances++;
    for (uint32_t i = 0; i < s->uses.ndecls; i++)
        s->strategy[i] =
            (uint8_t)(s->advances < SAMPLE_STRATEGIES
                          ? s->advances
                          : random_below(&s->random, SAMPLE_STRATEGIES));
}

enum { MAX_ENTRIES = 1 << 16 }; /* of one variable */

enum draw sampler_failed(struct sampler *s)
{
    struct fault *f = s->x->mem->fault;
    snprintf(s->reason, sizeof s->reason, "%.150s", f->message);
    if (f->kind != FAULT_SHAPE && f->kind != FAULT_LIMIT)
        return DRAW_NEVER;
    if (f->kind == FAULT_SHAPE && s->raise < 6)
        s->raise++;
    fault_clear(f);
    return DRAW_AGAIN;
}

static bool axis(struct sampler *s, dim_t d, uint32_t *entries)
{
    int64_t v;
    if (!eval_dim(s->x, d, s->sizes, s->uses.nsizes, &v) || v > 4096)
        return fault_set(s->x->mem->fault, FAULT_SHAPE,
                         "a size that is negative or large");
    *entries = (uint32_t)v;
    return true;
}

static bool draw_variable(struct sampler *s, struct point_variable *v,
                          decl_t decl)
{
    const struct shape shape = expr_decl(s->x, decl)->shape;
    struct arena *a = eval_arena(s->ev);
    *v = (struct point_variable){.decl = decl, .rows = 1, .cols = 1};
    if (shape.kind == SHAPE_TENSOR)
        return fault_set(s->x->mem->fault, FAULT_UNSUPPORTED,
                         "a variable with more than 2 axes");
    if ((shape.kind == SHAPE_VECTOR || shape.kind == SHAPE_MATRIX) &&
        !axis(s, shape.dim[0], &v->rows))
        return false;
    if ((shape.kind == SHAPE_ROW || shape.kind == SHAPE_MATRIX) &&
        !axis(s, shape.dim[shape.order - 1], &v->cols))
        return false;
    if ((uint64_t)v->rows * v->cols > MAX_ENTRIES)
        return fault_set(s->x->mem->fault, FAULT_LIMIT,
                         "too large to evaluate many times");
    v->size = v->rows * v->cols;
    v->v = ARENA_ARRAY(a, double, v->size);
    v->base = ARENA_ARRAY(a, double, v->size);
    return v->v && v->base;
}

/* The signs of single numbers: two in a row differ, of two variables all
 * four cases come. */
static bool draw_sign(const struct sampler *s, uint32_t variable)
{
    static const uint8_t patterns[] = {0xa, 0xc, 0x6};
    uint32_t turn = (uint32_t)(s->seed >> variable % 60);
    return ((uint32_t)patterns[variable % 3] >> s->draws % 4 ^ turn) & 1;
}

/* What is declared of a variable, and what conditions ask of it. */
static properties_t drawn_properties(const struct sampler *s, decl_t decl)
{
    const struct decl *d = expr_decl(s->x, decl);
    struct fault ignored = {.kind = FAULT_NONE};
    struct mem m = {.fault = &ignored};
    properties_t all = d->properties;
    for (uint32_t i = 0; s->given && i < s->given->count; i++) {
        const struct expr_node *n =
            expr_get(s->x, s->given->items[i].subject);
        if (n->op == OP_VARIABLE && n->payload == decl)
            all |= (properties_t)s->given->items[i].predicate;
    }
    if (all == d->properties)
        return all;
    all = property_close(&m, all, &d->shape, "");
    return all ? all : d->properties;
}

static bool draw_values(struct sampler *s, struct point_variable *v)
{
    const struct decl *d = expr_decl(s->x, v->decl);
    uint32_t place = (uint32_t)(v - s->vars);
    bool matrix = d->shape.kind == SHAPE_MATRIX;
    if (d->role == DECL_DIFFERENTIAL)
        return true;
    bool fine = sample_values(&s->random, drawn_properties(s, v->decl),
                              s->strategy[place],
                              matrix ? v->rows : v->size,
                              matrix ? v->cols : 1, draw_sign(s, place),
                              v->base, v->v);
    memcpy(v->v, v->base, sizeof *v->v * v->size);
    return fine;
}

static bool is_possible(struct sampler *s, const struct point_variable *v)
{
    const struct decl *d = expr_decl(s->x, v->decl);
    if (sample_possible(d->properties, v->rows, v->cols))
        return true;
    snprintf(s->reason, sizeof s->reason,
             "no sizes were found at which '%.60s' has its rank",
             intern_name(s->x->names, d->name));
    return false;
}

static bool is_shape_size(const struct sampler *s, symbol_t name)
{
    for (uint32_t i = 0; i < s->uses.ndecls; i++) {
        const struct shape *shape =
            &expr_decl(s->x, s->uses.decls[i])->shape;
        for (uint32_t a = 0; a < shape->order; a++)
            if (dim_mentions(s->x->dims, shape->dim[a], name))
                return true;
    }
    return false;
}

/* Names that are subscripts only are drawn within their axes. */
static void place_positions(struct sampler *s)
{
    for (uint32_t k = 0; k < s->position_count; k++) {
        const struct sampler_position *p = &s->positions[k];
        int64_t least, most;
        if (is_shape_size(s, p->name) ||
            !eval_dim(s->x, p->first, s->sizes, s->uses.nsizes, &least) ||
            !eval_dim(s->x, p->axis, s->sizes, s->uses.nsizes, &most) ||
            most < least)
            continue;
        for (uint32_t i = 0; i < s->uses.nsizes; i++) {
            int64_t *at = &s->sizes[i].value;
            if (s->sizes[i].symbol == p->name && (*at > most || *at < least))
                *at = least + (*at + s->draws) % (most - least + 1);
        }
    }
}

enum draw sampler_draw(struct sampler *s)
{
    int64_t sizes[64];
    uint32_t n = s->uses.nsizes;
    if (n > 64) {
        fault_set(s->x->mem->fault, FAULT_UNSUPPORTED, "too many sizes");
        return sampler_failed(s);
    }
    eval_reset(s->ev);
    sample_sizes(s->seed, s->draws++, s->raise, n, sizes);
    for (uint32_t i = 0; i < n; i++)
        s->sizes[i] = (struct eval_size){s->uses.sizes[i], sizes[i]};
    place_positions(s);
    s->vars = ARENA_ARRAY(eval_arena(s->ev), struct point_variable,
                          s->uses.ndecls);
    if (!s->vars)
        return DRAW_NEVER;
    for (uint32_t i = 0; i < s->uses.ndecls; i++) {
        if (!draw_variable(s, &s->vars[i], s->uses.decls[i]))
            return sampler_failed(s);
        if (!is_possible(s, &s->vars[i]))
            return DRAW_AGAIN;
        if (!draw_values(s, &s->vars[i])) {
            snprintf(s->reason, sizeof s->reason,
                     "no matrix with the properties of '%.60s' was found",
                     intern_name(s->x->names,
                                 expr_decl(s->x, s->uses.decls[i])->name));
            return DRAW_AGAIN;
        }
    }
    return DRAW_FINE;
}

enum draw sampler_plan(struct sampler *s, expr_t e, struct eval_plan **plan)
{
    *plan = eval_plan_new(s->ev, e, s->sizes, s->uses.nsizes);
    if (!*plan)
        return sampler_failed(s);
    for (uint32_t i = 0; i < eval_input_count(*plan); i++)
        eval_bind_input(*plan, i,
                        sampler_variable(s, eval_input(*plan, i))->v);
    return DRAW_FINE;
}

struct point_variable *sampler_variable(struct sampler *s, decl_t d)
{
    return s->place[d] ? &s->vars[s->place[d] - 1] : NULL;
}

/* An integer has no neighbours: X^k is of integers k only. */
void sampler_shake(struct sampler *s, double relative)
{
    for (uint32_t k = 0; k < s->uses.ndecls; k++)
        for (uint32_t i = 0; i < s->vars[k].size; i++)
            if (!(expr_decl(s->x, s->vars[k].decl)->properties &
                  PROP_INTEGER))
                s->vars[k].v[i] *=
                    1 + relative * (2 * random_unit(&s->random) - 1);
}

void sampler_restore(struct sampler *s)
{
    for (uint32_t k = 0; k < s->uses.ndecls; k++)
        if (expr_decl(s->x, s->vars[k].decl)->role != DECL_DIFFERENTIAL)
            memcpy(s->vars[k].v, s->vars[k].base,
                   sizeof(double) * s->vars[k].size);
}

/* ------------------------------------------------------------- conditions */

/* Gaussian elimination without pivoting: all pivots positive. */
static bool is_definite(uint32_t n, double *a, double slack)
{
    for (uint32_t k = 0; k < n; k++) {
        double pivot = a[k + k * n] + slack;
        if (!(pivot > 0))
            return false;
        for (uint32_t i = k + 1; i < n; i++)
            for (uint32_t j = k + 1; j < n; j++)
                a[i + j * n] -= a[i + k * n] * a[k + j * n] / pivot;
    }
    return true;
}

static bool entries_satisfy(const struct eval_value *v, enum property p)
{
    for (uint32_t i = 0; i < v->size; i++) {
        double x = v->v[i];
        if ((p == PROP_POSITIVE && !(x > 0)) ||
            (p == PROP_NONNEG && !(x >= 0)) ||
            (p == PROP_NONZERO && !(x != 0)))
            return false;
    }
    return true;
}

/* Rounding makes a singular matrix regular: near one is too near. */
static bool is_invertible(struct sampler *s, const struct eval_value *v)
{
    uint32_t n = v->rows;
    double *lu = ARENA_ARRAY(eval_arena(s->ev), double, v->size);
    double *pivot = ARENA_ARRAY(eval_arena(s->ev), double, n);
    double least = INFINITY, most = 0;
    if (!lu || !pivot)
        return false;
    memcpy(lu, v->v, sizeof *lu * v->size);
    if (!dense_lu(NULL, n, lu, pivot))
        return false;
    for (uint32_t k = 0; k < n; k++) {
        least = fmin(least, fabs(lu[k + k * n]));
        most = fmax(most, fabs(lu[k + k * n]));
    }
    return least > 1e-10 * most;
}

static bool satisfies(struct sampler *s, const struct eval_value *v,
                      enum property p)
{
    uint32_t n = v->rows;
    bool ok = entries_satisfy(v, p);
    if (p == PROP_INVERTIBLE && v->order == 2 && v->rows == v->cols)
        return is_invertible(s, v);
    if (v->order != 2 || v->rows != v->cols ||
        !(p & (PROP_SYMMETRIC | PROP_POSDEF | PROP_PSD)))
        return ok;
    double top = 0;
    for (uint32_t i = 0; i < v->size; i++)
        top = fmax(top, fabs(v->v[i]));
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = 0; i < j; i++)
            ok = ok && fabs(v->v[i + j * n] - v->v[j + i * n]) <= 1e-9 * top;
    if (p == PROP_SYMMETRIC || !ok)
        return ok;
    double *copy = ARENA_ARRAY(eval_arena(s->ev), double, v->size);
    if (!copy)
        return false;
    memcpy(copy, v->v, sizeof *copy * v->size);
    return is_definite(n, copy, p == PROP_PSD ? 1e-12 * top : 0);
}

enum draw sampler_conditions(struct sampler *s)
{
    for (uint32_t i = 0; s->given && i < s->given->count; i++) {
        const struct condition *c = &s->given->items[i];
        struct eval_plan *p;
        enum draw d = sampler_plan(s, c->subject, &p);
        if (d != DRAW_FINE)
            return d;
        if (!eval_run(p) || !satisfies(s, eval_result(p), c->predicate)) {
            snprintf(s->reason, sizeof s->reason,
                     "no point met the conditions");
            s->unmet++;
            return DRAW_AGAIN;
        }
    }
    s->met++;
    return DRAW_FINE;
}

void sampler_describe(const struct sampler *s, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (uint32_t i = 0; i < s->uses.nsizes && used + 40 < size; i++) {
        const char *name = intern_name(s->x->names, s->sizes[i].symbol);
        int n = snprintf(out + used, size - used, "%s%.20s=%lld",
                         i ? ", " : "at ", name,
                         (long long)s->sizes[i].value);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used && used + 3 < size)
        strcpy(out + used, ": ");
}
