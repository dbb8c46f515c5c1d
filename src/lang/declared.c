/* declared.c - one declaration, "A[m,n] symmetric" or "f(x)": the variable or
 * the function that it makes of a name. */
#include <string.h>

#include "expr/function.h"
#include "lang/declare.h"

/* W{l}[...] rather than A[d{1},n]. */
static bool declares_family(const struct syntax *t,
                            const struct syntax_node *n)
{
    const struct syntax_node *first = &t->nodes[n->first];
    return n->first && first->kind == SYNTAX_MEMBER &&
           first->where.begin == n->where.begin;
}

static bool bad_family_parameter(struct declaring *d, syntax_t c)
{
    fault_at(fault_of(d), FAULT_NAME, d->t->nodes[c].where,
             "the parameter of a family is a name, perhaps with a range");
    fault_hint(fault_of(d), "W{l}[d{l},d{l-1}], x{i=1..m}[n]; a first member "
                            "such as a{0} is one of the family a{l}");
    return false;
}

static bool declared_parameters(struct declaring *d,
                                const struct syntax_node *n,
                                struct decl *out)
{
    const struct syntax_node *member = &d->t->nodes[n->first];
    if (!declares_family(d->t, n))
        return true;
    if (member->count > FAMILY_MAX_SUBSCRIPTS)
        return fault_at(fault_of(d), FAULT_UNSUPPORTED, member->where,
                        "a family has at most %d subscripts",
                        FAMILY_MAX_SUBSCRIPTS);
    for (syntax_t c = member->first; c; c = d->t->nodes[c].next) {
        const struct syntax_node *p = &d->t->nodes[c];
        uint32_t i = out->subscripts++;
        out->parameter[i] = p->payload;
        if (i && out->parameter[0] == p->payload)
            return fault_at(fault_of(d), FAULT_NAME, p->where,
                            "the parameter '%.60s' stands here twice",
                            intern_name(d->s->x->names, p->payload));
        if (p->kind == SYNTAX_NAME)
            continue;
        if (p->kind != SYNTAX_RANGE)
            return bad_family_parameter(d, c);
        out->low[i] = size_at(d, p->first);
        out->high[i] = size_at(d, d->t->nodes[p->first].next);
        if (!out->low[i] || !out->high[i])
            return bad_family_parameter(d, c);
    }
    return true;
}

bool declared_shape(struct declaring *d, const struct syntax_node *n,
                    syntax_t c, struct shape *shape, syntax_t *properties)
{
    dim_t dim[3] = {0};
    uint32_t order = 0;
    for (; c && d->t->nodes[c].kind != SYNTAX_PROPERTY &&
           d->t->nodes[c].kind != SYNTAX_DEFINITION;
         c = d->t->nodes[c].next) {
        if (order == 2) {
            fault_at(fault_of(d), FAULT_UNSUPPORTED, n->where,
                     "a declared name has at most two sizes");
            return false;
        }
        if (!dimension_check(d->s->x, d->t, c, size_at(d, c)))
            return false;
        dim[order++] = size_at(d, c);
    }
    *properties = c;
    *shape = shape_tensor(order, dim);
    if (n->flags & SYNTAX_DECLARES_ROW && order == 1)
        *shape = shape_row(dim[0]);
    return true;
}

static const char *next_property(void *data)
{
    int *i = data;
    return *i < PROPERTY_COUNT ? property_name((enum property)(1 << (*i)++))
                               : NULL;
}

static bool unknown_property(struct declaring *d, syntax_t n)
{
    const struct syntax_node *node = &d->t->nodes[n];
    const char *name = intern_name(d->s->x->names, node->payload);
    int i = 0;
    fault_at(fault_of(d), FAULT_PROPERTY, node->where,
             "unknown property '%.60s'", name);
    const char *near = nearest_word(name, strlen(name), next_property, &i);
    fault_hint(fault_of(d), "%s",
               near[0] ? near
                       : "symmetric, antisymmetric, diagonal, lower, upper, "
                         "orthogonal, invertible, posdef, psd, positive, "
                         "nonneg, nonzero, constant");
    return false;
}

static bool declared_properties(struct declaring *d, syntax_t first,
                                properties_t *all)
{
    *all = 0;
    for (syntax_t c = first; c; c = d->t->nodes[c].next) {
        const char *name =
            intern_name(d->s->x->names, d->t->nodes[c].payload);
        properties_t p = property_by_name(name);
        if (!p && !strcmp(name, "triangular")) {
            if (*all & (PROP_LOWER | PROP_UPPER))
                continue;
            fault_at(fault_of(d), FAULT_PROPERTY, d->t->nodes[c].where,
                     "triangular: lower or upper?");
            fault_hint(fault_of(d), "lower triangular, or upper triangular");
            return false;
        }
        if (!p)
            return unknown_property(d, c);
        *all |= p;
    }
    return true;
}

/* Closes the properties; a fault gets the place of them all. */
static bool close_properties(struct declaring *d, syntax_t first,
                             const char *name, struct decl *decl)
{
    struct fault *f = fault_of(d);
    struct span where = d->t->nodes[first].where;
    for (syntax_t c = first; c; c = d->t->nodes[c].next)
        where.end = d->t->nodes[c].where.end;
    decl->properties =
        property_close(d->s->x->mem, decl->properties, &decl->shape, name);
    if (!fault_is_set(f))
        return true;
    if (!f->where.end)
        f->where = where;
    if (decl->shape.kind == SHAPE_MATRIX &&
        decl->shape.dim[0] != decl->shape.dim[1])
        fault_hint(f, "%.60s[n,n] declares a square matrix", name);
    else if (decl->shape.kind != SHAPE_MATRIX &&
             strstr(f->message, "square"))
        fault_hint(f, "%.60s[n,n] declares a square matrix", name);
    return false;
}

