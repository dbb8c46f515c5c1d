/* member.c - derivatives by a member of a family.
 *
 * In sum(l=1..L: f(W{l+1})) the derivative by W{p} is that of the term with
 * l+1 = p, if 1 <= p-1 and p-1 <= L. */
#include <string.h>

#include "derive/reverse.h"

const struct decl *reverse_member(const struct ix_table *t, ix_t leaf)
{
    if (ix_get(t, leaf)->kind != IX_LEAF)
        return NULL;
    /* A leaf may be a constant as well, such as duplication(n). */
    const struct expr_node *e = expr_get(t->x, ix_get(t, leaf)->payload);
    const struct decl *d =
        e->op == OP_VARIABLE ? expr_decl(t->x, e->payload) : NULL;
    return d && d->family ? d : NULL;
}

/* Whether a >= 0 says that b is not zero. */
static bool denies_zero(struct ix_table *t, dim_t a, dim_t b)
{
    struct dims *d = t->x->dims;
    int64_t more;
    return (dim_is_int(d, dim_sub(d, b, a), &more) && more > 0) ||
           (dim_is_int(d, dim_sub(d, dim_sub(d, DIM_ZERO, b), a), &more) &&
            more > 0);
}

/* The size of condition i if it has this predicate; else 0. */
static dim_t size_with(struct ix_table *t, const struct conditions *c,
                       uint32_t i, enum property p)
{
    return c->items[i].predicate == p ? expr_as_size(t->x, c->items[i].subject)
                                      : 0;
}

/* Adds d != 0 unless another condition says so. */
static bool add_nonzero(struct ix_table *t, struct conditions *c, dim_t d,
                        expr_t subject)
{
    for (uint32_t i = 0; i < c->count; i++) {
        dim_t known = size_with(t, c, i, PROP_NONNEG);
        if (known && denies_zero(t, known, d))
            return true;
    }
    return conditions_add(c, PROP_NONZERO, subject);
}

/* Adds d >= 0 unless another condition says so; drops those that it says. */
static bool add_nonnegative(struct ix_table *t, struct conditions *c, dim_t d,
                            expr_t subject)
{
    struct exprs *x = t->x;
    for (uint32_t i = c->count; i-- > 0;) {
        dim_t known = size_with(t, c, i, PROP_NONNEG);
        dim_t zero = size_with(t, c, i, PROP_NONZERO);
        int64_t more;
        if (zero && denies_zero(t, d, zero))
            conditions_remove(c, i);
        if (!known || !dim_is_int(x->dims, dim_sub(x->dims, d, known), &more))
            continue;
        if (more >= 0)
            return true;
        conditions_remove(c, i);
    }
    return conditions_add(c, PROP_NONNEG, subject);
}

bool reverse_size_has(struct ix_table *t, dim_t d, enum property p,
                      struct conditions *conditions, bool *has)
{
    int64_t v;
    *has = true;
    if (!d)
        return false;
    if (dim_is_int(t->x->dims, d, &v)) {
        *has = p == PROP_NONNEG ? v >= 0 : v != 0;
        return true;
    }
    expr_t subject = expr_size(t->x, d);
    if (!subject || !conditions)
        return subject != 0;
    return p == PROP_NONNEG ? add_nonnegative(t, conditions, d, subject)
                            : add_nonzero(t, conditions, d, subject);
}

bool reverse_is_behind(struct ix_table *t, dim_t at, dim_t end,
                       struct conditions *c, bool *behind)
{
    struct dims *d = t->x->dims;
    dim_t by = dim_sub(d, at, end);
    int64_t more;
    *behind = false;
    for (uint32_t i = 0; by && c && i < c->count && !*behind; i++) {
        dim_t known = size_with(t, c, i, PROP_NONNEG);
        *behind = known && !dim_is_int(d, known, &more) &&
                  dim_is_int(d, dim_sub(d, by, known), &more) && more >= 0;
    }
    bool holds;
    return by && (!*behind ||
                  reverse_size_has(t, dim_sub(d, by, DIM_ONE), PROP_NONNEG,
                                   c, &holds));
}

static bool is_opened(void *data, symbol_t s)
{
    return intern_name(data, s)[0] == '@';
}

