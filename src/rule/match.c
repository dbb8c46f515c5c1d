/* match.c - the matcher: a search with backtracking.
 *
 * What is still to be matched is a list of tasks in the frames of the C
 * stack; each step takes the first one and, where there is a choice, tries
 * its ways one after another with the rest of the list behind.  The depth of
 * the recursion is bounded by the size of the pattern. */
#include "rule/task.h"

#include <string.h>

enum { MATCH_MAX_RUN = 8 };

/* -------------------------------------------------------------- bindings */

struct mark task_mark(const struct match *m)
{
    return (struct mark){m->nbound, m->nsizes, m->nopen};
}

void task_undo(struct match *m, struct mark k)
{
    while (m->nbound > k.nbound)
        m->value[m->bound[--m->nbound]] = 0;
    m->nsizes = k.nsizes;
    m->nopen = k.nopen;
}

static dim_t size_lookup(void *data, symbol_t s)
{
    const struct match *m = data;
    for (uint32_t i = 0; i < m->nsizes; i++)
        if (m->size_name[i] == s)
            return m->size[i];
    return 0;
}

static bool sizes_known(const struct match *m, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(m->x->dims, d); i++) {
        struct dim_term t = dim_term_at(m->x->dims, d, i);
        for (uint32_t j = 0; j < t.nsymbols; j++)
            if (!size_lookup((void *)(uintptr_t)m, t.symbols[j]))
                return false;
    }
    return true;
}

static bool size_agrees(struct match *m, dim_t pattern, dim_t d)
{
    return dim_substitute(m->x->dims, pattern, size_lookup, m) == d;
}

/* A size that is not known yet is compared when all are. */
static bool match_size(struct match *m, dim_t pattern, dim_t d)
{
    symbol_t s = dim_is_symbol(m->x->dims, pattern);
    if (!d)
        return false;
    if (sizes_known(m, pattern))
        return size_agrees(m, pattern, d);
    if (!s && m->nopen < PATTERN_MAX_SIZES) {
        m->open[m->nopen].pattern = pattern;
        m->open[m->nopen++].is = d;
        return true;
    }
    if (!s || m->nsizes == PATTERN_MAX_SIZES)
        return false;
    m->size_name[m->nsizes] = s;
    m->size[m->nsizes++] = d;
    return true;
}

static bool open_sizes_agree(struct match *m)
{
    for (uint32_t i = 0; i < m->nopen; i++)
        if (!sizes_known(m, m->open[i].pattern) ||
            !size_agrees(m, m->open[i].pattern, m->open[i].is))
            return false;
    return true;
}

bool match_shape(struct match *m, const struct shape *pattern,
                 const struct shape *s)
{
    if (pattern->kind != s->kind || pattern->order != s->order)
        return false;
    for (uint32_t i = 0; i < s->order; i++)
        if (!match_size(m, pattern->dim[i], s->dim[i]))
            return false;
    return true;
}

static bool match_variable(struct match *m, uint32_t slot, expr_t e)
{
    if (m->value[slot])
        return m->value[slot] == e;
    const struct shape *shape =
        &expr_decl(m->x, m->pattern->first + slot)->shape;
    if (!m->lifted && !match_shape(m, shape, expr_shape(m->x, e)))
        return false;
    m->empty &= ~(UINT32_C(1) << slot);
    m->value[slot] = e;
    m->bound[m->nbound++] = (uint8_t)slot;
    return true;
}

/* ----------------------------------------------------------------- steps */

static bool is_variable(const struct match *m, expr_t p)
{
    return pattern_slot(m->x, m->pattern, p) != UINT32_MAX;
}

static bool is_unbound(const struct match *m, expr_t p)
{
    uint32_t slot = pattern_slot(m->x, m->pattern, p);
    return slot != UINT32_MAX && !m->value[slot];
}

/* May stand for several factors: X or X'. */
static bool is_elastic(const struct match *m, expr_t p)
{
    if (expr_op(m->x, p) == OP_TRANSPOSE)
        p = expr_arg(m->x, p, 0);
    return is_variable(m, p) && !is_scalar(m->x, p);
}

/* Whether p may match e, at a glance: a function matches none but itself. */
static bool may_match(const struct match *m, expr_t p, expr_t e)
{
    op_t op = expr_op(m->x, p);
    return op < OP_FIRST_NAMED || op == expr_op(m->x, e);
}

bool task_node(struct match *m, expr_t p, expr_t e, const struct task *next)
{
    if (!may_match(m, p, e))
        return false;
    struct task t = {
        .kind = TASK_NODE, .pattern = p, .subject = e, .next = next};
    return task_solve(m, &t);
}

