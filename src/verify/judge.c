#include "verify/judge.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SWEEP_ENTRIES = 144, WITNESS_DIRECTIONS = 400, RANDOM_DIRECTIONS = 3 };
enum { SHAKES = 4 };
enum { MAX_DERIVATIVES = 1 << 17 };
/* Of one evaluation; a point takes some 50 of f. */
static const double max_cost = 2e6;

static uint32_t applied(const struct judge *j)
{
    return form_applied(j->q->form, j->q->order);
}

static enum outcome of_draw(enum draw d)
{
    return d == DRAW_NEVER ? OUTCOME_FAULT : OUTCOME_UNSURE;
}

static enum outcome unsure(struct judge *j, const char *why)
{
    snprintf(j->sampler.reason, sizeof j->sampler.reason, "%s", why);
    return OUTCOME_UNSURE;
}

/* ---------------------------------------------------------- setting it up */

enum draw judge_variables(struct judge *j)
{
    struct arena *a = eval_arena(j->sampler.ev);
    for (uint32_t t = 0; t < j->q->order; t++) {
        struct point_variable *v = sampler_variable(&j->sampler, j->by[t]);
        enum draw d = move_init(&j->by_move[t], &j->sampler, v, j->q->by[t],
                                j->q->structure);
        if (d != DRAW_FINE)
            return d;
        j->var[t] = v;
        j->moved[t] = (struct differ_variable){v->v, v->base, v->size};
        j->differ.by[t] = &j->moved[t];
        j->direction[t] = ARENA_ARRAY(a, double, v->size);
        j->move[t] = ARENA_ARRAY(a, double, v->size);
        j->differ.direction[t] = j->move[t];
        if (!j->direction[t] || !j->move[t])
            return DRAW_NEVER;
    }
    j->nf = j->differ.nf = eval_result(j->f)->size;
    j->differ.f = j->f;
    j->differ.order = j->q->order;
    j->differ.tolerance = j->tolerance / 50;
    j->expected = ARENA_ARRAY(a, double, j->nf);
    j->value = ARENA_ARRAY(a, double, j->nf);
    j->error = ARENA_ARRAY(a, double, j->nf);
    return j->expected && j->value && j->error && differ_init(&j->differ, a)
               ? DRAW_FINE
               : DRAW_NEVER;
}

static void watch_variables(struct judge *j)
{
    decl_t one = j->by[0];
    for (uint32_t t = 1; t < j->q->order; t++)
        if (j->by[t] != one)
            one = 0;
    eval_watch(j->f, one);
}

static enum outcome wrong_shape(struct judge *j, const char *why)
{
    char at[200];
    sampler_describe(&j->sampler, at, sizeof at);
    snprintf(j->r->detail, sizeof j->r->detail, "%s%s", at, why);
    return OUTCOME_DIFFERS;
}

enum outcome judge_arrange(struct judge *j)
{
    struct arrangement a = {.layout = j->q->layout,
                            .form = j->q->form,
                            .order = j->q->order - applied(j),
                            .f = eval_result(j->f),
                            .claim = eval_result(j->claim)};
    char why[160];
    for (uint32_t t = 0; t < a.order; t++)
        a.by[t] = &j->by_move[t].shape;
    uint64_t n = arrange_count(&a);
    if (!n || n > MAX_DERIVATIVES)
        return unsure(j, "too many derivatives at these sizes");
    struct arena *arena = eval_arena(j->sampler.ev);
    j->ntotal = (uint32_t)n;
    j->place = ARENA_ARRAY(arena, uint32_t, n);
    uint32_t *spare = ARENA_ARRAY(arena, uint32_t, n);
    j->derivative = ARENA_ARRAY(arena, double, n);
    j->contracted = ARENA_ARRAY(arena, double, n);
    if (!j->place || !spare || !j->derivative || !j->contracted)
        return OUTCOME_FAULT;
    if (!arrange_places(&a, j->place, spare, why, sizeof why))
        return wrong_shape(j, why);
    return OUTCOME_AGREES;
}