static bool depends_on_a_sum(struct ix_table *t, dim_t d)
{
    return dim_any_symbol(t->x->dims, d, is_opened, t->x->names);
}

static bool cannot_solve(struct ix_table *t)
{
    return fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                     "a derivative by a member of a family whose place in "
                     "a sum is not told by its subscript alone");
}

/* The value of the symbol at which subscript `have` is `want`: false without
 * a fault if it does not occur, or not once with coefficient 1 or -1. */
static bool solve(struct ix_table *t, symbol_t s, dim_t have, dim_t want,
                  dim_t *value)
{
    struct dims *d = t->x->dims;
    dim_t self = dim_from_symbol(d, s), rest = dim_sub(d, have, self);
    if (rest && !dim_mentions(d, rest, s)) {
        *value = dim_sub(d, want, rest);
        return *value != 0;
    }
    rest = dim_add(d, have, self);
    if (!rest || dim_mentions(d, rest, s))
        return false;
    *value = dim_sub(d, rest, want);
    return *value != 0;
}

/* That a size is not below 0: known, a condition, or for the sums around to
 * decide; no adjoint is left where it does not hold. */
static bool need_within(struct ix_table *t, struct reverse_found *f, dim_t d,
                        struct conditions *conditions)
{
    bool holds;
    if (!d || !f->adjoint)
        return d != 0;
    if (depends_on_a_sum(t, d)) {
        if (f->nwithin == sizeof f->within / sizeof *f->within)
            return cannot_solve(t);
        f->within[f->nwithin++] = d;
        return true;
    }
    if (!reverse_size_has(t, d, PROP_NONNEG, conditions, &holds))
        return false;
    f->adjoint = holds ? f->adjoint : 0;
    return true;
}

/* What was left to the sums around, with a symbol known. */
static bool settle_within(struct ix_table *t, struct reverse_found *f,
                          struct dim_replacement r,
                          struct conditions *conditions)
{
    dim_t left[4];
    uint32_t n = f->nwithin;
    memcpy(left, f->within, sizeof left);
    f->nwithin = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!need_within(t, f, dim_replace(t->x->dims, left[i], r),
                         conditions))
            return false;
    return true;
}

/* The term of the sum in which the member stands. */
static bool take_term(struct ix_table *t, const struct ix_series *s,
                      dim_t value, struct reverse_found *f, uint32_t n,
                      struct conditions *conditions)
{
    struct dims *d = t->x->dims;
    struct dim_replacement r = {s->symbol, value};
    dim_t above = dim_sub(d, value, s->low), below = dim_sub(d, s->high, value);
    bool behind;
    if (!above || !below ||
        !reverse_is_behind(t, value, s->high, conditions, &behind))
        return false;
    if (behind) {
        f->adjoint = 0;
        return true;
    }
    if (!settle_within(t, f, r, conditions) ||
        !need_within(t, f, above, conditions) ||
        !need_within(t, f, below, conditions))
        return false;
    for (uint32_t i = 0; i < n; i++)
        f->at[i] = dim_replace(d, f->at[i], r);
    if (f->adjoint && !(f->adjoint = ix_replace_size(t, f->adjoint, r)))
        return false;
    return true;
}

/* The part of a range in which `within`, which is s + c or c - s, is not
 * below 0; that the new end lies in the range becomes a condition. */
static bool narrow_range(struct ix_table *t, struct ix_series *s,
                         dim_t within, struct reverse_found *f,
                         struct conditions *conditions)
{
    struct dims *d = t->x->dims;
    dim_t end;
    int64_t by;
    if (!solve(t, s->symbol, within, DIM_ZERO, &end))
        return fault_is_set(t->mem->fault) ? false : cannot_solve(t);
    bool rises = !dim_mentions(
        d, dim_sub(d, within, dim_from_symbol(d, s->symbol)), s->symbol);
    dim_t inside = rises ? dim_sub(d, end, s->low) : dim_sub(d, s->high, end);
    if (inside && dim_is_int(d, inside, &by) && by < 0)
        return true; /* the range is the narrower one */
    if (rises)
        s->low = end;
    else
        s->high = end;
    dim_t length = dim_sub(d, s->high, s->low);
    if (length && !depends_on_a_sum(t, length)) /* there may be no terms */
        length = dim_add(d, length, DIM_ONE);
    return need_within(t, f, inside, conditions) &&
           need_within(t, f, length, conditions);
}

