/* notation.c - index notation, for what has no matrix notation. */
#include <stdio.h>
#include <string.h>

#include "index/blocks.h"
#include "index/lower.h"
#include "index/notation.h"

enum { NOTATION_DEPTH = 24 };

static bool is_size_in(const struct exprs *x, const struct shape *s,
                       symbol_t name)
{
    for (uint32_t a = 0; a < s->order; a++)
        if (s->dim[a] && dim_mentions(x->dims, s->dim[a], name))
            return true;
    return false;
}

static bool is_size_name(const struct exprs *x, symbol_t name)
{
    for (decl_t i = 1; i <= x->decl_count; i++) {
        const struct decl *d = &x->decls[i];
        bool function = d->role == DECL_FUNCTION;
        if ((function || d->role == DECL_VARIABLE) &&
            is_size_in(x, &d->shape, name))
            return true;
        const struct function *f = function ? function_of(x, i) : NULL;
        for (uint32_t k = 0; f && k < f->nargs; k++)
            if (is_size_in(x, &f->shape[k], name))
                return true;
    }
    return false;
}

/* Whether a declaration gives the name a meaning. */
static bool ix_name_taken(const struct exprs *x, symbol_t name)
{
    bool taken = is_size_name(x, name);
    for (decl_t d = 1; d <= x->decl_count && !taken; d++)
        taken = x->decls[d].name == name &&
                (x->decls[d].role == DECL_VARIABLE ||
                 x->decls[d].role == DECL_FUNCTION ||
                 x->decls[d].role == DECL_SIZE);
    return taken;
}

/* What users call the parameter of such a range, or a letter that no index
 * has, so that the name means nothing else in the body. */
static symbol_t series_name(struct lowering *c, const struct ix_series *s,
                            expr_t body)
{
    static const char letters[] = "rst";
    const struct ix_table *t = c->t;
    char name[16];
    for (uint32_t i = 0; i < t->series_name_count; i++) {
        const struct ix_series_name *known = &t->series_names[i];
        if (known->low == s->low && known->high == s->high &&
            expr_uses_name(c->x, body, known->name) == TRUTH_FALSE)
            return known->name;
    }
    for (uint32_t i = 0; !fault_is_set(t->mem->fault); i++) {
        uint32_t round = i / (sizeof letters - 1);
        snprintf(name, sizeof name, round ? "%c%u" : "%c",
                 letters[i % (sizeof letters - 1)], round);
        symbol_t symbol = intern_text(c->x->names, name);
        if (symbol && !ix_name_taken(c->x, symbol) &&
            expr_uses_name(c->x, body, symbol) == TRUTH_FALSE)
            return symbol;
    }
    return 0;
}

expr_t series_expr(struct lowering *c, ix_t series, expr_t body)
{
    struct ix_series s = ix_series_get(c->t, series);
    symbol_t name = body ? series_name(c, &s, body) : 0;
    struct dim_replacement r = {s.symbol,
                                dim_from_symbol(c->x->dims, name)};
    return name ? expr_series(c->x,
                              s.kind == SERIES_SUM ? OP_SERIES : OP_PRODUCT,
                              name, s.low, s.high,
                              expr_replace_size(c->x, body, r))
                : 0;
}

expr_t ix_fresh_index(struct exprs *x, uint32_t *next, dim_t size)
{
    static const char letters[] = "ijklpquvwz";
    char name[16];
    for (;; (*next)++) {
        uint32_t round = *next / (sizeof letters - 1);
        char letter = letters[*next % (sizeof letters - 1)];
        if (round)
            snprintf(name, sizeof name, "%c%u", letter, round);
        else
            snprintf(name, sizeof name, "%c", letter);
        symbol_t symbol = intern_text(x->names, name);
        if (ix_name_taken(x, symbol))
            continue;
        (*next)++;
        return expr_index(x, symbol, DIM_ONE, size);
    }
}

