/* run.c - running a plan: steps, loops over indices, definitions. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "eval/plan.h"

void eval_run_steps(struct eval_step *s, struct eval_state *st)
{
    for (; s; s = s->next)
        s->run(s, st);
}

/* A run in ticks: a tick is about a hundred multiplications. */
static bool in_time(const struct eval_plan *p)
{
    double work = p->cost / 100;
    return mem_tick(p->ev->x->mem,
                    work < MEM_TICKS ? 1 + (uint32_t)work : MEM_TICKS);
}

bool eval_run(struct eval_plan *p)
{
    if (!in_time(p))
        return false;
    p->state.outside = false;
    eval_run_steps(p->first, &p->state);
    eval_check(p->root, &p->state);
    return !p->state.outside;
}

bool eval_run_rounded(struct eval_plan *p, uint64_t seed)
{
    struct random r = {seed};
    if (!in_time(p))
        return false;
    p->state.outside = false;
    for (struct eval_step *s = p->first; s; s = s->next) {
        s->run(s, &p->state);
        /* A single number may be a subscript, and is then a whole one. */
        bool rounded = s->out->size > 1 || s->entrywise;
        for (uint32_t i = 0; rounded && i < s->out->size; i++)
            s->out->v[i] *= 1 + 4 * DBL_EPSILON * (2 * random_unit(&r) - 1);
    }
    eval_check(p->root, &p->state);
    return !p->state.outside;
}

bool eval_rerun(struct eval_plan *p)
{
    if (!in_time(p))
        return false;
    p->state.outside = false;
    for (struct eval_step *s = p->first; s; s = s->next)
        if (s->active)
            s->run(s, &p->state);
    eval_check(p->root, &p->state);
    return !p->state.outside;
}

/* ------------------------------------------------------------------ loops */

/* Sets every index to its first value; false if the range is empty. */
bool eval_loop_begin(struct eval_block *b, double *outer)
{
    bool any = true;
    for (uint32_t i = 0; i < b->nindex; i++) {
        outer[i] = b->index[i]->v[0];
        b->index[i]->v[0] = (double)b->low[i];
        any = any && b->count[i] > 0;
    }
    return any;
}

/* The next index values, the last index fastest; *changed is the slowest
 * index that moved.  False at the end. */
bool eval_loop_next(struct eval_block *b, uint32_t *changed)
{
    for (uint32_t i = b->nindex; i-- > 0;) {
        double *v = b->index[i]->v;
        *changed = i;
        *v += 1;
        if (*v < (double)(b->low[i] + b->count[i]))
            return true;
        *v = (double)b->low[i];
    }
    return false;
}

/* An index of this name may be bound outside too. */
void eval_loop_end(struct eval_block *b, const double *outer)
{
    for (uint32_t i = 0; i < b->nindex; i++)
        b->index[i]->v[0] = outer[i];
}

void eval_loop_body(struct eval_block *b, uint32_t changed,
                      struct eval_state *st)
{
    for (struct eval_step *s = b->first; s; s = s->next)
        if (s->depth >= changed)
            s->run(s, st);
}

void eval_run_sum(struct eval_step *s, struct eval_state *st)
{
    struct eval_block *b = s->u.block;
    double outer[SHAPE_MAX_ORDER * 2];
    uint32_t changed = 0;
    memset(s->out->v, 0, sizeof(double) * s->out->size);
    if (eval_loop_begin(b, outer))
        do {
            eval_loop_body(b, changed, st);
            for (uint32_t i = 0; i < s->out->size; i++)
                s->out->v[i] += b->body->v[i];
        } while (eval_loop_next(b, &changed));
    eval_loop_end(b, outer);
}

/* Where the entry of the present index values stands: in a group of indices
 * (one axis) the last runs fastest, among axes the first does. */
size_t eval_tensor_place(const struct eval_block *b)
{
    size_t place = 0, stride = 1;
    for (uint32_t i = 0; i < b->nindex;) {
        size_t axis = 0, length = 1;
        do {
            int64_t at = (int64_t)b->index[i]->v[0] - b->low[i];
            axis = axis * (size_t)b->count[i] + (size_t)at;
            length *= (size_t)b->count[i];
            i++;
        } while (i < b->nindex && !(b->groups >> i & 1));
        place += axis * stride;
        stride *= length;
    }
    return place;
}

