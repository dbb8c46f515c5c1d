/* place.c - where a pattern stands at a subject's root: at all of it, at some
 * terms of a sum, at some factors of a product, at a factor of a numerator. */
#include <string.h>

#include "rule/task.h"

enum { MATCH_BUDGET = 4000 };

bool match_split(struct match *m, expr_t product)
{
    struct product_split s;
    if (!product_split(m->x, product, &s))
        return false;
    m->nscalars = s.nscalars;
    m->nfactors = s.nfactors;
    memcpy(m->scalars, s.scalars, s.nscalars * sizeof *s.scalars);
    memcpy(m->factors, s.factors, s.nfactors * sizeof *s.factors);
    return true;
}

static bool root_terms(struct match *m, expr_t p, expr_t e)
{
    uint32_t n = expr_get(m->x, e)->nargs;
    if (n > MATCH_MAX_FACTORS)
        return false;
    m->place = MATCH_TERMS;
    m->nscalars = n;
    memcpy(m->scalars, expr_args(m->x, e), n * sizeof *m->scalars);
    return task_set(m, expr_op(m->x, e), expr_get(m->x, p)->nargs,
                    expr_args(m->x, p), n, m->scalars, false, NULL);
}

static bool root_product(struct match *m, expr_t p, expr_t e)
{
    expr_t ps[MATCH_MAX_ARGS], pf[MATCH_MAX_ARGS];
    uint32_t npf;
    uint32_t nps = task_split_pattern(m->x, p, ps, pf, &npf);
    if (!match_split(m, e))
        return false;
    m->place = MATCH_FACTORS;
    m->start = m->end = 0;
    m->used = 0;
    if (!npf)
        return task_set(m, OP_MUL, nps, ps, m->nscalars, m->scalars, false,
                        NULL);
    for (uint32_t i = 0; i + npf <= m->nfactors; i++) {
        struct mark k = task_mark(m);
        struct task t = {.kind = TASK_SEQUENCE,
                         .npatterns = npf,
                         .nsubjects = m->nfactors,
                         .position = i,
                         .patterns = pf,
                         .subjects = m->factors};
        m->start = i;
        if (nps ? task_set(m, OP_MUL, nps, ps, m->nscalars, m->scalars, false,
                           &t)
                : task_solve(m, &t))
            return true;
        task_undo(m, k);
    }
    return false;
}

/* A product with one factor at most that is not a scalar. */
static bool is_scaled(const struct exprs *x, expr_t e)
{
    uint32_t others = 0;
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        others += !is_scalar(x, expr_arg(x, e, i));
    return others <= 1;
}

/* p/q against a quotient whose numerator has p among its factors. */
static bool root_quotient(struct match *m, expr_t p, expr_t e)
{
    struct exprs *x = m->x;
    expr_t top = expr_arg(x, e, 0), pattern = expr_arg(x, p, 0);
    struct task below = {.kind = TASK_NODE,
                         .pattern = expr_arg(x, p, 1),
                         .subject = expr_arg(x, e, 1)};
    struct mark k = task_mark(m);
    m->place = MATCH_WHOLE;
    if (task_node(m, pattern, top, &below))
        return true;
    task_undo(m, k);
    m->place = MATCH_NUMERATOR;
    m->start = UINT32_MAX;
    if (expr_is_number(x, pattern, RAT_ONE))
        return task_solve(m, &below);
    op_t op = expr_op(x, top);
    if (op != OP_MUL && op != OP_HAD)
        return false;
    uint32_t n = expr_get(x, top)->nargs;
    if (op == OP_MUL && !is_scalar(x, expr_arg(x, e, 1)) && !is_scaled(x, top))
        return false;
    for (uint32_t i = 0; i < n && i < MATCH_MAX_FACTORS; i++) {
        expr_t factor = expr_arg(x, top, i);
        m->start = i;
        if (task_node(m, pattern, factor, &below))
            return true;
        task_undo(m, k);
    }
    return false;
}

bool match_try(struct match *m, struct rules *r, const struct pattern *p,
               expr_t e, bool rest, bool assume)
{
    struct exprs *x = r->x;
    op_t op = expr_op(x, e);
    m->r = r;
    m->x = x;
    m->pattern = p;
    m->fact = !rest;
    m->assume = assume;
    m->budget = MATCH_BUDGET;
    m->nbound = m->nsizes = m->nopen = m->nassumed = m->empty = 0;
    memset(m->value, 0, sizeof m->value);
    m->lifted = p->lifts && !is_scalar(x, e) && op != OP_MUL &&
                op != OP_POW &&
                (op != OP_DIV || is_scalar(x, expr_arg(x, e, 1)));
    m->place = MATCH_WHOLE;
    if (rest && (op == OP_ADD || op == OP_HAD))
        return root_terms(m, p->left, e);
    if (rest && op == OP_MUL)
        return root_product(m, p->left, e);
    if (rest && (op == OP_DIV || op == OP_HDIV))
        return root_quotient(m, p->left, e);
    return task_node(m, p->left, e, NULL);
}
