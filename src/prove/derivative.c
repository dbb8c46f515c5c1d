/* derivative.c - a term that is zero at one place and whose derivative is
 * zero, or is made of the term itself, is zero.
 *
 * Let d be a term and v a variable in it.  If d vanishes for v = v0, and its
 * derivative by v is 0, then d = 0; so too if the derivative is a sum of
 * products with d as a factor, since a linear differential equation along
 * the way from v0 to v has but one solution.  That needs a way from v0 to v
 * on which d is analytic: d is single-valued and analytic but for poles in
 * the complex entries of v (the poles lie on a hypersurface, around which
 * there is a way), or has a value everywhere.  And it needs that v0 is no
 * pole, neither of d nor of the derivative. */
#include <string.h>

#include "derive/reverse.h"
#include "index/lower.h"
#include "prove/internal.h"

enum { DERIVATIVE_DEPTH = 1 };

/* ------------------------------------------------------------ substitution */

/* `root` with a leaf replaced (by 0: by itself); `depends` (by node)
 * tells in what the leaf occurs, `image` (by node) what became of it. */
struct substitution {
    ix_t leaf, by;
    ix_t *image;
    bool *depends;
    const ix_t *list;
    uint32_t n;
};

static ix_t rebuilt(struct prover *p, ix_t n, const ix_t *image)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t count = ix_get(&p->t, n)->length;
    ix_t *child = ARENA_ARRAY(&p->t.scratch, ix_t, count + 1);
    if (!child)
        return 0;
    count = ix_children(&p->t, n, child, count + 1);
    for (uint32_t k = 0; k < count; k++)
        child[k] = image[child[k]];
    ix_t result = ix_rebuild(&p->t, n, child);
    arena_release(&p->t.scratch, mark);
    return result;
}

static bool depends(struct prover *p, const struct substitution *s, ix_t n)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t count = ix_get(&p->t, n)->length;
    ix_t *child = ARENA_ARRAY(&p->t.scratch, ix_t, count + 1);
    bool any = n == s->leaf || !child;
    count = child ? ix_children(&p->t, n, child, count + 1) : 0;
    for (uint32_t k = 0; k < count; k++)
        any = any || s->depends[child[k]];
    arena_release(&p->t.scratch, mark);
    return any;
}

/* In scratch memory, which the caller releases. */
static bool substitute(struct prover *p, ix_t root, struct substitution *s)
{
    s->list = ix_reach(&p->t, root, &s->n);
    s->image = ARENA_ARRAY(&p->t.scratch, ix_t, (size_t)root + 1);
    s->depends = ARENA_ARRAY(&p->t.scratch, bool, (size_t)root + 1);
    bool ok = s->list && s->image && s->depends;
    for (uint32_t i = 0; ok && i < s->n; i++) {
        ix_t n = s->list[i];
        s->depends[n] = depends(p, s, n);
        s->image[n] = !s->by || !s->depends[n] ? n
                      : n == s->leaf           ? s->by
                                               : rebuilt(p, n, s->image);
        ok = s->image[n] != 0;
    }
    return ok;
}

/* -------------------------------------------------------------- regularity */

static properties_t properties_of(const struct prover *p, ix_t leaf)
{
    properties_t properties = 0;
    prove_variable(p, leaf, &properties);
    return properties;
}

/* Whether a square matrix is invertible but for some values of its variables:
 * I, a variable, an inverse. */
static bool is_invertible(struct prover *p, ix_t n)
{
    struct part whole = {.node = n, .exponent = RAT_ONE};
    uint8_t kind = ix_get(&p->t, n)->kind;
    properties_t properties;
    return kind == IX_DELTA || prove_is_inverse(p, &whole) ||
           (prove_variable(p, n, &properties) &&
            !(properties & PROP_ANTISYMMETRIC));
}

/* The same of a product of such. */
static bool is_invertible_product(struct prover *p, ix_t n)
{
    struct parts f;
    dim_t size = ix_dims(&p->t, n)[0];
    if (is_invertible(p, n))
        return true;
    bool ok = ix_get(&p->t, n)->kind == IX_PROD && parts_of(&p->t, n, &f) &&
              f.labels == f.n + 1;
    for (uint32_t i = 0; ok && i < f.n; i++) {
        const struct ix_node *g = ix_get(&p->t, f.items[i].node);
        ok = g->order == 2 && f.items[i].exponent == RAT_ONE &&
             ix_dims(&p->t, f.items[i].node)[0] == size &&
             ix_dims(&p->t, f.items[i].node)[1] == size &&
             is_invertible(p, f.items[i].node);
    }
    return ok;
}

