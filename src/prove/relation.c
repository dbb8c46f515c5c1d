/* relation.c - what a matrix's inverse and an entry's reciprocal say of it.
 *
 * inv(S)*S = I with S = T + R, T one of its terms, is used from left to
 * right as inv(S)*T -> I - inv(S)*R, and likewise S*inv(S) = I, and
 * T*S^e -> S^(e+1) - R*S^e for a sum by entries with e <= -1. */
#include <string.h>

#include "prove/internal.h"

/* A relation at one place: factor `at` of the host stands beside the term
 * `lead` of the sum `sum`. */
struct relation {
    const struct parts *host;
    uint32_t at;
    ix_t sum;
    uint32_t lead; /* which term */
    bool inverse;  /* inv(S), else a power of S */
    uint16_t meet, far; /* of inv: the label T is met at, and the other */
    uint32_t axis;      /* of inv: T's axis there */
    struct submatch m;
};

static uint32_t term_count(const struct prover *p, ix_t sum)
{
    const struct ix_node *n = ix_get(&p->t, sum);
    return n->kind == IX_SUM ? n->length / 2 : 1;
}

static ix_t term_at(const struct prover *p, ix_t sum, uint32_t i, rat_t *c)
{
    *c = RAT_ONE;
    if (ix_get(&p->t, sum)->kind != IX_SUM)
        return sum;
    *c = ix_content(&p->t, sum)[2 * i];
    return ix_content(&p->t, sum)[2 * i + 1];
}

/* A term as what is looked for: its factors, but a scalar that is summed up
 * (x'*y) is one factor of what it multiplies. */
static bool pattern_of(struct prover *p, ix_t term, struct parts *f)
{
    const struct ix_node *n = ix_get(&p->t, term);
    bool closed = n->kind == IX_PROD && !n->order &&
                  ix_content(&p->t, term)[0];
    if (!parts_of(&p->t, term, f))
        return false;
    if (closed) {
        f->items[0] = (struct part){.node = term, .exponent = RAT_ONE};
        f->n = 1;
        f->labels = 0;
    }
    return true;
}

/* ------------------------------------------------------------ the lead term */

/* Whether a factor of the lead term is divided by rather than looked for:
 * of a matrix or vector its scalars, of a scalar its denominators. */
static bool is_divided(const struct prover *p, const struct parts *f,
                       uint32_t i)
{
    return f->order ? ix_get(&p->t, f->items[i].node)->order == 0
                    : rat_sign(p->x->numbers, f->items[i].exponent) < 0;
}

/* How well a term leads: whether all its axes are used and joined, little to
 * be divided by, many factors; 0: it cannot. */
static uint32_t rank(struct prover *p, ix_t term, bool matrix)
{
    struct parts f;
    uint32_t used = 0, divided = 0, factors = 0;
    if (!pattern_of(p, term, &f) || f.n > MATCH_FACTORS - 1)
        return 0;
    for (uint32_t i = 0; i < f.n; i++) {
        const struct ix_node *n = ix_get(&p->t, f.items[i].node);
        if (n->kind == IX_SUM || (matrix && n->kind == IX_DELTA))
            return 0;
        divided += is_divided(p, &f, i);
        factors += !is_divided(p, &f, i);
        for (uint32_t a = 0; a < n->order; a++)
            if (f.items[i].label[a] < f.order)
                used |= 1u << f.items[i].label[a];
    }
    if (used + 1 != 1u << f.order)
        return 0;
    if (divided && p->solving) /* see derivative.c */
        return 0;
    /* an outer product u*v' is in two parts: better one that is not */
    bool whole = true;
    for (uint32_t i = 0; matrix && f.labels == 2 && i < f.n; i++)
        whole = whole && ix_get(&p->t, f.items[i].node)->order != 1;
    return !factors ? 0
                    : 1 + 32 * (MATCH_FACTORS - (divided > 15 ? 15 : divided)) +
                          (whole ? 1024u : 0u) + factors;
}

static bool find_lead(struct prover *p, struct relation *r)
{
    uint32_t best = 0;
    for (uint32_t i = 0; i < term_count(p, r->sum); i++) {
        rat_t c;
        uint32_t k = rank(p, term_at(p, r->sum, i, &c), r->inverse);
        if (k > best) {
            best = k;
            r->lead = i;
        }
    }
    return best != 0;
}

