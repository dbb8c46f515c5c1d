/* product.c - products of factors joined by labels, in normal form. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

#include "index/blocks.h"
#include "index/canon.h"
#include "index/product.h"

/* ------------------------------------------------------------- building */

void ix_product_begin(struct ix_product *p, struct ix_table *t,
                      uint32_t order, const dim_t *dims)
{
    p->t = t;
    p->mark = arena_mark(&t->scratch);
    p->order = p->labels = order;
    p->coefficient = RAT_ONE;
    p->factors = p->few_factors;
    p->count = 0;
    p->capacity = IX_FEW_FACTORS;
    p->label_dims = p->few_dims;
    p->labels_capacity = IX_FEW_LABELS;
    p->failed = order > IX_MAX_ORDER;
    if (p->failed) {
        fault_set(t->mem->fault, FAULT_LIMIT, "a value of more than %d axes",
                  IX_MAX_ORDER);
        return;
    }
    for (uint32_t a = 0; a < order; a++) {
        p->label_dims[a] = dims[a];
        if (!dims[a])
            p->failed = true;
    }
}

uint16_t ix_product_label(struct ix_product *p, dim_t d)
{
    if (p->failed || !d || p->labels >= UINT16_MAX - 1) {
        p->failed = true;
        return 0;
    }
    if (p->labels == p->labels_capacity) {
        dim_t *more =
            ARENA_ARRAY(&p->t->scratch, dim_t, p->labels_capacity * 2);
        if (!more) {
            p->failed = true;
            return 0;
        }
        memcpy(more, p->label_dims, p->labels * sizeof *more);
        p->label_dims = more;
        p->labels_capacity *= 2;
    }
    p->label_dims[p->labels] = d;
    return (uint16_t)p->labels++;
}

static bool is_structural(const struct ix_table *t, ix_t n)
{
    uint8_t kind = t->nodes[n].kind;
    return kind == IX_DELTA || kind == IX_PAIR || kind == IX_BASIS ||
           kind == IX_SELECT;
}

void ix_product_factor(struct ix_product *p, ix_t node, rat_t exponent,
                       const uint16_t *labels)
{
    if (p->failed || !node || !exponent) {
        p->failed = true;
        return;
    }
    if (p->count == p->capacity) {
        struct ix_factor *more =
            ARENA_ARRAY(&p->t->scratch, struct ix_factor, p->capacity * 2);
        if (!more) {
            p->failed = true;
            return;
        }
        memcpy(more, p->factors, p->count * sizeof *more);
        p->factors = more;
        p->capacity *= 2;
    }
    if (exponent != RAT_ONE && is_structural(p->t, node)) {
        if (rat_sign(p->t->x->numbers, exponent) < 0) {
            fault_set(p->t->mem->fault, FAULT_DOMAIN,
                      "division by entries that are zero");
            p->failed = true;
            return;
        }
        if (exponent == RAT_ZERO)
            return;
        exponent = RAT_ONE; /* entries are 0 and 1 */
    }
    struct ix_factor *f = &p->factors[p->count++];
    *f = (struct ix_factor){.node = node, .exponent = exponent};
    uint32_t order = p->t->nodes[node].order;
    if (order)
        memcpy(f->label, labels, order * sizeof *labels);
}

void product_drop(struct ix_product *p, uint32_t i)
{
    p->factors[i] = p->factors[--p->count];
}

void product_rename(struct ix_product *p, uint16_t from, uint16_t to)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        for (uint32_t a = 0; a < order; a++)
            if (f->label[a] == from)
                f->label[a] = to;
    }
}

uint32_t product_uses(const struct ix_product *p, uint16_t label)
{
    uint32_t uses = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        for (uint32_t a = 0; a < order; a++)
            uses += f->label[a] == label;
    }
    return uses;
}

/* ------------------------------------------- factors that are not simple */

