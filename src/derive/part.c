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
            to[before + p->axis[a]] = from[before + a];
            label[before + a] = (uint16_t)(before + p->axis[a]);
            order++;
        }
    struct ix_product q;
    ix_product_begin(&q, t, order, to);
    for (uint32_t a = 0; a < p->order; a++) {
        dim_t n = from[before + a];
        if (!p->at[a])
            continue;
        label[before + a] = ix_product_label(&q, n);
        ix_product_factor(&q, ix_basis(t, n, expr_as_size(t->x, p->at[a])),
                          RAT_ONE, &label[before + a]);
    }
    ix_product_factor(&q, g, RAT_ONE, label);
    return ix_product_end(&q);
}
