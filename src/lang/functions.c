/* functions.c - abstract functions in a text: u alone, u(y), f.(x), f''(t),
 * D[u,x], D[h,2](a,b).  What a function's arguments are is declared, or
 * found where it is first applied. */
#include <string.h>

#include "expr/function.h"
#include "lang/scope.h"

enum { IMPLIED_DEPTH = 32 }; /* of u(v), v(w), ... */

static struct fault *fault_of(const struct reading *r)
{
    return r->s->x->mem->fault;
}

static const char *name_of(const struct reading *r, symbol_t s)
{
    return intern_name(r->s->x->names, s);
}

/* The declaration of an abstract function that a scope entry is, or 0. */
static decl_t entry_function(const struct scope *s, uint32_t entry)
{
    decl_t d = entry ? s->entries[entry].decl : 0;
    return d && expr_decl(s->x, d)->role == DECL_FUNCTION ? d : 0;
}

/* ------------------------------------------------------ uses of functions */

static void know(struct function_use *f, uint32_t k, const struct shape *shape)
{
    f->shape[k] = *shape;
    f->known |= (uint8_t)(1u << k);
}

/* What is known before the function is applied: sizes in its declaration, and
 * the shapes of parameters that are declared. */
static bool begin_use(struct scope *s, uint32_t use, decl_t d)
{
    const struct function *own = function_of(s->x, d);
    if (!MEM_RESERVE(s->x->mem, s->functions, s->function_capacity,
                     (size_t)s->function_count + 2))
        return false;
    struct function_use *f = &s->functions[++s->function_count];
    *f = (struct function_use){.use = use,
                               .nargs = own->nargs,
                               .value = expr_decl(s->x, d)->shape};
    s->uses[use].function = s->function_count;
    for (uint32_t k = 0; k < f->nargs; k++) {
        const struct use *p = use_of(s, own->parameter[k]);
        if (!p)
            return false;
        f->parameter[k] = (uint32_t)(p - s->uses);
        decl_t pd = p->entry ? s->entries[p->entry].decl : 0;
        if (own->known >> k & 1)
            know(f, k, &own->shape[k]);
        else if (pd)
            know(f, k, &expr_decl(s->x, pd)->shape);
    }
    f->declared = f->known;
    return true;
}

/* The use of an abstract function by this name, 0 if there is none.  Those of
 * its parameters, which may be functions again, follow. */
static bool find_use(struct scope *s, symbol_t name, uint32_t *use)
{
    decl_t d = entry_function(s, scope_find(s, name));
    *use = 0;
    if (!d)
        return true;
    const struct use *u = use_of(s, name);
    if (!u)
        return false;
    *use = (uint32_t)(u - s->uses);
    if (u->function)
        return true;
    uint32_t i = s->function_count + 1;
    if (!begin_use(s, *use, d))
        return false;
    for (; i <= s->function_count; i++)
        for (uint32_t k = 0; k < s->functions[i].nargs; k++) {
            uint32_t p = s->functions[i].parameter[k];
            d = entry_function(s, s->uses[p].entry);
            if (d && !s->uses[p].function && !begin_use(s, p, d))
                return false;
        }
    return true;
}

/* f'' without its primes. */
static symbol_t without_primes(const struct reading *r, symbol_t name)
{
    size_t n = intern_length(r->s->x->names, name);
    const char *text = name_of(r, name);
    while (n && text[n - 1] == '\'')
        n--;
    return intern_find(r->s->x->names, text, n);
}

static bool is_derivative(const struct reading *r, syntax_t n)
{
    const struct syntax_node *base = &r->t->nodes[r->t->nodes[n].first];
    return base->kind == SYNTAX_NAME && base->next &&
           !(base->flags & SYNTAX_IN_BRACKETS) &&
           (!strcmp(name_of(r, base->payload), "D") ||
            !strcmp(name_of(r, base->payload), "J")) &&
           r->t->nodes[base->next].kind == SYNTAX_NAME;
}

/* The name of the function that a node may be about, 0 if none. */
static symbol_t function_name(const struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    syntax_t first = node->first;
    switch ((enum syntax_kind)node->kind) {
    case SYNTAX_NAME:
        return node->payload;
    case SYNTAX_CALL:
        return without_primes(r, node->payload);
    case SYNTAX_PARTIAL:
        return r->t->nodes[first].kind == SYNTAX_NAME
                   ? r->t->nodes[first].payload
                   : 0;
    case SYNTAX_ELEMENT:
        return is_derivative(r, n)
                   ? r->t->nodes[r->t->nodes[first].next].payload
                   : 0;
    default:
        return 0;
    }
}

