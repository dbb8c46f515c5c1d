#include "shape/dim.h"

#include <string.h>

/* A polynomial is `terms` monomials in `words`: two words of coefficient,
 * one with the number of symbols, the symbols. */
struct dim_entry {
    uint32_t offset, length, terms, denominator;
    uint64_t hash;
};

enum { MONOMIAL_HEAD = 3, DIM_MAX_WORDS = 256 };

static uint64_t dim_hash(const void *owner, uint32_t id)
{
    return ((const struct dims *)owner)->entries[id].hash;
}

static dim_t intern_over(struct dims *t, const uint32_t *w, uint32_t length,
                         uint32_t terms, uint32_t denominator)
{
    if (!hash_index_room(&t->index, t->mem, dim_hash, t))
        return 0;
    uint64_t h = hash_words(terms, w, length) + denominator - 1;
    uint32_t s = hash_slot(&t->index, h);
    for (; t->index.slots[s]; s = hash_next(&t->index, s)) {
        const struct dim_entry *e = &t->entries[t->index.slots[s]];
        if (e->hash == h && e->length == length &&
            e->denominator == denominator &&
            !memcmp(t->words + e->offset, w, length * sizeof *w))
            return t->index.slots[s];
    }
    if (!MEM_RESERVE(t->mem, t->entries, t->capacity, (size_t)t->count + 2) ||
        !MEM_RESERVE(t->mem, t->words, t->words_capacity,
                     (size_t)t->words_used + length + 1))
        return 0;
    memcpy(t->words + t->words_used, w, length * sizeof *w);
    t->entries[++t->count] =
        (struct dim_entry){t->words_used, length, terms, denominator, h};
    t->words_used += length;
    t->index.slots[s] = t->count;
    t->index.count++;
    return t->count;
}

static dim_t dim_intern(struct dims *t, const uint32_t *w, uint32_t length,
                        uint32_t terms)
{
    return intern_over(t, w, length, terms, 1);
}

bool dim_table_init(struct dims *t, struct mem *m, struct intern *names)
{
    *t = (struct dims){.mem = m, .names = names};
    return dim_from_int(t, 1) == DIM_ONE && dim_from_int(t, 0) == DIM_ZERO;
}

void dim_table_free(struct dims *t)
{
    MEM_FREE_ARRAY(t->mem, t->applied, t->applied_capacity);
    hash_index_free(&t->applied_index, t->mem);
    MEM_FREE_ARRAY(t->mem, t->entries, t->capacity);
    MEM_FREE_ARRAY(t->mem, t->words, t->words_capacity);
    hash_index_free(&t->index, t->mem);
}

bool dim_table_image(struct dims *t, struct image *im)
{
    return image_number(im, &t->count) && image_number(im, &t->words_used) &&
           image_number(im, &t->applied_count) &&
           IMAGE_ARRAY(im, t->entries, t->capacity, (size_t)t->count + 1) &&
           IMAGE_ARRAY(im, t->words, t->words_capacity, t->words_used) &&
           IMAGE_ARRAY(im, t->applied, t->applied_capacity,
                       (size_t)t->applied_count + 1) &&
           image_index(im, &t->index) && image_index(im, &t->applied_index);
}

static uint64_t applied_hash(const void *owner, uint32_t id)
{
    return hash_word(((const struct dims *)owner)->applied[id].symbol);
}

void dim_table_forget(struct dims *t, dim_t keep)
{
    if (t->count <= keep)
        return;
    uint32_t kept = t->applied_count;
    while (kept && t->applied[kept].whole > keep)
        kept--;
    hash_index_forget(&t->applied_index, kept, applied_hash, t);
    t->applied_count = kept;
    hash_index_forget(&t->index, keep, dim_hash, t);
    t->words_used = t->entries[keep + 1].offset;
    t->count = keep;
}

static void put_head(uint32_t *w, int64_t coefficient, uint32_t nsymbols)
{
    memcpy(w, &coefficient, sizeof coefficient);
    w[2] = nsymbols;
}

static int64_t get_coefficient(const uint32_t *w)
{
    int64_t c;
    memcpy(&c, w, sizeof c);
    return c;
}

dim_t dim_from_int(struct dims *t, int64_t n)
{
    uint32_t w[MONOMIAL_HEAD];
    put_head(w, n, 0);
    return dim_intern(t, w, n ? MONOMIAL_HEAD : 0, n != 0);
}

