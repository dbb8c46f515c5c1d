/* recursion.c - the recursions that an expression goes through, and families
 * of derivatives by their members. */
#include "derive/recursion.h"

#include <stdio.h>
#include <string.h>

#include "derive/differential.h"
#include "derive/reverse.h"

bool recursion_unsupported(struct ix_table *t, const char *what,
                           const char *hint)
{
    fault_set(t->mem->fault, FAULT_UNSUPPORTED, "%s", what);
    fault_hint(t->mem->fault, "%s", hint);
    return false;
}

ix_t recursion_member(struct ix_table *t, decl_t family, dim_t at)
{
    return differential_leaf(t, expr_member(t->x, family, &at));
}

uint32_t recursion_state_of(const struct recursion *r, ix_t leaf)
{
    const struct decl *d = reverse_member(r->t, leaf);
    for (uint32_t i = 0; d && i < r->n; i++)
        if (r->state[i].family == d->family)
            return i;
    return UINT32_MAX;
}

/* ---------------------------------------------------------- what there is */

static bool add_step(struct recursion *r, struct recursion_step s)
{
    if (r->steps == RECURSION_MAX_STEPS)
        return fault_set(r->t->mem->fault, FAULT_LIMIT,
                         "more than %d equations of recursions",
                         RECURSION_MAX_STEPS);
    r->step[r->steps++] = s;
    return s.value != 0;
}

/* The first and the last of the members that pieces tell, as far as numbers
 * show; others are taken to be in their order. */
static void find_range(struct dims *d, const struct decl *f,
                       struct recursion_state *s)
{
    int64_t by;
    s->first = f->definition ? f->low[0] : f->piece[0].low;
    s->high = f->definition ? f->high[0] : f->piece[0].high;
    for (uint32_t i = 0; i < f->pieces; i++) {
        const struct family_piece *p = &f->piece[i];
        dim_t below = dim_sub(d, s->first, p->low);
        dim_t above = s->high && !f->definition
                          ? dim_sub(d, p->high, s->high)
                          : DIM_ZERO;
        if (below && dim_is_int(d, below, &by) ? by > 0
                                               : dim_is_int(d, p->low, &by))
            s->first = p->low;
        if (above && dim_is_int(d, above, &by) ? by > 0
                                               : !dim_is_int(d, p->high, &by))
            s->high = p->high;
    }
}

static bool add_state(struct recursion *r, decl_t family)
{
    struct ix_table *t = r->t;
    const struct decl f = *expr_decl(t->x, family);
    struct recursion_state s = {.family = family,
                                .first = f.low[0],
                                .high = f.high[0]};
    for (uint32_t i = 0; i < r->n; i++)
        if (r->state[i].family == family)
            return true;
    if (r->n == RECURSION_MAX_STATES)
        return recursion_unsupported(t, "a derivative through more than "
                                        "eight recursions at once",
                                     "fewer families that depend on each "
                                     "other");
    if (f.pieces)
        find_range(t->x->dims, &f, &s);
    r->state[r->n++] = s;
    for (uint32_t i = 0; i < f.pieces; i++)
        if (!add_step(r, (struct recursion_step){
                             .state = r->n - 1,
                             .low = f.piece[i].low,
                             .high = f.piece[i].high,
                             .single = f.piece[i].low == f.piece[i].high,
                             .value = ix_lift(t, f.piece[i].value)}))
            return false;
    return !f.definition ||
           add_step(r, (struct recursion_step){
                           .state = r->n - 1,
                           .low = f.low[0],
                           .value = ix_lift(t, f.definition)});
}

/* Adds the recursions that n mentions. */
static bool add_mentioned(struct recursion *r, ix_t n)
{
    struct ix_table *t = r->t;
    struct arena_mark mark = arena_mark(&t->scratch);
    decl_t found[RECURSION_MAX_STATES + 1];
    uint32_t count, families = 0;
    const ix_t *list = ix_reach(t, n, &count);
    for (uint32_t i = 0; list && i < count; i++) {
        const struct decl *d = reverse_member(t, list[i]);
        uint32_t k = 0;
        if (!d || !expr_decl(t->x, d->family)->recursive)
            continue;
        while (k < families && found[k] != d->family)
            k++;
        if (k == families && families <= RECURSION_MAX_STATES)
            found[families++] = d->family;
    }
    arena_release(&t->scratch, mark);
    for (uint32_t k = 0; list && k < families; k++)
        if (!add_state(r, found[k]))
            return false;
    return list != NULL;
}

/* Whether a name means something already, but in rules. */
static bool is_declared(const struct exprs *x, symbol_t s)
{
    for (decl_t d = 1; d <= x->decl_count; d++)
        if (x->decls[d].name == s && x->decls[d].role != DECL_PARAMETER)
            return true;
    return false;
}

static symbol_t parameter_of(const struct recursion *r, uint32_t state)
{
    return expr_decl(r->t->x, r->state[state].family)->parameter[0];
}

/* Whether a symbol means something in f, or in a step of which it is not the
 * parameter. */
