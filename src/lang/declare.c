/* declare.c - declarations: "A[m,n] symmetric, x[n], a positive". */
#include <string.h>

#include "expr/function.h"
#include "lang/scope.h"

struct declaring {
    struct scope *s;
    const struct syntax *t;
    dim_t *dims; /* the sizes that nodes are, from node `base` on */
    syntax_t base, list;
    bool parameters;
};

static dim_t size_at(const struct declaring *d, syntax_t n)
{
    return d->dims[n - d->base];
}

static struct fault *fault_of(const struct declaring *d)
{
    return d->s->x->mem->fault;
}

static dim_t size_power(struct dims *t, dim_t base, dim_t exponent)
{
    int64_t k;
    dim_t d = DIM_ONE;
    if (!base || !exponent || !dim_is_int(t, exponent, &k) || k < 0 || k > 16)
        return 0;
    while (d && k-- > 0)
        d = dim_mul(t, d, base);
    return d;
}

/* The size that a sign makes of sizes, 0 if none. */
static dim_t size_sign(struct dims *t, op_t op, dim_t a, dim_t b)
{
    int64_t k;
    if (!a)
        return 0;
    switch (op) {
    case OP_ADD:
        return dim_add(t, a, b);
    case OP_NEG:
        return dim_sub(t, DIM_ZERO, a);
    case OP_MUL:
        return dim_mul(t, a, b);
    case OP_DIV:
        return b && dim_is_int(t, b, &k) && k > 0 && k <= INT32_MAX
                   ? dim_over(t, a, (uint32_t)k)
                   : 0;
    case OP_POW:
        return size_power(t, a, b);
    default:
        return 0;
    }
}

/* The next definition from node n on, or 0. */
static syntax_t next_definition(const struct syntax *t, syntax_t n,
                                syntax_t to)
{
    while (n <= to && t->nodes[n].kind != SYNTAX_DEFINITION)
        n++;
    return n <= to ? n : 0;
}

/* The sizes of all nodes of a text: one loop, children come first. */
static void find_sizes(struct exprs *x, const struct syntax *t, syntax_t from,
                       syntax_t to, dim_t *dims)
{
    /* The nodes of definitions are no sizes. */
    syntax_t end = next_definition(t, from, to);
    syntax_t begin = end ? syntax_leftmost(t, end) : 0;
    if (end) /* but those of its range are */
        end = t->nodes[end].first;
    for (syntax_t n = from; n <= to; n++) {
        const struct syntax_node *node = &t->nodes[n];
        dim_t *size = &dims[n - from];
        if (end && n > end) {
            end = next_definition(t, n, to);
            if (end && t->nodes[end].first < n)
                end = next_definition(t, end + 1, to);
            begin = end ? syntax_leftmost(t, end) : 0;
            end = end ? t->nodes[end].first : 0;
        }
        if (end && n >= begin)
            continue;
        int64_t v;
        if (node->kind == SYNTAX_NUMBER) {
            if (rat_to_int(x->numbers, node->payload, &v))
                *size = dim_from_int(x->dims, v);
        } else if (node->kind == SYNTAX_NAME) {
            *size = dim_from_symbol(x->dims, node->payload);
        } else if (node->kind == SYNTAX_MEMBER && node->count == 1) {
            *size = dim_apply(x->dims, node->payload,
                              dims[node->first - from]);
        } else if (node->kind == SYNTAX_SIGN) {
            syntax_t b = t->nodes[node->first].next;
            *size = size_sign(x->dims, node->op, dims[node->first - from],
                              node->count > 1 ? dims[b - from] : 0);
        }
    }
}

static bool is_a_size(struct exprs *x, dim_t d)
{
    int64_t v;
    if (!d || (dim_denominator(x->dims, d) > 1 &&
               !dim_term_at(x->dims, d, 0).nsymbols))
        return false;
    return dim_is_int(x->dims, d, &v) ? v > 0 : true;
}

