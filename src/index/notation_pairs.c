/* notation_pairs.c - entries of products with numbers of pairs.
 *
 * Numbers of pairs have no entries of their own; where one numbers the rows of
 * a matrix M, P[a,j,i] M[a,b], it is taken out as M'*vec(...): of all that
 * depends on the pair, or of the matrix with a one at (i,j). */
#include <string.h>

#include "index/lower.h"
#include "index/notation.h"

/* Where the index of a label is bound. */
enum place {
    PLACE_GIVEN,   /* an own axis; or there is none */
    PLACE_SUM,     /* of the whole, as far as it is open */
    PLACE_OUTSIDE, /* of the whole, since it is used in several parts */
    PLACE_TENSOR
};

/* A product that is being written: what is left of its factors, which are
 * known by the word at which they begin. */
struct writing {
    struct notation *s;
    ix_t n;
    uint32_t depth;
    expr_t *index; /* by label */
    uint8_t *place;
    bool *taken;   /* by factor */
};

static const struct ix_node *factor_at(const struct writing *w, uint32_t k)
{
    return ix_get(w->s->c->t, ix_content(w->s->c->t, w->n)[k]);
}

/* The factor behind the one at k; the first for 0; 0 behind the last. */
static uint32_t next_factor(const struct writing *w, uint32_t k)
{
    const struct ix_table *t = w->s->c->t;
    k = k ? k + ix_factor_words(t, ix_content(t, w->n)[k]) : 1;
    return k < ix_get(t, w->n)->length ? k : 0;
}

static uint32_t label_at(const struct writing *w, uint32_t k, uint32_t axis)
{
    return ix_content(w->s->c->t, w->n)[k + 2 + axis];
}

static bool is_pair(const struct writing *w, uint32_t k)
{
    return factor_at(w, k)->kind == IX_PAIR;
}

/* How often the factor stands on the label. */
static uint32_t count_uses(const struct writing *w, uint32_t k,
                           uint32_t label)
{
    uint32_t uses = 0;
    for (uint32_t a = 0; a < factor_at(w, k)->order; a++)
        uses += label_at(w, k, a) == label;
    return uses;
}

/* How many factors beside the pairing at k stand on its number, if all are
 * matrices or vectors with a notation, on it once; else 0. */
static uint32_t count_rows(const struct writing *w, uint32_t k)
{
    const uint32_t a = label_at(w, k, 0);
    uint32_t rows = 0;
    for (uint32_t m = next_factor(w, 0); m; m = next_factor(w, m)) {
        uint32_t uses = m == k ? 0 : count_uses(w, m, a);
        const struct low *l =
            low_of(w->s->c, ix_content(w->s->c->t, w->n)[m]);
        if (!uses)
            continue;
        if (uses > 1 || w->taken[m] || is_pair(w, m) ||
            factor_at(w, m)->order > 2 || !l || l->failed)
            return 0;
        rows++;
    }
    return rows;
}

/* Its sum must be outside of all tensors, if it has one. */
static void use_outside(struct writing *w, uint32_t label)
{
    if (w->place[label] == PLACE_SUM)
        w->place[label] = PLACE_OUTSIDE;
}

/* vec(E), E the matrix with a one at the pair of the pairing at k, which is
 * taken. */
static expr_t paired_unit(struct writing *w, uint32_t k)
{
    const struct ix_table *t = w->s->c->t;
    const ix_t pair = ix_content(t, w->n)[k];
    const dim_t rows = ix_dims(t, pair)[2], cols = ix_dims(t, pair)[1];
    const uint32_t slow = label_at(w, k, 1), fast = label_at(w, k, 2);
    w->taken[k] = true;
    w->place[label_at(w, k, 0)] = PLACE_GIVEN;
    use_outside(w, slow);
    use_outside(w, fast);
    return expr_call1(w->s->c->x, "vec",
                      notation_unit(w->s, rows, cols, w->index[fast],
                                    w->index[slow]));
}

