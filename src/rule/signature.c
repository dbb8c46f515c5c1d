/* signature.c - operators, functions and differentials into the table. */
#include <string.h>

#include "rule/loading.h"

/* ------------------------------------------------------------- overloads */

static bool read_parameter(struct loading *l, struct overload *o, uint32_t k,
                           syntax_t n)
{
    struct scope_parameter p;
    struct span where = syntax_get(l->t, n)->where;
    if (!scope_parameter(l->r->scope, l->t, n, &p))
        return loading_placed(l, false, where);
    if (k && o->size_args != p.is_size &&
        l->rule->kind != RULE_DIFFERENTIAL)
        return loading_refuse(l, FAULT_SHAPE, where,
                              "arguments are all sizes or none is");
    for (uint32_t i = 0; i < k; i++)
        if (o->parameter[i] == p.node)
            return loading_refuse(l, FAULT_NAME, where,
                                  "each argument needs a name of its own");
    o->size_args = p.is_size && (!k || o->size_args);
    o->size_name[k] = p.is_size ? p.name : 0;
    o->parameter[k] = p.node;
    if (p.is_size) {
        o->arg[k] = shape_scalar();
        o->arg[k].dim[0] = dim_from_symbol(l->r->x->dims, p.name);
    } else {
        o->arg[k] = expr_decl(l->r->x, p.decl)->shape;
    }
    return true;
}

/* The operator and the arguments of the call that is declared. */
static bool read_call(struct loading *l, syntax_t n, struct overload *o)
{
    struct syntax_application a;
    struct span where = syntax_get(l->t, n)->where;
    if (!syntax_as_application(l->t, n, &a) || !a.nargs)
        return loading_refuse(
            l, FAULT_SYNTAX, where,
            "an operator is declared by a call of it: f(x), a*b");
    o->op = a.op ? a.op : op_declare(l->r->x->ops, a.name);
    o->nargs = (uint8_t)a.nargs;
    for (uint32_t k = 0; k < a.nargs; k++)
        if (!read_parameter(l, o, k, a.args[k]))
            return false;
    return o->op != 0;
}

/* inv(X)[n,n]: the call and the shape of its result. */
static bool read_signature(struct loading *l, syntax_t n, struct overload *o)
{
    const struct syntax_node *node = syntax_get(l->t, n);
    dim_t dim[2];
    if (node->kind != SYNTAX_ELEMENT) {
        o->result = shape_scalar();
        return read_call(l, n, o);
    }
    uint32_t order = node->count - 1;
    if (order > 2)
        return loading_refuse(l, FAULT_SHAPE, node->where,
                              "a function's value has at most two axes");
    if (!read_call(l, syntax_child(l->t, n, 0), o))
        return false;
    for (uint32_t i = 0; i < order; i++) {
        syntax_t s = syntax_child(l->t, n, i + 1);
        dim[i] = scope_size(l->r->scope, l->t, s);
        if (!dim[i])
            return loading_placed(l, false, node->where);
    }
    o->result = shape_tensor(order, dim);
    return true;
}

static bool all_scalar(const struct overload *o)
{
    for (uint32_t i = 0; i < o->nargs; i++)
        if (o->arg[i].kind != SHAPE_SCALAR)
            return false;
    return !o->size_args && o->result.kind == SHAPE_SCALAR;
}

static bool add_overload(struct loading *l, struct overload *o,
                         struct span where)
{
    if (o->entrywise && !all_scalar(o))
        return loading_refuse(l, FAULT_SHAPE, where,
                              "'by entries' is declared on scalars");
    if (l->noverloads == sizeof l->overloads / sizeof *l->overloads)
        return loading_refuse(l, FAULT_LIMIT, where,
                              "too many signatures in a rule");
    o->rule = l->rule->name;
    o->file = l->r->file;
    o->line = l->line;
    o->load = l->r->load;
    o->where = where;
    uint16_t id = overload_add(l->r->x->ops, o);
    if (!id)
        return loading_placed(l, false, where);
    l->overloads[l->noverloads++] = id;
    return true;
}

/* A transposed vector is a row: the one row that no expression is yet. */
static void fix_row(struct overload *o)
{
    if (o->op == OP_TRANSPOSE && o->arg[0].kind == SHAPE_VECTOR)
        o->result.kind = SHAPE_ROW;
}

