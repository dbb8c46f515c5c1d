/* stacked.c - derivatives of abstract functions as matrices: rows and columns
 * number their axes. */
#include <string.h>

#include "index/index.h"

/* Joins labels, the last one slow, into one number: its label. */
static uint16_t join(struct ix_product *p, uint32_t n, const dim_t *dims,
                     const uint16_t *label, uint16_t number)
{
    struct dims *d = p->t->x->dims;
    uint16_t whole = number;
    for (uint32_t k = 0; k + 1 < n; k++) {
        dim_t slow = DIM_ONE;
        for (uint32_t i = k + 1; i < n; i++)
            slow = dim_mul(d, slow, dims[i]);
        uint16_t rest =
            k + 2 == n ? label[n - 1] : ix_product_label(p, slow);
        ix_product_factor(p, ix_pair(p->t, slow, dims[k]), RAT_ONE,
                          (uint16_t[]){number, rest, label[k]});
        number = rest;
    }
    return whole;
}

/* How many of the axes of a derivative are those of its last argument. */
static uint32_t columns_of(const struct ix_table *t, const struct applied *a)
{
    const struct function *f = function_of(t->x, a->function);
    return f->shape[a->by[a->order - 1]].order;
}

/* A tensor with `order` axes as a matrix, or a matrix as that tensor. */
static ix_t numbered(struct ix_table *t, ix_t value, uint32_t order,
                     const dim_t *axes, uint32_t columns, bool spread)
{
    const struct shape m = applied_stack(t->x->dims, order, axes, columns);
    uint32_t rows = order - columns;
    uint16_t label[IX_MAX_ORDER], side[2] = {0, 1};
    struct ix_product p;
    ix_product_begin(&p, t, spread ? order : 2, spread ? axes : m.dim);
    for (uint32_t i = 0; i < order; i++) {
        bool column = i >= rows;
        bool whole = (column ? columns : rows) == 1;
        label[i] = spread ? (uint16_t)i
                   : whole ? column
                           : ix_product_label(&p, axes[i]);
    }
    for (uint32_t s = 0; s < 2; s++) {
        uint32_t n = s ? columns : rows, at = s ? rows : 0;
        if (n == 1)
            side[s] = label[at];
        else if (spread)
            side[s] = ix_product_label(&p, m.dim[s]);
        if (n > 1)
            join(&p, n, axes + at, label + at, side[s]);
    }
    ix_product_factor(&p, value, RAT_ONE, spread ? side : label);
    return ix_product_end(&p);
}

ix_t ix_stacked(struct ix_table *t, applied_t id, uint32_t n,
                const ix_t *args)
{
    struct applied a = *applied_get(t->x, id);
    dim_t axes[IX_MAX_ORDER];
    uint32_t columns = columns_of(t, &a);
    a.stacked = false;
    ix_t tensor = ix_applied(t, applied_find(t->x, &a), n, args);
    if (!tensor)
        return 0;
    uint32_t order = t->nodes[tensor].order;
    memcpy(axes, ix_dims(t, tensor), order * sizeof *axes);
    return numbered(t, tensor, order, axes, columns, false);
}

/* A derivative of three axes or more, from its matrix. */
static ix_t from_matrix(struct ix_table *t, ix_t n)
{
    const struct ix_node node = t->nodes[n];
    struct applied a = *applied_get(t->x, ix_as_applied(&node));
    uint32_t columns = columns_of(t, &a);
    dim_t axes[IX_MAX_ORDER];
    ix_t args[OP_MAX_ARGS];
    if (!columns || columns == node.order)
        return n;
    memcpy(axes, ix_dims(t, n), node.order * sizeof *axes);
    ix_children(t, n, args, OP_MAX_ARGS);
    a.stacked = true;
    applied_t id = applied_find(t->x, &a);
    const struct shape m =
        applied_stack(t->x->dims, node.order, axes, columns);
    ix_t matrix = id ? ix_op(t, IX_OP, IX_APPLIED | id, node.length, args, 2,
                             m.dim)
                     : 0;
    return numbered(t, matrix, node.order, axes, columns, true);
}

/* Whether a product takes a number apart into its own two axes, for which
 * matrices have no sign but kron(vec(I)',I). */
static bool takes_apart(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    if (node->kind != IX_PROD || node->order != 2)
        return false;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k]))
        if (t->nodes[w[k]].kind == IX_PAIR && w[k + 2] >= 2 &&
            w[k + 3] < 2 && w[k + 4] < 2)
            return true;
    return false;
}

bool ix_takes_apart(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    bool found = takes_apart(t, n);
    for (uint32_t k = 1; node->kind == IX_SUM && k < node->length; k += 2)
        found = found || takes_apart(t, ix_content(t, n)[k]);
    return found;
}

ix_t ix_with_stacked(struct ix_table *t, ix_t root)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count = 0, found = 0;
    const ix_t *list = t->x->applied_count ? ix_reach(t, root, &count) : NULL;
    ix_t *all = list ? ARENA_ARRAY(&t->scratch, ix_t, count) : NULL;
    for (uint32_t i = 0; all && i < count; i++) {
        applied_t a = ix_as_applied(ix_get(t, list[i]));
        if (a && ix_get(t, list[i])->order > 2 &&
            applied_get(t->x, a)->order &&
            !function_is_scalar(t->x, applied_get(t->x, a)->function))
            all[found++] = list[i];
    }
    for (uint32_t i = 0; root && i < found; i++)
        root = ix_replace_node(t, root, all[i], from_matrix(t, all[i]));
    arena_release(&t->scratch, mark);
    return root;
}