/* -------------------------------------------------------------- the result */

/* What the match leaves: what is left of powers, and the lead term's scalars
 * to the power -1; how many. */
static uint32_t left_over(const struct prover *p, const struct relation *r,
                        struct part *more)
{
    struct rationals *q = p->x->numbers;
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->m.pattern->n; i++)
        if (r->m.ignored[i]) {
            more[n] = r->m.pattern->items[i];
            more[n].exponent = rat_neg(q, more[n].exponent);
            n++;
        }
    for (uint32_t i = 0; i < r->host->n; i++)
        if (r->m.taken[i] && r->m.rest[i]) {
            more[n] = r->host->items[i];
            more[n++].exponent = r->m.rest[i];
        }
    return n;
}

/* The other terms, where the lead term stood. */
static void add_others(struct prover *p, const struct relation *r,
                       const bool *keep, struct ix_sum *s, rat_t lead,
                       struct part *more, uint32_t n)
{
    struct rationals *q = p->x->numbers;
    const struct part *f = &r->host->items[r->at];
    struct part *term = &more[n];
    *term = (struct part){.exponent = RAT_ONE};
    for (uint32_t a = 0; !r->inverse && a < ix_get(&p->t, r->sum)->order; a++)
        term->label[a] = f->label[a];
    if (r->inverse) {
        term->label[r->axis] = r->meet;
        term->label[1 - r->axis] = r->m.bound[1 - r->axis];
    }
    for (uint32_t i = 0; i < term_count(p, r->sum); i++) {
        rat_t c;
        term->node = term_at(p, r->sum, i, &c);
        if (i != r->lead)
            ix_sum_add(s, rat_neg(q, rat_div(q, c, lead)),
                       prove_product(p, r->host, keep, n + 1, more));
    }
}

/* The host with the lead term replaced: I (or S^(e+1)) less the others. */
static ix_t replaced(struct prover *p, struct relation *r)
{
    struct rationals *q = p->x->numbers;
    const struct part *f = &r->host->items[r->at];
    struct part more[2 * MATCH_FACTORS + 2];
    bool keep[MATCH_LABELS];
    rat_t lead;
    uint32_t n = left_over(p, r, more);
    struct part *one = &more[n];
    struct ix_sum s;
    term_at(p, r->sum, r->lead, &lead);
    *one = *f;
    if (r->inverse) {
        one->node = ix_delta(&p->t, ix_dims(&p->t, f->node)[0]);
        one->label[0] = r->far;
        one->label[1] = r->m.bound[1 - r->axis];
    } else {
        one->exponent = rat_add(q, f->exponent, RAT_ONE);
    }
    for (uint32_t i = 0; i < r->host->n; i++)
        keep[i] = !r->m.taken[i] && i != r->at;
    ix_sum_begin(&s, &p->t, r->host->order, r->host->dims);
    ix_sum_add(&s, rat_div(q, RAT_ONE, lead),
               prove_product(p, r->host, keep,
                             n + (one->exponent != RAT_ZERO), more));
    keep[r->at] = true;
    add_others(p, r, keep, &s, lead, more, n);
    return ix_sum_end(&s);
}

/* --------------------------------------------------------------- the search */

/* Whether a label is summed over and used by nothing that is left. */
static bool is_freed(const struct prover *p, const struct relation *r,
                     uint16_t label)
{
    if (label < r->host->order || r->meet == r->far)
        return false;
    for (uint32_t i = 0; i < r->host->n; i++)
        for (uint32_t a = 0;
             i != r->at && (!r->m.taken[i] || r->m.rest[i]) &&
             a < ix_get(&p->t, r->host->items[i].node)->order;
             a++)
            if (r->host->items[i].label[a] == label)
                return false;
    return true;
}

static bool find_at(struct prover *p, struct relation *r,
                    const struct parts *pattern)
{
    const struct part *f = &r->host->items[r->at];
    uint32_t order = pattern->order;
    memset(&r->m, 0, sizeof r->m);
    r->m.host = r->host;
    r->m.pattern = pattern;
    r->m.taken[r->at] = true;
    for (uint32_t l = 0; l < MATCH_LABELS; l++)
        r->m.bound[l] = MATCH_FREE;
    for (uint32_t i = 0; i < pattern->n; i++)
        r->m.ignored[i] = is_divided(p, pattern, i);
    if (r->inverse)
        r->m.bound[r->axis] = r->meet;
    else
        memcpy(r->m.bound, f->label, order * sizeof *f->label);
    return submatch_find(p, &r->m) && (!r->inverse || is_freed(p, r, r->meet));
}