static bool is_one(const struct match *m, expr_t e)
{
    return expr_is_number(m->x, e, RAT_ONE) ||
           (expr_op(m->x, e) == m->r->ones && m->r->ones);
}

static bool match_number(const struct match *m, expr_t p, expr_t e)
{
    return p == e || (m->lifted && is_one(m, p) && is_one(m, e));
}

/* The operator that stands for `op` when scalars are lifted. */
static op_t lifted_op(op_t op)
{
    return op == OP_MUL   ? OP_HAD
           : op == OP_DIV ? OP_HDIV
           : op == OP_POW ? OP_HPOW
                          : op;
}

/* ----------------------------------------------------------------- rests */

/* 1 + the slot of a rest; 0: it is none. */
static uint32_t rest_slot(const struct match *m, expr_t p)
{
    uint32_t slot = pattern_slot(m->x, m->pattern, p);
    return slot != UINT32_MAX && m->pattern->rest[slot] ? slot + 1 : 0;
}

/* Nothing is left for the rest, which would have this shape. */
static bool rest_is_empty(struct match *m, uint32_t rest,
                          const struct shape *shape)
{
    uint32_t slot = rest - 1;
    struct shape scalar = shape_scalar();
    bool is_number = expr_decl(m->x, m->pattern->first + slot)->shape.kind ==
                     SHAPE_SCALAR;
    expr_t e = match_neutral(m, m->pattern->rest[slot],
                             is_number ? &scalar : shape);
    if (!e || !match_variable(m, slot, e))
        return false;
    m->empty |= UINT32_C(1) << slot;
    return true;
}

/* a*R... against what is no product: R is empty. */
static bool step_alone(struct match *m, expr_t p, expr_t e,
                       const struct task *next)
{
    struct exprs *x = m->x;
    if (expr_get(x, p)->nargs != 2)
        return false;
    expr_t a = expr_arg(x, p, 0), b = expr_arg(x, p, 1);
    uint32_t rest = rest_slot(m, a);
    expr_t other = rest ? b : a;
    rest = rest ? rest : rest_slot(m, b);
    struct shape shape = *expr_shape(x, e);
    if (expr_op(x, p) == OP_MUL) {
        dim_t n = b == other ? shape_rows(&shape) : shape_cols(&shape);
        shape = shape_matrix(n, n);
    }
    return rest && rest_is_empty(m, rest, &shape) &&
           task_node(m, other, e, next);
}

/* Copies a pattern's arguments, plain variables last, a rest not at all;
 * *rest is 1 + its slot. */
static uint32_t sort_patterns(const struct match *m, const expr_t *from,
                              uint32_t n, expr_t *to, uint32_t *rest)
{
    uint32_t k = 0;
    *rest = 0;
    for (int variables = 0; variables < 2; variables++)
        for (uint32_t i = 0; i < n; i++) {
            uint32_t slot = rest_slot(m, from[i]);
            if (slot)
                *rest = slot;
            else if (is_variable(m, from[i]) == (variables == 1))
                to[k++] = from[i];
        }
    return k;
}

bool task_set(struct match *m, op_t op, uint32_t npatterns,
              const expr_t *patterns, uint32_t nsubjects,
              const expr_t *subjects, bool exact, const struct task *next)
{
    expr_t sorted[MATCH_MAX_ARGS];
    uint32_t rest;
    if (npatterns > MATCH_MAX_ARGS || nsubjects > MATCH_MAX_FACTORS)
        return false;
    npatterns = sort_patterns(m, patterns, npatterns, sorted, &rest);
    if (npatterns > nsubjects)
        return false;
    if (exact && npatterns < nsubjects && !rest &&
        (!npatterns || !is_variable(m, sorted[npatterns - 1])))
        return false;
    struct task t = {.kind = TASK_SET,
                     .exact = exact,
                     .rest = rest,
                     .op = op,
                     .npatterns = npatterns,
                     .nsubjects = nsubjects,
                     .patterns = sorted,
                     .subjects = subjects,
                     .next = next};
    return task_solve(m, &t);
}

uint32_t task_split_pattern(const struct exprs *x, expr_t p, expr_t *scalars,
                            expr_t *factors, uint32_t *nfactors)
{
    uint32_t ns = 0;
    *nfactors = 0;
    for (uint32_t i = 0; i < expr_get(x, p)->nargs && i < MATCH_MAX_ARGS;
         i++) {
        expr_t a = expr_arg(x, p, i);
        if (is_scalar(x, a))
            scalars[ns++] = a;
        else
            factors[(*nfactors)++] = a;
    }
    return ns;
}

