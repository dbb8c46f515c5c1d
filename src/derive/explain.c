#include "derive/explain.h"

#include <stdio.h>
#include <string.h>

#include "derive/differential.h"
#include "derive/reverse.h"
#include "index/lift.h"
#include "index/lower.h"
#include "simplify/simplify.h"

enum { EXPLAIN_STEPS = 40 };

struct explain {
    struct ix_table *t;
    struct derive_result *r;
    const ix_t *list; /* the nodes, children first */
    uint32_t n, named;
    ix_t *image;    /* with named values in place of what they stand for */
    uint8_t *used;  /* enum use: how parents use the node */
    uint8_t *active;
    expr_t leaves[EXPLAIN_STEPS + DERIVE_MAX_ORDER];
    uint32_t nleaves; /* the variables, then the named values */
};

/* A value deserves a name where something other than a sum or a product of
 * first powers takes it. */
static bool worth_a_name(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    return node->order <= 2 &&
           (node->kind == IX_SUM || node->kind == IX_PROD ||
            node->kind == IX_FUN || node->kind == IX_OP);
}

static void mark_uses(struct explain *c, uint32_t i)
{
    struct ix_table *t = c->t;
    const struct ix_node *n = ix_get(t, c->list[i]);
    const uint32_t *w = ix_content(t, c->list[i]);
    if (n->kind == IX_FUN || n->kind == IX_OP || n->kind == IX_LINEAR)
        for (uint32_t k = 0; k < n->length; k++)
            c->used[t->positions[w[k]]] = 1;
    if (n->kind == IX_PROD)
        for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
            if (w[k + 1] != RAT_ONE || ix_get(t, w[k])->kind == IX_OP ||
                ix_get(t, w[k])->kind == IX_FUN)
                c->used[t->positions[w[k]]] = 1;
}

static bool add_step(struct explain *c, expr_t name, expr_t value,
                     expr_t differential, symbol_t rule)
{
    struct derive_result *r = c->r;
    if (!MEM_RESERVE(c->t->mem, r->steps, r->step_capacity,
                     (size_t)r->step_count + 1))
        return false;
    r->steps[r->step_count++] =
        (struct derive_step){name, value, differential, rule};
    return true;
}

/* d of a value by all leaves it depends on; 0 without a fault where there is
 * no matrix notation. */
static expr_t differential_expr(struct explain *c, ix_t value)
{
    struct ix_table *t = c->t;
    uint32_t order = ix_get(t, value)->order;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, value), order * sizeof *dims);
    struct arena_mark mark = arena_mark(&t->scratch);
    ix_t *leaf = ARENA_ARRAY(&t->scratch, ix_t, c->nleaves);
    ix_t *slope = ARENA_ARRAY(&t->scratch, ix_t, c->nleaves);
    expr_t result = 0;
    for (uint32_t k = 0; leaf && k < c->nleaves; k++)
        leaf[k] = differential_leaf(t, c->leaves[k]);
    if (leaf && slope &&
        reverse_derive(t, value, c->nleaves, leaf, NULL, slope)) {
        struct ix_sum s;
        ix_sum_begin(&s, t, order, dims);
        for (uint32_t k = 0; k < c->nleaves; k++)
            ix_sum_add(&s, RAT_ONE,
                       differential_form(t, slope[k], 1,
                                         &c->leaves[k]));
        result = ix_lower(t, simplify_index(t, ix_sum_end(&s)));
    }
    arena_release(&t->scratch, mark);
    return result;
}

static expr_t new_name(struct explain *c, const struct shape *shape)
{
    struct exprs *x = c->t->x;
    char name[24];
    snprintf(name, sizeof name, "u_%u", ++c->named);
    struct decl d = {.name = intern_text(x->names, name), .shape = *shape};
    return d.name ? expr_variable(x, expr_declare(x, &d)) : 0;
}

static symbol_t rule_of(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    if ((node->kind != IX_FUN && node->kind != IX_OP) || ix_as_applied(node))
        return 0;
    return overload_get(t->x->ops, (uint16_t)node->payload)
        ->differential_rule;
}

