#include "base/image.h"

#include <string.h>

void image_writer(struct image *im, struct text *out)
{
    *im = (struct image){.mem = out->mem, .out = out};
}

void image_reader(struct image *im, struct mem *m, const uint64_t *words,
                  size_t count)
{
    *im = (struct image){.mem = m, .words = words, .count = count};
}

static bool put(struct image *im, const void *bytes, size_t n)
{
    static const char zeros[8];
    if (n)
        text_bytes(im->out, bytes, n);
    text_bytes(im->out, zeros, -n % 8);
    return !im->out->failed;
}

static const uint64_t *take(struct image *im, size_t bytes)
{
    size_t n = bytes / 8 + (bytes % 8 != 0);
    if (n > im->count) {
        fault_set(im->mem->fault, FAULT_INTERNAL, "a damaged image of tables");
        return NULL;
    }
    const uint64_t *words = im->words;
    im->words += n;
    im->count -= n;
    return words;
}

bool image_number(struct image *im, uint32_t *n)
{
    uint64_t word = *n;
    if (im->out)
        return put(im, &word, sizeof word);
    const uint64_t *from = take(im, sizeof word);
    if (from)
        *n = (uint32_t)*from;
    return from != NULL;
}

/* How many elements follow: `used` of them, or as many as were written. */
static bool image_head(struct image *im, size_t *used, size_t size)
{
    uint64_t head = (uint64_t)size << 32 | (uint32_t)*used;
    if (im->out)
        return put(im, &head, sizeof head);
    const uint64_t *from = take(im, sizeof head);
    if (!from)
        return false;
    *used = (uint32_t)*from;
    return *from >> 32 == size ||
           fault_set(im->mem->fault, FAULT_INTERNAL,
                     "an image of tables from another build");
}

static bool read_array(struct image *im, void **array, uint32_t *capacity,
                       size_t used, size_t size, size_t room)
{
    const uint64_t *from = take(im, used * size);
    void *p =
        from ? mem_copy(im->mem, from, used * size, room * size) : NULL;
    if (!p)
        return false;
    mem_free(im->mem, *array, *capacity * size);
    *array = p;
    *capacity = (uint32_t)room;
    return true;
}

bool image_array(struct image *im, void **array, uint32_t *capacity,
                 size_t used, size_t size)
{
    if (im->out && used > *capacity)
        used = *capacity; /* an array that is still empty */
    if (!image_head(im, &used, size))
        return false;
    if (im->out)
        return put(im, *array, used * size);
    return !used || read_array(im, array, capacity, used, size,
                               used + used / 8 + 32);
}

bool image_whole(struct image *im, void **array, uint32_t *capacity,
                 size_t size)
{
    size_t n = *capacity;
    if (!image_head(im, &n, size))
        return false;
    if (im->out)
        return put(im, *array, n * size);
    return !n || read_array(im, array, capacity, n, size, n);
}

bool image_index(struct image *im, struct hash_index *x)
{
    return image_number(im, &x->count) &&
           IMAGE_WHOLE(im, x->slots, x->capacity);
}
