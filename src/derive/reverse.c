/* reverse.c - reverse-mode differentiation of index terms.
 *
 * The adjoint of a node v is the tensor d f / d v, with the axes of f first.
 * Ids ascend from children to parents, so a walk downward meets every node
 * after all that use it. */
#include "derive/reverse.h"

#include <string.h>

#include "derive/differential.h"

enum {
    RULE_DEPTH = 4, /* differentials within differentials */
    /* In a large expression, such as a deep network, an adjoint is a factor
       of the next ones rather than part of them: linear, not shortest. */
    MANY_NODES = 128,
    MANY_FLATTEN_LIMIT = 2
};

struct contribution {
    ix_t node;
    struct contribution *next;
};

struct reverse {
    struct ix_table *t;
    uint32_t outer; /* axes of f */
    dim_t outer_dims[IX_MAX_ORDER];
    uint32_t n;
    const ix_t *list;
    uint32_t *child;  /* positions of all nodes' children, one after another */
    uint32_t *first;  /* where a node's children begin there */
    uint8_t *active;  /* depends on a leaf asked for */
    struct contribution **adjoint;
    uint32_t nleaves;
    const ix_t *leaves;
    uint32_t *place; /* of every leaf asked for; UINT32_MAX: not there */
    ix_t *gradient;  /* by position of a leaf */
    uint32_t depth;
    struct reverse_found *found; /* what reached members of families */
    struct conditions *conditions;
    symbol_t every; /* not one member is asked for, but all: see
                       reverse_members */
};

static bool reverse_seeded(struct ix_table *t, ix_t f, ix_t seed,
                           uint32_t outer, const dim_t *outer_dims,
                           uint32_t n, const ix_t *leaves,
                           struct conditions *conditions, ix_t *out,
                           uint32_t depth);
static bool reverse_walk(struct reverse *r, ix_t f, ix_t seed);
static bool reverse_series(struct reverse *r, uint32_t i, ix_t adj);
static bool note_member(struct reverse *r, ix_t leaf, ix_t adj);
static bool is_wanted_member(const struct reverse *r, ix_t leaf);

static bool derive_from(struct ix_table *t, ix_t f, uint32_t n,
                        const ix_t *leaves, struct conditions *conditions,
                        ix_t *out, uint32_t depth);

static uint32_t count_children(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    if (node->kind == IX_SUM)
        return node->length / 2;
    if (node->kind == IX_SERIES)
        return 1;
    if (node->kind != IX_PROD)
        return node->kind >= IX_FUN ? node->length : 0;
    uint32_t count = 0;
    const uint32_t *w = ix_content(t, n);
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k]))
        count++;
    return count;
}

/* Lists the nodes and where their children stand; marks the active ones. */
static bool prepare(struct reverse *r, ix_t f)
{
    struct ix_table *t = r->t;
    struct arena *a = &t->scratch;
    r->list = ix_reach(t, f, &r->n);
    if (!r->list)
        return false;
    r->place = ARENA_ARRAY(a, uint32_t, r->nleaves);
    r->gradient = ARENA_ARRAY(a, ix_t, r->n);
    r->first = ARENA_ARRAY(a, uint32_t, r->n + 1);
    r->active = ARENA_ARRAY(a, uint8_t, r->n);
    r->adjoint = ARENA_ARRAY(a, struct contribution *, r->n);
    if (!r->first || !r->active || !r->adjoint || !r->place || !r->gradient)
        return false;
    for (uint32_t k = 0; k < r->nleaves; k++) {
        bool there = t->stamps[r->leaves[k]] == t->pass &&
                     !reverse_member(t, r->leaves[k]);
        r->place[k] = there ? t->positions[r->leaves[k]] : UINT32_MAX;
        if (there)
            r->active[r->place[k]] = 1;
    }
    for (uint32_t i = 0; i < r->n; i++)
        r->active[i] |= is_wanted_member(r, r->list[i]);
    for (uint32_t i = 0; i < r->n; i++)
        r->first[i + 1] = r->first[i] + count_children(t, r->list[i]);
    r->child = ARENA_ARRAY(a, uint32_t, r->first[r->n] + 1);
    ix_t *ids = ARENA_ARRAY(a, ix_t, r->first[r->n] + 1);
    if (!r->child || !ids)
        return false;
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t at = r->first[i], count = r->first[i + 1] - at;
        ix_children(t, r->list[i], ids + at, count);
        for (uint32_t k = at; k < at + count; k++) {
            r->child[k] = t->positions[ids[k]];
            r->active[i] |= r->active[r->child[k]];
        }
    }
    return true;
}

