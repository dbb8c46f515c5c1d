/* primary.c - functions of matrices that are power series: f(A)*B = B*f(C)
 * wherever A*B = B*C.  They are brought to the left as far as that goes, by
 * any argument that occurs; and a derivative of one in a direction that
 * commutes with its argument is a product. */
#include <string.h>

#include "index/lift.h"
#include "index/lower.h"
#include "prove/internal.h"

struct parts prove_add_label(struct prover *p, const struct parts *f, dim_t d)
{
    struct parts g = *f;
    g.label_dims = ARENA_ARRAY(&p->t.scratch, dim_t, f->labels + 1);
    if (!g.label_dims)
        return g;
    memcpy(g.label_dims, f->label_dims, f->labels * sizeof *f->label_dims);
    g.label_dims[g.labels++] = d;
    return g;
}

static const struct overload *overload_of(const struct prover *p, ix_t n)
{
    return overload_get(p->x->ops, (uint16_t)ix_get(&p->t, n)->payload);
}

static bool is_primary(const struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    return node->kind == IX_OP && node->order == 2 && node->length == 1 &&
           !prove_is_foreign(p, n) &&
           overload_of(p, n)->nature & NATURE_PRIMARY;
}

bool prove_gather_arguments(struct prover *p, ix_t root)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n;
    const ix_t *list = ix_reach(&p->t, root, &n);
    p->narguments = 0;
    for (uint32_t i = 0; list && i < n; i++)
        if (is_primary(p, list[i]) && p->narguments < PROVE_ARGUMENTS)
            p->arguments[p->narguments++] = ix_content(&p->t, list[i])[0];
    arena_release(&p->t.scratch, mark);
    return list != NULL;
}

/* ---------------------------------------------------------------- equality */

static ix_t times(struct prover *p, ix_t a, bool flip_a, ix_t b, bool flip_b)
{
    struct ix_table *t = &p->t;
    dim_t dims[2] = {ix_dims(t, a)[flip_a], ix_dims(t, b)[!flip_b]};
    struct ix_product q;
    ix_product_begin(&q, t, 2, dims);
    uint16_t m = ix_product_label(&q, ix_dims(t, a)[!flip_a]);
    uint16_t left[2] = {0, m}, right[2] = {m, 1};
    ix_product_factor(&q, a, RAT_ONE,
                      (uint16_t[]){left[flip_a], left[!flip_a]});
    ix_product_factor(&q, b, RAT_ONE,
                      (uint16_t[]){right[flip_b], right[!flip_b]});
    return ix_product_end(&q);
}

/* Whether A*B = B*C, B perhaps turned. */
static bool intertwines(struct prover *p, ix_t a, ix_t b, bool flip, ix_t c)
{
    const dim_t *da = ix_dims(&p->t, a), *dc = ix_dims(&p->t, c);
    const dim_t *db = ix_dims(&p->t, b);
    struct ix_sum s;
    if (da[0] != db[flip] || dc[0] != db[!flip] ||
        p->nesting == PROVE_NESTING)
        return false;
    dim_t dims[2] = {da[0], dc[0]};
    ix_sum_begin(&s, &p->t, 2, dims);
    ix_sum_add(&s, RAT_ONE, times(p, a, false, b, flip));
    ix_sum_add(&s, RAT_MINUS_ONE, times(p, b, flip, c, false));
    ix_t d = ix_sum_end(&s);
    p->nesting++;
    d = d ? prove_reduce(p, d) : 0;
    p->nesting--;
    return d && ix_is_zero(&p->t, d);
}

/* ------------------------------------------------------------ to the left */

/* How many factors lie between own axis 0 and each label. */
static bool distances(struct prover *p, const struct parts *f, uint32_t *far)
{
    for (uint32_t l = 0; l < f->labels; l++)
        far[l] = l && f->order ? UINT32_MAX / 2 : 0;
    for (uint32_t round = 0; round < f->n; round++)
        for (uint32_t i = 0; i < f->n; i++) {
            uint32_t least = UINT32_MAX / 2;
            uint32_t order = ix_get(&p->t, f->items[i].node)->order;
            const uint16_t *l = f->items[i].label;
            for (uint32_t a = 0; a < order; a++)
                least = far[l[a]] < least ? far[l[a]] : least;
            for (uint32_t a = 0; a < order; a++)
                if (far[l[a]] > least + 1)
                    far[l[a]] = least + 1;
        }
    return f->order != 0;
}

/* The axis of factor i that counts as its left end: the nearer one to own
 * axis 0. */
static uint32_t left_end(struct prover *p, const struct parts *f, uint32_t i)
{
    uint32_t *far = ARENA_ARRAY(&p->t.scratch, uint32_t, f->labels + 1);
    const uint16_t *l = f->items[i].label;
    return far && distances(p, f, far) && far[l[1]] < far[l[0]];
}

/* The only other factor at a label that is summed over; f->n if none. */
static uint32_t neighbour(struct prover *p, const struct parts *f, uint32_t i,
                          uint16_t label)
{
    uint32_t found = f->n;
    for (uint32_t k = 0; k < f->n && label >= f->order; k++)
        for (uint32_t a = 0; a < ix_get(&p->t, f->items[k].node)->order; a++)
            if (k != i && f->items[k].label[a] == label) {
                if (found != f->n)
                    return f->n;
                found = k;
            }
    if (label < f->order)
        return f->n;
    return found;
}