/* All terms of a sum, as far as the sums within have a part in them. */
static bool take_all(struct ix_table *t, const struct ix_series *s,
                     struct reverse_found *f, struct conditions *conditions)
{
    struct ix_series sum = *s;
    dim_t left[4];
    uint32_t n = f->nwithin;
    memcpy(left, f->within, sizeof left);
    f->nwithin = 0;
    for (uint32_t i = 0; i < n; i++)
        if (dim_mentions(t->x->dims, left[i], s->symbol)
                ? !narrow_range(t, &sum, left[i], f, conditions)
                : !need_within(t, f, left[i], conditions))
            return false;
    sum.kind = SERIES_SUM;
    sum.body = f->adjoint;
    return !f->adjoint || (f->adjoint = ix_series(t, sum)) != 0;
}

bool reverse_solve(struct ix_table *t, const struct ix_series *s,
                   const struct decl *target, struct reverse_found *f,
                   struct conditions *conditions)
{
    const struct decl own = *target; /* conditions may move declarations */
    bool mentioned = false;
    dim_t value;
    for (uint32_t i = 0; i < own.subscripts; i++) {
        if (!dim_mentions(t->x->dims, f->at[i], s->symbol))
            continue;
        mentioned = true;
        if (solve(t, s->symbol, f->at[i], own.at[i], &value))
            return take_term(t, s, value, f, own.subscripts, conditions);
        if (fault_is_set(t->mem->fault))
            return false;
    }
    return mentioned ? cannot_solve(t) : take_all(t, s, f, conditions);
}

/* The members that a subscript is over a range, in ascending order. */
static bool range_of(struct ix_table *t, const struct ix_series *s, dim_t at,
                     struct reverse_found *f)
{
    struct dims *d = t->x->dims;
    dim_t first = dim_replace(d, at, (struct dim_replacement){s->symbol,
                                                              s->low});
    dim_t last = dim_replace(d, at, (struct dim_replacement){s->symbol,
                                                             s->high});
    bool falls = dim_mentions(
        d, dim_sub(d, at, dim_from_symbol(d, s->symbol)), s->symbol);
    f->low = falls ? last : first;
    f->high = falls ? first : last;
    if (f->low && f->high &&
        (depends_on_a_sum(t, f->low) || depends_on_a_sum(t, f->high)))
        return cannot_solve(t);
    return f->low && f->high;
}

bool reverse_place(struct ix_table *t, const struct ix_series *s,
                   symbol_t place, struct reverse_found *f)
{
    struct ix_series sum = *s;
    dim_t self = dim_from_symbol(t->x->dims, place), at = f->at[0], value;
    if (dim_mentions(t->x->dims, at, s->symbol)) {
        if (!solve(t, s->symbol, at, self, &value))
            return fault_is_set(t->mem->fault) ? false : cannot_solve(t);
        f->at[0] = self;
        f->adjoint = ix_replace_size(
            t, f->adjoint, (struct dim_replacement){s->symbol, value});
        return f->adjoint && range_of(t, s, at, f);
    }
    if (f->low && (dim_mentions(t->x->dims, f->low, s->symbol) ||
                   dim_mentions(t->x->dims, f->high, s->symbol)))
        return cannot_solve(t);
    sum.kind = SERIES_SUM;
    sum.body = f->adjoint;
    f->adjoint = ix_series(t, sum);
    return f->adjoint != 0;
}

bool reverse_is_target(struct ix_table *t, const struct decl *target,
                       const struct reverse_found *f,
                       struct conditions *conditions, bool *is)
{
    const struct decl own = *target;
    *is = true;
    for (uint32_t i = 0; i < own.subscripts && *is; i++) {
        bool differ;
        dim_t d = dim_sub(t->x->dims, f->at[i], own.at[i]);
        if (d == DIM_ZERO)
            continue;
        /* symbols that are not known to agree are taken to differ */
        if (!reverse_size_has(t, d, PROP_NONZERO, conditions, &differ))
            return false;
        *is = false;
    }
    return true;
}
