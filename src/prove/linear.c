/* linear.c - derivatives of functions that are power series, as linear maps:
 * L(M)[E] = sum M^j*E*M^k.  In a direction that commutes with M it is a
 * product; what commutes with M and stands at an end of the direction comes
 * out of it; L is the same seen from both ends. */
#include <string.h>

#include "index/lift.h"
#include "index/lower.h"
#include "prove/internal.h"

static const struct overload *overload_of(const struct prover *p, ix_t n)
{
    return overload_get(p->x->ops, (uint16_t)ix_get(&p->t, n)->payload);
}

/* What stands between labels map[2] and map[3] of the linear map at factor i:
 * marks its factors.  False where something else is joined to it. */
static bool direction(struct prover *p, const struct parts *f, uint32_t i,
                      const uint16_t *map, bool *in)
{
    bool *reached = ARENA_ARRAY(&p->t.scratch, bool, f->labels + 1);
    if (!reached || map[2] < f->order || map[3] < f->order)
        return false;
    reached[map[2]] = reached[map[3]] = true;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t k = 0; k < f->n; k++) {
            bool joined = false;
            uint32_t order = ix_get(&p->t, f->items[k].node)->order;
            for (uint32_t a = 0; a < order; a++)
                joined = joined || reached[f->items[k].label[a]];
            if (k == i || in[k] || !joined)
                continue;
            in[k] = more = true;
            for (uint32_t a = 0; a < order; a++)
                reached[f->items[k].label[a]] = true;
        }
    }
    for (uint32_t l = 0; l < f->order; l++)
        if (reached[l])
            return false;
    return !reached[map[0]] && !reached[map[1]];
}

/* The factors marked, as a matrix with rows `row` and columns `column`. */
static ix_t part_matrix(struct prover *p, const struct parts *f,
                        const bool *in, uint16_t row, uint16_t column)
{
    struct ix_table *t = &p->t;
    uint16_t *map = ARENA_ARRAY(&t->scratch, uint16_t, f->labels + 1);
    dim_t dims[2] = {f->label_dims[row], f->label_dims[column]};
    struct ix_product q;
    if (!map)
        return 0;
    for (uint32_t l = 0; l < f->labels; l++)
        map[l] = l == row ? 0 : l == column ? 1 : UINT16_MAX;
    ix_product_begin(&q, t, 2, dims);
    for (uint32_t k = 0; k < f->n && !q.failed; k++) {
        uint16_t label[IX_MAX_ORDER];
        for (uint32_t a = 0;
             in[k] && a < ix_get(t, f->items[k].node)->order; a++) {
            uint16_t *to = &map[f->items[k].label[a]];
            if (*to == UINT16_MAX)
                *to = ix_product_label(&q,
                                       f->label_dims[f->items[k].label[a]]);
            label[a] = *to;
        }
        if (in[k])
            ix_product_factor(&q, f->items[k].node, f->items[k].exponent,
                              label);
    }
    return ix_product_end(&q);
}

/* What the rules say of the derivative in the direction I, or 0. */
static ix_t slope(struct prover *p, ix_t map, ix_t m)
{
    struct exprs *x = p->x;
    const char *name = op_name(x->ops, overload_of(p, map)->op);
    expr_t one = ix_lower(&p->t, ix_delta(&p->t, ix_dims(&p->t, m)[0]));
    expr_t e = ix_lower(&p->t, m), call;
    call = e && one ? expr_call2(x, name, e, one) : 0;
    expr_t known = call ? rules_rewrite(p->rules, call, NULL, NULL) : 0;
    return known && expr_op(x, known) != expr_op(x, call)
               ? ix_lift(&p->t, known)
               : 0;
}

/* L(M)[E] = E*f'(M), if E commutes with M; L on the labels `map`. */
static ix_t commuting(struct prover *p, const struct parts *f, uint32_t i,
                      const uint16_t *map)
{
    struct ix_table *t = &p->t;
    ix_t node = f->items[i].node, m = ix_content(t, node)[0], e, s;
    bool *in = ARENA_ARRAY(&t->scratch, bool, f->n);
    if (!in || !direction(p, f, i, map, in) ||
        !(e = part_matrix(p, f, in, map[2], map[3])) ||
        !prove_intertwines(p, m, e, false, m) || !(s = slope(p, node, m)))
        return 0;
    struct parts all = prove_add_label(p, f, ix_dims(t, m)[0]);
    if (!all.label_dims)
        return 0;
    uint16_t between = (uint16_t)(all.labels - 1);
    struct part two[2] = {{e, RAT_ONE, {map[0], between}},
                          {s, RAT_ONE, {between, map[1]}}};
    in[i] = true;
    for (uint32_t k = 0; k < f->n; k++)
        in[k] = !in[k]; /* to be kept */
    return prove_product(p, &all, in, 2, two);
}