/* Gives the value a name and a step of its own. */
static bool name_value(struct explain *c, uint32_t i)
{
    struct ix_table *t = c->t;
    ix_t body = c->image[i];
    expr_t value = ix_lower(t, body);
    expr_t d = value ? differential_expr(c, body) : 0;
    if (!value || !d)
        return !fault_is_set(t->mem->fault);
    struct shape shape = *expr_shape(t->x, value);
    expr_t name = new_name(c, &shape);
    if (!name || !add_step(c, name, value, d, rule_of(t, body)))
        return false;
    c->leaves[c->nleaves++] = name;
    c->image[i] = differential_leaf(t, name);
    return c->image[i] != 0;
}

static bool explain_node(struct explain *c, uint32_t i, const uint32_t *child,
                         uint32_t n)
{
    ix_t own[8], *with = own;
    if (n > 8 && !(with = ARENA_ARRAY(&c->t->scratch, ix_t, n)))
        return false;
    for (uint32_t k = 0; k < n; k++) {
        with[k] = c->image[child[k]];
        c->active[i] |= c->active[child[k]];
    }
    c->image[i] = n ? ix_rebuild(c->t, c->list[i], with) : c->list[i];
    if (!c->image[i])
        return false;
    bool last = i + 1 == c->n;
    if (last || !c->active[i] || !c->used[i] || c->named >= EXPLAIN_STEPS ||
        !worth_a_name(c->t, c->image[i]) ||
        ix_is_within_series(c->t, c->image[i]))
        return true;
    return name_value(c, i);
}

/* The children of all nodes by position, one after another. */
static bool explain_all(struct explain *c, const ix_t *leaf, uint32_t n)
{
    struct ix_table *t = c->t;
    struct arena *a = &t->scratch;
    uint32_t *first = ARENA_ARRAY(a, uint32_t, c->n + 1), total = 0;
    if (!first)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        first[i] = total;
        total += ix_get(t, c->list[i])->length;
    }
    uint32_t *child = ARENA_ARRAY(a, uint32_t, total + 1);
    uint32_t *count = ARENA_ARRAY(a, uint32_t, c->n);
    if (!child || !count)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        count[i] = ix_children(t, c->list[i], child + first[i],
                               ix_get(t, c->list[i])->length);
        for (uint32_t k = 0; k < count[i]; k++)
            child[first[i] + k] = t->positions[child[first[i] + k]];
        mark_uses(c, i);
        for (uint32_t k = 0; k < n; k++)
            c->active[i] |= c->list[i] == leaf[k];
    }
    for (uint32_t i = 0; i < c->n; i++)
        if (!explain_node(c, i, child + first[i], count[i]))
            return false;
    ix_t body = c->image[c->n - 1];
    expr_t value = ix_lower(t, body);
    expr_t d = value ? differential_expr(c, body) : 0;
    if (!value || !d)
        return !fault_is_set(t->mem->fault);
    return add_step(c, 0, value, d, rule_of(t, body));
}

bool explain_differentials(struct ix_table *t, expr_t e, uint32_t n,
                           const expr_t *by, struct derive_result *r)
{
    struct explain c = {.t = t, .r = r};
    ix_t leaf[DERIVE_MAX_ORDER];
    ix_t f = simplify_index(t, ix_lift(t, e));
    if (!f || ix_get(t, f)->order > 2)
        return !fault_is_set(t->mem->fault);
    for (uint32_t k = 0; k < n; k++) {
        bool again = false;
        for (uint32_t i = 0; i < c.nleaves; i++)
            again = again || c.leaves[i] == by[k];
        if (again)
            continue;
        leaf[c.nleaves] = differential_leaf(t, by[k]);
        c.leaves[c.nleaves++] = by[k];
    }
    struct arena_mark mark = arena_mark(&t->scratch);
    c.list = ix_reach(t, f, &c.n);
    c.image = ARENA_ARRAY(&t->scratch, ix_t, c.n);
    c.used = ARENA_ARRAY(&t->scratch, uint8_t, c.n);
    c.active = ARENA_ARRAY(&t->scratch, uint8_t, c.n);
    bool ok = c.list && c.image && c.used && c.active &&
              explain_all(&c, leaf, c.nleaves);
    arena_release(&t->scratch, mark);
    return ok;
}