dim_t dim_from_symbol(struct dims *t, symbol_t s)
{
    if (!s)
        return 0;
    uint32_t w[MONOMIAL_HEAD + 1];
    put_head(w, 1, 1);
    w[MONOMIAL_HEAD] = s;
    return dim_intern(t, w, MONOMIAL_HEAD + 1, 1);
}

/* ------------------------------------------------------- applied sizes */

const struct dim_applied *dim_applied(const struct dims *t, symbol_t s)
{
    if (!t->applied_count)
        return NULL;
    uint32_t slot = hash_slot(&t->applied_index, hash_word(s));
    for (; t->applied_index.slots[slot];
         slot = hash_next(&t->applied_index, slot))
        if (t->applied[t->applied_index.slots[slot]].symbol == s)
            return &t->applied[t->applied_index.slots[slot]];
    return NULL;
}

static uint32_t dim_depth(const struct dims *t, dim_t d)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        struct dim_term m = dim_term_at(t, d, i);
        for (uint32_t j = 0; j < m.nsymbols; j++) {
            const struct dim_applied *a = dim_applied(t, m.symbols[j]);
            if (a && a->depth > depth)
                depth = a->depth;
        }
    }
    return depth;
}

static symbol_t applied_name(struct dims *t, symbol_t base, dim_t argument)
{
    struct text name;
    text_init(&name, t->mem);
    text_format(&name, "%s{", intern_name(t->names, base));
    dim_print(t, argument, &name);
    text_char(&name, '}');
    symbol_t s = name.failed ? 0
                             : intern_bytes(t->names, text_get(&name),
                                            name.length);
    text_free(&name);
    return s;
}

static bool add_applied(struct dims *t, struct dim_applied a)
{
    if (!hash_index_room(&t->applied_index, t->mem, applied_hash, t) ||
        !MEM_RESERVE(t->mem, t->applied, t->applied_capacity,
                     (size_t)t->applied_count + 2))
        return false;
    uint32_t slot = hash_slot(&t->applied_index, hash_word(a.symbol));
    while (t->applied_index.slots[slot])
        slot = hash_next(&t->applied_index, slot);
    t->applied[++t->applied_count] = a;
    t->applied_index.slots[slot] = t->applied_count;
    t->applied_index.count++;
    return true;
}

dim_t dim_apply(struct dims *t, symbol_t base, dim_t argument)
{
    if (!base || !argument)
        return 0;
    struct dim_applied a = {.base = base,
                            .argument = argument,
                            .depth = dim_depth(t, argument) + 1};
    if (a.depth > DIM_MAX_NESTING) {
        fault_set(t->mem->fault, FAULT_LIMIT,
                  "sizes of sizes nested more than %d deep",
                  (int)DIM_MAX_NESTING);
        return 0;
    }
    a.symbol = applied_name(t, base, argument);
    a.whole = dim_from_symbol(t, a.symbol);
    if (!a.whole)
        return 0;
    return dim_applied(t, a.symbol) || add_applied(t, a) ? a.whole : 0;
}

uint32_t dim_term_count(const struct dims *t, dim_t d)
{
    return t->entries[d].terms;
}

struct dim_term dim_term_at(const struct dims *t, dim_t d, uint32_t i)
{
    const uint32_t *w = t->words + t->entries[d].offset;
    while (i--)
        w += MONOMIAL_HEAD + w[2];
    return (struct dim_term){get_coefficient(w), w[2], w + MONOMIAL_HEAD};
}

/* Order of monomials: higher degree first, then by symbols. */
static int monomial_compare(const uint32_t *a, const uint32_t *b)
{
    if (a[2] != b[2])
        return a[2] > b[2] ? -1 : 1;
    for (uint32_t i = 0; i < a[2]; i++)
        if (a[MONOMIAL_HEAD + i] != b[MONOMIAL_HEAD + i])
            return a[MONOMIAL_HEAD + i] < b[MONOMIAL_HEAD + i] ? -1 : 1;
    return 0;
}

static dim_t dim_too_large(struct dims *t)
{
    fault_set(t->mem->fault, FAULT_LIMIT, "a size too large to handle");
    return 0;
}

/* ---- fractions */

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

uint32_t dim_denominator(const struct dims *t, dim_t d)
{
    return t->entries[d].denominator;
}

