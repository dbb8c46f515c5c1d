/* mem.h - memory and time under a budget: every allocation of a context is
 * counted, can be refused, and reports its refusal as a fault; so does work
 * that goes on past the deadline. */
#ifndef MD_BASE_MEM_H
#define MD_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct mem {
    struct fault *fault;
    size_t used, peak, limit; /* bytes; limit 0: none */
    uint64_t countdown;       /* torture: the allocation that fails; 0: off */
    uint64_t deadline; /* monotonic clock, nanoseconds; 0: none */
    double seconds;    /* that the deadline was set to, for the message */
    uint32_t ticks;    /* work since the clock was last looked at */
};

void mem_init(struct mem *m, struct fault *fault, size_t limit);
/* Zeroed memory, or NULL with a fault. */
void *mem_alloc(struct mem *m, size_t bytes);
/* A copy of `used` bytes, with zeros behind it up to `bytes`. */
void *mem_copy(struct mem *m, const void *from, size_t used, size_t bytes);
/* Like realloc; new bytes are zeroed; NULL with a fault leaves `p` valid. */
void *mem_resize(struct mem *m, void *p, size_t old_bytes, size_t new_bytes);
void mem_free(struct mem *m, void *p, size_t bytes);

/* The work done from now on may take so long; 0: as long as it likes. */
void mem_set_deadline(struct mem *m, double seconds);
enum { MEM_TICKS = 4096 }; /* a tick is about the work of a small node */
bool mem_look_at_clock(struct mem *m);
/* Counts work done; false with a fault (limit) past the deadline.  Called
 * by whatever may go on for long; allocations from an arena do so. */
static inline bool mem_tick(struct mem *m, uint32_t work)
{
    m->ticks += work;
    return m->ticks < MEM_TICKS || mem_look_at_clock(m);
}

/* Grows `*array` (elements of `size` bytes) so that it holds `need`
 * elements; capacity doubles.  False with a fault when it cannot. */
bool mem_reserve(struct mem *m, void **array, uint32_t *capacity,
                 size_t need, size_t size);
#define MEM_RESERVE(m, array, capacity, need)                                 \
    mem_reserve((m), (void **)&(array), &(capacity), (need), sizeof *(array))
/* The same for elements that are written before they are read: what is added
 * to an array that there is holds anything.  Saves touching fresh pages. */
bool mem_extend(struct mem *m, void **array, uint32_t *capacity, size_t need,
                size_t size);
#define MEM_EXTEND(m, array, capacity, need)                                  \
    mem_extend((m), (void **)&(array), &(capacity), (need), sizeof *(array))
#define MEM_FREE_ARRAY(m, array, capacity)                                    \
    (mem_free((m), (array), (size_t)(capacity) * sizeof *(array)),            \
     (array) = NULL, (capacity) = 0)

/* A region of scratch memory, released as a whole or back to a mark. */
struct arena_block;
struct arena {
    struct mem *mem;
    struct arena_block *blocks;
    struct arena_block *spare; /* released, kept for the next need, or NULL */
};
struct arena_mark {
    struct arena_block *block;
    size_t used;
};

void arena_init(struct arena *a, struct mem *m);
void *arena_alloc(struct arena *a, size_t bytes); /* zeroed, 16-aligned */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);
void arena_free(struct arena *a);
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), (size_t)(n) * sizeof(type)))

#endif
