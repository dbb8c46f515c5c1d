/* image.h - tables as they are, written once and read back many times.
 *
 * An image holds flat arrays whose elements refer to each other by numbers,
 * never by addresses.  Each module lists the parts of its table once, in a
 * function that serves both directions; so what is read is what was written.
 * It is read by the same build that wrote it: sizes of elements are checked,
 * nothing else. */
#ifndef MD_BASE_IMAGE_H
#define MD_BASE_IMAGE_H

#include "base/hash.h"
#include "base/text.h"

struct image {
    struct mem *mem;
    struct text *out;      /* written to, or NULL: read */
    const uint64_t *words; /* of what is read: what is left of them */
    size_t count;
};

/* The text gets a number of bytes that is a multiple of 8. */
void image_writer(struct image *im, struct text *out);
void image_reader(struct image *im, struct mem *m, const uint64_t *words,
                  size_t count);

/* All of these are false after a fault. */
bool image_number(struct image *im, uint32_t *n);
/* An array of which `used` elements matter.  When read it replaces what was
 * there, with room for more behind it. */
bool image_array(struct image *im, void **array, uint32_t *capacity,
                 size_t used, size_t size);
#define IMAGE_ARRAY(im, array, capacity, used)                                \
    image_array((im), (void **)&(array), &(capacity), (used), sizeof *(array))
/* One whose capacity is what matters of it. */
bool image_whole(struct image *im, void **array, uint32_t *capacity,
                 size_t size);
#define IMAGE_WHOLE(im, array, capacity)                                      \
    image_whole((im), (void **)&(array), &(capacity), sizeof *(array))
bool image_index(struct image *im, struct hash_index *x);

#endif
