/* keys.h - numbers seen before, each with a value. */
#ifndef MD_CLI_KEYS_H
#define MD_CLI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table that is a power of two large; keys are not 0. */
struct keys {
    uint64_t *slots, *values;
    size_t count, capacity;
};

/* The value, or 0. */
uint64_t keys_find(const struct keys *k, uint64_t key);
bool keys_has(const struct keys *k, uint64_t key);
/* False if there is no memory. */
bool keys_add(struct keys *k, uint64_t key, uint64_t value);
void keys_free(struct keys *k);

#endif
