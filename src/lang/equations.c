/* equations.c - families whose members are told by several equations, such as
 * s{L} = x, s{l-1} = 2*s{l} for l = L..2; which families are recursions. */
#include <string.h>

#include "lang/scope.h"

static const char hint[] = "s{L} = x, s{l-1} = 2*s{l} for l = L..2";

static bool complain(struct scope *s, const struct syntax *t,
                     const struct equation *e, const char *what)
{
    return families_complain(s, t->nodes[e->definition].where, what, hint);
}

/* What stands for the parameter of the equation so that its member is that
 * of the family's. */
static struct dim_replacement shift_of(struct exprs *x,
                                       const struct equation *e,
                                       symbol_t parameter)
{
    struct dims *d = x->dims;
    dim_t own = dim_from_symbol(d, e->parameter);
    dim_t shift = dim_sub(d, e->place, own);
    return (struct dim_replacement){
        e->parameter, dim_sub(d, dim_from_symbol(d, parameter), shift)};
}

bool equations_shape(struct exprs *x, const struct shape *member,
                     const struct equation *e, symbol_t parameter,
                     struct shape *shape)
{
    struct dim_replacement r = {dim_is_symbol(x->dims, e->place),
                                dim_from_symbol(x->dims, parameter)};
    if (e->parameter)
        r = shift_of(x, e, parameter);
    *shape = *member;
    for (uint32_t a = 0; r.symbol && a < shape->order; a++)
        if (!(shape->dim[a] = dim_replace(x->dims, shape->dim[a], r)))
            return false;
    return true;
}

/* A value, in which the names of its subscript are sizes. */
static bool read_value(struct scope *s, const struct syntax *t,
                       const struct equation *e, expr_t *value)
{
    struct decl names = {.subscripts = 0};
    symbol_t name =
        e->parameter ? e->parameter : dim_is_symbol(s->x->dims, e->place);
    if (name)
        names.parameter[names.subscripts++] = name;
    return scope_elaborate_member(s, t, t->nodes[e->definition].first, &names,
                                  value);
}

/* The sizes are those of the first member that is told alone. */
static bool find_shape(struct scope *s, const struct syntax *t, uint32_t n,
                       const struct equation *e, decl_t family)
{
    struct exprs *x = s->x;
    struct shape shape;
    expr_t value;
    uint32_t i = 0;
    while (i < n && e[i].parameter)
        i++;
    if (i == n) /* scalars */
        return true;
    if (!e[i].place)
        return complain(s, t, &e[i], "a subscript in braces is a whole "
                                     "number");
    if (!read_value(s, t, &e[i], &value))
        return false;
    shape = *expr_shape(x, value);
    if (!equations_shape(x, &shape, &e[i], x->decls[family].parameter[0],
                         &shape))
        return false;
    x->decls[family].shape = shape;
    return true;
}

/* ------------------------------------------------------------- one equation */

/* How far the nearest member of the family in the value is from the one that
 * is told; 0 if there is none. */
static bool find_step(struct scope *s, decl_t family, expr_t value,
                      dim_t place, int64_t *step)
{
    struct exprs *x = s->x;
    struct arena_mark mark = arena_mark(&s->arena);
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, value, &s->arena, &n);
    bool ok = list != NULL;
    *step = 0;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct decl *d =
            expr_op(x, list[i]) == OP_VARIABLE
                ? expr_decl(x, expr_get(x, list[i])->payload)
                : NULL;
        int64_t by;
        if (!d || d->family != family)
            continue;
        ok = dim_is_int(x->dims, dim_sub(x->dims, d->at[0], place), &by) &&
             by != 0 && (!*step || (*step > 0) == (by > 0));
        if (ok && (!*step || (by < 0 ? by > *step : by < *step)))
            *step = by;
    }
    arena_release(&s->arena, mark);
    return ok;
}

static enum truth truth_of(bool b)
{
    return b ? TRUTH_TRUE : TRUTH_FALSE;
}

/* Whether a range from..to runs downward, as far as numbers tell. */
static enum truth runs_down(struct dims *d, const struct equation *e)
{
    int64_t v;
    if (dim_is_int(d, dim_sub(d, e->from, e->to), &v))
        return truth_of(v > 0);
    return dim_is_int(d, e->from, &v) == dim_is_int(d, e->to, &v)
               ? TRUTH_UNKNOWN
               : truth_of(dim_is_int(d, e->to, &v));
}

static bool set_piece(struct exprs *x, decl_t family, uint32_t i,
                      struct family_piece piece)
{
    x->decls[family].piece[i] = piece;
    return piece.low && piece.high && piece.value;
}

static dim_t place_at(struct exprs *x, const struct equation *e, dim_t value)
{
    return dim_replace(x->dims, e->place,
                       (struct dim_replacement){e->parameter, value});
}