/* Whether a size in what is written has the name: the k of X^k. */
static bool is_size_here(const struct notation *s, symbol_t name)
{
    const struct ix_table *t = s->c->t;
    const struct dims *d = t->x->dims;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct ix_node *node = ix_get(t, s->list[i]);
        const uint32_t *w = ix_content(t, s->list[i]);
        if ((node->kind == IX_SIZE && dim_mentions(d, node->payload, name)) ||
            (node->kind == IX_SERIES && (dim_mentions(d, w[2], name) ||
                                         dim_mentions(d, w[3], name))))
            return true;
    }
    return false;
}

/* Whether parameters may be called so, within or around. */
static bool is_series_name(const struct notation *s, symbol_t name)
{
    const struct ix_table *t = s->c->t;
    for (uint32_t i = 0; i < t->series_name_count; i++)
        if (t->series_names[i].name == name)
            return true;
    return false;
}

static expr_t new_index(struct notation *s, dim_t size)
{
    struct exprs *x = s->c->x;
    symbol_t name;
    expr_t e;
    do {
        e = ix_fresh_index(x, &s->next, size);
        name = e ? x->indices[expr_get(x, e)->payload].name : 0;
    } while (name && (is_size_here(s, name) || is_series_name(s, name)));
    return e;
}

static expr_t entry(struct notation *s, ix_t n, const expr_t *at,
                    uint32_t depth);

expr_t notation_unit(struct notation *s, dim_t rows, dim_t cols, expr_t i,
                     expr_t j)
{
    struct exprs *x = s->c->x;
    expr_t own[2] = {new_index(s, rows), new_index(s, cols)};
    expr_t left[2] = {own[0], i}, right[2] = {own[1], j};
    expr_t body = mul_expr(
        s->c, expr_element(x, eye_expr(s->c, rows), 2, left),
        expr_element(x, eye_expr(s->c, cols), 2, right));
    return expr_tensor(x, 2, own, 3, body);
}

/* An argument of an operator: in index notation where it has no other. */
static expr_t argument(struct notation *s, ix_t n, uint32_t depth)
{
    const struct low *l = low_of(s->c, n);
    const struct ix_node node = *ix_get(s->c->t, n);
    dim_t d[2];
    expr_t own[2];
    if (!l->failed && l->e)
        return l->e;
    if (node.order > 2)
        return 0;
    memcpy(d, ix_dims(s->c->t, n), node.order * sizeof *d);
    for (uint32_t a = 0; a < node.order; a++)
        own[a] = new_index(s, d[a]);
    expr_t e = entry(s, n, own, depth + 1);
    return node.order ? expr_tensor(s->c->x, node.order, own, 3, e) : e;
}

/* L(A, E)[i,j] with E the unit matrix at (k,l), as tr(L(A, E_kl)*E_ji): all
 * indices are then plain subscripts, from which a reader has ranges. */
static expr_t linear_entry(struct notation *s, ix_t n, const expr_t *at,
                           uint32_t depth)
{
    struct exprs *x = s->c->x;
    const struct ix_node node = *ix_get(s->c->t, n);
    const struct overload o = *overload_get(x->ops, (uint16_t)node.payload);
    uint32_t linear = overload_linear(x, &o), axis = 2, others = 0;
    dim_t d[IX_MAX_ORDER];
    expr_t args[OP_MAX_ARGS];
    memcpy(d, ix_dims(s->c->t, n), node.order * sizeof *d);
    for (uint32_t i = 0; i < o.nargs; i++) {
        if (!(linear >> i & 1)) {
            args[i] = argument(s, ix_content(s->c->t, n)[others++], depth);
            continue;
        }
        args[i] = notation_unit(s, d[axis], d[axis + 1], at[axis],
                                at[axis + 1]);
        axis += 2;
    }
    expr_t f = notation_unit(s, d[1], d[0], at[1], at[0]);
    return expr_call1(x, "tr",
                      mul_expr(s->c, expr_apply(x, o.op, o.nargs, args), f));
}

