/* exact_run.c - running exact plans: loops, definitions, and functions that
 * are known by their differentials. */
#include <string.h>

#include "eval/exact_table.h"

static size_t jet_bytes(const struct eval_state *st)
{
    return sizeof(field_t) * jet_parts(st->exact->order);
}

struct eval_plan *exact_plan_new(struct evaluator *ev, expr_t e,
                                 const struct eval_size *sizes,
                                 uint32_t nsizes, uint32_t order)
{
    struct eval_size *own = ARENA_ARRAY(&ev->arena, struct eval_size, nsizes);
    if (!own || order > JET_MAX_ORDER)
        return NULL;
    if (nsizes)
        memcpy(own, sizes, nsizes * sizeof *own);
    return eval_plan_build(ev, e, own, nsizes, NULL, 0, 0, (int)order);
}

void exact_bind_input(struct eval_plan *p, uint32_t i, field_t *values)
{
    p->inputs[i].value->exact = values;
}

static bool run_plan(struct eval_plan *p)
{
    p->state.outside = false;
    eval_run_steps(p->first, &p->state);
    return !p->state.outside;
}

bool exact_run(struct eval_plan *p, uint32_t order, uint64_t seed)
{
    struct exact_state *e = p->state.exact;
    e->order = order;
    if (seed != e->seed) {
        e->seed = seed;
        e->opaque = false;
        e->roots = 0;
        e->without = 0;
    }
    return run_plan(p);
}

const struct exact_state *exact_met(const struct eval_plan *p)
{
    return p->state.exact;
}

/* ------------------------------------------------------------------ loops */

/* An index as a value of the field. */
static void set_indices(struct eval_block *b)
{
    for (uint32_t i = 0; i < b->nindex; i++)
        b->index[i]->exact[0] = field_from_int((int64_t)b->index[i]->v[0]);
}

void exact_run_sum(struct eval_step *s, struct eval_state *st)
{
    struct eval_block *b = s->u.block;
    double outer[SHAPE_MAX_ORDER * 2];
    size_t n = s->out->size * jet_bytes(st) / sizeof(field_t);
    uint32_t changed = 0;
    memset(s->out->exact, 0, sizeof(field_t) * n);
    if (eval_loop_begin(b, outer))
        do {
            set_indices(b);
            eval_loop_body(b, changed, st);
            for (size_t i = 0; i < n; i++)
                s->out->exact[i] =
                    field_add(s->out->exact[i], b->body->exact[i]);
        } while (eval_loop_next(b, &changed));
    eval_loop_end(b, outer);
    set_indices(b);
}

void exact_run_tensor(struct eval_step *s, struct eval_state *st)
{
    struct eval_block *b = s->u.block;
    double outer[SHAPE_MAX_ORDER * 2];
    uint32_t parts = jet_parts(st->exact->order), changed = 0;
    if (eval_loop_begin(b, outer))
        do {
            set_indices(b);
            eval_loop_body(b, changed, st);
            memcpy(s->out->exact + eval_tensor_place(b) * parts,
                   b->body->exact, jet_bytes(st));
        } while (eval_loop_next(b, &changed));
    eval_loop_end(b, outer);
    set_indices(b);
}

void exact_run_element(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    struct eval_part p = {.count = {1, 1}};
    size_t parts = jet_parts(st->exact->order);
    field_t *out = s->out->exact;
    for (uint32_t i = 0; i < a->order; i++)
        if (!eval_element_place(s, i, field_to_int(s->in[i + 1]->exact[0]),
                                &p)) {
            st->outside = true;
            return;
        }
    for (uint32_t j = 0; j < p.count[1]; j++)
        for (uint32_t i = 0; i < p.count[0]; i++, out += parts)
            memcpy(out,
                   a->exact +
                       (p.place + i * p.step[0] + j * p.step[1]) * parts,
                   jet_bytes(st));
}

/* ------------------------------------------------------------ definitions */

void exact_run_call(struct eval_step *s, struct eval_state *st)
{
    struct eval_plan *p = s->u.plan;
    for (uint32_t i = 0; i < p->ninputs; i++)
        p->inputs[i].value->exact = s->in[i]->exact;
    if (!run_plan(p))
        st->outside = true;
    memcpy(s->out->exact, p->root->exact, s->out->size * jet_bytes(st));
}