static bool is_free(const struct recursion *r, ix_t f, symbol_t s)
{
    const struct dims *d = r->t->x->dims;
    bool free = ix_mentions(r->t, f, s);
    for (uint32_t i = 0; i < r->steps && !free; i++) {
        const struct recursion_step *step = &r->step[i];
        symbol_t parameter = r->parameter ? r->parameter
                                          : parameter_of(r, step->state);
        bool own = parameter == s && !step->single;
        free = (!own && ix_mentions(r->t, step->value, s)) ||
               (step->low && dim_mentions(d, step->low, s)) ||
               (step->high && dim_mentions(d, step->high, s));
    }
    return free;
}

/* A parameter that all steps can have; they have r->parameter, if there is
 * one, or that of their family. */
static bool choose_parameter(struct recursion *r, ix_t f, ix_t leaf)
{
    static const char *const names[] = {"r", "j", "k", "i", "s", "p", "q"};
    struct ix_table *t = r->t;
    symbol_t s = parameter_of(r, 0);
    symbol_t before = r->parameter;
    for (uint32_t i = 0; is_free(r, f, s) ||
                         (leaf && ix_mentions(t, leaf, s)); i++) {
        if (i == sizeof names / sizeof *names)
            return recursion_unsupported(t, "a recursion whose parameter "
                                            "stands for something else, too",
                                         "another name for the parameter");
        s = intern_text(t->x->names, names[i]);
        if (is_declared(t->x, s))
            s = parameter_of(r, 0);
    }
    r->parameter = s;
    for (uint32_t i = 0; i < r->steps; i++) {
        struct recursion_step *v = &r->step[i];
        struct dim_replacement to = {
            before ? before : parameter_of(r, v->state),
            dim_from_symbol(t->x->dims, s)};
        if (!v->single && to.symbol != s &&
            !(v->value = ix_replace_size(t, v->value, to)))
            return false;
    }
    return true;
}

dim_t recursion_place(const struct recursion *r, const struct recursion_step *s)
{
    return s->single ? s->low
                     : dim_from_symbol(r->t->x->dims, r->parameter);
}

bool recursion_lag(const struct recursion *r, const struct recursion_step *s,
                   ix_t leaf, int64_t *lag)
{
    const struct decl *d = reverse_member(r->t, leaf);
    dim_t by = dim_sub(r->t->x->dims, recursion_place(r, s), d->at[0]);
    return by && dim_is_int(r->t->x->dims, by, lag);
}