/* What stands in the brackets of D[...] says by what, it has no value. */
static void mark_names(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    uint32_t count =
        node->kind == SYNTAX_PARTIAL ? node->payload : node->count;
    syntax_t c = node->first;
    for (uint32_t i = 0; i < count; i++, c = r->t->nodes[c].next)
        typed_at(r, c)->flags |= TYPED_NAMED;
}

bool functions_find(struct reading *r)
{
    for (syntax_t n = r->root; n >= r->base; n--) {
        const struct syntax_node *node = &r->t->nodes[n];
        symbol_t name = function_name(r, n);
        uint32_t use = 0;
        if (name && !find_use(r->s, name, &use))
            return false;
        if (node->kind == SYNTAX_PARTIAL ||
            (use && node->kind == SYNTAX_ELEMENT))
            mark_names(r, n);
        if (!use || node->kind == SYNTAX_NAME)
            continue;
        struct typed *y = typed_at(r, n);
        y->as = AS_APPLIED;
        y->op = 0;
        y->ref = use;
    }
    return true;
}

/* -------------------------------------------------------- by what, of what */

/* A use of a function in a text: derived by what, applied to what. */
struct application {
    struct function_use *f;
    symbol_t name;
    struct applied by;
    syntax_t args; /* the first argument, 0: the implied ones */
    uint32_t nargs;
};

static bool wrong_parameter(struct reading *r, const struct application *a,
                            syntax_t n)
{
    struct fault *f = fault_of(r);
    const struct syntax_node *node = &r->t->nodes[n];
    const char *name = name_of(r, a->name);
    if (node->kind == SYNTAX_NAME)
        fault_at(f, FAULT_NAME, node->where,
                 "'%.60s' is not an argument in the declaration of '%.60s'",
                 name_of(r, node->payload), name);
    else
        fault_at(f, FAULT_SHAPE, node->where,
                 "'%.60s' has %u argument%s", name, a->f->nargs,
                 a->f->nargs == 1 ? "" : "s");
    fault_hint(f, "D[%.60s,%.60s] is its derivative by '%.60s'", name,
               name_of(r, r->s->uses[a->f->parameter[0]].name),
               name_of(r, r->s->uses[a->f->parameter[0]].name));
    return false;
}

static bool add_by(struct reading *r, struct application *a, uint32_t k,
                   struct span where)
{
    uint32_t at = a->by.order;
    if (at == FUNCTION_MAX_ORDER)
        return fault_at(fault_of(r), FAULT_LIMIT, where,
                        "a derivative of an order beyond %d",
                        FUNCTION_MAX_ORDER);
    for (; at && a->by.by[at - 1] > k; at--)
        a->by.by[at] = a->by.by[at - 1];
    a->by.by[at] = (uint8_t)k;
    a->by.order++;
    return true;
}

/* One entry of the brackets: a parameter's name, or its number. */
static bool read_parameter(struct reading *r, struct application *a,
                           syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    int64_t v = 0;
    uint32_t k = 0;
    if (node->kind == SYNTAX_NAME)
        while (k < a->f->nargs &&
               r->s->uses[a->f->parameter[k]].name != node->payload)
            k++;
    else if (node->kind == SYNTAX_NUMBER &&
             rat_to_int(r->s->x->numbers, node->payload, &v) && v > 0 &&
             v <= a->f->nargs)
        k = (uint32_t)(v - 1);
    else
        k = a->f->nargs;
    return k < a->f->nargs ? add_by(r, a, k, node->where)
                           : wrong_parameter(r, a, n);
}

static bool several_arguments(struct reading *r, const struct application *a,
                              struct span where)
{
    const char *name = name_of(r, a->name);
    fault_at(fault_of(r), FAULT_SHAPE, where,
             "by which of its %u arguments is '%.60s' derived?", a->f->nargs,
             name);
    fault_hint(fault_of(r), "D[%.60s,1](...), D[%.60s,2](...)", name, name);
    return false;
}

static bool read_primes(struct reading *r, syntax_t n, struct application *a)
{
    const struct syntax_node *node = &r->t->nodes[n];
    size_t primes = intern_length(r->s->x->names, node->payload) -
                    intern_length(r->s->x->names, a->name);
    if (primes && a->f->nargs > 1)
        return several_arguments(r, a, node->where);
    while (primes--)
        if (!add_by(r, a, 0, node->where))
            return false;
    a->args = node->first;
    a->nargs = node->count;
    return true;
}

