#include "number/rational.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

/* big == NULL: n/d with d > 0, gcd 1, both below 2^62 in size. */
struct rat_entry {
    int64_t n, d;
    mpq_ptr big;
    uint64_t hash;
};

#define SMALL_LIMIT (INT64_C(1) << 62)

static uint64_t small_hash(int64_t n, int64_t d)
{
    return hash_mix(hash_mix(17, (uint64_t)n), (uint64_t)d);
}

static uint64_t mpz_hash(uint64_t h, mpz_srcptr z)
{
    h = hash_mix(h, (uint64_t)(mpz_sgn(z) + 1));
    for (size_t i = 0; i < mpz_size(z); i++)
        h = hash_mix(h, mpz_getlimbn(z, (mp_size_t)i));
    return h;
}

static uint64_t entry_hash(const void *owner, uint32_t id)
{
    return ((const struct rationals *)owner)->entries[id].hash;
}

static rat_t rat_new(struct rationals *t, struct rat_entry e, uint32_t slot)
{
    if (!MEM_RESERVE(t->mem, t->entries, t->capacity, (size_t)t->count + 2))
        return 0;
    t->entries[++t->count] = e;
    t->index.slots[slot] = t->count;
    t->index.count++;
    return t->count;
}

static rat_t intern_small(struct rationals *t, int64_t n, int64_t d)
{
    if (!hash_index_room(&t->index, t->mem, entry_hash, t))
        return 0;
    uint64_t h = small_hash(n, d);
    uint32_t s = hash_slot(&t->index, h);
    for (; t->index.slots[s]; s = hash_next(&t->index, s)) {
        const struct rat_entry *e = &t->entries[t->index.slots[s]];
        if (!e->big && e->n == n && e->d == d)
            return t->index.slots[s];
    }
    return rat_new(t, (struct rat_entry){n, d, NULL, h}, s);
}

static bool fits_small(mpz_srcptr z)
{
    return mpz_sizeinbase(z, 2) <= 62;
}

/* Interns a canonical q; q is copied when it is new. */
static rat_t intern_big(struct rationals *t, mpq_srcptr q)
{
    if (fits_small(mpq_numref(q)) && fits_small(mpq_denref(q)))
        return intern_small(t, mpz_get_si(mpq_numref(q)),
                            mpz_get_si(mpq_denref(q)));
    size_t digits = mpz_sizeinbase(mpq_numref(q), 10);
    size_t den = mpz_sizeinbase(mpq_denref(q), 10);
    if (digits > t->digit_limit || den > t->digit_limit) {
        fault_set(t->mem->fault, FAULT_LIMIT,
                  "a number of more than %u digits", t->digit_limit);
        return 0;
    }
    if (!hash_index_room(&t->index, t->mem, entry_hash, t))
        return 0;
    uint64_t h = mpz_hash(mpz_hash(19, mpq_numref(q)), mpq_denref(q));
    uint32_t s = hash_slot(&t->index, h);
    for (; t->index.slots[s]; s = hash_next(&t->index, s)) {
        const struct rat_entry *e = &t->entries[t->index.slots[s]];
        if (e->big && e->hash == h && mpq_equal(e->big, q))
            return t->index.slots[s];
    }
    mpq_ptr copy = mem_alloc(t->mem, sizeof *copy);
    if (!copy)
        return 0;
    mpq_init(copy);
    mpq_set(copy, q);
    rat_t id = rat_new(t, (struct rat_entry){0, 0, copy, h}, s);
    if (!id) {
        mpq_clear(copy);
        mem_free(t->mem, copy, sizeof *copy);
    }
    return id;
}

bool rat_table_init(struct rationals *t, struct mem *m, uint32_t digit_limit)
{
    static const struct {
        int64_t n, d;
    } first[] = {{0, 1}, {1, 1}, {-1, 1}, {2, 1}, {-2, 1}, {1, 2}, {-1, 2}};
    *t = (struct rationals){.mem = m, .digit_limit = digit_limit};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (!intern_small(t, first[i].n, first[i].d))
            return false;
    return true;
}

static void free_big_above(struct rationals *t, rat_t keep)
{
    for (uint32_t i = keep + 1; i <= t->count; i++)
        if (t->entries[i].big) {
            mpq_clear(t->entries[i].big);
            mem_free(t->mem, t->entries[i].big, sizeof *t->entries[i].big);
        }
}

void rat_table_forget(struct rationals *t, rat_t keep)
{
    if (t->count <= keep)
        return;
    hash_index_forget(&t->index, keep, entry_hash, t);
    free_big_above(t, keep);
    t->count = keep;
}