/* Whether a step is made of later members. */
static bool runs_downward(struct recursion *r, const struct recursion_step *s)
{
    struct arena_mark mark = arena_mark(&r->t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(r->t, s->value, &count);
    bool down = false;
    int64_t lag;
    for (uint32_t i = 0; list && i < count && !down; i++)
        down = recursion_state_of(r, list[i]) != UINT32_MAX &&
               recursion_lag(r, s, list[i], &lag) && lag < 0;
    arena_release(&r->t->scratch, mark);
    return down;
}

bool recursion_find(struct ix_table *t, ix_t f, ix_t leaf,
                    struct recursion *r)
{
    *r = (struct recursion){.t = t};
    if (!f || !add_mentioned(r, f))
        return false;
    for (uint32_t i = 0; i < r->steps; i++) /* which adds to the list */
        if (!add_mentioned(r, r->step[i].value))
            return false;
    if (r->n && !choose_parameter(r, f, 0))
        return false;
    for (uint32_t i = 0; i < r->steps; i++)
        r->downward = r->downward || runs_downward(r, &r->step[i]);
    if (r->downward && !choose_parameter(r, f, leaf))
        return false;
    return !fault_is_set(t->mem->fault);
}

/* Whether a step tells all members of its family. */
static bool is_alone(const struct recursion *r, const struct recursion_step *s)
{
    for (uint32_t i = 0; i < r->steps; i++)
        if (&r->step[i] != s && r->step[i].state == s->state)
            return false;
    return true;
}

ix_t recursion_with_members(const struct recursion *r,
                            const struct recursion_step *own, ix_t n)
{
    for (uint32_t i = 0; n && i < r->steps; i++) {
        const struct recursion_step *s = &r->step[i];
        if (ix_get(r->t, s->value)->kind == IX_LEAF ||
            (s != own && !is_alone(r, s)))
            continue;
        ix_t leaf = recursion_member(r->t, r->state[s->state].family,
                                     recursion_place(r, s));
        n = leaf ? ix_replace_node(r->t, n, s->value, leaf) : 0;
    }
    return n;
}

ix_t recursion_sum(struct ix_table *t, ix_t a, ix_t b)
{
    dim_t dims[IX_MAX_ORDER];
    if (!a || !b)
        return a ? a : b;
    uint32_t order = ix_get(t, a)->order;
    memcpy(dims, ix_dims(t, a), order * sizeof *dims);
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    ix_sum_add(&s, RAT_ONE, a);
    ix_sum_add(&s, RAT_ONE, b);
    return ix_sum_end(&s);
}

/* ------------------------------------------------- families of derivatives */

/* delta, or delta_1, ...: a name that means nothing yet. */
static symbol_t free_name(struct ix_table *t, const char *stem)
{
    char name[80];
    for (uint32_t i = 0; !fault_is_set(t->mem->fault); i++) {
        snprintf(name, sizeof name, i ? "%.60s_%u" : "%.60s", stem, i);
        symbol_t s = intern_text(t->x->names, name);
        if (!is_declared(t->x, s))
            return s;
    }
    return 0;
}

/* Whether members have all axes as they are. */
static bool is_plain(const struct recursion_axes *a)
{
    return a->outer + a->own <= 2;
}

static dim_t size_of(struct ix_table *t, uint32_t n, const dim_t *dims)
{
    dim_t d = DIM_ONE;
    for (uint32_t i = 0; d && i < n; i++)
        d = dim_mul(t->x->dims, d, dims[i]);
    return d;
}

decl_t recursion_declare(const struct recursion *r, const char *name,
                         uint32_t state, const struct recursion_axes *a)
{
    struct ix_table *t = r->t;
    const struct decl *f = expr_decl(t->x, r->state[state].family);
    dim_t stacked[2] = {size_of(t, a->outer, a->dims),
                        size_of(t, a->own, a->dims + a->outer)};
    char stem[80];
    snprintf(stem, sizeof stem, r->n > 1 ? "%.20s_%.40s" : "%.20s", name,
             intern_name(t->x->names, f->name));
    struct decl d = {.name = free_name(t, stem),
                     .subscripts = 1,
                     .parameter = {r->parameter}};
    d.shape = is_plain(a) ? shape_tensor(a->outer + a->own, a->dims)
                          : shape_tensor(2, stacked);
    return d.name && stacked[0] && stacked[1] ? expr_declare(t->x, &d) : 0;
}

void recursion_forget(struct ix_table *t, decl_t family)
{
    t->x->decls[family].name = intern_text(t->x->names, "?");
}

/* A number for axes at places `at`, ..., columns slow: its label. */
static uint16_t stacked_label(struct ix_product *p, uint32_t n,
                              const dim_t *dims, uint16_t at, dim_t all,
                              uint16_t axis)
{
    if (n == 1)
        return at;
    if (axis == UINT16_MAX)
        axis = ix_product_label(p, all);
    ix_product_factor(p, ix_pair(p->t, dims[1], dims[0]), RAT_ONE,
                      (uint16_t[]){axis, (uint16_t)(at + 1), at});
    return axis;
}

static bool fits(struct ix_table *t, const struct recursion_axes *a)
{
    return (a->outer <= 2 && a->own <= 2) ||
           recursion_unsupported(t, "a recursion in tensors of more than "
                                    "four axes", "a scalar function");
}

ix_t recursion_spread(struct ix_table *t, decl_t family, dim_t at,
                      const struct recursion_axes *a)
{
    ix_t leaf = recursion_member(t, family, at);
    struct dim_replacement here = {expr_decl(t->x, family)->parameter[0], at};
    struct ix_product p;
    uint16_t label[2];
    dim_t dims[IX_MAX_ORDER];
    if (!leaf || is_plain(a) || !fits(t, a))
        return is_plain(a) ? leaf : 0;
    const dim_t size[2] = {ix_dims(t, leaf)[0], ix_dims(t, leaf)[1]};
    for (uint32_t i = 0; i < a->outer + a->own; i++)
        dims[i] = dim_replace(t->x->dims, a->dims[i], here);
    ix_product_begin(&p, t, a->outer + a->own, dims);
    label[0] = stacked_label(&p, a->outer, dims, 0, size[0], UINT16_MAX);
    label[1] = stacked_label(&p, a->own, dims + a->outer,
                             (uint16_t)a->outer, size[1], UINT16_MAX);
    ix_product_factor(&p, leaf, RAT_ONE, label);
    return ix_product_end(&p);
}

ix_t recursion_arranged(struct ix_table *t, ix_t value,
                        const struct recursion_axes *a)
{
    struct ix_product p;
    uint16_t label[IX_MAX_ORDER];
    dim_t dims[IX_MAX_ORDER];
    if (!value || is_plain(a) || !fits(t, a))
        return is_plain(a) ? value : 0;
    memcpy(dims, ix_dims(t, value), (a->outer + a->own) * sizeof *dims);
    const dim_t size[2] = {size_of(t, a->outer, dims),
                           size_of(t, a->own, dims + a->outer)};
    ix_product_begin(&p, t, 2, size);
    for (uint32_t i = 0; i < a->outer + a->own; i++) {
        bool whole = i < a->outer ? a->outer == 1 : a->own == 1;
        label[i] = whole ? (uint16_t)(i >= a->outer)
                         : ix_product_label(&p, dims[i]);
    }
    stacked_label(&p, a->outer, dims, label[0], size[0], 0);
    stacked_label(&p, a->own, dims + a->outer, label[a->outer], size[1], 1);
    ix_product_factor(&p, value, RAT_ONE, label);
    return ix_product_end(&p);
}