static bool contribute(struct reverse *r, uint32_t position, ix_t node)
{
    struct contribution *c =
        node ? ARENA_ARRAY(&r->t->scratch, struct contribution, 1) : NULL;
    if (!c)
        return false;
    c->node = node;
    c->next = r->adjoint[position];
    r->adjoint[position] = c;
    return true;
}

static ix_t collect(struct reverse *r, uint32_t position)
{
    struct ix_table *t = r->t;
    struct contribution *c = r->adjoint[position];
    if (!c->next)
        return c->node;
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, c->node)->order;
    memcpy(dims, ix_dims(t, c->node), order * sizeof *dims);
    struct ix_sum s;
    ix_sum_begin(&s, t, order, dims);
    for (; c; c = c->next)
        ix_sum_add(&s, RAT_ONE, c->node);
    return ix_sum_end(&s);
}

/* ------------------------------------------------------------- products */

struct product_view {
    uint32_t order, labels, length;
    dim_t dims[IX_MAX_ORDER];
    uint32_t *content; /* a copy: new nodes move the table */
};

static uint16_t map_label(struct ix_product *p, uint16_t *map, uint32_t l,
                          dim_t d)
{
    if (map[l] == UINT16_MAX)
        map[l] = ix_product_label(p, d);
    return map[l];
}

/* The adjoint of the factor at word `at` of a product with adjoint adj. */
static ix_t factor_adjoint(struct reverse *r, const struct product_view *v,
                           ix_t adj, uint32_t at)
{
    struct ix_table *t = r->t;
    const uint32_t *w = v->content;
    ix_t node = w[at];
    rat_t exponent = w[at + 1];
    uint32_t own = ix_get(t, node)->order, outer = r->outer;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, node), own * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, outer + own, dims);
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, v->labels + 1);
    if (!map)
        p.failed = true;
    for (uint32_t l = 0; map && l < v->labels; l++)
        map[l] = UINT16_MAX;
    for (uint32_t a = 0; a < own && !p.failed; a++) {
        uint32_t l = w[at + 2 + a];
        uint16_t axis = (uint16_t)(outer + a);
        if (map[l] == UINT16_MAX)
            map[l] = axis;
        else
            ix_product_factor(&p, ix_delta(t, dims[axis]), RAT_ONE,
                              (uint16_t[]){map[l], axis});
    }
    for (uint32_t a = 0; a < outer; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t a = 0; a < v->order && !p.failed; a++)
        labels[outer + a] = map_label(&p, map, a, v->dims[a]);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    for (uint32_t k = 1; k < v->length && !p.failed;
         k += ix_factor_words(t, w[k])) {
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, w[k])->order; a++)
            l[a] = map_label(&p, map, w[k + 2 + a], ix_dims(t, w[k])[a]);
        if (k != at) {
            ix_product_factor(&p, w[k], w[k + 1], l);
        } else if (exponent != RAT_ONE) {
            for (uint32_t a = 0; a < own; a++)
                l[a] = (uint16_t)(outer + a);
            ix_product_factor(
                &p, node, rat_sub(t->x->numbers, exponent, RAT_ONE), l);
        }
    }
    ix_t value = ix_product_end(&p);
    return ix_scale(t, exponent, value);
}