/* f(M) at factor i goes over its neighbour k: G*f(M) = f(N)*G. */
static ix_t moved(struct prover *p, const struct parts *f, uint32_t i,
                  uint32_t k, uint32_t left, uint32_t at, ix_t n)
{
    struct ix_table *t = &p->t;
    const struct part *m = &f->items[i], *g = &f->items[k];
    dim_t dims[2] = {ix_dims(t, n)[0], ix_dims(t, n)[0]};
    struct parts all = prove_add_label(p, f, dims[0]);
    bool *keep = ARENA_ARRAY(&t->scratch, bool, f->n);
    if (!keep || !all.label_dims)
        return 0;
    for (uint32_t j = 0; j < f->n; j++)
        keep[j] = j != i && j != k;
    uint16_t between = (uint16_t)(all.labels - 1);
    struct part two[2] = {
        {ix_op(t, IX_OP, (uint16_t)ix_get(t, m->node)->payload, 1, &n, 2,
               dims),
         RAT_ONE,
         {g->label[1 - at], between}},
        *g};
    two[1].label[1 - at] = between;
    two[1].label[at] = m->label[1 - left];
    return prove_product(p, &all, keep, 2, two);
}

/* Over its neighbour, with one of the arguments that occur. */
static ix_t move(struct prover *p, const struct parts *f, uint32_t i)
{
    const struct part *m = &f->items[i];
    ix_t own = ix_content(&p->t, m->node)[0];
    uint32_t left = left_end(p, f, i);
    if (left)
        own = ix_transpose(&p->t, own);
    uint32_t k = neighbour(p, f, i, m->label[left]);
    if (k == f->n)
        return 0;
    const struct part *g = &f->items[k];
    const struct ix_node *node = ix_get(&p->t, g->node);
    if (node->order != 2 || g->exponent != RAT_ONE ||
        (is_primary(p, g->node) && m->node >= g->node))
        return 0;
    uint32_t at = g->label[1] == m->label[left]; /* where they meet */
    for (uint32_t j = 0; own && j <= 2 * p->narguments; j++) {
        ix_t n = j ? p->arguments[(j - 1) / 2] : own;
        if (j && j % 2 == 0)
            n = ix_transpose(&p->t, n);
        if (n && intertwines(p, n, g->node, at == 0, own))
            return moved(p, f, i, k, left, at, n);
    }
    return 0;
}

ix_t step_primary(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (!is_primary(p, f->items[i].node) ||
            f->items[i].exponent != RAT_ONE)
            continue;
        ix_t other = move(p, f, i);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}

/* --------------------------------------------------- derivatives of them */

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
        !intertwines(p, m, e, false, m) || !(s = slope(p, node, m)))
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
    for (uint32_t a = 0; a < 4; a++)
        one.label[a] = f->items[i].label[place[a]];
    return prove_product(p, f, keep, 1, &one);
}

/* L(M')[i,j,k,l] = L(M)[j,i,l,k]: M or M', whichever comes first. */
static ix_t upright(struct prover *p, const struct parts *f, uint32_t i)
{
    static const uint8_t place[4] = {1, 0, 3, 2};
    struct ix_table *t = &p->t;
    ix_t map = f->items[i].node, m = ix_content(t, map)[0];
    ix_t flip = ix_transpose(t, m);
    dim_t dims[4];
    if (!flip || ix_get(t, flip)->hash >= ix_get(t, m)->hash ||
        overload_of(p, map)->transposes != OVERLOAD_EQUIVARIANT)
        return 0;
    memcpy(dims, ix_dims(t, map), sizeof dims);
    ix_t other = ix_op(t, IX_LINEAR, (uint16_t)ix_get(t, map)->payload, 1,
                       &flip, 4, dims);
    return exchanged(p, f, i, other, place);
}

/* L[i,j,k,l] = L[l,k,j,i], for a series: one of the two is taken. */
static ix_t turned(struct prover *p, const struct parts *f, uint32_t i, ix_t n)
{
    static const uint8_t place[4] = {3, 2, 1, 0};
    ix_t other = exchanged(p, f, i, f->items[i].node, place);
    return other && ix_get(&p->t, other)->hash < ix_get(&p->t, n)->hash
               ? other
               : 0;
}

ix_t step_linear(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct ix_node *map = ix_get(&p->t, f->items[i].node);
        if (map->kind != IX_LINEAR || map->order != 4 || map->length != 1 ||
            !(overload_of(p, f->items[i].node)->nature & NATURE_PRIMARY))
            continue;
        const uint16_t *l = f->items[i].label;
        ix_t other = commuting(p, f, i, l);
        if (!other && !fault_is_set(p->t.mem->fault))
            other = commuting(p, f, i, (uint16_t[]){l[3], l[2], l[1], l[0]});
        if (!other && !fault_is_set(p->t.mem->fault))
            other = upright(p, f, i);
        if (!other && !fault_is_set(p->t.mem->fault))
            other = turned(p, f, i, n);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}
