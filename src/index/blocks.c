#include "index/blocks.h"

#include <string.h>

enum { TABLE_DEPTH = 12, MOST_TERMS = 256, MOST_PICKED = 32 };

/* ------------------------------------------------- terms that are blocks */

static uint32_t label_uses(const struct ix_table *t, ix_t term, uint32_t label)
{
    const struct ix_node *n = ix_get(t, term);
    const uint32_t *w = ix_content(t, term);
    uint32_t uses = 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        for (uint32_t a = 0; a < ix_get(t, w[k])->order; a++)
            uses += w[k + 2 + a] == label;
    return uses;
}

/* The content word of a product's selection that alone stands on the axis,
 * or 0. */
static uint32_t selection_at(const struct ix_table *t, ix_t term,
                             uint32_t axis)
{
    const struct ix_node *n = ix_get(t, term);
    const uint32_t *w = ix_content(t, term);
    if (n->kind != IX_PROD)
        return 0;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        if (ix_get(t, w[k])->kind == IX_SELECT && w[k + 2] == axis)
            return label_uses(t, term, axis) == 1 ? k : 0;
    return 0;
}

/* The selection that alone stands on the axis of a term, or 0. */
static ix_t selection_of(const struct ix_table *t, ix_t term, uint32_t axis)
{
    if (ix_get(t, term)->kind == IX_SELECT)
        return axis == 0 ? term : 0;
    uint32_t at = selection_at(t, term, axis);
    return at ? ix_content(t, term)[at] : 0;
}

static uint32_t term_count(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    return node->kind == IX_SUM
               ? node->length / 2
               : node->kind == IX_PROD || node->kind == IX_SELECT;
}

static struct ix_term term_at(const struct ix_table *t, ix_t n, uint32_t i)
{
    const uint32_t *w = ix_content(t, n);
    if (ix_get(t, n)->kind != IX_SUM)
        return (struct ix_term){RAT_ONE, n};
    return (struct ix_term){w[2 * i], w[2 * i + 1]};
}

/* Whether each term has a selection of its own on the axis. */
static bool is_cut(const struct ix_table *t, ix_t n, uint32_t axis)
{
    uint32_t count = term_count(t, n);
    for (uint32_t i = 0; i < count; i++)
        if (!selection_of(t, term_at(t, n, i).node, axis))
            return false;
    return count > 0;
}

/* Whether factor i, cut along an own axis, stands beside selections and
 * scalars alone: a row of blocks within a column of them. */
static bool is_nested(const struct ix_product *p, uint32_t i)
{
    const struct ix_factor *f = &p->factors[i];
    bool inner = false, outer = false;
    for (uint32_t j = 0; j < p->count; j++) {
        const struct ix_node *n = &p->t->nodes[p->factors[j].node];
        outer = outer || n->kind == IX_SELECT;
        if (j != i && n->kind != IX_SELECT && n->order)
            return false;
    }
    for (uint32_t a = 0; a < p->t->nodes[f->node].order; a++)
        inner = inner || (f->label[a] < p->order &&
                          is_cut(p->t, f->node, a));
    return inner && outer;
}

bool blocks_meet(const struct ix_product *p, uint32_t i)
{
    const struct ix_factor *f = &p->factors[i];
    uint32_t order = p->t->nodes[f->node].order;
    if (term_count(p->t, f->node) > MOST_TERMS)
        return false;
    if (is_nested(p, i))
        return true;
    for (uint32_t a = 0; a < order; a++) {
        if (!is_cut(p->t, f->node, a))
            continue;
        for (uint32_t j = 0; j < p->count; j++) {
            const struct ix_factor *g = &p->factors[j];
            const struct ix_node *n = &p->t->nodes[g->node];
            for (uint32_t b = 0; b < n->order; b++) {
                if (g->label[b] != f->label[a] || (j == i && b == a))
                    continue;
                bool part = n->kind == IX_SELECT;
                bool sum = n->kind == IX_SUM && g->exponent == RAT_ONE;
                if (part || (sum && is_cut(p->t, g->node, b)))
                    return true;
            }
        }
    }
    return false;
}

/* ------------------------------------------------------------------ tables */

/* The parts that an axis is cut into, in order; all of it if it is not. */
struct cut {
    bool whole;
    uint32_t n;
    struct {
        dim_t offset, size;
        bool bare; /* one entry, and no axis of the blocks */
    } part[BLOCKS_MOST];
};
struct table {
    struct ix_table *t;
    uint32_t order;
    dim_t dims[2];
    struct cut cut[2]; /* of an order below 2: one whole part of one entry */
    ix_t cell[BLOCKS_MOST * BLOCKS_MOST]; /* row by row; 0: nothing there */
    const struct ix_term *terms;
    uint32_t count;
};