/* ------------------------------------------- the claim along a direction */

static bool evaluate_claim(struct judge *j)
{
    if (!eval_run(j->claim))
        return false;
    const double *v = eval_result(j->claim)->v;
    for (uint32_t i = 0; i < j->ntotal; i++)
        j->derivative[i] = v[j->place[i]];
    return true;
}

/* Sums over the last variable's entries first, the numbering's slowest. */
static void contract(const struct judge *j, double *out)
{
    const double *from = j->derivative;
    uint32_t n = j->ntotal;
    for (uint32_t t = j->q->order - applied(j); t-- > 0;) {
        n /= j->by_move[t].width;
        for (uint32_t i = 0; i < n; i++) {
            double s = 0;
            for (uint32_t b = 0; b < j->by_move[t].width; b++)
                s += from[i + (size_t)b * n] * j->direction[t][b];
            j->contracted[i] = s;
        }
        from = j->contracted;
    }
    memcpy(out, from, sizeof *out * j->nf);
}

static bool expect(struct judge *j, double *out)
{
    for (uint32_t t = j->q->order - applied(j); t < j->q->order; t++) {
        struct point_variable *d =
            j->differential[t]
                ? sampler_variable(&j->sampler, j->differential[t])
                : NULL;
        if (d)
            memcpy(d->v, j->move[t], sizeof *d->v * d->size);
    }
    if (applied(j) && !evaluate_claim(j))
        return false;
    contract(j, out);
    return true;
}

/* The moves of the variables that the directions stand for. */
static void set_moves(struct judge *j)
{
    for (uint32_t t = 0; t < j->q->order; t++)
        move_apply(&j->by_move[t], j->direction[t], j->move[t]);
}

static void random_directions(struct judge *j)
{
    uint32_t first = j->q->order - applied(j);
    for (uint32_t t = 0; t < j->q->order; t++) {
        sample_direction(&j->sampler.random, j->by_move[t].width,
                         j->direction[t]);
        /* The same d X stands for all differentiations by X. */
        for (uint32_t k = first; k < t; k++)
            if (j->q->by[k] == j->q->by[t])
                memcpy(j->direction[t], j->direction[k],
                       sizeof(double) * j->by_move[t].width);
    }
    set_moves(j);
}

/* The entries (b0, b1, ...) of the variables, numbered like derivatives. */
static void unit_directions(struct judge *j, uint32_t number)
{
    for (uint32_t t = 0; t < j->q->order; t++) {
        uint32_t n = j->by_move[t].width;
        memset(j->direction[t], 0, sizeof(double) * n);
        j->direction[t][number % n] = 1;
        number /= n;
    }
    set_moves(j);
}

/* ------------------------------------------------------------- comparison */

/* What rounding alone can make of f's differences. */
static double noise(const struct judge *j)
{
    return 32 * DBL_EPSILON * j->scale * j->differ.unit;
}

/* Entry `a` of differences g (estimated error e) and claim c; `top` is the
 * largest entry of both. */
static enum outcome compare_entry(const struct judge *j, double g, double e,
                                  double c, double top)
{
    double scale = fmax(fmax(fabs(g), fabs(c)), 1e-3 * top);
    if (top == 0)
        return OUTCOME_ZERO;
    double difference = fabs(g - c);
    if (difference <= j->tolerance * scale && e <= j->tolerance * scale)
        return OUTCOME_AGREES;
    if (fabs(g) <= noise(j) && fabs(c) <= noise(j))
        /* A number that converges is no noise, however small. */
        return e > 0.01 * fabs(g) ? OUTCOME_ZERO : OUTCOME_UNSURE;
    if (difference > 50 * e && difference > noise(j) &&
        difference > j->tolerance * scale)
        return OUTCOME_DIFFERS;
    return OUTCOME_UNSURE;
}