/* The product with another node on other labels for factor i. */
static ix_t exchanged(struct prover *p, const struct parts *f, uint32_t i,
                      ix_t node, const uint8_t *place)
{
    struct part one = {.node = node, .exponent = RAT_ONE};
    bool *keep = ARENA_ARRAY(&p->t.scratch, bool, f->n);
    if (!keep)
        return 0;
    for (uint32_t k = 0; k < f->n; k++)
        keep[k] = k != i;
    for (uint32_t a = 0; a < ix_get(&p->t, node)->order; a++)
        one.label[a] = f->items[i].label[place[a]];
    return prove_product(p, f, keep, 1, &one);
}

/* L(M')[i,j,k,l] = L(M)[j,i,l,k]: M or M', whichever comes first. */
static ix_t upright(struct prover *p, const struct parts *f, uint32_t i,
                    ix_t n)
{
    static const uint8_t place[4] = {1, 0, 3, 2};
    struct ix_table *t = &p->t;
    ix_t map = f->items[i].node, m = ix_content(t, map)[0];
    ix_t flip = ix_transpose(t, m);
    dim_t dims[4];
    if (!flip || overload_of(p, map)->transposes != OVERLOAD_EQUIVARIANT)
        return 0;
    if (flip == m) { /* symmetric: both are right, one of them is taken */
        ix_t other = exchanged(p, f, i, map, place);
        return other && ix_get(t, other)->hash < ix_get(t, n)->hash ? other
                                                                    : 0;
    }
    if (ix_get(t, flip)->hash >= ix_get(t, m)->hash)
        return 0;
    memcpy(dims, ix_dims(t, map), sizeof dims);
    ix_t other = ix_op(t, IX_LINEAR, (uint16_t)ix_get(t, map)->payload, 1,
                       &flip, 4, dims);
    return exchanged(p, f, i, other, place);
}

/* ---- what looks the same in another order of its axes */

/* Whether `e` is a call of the overload on these arguments. */
static bool is_call_on(const struct exprs *x, expr_t e, uint16_t overload,
                       uint32_t n, const expr_t *args)
{
    const struct expr_node *node = expr_get(x, e);
    bool ok = node->overload == overload && node->op >= OP_FIRST_NAMED &&
              node->nargs == n;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = expr_arg(x, e, i) == args[i];
    return ok;
}

/* Whether d f(X) = g(X, d X). */
static bool is_derivative_of(const struct exprs *x, uint16_t g, uint16_t f)
{
    const struct overload *o = overload_get(x->ops, f);
    expr_t args[2] = {o->parameter[0], o->dparameter[0]};
    return o->nargs == 1 && o->differential && args[1] &&
           is_call_on(x, o->differential, g, 2, args);
}

/* Whether d g(A,E) = g(A,d E) + h(A,E,d A). */
static bool has_second(const struct exprs *x, uint16_t g, uint16_t h)
{
    const struct overload *o = overload_get(x->ops, g);
    expr_t args[3] = {o->parameter[0], o->parameter[1], o->dparameter[0]};
    if (o->nargs != 2 || !o->differential || !args[2] ||
        expr_op(x, o->differential) != OP_ADD)
        return false;
    for (uint32_t i = 0; i < expr_get(x, o->differential)->nargs; i++)
        if (is_call_on(x, expr_arg(x, o->differential, i), h, 3, args))
            return true;
    return false;
}

/* The function of which `map` is the derivative (`order` 1) or the second
 * one; 0 if it is of none. */
uint16_t prove_integral(const struct prover *p, uint16_t map, uint32_t order)
{
    const struct exprs *x = p->x;
    for (uint32_t f = 1; f <= x->ops->overload_count; f++) {
        if (order == 1 && is_derivative_of(x, map, (uint16_t)f))
            return (uint16_t)f;
        for (uint32_t g = 1; order == 2 && g <= x->ops->overload_count; g++)
            if (has_second(x, (uint16_t)g, map) &&
                is_derivative_of(x, (uint16_t)g, (uint16_t)f))
                return (uint16_t)f;
    }
    return 0;
}