/* By one leaf that is a variable. */
static bool is_halved(const struct reverse *r, ix_t product)
{
    return r->nleaves == 1 && r->place[0] != UINT32_MAX &&
           halves_apply(r->t, product, r->leaves[0]);
}

/* The adjoint times the derivative of the product as a whole. */
static bool reverse_halves(struct reverse *r, ix_t product, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t leaf = r->leaves[0];
    ix_t slope = halves_derive(t, product, leaf, r->conditions);
    uint32_t own = ix_get(t, product)->order, outer = r->outer;
    uint32_t order = ix_get(t, leaf)->order;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    struct ix_product p;
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, leaf), order * sizeof *dims);
    ix_product_begin(&p, t, outer + order, dims);
    for (uint32_t a = 0; a < outer; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t a = 0; a < own; a++)
        labels[outer + a] = ix_product_label(&p, ix_dims(t, product)[a]);
    for (uint32_t a = 0; a < order; a++)
        labels[outer + own + a] = (uint16_t)(outer + a);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, slope, RAT_ONE, labels + outer);
    return contribute(r, r->place[0], ix_product_end(&p));
}

static bool reverse_product(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    if (is_halved(r, r->list[i]))
        return reverse_halves(r, r->list[i], adj);
    const struct ix_node *n = ix_get(t, r->list[i]);
    struct product_view v = {.order = n->order,
                             .labels = ix_content(t, r->list[i])[0],
                             .length = n->length};
    memcpy(v.dims, ix_dims(t, r->list[i]), v.order * sizeof *v.dims);
    v.content = ARENA_ARRAY(&t->scratch, uint32_t, v.length);
    if (!v.content)
        return false;
    memcpy(v.content, ix_content(t, r->list[i]),
           v.length * sizeof *v.content);
    uint32_t k = r->first[i];
    for (uint32_t at = 1; at < v.length;
         at += ix_factor_words(t, v.content[at]), k++)
        if (r->active[r->child[k]] &&
            !contribute(r, r->child[k], factor_adjoint(r, &v, adj, at)))
            return false;
    return true;
}

/* ---------------------------------------------------- sums and functions */

static bool reverse_sum(struct reverse *r, uint32_t i, ix_t adj)
{
    uint32_t n = r->first[i + 1] - r->first[i];
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        rat_t c = ix_content(r->t, r->list[i])[2 * k];
        if (r->active[child] &&
            !contribute(r, child, ix_scale(r->t, c, adj)))
            return false;
    }
    return true;
}

/* Where a rule says nothing about d of an argument. */
static bool unknown_partial(struct ix_table *t, uint16_t overload,
                            uint32_t arg)
{
    static const char *const place[] = {"first", "second", "third"};
    const struct overload *o = overload_get(t->x->ops, overload);
    const char *which = arg < 3 ? place[arg] : "last";
    fault_set(t->mem->fault, FAULT_UNSUPPORTED,
              "the derivative of '%s' by its %s argument is not known",
              op_name(t->x->ops, o->op), which);
    return false;
}

static bool is_known(const struct ix_table *t, uint16_t overload,
                     uint32_t arg)
{
    const struct overload *o = overload_get(t->x->ops, overload);
    return !o->differential || o->dparameter[arg] ||
           expr_is_number(t->x, o->differential, RAT_ZERO);
}

/* The derivative of a function by entries by one argument, as a template
 * over its parameters. */
static ix_t partial_template(struct ix_table *t, uint16_t overload,
                             uint32_t arg, uint32_t depth)
{
    ix_t body = ix_template(t, overload, TEMPLATE_DIFFERENTIAL);
    if (!body)
        return 0;
    if (t->templates[overload].partial[arg])
        return t->templates[overload].partial[arg];
    ix_t one = ix_ones(t, 0, NULL), partial = ix_zero(t, 0, NULL);
    if (!is_known(t, overload, arg)) {
        unknown_partial(t, overload, arg);
        return 0;
    }
    if (overload_get(t->x->ops, overload)->dparameter[arg]) {
        ix_t leaf = ix_parameter(t, overload, arg, true);
        if (!reverse_seeded(t, body, one, 0, NULL, 1, &leaf, NULL, &partial,
                            depth + 1))
            return 0;
    }
    t->templates[overload].partial[arg] = partial;
    return partial;
}