static bool check_size(struct exprs *x, const struct syntax *t, syntax_t n,
                       dim_t d)
{
    if (fault_is_set(x->mem->fault))
        return false;
    if (!d) {
        fault_at(x->mem->fault, FAULT_SHAPE, t->nodes[n].where,
                 "this is not a size");
        fault_hint(x->mem->fault, "sizes are made of names, whole numbers, "
                                  "+, - and *: n, 3, m*n, 2*n-1");
        return false;
    }
    return is_a_size(x, d) ||
           fault_at(x->mem->fault, FAULT_SHAPE, t->nodes[n].where,
                    "a size is at least 1");
}

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
    fault_hint(fault_of(d), "W{l}[d{l},d{l-1}], x{i=1..m}[n]");
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

/* The sizes from node `c` on; what comes after them. */
static bool declared_shape(struct declaring *d, const struct syntax_node *n,
                           syntax_t c, struct shape *shape,
                           syntax_t *properties)
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
        if (!check_size(d->s->x, d->t, c, size_at(d, c)))
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

/* The definition of a declaration, or 0. */
static syntax_t definition_of(const struct syntax *t, syntax_t n)
{
    syntax_t last = syntax_child(t, n, t->nodes[n].count - 1);
    return t->nodes[n].count && t->nodes[last].kind == SYNTAX_DEFINITION
               ? last
               : 0;
}

/* s{l-1} = ... for l = L..2 */
static bool has_range(const struct syntax *t, syntax_t n)
{
    syntax_t definition = definition_of(t, n);
    return definition && t->nodes[definition].count > 1;
}

/* a{l} = ... or a{l=1..L} = ..., rather than a{0} = ... */
static bool defines_all(const struct syntax *t, syntax_t n)
{
    if (!definition_of(t, n) || has_range(t, n))
        return false;
    const struct syntax_node *at =
        &t->nodes[t->nodes[t->nodes[n].first].first];
    return at->kind == SYNTAX_NAME || at->kind == SYNTAX_RANGE;
}

/* Whether n is one of several equations that tell a family: one of them is
 * for a range or for all members. */
static bool is_equation(const struct declaring *d, syntax_t n)
{
    bool all = defines_all(d->t, n);
    if (!definition_of(d->t, n))
        return false;
    for (syntax_t k = d->list; k; k = d->t->nodes[k].next)
        if (d->t->nodes[k].payload == d->t->nodes[n].payload &&
            (has_range(d->t, k) || (!all && defines_all(d->t, k))))
            return true;
    return false;
}

/* The declaration that tells what a name is; equations only add to it. */
static syntax_t first_of(const struct declaring *d, symbol_t name)
{
    syntax_t first = 0;
    for (syntax_t n = d->list; n; n = d->t->nodes[n].next) {
        if (d->t->nodes[n].payload != name)
            continue;
        if (!is_equation(d, n))
            return n;
        first = first ? first : n;
    }
    return first;
}