/* The signature that the rule has declared before, 0 if none. */
static uint16_t declared_before(const struct loading *l,
                                const struct overload *o)
{
    for (uint32_t i = 0; i < l->noverloads; i++) {
        const struct overload *d =
            overload_get(l->r->x->ops, l->overloads[i]);
        if (d->op == o->op && d->form == OVERLOAD_OPAQUE && !d->definition &&
            d->nargs == o->nargs &&
            !memcmp(d->parameter, o->parameter, sizeof d->parameter))
            return l->overloads[i];
    }
    return 0;
}

/* What a declared function is: its value, for it keeps its name. */
static bool give_value(struct loading *l, uint16_t id, expr_t value,
                       struct span where)
{
    struct overload *d = &l->r->x->ops->overloads[id];
    if (!shape_equal(expr_shape(l->r->x, value), &d->result))
        return loading_refuse(l, FAULT_SHAPE, where,
                              "not of the shape that was declared");
    d->definition = value;
    return true;
}

bool signature_define(struct loading *l, const struct syntax_clause *k)
{
    struct overload o = {.form = OVERLOAD_DEFINED, .entrywise = k->by_entries};
    if (!read_call(l, k->left, &o) ||
        !loading_elaborate(l, k->right, &o.definition))
        return false;
    uint16_t before = declared_before(l, &o);
    if (before)
        return give_value(l, before, o.definition, k->where);
    if (pattern_depth(l->r->x, o.definition) > PATTERN_MAX_DEPTH)
        return loading_refuse(l, FAULT_LIMIT, k->where,
                              "a definition nested too deep");
    o.result = *expr_shape(l->r->x, o.definition);
    fix_row(&o);
    return add_overload(l, &o, k->where);
}

bool signature_declare(struct loading *l, const struct syntax_clause *k)
{
    struct overload o = {.form = OVERLOAD_OPAQUE, .entrywise = k->by_entries};
    if (!read_signature(l, k->left, &o))
        return false;
    if (k->primitive)
        o.form = OVERLOAD_PRIMITIVE;
    return add_overload(l, &o, k->where);
}

/* --------------------------------------------------------- differentials */

static uint16_t find_overload(struct loading *l, syntax_t call,
                              struct overload *like)
{
    uint8_t kinds[OP_MAX_ARGS];
    struct span where = syntax_get(l->t, call)->where;
    if (!read_call(l, call, like))
        return 0;
    for (uint32_t i = 0; i < like->nargs; i++)
        kinds[i] = like->arg[i].kind;
    uint16_t id = overload_find(l->r->x->ops, like->op, like->nargs, kinds);
    if (id)
        return id;
    loading_refuse(l, FAULT_NAME, where,
                   "the differential of a function that is not declared");
    fault_hint(l->r->mem->fault,
               "%s(...) = ...; before it defines it, %s(...) by entries; or "
               "%s(...)[m,n]; declares one known by its differential",
               op_name(l->r->x->ops, like->op), op_name(l->r->x->ops, like->op),
               op_name(l->r->x->ops, like->op));
    return 0;
}

/* `e` over the signature's own parameters, those of this rule replaced. */
static expr_t rename(struct rules *r, expr_t e, uint32_t n, const expr_t *from,
                     const expr_t *to)
{
    struct exprs *x = r->x;
    expr_t args[PATTERN_MAX_VARIABLES];
    for (uint32_t i = 0; i < n; i++)
        if (e == from[i])
            return to[i];
    uint32_t nargs = expr_get(x, e)->nargs;
    if (!nargs)
        return e;
    if (nargs > PATTERN_MAX_VARIABLES) {
        fault_set(r->mem->fault, FAULT_LIMIT,
                  "a sum or product of more than %d in a differential",
                  PATTERN_MAX_VARIABLES);
        return 0;
    }
    for (uint32_t i = 0; i < nargs; i++) {
        args[i] = rename(r, expr_arg(x, e, i), n, from, to);
        if (!args[i])
            return 0;
    }
    return expr_rebuild(x, e, args);
}

/* The differential variable of a signature's parameter. */
static expr_t differential_of(struct exprs *x, expr_t parameter)
{
    decl_t of = expr_get(x, parameter)->payload;
    struct decl d = *expr_decl(x, of);
    d.role = DECL_DIFFERENTIAL;
    d.properties = 0;
    d.of = of;
    return expr_variable(x, expr_declare(x, &d));
}

