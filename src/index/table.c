/* table.c - the node table of index terms: interning, leaves, functions. */
#include <string.h>

#include "index/blocks.h"
#include "index/lift.h"

static uint64_t node_key(const struct ix_table *t, const struct ix_node *n)
{
    /* The words of both stand one after another; n->hash has mixed the
       bits of what they mean, so that little is left to do here. */
    uint64_t h = n->hash + n->payload;
    const uint32_t *w = t->words + n->dims;
    for (uint32_t i = 0; i < n->order + n->length; i++)
        h = (h ^ w[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return hash_word(h);
}

static uint64_t table_key(const void *owner, uint32_t id)
{
    const struct ix_table *t = owner;
    return node_key(t, &t->nodes[id]);
}

bool ix_init(struct ix_table *t, struct exprs *x)
{
    *t = (struct ix_table){.x = x, .mem = x->mem, .flatten_limit = 48};
    arena_init(&t->scratch, x->mem);
    arena_init(&t->lowering, x->mem);
    return true;
}

void ix_free(struct ix_table *t)
{
    MEM_FREE_ARRAY(t->mem, t->nodes, t->capacity);
    MEM_FREE_ARRAY(t->mem, t->words, t->words_capacity);
    MEM_FREE_ARRAY(t->mem, t->stamps, t->stamps_capacity);
    MEM_FREE_ARRAY(t->mem, t->positions, t->positions_capacity);
    MEM_FREE_ARRAY(t->mem, t->slots, t->slots_capacity);
    MEM_FREE_ARRAY(t->mem, t->templates, t->template_capacity);
    hash_index_free(&t->index, t->mem);
    MEM_FREE_ARRAY(t->mem, t->costs, t->costs_capacity);
    MEM_FREE_ARRAY(t->mem, t->simplified, t->simplified_capacity);
    MEM_FREE_ARRAY(t->mem, t->series_names, t->series_name_capacity);
    arena_free(&t->scratch);
    arena_free(&t->lowering);
}

struct ix_mark ix_mark(const struct ix_table *t)
{
    return (struct ix_mark){t->count, t->words_used, t->x->count};
}

static void drop_above(ix_t *n, ix_t keep)
{
    if (*n > keep)
        *n = 0;
}

void ix_rollback(struct ix_table *t, const struct ix_mark *mark)
{
    hash_index_forget(&t->index, mark->nodes, table_key, t);
    for (uint32_t n = 1; n <= t->count && n < t->simplified_capacity; n++)
        if (n > mark->nodes || t->simplified[n] > mark->nodes)
            t->simplified[n] = 0;
    t->count = mark->nodes;
    t->words_used = mark->words;
    t->series_name_count = t->opened = 0;
    if (t->costed > mark->expressions)
        t->costed = mark->expressions;
    for (uint32_t i = 0; i < t->template_capacity; i++) {
        struct ix_template *own = &t->templates[i];
        drop_above(&own->definition, mark->nodes);
        drop_above(&own->differential, mark->nodes);
        for (uint32_t k = 0; k < OP_MAX_ARGS; k++)
            drop_above(&own->partial[k], mark->nodes);
    }
}

static uint32_t number_cost(const struct ix_table *t, rat_t q)
{
    int64_t n, d;
    if (q == RAT_ONE || q == RAT_MINUS_ONE)
        return 0;
    if (!rat_to_ratio(t->x->numbers, q, &n, &d))
        return 2;
    return (n != 1 && n != -1 ? 2u : 0u) + (d != 1 ? 2u : 0u);
}

/* Whether a term of a sum of matrices is constant along an axis, so that
 * ones(...) must say so; not if it is a number, which is broadcast. */
static bool needs_ones(const struct ix_table *t, ix_t term, uint32_t order)
{
    const struct ix_node *n = &t->nodes[term];
    const uint32_t *w = t->words + n->first;
    uint32_t seen = 0;
    if (n->kind != IX_PROD || n->length == 1)
        return false;
    for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k]))
        for (uint32_t a = 0; a < t->nodes[w[k]].order; a++)
            if (w[k + 2 + a] < order)
                seen |= 1u << w[k + 2 + a];
    return seen + 1 != 1u << order;
}

