/* test_condition.c - conditions: the built-in rules that reduce them are
 * equivalences, and what is left of a list is what is needed. */
#include <check.h>
#include <stdio.h>

#include "fixture.h"
#include "print/print.h"
#include "rule/match.h"
#include "suite.h"
#include "truth.h"

enum { POINTS = 400 };

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
    snprintf(said, sizeof said, "%s, line %u, %s(%s)",
             intern_name(&f.names, p->name), p->line,
             property_name((enum property)p->predicate), text_get(&t));
    text_free(&t);
    return said;
}

/* Whether the conditions of the rule's right side hold; UNKNOWN if one is
 * unsure or has no value. */
static enum truth right_side(struct place *at, const struct pattern *p)
{
    enum truth all = TRUTH_TRUE;
    for (uint32_t i = 0; i < p->nresults; i++) {
        struct condition c = f.rules->results[p->first_result + i];
        const struct eval_value *v = place_value(at, c.subject);
        enum truth t = v ? truth_of(v, c.predicate) : TRUTH_UNKNOWN;
        if (t == TRUTH_FALSE)
            return TRUTH_FALSE;
        if (t == TRUTH_UNKNOWN)
            all = TRUTH_UNKNOWN;
    }
    return all;
}

/* Both sides at many points; counts those at which they are true and
 * false. */
static void compare(const struct pattern *p, uint32_t *yes, uint32_t *no)
{
    struct place at;
    struct random r = {p->line};
    place_init(&at, &f);
    place_add(&at, p->left);
    for (uint32_t i = 0; i < p->nresults; i++)
        place_add(&at, f.rules->results[p->first_result + i].subject);
    for (int i = 0; i < POINTS; i++) {
        ck_assert(place_draw(&at, &r, i % 4 != 0));
        const struct eval_value *v = place_value(&at, p->left);
        enum truth left = v ? truth_of(v, (enum property)p->predicate)
                            : TRUTH_UNKNOWN;
        enum truth right = right_side(&at, p);
        if (left == TRUTH_UNKNOWN || right == TRUTH_UNKNOWN)
            continue;
        ck_assert_msg(left == right, "%s: no equivalence", left_side(p));
        *(left == TRUTH_TRUE ? yes : no) += 1;
    }
    place_free(&at);
}

START_TEST(reductions_are_equivalences)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < f.rules->count; i++) {
        const struct pattern p = f.rules->patterns[i];
        uint32_t yes = 0, no = 0;
        if (!p.nresults)
            continue;
        compare(&p, &yes, &no);
        ck_assert_msg(yes && no, "%s: %u points true, %u false",
                      left_side(&p), yes, no);
        count++;
    }
    ck_assert_uint_gt(count, 60);
}
END_TEST

/* Reads "predicate(e), ..." into a list. */
static void add(struct conditions *c, enum property p, const char *text)
{
    expr_t e = fixture_read_on(&f, text);
    ck_assert_msg(e && rules_reduce(f.rules, (struct condition){p, e, 0}, c),
                  "%s", fixture_fault(&f));
}

static void expect(struct conditions *c, const char *want)
{
    struct text t;
    text_init(&t, &f.mem);
    ck_assert(rules_minimise(f.rules, c));
    for (uint32_t i = 0; i < c->count; i++) {
        text_str(&t, i ? ", " : "");
        ck_assert(print_condition(&f.x, &c->items[i], FORMAT_TEXT, &t));
    }
    ck_assert_str_eq(text_get(&t), want);
    text_free(&t);
    conditions_free(c);
}

START_TEST(what_is_left)
{
    struct conditions c;
    static const char let[] = "A[n,n], B[n,n], P[n,n] posdef, X[m,n], "
                              "x[n], y[n], z[n] positive, a, b";
    ck_assert(scope_declare(f.scope, let, sizeof let - 1));
    conditions_init(&c, &f.mem);
    add(&c, PROP_INVERTIBLE, "A*B");
    add(&c, PROP_INVERTIBLE, "B'");
    add(&c, PROP_NONZERO, "det(A)");
    expect(&c, "A invertible, B invertible");
    add(&c, PROP_INVERTIBLE, "A");
    add(&c, PROP_POSITIVE, "det(A)");
    expect(&c, "det(A) > 0");
    add(&c, PROP_NONZERO, "a");
    add(&c, PROP_POSITIVE, "b");
    add(&c, PROP_NONZERO, "a*b^2");
    expect(&c, "a != 0, b > 0");
    add(&c, PROP_POSITIVE, "x'*P*x");
    add(&c, PROP_POSITIVE, "x'*x");
    add(&c, PROP_NONZERO, "norm1(x)");
    expect(&c, "x != 0");
    add(&c, PROP_NONZERO, "z");
    add(&c, PROP_INVERTIBLE, "diag(z)+P");
    add(&c, PROP_POSITIVE, "exp(x)");
    expect(&c, "");
    add(&c, PROP_POSITIVE, "a");
    add(&c, PROP_POSITIVE, "a+b^2");
    expect(&c, "a > 0");
    add(&c, PROP_NONZERO, "x");
    add(&c, PROP_NONZERO, "x'*x");
    expect(&c, "x != 0 in every entry");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("conditions");
    TCase *t = tcase_create("conditions");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, reductions_are_equivalences);
    tcase_add_test(t, what_is_left);
    suite_add_tcase(s, t);
    return suite_run(s);
}
