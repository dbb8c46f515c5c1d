/* load.c - rule files: from syntax to the operator table and patterns. */
#include <string.h>

#include "rule/builtin.h"
#include "rule/table.h"

/* One rule being read. */
struct loading {
    struct rules *r;
    const struct syntax *t;
    const struct syntax_rule *rule;
    const char *text;
    uint32_t line;
    uint16_t overloads[16]; /* those this rule declares */
    uint32_t noverloads;
    struct pattern pattern;
};

static const struct syntax_clause *clause_at(const struct loading *l,
                                             uint32_t i)
{
    return &l->t->clauses[l->rule->first_clause + i];
}

/* Gives a fault without a place the place. */
static bool placed(struct loading *l, bool ok, struct span where)
{
    struct fault *f = l->r->mem->fault;
    if (!ok && fault_is_set(f) && f->where.begin == f->where.end)
        f->where = where;
    return ok;
}

static bool refuse(struct loading *l, enum fault_kind kind,
                   struct span where, const char *message)
{
    return fault_at(l->r->mem->fault, kind, where, "%s", message);
}

static bool elaborate(struct loading *l, syntax_t n, expr_t *e)
{
    return scope_elaborate(l->r->scope, l->t, 1, &n, e);
}

/* ------------------------------------------------------------ conditions */

static bool read_condition(struct loading *l, syntax_t n,
                           struct condition *c)
{
    const struct syntax_node *node = syntax_get(l->t, n);
    properties_t p =
        node->kind == SYNTAX_CALL
            ? property_by_name(intern_name(l->r->x->names, node->payload))
            : 0;
    if (!p || node->count != 1) {
        refuse(l, FAULT_PROPERTY, node->where,
               "a condition is a property of one value");
        fault_hint(l->r->mem->fault, "positive(x), invertible(X), ...");
        return false;
    }
    c->predicate = (enum property)p;
    return elaborate(l, syntax_child(l->t, n, 0), &c->subject);
}

static bool add_overload_condition(struct loading *l, bool smooth,
                                   struct condition c, struct span where)
{
    for (uint32_t i = 0; i < l->noverloads; i++) {
        struct overload *o = &l->r->x->ops->overloads[l->overloads[i]];
        uint8_t *n = smooth ? &o->nsmooth : &o->ndomain;
        if (*n == OVERLOAD_MAX_CONDITIONS)
            return refuse(l, FAULT_LIMIT, where, "too many conditions");
        (smooth ? o->smooth : o->domain)[(*n)++] = c;
    }
    return true;
}

static bool read_conditions(struct loading *l, const struct syntax_clause *k)
{
    struct rules *r = l->r;
    for (syntax_t n = k->list; n; n = syntax_get(l->t, n)->next) {
        struct rule_condition c = {.assuming = k->kind == CLAUSE_ASSUMING};
        if (!read_condition(l, n, &c.is))
            return false;
        if (k->kind == CLAUSE_DOMAIN || k->kind == CLAUSE_SMOOTH) {
            if (!add_overload_condition(l, k->kind == CLAUSE_SMOOTH, c.is,
                                        k->where))
                return false;
            continue;
        }
        if (!MEM_RESERVE(r->mem, r->conditions, r->condition_capacity,
                         (size_t)r->condition_count + 1))
            return false;
        r->conditions[r->condition_count++] = c;
        l->pattern.nconditions++;
    }
    return true;
}

/* ------------------------------------------------------------- overloads */