/* Takes c^e into the coefficient if that is rational. */
static bool absorb_number(struct ix_product *p, rat_t c, rat_t e)
{
    struct rationals *q = p->t->x->numbers;
    int64_t n;
    rat_t value = 0;
    if (c == RAT_ZERO && rat_sign(q, e) < 0) {
        fault_set(p->t->mem->fault, FAULT_DOMAIN, "division by zero");
        p->failed = true;
        return false;
    }
    if (rat_to_int(q, e, &n))
        value = rat_pow(q, c, n);
    else if (rat_sign(q, c) >= 0)
        value = rat_root(q, c, e);
    if (fault_is_set(p->t->mem->fault))
        p->failed = true;
    if (!value)
        return false;
    p->coefficient = rat_mul(q, p->coefficient, value);
    return true;
}

rat_t product_content(struct ix_table *t, ix_t n)
{
    struct rationals *q = t->x->numbers;
    const struct ix_node *node = &t->nodes[n];
    rat_t g = RAT_ZERO;
    for (uint32_t k = 0; g && g != RAT_ONE && k < node->length; k += 2)
        g = rat_gcd(q, g, ix_content(t, n)[k]);
    if (g && rat_sign(q, ix_content(t, n)[0]) < 0)
        g = rat_neg(q, g);
    return g;
}

/* A sum as a factor: its only term, or its primitive part. */
static bool absorb_sum(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct rationals *q = t->x->numbers;
    struct ix_factor *f = &p->factors[i];
    const struct ix_node *n = &t->nodes[f->node];
    if (n->length == 0) {
        if (absorb_number(p, RAT_ZERO, f->exponent))
            product_drop(p, i);
        return true;
    }
    if (f->exponent != RAT_ONE && t->selections) {
        ix_t tiles = blocks_power(t, f->node, f->exponent);
        f = &p->factors[i];
        n = &t->nodes[f->node];
        if (tiles) {
            f->node = tiles;
            f->exponent = RAT_ONE;
            return true;
        }
    }
    rat_t c = n->length == 2 ? ix_content(t, f->node)[0]
                             : product_content(t, f->node);
    if (n->length == 2) {
        ix_t term = ix_content(t, f->node)[1];
        if (absorb_number(p, c, f->exponent)) {
            f->node = term;
            return true;
        }
        return false;
    }
    if (c == RAT_ONE || !c)
        return false;
    if (!rat_is_integer(q, f->exponent))
        c = rat_abs(q, c);
    if (c == RAT_ONE || !absorb_number(p, c, f->exponent))
        return false;
    f->node = ix_scale(t, rat_div(q, RAT_ONE, c), f->node);
    p->failed = p->failed || !f->node;
    return true;
}

/* Whether (P^inner)^e may be written P^(inner*e). */
static bool powers_merge(const struct rationals *q, rat_t inner, rat_t e)
{
    int64_t n, d;
    if (rat_is_integer(q, e))
        return true;
    return rat_to_ratio(q, inner, &n, &d) && n % 2 != 0;
}

/* A product as a factor: its factors instead, where that is the same. */
static bool absorb_product(struct ix_product *p, uint32_t i)
{
    struct ix_table *t = p->t;
    struct rationals *q = t->x->numbers;
    struct ix_factor f = p->factors[i];
    const struct ix_node *n = &t->nodes[f.node];
    const uint32_t *w = ix_content(t, f.node);
    bool summed = w[0] > n->order;
    bool single = n->length > 1 && n->length == 1 + ix_factor_words(t, w[1]);
    if (summed && !n->order)
        return false; /* a closed part, see split_closed */
    if (f.exponent != RAT_ONE) {
        if (summed)
            return false;
        if (!rat_is_integer(q, f.exponent) &&
            !(n->length == 1 ||
              (single && powers_merge(q, w[2], f.exponent))))
            return false;
    } else if (n->length > 8 * t->flatten_limit) {
        return false;
    }
    uint32_t labels = w[0], order = n->order, length = n->length;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, labels + 1);
    if (!map) {
        p->failed = true;
        return true;
    }
    for (uint32_t l = 0; l < labels; l++)
        map[l] = l < order ? f.label[l] : UINT16_MAX;
    product_drop(p, i);
    for (uint32_t k = 1; k < length && !p->failed;) {
        const uint32_t *c = ix_content(t, f.node) + k;
        ix_t inner = c[0];
        uint32_t inner_order = t->nodes[inner].order;
        uint16_t l[IX_MAX_ORDER];
        for (uint32_t a = 0; a < inner_order; a++) {
            if (map[c[2 + a]] == UINT16_MAX)
                map[c[2 + a]] = ix_product_label(p, ix_dims(t, inner)[a]);
            l[a] = map[c[2 + a]];
        }
        rat_t e = is_structural(t, inner) ? RAT_ONE
                                          : rat_mul(q, c[1], f.exponent);
        ix_product_factor(p, inner, e, l);
        k += ix_factor_words(t, inner);
    }
    return true;
}