/* The derivative of a function by entries by argument k, at its arguments. */
static ix_t slope_of(struct reverse *r, ix_t v, uint32_t k, uint32_t n,
                     const ix_t *args)
{
    struct ix_table *t = r->t;
    applied_t a = ix_as_applied(ix_get(t, v));
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, v)->order, place;
    if (a) {
        a = applied_derive(t->x, a, k, &place);
        return a ? ix_applied(t, a, n, args) : 0;
    }
    uint16_t overload = (uint16_t)ix_get(t, v)->payload;
    memcpy(dims, ix_dims(t, v), order * sizeof *dims);
    ix_t partial = partial_template(t, overload, k, r->depth);
    return ix_instantiate(t, overload, partial, n, args, order, dims, NULL);
}

static bool reverse_fun(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t v = r->list[i], args[OP_MAX_ARGS];
    uint32_t n = ix_children(t, v, args, OP_MAX_ARGS);
    uint32_t order = ix_get(t, v)->order, outer = r->outer;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER];
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, v), order * sizeof *dims);
    for (uint32_t a = 0; a < outer + order; a++)
        labels[a] = (uint16_t)a;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (!r->active[child])
            continue;
        ix_t slope = slope_of(r, v, k, n, args);
        if (!slope)
            return false;
        struct ix_product p;
        ix_product_begin(&p, t, outer + order, dims);
        ix_product_factor(&p, adj, RAT_ONE, labels);
        ix_product_factor(&p, slope, RAT_ONE, labels + outer);
        if (!contribute(r, child, ix_product_end(&p)))
            return false;
    }
    return true;
}

/* What an abstract function with the adjoint adj contributes to argument k:
 * adj times the function derived by it, whose new axes come behind those of
 * its first derivatives (see function.h). */
static ix_t applied_adjoint(struct reverse *r, ix_t v, ix_t adj, uint32_t k,
                            uint32_t n, const ix_t *args)
{
    struct ix_table *t = r->t;
    struct applied a = *applied_get(t->x, ix_as_applied(ix_get(t, v)));
    const struct function *f = function_of(t->x, a.function);
    uint32_t order = ix_get(t, v)->order, outer = r->outer, place, at;
    uint32_t own = ix_get(t, args[k])->order;
    dim_t dims[2 * IX_MAX_ORDER];
    uint16_t labels[2 * IX_MAX_ORDER], inner[2 * IX_MAX_ORDER];
    applied_t d = applied_derive(t->x, ix_as_applied(ix_get(t, v)), k, &place);
    ix_t slope = d ? ix_applied(t, d, n, args) : 0;
    if (!slope)
        return 0;
    at = t->x->decls[a.function].shape.order;
    for (uint32_t i = 0; i < place; i++)
        at += f->shape[a.by[i]].order;
    memcpy(dims, r->outer_dims, outer * sizeof *dims);
    memcpy(dims + outer, ix_dims(t, args[k]), own * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, outer + own, dims);
    for (uint32_t i = 0; i < outer; i++)
        labels[i] = (uint16_t)i;
    for (uint32_t i = 0; i < order; i++) {
        labels[outer + i] = ix_product_label(&p, ix_dims(t, v)[i]);
        inner[i < at ? i : i + own] = labels[outer + i];
    }
    for (uint32_t i = 0; i < own; i++)
        inner[at + i] = (uint16_t)(outer + i);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, slope, RAT_ONE, inner);
    return ix_product_end(&p);
}

static bool reverse_applied(struct reverse *r, uint32_t i, ix_t adj)
{
    ix_t args[OP_MAX_ARGS];
    uint32_t n = ix_children(r->t, r->list[i], args, OP_MAX_ARGS);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (r->active[child] &&
            !contribute(r, child,
                        applied_adjoint(r, r->list[i], adj, k, n, args)))
            return false;
    }
    return true;
}

