/* similar.c - functions that are power series, of similar matrices:
 * f(Q*M*Q') = Q*f(M)*Q' for an orthogonal Q. */
#include <string.h>

#include "prove/internal.h"

/* The factor at own axis `a`, if it is an orthogonal variable that leads to a
 * label that is summed over; f->n if none. */
static uint32_t end_of(struct prover *p, const struct parts *f, uint16_t a)
{
    properties_t properties;
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        if (ix_get(&p->t, g->node)->order == 2 && g->exponent == RAT_ONE &&
            prove_variable(p, g->node, &properties) &&
            properties & PROP_ORTHOGONAL &&
            (g->label[0] == a || g->label[1] == a) &&
            g->label[g->label[0] == a] >= f->order)
            return i;
    }
    return f->n;
}

/* What stands between the two ends, as a matrix. */
static ix_t between(struct prover *p, const struct parts *f, uint32_t left,
                    uint32_t right, uint16_t row, uint16_t column)
{
    struct ix_table *t = &p->t;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, f->labels + 1);
    dim_t dims[2] = {f->label_dims[row], f->label_dims[column]};
    struct ix_product q;
    if (!map)
        return 0;
    for (uint32_t l = 0; l < f->labels; l++)
        map[l] = l == row ? 0 : l == column ? 1 : UINT16_MAX;
    ix_product_begin(&q, t, 2, dims);
    if (row == column)
        ix_product_factor(&q, ix_delta(t, dims[0]), RAT_ONE,
                          (uint16_t[]){0, 1});
    for (uint32_t k = 0; k < f->n && !q.failed; k++) {
        const struct part *g = &f->items[k];
        uint16_t label[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, g->node)->order; a++) {
            uint16_t *to = &map[g->label[a]];
            if (k != left && k != right && *to == UINT16_MAX)
                *to = ix_product_label(&q, f->label_dims[g->label[a]]);
            label[a] = *to;
        }
        if (k != left && k != right)
            ix_product_factor(&q, g->node, g->exponent, label);
    }
    return ix_product_end(&q);
}

static ix_t conjugated(struct prover *p, ix_t n, const struct parts *f,
                       uint32_t left, uint32_t right)
{
    const struct part *l = &f->items[left], *r = &f->items[right];
    uint32_t a = l->label[0] != 0, b = r->label[0] != 1; /* own axes */
    struct parts all = *f;
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    if (!keep || l->node != r->node || a != b)
        return n;
    uint16_t row = l->label[1 - a], column = r->label[1 - a];
    ix_t m = between(p, f, left, right, row, column);
    m = m ? prove_primary_of(p, n, m) : 0;
    if (row == column) { /* Q*diag(x)*Q' */
        all = prove_add_label(p, f, f->label_dims[row]);
        column = (uint16_t)(all.labels - 1);
    }
    struct part more[2] = {{m, RAT_ONE, {row, column}}, *r};
    more[1].label[1 - a] = column;
    for (uint32_t k = 0; k < f->n; k++)
        keep[k] = k == left;
    return m && all.label_dims ? prove_product(p, &all, keep, 2, more) : 0;
}

ix_t prove_similar(struct prover *p, ix_t n)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct parts f;
    ix_t result = n, m = ix_content(&p->t, n)[0];
    if (ix_get(&p->t, m)->kind == IX_PROD && parts_of(&p->t, m, &f)) {
        uint32_t left = end_of(p, &f, 0), right = end_of(p, &f, 1);
        if (left != f.n && right != f.n && left != right)
            result = conjugated(p, n, &f, left, right);
    }
    arena_release(&p->t.scratch, mark);
    return result;
}