/* D[U,x][i,j,k] */
static expr_t applied_entry(struct notation *s, ix_t n, const expr_t *at,
                            uint32_t depth)
{
    const struct ix_node node = *ix_get(s->c->t, n);
    expr_t args[OP_MAX_ARGS];
    for (uint32_t i = 0; i < node.length; i++)
        args[i] = argument(s, ix_content(s->c->t, n)[i], depth);
    expr_t e = expr_applied(s->c->x, ix_as_applied(&node), node.length, args);
    return e && node.order ? expr_element(s->c->x, e, node.order, at) : e;
}

/* ------------------------------------------------- products in components */

static bool multiply(struct fraction *f, expr_t e, rat_t exponent)
{
    struct exprs *x = f->s->c->x;
    rat_t size = rat_abs(x->numbers, exponent);
    if (e && size == RAT_HALF)
        e = expr_call1(x, "sqrt", e);
    else if (e && size != RAT_ONE)
        e = expr_apply2(x, OP_POW, e, expr_number(x, size));
    expr_t *side =
        rat_sign(x->numbers, exponent) < 0 ? &f->below : &f->above;
    *side = e && *side ? mul_expr(f->s->c, *side, e) : e;
    return *side != 0;
}

expr_t notation_fraction(const struct fraction *f)
{
    struct exprs *x = f->s->c->x;
    expr_t above = f->above ? f->above : expr_int(x, 1);
    return f->below ? expr_apply2(x, OP_DIV, above, f->below) : above;
}

/* Whether a chain read backwards is its transpose: V'*V. */
static bool is_symmetric(struct lowering *c, struct chain a)
{
    struct chain b = chain_flip(c, a);
    for (uint32_t i = 0; i < a.n; i++)
        if (a.atoms[i].e != b.atoms[i].e ||
            (a.atoms[i].transposed != b.atoms[i].transposed &&
             !a.atoms[i].symmetric))
            return false;
    return true;
}

/* An edge's entry; the transpose's where that is shorter. */
static expr_t edge_entry(struct lowering *c, struct chain m,
                         const struct edge *e, const expr_t *index)
{
    struct chain turned = chain_shorter(c, m);
    bool symmetric = is_symmetric(c, m);
    bool swap = symmetric ? e->from > e->to : turned.atoms != m.atoms;
    expr_t at[2] = {index[swap ? e->to : e->from],
                    index[swap ? e->from : e->to]};
    return expr_element(c->x,
                        chain_expr(c, swap && !symmetric ? turned : m), 2,
                        at);
}

/* The entries of what is left at the vertices and edges of a graph. */
static bool graph_entries(struct fraction *f, const struct graph *g,
                          const expr_t *index)
{
    struct lowering *c = f->s->c;
    for (uint32_t i = 0; i < g->ne; i++) {
        const struct edge *e = &g->e[i];
        for (uint32_t k = 0; e->live && k < e->matrix.n; k++)
            if (!multiply(f,
                          edge_entry(c, e->matrix.items[k].chain, e, index),
                          e->matrix.items[k].exponent))
                return false;
    }
    for (uint32_t v = 0; v < g->nv; v++)
        for (uint32_t k = 0; k < g->v[v].values.n && !g->v[v].gone; k++) {
            const struct power *p = &g->v[v].values.items[k];
            expr_t e = chain_expr(c, p->chain);
            if (!multiply(f, expr_element(c->x, e, 1, &index[v]),
                          p->exponent))
                return false;
        }
    return true;
}