/* Whether a node depends meromorphically on what it is made of, or on the
 * part of it that `depends` marks (NULL: all). */
static bool is_meromorphic_in(struct prover *p, const bool *depends, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    const uint32_t *w = ix_content(&p->t, n);
    if (node->kind == IX_PROD)
        for (uint32_t k = 1; k < node->length;
             k += ix_factor_words(&p->t, w[k]))
            if ((!depends || depends[w[k]]) &&
                !rat_is_integer(p->x->numbers, w[k + 1]))
                return false;
    return node->kind < IX_SERIES ||
           (!prove_is_foreign(p, n) &&
            overload_get(p->x->ops, (uint16_t)node->payload)->nature &
                NATURE_MEROMORPHIC);
}

bool prove_is_meromorphic(struct prover *p, ix_t root)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n = 0;
    const ix_t *list = ix_reach(&p->t, root, &n);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = ix_get(&p->t, list[i])->kind == IX_SELECT ||
             is_meromorphic_in(p, NULL, list[i]);
    arena_release(&p->t.scratch, mark);
    return ok;
}

static ix_t value_at(struct prover *p, ix_t d, ix_t leaf, ix_t by);

/* The value of a leaf at which most is known: I, 1, 0; 0 if it may not be
 * that. */
static ix_t plain_value(struct prover *p, ix_t leaf)
{
    dim_t dims[IX_MAX_ORDER];
    uint32_t order = ix_get(&p->t, leaf)->order;
    properties_t properties = properties_of(p, leaf);
    memcpy(dims, ix_dims(&p->t, leaf), order * sizeof *dims);
    if (!order)
        return ix_ones(&p->t, 0, NULL);
    if (order == 2 && dims[0] == dims[1])
        return properties & PROP_ANTISYMMETRIC ? 0
                                               : ix_delta(&p->t, dims[0]);
    return properties & ~(properties_t)PROP_CONSTANT
               ? 0
               : ix_zero(&p->t, order, dims);
}

/* Whether a matrix is I, a scalar a number other than 0, where all variables
 * have such values: what depends on them analytically is then singular
 * nowhere but on a hypersurface. */
static bool is_regular_somewhere(struct prover *p, ix_t n)
{
    ix_t leaf[PROVE_LEAVES], all;
    uint32_t count = prove_leaves(p, n, leaf), known = p->nzeros;
    rat_t c;
    if (p->nesting == PROVE_NESTING || !prove_is_meromorphic(p, n))
        return false;
    for (uint32_t i = 0; n && i < count; i++) {
        ix_t value = plain_value(p, leaf[i]);
        n = value ? value_at(p, n, leaf[i], value) : 0;
    }
    if (!n)
        return false;
    if (ix_get(&p->t, n)->order != 2)
        return (all = prove_reduce(p, n)) && !ix_get(&p->t, all)->order &&
               ix_is_constant(&p->t, all, &c) && c != RAT_ZERO;
    struct ix_sum s;
    ix_sum_begin(&s, &p->t, 2, ix_dims(&p->t, n));
    ix_sum_add(&s, RAT_ONE, n);
    ix_sum_add(&s, RAT_MINUS_ONE, ix_delta(&p->t, ix_dims(&p->t, n)[0]));
    p->nzeros = 0;
    p->nesting++;
    bool ok = (all = ix_sum_end(&s)) && prove_zero(p, all);
    p->nesting--;
    p->nzeros = known;
    return ok;
}

/* Whether a matrix or an entry is certainly no constant zero nor singular
 * everywhere: it has become a number or one product. */
static bool is_regular_argument(struct prover *p, ix_t image)
{
    struct ix_table *t = &p->t;
    ix_t n = prove_reduce(p, image);
    if (!n || ix_is_zero(t, n))
        return false;
    if (ix_get(t, n)->kind == IX_SUM && ix_get(t, n)->length == 2)
        n = ix_content(t, n)[1];
    uint8_t kind = ix_get(t, n)->kind;
    properties_t properties;
    if (ix_get(t, n)->order == 2) /* square: det is not 0 throughout */
        return is_invertible_product(p, n) ||
               (p->by_laws && is_regular_somewhere(p, image));
    return prove_variable(p, n, &properties) || kind == IX_SIZE ||
           (kind == IX_PROD && ix_get(t, n)->length == 1);
}