void rat_table_free(struct rationals *t)
{
    free_big_above(t, 0);
    MEM_FREE_ARRAY(t->mem, t->entries, t->capacity);
    hash_index_free(&t->index, t->mem);
}

bool rat_table_image(struct rationals *t, struct image *im)
{
    for (uint32_t i = 1; i <= t->count; i++)
        if (t->entries[i].big)
            return fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                             "a number too large for an image of the table");
    return IMAGE_ARRAY(im, t->entries, t->capacity, (size_t)t->count + 1) &&
           image_number(im, &t->count) && image_index(im, &t->index);
}

static int64_t gcd64(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

static void to_mpq(const struct rationals *t, rat_t a, mpq_ptr q)
{
    const struct rat_entry *e = &t->entries[a];
    mpq_init(q);
    if (e->big)
        mpq_set(q, e->big);
    else
        mpq_set_si(q, e->n, (unsigned long)e->d);
}

/* n/d in 128 bits, reduced, if it is small again; else 0 without a fault. */
static rat_t from_wide(struct rationals *t, __int128 n, __int128 d)
{
    __int128 a = n < 0 ? -n : n, b = d;
    if (a == 0)
        return RAT_ZERO;
    while (b) {
        __int128 r = a % b;
        a = b;
        b = r;
    }
    n /= a;
    d /= a;
    if (n >= SMALL_LIMIT || n <= -SMALL_LIMIT || d >= SMALL_LIMIT)
        return 0;
    return intern_small(t, (int64_t)n, (int64_t)d);
}

rat_t rat_from_int(struct rationals *t, int64_t n)
{
    return rat_from_ratio(t, n, 1);
}

rat_t rat_from_ratio(struct rationals *t, int64_t n, int64_t d)
{
    __int128 wn = n, wd = d;
    if (wd < 0) {
        wn = -wn;
        wd = -wd;
    }
    rat_t small = from_wide(t, wn, wd);
    if (small || fault_is_set(t->mem->fault))
        return small;
    mpq_t q;
    mpq_init(q);
    mpz_set_si(mpq_numref(q), n);
    mpz_set_si(mpq_denref(q), d);
    mpq_canonicalize(q);
    rat_t id = intern_big(t, q);
    mpq_clear(q);
    return id;
}

typedef void mpq_operation(mpq_ptr, mpq_srcptr, mpq_srcptr);

static rat_t big_op(struct rationals *t, rat_t a, rat_t b, mpq_operation *op)
{
    mpq_t x, y;
    to_mpq(t, a, x);
    to_mpq(t, b, y);
    op(x, x, y);
    rat_t id = intern_big(t, x);
    mpq_clear(x);
    mpq_clear(y);
    return id;
}

rat_t rat_add(struct rationals *t, rat_t a, rat_t b)
{
    if (!a || !b)
        return 0;
    if (a == RAT_ZERO)
        return b;
    if (b == RAT_ZERO)
        return a;
    const struct rat_entry *x = &t->entries[a], *y = &t->entries[b];
    if (!x->big && !y->big) {
        /* Products of 62-bit numbers, twice: below 2^125. */
        rat_t id = from_wide(t, (__int128)x->n * y->d + (__int128)y->n * x->d,
                             (__int128)x->d * y->d);
        if (id)
            return id;
    }
    return big_op(t, a, b, mpq_add);
}

rat_t rat_neg(struct rationals *t, rat_t a)
{
    return rat_mul(t, RAT_MINUS_ONE, a);
}

rat_t rat_sub(struct rationals *t, rat_t a, rat_t b)
{
    return rat_add(t, a, rat_neg(t, b));
}

rat_t rat_mul(struct rationals *t, rat_t a, rat_t b)
{
    if (!a || !b)
        return 0;
    if (a == RAT_ONE)
        return b;
    if (b == RAT_ONE)
        return a;
    if (a == RAT_ZERO || b == RAT_ZERO)
        return RAT_ZERO;
    const struct rat_entry *x = &t->entries[a], *y = &t->entries[b];
    if (!x->big && !y->big) {
        rat_t id = from_wide(t, (__int128)x->n * y->n, (__int128)x->d * y->d);
        if (id)
            return id;
    }
    return big_op(t, a, b, mpq_mul);
}

rat_t rat_div(struct rationals *t, rat_t a, rat_t b)
{
    if (!a || !b)
        return 0;
    if (b == RAT_ZERO) {
        fault_set(t->mem->fault, FAULT_DOMAIN, "division by zero");
        return 0;
    }
    const struct rat_entry *x = &t->entries[a], *y = &t->entries[b];
    if (!x->big && !y->big) {
        __int128 n = (__int128)x->n * y->d, d = (__int128)x->d * y->n;
        rat_t id = d < 0 ? from_wide(t, -n, -d) : from_wide(t, n, d);
        if (id)
            return id;
    }
    return big_op(t, a, b, mpq_div);
}

rat_t rat_abs(struct rationals *t, rat_t a)
{
    return a && rat_sign(t, a) < 0 ? rat_neg(t, a) : a;
}

static size_t entry_digits(const struct rationals *t, rat_t a)
{
    mpq_t q;
    to_mpq(t, a, q);
    size_t n = mpz_sizeinbase(mpq_numref(q), 10);
    size_t d = mpz_sizeinbase(mpq_denref(q), 10);
    mpq_clear(q);
    return n > d ? n : d;
}

rat_t rat_pow(struct rationals *t, rat_t a, int64_t n)
{
    if (!a)
        return 0;
    if (n == 0 || a == RAT_ONE)
        return RAT_ONE;
    if (a == RAT_ZERO)
        return n > 0 ? RAT_ZERO : rat_div(t, RAT_ONE, RAT_ZERO);
    if (a == RAT_MINUS_ONE)
        return n % 2 ? RAT_MINUS_ONE : RAT_ONE;
    uint64_t k = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
    if (k > t->digit_limit * UINT64_C(4) ||
        (entry_digits(t, a) - 1) * k > t->digit_limit) {
        fault_set(t->mem->fault, FAULT_LIMIT,
                  "a number of more than %u digits", t->digit_limit);
        return 0;
    }
    mpq_t q;
    to_mpq(t, a, q);
    mpz_pow_ui(mpq_numref(q), mpq_numref(q), k);
    mpz_pow_ui(mpq_denref(q), mpq_denref(q), k);
    if (n < 0)
        mpq_inv(q, q);
    rat_t id = intern_big(t, q);
    mpq_clear(q);
    return id;
}

rat_t rat_root(struct rationals *t, rat_t a, rat_t exponent)
{
    int64_t p, q;
    if (!a || !exponent || !rat_to_ratio(t, exponent, &p, &q) ||
        rat_sign(t, a) < 0 || q > 64 || p > 64 || p < -64)
        return 0;
    if (a == RAT_ZERO)
        return p > 0 ? RAT_ZERO : 0;
    mpq_t x;
    to_mpq(t, a, x);
    bool exact =
        mpz_root(mpq_numref(x), mpq_numref(x), (unsigned long)q) != 0;
    exact = mpz_root(mpq_denref(x), mpq_denref(x), (unsigned long)q) && exact;
    rat_t root = exact ? intern_big(t, x) : 0;
    mpq_clear(x);
    return root ? rat_pow(t, root, p) : 0;
}

rat_t rat_gcd(struct rationals *t, rat_t a, rat_t b)
{
    if (!a || !b)
        return 0;
    if (a == RAT_ZERO)
        return rat_abs(t, b);
    if (b == RAT_ZERO)
        return rat_abs(t, a);
    const struct rat_entry *x = &t->entries[a], *y = &t->entries[b];
    if (!x->big && !y->big) {
        __int128 lcm = (__int128)x->d / gcd64(x->d, y->d) * y->d;
        rat_t id = from_wide(t, gcd64(x->n, y->n), lcm);
        if (id)
            return id;
    }
    mpq_t p, q;
    to_mpq(t, a, p);
    to_mpq(t, b, q);
    mpz_gcd(mpq_numref(p), mpq_numref(p), mpq_numref(q));
    mpz_lcm(mpq_denref(p), mpq_denref(p), mpq_denref(q));
    mpq_canonicalize(p);
    rat_t id = intern_big(t, p);
    mpq_clear(p);
    mpq_clear(q);
    return id;
}

int rat_sign(const struct rationals *t, rat_t a)
{
    const struct rat_entry *e = &t->entries[a];
    if (e->big)
        return mpq_sgn(e->big);
    return (e->n > 0) - (e->n < 0);
}

int rat_compare(const struct rationals *t, rat_t a, rat_t b)
{
    const struct rat_entry *x = &t->entries[a], *y = &t->entries[b];
    if (!x->big && !y->big) {
        __int128 l = (__int128)x->n * y->d, r = (__int128)y->n * x->d;
        return (l > r) - (l < r);
    }
    mpq_t p, q;
    to_mpq(t, a, p);
    to_mpq(t, b, q);
    int c = mpq_cmp(p, q);
    mpq_clear(p);
    mpq_clear(q);
    return (c > 0) - (c < 0);
}

bool rat_is_integer(const struct rationals *t, rat_t a)
{
    const struct rat_entry *e = &t->entries[a];
    return e->big ? mpz_cmp_ui(mpq_denref(e->big), 1) == 0 : e->d == 1;
}

bool rat_to_int(const struct rationals *t, rat_t a, int64_t *value)
{
    const struct rat_entry *e = &t->entries[a];
    if (e->big || e->d != 1)
        return false;
    *value = e->n;
    return true;
}

bool rat_to_ratio(const struct rationals *t, rat_t a, int64_t *n, int64_t *d)
{
    const struct rat_entry *e = &t->entries[a];
    if (e->big)
        return false;
    *n = e->n;
    *d = e->d;
    return true;
}

double rat_to_double(const struct rationals *t, rat_t a)
{
    const struct rat_entry *e = &t->entries[a];
    return e->big ? mpq_get_d(e->big) : (double)e->n / (double)e->d;
}

uint64_t rat_hash(const struct rationals *t, rat_t a)
{
    return t->entries[a].hash;
}

static bool print_mpz(mpz_srcptr z, struct text *out)
{
    size_t size = mpz_sizeinbase(z, 10) + 2;
    char *digits = mem_alloc(out->mem, size);
    if (!digits) {
        out->failed = true;
        return false;
    }
    mpz_get_str(digits, 10, z);
    text_str(out, digits);
    mem_free(out->mem, digits, size);
    return true;
}

/* The number of zeros if d = 10^k with k >= 2, else 0. */
static int power_of_ten(int64_t d)
{
    int k = 0;
    while (d % 10 == 0) {
        d /= 10;
        k++;
    }
    return d == 1 && k >= 2 ? k : 0;
}

bool rat_has_bar(const struct rationals *t, rat_t a)
{
    const struct rat_entry *e = &t->entries[a];
    if (e->big)
        return mpz_cmp_ui(mpq_denref(e->big), 1) != 0;
    return e->d != 1 && !power_of_ten(e->d);
}

void rat_print(const struct rationals *t, rat_t a, struct text *out)
{
    const struct rat_entry *e = &t->entries[a];
    if (e->big) {
        print_mpz(mpq_numref(e->big), out);
        if (mpz_cmp_ui(mpq_denref(e->big), 1)) {
            text_char(out, '/');
            print_mpz(mpq_denref(e->big), out);
        }
        return;
    }
    int k = power_of_ten(e->d);
    if (k) {
        uint64_t n = e->n < 0 ? (uint64_t)0 - (uint64_t)e->n : (uint64_t)e->n;
        uint64_t d = (uint64_t)e->d;
        text_format(out, "%s%llu.%0*llu", e->n < 0 ? "-" : "",
                    (unsigned long long)(n / d), k,
                    (unsigned long long)(n % d));
    } else if (e->d == 1) {
        text_format(out, "%lld", (long long)e->n);
    } else {
        text_format(out, "%lld/%lld", (long long)e->n, (long long)e->d);
    }
}

/* digits without a point, then a power of ten. */
static rat_t from_digits(struct rationals *t, const char *digits, int64_t exp)
{
    mpq_t q;
    mpz_t power;
    mpq_init(q);
    mpz_init(power);
    mpz_set_str(mpq_numref(q), digits, 10);
    mpz_ui_pow_ui(power, 10, (unsigned long)(exp < 0 ? -exp : exp));
    if (exp < 0)
        mpz_set(mpq_denref(q), power);
    else
        mpz_mul(mpq_numref(q), mpq_numref(q), power);
    mpq_canonicalize(q);
    rat_t id = intern_big(t, q);
    mpz_clear(power);
    mpq_clear(q);
    return id;
}

rat_t rat_from_decimal(struct rationals *t, const char *text, size_t length)
{
    if (length > t->digit_limit)
        goto too_long;
    char *digits = mem_alloc(t->mem, length + 2);
    if (!digits)
        return 0;
    size_t n = 0, i = 0;
    int64_t exponent = 0;
    bool point = false;
    for (; i < length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '.') {
            point = true;
        } else {
            digits[n++] = text[i];
            exponent -= point;
        }
    }
    if (!n)
        digits[n++] = '0';
    if (i < length) {
        long long e = strtoll(text + i + 1, NULL, 10);
        if (e > t->digit_limit || e < -(long long)t->digit_limit) {
            mem_free(t->mem, digits, length + 2);
            goto too_long;
        }
        exponent += e;
    }
    rat_t id;
    if (n <= 18 && exponent == 0)
        id = rat_from_int(t, strtoll(digits, NULL, 10));
    else
        id = from_digits(t, digits, exponent);
    mem_free(t->mem, digits, length + 2);
    return id;
too_long:
    fault_set(t->mem->fault, FAULT_LIMIT, "a number of more than %u digits",
              t->digit_limit);
    return 0;
}
