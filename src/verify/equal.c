/* equal.c - whether two expressions have equal values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/exact.h"
#include "verify/point.h"
#include "verify/verify.h"

enum { SAMPLES = 4, TRIES = 48 };

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
    if (eval_cost(p->pa) + eval_cost(p->pb) > 1e7 || !eval_run(p->pa) ||
        !eval_run(p->pb))
        return OPEN;
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
    for (uint32_t tries = 0; tries < TRIES + samples && r->points < samples; tries++) {
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
    if (r->points >= samples)
        r->verdict = VERDICT_VERIFIED;
    else
        snprintf(r->detail, sizeof r->detail, "%s",
                 p->sampler.reason[0] ? p->sampler.reason
                                      : "no points inside the domain");
    return true;
}

static bool judge_equal(struct exprs *x, expr_t a, expr_t b,
                        const struct conditions *given, uint64_t seed,
                        uint32_t samples, bool exact, struct verify_result *r)
{
    *r = (struct verify_result){.verdict = VERDICT_UNABLE};
    if (fault_is_set(x->mem->fault))
        return false;
    struct pair p = {.a = a, .b = b, .samples = samples ? samples : SAMPLES};
    if (!sampler_init(&p.sampler, x, seed))
        return false;
    p.sampler.given = given;
    struct exact_result e = {.outcome = EXACT_UNABLE};
    bool ok = sampler_add(&p.sampler, a) && sampler_add(&p.sampler, b) &&
              sampler_ready(&p.sampler) &&
              (!exact || exact_equal(&p.sampler, a, b, seed, &e));
    if (ok && p.sampler.uses.nruled)
        exact_verdict(&p.sampler, &e, r);
    else
        ok = ok && run_pairs(&p, r);
    ok = ok && !fault_is_set(x->mem->fault);
    if (ok && r->verdict == VERDICT_VERIFIED &&
        e.outcome == EXACT_AGREES) {
        r->verdict = VERDICT_PROVED;
        snprintf(r->detail, sizeof r->detail, "%s", e.detail);
    }
    struct fault *f = x->mem->fault;
    if (!ok && f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL) {
        snprintf(r->detail, sizeof r->detail, "%s", f->message);
        fault_clear(f);
        ok = true;
    }
    sampler_free(&p.sampler);
    return ok;
}

bool verify_equal(struct exprs *x, expr_t a, expr_t b, uint64_t seed,
                  struct verify_result *r)
{
    return judge_equal(x, a, b, NULL, seed, 0, false, r);
}

bool verify_identity(struct exprs *x, expr_t a, expr_t b,
                     const struct conditions *given, uint64_t seed,
                     uint32_t samples, struct verify_result *r)
{
    return judge_equal(x, a, b, given, seed, samples, true, r);
}
