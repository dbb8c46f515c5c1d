#include "index/canon.h"

#include <stdlib.h>
#include <string.h>

enum {
    REFINE_ROUNDS = 8,
    REFINE_FACTORS = 64, /* longer products are ordered by node alone */
    FEW_COLOURS = 48,    /* of what is no larger, scratch is on the stack */
    FEW_WORDS = 64
};

/* Colours: two labels (factors) of different colour play different parts. */
struct canon {
    struct ix_table *t;
    uint32_t order, n, labels;
    struct ix_factor *factors;
    uint64_t *label_colour, *factor_colour, *next;
    uint64_t *key; /* of each factor, whatever its labels */
};

static uint64_t factor_key(const struct canon *c, uint32_t i)
{
    const struct ix_factor *f = &c->factors[i];
    return hash_mix(c->t->nodes[f->node].hash,
                    rat_hash(c->t->x->numbers, f->exponent));
}

/* Whether all factors differ, whatever their labels. */
static bool all_differ(const struct canon *c)
{
    if (c->n > REFINE_FACTORS)
        return false;
    for (uint32_t i = 1; i < c->n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (c->key[i] == c->key[j])
                return false;
    return true;
}

static uint64_t factor_hash(const struct canon *c, uint32_t i)
{
    const struct ix_factor *f = &c->factors[i];
    const struct ix_node *n = &c->t->nodes[f->node];
    uint64_t h = c->key[i];
    if (n->symmetric)
        return hash_mix(h, hash_word(c->label_colour[f->label[0]]) +
                               hash_word(c->label_colour[f->label[1]]));
    for (uint32_t a = 0; a < n->order; a++)
        h = hash_mix(h, c->label_colour[f->label[a]]);
    return h;
}

static void refine(struct canon *c, uint32_t rounds)
{
    for (uint32_t round = 0; round <= rounds; round++) {
        for (uint32_t i = 0; i < c->n; i++)
            c->factor_colour[i] = factor_hash(c, i);
        if (round == rounds)
            return;
        memset(c->next, 0, c->labels * sizeof *c->next);
        for (uint32_t i = 0; i < c->n; i++) {
            const struct ix_factor *f = &c->factors[i];
            const struct ix_node *n = &c->t->nodes[f->node];
            for (uint32_t a = 0; a < n->order; a++)
                c->next[f->label[a]] += hash_mix(
                    c->factor_colour[i], n->symmetric ? 0 : a + 1);
        }
        for (uint32_t l = 0; l < c->labels; l++)
            c->label_colour[l] = hash_mix(c->label_colour[l], c->next[l]);
    }
}

/* Where all factors differ, a label's place is told by the axes of the
 * factors that it joins: these are summed up in `next`. */
static void find_places(struct canon *c)
{
    memset(c->next, 0, c->labels * sizeof *c->next);
    for (uint32_t i = 0; i < c->n; i++) {
        const struct ix_factor *f = &c->factors[i];
        const struct ix_node *n = &c->t->nodes[f->node];
        for (uint32_t a = 0; a < n->order; a++)
            c->next[f->label[a]] +=
                hash_mix(c->key[i], n->symmetric ? 0 : a + 1);
    }
}

static void colour_by_place(struct canon *c)
{
    for (uint32_t l = 0; l < c->labels; l++)
        c->label_colour[l] = hash_mix(c->label_colour[l], c->next[l]);
    for (uint32_t i = 0; i < c->n; i++)
        c->factor_colour[i] = factor_hash(c, i);
}

static void start_colours(struct canon *c, bool flip)
{
    for (uint32_t l = 0; l < c->labels; l++)
        c->label_colour[l] = 7;
    for (uint32_t l = 0; l < c->order; l++)
        c->label_colour[l] =
            hash_word(101 + (flip && c->order == 2 ? 1 - l : l));
}

static uint64_t total_hash(const struct canon *c)
{
    uint64_t h = hash_mix(IX_PROD, c->order);
    for (uint32_t i = 0; i < c->n; i++)
        h += hash_word(c->factor_colour[i]);
    return hash_word(h);
}

/* Colours everything; the structural hash. */
static uint64_t coloured_hash(struct canon *c, bool flip, bool differ,
                              uint32_t rounds)
{
    start_colours(c, flip);
    if (differ)
        colour_by_place(c);
    else
        refine(c, rounds);
    return total_hash(c);
}

static int factor_order(const struct canon *c, uint32_t i, uint32_t j)
{
    const struct ix_factor *f = &c->factors[i], *g = &c->factors[j];
    if (f->node != g->node)
        return f->node < g->node ? -1 : 1;
    if (f->exponent != g->exponent)
        return f->exponent < g->exponent ? -1 : 1;
    if (c->factor_colour[i] != c->factor_colour[j])
        return c->factor_colour[i] < c->factor_colour[j] ? -1 : 1;
    return 0;
}

static void sort_by_colour(struct canon *c)
{
    for (uint32_t i = 1; i < c->n; i++)
        for (uint32_t j = i; j && factor_order(c, j - 1, j) > 0; j--) {
            struct ix_factor f = c->factors[j];
            c->factors[j] = c->factors[j - 1];
            c->factors[j - 1] = f;
            uint64_t colour = c->factor_colour[j];
            c->factor_colour[j] = c->factor_colour[j - 1];
            c->factor_colour[j - 1] = colour;
            uint64_t key = c->key[j];
            c->key[j] = c->key[j - 1];
            c->key[j - 1] = key;
        }
}

/* Orders the factors; equal ones are told apart by marking one of them and
 * refining again, until none are equal. */
static void order_factors(struct canon *c, uint32_t rounds)
{
    for (uint32_t marked = 0; marked < c->n; marked++) {
        sort_by_colour(c);
        uint32_t tie = 0;
        while (tie + 1 < c->n && factor_order(c, tie, tie + 1))
            tie++;
        if (tie + 1 >= c->n)
            return;
        const struct ix_factor *f = &c->factors[tie];
        for (uint32_t a = 0; a < c->t->nodes[f->node].order; a++)
            c->label_colour[f->label[a]] = hash_mix(
                c->label_colour[f->label[a]], 1000003 + marked * 8 + a);
        refine(c, rounds);
    }
}

static bool is_identity(const struct ix_table *t, uint32_t order, uint32_t n,
                        const struct ix_factor *f)
{
    if (n != 1 || f->exponent != RAT_ONE || t->nodes[f->node].order != order)
        return false;
    for (uint32_t a = 0; a < order; a++)
        if (f->label[a] != a)
            return false;
    return true;
}

static bool is_transpose(const struct ix_table *t, uint32_t order, uint32_t n,
                         const struct ix_factor *f)
{
    return order == 2 && n == 1 && f->exponent == RAT_ONE &&
           t->nodes[f->node].order == 2 && f->label[0] == 1 &&
           f->label[1] == 0;
}

static int by_node(const void *a, const void *b)
{
    ix_t x = ((const struct ix_factor *)a)->node;
    ix_t y = ((const struct ix_factor *)b)->node;
    return (x > y) - (x < y);
}

/* Numbers summed labels by first appearance and writes the content words. */
static uint32_t write_content(struct canon *c, uint32_t *w, uint32_t *number)
{
    uint32_t used = c->order, at = 1;
    for (uint32_t l = 0; l < c->labels; l++)
        number[l] = l < c->order ? l : UINT32_MAX;
    for (uint32_t i = 0; i < c->n; i++) {
        struct ix_factor *f = &c->factors[i];
        const struct ix_node *n = &c->t->nodes[f->node];
        uint16_t *l = f->label;
        if (n->symmetric &&
            (number[l[0]] > number[l[1]] ||
             (number[l[0]] == number[l[1]] &&
              c->label_colour[l[0]] > c->label_colour[l[1]]))) {
            uint16_t swap = l[0];
            l[0] = l[1];
            l[1] = swap;
        }
        w[at++] = f->node;
        w[at++] = f->exponent;
        for (uint32_t a = 0; a < n->order; a++) {
            if (number[l[a]] == UINT32_MAX)
                number[l[a]] = used++;
            w[at++] = number[l[a]];
        }
    }
    w[0] = used;
    return at;
}

/* Whether the product is its own transpose: equal hashes only suggest it,
 * since refinement sees no further than its rounds.  `content` is what was
 * written for the product itself. */
static bool is_symmetric(const struct canon *c, uint32_t rounds,
                         uint32_t words, const uint32_t *content)
{
    struct arena *a = &c->t->scratch;
    struct canon d = *c;
    d.factors = ARENA_ARRAY(a, struct ix_factor, c->n + 1);
    d.factor_colour = ARENA_ARRAY(a, uint64_t, 2 * c->n + 1);
    uint32_t *own = ARENA_ARRAY(a, uint32_t, words + c->labels + 1);
    if (!d.factors || !d.factor_colour || !own)
        return false;
    d.key = d.factor_colour + c->n;
    for (uint32_t i = 0; i < c->n; i++) {
        struct ix_factor *f = &d.factors[i];
        *f = c->factors[i];
        d.key[i] = c->key[i];
        for (uint32_t k = 0; k < c->t->nodes[f->node].order; k++)
            if (f->label[k] < 2)
                f->label[k] = (uint16_t)(1 - f->label[k]);
    }
    start_colours(&d, false);
    refine(&d, rounds);
    order_factors(&d, rounds);
    uint32_t length = write_content(&d, own, own + words);
    return !memcmp(own, content, length * sizeof *own);
}

ix_t ix_canonical(struct ix_table *t, uint32_t order, const dim_t *dims,
                  uint32_t n, struct ix_factor *factors, uint32_t labels)
{
    for (uint32_t i = 0; i < n; i++) {
        struct ix_factor *f = &factors[i];
        if (t->nodes[f->node].symmetric && f->label[0] > f->label[1]) {
            uint16_t l = f->label[0];
            f->label[0] = f->label[1];
            f->label[1] = l;
        }
    }
    if (is_identity(t, order, n, factors))
        return factors->node;
    struct arena_mark mark = arena_mark(&t->scratch);
    struct canon c = {.t = t,
                      .order = order,
                      .n = n,
                      .labels = labels,
                      .factors = factors};
    uint32_t words = 1;
    for (uint32_t i = 0; i < n; i++)
        words += ix_factor_words(t, factors[i].node);
    uint64_t few_colours[FEW_COLOURS], *colours = few_colours;
    uint32_t few_words[FEW_WORDS], *content = few_words;
    if (2 * labels + 2 * n > FEW_COLOURS)
        colours = ARENA_ARRAY(&t->scratch, uint64_t, 2 * labels + 2 * n);
    if (words + labels > FEW_WORDS)
        content = ARENA_ARRAY(&t->scratch, uint32_t, words + labels);
    ix_t result = 0;
    if (!colours || !content)
        goto done;
    c.label_colour = colours;
    c.next = colours + labels;
    c.factor_colour = colours + 2 * labels;
    c.key = c.factor_colour + n;
    for (uint32_t i = 0; i < n; i++)
        c.key[i] = factor_key(&c, i);
    uint32_t rounds = n > REFINE_FACTORS ? 1
                      : n < REFINE_ROUNDS ? n
                                          : REFINE_ROUNDS;
    bool differ = all_differ(&c);
    if (differ)
        find_places(&c);
    uint64_t flipped = 0, hash;
    if (order == 2)
        flipped = coloured_hash(&c, true, differ, rounds);
    hash = coloured_hash(&c, false, differ, rounds);
    if (order != 2)
        flipped = hash;
    if (is_transpose(t, order, n, factors)) {
        /* what stands for a transpose is known by what the node says of it */
        hash = t->nodes[factors->node].flipped;
        flipped = t->nodes[factors->node].hash;
    }
    if (n <= REFINE_FACTORS)
        order_factors(&c, rounds);
    else
        qsort(factors, n, sizeof *factors, by_node);
    uint32_t length = write_content(&c, content, content + words);
    if (order == 2 && hash == flipped && dims[0] == dims[1] && !differ &&
        (n > REFINE_FACTORS || !is_symmetric(&c, rounds, words, content)))
        flipped = hash_mix(flipped, 1);
    result = ix_intern(t, IX_PROD, 0, order, dims, length, content, hash,
                       flipped);
done:
    arena_release(&t->scratch, mark);
    return result;
}
