#include "config.h"

#include "keys.h"

#include <stdlib.h>

static size_t slot_of(const struct keys *k, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 16) &
                (k->capacity - 1);
    while (k->slots[at] && k->slots[at] != key)
        at = (at + 1) & (k->capacity - 1);
    return at;
}

bool keys_has(const struct keys *k, uint64_t key)
{
    return k->capacity && k->slots[slot_of(k, key)];
}

uint64_t keys_find(const struct keys *k, uint64_t key)
{
    return keys_has(k, key) ? k->values[slot_of(k, key)] : 0;
}

static void put(struct keys *k, uint64_t key, uint64_t value)
{
    size_t at = slot_of(k, key);
    k->count += !k->slots[at];
    k->slots[at] = key;
    k->values[at] = value;
}

static bool grow(struct keys *k)
{
    struct keys grown = {.capacity = k->capacity ? 2 * k->capacity : 256};
    grown.slots = calloc(grown.capacity, 2 * sizeof *grown.slots);
    if (!grown.slots)
        return false;
    grown.values = grown.slots + grown.capacity;
    for (size_t i = 0; i < k->capacity; i++)
        if (k->slots[i])
            put(&grown, k->slots[i], k->values[i]);
    free(k->slots);
    *k = grown;
    return true;
}

bool keys_add(struct keys *k, uint64_t key, uint64_t value)
{
    if (2 * k->count >= k->capacity && !grow(k))
        return false;
    put(k, key, value);
    return true;
}

void keys_free(struct keys *k)
{
    free(k->slots);
    *k = (struct keys){.slots = NULL};
}