static bool is_bare(const struct ix_table *t, ix_t term, uint32_t axis)
{
    uint32_t at = selection_at(t, term, axis);
    const uint32_t *w = ix_content(t, term);
    return at && ix_dims(t, w[at])[1] == DIM_ONE &&
           w[at + 3] >= ix_get(t, term)->order &&
           label_uses(t, term, w[at + 3]) == 1;
}

static bool add_part(struct cut *c, dim_t offset, dim_t size, bool bare)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (c->part[i].offset == offset && c->part[i].size == size) {
            c->part[i].bare = c->part[i].bare && bare;
            return true;
        }
    if (c->n == BLOCKS_MOST)
        return false;
    c->part[c->n].offset = offset;
    c->part[c->n].size = size;
    c->part[c->n++].bare = bare;
    return true;
}

/* Puts the parts in order, with what lies between them; false if they
 * overlap, or if that is not known. */
static bool order_parts(struct dims *d, struct cut *c, dim_t size)
{
    struct cut out = {.n = 0};
    dim_t at = DIM_ZERO;
    uint32_t left = c->n;
    while (left) {
        uint32_t next = 0;
        for (uint32_t i = 1; i < left; i++)
            if (dim_is_nonnegative(d, dim_sub(d, c->part[next].offset,
                                              c->part[i].offset)))
                next = i;
        dim_t gap = dim_sub(d, c->part[next].offset, at);
        if (!dim_is_nonnegative(d, gap) ||
            (gap != DIM_ZERO && !add_part(&out, at, gap, false)) ||
            out.n == BLOCKS_MOST)
            return false;
        out.part[out.n++] = c->part[next];
        at = dim_add(d, c->part[next].offset, c->part[next].size);
        c->part[next] = c->part[--left];
    }
    dim_t rest = dim_sub(d, size, at);
    if (!at || !rest ||
        (rest != DIM_ZERO && (!dim_is_nonnegative(d, rest) ||
                              !add_part(&out, at, rest, false))))
        return false;
    *c = out;
    return true;
}

static bool find_cut(struct table *b, uint32_t axis, uint32_t cut)
{
    struct ix_table *t = b->t;
    struct cut *c = &b->cut[axis];
    *c = (struct cut){.whole = !(cut >> axis & 1), .n = 1};
    c->part[0].offset = DIM_ZERO;
    c->part[0].size = axis < b->order ? b->dims[axis] : DIM_ONE;
    c->part[0].bare = axis >= b->order;
    if (c->whole)
        return true;
    c->n = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        ix_t term = b->terms[i].node, s = selection_of(t, term, axis);
        if (!add_part(c, ix_get(t, s)->payload, ix_dims(t, s)[1],
                      is_bare(t, term, axis)))
            return false;
    }
    return order_parts(t->x->dims, c, b->dims[axis]);
}

/* The part in which a term stands on an axis. */
static uint32_t part_at(const struct table *b, ix_t term, uint32_t axis)
{
    const struct cut *c = &b->cut[axis];
    uint32_t i = 0;
    if (c->whole)
        return 0;
    dim_t offset = ix_get(b->t, selection_of(b->t, term, axis))->payload;
    while (i < c->n && c->part[i].offset != offset)
        i++;
    return i;
}

static uint32_t cell_dims(const struct table *b, uint32_t row, uint32_t col,
                          dim_t dims[2])
{
    uint32_t n = 0, at[2] = {row, col};
    for (uint32_t a = 0; a < b->order; a++)
        if (!b->cut[a].part[at[a]].bare)
            dims[n++] = b->cut[a].part[at[a]].size;
    return n;
}

