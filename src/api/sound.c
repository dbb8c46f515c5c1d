#include "config.h"

#include "api/sound.h"

#include "eval/eval.h"
#include "print/print.h"
#include "rule/claim.h"
#include "rule/overlap.h"
#include "verify/verify.h"

struct sounding {
    struct exprs *x;
    struct rules *rules;
    struct fault *fault;
    struct verify_result v;
};

/* The operator of its own parameters; 0 without a fault if it has none. */
static expr_t application(struct exprs *x, uint16_t id)
{
    const struct overload *o = overload_get(x->ops, id);
    expr_t args[OP_MAX_ARGS];
    for (uint32_t k = 0; k < o->nargs; k++)
        if (!(args[k] = overload_parameter(x, id, k)))
            return 0;
    return expr_apply(x, o->op, o->nargs, args);
}

static bool is_false(struct sounding *s, struct span where, const char *what)
{
    return fault_at(s->fault, FAULT_UNSUPPORTED, where, "%s: %.300s", what,
                    s->v.detail);
}

/* -------------------------------------------------------- differentials */

/* By each argument that it says d of; without d of a single one, d is 0. */
static bool check_by(struct sounding *s, const struct overload *o, expr_t e,
                     uint32_t k)
{
    struct verify_request q = {.expr = e, .claim = o->differential,
                               .order = 1, .by = {o->parameter[k]},
                               .form = FORM_DIFFERENTIAL};
    if (!o->dparameter[k] && o->nargs > 1)
        return true;
    if (!verify(s->x, &q, &s->v))
        return false;
    if (s->v.verdict != VERDICT_REFUTED)
        return true;
    is_false(s, o->differential_where, o->definition
                ? "the differential is not that of the definition"
                : "the differential is not that of the kernel");
    if (o->definition && o->load == o->differential_load)
        fault_second(s->fault, o->where, "the definition is this");
    return false;
}

static bool check_differential(struct sounding *s, const struct overload *o,
                               expr_t e)
{
    bool ok = true;
    for (uint32_t k = 0; ok && k < o->nargs; k++)
        ok = check_by(s, o, e, k);
    return ok;
}

/* --------------------------------------------------------------- kernels */

static bool check_kernel(struct sounding *s, const struct overload *o,
                         expr_t e)
{
    struct exprs *x = s->x;
    if (!shape_equal(expr_shape(x, e), expr_shape(x, o->definition)))
        return true; /* index notation has no rows */
    return verify_equal(x, e, o->definition, 0, &s->v) &&
           (s->v.verdict != VERDICT_REFUTED ||
            is_false(s, o->where, "the kernel does not compute the "
                                  "definition"));
}

/* ------------------------------------------------- matrices of linear maps */

static expr_t vec_of(struct exprs *x, expr_t e)
{
    return expr_call1(x, "vec", e);
}

/* J(A)*vec(E), or (vec(E)' kron I)*J(A)*vec(F), the I of the size of vec(E). */
static expr_t applied_matrix(struct exprs *x, op_t matrix, uint32_t nargs,
                             uint32_t directions, const expr_t *args)
{
    expr_t e = expr_apply(x, matrix, nargs, args);
    expr_t last = vec_of(x, args[nargs + directions - 1]);
    expr_t first = vec_of(x, args[nargs]);
    e = expr_apply2(x, OP_MUL, e, last);
    if (directions == 1 || !first)
        return e;
    expr_t unit = expr_call1(x, "eye",
                             expr_size_argument(
                                 x, expr_shape(x, first)->dim[0]));
    first = expr_apply1(x, OP_TRANSPOSE, first);
    return expr_apply2(x, OP_MUL, expr_call2(x, "kron", first, unit), e);
}

/* Of every map whose matrix this is said to be. */
static bool check_matrix(struct sounding *s, const struct overload *matrix)
{
    struct exprs *x = s->x;
    bool ok = true;
    for (uint32_t id = 1; ok && id <= x->ops->overload_count; id++) {
        const struct overload map = *overload_get(x->ops, (uint16_t)id);
        if (map.jacobian != matrix->op)
            continue;
        expr_t left = vec_of(x, application(x, (uint16_t)id));
        expr_t right =
            applied_matrix(x, matrix->op, matrix->nargs,
                           map.nargs - matrix->nargs, map.parameter);
        ok = left && right &&
             verify_identity(x, left, right, NULL, 0, 0, &s->v) &&
             (s->v.verdict != VERDICT_REFUTED ||
              is_false(s, matrix->where, "it is not the matrix of that map"));
    }
    return ok;
}

