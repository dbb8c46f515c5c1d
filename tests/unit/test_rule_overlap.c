/* test_rule_overlap.c - where two rewrites apply to one expression, the
 * results have the same value whichever comes first; nearly always they are
 * the same expression in the end.  OVERLAPS=show lists the others. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "print/print.h"
#include "rule/overlap.h"
#include "suite.h"
#include "verify/verify.h"

static struct fixture f;

static struct counts {
    unsigned pairs, equal, open;
} counts;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

static const char *show(expr_t e, struct text *t)
{
    text_clear(t);
    print_expr(&f.x, e, FORMAT_TEXT, t);
    return text_get(t);
}

static bool compare(void *data, const struct overlap *o)
{
    struct verify_result r;
    struct text peak, one, other;
    (void)data;
    text_init(&peak, &f.mem);
    text_init(&one, &f.mem);
    text_init(&other, &f.mem);
    ck_assert_msg(verify_results(&f.x, o->peak, o->one, o->other, 0,
                                 &r), "%s",
                  fixture_fault(&f));
    ck_assert_msg(r.verdict != VERDICT_REFUTED, "%s and %s: %s is %s or %s",
                  intern_name(&f.names, o->outer->name),
                  intern_name(&f.names, o->inner->name), show(o->peak, &peak),
                  show(o->one, &one), show(o->other, &other));
    counts.pairs++;
    counts.equal += r.verdict == VERDICT_VERIFIED;
    if (getenv("OVERLAPS"))
        printf("%s, %s: %s is %s or %s (%s)\n",
               intern_name(&f.names, o->outer->name),
               intern_name(&f.names, o->inner->name), show(o->peak, &peak),
               show(o->one, &one), show(o->other, &other),
               verdict_name(r.verdict));
    text_free(&peak);
    text_free(&one);
    text_free(&other);
    return true;
}

START_TEST(builtin)
{
    unsigned rewrites = 0;
    for (uint32_t i = 0; i < f.rules->count; i++)
        for (uint32_t k = 0; k < f.rules->count; k++) {
            struct pattern p = f.rules->patterns[i], q = f.rules->patterns[k];
            if (p.right && q.right)
                ck_assert_msg(overlap_each(f.rules, &p, &q, compare, NULL),
                              "%s", fixture_fault(&f));
            rewrites += p.right && i == k;
        }
    ck_assert_uint_gt(rewrites, 150);
    ck_assert_uint_gt(counts.pairs, 100);
    /* The others have a value nowhere: the inverse of what is singular. */
    ck_assert_uint_ge(counts.equal + counts.pairs / 12, counts.pairs);
    printf("%u rewrites, %u overlaps with different results, %u of the same "
           "value\n", rewrites, counts.pairs, counts.equal);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rule overlap");
    TCase *c = tcase_create("rule overlap");
    tcase_set_timeout(c, 120);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, builtin);
    suite_add_tcase(s, c);
    return suite_run(s);
}