static double top_entry(const struct judge *j)
{
    double top = 0;
    for (uint32_t i = 0; i < j->nf; i++)
        top = fmax(top, fmax(fabs(j->differ.value[i]), fabs(j->expected[i])));
    return top;
}

static void note_error(struct judge *j)
{
    double d = 0, g = 0, c = 0;
    for (uint32_t i = 0; i < j->nf; i++) {
        double a = j->differ.value[i], b = j->expected[i];
        d += (a - b) * (a - b);
        g += a * a;
        c += b * b;
    }
    double both = sqrt(g) + sqrt(c);
    if (both > noise(j) * j->nf && sqrt(d) / both > j->r->error)
        j->r->error = sqrt(d) / both;
}

/* Compares all entries along the present direction.  On DIFFERS *entry is
 * the one that differs most. */
static enum outcome compare(struct judge *j, uint32_t *entry)
{
    double top = top_entry(j), worst = 0;
    bool differs = false, agrees = false, open = false;
    for (uint32_t i = 0; i < j->nf; i++) {
        double g = j->differ.value[i], c = j->expected[i];
        switch (compare_entry(j, g, j->differ.error[i], c, top)) {
        case OUTCOME_AGREES:
            agrees = true;
            break;
        case OUTCOME_ZERO:
            break;
        case OUTCOME_DIFFERS:
            differs = true;
            if (fabs(g - c) > worst) {
                worst = fabs(g - c);
                *entry = i;
            }
            break;
        default:
            open = true;
        }
    }
    return differs  ? OUTCOME_DIFFERS
           : open   ? OUTCOME_UNSURE
           : agrees ? OUTCOME_AGREES
                    : OUTCOME_ZERO;
}

/* Steps as small as rounding allows see past a singularity nearby, which a
 * table of larger ones can step over without noticing. */
static double small_step(uint32_t order)
{
    return order == 1 ? 4e-6 : 0.61 * pow(2e-8, 1.0 / order);
}

/* The differences with another first step, of which entry `entry` should
 * again be g as far as that matters beside d. */
static bool repeats(struct judge *j, double step, uint32_t entry, double g,
                    double d)
{
    return differ_run(&j->differ, step) &&
           fabs(j->differ.value[entry] - g) <= 0.05 * d &&
           j->differ.error[entry] <= 0.05 * d;
}

/* Whether differences could show a derivative as large as the claim's c: sin
 * of a very large number wavers too fast for any step. What varies with the
 * smallest step must be as large as c makes it, beside any constant. */
static bool in_sight(struct judge *j, uint32_t entry, double c)
{
    uint32_t order = j->q->order;
    double size = j->differ.high[entry] - j->differ.low[entry];
    double h = small_step(order);
    if (fabs(c) * pow(h, order) <= 0.75 * size || size == 0)
        return true;
    h = 0.01 * size / fabs(c);
    return order == 1 && h > 1e-12 && differ_run(&j->differ, h) &&
           fabs(j->differ.value[entry] - c) > 0.05 * fabs(c);
}

/* Whether it is so, too, at the least step at which rounding is small beside
 * d: a summand that wavers fast is out of sight behind a large one. */
static bool repeats_closely(struct judge *j, uint32_t entry, double g,
                            double d, double size)
{
    double h = fmax(400 * DBL_EPSILON * size / d, 1e-10);
    return j->q->order > 1 || h >= small_step(1) ||
           repeats(j, h, entry, g, d);
}

/* Whether rounding inside of f, rather than of its value, could hide a
 * derivative as large as d: acos(erf(x)) is 0 to all digits where its slope is
 * not. */
static bool rounded_away(struct judge *j, uint32_t entry, double d)
{
    const struct eval_value *f = eval_result(j->f);
    double spread = 0, h = pow(differ_step(j->q->order), j->q->order);
    bool fine = eval_run(j->f);
    double v = f->v[entry];
    for (int i = 0; i < SHAKES && fine; i++) {
        fine = eval_run_rounded(j->f, random_next(&j->sampler.random));
        spread = fmax(spread, fabs(f->v[entry] - v));
    }
    return !eval_run(j->f) || !fine || spread > 0.05 * d * h;
}

