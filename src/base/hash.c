#include "base/hash.h"

#include <string.h>

#include "base/mem.h"

uint64_t hash_bytes(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t h = n;
    while (n >= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = hash_mix(h, w);
        p += 8;
        n -= 8;
    }
    uint64_t tail = 0;
    memcpy(&tail, p, n);
    return hash_mix(h, tail);
}

bool hash_index_room(struct hash_index *x, struct mem *m,
                     uint64_t (*hash_of)(const void *owner, uint32_t id),
                     const void *owner)
{
    if (x->capacity && x->count < x->capacity / 2)
        return true;
    if (x->capacity > UINT32_MAX / 4)
        return fault_set(m->fault, FAULT_LIMIT, "table too large");
    uint32_t capacity = x->capacity ? x->capacity * 2 : 64;
    uint32_t *slots = mem_alloc(m, (size_t)capacity * sizeof *slots);
    if (!slots)
        return false;
    struct hash_index grown = {slots, capacity, x->count};
    /* In the order of ids: see hash_index_forget. */
    for (uint32_t id = 1; id <= x->count; id++) {
        uint32_t s = hash_slot(&grown, hash_of(owner, id));
        while (slots[s])
            s = hash_next(&grown, s);
        slots[s] = id;
    }
    mem_free(m, x->slots, (size_t)x->capacity * sizeof *x->slots);
    *x = grown;
    return true;
}

void hash_index_free(struct hash_index *x, struct mem *m)
{
    mem_free(m, x->slots, (size_t)x->capacity * sizeof *x->slots);
    *x = (struct hash_index){0};
}

void hash_index_forget(struct hash_index *x, uint32_t keep,
                       uint64_t (*hash_of)(const void *owner, uint32_t id),
                       const void *owner)
{
    for (uint32_t id = x->count; id > keep; id--) {
        uint32_t s = hash_slot(x, hash_of(owner, id));
        while (x->slots[s] != id)
            s = hash_next(x, s);
        x->slots[s] = 0;
    }
    if (x->count > keep)
        x->count = keep;
}