/* The same terms with coefficients divided by k, over a denominator. */
static dim_t divided(struct dims *t, dim_t d, int64_t k, uint32_t denominator)
{
    uint32_t w[DIM_MAX_WORDS], length = t->entries[d].length;
    if (length > DIM_MAX_WORDS)
        return dim_too_large(t);
    memcpy(w, t->words + t->entries[d].offset, length * sizeof *w);
    for (uint32_t i = 0; i < length; i += MONOMIAL_HEAD + w[i + 2])
        put_head(w + i, get_coefficient(w + i) / k, w[i + 2]);
    return intern_over(t, w, length, t->entries[d].terms, denominator);
}

dim_t dim_numerator(struct dims *t, dim_t d)
{
    return d && dim_denominator(t, d) > 1 ? divided(t, d, 1, 1) : d;
}

dim_t dim_over(struct dims *t, dim_t d, uint32_t k)
{
    if (!d || !k)
        return 0;
    uint64_t over = (uint64_t)dim_denominator(t, d) * k, common = over;
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        int64_t c = dim_term_at(t, d, i).coefficient;
        common = common_divisor(c < 0 ? (uint64_t)0 - (uint64_t)c
                                      : (uint64_t)c, common);
    }
    if (over / common > UINT32_MAX)
        return dim_too_large(t);
    return divided(t, d, (int64_t)common, (uint32_t)(over / common));
}

/* a/p + b/q = (a*q + b*p)/(p*q) */
static dim_t add_fractions(struct dims *t, dim_t a, dim_t b)
{
    uint32_t p = dim_denominator(t, a), q = dim_denominator(t, b);
    dim_t left = dim_mul(t, dim_numerator(t, a), dim_from_int(t, q));
    dim_t right = dim_mul(t, dim_numerator(t, b), dim_from_int(t, p));
    return dim_over(t, dim_over(t, dim_add(t, left, right), p), q);
}

static dim_t multiply_fractions(struct dims *t, dim_t a, dim_t b)
{
    uint32_t p = dim_denominator(t, a), q = dim_denominator(t, b);
    dim_t d = dim_mul(t, dim_numerator(t, a), dim_numerator(t, b));
    return dim_over(t, dim_over(t, d, p), q);
}

static bool are_fractions(const struct dims *t, dim_t a, dim_t b)
{
    return dim_denominator(t, a) > 1 || dim_denominator(t, b) > 1;
}

dim_t dim_add(struct dims *t, dim_t a, dim_t b)
{
    if (!a || !b)
        return 0;
    if (are_fractions(t, a, b))
        return add_fractions(t, a, b);
    const uint32_t *x = t->words + t->entries[a].offset;
    const uint32_t *y = t->words + t->entries[b].offset;
    const uint32_t *xe = x + t->entries[a].length;
    const uint32_t *ye = y + t->entries[b].length;
    uint32_t w[2 * DIM_MAX_WORDS], n = 0, terms = 0;
    if (xe - x > DIM_MAX_WORDS || ye - y > DIM_MAX_WORDS)
        return dim_too_large(t);
    while (x < xe || y < ye) {
        int c = x == xe ? 1 : y == ye ? -1 : monomial_compare(x, y);
        const uint32_t *from = c <= 0 ? x : y;
        int64_t coefficient = get_coefficient(from);
        if (c == 0 && __builtin_add_overflow(coefficient, get_coefficient(y),
                                             &coefficient))
            return dim_too_large(t);
        uint32_t size = MONOMIAL_HEAD + from[2];
        if (coefficient) {
            memcpy(w + n, from, size * sizeof *w);
            put_head(w + n, coefficient, from[2]);
            n += size;
            terms++;
        }
        if (c <= 0)
            x += size;
        if (c >= 0)
            y += MONOMIAL_HEAD + y[2];
    }
    return n > DIM_MAX_WORDS ? dim_too_large(t) : dim_intern(t, w, n, terms);
}

static dim_t monomial_product(struct dims *t, const uint32_t *x,
                              const uint32_t *y)
{
    uint32_t w[MONOMIAL_HEAD + DIM_MAX_WORDS];
    uint32_t n = 0, i = 0, j = 0;
    int64_t c;
    if (x[2] + y[2] > DIM_MAX_WORDS / 4 ||
        __builtin_mul_overflow(get_coefficient(x), get_coefficient(y), &c))
        return dim_too_large(t);
    while (i < x[2] || j < y[2]) {
        bool left = j == y[2] || (i < x[2] && x[MONOMIAL_HEAD + i] <=
                                                  y[MONOMIAL_HEAD + j]);
        w[MONOMIAL_HEAD + n++] =
            left ? x[MONOMIAL_HEAD + i++] : y[MONOMIAL_HEAD + j++];
    }
    put_head(w, c, n);
    return dim_intern(t, w, MONOMIAL_HEAD + n, 1);
}

