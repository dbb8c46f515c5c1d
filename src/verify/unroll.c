#include "verify/unroll.h"

#include <stdlib.h>
#include <string.h>

#include "expr/part.h"

void unroll_begin(struct unroll *u, struct exprs *x)
{
    *u = (struct unroll){.x = x};
}

void unroll_end(struct unroll *u)
{
    MEM_FREE_ARRAY(u->x->mem, u->member, u->member_capacity);
}

bool unroll_set(struct unroll *u, symbol_t symbol, int64_t value)
{
    if (u->nvalues == UNROLL_MAX_VALUES)
        return fault_set(u->x->mem->fault, FAULT_LIMIT,
                         "more than %d parameters", UNROLL_MAX_VALUES);
    u->value[u->nvalues++] = (struct unroll_value){symbol, value};
    return true;
}

/* The innermost value of a symbol. */
static dim_t value_of(void *data, symbol_t s)
{
    struct unroll *u = data;
    for (uint32_t i = u->nvalues; i-- > 0;)
        if (u->value[i].symbol == s)
            return dim_from_int(u->x->dims, u->value[i].value);
    return 0;
}

static dim_t concrete_dim(struct unroll *u, dim_t d)
{
    return dim_substitute(u->x->dims, d, value_of, u);
}

/* A size is at least 1. */
static dim_t concrete_size(struct unroll *u, dim_t d)
{
    int64_t v;
    dim_t c = concrete_dim(u, d);
    if (c && dim_is_int(u->x->dims, c, &v) && v < 1)
        u->impossible = true;
    return u->impossible ? 0 : c;
}

static bool concrete_int(struct unroll *u, expr_t size, int64_t *v)
{
    dim_t d = concrete_dim(u, expr_as_size(u->x, size));
    if (!d)
        return false;
    return dim_is_int(u->x->dims, d, v) ||
           fault_set(u->x->mem->fault, FAULT_UNSUPPORTED,
                     "a range whose ends are no numbers");
}

/* ---------------------------------------------------------------- leaves */

static bool note_decl(struct unroll *u, decl_t from, decl_t to)
{
    if (u->ndecls == UNROLL_MAX_DECLS)
        return fault_set(u->x->mem->fault, FAULT_LIMIT,
                         "more than %d variables", UNROLL_MAX_DECLS);
    u->decl[u->ndecls++] = (struct unroll_decl){from, to};
    return true;
}

/* The values of symbols other than a family's own parameters. */
struct family_sizes {
    struct unroll *u;
    const struct decl *family;
};

static dim_t family_value(void *data, symbol_t s)
{
    const struct family_sizes *f = data;
    for (uint32_t i = 0; i < f->family->subscripts; i++)
        if (f->family->parameter[i] == s)
            return 0;
    return value_of(f->u, s);
}

/* The family with sizes that are numbers where they have values. */
static decl_t concrete_family(struct unroll *u, decl_t id)
{
    const struct decl old = *expr_decl(u->x, id);
    struct decl d = old;
    struct family_sizes f = {u, &old};
    bool same = true;
    for (uint32_t i = 0; i < u->ndecls; i++)
        if (u->decl[i].from == id)
            return u->decl[i].to;
    for (uint32_t a = 0; a < d.shape.order; a++) {
        d.shape.dim[a] = dim_substitute(u->x->dims, old.shape.dim[a],
                                        family_value, &f);
        same = same && d.shape.dim[a] == old.shape.dim[a];
        if (!d.shape.dim[a])
            return 0;
    }
    if (same)
        return id;
    decl_t to = expr_declare(u->x, &d);
    return to && note_decl(u, id, to) ? to : 0;
}

static expr_t concrete_member(struct unroll *u, const struct decl *d)
{
    dim_t at[FAMILY_MAX_SUBSCRIPTS];
    for (uint32_t i = 0; i < d->subscripts; i++)
        at[i] = concrete_dim(u, d->at[i]);
    decl_t family = concrete_family(u, d->family);
    expr_t e = expr_member(u->x, family, at);
    if (!e)
        return 0;
    const struct shape s = *expr_shape(u->x, e);
    for (uint32_t a = 0; a < s.order; a++)
        if (!concrete_size(u, s.dim[a]))
            return 0;
    return e;
}

/* ------------------------------------------------------------ recursions */

enum { RECURSION_DEPTH = 40 };

/* Whether a place lies in low .. high, either of which may be unknown.  What
 * these are made of has nothing to do with the sums around the member. */
