/* exact_compile.c - what compiling for the prime field adds. */
#include <math.h>

#include "eval/compile.h"
#include "eval/exact_table.h"

bool compile_exact_memory(struct compiler *c, struct eval_value *v)
{
    v->exact = ARENA_ARRAY(&c->ev->arena, field_t,
                           (size_t)v->size << c->p->order);
    return v->exact != NULL;
}

/* The differential's plan reads copies of the arguments and of their
 * differentials, packed at the order it is run for. */
static bool input_memory(struct compiler *c, const struct eval_step *s,
                         struct eval_plan *p)
{
    for (uint32_t k = 0; k < p->ninputs; k++) {
        const struct eval_value *a = s->in[k % s->nargs];
        size_t n = s->entrywise ? 1 : a->size;
        p->inputs[k].value->exact =
            ARENA_ARRAY(&c->ev->arena, field_t, n << p->order);
        if (!p->inputs[k].value->exact)
            return false;
    }
    return true;
}

static struct eval_plan *differential_plan(struct compiler *c,
                                           const struct eval_step *s,
                                           const struct overload *o)
{
    decl_t params[2 * OP_MAX_ARGS] = {0};
    struct eval_size *sizes = ARENA_ARRAY(&c->ev->arena, struct eval_size,
                                          OP_MAX_ARGS * SHAPE_MAX_ORDER);
    if (!sizes)
        return NULL;
    uint32_t n = compile_pattern_sizes(c, o, s, sizes);
    for (uint32_t k = 0; k < o->nargs; k++) {
        expr_t u = o->parameter[k], v = o->dparameter[k];
        params[k] = u ? expr_get(c->x, u)->payload : 0;
        params[o->nargs + k] = v ? expr_get(c->x, v)->payload : 0;
    }
    return eval_plan_build(c->ev, o->differential, sizes, n, params,
                           2 * o->nargs, c->p->calls + 1, c->p->order - 1);
}

/* Whether the step has the shapes that the relation is for. */
static void relate(struct compiler *c, struct eval_step *s,
                   const struct overload *o)
{
    if (!o->kernel || s->nargs != 1)
        return;
    enum exact_relation r =
        exact_relation(intern_name(c->x->names, o->kernel));
    const struct eval_value *a = s->in[0], *out = s->out;
    bool fits = r < EXACT_SOFTMAX    ? o->entrywise
                : r == EXACT_SOFTMAX ? a->size == out->size
                : r == EXACT_LOGDET  ? a->order == 2 && a->rows == a->cols
                                     : true;
    if (!fits || (r > EXACT_SOFTMAX && out->size != 1))
        return;
    s->relation = (uint8_t)r;
    if (a->size > c->p->work_entries)
        c->p->work_entries = a->size;
}

bool compile_opaque(struct compiler *c, struct eval_step *s,
                    const struct overload *o)
{
    s->run = exact_run_opaque;
    s->entrywise = o->entrywise;
    relate(c, s, o);
    if (c->p->order == 0)
        return true;
    struct eval_plan *p = differential_plan(c, s, o);
    if (!p)
        return false;
    s->u.plan = p;
    double times = s->entrywise ? s->out->size : 1;
    c->p->cost += p->cost * times * c->p->order;
    bool fits = p->ninputs == 2 * s->nargs && s->nargs == o->nargs &&
                (p->root->size == 1 || s->entrywise ||
                 p->root->size == s->out->size);
    if (!fits)
        return fault_set(c->x->mem->fault, FAULT_UNSUPPORTED,
                         "the differential of '%s' does not fit its use",
                         op_name(c->x->ops, o->op));
    return input_memory(c, s, p);
}

bool compile_powers(struct compiler *c, struct eval_step *s,
                    const struct overload *o)
{
    if (s->op != OP_POW && s->op != OP_HPOW)
        return true;
    const double *known = s->in[1]->v;
    if (known && floor(2 * *known) == 2 * *known)
        return true;
    if (s->op == OP_HPOW || s->in[0]->kind != SHAPE_SCALAR)
        return s->op == OP_POW; /* a matrix power looks when it runs */
    eval_kernel *run = s->run;
    if (!o || !o->differential || !compile_opaque(c, s, o))
        return false;
    s->run = run;
    return true;
}
