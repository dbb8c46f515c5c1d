#include "verify/concrete.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "expr/part.h"
#include "verify/unroll.h"

enum {
    CONCRETE_CASES = 4,  /* different values of parameters that are judged */
    CONCRETE_TRIES = 200,
    CONCRETE_LARGEST = 4 /* value of a parameter at first; 5 and 7 later */
};

/* One choice of values, and what the expressions are then. */
struct choice {
    uint32_t n;
    symbol_t symbol[UNROLL_MAX_VALUES];
    int64_t value[UNROLL_MAX_VALUES];
    uint64_t place; /* symbols that are only places on axes: 1 or 2, which all
                       axes have */
    uint64_t axis;  /* symbols that are sizes of declared axes: at least 1 */
    expr_t e[CONCRETE_MAX_EXPRS];
    struct conditions given;
    bool occurs; /* what is derived by */
};

static bool find_symbols(struct concrete_task *k, struct unroll_symbols *s)
{
    *s = (struct unroll_symbols){.count = 0};
    for (uint32_t i = 0; i < k->n; i++)
        if (!unroll_find(k->x, k->e[i], s))
            return false;
    return !s->too_many;
}

bool concrete_is_needed(struct concrete_task *k)
{
    struct unroll_symbols s;
    return find_symbols(k, &s) && s.needed;
}

static bool occurs(struct exprs *x, expr_t e, expr_t variable)
{
    struct arena a;
    uint32_t n = 0;
    bool found = false;
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, e, &a, &n);
    for (uint32_t i = 0; i < n; i++)
        found = found || list[i] == variable;
    arena_free(&a);
    return found;
}

/* A condition on sizes alone: whether it holds. */
static bool number_satisfies(int64_t v, enum property p)
{
    return p == PROP_NONNEG    ? v >= 0
           : p == PROP_NONZERO ? v != 0
                               : p != PROP_POSITIVE || v > 0;
}

/* The conditions at these values; false if one does not hold. */
static bool concrete_conditions(struct concrete_task *k, struct unroll *u,
                                struct choice *c)
{
    for (uint32_t i = 0; k->given && i < k->given->count; i++) {
        struct condition given = k->given->items[i];
        expr_t e = unroll_expr(u, given.subject);
        int64_t v;
        dim_t d = expr_as_size(k->x, e);
        if (!e)
            return false;
        if (!d || !dim_is_int(k->x->dims, d, &v)) {
            if (!conditions_add(&c->given, given.predicate, e))
                return false;
        } else if (!number_satisfies(v, given.predicate)) {
            return false;
        }
    }
    return true;
}

/* Whether these values can be. */
static bool try_choice(struct concrete_task *k, struct choice *c)
{
    struct unroll u;
    unroll_begin(&u, k->x);
    for (uint32_t i = 0; i < c->n; i++)
        if (!unroll_set(&u, c->symbol[i], c->value[i]))
            return false;
    u.nfree = u.nvalues;
    bool ok = true;
    for (uint32_t i = k->first_by; i < k->n && ok; i++)
        ok = (c->e[i] = unroll_variable(&u, k->e[i])) != 0;
    for (uint32_t i = 0; i < k->first_by && ok; i++)
        ok = (c->e[i] = unroll_expr(&u, k->e[i])) != 0;
    ok = ok && concrete_conditions(k, &u, c);
    unroll_end(&u);
    if (!ok)
        return false;
    c->occurs = true;
    for (uint32_t i = k->first_by; i < k->n; i++)
        c->occurs = c->occurs && occurs(k->x, c->e[0],
                                        expr_part_variable(k->x, c->e[i]));
    return true;
}

static void draw_values(struct random *random, struct choice *c,
                        uint32_t tries)
{
    uint32_t most = CONCRETE_LARGEST + (tries > CONCRETE_TRIES / 2 ? 2u : 1u) +
                    (tries > CONCRETE_TRIES * 3 / 4 ? 2u : 0u);
    for (uint32_t i = 0; i < c->n; i++)
        c->value[i] = c->place >> i & 1  ? 1 + random_below(random, 2)
                      : c->axis >> i & 1 ? 1 + random_below(random, most)
                                         : random_below(random, most);
}

/* Whether a variable is declared with an axis of this size: there is no
 * condition then that it is positive. */
static bool is_axis(const struct exprs *x, symbol_t symbol)
{
    dim_t size = dim_from_symbol(x->dims, symbol);
    for (decl_t d = 1; d <= x->decl_count; d++) {
        const struct decl *v = expr_decl(x, d);
        for (uint32_t i = 0; v->role == DECL_VARIABLE && i < v->shape.order;
             i++)
            if (v->shape.dim[i] == size)
                return true;
    }
    return false;
}

