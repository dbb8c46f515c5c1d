/* quotient.c - sums over a common denominator, where that is shorter:
 * 1/(1+x) - x/(1+x)^2 is 1/(1+x)^2. */
#include <string.h>

#include "simplify/internal.h"

enum { BASES = 8, RAISE = 6 };

/* The factors that stand on all axes along which a sum varies (so that
 * 1/norm2(x) remains beside a matrix), each with the least exponent it has in
 * a term. */
struct bases {
    uint32_t n;
    struct part items[BASES];
    uint32_t met[BASES]; /* in how many terms */
};

/* What one attempt divides by: a denominator, and perhaps what all terms have in
 * common; terms with another denominator take no part: (1-y)/(1-a) - y/a is to
 * stay. */
struct attempt {
    struct part by[BASES];
    uint32_t n;
    const struct part *others;
    uint32_t other_count;
    bool every; /* all terms of the sum, not only those with one of them */
    bool all;   /* all sums multiplied out, not only these */
};

struct terms {
    uint32_t n;
    struct ix_term items[EXPAND_TERMS];
};

/* The own axes on which a factor stands; of a delta, none: diag(v) varies
 * along one axis. */
static uint32_t axes_of(const struct ix_table *t, const struct parts *p,
                        const struct part *f)
{
    uint32_t axes = 0;
    if (ix_get(t, f->node)->kind == IX_DELTA)
        return 0;
    for (uint32_t a = 0; a < ix_get(t, f->node)->order; a++)
        if (f->label[a] < p->order)
            axes |= UINT32_C(1) << f->label[a];
    return axes;
}

static bool gather(struct ix_table *t, const struct parts *p, uint32_t axes,
                   struct bases *b)
{
    for (uint32_t i = 0; i < p->n; i++) {
        const struct part *f = &p->items[i];
        if (axes_of(t, p, f) != axes || !parts_is_own(t, p, f))
            continue;
        uint32_t k = 0;
        while (k < b->n && !part_is_at(t, &b->items[k], f))
            k++;
        if (k == BASES)
            return false;
        if (k == b->n)
            b->items[b->n++] = *f;
        else if (rat_compare(t->x->numbers, f->exponent,
                             b->items[k].exponent) < 0)
            b->items[k].exponent = f->exponent;
        b->met[k]++;
    }
    return true;
}

static const struct part *meets(const struct ix_table *t,
                                const struct attempt *a,
                                const struct part *f)
{
    for (uint32_t k = 0; k < a->n; k++)
        if (part_is_at(t, &a->by[k], f))
            return &a->by[k];
    return NULL;
}

/* How often `by` is left over in a term when it is divided by: -1 if that is
 * no small number. */
static int64_t surplus(struct ix_table *t, const struct parts *p,
                       const struct part *by, bool *has)
{
    struct rationals *q = t->x->numbers;
    rat_t e = rat_neg(q, by->exponent);
    int64_t k;
    for (uint32_t i = 0; i < p->n; i++)
        if (part_is_at(t, &p->items[i], by)) {
            *has = true;
            e = rat_add(q, e, p->items[i].exponent);
        }
    return e && rat_to_int(q, e, &k) && k <= RAISE ? k : -1;
}

static bool divides_otherwise(const struct ix_table *t, const struct parts *p,
                              const struct attempt *a)
{
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t k = 0; k < a->other_count; k++)
            if (part_is_at(t, &p->items[i], &a->others[k]) &&
                !meets(t, a, &p->items[i]))
                return true;
    return false;
}

/* The term divided by its share of the denominators; 0 without a fault when
 * it does not take part. */
static ix_t numerator(struct ix_table *t, const struct parts *p,
                      const struct attempt *a)
{
    int64_t left[BASES];
    bool has = a->every;
    for (uint32_t k = 0; k < a->n; k++) {
        left[k] = surplus(t, p, &a->by[k], &has);
        if (left[k] < 0)
            return 0;
    }
    if (!has || divides_otherwise(t, p, a))
        return 0;
    struct ix_product q;
    ix_product_begin(&q, t, p->order, p->dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; i < p->n; i++)
        if (!meets(t, a, &p->items[i]))
            ix_product_factor(&q, p->items[i].node, p->items[i].exponent,
                              p->items[i].label);
    for (uint32_t k = 0; k < a->n; k++)
        if (left[k] > 0)
            ix_product_factor(&q, a->by[k].node,
                              rat_from_int(t->x->numbers, left[k]),
                              a->by[k].label);
    return ix_product_end(&q);
}