/* The step at one factor; 0 (without giving up) if there is none. */
static ix_t relate(struct prover *p, struct relation *r)
{
    const struct part *f = &r->host->items[r->at];
    struct parts pattern;
    rat_t c;
    if (r->host->n > MATCH_LABELS || !find_lead(p, r) ||
        !pattern_of(p, term_at(p, r->sum, r->lead, &c), &pattern) ||
        pattern.labels > MATCH_LABELS || pattern.n > MATCH_FACTORS)
        return 0;
    if (!r->inverse)
        return find_at(p, r, &pattern) ? replaced(p, r) : 0;
    bool symmetric = ix_get(&p->t, f->node)->symmetric;
    for (uint32_t way = 0; way < (symmetric ? 4 : 2); way++) {
        uint32_t a = way & 1; /* the axis of inv(S) that T is met at */
        r->meet = f->label[a];
        r->far = f->label[1 - a];
        r->axis = (1 - a) ^ way >> 1;
        if (find_at(p, r, &pattern))
            return replaced(p, r);
    }
    return 0;
}

bool prove_is_inverse(struct prover *p, const struct part *f)
{
    struct ix_table *t = &p->t;
    const struct ix_node *n = ix_get(t, f->node);
    if (n->kind != IX_OP || n->order != 2 || f->exponent != RAT_ONE ||
        prove_is_foreign(p, f->node))
        return false;
    if (!t->inverse)
        t->inverse = op_find(t->x->ops, intern_find(t->x->names, "inv", 3));
    return overload_get(t->x->ops, (uint16_t)n->payload)->op == t->inverse;
}

ix_t step_inverse(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (!prove_is_inverse(p, &f->items[i]))
            continue;
        struct relation r = {.host = f, .at = i, .inverse = true,
                             .sum = ix_content(&p->t, f->items[i].node)[0]};
        ix_t other = relate(p, &r);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}

ix_t step_denominator(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        if (ix_get(&p->t, g->node)->kind != IX_SUM ||
            rat_compare(p->x->numbers, g->exponent, RAT_MINUS_ONE) > 0)
            continue;
        struct relation r = {.host = f, .at = i, .sum = g->node};
        ix_t other = relate(p, &r);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}

/* What a term of a hypothesis has: functions, derivatives known as linear
 * maps (of how many axes), factors. */
struct weight {
    bool calls;
    uint32_t map, factors, cost;
};

static struct weight weigh(const struct prover *p, const struct parts *f)
{
    struct weight w = {.factors = f->n};
    for (uint32_t k = 0; k < f->n; k++) {
        const struct ix_node *n = ix_get(&p->t, f->items[k].node);
        w.calls = w.calls || n->kind >= IX_FUN;
        if (n->kind == IX_LINEAR && n->order > w.map)
            w.map = n->order;
        w.cost += n->cost;
    }
    return w;
}

static bool outweighs(struct weight a, struct weight b)
{
    return a.map != b.map           ? a.map > b.map
           : a.factors != b.factors ? a.factors < b.factors
                                    : a.cost > b.cost;
}

/* The term of a hypothesis that is replaced by the others: of those with a
 * function in them that with the highest derivative, of the fewest
 * factors. */
static bool find_replaced(struct prover *p, struct relation *r)
{
    struct weight best = {.calls = false};
    for (uint32_t i = 0; i < term_count(p, r->sum); i++) {
        struct parts f;
        rat_t c;
        if (!pattern_of(p, term_at(p, r->sum, i, &c), &f))
            return false;
        struct weight w = weigh(p, &f);
        if (!w.calls || (best.calls && !outweighs(w, best)))
            continue;
        best = w;
        r->lead = i;
    }
    return best.calls;
}

/* The host with the lead term of a sum that is zero replaced by the others;
 * 0 (without giving up) if it is not there. */