/* An operator as a whole: its differential is a linear map of the d's of its
 * arguments, and going through it in reverse gives their adjoints. */
static bool reverse_body(struct reverse *r, uint32_t i, ix_t adj, ix_t body,
                         uint32_t n, const uint32_t *argument,
                         const ix_t *leaf)
{
    ix_t asked[OP_MAX_ARGS] = {0}, got[OP_MAX_ARGS];
    uint32_t position[OP_MAX_ARGS], count = 0;
    uint16_t overload = (uint16_t)ix_get(r->t, r->list[i])->payload;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t child = r->child[r->first[i] + k];
        if (!r->active[child])
            continue;
        if (!is_known(r->t, overload, argument[k]))
            return unknown_partial(r->t, overload, argument[k]);
        if (!leaf[argument[k]])
            continue;
        asked[count] = leaf[argument[k]];
        position[count++] = child;
    }
    if (!reverse_seeded(r->t, body, adj, r->outer, r->outer_dims, count,
                        asked, r->conditions, got, r->depth + 1))
        return false;
    for (uint32_t k = 0; k < count; k++)
        if (!contribute(r, position[k], got[k]))
            return false;
    return true;
}

static bool reverse_op(struct reverse *r, uint32_t i, ix_t adj)
{
    static const uint32_t plain[OP_MAX_ARGS] = {0, 1, 2, 3};
    struct ix_table *t = r->t;
    ix_t args[OP_MAX_ARGS], leaf[OP_MAX_ARGS];
    uint16_t overload = (uint16_t)ix_get(t, r->list[i])->payload;
    uint32_t n = ix_children(t, r->list[i], args, OP_MAX_ARGS);
    if (r->depth >= RULE_DEPTH)
        return unknown_partial(t, overload, 0);
    ix_t body = ix_instantiate(
        t, overload, ix_template(t, overload, TEMPLATE_DIFFERENTIAL), n, args,
        0, NULL, leaf);
    return body && reverse_body(r, i, adj, body, n, plain, leaf);
}

/* A map T(A) of E known by name: by d L(A, E) = L(A, d E) + M(A, E, d A) the
 * differential of the map is M without E, what E is multiplied with. */
static bool reverse_linear(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t args[OP_MAX_ARGS], leaf[OP_MAX_ARGS], free[OP_MAX_ARGS];
    uint32_t argument[OP_MAX_ARGS], nfree = 0, n = 0;
    const struct ix_node v = *ix_get(t, r->list[i]);
    uint16_t overload = (uint16_t)v.payload;
    const struct overload o = *overload_get(t->x->ops, overload);
    uint32_t linear = overload_linear(t->x, &o), axis = o.result.order;
    for (uint32_t k = 0; k < o.nargs; k++) {
        if (!(linear >> k & 1)) {
            argument[n] = k;
            args[k] = ix_content(t, r->list[i])[n++];
            continue;
        }
        dim_t dims[SHAPE_MAX_ORDER];
        uint32_t order = o.arg[k].order;
        memcpy(dims, ix_dims(t, r->list[i]) + axis, order * sizeof *dims);
        args[k] = free[nfree++] = ix_leaf(t, o.parameter[k], order, dims);
        axis += order;
    }
    for (uint32_t k = 0; k < n; k++)
        if (r->active[r->child[r->first[i] + k]] &&
            !is_known(t, overload, argument[k]))
            return unknown_partial(t, overload, argument[k]);
    if (r->depth >= RULE_DEPTH)
        return unknown_partial(t, overload, 0);
    ix_t body = ix_instantiate(
        t, overload, ix_template(t, overload, TEMPLATE_DIFFERENTIAL), o.nargs,
        args, 0, NULL, leaf);
    for (uint32_t k = 0; k < nfree; k++)
        if (!derive_from(t, body, 1, &free[k], NULL, &body,
                         r->depth + 1))
            return false;
    return body && reverse_body(r, i, adj, body, n, argument, leaf);
}