/* A product inside a pattern against a whole product. */
static bool step_product(struct match *m, expr_t p, expr_t e,
                         const struct task *next)
{
    expr_t ps[MATCH_MAX_ARGS], pf[MATCH_MAX_ARGS];
    struct product_split s;
    uint32_t npf;
    uint32_t nps = task_split_pattern(m->x, p, ps, pf, &npf);
    if (!product_split(m->x, e, &s) || (npf == 0) != (s.nfactors == 0))
        return false;
    if (!npf)
        return task_set(m, OP_MUL, nps, ps, s.nscalars, s.scalars, true, next);
    if (nps == 0 && s.nscalars != 0)
        return false;
    struct task sequence = {.kind = TASK_SEQUENCE,
                            .exact = true,
                            .npatterns = npf,
                            .nsubjects = s.nfactors,
                            .patterns = pf,
                            .subjects = s.factors,
                            .next = next};
    if (!nps)
        return task_solve(m, &sequence);
    return task_set(m, OP_MUL, nps, ps, s.nscalars, s.scalars, true,
                    &sequence);
}

static bool step_args(struct match *m, expr_t p, expr_t e,
                      const struct task *next)
{
    struct task t[OP_MAX_ARGS];
    uint32_t n = expr_get(m->x, p)->nargs;
    if (n != expr_get(m->x, e)->nargs || n > OP_MAX_ARGS || n == 0)
        return false;
    for (uint32_t i = 0; i < n; i++)
        t[i] = (struct task){.kind = TASK_NODE,
                             .pattern = expr_arg(m->x, p, i),
                             .subject = expr_arg(m->x, e, i),
                             .next = i + 1 < n ? &t[i + 1] : next};
    return task_solve(m, &t[0]);
}

/* -x against a negative number. */
static bool step_negative(struct match *m, expr_t p, expr_t e,
                          const struct task *next)
{
    const struct expr_node *n = expr_get(m->x, e);
    if (n->op == OP_NEG)
        return step_args(m, p, e, next);
    if (n->op != OP_NUMBER || rat_sign(m->x->numbers, n->payload) >= 0)
        return false;
    expr_t positive = expr_number(m->x, rat_neg(m->x->numbers, n->payload));
    return positive && task_node(m, expr_arg(m->x, p, 0), positive, next);
}

static bool step_transpose(struct match *m, expr_t p, expr_t e,
                           const struct task *next)
{
    expr_t q = expr_arg(m->x, p, 0);
    if (expr_op(m->x, e) == OP_TRANSPOSE)
        return task_node(m, q, expr_arg(m->x, e, 0), next);
    return m->fact && is_variable(m, q) &&
           expr_shape(m->x, e)->kind == SHAPE_MATRIX &&
           rules_property(m->r, e, PROP_SYMMETRIC) == TRUTH_TRUE &&
           task_node(m, q, e, next);
}

/* A lifted pattern's product, quotient or power of scalars is not the one
 * of linear algebra. */
static bool by_entries(const struct match *m, expr_t e)
{
    op_t op = expr_op(m->x, e);
    if (!m->lifted || (op != OP_MUL && op != OP_DIV && op != OP_POW))
        return true;
    return is_scalar(m->x, op == OP_DIV ? expr_arg(m->x, e, 1) : e);
}

static bool step_operator(struct match *m, expr_t p, expr_t e,
                          const struct task *next)
{
    struct exprs *x = m->x;
    op_t op = expr_op(x, p), other = expr_op(x, e);
    if (op == OP_NEG)
        return step_negative(m, p, e, next);
    if (op == OP_TRANSPOSE)
        return step_transpose(m, p, e, next);
    if (op == OP_APPLY &&
        expr_get(x, p)->payload != expr_get(x, e)->payload)
        return false;
    if ((op == OP_ADD || op == OP_MUL || op == OP_HAD) && op != other &&
        !(m->lifted && lifted_op(op) == other))
        return step_alone(m, p, e, next);
    if (op == other ? !by_entries(m, e) : !m->lifted || lifted_op(op) != other)
        return false;
    if (op == OP_MUL && other == OP_MUL)
        return step_product(m, p, e, next);
    if (op == OP_ADD || op == OP_HAD || op == OP_MUL) {
        uint32_t n = expr_get(x, e)->nargs;
        expr_t args[MATCH_MAX_FACTORS];
        if (n > MATCH_MAX_FACTORS)
            return false;
        memcpy(args, expr_args(x, e), n * sizeof *args);
        return task_set(m, other, expr_get(x, p)->nargs, expr_args(x, p), n,
                        args, true, next);
    }
    return step_args(m, p, e, next);
}