static bool read_brackets(struct reading *r, syntax_t n,
                          struct application *a)
{
    const struct syntax_node *node = &r->t->nodes[n];
    bool partial = node->kind == SYNTAX_PARTIAL;
    uint32_t count = partial ? node->payload : node->count - 1;
    syntax_t c = partial ? node->first : r->t->nodes[node->first].next;
    const struct syntax_node *sign = &r->t->nodes[node->first];
    a->by.stacked = partial ? node->flags & SYNTAX_IS_STACKED
                            : name_of(r, sign->payload)[0] == 'J';
    for (uint32_t i = 0; i < count; i++, c = r->t->nodes[c].next)
        if (i && !read_parameter(r, a, c))
            return false;
    if (count == 1 && a->f->nargs > 1)
        return several_arguments(r, a, node->where);
    if (count == 1 && !add_by(r, a, 0, node->where))
        return false;
    if (!partial)
        return true;
    a->args = c;
    a->nargs = node->count - count;
    return true;
}

static bool read_application(struct reading *r, syntax_t n,
                             struct application *a)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const struct use *u = &r->s->uses[typed_at(r, n)->ref];
    *a = (struct application){.f = &r->s->functions[u->function],
                              .name = u->name};
    a->by.function = a->f->decl;
    if (node->kind == SYNTAX_CALL)
        return read_primes(r, n, a);
    return node->kind == SYNTAX_NAME || read_brackets(r, n, a);
}

/* ------------------------------------------------------- implied arguments */

static bool not_implied(struct reading *r, syntax_t n, const struct use *f,
                        const struct use *p, const char *why)
{
    const char *name = name_of(r, f->name);
    fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
             "'%.60s' alone stands for %.60s(%.60s), and %s", name, name,
             name_of(r, p->name), why);
    fault_hint(fault_of(r), "write what it is applied to: %.60s(...)", name);
    return false;
}

/* An undeclared parameter is a variable by convention. */
static bool assume_parameter(struct reading *r, struct use *p,
                             struct shape *shape)
{
    if (!p->assumed) {
        p->assumed = true;
        p->kind = typing_kind(name_of(r, p->name));
        uint32_t order = p->kind == SHAPE_MATRIX ? 2 : p->kind == SHAPE_VECTOR;
        for (uint32_t a = 0; a < order; a++)
            if (!(p->dim[a] = scope_fresh(r->s)))
                return false;
    }
    *shape = shape_tensor(
        p->kind == SHAPE_MATRIX ? 2 : p->kind == SHAPE_VECTOR, p->dim);
    return true;
}

static bool unify_argument(struct reading *r, struct function_use *f,
                           uint32_t k, const struct shape *shape)
{
    if (!(f->known >> k & 1)) {
        know(f, k, shape);
        return true;
    }
    if (f->shape[k].kind != shape->kind || f->shape[k].order != shape->order)
        return false;
    for (uint32_t a = 0; a < shape->order; a++)
        if (!typing_unify(r->s, f->shape[k].dim[a], shape->dim[a]))
            return false;
    return true;
}

static bool imply_parameter(struct reading *r, syntax_t n,
                            struct function_use *f, uint32_t k, int depth);

/* The arguments of the name alone are the variables of the declaration. */
static bool imply(struct reading *r, syntax_t n, uint32_t function, int depth)
{
    struct function_use *f = &r->s->functions[function];
    if (f->implied == IMPLIED_DONE)
        return true;
    if (depth > IMPLIED_DEPTH)
        return fault_at(fault_of(r), FAULT_LIMIT, r->t->nodes[n].where,
                        "more than %d functions of functions", IMPLIED_DEPTH);
    if (f->implied == IMPLIED_BEGUN)
        return fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
                        "'%.60s' is declared as a function of itself",
                        name_of(r, r->s->uses[f->use].name));
    f->implied = IMPLIED_BEGUN;
    for (uint32_t k = 0; k < f->nargs; k++)
        if (!imply_parameter(r, n, f, k, depth))
            return false;
    f->implied = IMPLIED_DONE;
    return true;
}

static bool imply_parameter(struct reading *r, syntax_t n,
                            struct function_use *f, uint32_t k, int depth)
{
    struct scope *s = r->s;
    struct use *u = &s->uses[f->use], *p = &s->uses[f->parameter[k]];
    const struct scope_entry *e = &s->entries[p->entry];
    struct shape shape;
    if (p->function) {
        if (!imply(r, n, p->function, depth + 1))
            return false;
        shape = s->functions[p->function].value;
    } else if (p->entry && e->decl) {
        shape = expr_decl(s->x, e->decl)->shape;
    } else if (p->entry || p->as_size || p->bound) {
        return not_implied(r, n, u, p, "that is no variable");
    } else if (s->strict) {
        return not_implied(r, n, u, p, "that is not declared");
    } else if (!assume_parameter(r, p, &shape)) {
        return false;
    }
    return unify_argument(r, f, k, &shape) ||
           not_implied(r, n, u, p, "that has another shape");
}