static bool reverse_node(struct reverse *r, uint32_t i)
{
    ix_t v = r->list[i], adj = collect(r, i);
    if (!adj)
        return false;
    if (ix_is_zero(r->t, adj))
        return true;
    switch ((enum ix_kind)ix_get(r->t, v)->kind) {
    case IX_LEAF:
        r->gradient[i] = adj;
        return note_member(r, v, adj);
    case IX_SERIES:
        return reverse_series(r, i, adj);
    case IX_PROD:
        return reverse_product(r, i, adj);
    case IX_SUM:
        return reverse_sum(r, i, adj);
    case IX_FUN:
        return reverse_fun(r, i, adj);
    case IX_OP:
        return ix_as_applied(ix_get(r->t, v)) ? reverse_applied(r, i, adj)
                                              : reverse_op(r, i, adj);
    case IX_LINEAR:
        return reverse_linear(r, i, adj);
    default:
        return true;
    }
}

/* ---------------------------------------------- families and their sums */

static bool is_wanted_member(const struct reverse *r, ix_t leaf)
{
    const struct decl *d = reverse_member(r->t, leaf);
    for (uint32_t k = 0; d && k < r->nleaves; k++) {
        const struct decl *asked = reverse_member(r->t, r->leaves[k]);
        if (asked && asked->family == d->family)
            return true;
    }
    return false;
}

static bool note_found(struct reverse *r, const struct reverse_found *found)
{
    struct reverse_found *f =
        found->adjoint
            ? ARENA_ARRAY(&r->t->scratch, struct reverse_found, 1)
            : NULL;
    if (!f)
        return false;
    *f = *found;
    f->next = r->found;
    r->found = f;
    return true;
}

static bool note_member(struct reverse *r, ix_t leaf, ix_t adj)
{
    const struct decl *d = reverse_member(r->t, leaf);
    for (uint32_t k = 0; d && k < r->nleaves; k++) {
        const struct decl *asked = reverse_member(r->t, r->leaves[k]);
        struct reverse_found f = {.asked = k, .adjoint = adj};
        if (!asked || asked->family != d->family)
            continue;
        memcpy(f.at, d->at, sizeof f.at);
        if (!note_found(r, &f))
            return false;
    }
    return true;
}

/* The adjoint of one factor of a product over a parameter: of prod(s: f) by
 * f at s it is the product divided by f. */
static ix_t factor_seed(struct reverse *r, ix_t product, ix_t body, ix_t adj)
{
    struct ix_table *t = r->t;
    uint16_t labels[IX_MAX_ORDER];
    struct ix_product p;
    for (uint32_t a = 0; a < r->outer; a++)
        labels[a] = (uint16_t)a;
    ix_product_begin(&p, t, r->outer, r->outer_dims);
    ix_product_factor(&p, adj, RAT_ONE, labels);
    ix_product_factor(&p, product, RAT_ONE, NULL);
    ix_product_factor(&p, body, RAT_MINUS_ONE, NULL);
    return ix_product_end(&p);
}

static ix_t summed(struct ix_table *t, const struct ix_series *s, ix_t body)
{
    struct ix_series sum = *s;
    sum.kind = SERIES_SUM;
    sum.body = body;
    return ix_series(t, sum);
}

