#include "index/lower.h"

#include <string.h>

#include "index/blocks.h"
#include "index/term.h"

const struct low *low_of(const struct lowering *c, ix_t n)
{
    if (n > c->known || c->t->stamps[n] != c->t->pass)
        return NULL;
    return &c->low[c->t->positions[n]];
}

static struct term *new_term(struct lowering *c, ix_t n)
{
    struct term *t = ARENA_ARRAY(c->a, struct term, 1);
    if (!t)
        return NULL;
    t->coefficient = RAT_ONE;
    t->order = ix_get(c->t, n)->order;
    for (uint32_t a = 0; a < t->order && a < 2; a++)
        t->dims[a] = ix_dims(c->t, n)[a];
    return t;
}

/* A value that is one expression. */
static struct low whole(struct lowering *c, ix_t n, expr_t e)
{
    struct low l = {.e = e, .term = new_term(c, n)};
    if (!e || !l.term)
        return (struct low){0};
    const struct ix_node *node = ix_get(c->t, n);
    struct chain chain = chain_one(c, e, false, node->symmetric);
    if (node->order)
        l.term->chain = chain;
    else
        powers_add(c, &l.term->scalars, chain, RAT_ONE);
    return l;
}

static struct low no_form(void)
{
    return (struct low){.failed = true};
}

/* ------------------------------------------------------- sums of squares */

/* The v with sum(v.^2) = n, or 0: all factors even powers on the same axes. */
static ix_t square_root(struct lowering *c, ix_t n)
{
    struct ix_table *t = c->t;
    struct rationals *q = t->x->numbers;
    const struct ix_node *node = ix_get(t, n);
    const uint32_t *w = ix_content(t, n);
    if (node->kind != IX_PROD || node->order || w[0] < 1 || w[0] > 2)
        return 0;
    uint32_t axes = w[0];
    dim_t dims[2] = {0, 0};
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k])) {
        const struct ix_node *f = ix_get(t, w[k]);
        int64_t e;
        if (f->order != axes || !rat_to_int(q, w[k + 1], &e) || e % 2 ||
            f->kind == IX_DELTA || (axes == 2 && w[k + 2] == w[k + 3]))
            return 0;
        for (uint32_t a = 0; a < axes; a++)
            dims[w[k + 2 + a]] = ix_dims(t, w[k])[a];
    }
    struct ix_product p;
    ix_product_begin(&p, t, axes, dims);
    for (uint32_t k = 1; k < ix_get(t, n)->length;) {
        w = ix_content(t, n) + k;
        uint16_t l[2] = {(uint16_t)w[2], axes == 2 ? (uint16_t)w[3] : 0};
        ix_t f = w[0];
        ix_product_factor(&p, f, rat_div(q, w[1], RAT_TWO), l);
        k += ix_factor_words(t, f);
    }
    return ix_product_end(&p);
}

/* norm2(v) for a sum of squares n of a vector that is a variable. */
expr_t plain_norm(struct lowering *c, ix_t n)
{
    ix_t v = square_root(c, n);
    if (!v || ix_get(c->t, v)->kind != IX_LEAF)
        return 0;
    return expr_call1(c->x, "norm2", ix_get(c->t, v)->payload);
}

static bool is_leaf_vector(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = ix_get(t, n);
    applied_t a = ix_as_applied(node);
    return node->order == 1 &&
           (node->kind == IX_LEAF || (a && !applied_get(t->x, a)->order));
}

/* norm2(v)^2, whose powers are powers of norm2(v). */
static bool lower_square(struct lowering *c, ix_t n, struct low *out)
{
    ix_t v = square_root(c, n);
    if (!v || is_leaf_vector(c->t, v))
        return false;
    expr_t e;
    struct term term;
    /* v's factors are among n's, so they are lowered already; v itself may
       be one of them. */
    const uint32_t *w = ix_content(c->t, n);
    if (w[1] == v) {
        e = low_of(c, v) ? low_of(c, v)->e : 0;
    } else {
        if (ix_get(c->t, v)->kind != IX_PROD || !reduce_product(c, v, &term))
            return false;
        e = term_expr(c, &term);
    }
    *out = whole(c, n, expr_call1(c->x, "norm2", e));
    if (!out->term)
        return false;
    out->term->scalars.items[0].exponent = RAT_TWO;
    out->e = term_expr(c, out->term);
    return out->e != 0;
}