static bool check_overload(struct sounding *s, uint16_t id)
{
    const struct overload o = *overload_get(s->x->ops, id);
    bool own = o.load == s->rules->load;
    bool differential = o.differential &&
                        o.differential_load == s->rules->load &&
                        (o.definition || o.kernel);
    bool kernel = own && o.kernel && o.definition;
    const char *name = own && o.kernel
                           ? intern_name(s->x->names, o.kernel)
                           : NULL;
    if (name && !eval_kernel_known(name))
        return fault_at(s->fault, FAULT_NAME, o.where,
                        "there is no kernel '%.60s'", name);
    expr_t e = differential || kernel ? application(s->x, id) : 0;
    if (own && o.is_jacobian && !check_matrix(s, &o))
        return false;
    return !e || ((!kernel || check_kernel(s, &o, e)) &&
                  (!differential || check_differential(s, &o, e)));
}

/* -------------------------------------------------------------- rewrites */

static bool check_rewrite(struct sounding *s, const struct pattern *p)
{
    struct conditions given;
    conditions_init(&given, s->x->mem);
    bool ok = true;
    for (uint32_t i = 0; ok && i < p->nconditions; i++)
        ok = conditions_put(
            &given, s->rules->conditions[p->first_condition + i].is);
    ok = ok && verify_identity(s->x, p->left, p->right, &given, 0, 0, &s->v) &&
         (s->v.verdict != VERDICT_REFUTED ||
          is_false(s, p->claim, p->law ? "the law is false"
                                       : "the rewrite is false"));
    conditions_free(&given);
    return ok;
}

/* -------------------------------------------------------------- overlaps */

/* Of a very large file not all pairs are looked at. */
enum { MOST_PAIRS = 100000 };

struct overlapping {
    struct sounding *s;
    const struct pattern *own;
};

static const char *words(struct sounding *s, expr_t e, struct text *t)
{
    if (!print_expr(s->x, e, FORMAT_TEXT, t)) {
        fault_clear(s->fault);
        text_str(t, "...");
    }
    return text_get(t);
}

static bool refuse_overlap(struct overlapping *v, const struct overlap *o)
{
    struct exprs *x = v->s->x;
    const struct pattern *own = v->own,
                         *other = own == o->outer ? o->inner : o->outer;
    struct text peak, first, second;
    text_init(&peak, x->mem);
    text_init(&first, x->mem);
    text_init(&second, x->mem);
    bool turned = own != o->outer;
    words(v->s, o->peak, &peak);
    words(v->s, turned ? o->other : o->one, &first);
    words(v->s, turned ? o->one : o->other, &second);
    fault_at(v->s->fault, FAULT_UNSUPPORTED, own->claim,
             "overlaps with rule '%.60s' at %.60s:%u with a different result: "
             "%.60s becomes %.60s or %.60s", intern_name(x->names, other->name),
             intern_name(x->names, other->file), other->line,
             text_get(&peak), text_get(&first), text_get(&second));
    if (own->load == other->load)
        fault_second(v->s->fault, other->claim, "the other rule is this");
    text_free(&peak);
    text_free(&first);
    text_free(&second);
    return false;
}

static bool compare_results(void *data, const struct overlap *o)
{
    struct overlapping *v = data;
    if (!verify_results(v->s->x, o->peak, o->one, o->other, 0, &v->s->v))
        return false;
    return v->s->v.verdict != VERDICT_REFUTED || refuse_overlap(v, o);
}

static bool check_overlaps(struct sounding *s, uint32_t at, uint32_t *pairs)
{
    const struct pattern own = s->rules->patterns[at];
    struct overlapping v = {s, &own};
    bool ok = true;
    for (uint32_t i = 0; ok && i <= at && *pairs < MOST_PAIRS; i++) {
        const struct pattern other = s->rules->patterns[i];
        if (!other.right)
            continue;
        ++*pairs;
        ok = overlap_each(s->rules, &own, i == at ? &own : &other, compare_results,
                          &v) &&
             (i == at || overlap_each(s->rules, &other, &own, compare_results, &v));
    }
    return ok;
}

bool sound_overlaps(struct engine *g)
{
    struct sounding s = {.x = &g->x, .rules = g->rules,
                         .fault = g->mem.fault};
    uint32_t pairs = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < g->rules->count; i++) {
        const struct pattern *p = &g->rules->patterns[i];
        ok = p->load != g->rules->load || !p->right ||
             check_overlaps(&s, i, &pairs);
    }
    return ok;
}

bool sound_check(struct engine *g)
{
    struct sounding s = {.x = &g->x, .rules = g->rules,
                         .fault = g->mem.fault};
    bool ok = true;
    for (uint32_t id = 1; ok && id <= g->ops.overload_count; id++)
        ok = check_overload(&s, (uint16_t)id);
    for (uint32_t i = 0; ok && i < g->rules->count; i++) {
        const struct pattern p = g->rules->patterns[i];
        ok = p.load != g->rules->load || !p.right ||
             (check_rewrite(&s, &p) &&
              (p.law || claim_check_reached(s.rules, i, p.claim)));
    }
    ok = ok && sound_overlaps(g);
    engine_rewind(g);
    return ok;
}