static bool is_between(struct unroll *u, dim_t low, dim_t high, int64_t at)
{
    const struct dims *t = u->x->dims;
    int64_t from = 1, to = INT64_MAX;
    uint32_t nvalues = u->nvalues;
    u->nvalues = u->nfree;
    bool known = (!low || dim_is_int(t, concrete_dim(u, low), &from)) &&
                 (!high || dim_is_int(t, concrete_dim(u, high), &to));
    u->nvalues = nvalues;
    return known && at >= from && at <= to;
}

/* The value that a recursion gives to a member, with the parameter free in
 * it; 0 if the member is a variable. */
static expr_t recursion_value(struct unroll *u, const struct decl *d)
{
    const struct decl f = *expr_decl(u->x, d->family);
    int64_t at;
    if (f.definition && !f.recursive)
        return f.definition;
    if ((!f.definition && !f.pieces) || u->keep_all ||
        !dim_is_int(u->x->dims, d->at[0], &at))
        return 0;
    for (uint32_t i = 0; i < f.pieces; i++)
        if (is_between(u, f.piece[i].low, f.piece[i].high, at))
            return f.piece[i].value;
    return f.definition && is_between(u, f.low[0], f.high[0], at)
               ? f.definition
               : 0;
}

static bool is_kept(const struct unroll *u, expr_t e)
{
    for (uint32_t i = 0; i < u->nkept; i++)
        if (u->kept[i] == e)
            return true;
    return false;
}

static bool note_member(struct unroll *u, expr_t member, expr_t value)
{
    if (!MEM_RESERVE(u->x->mem, u->member, u->member_capacity,
                     (size_t)u->members + 1))
        return false;
    u->member[u->members++] = (struct unroll_member){member, value};
    return true;
}

/* A member with a number as its subscript, or what a recursion makes of
 * it. */
static expr_t recursion_member(struct unroll *u, expr_t e)
{
    struct exprs *x = u->x;
    const struct decl d = *expr_decl(x, expr_get(x, e)->payload);
    expr_t value = is_kept(u, e) ? 0 : recursion_value(u, &d);
    int64_t at;
    if (!value)
        return e;
    for (uint32_t i = 0; i < u->members; i++)
        if (u->member[i].member == e)
            return u->member[i].value;
    if (u->depth >= RECURSION_DEPTH) {
        fault_set(x->mem->fault, FAULT_LIMIT, "a recursion of more than %d "
                  "steps", RECURSION_DEPTH);
        return 0;
    }
    /* Parameters of sums around the member mean nothing in its value. */
    struct unroll_value saved[UNROLL_MAX_VALUES];
    uint32_t nvalues = u->nvalues;
    symbol_t parameter = expr_decl(x, d.family)->parameter[0];
    if (!dim_is_int(x->dims, d.at[0], &at))
        return fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                         "a subscript that is no number");
    memcpy(saved, u->value, sizeof saved);
    u->nvalues = u->nfree;
    u->depth++;
    value = unroll_set(u, parameter, at) ? unroll_expr(u, value) : 0;
    u->depth--;
    memcpy(u->value, saved, sizeof saved);
    u->nvalues = nvalues;
    return value && note_member(u, e, value) ? value : 0;
}

expr_t unroll_variable(struct unroll *u, expr_t e)
{
    u->keep_all = true;
    e = unroll_expr(u, e);
    u->keep_all = false;
    if (e && u->nkept < sizeof u->kept / sizeof *u->kept)
        u->kept[u->nkept++] = expr_part_variable(u->x, e);
    return e;
}

static decl_t concrete_decl(struct unroll *u, decl_t id)
{
    struct decl d = *expr_decl(u->x, id);
    bool same = true;
    for (uint32_t i = 0; i < u->ndecls; i++)
        if (u->decl[i].from == id)
            return u->decl[i].to;
    if (d.family) {
        expr_t e = concrete_member(u, &d);
        return e ? expr_get(u->x, e)->payload : 0;
    }
    if (d.of) {
        decl_t of = concrete_decl(u, d.of);
        same = of == d.of;
        d.of = of;
    }
    for (uint32_t a = 0; a < d.shape.order; a++) {
        dim_t size = concrete_size(u, d.shape.dim[a]);
        same = same && size == d.shape.dim[a];
        if (!(d.shape.dim[a] = size))
            return 0;
    }
    if (same)
        return id;
    decl_t to = expr_declare(u->x, &d);
    return to && note_decl(u, id, to) ? to : 0;
}