/* The next factor to be multiplied out, p->n if there is none. */
static uint32_t next_sum(struct ix_table *t, const struct parts *p,
                         const struct attempt *a)
{
    int64_t e;
    for (uint32_t i = 0; i < p->n; i++) {
        const struct part *f = &p->items[i];
        if (ix_get(t, f->node)->kind == IX_SUM && parts_is_own(t, p, f) &&
            (a->all || meets(t, a, f)) &&
            rat_to_int(t->x->numbers, f->exponent, &e) && e > 0 && e <= RAISE)
            return i;
    }
    return p->n;
}

/* The product with one power of its factor `at` replaced by a term of it. */
static ix_t with_term(struct ix_table *t, const struct parts *p, uint32_t at,
                      ix_t term)
{
    struct ix_product q;
    ix_product_begin(&q, t, p->order, p->dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l]);
    for (uint32_t i = 0; i < p->n; i++) {
        rat_t e = p->items[i].exponent;
        if (i == at)
            e = rat_sub(t->x->numbers, e, RAT_ONE);
        if (i != at || p->items[i].exponent != RAT_ONE)
            ix_product_factor(&q, p->items[i].node, e, p->items[i].label);
    }
    ix_product_factor(&q, term, RAT_ONE, p->items[at].label);
    return ix_product_end(&q);
}

/* The terms multiplied out.  False, perhaps without a fault, if they are too
 * many. */
static bool multiply_out(struct ix_table *t, struct terms *list,
                         const struct attempt *a)
{
    for (uint32_t i = 0; i < list->n;) {
        struct ix_term whole = list->items[i];
        struct parts p;
        if (!parts_of(t, whole.node, &p))
            return false;
        uint32_t at = next_sum(t, &p, a);
        if (at == p.n) {
            i++;
            continue;
        }
        ix_t sum = p.items[at].node;
        uint32_t length = ix_get(t, sum)->length;
        if (list->n + length / 2 > EXPAND_TERMS)
            return false;
        for (uint32_t k = 0; k < length; k += 2) {
            rat_t c = rat_mul(t->x->numbers, whole.coefficient,
                              ix_content(t, sum)[k]);
            ix_t one = with_term(t, &p, at, ix_content(t, sum)[k + 1]);
            if (!c || !one)
                return false;
            list->items[k ? list->n++ : i] = (struct ix_term){c, one};
        }
    }
    return true;
}

/* n over the denominators: as a quotient, or with the quotient of each
 * term. */
static ix_t divided(struct ix_table *t, ix_t n, const struct attempt *a)
{
    struct ix_product q;
    dim_t dims[IX_MAX_ORDER];
    uint16_t own[IX_MAX_ORDER];
    uint32_t order = ix_get(t, n)->order;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    for (uint32_t i = 0; i < order; i++)
        own[i] = (uint16_t)i;
    ix_product_begin(&q, t, order, dims);
    ix_product_factor(&q, n, RAT_ONE, own);
    for (uint32_t k = 0; k < a->n; k++)
        ix_product_factor(&q, a->by[k].node, a->by[k].exponent,
                          a->by[k].label);
    return ix_product_end(&q);
}

/* The sum of `rest`, which took no part, and the numerators in `list`. */
static ix_t assemble(struct ix_table *t, ix_t n, const struct terms *list,
                     const bool *rest, const struct attempt *a, bool whole)
{
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(t, n)->order, length = ix_get(t, n)->length;
    memcpy(dims, ix_dims(t, n), order * sizeof *dims);
    struct ix_sum s;
    ix_t joined = 0;
    if (whole) {
        ix_sum_begin(&s, t, order, dims);
        for (uint32_t i = 0; i < list->n; i++)
            ix_sum_add(&s, list->items[i].coefficient, list->items[i].node);
        ix_t inner = ix_sum_end(&s);
        inner = inner ? collect_factors(t, inner) : 0;
        joined = inner ? divided(t, inner, a) : 0;
        if (!joined)
            return 0;
    }
    ix_sum_begin(&s, t, order, dims);
    for (uint32_t i = 0; !whole && i < list->n; i++)
        ix_sum_add(&s, list->items[i].coefficient,
                   divided(t, list->items[i].node, a));
    if (whole)
        ix_sum_add(&s, RAT_ONE, joined);
    for (uint32_t k = 0; k < length; k += 2) {
        rat_t c = ix_content(t, n)[k];
        if (rest[k / 2])
            ix_sum_add(&s, c, ix_content(t, n)[k + 1]);
    }
    return ix_sum_end(&s);
}