/* Deltas, which a graph leaves out. */
static bool delta_entries(struct fraction *f, ix_t n, const expr_t *index)
{
    struct ix_table *t = f->s->c->t;
    const uint32_t length = ix_get(t, n)->length;
    for (uint32_t k = 1; k < length;) {
        const uint32_t *w = ix_content(t, n) + k;
        ix_t d = w[0];
        expr_t at[2] = {0, 0};
        if (ix_get(t, d)->kind == IX_DELTA) {
            at[0] = index[w[2]];
            at[1] = index[w[3]];
            expr_t eye = eye_expr(f->s->c, ix_dims(t, d)[0]);
            if (!multiply(f, expr_element(f->s->c->x, eye, 2, at), RAT_ONE))
                return false;
        }
        k += ix_factor_words(t, d);
    }
    return true;
}

/* The entry of a product some of whose sums are matrix products: those are
 * written as matrices.  0 (no fault) where a factor has no notation. */
static expr_t reduced_entry(struct notation *s, ix_t n, const expr_t *at)
{
    struct lowering *c = s->c;
    struct term scalars = {.coefficient = RAT_ONE};
    struct graph g = {.c = c, .out = &scalars};
    struct fraction f = {.s = s};
    bool delta = false;
    const uint32_t order = ix_get(c->t, n)->order;
    if (!graph_load(&g, n, &delta) || g.np || g.nl)
        return 0;
    while (!g.failed && graph_step_summed(&g))
        ;
    expr_t *index = ARENA_ARRAY(c->a, expr_t, g.nv + 1);
    expr_t *bound = ARENA_ARRAY(c->a, expr_t, g.nv + 1);
    uint32_t summed = 0;
    if (g.failed || !index || !bound)
        return 0;
    for (uint32_t v = 0; v < g.nv; v++) {
        if (v < order)
            index[v] = at[v];
        else if (!g.v[v].gone)
            bound[summed++] = index[v] = new_index(s, g.dim[v]);
    }
    if (scalars.coefficient != RAT_ONE || scalars.scalars.n)
        f.above = term_expr(c, &scalars);
    if (!graph_entries(&f, &g, index) || !delta_entries(&f, n, index))
        return 0;
    expr_t body = notation_fraction(&f);
    return summed ? expr_sum(c->x, summed, bound, body) : body;
}

/* Indices for the labels that have none yet; how many. */
static uint32_t name_labels(struct notation *s, ix_t n, expr_t *index)
{
    const struct ix_table *t = s->c->t;
    const uint32_t length = ix_get(t, n)->length;
    uint32_t named = 0;
    for (uint32_t k = 1; k < length;) {
        ix_t factor = ix_content(t, n)[k];
        for (uint32_t a = 0; a < ix_get(t, factor)->order; a++) {
            uint32_t l = ix_content(t, n)[k + 2 + a];
            if (index[l])
                continue;
            index[l] = new_index(s, ix_dims(t, factor)[a]);
            named++;
        }
        k += ix_factor_words(t, factor);
    }
    return named;
}

static expr_t product_entry(struct notation *s, ix_t n, const expr_t *at,
                            uint32_t depth)
{
    struct ix_table *t = s->c->t;
    struct exprs *x = s->c->x;
    const struct ix_node node = *ix_get(t, n);
    uint32_t labels = ix_content(t, n)[0], summed = 0;
    expr_t reduced = labels > node.order ? reduced_entry(s, n, at) : 0;
    if (reduced || fault_is_set(t->mem->fault))
        return reduced;
    expr_t *index = ARENA_ARRAY(s->c->a, expr_t, labels + 1);
    if (!index)
        return 0;
    memcpy(index, at, node.order * sizeof *index);
    summed = name_labels(s, n, index);
    struct fraction f = {.s = s};
    expr_t own[IX_MAX_ORDER];
    for (uint32_t k = 1; k < node.length;) {
        const uint32_t *w = ix_content(t, n) + k;
        ix_t factor = w[0];
        uint32_t order = ix_get(t, factor)->order;
        rat_t e = w[1];
        for (uint32_t a = 0; a < order; a++)
            own[a] = index[w[2 + a]];
        if (!multiply(&f, entry(s, factor, own, depth + 1), e))
            return 0;
        k += ix_factor_words(t, factor);
    }
    expr_t body = notation_fraction(&f);
    if (!summed)
        return body;
    uint32_t count = 0;
    expr_t *bound = ARENA_ARRAY(s->c->a, expr_t, summed);
    for (uint32_t l = node.order; bound && l < labels; l++)
        if (index[l])
            bound[count++] = index[l];
    return bound ? expr_sum(x, count, bound, body) : 0;
}