/* ------------------------------------------------------------------ nodes */

/* A[1,2]: a variable with all its axes at fixed places. */
static expr_t fixed_entry(struct lowering *c, ix_t n)
{
    struct ix_table *t = c->t;
    const struct ix_node *node = ix_get(t, n);
    const uint32_t *w = ix_content(t, n);
    expr_t base = 0, at[2] = {0, 0};
    const uint32_t *labels = NULL;
    uint32_t order = 0;
    if (node->order || w[0] > 2 || !w[0])
        return 0;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k])) {
        const struct ix_node *f = ix_get(t, w[k]);
        if (w[k + 1] != RAT_ONE || f->order > 2)
            return 0;
        if (f->kind == IX_BASIS) {
            at[w[k + 2]] = expr_size_argument(c->x, f->payload);
        } else if (f->kind == IX_LEAF && !base) {
            base = f->payload;
            labels = w + k + 2;
            order = f->order;
        } else {
            return 0;
        }
    }
    if (!base || order != w[0] || !at[0] || (order == 2 && !at[1]))
        return 0;
    expr_t own[2] = {at[labels[0]], order == 2 ? at[labels[1]] : 0};
    return expr_element(c->x, base, order, own);
}

static struct low lower_product(struct lowering *c, ix_t n)
{
    struct low l = {.term = new_term(c, n)};
    if (ix_get(c->t, n)->order > 2)
        return no_form();
    expr_t entry = fixed_entry(c, n);
    if (entry)
        return whole(c, n, entry);
    if (lower_square(c, n, &l))
        return l;
    if (fault_is_set(c->t->mem->fault))
        return no_form();
    l.term = new_term(c, n);
    if (!l.term || !reduce_product(c, n, l.term))
        return no_form();
    if (l.term->chain.n == 1 && ix_get(c->t, n)->symmetric)
        l.term->chain.atoms[0].symmetric = true;
    l.e = term_expr(c, l.term);
    return l;
}

/* Copies of terms of order 2, transposed. */
static struct term *flipped_terms(struct lowering *c,
                                  const struct term *terms, uint32_t n)
{
    struct term *f = ARENA_ARRAY(c->a, struct term, n);
    for (uint32_t i = 0; f && i < n; i++) {
        f[i] = terms[i];
        f[i].chain = chain_flip(c, terms[i].chain);
        f[i].dims[0] = terms[i].dims[1];
        f[i].dims[1] = terms[i].dims[0];
    }
    return f;
}

/* Notes the other way to write an atom, its transpose; that is what it is
 * made of if it is shorter. */
static void turn_atom(struct lowering *c, struct atom *a, expr_t transpose)
{
    if (a->transposed || !transpose)
        return;
    if (expr_cost(c, transpose) + 1 < expr_cost(c, a->e))
        *a = (struct atom){.e = transpose, .flip = a->e, .transposed = true};
    else
        a->flip = transpose;
}

static expr_t zero_expr(struct lowering *c, uint32_t order, const dim_t *d)
{
    struct exprs *x = c->x;
    expr_t m = order ? expr_size_argument(x, d[0]) : 0;
    return order == 0   ? expr_int(x, 0)
           : order == 1 ? expr_call1(x, "zeros", m)
                        : expr_call2(x, "zeros", m,
                                     expr_size_argument(x, d[1]));
}

