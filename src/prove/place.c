/* place.c - a function by entries at one place: f(y)[2] = f(y[2]). */
#include <string.h>

#include "prove/internal.h"

/* A value with one axis taken at a place. */
static ix_t at_place(struct prover *p, ix_t n, uint32_t axis, ix_t unit)
{
    struct ix_table *t = &p->t;
    struct ix_product q;
    uint16_t own[IX_MAX_ORDER], next = 0;
    dim_t dims[IX_MAX_ORDER] = {0};
    uint32_t order = ix_get(t, n)->order;
    dim_t size = ix_dims(t, n)[axis];
    for (uint32_t a = 0; a < order; a++)
        if (a != axis)
            dims[next++] = ix_dims(t, n)[a];
    ix_product_begin(&q, t, order - 1, dims);
    next = 0;
    uint16_t label = ix_product_label(&q, size);
    for (uint32_t a = 0; a < order; a++)
        own[a] = a == axis ? label : next++;
    ix_product_factor(&q, unit, RAT_ONE, &label);
    ix_product_factor(&q, n, RAT_ONE, own);
    return ix_product_end(&q);
}

static ix_t function_at(struct prover *p, ix_t n, uint32_t axis, ix_t unit)
{
    ix_t args[OP_MAX_ARGS];
    uint32_t count = ix_get(&p->t, n)->length;
    if (count > OP_MAX_ARGS)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        if (!(args[i] = at_place(p, ix_content(&p->t, n)[i], axis, unit)))
            return 0;
    return ix_fun(&p->t, ix_get(&p->t, n)->payload, count, args);
}

/* The unit vector at a label that is summed over; f->n if there is none. */
static uint32_t unit_at(struct prover *p, const struct parts *f,
                        uint16_t label)
{
    uint32_t i = label < f->order ? f->n : 0;
    while (i < f->n && (ix_get(&p->t, f->items[i].node)->kind != IX_BASIS ||
                        f->items[i].label[0] != label))
        i++;
    return i;
}

ix_t step_place(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        uint32_t order = ix_get(&p->t, g->node)->order;
        for (uint32_t a = 0;
             ix_get(&p->t, g->node)->kind == IX_FUN && a < order; a++) {
            uint32_t k = unit_at(p, f, g->label[a]);
            if (k == f->n)
                continue;
            struct part one = {function_at(p, g->node, a, f->items[k].node),
                               g->exponent, {0}};
            memcpy(one.label, g->label, a * sizeof *one.label);
            memcpy(one.label + a, g->label + a + 1,
                   (order - a - 1) * sizeof *one.label);
            bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
            for (uint32_t m = 0; m < f->n && keep; m++)
                keep[m] = m != i;
            return keep ? prove_product(p, f, keep, 1, &one) : 0;
        }
    }
    return n;
}