/* A term without its selections: what stands in the block. */
static ix_t stripped(struct table *b, ix_t term, uint32_t row, uint32_t col)
{
    struct ix_table *t = b->t;
    dim_t dims[2];
    uint32_t at[2] = {row, col}, skip[2] = {0, 0}, n = 0;
    if (ix_get(t, term)->kind == IX_SELECT)
        return ix_delta(t, ix_dims(t, term)[1]);
    uint32_t labels = ix_content(t, term)[0];
    const uint32_t length = ix_get(t, term)->length;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    struct ix_product p;
    ix_product_begin(&p, t, cell_dims(b, row, col, dims), dims);
    for (uint32_t l = 0; map && l < labels; l++)
        map[l] = UINT16_MAX;
    for (uint32_t a = 0; map && a < b->order; a++) {
        bool own = !b->cut[a].part[at[a]].bare;
        uint32_t label = a;
        if (!b->cut[a].whole) {
            skip[a] = selection_at(t, term, a);
            label = ix_content(t, term)[skip[a] + 3];
        }
        if (own && map[label] != UINT16_MAX)
            ix_product_factor(&p, ix_delta(t, dims[n]), RAT_ONE,
                              (uint16_t[]){map[label], (uint16_t)n});
        else if (own)
            map[label] = (uint16_t)n;
        n += own;
    }
    for (uint32_t k = 1; map && k < length;) {
        ix_t f = ix_content(t, term)[k];
        rat_t e = ix_content(t, term)[k + 1];
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < ix_get(t, f)->order; a++) {
            uint32_t old = ix_content(t, term)[k + 2 + a];
            if (map[old] == UINT16_MAX && k != skip[0] && k != skip[1])
                map[old] = ix_product_label(&p, ix_dims(t, f)[a]);
            l[a] = map[old];
        }
        if (k != skip[0] && k != skip[1])
            ix_product_factor(&p, f, e, l);
        k += ix_factor_words(t, f);
    }
    p.failed = p.failed || !map;
    return ix_product_end(&p);
}

static bool fill_cell(struct table *b, uint32_t row, uint32_t col)
{
    dim_t dims[2];
    struct ix_sum s;
    uint32_t met = 0, order = cell_dims(b, row, col, dims);
    ix_sum_begin(&s, b->t, order, dims);
    for (uint32_t i = 0; i < b->count; i++) {
        ix_t term = b->terms[i].node;
        if (part_at(b, term, 0) != row ||
            (b->order > 1 && part_at(b, term, 1) != col))
            continue;
        ix_sum_add(&s, b->terms[i].coefficient,
                   stripped(b, term, row, col));
        met++;
    }
    ix_t cell = ix_sum_end(&s);
    b->cell[row * b->cut[1].n + col] = met ? cell : 0;
    return cell != 0;
}

/* The table of terms that all have selections on the axes in `cut`. */
static bool make_table(struct table *b, struct ix_table *t, uint32_t order,
                       const dim_t *dims, const struct ix_term *terms,
                       uint32_t count, uint32_t cut)
{
    *b = (struct table){
        .t = t, .order = order, .terms = terms, .count = count};
    memcpy(b->dims, dims, order * sizeof *dims);
    if (!find_cut(b, 0, cut) || !find_cut(b, 1, cut))
        return false;
    for (uint32_t i = 0; i < b->cut[0].n; i++)
        for (uint32_t j = 0; j < b->cut[1].n; j++)
            if (!fill_cell(b, i, j))
                return false;
    return true;
}

/* The axes on which a term has selections. */
static uint32_t cut_of(const struct ix_table *t, ix_t term, uint32_t order)
{
    uint32_t cut = 0;
    for (uint32_t a = 0; a < order; a++)
        if (selection_of(t, term, a))
            cut |= 1u << a;
    return cut;
}

/* ----------------------------------------------- functions of each block */

/* The table of a value all of whose blocks are there. */
static bool full_table(struct table *b, struct ix_table *t, ix_t n)
{
    uint32_t order = ix_get(t, n)->order, count = term_count(t, n);
    dim_t dims[2];
    if (!order || order > 2 || !count || count > MOST_TERMS)
        return false;
    uint32_t cut = cut_of(t, term_at(t, n, 0).node, order);
    struct ix_term *terms = ARENA_ARRAY(&t->scratch, struct ix_term, count);
    if (!cut || !terms)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        terms[i] = term_at(t, n, i);
        if (cut_of(t, terms[i].node, order) != cut)
            return false;
    }
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    if (!make_table(b, t, order, dims, terms, count, cut))
        return false;
    for (uint32_t i = 0; i < b->cut[0].n * b->cut[1].n; i++)
        if (!b->cell[i])
            return false;
    return true;
}

/* One block where it stands. */
static ix_t placed(const struct table *b, uint32_t row, uint32_t col)
{
    struct ix_table *t = b->t;
    uint32_t at[2] = {row, col}, n = 0;
    uint16_t own[2];
    struct ix_product p;
    ix_product_begin(&p, t, b->order, b->dims);
    for (uint32_t a = 0; a < b->order; a++) {
        const struct cut *c = &b->cut[a];
        uint16_t label = (uint16_t)a;
        if (!c->whole) {
            dim_t size = c->part[at[a]].size;
            label = ix_product_label(&p, size);
            ix_product_factor(
                &p, ix_select(t, b->dims[a], c->part[at[a]].offset, size),
                RAT_ONE, (uint16_t[]){(uint16_t)a, label});
        }
        if (!c->part[at[a]].bare)
            own[n++] = label;
    }
    ix_product_factor(&p, b->cell[row * b->cut[1].n + col], RAT_ONE, own);
    return ix_product_end(&p);
}

