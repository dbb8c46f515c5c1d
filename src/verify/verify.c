#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

#include "expr/part.h"
#include "verify/abstract.h"
#include "verify/concrete.h"
#include "verify/exact.h"
#include "verify/given.h"
#include "verify/judge.h"

enum { DEFAULT_SAMPLES = 3, TRIES = 50, ZERO_POINTS = SAMPLE_STRATEGIES };
/* Points drawn, most of which may not meet what is given: those cost little. */
enum { DRAWS = 400 };
/* So many times more points for functions with corners or jumps. */
enum { PIECES = 5 };

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"none", "proved", "verified",
                                        "refuted", "unable"};
    return names[v];
}

static bool give(struct verify_result *r, enum verdict v, const char *detail)
{
    r->verdict = v;
    if (detail)
        snprintf(r->detail, sizeof r->detail, "%s", detail);
    return true;
}

/* A fault that is nobody's failure but means that nothing can be said. */
static bool give_up(struct exprs *x, struct verify_result *r)
{
    struct fault *f = x->mem->fault;
    if (f->kind == FAULT_MEMORY || f->kind == FAULT_INTERNAL)
        return false;
    give(r, VERDICT_UNABLE, f->message);
    fault_clear(f);
    return true;
}

static const char *request_trouble(const struct exprs *x,
                                   const struct verify_request *q)
{
    if (q->order < 1 || q->order > DIFFER_MAX_ORDER)
        return "derivatives of this order are not checked";
    for (uint32_t t = 0; t < q->order; t++)
        if (!expr_part_variable(x, q->by[t]))
            return "not a derivative by a variable";
    return NULL;
}

static bool prepare(struct judge *j, struct exprs *x)
{
    const struct verify_request *q = j->q;
    struct sampler *s = &j->sampler;
    if (!sampler_add(s, q->expr) || !sampler_add(s, q->claim))
        return false;
    for (uint32_t t = 0; t < q->order; t++) {
        j->by[t] = expr_get(x, expr_part_variable(x, q->by[t]))->payload;
        if (!sampler_add(s, q->by[t]))
            return false;
        for (uint32_t i = 0; i < s->uses.ndecls; i++) {
            const struct decl *d = expr_decl(x, s->uses.decls[i]);
            if (d->role == DECL_DIFFERENTIAL && d->of == j->by[t])
                j->differential[t] = s->uses.decls[i];
        }
    }
    return sampler_ready(s);
}

/* Enough points agree; where derivative and claim vanish at all points, more
 * of them, of all kinds, are wanted. */
static bool convinced(const struct judge *j, uint32_t agree, uint32_t zero)
{
    uint32_t samples = j->q->samples ? j->q->samples : DEFAULT_SAMPLES;
    if (j->proved)
        return agree + zero > 0;
    uint32_t all = j->sampler.uses.pieces ? PIECES * samples : samples;
    return agree ? agree >= samples && agree + zero >= all
                 : zero >= ZERO_POINTS;
}

static bool run_numeric(struct judge *j, struct exprs *x)
{
    uint32_t agree = 0, zero = 0;
    for (uint32_t n = 0; n < DRAWS && n - j->sampler.unmet < TRIES; n++) {
        enum outcome o = judge_point(j, agree == 0);
        if (o == OUTCOME_FAULT || fault_is_set(x->mem->fault))
            return give_up(x, j->r);
        agree += o == OUTCOME_AGREES;
        zero += o == OUTCOME_ZERO;
        j->r->points = agree + zero + (o == OUTCOME_DIFFERS);
        if (o == OUTCOME_DIFFERS)
            return give(j->r, VERDICT_REFUTED, NULL);
        if (convinced(j, agree, zero))
            return give(j->r, VERDICT_VERIFIED, NULL);
        if (o != OUTCOME_AGREES)
            sampler_advance(&j->sampler);
    }
    return give(j->r, VERDICT_UNABLE,
                j->sampler.reason[0] ? j->sampler.reason
                                     : "too few points tell anything");
}

static bool is_given(const struct judge *j)
{
    return j->q->given && j->q->given->count;
}

/* What exact and numeric verification say together.  A claim that is only
 * numerically right is not. */
static bool combine(const struct judge *j, const struct exact_result *e)
{
    struct verify_result *r = j->r;
    if (r->verdict == VERDICT_REFUTED || (is_given(j) && !j->sampler.met))
        return true;
    if (e->outcome == EXACT_AGREES &&
        (r->verdict == VERDICT_VERIFIED || !e->opaque))
        return give(r, VERDICT_PROVED, e->detail);
    if (e->outcome == EXACT_DIFFERS && r->verdict == VERDICT_VERIFIED &&
        (j->q->natural || !is_given(j)))
        return give(r, VERDICT_REFUTED, e->detail);
    return true;
}

static bool run(struct judge *j, struct exprs *x)
{
    struct exact_result e = {.outcome = EXACT_UNABLE};
    if (!j->q->inexact && !exact_judge(j, &e))
        return false;
    if (j->sampler.uses.nruled) {
        exact_verdict(&j->sampler, &e, j->r);
        return true;
    }
    j->proved = e.outcome == EXACT_AGREES && !e.opaque;
    return run_numeric(j, x) && combine(j, &e);
}

static bool begin(struct judge *j, struct exprs *x,
                  const struct verify_request *q, struct verify_result *r)
{
    *j = (struct judge){.q = q, .r = r};
    j->tolerance = q->tolerance > 0 ? q->tolerance
                   : q->order == 1  ? 1e-7
                                    : 1e-6;
    if (!sampler_init(&j->sampler, x, q->seed))
        return false;
    j->sampler.given = q->given;
    return true;
}

