/* law.c - laws, read. */
#include "rule/law.h"

#include <string.h>

#include "rule/loading.h"
#include "rule/match.h"

enum { LAW_MAX_POWER = 16 };

const struct law *rules_law(const struct rules *r, uint32_t overload,
                            enum law_form form)
{
    for (uint32_t i = 0; i < r->law_count; i++)
        if (r->laws[i].overload == overload && r->laws[i].form == form &&
            r->laws[i].name != r->except)
            return &r->laws[i];
    return NULL;
}

/* The function that is applied to plain variables, or 0. */
static uint16_t plain_call(const struct exprs *x, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    if (!n->overload || n->op < OP_FIRST_NAMED)
        return 0;
    for (uint32_t i = 0; i < n->nargs; i++)
        for (uint32_t k = 0; k <= i; k++)
            if (expr_op(x, expr_arg(x, e, i)) != OP_VARIABLE ||
                (k < i && expr_arg(x, e, k) == expr_arg(x, e, i)))
                return 0;
    return n->overload;
}

/* The right side over the parameters of the function itself. */
static bool over_parameters(struct loading *l, struct law *w, expr_t call)
{
    struct exprs *x = l->r->x;
    const struct overload *o = overload_get(x->ops, w->overload);
    expr_t from[OP_MAX_ARGS], to[OP_MAX_ARGS];
    for (uint32_t i = 0; i < o->nargs; i++) {
        from[i] = expr_arg(x, call, i);
        to[i] = o->parameter[i];
    }
    w->right = expr_substitute(x, w->right, o->nargs, from, to);
    return w->right != 0;
}

static bool is_power(const struct exprs *x, expr_t e, uint32_t *power)
{
    int64_t k;
    if (expr_op(x, e) != OP_POW ||
        expr_op(x, expr_arg(x, e, 1)) != OP_NUMBER ||
        !rat_to_int(x->numbers, expr_get(x, expr_arg(x, e, 1))->payload, &k) ||
        k < 2 || k > LAW_MAX_POWER)
        return false;
    *power = (uint32_t)k;
    return true;
}

/* f(x+y) = f(x)*f(y), f of one scalar. */
static bool is_sum_law(struct exprs *x, struct law *w, expr_t left)
{
    const struct expr_node *n = expr_get(x, left);
    if (!n->overload || n->nargs != 1 ||
        !overload_get(x->ops, n->overload)->entrywise)
        return false;
    expr_t sum = expr_arg(x, left, 0), f[2];
    if (expr_op(x, sum) != OP_ADD || expr_get(x, sum)->nargs != 2 ||
        expr_arg(x, sum, 0) == expr_arg(x, sum, 1))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        expr_t arg = expr_arg(x, sum, i);
        if (expr_op(x, arg) != OP_VARIABLE)
            return false;
        f[i] = expr_apply1(x, expr_op(x, left), arg);
    }
    w->form = LAW_SUM;
    w->overload = expr_get(x, left)->overload;
    return w->right == expr_apply(x, OP_MUL, 2, f);
}

static bool classify(struct loading *l, struct law *w, expr_t left)
{
    struct exprs *x = l->r->x;
    bool power = is_power(x, left, &w->power);
    expr_t call = power ? expr_arg(x, left, 0) : left;
    w->overload = plain_call(x, call);
    w->form = power ? LAW_POWER : LAW_UNFOLD;
    if (w->overload)
        return over_parameters(l, w, call);
    return is_sum_law(x, w, left);
}

/* Whether more is said than an equation between any values. */
static bool is_guarded(const struct loading *l)
{
    const struct exprs *x = l->r->x;
    for (decl_t d = l->pattern.first; d <= x->decl_count; d++)
        if (expr_decl(x, d)->properties & ~(properties_t)PROP_CONSTANT)
            return true;
    for (uint32_t i = 0; i < l->rule->clause_count; i++) {
        uint8_t kind = l->t->clauses[l->rule->first_clause + i].kind;
        if (kind == CLAUSE_IF || kind == CLAUSE_DETERMINES)
            return true;
    }
    return false;
}

bool law_read(struct loading *l, const struct syntax_clause *k)
{
    struct rules *r = l->r;
    struct law w = {.name = l->rule->name};
    syntax_t sides[2] = {k->left, k->right};
    expr_t e[2];
    if (l->pattern.left)
        return loading_refuse(l, FAULT_SYNTAX, k->where,
                              "one equation a law");
    if (!scope_elaborate(r->scope, l->t, 2, sides, e))
        return false;
    w.right = e[1];
    if (!shape_equal(expr_shape(r->x, e[0]), expr_shape(r->x, e[1])))
        return loading_refuse(l, FAULT_SHAPE, k->where,
                              "the sides differ in shape");
    if (is_guarded(l) || !classify(l, &w, e[0])) {
        l->pattern.left = e[0];
        l->pattern.right = e[1];
        l->pattern.claim = k->where;
        return true;
    }
    if (!MEM_RESERVE(r->mem, r->laws, r->law_capacity,
                     (size_t)r->law_count + 1))
        return false;
    r->laws[r->law_count++] = w;
    return true;
}

bool law_determines(struct loading *l, const struct syntax_clause *k)
{
    struct exprs *x = l->r->x;
    expr_t e;
    if ((l->rule->kind != RULE_LAW && l->rule->kind != RULE_REWRITE) ||
        l->pattern.determines || syntax_get(l->t, k->list)->next)
        return loading_refuse(l, FAULT_SYNTAX, k->where,
                              "a law or a rewrite determines one call");
    if (!loading_elaborate(l, k->list, &e))
        return false;
    l->pattern.determines = e;
    if (plain_call(x, e))
        return true;
    loading_refuse(l, FAULT_SYNTAX, k->where,
                   "a function of plain variables is determined");
    fault_hint(l->r->mem->fault, "determines inv(X);");
    return false;
}