/* Where numbers do not tell, the neighbours may: a range upward begins behind
 * another piece or ends before one. */
static enum truth runs_along(struct exprs *x, decl_t family, dim_t from,
                             dim_t to)
{
    struct dims *d = x->dims;
    const struct decl f = *expr_decl(x, family);
    for (uint32_t i = 0; i < f.pieces; i++) {
        const struct family_piece *p = &f.piece[i];
        if (!p->value)
            continue;
        if (dim_add(d, p->high, DIM_ONE) == from ||
            dim_sub(d, p->low, DIM_ONE) == to)
            return TRUTH_FALSE;
        if (dim_sub(d, p->low, DIM_ONE) == from ||
            dim_add(d, p->high, DIM_ONE) == to)
            return TRUTH_TRUE;
    }
    return TRUTH_UNKNOWN;
}

/* What a range tells; with `open`, it may not be known which way it runs:
 * then nothing is set. */
static bool define_range(struct scope *s, const struct syntax *t,
                         const struct equation *e, decl_t family, uint32_t i,
                         expr_t value, bool open)
{
    struct exprs *x = s->x;
    int64_t step;
    dim_t from = place_at(x, e, e->from), to = place_at(x, e, e->to);
    enum truth down = runs_down(x->dims, e);
    if (!find_step(s, family, value, e->place, &step))
        return complain(s, t, e, "a recursion tells a member from those "
                                 "before it, or from those behind it");
    if (step && down == truth_of(step < 0) && e->from != e->to)
        return complain(s, t, e,
                        step > 0 ? "a recursion upward tells a member from "
                                   "those before it"
                                 : "a recursion downward tells a member from "
                                   "the next ones");
    if (step)
        down = truth_of(step > 0);
    if (down == TRUTH_UNKNOWN)
        down = runs_along(x, family, from, to);
    if (down == TRUTH_UNKNOWN)
        return open || complain(s, t, e, "nothing tells whether this range "
                                         "runs upward or downward");
    struct dim_replacement r =
        shift_of(x, e, x->decls[family].parameter[0]);
    return set_piece(x, family, i,
                     (struct family_piece){
                         .low = down == TRUTH_TRUE ? to : from,
                         .high = down == TRUTH_TRUE ? from : to,
                         .value = expr_replace_size(x, value, r)});
}

/* Whether some equation is of a place, as far as numbers tell. */
static bool is_told(struct dims *d, const struct decl *f, dim_t place)
{
    for (uint32_t i = 0; i < f->pieces; i++) {
        const struct family_piece *p = &f->piece[i];
        int64_t above = -1, below = -1;
        bool from = p->low && dim_is_int(d, dim_sub(d, place, p->low), &above);
        bool to = p->high && dim_is_int(d, dim_sub(d, p->high, place), &below);
        if ((from || to) && (!from || above >= 0) && (!to || below >= 0))
            return true;
    }
    return false;
}

static bool define_one(struct scope *s, const struct syntax *t,
                       const struct equation *e, decl_t family, uint32_t i,
                       bool open)
{
    struct exprs *x = s->x;
    struct dims *d = x->dims;
    struct shape member;
    expr_t value;
    int64_t shift;
    if (!e->place || (e->parameter && (!e->from || !e->to)))
        return complain(s, t, e, "a subscript in braces is a whole number");
    if (e->parameter &&
        !dim_is_int(d, dim_sub(d, e->place, dim_from_symbol(d, e->parameter)),
                    &shift))
        return complain(s, t, e, "the subscript is not the parameter of the "
                                 "range, with a number added");
    if (!read_value(s, t, e, &value) ||
        !expr_member_shape(x, family, &e->place, &member))
        return false;
    if (!shape_equal(&member, expr_shape(x, value)))
        return complain(s, t, e, "the value is not of the size of the member");
    for (uint32_t k = 0; k < i && !e->parameter; k++)
        if (x->decls[family].piece[k].low == e->place &&
            x->decls[family].piece[k].high == e->place)
            return complain(s, t, e, "this member is told twice");
    return e->parameter
               ? define_range(s, t, e, family, i, value, open)
               : set_piece(x, family, i,
                           (struct family_piece){e->place, e->place, value});
}

/* The members that a range begins with need others that are told. */
static bool check_beginning(struct scope *s, const struct syntax *t,
                            const struct equation *e, decl_t family,
                            uint32_t i)
{
    struct exprs *x = s->x;
    struct decl f = *expr_decl(x, family);
    const struct family_piece own = f.piece[i], *piece = &own;
    dim_t self = dim_from_symbol(x->dims, f.parameter[0]);
    int64_t step;
    if (!find_step(s, family, piece->value, self, &step))
        return false;
    dim_t begin = step > 0 ? piece->high : piece->low;
    dim_t needed =
        dim_add(x->dims, begin, dim_from_int(x->dims, step));
    f.piece[i] = (struct family_piece){0, 0, 0};
    return !step || is_told(x->dims, &f, needed) ||
           complain(s, t, e,
                    f.pieces == 1
                        ? "nothing tells where this recursion begins"
                        : "this recursion does not begin with a member that "
                          "is known");
}

