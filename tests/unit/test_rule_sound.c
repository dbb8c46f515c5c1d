/* test_rule_sound.c - every built-in rewrite and fact is evaluated at random
 * points: both sides of a rewrite agree, a fact's predicate is so. */
#include <check.h>
#include <stdio.h>

#include "fixture.h"
#include "print/print.h"
#include "rule/match.h"
#include "suite.h"
#include "truth.h"
#include "verify/verify.h"

enum { SEEDS = 4, FACT_POINTS = 60 };

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

static const char *left_side(const struct pattern *p)
{
    static char said[200];
    struct text t;
    text_init(&t, &f.mem);
    print_expr(&f.x, p->left, FORMAT_TEXT, &t);
    snprintf(said, sizeof said, "%s, line %u, %s%s(%s)",
             intern_name(&f.names, p->name), p->line, p->denies ? "not " : "",
             property_name((enum property)p->predicate), text_get(&t));
    text_free(&t);
    return said;
}

static const char *pattern_name(const struct pattern *p)
{
    return intern_name(&f.names, p->name);
}

/* A law may ask for more than its left side has, under `assuming`, with which
 * it is verified. */
static void agree(const struct pattern *p, expr_t a, expr_t b)
{
    struct verify_result r;
    bool asks = p->law;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        ck_assert_msg(a && b && verify_equal(&f.x, a, b, seed, &r), "%s: %s",
                      pattern_name(p), fixture_fault(&f));
        ck_assert_msg(r.verdict == VERDICT_VERIFIED ||
                          (asks && r.verdict == VERDICT_UNABLE),
                      "%s, line %u: %s: %s", pattern_name(p), p->line,
                      verdict_name(r.verdict), r.detail);
    }
}

START_TEST(rewrites)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f.rules->count; i++) {
        struct pattern p = f.rules->patterns[i];
        if (!p.right)
            continue;
        agree(&p, p.left, p.right);
        count++;
    }
    ck_assert_uint_gt(count, 100);
}
END_TEST

/* The pattern with its scalars replaced by vectors, .* for * and so on. */
static expr_t lifted(const struct pattern *p, expr_t side)
{
    struct match m = {
        .r = f.rules, .x = &f.x, .pattern = p, .lifted = true};
    dim_t n = dim_from_symbol(&f.dims, intern_text(&f.names, "n"));
    for (uint32_t i = 0; i < p->nvariables; i++) {
        struct decl d = *expr_decl(&f.x, p->first + i);
        d.shape = shape_vector(n);
        m.value[i] = expr_variable(&f.x, expr_declare(&f.x, &d));
    }
    return match_build(&m, side);
}

/* Both sides on vectors, the same ones. */
static void lift_both(const struct pattern *p, expr_t *left, expr_t *right)
{
    expr_t from[PATTERN_MAX_VARIABLES], to[PATTERN_MAX_VARIABLES];
    decl_t first = f.x.decl_count + 1;
    *left = lifted(p, p->left);
    *right = lifted(p, p->right);
    for (uint32_t i = 0; i < p->nvariables; i++) {
        to[i] = expr_variable(&f.x, first + i);
        from[i] = expr_variable(&f.x, first + p->nvariables + i);
    }
    *right = expr_substitute(&f.x, *right, p->nvariables, from, to);
}

START_TEST(rewrites_by_entries)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f.rules->count; i++) {
        struct pattern p = f.rules->patterns[i];
        expr_t left, right;
        if (!p.right || !p.lifts || !p.nvariables)
            continue;
        lift_both(&p, &left, &right);
        if (left && right &&
            shape_equal(expr_shape(&f.x, left), expr_shape(&f.x, right)))
            agree(&p, left, right);
        count++;
    }
    ck_assert_uint_gt(count, 30);
}
END_TEST

/* The fact at many points: what it says is not seen to be false there, but for
 * one at most that rounding may have spoilt (an inverse of what is nearly
 * singular), and sometimes seen to be true. */
static void holds_at_points(const struct pattern *p)
{
    enum truth wrong = p->denies ? TRUTH_TRUE : TRUTH_FALSE;
    struct place at;
    struct random r = {p->left};
    uint32_t right = 0, against = 0;
    place_init(&at, &f);
    place_add(&at, p->left);
    for (int i = 0; i < FACT_POINTS; i++) {
        ck_assert(place_draw(&at, &r, i % 2));
        const struct eval_value *v = place_value(&at, p->left);
        enum truth t = v ? truth_of(v, (enum property)p->predicate)
                         : TRUTH_UNKNOWN;
        against += t == wrong;
        ck_assert_msg(against < 2, "%s: not a fact", left_side(p));
        right += t != TRUTH_UNKNOWN;
    }
    ck_assert_msg(right > 0, "%s: never seen", left_side(p));
    place_free(&at);
}

START_TEST(facts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f.rules->count; i++) {
        struct pattern p = f.rules->patterns[i];
        if (p.right || p.nresults)
            continue;
        holds_at_points(&p);
        count++;
    }
    ck_assert_uint_gt(count, 300);
}
END_TEST

/* A false rule is refuted: the tests above test something. */
START_TEST(a_false_rule)
{
    struct verify_result r;
    static const char rule[] =
        "rewrite wrong { let A[n,n], B[n,n]; "
        "inv(A*B) => inv(A)*inv(B); }";
    fault_clear(&f.fault);
    ck_assert_msg(!rules_load(f.rules, "wrong", rule, sizeof rule - 1),
                  "a duplicate was accepted");
    fault_clear(&f.fault);
    static const char false_fact[] =
        "rewrite false-fact { let A[n,n] symmetric, B[n,n] symmetric; "
        "(A*B)' => A*B; }";
    ck_assert_msg(
        rules_load(f.rules, "f", false_fact, sizeof false_fact - 1), "%s",
        fixture_fault(&f));
    struct pattern p = f.rules->patterns[f.rules->count - 1];
    ck_assert(verify_equal(&f.x, p.left, p.right, 1, &r));
    ck_assert_int_eq(r.verdict, VERDICT_REFUTED);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rules are sound");
    TCase *t = tcase_create("sound");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, rewrites);
    tcase_add_test(t, rewrites_by_entries);
    tcase_add_test(t, facts);
    tcase_add_test(t, a_false_rule);
    suite_add_tcase(s, t);
    return suite_run(s);
}