/* ------------------------------------------------------------------ shapes */

static bool wrong_argument(struct reading *r, const struct application *a,
                           syntax_t arg, uint32_t k)
{
    struct shape shape = typed_shape(r, arg);
    const char *name = name_of(r, a->name);
    char wanted[120], given[120];
    shape_text(r->s, &a->f->shape[k], wanted);
    shape_text(r->s, &shape, given);
    fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[arg].where,
             "'%.60s' is a function of %s, not of %s", name, wanted, given);
    if (a->f->shape[k].order == 0 && a->f->value.order == 0)
        fault_hint(fault_of(r), "%.60s.(...) by entries", name);
    return false;
}

static bool type_argument(struct reading *r, const struct application *a,
                          syntax_t arg, uint32_t k)
{
    struct shape shape = typed_shape(r, arg);
    char text[120];
    if (shape.kind == SHAPE_ROW || shape.order > 2) {
        shape_text(r->s, &shape, text);
        fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[arg].where,
                 "an argument of an abstract function is a scalar, a vector "
                 "or a matrix, not %s", text);
        if (shape.kind == SHAPE_ROW)
            fault_hint(fault_of(r), "the transpose of a row is a vector");
        return false;
    }
    return unify_argument(r, a->f, k, &shape) ||
           wrong_argument(r, a, arg, k);
}

/* By entries: the common shape of the arguments that are not scalars. */
static bool type_by_entries(struct reading *r, syntax_t n,
                            const struct application *a)
{
    struct shape scalar = shape_scalar(), all = scalar, shape;
    syntax_t c = a->args;
    for (uint32_t k = 0; k < a->nargs; k++, c = r->t->nodes[c].next) {
        if (!unify_argument(r, a->f, k, &scalar) || a->f->value.order)
            return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
                            "'%.60s' is not a function of scalars with "
                            "scalar values, which could be applied by "
                            "entries", name_of(r, a->name));
        shape = typed_shape(r, c);
        if (shape.order == 0)
            continue;
        bool fits = all.order == 0 || all.kind == shape.kind;
        for (uint32_t i = 0; fits && i < all.order; i++)
            fits = typing_unify(r->s, all.dim[i], shape.dim[i]);
        if (!fits)
            return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[c].where,
                            "arguments by entries have one shape");
        all = shape;
    }
    return typed_set_shape(r, n, &all);
}

/* The axes of the value, then those of what it is derived by. */
static bool set_result(struct reading *r, syntax_t n,
                       const struct application *a)
{
    struct shape all = a->f->value;
    for (uint32_t i = 0; i < a->by.order; i++) {
        const struct shape *by = &a->f->shape[a->by.by[i]];
        if (all.order + by->order > SHAPE_MAX_ORDER)
            return fault_at(fault_of(r), FAULT_LIMIT, r->t->nodes[n].where,
                            "more than %d axes", SHAPE_MAX_ORDER);
        memcpy(all.dim + all.order, by->dim, by->order * sizeof *by->dim);
        all.order = (uint8_t)(all.order + by->order);
    }
    if (!a->by.stacked) {
        all = shape_tensor(all.order, all.dim);
        return typed_set_shape(r, n, &all);
    }
    uint32_t columns = a->f->shape[a->by.by[a->by.order - 1]].order;
    if (!columns || columns == all.order) {
        fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
                 "J[...] is a derivative by a vector or matrix, with rows and "
                 "columns");
        fault_hint(fault_of(r), "D[%.60s,...]", name_of(r, a->name));
        return false;
    }
    all = applied_stack(r->s->x->dims, all.order, all.dim, columns);
    return typed_set_shape(r, n, &all);
}

bool complain_partial(struct reading *r, syntax_t n)
{
    const struct syntax_node *f = &r->t->nodes[r->t->nodes[n].first];
    fault_at(fault_of(r), FAULT_NAME, f->where,
             "D[...](...) derives a declared function");
    if (f->kind == SYNTAX_NAME)
        fault_hint(fault_of(r), "declare it: %.60s(x), or %.60s(x)[m]",
                   name_of(r, f->payload), name_of(r, f->payload));
    return false;
}