static bool solve_node(struct match *m, const struct task *t)
{
    struct exprs *x = m->x;
    expr_t p = t->pattern, e = t->subject;
    uint32_t slot = pattern_slot(x, m->pattern, p);
    if (slot != UINT32_MAX)
        return match_variable(m, slot, e) && task_solve(m, t->next);
    switch (expr_op(x, p)) {
    case OP_NUMBER:
        return match_number(m, p, e) && task_solve(m, t->next);
    case OP_WHOLE:
        return p == e && task_solve(m, t->next);
    case OP_SIZE:
        return match_size(m, expr_get(x, p)->payload, expr_as_size(x, e)) &&
               task_solve(m, t->next);
    default:
        return step_operator(m, p, e, t->next);
    }
}

/* ------------------------------------------------------------- sequences */

static bool shape_fits(struct match *m, expr_t p, const struct shape *shape)
{
    struct mark k = task_mark(m);
    bool fits = match_shape(m, expr_shape(m->x, p), shape);
    task_undo(m, k);
    return fits;
}

/* The run of factors as one node, if the pattern *p (X or X') may stand for
 * it; *p becomes what that is to be matched with. */
static expr_t run_node(struct match *m, expr_t *p, uint32_t n,
                       const expr_t *run)
{
    struct exprs *x = m->x;
    struct shape shape;
    bool transposed = expr_op(x, *p) == OP_TRANSPOSE;
    if (!product_chain(x, n, run, &shape) || !shape_fits(m, *p, &shape))
        return 0;
    if (!transposed)
        return expr_apply(x, OP_MUL, n, run);
    *p = expr_arg(x, *p, 0);
    return product_transposed(x, n, run);
}

/* How many factors the pattern stands for already, 0 if that is open.  In a
 * rewrite, a variable that must have a property stands for one. */
static uint32_t run_length(const struct match *m, expr_t p)
{
    if (expr_op(m->x, p) == OP_TRANSPOSE)
        p = expr_arg(m->x, p, 0);
    uint32_t slot = pattern_slot(m->x, m->pattern, p);
    if (slot == UINT32_MAX)
        return 0;
    if (!m->value[slot])
        return !m->fact &&
               expr_decl(m->x, m->pattern->first + slot)->properties != 0;
    const struct expr_node *n = expr_get(m->x, m->value[slot]);
    return n->op == OP_MUL ? n->nargs : 1;
}

/* Whether what follows a run of n factors can be what the pattern has
 * next, at a glance. */
static bool may_follow(const struct match *m, const struct task *t, uint32_t n)
{
    if (t->at + 1 == t->npatterns)
        return true;
    expr_t next = t->patterns[t->at + 1];
    return is_elastic(m, next) ||
           expr_op(m->x, next) == expr_op(m->x, t->subjects[t->position + n]);
}

/* The identity between two factors, or beside the only ones. */
static bool sequence_empty(struct match *m, uint32_t rest,
                           const struct task *t)
{
    dim_t n = t->position < t->nsubjects
                  ? shape_rows(expr_shape(m->x, t->subjects[t->position]))
                  : shape_cols(expr_shape(m->x, t->subjects[t->position - 1]));
    struct shape shape = shape_matrix(n, n);
    return rest_is_empty(m, rest, &shape);
}

static bool sequence_run(struct match *m, const struct task *t, uint32_t n)
{
    struct task after = *t;
    expr_t p = t->patterns[t->at];
    const expr_t *run = t->subjects + t->position;
    after.at++;
    after.position += n;
    if (n == 0)
        return sequence_empty(m, rest_slot(m, p), t) && task_solve(m, &after);
    if (n == 1)
        return task_node(m, p, run[0], &after);
    expr_t e = run_node(m, &p, n, run);
    return e && task_node(m, p, e, &after);
}