bool equations_define(struct scope *s, const struct syntax *t, uint32_t n,
                      const struct equation *e, decl_t family, bool has_sizes)
{
    struct exprs *x = s->x;
    if (!has_sizes && !find_shape(s, t, n, e, family))
        return false;
    x->decls[family].pieces = (uint8_t)n;
    for (uint32_t k = 0; k < 2 * n; k++)
        if (!x->decls[family].piece[k % n].value &&
            !define_one(s, t, &e[k % n], family, k % n, k < n))
            return false;
    for (uint32_t i = 0; i < n; i++)
        if (e[i].parameter && !check_beginning(s, t, &e[i], family, i))
            return false;
    x->decls[family].recursive = true;
    return true;
}

/* -------------------------------------------------------------- recursions */

struct links {
    struct scope *s;
    uint32_t n;
    const struct defined *list;
    uint8_t *any, *same; /* n x n: mentions; mentions at the same subscript */
    uint32_t own;        /* whose value is looked at */
};

static bool note_link(struct links *k, const struct decl *member, bool *ok)
{
    struct dims *d = k->s->x->dims;
    const struct decl *f = expr_decl(k->s->x, k->list[k->own].family);
    uint32_t to = 0;
    int64_t back;
    while (to < k->n && k->list[to].family != member->family)
        to++;
    if (to == k->n)
        return true;
    dim_t distance = dim_sub(d, dim_from_symbol(d, f->parameter[0]),
                             member->at[0]);
    bool known = dim_is_int(d, distance, &back);
    *ok = known && back >= 0;
    k->any[k->own * k->n + to] |= *ok ? 1 : 2;
    if (known && back == 0)
        k->same[k->own * k->n + to] = 1;
    return distance != 0;
}

static bool find_links(struct links *k, expr_t value)
{
    struct exprs *x = k->s->x;
    struct arena_mark mark = arena_mark(&k->s->arena);
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, value, &k->s->arena, &n);
    bool ok = list != NULL, known;
    for (uint32_t i = 0; ok && i < n; i++)
        if (expr_op(x, list[i]) == OP_VARIABLE) {
            const struct decl d =
                *expr_decl(x, expr_get(x, list[i])->payload);
            ok = !d.family || note_link(k, &d, &known);
        }
    arena_release(&k->s->arena, mark);
    return ok;
}

/* What is reached in several steps. */
static void close_links(uint8_t *m, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; m[i * n + k] && j < n; j++)
                if (m[k * n + j]) {
                    uint8_t both = m[i * n + k] | m[k * n + j];
                    m[i * n + j] |= both;
                }
}

static bool check_recursion(struct links *k, const struct syntax *t,
                            uint32_t i)
{
    static const char example[] = "a{l}[d{l}] = tanh(W{l}*a{l-1}+b{l})";
    struct decl *f = &k->s->x->decls[k->list[i].family];
    struct span where = t->nodes[k->list[i].definition].where;
    uint32_t self = i * k->n + i;
    f->recursive = f->recursive || k->any[self];
    if (!f->low[0] && f->recursive && f->definition)
        f->low[0] = DIM_ONE;
    if (!f->definition || !k->any[self])
        return true;
    if (k->same[self] || k->any[self] > 1)
        return families_complain(k->s, where,
                                 "a recursion is by earlier members of the "
                                 "family", example);
    return k->list[i].sized || !f->shape.order ||
           families_complain(k->s, where,
                             "a recursion needs the sizes of its members",
                             example);
}

bool equations_find_recursions(struct scope *s, const struct syntax *t,
                               uint32_t n, const struct defined *list)
{
    struct links k = {.s = s, .n = n, .list = list};
    k.any = ARENA_ARRAY(&s->arena, uint8_t, (size_t)n * n + 1);
    k.same = ARENA_ARRAY(&s->arena, uint8_t, (size_t)n * n + 1);
    if (!k.any || !k.same)
        return false;
    for (k.own = 0; k.own < n; k.own++) {
        const struct decl f = *expr_decl(s->x, list[k.own].family);
        if (f.definition && !find_links(&k, f.definition))
            return false;
    }
    close_links(k.any, n);
    close_links(k.same, n);
    for (uint32_t i = 0; i < n; i++)
        if (!check_recursion(&k, t, i))
            return false;
    return true;
}