/* The parameters of a function's declaration, 0 if it is a variable's. */
static syntax_t parameters_of(const struct declaring *d, syntax_t n)
{
    syntax_t c = d->t->nodes[n].first;
    return c && d->t->nodes[c].kind == SYNTAX_PARAMETERS ? c : 0;
}

static bool check_new_name(struct declaring *d, syntax_t n)
{
    const struct syntax_node *node = &d->t->nodes[n];
    struct exprs *x = d->s->x;
    const char *name = intern_name(x->names, node->payload);
    op_t op = op_find(x->ops, node->payload);
    struct use *use = use_of(d->s, node->payload);
    if (!use)
        return false;
    if (use->binder) {
        fault_at(fault_of(d), FAULT_NAME, node->where,
                 "'%.60s' is declared twice", name);
        fault_second(fault_of(d), d->t->nodes[use->binder].where,
                     "the first declaration is here");
        return false;
    }
    use->binder = n;
    bool function = parameters_of(d, n) != 0;
    if (!d->parameters && (op >= OP_FIRST_NAMED ||
                           (function && uses_function(d->s, node->payload)))) {
        fault_at(fault_of(d), FAULT_NAME, node->where,
                 function ? "'%.60s' is a known function"
                          : "'%.60s' is a function and cannot be a variable "
                            "too", name);
        if (function)
            fault_hint(fault_of(d), "choose another name");
        return false;
    }
    return true;
}

/* --------------------------------------------------------------- functions */

static bool bad_parameter(struct declaring *d, syntax_t n, const char *what)
{
    fault_at(fault_of(d), FAULT_NAME, d->t->nodes[n].where, "%s", what);
    fault_hint(fault_of(d), "u(x)[m], f(t), g(U[m,n]), h(x,y)");
    return false;
}

/* x, or X[m,n]: a name, perhaps with its sizes. */
static bool declare_parameter(struct declaring *d, syntax_t n,
                              struct function *f, uint32_t k)
{
    const struct syntax_node *node = &d->t->nodes[n];
    bool sized = node->kind == SYNTAX_ELEMENT;
    const struct syntax_node *name =
        sized ? &d->t->nodes[node->first] : node;
    syntax_t rest;
    if (name->kind != SYNTAX_NAME)
        return bad_parameter(d, n, "an argument of a declared function is a "
                                   "name");
    if (uses_function(d->s, name->payload))
        return bad_parameter(d, n, "this name is a known function's");
    for (uint32_t i = 0; i < k; i++)
        if (f->parameter[i] == name->payload)
            return bad_parameter(d, n, "this name stands here twice");
    f->parameter[k] = name->payload;
    if (!sized)
        return true;
    f->known |= (uint8_t)(1u << k);
    return declared_shape(d, node, name->next, &f->shape[k], &rest);
}

static bool declare_function(struct declaring *d, syntax_t n, syntax_t list,
                             struct decl *out)
{
    struct function f = {0};
    const struct syntax_node *node = &d->t->nodes[n];
    if (d->parameters)
        return fault_at(fault_of(d), FAULT_UNSUPPORTED, node->where,
                        "abstract functions in a rule that is applied");
    if (d->t->nodes[list].count > FUNCTION_MAX_ARGS)
        return fault_at(fault_of(d), FAULT_UNSUPPORTED, node->where,
                        "a declared function has at most %d arguments",
                        FUNCTION_MAX_ARGS);
    for (syntax_t c = d->t->nodes[list].first; c; c = d->t->nodes[c].next)
        if (!declare_parameter(d, c, &f, f.nargs++))
            return false;
    if (out->properties & (PROP_ORTHOGONAL | PROP_CONSTANT | PROP_INTEGER)) {
        fault_at(fault_of(d), FAULT_UNSUPPORTED, node->where,
                 "an abstract function is not orthogonal, constant or "
                 "integer");
        fault_hint(fault_of(d), "symmetric, invertible, posdef, positive");
        return false;
    }
    out->role = DECL_FUNCTION;
    return (out->function = function_new(d->s->x, &f)) != 0;
}

static bool properties_follow(const struct declaring *d, syntax_t n)
{
    return !n || d->t->nodes[n].kind == SYNTAX_PROPERTY;
}

bool declared_read(struct declaring *d, syntax_t n, struct decl *out)
{
    const struct syntax_node *node = &d->t->nodes[n];
    syntax_t properties;
    *out = (struct decl){.name = node->payload,
                         .role = d->parameters ? DECL_PARAMETER
                                               : DECL_VARIABLE};
    if (definition_is_further(d, n))
        return true;
    if (!check_new_name(d, n))
        return false;
    if (node->flags & SYNTAX_DECLARES_SIZE)
        return true;
    if (definition_is_equation(d, n)) {
        out->subscripts = 1;
        out->parameter[0] = definition_range(d, n).parameter;
        return true;
    }
    syntax_t list = parameters_of(d, n), sizes = node->first;
    if (list || declares_family(d->t, node))
        sizes = d->t->nodes[sizes].next;
    if (!declared_parameters(d, node, out) ||
        !declared_shape(d, node, sizes, &out->shape, &properties) ||
        (properties_follow(d, properties) &&
         !declared_properties(d, properties, &out->properties)))
        return false;
    if (list && !declare_function(d, n, list, out))
        return false;
    if (!properties_follow(d, properties))
        return true;
    char name[64];
    const char *full = intern_name(d->s->x->names, node->payload);
    strncpy(name, full, sizeof name - 1);
    name[sizeof name - 1] = '\0';
    return !out->properties || close_properties(d, properties, name, out);
}