static uint32_t node_cost(const struct ix_table *t, const struct ix_node *n)
{
    const uint32_t *w = t->words + n->first;
    uint64_t cost = 0;
    switch ((enum ix_kind)n->kind) {
    case IX_PROD:
        for (uint32_t k = 1; k < n->length; k += ix_factor_words(t, w[k])) {
            cost += t->nodes[w[k]].cost + (k > 1);
            if (w[k + 1] != RAT_ONE && w[k + 1] != RAT_MINUS_ONE)
                cost += 2;
        }
        cost += n->length == 1; /* ones */
        break;
    case IX_SUM:
        for (uint32_t k = 0; k < n->length; k += 2) {
            bool ones = t->nodes[w[k + 1]].length == 1;
            cost += t->nodes[w[k + 1]].cost + (k > 0);
            if (!ones)
                cost += number_cost(t, w[k]);
            if (n->order == 2 && needs_ones(t, w[k + 1], 2))
                cost += 3;
        }
        break;
    case IX_SERIES:
        cost = 4 + (uint64_t)t->nodes[w[0]].cost;
        break;
    case IX_FUN:
    case IX_OP:
    case IX_LINEAR:
    case IX_BLOCKS:
        cost = 1;
        for (uint32_t k = 0; k < n->length; k++)
            cost += t->nodes[w[k]].cost;
        break;
    case IX_DELTA:
        cost = 2;
        break;
    case IX_PAIR:
        cost = 0;
        break;
    default:
        cost = 1;
    }
    return cost > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)cost;
}

/* The highest number of a symbol bound in a node's children. */
static uint8_t bound_within(const struct ix_table *t, ix_t n)
{
    uint8_t bound = 0;
    uint32_t at = 0;
    for (ix_t c; (c = ix_next_child(t, n, &at));)
        if (t->nodes[c].bound > bound)
            bound = t->nodes[c].bound;
    return bound;
}

ix_t ix_intern(struct ix_table *t, enum ix_kind kind, uint32_t payload,
               uint32_t order, const dim_t *dims, uint32_t length,
               const uint32_t *content, uint64_t hash, uint64_t flipped)
{
    if (!hash_index_room(&t->index, t->mem, table_key, t) ||
        !MEM_EXTEND(t->mem, t->nodes, t->capacity, (size_t)t->count + 2) ||
        !MEM_EXTEND(t->mem, t->words, t->words_capacity,
                     (size_t)t->words_used + order + length + 1))
        return 0;
    /* Written at the end of the table first; kept only if it is new. */
    struct ix_node n = {.kind = (uint8_t)kind,
                        .order = (uint8_t)order,
                        .payload = payload,
                        .dims = t->words_used,
                        .first = t->words_used + order,
                        .length = length,
                        .hash = hash,
                        .flipped = flipped};
    if (order)
        memcpy(t->words + n.dims, dims, order * sizeof *dims);
    if (length)
        memcpy(t->words + n.first, content, length * sizeof *content);
    n.symmetric = order == 2 && hash == flipped && dims[0] == dims[1];
    uint64_t key = node_key(t, &n);
    uint32_t slot = hash_slot(&t->index, key);
    for (; t->index.slots[slot]; slot = hash_next(&t->index, slot)) {
        const struct ix_node *o = &t->nodes[t->index.slots[slot]];
        if (o->kind == kind && o->order == order && o->payload == payload &&
            o->length == length &&
            !memcmp(t->words + o->dims, t->words + n.dims,
                    (order + length) * sizeof *t->words))
            return t->index.slots[slot];
    }
    if (t->node_limit && t->count >= t->node_limit) {
        fault_set(t->mem->fault, FAULT_LIMIT, "more than %u index terms",
                  t->node_limit);
        return 0;
    }
    n.cost = node_cost(t, &n);
    t->words_used += order + length;
    t->nodes[++t->count] = n;
    if (t->has_series)
        t->nodes[t->count].bound = bound_within(t, t->count);
    t->index.slots[slot] = t->count;
    t->index.count++;
    return t->count;
}

