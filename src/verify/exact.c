#include "verify/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/exact.h"
#include "verify/exact_sample.h"

enum { REDRAWS = 24, MOST_DERIVATIVES = 1 << 14, MOST_ORTHOGONAL = 3 };
/* Sizes tried for each point that is wanted; roots that are waited for. */
enum { SIZES_TRIED = 16, MOST_ROOTS = 6 };
/* Multiplications of one evaluation. */
static const double most_work = 1e5;

struct exact {
    struct judge j;
    struct random random;
    uint32_t order;
    uint32_t points, agree; /* that are wanted; that agree so far */
    uint32_t orthogonal;    /* variables */
    field_t **values; /* of each variable: the point */
    field_t **jets;   /* the same with the directions */
    field_t *work;    /* as large as the largest variable */
    field_t *direction[DIFFER_MAX_ORDER]; /* in the claim's entries */
    field_t *move[DIFFER_MAX_ORDER];      /* of the variable */
    field_t *contracted;
    bool opaque;
    bool nowhere;     /* the last point has no neighbours in the domain */
    uint32_t roots;   /* wanted there */
    uint32_t redraws; /* at these sizes */
    uint64_t basis[EXACT_MAX_ROOTS]; /* of patterns of missing roots */
    uint32_t rank;
    double degree, error;
};

/* The first of the variables whose differentials the claim has. */
static uint32_t first_applied(const struct exact *e)
{
    return e->order - form_applied(e->j.q->form, e->order);
}

static uint32_t place_of(const struct exact *e,
                         const struct point_variable *v)
{
    return (uint32_t)(v - e->j.sampler.vars);
}

/* ---------------------------------------------------------- setting it up */

static enum draw plan(struct exact *e, expr_t expr, uint32_t order,
                      struct eval_plan **p)
{
    struct sampler *s = &e->j.sampler;
    *p = exact_plan_new(s->ev, expr, s->sizes, s->uses.nsizes, order);
    return *p ? DRAW_FINE : sampler_failed(s);
}

static void bind(struct exact *e, struct eval_plan *p, field_t **numbers)
{
    for (uint32_t i = 0; i < eval_input_count(p); i++)
        exact_bind_input(
            p, i,
            numbers[place_of(e, sampler_variable(&e->j.sampler,
                                                 eval_input(p, i)))]);
}

static bool memory(struct exact *e)
{
    struct sampler *s = &e->j.sampler;
    struct arena *a = eval_arena(s->ev);
    uint32_t n = s->uses.ndecls, largest = 0;
    e->values = ARENA_ARRAY(a, field_t *, n);
    e->jets = ARENA_ARRAY(a, field_t *, n);
    if (!e->values || !e->jets)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        size_t size = s->vars[i].size;
        e->values[i] = ARENA_ARRAY(a, field_t, size);
        e->jets[i] = ARENA_ARRAY(a, field_t, size << e->order);
        largest = size > largest ? (uint32_t)size : largest;
        if (!e->values[i] || !e->jets[i])
            return false;
    }
    e->work = ARENA_ARRAY(a, field_t, largest);
    e->contracted = ARENA_ARRAY(a, field_t, e->j.ntotal);
    for (uint32_t t = 0; t < e->order; t++) {
        e->direction[t] = ARENA_ARRAY(a, field_t, e->j.var[t]->size);
        e->move[t] = ARENA_ARRAY(a, field_t, e->j.var[t]->size);
        if (!e->direction[t] || !e->move[t])
            return false;
    }
    return e->work && e->contracted;
}

/* ---------------------------------------------------- point and directions */

/* Of orthogonal variables every combination of determinants comes: the
 * number of the point tells which. */
static bool draw_values(struct exact *e)
{
    struct sampler *s = &e->j.sampler;
    uint32_t turned = e->agree;
    for (uint32_t i = 0; i < s->uses.ndecls; i++) {
        const struct point_variable *v = &s->vars[i];
        const struct decl *d = expr_decl(s->x, v->decl);
        bool matrix = d->shape.kind == SHAPE_MATRIX;
        if (d->role != DECL_DIFFERENTIAL &&
            !exact_sample(&e->random, d->properties, turned & 1,
                          matrix ? v->rows : v->size, matrix ? v->cols : 1,
                          e->values[i], e->work))
            return false;
        if (d->properties & PROP_ORTHOGONAL)
            turned >>= 1;
    }
    return true;
}

/* Whether the variables are of kinds of which random points tell all:
 * integers are too few. */