static bool solve_sequence(struct match *m, const struct task *t)
{
    if (t->at == t->npatterns) {
        if (t->exact && t->position != t->nsubjects)
            return false;
        if (!t->exact)
            m->end = t->position;
        return task_solve(m, t->next);
    }
    uint32_t after = t->npatterns - t->at - 1, behind = 0;
    expr_t p = t->patterns[t->at];
    for (uint32_t i = 1; i <= after; i++)
        behind += !rest_slot(m, t->patterns[t->at + i]);
    uint32_t least = rest_slot(m, p) ? 0 : 1;
    if (t->position + behind + least > t->nsubjects || t->nsubjects == 0)
        return false;
    uint32_t most = t->nsubjects - t->position - behind;
    uint32_t fixed = least ? run_length(m, p) : 0;
    if (!is_elastic(m, p))
        most = 1;
    else if (t->exact && !after)
        least = most;
    if (most > MATCH_MAX_RUN && !rest_slot(m, p))
        most = MATCH_MAX_RUN;
    for (uint32_t n = least; n <= most; n++) {
        struct mark k = task_mark(m);
        if ((fixed && n != 1 && n != fixed) || !may_follow(m, t, n))
            continue;
        if (sequence_run(m, t, n))
            return true;
        task_undo(m, k);
    }
    return false;
}

/* ------------------------------------------------------------------ sets */

/* The last variable takes all that is left. */
static bool set_remainder(struct match *m, const struct task *t)
{
    expr_t rest[MATCH_MAX_FACTORS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->nsubjects; i++)
        if (!(t->used >> i & 1))
            rest[n++] = t->subjects[i];
    expr_t e = expr_apply(m->x, t->op, n, rest);
    return e && task_node(m, t->patterns[t->at], e, t->next);
}

/* What no other pattern has taken, if anything, is the rest. */
static bool set_rest(struct match *m, const struct task *t, uint32_t left)
{
    expr_t rest[MATCH_MAX_FACTORS];
    uint32_t n = 0;
    struct shape shape =
        t->nsubjects ? *expr_shape(m->x, t->subjects[0]) : shape_scalar();
    for (uint32_t i = 0; i < t->nsubjects; i++)
        if (!(t->used >> i & 1))
            rest[n++] = t->subjects[i];
    if (!left)
        return rest_is_empty(m, t->rest, &shape) && task_solve(m, t->next);
    expr_t e = n == 1 ? rest[0] : expr_apply(m->x, t->op, n, rest);
    return e && match_variable(m, t->rest - 1, e) && task_solve(m, t->next);
}

static bool solve_set(struct match *m, const struct task *t)
{
    uint32_t left = t->nsubjects - (uint32_t)__builtin_popcountll(t->used);
    if (t->at == t->npatterns) {
        if (t->rest)
            return set_rest(m, t, left);
        if (t->exact && left)
            return false;
        if (!t->exact)
            m->used = t->used;
        return task_solve(m, t->next);
    }
    if (t->exact && !t->rest && t->at + 1 == t->npatterns && left > 1)
        return is_unbound(m, t->patterns[t->at]) && set_remainder(m, t);
    for (uint32_t i = 0; i < t->nsubjects; i++) {
        if (t->used >> i & 1)
            continue;
        struct mark k = task_mark(m);
        struct task after = *t;
        after.at++;
        after.used |= UINT64_C(1) << i;
        if (task_node(m, t->patterns[t->at], t->subjects[i], &after))
            return true;
        task_undo(m, k);
    }
    return false;
}

/* ------------------------------------------------------------ conditions */

static bool guards_hold(struct match *m)
{
    for (uint32_t i = 0; i < m->pattern->nvariables; i++) {
        properties_t p = expr_decl(m->x, m->pattern->first + i)->properties &
                         ~(properties_t)PROP_CONSTANT;
        if (p && m->value[i] && (rules_holding(m->r, m->value[i]) & p) != p)
            return false;
    }
    return true;
}

static bool conditions_hold(struct match *m)
{
    const struct pattern *p = m->pattern;
    m->nassumed = 0;
    for (uint32_t i = 0; i < p->nconditions; i++) {
        struct rule_condition c = m->r->conditions[p->first_condition + i];
        expr_t subject = match_build(m, c.is.subject);
        if (!subject)
            return false;
        enum truth t = rules_property(m->r, subject, c.is.predicate);
        if (t == TRUTH_TRUE)
            continue;
        if (t == TRUTH_FALSE || !c.assuming || !m->assume ||
            m->nassumed == MATCH_MAX_ASSUMED)
            return false;
        m->assumed[m->nassumed++] =
            (struct condition){c.is.predicate, subject, 0};
    }
    return true;
}

bool task_solve(struct match *m, const struct task *t)
{
    if (--m->budget < 0 || fault_is_set(m->r->mem->fault))
        return false;
    if (!t)
        return open_sizes_agree(m) && guards_hold(m) && conditions_hold(m);
    switch ((enum task_kind)t->kind) {
    case TASK_NODE:
        return solve_node(m, t);
    case TASK_SEQUENCE:
        return solve_sequence(m, t);
    default:
        return solve_set(m, t);
    }
}