/* --------------------------------------------------------------- leaves */

ix_t ix_leaf(struct ix_table *t, expr_t variable, uint32_t order,
             const dim_t *dims)
{
    if (!variable)
        return 0;
    const struct expr_node *e = expr_get(t->x, variable);
    uint64_t h = hash_mix(expr_hash(t->x, variable), IX_LEAF);
    bool symmetric =
        order == 2 && e->op == OP_VARIABLE &&
        (expr_decl(t->x, e->payload)->properties & PROP_SYMMETRIC);
    return ix_intern(t, IX_LEAF, variable, order, dims, 0, NULL, h,
                     symmetric ? h : hash_mix(h, 1));
}

ix_t ix_size(struct ix_table *t, dim_t d)
{
    int64_t v;
    if (!d)
        return 0;
    if (dim_is_int(t->x->dims, d, &v))
        return ix_constant(t, rat_from_int(t->x->numbers, v), 0, NULL);
    uint64_t h = hash_mix(IX_SIZE, d);
    return ix_intern(t, IX_SIZE, d, 0, NULL, 0, NULL, h, h);
}

ix_t ix_delta(struct ix_table *t, dim_t n)
{
    dim_t dims[2] = {n, n};
    uint64_t h = hash_mix(IX_DELTA, n);
    return n ? ix_intern(t, IX_DELTA, 0, 2, dims, 0, NULL, h, h) : 0;
}

ix_t ix_pair(struct ix_table *t, dim_t slow, dim_t fast)
{
    dim_t dims[3] = {dim_mul(t->x->dims, slow, fast), slow, fast};
    uint64_t h = hash_mix(hash_mix(IX_PAIR, slow), fast);
    return dims[0] ? ix_intern(t, IX_PAIR, 0, 3, dims, 0, NULL, h, h) : 0;
}

ix_t ix_basis(struct ix_table *t, dim_t n, dim_t position)
{
    uint64_t h = hash_mix(hash_mix(IX_BASIS, n), position);
    return n && position
               ? ix_intern(t, IX_BASIS, position, 1, &n, 0, NULL, h, h)
               : 0;
}

ix_t ix_select(struct ix_table *t, dim_t n, dim_t offset, dim_t k)
{
    dim_t dims[2] = {n, k};
    if (!n || !offset || !k)
        return 0;
    if (n == k && offset == DIM_ZERO)
        return ix_delta(t, n);
    dim_t end = dim_add(t->x->dims, offset, k);
    dim_t past = end ? dim_sub(t->x->dims, end, n) : 0;
    if (past && past != DIM_ZERO &&
        dim_is_nonnegative(t->x->dims, dim_sub(t->x->dims, past, DIM_ONE))) {
        fault_set(t->mem->fault, FAULT_SHAPE,
                  "a selection of more columns than there are");
        return 0;
    }
    uint64_t h = hash_words(hash_mix(IX_SELECT, offset), dims, 2);
    t->selections = true;
    return ix_intern(t, IX_SELECT, offset, 2, dims, 0, NULL, h,
                     hash_mix(h, 1));
}

ix_t ix_ones(struct ix_table *t, uint32_t order, const dim_t *dims)
{
    struct ix_product p;
    ix_product_begin(&p, t, order, dims);
    return ix_product_end(&p);
}

ix_t ix_constant(struct ix_table *t, rat_t c, uint32_t order,
                 const dim_t *dims)
{
    return ix_scale(t, c, ix_ones(t, order, dims));
}

ix_t ix_zero(struct ix_table *t, uint32_t order, const dim_t *dims)
{
    return ix_constant(t, RAT_ZERO, order, dims);
}

bool ix_is_zero(const struct ix_table *t, ix_t n)
{
    return t->nodes[n].kind == IX_SUM && t->nodes[n].length == 0;
}

static bool is_ones(const struct ix_table *t, ix_t n)
{
    return t->nodes[n].kind == IX_PROD && t->nodes[n].length == 1;
}