static bool suits(struct exact *e)
{
    const struct sampler *s = &e->j.sampler;
    for (uint32_t i = 0; i < s->uses.ndecls; i++) {
        properties_t p = expr_decl(s->x, s->uses.decls[i])->properties;
        if (p & PROP_INTEGER)
            return false;
        if (p & PROP_ORTHOGONAL && e->j.q->structure != STRUCTURE_FREE)
            return false; /* the moves are not rational numbers */
        e->orthogonal += (p & PROP_ORTHOGONAL) != 0;
    }
    return e->order <= JET_MAX_ORDER && e->orthogonal <= MOST_ORTHOGONAL;
}

/* An orthogonal matrix is itself of degree 2n in what is drawn. */
static double degree_drawn(const struct exact *e)
{
    double n = 1;
    for (uint32_t i = 0; e->orthogonal && i < e->j.sampler.uses.ndecls; i++)
        n = fmax(n, 2.0 * e->j.sampler.vars[i].rows);
    return n;
}

/* 1, -1, 1/2, 1/5, ... as an element of the field. */
static field_t fraction(double c)
{
    int64_t d = 1;
    while (d < 128 && fabs(c * (double)d - nearbyint(c * (double)d)) > 1e-9)
        d++;
    return field_mul(field_from_int((int64_t)nearbyint(c * (double)d)),
                     field_inverse(field_from_int(d)));
}

/* The move that a direction stands for, from what single entries stand
 * for. */
static void set_move(struct exact *e, uint32_t t)
{
    const struct move *m = &e->j.by_move[t];
    uint32_t n = m->size;
    double *unit = e->j.direction[t], *out = e->j.move[t];
    if (move_is_plain(m)) {
        memcpy(e->move[t], e->direction[t], sizeof(field_t) * n);
        return;
    }
    memset(e->move[t], 0, sizeof(field_t) * n);
    for (uint32_t b = 0; b < m->width; b++) {
        memset(unit, 0, sizeof *unit * m->width);
        unit[b] = 1;
        move_apply(m, unit, out);
        for (uint32_t i = 0; i < n; i++)
            if (out[i] != 0)
                e->move[t][i] = field_add(
                    e->move[t][i],
                    field_mul(e->direction[t][b], fraction(out[i])));
    }
}

static void draw_directions(struct exact *e)
{
    for (uint32_t t = 0; t < e->order; t++) {
        uint32_t n = e->j.by_move[t].width;
        for (uint32_t i = 0; i < n; i++)
            e->direction[t][i] = field_from_bits(random_next(&e->random));
        /* The same d X stands for all differentiations by X. */
        for (uint32_t k = first_applied(e); k < t; k++)
            if (e->j.q->by[k] == e->j.q->by[t])
                memcpy(e->direction[t], e->direction[k],
                       sizeof(field_t) * n);
        set_move(e, t);
    }
}

static void set_jets(struct exact *e)
{
    struct sampler *s = &e->j.sampler;
    for (uint32_t k = 0; k < s->uses.ndecls; k++)
        for (uint32_t i = 0; i < s->vars[k].size; i++) {
            field_t *jet = e->jets[k] + ((size_t)i << e->order);
            memset(jet, 0, sizeof *jet << e->order);
            jet[0] = e->values[k][i];
            for (uint32_t t = 0; t < e->order; t++)
                if (e->j.var[t] == &s->vars[k])
                    jet[UINT32_C(1) << t] = e->move[t][i];
        }
    for (uint32_t t = first_applied(e); t < e->order; t++) {
        struct point_variable *d =
            e->j.differential[t]
                ? sampler_variable(s, e->j.differential[t])
                : NULL;
        if (d)
            memcpy(e->values[place_of(e, d)], e->move[t],
                   sizeof(field_t) * d->size);
    }
}

/* -------------------------------------------------------------- comparison */

/* The claim along the directions, the last variable's entries first. */
static const field_t *contract(struct exact *e)
{
    const field_t *claim = eval_result(e->j.claim)->exact;
    field_t *c = e->contracted;
    uint32_t n = e->j.ntotal;
    for (uint32_t i = 0; i < n; i++)
        c[i] = claim[e->j.place[i]];
    for (uint32_t t = first_applied(e); t-- > 0;) {
        n /= e->j.by_move[t].width;
        for (uint32_t i = 0; i < n; i++) {
            field_t s = 0;
            for (uint32_t b = 0; b < e->j.by_move[t].width; b++)
                s = field_add(s, field_mul(c[i + (size_t)b * n],
                                           e->direction[t][b]));
            c[i] = s;
        }
    }
    return c;
}