dim_t dim_mul(struct dims *t, dim_t a, dim_t b)
{
    if (!a || !b)
        return 0;
    if (a == DIM_ONE)
        return b;
    if (b == DIM_ONE)
        return a;
    if (are_fractions(t, a, b))
        return multiply_fractions(t, a, b);
    dim_t sum = DIM_ZERO;
    uint32_t na = t->entries[a].terms, nb = t->entries[b].terms;
    uint32_t left[DIM_MAX_WORDS], right[DIM_MAX_WORDS];
    if (t->entries[a].length > DIM_MAX_WORDS ||
        t->entries[b].length > DIM_MAX_WORDS)
        return dim_too_large(t);
    memcpy(left, t->words + t->entries[a].offset,
           t->entries[a].length * sizeof *left);
    memcpy(right, t->words + t->entries[b].offset,
           t->entries[b].length * sizeof *right);
    const uint32_t *x = left;
    for (uint32_t i = 0; i < na; i++, x += MONOMIAL_HEAD + x[2]) {
        const uint32_t *y = right;
        for (uint32_t j = 0; j < nb; j++, y += MONOMIAL_HEAD + y[2])
            sum = dim_add(t, sum, monomial_product(t, x, y));
    }
    return sum;
}

dim_t dim_sub(struct dims *t, dim_t a, dim_t b)
{
    return dim_add(t, a, dim_mul(t, dim_from_int(t, -1), b));
}

bool dim_is_int(const struct dims *t, dim_t d, int64_t *value)
{
    const struct dim_entry *e = &t->entries[d];
    if (e->terms == 0) {
        *value = 0;
        return true;
    }
    if (e->terms > 1 || e->denominator > 1 ||
        t->words[e->offset + 2] != 0)
        return false;
    *value = get_coefficient(t->words + e->offset);
    return true;
}

symbol_t dim_is_symbol(const struct dims *t, dim_t d)
{
    const struct dim_entry *e = &t->entries[d];
    const uint32_t *w = t->words + e->offset;
    return e->terms == 1 && w[2] == 1 && get_coefficient(w) == 1 &&
                   e->denominator == 1
               ? w[MONOMIAL_HEAD]
               : 0;
}

/* Nested as deep as DIM_MAX_NESTING. */
bool dim_any_symbol(const struct dims *t, dim_t d,
                    bool (*test)(void *data, symbol_t s), void *data)
{
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        struct dim_term m = dim_term_at(t, d, i);
        for (uint32_t j = 0; j < m.nsymbols; j++) {
            const struct dim_applied *a = dim_applied(t, m.symbols[j]);
            if (test(data, m.symbols[j]) ||
                (a && dim_any_symbol(t, a->argument, test, data)))
                return true;
        }
    }
    return false;
}

static bool is_symbol(void *data, symbol_t s)
{
    return *(const symbol_t *)data == s;
}

bool dim_mentions(const struct dims *t, dim_t d, symbol_t s)
{
    return dim_any_symbol(t, d, is_symbol, &s);
}

/* What a symbol becomes: 0 after a fault. */
static dim_t substitute_symbol(struct dims *t, symbol_t s,
                               dim_t (*map)(void *data, symbol_t s),
                               void *data)
{
    dim_t by = map(data, s);
    if (by)
        return by;
    const struct dim_applied *found = dim_applied(t, s);
    if (!found)
        return dim_from_symbol(t, s);
    const struct dim_applied a = *found;
    dim_t argument = dim_substitute(t, a.argument, map, data);
    return argument == a.argument ? a.whole
                                  : dim_apply(t, a.base, argument);
}

dim_t dim_substitute(struct dims *t, dim_t d,
                     dim_t (*map)(void *data, symbol_t s), void *data)
{
    if (!d)
        return 0;
    symbol_t whole = dim_is_symbol(t, d);
    if (whole)
        return substitute_symbol(t, whole, map, data);
    dim_t sum = DIM_ZERO;
    for (uint32_t i = 0; sum && i < t->entries[d].terms; i++) {
        struct dim_term m = dim_term_at(t, d, i);
        dim_t product = dim_from_int(t, m.coefficient);
        for (uint32_t j = 0; j < m.nsymbols; j++) {
            symbol_t s = dim_term_at(t, d, i).symbols[j];
            product = dim_mul(t, product,
                              substitute_symbol(t, s, map, data));
        }
        sum = dim_add(t, sum, product);
    }
    return dim_over(t, sum, dim_denominator(t, d));
}

