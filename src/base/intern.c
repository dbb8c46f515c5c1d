#include "base/intern.h"

#include <string.h>

void intern_init(struct intern *t, struct mem *m)
{
    *t = (struct intern){.mem = m};
}

void intern_free(struct intern *t)
{
    MEM_FREE_ARRAY(t->mem, t->bytes, t->bytes_capacity);
    MEM_FREE_ARRAY(t->mem, t->entries, t->capacity);
    hash_index_free(&t->index, t->mem);
}

bool intern_image(struct intern *t, struct image *im)
{
    return image_number(im, &t->count) && image_number(im, &t->bytes_used) &&
           IMAGE_ARRAY(im, t->bytes, t->bytes_capacity, t->bytes_used) &&
           IMAGE_ARRAY(im, t->entries, t->capacity, (size_t)t->count + 1) &&
           image_index(im, &t->index);
}

static uint64_t intern_hash(const void *owner, uint32_t id)
{
    return ((const struct intern *)owner)->entries[id].hash;
}

static symbol_t intern_lookup(const struct intern *t, const char *text,
                              size_t length, uint64_t hash, uint32_t *slot)
{
    uint32_t s = hash_slot(&t->index, hash);
    for (; t->index.slots[s]; s = hash_next(&t->index, s)) {
        const struct intern_entry *e = &t->entries[t->index.slots[s]];
        if (e->hash == hash && e->length == length &&
            !memcmp(t->bytes + e->offset, text, length))
            return t->index.slots[s];
    }
    *slot = s;
    return 0;
}

symbol_t intern_find(const struct intern *t, const char *text, size_t length)
{
    uint32_t slot;
    if (!t->index.capacity)
        return 0;
    return intern_lookup(t, text, length, hash_bytes(text, length), &slot);
}

symbol_t intern_bytes(struct intern *t, const char *text, size_t length)
{
    if (!hash_index_room(&t->index, t->mem, intern_hash, t))
        return 0;
    uint64_t hash = hash_bytes(text, length);
    uint32_t slot;
    symbol_t found = intern_lookup(t, text, length, hash, &slot);
    if (found)
        return found;
    if (!MEM_EXTEND(t->mem, t->entries, t->capacity, (size_t)t->count + 2) ||
        !MEM_EXTEND(t->mem, t->bytes, t->bytes_capacity,
                     t->bytes_used + length + 1))
        return 0;
    symbol_t id = ++t->count;
    t->entries[id] =
        (struct intern_entry){t->bytes_used, (uint32_t)length, hash};
    memcpy(t->bytes + t->bytes_used, text, length);
    t->bytes[t->bytes_used + length] = '\0';
    t->bytes_used += (uint32_t)length + 1;
    t->index.slots[slot] = id;
    t->index.count++;
    return id;
}

void intern_forget(struct intern *t, symbol_t keep)
{
    if (t->count <= keep)
        return;
    hash_index_forget(&t->index, keep, intern_hash, t);
    t->bytes_used = t->entries[keep + 1].offset;
    t->count = keep;
}

symbol_t intern_text(struct intern *t, const char *text)
{
    return intern_bytes(t, text, strlen(text));
}

const char *intern_name(const struct intern *t, symbol_t s)
{
    return s && s <= t->count ? t->bytes + t->entries[s].offset : "";
}

uint32_t intern_length(const struct intern *t, symbol_t s)
{
    return s && s <= t->count ? t->entries[s].length : 0;
}