bool ix_is_constant(const struct ix_table *t, ix_t n, rat_t *c)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    if (is_ones(t, n))
        *c = RAT_ONE;
    else if (ix_is_zero(t, n))
        *c = RAT_ZERO;
    else if (node->kind == IX_SUM && node->length == 2 && is_ones(t, w[1]))
        *c = w[0];
    else
        return false;
    return true;
}

/* --------------------------------------------------------------- passes */

uint32_t ix_children(const struct ix_table *t, ix_t n, ix_t *out,
                     uint32_t limit)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    uint32_t count = 0;
    if (node->kind == IX_PROD) {
        for (uint32_t k = 1; k < node->length;
             k += ix_factor_words(t, w[k]), count++)
            if (count < limit)
                out[count] = w[k];
    } else if (node->kind == IX_SUM) {
        for (uint32_t k = 1; k < node->length; k += 2, count++)
            if (count < limit)
                out[count] = w[k];
    } else if (node->kind == IX_SERIES) {
        if (limit)
            out[0] = w[0];
        count = 1;
    } else if (node->kind >= IX_FUN) {
        for (; count < node->length && count < limit; count++)
            out[count] = w[count];
    }
    return count < limit ? count : limit;
}

/* A stretch of content words of a node still to be walked. */
struct walk {
    ix_t node;
    uint32_t at;
};

ix_t ix_next_child(const struct ix_table *t, ix_t n, uint32_t *at)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    ix_t child;
    switch (node->kind) {
    case IX_PROD:
        if (*at == 0)
            *at = 1;
        if (*at >= node->length)
            return 0;
        child = w[*at];
        *at += ix_factor_words(t, child);
        return child;
    case IX_SUM:
        if (*at >= node->length)
            return 0;
        child = w[*at + 1];
        *at += 2;
        return child;
    case IX_SERIES:
        return (*at)++ ? 0 : w[0];
    case IX_FUN:
    case IX_OP:
    case IX_LINEAR:
    case IX_BLOCKS:
        return *at < node->length ? w[(*at)++] : 0;
    default:
        return 0;
    }
}

const ix_t *ix_reach(struct ix_table *t, ix_t root, uint32_t *n)
{
    *n = 0;
    if (!root ||
        !MEM_RESERVE(t->mem, t->stamps, t->stamps_capacity,
                     (size_t)t->count + 1) ||
        !MEM_RESERVE(t->mem, t->positions, t->positions_capacity,
                     (size_t)t->count + 1))
        return NULL;
    uint32_t pass = ++t->pass;
    /* The list grows upward, the walk beside it; both in scratch blocks. */
    uint32_t capacity = 64, depth = 0, stack_capacity = 64;
    ix_t *list = ARENA_ARRAY(&t->scratch, ix_t, capacity);
    struct walk *stack = ARENA_ARRAY(&t->scratch, struct walk, stack_capacity);
    if (!list || !stack)
        return NULL;
    stack[depth++] = (struct walk){root, 0};
    t->stamps[root] = pass;
    while (depth) {
        struct walk *top = &stack[depth - 1];
        ix_t child = ix_next_child(t, top->node, &top->at);
        if (child) {
            if (t->stamps[child] == pass)
                continue;
            t->stamps[child] = pass;
            if (depth == stack_capacity) {
                struct walk *more =
                    ARENA_ARRAY(&t->scratch, struct walk, stack_capacity * 2);
                if (!more)
                    return NULL;
                memcpy(more, stack, depth * sizeof *more);
                stack = more;
                stack_capacity *= 2;
            }
            stack[depth++] = (struct walk){child, 0};
            continue;
        }
        if (*n == capacity) {
            ix_t *more = ARENA_ARRAY(&t->scratch, ix_t, capacity * 2);
            if (!more)
                return NULL;
            memcpy(more, list, *n * sizeof *more);
            list = more;
            capacity *= 2;
        }
        t->positions[top->node] = *n;
        list[(*n)++] = top->node;
        depth--;
    }
    return list;
}