/* Whether the conditions of a function hold at its arguments, as is known. */
static bool holds(struct prover *p, ix_t n)
{
    struct exprs *x = p->x;
    const struct overload *o =
        overload_get(x->ops, (uint16_t)ix_get(&p->t, n)->payload);
    uint32_t count = o->ndomain + o->nsmooth;
    expr_t args[OP_MAX_ARGS];
    uint32_t linear = overload_linear(x, o), next = 0;
    for (uint32_t k = 0; count && k < o->nargs; k++) {
        bool direction = ix_get(&p->t, n)->kind == IX_LINEAR && linear >> k & 1;
        if (!direction && next == ix_get(&p->t, n)->length)
            return false;
        args[k] = direction ? o->parameter[k]
                            : ix_lower(&p->t, ix_content(&p->t, n)[next++]);
        if (!args[k] || expr_shape(x, args[k])->order !=
                            expr_shape(x, o->parameter[k])->order)
            return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct requirement *c = i < o->ndomain
                                        ? &o->domain[i]
                                        : &o->smooth[i - o->ndomain];
        expr_t at = overload_subject(x, o, args, c->subject);
        if (!at || rules_property(p->rules, at, c->predicate) != TRUTH_TRUE)
            return false;
    }
    return true;
}

/* Whether no pole of a node is at the place put in. */
static bool is_regular_node(struct prover *p, const struct substitution *s,
                            ix_t n)
{
    struct ix_table *t = &p->t;
    const struct ix_node node = *ix_get(t, n);
    if (!s->depends[n])
        return true;
    if (node.kind == IX_PROD) {
        for (uint32_t k = 1; k < ix_get(t, n)->length;) {
            const uint32_t *w = ix_content(t, n) + k;
            ix_t f = w[0];
            bool plain = rat_is_integer(p->x->numbers, w[1]) &&
                         rat_sign(p->x->numbers, w[1]) > 0;
            if (s->depends[f] && !plain &&
                !is_regular_argument(p, s->image[f]))
                return false;
            k += ix_factor_words(t, f);
        }
        return true;
    }
    if (node.kind < IX_SERIES)
        return true;
    if (prove_is_foreign(p, n))
        return false;
    if (!overload_get(p->x->ops, (uint16_t)node.payload)->ndomain)
        return true;
    const struct ix_node *image = ix_get(t, s->image[n]);
    bool same = image->kind == node.kind && image->payload == node.payload;
    return (same && holds(p, s->image[n])) ||
           (node.kind == IX_OP && node.length == 1 &&
            is_regular_argument(p, s->image[ix_content(t, n)[0]]));
}

static bool is_regular(struct prover *p, ix_t root, ix_t leaf, ix_t by)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct substitution s = {.leaf = leaf, .by = by};
    bool ok = substitute(p, root, &s);
    for (uint32_t i = 0; ok && i < s.n; i++)
        ok = is_regular_node(p, &s, s.list[i]);
    arena_release(&p->t.scratch, mark);
    return ok;
}

/* -------------------------------------------------------------- analyticity */

/* Whether a node has a value, and a derivative, for all real arguments. */
static bool is_total_node(struct prover *p, ix_t n)
{
    const struct ix_node node = *ix_get(&p->t, n);
    struct rationals *q = p->x->numbers;
    if (node.kind >= IX_SERIES)
        return !prove_is_foreign(p, n) && holds(p, n);
    for (uint32_t k = 1; node.kind == IX_PROD && k < node.length;) {
        const uint32_t *w = ix_content(&p->t, n) + k;
        ix_t f = w[0];
        rat_t e = w[1];
        expr_t base = 0;
        if (!rat_is_integer(q, e) || rat_sign(q, e) < 0) {
            base = ix_lower(&p->t, f);
            if (!base || rules_property(p->rules, base, PROP_POSITIVE) !=
                             TRUTH_TRUE)
                return false;
        }
        k += ix_factor_words(&p->t, f);
    }
    return true;
}

/* Properties that are linear: with v, all t*v have them. */
static const properties_t linear =
    PROP_SYMMETRIC | PROP_ANTISYMMETRIC | PROP_DIAGONAL | PROP_LOWER |
    PROP_UPPER | PROP_TOEPLITZ;
/* Those that no rewrite uses but through functions that are not
 * meromorphic. */