/* L[i,j,k,l] = L[l,k,j,i], for a series; and a second derivative takes its
 * two directions in any order. */
bool prove_same_turned(const struct prover *p, ix_t n, uint8_t *place)
{
    static const uint8_t first[4] = {3, 2, 1, 0};
    static const uint8_t second[6] = {0, 1, 4, 5, 2, 3};
    const struct ix_node *node = ix_get(&p->t, n);
    if (node->kind != IX_LINEAR || node->length != 1)
        return false;
    if (node->order == 4 && overload_of(p, n)->nature & NATURE_PRIMARY)
        memcpy(place, first, sizeof first);
    else if (node->order == 6 &&
             prove_integral(p, (uint16_t)node->payload, 2))
        memcpy(place, second, sizeof second);
    else
        return false;
    return true;
}

/* One of the two ways is taken. */
static ix_t turned(struct prover *p, const struct parts *f, uint32_t i, ix_t n)
{
    uint8_t place[IX_MAX_ORDER];
    if (!prove_same_turned(p, f->items[i].node, place))
        return 0;
    ix_t other = exchanged(p, f, i, f->items[i].node, place);
    return other && ix_get(&p->t, other)->hash < ix_get(&p->t, n)->hash
               ? other
               : 0;
}

/* L(M)[B*E] = B*L(M)[E] if B commutes with M: factor k at the end `end` of
 * the direction (axis 2 or 3 of the map) goes to the result's axis. */
static ix_t drawn_out(struct prover *p, const struct parts *f, uint32_t i,
                      uint32_t end)
{
    struct ix_table *t = &p->t;
    const struct part *map = &f->items[i];
    ix_t m = ix_content(t, map->node)[0];
    uint16_t meet = map->label[end];
    uint32_t found = f->n, uses = 0;
    for (uint32_t k = 0; k < f->n; k++)
        for (uint32_t a = 0; a < ix_get(t, f->items[k].node)->order; a++)
            if (k != i && f->items[k].label[a] == meet) {
                found = k;
                uses++;
            }
    if (meet < f->order || uses != 1)
        return 0;
    const struct part *b = &f->items[found];
    uint32_t at = b->label[1] == meet; /* B's axis where they meet */
    uint16_t far = b->label[1 - at];
    /* B stands as B[meet,far] at the left end, B[far,meet] at the right */
    if (ix_get(t, b->node)->order != 2 || b->exponent != RAT_ONE ||
        far < f->order || far == map->label[5 - end] ||
        ix_get(t, b->node)->kind == IX_DELTA ||
        !prove_intertwines(p, m, b->node, (at == 1) == (end == 2), m))
        return 0;
    struct parts all = prove_add_label(p, f, ix_dims(t, m)[0]);
    bool *keep = ARENA_ARRAY(&t->scratch, bool, f->n);
    if (!keep || !all.label_dims)
        return 0;
    for (uint32_t k = 0; k < f->n; k++)
        keep[k] = k != i && k != found;
    uint16_t between = (uint16_t)(all.labels - 1);
    struct part two[2] = {*map, *b};
    two[0].label[end] = far;
    two[0].label[end - 2] = between;
    two[1].label[at] = map->label[end - 2];
    two[1].label[1 - at] = between;
    return prove_product(p, &all, keep, 2, two);
}

/* What a first derivative at factor i becomes, or 0. */
static ix_t first_derivative(struct prover *p, const struct parts *f,
                             uint32_t i, ix_t n)
{
    const uint16_t *l = f->items[i].label;
    uint16_t back[4] = {l[3], l[2], l[1], l[0]};
    struct fault *fault = p->t.mem->fault;
    ix_t other = commuting(p, f, i, l);
    if (!other && !fault_is_set(fault))
        other = commuting(p, f, i, back);
    for (uint32_t end = 2; end < 4 && !other && !fault_is_set(fault); end++)
        other = drawn_out(p, f, i, end);
    if (!other && !fault_is_set(fault))
        other = upright(p, f, i, n);
    return other;
}

ix_t step_linear(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct ix_node *map = ix_get(&p->t, f->items[i].node);
        if (map->kind != IX_LINEAR || map->length != 1)
            continue;
        bool first = map->order == 4 &&
                     overload_of(p, f->items[i].node)->nature &
                         NATURE_PRIMARY;
        ix_t other = first ? first_derivative(p, f, i, n) : 0;
        if (!other && !fault_is_set(p->t.mem->fault))
            other = turned(p, f, i, n);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}