void exact_run_call_entries(struct eval_step *s, struct eval_state *st)
{
    struct eval_plan *p = s->u.plan;
    uint32_t parts = jet_parts(st->exact->order);
    for (uint32_t e = 0; e < s->out->size; e++) {
        for (uint32_t i = 0; i < p->ninputs; i++)
            p->inputs[i].value->exact =
                s->in[i]->exact +
                (s->in[i]->size > 1 ? (size_t)e * parts : 0);
        if (!run_plan(p))
            st->outside = true;
        memcpy(s->out->exact + (size_t)e * parts, p->root->exact,
               jet_bytes(st));
    }
}

/* ---------------------------------- functions known by their differentials */

/* One application: all of the arguments, or entry `first` of each. */
struct application {
    struct eval_step *s;
    struct eval_state *st;
    uint32_t first, size; /* entries of the result */
};

static uint32_t argument_size(const struct application *a, uint32_t k)
{
    return a->s->entrywise ? 1 : a->s->in[k]->size;
}

static const field_t *argument(const struct application *a, uint32_t k)
{
    const struct eval_value *v = a->s->in[k];
    uint32_t parts = jet_parts(a->st->exact->order);
    return v->exact +
           (a->s->entrywise && v->size > 1 ? (size_t)a->first * parts : 0);
}

/* The values: the function and what it is applied to determine them. */
static void opaque_values(const struct application *a)
{
    uint32_t parts = jet_parts(a->st->exact->order);
    enum exact_relation relation = (enum exact_relation)a->s->relation;
    uint64_t key = hash_mix(a->st->exact->seed, a->s->op);
    a->st->exact->opaque = true;
    if (relation >= EXACT_SOFTMAX) {
        exact_values(a->s, a->st);
        return;
    }
    if (relation) {
        a->s->out->exact[(size_t)a->first * parts] =
            exact_value(relation, argument(a, 0)[0], a->st);
        return;
    }
    for (uint32_t k = 0; k < a->s->nargs; k++)
        for (uint32_t i = 0; i < argument_size(a, k); i++)
            key = hash_mix(key, argument(a, k)[(size_t)i * parts]);
    for (uint32_t i = 0; i < a->size; i++)
        a->s->out->exact[(size_t)(a->first + i) * parts] =
            field_from_bits(hash_mix(key, i));
}

/* Packs the parts from..from+count-1 of an argument; whether any is not 0. */
static bool pack(const struct application *a, uint32_t k, uint32_t from,
                 uint32_t count, field_t *to)
{
    uint32_t parts = jet_parts(a->st->exact->order);
    const field_t *v = argument(a, k) + from;
    field_t any = 0;
    for (uint32_t i = 0; i < argument_size(a, k); i++, v += parts)
        for (uint32_t p = 0; p < count; p++)
            any |= *to++ = v[p];
    return any != 0;
}

/* The parts that contain e[t+1] and none later: df(u; v) for jets of order
 * t, where u are the parts before and v these parts of the arguments. */
static void differentiate(const struct application *a, uint32_t t)
{
    struct eval_plan *p = a->s->u.plan;
    struct eval_state *st = a->st;
    uint32_t parts = jet_parts(st->exact->order), count = jet_parts(t);
    uint32_t nargs = a->s->nargs, order = st->exact->order;
    bool moves = false, fits = p != NULL;
    for (uint32_t k = 0; fits && k < nargs; k++) {
        pack(a, k, 0, count, p->inputs[k].value->exact);
        bool any =
            pack(a, k, count, count, p->inputs[nargs + k].value->exact);
        /* a rule may be for some of the arguments only */
        fits = !any || p->inputs[nargs + k].decl;
        moves = moves || any;
    }
    st->exact->order = t;
    if (!fits || (moves && !run_plan(p)))
        st->outside = true;
    st->exact->order = order;
    for (uint32_t i = 0; i < a->size; i++) {
        field_t *out =
            a->s->out->exact + (size_t)(a->first + i) * parts + count;
        memset(out, 0, sizeof *out * count);
        if (fits && moves)
            memcpy(out, p->root->exact + (p->root->size > 1 ? i * count : 0),
                   sizeof *out * count);
    }
}

void exact_run_opaque(struct eval_step *s, struct eval_state *st)
{
    uint32_t size = s->entrywise ? 1 : s->out->size;
    for (uint32_t e = 0; e < s->out->size; e += size) {
        struct application a = {s, st, e, size};
        opaque_values(&a);
        for (uint32_t t = 0; t < st->exact->order; t++)
            differentiate(&a, t);
    }
}
