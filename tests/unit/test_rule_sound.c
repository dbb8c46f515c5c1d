/* test_rule_sound.c - every built-in rewrite and fact is evaluated at random
 * points: both sides of a rewrite agree, a fact's predicate is so. */
#include <check.h>

#include "fixture.h"
#include "rule/match.h"
#include "verify/verify.h"

enum { SEEDS = 4 };

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

static const char *pattern_name(const struct pattern *p)
{
    return intern_name(&f.names, p->name);
}

static void agree(const struct pattern *p, expr_t a, expr_t b)
{
    struct verify_result r;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        ck_assert_msg(a && b && verify_equal(&f.x, a, b, seed, &r), "%s: %s",
                      pattern_name(p), fixture_fault(&f));
        ck_assert_msg(r.verdict == VERDICT_VERIFIED, "%s, line %u: %s: %s",
                      pattern_name(p), p->line, verdict_name(r.verdict),
                      r.detail);
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

static expr_t identity_like(expr_t e)
{
    dim_t n = expr_shape(&f.x, e)->dim[0];
    return expr_call1(&f.x, "eye", expr_size_argument(&f.x, n));
}

static expr_t transposed(expr_t e)
{
    return expr_apply1(&f.x, OP_TRANSPOSE, e);
}

/* v'*e*v of a vector of its own. */
static expr_t form(expr_t e)
{
    struct decl d = {.name = intern_text(&f.names, "v"),
                     .shape = shape_vector(expr_shape(&f.x, e)->dim[0])};
    expr_t v = expr_variable(&f.x, expr_declare(&f.x, &d));
    return expr_apply2(&f.x, OP_MUL,
                       expr_apply2(&f.x, OP_MUL, transposed(v), e), v);
}

static expr_t absolute(expr_t e)
{
    return expr_call1(&f.x, "abs", e);
}

/* A fact as an equation; false for what has none. */
static bool fact_equation(const struct pattern *p, expr_t *a, expr_t *b)
{
    expr_t e = p->left;
    *a = e;
    switch (p->predicate) {
    case PROP_SYMMETRIC:
        *b = transposed(e);
        return true;
    case PROP_ANTISYMMETRIC:
        *b = expr_apply1(&f.x, OP_NEG, transposed(e));
        return true;
    case PROP_DIAGONAL:
        *b = expr_apply2(&f.x, OP_HAD, e, identity_like(e));
        return true;
    case PROP_ORTHOGONAL:
        *a = expr_apply2(&f.x, OP_MUL, transposed(e), e);
        *b = identity_like(e);
        return true;
    case PROP_INVERTIBLE:
        *a = expr_apply2(&f.x, OP_MUL, expr_call1(&f.x, "inv", e), e);
        *b = identity_like(e);
        return true;
    case PROP_POSDEF:
    case PROP_PSD:
        *a = form(e);
        *b = absolute(*a);
        return true;
    case PROP_POSITIVE:
    case PROP_NONNEG:
        *b = absolute(e);
        return true;
    default:
        return false;
    }
}

START_TEST(facts)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f.rules->count; i++) {
        struct pattern p = f.rules->patterns[i];
        expr_t a, b;
        if (p.right || p.nresults || !fact_equation(&p, &a, &b))
            continue;
        agree(&p, a, b);
        count++;
    }
    ck_assert_uint_gt(count, 80);
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
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
