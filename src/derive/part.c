#include "derive/part.h"

#include <string.h>

ix_t part_index(struct ix_table *t, ix_t g, uint32_t before,
                const struct expr_part *p)
{
    dim_t from[IX_MAX_ORDER], to[IX_MAX_ORDER];
    uint16_t label[IX_MAX_ORDER];
    uint32_t order = before;
    if (!g)
        return 0;
    memcpy(from, ix_dims(t, g), ix_get(t, g)->order * sizeof *from);
    memcpy(to, from, before * sizeof *to);
    for (uint32_t a = 0; a < before; a++)
        label[a] = (uint16_t)a;
    for (uint32_t a = 0; a < p->order; a++)
        if (!p->at[a]) {
            uint32_t own = before + p->axis[a];
            to[own] = p->length[a] ? p->length[a] : from[before + a];
            label[before + a] = (uint16_t)own;
            order++;
        }
    struct ix_product q;
    ix_product_begin(&q, t, order, to);
    for (uint32_t a = 0; a < p->order; a++) {
        dim_t n = from[before + a];
        uint16_t own = label[before + a];
        if (!p->at[a] && !p->length[a])
            continue;
        uint16_t all = ix_product_label(&q, n);
        label[before + a] = all;
        if (p->at[a])
            ix_product_factor(&q, ix_basis(t, n, p->at[a]), RAT_ONE, &all);
        else
            ix_product_factor(
                &q,
                ix_select(t, n, dim_sub(t->x->dims, p->first[a], DIM_ONE),
                          p->length[a]),
                RAT_ONE, (uint16_t[]){all, own});
    }
    ix_product_factor(&q, g, RAT_ONE, label);
    return ix_product_end(&q);
}