static struct low lower_sum(struct lowering *c, ix_t n)
{
    struct exprs *x = c->x;
    const struct ix_node node = *ix_get(c->t, n);
    uint32_t count = node.length / 2;
    struct low l = {.term = new_term(c, n)};
    struct term *terms = ARENA_ARRAY(c->a, struct term, count);
    if (!l.term || !terms || node.order > 2)
        return no_form();
    if (count == 0)
        return whole(c, n, zero_expr(c, node.order, l.term->dims));
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *w = ix_content(c->t, n) + 2 * i;
        const struct low *child = low_of(c, w[1]);
        if (child->failed || !child->term)
            return no_form();
        terms[i] = *child->term;
        terms[i].coefficient =
            rat_mul(x->numbers, terms[i].coefficient, w[0]);
    }
    struct term *flipped = NULL;
    if (node.order == 2 && !node.symmetric && count > 1)
        flipped = flipped_terms(c, terms, count);
    *l.term = terms_collect(c, terms, count, 0);
    l.e = term_expr(c, l.term);
    if (flipped) {
        /* The other way round: (A+B)' rather than A'+B'. */
        struct term other = terms_collect(c, flipped, count, 0);
        expr_t e = term_expr(c, &other);
        if (e && l.term->chain.n == 1 && other.chain.n == 1 &&
            l.term->coefficient == other.coefficient &&
            l.term->scalars.n == other.scalars.n) {
            turn_atom(c, &l.term->chain.atoms[0],
                      chain_expr(c, other.chain));
            l.e = term_expr(c, l.term);
        } else if (e && expr_cost(c, e) + 1 < expr_cost(c, l.e)) {
            other.chain = chain_flip(c, other.chain);
            dim_t rows = other.dims[0];
            other.dims[0] = other.dims[1];
            other.dims[1] = rows;
            *l.term = other;
            l.e = term_expr(c, l.term);
        }
    }
    if (l.term->chain.n == 1 && ix_get(c->t, n)->symmetric)
        l.term->chain.atoms[0].symmetric = true;
    return l;
}

/* A scalar that was broadcast, for functions that broadcast themselves. */
static expr_t broadcast_scalar(struct lowering *c, ix_t n)
{
    const struct ix_node *node = ix_get(c->t, n);
    const uint32_t *w = ix_content(c->t, n);
    rat_t q;
    if (ix_is_constant(c->t, n, &q))
        return expr_number(c->x, q);
    struct term *t = low_of(c, n)->term;
    if (node->kind == IX_SUM && node->length == 2) { /* c times a product */
        node = ix_get(c->t, w[1]);
        w = ix_content(c->t, w[1]);
    }
    if (node->kind != IX_PROD || !node->order)
        return 0;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(c->t, w[k]))
        if (ix_get(c->t, w[k])->order)
            return 0;
    if (!t)
        return 0;
    struct term scalar = *t;
    scalar.order = 0;
    scalar.chain.n = 0;
    return term_expr(c, &scalar);
}

/* The argument or its transpose, whichever is shorter. */
static expr_t upright(struct lowering *c, ix_t arg, bool *turned)
{
    const struct low *l = low_of(c, arg);
    *turned = false;
    if (ix_get(c->t, arg)->order != 2 || ix_get(c->t, arg)->symmetric ||
        !l->term)
        return l->e;
    struct term other = *l->term;
    other.chain = chain_flip(c, other.chain);
    other.dims[0] = l->term->dims[1];
    other.dims[1] = l->term->dims[0];
    expr_t e = term_expr(c, &other);
    if (!e || expr_cost(c, e) >= expr_cost(c, l->e))
        return l->e;
    *turned = true;
    return e;
}

expr_t call_expr(struct lowering *c, const struct ix_node *n,
                 const expr_t *args)
{
    applied_t a = ix_as_applied(n);
    if (a)
        return expr_applied(c->x, a, n->length, args);
    const struct overload *o =
        overload_get(c->x->ops, (uint16_t)n->payload);
    op_t op = o->op;
    if (op == OP_POW && n->order && n->kind == IX_FUN)
        op = OP_HPOW;
    if (o->size_args) { /* a constant known by its name */
        expr_t size[OP_MAX_ARGS];
        for (uint32_t i = 0; i < n->length; i++)
            size[i] = expr_size_argument(c->x, expr_as_size(c->x, args[i]));
        return expr_apply(c->x, op, n->length, size);
    }
    return expr_apply(c->x, op, n->length, args);
}

/* A function of one matrix that passes a transpose on, or does not mind. */
static struct low lower_turning(struct lowering *c, ix_t n, uint8_t manner)
{
    const struct ix_node node = *ix_get(c->t, n);
    bool turned;
    expr_t arg = upright(c, ix_content(c->t, n)[0], &turned);
    struct low l = whole(c, n, arg ? call_expr(c, &node, &arg) : 0);
    if (turned && manner == OVERLOAD_EQUIVARIANT && l.term) {
        l.term->chain.atoms[0].transposed = true;
        l.e = term_expr(c, l.term);
    }
    return l;
}