/* How much more often a product's rows are rows of its factors, and columns
 * columns, than the other way round. */
static int uprightness(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    int upright = 0;
    if (node->kind != IX_PROD)
        return 1;
    for (uint32_t k = 1; k < node->length; k += ix_factor_words(t, w[k])) {
        const struct ix_node *f = &t->nodes[w[k]];
        if (f->order != 2 || f->symmetric)
            continue;
        for (uint32_t a = 0; a < 2; a++)
            if (w[k + 2 + a] < 2)
                upright += w[k + 2 + a] == a ? 1 : -1;
    }
    return upright;
}

/* Whether a sum's transpose is the way round in which it is written.  As the
 * sign is drawn out of factors, that must be the same for the sum and its
 * opposite: it is decided by the terms and the sizes of coefficients. */
static bool is_turned_by_terms(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    const uint32_t *w = ix_content(t, n);
    uint64_t hash = 0, flipped = 0;
    int upright = 0;
    for (uint32_t k = 0; k < node->length; k += 2) {
        const struct ix_node *term = &t->nodes[w[k + 1]];
        uint64_t size = rat_hash(t->x->numbers,
                                 rat_abs(t->x->numbers, w[k]));
        upright += uprightness(t, w[k + 1]);
        hash += hash_mix(size, term->hash);
        flipped += hash_mix(size, term->flipped);
    }
    return upright ? upright < 0 : hash > flipped;
}

/* Whether the transpose is the way round in which n is written. */
static bool is_turned(const struct ix_table *t, ix_t n)
{
    const struct ix_node *node = &t->nodes[n];
    if (node->kind == IX_SUM)
        return is_turned_by_terms(t, n);
    int upright = uprightness(t, n);
    return upright ? upright < 0 : node->hash > node->flipped;
}

ix_t ix_oriented(struct ix_table *t, ix_t n, bool *swap)
{
    const struct ix_node *node = &t->nodes[n];
    *swap = false;
    /* A long product stays whole, so that its transpose would again be one
       of it: it is left as it is. */
    if (node->kind == IX_PROD && node->length > 8 * t->flatten_limit)
        return n;
    if (node->order != 2 || node->symmetric ||
        (node->kind != IX_SUM && node->kind != IX_PROD) || !is_turned(t, n))
        return n;
    *swap = true;
    return ix_transpose(t, n);
}

static bool orient(struct ix_product *p, uint32_t i)
{
    bool swap;
    ix_t n = ix_oriented(p->t, p->factors[i].node, &swap);
    if (!n)
        p->failed = true;
    if (!swap || !n)
        return false;
    struct ix_factor *f = &p->factors[i];
    f->node = n;
    uint16_t l = f->label[0];
    f->label[0] = f->label[1];
    f->label[1] = l;
    return true;
}

/* A product that stays whole, for its exponent, stands only on the labels it
 * depends on. */
static bool narrow(struct ix_product *p, uint32_t i)
{
    struct ix_factor f = p->factors[i];
    uint8_t to[IX_MAX_ORDER];
    ix_t n = f.exponent == RAT_ONE ? f.node : ix_narrowed(p->t, f.node, to);
    p->failed = p->failed || !n;
    if (n == f.node || !n)
        return false;
    p->factors[i].node = n;
    for (uint32_t a = 0; a < p->t->nodes[n].order; a++)
        p->factors[i].label[a] = f.label[to[a]];
    return true;
}