/* The pairing whose number is the label, and nothing else's but of m. */
static uint32_t pairing_of(const struct writing *w, uint32_t label,
                           uint32_t m)
{
    uint32_t found = 0, uses = 0;
    for (uint32_t k = next_factor(w, 0); k; k = next_factor(w, k)) {
        uses += count_uses(w, k, label);
        if (is_pair(w, k) && !w->taken[k] && label_at(w, k, 0) == label)
            found = k;
    }
    return uses == 1 + count_uses(w, m, label) ? found : 0;
}

/* How factor m is written with v, a vector over its axis a: M'*v at its other
 * axis. */
struct row {
    expr_t left;  /* M' or M */
    expr_t right; /* the index of the other axis, or 0 */
    expr_t unit;  /* vec(E)' if that axis numbers pairs, or 0 */
};

static struct row take_row(struct writing *w, uint32_t m, uint32_t a)
{
    struct lowering *c = w->s->c;
    struct row r = {.left = low_of(c, ix_content(c->t, w->n)[m])->e};
    bool whole = factor_at(w, m)->order == 2;
    bool turned = label_at(w, m, 0) == a;
    w->taken[m] = true;
    if (!whole || turned)
        r.left = transposed_expr(c, r.left);
    if (!whole)
        return r;
    const uint32_t b = label_at(w, m, turned ? 1 : 0);
    uint32_t pair = w->place[b] == PLACE_SUM ? pairing_of(w, b, m) : 0;
    if (pair) {
        r.unit = transposed_expr(c, paired_unit(w, pair));
    } else {
        use_outside(w, b);
        r.right = w->index[b];
    }
    return r;
}

static expr_t row_expr(struct lowering *c, struct row r, expr_t v)
{
    expr_t e = mul_expr(c, r.left, v);
    if (r.unit)
        e = mul_expr(c, r.unit, e);
    return r.right ? expr_element(c->x, e, 1, &r.right) : e;
}

static expr_t left_entry(struct writing *w);

/* P[a,j,i] M[a,b] R, summed over a: M'*vec(R) at b, R as a matrix of i and j,
 * if these are used nowhere else. */
static expr_t stacked_entry(struct writing *w, uint32_t k)
{
    struct lowering *c = w->s->c;
    const uint32_t a = label_at(w, k, 0);
    const uint32_t slow = label_at(w, k, 1), fast = label_at(w, k, 2);
    expr_t at[2] = {w->index[fast], w->index[slow]};
    uint32_t m = next_factor(w, 0);
    while (m == k || !count_uses(w, m, a))
        m = next_factor(w, m);
    w->taken[k] = true;
    w->place[a] = PLACE_GIVEN;
    struct row r = take_row(w, m, a);
    if (w->place[slow] != PLACE_SUM || w->place[fast] != PLACE_SUM ||
        slow == fast) {
        expr_t e = row_expr(c, r, paired_unit(w, k)), rest = left_entry(w);
        return expr_is_number(c->x, rest, RAT_ONE) ? e
                                                   : mul_expr(c, e, rest);
    }
    w->place[slow] = w->place[fast] = PLACE_TENSOR;
    expr_t inner = expr_tensor(c->x, 2, at, 3, left_entry(w));
    return row_expr(c, r, expr_call1(c->x, "vec", inner));
}

/* P[a,j,i] M[a,b] N[a,d] R, summed over a: M'*vec(E) at b, times N'*vec(E) at
 * d, ..., times R. */
static expr_t rows_entry(struct writing *w, uint32_t k)
{
    const uint32_t a = label_at(w, k, 0);
    struct fraction f = {.s = w->s};
    expr_t unit = paired_unit(w, k);
    for (uint32_t m = next_factor(w, 0); m; m = next_factor(w, m)) {
        rat_t exponent = ix_content(w->s->c->t, w->n)[m + 1];
        if (w->taken[m] || !count_uses(w, m, a))
            continue;
        expr_t e = row_expr(w->s->c, take_row(w, m, a), unit);
        if (!notation_multiply(&f, e, exponent))
            return 0;
    }
    return notation_multiply(&f, left_entry(w), RAT_ONE)
               ? notation_fraction(&f)
               : 0;
}