static expr_t concrete_leaf(struct unroll *u, expr_t e)
{
    struct exprs *x = u->x;
    const struct expr_node n = *expr_get(x, e);
    if (n.op == OP_VARIABLE) {
        e = expr_variable(x, concrete_decl(u, n.payload));
        return e && expr_decl(x, expr_get(x, e)->payload)->family
                   ? recursion_member(u, e)
                   : e;
    }
    if (n.op == OP_SIZE)
        return expr_size_argument(x, concrete_dim(u, n.payload));
    if (n.op == OP_INDEX) {
        const struct index_entry i = x->indices[n.payload];
        dim_t low = concrete_dim(u, i.low), size = concrete_size(u, i.size);
        return expr_index(x, i.name, low, size);
    }
    return e;
}

/* ----------------------------------------------------------------- nodes */

/* x[4] of a vector of 3. */
static bool is_outside(struct unroll *u, expr_t base, uint32_t n,
                       const expr_t *subscript)
{
    const struct shape s = *expr_shape(u->x, base);
    for (uint32_t a = 0; a < n && a < s.order; a++) {
        bool span = expr_op(u->x, subscript[a]) == OP_SPAN;
        int64_t ends[2], size;
        uint32_t known = 0;
        for (uint32_t k = 0; k < (span ? 2 : 1); k++) {
            dim_t d = expr_as_size(u->x, span ? expr_arg(u->x, subscript[a],
                                                         k)
                                              : subscript[a]);
            if (!d || !dim_is_int(u->x->dims, d, &ends[known]))
                continue;
            if (ends[known] < 1 ||
                (dim_is_int(u->x->dims, s.dim[a], &size) &&
                 ends[known] > size))
                return true;
            known++;
        }
        if (known == 2 && ends[1] < ends[0])
            return true;
    }
    return false;
}

/* 3+1 as the number 4: an exponent or a coefficient then. */
static expr_t folded(struct unroll *u, expr_t e)
{
    int64_t v;
    op_t op = e ? expr_op(u->x, e) : OP_NONE;
    if (op != OP_ADD && op != OP_MUL && op != OP_NEG)
        return e;
    dim_t d = expr_as_size(u->x, e);
    return d && dim_is_int(u->x->dims, d, &v) ? expr_int(u->x, v) : e;
}

static expr_t no_terms(struct unroll *u, expr_t series)
{
    struct exprs *x = u->x;
    struct shape s = *expr_shape(x, series);
    expr_t size[2] = {0, 0};
    if (expr_op(x, series) == OP_PRODUCT || !s.order)
        return expr_int(x, expr_op(x, series) == OP_PRODUCT);
    for (uint32_t a = 0; a < s.order && a < 2; a++)
        size[a] = expr_size_argument(x, concrete_size(u, s.dim[a]));
    if (s.order == 2)
        return expr_call2(x, "zeros", size[0], size[1]);
    expr_t e = expr_call1(x, "zeros", size[0]);
    return s.kind == SHAPE_ROW ? expr_apply1(x, OP_TRANSPOSE, e) : e;
}

/* All terms, one after another. */
static expr_t written_out(struct unroll *u, expr_t e)
{
    struct exprs *x = u->x;
    const struct expr_node n = *expr_get(x, e);
    expr_t body = expr_arg(x, e, 2), result = 0;
    int64_t low, high;
    if (!concrete_int(u, expr_arg(x, e, 0), &low) ||
        !concrete_int(u, expr_arg(x, e, 1), &high))
        return 0;
    if (high < low - 1)
        u->impossible = true;
    if (u->impossible || (high >= low && !unroll_set(u, n.payload, low)))
        return 0;
    if (high < low)
        return no_terms(u, e);
    for (int64_t v = low; v <= high; v++) {
        u->value[u->nvalues - 1].value = v;
        if (++u->terms > UNROLL_MAX_TERMS) {
            fault_set(x->mem->fault, FAULT_LIMIT,
                      "more than %d terms of sums", UNROLL_MAX_TERMS);
            return 0;
        }
        expr_t term = unroll_expr(u, body);
        result = !result ? term
                         : expr_apply2(x, n.op == OP_SERIES ? OP_ADD : OP_MUL,
                                       result, term);
        if (!result)
            return 0;
    }
    u->nvalues--;
    return result;
}

/* Nodes of an expression but not those of the bodies of its sums. */
struct pieces {
    expr_t *list;
    uint32_t *place; /* by node, from 1 */
    uint32_t n;
};

static int ascending(const void *a, const void *b)
{
    expr_t p = *(const expr_t *)a, q = *(const expr_t *)b;
    return (p > q) - (p < q);
}

static bool is_series(const struct exprs *x, expr_t e)
{
    return expr_op(x, e) == OP_SERIES || expr_op(x, e) == OP_PRODUCT;
}

