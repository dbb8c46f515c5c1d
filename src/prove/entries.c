/* entries.c - matrices of a few rows, entry by entry.
 *
 * Where all sizes are small numbers, a term is worked out as scalars:
 * determinants and inverses by minors. */
#include <string.h>

#include "prove/internal.h"

enum { ENTRIES_SIZE = 4, ENTRIES_MANY = 4096 };

/* The entries of every node met, by node; 0 where there are none. */
struct entries {
    struct prover *p;
    ix_t **of;
};

static bool sizes_of(const struct prover *p, ix_t n, uint32_t *size,
                     uint32_t *count)
{
    *count = 1;
    for (uint32_t a = 0; a < ix_get(&p->t, n)->order; a++) {
        int64_t v;
        if (!dim_is_int(p->x->dims, ix_dims(&p->t, n)[a], &v) || v < 1 ||
            v > ENTRIES_SIZE || *count * (uint32_t)v > ENTRIES_MANY)
            return false;
        size[a] = (uint32_t)v;
        *count *= (uint32_t)v;
    }
    return true;
}

/* The place of an entry: the last subscript runs fastest. */
static uint32_t place(uint32_t order, const uint32_t *size,
                      const uint32_t *at)
{
    uint32_t k = 0;
    for (uint32_t a = 0; a < order; a++)
        k = k * size[a] + at[a];
    return k;
}

/* The next setting of subscripts; false after the last. */
static bool next(uint32_t order, const uint32_t *size, uint32_t *at)
{
    for (uint32_t a = order; a-- > 0;) {
        if (++at[a] < size[a])
            return true;
        at[a] = 0;
    }
    return false;
}

static ix_t number(struct prover *p, int64_t v)
{
    return ix_constant(&p->t, rat_from_int(p->x->numbers, v), 0, NULL);
}

/* Entry `at` of a variable: picked by unit vectors. */
static ix_t leaf_entry(struct prover *p, ix_t n, const uint32_t *at)
{
    struct ix_table *t = &p->t;
    uint16_t label[IX_MAX_ORDER];
    struct ix_product q;
    ix_product_begin(&q, t, 0, NULL);
    for (uint32_t a = 0; a < ix_get(t, n)->order; a++) {
        dim_t d = ix_dims(t, n)[a];
        dim_t k = dim_from_int(p->x->dims, at[a] + 1);
        label[a] = ix_product_label(&q, d);
        ix_product_factor(&q, ix_basis(t, d, k), RAT_ONE, &label[a]);
    }
    ix_product_factor(&q, n, RAT_ONE, label);
    return ix_product_end(&q);
}

/* ------------------------------------------------------------- by minors */

/* The determinant of the rows and columns marked, by the first row. */
static ix_t minor(struct prover *p, const ix_t *m, uint32_t n, uint32_t rows,
                  uint32_t columns)
{
    struct ix_table *t = &p->t;
    struct ix_sum s;
    uint32_t row = 0, sign = 0;
    if (!rows)
        return number(p, 1);
    while (!(rows >> row & 1))
        row++;
    ix_sum_begin(&s, t, 0, NULL);
    for (uint32_t c = 0; c < n; c++) {
        if (!(columns >> c & 1))
            continue;
        ix_t rest = minor(p, m, n, rows & ~(1u << row), columns & ~(1u << c));
        ix_sum_add(&s, sign++ % 2 ? RAT_MINUS_ONE : RAT_ONE,
                   ix_times(t, m[row * n + c], rest));
    }
    return ix_sum_end(&s);
}

static bool determinant(struct prover *p, const ix_t *m, uint32_t n,
                        ix_t *out)
{
    out[0] = minor(p, m, n, (1u << n) - 1, (1u << n) - 1);
    return out[0] != 0;
}