/* c*v, as one product. */
static expr_t multiple(struct notation *s, rat_t c, expr_t v)
{
    struct exprs *x = s->c->x;
    uint32_t n = expr_op(x, v) == OP_MUL ? expr_get(x, v)->nargs : 0;
    expr_t *args = n ? ARENA_ARRAY(s->c->a, expr_t, n + 1) : NULL;
    if (!args)
        return mul_expr(s->c, expr_number(x, c), v);
    args[0] = expr_number(x, c);
    memcpy(args + 1, expr_args(x, v), n * sizeof *args);
    return expr_apply(x, OP_MUL, n + 1, args);
}

static expr_t entry_of(struct notation *s, ix_t n, const expr_t *at,
                    uint32_t depth)
{
    struct ix_table *t = s->c->t;
    struct exprs *x = s->c->x;
    const struct ix_node node = *ix_get(t, n);
    const struct low *l = low_of(s->c, n);
    /* Products of order 1 and 2 that have a matrix form are read off it, but
       entries of plain factors are clearer than entries of their product. */
    if (!l->failed && l->e && node.order <= 2 && node.kind != IX_PROD)
        return node.order ? expr_element(x, l->e, node.order, at) : l->e;
    if (!l->failed && l->e && node.order == 0)
        return l->e;
    if (depth > NOTATION_DEPTH) {
        fault_set(t->mem->fault, FAULT_LIMIT, "index notation too deep");
        return 0;
    }
    if (node.kind == IX_PROD && notation_has_pairs(t, n))
        return notation_pairs(s, n, at, depth);
    if (node.kind == IX_PROD)
        return product_entry(s, n, at, depth);
    if (node.kind == IX_LINEAR && ix_is_matrix_map(t, n))
        return linear_entry(s, n, at, depth);
    if (node.kind == IX_SERIES)
        return series_expr(s->c, n,
                           entry(s, ix_series_get(t, n).body, at, depth + 1));
    if (node.kind == IX_SUM) {
        expr_t sum = node.length ? 0 : expr_int(x, 0);
        for (uint32_t k = 0; k < node.length; k += 2) {
            rat_t q = ix_content(t, n)[k];
            expr_t v = entry(s, ix_content(t, n)[k + 1], at, depth + 1);
            rat_t size = rat_abs(x->numbers, q);
            if (v && size != RAT_ONE)
                v = multiple(s, size, v);
            if (v && rat_sign(x->numbers, q) < 0)
                v = expr_apply1(x, OP_NEG, v);
            sum = sum ? expr_apply2(x, OP_ADD, sum, v) : v;
            if (!sum)
                return 0;
        }
        return sum;
    }
    if (node.kind == IX_FUN) {
        expr_t args[OP_MAX_ARGS];
        for (uint32_t i = 0; i < node.length; i++)
            args[i] = entry(s, ix_content(t, n)[i], at, depth + 1);
        applied_t a = ix_as_applied(&node);
        if (a)
            return expr_applied(x, a, node.length, args);
        op_t op = overload_get(x->ops, (uint16_t)node.payload)->op;
        return expr_apply(x, op, node.length, args);
    }
    if (ix_as_applied(&node))
        return applied_entry(s, n, at, depth);
    if (node.kind == IX_OP && node.order <= 2) {
        expr_t args[OP_MAX_ARGS];
        for (uint32_t i = 0; i < node.length; i++)
            args[i] = argument(s, ix_content(t, n)[i], depth);
        op_t op = overload_get(x->ops, (uint16_t)node.payload)->op;
        expr_t e = expr_apply(x, op, node.length, args);
        return e && node.order ? expr_element(x, e, node.order, at) : e;
    }
    fault_set(t->mem->fault, FAULT_UNSUPPORTED,
              "a result with no matrix and no index notation");
    return 0;
}

