/* series.c - sums and products over an integer parameter.
 *
 * The bound symbol is "#1", or "#2" where a series with "#1" stands within,
 * and so on: so series that differ in its name only are one node, and a
 * symbol bound within is never that of an enclosing series.  While a body is
 * taken apart its symbol is "@1", "@2", ... by depth. */
#include <stdio.h>
#include <string.h>

#include "index/series.h"

struct ix_series ix_series_get(const struct ix_table *t, ix_t n)
{
    const uint32_t *w = ix_content(t, n);
    return (struct ix_series){.kind = t->nodes[n].payload,
                              .symbol = w[1],
                              .low = w[2],
                              .high = w[3],
                              .body = w[0]};
}

/* ---------------------------------------------------------------- passes */

bool series_walk(struct ix_table *t, ix_t root, struct series_walk *w)
{
    struct arena *a = &t->scratch;
    uint32_t depth = 0, size = root + 1;
    w->n = 0;
    w->place = ARENA_ARRAY(a, uint32_t, size);
    w->list = ARENA_ARRAY(a, ix_t, size);
    w->stack = ARENA_ARRAY(a, ix_t, size);
    w->at = ARENA_ARRAY(a, uint32_t, size);
    if (!w->place || !w->list || !w->stack || !w->at)
        return false;
    w->stack[depth++] = root;
    w->place[root] = UINT32_MAX;
    while (depth) {
        ix_t child =
            ix_next_child(t, w->stack[depth - 1], &w->at[depth - 1]);
        if (child && !w->place[child]) {
            w->place[child] = UINT32_MAX;
            w->at[depth] = 0;
            w->stack[depth++] = child;
        } else if (!child) {
            w->list[w->n] = w->stack[--depth];
            w->place[w->list[w->n]] = w->n + 1;
            w->n++;
        }
    }
    return true;
}

bool series_own_mentions(const struct ix_table *t, ix_t n, symbol_t s)
{
    const struct dims *d = t->x->dims;
    const struct ix_node *node = &t->nodes[n];
    bool found = false;
    for (uint32_t a = 0; a < node->order; a++)
        found = found || dim_mentions(d, ix_dims(t, n)[a], s);
    if (node->kind == IX_SIZE || node->kind == IX_BASIS ||
        node->kind == IX_SELECT)
        return found || dim_mentions(d, node->payload, s);
    if (node->kind == IX_SERIES)
        return found || dim_mentions(d, ix_content(t, n)[2], s) ||
               dim_mentions(d, ix_content(t, n)[3], s);
    /* The sizes of a constant such as duplication(n) are those of its axes. */
    if (node->kind != IX_LEAF ||
        expr_op(t->x, node->payload) != OP_VARIABLE)
        return found;
    const struct decl *decl =
        expr_decl(t->x, expr_get(t->x, node->payload)->payload);
    for (uint32_t i = 0; decl->family && i < decl->subscripts; i++)
        found = found || dim_mentions(d, decl->at[i], s);
    return found;
}

bool ix_mentions(struct ix_table *t, ix_t n, symbol_t s)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    struct series_walk w;
    bool found = false;
    if (n && series_walk(t, n, &w))
        for (uint32_t i = 0; i < w.n && !found; i++)
            found = series_own_mentions(t, w.list[i], s);
    arena_release(&t->scratch, mark);
    return found;
}

static ix_t replaced_node(struct ix_table *t, const struct series_walk *w,
                          ix_t n, const ix_t *image,
                          struct dim_replacement r)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t at = 0, count = 0;
    ix_t *child = ARENA_ARRAY(&t->scratch, ix_t, t->nodes[n].length + 1);
    bool same = !r.symbol || !series_own_mentions(t, n, r.symbol);
    for (ix_t c; child && (c = ix_next_child(t, n, &at)); count++) {
        child[count] = image[w->place[c] - 1];
        same = same && child[count] == c;
    }
    ix_t result = !child ? 0
                  : same ? n
                         : ix_rebuild_sizes(t, n, child, r);
    arena_release(&t->scratch, mark);
    return result;
}