/* Whether so much may be left of rounding the largest number that the claim
 * is computed from: entries of 0 that are differences of huge ones. */
static bool is_rounding(const struct judge *j, double d)
{
    return d <= 64 * DBL_EPSILON * eval_scale(j->claim);
}

/* A difference counts only if other step sizes show the same derivative,
 * and if rounding at the point does not change what the claim says. */
static bool confirmed(struct judge *j, uint32_t entry)
{
    memcpy(j->value, j->differ.value, sizeof(double) * j->nf);
    memcpy(j->error, j->differ.error, sizeof(double) * j->nf);
    double c = j->expected[entry], g = j->value[entry];
    double d = fabs(g - c), size = j->differ.largest[entry];
    uint32_t order = j->q->order;
    if (is_rounding(j, d))
        return false;
    bool same = repeats(j, 0.61 * differ_step(order), entry, g, d) &&
                repeats(j, 0.04 * differ_step(order), entry, g, d) &&
                repeats(j, small_step(order), entry, g, d) &&
                in_sight(j, entry, c) &&
                repeats_closely(j, entry, g, d, size) &&
                !rounded_away(j, entry, d);
    memcpy(j->differ.value, j->value, sizeof(double) * j->nf);
    memcpy(j->differ.error, j->error, sizeof(double) * j->nf);
    if (!same)
        return false;
    bool steady = true;
    for (int i = 0; i < SHAKES && steady; i++) {
        sampler_shake(&j->sampler, 1e-11);
        steady = evaluate_claim(j) && expect(j, j->value) &&
                 fabs(j->value[entry] - c) <= 0.05 * d;
        sampler_restore(&j->sampler);
    }
    return evaluate_claim(j) && steady;
}

static enum outcome judge_direction(struct judge *j, uint32_t *entry)
{
    if (!differ_run(&j->differ, differ_step(j->q->order)))
        return unsure(j, "no point was found well inside the domain");
    if (!expect(j, j->expected))
        return unsure(j, "the claim is outside its domain");
    enum outcome o = compare(j, entry);
    if (o == OUTCOME_AGREES)
        note_error(j);
    if (o == OUTCOME_DIFFERS && !confirmed(j, *entry))
        o = OUTCOME_UNSURE;
    if (o == OUTCOME_UNSURE)
        unsure(j, "differences are not accurate enough to decide");
    return o;
}

/* ---------------------------------------------------------------- witness */

static int print_place(const struct eval_value *v, uint32_t place, char *out,
                       size_t size)
{
    if (v->kind == SHAPE_SCALAR)
        return snprintf(out, size, "the value");
    if (v->order == 1)
        return snprintf(out, size, "entry [%u]", place + 1);
    if (v->order == 2)
        return snprintf(out, size, "entry [%u,%u]", place % v->rows + 1,
                        place / v->rows + 1);
    size_t used = (size_t)snprintf(out, size, "entry [");
    for (uint32_t a = 0; a < v->order && used + 16 < size; a++) {
        used += (size_t)snprintf(out + used, size - used, "%s%u",
                                 a ? "," : "", place % v->dim[a] + 1);
        place /= v->dim[a];
    }
    return snprintf(out + used, size - used, "]");
}

/* Writes what differs: `number` is a derivative, or f's entry if it is the
 * derivative along a random direction that differs. */
static void write_witness(struct judge *j, uint32_t number, bool along,
                          double g, double c)
{
    char at[160], entry[80];
    const struct eval_value *v = eval_result(along ? j->f : j->claim);
    sampler_describe(&j->sampler, at, sizeof at);
    print_place(v, along ? number : j->place[number], entry, sizeof entry);
    snprintf(j->r->detail, sizeof j->r->detail,
             "%s%s%s is %.6g by differences, %.6g by the claim", at, entry,
             !along               ? ""
             : applied(j) ? " for some differential"
                                  : " along some direction",
             g, c);
    double d = fabs(g - c) / (fabs(g) + fabs(c));
    j->r->error = fmax(j->r->error, d);
}