static bool find_pieces(struct unroll *u, struct arena *a, expr_t root,
                        struct pieces *p)
{
    p->place = ARENA_ARRAY(a, uint32_t, root + 1);
    p->list = ARENA_ARRAY(a, expr_t, root + 1);
    p->n = 0;
    if (!p->place || !p->list)
        return false;
    p->list[p->n++] = root;
    p->place[root] = 1;
    for (uint32_t i = 0; i < p->n; i++) {
        expr_t e = p->list[i];
        uint32_t n = is_series(u->x, e) ? 2 : expr_get(u->x, e)->nargs;
        for (uint32_t k = 0; k < n; k++) {
            expr_t arg = expr_arg(u->x, e, k);
            if (!p->place[arg])
                p->list[p->n++] = arg;
            p->place[arg] = 1;
        }
    }
    qsort(p->list, p->n, sizeof *p->list, ascending);
    for (uint32_t i = 0; i < p->n; i++)
        p->place[p->list[i]] = i + 1;
    return true;
}

static expr_t concrete_node(struct unroll *u, struct arena *a, expr_t e,
                            const struct pieces *p, const expr_t *image)
{
    struct exprs *x = u->x;
    uint32_t n = expr_get(x, e)->nargs;
    if (!n)
        return concrete_leaf(u, e);
    if (is_series(x, e))
        return written_out(u, e);
    struct arena_mark mark = arena_mark(a);
    expr_t *args = ARENA_ARRAY(a, expr_t, n);
    for (uint32_t k = 0; args && k < n; k++)
        args[k] = image[p->place[expr_arg(x, e, k)] - 1];
    if (args && expr_op(x, e) == OP_ELEMENT &&
        is_outside(u, args[0], n - 1, args + 1))
        u->impossible = true;
    expr_t result = args && !u->impossible
                        ? folded(u, expr_rebuild(x, e, args))
                        : 0;
    arena_release(a, mark);
    return result;
}

/* Recurs into the bodies of sums, whose nesting is bounded by the values
 * there may be. */
expr_t unroll_expr(struct unroll *u, expr_t e)
{
    struct arena a;
    struct pieces p;
    expr_t result = 0;
    if (!e)
        return 0;
    arena_init(&a, u->x->mem);
    expr_t *image = find_pieces(u, &a, e, &p)
                        ? ARENA_ARRAY(&a, expr_t, p.n)
                        : NULL;
    for (uint32_t i = 0; image && i < p.n; i++) {
        result = concrete_node(u, &a, p.list[i], &p, image);
        image[i] = result;
        if (!result)
            break;
    }
    arena_free(&a);
    return result;
}

/* --------------------------------------------------------------- symbols */

struct finding {
    struct exprs *x;
    struct unroll_symbols *s;
    uint64_t mask;
};

static bool find_symbol(void *data, symbol_t symbol)
{
    struct finding *f = data;
    uint32_t i = 0;
    if (dim_applied(f->x->dims, symbol)) {
        f->s->needed = true;
        return false;
    }
    while (i < f->s->count && f->s->symbol[i] != symbol)
        i++;
    if (i == 64) {
        f->s->too_many = true;
        return true;
    }
    if (i == f->s->count)
        f->s->symbol[f->s->count++] = symbol;
    f->mask |= UINT64_C(1) << i;
    return false;
}

static void find_in(struct finding *f, dim_t d)
{
    if (d)
        dim_any_symbol(f->x->dims, d, find_symbol, f);
}

/* What stands in braces within a size: the l of d{l-1}. */
static bool find_argument(void *data, symbol_t symbol)
{
    struct finding *f = data;
    const struct dim_applied *a = dim_applied(f->x->dims, symbol);
    if (a)
        find_in(f, a->argument);
    f->s->needed = f->s->needed || a;
    return f->s->too_many;
}

static void find_arguments(struct finding *f, dim_t d)
{
    if (d)
        dim_any_symbol(f->x->dims, d, find_argument, f);
}

/* A recursion whose values are looked through, too. */
static void find_family(struct finding *f, decl_t family)
{
    struct unroll_symbols *s = f->s;
    for (uint32_t i = 0; i < s->families; i++)
        if (s->family[i] == family)
            return;
    if (!expr_decl(f->x, family)->recursive)
        return;
    if (s->families == sizeof s->family / sizeof *s->family)
        s->too_many = true;
    else
        s->family[s->families++] = family;
}