/* One round over the factors; true if something changed. */
static bool absorb(struct ix_product *p)
{
    bool changed = false;
    for (uint32_t i = 0; i < p->count && !p->failed;) {
        uint8_t kind = p->t->nodes[p->factors[i].node].kind;
        bool c = false;
        if (p->factors[i].exponent == RAT_ZERO) {
            product_drop(p, i);
            c = true;
        } else if (kind == IX_SUM) {
            c = absorb_sum(p, i);
        } else if (kind == IX_PROD) {
            c = absorb_product(p, i) || narrow(p, i);
        }
        if (!c) {
            /* What is left whole is turned the canonical way round. */
            if (kind == IX_SUM || kind == IX_PROD)
                orient(p, i);
            i++;
        }
        changed = changed || c;
    }
    return changed;
}

/* ---------------------------------------------------------------- powers */

static int compare_factors(const void *a, const void *b)
{
    const struct ix_factor *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return memcmp(x->label, y->label, sizeof x->label);
}

static void sort_factors(struct ix_product *p)
{
    if (p->count > 24) {
        qsort(p->factors, p->count, sizeof *p->factors, compare_factors);
        return;
    }
    for (uint32_t i = 1; i < p->count; i++) {
        struct ix_factor f = p->factors[i];
        uint32_t j = i;
        for (; j && compare_factors(&p->factors[j - 1], &f) > 0; j--)
            p->factors[j] = p->factors[j - 1];
        p->factors[j] = f;
    }
}

/* Equal powers of equal factors become one. */
static bool merge_powers(struct ix_product *p)
{
    struct ix_table *t = p->t;
    for (uint32_t i = 0; i < p->count; i++) {
        struct ix_factor *f = &p->factors[i];
        if (t->nodes[f->node].symmetric && f->label[0] > f->label[1]) {
            uint16_t l = f->label[0];
            f->label[0] = f->label[1];
            f->label[1] = l;
        }
    }
    sort_factors(p);
    uint32_t kept = 0, total = p->count;
    for (uint32_t i = 0; i < total;) {
        struct ix_factor f = p->factors[i++];
        while (i < total && !compare_factors(&f, &p->factors[i])) {
            f.exponent =
                is_structural(t, f.node)
                    ? RAT_ONE
                    : rat_add(t->x->numbers, f.exponent,
                              p->factors[i].exponent);
            i++;
        }
        p->failed = p->failed || !f.exponent;
        if (f.exponent != RAT_ZERO)
            p->factors[kept++] = f;
    }
    p->count = kept;
    return kept != total;
}

/* ------------------------------------------------- sizes, closed parts */

enum { FEW = 32, MOST_ROUNDS = 64 };

/* Zeroed room for `bytes`: that on the caller's stack if it is enough. */
static void *room_for(struct ix_product *p, void *few, size_t room,
                      size_t bytes)
{
    if (bytes <= room)
        return memset(few, 0, bytes);
    void *more = arena_alloc(&p->t->scratch, bytes);
    p->failed = p->failed || !more;
    return more;
}

/* Summed labels nothing uses count their size. */
static void sum_unused(struct ix_product *p)
{
    uint8_t few[FEW];
    uint8_t *used = room_for(p, few, sizeof few, p->labels);
    if (!used)
        return;
    for (uint32_t i = 0; i < p->count; i++)
        for (uint32_t a = 0; a < p->t->nodes[p->factors[i].node].order; a++)
            used[p->factors[i].label[a]] = 1;
    for (uint32_t l = p->order; l < p->labels && !p->failed; l++) {
        if (used[l] || !p->label_dims[l])
            continue;
        ix_t size = ix_size(p->t, p->label_dims[l]);
        p->label_dims[l] = 0;
        ix_product_factor(p, size, RAT_ONE, NULL);
    }
}

static uint16_t find_root(uint16_t *up, uint16_t l)
{
    while (up[l] != l)
        l = up[l] = up[up[l]];
    return l;
}

