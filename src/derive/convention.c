/* convention.c - see convention.h. */
#include "derive/convention.h"

#include "derive/part.h"
#include "derive/plain.h"
#include "derive/structure.h"

static properties_t toeplitz_by(const struct exprs *x,
                                const struct derive_request *q)
{
    if (q->order != 1 || expr_op(x, q->by[0]) != OP_VARIABLE)
        return 0;
    properties_t p = expr_decl(x, expr_get(x, q->by[0])->payload)->properties;
    const properties_t more = PROP_ANTISYMMETRIC | PROP_LOWER | PROP_UPPER;
    return p & PROP_TOEPLITZ && !(p & more) ? p : 0;
}

/* Of a scalar by the entries of a Toeplitz matrix the answer is written out
 * in index notation. */
static bool is_written(const struct exprs *x, const struct derive_request *q)
{
    return !q->maps && toeplitz_by(x, q) &&
           q->structure == STRUCTURE_ENTRIES &&
           expr_shape(x, q->expr)->kind == SHAPE_SCALAR &&
           (q->form == FORM_MATRIX || q->form == FORM_INDEX);
}

/* Whether the k-th derivative is applied to dX, which is as X is: that has no
 * convention. */
static bool is_applied(const struct derive_request *q, uint32_t k)
{
    return k >= q->order - form_applied(q->form, q->order);
}

/* Whether the part has the structure itself: the transpose, a block on the
 * diagonal.  (A diagonal of a Toeplitz matrix goes on outside of a block.) */
static bool is_alike(const struct expr_part *part, properties_t p)
{
    return !part->at[0] && !part->at[1] && part->first[0] == part->first[1] &&
           part->length[0] == part->length[1] &&
           !(part->length[0] && p & (PROP_TOEPLITZ | PROP_ORTHOGONAL));
}

/* vech of a part of a matrix with a structure: of an entry, a row or a column
 * these entries; of a block on the diagonal, which has the structure itself,
 * vech of that. */
static ix_t vech_of_part(struct ix_table *t, const struct expr_part *part,
                         properties_t p, uint32_t order, ix_t g, ix_t leaf)
{
    const properties_t triangles = PROP_LOWER | PROP_UPPER;
    uint32_t before = g ? ix_get(t, g)->order - 2u : 0;
    if (part->at[0] || part->at[1]) {
        g = structure_index(t, g, p, STRUCTURE_ENTRIES, leaf, order, false);
        return part_index(t, g, before, part);
    }
    if (!is_alike(part, p)) {
        fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                  "vech of a block that has not the structure of the matrix");
        fault_hint(t->mem->fault, "structure entries");
        return 0;
    }
    if (part->axis[0] && p & triangles && (p & triangles) != triangles)
        p ^= triangles;
    return structure_index(t, part_index(t, g, before, part), p,
                           STRUCTURE_VECH, leaf, order, false);
}

ix_t convention_index(struct ix_table *t, const struct derive_request *q,
                      uint32_t k, const struct expr_part *part,
                      uint32_t before, ix_t g, ix_t leaf)
{
    const struct exprs *x = t->x;
    properties_t p =
        expr_decl(x, expr_get(x, part->variable)->payload)->properties;
    bool part_of = part->variable != q->by[k];
    if (part_of && is_applied(q, k) && q->structure != STRUCTURE_FREE &&
        plain_needed(p) && !is_alike(part, p)) {
        fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                  "a differential by a part of a matrix whose entries depend "
                  "on each other");
        fault_hint(x->mem->fault, "structure free, or by all of the matrix");
        return 0;
    }
    if (part->order != 2 || is_applied(q, k) || is_written(x, q))
        return part_of ? part_index(t, g, before, part) : g;
    if (q->structure == STRUCTURE_VECH && part_of && plain_needed(p))
        return vech_of_part(t, part, p, q->order, g, leaf);
    bool vec = g && (q->form == FORM_MATRIX || q->form == FORM_VEC ||
                     p & PROP_TOEPLITZ) &&
               (q->order > 1 || ix_get(t, g)->order > 2);
    g = structure_index(t, g, p, q->structure, leaf, q->order,
                        vec && (!part_of || p & PROP_TOEPLITZ));
    return part_of ? part_index(t, g, before, part) : g;
}

struct shape convention_shape(struct exprs *x, const struct derive_request *q,
                              uint32_t k)
{
    const struct shape s = *expr_shape(x, q->by[k]);
    expr_t v = expr_part_variable(x, q->by[k]);
    properties_t p = expr_decl(x, expr_get(x, v)->payload)->properties;
    return is_applied(q, k)
               ? s
               : structure_shape(x->dims, &s, p, q->structure);
}

static bool by_toeplitz(const struct exprs *x, const struct derive_request *q)
{
    bool found = false;
    for (uint32_t k = 0; k < q->order; k++) {
        expr_t v = expr_part_variable(x, q->by[k]);
        found = found || expr_decl(x, expr_get(x, v)->payload)->properties &
                             PROP_TOEPLITZ;
    }
    return found;
}

bool convention_has_constants(const struct exprs *x,
                              const struct derive_request *q)
{
    return !by_toeplitz(x, q) &&
           (q->structure == STRUCTURE_PROJECTED ||
            q->structure == STRUCTURE_ENTRIES) &&
           (q->form == FORM_MATRIX || q->form == FORM_VEC);
}

expr_t convention_write(struct exprs *x, const struct derive_request *q,
                        expr_t answer)
{
    return is_written(x, q)
               ? structure_write(x, answer,
                                 toeplitz_by(x, q) & PROP_SYMMETRIC)
               : answer;
}