/* A rule of its own names its arguments anew. */
static bool adopt(struct loading *l, uint16_t id, struct overload *like,
                  expr_t *differential)
{
    struct exprs *x = l->r->x;
    expr_t from[2 * OP_MAX_ARGS], to[2 * OP_MAX_ARGS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < like->nargs; i++) {
        expr_t parameter = overload_get(x->ops, id)->parameter[i];
        if (!shape_equal(&like->arg[i], &overload_get(x->ops, id)->arg[i]))
            return loading_refuse(
                l, FAULT_SHAPE, l->rule->name_where,
                "declare the arguments as the function does, "
                "sizes included");
        if (like->size_name[i])
            continue;
        from[n] = like->parameter[i];
        to[n++] = parameter;
        if (!like->dparameter[i])
            continue;
        from[n] = like->dparameter[i];
        like->dparameter[i] = to[n++] = differential_of(x, parameter);
    }
    *differential = rename(l->r, *differential, n, from, to);
    return *differential != 0;
}

static void take_differentials(struct loading *l, struct overload *like)
{
    struct exprs *x = l->r->x;
    for (uint32_t i = 0; i < like->nargs; i++) {
        decl_t d = expr_get(x, like->parameter[i])->payload;
        if (!like->size_name[i])
            like->dparameter[i] = scope_differential_made(l->r->scope, d);
    }
}

/* The value of a differential has the function's shape. */
static bool differential_fits(const struct rules *r, uint16_t id, expr_t e)
{
    const struct overload *o = overload_get(r->x->ops, id);
    return shape_equal(expr_shape(r->x, e), &o->result) ||
           expr_is_number(r->x, e, RAT_ZERO);
}

bool signature_differential(struct loading *l, const struct syntax_clause *k)
{
    struct exprs *x = l->r->x;
    struct overload like = {0};
    expr_t e;
    syntax_t call = syntax_child(l->t, k->left, 0);
    uint16_t id = find_overload(l, call, &like);
    if (!id || like.size_args || !loading_elaborate(l, k->right, &e))
        return loading_placed(l, false, k->where);
    if (overload_get(x->ops, id)->differential)
        return loading_refuse(l, FAULT_NAME, k->where,
                              "this function has a differential already");
    take_differentials(l, &like);
    bool own = overload_get(x->ops, id)->parameter[0] == like.parameter[0];
    if (pattern_depth(x, e) > PATTERN_MAX_DEPTH)
        return loading_refuse(l, FAULT_LIMIT, k->where, "nested too deep");
    if (!own && !adopt(l, id, &like, &e))
        return loading_placed(l, false, k->where);
    if (!differential_fits(l->r, id, e))
        return loading_refuse(
            l, FAULT_SHAPE, syntax_get(l->t, k->right)->where,
            "the differential's shape is not the function's");
    struct overload *o = &x->ops->overloads[id];
    o->differential = e;
    o->differential_rule = l->rule->name;
    o->differential_load = l->r->load;
    o->differential_where = syntax_get(l->t, k->right)->where;
    memcpy(o->dparameter, like.dparameter, sizeof o->dparameter);
    memcpy(o->size_name, like.size_name, sizeof o->size_name);
    if (!differential_check(l->r, id))
        return loading_placed(l, false, syntax_get(l->t, k->right)->where);
    if (!own && l->noverloads == 0)
        l->overloads[l->noverloads++] = id;
    return true;
}

/* ------------------------------------------------------ what else is said */

/* Whether the condition is about the signature's own parameters. */
static bool concerns(const struct exprs *x, const struct overload *o, expr_t e)
{
    bool own = expr_op(x, e) != OP_VARIABLE;
    for (uint32_t i = 0; i < o->nargs; i++)
        own = own || o->parameter[i] == e;
    for (uint32_t i = 0; own && i < expr_get(x, e)->nargs; i++)
        own = concerns(x, o, expr_arg(x, e, i));
    return own;
}

bool signature_condition(struct loading *l, bool smooth,
                         const struct requirement *q, struct span where)
{
    for (uint32_t i = 0; i < l->noverloads; i++) {
        struct overload *o = &l->r->x->ops->overloads[l->overloads[i]];
        if (!concerns(l->r->x, o, q->subject))
            continue;
        uint8_t *n = smooth ? &o->nsmooth : &o->ndomain;
        if (*n == OVERLOAD_MAX_CONDITIONS)
            return loading_refuse(l, FAULT_LIMIT, where,
                                  "too many conditions");
        (smooth ? o->smooth : o->domain)[(*n)++] = *q;
    }
    return true;
}