static void describe(const struct exprs *x, const struct choice *c, char *out,
                     size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < c->n && used + 30 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%.12s=%lld",
                                 i ? ", " : "with ",
                                 intern_name(x->names, c->symbol[i]),
                                 (long long)c->value[i]);
    if (used)
        snprintf(out + used, size - used, ", ");
}

/* What several cases say together. */
struct tally {
    uint32_t proved, verified, unable;
    uint64_t met[CONCRETE_CASES];
    uint32_t cases;
};

static uint64_t choice_key(const struct choice *c)
{
    uint64_t h = c->n;
    for (uint32_t i = 0; i < c->n; i++)
        h = h * 16 + (uint64_t)c->value[i];
    return h;
}

static bool is_new(const struct tally *t, const struct choice *c)
{
    for (uint32_t i = 0; i < t->cases; i++)
        if (t->met[i] == choice_key(c))
            return false;
    return true;
}

static bool judge_case(struct concrete_task *k, struct choice *c,
                       struct tally *t, struct verify_result *r)
{
    struct verify_result own;
    char at[160];
    t->met[t->cases++] = choice_key(c);
    if (!k->judge(k->data, c->e, c->given.count ? &c->given : NULL,
                  k->seed + t->cases, &own))
        return false;
    r->points += own.points;
    r->error = own.error > r->error ? own.error : r->error;
    t->proved += own.verdict == VERDICT_PROVED;
    t->verified += own.verdict == VERDICT_VERIFIED;
    t->unable += own.verdict == VERDICT_UNABLE;
    describe(k->x, c, at, sizeof at);
    if (own.verdict == VERDICT_REFUTED) {
        r->verdict = VERDICT_REFUTED;
        r->error = own.error;
        snprintf(r->detail, sizeof r->detail, "%.150s%.240s", at, own.detail);
    } else if (own.verdict == VERDICT_UNABLE || !r->detail[0]) {
        snprintf(r->detail, sizeof r->detail, "%.150s%.240s", at, own.detail);
    }
    return true;
}

/* A choice that cannot be is no failure; running out of memory is. */
static bool forgive(struct exprs *x, struct verify_result *r)
{
    struct fault *f = x->mem->fault;
    if (f->kind == FAULT_MEMORY || f->kind == FAULT_INTERNAL)
        return false;
    if (fault_is_set(f))
        snprintf(r->detail, sizeof r->detail, "%.300s", f->message);
    fault_clear(f);
    return true;
}

/* One value of a free parameter, say 0, may be a special one. */
static void conclude(const struct tally *t, bool free,
                     struct verify_result *r)
{
    if (r->verdict == VERDICT_REFUTED)
        return;
    if (free && t->cases == 1) {
        r->verdict = VERDICT_UNABLE;
        snprintf(r->detail, sizeof r->detail,
                 "only one value of the parameters could be tried");
        return;
    }
    if (t->unable || !t->cases) {
        r->verdict = VERDICT_UNABLE;
        if (!r->detail[0])
            snprintf(r->detail, sizeof r->detail,
                     "no values of the parameters were found");
        return;
    }
    r->verdict = t->verified ? VERDICT_VERIFIED : VERDICT_PROVED;
}

bool concrete_judge(struct concrete_task *k, struct verify_result *r)
{
    struct unroll_symbols s;
    struct choice c = {.n = 0};
    struct tally t = {.cases = 0};
    struct random random = {k->seed * 2 + 1};
    *r = (struct verify_result){.verdict = VERDICT_UNABLE};
    if (!find_symbols(k, &s))
        return forgive(k->x, r);
    for (uint32_t i = 0; i < s.count; i++)
        if (s.free >> i & 1 && c.n < UNROLL_MAX_VALUES) {
            c.place |= (uint64_t)(~s.counts >> i & 1) << c.n;
            c.axis |= (uint64_t)is_axis(k->x, s.symbol[i]) << c.n;
            c.symbol[c.n++] = s.symbol[i];
        }
    bool ok = true;
    for (uint32_t tries = 0; ok && tries < CONCRETE_TRIES; tries++) {
        draw_values(&random, &c, tries);
        conditions_init(&c.given, k->x->mem);
        bool fits = is_new(&t, &c) && try_choice(k, &c) &&
                    (c.occurs || !c.n || tries > CONCRETE_TRIES / 2);
        if (fits)
            ok = judge_case(k, &c, &t, r);
        else
            ok = forgive(k->x, r);
        conditions_free(&c.given);
        if (r->verdict == VERDICT_REFUTED || t.cases == CONCRETE_CASES ||
            (!c.n && tries))
            break;
    }
    if (ok)
        conclude(&t, c.n > 0, r);
    return ok;
}