static bool adjugate(struct prover *p, const ix_t *m, uint32_t n, ix_t *out)
{
    bool ok = true;
    uint32_t all = (1u << n) - 1;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            ix_t one = minor(p, m, n, all & ~(1u << j), all & ~(1u << i));
            out[i * n + j] = ix_scale(
                &p->t, (i + j) % 2 ? RAT_MINUS_ONE : RAT_ONE, one);
            ok = ok && out[i * n + j];
        }
    return ok;
}

static bool inverse(struct prover *p, const ix_t *m, uint32_t n, ix_t *out)
{
    ix_t det, one;
    if (!adjugate(p, m, n, out) || !determinant(p, m, n, &det) ||
        ix_is_zero(&p->t, det))
        return false;
    one = ix_power(&p->t, det, RAT_MINUS_ONE);
    for (uint32_t i = 0; i < n * n; i++)
        out[i] = ix_times(&p->t, one, out[i]);
    return one && out[n * n - 1];
}

/* What is known of a square matrix by its entries, by kernel. */
static const struct {
    const char *kernel;
    bool (*work)(struct prover *p, const ix_t *m, uint32_t n, ix_t *out);
} by_entries[] = {{"det", determinant}, {"adj", adjugate}, {"inv", inverse}};

static bool operator_entries(struct entries *e, ix_t n, ix_t *out)
{
    const struct ix_node *node = ix_get(&e->p->t, n);
    ix_t arg = ix_content(&e->p->t, n)[0];
    uint32_t size[IX_MAX_ORDER], count;
    if (prove_is_foreign(e->p, n) || node->length != 1 || ix_get(&e->p->t, arg)->order != 2 ||
        !sizes_of(e->p, arg, size, &count) || size[0] != size[1])
        return false;
    symbol_t kernel =
        overload_get(e->p->x->ops, (uint16_t)node->payload)->kernel;
    const char *name = kernel ? intern_name(e->p->x->names, kernel) : "";
    for (size_t i = 0; i < sizeof by_entries / sizeof *by_entries; i++)
        if (!strcmp(by_entries[i].kernel, name))
            return by_entries[i].work(e->p, e->of[arg], size[0], out);
    return false;
}

/* ------------------------------------------------------ products and sums */

/* One entry of a product for one setting of all labels. */
static ix_t term_entry(struct entries *e, const struct parts *f,
                       const uint32_t *at)
{
    struct ix_product q;
    ix_product_begin(&q, &e->p->t, 0, NULL);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        uint32_t size[IX_MAX_ORDER], own[IX_MAX_ORDER], count;
        uint32_t order = ix_get(&e->p->t, g->node)->order;
        if (!sizes_of(e->p, g->node, size, &count))
            return 0;
        for (uint32_t a = 0; a < order; a++)
            own[a] = at[g->label[a]];
        ix_product_factor(&q, e->of[g->node][place(order, size, own)],
                          g->exponent, NULL);
    }
    return ix_product_end(&q);
}

static bool product_entries(struct entries *e, ix_t n, ix_t *out)
{
    struct parts f;
    uint32_t size[64], at[64] = {0}, all = 1;
    if (!parts_of(&e->p->t, n, &f) || f.labels > 64)
        return false;
    for (uint32_t l = 0; l < f.labels; l++) {
        int64_t v;
        if (!dim_is_int(e->p->x->dims, f.label_dims[l], &v) || v < 1 ||
            v > ENTRIES_SIZE || (all *= (uint32_t)v) > ENTRIES_MANY)
            return false;
        size[l] = (uint32_t)v;
    }
    uint32_t own = 1;
    for (uint32_t l = 0; l < f.order; l++)
        own *= size[l];
    for (uint32_t k = 0; k < own; k++) { /* own axes run slowest */
        struct ix_sum s;
        ix_sum_begin(&s, &e->p->t, 0, NULL);
        for (uint32_t m = 0; m < all / own; m++) {
            ix_sum_add(&s, RAT_ONE, term_entry(e, &f, at));
            next(f.labels, size, at);
        }
        out[k] = ix_sum_end(&s);
        if (!out[k])
            return false;
    }
    return true;
}