static const properties_t signs = PROP_POSITIVE | PROP_NONNEG | PROP_NONZERO;
static const properties_t open =
    PROP_INVERTIBLE | PROP_POSDEF | PROP_PSD | PROP_POSITIVE | PROP_NONNEG |
    PROP_NONZERO | PROP_CONSTANT;

/* On the way from `from` to the leaf: that of positive numbers from 1 has
 * positive numbers only. */
static bool is_analytic(struct prover *p, ix_t root, ix_t leaf, ix_t from)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct substitution s = {.leaf = leaf};
    bool ok = substitute(p, root, &s);
    bool meromorphic = ok && !(properties_of(p, leaf) & ~(linear | open));
    rat_t c;
    bool from_one = !ix_get(&p->t, leaf)->order &&
                    ix_is_constant(&p->t, from, &c) && c == RAT_ONE;
    properties_t kept = linear | (from_one ? signs : 0);
    bool total = ok && !(properties_of(p, leaf) & ~kept);
    for (uint32_t i = 0; i < s.n && (meromorphic || total); i++) {
        if (!s.depends[s.list[i]])
            continue;
        meromorphic = meromorphic && is_meromorphic_in(p, s.depends, s.list[i]);
        total = total && is_total_node(p, s.list[i]);
    }
    arena_release(&p->t.scratch, mark);
    return meromorphic || total;
}

/* ---------------------------------------------------------------- the proof */

static ix_t value_at(struct prover *p, ix_t d, ix_t leaf, ix_t by)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct substitution s = {.leaf = leaf, .by = by};
    ix_t result = substitute(p, d, &s) ? s.image[d] : 0;
    arena_release(&p->t.scratch, mark);
    return result;
}

static bool vanishes(struct prover *p, ix_t d, uint32_t depth);

/* The derivative of a reduced slope by a scalar is zero where d and the slope
 * are, and the slope is zero at first: an equation of second order. */
static bool follows_twice(struct prover *p, ix_t slope, ix_t leaf, ix_t from)
{
    ix_t next, start = value_at(p, slope, leaf, from);
    uint32_t known = p->nzeros;
    if (ix_get(&p->t, leaf)->order || !start ||
        !reverse_derive(&p->t, slope, 1, &leaf, NULL, &next) ||
        !is_regular(p, next, leaf, from))
        return false;
    p->nzeros--; /* nothing is known of d at one place */
    bool ok = prove_zero(p, start);
    p->nzeros = known;
    ix_t r = ok ? prove_reduce(p, next) : 0;
    if (!r || !is_regular(p, r, leaf, from) || !prove_assume(p, slope))
        return false;
    ok = prove_zero(p, r);
    p->nzeros = known;
    return ok;
}

/* Whether the slope is zero if d is: what d is multiplied by must have no
 * pole where the way begins. */
static bool follows(struct prover *p, ix_t d, ix_t slope, ix_t leaf, ix_t from)
{
    ix_t r = prove_reduce(p, slope), h = r ? prove_reduce(p, d) : 0;
    if (!h || p->solving || !is_regular(p, r, leaf, from) ||
        !is_regular(p, h, leaf, from) || !prove_assume(p, h))
        return false;
    p->solving = true;
    bool ok = prove_zero(p, r);
    r = ok ? 0 : prove_reduce(p, r);
    ok = ok || (r && is_regular(p, r, leaf, from) &&
                follows_twice(p, r, leaf, from));
    p->solving = false;
    p->nzeros--;
    return ok;
}

/* Where a way to `leaf` may begin: at 0, I, 1; how many. */
static uint32_t beginnings(struct prover *p, ix_t leaf, ix_t *from)
{
    struct ix_table *t = &p->t;
    uint32_t order = ix_get(t, leaf)->order;
    dim_t dims[IX_MAX_ORDER];
    memcpy(dims, ix_dims(t, leaf), order * sizeof *dims);
    from[0] = ix_zero(t, order, dims);
    if (!order)
        from[1] = ix_ones(t, 0, NULL);
    else if (order == 2 && dims[0] == dims[1] &&
             !(properties_of(p, leaf) & PROP_ANTISYMMETRIC))
        from[1] = ix_delta(t, dims[0]);
    else
        return 1;
    return 2;
}

/* By the variable `leaf`, from 0 or, if it is square, from I; a scalar also
 * from 1. */