/* Looks for one entry of the derivative that differs. */
static bool find_witness(struct judge *j)
{
    uint32_t n = applied(j) ? 0 : j->ntotal / j->nf, entry;
    for (uint32_t b = 0; b < n && n <= WITNESS_DIRECTIONS; b++) {
        unit_directions(j, b);
        if (judge_direction(j, &entry) == OUTCOME_DIFFERS) {
            write_witness(j, entry + j->nf * b, false,
                          j->differ.value[entry], j->expected[entry]);
            return true;
        }
    }
    return false;
}

static enum outcome refute(struct judge *j, uint32_t entry)
{
    double g = j->differ.value[entry], c = j->expected[entry];
    if (!find_witness(j))
        write_witness(j, entry, true, g, c);
    return OUTCOME_DIFFERS;
}

/* ---------------------------------------------------------------- a point */

static enum outcome judge_random(struct judge *j)
{
    bool zero = true;
    for (uint32_t k = 0; k < RANDOM_DIRECTIONS; k++) {
        uint32_t entry = 0;
        random_directions(j);
        enum outcome o = judge_direction(j, &entry);
        if (o == OUTCOME_DIFFERS)
            return refute(j, entry);
        if (o == OUTCOME_UNSURE)
            return o;
        zero = zero && o == OUTCOME_ZERO;
    }
    return zero ? OUTCOME_ZERO : OUTCOME_AGREES;
}

/* Entry by entry, where the derivative has few. */
static enum outcome judge_entries(struct judge *j)
{
    bool zero = true;
    for (uint32_t b = 0; b < j->ntotal / j->nf; b++) {
        uint32_t entry = 0;
        unit_directions(j, b);
        enum outcome o = judge_direction(j, &entry);
        if (o == OUTCOME_DIFFERS) {
            write_witness(j, entry + j->nf * b, false,
                          j->differ.value[entry], j->expected[entry]);
            return o;
        }
        if (o == OUTCOME_UNSURE)
            return o;
        zero = zero && o == OUTCOME_ZERO;
    }
    return zero ? OUTCOME_ZERO : OUTCOME_AGREES;
}

enum outcome judge_point(struct judge *j, bool every_entry)
{
    struct sampler *s = &j->sampler;
    enum draw d = sampler_draw(s);
    if (d == DRAW_FINE)
        d = sampler_conditions(s);
    if (d == DRAW_FINE)
        d = sampler_plan(s, j->q->expr, &j->f);
    if (d == DRAW_FINE)
        d = sampler_plan(s, j->q->claim, &j->claim);
    if (d != DRAW_FINE)
        return of_draw(d);
    if (ldexp(eval_cost(j->f), (int)j->q->order) + eval_cost(j->claim) >
        max_cost)
        return unsure(j, "too large to evaluate many times");
    d = judge_variables(j);
    if (d == DRAW_AGAIN)
        return unsure(j, "the part lies outside of the variable");
    if (d != DRAW_FINE)
        return OUTCOME_FAULT;
    enum outcome o = judge_arrange(j);
    if (o != OUTCOME_AGREES)
        return o;
    if (!j->nf || !j->ntotal)
        return unsure(j, "nothing to compare");
    if (!eval_run(j->f))
        return unsure(j, "no point was found inside the domain");
    j->scale = eval_scale(j->f);
    if (!evaluate_claim(j))
        return unsure(j, "the claim is outside its domain");
    if (eval_is_blurred(j->f) || eval_is_blurred(j->claim))
        return unsure(j, "rounding decides on which side of a jump it is");
    watch_variables(j);
    bool few = !applied(j) && j->q->order == 1 &&
               j->ntotal <= SWEEP_ENTRIES;
    return every_entry && few ? judge_entries(j) : judge_random(j);
}