/* ------------------------------------------------------ abstract functions */

/* The request with functions of one style in place. */
struct concrete {
    struct abstract abstract;
    struct conditions given;
    struct verify_request q;
};

static bool make_concrete(struct concrete *c, struct exprs *x,
                          const struct verify_request *q,
                          enum abstract_style style, uint32_t order)
{
    abstract_init(&c->abstract, x, style, order);
    conditions_init(&c->given, x->mem);
    c->q = *q;
    c->q.given = &c->given;
    c->q.expr = abstract_replace(&c->abstract, q->expr);
    c->q.claim = abstract_replace(&c->abstract, q->claim);
    return c->q.expr && c->q.claim &&
           abstract_conditions(&c->abstract, q->given, &c->given);
}

static void free_concrete(struct concrete *c)
{
    conditions_free(&c->given);
    abstract_free(&c->abstract);
}

static bool exactly(struct exprs *x, const struct verify_request *q,
                    struct verify_result *r, struct exact_result *e,
                    bool *decided)
{
    struct judge j;
    if (!begin(&j, x, q, r))
        return false;
    bool ok = prepare(&j, x) ? exact_judge(&j, e) : give_up(x, r);
    *decided = ok && j.sampler.uses.nruled;
    if (*decided)
        exact_verdict(&j.sampler, e, r);
    sampler_free(&j.sampler);
    return ok;
}

static bool numerically(struct exprs *x, const struct verify_request *q,
                        struct verify_result *r, const struct exact_result *e)
{
    struct judge j;
    if (!begin(&j, x, q, r))
        return false;
    j.proved = e->outcome == EXACT_AGREES && !e->opaque;
    bool ok = prepare(&j, x) ? run_numeric(&j, x) && combine(&j, e)
                             : give_up(x, r);
    sampler_free(&j.sampler);
    return ok;
}

/* With random polynomials exactly, with random sums of sines by
 * differences. */
static bool verify_abstract(struct exprs *x, const struct verify_request *q,
                            uint32_t order, struct verify_result *r)
{
    struct exact_result e = {.outcome = EXACT_UNABLE};
    struct concrete polynomial, sine;
    bool decided = false;
    bool ready = make_concrete(&polynomial, x, q, ABSTRACT_POLYNOMIAL, order);
    ready = make_concrete(&sine, x, q, ABSTRACT_SINE, order) && ready;
    bool ok = true;
    if (!ready)
        ok = fault_is_set(x->mem->fault)
                 ? give_up(x, r)
                 : give(r, VERDICT_UNABLE,
                        "a derivative of more than two axes as a whole");
    if (ready && !q->inexact)
        ok = exactly(x, &polynomial.q, r, &e, &decided);
    if (ok && ready && !decided)
        ok = numerically(x, &sine.q, r, &e);
    free_concrete(&polynomial);
    free_concrete(&sine);
    return ok;
}

/* Expressions without parameters. */
static bool verify_plain(struct exprs *x, const struct verify_request *q,
                         struct verify_result *r)
{
    uint32_t order = q->order;
    *r = (struct verify_result){.verdict = VERDICT_UNABLE};
    if (fault_is_set(x->mem->fault))
        return false;
    const char *trouble = request_trouble(x, q);
    if (trouble)
        return give(r, VERDICT_UNABLE, trouble);
    bool abstract = abstract_is_in(x, q->expr, &order);
    if (abstract_is_in(x, q->claim, &order) || abstract)
        return verify_abstract(x, q, order + q->order, r);
    struct judge j;
    if (!begin(&j, x, q, r))
        return false;
    bool ok = prepare(&j, x) ? run(&j, x) : give_up(x, r);
    sampler_free(&j.sampler);
    return ok;
}

/* ---------------------------------------------------- with parameters */

struct plain_request {
    struct exprs *x;
    const struct verify_request *q;
};

static bool judge_plain(void *data, const expr_t *e,
                        const struct conditions *given, uint64_t seed,
                        struct verify_result *r)
{
    const struct plain_request *p = data;
    struct verify_request q = *p->q;
    q.expr = e[0];
    q.claim = e[1];
    for (uint32_t t = 0; t < q.order; t++)
        q.by[t] = e[2 + t];
    q.given = given;
    q.seed = seed;
    return verify_plain(p->x, &q, r);
}

static bool verify_closed(struct exprs *x, const struct verify_request *q,
                          struct verify_result *r)
{
    struct plain_request plain = {x, q};
    struct concrete_task k = {.x = x,
                              .n = 2 + q->order,
                              .e = {q->expr, q->claim},
                              .first_by = 2,
                              .given = q->given,
                              .seed = q->seed,
                              .judge = judge_plain,
                              .data = &plain};
    memcpy(k.e + 2, q->by, q->order * sizeof *q->by);
    return concrete_is_needed(&k) ? concrete_judge(&k, r)
                                  : verify_plain(x, q, r);
}

bool verify(struct exprs *x, const struct verify_request *q,
            struct verify_result *r)
{
    struct verify_request own = *q;
    struct conditions given;
    if (fault_is_set(x->mem->fault) || request_trouble(x, q))
        return verify_plain(x, q, r);
    conditions_init(&given, x->mem);
    own.given = &given;
    bool ok = given_closed(x, q->given, &given) && verify_closed(x, &own, r);
    conditions_free(&given);
    return ok;
}
