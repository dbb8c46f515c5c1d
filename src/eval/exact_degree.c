/* exact_degree.c - how large the polynomials are whose equality an exact
 * comparison tests.  The entries of a value have a common denominator. */
#include <math.h>

#include "eval/exact_table.h"

static struct eval_degree sum(struct eval_degree a, struct eval_degree b)
{
    double one = a.above + b.below, two = b.above + a.below;
    return (struct eval_degree){one > two ? one : two, a.below + b.below};
}

static struct eval_degree product(struct eval_degree a, struct eval_degree b)
{
    return (struct eval_degree){a.above + b.above, a.below + b.below};
}

static struct eval_degree times(struct eval_degree a, double k)
{
    return (struct eval_degree){a.above * k, a.below * k};
}

/* 1/a of n different values over one denominator. */
static struct eval_degree reciprocal(struct eval_degree a, double n)
{
    return (struct eval_degree){a.below + (n - 1) * a.above, n * a.above};
}

static struct eval_degree divide(const struct eval_step *s)
{
    const struct eval_value *a = s->in[0], *b = s->in[1];
    if (s->op == OP_LDIV) {
        a = s->in[1];
        b = s->in[0];
    }
    double n = s->op == OP_HDIV ? b->size : b->rows;
    struct eval_degree d = reciprocal(b->degree, n);
    if (s->op != OP_HDIV && n > 1)
        d.above += b->degree.below * (n - 1); /* cofactors */
    return product(a->degree, d);
}

static struct eval_degree power(const struct eval_step *s)
{
    struct eval_degree a = s->in[0]->degree;
    double k = s->in[1]->v ? s->in[1]->v[0] : 1, n = s->in[0]->rows;
    if (k >= 0)
        return times(a, k);
    n = s->out->size > 1 && s->op == OP_HPOW ? s->out->size : n;
    return times(reciprocal(a, n), -k);
}

static struct eval_degree law(const struct eval_step *s)
{
    struct eval_degree d = {0, 0};
    if (s->degree == DEGREE_CONSTANT)
        return d;
    double n = s->in[0]->rows;
    struct eval_degree a = s->in[0]->degree;
    switch ((enum degree_law)s->degree) {
    case DEGREE_SUM:
        for (uint32_t k = 0; k < s->nargs; k++)
            d = sum(d, s->in[k]->degree);
        return d;
    case DEGREE_PRODUCT:
        for (uint32_t k = 0; k < s->nargs; k++)
            d = product(d, s->in[k]->degree);
        return d;
    case DEGREE_QUOTIENT:
        return divide(s);
    case DEGREE_POWER:
        return power(s);
    case DEGREE_INVERSE:
        d = reciprocal(a, n);
        d.above += a.below * (n - 1);
        return d;
    case DEGREE_MINORS:
        return times(a, n);
    case DEGREE_PSEUDO: /* inv(X'*X)*X' */
        n = fmin(n, s->in[0]->cols);
        a = times(a, 2);
        d = reciprocal(a, n);
        d.above += a.below * (n - 1);
        return product(s->in[0]->degree, d);
    case DEGREE_NORM:
        return times(a, 2);
    default:
        return a;
    }
}

static struct eval_degree larger(struct eval_degree a, struct eval_degree b)
{
    return (struct eval_degree){a.above > b.above ? a.above : b.above,
                                a.below > b.below ? a.below : b.below};
}

static void walk(struct eval_step *s);

static struct eval_degree of_call(struct eval_step *s, bool opaque)
{
    struct eval_plan *p = s->u.plan;
    struct eval_degree own = {2, 2}; /* tanh, in exponentials */
    if (!p)
        return own;
    for (uint32_t i = 0; i < p->ninputs; i++)
        p->inputs[i].value->degree = s->in[i % s->nargs]->degree;
    walk(p->first);
    struct eval_degree d = p->root->degree;
    if (s->entrywise)
        d = (struct eval_degree){d.above + (s->out->size - 1) * d.below,
                                 s->out->size * d.below};
    return opaque ? larger(own, d) : d;
}

static struct eval_degree of_loop(struct eval_step *s)
{
    struct eval_block *b = s->u.block;
    double loops = 1;
    walk(b->first);
    for (uint32_t i = 0; i < b->nindex; i++)
        loops *= (double)b->count[i];
    struct eval_degree d = b->body->degree;
    return loops < 1 ? (struct eval_degree){0, 0}
                     : (struct eval_degree){d.above + (loops - 1) * d.below,
                                            loops * d.below};
}

/* Definitions nest at most EVAL_MAX_CALLS deep, loops EVAL_MAX_NESTING. */
static void walk(struct eval_step *s)
{
    for (; s; s = s->next)
        s->out->degree =
            s->run == exact_run_sum || s->run == exact_run_tensor
                ? of_loop(s)
            : s->run == exact_run_element ? s->in[0]->degree
            : s->run == exact_run_call || s->run == exact_run_call_entries
                ? of_call(s, false)
            : s->run == exact_run_opaque ? of_call(s, true)
                                         : law(s);
}

double exact_degree(struct eval_plan *p)
{
    for (uint32_t i = 0; i < p->ninputs; i++)
        p->inputs[i].value->degree = (struct eval_degree){1, 0};
    walk(p->first);
    struct eval_degree d = p->root->degree;
    return d.above > d.below ? d.above : d.below;
}
