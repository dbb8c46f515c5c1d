/* test_verify_rules.c - the referee on the built-in rules: kernels against
 * definitions, differentials against differences. */
#include <check.h>
#include <stdio.h>

#include "fixture.h"
#include "suite.h"
#include "verify/verify.h"

enum { SEEDS = 5 };

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

/* The operator of its own parameters. */
static expr_t application(uint16_t id)
{
    const struct overload *o = overload_get(&f.ops, id);
    expr_t args[OP_MAX_ARGS];
    for (uint32_t k = 0; k < o->nargs; k++) {
        args[k] = overload_parameter(&f.x, id, k);
        if (!args[k])
            return 0;
    }
    return expr_apply(&f.x, o->op, o->nargs, args);
}

static const char *rule_name(const struct overload *o)
{
    return intern_name(&f.names, o->rule);
}

/* What the rule asks of the arguments for there to be a value. */
static struct conditions domain_of(const struct overload *o)
{
    struct conditions c;
    conditions_init(&c, &f.mem);
    for (uint32_t i = 0; !o->entrywise && i < o->ndomain; i++)
        ck_assert(conditions_add(&c, o->domain[i].predicate,
                                 o->domain[i].subject));
    return c;
}

START_TEST(definitions)
{
    struct verify_result r;
    uint32_t count = 0;
    for (uint32_t id = 1; id <= f.ops.overload_count; id++) {
        struct overload o = f.ops.overloads[id];
        expr_t e = o.definition ? application((uint16_t)id) : 0;
        if (!e)
            continue;
        /* index notation has no rows */
        if (expr_shape(&f.x, e)->kind == SHAPE_ROW &&
            expr_shape(&f.x, o.definition)->kind == SHAPE_VECTOR)
            e = expr_apply1(&f.x, OP_TRANSPOSE, e);
        struct conditions given = domain_of(&o);
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            ck_assert_msg(verify_identity(&f.x, e, o.definition, &given,
                                          seed, 0, &r),
                          "%s: %s", rule_name(&o), fixture_fault(&f));
            ck_assert_msg(r.verdict == VERDICT_VERIFIED ||
                              r.verdict == VERDICT_PROVED, "%s: %s: %s",
                          rule_name(&o), verdict_name(r.verdict), r.detail);
        }
        conditions_free(&given);
        count++;
    }
    ck_assert_uint_gt(count, 50);
}
END_TEST

START_TEST(differentials)
{
    struct verify_result r;
    uint32_t count = 0;
    for (uint32_t id = 1; id <= f.ops.overload_count; id++) {
        struct overload o = f.ops.overloads[id];
        expr_t e = o.differential ? application((uint16_t)id) : 0;
        for (uint32_t k = 0; e && k < o.nargs; k++) {
            if (!o.dparameter[k] && o.nargs > 1)
                continue; /* dexpm is derived by its direction only */
            struct conditions given = domain_of(&o);
            struct verify_request q = {.expr = e,
                                       .given = &given,
                                       .claim = o.differential,
                                       .order = 1,
                                       .inexact = true,
                                       .by = {o.parameter[k]},
                                       .form = FORM_DIFFERENTIAL};
            for (q.seed = 0; q.seed < SEEDS; q.seed++) {
                ck_assert_msg(verify(&f.x, &q, &r), "%s: %s", rule_name(&o),
                              fixture_fault(&f));
                ck_assert_msg(r.verdict == VERDICT_VERIFIED, "%s: %s: %s",
                              rule_name(&o), verdict_name(r.verdict),
                              r.detail);
            }
            conditions_free(&given);
            count++;
        }
    }
    ck_assert_uint_gt(count, 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("verify rules");
    TCase *c = tcase_create("verify rules");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, definitions);
    tcase_add_test(c, differentials);
    suite_add_tcase(s, c);
    return suite_run(s);
}