/* Parts without an own axis become scalar factors of their own. */
static bool split_closed(struct ix_product *p)
{
    struct ix_table *t = p->t;
    uint16_t few_up[FEW];
    uint8_t few_open[FEW];
    uint16_t *up =
        room_for(p, few_up, sizeof few_up, p->labels * sizeof *up);
    uint8_t *open = room_for(p, few_open, sizeof few_open, p->labels);
    if (!up || !open)
        return false;
    for (uint32_t l = 0; l < p->labels; l++)
        up[l] = (uint16_t)l;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct ix_factor *f = &p->factors[i];
        uint32_t order = t->nodes[f->node].order;
        for (uint32_t a = 1; a < order; a++)
            up[find_root(up, f->label[a])] = find_root(up, f->label[0]);
    }
    for (uint32_t l = 0; l < p->order; l++)
        open[find_root(up, (uint16_t)l)] = 1;
    bool changed = false;
    for (uint32_t i = 0; i < p->count && !p->failed;) {
        const struct ix_factor *f = &p->factors[i];
        if (t->nodes[f->node].order == 0 ||
            open[find_root(up, f->label[0])]) {
            i++;
            continue;
        }
        uint16_t root = find_root(up, f->label[0]);
        uint32_t members = 0;
        for (uint32_t j = 0; j < p->count; j++)
            members += t->nodes[p->factors[j].node].order > 0 &&
                       find_root(up, p->factors[j].label[0]) == root;
        if (members == p->count && p->order == 0)
            return changed; /* the product is this part */
        struct ix_factor *part =
            ARENA_ARRAY(&t->scratch, struct ix_factor, members);
        if (!part) {
            p->failed = true;
            return false;
        }
        uint32_t n = 0, kept = 0;
        for (uint32_t j = 0; j < p->count; j++) {
            bool in = t->nodes[p->factors[j].node].order > 0 &&
                      find_root(up, p->factors[j].label[0]) == root;
            if (in)
                part[n++] = p->factors[j];
            else
                p->factors[kept++] = p->factors[j];
        }
        p->count = kept;
        for (uint32_t l = p->order; l < p->labels; l++)
            if (find_root(up, (uint16_t)l) == root)
                p->label_dims[l] = 0; /* summed over in the part */
        ix_t scalar = ix_canonical(t, 0, NULL, n, part, p->labels);
        ix_product_factor(p, scalar, RAT_ONE, NULL);
        changed = true;
        i = 0;
    }
    return changed;
}

/* The product with another node for one factor. */
static ix_t with_factor(struct ix_product *p, uint32_t at, ix_t node)
{
    struct ix_product q;
    ix_product_begin(&q, p->t, p->order, p->label_dims);
    for (uint32_t l = p->order; l < p->labels; l++)
        ix_product_label(&q, p->label_dims[l] ? p->label_dims[l] : DIM_ONE);
    for (uint32_t l = p->order; l < p->labels && !q.failed; l++)
        q.label_dims[l] = p->label_dims[l];
    for (uint32_t i = 0; i < p->count; i++)
        ix_product_factor(&q, i == at ? node : p->factors[i].node,
                          p->factors[i].exponent, p->factors[i].label);
    return ix_product_end(&q);
}

/* A sum of order 3 or more has no matrix notation of its own: the product is
 * taken term by term.  So is that of sums of blocks of one axis, most terms
 * of which vanish. */
static bool is_distributed(const struct ix_product *p, uint32_t i)
{
    const struct ix_factor *f = &p->factors[i];
    const struct ix_node *n = &p->t->nodes[f->node];
    if (n->kind != IX_SUM || f->exponent != RAT_ONE)
        return false;
    return n->order > 2 || (p->t->selections && blocks_meet(p, i));
}

static bool distribute(struct ix_product *p, ix_t *result)
{
    struct ix_table *t = p->t;
    uint32_t at = 0;
    while (at < p->count && !is_distributed(p, at))
        at++;
    if (at == p->count || (p->count == 1 && p->labels == p->order &&
                           t->nodes[p->factors[at].node].order <= p->order))
        return false;
    ix_t sum = p->factors[at].node;
    struct ix_sum s;
    ix_sum_begin(&s, t, p->order, p->label_dims);
    for (uint32_t k = 0; k < t->nodes[sum].length && !s.failed; k += 2) {
        rat_t c = ix_content(t, sum)[k];
        ix_t term = ix_content(t, sum)[k + 1];
        ix_sum_add(&s, rat_mul(t->x->numbers, c, p->coefficient),
                   with_factor(p, at, term));
    }
    *result = ix_sum_end(&s);
    return true;
}