static struct low lower_call(struct lowering *c, ix_t n)
{
    const struct ix_node node = *ix_get(c->t, n);
    expr_t args[OP_MAX_ARGS];
    bool full = false;
    uint8_t manner =
        node.kind == IX_FUN    ? OVERLOAD_EQUIVARIANT
        : ix_as_applied(&node) ? 0
            : overload_get(c->x->ops, (uint16_t)node.payload)->transposes;
    if (node.length == 1 && manner &&
        !low_of(c, ix_content(c->t, n)[0])->failed)
        return lower_turning(c, n, manner);
    for (uint32_t i = 0; i < node.length && i < OP_MAX_ARGS; i++) {
        ix_t arg = ix_content(c->t, n)[i];
        if (low_of(c, arg)->failed)
            return no_form();
        args[i] = 0;
        if (node.kind == IX_FUN && node.length > 1 && node.order)
            args[i] = broadcast_scalar(c, arg);
        if (!args[i])
            args[i] = low_of(c, arg)->e;
        else
            continue;
        full = true;
    }
    if (node.kind == IX_FUN && !full && node.order)
        args[0] = low_of(c, ix_content(c->t, n)[0])->e;
    return whole(c, n, call_expr(c, &node, args));
}

static expr_t basis_expr(struct lowering *c, ix_t n)
{
    struct exprs *x = c->x;
    return expr_call2(x, "unit", expr_size_argument(x, ix_dims(c->t, n)[0]),
                      expr_size_argument(x, ix_get(c->t, n)->payload));
}

static struct low lower_series(struct lowering *c, ix_t n)
{
    const struct low *body = low_of(c, ix_series_get(c->t, n).body);
    if (ix_get(c->t, n)->order > 2 || !body || body->failed)
        return no_form();
    struct low l = whole(c, n, series_expr(c, n, body->e));
    bool square = ix_get(c->t, n)->order == 2 && !ix_get(c->t, n)->symmetric;
    if (!l.term || !square || !body->term)
        return l;
    struct term flipped = *body->term;
    flipped.chain = chain_flip(c, flipped.chain);
    flipped.dims[0] = body->term->dims[1];
    flipped.dims[1] = body->term->dims[0];
    turn_atom(c, &l.term->chain.atoms[0],
              series_expr(c, n, term_expr(c, &flipped)));
    l.e = term_expr(c, l.term);
    return l;
}

static expr_t selection_expr(struct lowering *c, ix_t n)
{
    struct exprs *x = c->x;
    dim_t from = dim_add(x->dims, ix_get(c->t, n)->payload, DIM_ONE);
    expr_t args[3] = {expr_size_argument(x, ix_dims(c->t, n)[0]),
                      expr_size_argument(x, from),
                      expr_size_argument(x, ix_dims(c->t, n)[1])};
    op_t op = op_find(x->ops, intern_text(x->names, "selection"));
    return op ? expr_apply(x, op, 3, args) : 0;
}

static bool is_single_zero(struct lowering *c, ix_t n)
{
    rat_t q;
    for (uint32_t a = 0; a < ix_get(c->t, n)->order; a++)
        if (ix_dims(c->t, n)[a] != DIM_ONE)
            return false;
    return ix_is_constant(c->t, n, &q) && q == RAT_ZERO;
}

/* A block, or its transpose: of order 1 a column unless its row of blocks is
 * no axis of it. */
static expr_t cell_expr(struct lowering *c, ix_t n, uint32_t i, uint32_t j,
                        bool turned)
{
    const struct ix_node *node = ix_get(c->t, n);
    uint32_t at = i * blocks_columns(node) + j;
    ix_t cell = ix_content(c->t, n)[at];
    bool row = node->order == 2 && ix_get(c->t, cell)->order == 1 &&
               blocks_bare_row(node, i);
    const struct low *l = low_of(c, cell);
    if (node->order == 1 && is_single_zero(c, cell))
        return expr_int(c->x, 0);
    if (row == turned)
        return l->e;
    if (ix_get(c->t, cell)->order < 2 || !l->term)
        return transposed_expr(c, l->e);
    struct term other = *l->term;
    other.chain = chain_flip(c, other.chain);
    other.dims[0] = l->term->dims[1];
    other.dims[1] = l->term->dims[0];
    bool zero = ix_get(c->t, cell)->kind == IX_SUM &&
                ix_get(c->t, cell)->length == 0;
    return zero ? zero_expr(c, 2, other.dims) : term_expr(c, &other);
}