static dim_t one_symbol(void *data, symbol_t s)
{
    const struct dim_replacement *r = data;
    return s == r->symbol ? r->by : 0;
}

dim_t dim_replace(struct dims *t, dim_t d, struct dim_replacement r)
{
    return dim_substitute(t, d, one_symbol, &r);
}

bool dim_value(const struct dims *t, dim_t d,
               bool (*value)(void *data, symbol_t s, int64_t *v), void *data,
               int64_t *result)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        struct dim_term m = dim_term_at(t, d, i);
        int64_t product = m.coefficient, v;
        for (uint32_t j = 0; j < m.nsymbols; j++)
            if (!value(data, m.symbols[j], &v) ||
                __builtin_mul_overflow(product, v, &product))
                return false;
        if (__builtin_add_overflow(sum, product, &sum))
            return false;
    }
    *result = sum / dim_denominator(t, d);
    return sum >= 0 && sum % dim_denominator(t, d) == 0;
}

symbol_t dim_common_factor(const struct dims *t, dim_t d)
{
    if (dim_term_count(t, d) < 2)
        return 0;
    struct dim_term first = dim_term_at(t, d, 0);
    for (uint32_t j = 0; j < first.nsymbols; j++) {
        bool common = true;
        for (uint32_t i = 1; common && i < dim_term_count(t, d); i++) {
            struct dim_term m = dim_term_at(t, d, i);
            common = false;
            for (uint32_t k = 0; k < m.nsymbols; k++)
                common = common || m.symbols[k] == first.symbols[j];
        }
        if (common)
            return first.symbols[j];
    }
    return 0;
}

/* The terms; one factor `left_out` of each is not written. */
uint32_t dim_written(const struct dims *t, dim_t d, uint32_t i)
{
    uint32_t n = dim_term_count(t, d), lead = 0;
    while (lead < n && dim_term_at(t, d, lead).coefficient < 0)
        lead++;
    if (lead == n)
        return i;
    return !i ? lead : i <= lead ? i - 1 : i;
}

static void print_terms(const struct dims *t, dim_t d, symbol_t left_out,
                        struct text *out)
{
    uint32_t n = dim_term_count(t, d);
    if (!n)
        text_char(out, '0');
    for (uint32_t i = 0; i < n; i++) {
        struct dim_term m = dim_term_at(t, d, dim_written(t, d, i));
        int64_t c = m.coefficient;
        symbol_t without = left_out;
        uint32_t left = m.nsymbols - (left_out != 0);
        if (c < 0)
            text_char(out, '-');
        else if (i)
            text_char(out, '+');
        uint64_t size = c < 0 ? (uint64_t)0 - (uint64_t)c : (uint64_t)c;
        bool between = size != 1 || !left;
        if (between)
            text_format(out, "%llu", (unsigned long long)size);
        for (uint32_t j = 0; j < m.nsymbols; j++) {
            if (m.symbols[j] == without) {
                without = 0;
                continue;
            }
            if (between)
                text_char(out, '*');
            between = true;
            text_str(out, intern_name(t->names, m.symbols[j]));
        }
    }
}

void dim_print(const struct dims *t, dim_t d, struct text *out)
{
    uint32_t over = dim_denominator(t, d), n = dim_term_count(t, d);
    symbol_t factor = over > 1 ? dim_common_factor(t, d) : 0;
    if (over > 1 && n > 1)
        text_format(out, factor ? "%s*(" : "%s(",
                    factor ? intern_name(t->names, factor) : "");
    print_terms(t, d, factor, out);
    if (over > 1)
        text_format(out, n > 1 ? ")/%u" : "/%u", over);
}

bool dim_has_sign(const struct dims *t, dim_t d, int64_t sign, bool symbols)
{
    for (uint32_t i = 0; i < dim_term_count(t, d); i++) {
        struct dim_term term = dim_term_at(t, d, i);
        if (term.coefficient * sign < 0 && (term.nsymbols || !symbols))
            return false;
    }
    return true;
}
