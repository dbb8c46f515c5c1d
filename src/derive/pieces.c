/* pieces.c - equations for the members of a family, out of parts that hold
 * for some of them: the places where a part begins or ends cut the range into
 * pieces, in each of which the same parts fit. */
#include <string.h>

#include "derive/recursion.h"
#include "derive/reverse.h"

enum { MAX_CUTS = 2 * RECURSION_MAX_PIECES };

/* Places in descending order; a part fits from one to another. */
struct cuts {
    struct ix_table *t;
    dim_t lowest, top;
    uint32_t n;
    dim_t at[MAX_CUTS];
    bool failed;
};

static bool is_apart(const struct cuts *c, dim_t a, dim_t b, int64_t *by)
{
    dim_t d = dim_sub(c->t->x->dims, a, b);
    return d && dim_is_int(c->t->x->dims, d, by);
}

/* What is at a known distance of the end comes before, what is at one of the
 * beginning behind what is neither. */
static int rank(const struct cuts *c, dim_t d)
{
    int64_t by;
    return is_apart(c, d, c->top, &by) ? 2 : !is_apart(c, d, c->lowest, &by);
}

static bool is_above(struct cuts *c, dim_t a, dim_t b)
{
    int64_t by;
    if (is_apart(c, a, b, &by))
        return by > 0;
    if (a == c->top || b == c->lowest)
        return true;
    if (b == c->top || a == c->lowest)
        return false;
    if (rank(c, a) == rank(c, b) || is_apart(c, c->top, c->lowest, &by))
        c->failed = true;
    return rank(c, a) > rank(c, b);
}

/* The place of a cut in the list, which it is added to. */
static bool add_cut(struct cuts *c, dim_t d)
{
    uint32_t i = 0;
    if (!d)
        return false;
    if (is_above(c, c->lowest, d))
        d = c->lowest;
    while (i < c->n && c->at[i] != d && is_above(c, c->at[i], d))
        i++;
    if (c->failed || c->n == MAX_CUTS)
        return recursion_unsupported(
            c->t, "a recursion of which it is not known which of several "
                  "members is the later one", "a range with fewer names, "
                                              "a{l=1..L}");
    if (i < c->n && c->at[i] == d)
        return true;
    memmove(c->at + i + 1, c->at + i, (c->n - i) * sizeof *c->at);
    c->at[i] = d;
    c->n++;
    return true;
}

static uint32_t cut_of(const struct cuts *c, dim_t d)
{
    uint32_t i = 0;
    while (i < c->n && c->at[i] != d)
        i++;
    return i < c->n ? i : c->n - 1; /* below the lowest one */
}

/* The members from cut i+1 to just below cut i: all parts that fit there. */
static bool add_piece(struct cuts *c, uint32_t i, symbol_t parameter,
                      decl_t family, uint32_t n,
                      const struct recursion_part *part,
                      struct recursion_result *out)
{
    struct dims *d = c->t->x->dims;
    struct recursion_piece p = {.family = family,
                                .low = c->at[i + 1],
                                .high = dim_sub(d, c->at[i], DIM_ONE),
                                .shift = -1};
    const struct shape s = *expr_shape(
        c->t->x, expr_member(c->t->x, family,
                             &(dim_t){dim_from_symbol(d, parameter)}));
    int64_t length;
    for (uint32_t k = 0; k < n; k++) {
        if (cut_of(c, dim_add(d, part[k].high, DIM_ONE)) > i ||
            cut_of(c, part[k].low) < i + 1)
            continue;
        p.value = recursion_sum(c->t, p.value, part[k].value);
        p.up = p.up || part[k].up;
        if (part[k].lag >= 0 && (p.shift < 0 || part[k].lag < p.shift))
            p.shift = part[k].lag;
    }
    p.shift = p.shift < 0 ? 0 : p.shift;
    if (!p.value)
        p.value = ix_zero(c->t, s.order, s.dim);
    p.single = is_apart(c, p.high, p.low, &length) && length == 0;
    if (p.single)
        p.value = ix_replace_size(c->t, p.value,
                                  (struct dim_replacement){parameter, p.low});
    if (out->n == RECURSION_MAX_PIECES)
        return fault_set(c->t->mem->fault, FAULT_LIMIT,
                         "more than %d equations", RECURSION_MAX_PIECES);
    out->piece[out->n++] = p;
    return p.value != 0;
}

/* Cuts that are not known to be in this order are taken to be. */
static bool in_order(struct cuts *c, uint32_t i,
                     struct conditions *conditions)
{
    bool holds;
    return c->at[i + 1] == c->lowest ||
           reverse_size_has(c->t,
                            dim_sub(c->t->x->dims, c->at[i], c->at[i + 1]),
                            PROP_NONNEG, conditions, &holds);
}

/* What is told upward is told from its beginning. */
static void ascend(struct recursion_piece *piece, uint32_t n)
{
    for (uint32_t i = 0; i < n / 2; i++) {
        struct recursion_piece p = piece[i];
        piece[i] = piece[n - 1 - i];
        piece[n - 1 - i] = p;
    }
    for (uint32_t i = 0; i < n; i++)
        piece[i].up = true;
}

bool recursion_pieces(struct ix_table *t, symbol_t parameter, decl_t family,
                      uint32_t n, const struct recursion_part *part,
                      dim_t lowest, dim_t end, struct conditions *conditions,
                      struct recursion_result *result)
{
    struct dims *d = t->x->dims;
    struct cuts c = {.t = t,
                     .lowest = lowest,
                     .top = dim_add(d, end, DIM_ONE)};
    uint32_t first = result->n;
    bool ok = add_cut(&c, c.top) && add_cut(&c, lowest), up = false;
    for (uint32_t k = 0; ok && k < n; k++)
        ok = add_cut(&c, part[k].low) &&
             add_cut(&c, dim_add(d, part[k].high, DIM_ONE));
    for (uint32_t i = 0; ok && i + 1 < c.n; i++)
        ok = in_order(&c, i, conditions) &&
             add_piece(&c, i, parameter, family, n, part, result);
    for (uint32_t i = first; i < result->n; i++)
        up = up || result->piece[i].up;
    if (up)
        ascend(result->piece + first, result->n - first);
    return ok;
}