static ix_t without_lead(struct prover *p, const struct parts *f, ix_t zero)
{
    struct relation r = {.host = f, .at = f->n, .sum = zero};
    struct parts pattern;
    bool keep[MATCH_LABELS];
    rat_t lead, c;
    if (f->n > MATCH_LABELS || !find_replaced(p, &r) ||
        !pattern_of(p, term_at(p, r.sum, r.lead, &lead), &pattern) ||
        pattern.labels > MATCH_LABELS || pattern.n > MATCH_FACTORS)
        return 0;
    r.m.host = f;
    r.m.pattern = &pattern;
    for (uint32_t l = 0; l < MATCH_LABELS; l++)
        r.m.bound[l] = MATCH_FREE;
    if (!submatch_find(p, &r.m))
        return 0;
    for (uint32_t a = 0; a < pattern.order; a++)
        if (r.m.bound[a] == MATCH_FREE)
            return 0; /* the lead term does not depend on an axis */
    struct part more[2 * MATCH_FACTORS + 2];
    uint32_t left = left_over(p, &r, more);
    more[left] = (struct part){.exponent = RAT_ONE};
    memcpy(more[left].label, r.m.bound,
           pattern.order * sizeof *more[left].label);
    for (uint32_t i = 0; i < f->n; i++)
        keep[i] = !r.m.taken[i];
    struct ix_sum s;
    ix_sum_begin(&s, &p->t, f->order, f->dims);
    for (uint32_t i = 0; i < term_count(p, r.sum); i++) {
        more[left].node = term_at(p, r.sum, i, &c);
        rat_t q = rat_neg(p->x->numbers, rat_div(p->x->numbers, c, lead));
        if (i != r.lead)
            ix_sum_add(&s, q, prove_product(p, f, keep, left + 1, more));
    }
    return ix_sum_end(&s);
}

ix_t step_hypothesis(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < p->nzeros; i++) {
        ix_t other = without_lead(p, f, p->zeros[i]);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}

/* How often a label is used. */
static uint32_t uses_of(const struct prover *p, const struct parts *f,
                        uint16_t label)
{
    uint32_t uses = 0;
    for (uint32_t m = 0; m < f->n; m++)
        for (uint32_t b = 0; b < ix_get(&p->t, f->items[m].node)->order; b++)
            uses += f->items[m].label[b] == label;
    return uses;
}

static bool is_orthogonal(const struct prover *p, const struct part *g)
{
    properties_t properties;
    return ix_get(&p->t, g->node)->order == 2 &&
           prove_variable(p, g->node, &properties) &&
           properties & PROP_ORTHOGONAL;
}

/* The host with factors i and k, which may be one, left out and `more` put
 * in. */
static ix_t without_two(struct prover *p, const struct parts *f, uint32_t i,
                        uint32_t k, uint32_t nmore, const struct part *more)
{
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    for (uint32_t m = 0; m < f->n && keep; m++)
        keep[m] = m != i && m != k;
    return keep ? prove_product(p, f, keep, nmore, more) : 0;
}

/* Q[i,a]*Q[i,b] summed over i is a delta, and so for columns; Q[i,a]^2
 * summed over i is 1. */
ix_t step_orthogonal(struct prover *p, ix_t n, const struct parts *f)
{
    rat_t two = rat_from_int(p->x->numbers, 2);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct part *g = &f->items[i];
        if (!is_orthogonal(p, g))
            continue;
        for (uint32_t a = 0; a < 2; a++) {
            uint16_t over = g->label[a];
            if (over < f->order || over == g->label[1 - a])
                continue;
            if (g->exponent == two && uses_of(p, f, over) == 1) {
                dim_t d = ix_dims(&p->t, g->node)[1 - a];
                struct part ones = {ix_ones(&p->t, 1, &d), RAT_ONE,
                                    {g->label[1 - a]}};
                return without_two(p, f, i, i, 1, &ones);
            }
            for (uint32_t k = 0; k < i; k++) {
                const struct part *h = &f->items[k];
                if (g->node != h->node || g->exponent != RAT_ONE ||
                    h->exponent != RAT_ONE || h->label[a] != over ||
                    uses_of(p, f, over) != 2)
                    continue;
                struct part one = {
                    ix_delta(&p->t, ix_dims(&p->t, g->node)[0]), RAT_ONE,
                    {g->label[1 - a], h->label[1 - a]}};
                return without_two(p, f, i, k, 1, &one);
            }
        }
    }
    return n;
}