ix_t ix_replace_size(struct ix_table *t, ix_t root, struct dim_replacement r)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    struct series_walk w;
    ix_t result = 0;
    ix_t *image = root && r.by && series_walk(t, root, &w)
                      ? ARENA_ARRAY(&t->scratch, ix_t, w.n)
                      : NULL;
    for (uint32_t i = 0; image && i < w.n; i++) {
        result = replaced_node(t, &w, w.list[i], image, r);
        image[i] = result;
        if (!result)
            break;
    }
    arena_release(&t->scratch, mark);
    return result;
}

ix_t ix_replace_node(struct ix_table *t, ix_t root, ix_t from, ix_t to)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    struct dim_replacement none = {0, 0};
    struct series_walk w;
    ix_t result = 0;
    ix_t *image = root && to && series_walk(t, root, &w)
                      ? ARENA_ARRAY(&t->scratch, ix_t, w.n)
                      : NULL;
    for (uint32_t i = 0; image && i < w.n; i++) {
        result = w.list[i] == from
                     ? to
                     : replaced_node(t, &w, w.list[i], image, none);
        image[i] = result;
        if (!result)
            break;
    }
    arena_release(&t->scratch, mark);
    return result;
}

bool series_is_bound(void *data, symbol_t s)
{
    const struct ix_table *t = data;
    char first = intern_name(t->x->names, s)[0];
    return first == '#' || first == '@';
}

/* --------------------------------------------------------- bound symbols */

static symbol_t numbered(struct ix_table *t, char kind, uint32_t number)
{
    char name[16];
    snprintf(name, sizeof name, "%c%u", kind, number);
    return intern_text(t->x->names, name);
}

/* The symbols bound within a node have lower numbers than those around it. */
bool ix_is_within_series(struct ix_table *t, ix_t n)
{
    for (uint32_t k = t->nodes[n].bound + 1u; k <= SERIES_MAX_NESTING; k++)
        if (ix_mentions(t, n, numbered(t, '#', k)))
            return true;
    return false;
}

static ix_t renamed(struct ix_table *t, ix_t n, symbol_t from, symbol_t to)
{
    struct dim_replacement r = {from, dim_from_symbol(t->x->dims, to)};
    return ix_replace_size(t, n, r);
}

static bool nested_too_deep(struct ix_table *t)
{
    return !fault_set(t->mem->fault, FAULT_LIMIT,
                      "sums nested more than %d deep",
                      (int)SERIES_MAX_NESTING);
}

/* Takes the symbol that the body asks for; the number it has. */
static uint32_t canonical_symbol(struct ix_table *t, struct ix_series *s)
{
    uint32_t number = t->nodes[s->body].bound + 1u;
    symbol_t to = numbered(t, '#', number);
    if (s->symbol == to)
        return number;
    bool canonical = intern_name(t->x->names, s->symbol)[0] == '#';
    if (canonical) { /* what is bound within may have made way for it */
        symbol_t own = numbered(t, '@', ++t->opened);
        s->body = renamed(t, s->body, s->symbol, own);
        s->symbol = own;
        t->opened--;
        number = s->body ? t->nodes[s->body].bound + 1u : 1;
        to = numbered(t, '#', number);
    }
    while (number <= SERIES_MAX_NESTING && ix_mentions(t, s->body, to))
        to = numbered(t, '#', ++number);
    if (number > SERIES_MAX_NESTING) {
        nested_too_deep(t);
        s->body = 0;
        return 0;
    }
    s->body = renamed(t, s->body, s->symbol, to);
    s->symbol = to;
    return number;
}

struct ix_series ix_series_open(struct ix_table *t, ix_t n)
{
    struct ix_series s = ix_series_get(t, n);
    symbol_t own = numbered(t, '@', ++t->opened);
    s.body = own ? renamed(t, s.body, s.symbol, own) : 0;
    s.symbol = own;
    return s;
}

void ix_series_close(struct ix_table *t)
{
    t->opened--;
}