/* ------------------------------------------------------- what they say */

/* Recursion over a pattern, whose depth is checked. */
static void note_operators(const struct exprs *x, expr_t e,
                           struct law_operators *all)
{
    op_t op = expr_op(x, e);
    if (op >= OP_FIRST_NAMED)
        law_operators_add(all, op);
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        note_operators(x, expr_arg(x, e, i), all);
}

static bool is_used(const struct pattern *p, const struct exprs *x)
{
    op_t op = expr_op(x, p->left);
    return p->law || (p->right && !p->offer &&
                      (op == OP_MUL || op == OP_HAD));
}

/* Adds what a law is about if all it needs is there, and to what is there
 * what it makes of that. */
static void note_law(const struct rules *r, const struct pattern *p,
                     const struct law_operators *known,
                     struct law_operators *have, struct law_operators *about)
{
    struct law_operators needs = {.any = false};
    uint64_t lacks = 0, news = 0;
    note_operators(r->x, p->left, &needs);
    for (uint32_t w = 0; w < LAW_OPS / 64; w++) {
        lacks |= needs.set[w] & ~have->set[w];
        news |= needs.set[w] & ~known->set[w];
    }
    if (lacks || !news)
        return;
    about->any = true;
    for (uint32_t w = 0; w < LAW_OPS / 64; w++)
        about->set[w] |= needs.set[w];
    note_operators(r->x, p->right, have);
}

void rules_law_operators(const struct rules *r,
                         const struct law_operators *known,
                         struct law_operators *have,
                         struct law_operators *about)
{
    struct law_operators before;
    *about = (struct law_operators){.any = false};
    do {
        before = *have;
        for (uint32_t i = 0; i < r->count; i++)
            if (is_used(&r->patterns[i], r->x))
                note_law(r, &r->patterns[i], known, have, about);
    } while (memcmp(&before, have, sizeof before));
}

/* The pattern's two sides where `head` of it is the call, and that is the
 * candidate. */
static bool instance(struct rules *r, struct match *m,
                     const struct pattern *p, expr_t call, expr_t candidate,
                     expr_t *sides)
{
    struct exprs *x = r->x;
    struct pattern head = *p;
    expr_t from[1] = {call}, to[1] = {candidate};
    head.left = p->determines;
    if (!match_try(m, r, &head, call, false, false))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        expr_t e = match_build(m, i ? p->right : p->left);
        sides[i] = e ? expr_substitute(x, e, 1, from, to) : 0;
        if (!sides[i])
            return false;
    }
    return true;
}

uint32_t rules_determining(struct rules *r, expr_t call, expr_t candidate,
                           uint32_t capacity, expr_t (*sides)[2])
{
    struct match *m = mem_alloc(r->mem, sizeof *m);
    uint32_t n = 0;
    bool ok = m && rules_reserve(r);
    for (uint32_t i = 0; ok && i < r->count; i++) {
        const struct pattern p = r->patterns[i];
        if (!p.determines ||
            expr_op(r->x, p.determines) != expr_op(r->x, call))
            continue;
        ok = p.name != r->except && n < capacity &&
             rules_reserve(r) && instance(r, m, &p, call, candidate, sides[n++]);
    }
    if (m)
        mem_free(r->mem, m, sizeof *m);
    return ok ? n : 0;
}

expr_t rules_coordinates(struct rules *r, expr_t variable, uint32_t which)
{
    struct match *m = mem_alloc(r->mem, sizeof *m);
    expr_t found = 0;
    struct pattern_list list = patterns_for(r, LAWS, OP_VARIABLE);
    bool any = m && rules_reserve(r);
    for (uint32_t i = 0; any && i < list.count; i++) {
        const struct pattern *p = pattern_listed(r, list, i);
        if (p->name == r->except ||
            !match_try(m, r, p, variable, false, false) || which--)
            continue;
        found = match_build(m, p->right);
        break;
    }
    if (m)
        mem_free(r->mem, m, sizeof *m);
    return found;
}

/* Whether a rule is an equation about functions of one matrix, which it may
 * be derived by: it is said of all that are near. */
static bool is_about_one(const struct exprs *x, const struct pattern *p)
{
    expr_t e = p->left;
    return p->right && !p->offer && !p->nconditions && p->nvariables == 1 &&
           !(expr_decl(x, p->first)->properties & ~LAW_OPEN_PROPERTIES) &&
           expr_shape(x, e)->kind == SHAPE_MATRIX &&
           (expr_op(x, e) == OP_MUL || expr_op(x, e) >= OP_FIRST_NAMED);
}

/* Both sides for the one variable `e`. */
static bool instance_of(struct rules *r, struct match *m,
                        const struct pattern *p, expr_t e, expr_t *sides)
{
    struct pattern head = *p;
    head.left = expr_variable(r->x, p->first);
    if (!head.left || !rules_reserve(r) ||
        !match_try(m, r, &head, e, false, false))
        return false;
    sides[0] = match_build(m, p->left);
    sides[1] = sides[0] ? match_build(m, p->right) : 0;
    return sides[1] != 0;
}

bool rules_instance(struct rules *r, expr_t variable, uint32_t *i,
                    expr_t *sides)
{
    struct match *m = mem_alloc(r->mem, sizeof *m);
    bool found = false;
    for (; m && *i < r->count && !found; ++*i) {
        const struct pattern p = r->patterns[*i];
        if (p.name != r->except && is_about_one(r->x, &p))
            found = instance_of(r, m, &p, variable, sides);
    }
    if (found)
        --*i;
    if (m)
        mem_free(r->mem, m, sizeof *m);
    return found;
}