static void find_own(struct finding *f, expr_t e)
{
    struct exprs *x = f->x;
    const struct expr_node n = *expr_get(x, e);
    const struct shape s = *expr_shape(x, e);
    uint64_t before = f->mask;
    int64_t place;
    for (uint32_t a = 0; a < s.order; a++)
        find_arguments(f, s.dim[a]);
    if (n.op == OP_SIZE)
        find_arguments(f, n.payload);
    if (n.op == OP_VARIABLE) {
        const struct decl d = *expr_decl(x, n.payload);
        f->s->needed = f->s->needed || d.family;
        if (d.family)
            find_family(f, d.family);
        for (uint32_t i = 0; d.family && i < d.subscripts; i++)
            find_in(f, d.at[i]);
    }
    if (n.op == OP_POW && s.order == 2) {
        expr_t k = expr_arg(x, e, 1);
        bool known = expr_op(x, k) == OP_NUMBER;
        f->s->needed = f->s->needed || !known;
        find_in(f, known ? 0 : expr_as_size(x, k));
    }
    if (n.op == OP_ELEMENT)
        for (uint32_t k = 1; k < n.nargs; k++) {
            expr_t at = expr_arg(x, e, k);
            op_t op = expr_op(x, at);
            if (op != OP_INDEX && op != OP_NUMBER && op != OP_SPAN) {
                f->s->needed = true;
                find_in(f, expr_as_size(x, at));
            }
        }
    if (n.op == OP_SPAN)
        for (uint32_t k = 0; k < 2; k++) {
            dim_t d = expr_as_size(x, expr_arg(x, e, k));
            f->s->needed = f->s->needed || !dim_is_int(x->dims, d, &place);
            find_in(f, d);
        }
    if (is_series(x, e)) {
        f->s->needed = true;
        find_in(f, expr_as_size(x, expr_arg(x, e, 0)));
        find_in(f, expr_as_size(x, expr_arg(x, e, 1)));
    }
    if (n.op != OP_ELEMENT)
        f->s->counts |= f->mask & ~before;
}

static uint64_t bound_by(const struct finding *f, expr_t e)
{
    for (uint32_t i = 0; is_series(f->x, e) && i < f->s->count; i++)
        if (f->s->symbol[i] == expr_get(f->x, e)->payload)
            return UINT64_C(1) << i;
    return 0;
}

/* The symbols of one expression; those that are free in it. */
static bool find_symbols(struct exprs *x, expr_t e, struct unroll_symbols *s,
                         uint64_t *free_symbols)
{
    struct arena a;
    uint32_t n = 0;
    struct finding f = {.x = x, .s = s};
    arena_init(&a, x->mem);
    const expr_t *list = expr_reach(x, e, &a, &n);
    uint64_t *free = list ? ARENA_ARRAY(&a, uint64_t, n) : NULL;
    for (uint32_t i = 0; free && i < n; i++) {
        uint32_t nargs = expr_get(x, list[i])->nargs;
        f.mask = 0;
        find_own(&f, list[i]);
        for (uint32_t k = 0; k < nargs; k++) {
            uint64_t m = free[x->visits[expr_arg(x, list[i], k)].place];
            f.mask |= k == 2 ? m & ~bound_by(&f, list[i]) : m;
        }
        free[i] = f.mask;
    }
    *free_symbols = free ? free[n - 1] : 0;
    arena_free(&a);
    return free != NULL;
}

/* Likewise of what members are made of, in which the parameter is bound. */
static bool find_in_value(struct exprs *x, struct unroll_symbols *s,
                          const struct decl *f, expr_t value)
{
    uint64_t found = 0;
    if (value && !find_symbols(x, value, s, &found))
        return false;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->symbol[i] == f->parameter[0])
            found &= ~(UINT64_C(1) << i);
    s->free |= found;
    return true;
}

static bool find_in_family(struct exprs *x, struct unroll_symbols *s,
                           const struct decl *f)
{
    struct finding own = {.x = x, .s = s};
    find_in(&own, f->low[0]);
    find_in(&own, f->high[0]);
    for (uint32_t i = 0; i < f->pieces; i++) {
        find_in(&own, f->piece[i].low);
        find_in(&own, f->piece[i].high);
        if (!find_in_value(x, s, f, f->piece[i].value))
            return false;
    }
    s->free |= own.mask;
    s->counts |= own.mask;
    return find_in_value(x, s, f, f->definition);
}

bool unroll_find(struct exprs *x, expr_t e, struct unroll_symbols *s)
{
    uint64_t found;
    uint32_t seen = s->families;
    if (!find_symbols(x, e, s, &found))
        return false;
    s->free |= found;
    for (; seen < s->families; seen++) {
        const struct decl f = *expr_decl(x, s->family[seen]);
        if (!find_in_family(x, s, &f))
            return false;
    }
    return true;
}