/* [A, B; C, D]: the blocks of a row beside each other, then the rows one
 * below the other; or its transpose. */
static expr_t table_expr(struct lowering *c, ix_t n, bool turned)
{
    const struct ix_node node = *ix_get(c->t, n);
    uint32_t columns = blocks_columns(&node), rows = node.length / columns;
    expr_t all = 0;
    for (uint32_t i = 0; i < (turned ? columns : rows); i++) {
        expr_t row = 0;
        for (uint32_t j = 0; j < (turned ? rows : columns); j++) {
            expr_t e = turned ? cell_expr(c, n, j, i, true)
                              : cell_expr(c, n, i, j, false);
            row = j ? expr_call2(c->x, "hcat", row, e) : e;
        }
        all = i ? expr_call2(c->x, "vcat", all, row) : row;
    }
    return all;
}

static struct low lower_blocks(struct lowering *c, ix_t n)
{
    const struct ix_node node = *ix_get(c->t, n);
    struct low l;
    for (uint32_t i = 0; i < node.length; i++)
        if (low_of(c, ix_content(c->t, n)[i])->failed)
            return no_form();
    l = whole(c, n, table_expr(c, n, false));
    if (!l.term || node.order < 2)
        return l;
    expr_t turned = table_expr(c, n, true);
    if (turned) {
        turn_atom(c, &l.term->chain.atoms[0], turned);
        l.e = term_expr(c, l.term);
    }
    return l;
}

static struct low lower_node(struct lowering *c, ix_t n)
{
    const struct ix_node node = *ix_get(c->t, n);
    switch ((enum ix_kind)node.kind) {
    case IX_LEAF:
        return node.order > 2 ? no_form() : whole(c, n, node.payload);
    case IX_SIZE:
        return whole(c, n, expr_size(c->x, node.payload));
    case IX_DELTA: {
        struct low l =
            whole(c, n, eye_expr(c, ix_dims(c->t, n)[0]));
        if (l.term)
            l.term->chain.n = 0;
        return l;
    }
    case IX_SELECT:
        return whole(c, n, selection_expr(c, n));
    case IX_BLOCKS:
        return lower_blocks(c, n);
    case IX_BASIS:
        return whole(c, n, basis_expr(c, n));
    case IX_PROD:
        return lower_product(c, n);
    case IX_SUM:
        return lower_sum(c, n);
    case IX_SERIES:
        return lower_series(c, n);
    case IX_FUN:
    case IX_OP:
        return node.order > 2 ? no_form() : lower_call(c, n);
    default:
        return no_form();
    }
}

/* ------------------------------------------------------------ the passes */

bool lower_all(struct lowering *c, ix_t root, const ix_t **list,
                      uint32_t *n)
{
    *list = ix_reach(c->t, root, n);
    c->known = c->t->count;
    c->low = *list ? ARENA_ARRAY(c->a, struct low, *n) : NULL;
    if (!c->low)
        return false;
    for (uint32_t i = 0; i < *n; i++) {
        c->low[i] = lower_node(c, (*list)[i]);
        if (fault_is_set(c->t->mem->fault))
            return false;
        if (!c->low[i].e && !c->low[i].failed)
            c->low[i].failed = true;
    }
    return true;
}

/* The lowered values live in an arena of their own: the table's scratch
 * memory is in use by the products made on the way. */
void lowering_begin(struct lowering *c, struct ix_table *t)
{
    *c = (struct lowering){.t = t,
                           .x = t->x,
                           .a = &t->lowering,
                           .mark = arena_mark(&t->lowering)};
}

void lowering_end(struct lowering *c)
{
    arena_release(c->a, c->mark);
}

expr_t ix_lower(struct ix_table *t, ix_t root)
{
    struct lowering c;
    uint32_t n;
    const ix_t *list;
    expr_t result = 0;
    if (!root || ix_get(t, root)->order > 2)
        return 0;
    struct arena_mark mark = arena_mark(&t->scratch);
    root = blocks_table(t, root);
    lowering_begin(&c, t);
    if (root && lower_all(&c, root, &list, &n) && !c.low[n - 1].failed)
        result = c.low[n - 1].e;
    lowering_end(&c);
    arena_release(&t->scratch, mark);
    return result;
}