/* Whether n adds to a family that something else declares. */
static bool is_further(const struct declaring *d, syntax_t n)
{
    return is_equation(d, n) && first_of(d, d->t->nodes[n].payload) != n;
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

/* The sizes in s{L} = ... or s{l-1} = ... for l = L..2. */
static struct equation equation_at(const struct declaring *d, syntax_t n)
{
    const struct syntax *t = d->t;
    struct equation e = {.definition = definition_of(t, n)};
    e.place = size_at(d, t->nodes[t->nodes[n].first].first);
    if (has_range(t, n)) {
        syntax_t range = syntax_child(t, e.definition, 1);
        syntax_t from = t->nodes[range].first;
        e.parameter = t->nodes[range].payload;
        e.from = size_at(d, from);
        e.to = size_at(d, t->nodes[from].next);
    }
    return e;
}

/* The first equation with a range of the name that n declares. */
static struct equation range_of(const struct declaring *d, syntax_t n)
{
    symbol_t name = d->t->nodes[n].payload;
    while (d->t->nodes[n].payload != name || !has_range(d->t, n))
        n = d->t->nodes[n].next;
    return equation_at(d, n);
}

/* The variable the entry is to become; nothing else changes. */
static bool declare_one(struct declaring *d, syntax_t n, struct decl *out)
{
    const struct syntax_node *node = &d->t->nodes[n];
    syntax_t properties;
    *out = (struct decl){.name = node->payload,
                         .role = d->parameters ? DECL_PARAMETER
                                               : DECL_VARIABLE};
    if (is_further(d, n))
        return true;
    if (!check_new_name(d, n))
        return false;
    if (node->flags & SYNTAX_DECLARES_SIZE)
        return true;
    if (is_equation(d, n)) {
        out->subscripts = 1;
        out->parameter[0] = range_of(d, n).parameter;
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

static bool mentions_variable(const struct scope *s, dim_t d)
{
    for (uint32_t i = 0; i < dim_term_count(s->x->dims, d); i++) {
        struct dim_term t = dim_term_at(s->x->dims, d, i);
        for (uint32_t j = 0; j < t.nsymbols; j++)
            if (s->entries[scope_find(s, t.symbols[j])].decl)
                return true;
    }
    return false;
}

/* Assumed variables give way to what is declared: those of a name that is a
 * size now, and those whose sizes are variables now. */
static void drop_assumed(struct scope *s)
{
    for (uint32_t i = 1; i <= s->count; i++) {
        struct scope_entry *e = &s->entries[i];
        const struct decl *d = e->decl ? expr_decl(s->x, e->decl) : NULL;
        if (!d || !d->assumed)
            continue;
        bool drop = e->is_size;
        for (uint32_t a = 0; !drop && a < d->shape.order; a++)
            drop = mentions_variable(s, d->shape.dim[a]);
        if (drop)
            e->decl = e->variant = 0;
    }
}

/* A name cannot be a size and a variable; the text's declaration that says
 * so is the fault's place. */
static bool check_conflicts(struct declaring *d, syntax_t list)
{
    struct scope *s = d->s;
    for (uint32_t i = 1; i <= s->count; i++) {
        struct scope_entry *e = &s->entries[i];
        if (!e->is_size || (!e->decl && !e->meaning))
            continue;
        struct span where = {0, 0};
        for (syntax_t n = list; n; n = d->t->nodes[n].next) {
            if (d->t->nodes[n].payload == e->name) {
                where = d->t->nodes[n].where;
                break;
            }
            syntax_t c = d->t->nodes[n].first;
            for (; c; c = d->t->nodes[c].next)
                if (size_at(d, c) &&
                    dim_mentions(s->x->dims, size_at(d, c), e->name))
                    where = d->t->nodes[c].where;
        }
        fault_at(fault_of(d), FAULT_NAME, where,
                 "'%.60s' is both a size and a variable",
                 intern_name(s->x->names, e->name));
        fault_hint(fault_of(d), "give the size another name");
        return false;
    }
    return true;
}

/* ------------------------------------------------------------- definitions */

/* The sizes that the member of an equation is declared with, as those of all
 * members. */
static bool equation_shape(struct declaring *d, syntax_t n, decl_t family)
{
    const struct syntax_node *node = &d->t->nodes[n];
    const struct equation e = equation_at(d, n);
    struct exprs *x = d->s->x;
    struct shape member, shape;
    syntax_t rest;
    if (node->count < 3)
        return true;
    if (!declared_shape(d, node, d->t->nodes[node->first].next, &member,
                        &rest) ||
        !equations_shape(x, &member, &e, x->decls[family].parameter[0],
                         &shape))
        return false;
    x->decls[family].shape = shape;
    return true;
}

/* All equations of the family that n begins. */
static bool define_by_equations(struct declaring *d, syntax_t first,
                                decl_t family)
{
    const struct syntax *t = d->t;
    struct equation e[FAMILY_MAX_PIECES];
    uint32_t count = 0;
    syntax_t declared = first_of(d, t->nodes[first].payload);
    bool sized = !is_equation(d, declared);
    for (syntax_t n = first; n; n = t->nodes[n].next) {
        if (t->nodes[n].payload != t->nodes[first].payload ||
            !is_equation(d, n))
            continue;
        if (count == FAMILY_MAX_PIECES)
            return fault_at(fault_of(d), FAULT_LIMIT, t->nodes[n].where,
                            "more than %d equations for one family",
                            FAMILY_MAX_PIECES);
        e[count++] = equation_at(d, n);
        sized = sized || t->nodes[n].count > 2;
    }
    if (expr_decl(d->s->x, family)->subscripts == 1)
        return equations_define(d->s, t, count, e, family, sized);
    fault_at(fault_of(d), FAULT_NAME, t->nodes[first].where,
             "'%.60s' is declared twice",
             intern_name(d->s->x->names, t->nodes[first].payload));
    fault_second(fault_of(d), t->nodes[declared].where,
                 "the first declaration is here");
    return false;
}

/* Whether n is the value of all members of its name, or the first equation. */
static bool begins_definition(const struct declaring *d, syntax_t n)
{
    syntax_t first = d->list;
    bool equation = is_equation(d, n);
    if (!definition_of(d->t, n) || !equation)
        return definition_of(d->t, n) != 0;
    while (d->t->nodes[first].payload != d->t->nodes[n].payload ||
           !is_equation(d, first))
        first = d->t->nodes[first].next;
    return first == n;
}

/* The values of members, which may be made of all names that are entered.
 * Those with sizes come later: the others must tell theirs by then. */
static bool define_families(struct declaring *d, syntax_t list)
{
    struct scope *s = d->s;
    uint32_t count = 0, k = 0;
    for (syntax_t n = list; n; n = d->t->nodes[n].next)
        count += definition_of(d->t, n) != 0;
    if (!count)
        return true;
    struct defined *all = ARENA_ARRAY(&s->arena, struct defined, count);
    for (syntax_t n = list; all && n; n = d->t->nodes[n].next) {
        decl_t f = s->entries[scope_find(s, d->t->nodes[n].payload)].decl;
        if (is_equation(d, n) && !equation_shape(d, n, f))
            return false;
        if (begins_definition(d, n) &&
            !(is_equation(d, n) &&
              defines_all(d->t, first_of(d, d->t->nodes[n].payload))))
            all[k++] = (struct defined){f, definition_of(d->t, n),
                                        d->t->nodes[n].count > 2};
    }
    for (uint32_t round = 0; all && round < 3; round++) {
        /* the members of recursions may be spoken of in equations */
        if (round == 2 && !equations_find_recursions(s, d->t, k, all))
            return false;
        for (syntax_t n = list; n; n = d->t->nodes[n].next) {
            decl_t f = s->entries[scope_find(s, d->t->nodes[n].payload)].decl;
            bool sized = d->t->nodes[n].count > 2;
            if (!begins_definition(d, n) ||
                round != (is_equation(d, n) ? 2 : sized))
                continue;
            if (is_equation(d, n) ? !define_by_equations(d, n, f)
                                  : !families_define(s, d->t, n, f, sized))
                return false;
        }
    }
    return all && equations_find_recursions(s, d->t, k, all) &&
           scope_refresh(s);
}

static bool enter(struct declaring *d, syntax_t list, struct decl *decls)
{
    struct scope *s = d->s;
    for (syntax_t n = list; n; n = d->t->nodes[n].next, decls++) {
        uint32_t e = scope_entry_for(s, decls->name);
        if (!e)
            return false;
        if (is_further(d, n))
            continue;
        if (d->t->nodes[n].flags & SYNTAX_DECLARES_SIZE) {
            struct decl size = {.name = decls->name, .role = DECL_SIZE};
            s->entries[e].keeps_size = true;
            if (!s->strict && !expr_declare(s->x, &size))
                return false;
            continue;
        }
        s->entries[e].decl = expr_declare(s->x, decls);
        s->entries[e].meaning = s->entries[e].variant = 0;
        s->entries[e].differential = 0;
        if (!s->entries[e].decl)
            return false;
    }
    if (!scope_refresh(s))
        return false;
    if (!s->strict) {
        drop_assumed(s);
        if (!scope_refresh(s))
            return false;
    }
    return check_conflicts(d, list) && define_families(d, list);
}

/* Puts the scope's names back as they were. */
static void restore(struct scope *s, const struct scope_entry *saved,
                    uint32_t count)
{
    if (count)
        memcpy(s->entries + 1, saved, count * sizeof *saved);
    s->count = count;
    if (s->index.capacity)
        memset(s->index.slots, 0, s->index.capacity * sizeof(uint32_t));
    s->index.count = 0;
    for (uint32_t i = 1; i <= count; i++) {
        uint32_t slot =
            hash_slot(&s->index, hash_word(s->entries[i].name));
        while (s->index.slots[slot])
            slot = hash_next(&s->index, slot);
        s->index.slots[slot] = i;
        s->index.count++;
    }
}

static bool declare_list(struct scope *s, const struct syntax *t,
                         syntax_t list, bool parameters)
{
    struct arena_mark mark = arena_mark(&s->arena);
    uint32_t length = 0, count = s->count, k = 0;
    if (!list)
        return true;
    uses_clear(s);
    for (syntax_t n = list; n; n = t->nodes[n].next)
        length++;
    struct declaring d = {
        .s = s, .t = t, .list = list, .parameters = parameters};
    syntax_t last = 0;
    for (syntax_t n = list; n; n = t->nodes[n].next)
        last = n;
    d.base = syntax_leftmost(t, list);
    d.dims = ARENA_ARRAY(&s->arena, dim_t, last - d.base + 1);
    struct decl *decls = ARENA_ARRAY(&s->arena, struct decl, length);
    struct scope_entry *saved =
        ARENA_ARRAY(&s->arena, struct scope_entry, count);
    bool ok = d.dims && decls && saved;
    if (ok && count)
        memcpy(saved, s->entries + 1, count * sizeof *saved);
    if (ok)
        find_sizes(s->x, t, d.base, last, d.dims);
    for (syntax_t n = list; ok && n; n = t->nodes[n].next)
        ok = declare_one(&d, n, &decls[k++]);
    if (ok && !enter(&d, list, decls)) {
        restore(s, saved, count);
        ok = false;
    }
    arena_release(&s->arena, mark);
    return ok && !fault_is_set(s->x->mem->fault);
}

bool scope_declare(struct scope *s, const char *text, size_t length)
{
    struct syntax *t = &s->texts[0];
    return syntax_read(t, START_DECLARATIONS, text, length) &&
           declare_list(s, t, t->root, false);
}

bool scope_declare_parameters(struct scope *s, const struct syntax *t,
                              syntax_t list)
{
    return declare_list(s, t, list, true);
}

bool scope_declare_variables(struct scope *s, const struct syntax *t,
                             syntax_t list)
{
    return declare_list(s, t, list, false);
}

bool scope_declare_function(struct scope *s, symbol_t name)
{
    struct function f = {.nargs = 1, .known = 1,
                         .parameter = {intern_text(s->x->names, "t")}};
    struct decl d = {.name = name, .role = DECL_FUNCTION};
    if (uses_function(s, name)) {
        fault_set(s->x->mem->fault, FAULT_NAME,
                  "'%.60s' is a known function",
                  intern_name(s->x->names, name));
        fault_hint(s->x->mem->fault, "choose another name");
        return false;
    }
    uint32_t e = scope_entry_for(s, name);
    if (!e || !f.parameter[0] || !(d.function = function_new(s->x, &f)))
        return false;
    s->entries[e] = (struct scope_entry){.name = name,
                                         .decl = expr_declare(s->x, &d)};
    return s->entries[e].decl != 0;
}

dim_t scope_size(struct scope *s, const struct syntax *t, syntax_t n)
{
    struct arena_mark mark = arena_mark(&s->arena);
    syntax_t first = syntax_leftmost(t, n);
    dim_t *dims = ARENA_ARRAY(&s->arena, dim_t, n - first + 1);
    dim_t d = 0;
    if (dims) {
        find_sizes(s->x, t, first, n, dims);
        if (check_size(s->x, t, n, dims[n - first]))
            d = dims[n - first];
    }
    arena_release(&s->arena, mark);
    return d;
}