bool ix_series_call(struct ix_table *t, dim_t low, dim_t high, symbol_t name)
{
    for (uint32_t i = 0; i < t->series_name_count; i++)
        if (t->series_names[i].low == low && t->series_names[i].high == high)
            return true;
    if (!MEM_RESERVE(t->mem, t->series_names, t->series_name_capacity,
                     (size_t)t->series_name_count + 1))
        return false;
    t->series_names[t->series_name_count++] =
        (struct ix_series_name){low, high, name};
    return true;
}

/* ----------------------------------------------------------- normal form */

/* The number of terms, as a size. */
static dim_t series_count(struct ix_table *t, const struct ix_series *s)
{
    struct dims *d = t->x->dims;
    return dim_add(d, dim_sub(d, s->high, s->low), DIM_ONE);
}

static ix_t times_scalar(struct ix_table *t, ix_t n, ix_t scalar)
{
    dim_t dims[IX_MAX_ORDER];
    uint16_t labels[IX_MAX_ORDER];
    if (!n || !scalar)
        return 0;
    uint32_t order = t->nodes[n].order;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    for (uint32_t a = 0; a < order; a++)
        labels[a] = (uint16_t)a;
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    ix_product_factor(&p, scalar, RAT_ONE, NULL);
    ix_product_factor(&p, n, RAT_ONE, labels);
    return ix_product_end(&p);
}

/* No terms, one term, or terms that are all the same: 0 (no fault) else. */
static ix_t trivial_series(struct ix_table *t, const struct ix_series *s)
{
    dim_t count = series_count(t, s), dims[IX_MAX_ORDER];
    uint32_t order = t->nodes[s->body].order;
    int64_t n = -1;
    bool number = count && dim_is_int(t->x->dims, count, &n);
    memcpy(dims, ix_dims(t, s->body), order * sizeof *dims);
    if (number && n <= 0)
        return s->kind == SERIES_SUM ? ix_zero(t, order, dims)
                                     : ix_ones(t, order, dims);
    if (number && n == 1)
        return ix_replace_size(
            t, s->body, (struct dim_replacement){s->symbol, s->low});
    if (ix_mentions(t, s->body, s->symbol))
        return 0;
    if (s->kind == SERIES_SUM)
        return times_scalar(t, s->body, ix_size(t, count));
    return number ? ix_power(t, s->body, rat_from_int(t->x->numbers, n)) : 0;
}

static ix_t intern_series(struct ix_table *t, struct ix_series s)
{
    bool swap = false;
    dim_t dims[IX_MAX_ORDER];
    s.body = ix_oriented(t, s.body, &swap);
    uint32_t number = s.body ? canonical_symbol(t, &s) : 0;
    if (!s.body || !s.symbol)
        return 0;
    const struct ix_node node = t->nodes[s.body];
    memcpy(dims, ix_dims(t, s.body), node.order * sizeof *dims);
    uint32_t content[4] = {s.body, s.symbol, s.low, s.high};
    uint64_t h = hash_mix(hash_mix(IX_SERIES, s.kind),
                          (uint64_t)s.low << 32 | s.high);
    ix_t n = ix_intern(t, IX_SERIES, s.kind, node.order, dims, 4, content,
                       hash_mix(h, node.hash), hash_mix(h, node.flipped));
    t->has_series = true;
    if (n)
        t->nodes[n].bound = (uint8_t)number;
    return swap ? ix_transpose(t, n) : n;
}

ix_t ix_series(struct ix_table *t, struct ix_series s)
{
    if (!s.body || !s.low || !s.high || !s.symbol)
        return 0;
    for (uint32_t a = 0; a < t->nodes[s.body].order; a++)
        if (dim_mentions(t->x->dims, ix_dims(t, s.body)[a], s.symbol)) {
            fault_set(t->mem->fault, FAULT_SHAPE,
                      "the terms of a sum differ in size");
            return 0;
        }
    ix_t result = trivial_series(t, &s);
    if (result || fault_is_set(t->mem->fault))
        return result;
    if (s.kind == SERIES_SUM) {
        result = series_contract(t, &s);
        if (!result && !fault_is_set(t->mem->fault))
            result = series_extract(t, &s);
        if (result || fault_is_set(t->mem->fault))
            return result;
    }
    return intern_series(t, s);
}
