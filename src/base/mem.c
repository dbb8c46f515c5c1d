#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

void mem_init(struct mem *m, struct fault *fault, size_t limit)
{
    *m = (struct mem){.fault = fault, .limit = limit};
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void mem_set_deadline(struct mem *m, double seconds)
{
    m->seconds = seconds;
    m->deadline = seconds > 0 ? now() + (uint64_t)(seconds * 1e9) : 0;
    m->ticks = 0;
}

bool mem_look_at_clock(struct mem *m)
{
    m->ticks = 0;
    uint64_t then = m->deadline ? now() : 0;
    if (then <= m->deadline)
        return true;
    /* As long again for whoever reports what has been done so far. */
    m->deadline = then + (uint64_t)(m->seconds * 1e9);
    return fault_set(m->fault, FAULT_LIMIT, "time limit of %g s reached",
                     m->seconds);
}

/* Whether the torture test wants this allocation to fail. */
static bool mem_tortured(struct mem *m)
{
    return m->countdown && --m->countdown == 0 &&
           !fault_set(m->fault, FAULT_MEMORY, "out of memory");
}

/* Whether `bytes` more may be taken; a refusal is a fault. */
static bool mem_admit(struct mem *m, size_t bytes)
{
    if (m->limit && (bytes > m->limit || m->used > m->limit - bytes))
        return fault_set(m->fault, FAULT_LIMIT,
                         "memory limit of %zu bytes reached", m->limit);
    return !mem_tortured(m);
}

static void mem_count(struct mem *m, size_t bytes)
{
    m->used += bytes;
    if (m->used > m->peak)
        m->peak = m->used;
}

static void *mem_take(struct mem *m, size_t bytes, bool zeroed)
{
    if (!mem_admit(m, bytes))
        return NULL;
    void *p = zeroed ? calloc(1, bytes + !bytes) : malloc(bytes + !bytes);
    if (!p) {
        fault_set(m->fault, FAULT_MEMORY, "out of memory");
        return NULL;
    }
    mem_count(m, bytes);
    return p;
}

void *mem_alloc(struct mem *m, size_t bytes)
{
    return mem_take(m, bytes, true);
}

void *mem_copy(struct mem *m, const void *from, size_t used, size_t bytes)
{
    char *p = mem_take(m, bytes, false);
    if (!p)
        return NULL;
    memcpy(p, from, used);
    memset(p + used, 0, bytes - used);
    return p;
}

static void *resize(struct mem *m, void *p, size_t old_bytes,
                    size_t new_bytes, bool zeroed)
{
    if (!p) /* so that fresh pages need not be touched */
        return mem_take(m, new_bytes, true);
    if (new_bytes > old_bytes && !mem_admit(m, new_bytes - old_bytes))
        return NULL;
    char *q = realloc(p, new_bytes ? new_bytes : 1);
    if (!q) {
        fault_set(m->fault, FAULT_MEMORY, "out of memory");
        return NULL;
    }
    if (new_bytes > old_bytes) {
        if (zeroed)
            memset(q + old_bytes, 0, new_bytes - old_bytes);
        mem_count(m, new_bytes - old_bytes);
    } else {
        m->used -= old_bytes - new_bytes;
    }
    return q;
}

void *mem_resize(struct mem *m, void *p, size_t old_bytes, size_t new_bytes)
{
    return resize(m, p, old_bytes, new_bytes, true);
}

void mem_free(struct mem *m, void *p, size_t bytes)
{
    if (!p)
        return;
    m->used -= bytes;
    free(p);
}

static bool grow(struct mem *m, void **array, uint32_t *capacity, size_t need,
                 size_t size, bool zeroed)
{
    size_t grown = *capacity ? (size_t)*capacity * 2 : 16;
    if (grown < need)
        grown = need;
    if (grown > UINT32_MAX || grown > SIZE_MAX / size)
        return fault_set(m->fault, FAULT_LIMIT, "table too large");
    void *p = resize(m, *array, (size_t)*capacity * size, grown * size,
                     zeroed);
    if (!p)
        return false;
    *array = p;
    *capacity = (uint32_t)grown;
    return true;
}

bool mem_reserve(struct mem *m, void **array, uint32_t *capacity,
                 size_t need, size_t size)
{
    return need <= *capacity || grow(m, array, capacity, need, size, true);
}

bool mem_extend(struct mem *m, void **array, uint32_t *capacity, size_t need,
                size_t size)
{
    return need <= *capacity || grow(m, array, capacity, need, size, false);
}

struct arena_block {
    struct arena_block *before;
    size_t used, size;
    _Alignas(16) char bytes[];
};

enum { ARENA_BLOCK = 64 * 1024 };

void arena_init(struct arena *a, struct mem *m)
{
    *a = (struct arena){.mem = m};
}

/* A block with room for so much; its bytes are not zeroed. */
static struct arena_block *arena_grow(struct arena *a, size_t bytes)
{
    struct arena_block *b = a->spare;
    if (b && bytes <= ARENA_BLOCK) {
        a->spare = NULL;
    } else {
        size_t size = bytes > ARENA_BLOCK ? bytes : ARENA_BLOCK;
        b = mem_take(a->mem, sizeof *b + size, false);
        if (!b)
            return NULL;
        b->size = size;
    }
    b->used = 0;
    b->before = a->blocks;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) {
        fault_set(a->mem->fault, FAULT_LIMIT, "table too large");
        return NULL;
    }
    bytes = (bytes + 15) & ~(size_t)15;
    if (!mem_tick(a->mem, 1 + (uint32_t)(bytes >> 10)) ||
        mem_tortured(a->mem))
        return NULL;
    struct arena_block *b = a->blocks;
    if ((!b || b->size - b->used < bytes) && !(b = arena_grow(a, bytes)))
        return NULL;
    void *p = b->bytes + b->used;
    b->used += bytes;
    memset(p, 0, bytes);
    return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->blocks, a->blocks ? a->blocks->used : 0};
}

static void arena_drop(struct arena *a, struct arena_block *b)
{
    if (b)
        mem_free(a->mem, b, sizeof *b + b->size);
}

void arena_release(struct arena *a, struct arena_mark mark)
{
    while (a->blocks != mark.block) {
        struct arena_block *b = a->blocks;
        a->blocks = b->before;
        /* One block of the usual size is kept: fresh pages are dear. */
        if (b->size == ARENA_BLOCK && !a->spare)
            a->spare = b;
        else
            arena_drop(a, b);
    }
    if (a->blocks)
        a->blocks->used = mark.used;
}

void arena_free(struct arena *a)
{
    arena_release(a, (struct arena_mark){NULL, 0});
    arena_drop(a, a->spare);
    a->spare = NULL;
}