static bool read_parameter(struct loading *l, struct overload *o, uint32_t k,
                           syntax_t n)
{
    struct scope_parameter p;
    struct span where = syntax_get(l->t, n)->where;
    if (!scope_parameter(l->r->scope, l->t, n, &p))
        return placed(l, false, where);
    if (k && o->size_args != p.is_size)
        return refuse(l, FAULT_SHAPE, where,
                      "arguments are all sizes or none is");
    for (uint32_t i = 0; i < k; i++)
        if (o->parameter[i] == p.node)
            return refuse(l, FAULT_NAME, where,
                          "each argument needs a name of its own");
    o->size_args = p.is_size;
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
        return refuse(l, FAULT_SYNTAX, where,
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
        return refuse(l, FAULT_SHAPE, node->where,
                      "a function's value has at most two axes");
    if (!read_call(l, syntax_child(l->t, n, 0), o))
        return false;
    for (uint32_t i = 0; i < order; i++) {
        syntax_t s = syntax_child(l->t, n, i + 1);
        dim[i] = scope_size(l->r->scope, l->t, s);
        if (!dim[i])
            return placed(l, false, node->where);
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
        return refuse(l, FAULT_SHAPE, where,
                      "'by entries' is declared on scalars");
    if (l->noverloads == sizeof l->overloads / sizeof *l->overloads)
        return refuse(l, FAULT_LIMIT, where, "too many signatures in a rule");
    o->rule = l->rule->name;
    o->file = l->r->file;
    o->line = l->line;
    uint16_t id = overload_add(l->r->x->ops, o);
    if (!id)
        return placed(l, false, where);
    l->overloads[l->noverloads++] = id;
    return true;
}

/* A transposed vector is a row: the one row that no expression is yet. */
static void fix_row(struct overload *o)
{
    if (o->op == OP_TRANSPOSE && o->arg[0].kind == SHAPE_VECTOR)
        o->result.kind = SHAPE_ROW;
}

static bool read_definition(struct loading *l, const struct syntax_clause *k)
{
    struct overload o = {.form = OVERLOAD_DEFINED, .entrywise = k->by_entries};
    if (!read_call(l, k->left, &o) || !elaborate(l, k->right, &o.definition))
        return false;
    if (pattern_depth(l->r->x, o.definition) > PATTERN_MAX_DEPTH)
        return refuse(l, FAULT_LIMIT, k->where, "a definition nested too deep");
    o.result = *expr_shape(l->r->x, o.definition);
    fix_row(&o);
    return add_overload(l, &o, k->where);
}

static bool read_declaration(struct loading *l, const struct syntax_clause *k)
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
    uint16_t id =
        overload_find(l->r->x->ops, like->op, like->nargs, kinds);
    if (!id)
        refuse(l, FAULT_NAME, where,
               "the differential of a function that is not declared");
    return id;
}

/* `e` over the signature's own parameters, those of this rule replaced. */
static expr_t rename(struct rules *r, expr_t e, uint32_t n,
                     const expr_t *from, const expr_t *to)
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
            return refuse(l, FAULT_SHAPE, l->rule->name_where,
                          "declare the arguments as the function does, "
                          "sizes included");
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

static bool read_differential(struct loading *l,
                              const struct syntax_clause *k)
{
    struct exprs *x = l->r->x;
    struct overload like = {0};
    expr_t e;
    syntax_t call = syntax_child(l->t, k->left, 0);
    uint16_t id = find_overload(l, call, &like);
    if (!id || like.size_args || !elaborate(l, k->right, &e))
        return placed(l, false, k->where);
    if (overload_get(x->ops, id)->differential)
        return refuse(l, FAULT_NAME, k->where,
                      "this function has a differential already");
    take_differentials(l, &like);
    bool own = overload_get(x->ops, id)->parameter[0] == like.parameter[0];
    if (pattern_depth(x, e) > PATTERN_MAX_DEPTH)
        return refuse(l, FAULT_LIMIT, k->where, "nested too deep");
    if (!own && !adopt(l, id, &like, &e))
        return placed(l, false, k->where);
    if (!differential_fits(l->r, id, e))
        return refuse(l, FAULT_SHAPE, syntax_get(l->t, k->right)->where,
                      "the differential's shape is not the function's");
    struct overload *o = &x->ops->overloads[id];
    o->differential = e;
    o->differential_rule = l->rule->name;
    memcpy(o->dparameter, like.dparameter, sizeof o->dparameter);
    if (!differential_check(l->r, id))
        return placed(l, false, syntax_get(l->t, k->right)->where);
    if (!own && l->noverloads == 0)
        l->overloads[l->noverloads++] = id;
    return true;
}

/* --------------------------------------------------- patterns of rewrites */

static bool list_add(struct rules *r, struct pattern_list **lists,
                     uint32_t *capacity, op_t op, uint32_t item)
{
    if (!mem_reserve(r->mem, (void **)lists, capacity, (size_t)op + 1,
                     sizeof **lists))
        return false;
    struct pattern_list *l = &(*lists)[op];
    if (!MEM_RESERVE(r->mem, l->items, l->capacity, (size_t)l->count + 1))
        return false;
    l->items[l->count++] = item;
    return true;
}

static bool list_pattern(struct rules *r, const struct pattern *p, op_t op,
                         uint32_t item)
{
    return p->right ? list_add(r, &r->rewrites, &r->rewrites_capacity, op,
                               item)
                    : list_add(r, &r->facts, &r->facts_capacity, op, item);
}

static bool add_pattern(struct loading *l, struct span where)
{
    struct rules *r = l->r;
    struct pattern *p = &l->pattern;
    op_t op = expr_op(r->x, p->left);
    uint32_t item = r->count, n = r->x->decl_count + 1 - p->first;
    if (n > PATTERN_MAX_VARIABLES)
        return refuse(l, FAULT_LIMIT, l->rule->where,
                      "too many variables in a rule");
    p->nvariables = (uint8_t)n;
    if (!placed(l, pattern_check(r, p), where) ||
        !MEM_RESERVE(r->mem, r->patterns, r->capacity, (size_t)r->count + 1))
        return false;
    r->patterns[r->count++] = *p;
    if (!list_pattern(r, p, op, item))
        return false;
    if (!p->lifts || (op != OP_MUL && op != OP_DIV && op != OP_POW))
        return true;
    return list_pattern(r, p,
                        op == OP_MUL   ? OP_HAD
                        : op == OP_DIV ? OP_HDIV
                                       : OP_HPOW,
                        item);
}

static bool read_rewrite(struct loading *l, const struct syntax_clause *k)
{
    syntax_t sides[2] = {k->left, k->right};
    expr_t e[2];
    if (l->pattern.left)
        return refuse(l, FAULT_SYNTAX, k->where, "one rewrite a rule");
    if (!scope_elaborate(l->r->scope, l->t, 2, sides, e))
        return false;
    l->pattern.left = e[0];
    l->pattern.right = e[1];
    return true;
}

/* A fact is complete with its clause: what conditions it depends on stands
 * before it. */
static bool read_fact(struct loading *l, const struct syntax_clause *k)
{
    struct condition c;
    if (!read_condition(l, k->left, &c))
        return false;
    l->pattern.left = c.subject;
    l->pattern.predicate = (properties_t)c.predicate;
    return add_pattern(l, k->where);
}

/* ----------------------------------------------------------------- rules */

static bool read_text(struct loading *l, const struct syntax_clause *k)
{
    struct ops *ops = l->r->x->ops;
    if (!l->noverloads)
        return refuse(l, FAULT_SYNTAX, k->where,
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
    default:
        break;
    }
    for (uint32_t i = 0; i < l->noverloads; i++)
        ops->overloads[l->overloads[i]].kernel = k->text;
    return true;
}

static bool read_transpose(struct loading *l, const struct syntax_clause *k)
{
    const char *word = intern_name(l->r->x->names, k->text);
    uint8_t how = !strcmp(word, "equivariant") ? OVERLOAD_EQUIVARIANT
                  : !strcmp(word, "invariant") ? OVERLOAD_INVARIANT
                                               : 0;
    if (!how || !l->noverloads) {
        refuse(l, FAULT_SYNTAX, k->where,
               "how a declared function meets a transpose");
        fault_hint(l->r->mem->fault, "transpose equivariant: f(X') = f(X)'; "
                                     "transpose invariant: f(X') = f(X)");
        return false;
    }
    for (uint32_t i = 0; i < l->noverloads; i++)
        l->r->x->ops->overloads[l->overloads[i]].transposes = how;
    return true;
}

static bool declares(const struct loading *l)
{
    return l->rule->kind == RULE_OPERATOR || l->rule->kind == RULE_FUNCTION;
}

static bool read_equation(struct loading *l, const struct syntax_clause *k)
{
    if (syntax_get(l->t, k->left)->kind == SYNTAX_DIFFERENTIAL)
        return read_differential(l, k);
    if (declares(l))
        return read_definition(l, k);
    return refuse(l, FAULT_SYNTAX, k->where,
                  "an equation defines an operator, or a differential");
}

static bool read_expression(struct loading *l, const struct syntax_clause *k)
{
    if (l->rule->kind == RULE_FACT)
        return read_fact(l, k);
    if (declares(l))
        return read_declaration(l, k);
    return refuse(l, FAULT_SYNTAX, k->where, "this says nothing here");
}

static bool read_clause(struct loading *l, const struct syntax_clause *k)
{
    switch ((enum clause_kind)k->kind) {
    case CLAUSE_LET:
        return scope_declare_parameters(l->r->scope, l->t, k->list);
    case CLAUSE_EXPR:
        return read_expression(l, k);
    case CLAUSE_EQUATION:
        return read_equation(l, k);
    case CLAUSE_REWRITE:
        return read_rewrite(l, k);
    case CLAUSE_IF:
    case CLAUSE_ASSUMING:
    case CLAUSE_DOMAIN:
    case CLAUSE_SMOOTH:
        return read_conditions(l, k);
    case CLAUSE_KERNEL:
    case CLAUSE_LATEX:
    case CLAUSE_UNICODE:
    case CLAUSE_HELP:
        return read_text(l, k);
    case CLAUSE_TRANSPOSE:
        return read_transpose(l, k);
    default:
        return true;
    }
}

/* Textbook formulas, and what is known to be false, are for the verifier. */
static bool is_loaded(const struct syntax_rule *rule)
{
    return !rule->refuted && rule->kind != RULE_DERIVATIVE &&
           rule->kind != RULE_JACOBIAN && rule->kind != RULE_IDENTITY;
}

static bool is_pattern(const struct syntax_rule *rule)
{
    return rule->kind == RULE_REWRITE || rule->kind == RULE_FACT;
}

static bool read_rule(struct loading *l)
{
    struct rules *r = l->r;
    if (!is_loaded(l->rule))
        return true;
    scope_clear(r->scope);
    l->pattern = (struct pattern){.name = l->rule->name,
                                  .first = r->x->decl_count + 1,
                                  .first_condition = r->condition_count,
                                  .file = r->file,
                                  .line = l->line};
    l->noverloads = 0;
    for (uint32_t i = 0; i < l->rule->clause_count; i++) {
        const struct syntax_clause *k = clause_at(l, i);
        if (!placed(l, read_clause(l, k), k->where))
            return false;
    }
    if (!is_pattern(l->rule))
        return true;
    if (!l->pattern.left)
        return refuse(l, FAULT_SYNTAX, l->rule->where,
                      l->rule->kind == RULE_FACT
                          ? "a fact without a predicate"
                          : "a rewrite without =>");
    return l->rule->kind == RULE_FACT || add_pattern(l, l->rule->where);
}

static bool read_rules(struct rules *r, const char *text)
{
    struct loading l = {.r = r, .t = &r->syntax, .text = text, .line = 1};
    const char *at = text, *end;
    for (uint32_t i = 0; i < r->syntax.rule_count; i++) {
        l.rule = &r->syntax.rules[i];
        for (; (end = memchr(at, '\n',
                             (size_t)(text + l.rule->where.begin - at)));
             at = end + 1)
            l.line++;
        if (!read_rule(&l))
            return false;
    }
    return true;
}

/* What is known of values may change with the rules. */
static void forget(struct rules *r)
{
    if (r->known)
        memset(r->known, 0, r->known_capacity);
    r->ones = op_find(r->x->ops, intern_find(r->x->names, "ones", 4));
}

bool rules_load(struct rules *r, const char *file, const char *text,
                size_t length)
{
    if (fault_is_set(r->mem->fault))
        return false;
    r->file = intern_text(r->x->names, file);
    if (!r->file || !syntax_read(&r->syntax, START_RULES, text, length))
        return false;
    bool ok = read_rules(r, text);
    forget(r);
    return ok;
}

/* ------------------------------------------------------------- the table */

struct rules *rules_new(struct exprs *x)
{
    struct rules *r = mem_alloc(x->mem, sizeof *r);
    if (!r)
        return NULL;
    r->x = x;
    r->mem = x->mem;
    syntax_init(&r->syntax, x);
    r->scope = scope_new_strict(x);
    if (!r->scope) {
        rules_free(r);
        return NULL;
    }
    return r;
}

static void free_lists(struct rules *r, struct pattern_list *lists,
                       uint32_t capacity)
{
    for (uint32_t i = 0; i < capacity; i++)
        MEM_FREE_ARRAY(r->mem, lists[i].items, lists[i].capacity);
    mem_free(r->mem, lists, capacity * sizeof *lists);
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    struct mem *m = r->mem;
    if (r->scope)
        scope_free(r->scope);
    syntax_free(&r->syntax);
    free_lists(r, r->rewrites, r->rewrites_capacity);
    free_lists(r, r->facts, r->facts_capacity);
    MEM_FREE_ARRAY(m, r->patterns, r->capacity);
    MEM_FREE_ARRAY(m, r->conditions, r->condition_capacity);
    MEM_FREE_ARRAY(m, r->linear, r->linear_capacity);
    MEM_FREE_ARRAY(m, r->known, r->known_capacity);
    MEM_FREE_ARRAY(m, r->holds, r->holds_capacity);
    MEM_FREE_ARRAY(m, r->fails, r->fails_capacity);
    MEM_FREE_ARRAY(m, r->image, r->image_capacity);
    MEM_FREE_ARRAY(m, r->stamp, r->stamp_capacity);
    MEM_FREE_ARRAY(m, r->visits, r->visit_capacity);
    mem_free(m, r, sizeof *r);
}

static bool is_basic(const char *file)
{
    static const char *const folders[] = {"operators/", "functions/",
                                          "simplify/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (strstr(file, folders[i]))
            return true;
    return false;
}

bool rules_load_builtin(struct rules *r)
{
    for (unsigned i = 0; i < builtin_rules_count; i++) {
        const struct builtin_rules *b = &builtin_rules[i];
        if (is_basic(b->file) &&
            !rules_load(r, b->file, b->text, b->length))
            return false;
    }
    return true;
}
