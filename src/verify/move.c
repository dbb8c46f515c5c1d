#include "verify/move.h"

#include <string.h>

#include "expr/part.h"
#include "verify/structure.h"

/* A number from 1 to `most`, with the sizes of this point. */
static bool number(const struct sampler *s, dim_t d, uint32_t most,
                   uint32_t *value)
{
    int64_t v;
    if (!d || !eval_dim(s->x, d, s->sizes, s->uses.nsizes, &v) || v < 1 ||
        v > most)
        return false;
    *value = (uint32_t)v;
    return true;
}

/* Lists the variable's entries in the order of the part's. */
static bool list_entries(struct move *m, const struct sampler *s,
                         const struct expr_part *p)
{
    bool row = m->rows == 1 && p->order == 1;
    uint32_t length[2] = {row ? m->cols : m->rows, m->cols};
    uint32_t stride[2] = {1, m->rows}, step[2] = {0, 0}, first = 0, place;
    uint32_t size[2] = {1, 1};
    for (uint32_t a = 0; a < p->order; a++) {
        dim_t start = p->at[a] ? p->at[a] : p->first[a];
        uint32_t count = length[a];
        place = 1;
        if (start && !number(s, start, length[a], &place))
            return false;
        first += (place - 1) * stride[a];
        if (p->at[a])
            continue;
        if (p->length[a] &&
            !number(s, p->length[a], length[a] - place + 1, &count))
            return false;
        step[p->axis[a]] = stride[a];
        size[p->axis[a]] = count;
    }
    for (uint32_t j = 0; j < size[1]; j++)
        for (uint32_t i = 0; i < size[0]; i++)
            m->entry[i + j * size[0]] = first + i * step[0] + j * step[1];
    m->width = size[0] * size[1];
    m->shape.size = m->width;
    if (m->shape.kind == SHAPE_ROW) {
        m->shape.rows = 1;
        m->shape.cols = size[0];
    } else {
        m->shape.rows = size[0];
        m->shape.cols = size[1];
    }
    m->shape.dim[0] = size[0];
    m->shape.dim[1] = size[1];
    return true;
}

/* Of a Toeplitz matrix: the first row from the right and then the first
 * column, as far as they are not tied to others or 0; the row from the left
 * where it is all. */
static uint32_t list_diagonals(properties_t p, uint32_t n, uint32_t *out)
{
    uint32_t count = 0, last = p & PROP_DIAGONAL ? 1 : n;
    if (p & PROP_UPPER && !(p & PROP_DIAGONAL)) {
        for (; count < n; count++)
            out[count] = count * n;
        return n;
    }
    if (!(p & (PROP_SYMMETRIC | PROP_ANTISYMMETRIC | PROP_LOWER)))
        for (uint32_t j = n; j-- > 1;)
            out[count++] = j * n;
    for (uint32_t i = p & PROP_ANTISYMMETRIC ? 1 : 0; i < last; i++)
        out[count++] = i;
    return count;
}

/* The entries that determine a structured matrix, column by column; of an
 * upper triangular one row by row. */
static uint32_t list_independent(properties_t p, uint32_t n, uint32_t *out)
{
    uint32_t count = 0;
    bool upper = p & PROP_UPPER && !(p & PROP_LOWER);
    if (p & PROP_TOEPLITZ)
        return list_diagonals(p, n, out);
    for (uint32_t j = 0; j < n; j++)
        for (uint32_t i = j; i < n; i++) {
            if ((p & PROP_DIAGONAL && i > j) ||
                (p & PROP_ANTISYMMETRIC && i == j))
                continue;
            out[count++] = upper ? j + i * n : i + j * n;
        }
    return count;
}

/* Whether it is a structured matrix, or a part of one that has its structure:
 * the same rows as columns.  (Of what is no such part no claim is made.) */
static bool is_listed(const struct move *m)
{
    const properties_t listed = PROP_SYMMETRIC | PROP_ANTISYMMETRIC |
                                PROP_LOWER | PROP_UPPER | PROP_TOEPLITZ;
    return m->structure == STRUCTURE_VECH && m->shape.kind == SHAPE_MATRIX &&
           m->shape.rows == m->shape.cols && m->rows == m->cols &&
           m->properties & listed;
}

/* Those of X' if X has these. */
static properties_t transposed(properties_t p)
{
    const properties_t both = PROP_LOWER | PROP_UPPER;
    return p & both && (p & both) != both ? p ^ both : p;
}

/* The derivative is by the vector of these entries, each with all that are
 * tied to it. */
static bool make_vech(struct move *m, struct arena *a, bool turned)
{
    properties_t p = turned ? transposed(m->properties) : m->properties;
    bool single = p & PROP_TOEPLITZ && p & PROP_DIAGONAL;
    uint32_t *own = ARENA_ARRAY(a, uint32_t, m->shape.size);
    if (!own)
        return false;
    m->structure = STRUCTURE_ENTRIES;
    m->width = list_independent(p, m->shape.rows, own);
    for (uint32_t b = 0; b < m->width; b++)
        own[b] = m->entry[own[b]];
    m->entry = own;
    if (single) {
        m->shape = (struct eval_value){
            .size = 1, .rows = 1, .cols = 1, .kind = SHAPE_SCALAR};
        return true;
    }
    m->shape = (struct eval_value){.size = m->width,
                                   .rows = m->width,
                                   .cols = 1,
                                   .kind = SHAPE_VECTOR,
                                   .order = 1,
                                   .dim = {m->width}};
    return true;
}

enum draw move_init(struct move *m, struct sampler *s,
                    const struct point_variable *v, expr_t by,
                    enum structure structure)
{
    struct arena *a = eval_arena(s->ev);
    struct expr_part p;
    const struct shape shape = *expr_shape(s->x, by);
    *m = (struct move){.by = by,
                       .properties = expr_decl(s->x, v->decl)->properties,
                       .structure = structure,
                       .rows = v->rows,
                       .cols = v->cols,
                       .size = v->size,
                       .base = v->base,
                       .shape = {.kind = shape.kind, .order = shape.order}};
    bool tied = structure != STRUCTURE_FREE && v->rows == v->cols &&
                v->size > 1;
    if (!expr_part(s->x, by, &p) ||
        !(m->entry = ARENA_ARRAY(a, uint32_t, v->size)))
        return DRAW_NEVER;
    if (!list_entries(m, s, &p))
        return DRAW_AGAIN;
    if (!is_listed(m))
        m->entry = p.variable == by ? NULL : m->entry;
    else if (!make_vech(m, a, p.axis[0] == 1))
        return DRAW_NEVER;
    if ((m->entry || tied) && !(m->spread = ARENA_ARRAY(a, double, m->size)))
        return DRAW_NEVER;
    return DRAW_FINE;
}

void move_apply(const struct move *m, const double *direction, double *out)
{
    if (!m->spread) {
        memcpy(out, direction, sizeof *out * m->size);
        return;
    }
    if (m->entry) {
        memset(m->spread, 0, sizeof *m->spread * m->size);
        for (uint32_t b = 0; b < m->width; b++)
            m->spread[m->entry[b]] = direction[b];
        direction = m->spread;
    }
    structure_move(m->structure, m->properties, m->rows, m->cols, m->base,
                   direction, out);
}