static bool wrong_count(struct reading *r, syntax_t n,
                        const struct application *a)
{
    return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
                    "'%.60s' takes %u argument%s, not %u",
                    name_of(r, a->name), a->f->nargs,
                    a->f->nargs == 1 ? "" : "s", a->nargs);
}

bool type_applied(struct reading *r, syntax_t n)
{
    struct application a;
    if (!read_application(r, n, &a))
        return false;
    if (!a.args)
        return imply(r, n, r->s->uses[typed_at(r, n)->ref].function, 0) &&
               set_result(r, n, &a);
    if (a.nargs != a.f->nargs)
        return wrong_count(r, n, &a);
    if (r->t->nodes[n].flags & SYNTAX_ENTRIES)
        return type_by_entries(r, n, &a);
    syntax_t c = a.args;
    for (uint32_t k = 0; k < a.nargs; k++, c = r->t->nodes[c].next)
        if (!type_argument(r, &a, c, k))
            return false;
    return set_result(r, n, &a);
}

/* ---------------------------------------------------------- final, and built */

/* What the parameter's name stands for, 0 if nothing that fits. */
static expr_t implied_value(const struct scope *s, const struct use *p,
                            const struct shape *shape)
{
    bool known = p->node && !p->bound &&
                 (!p->function || s->functions[p->function].final);
    return known && shape_equal(expr_shape(s->x, p->node), shape) ? p->node
                                                                  : 0;
}

static bool final_function(struct scope *s, struct function_use *f)
{
    struct use *u = &s->uses[f->use];
    struct decl d = *expr_decl(s->x, s->entries[u->entry].decl);
    struct function own = *function_of(s->x, s->entries[u->entry].decl);
    own.known = f->known;
    for (uint32_t a = 0; a < d.shape.order; a++)
        d.shape.dim[a] = unifier_resolve(&s->sizes, d.shape.dim[a]);
    for (uint32_t k = 0; k < f->nargs; k++) {
        own.shape[k] = f->shape[k];
        for (uint32_t a = 0; a < own.shape[k].order; a++)
            own.shape[k].dim[a] =
                unifier_resolve(&s->sizes, own.shape[k].dim[a]);
        own.implied[k] = implied_value(s, &s->uses[f->parameter[k]],
                                       &own.shape[k]);
    }
    f->final = true;
    f->decl = u->decl = scope_with_function(s, u->entry, &d.shape, &own);
    bool all = f->known == (1u << f->nargs) - 1;
    u->node = f->decl && all ? expr_implied(s->x, f->decl) : 0;
    return f->decl && !fault_is_set(s->x->mem->fault);
}

/* Those of others come after them, which were met later.  What a function of
 * itself would be applied to is never asked for. */
bool functions_final(struct scope *s)
{
    bool more = true;
    for (uint32_t round = 0; more && round <= s->function_count; round++) {
        more = false;
        for (uint32_t i = s->function_count; i; i--) {
            struct function_use *f = &s->functions[i];
            bool ready = !f->final;
            for (uint32_t k = 0; ready && k < f->nargs; k++) {
                uint32_t of = s->uses[f->parameter[k]].function;
                ready = !of || s->functions[of].final ||
                        round == s->function_count;
            }
            more = more || !f->final;
            if (ready && !final_function(s, f))
                return false;
        }
    }
    return true;
}

expr_t build_applied(struct reading *r, syntax_t n)
{
    struct exprs *x = r->s->x;
    struct application a;
    expr_t args[FUNCTION_MAX_ARGS] = {0};
    if (!read_application(r, n, &a))
        return 0;
    const struct function *f = function_of(x, a.by.function);
    syntax_t c = a.args;
    for (uint32_t k = 0; k < f->nargs; k++, c = r->t->nodes[c].next)
        args[k] = a.args ? typed_at(r, c)->value : f->implied[k];
    return expr_applied(x, applied_find(x, &a.by), f->nargs, args);
}

/* "g(U[m,n])": what was found to be the arguments of a function. */
void functions_say(struct scope *s)
{
    for (uint32_t i = 1; i <= s->function_count; i++) {
        const struct function_use *f = &s->functions[i];
        const struct function *own = function_of(s->x, f->decl);
        bool told = true;
        for (uint32_t k = 0; k < f->nargs; k++)
            told = told && ((f->declared >> k & 1) || own->implied[k] ||
                            own->shape[k].order == 0);
        if (told)
            continue;
        if (s->assumed.length)
            text_str(&s->assumed, ", ");
        function_print(s->x, f->decl, &s->assumed);
    }
}