/* The best of n, `best` and what the attempt makes of n. */
static ix_t try_attempt(struct ix_table *t, ix_t n, const struct parts *terms,
                        const struct attempt *a, ix_t best)
{
    uint32_t count = ix_get(t, n)->length / 2, took = 0;
    struct terms *list = ARENA_ARRAY(&t->scratch, struct terms, 1);
    bool *rest = ARENA_ARRAY(&t->scratch, bool, count);
    if (!list || !rest)
        return 0;
    list->n = 0;
    for (uint32_t i = 0; i < count; i++) {
        ix_t over = numerator(t, &terms[i], a);
        if (!over && fault_is_set(t->mem->fault))
            return 0;
        rest[i] = !over;
        took += over != 0;
        if (over)
            list->items[list->n++] =
                (struct ix_term){ix_content(t, n)[2 * i], over};
    }
    if (took < 2 || (a->every && took < count))
        return best;
    if (!multiply_out(t, list, a))
        return fault_is_set(t->mem->fault) ? 0 : best;
    for (int whole = 0; whole < 2; whole++) {
        ix_t other = assemble(t, n, list, rest, a, whole);
        if (!other)
            return 0;
        if (ix_get(t, other)->cost < ix_get(t, best)->cost)
            best = other;
    }
    return best;
}

/* Puts the denominators first; how many. */
static uint32_t denominators(const struct ix_table *t, struct bases *b,
                             uint32_t count)
{
    struct bases sorted = {0};
    for (uint32_t i = 0; i < b->n; i++)
        if (rat_sign(t->x->numbers, b->items[i].exponent) < 0)
            sorted.items[sorted.n++] = b->items[i];
    uint32_t n = sorted.n;
    for (uint32_t i = 0; i < b->n; i++)
        if (rat_sign(t->x->numbers, b->items[i].exponent) > 0 &&
            b->met[i] == count)
            sorted.items[sorted.n++] = b->items[i];
    *b = sorted;
    return n;
}

/* Attempt number k: over each of n denominators, alone, then with what is
 * common. */
static bool choose(const struct bases *b, uint32_t n, uint32_t k,
                   struct attempt *a)
{
    if (k >= (b->n > n ? 2 * n : n))
        return false;
    a->n = 0;
    a->by[a->n++] = b->items[k % n];
    for (uint32_t i = n; k >= n && i < b->n; i++)
        a->by[a->n++] = b->items[i];
    a->others = b->items;
    a->other_count = n;
    return true;
}

ix_t join_quotients(struct ix_table *t, ix_t n)
{
    uint32_t count = ix_get(t, n)->length / 2;
    struct bases b = {0};
    struct attempt a;
    if (ix_get(t, n)->kind != IX_SUM || count < 2 || count > SIMPLIFY_TERMS)
        return n;
    struct parts *terms = ARENA_ARRAY(&t->scratch, struct parts, count);
    if (!terms)
        return 0;
    uint32_t axes = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!parts_of(t, ix_content(t, n)[2 * i + 1], &terms[i]))
            return 0;
        for (uint32_t k = 0; k < terms[i].n; k++)
            axes |= axes_of(t, &terms[i], &terms[i].items[k]);
    }
    for (uint32_t i = 0; i < count; i++)
        if (!gather(t, &terms[i], axes, &b))
            return n;
    uint32_t d = denominators(t, &b, count);
    ix_t best = n;
    for (uint32_t k = 0; best && d && choose(&b, d, k, &a); k++)
        for (unsigned how = 0; best && how < 4; how++) {
            a.every = how & 1;
            a.all = how & 2;
            best = try_attempt(t, n, terms, &a, best);
        }
    return best;
}