/* Goes through the terms with the symbol free, then sums what comes out. */
static bool reverse_terms(struct reverse *r, const struct ix_series *s,
                          ix_t seed, ix_t *got)
{
    struct ix_table *t = r->t;
    struct reverse inner = {.t = t,
                            .outer = r->outer,
                            .nleaves = r->nleaves,
                            .leaves = r->leaves,
                            .depth = r->depth,
                            .conditions = r->conditions,
                            .every = r->every};
    memcpy(inner.outer_dims, r->outer_dims, sizeof inner.outer_dims);
    if (!reverse_walk(&inner, s->body, seed))
        return false;
    for (uint32_t k = 0; k < r->nleaves; k++) {
        ix_t g = inner.place[k] == UINT32_MAX ? 0
                                              : inner.gradient[inner.place[k]];
        got[k] = g ? summed(t, s, g) : 0;
        if (g && !got[k])
            return false;
    }
    for (struct reverse_found *f = inner.found; f; f = f->next) {
        ix_t leaf = r->leaves[f->asked];
        bool ok = r->every ? reverse_place(t, s, r->every, f)
                           : reverse_solve(t, s, reverse_member(t, leaf), f,
                                           r->conditions);
        if (!ok || (f->adjoint && !note_found(r, f)))
            return false;
    }
    return true;
}

static bool reverse_series(struct reverse *r, uint32_t i, ix_t adj)
{
    struct ix_table *t = r->t;
    ix_t v = r->list[i];
    struct ix_series s = ix_series_open(t, v);
    ix_t seed = s.kind == SERIES_SUM ? adj
                                     : factor_seed(r, v, s.body, adj);
    ix_t *got = ARENA_ARRAY(&t->scratch, ix_t, r->nleaves);
    bool ok = s.body && seed && got && reverse_terms(r, &s, seed, got);
    ix_series_close(t);
    for (uint32_t k = 0; ok && k < r->nleaves; k++)
        ok = !got[k] || contribute(r, r->place[k], got[k]);
    return ok;
}

static ix_t zero_derivative(struct reverse *r, ix_t leaf)
{
    dim_t dims[2 * IX_MAX_ORDER];
    uint32_t own = ix_get(r->t, leaf)->order;
    memcpy(dims, r->outer_dims, r->outer * sizeof *dims);
    memcpy(dims + r->outer, ix_dims(r->t, leaf), own * sizeof *dims);
    return ix_zero(r->t, r->outer + own, dims);
}

/* What is found of members that are the one asked for, added up. */
static bool add_found(struct reverse *r, ix_t *out)
{
    struct ix_table *t = r->t;
    for (struct reverse_found *f = r->found; f; f = f->next) {
        bool is;
        ix_t leaf = r->leaves[f->asked], sum[2] = {out[f->asked], f->adjoint};
        if (!reverse_is_target(t, reverse_member(t, leaf), f, r->conditions,
                               &is))
            return false;
        if (!is)
            continue;
        dim_t dims[2 * IX_MAX_ORDER];
        uint32_t own = ix_get(t, leaf)->order;
        memcpy(dims, r->outer_dims, r->outer * sizeof *dims);
        memcpy(dims + r->outer, ix_dims(t, leaf), own * sizeof *dims);
        struct ix_sum s;
        ix_sum_begin(&s, t, r->outer + own, dims);
        for (int i = 0; i < 2; i++)
            if (sum[i])
                ix_sum_add(&s, RAT_ONE, sum[i]);
        if (!(out[f->asked] = ix_sum_end(&s)))
            return false;
    }
    return true;
}

/* The walk from f down; gradients and what was found stay in `r`. */
static bool reverse_walk(struct reverse *r, ix_t f, ix_t seed)
{
    if (!f || !seed || !prepare(r, f))
        return false;
    uint32_t flatten_limit = r->t->flatten_limit;
    if (r->n > MANY_NODES)
        r->t->flatten_limit = MANY_FLATTEN_LIMIT;
    bool ok = !r->active[r->n - 1] || contribute(r, r->n - 1, seed);
    for (uint32_t i = r->n; ok && i-- > 0;)
        if (r->active[i] && r->adjoint[i])
            ok = reverse_node(r, i);
    r->t->flatten_limit = flatten_limit;
    return ok;
}

static bool reverse_results(struct reverse *r, ix_t *out)
{
    for (uint32_t k = 0; k < r->nleaves; k++)
        if (r->place[k] != UINT32_MAX)
            out[k] = r->gradient[r->place[k]];
    if (!add_found(r, out))
        return false;
    for (uint32_t k = 0; k < r->nleaves; k++)
        if (!out[k] && !(out[k] = zero_derivative(r, r->leaves[k])))
            return false;
    return true;
}