static bool sum_entries(struct entries *e, ix_t n, uint32_t count, ix_t *out)
{
    for (uint32_t k = 0; k < count; k++) {
        struct ix_sum s;
        ix_sum_begin(&s, &e->p->t, 0, NULL);
        for (uint32_t i = 0; i < ix_get(&e->p->t, n)->length; i += 2) {
            const uint32_t *w = ix_content(&e->p->t, n) + i;
            rat_t c = w[0];
            ix_sum_add(&s, c, e->of[w[1]][k]);
        }
        out[k] = ix_sum_end(&s);
        if (!out[k])
            return false;
    }
    return true;
}

static bool function_entries(struct entries *e, ix_t n, uint32_t count,
                             ix_t *out)
{
    struct ix_table *t = &e->p->t;
    for (uint32_t k = 0; k < count; k++) {
        ix_t args[OP_MAX_ARGS];
        uint32_t nargs = ix_get(t, n)->length;
        for (uint32_t i = 0; i < nargs; i++)
            args[i] = e->of[ix_content(t, n)[i]][k];
        out[k] = ix_fun(t, (uint16_t)ix_get(t, n)->payload, nargs, args);
        if (!out[k])
            return false;
    }
    return true;
}

static ix_t plain_entry(struct entries *e, ix_t n, const uint32_t *size,
                        const uint32_t *at)
{
    int64_t v;
    switch (ix_get(&e->p->t, n)->kind) {
    case IX_DELTA:
        return number(e->p, at[0] == at[1]);
    case IX_PAIR:
        return number(e->p, at[0] == at[1] * size[2] + at[2]);
    case IX_BASIS:
        return dim_is_int(e->p->x->dims, ix_get(&e->p->t, n)->payload, &v)
                   ? number(e->p, at[0] + 1 == v)
                   : 0;
    case IX_SIZE:
        return n;
    case IX_LEAF:
        return leaf_entry(e->p, n, at);
    default:
        return 0;
    }
}

static bool node_entries(struct entries *e, ix_t n)
{
    uint32_t size[IX_MAX_ORDER], at[IX_MAX_ORDER] = {0}, count;
    uint32_t order = ix_get(&e->p->t, n)->order;
    if (!sizes_of(e->p, n, size, &count))
        return false;
    ix_t *out = e->of[n] = ARENA_ARRAY(&e->p->t.scratch, ix_t, count);
    if (!out)
        return false;
    switch (ix_get(&e->p->t, n)->kind) {
    case IX_PROD:
        return product_entries(e, n, out);
    case IX_SUM:
        return sum_entries(e, n, count, out);
    case IX_FUN:
        if (prove_is_foreign(e->p, n))
            return false;
        return function_entries(e, n, count, out);
    case IX_OP:
        return operator_entries(e, n, out);
    default:
        break;
    }
    for (uint32_t k = 0; k < count; k++) {
        out[k] = plain_entry(e, n, size, at);
        next(order, size, at);
        if (!out[k])
            return false;
    }
    return true;
}

static bool by_entries_of(struct prover *p, ix_t d)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct entries e = {.p = p};
    uint32_t n = 0, size[IX_MAX_ORDER], count = 0;
    const ix_t *list = ix_reach(&p->t, d, &n);
    e.of = ARENA_ARRAY(&p->t.scratch, ix_t *, (size_t)d + 1);
    bool ok = list && e.of;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = node_entries(&e, list[i]);
    ok = ok && sizes_of(p, d, size, &count);
    for (uint32_t k = 0; ok && k < count; k++)
        ok = prove_zero(p, e.of[d][k]);
    arena_release(&p->t.scratch, mark);
    return ok;
}

/* As it stands, or with functions unfolded. */
bool prove_by_entries(struct prover *p, ix_t d)
{
    if (by_entries_of(p, d))
        return true;
    ix_t reduced = fault_is_set(p->t.mem->fault) ? 0 : prove_reduce(p, d);
    return reduced && reduced != d && by_entries_of(p, reduced);
}
