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

bool prove_is_primary(const struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    if (node->kind != IX_OP || node->order != 2 || !node->length ||
        prove_is_foreign(p, n))
        return false;
    for (uint32_t i = 1; i < node->length; i++)
        if (ix_get(&p->t, ix_content(&p->t, n)[i])->order)
            return false;
    return overload_of(p, n)->nature & NATURE_PRIMARY ||
           overload_of(p, n)->op == OP_POW;
}

ix_t prove_primary_of(struct prover *p, ix_t n, ix_t m)
{
    struct ix_table *t = &p->t;
    ix_t args[OP_MAX_ARGS];
    uint32_t count = ix_get(t, n)->length;
    dim_t dims[2];
    if (!m || count > OP_MAX_ARGS)
        return 0;
    memcpy(args, ix_content(t, n), count * sizeof *args);
    memcpy(dims, ix_dims(t, m), sizeof dims);
    if (overload_of(p, n)->op == OP_POW)
        return ix_matrix_power(t, m, ix_as_size(t, args[1]));
    args[0] = m;
    return ix_op(t, IX_OP, (uint16_t)ix_get(t, n)->payload, count, args, 2,
                 dims);
}

bool prove_gather_arguments(struct prover *p, ix_t root)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n;
    const ix_t *list = ix_reach(&p->t, root, &n);
    p->narguments = 0;
    for (uint32_t i = 0; list && i < n; i++)
        if (prove_is_primary(p, list[i]) && p->narguments < PROVE_ARGUMENTS)
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
bool prove_intertwines(struct prover *p, ix_t a, ix_t b, bool flip, ix_t c)
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
    struct parts all = prove_add_label(p, f, ix_dims(t, n)[0]);
    bool *keep = ARENA_ARRAY(&t->scratch, bool, f->n);
    if (!keep || !all.label_dims)
        return 0;
    for (uint32_t j = 0; j < f->n; j++)
        keep[j] = j != i && j != k;
    uint16_t between = (uint16_t)(all.labels - 1);
    struct part two[2] = {{prove_primary_of(p, m->node, n),
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
        (prove_is_primary(p, g->node) && m->node >= g->node))
        return 0;
    uint32_t at = g->label[1] == m->label[left]; /* where they meet */
    for (uint32_t j = 0; own && j <= 2 * p->narguments; j++) {
        ix_t n = j ? p->arguments[(j - 1) / 2] : own;
        if (j && j % 2 == 0)
            n = ix_transpose(&p->t, n);
        if (n && prove_intertwines(p, n, g->node, at == 0, own))
            return moved(p, f, i, k, left, at, n);
    }
    return 0;
}

ix_t step_primary(struct prover *p, ix_t n, const struct parts *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (!prove_is_primary(p, f->items[i].node) ||
            f->items[i].exponent != RAT_ONE)
            continue;
        ix_t other = move(p, f, i);
        if (other || fault_is_set(p->t.mem->fault))
            return other;
    }
    return n;
}

