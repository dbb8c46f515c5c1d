/* law.c - laws, read. */
#include "rule/law.h"

#include "rule/loading.h"

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

bool law_read(struct loading *l, const struct syntax_clause *k)
{
    struct rules *r = l->r;
    struct law w = {.name = l->rule->name};
    syntax_t sides[2] = {k->left, k->right};
    expr_t e[2];
    if (!scope_elaborate(r->scope, l->t, 2, sides, e))
        return false;
    w.right = e[1];
    if (!shape_equal(expr_shape(r->x, e[0]), expr_shape(r->x, e[1])))
        return loading_refuse(l, FAULT_SHAPE, k->where,
                              "the sides differ in shape");
    if (!classify(l, &w, e[0])) {
        loading_refuse(l, FAULT_SYNTAX, k->where,
                       "no law that a proof could use");
        fault_hint(r->mem->fault,
                   "f(x) = ..., f(x)^2 = ..., or f(x+y) = f(x)*f(y)");
        return false;
    }
    if (!MEM_RESERVE(r->mem, r->laws, r->law_capacity,
                     (size_t)r->law_count + 1))
        return false;
    r->laws[r->law_count++] = w;
    return true;
}