void eval_run_tensor(struct eval_step *s, struct eval_state *st)
{
    struct eval_block *b = s->u.block;
    double outer[SHAPE_MAX_ORDER * 2];
    uint32_t changed = 0;
    if (eval_loop_begin(b, outer))
        do {
            eval_loop_body(b, changed, st);
            s->out->v[eval_tensor_place(b)] = b->body->v[0];
        } while (eval_loop_next(b, &changed));
    eval_loop_end(b, outer);
}

bool eval_element_place(const struct eval_step *s, uint32_t axis, int64_t at,
                        struct eval_part *p)
{
    uint32_t length = s->in[0]->dim[axis], count = 1;
    if (!axis)
        *p = (struct eval_part){.stride = 1, .count = {1, 1}};
    if (s->u.axes >> axis & 1) {
        count = s->out->dim[p->n];
        p->step[p->n] = p->stride;
        p->count[p->n++] = count;
    }
    p->place += (size_t)(at - 1) * p->stride;
    p->stride *= length;
    return at >= 1 && at <= length && count <= length - (size_t)(at - 1);
}

void eval_run_element(struct eval_step *s, struct eval_state *st)
{
    const struct eval_value *a = s->in[0];
    struct eval_part p = {.count = {1, 1}};
    for (uint32_t i = 0; i < a->order; i++) {
        double at = s->in[i + 1]->v[0];
        if (!(at >= 1 && at <= a->dim[i]) ||
            !eval_element_place(s, i, (int64_t)at, &p)) {
            st->outside = true;
            for (uint32_t k = 0; k < s->out->size; k++)
                s->out->v[k] = NAN;
            return;
        }
    }
    double *out = s->out->v;
    for (uint32_t j = 0; j < p.count[1]; j++)
        for (uint32_t i = 0; i < p.count[0]; i++)
            *out++ = a->v[p.place + i * p.step[0] + j * p.step[1]];
}

/* ------------------------------------------------------------ definitions */

void eval_run_call(struct eval_step *s, struct eval_state *st)
{
    struct eval_plan *p = s->u.plan;
    for (uint32_t i = 0; i < p->ninputs; i++)
        p->inputs[i].value->v = s->in[i]->v;
    if (!eval_run(p))
        st->outside = true;
    memcpy(s->out->v, p->root->v, sizeof(double) * s->out->size);
}

void eval_run_call_entries(struct eval_step *s, struct eval_state *st)
{
    struct eval_plan *p = s->u.plan;
    for (uint32_t e = 0; e < s->out->size; e++) {
        for (uint32_t i = 0; i < p->ninputs; i++)
            p->inputs[i].value->v = s->in[i]->v + (s->in[i]->size > 1 ? e : 0);
        if (!eval_run(p))
            st->outside = true;
        s->out->v[e] = p->root->v[0];
    }
}

static double largest_entry(const struct eval_value *a, double top)
{
    for (uint32_t i = 0; i < a->size; i++)
        if (fabs(a->v[i]) > top)
            top = fabs(a->v[i]);
    return top;
}

double eval_scale(const struct eval_plan *p)
{
    double top = 0;
    for (uint32_t i = 0; i < p->ninputs; i++)
        top = largest_entry(p->inputs[i].value, top);
    for (const struct eval_step *s = p->first; s; s = s->next)
        top = largest_entry(s->out, top);
    return top;
}

static bool has_jump(const struct eval_plan *p, const struct eval_step *s)
{
    static const char *const names[] = {"abs", "sign", "step", "relu"};
    if (s->op < OP_FIRST_NAMED || s->nargs != 1)
        return false;
    const char *name = op_name(p->ev->x->ops, s->op);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

bool eval_is_blurred(const struct eval_plan *p)
{
    double noise = 0;
    for (const struct eval_step *s = p->first; s; s = s->next) {
        if (!has_jump(p, s))
            continue;
        noise = noise > 0 ? noise : 1e-11 * eval_scale(p);
        for (uint32_t i = 0; i < s->in[0]->size; i++)
            if (s->in[0]->v[i] != 0 && fabs(s->in[0]->v[i]) < noise)
                return true;
    }
    return false;
}
