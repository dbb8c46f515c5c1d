/* test_image.c - the image of the built-in rules' tables: it is what loading
 * the rules gives, it survives being damaged and memory that ends, and a start
 * costs no more than it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "api/engine.h"
#include "rule/builtin.h"
#include "rule/table.h"

enum { MOST_ALLOCATIONS = 60, MOST_BYTES = 1500 * 1000 };

static struct fault fault;
static const md_options plain;

static void begin(struct engine *g)
{
    fault_clear(&fault);
    ck_assert(engine_begin(g, &fault, &plain));
}

static bool read_image(struct engine *g, const uint64_t *words, size_t count)
{
    struct image im;
    image_reader(&im, &g->mem, words, count);
    return engine_image(g, &im);
}

static void write_image(struct engine *g, struct text *t)
{
    struct image im;
    text_init(t, &g->mem);
    image_writer(&im, t);
    ck_assert_msg(engine_image(g, &im), "%s", fault.message);
    ck_assert_int_eq(t->length % 8, 0);
}

static uint64_t digest(const struct engine *g)
{
    const struct exprs *x = &g->x;
    const struct rules *r = g->rules;
    uint64_t h = hash_mix(x->count, g->names.count);
    h = hash_mix(h, (uint64_t)g->numbers.count << 32 | g->dims.count);
    h = hash_mix(h, (uint64_t)g->ops.count << 32 | g->ops.overload_count);
    h = hash_mix(h, (uint64_t)x->decl_count << 32 | x->shape_count);
    h = hash_mix(h, (uint64_t)r->condition_count << 32 | r->result_count);
    h = hash_mix(h, (uint64_t)r->law_count << 32 | r->load);
    h = hash_mix(h, hash_bytes(g->names.bytes, g->names.bytes_used));
    for (expr_t e = 1; e <= x->count; e++)
        h = hash_mix(h, expr_hash(x, e));
    for (uint32_t i = 0; i < r->count; i++) {
        const struct pattern *p = &r->patterns[i];
        h = hash_mix(h, (uint64_t)p->left << 32 | p->right);
        h = hash_mix(h, (uint64_t)p->name << 32 | p->predicate);
    }
    for (uint32_t i = 0; i < r->listed_count; i++)
        h = hash_mix(h, r->listed[i]);
    for (op_t op = 0; op < g->ops.count; op++)
        for (int k = 0; k < PURPOSES; k++)
            h = hash_mix(h, patterns_for(r, (enum purpose)k, op).count);
    return hash_mix(h, (uint64_t)r->ones << 32 | (uint64_t)r->eye << 16 |
                           r->zeros);
}

START_TEST(is_what_loading_gives)
{
    struct engine read, loaded;
    begin(&read);
    ck_assert(read_image(&read, builtin_image, builtin_image_words));
    begin(&loaded);
    ck_assert(rules_load_builtin(loaded.rules));
    ck_assert_uint_gt(read.x.count, 1000);
    ck_assert_uint_eq(read.x.count, loaded.x.count);
    ck_assert_uint_eq(read.rules->count, loaded.rules->count);
    ck_assert(digest(&read) == digest(&loaded));
    engine_stop(&read);
    engine_stop(&loaded);
}
END_TEST

START_TEST(read_and_written_is_the_same)
{
    struct engine g;
    struct text t;
    begin(&g);
    ck_assert(read_image(&g, builtin_image, builtin_image_words));
    write_image(&g, &t);
    ck_assert_uint_eq(t.length, builtin_image_words * 8);
    ck_assert(!memcmp(t.bytes, builtin_image, t.length));
    text_free(&t);
    engine_stop(&g);
    ck_assert_uint_eq(g.mem.used, 0);
}
END_TEST

START_TEST(cut_short_or_of_another_build)
{
    uint64_t *words = malloc(builtin_image_words * 8);
    struct engine g;
    memcpy(words, builtin_image, builtin_image_words * 8);
    for (size_t n = 0; n < builtin_image_words; n += 1 + n / 5) {
        begin(&g);
        ck_assert(!read_image(&g, words, n));
        ck_assert_int_eq(fault.kind, FAULT_INTERNAL);
        engine_stop(&g);
    }
    words[2] += UINT64_C(1) << 32; /* an element is larger */
    begin(&g);
    ck_assert(!read_image(&g, words, builtin_image_words));
    ck_assert_int_eq(fault.kind, FAULT_INTERNAL);
    engine_stop(&g);
    free(words);
}
END_TEST

START_TEST(every_allocation_fails_once)
{
    struct engine g;
    uint32_t allocations = 0;
    for (bool done = false; !done; allocations++) {
        begin(&g);
        g.mem.countdown = allocations + 1;
        done = read_image(&g, builtin_image, builtin_image_words);
        ck_assert(done || fault.kind == FAULT_MEMORY);
        engine_stop(&g);
    }
    ck_assert_uint_gt(allocations, 20);
    ck_assert_uint_le(allocations, MOST_ALLOCATIONS);
}
END_TEST

/* Not a time: what the time of a start is made of.  Where a bound is passed,
 * look at bench/start before raising it. */
START_TEST(costs_of_a_start)
{
    struct engine g;
    fault_clear(&fault);
    ck_assert(engine_start(&g, &fault, &plain, NULL));
    ck_assert_uint_eq(g.rules->syntax.capacity, 0); /* no rule is read */
    ck_assert_uint_le(builtin_image_words * 8, MOST_BYTES);
    ck_assert_uint_le(g.mem.peak, 2 * MOST_BYTES);
    engine_stop(&g);
}
END_TEST

int main(void)
{
    if (!builtin_image_words)
        return 77; /* built for another machine, without an image */
    Suite *s = suite_create("image");
    TCase *t = tcase_create("image");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, is_what_loading_gives);
    tcase_add_test(t, read_and_written_is_the_same);
    tcase_add_test(t, cut_short_or_of_another_build);
    tcase_add_test(t, every_allocation_fails_once);
    tcase_add_test(t, costs_of_a_start);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