/* A sum over a parameter likewise, where the product has fewer axes: it is
 * not pulled out again then, see extract.c. */
static bool distribute_series(struct ix_product *p, ix_t *result)
{
    struct ix_table *t = p->t;
    uint32_t at = 0;
    while (at < p->count &&
           (t->nodes[p->factors[at].node].kind != IX_SERIES ||
            t->nodes[p->factors[at].node].payload != SERIES_SUM ||
            t->nodes[p->factors[at].node].order < 3 ||
            t->nodes[p->factors[at].node].order <= p->order ||
            p->factors[at].exponent != RAT_ONE))
        at++;
    if (at == p->count)
        return false;
    struct ix_series s = ix_series_open(t, p->factors[at].node);
    s.body = with_factor(p, at, s.body);
    *result = ix_scale(t, p->coefficient, ix_series(t, s));
    ix_series_close(t);
    return true;
}

/* Whether the product is nothing but the transpose of a sum, which is written
 * as the sum of the transposes. */
static bool is_turned_sum(const struct ix_product *p)
{
    const struct ix_factor *f = p->factors;
    const struct ix_node *n = p->count == 1 ? &p->t->nodes[f->node] : NULL;
    return n && p->order == 2 && n->kind == IX_SUM && n->order == 2 &&
           f->exponent == RAT_ONE && f->label[0] == 1 && f->label[1] == 0 &&
           n->length / 2 <= p->t->flatten_limit;
}

/* The kinds of the factors, a bit each; bit 0: an exponent is zero. */
static uint32_t kinds_of(const struct ix_product *p)
{
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < p->count; i++)
        kinds |= UINT32_C(1) << p->t->nodes[p->factors[i].node].kind |
                 (p->factors[i].exponent == RAT_ZERO);
    return kinds;
}

static const uint32_t absorbed = 1 | 1 << IX_SUM | 1 << IX_PROD;
static const uint32_t resolved = 1 << IX_DELTA | 1 << IX_BASIS | 1 << IX_PAIR |
                                 1 << IX_SELECT | 1 << IX_OP;

/* Whether anything changed; *kinds are those of the factors then. */
static bool reduce_once(struct ix_product *p, uint32_t *kinds)
{
    bool changed = p->count > 1 && merge_powers(p);
    *kinds = kinds_of(p);
    if (!p->failed && *kinds & absorbed && absorb(p)) {
        *kinds = kinds_of(p);
        changed = true;
    }
    if (!p->failed && *kinds & resolved && product_resolve(p))
        changed = true;
    if (!changed && !p->failed && p->labels > p->order) {
        sum_unused(p);
        changed = !p->failed && split_closed(p);
    }
    return changed;
}

ix_t ix_product_end(struct ix_product *p)
{
    struct ix_table *t = p->t;
    ix_t result = 0;
    uint32_t kinds = 0;
    t->work += p->count + p->labels + 1;
    if (!mem_tick(t->mem, (p->count + p->labels) / 16))
        p->failed = true;
    if (t->work_limit && t->work > t->work_limit && !p->failed)
        p->failed = !fault_set(t->mem->fault, FAULT_LIMIT,
                               "more work than one request may take");
    bool changed = true;
    for (int round = 0; changed && !p->failed && round < MOST_ROUNDS; round++)
        changed = reduce_once(p, &kinds);
    if (changed && !p->failed) /* whatever is not in normal form yet */
        sum_unused(p);
    if (p->failed)
        goto done;
    if (p->coefficient == RAT_ZERO) {
        struct ix_sum s;
        ix_sum_begin(&s, t, p->order, p->label_dims);
        result = ix_sum_end(&s);
        goto done;
    }
    if ((kinds >> IX_SUM & 1 && distribute(p, &result)) ||
        (kinds >> IX_SERIES & 1 && distribute_series(p, &result)))
        goto done;
    result = is_turned_sum(p)
                 ? ix_transpose(t, p->factors[0].node)
                 : ix_canonical(t, p->order, p->label_dims, p->count,
                                p->factors, p->labels);
    result = ix_scale(t, p->coefficient, result);
done:
    arena_release(&t->scratch, p->mark);
    return result;
}