/* Adds a draw's pattern of missing roots to those seen. */
static void note_pattern(struct exact *e, uint64_t pattern)
{
    for (uint32_t k = 0; pattern && k < EXACT_MAX_ROOTS; k++) {
        if (!(pattern >> k & 1))
            continue;
        if (!e->basis[k]) {
            e->basis[k] = pattern;
            e->rank++;
            return;
        }
        pattern ^= e->basis[k];
    }
}

static void note(struct exact *e, uint32_t roots)
{
    double degree = exact_degree(e->j.f) * (e->order + 1) +
                    exact_degree(e->j.claim) + e->order;
    degree *= degree_drawn(e);
    /* Norms of the roots multiply degrees, and points without are dropped. */
    double error = ldexp(degree, 2 * (int)roots - 61);
    e->degree = fmax(e->degree, degree);
    e->error = fmax(e->error, error);
}

/* Where a random point is outside for another reason than a missing root, a
 * polynomial vanishes at all of them but for the odd chance: X'*X is singular
 * for all X with more columns than rows.  That says nothing about the claim.
 * All of k roots exist at one point in 2^k. */
static void note_outside(struct exact *e, const struct exact_state *met,
                         bool inside)
{
    e->nowhere = !inside && !met->without && met->roots < EXACT_MAX_ROOTS;
    e->roots = met->roots;
    uint32_t wanted = met->roots <= MOST_ROOTS ? 8u << met->roots : 0;
    e->redraws = wanted > e->redraws ? wanted : e->redraws;
}

/* A root is one of two; that the claim holds for both follows from its
 * holding for one when the radicands are independent modulo squares: when no
 * product of some of them always has a root, which is seen from as many
 * independent patterns of missing roots.  (sqrt(x^2) always has one, and
 * being x or -x proves nothing.) */
static enum outcome compare(struct exact *e)
{
    uint64_t seed = random_next(&e->random);
    bool inside = exact_run(e->j.f, e->order, seed);
    inside = exact_run(e->j.claim, 0, seed) && inside;
    const struct exact_state *met = exact_met(e->j.f);
    e->opaque = e->opaque || met->roots || met->opaque;
    note_pattern(e, met->without);
    note_outside(e, met, inside);
    if (!inside)
        return OUTCOME_UNSURE;
    const field_t *f = eval_result(e->j.f)->exact, *c = contract(e);
    size_t last = (UINT32_C(1) << e->order) - 1;
    for (uint32_t i = 0; i < e->j.nf; i++)
        if (f[((size_t)i << e->order) + last] != c[i])
            return OUTCOME_DIFFERS;
    if (e->rank < met->roots)
        return OUTCOME_UNSURE;
    note(e, met->roots);
    return OUTCOME_AGREES;
}

/* ---------------------------------------------------------------- a point */

/* *empty: there is nothing of these sizes, as no matrix of full column rank
 * with more columns than rows. */
static enum outcome prepare(struct exact *e, bool *empty)
{
    struct sampler *s = &e->j.sampler;
    enum draw d = sampler_draw(s);
    *empty = d == DRAW_AGAIN;
    if (d == DRAW_FINE)
        d = plan(e, e->j.q->expr, e->order, &e->j.f);
    if (d == DRAW_FINE)
        d = plan(e, e->j.q->claim, 0, &e->j.claim);
    if (d != DRAW_FINE)
        return d == DRAW_NEVER ? OUTCOME_FAULT : OUTCOME_UNSURE;
    if (eval_cost(e->j.f) * pow(3, e->order) + eval_cost(e->j.claim) >
        most_work)
        return OUTCOME_UNSURE;
    d = judge_variables(&e->j);
    if (d != DRAW_FINE)
        return d == DRAW_NEVER ? OUTCOME_FAULT : OUTCOME_UNSURE;
    enum outcome o = judge_arrange(&e->j);
    if (o != OUTCOME_AGREES)
        return o == OUTCOME_FAULT ? o : OUTCOME_UNSURE;
    if (e->j.ntotal > MOST_DERIVATIVES || !e->j.nf || !e->j.ntotal)
        return OUTCOME_UNSURE;
    if (!memory(e))
        return OUTCOME_FAULT;
    bind(e, e->j.f, e->jets);
    bind(e, e->j.claim, e->values);
    return OUTCOME_AGREES;
}

/* A point outside the domain is drawn again; that refutes nothing.  *empty:
 * at these sizes there is no domain. */