static ix_t joined(const struct table *b)
{
    struct ix_sum s;
    ix_sum_begin(&s, b->t, b->order, b->dims);
    for (uint32_t i = 0; i < b->cut[0].n; i++)
        for (uint32_t j = 0; j < b->cut[1].n; j++)
            ix_sum_add(&s, RAT_ONE, placed(b, i, j));
    return ix_sum_end(&s);
}

ix_t blocks_power(struct ix_table *t, ix_t n, rat_t exponent)
{
    struct table b;
    struct arena_mark mark = arena_mark(&t->scratch);
    ix_t result = 0;
    if (full_table(&b, t, n)) {
        for (uint32_t i = 0; i < b.cut[0].n * b.cut[1].n; i++)
            b.cell[i] = ix_power(t, b.cell[i], exponent);
        result = joined(&b);
    }
    arena_release(&t->scratch, mark);
    return result;
}

ix_t blocks_fun(struct ix_table *t, uint32_t callee, ix_t n)
{
    struct table b;
    struct arena_mark mark = arena_mark(&t->scratch);
    ix_t result = 0;
    if (full_table(&b, t, n)) {
        for (uint32_t i = 0; i < b.cut[0].n * b.cut[1].n; i++)
            b.cell[i] = ix_fun(t, callee, 1, &b.cell[i]);
        result = joined(&b);
    }
    arena_release(&t->scratch, mark);
    return result;
}

/* ------------------------------------------------------- the way back */

static ix_t tabled(struct ix_table *t, ix_t root, uint32_t depth);

/* Takes out of the terms as many as make one table, the first among them;
 * how many: they come first then. */
static uint32_t pick_table(struct table *b, struct ix_term *terms, uint32_t n,
                           uint32_t cut)
{
    const struct table bare = *b;
    struct table whole;
    uint32_t kept = 1;
    if (make_table(b, bare.t, bare.order, bare.dims, terms, n, cut))
        return n;
    for (uint32_t i = 1; i < n && n <= MOST_PICKED; i++) {
        struct ix_term last = terms[i];
        terms[i] = terms[kept];
        terms[kept] = last;
        kept += make_table(&whole, bare.t, bare.order, bare.dims, terms,
                           kept + 1, cut);
    }
    return make_table(b, bare.t, bare.order, bare.dims, terms, kept, cut)
               ? kept
               : 0;
}

/* Whether a table is cut alike in rows and columns, and each block is the
 * transpose of the one across. */
static bool is_mirrored(const struct table *b)
{
    const struct cut *r = &b->cut[0], *c = &b->cut[1];
    bool same = b->order == 2 && r->n == c->n && !r->whole && !c->whole;
    for (uint32_t i = 0; same && i < r->n; i++)
        same = r->part[i].size == c->part[i].size;
    for (uint32_t i = 0; same && i < r->n; i++)
        for (uint32_t j = 0; same && j <= i; j++) {
            ix_t p = b->cell[i * c->n + j], q = b->cell[j * c->n + i];
            const struct ix_node *n = ix_get(b->t, p), *m = ix_get(b->t, q);
            bool none = n->kind == IX_SUM && n->length == 0;
            same = none ? m->kind == IX_SUM && m->length == 0
                        : n->hash == (m->order == 2 ? m->flipped : m->hash);
        }
    return same;
}

/* A table as an IX_BLOCKS node. */
static ix_t table_node(struct table *b, uint32_t depth)
{
    struct ix_table *t = b->t;
    uint32_t payload = b->cut[1].n;
    uint64_t h = hash_mix(IX_BLOCKS, b->order);
    dim_t dims[2];
    for (uint32_t i = 0; i < b->cut[0].n; i++)
        for (uint32_t j = 0; j < b->cut[1].n; j++) {
            ix_t *cell = &b->cell[i * b->cut[1].n + j];
            uint32_t o = cell_dims(b, i, j, dims);
            *cell = *cell ? tabled(t, *cell, depth + 1)
                          : ix_zero(t, o, dims);
            if (!*cell)
                return 0;
            h = hash_mix(h, ix_get(t, *cell)->hash);
        }
    for (uint32_t i = 0; i < BLOCKS_MOST; i++) {
        payload |= (uint32_t)(i < b->cut[0].n && b->cut[0].part[i].bare)
                   << (8 + i);
        payload |= (uint32_t)(i < b->cut[1].n && b->cut[1].part[i].bare)
                   << (8 + BLOCKS_MOST + i);
    }
    return ix_intern(t, IX_BLOCKS, payload, b->order, b->dims,
                     b->cut[0].n * b->cut[1].n, b->cell, h,
                     is_mirrored(b) ? h : hash_mix(h, 1));
}

