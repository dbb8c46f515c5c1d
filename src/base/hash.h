/* hash.h - mixing words into 64-bit hashes (splitmix64's finaliser). */
#ifndef MD_BASE_HASH_H
#define MD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t hash_word(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline uint64_t hash_mix(uint64_t h, uint64_t x)
{
    return hash_word(h * UINT64_C(0x9e3779b97f4a7c15) + x +
                     UINT64_C(0x632be59bd9b4e019));
}

static inline uint64_t hash_words(uint64_t h, const uint32_t *w, size_t n)
{
    size_t i = 0;
    for (; i + 1 < n; i += 2)
        h = hash_mix(h, (uint64_t)w[i] << 32 | w[i + 1]);
    return i < n ? hash_mix(h, w[i]) : h;
}

uint64_t hash_bytes(const void *bytes, size_t n);

/* An open-addressing index of ids 1, 2, 3 ... into some table whose owner
 * compares; 0 marks a free slot.  Every id is entered once, in order. */
struct mem;
struct hash_index {
    uint32_t *slots;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
};
/* Makes room for one more; `hash_of(owner, id)` re-hashes on growth. */
_Bool hash_index_room(struct hash_index *x, struct mem *m,
                      uint64_t (*hash_of)(const void *owner, uint32_t id),
                      const void *owner);
/* Removes the ids above `keep`.  Exact because ids are entered in order: no
 * older entry was ever moved past a younger one. */
void hash_index_forget(struct hash_index *x, uint32_t keep,
                       uint64_t (*hash_of)(const void *owner, uint32_t id),
                       const void *owner);
void hash_index_free(struct hash_index *x, struct mem *m);
static inline uint32_t hash_slot(const struct hash_index *x, uint64_t hash)
{
    return (uint32_t)hash & (x->capacity - 1);
}
static inline uint32_t hash_next(const struct hash_index *x, uint32_t slot)
{
    return (slot + 1) & (x->capacity - 1);
}

#endif