/* The entry of n at the given indices, a scalar expression.  The indices that
 * are bound within it may be used again beside it. */
static expr_t entry(struct notation *s, ix_t n, const expr_t *at,
                    uint32_t depth)
{
    uint32_t next = s->next;
    expr_t e = entry_of(s, n, at, depth);
    s->next = next;
    return e;
}

/* The axes of a result in the order in which they are written, bit i of
 * groups set where entry i begins a new one. */
struct axes {
    uint32_t n, groups;
    uint8_t axis[IX_MAX_ORDER];
};

static void axes_begin(struct axes *x, const struct ix_table *t, ix_t root,
                       uint32_t groups, const uint8_t *order)
{
    x->n = ix_get(t, root)->order;
    x->groups = groups;
    for (uint32_t i = 0; i < x->n; i++)
        x->axis[i] = order ? order[i] : (uint8_t)i;
}

/* An axis that numbers pairs is written as the pair. */
static ix_t axes_split(struct axes *x, struct ix_table *t, ix_t root)
{
    for (uint32_t a = 0; root && a < ix_get(t, root)->order;) {
        uint32_t order = ix_get(t, root)->order;
        ix_t split = order < IX_MAX_ORDER ? ix_split_axis(t, root, a) : 0;
        if (!split) {
            a++;
            continue;
        }
        /* axis a is gone, the pair is the last two */
        uint32_t place = 0, low, high;
        for (uint32_t i = 0; i < x->n; i++) {
            if (x->axis[i] == a)
                place = i;
            else if (x->axis[i] > a)
                x->axis[i]--;
        }
        memmove(x->axis + place + 2, x->axis + place + 1,
                x->n - place - 1);
        x->axis[place] = (uint8_t)(order - 1);
        x->axis[place + 1] = (uint8_t)order;
        low = x->groups & ((2u << place) - 1);
        high = x->groups & ~((2u << place) - 1);
        x->groups = low | high << 1;
        x->n++;
        root = split;
        a = 0;
    }
    return root;
}

expr_t ix_lower_indices(struct ix_table *t, ix_t root, uint32_t groups,
                        const uint8_t *axis_order)
{
    struct lowering c;
    uint32_t n, order;
    const ix_t *list;
    expr_t result = 0;
    if (!root)
        return 0;
    struct arena_mark mark = arena_mark(&t->scratch);
    struct axes x = {.n = 0};
    axes_begin(&x, t, root, groups, axis_order);
    root = blocks_table(t, axes_split(&x, t, root));
    lowering_begin(&c, t);
    if (root && lower_all(&c, root, &list, &n)) {
        struct notation s = {.c = &c, .list = list, .n = n};
        expr_t at[IX_MAX_ORDER] = {0}, bound[IX_MAX_ORDER];
        order = ix_get(t, root)->order;
        for (uint32_t i = 0; i < order; i++)
            at[i] = new_index(&s, ix_dims(t, root)[i]);
        for (uint32_t i = 0; i < order; i++)
            bound[i] = at[x.axis[i]];
        result = entry(&s, root, at, 0);
        if (order)
            result = expr_tensor(t->x, order, bound, x.groups, result);
    }
    lowering_end(&c);
    arena_release(&t->scratch, mark);
    return result;
}

/* ------------------------------------------------- for notation_pairs.c */

expr_t notation_entry(struct notation *s, ix_t n, const expr_t *at,
                      uint32_t depth)
{
    return entry(s, n, at, depth);
}

expr_t notation_index(struct notation *s, dim_t size)
{
    return new_index(s, size);
}

bool notation_multiply(struct fraction *f, expr_t e, rat_t exponent)
{
    return multiply(f, e, exponent);
}