static enum outcome judge_sizes(struct exact *e, bool *empty)
{
    enum outcome o = prepare(e, empty);
    uint32_t nowhere = 0;
    if (o != OUTCOME_AGREES)
        return o;
    o = OUTCOME_UNSURE;
    e->rank = 0;
    e->redraws = REDRAWS;
    memset(e->basis, 0, sizeof e->basis);
    for (uint32_t k = 0; o == OUTCOME_UNSURE && k < e->redraws; k++) {
        if (!draw_values(e))
            continue;
        draw_directions(e);
        set_jets(e);
        o = compare(e);
        nowhere += e->nowhere;
        *empty = nowhere > 1 && nowhere == k + 1;
        /* Independent radicands would have shown themselves by now. */
        if (*empty || (e->rank < e->roots && k > REDRAWS + e->roots))
            break;
    }
    return o;
}

static void describe(struct exact *e, struct exact_result *r)
{
    int used = 0;
    if (r->outcome == EXACT_AGREES) {
        snprintf(r->detail, sizeof r->detail,
                 "%u points mod 2^61-1, degree <= %.0f, error < 1e%.0f",
                 e->points, e->degree, ceil(log10(e->error)));
        return;
    }
    sampler_describe(&e->j.sampler, r->detail, sizeof r->detail);
    used = (int)strlen(r->detail);
    snprintf(r->detail + used, sizeof r->detail - (size_t)used,
             "differs mod 2^61-1, though not visibly in double precision");
}

static bool mild(struct fault *f)
{
    if (f->kind == FAULT_MEMORY || f->kind == FAULT_INTERNAL)
        return false;
    fault_clear(f);
    return true;
}

bool exact_judge(const struct judge *given, struct exact_result *r)
{
    static const double most_error = 1e-9;
    struct exact e = {.j = *given, .order = given->q->order};
    struct random seed = {given->q->seed ^ UINT64_C(0x5ca1ab1e)};
    enum outcome o = OUTCOME_UNSURE;
    *r = (struct exact_result){.outcome = EXACT_UNABLE};
    if (!suits(&e))
        return true;
    e.random.state = random_next(&seed);
    e.points =
        e.orthogonal < 2 ? EXACT_POINTS : UINT32_C(1) << e.orthogonal;
    /* Half of the sizes that have a domain have to tell something. */
    for (uint32_t i = 0, tried = 0;
         i < SIZES_TRIED * e.points && tried < 2 * e.points &&
         e.agree < e.points && o != OUTCOME_DIFFERS;
         i++) {
        bool empty;
        o = judge_sizes(&e, &empty);
        if (o == OUTCOME_FAULT)
            return mild(given->sampler.x->mem->fault);
        e.agree += o == OUTCOME_AGREES;
        tried += !empty;
    }
    r->opaque = e.opaque;
    r->unlike = o == OUTCOME_DIFFERS;
    if (o == OUTCOME_DIFFERS && !e.opaque)
        r->outcome = EXACT_DIFFERS;
    if (e.agree == e.points && e.error < most_error)
        r->outcome = EXACT_AGREES;
    if (r->outcome != EXACT_UNABLE)
        describe(&e, r);
    return true;
}

void exact_verdict(const struct sampler *s, const struct exact_result *e,
                   struct verify_result *r)
{
    const struct exprs *x = s->x;
    bool agrees = e->outcome == EXACT_AGREES;
    const char *before = agrees      ? "; given "
                         : e->unlike ? "the sides differ for some values of "
                                     : "no values are known of ";
    size_t size = sizeof r->detail;
    size_t n = (size_t)snprintf(r->detail, size, "%s%s",
                                agrees ? e->detail : "", before);
    for (uint32_t i = 0; i < s->uses.nruled && n < size; i++) {
        const struct overload *o = overload_get(x->ops, s->uses.ruled[i]);
        n += (size_t)snprintf(r->detail + n, size - n, "%s%s%s",
                              i ? ", " : "", agrees ? "d " : "",
                              op_name(x->ops, o->op));
    }
    r->verdict = agrees ? VERDICT_PROVED : VERDICT_UNABLE;
    r->points = agrees ? EXACT_POINTS : 0;
    r->valueless = true;
}

bool exact_equal(const struct sampler *s, expr_t a, expr_t b, uint64_t seed,
                 struct exact_result *r)
{
    struct verify_request q = {.expr = a, .claim = b, .seed = seed};
    struct verify_result ignored = {.verdict = VERDICT_UNABLE};
    struct judge j = {.q = &q, .r = &ignored, .sampler = *s};
    return exact_judge(&j, r);
}
