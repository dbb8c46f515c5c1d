/* deriver.c - see deriver.h. */
#include "derive/deriver.h"

#include "derive/row.h"
#include "index/lift.h"
#include "index/lower.h"
#include "simplify/simplify.h"

enum { NORMAL_ROUNDS = 3 };

struct deriver *deriver_new(struct exprs *x, struct rules *r)
{
    struct deriver *d = mem_alloc(x->mem, sizeof *d);
    if (!d)
        return NULL;
    d->x = x;
    d->rules = r;
    if (!ix_init(&d->table, x)) {
        deriver_free(d);
        return NULL;
    }
    return d;
}

void deriver_free(struct deriver *d)
{
    if (!d)
        return;
    ix_free(&d->table);
    MEM_FREE_ARRAY(d->x->mem, d->first.leaf, d->first.leaf_capacity);
    MEM_FREE_ARRAY(d->x->mem, d->first.gradient, d->first.gradient_capacity);
    mem_free(d->x->mem, d, sizeof *d);
}

struct deriver_mark deriver_mark(const struct deriver *d)
{
    struct ix_mark m = ix_mark(&d->table);
    return (struct deriver_mark){m.nodes, m.words, m.expressions};
}

void deriver_rollback(struct deriver *d, const struct deriver_mark *mark)
{
    struct ix_mark m = {mark->nodes, mark->words, mark->expressions};
    ix_rollback(&d->table, &m);
    d->lowered = 0;
    d->form = 0;
    d->first.n = 0;
}

expr_t deriver_rewrite(struct deriver *d, expr_t e, struct derive_result *r)
{
    return rules_rewrite(d->rules, e, r ? &r->conditions : NULL,
                         r ? &r->trail : NULL);
}

expr_t deriver_lower(struct deriver *d, ix_t g)
{
    expr_t e = ix_lower(&d->table, g);
    if (!e && !fault_is_set(d->table.mem->fault)) {
        ix_t stacked = ix_with_stacked(&d->table, g);
        e = stacked && stacked != g && !ix_takes_apart(&d->table, stacked)
                ? ix_lower(&d->table, stacked)
                : 0;
    }
    d->lowered = e ? g : 0;
    d->form = e;
    return e;
}

/* Matrix form by way of index form, as the shape says (a row is lowered as a
 * column).  Where the way back leads to the term that e came from, it ends
 * there. */
static expr_t through_index(struct deriver *d, expr_t e)
{
    if (!e)
        return 0;
    bool row = expr_shape(d->x, e)->kind == SHAPE_ROW;
    ix_t g = ix_lift(&d->table, e);
    if (g && g == d->lowered && e == d->form)
        return e;
    expr_t m = deriver_lower(d, simplify_index(&d->table, g));
    return m && row ? row_of_column(d->x, m) : m;
}

expr_t deriver_settle(struct deriver *d, expr_t e, struct derive_result *r)
{
    for (int round = 0; e && round < NORMAL_ROUNDS; round++) {
        expr_t rewritten = deriver_rewrite(d, e, r);
        if (!rewritten || (rewritten == e && round))
            return rewritten;
        expr_t normal = through_index(d, rewritten);
        if (!normal) {
            if (fault_is_set(d->x->mem->fault))
                return 0;
            return rewritten;
        }
        if (normal == e)
            return rewritten;
        e = normal;
    }
    return deriver_rewrite(d, e, r);
}

expr_t derive_normal(struct deriver *d, expr_t e)
{
    return deriver_settle(d, e, NULL);
}
