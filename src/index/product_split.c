/* product_split.c - the labels that a product sums over: one that nothing uses
 * counts its size, a part without an own axis is a scalar factor. */
#include "index/product.h"

#include <string.h>

#include "index/canon.h"

enum { FEW = 32 };

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

void product_sum_unused(struct ix_product *p)
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

static bool is_in_part(const struct ix_product *p, uint32_t i, uint16_t *up,
                       uint16_t root)
{
    const struct ix_factor *f = &p->factors[i];
    return p->t->nodes[f->node].order > 0 &&
           find_root(up, f->label[0]) == root;
}

/* The part that hangs together at `root` as one scalar factor; false if it is
 * the whole product, or after a fault. */
static bool take_part(struct ix_product *p, uint16_t *up, uint16_t root)
{
    struct ix_table *t = p->t;
    uint32_t members = 0, n = 0, kept = 0;
    for (uint32_t j = 0; j < p->count; j++)
        members += is_in_part(p, j, up, root);
    if (members == p->count && p->order == 0)
        return false;
    struct ix_factor *part =
        ARENA_ARRAY(&t->scratch, struct ix_factor, members);
    if (!part) {
        p->failed = true;
        return false;
    }
    for (uint32_t j = 0; j < p->count; j++)
        if (is_in_part(p, j, up, root))
            part[n++] = p->factors[j];
        else
            p->factors[kept++] = p->factors[j];
    p->count = kept;
    for (uint32_t l = p->order; l < p->labels; l++)
        if (find_root(up, (uint16_t)l) == root)
            p->label_dims[l] = 0; /* summed over in the part */
    ix_t scalar = ix_canonical(t, 0, NULL, n, part, p->labels);
    ix_product_factor(p, scalar, RAT_ONE, NULL);
    return true;
}

/* The labels that hang together as trees in `up`, those with an own axis
 * marked in `open` at the root. */
static void join_labels(const struct ix_product *p, uint16_t *up,
                        uint8_t *open)
{
    for (uint32_t l = 0; l < p->labels; l++)
        up[l] = (uint16_t)l;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        for (uint32_t a = 1; a < order; a++)
            up[find_root(up, f->label[a])] = find_root(up, f->label[0]);
    }
    for (uint32_t l = 0; l < p->order; l++)
        open[find_root(up, (uint16_t)l)] = 1;
}

bool product_split_closed(struct ix_product *p)
{
    uint16_t few_up[FEW];
    uint8_t few_open[FEW];
    uint16_t *up =
        room_for(p, few_up, sizeof few_up, p->labels * sizeof *up);
    uint8_t *open = room_for(p, few_open, sizeof few_open, p->labels);
    bool changed = false;
    if (!up || !open)
        return false;
    join_labels(p, up, open);
    for (uint32_t i = 0; i < p->count && !p->failed;) {
        const struct ix_factor *f = &p->factors[i];
        uint32_t order = p->t->nodes[f->node].order;
        uint16_t root = order ? find_root(up, f->label[0]) : 0;
        if (!order || open[root]) {
            i++;
            continue;
        }
        if (!take_part(p, up, root))
            return changed; /* the product is this part */
        changed = true;
        i = 0;
    }
    return changed;
}