bool signature_text(struct loading *l, const struct syntax_clause *k)
{
    struct ops *ops = l->r->x->ops;
    if (!l->noverloads)
        return loading_refuse(
            l, FAULT_SYNTAX, k->where,
            "this belongs to the declaration of an operator");
    struct op *row = &ops->rows[ops->overloads[l->overloads[0]].op];
    switch ((enum clause_kind)k->kind) {
    case CLAUSE_LATEX:
        row->latex = k->text;
        return true;
    case CLAUSE_UNICODE:
        row->unicode = k->text;
        return true;
    case CLAUSE_HELP:
        row->help = k->text;
        return true;
    case CLAUSE_KINK:
        row->kink = k->text;
        return true;
    default:
        break;
    }
    for (uint32_t i = 0; i < l->noverloads; i++)
        ops->overloads[l->overloads[i]].kernel = k->text;
    return true;
}

bool signature_transpose(struct loading *l, const struct syntax_clause *k)
{
    const char *word = intern_name(l->r->x->names, k->text);
    uint8_t how = !strcmp(word, "equivariant") ? OVERLOAD_EQUIVARIANT
                  : !strcmp(word, "invariant") ? OVERLOAD_INVARIANT
                  : !strcmp(word, "adjoint")   ? OVERLOAD_ADJOINT
                                               : 0;
    if (!how || !l->noverloads) {
        loading_refuse(l, FAULT_SYNTAX, k->where,
                       "how a declared function meets a transpose");
        fault_hint(l->r->mem->fault, "transpose equivariant: f(X') = f(X)'; "
                                     "transpose invariant: f(X') = f(X); "
                                     "transpose adjoint: of f(A,E), linear "
                                     "in E, the adjoint is f(A',E)");
        return false;
    }
    for (uint32_t i = 0; i < l->noverloads; i++)
        l->r->x->ops->overloads[l->overloads[i]].transposes = how;
    return true;
}

bool signature_nature(struct loading *l, const struct syntax_clause *k)
{
    const char *word = intern_name(l->r->x->names, k->text);
    uint8_t nature = !strcmp(word, "meromorphic") ? NATURE_MEROMORPHIC
                     : !strcmp(word, "primary")   ? NATURE_PRIMARY
                                                  : 0;
    if (!nature || !l->noverloads) {
        loading_refuse(l, FAULT_SYNTAX, k->where,
                       "what kind of function a declared one is");
        fault_hint(l->r->mem->fault, "nature meromorphic: analytic but for "
                                     "poles; nature primary: f(A)*B = B*f(C) "
                                     "where A*B = B*C");
        return false;
    }
    for (uint32_t i = 0; i < l->noverloads; i++)
        l->r->x->ops->overloads[l->overloads[i]].nature |= nature;
    return true;
}

/* How many matrices the map takes besides what it depends on: 0 if it is no
 * map of matrices, linear in its last arguments, as many as there are beyond
 * those of `matrix`. */
static uint32_t directions(const struct exprs *x, const struct overload *map,
                           const struct overload *matrix)
{
    uint32_t linear = overload_linear(x, map), n = 0;
    if (map->nargs <= matrix->nargs || map->result.kind != SHAPE_MATRIX)
        return 0;
    for (uint32_t i = matrix->nargs; i < map->nargs; i++)
        n += (linear >> i & 1) && map->arg[i].kind == SHAPE_MATRIX;
    uint32_t others = (UINT32_C(1) << matrix->nargs) - 1;
    bool fits = !(linear & others) &&
                n + matrix->nargs == map->nargs &&
                matrix->result.kind == SHAPE_MATRIX;
    for (uint32_t i = 0; fits && i < matrix->nargs; i++)
        fits = map->arg[i].kind == matrix->arg[i].kind;
    return fits ? n : 0;
}

bool signature_jacobian(struct loading *l, const struct syntax_clause *k)
{
    struct ops *ops = l->r->x->ops;
    op_t map = op_find(ops, k->text);
    struct overload *matrix =
        l->noverloads == 1 ? &ops->overloads[l->overloads[0]] : NULL;
    uint32_t met = 0;
    for (uint16_t i = map && matrix ? op_row(ops, map)->first : 0; i;
         i = ops->overloads[i].next) {
        struct overload *o = &ops->overloads[i];
        uint32_t n = directions(l->r->x, o, matrix);
        if (n < 1 || n > 2)
            continue;
        if (o->jacobian)
            return loading_refuse(l, FAULT_NAME, k->where,
                                  "this map has its matrix already");
        o->jacobian = matrix->op;
        matrix->is_jacobian = true;
        met++;
    }
    if (met)
        return true;
    loading_refuse(l, FAULT_SYNTAX, k->where,
                   "this is the matrix of no map: one that is linear in its "
                   "last argument or two, matrices, is asked for");
    fault_hint(l->r->mem->fault, "jacobian df: vec(df(A,E)) = J(A)*vec(E)");
    return false;
}