static bool reverse_seeded(struct ix_table *t, ix_t f, ix_t seed,
                           uint32_t outer, const dim_t *outer_dims,
                           uint32_t n, const ix_t *leaves,
                           struct conditions *conditions, ix_t *out,
                           uint32_t depth)
{
    struct reverse r = {.t = t,
                        .outer = outer,
                        .nleaves = n,
                        .leaves = leaves,
                        .conditions = conditions,
                        .depth = depth};
    struct arena_mark mark = arena_mark(&t->scratch);
    if (outer)
        memcpy(r.outer_dims, outer_dims, outer * sizeof *outer_dims);
    for (uint32_t k = 0; k < n; k++)
        out[k] = 0;
    bool ok = reverse_walk(&r, f, seed) && reverse_results(&r, out);
    arena_release(&t->scratch, mark);
    return ok && !fault_is_set(t->mem->fault);
}

/* The derivative of f by itself, with f's axes twice: `dims`. */
static ix_t first_seed(struct ix_table *t, ix_t f, uint32_t n,
                       const ix_t *leaves, dim_t *dims)
{
    uint32_t order = ix_get(t, f)->order;
    bool fits = 2 * order <= IX_MAX_ORDER;
    for (uint32_t k = 0; k < n; k++)
        fits = fits && leaves[k] &&
               order + ix_get(t, leaves[k])->order <= IX_MAX_ORDER;
    if (!fits) {
        fault_set(t->mem->fault, FAULT_LIMIT,
                  "a derivative of more than %d axes", IX_MAX_ORDER);
        return 0;
    }
    memcpy(dims, ix_dims(t, f), order * sizeof *dims);
    memcpy(dims + order, ix_dims(t, f), order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, 2 * order, dims);
    for (uint32_t a = 0; a < order; a++)
        ix_product_factor(&p, ix_delta(t, dims[a]), RAT_ONE,
                          (uint16_t[]){(uint16_t)a, (uint16_t)(order + a)});
    return ix_product_end(&p);
}

/* The derivative of f by each of the leaves, in rules at `depth`. */
static bool derive_from(struct ix_table *t, ix_t f, uint32_t n,
                        const ix_t *leaves, struct conditions *conditions,
                        ix_t *out, uint32_t depth)
{
    dim_t dims[2 * IX_MAX_ORDER];
    ix_t seed = f ? first_seed(t, f, n, leaves, dims) : 0;
    return seed && reverse_seeded(t, f, seed, ix_get(t, f)->order, dims, n,
                                  leaves, conditions, out, depth);
}

bool reverse_members(struct ix_table *t, ix_t f, decl_t family,
                     symbol_t place, struct conditions *conditions,
                     struct reverse_found **out)
{
    dim_t dims[2 * IX_MAX_ORDER], self = dim_from_symbol(t->x->dims, place);
    ix_t leaf = differential_leaf(t, expr_member(t->x, family, &self));
    ix_t seed = f && leaf ? first_seed(t, f, 1, &leaf, dims) : 0;
    struct reverse r = {.t = t,
                        .nleaves = 1,
                        .leaves = &leaf,
                        .conditions = conditions,
                        .every = place};
    if (!seed)
        return false;
    r.outer = ix_get(t, f)->order;
    memcpy(r.outer_dims, dims, r.outer * sizeof *dims);
    if (!reverse_walk(&r, f, seed))
        return false;
    *out = r.found;
    for (struct reverse_found *p = *out; p; p = p->next)
        if (!p->low)
            p->low = p->high = p->at[0];
    return !fault_is_set(t->mem->fault);
}

bool reverse_derive(struct ix_table *t, ix_t f, uint32_t n,
                    const ix_t *leaves, struct conditions *conditions,
                    ix_t *out)
{
    return derive_from(t, f, n, leaves, conditions, out, 0);
}
