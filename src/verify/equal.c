/* equal.c - whether two expressions have equal values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/abstract.h"
#include "verify/concrete.h"
#include "verify/exact.h"
#include "verify/point.h"
#include "verify/verify.h"

enum { SAMPLES = 4, TRIES = 13 }; /* for each sample */
/* The left side's own domain is that of an equation: what the right side asks
 * for beyond it must be said; but one point in so many, and one more, may be
 * spoilt by rounding. */
enum { LACKING_SHARE = 20 };

enum agreement { SAME, OTHER, OPEN };

/* Between "the same but for rounding" and "different" lies a gap, in which
 * nothing is concluded. */
static enum agreement compare_values(const struct eval_value *a,
                                     const struct eval_value *b, double scale,
                                     double *error, uint32_t *entry)
{
    double top = 0, worst = 0;
    for (uint32_t i = 0; i < a->size; i++) {
        top = fmax(top, fmax(fabs(a->v[i]), fabs(b->v[i])));
        if (fabs(a->v[i] - b->v[i]) > worst) {
            worst = fabs(a->v[i] - b->v[i]);
            *entry = i;
        }
    }
    double noise = DBL_EPSILON * scale;
    if (top > 1e3 * noise)
        *error = fmax(*error, worst / (2 * top));
    if (worst <= 1e-9 * top || worst <= 1e2 * noise)
        return SAME;
    return worst > 1e-7 * top && worst > 1e4 * noise ? OTHER : OPEN;
}

struct pair {
    struct sampler sampler;
    expr_t a, b;
    uint32_t samples;
    uint32_t lacking; /* points at which a has a value and b none */
    struct eval_plan *pa, *pb;
};

static enum draw draw_pair(struct pair *p)
{
    enum draw d = sampler_draw(&p->sampler);
    if (d == DRAW_FINE)
        d = sampler_conditions(&p->sampler);
    if (d == DRAW_FINE)
        d = sampler_plan(&p->sampler, p->a, &p->pa);
    if (d == DRAW_FINE)
        d = sampler_plan(&p->sampler, p->b, &p->pb);
    return d;
}

/* Differing values count only if rounding at the point does not matter. */
static bool steady(struct pair *p, uint32_t entry)
{
    const double *a = eval_result(p->pa)->v, *b = eval_result(p->pb)->v;
    double before = a[entry] - b[entry];
    sampler_shake(&p->sampler, 1e-11);
    bool fine = eval_run(p->pa) && eval_run(p->pb) &&
                fabs(a[entry] - b[entry] - before) <= 0.05 * fabs(before);
    sampler_restore(&p->sampler);
    return eval_run(p->pa) && eval_run(p->pb) && fine;
}

static enum agreement judge_pair(struct pair *p, struct verify_result *r)
{
    const struct eval_value *a = eval_result(p->pa), *b = eval_result(p->pb);
    char at[200];
    uint32_t entry = 0;
    if (a->rows != b->rows || a->cols != b->cols || a->size != b->size) {
        sampler_describe(&p->sampler, at, sizeof at);
        snprintf(r->detail, sizeof r->detail, "%sone is %u x %u, the other "
                 "%u x %u", at, a->rows, a->cols, b->rows, b->cols);
        return OTHER;
    }
    if (eval_cost(p->pa) + eval_cost(p->pb) > 1e7 || !eval_run(p->pa))
        return OPEN;
    if (!eval_run(p->pb)) {
        p->lacking++;
        return OPEN;
    }
    double scale = fmax(eval_scale(p->pa), eval_scale(p->pb));
    enum agreement g = compare_values(a, b, scale, &r->error, &entry);
    if (g != OTHER)
        return g;
    if (!steady(p, entry))
        return OPEN;
    sampler_describe(&p->sampler, at, sizeof at);
    snprintf(r->detail, sizeof r->detail,
             "%sentry [%u,%u] is %.6g in the one, %.6g in the other", at,
             entry % a->rows + 1, entry / a->rows + 1, a->v[entry],
             b->v[entry]);
    return OTHER;
}

static bool run_pairs(struct pair *p, struct verify_result *r)
{
    uint32_t samples =
        p->sampler.uses.pieces ? 4 * p->samples : p->samples;
    for (uint32_t tries = 0; tries < TRIES * samples && r->points < samples;
         tries++) {
        enum draw d = draw_pair(p);
        if (d == DRAW_NEVER)
            return false;
        enum agreement g = d == DRAW_FINE ? judge_pair(p, r) : OPEN;
        if (g == OTHER) {
            r->verdict = VERDICT_REFUTED;
            return true;
        }
        r->points += g == SAME;
        /* Other kinds of points too: a function may vanish on some. */
        sampler_advance(&p->sampler);
    }
    if (r->points >= samples &&
        p->lacking <= 1 + r->points / LACKING_SHARE)
        r->verdict = VERDICT_VERIFIED;
    else if (r->points >= samples)
        snprintf(r->detail, sizeof r->detail,
                 "often the left side has a value where the right has none");
    else
        snprintf(r->detail, sizeof r->detail, "%s",
                 p->sampler.reason[0] ? p->sampler.reason
                                      : "no points inside the domain");
    return true;
}

static bool begin(struct pair *p, struct exprs *x,
                  const struct conditions *given, uint64_t seed)
{
    if (!sampler_init(&p->sampler, x, seed))
        return false;
    p->sampler.given = given;
    return sampler_add(&p->sampler, p->a) && sampler_add(&p->sampler, p->b) &&
           sampler_ready(&p->sampler);
}

