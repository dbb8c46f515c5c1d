#include "derive/differential.h"

#include <string.h>

#include "derive/part.h"

ix_t differential_leaf(struct ix_table *t, expr_t v)
{
    dim_t dims[SHAPE_MAX_ORDER];
    if (!v)
        return 0;
    const struct shape *s = expr_shape(t->x, v);
    uint32_t order = s->order;
    memcpy(dims, s->dim, sizeof dims);
    return ix_leaf(t, v, order, dims);
}

expr_t differential_of(struct exprs *x, expr_t variable)
{
    decl_t of = expr_get(x, variable)->payload;
    const struct decl *v = expr_decl(x, of);
    char name[128] = "d";
    strncat(name, intern_name(x->names, v->name), sizeof name - 2);
    for (decl_t i = 1; i <= x->decl_count; i++)
        if (x->decls[i].role == DECL_DIFFERENTIAL && x->decls[i].of == of)
            return expr_variable(x, i);
    struct decl dv = {.name = intern_text(x->names, name),
                      .role = DECL_DIFFERENTIAL,
                      .shape = v->shape,
                      .of = of};
    return dv.name ? expr_variable(x, expr_declare(x, &dv)) : 0;
}

static ix_t part_differential(struct ix_table *t, expr_t by)
{
    struct expr_part p;
    if (!expr_part(t->x, by, &p))
        return 0;
    ix_t leaf = differential_leaf(t, differential_of(t->x, p.variable));
    return by == p.variable ? leaf : part_index(t, leaf, 0, &p);
}

ix_t differential_form(struct ix_table *t, ix_t g, uint32_t n,
                       const expr_t *by)
{
    dim_t dims[IX_MAX_ORDER];
    uint16_t label[IX_MAX_ORDER];
    if (!g)
        return 0;
    uint32_t order = ix_get(t, g)->order, at = order;
    for (uint32_t k = 0; k < n; k++)
        at -= expr_shape(t->x, by[k])->order;
    const uint32_t kept = at;
    memcpy(dims, ix_dims(t, g), order * sizeof *dims);
    struct ix_product p;
    ix_product_begin(&p, t, kept, dims);
    for (uint32_t a = 0; a < order; a++)
        label[a] = a < kept ? (uint16_t)a : ix_product_label(&p, dims[a]);
    for (uint32_t k = 0; k < n; k++) {
        ix_t leaf = part_differential(t, by[k]);
        ix_product_factor(&p, leaf, RAT_ONE, label + at);
        at += leaf ? ix_get(t, leaf)->order : 0;
    }
    ix_product_factor(&p, g, RAT_ONE, label);
    return ix_product_end(&p);
}