static bool vanishes_by(struct prover *p, ix_t d, ix_t leaf, uint32_t depth)
{
    struct ix_table *t = &p->t;
    ix_t slope, from[2] = {0, 0};
    uint32_t n = beginnings(p, leaf, from);
    if (ix_get(t, d)->order + ix_get(t, leaf)->order > 4 ||
        !reverse_derive(t, d, 1, &leaf, NULL, &slope))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!from[i] || !is_analytic(p, d, leaf, from[i]) ||
            !is_regular(p, d, leaf, from[i]) ||
            !is_regular(p, slope, leaf, from[i]))
            continue;
        ix_t start = value_at(p, d, leaf, from[i]);
        if (start && (prove_zero(p, start) ||
                      (depth && vanishes(p, start, depth - 1))))
            return prove_zero(p, slope) ||
                   follows(p, d, slope, leaf, from[i]) ||
                   (depth && vanishes(p, slope, depth - 1));
    }
    return false;
}

/* Scalars first, square matrices last. */
static uint32_t difficulty(const struct prover *p, ix_t leaf)
{
    const dim_t *dims = ix_dims(&p->t, leaf);
    uint32_t order = ix_get(&p->t, leaf)->order;
    return order + (order == 2 && dims[0] == dims[1]);
}

uint32_t prove_leaves(struct prover *p, ix_t d, ix_t *leaf)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n, count = 0;
    properties_t properties;
    const ix_t *list = ix_reach(&p->t, d, &n);
    for (uint32_t want = 0; want <= 3; want++)
        for (uint32_t i = 0; list && i < n && count < PROVE_LEAVES; i++)
            if (prove_variable(p, list[i], &properties) &&
                !reverse_member(&p->t, list[i]) &&
                difficulty(p, list[i]) == want)
                leaf[count++] = list[i];
    arena_release(&p->t.scratch, mark);
    return count;
}

static bool forgiven(struct prover *p)
{
    struct fault *f = p->x->mem->fault;
    if (f->kind == FAULT_UNSUPPORTED || f->kind == FAULT_DOMAIN)
        fault_clear(f);
    return !fault_is_set(f);
}

static bool vanishes(struct prover *p, ix_t d, uint32_t depth)
{
    ix_t leaf[PROVE_LEAVES];
    uint32_t n = prove_leaves(p, d, leaf);
    for (uint32_t i = 0; i < n; i++) {
        if (depth == DERIVATIVE_DEPTH)
            p->steps = 0; /* each has its chance */
        if (vanishes_by(p, d, leaf[i], depth))
            return true;
        if (!forgiven(p))
            return false;
    }
    return false;
}

bool prove_by_derivative(struct prover *p, ix_t d)
{
    return vanishes(p, d, DERIVATIVE_DEPTH);
}

/* A new scalar. */
static ix_t parameter(struct prover *p)
{
    struct decl d = {.name = intern_text(p->x->names, "t"),
                     .role = DECL_VARIABLE, .shape = shape_scalar()};
    decl_t t = d.name ? expr_declare(p->x, &d) : 0;
    expr_t e = t ? expr_variable(p->x, t) : 0;
    return e ? ix_leaf(&p->t, e, 0, NULL) : 0;
}

static ix_t scaled(struct prover *p, ix_t t, ix_t leaf)
{
    dim_t dims[2];
    struct ix_product q;
    memcpy(dims, ix_dims(&p->t, leaf), sizeof dims);
    ix_product_begin(&q, &p->t, 2, dims);
    ix_product_factor(&q, t, RAT_ONE, NULL);
    ix_product_factor(&q, leaf, RAT_ONE, (uint16_t[]){0, 1});
    return ix_product_end(&q);
}

bool prove_by_scaling(struct prover *p, ix_t d)
{
    ix_t leaf[PROVE_LEAVES], t = parameter(p);
    bool inside[PROVE_LEAVES] = {false};
    uint32_t n = prove_leaves(p, d, leaf);
    if (!t || !p->narguments)
        return false;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < p->narguments; k++)
            inside[i] = inside[i] ||
                        (ix_get(&p->t, leaf[i])->order == 2 &&
                         value_at(p, p->arguments[k], leaf[i],
                                  scaled(p, t, leaf[i])) != p->arguments[k]);
    for (uint32_t i = 0; d && i < n; i++)
        if (inside[i])
            d = value_at(p, d, leaf[i], scaled(p, t, leaf[i]));
    return d && prove_gather_arguments(p, d) &&
           vanishes_by(p, d, t, DERIVATIVE_DEPTH);
}