/* Exactly, and then numerically, unless that decides. */
static bool judge_exactly(struct pair *p, struct exprs *x,
                          const struct conditions *given, uint64_t seed,
                          struct exact_result *e, struct verify_result *r,
                          bool *decided)
{
    bool ok = begin(p, x, given, seed) &&
              exact_equal(&p->sampler, p->a, p->b, seed, e);
    *decided = ok && p->sampler.uses.nruled;
    if (*decided)
        exact_verdict(&p->sampler, e, r);
    sampler_free(&p->sampler);
    return ok && !fault_is_set(x->mem->fault);
}

/* `exact` and `numeric` are the same sides, but for abstract functions. */
static bool judge_sides(struct exprs *x, struct pair *exact,
                        const struct conditions *exact_given,
                        struct pair *numeric,
                        const struct conditions *numeric_given,
                        uint64_t seed, struct verify_result *r)
{
    struct exact_result e = {.outcome = EXACT_UNABLE};
    bool decided = false;
    if (exact &&
        !judge_exactly(exact, x, exact_given, seed, &e, r, &decided))
        return false;
    bool ok = decided || begin(numeric, x, numeric_given, seed);
    if (ok && !decided && numeric->sampler.uses.nruled)
        exact_verdict(&numeric->sampler, &e, r);
    else if (ok && !decided)
        ok = run_pairs(numeric, r);
    sampler_free(&numeric->sampler);
    if (ok && r->verdict == VERDICT_VERIFIED && e.outcome == EXACT_AGREES) {
        r->verdict = VERDICT_PROVED;
        snprintf(r->detail, sizeof r->detail, "%s", e.detail);
    }
    return ok && !fault_is_set(x->mem->fault);
}

/* The sides with functions of one style in place. */
static bool make_concrete(struct abstract *f, struct exprs *x,
                          enum abstract_style style, uint32_t order,
                          struct pair *p, const struct conditions *given,
                          struct conditions *own)
{
    abstract_init(f, x, style, order);
    conditions_init(own, x->mem);
    p->a = abstract_replace(f, p->a);
    p->b = abstract_replace(f, p->b);
    return p->a && p->b && abstract_conditions(f, given, own);
}

static bool judge_abstract(struct exprs *x, const struct pair *p,
                           const struct conditions *given, uint64_t seed,
                           bool exact, uint32_t order,
                           struct verify_result *r)
{
    struct pair polynomial = *p, sine = *p;
    struct abstract f, g;
    struct conditions of_f, of_g;
    bool ok = make_concrete(&f, x, ABSTRACT_POLYNOMIAL, order, &polynomial,
                            given, &of_f);
    ok = make_concrete(&g, x, ABSTRACT_SINE, order, &sine, given, &of_g) && ok;
    if (!ok && !fault_is_set(x->mem->fault))
        fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                  "a derivative of more than two axes as a whole");
    ok = ok && judge_sides(x, exact ? &polynomial : NULL, &of_f, &sine, &of_g,
                           seed, r);
    conditions_free(&of_f);
    conditions_free(&of_g);
    abstract_free(&f);
    abstract_free(&g);
    return ok;
}

static bool judge_plain(struct exprs *x, expr_t a, expr_t b,
                        const struct conditions *given, uint64_t seed,
                        uint32_t samples, bool exact, struct verify_result *r)
{
    uint32_t order = 0;
    *r = (struct verify_result){.verdict = VERDICT_UNABLE};
    if (fault_is_set(x->mem->fault))
        return false;
    struct pair p = {.a = a, .b = b, .samples = samples ? samples : SAMPLES};
    struct pair q = p;
    bool abstract = abstract_is_in(x, a, &order);
    abstract = abstract_is_in(x, b, &order) || abstract;
    bool ok = abstract
                  ? judge_abstract(x, &p, given, seed, exact, order, r)
                  : judge_sides(x, exact ? &q : NULL, given, &p, given, seed,
                                r);
    struct fault *f = x->mem->fault;
    if (!ok && f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL) {
        snprintf(r->detail, sizeof r->detail, "%s", f->message);
        fault_clear(f);
        ok = true;
    }
    return ok;
}

struct equal_request {
    struct exprs *x;
    uint32_t samples;
    bool exact;
};

static bool judge_concrete(void *data, const expr_t *e,
                           const struct conditions *given, uint64_t seed,
                           struct verify_result *r)
{
    const struct equal_request *q = data;
    return judge_plain(q->x, e[0], e[1], given, seed, q->samples, q->exact, r);
}

static bool judge_equal(struct exprs *x, expr_t a, expr_t b,
                        const struct conditions *given, uint64_t seed,
                        uint32_t samples, bool exact, struct verify_result *r)
{
    struct equal_request q = {x, samples, exact};
    struct concrete_task k = {.x = x,
                              .n = 2,
                              .e = {a, b},
                              .first_by = 2,
                              .given = given,
                              .seed = seed,
                              .judge = judge_concrete,
                              .data = &q};
    if (!fault_is_set(x->mem->fault) && concrete_is_needed(&k))
        return concrete_judge(&k, r);
    return judge_plain(x, a, b, given, seed, samples, exact, r);
}

bool verify_equal(struct exprs *x, expr_t a, expr_t b, uint64_t seed,
                  struct verify_result *r)
{
    return judge_equal(x, a, b, NULL, seed, 0, false, r);
}

bool verify_results(struct exprs *x, expr_t from, expr_t a, expr_t b,
                    uint64_t seed, struct verify_result *r)
{
    if (!verify_equal(x, from, a, seed, r))
        return false;
    if (r->verdict == VERDICT_VERIFIED && !verify_equal(x, from, b, seed, r))
        return false;
    return !r->valueless || verify_equal(x, a, b, seed, r);
}

bool verify_identity(struct exprs *x, expr_t a, expr_t b,
                     const struct conditions *given, uint64_t seed,
                     uint32_t samples, struct verify_result *r)
{
    return judge_equal(x, a, b, given, seed, samples, true, r);
}