/* The terms with selections on the axes `cut` as tables. */
static bool add_tables(struct ix_sum *s, ix_t n, uint32_t cut, uint32_t depth)
{
    struct ix_table *t = s->t;
    const uint32_t count = term_count(t, n);
    struct table b = {.t = t, .order = s->order};
    uint32_t left = 0, used;
    struct ix_term *terms = ARENA_ARRAY(&t->scratch, struct ix_term, count);
    memcpy(b.dims, s->dims, s->order * sizeof *b.dims);
    for (uint32_t i = 0; terms && i < count; i++)
        if (cut_of(t, term_at(t, n, i).node, s->order) == cut)
            terms[left++] = term_at(t, n, i);
    for (; left; terms += used, left -= used) {
        used = pick_table(&b, terms, left, cut);
        ix_t node = used ? table_node(&b, depth) : 0;
        if (!node)
            return false;
        ix_sum_add(s, RAT_ONE, node);
    }
    return terms != NULL;
}

/* The groups of terms of a node that are tables, as bits of their cuts. */
static uint32_t groups_of(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    uint32_t groups = 0, count = term_count(t, n);
    if (!node->order || node->order > 2 || count > MOST_TERMS)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        groups |= 1u << cut_of(t, term_at(t, n, i).node, node->order);
    return groups & ~1u;
}

/* A sum or a product some of whose terms are blocks. */
static ix_t with_blocks(struct ix_table *t, ix_t n, uint32_t groups,
                        const ix_t *image, uint32_t depth)
{
    uint32_t made = 0;
    dim_t dims[2];
    const uint32_t order = ix_get(t, n)->order, count = term_count(t, n);
    struct ix_sum s;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    ix_sum_begin(&s, t, order, dims);
    for (uint32_t cut = 1; cut < 4; cut++) {
        if (!(groups >> cut & 1))
            continue;
        uint32_t before = s.count;
        if (add_tables(&s, n, cut, depth))
            made |= 1u << cut;
        else
            s.count = before;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct ix_term term = term_at(t, n, i);
        if (!(made >> cut_of(t, term.node, order) & 1))
            ix_sum_add(&s, term.coefficient,
                       term.node == n ? n : image[term.node]);
    }
    return ix_sum_end(&s);
}

static ix_t image_of(struct ix_table *t, ix_t n, ix_t root,
                     const ix_t *image, uint32_t depth)
{
    enum { SOME = 64 };
    ix_t few[SOME], *child = few;
    uint32_t groups = groups_of(t, n);
    if (groups && (ix_get(t, n)->kind != IX_SELECT || n == root))
        return with_blocks(t, n, groups, image, depth);
    uint32_t count = ix_get(t, n)->length;
    if (count > SOME && !(child = ARENA_ARRAY(&t->scratch, ix_t, count)))
        return 0;
    count = ix_children(t, n, child, count > SOME ? count : SOME);
    bool same = true;
    for (uint32_t i = 0; i < count; i++) {
        same = same && image[child[i]] == child[i];
        child[i] = image[child[i]];
    }
    return same ? n : ix_rebuild(t, n, child);
}

static ix_t tabled(struct ix_table *t, ix_t root, uint32_t depth)
{
    uint32_t n, known = t->count;
    const ix_t *list = ix_reach(t, root, &n);
    bool any = false;
    for (uint32_t i = 0; list && i < n; i++)
        any = any || ix_get(t, list[i])->kind == IX_SELECT;
    if (!list || !any || depth > TABLE_DEPTH)
        return list ? root : 0;
    ix_t *image = ARENA_ARRAY(&t->scratch, ix_t, known + 1);
    for (uint32_t i = 0; image && i < n; i++)
        if (!(image[list[i]] = image_of(t, list[i], root, image, depth)))
            return 0;
    return image ? image[root] : 0;
}

ix_t blocks_table(struct ix_table *t, ix_t root)
{
    if (!t->selections || !root)
        return root;
    return tabled(t, root, 0);
}