/* The exponent of the only factor beside k on its number is 1. */
static bool is_first_power(const struct writing *w, uint32_t k)
{
    const uint32_t a = label_at(w, k, 0);
    for (uint32_t m = next_factor(w, 0); m; m = next_factor(w, m))
        if (m != k && count_uses(w, m, a))
            return ix_content(w->s->c->t, w->n)[m + 1] == RAT_ONE;
    return false;
}

/* What the factors are that are left; first what numbers pairs, several times
 * before once.  Recurs once for each pairing. */
static expr_t left_entry(struct writing *w)
{
    struct fraction f = {.s = w->s};
    expr_t own[IX_MAX_ORDER];
    for (int several = 1; several >= 0; several--)
        for (uint32_t k = next_factor(w, 0); k; k = next_factor(w, k)) {
            if (!is_pair(w, k) || w->taken[k] ||
                w->place[label_at(w, k, 0)] != PLACE_SUM)
                continue;
            uint32_t rows = count_rows(w, k);
            if (rows > 1 || (rows && !several && !is_first_power(w, k)))
                return rows_entry(w, k);
            if (rows && !several)
                return stacked_entry(w, k);
        }
    for (uint32_t k = next_factor(w, 0); k; k = next_factor(w, k)) {
        const uint32_t *c = ix_content(w->s->c->t, w->n) + k;
        rat_t exponent = c[1];
        if (w->taken[k])
            continue;
        for (uint32_t a = 0; a < factor_at(w, k)->order; a++)
            own[a] = w->index[label_at(w, k, a)];
        expr_t e = notation_entry(w->s, c[0], own, w->depth + 1);
        if (!notation_multiply(&f, e, exponent))
            return 0;
    }
    return notation_fraction(&f);
}

bool notation_has_pairs(const struct ix_table *t, ix_t n)
{
    const uint32_t *w = ix_content(t, n);
    const uint32_t length = ix_get(t, n)->length;
    for (uint32_t k = 1; k < length; k += ix_factor_words(t, w[k]))
        if (ix_get(t, w[k])->kind == IX_PAIR)
            return true;
    return false;
}

/* Indices for the labels that are summed over. */
static void name_labels(struct writing *w)
{
    const struct ix_table *t = w->s->c->t;
    for (uint32_t k = next_factor(w, 0); k; k = next_factor(w, k))
        for (uint32_t a = 0; a < factor_at(w, k)->order; a++) {
            const uint32_t l = label_at(w, k, a);
            const ix_t factor = ix_content(t, w->n)[k];
            if (w->index[l])
                continue;
            w->index[l] = notation_index(w->s, ix_dims(t, factor)[a]);
            w->place[l] = PLACE_SUM;
        }
}

expr_t notation_pairs(struct notation *s, ix_t n, const expr_t *at,
                      uint32_t depth)
{
    struct exprs *x = s->c->x;
    const struct ix_node node = *ix_get(s->c->t, n);
    const struct low *l = low_of(s->c, n);
    uint32_t labels = ix_content(s->c->t, n)[0], count = 0;
    struct writing w = {.s = s, .n = n, .depth = depth};
    if (node.order && !l->failed && l->e)
        return expr_element(x, l->e, node.order, at);
    w.index = ARENA_ARRAY(s->c->a, expr_t, labels + 1);
    w.place = ARENA_ARRAY(s->c->a, uint8_t, labels + 1);
    w.taken = ARENA_ARRAY(s->c->a, bool, node.length + 1);
    expr_t *bound = ARENA_ARRAY(s->c->a, expr_t, labels + 1);
    if (!w.index || !w.place || !w.taken || !bound)
        return 0;
    memcpy(w.index, at, node.order * sizeof *w.index);
    name_labels(&w);
    expr_t body = left_entry(&w);
    for (uint32_t i = node.order; i < labels; i++)
        if (w.place[i] == PLACE_SUM || w.place[i] == PLACE_OUTSIDE)
            bound[count++] = w.index[i];
    return count ? expr_sum(x, count, bound, body) : body;
}
