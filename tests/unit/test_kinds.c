/* Random expressions of all kinds.
 *
 *   test_kinds                           some of each kind
 *   test_kinds COUNT [SEED [PART PARTS]] many, for the long run: every
 *                                        PARTS-th from PART on, counted
 *   test_kinds one KIND SEED NUMBER      one of them, as it was reported
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

enum { SOME = 200, MAX_FAILURES = 50, PROGRESS = 500 };

static void report(const char *what, const struct trial_counts *c)
{
    printf("%s: %u tried, %u proved, %u verified, %u unable, "
           "%u unmet, %u unsupported, %u limit, %u outside, %u constant, "
           "%u refuted, %u failures\n",
           what, c->tried, c->proved, c->verified, c->unable, c->unmet,
           c->unsupported, c->limit, c->outside, c->constant, c->refuted,
           c->failures);
    fflush(stdout);
}

static const struct trial_kind *kind_by_name(const char *name)
{
    for (uint32_t i = 0; i < trial_kind_count; i++)
        if (!strcmp(trial_kinds[i].name, name))
            return &trial_kinds[i];
    return NULL;
}

/* A test that tests nothing shows. */
static bool is_unsure(const struct trial *t)
{
    const struct trial_counts *c = &t->counts;
    return 100 * (c->proved + c->verified) < t->kind->percent * c->tried;
}

/* `count` of each kind: numbers part, part + parts, ... */
static int run(uint64_t count, uint64_t seed, uint64_t part, uint64_t parts,
               bool progress)
{
    struct trial_counts all = {0};
    for (uint32_t i = 0; i < trial_kind_count; i++) {
        struct trial t;
        trial_begin(&t, &trial_kinds[i]);
        for (uint64_t k = part; k < count && t.counts.failures < MAX_FAILURES;
             k += parts) {
            trial_run(&t, seed, k);
            if (progress && t.counts.tried % PROGRESS == 0)
                fprintf(stderr, "%s: %u\n", t.kind->name, t.counts.tried);
        }
        report(t.kind->name, &t.counts);
        if (t.counts.tried >= 100 && is_unsure(&t)) {
            fprintf(stderr, "%s: fewer than %u of 100 verified\n",
                    t.kind->name, t.kind->percent);
            t.counts.failures++;
        }
        trial_add(&all, &t.counts);
        trial_end(&t);
    }
    report("all kinds", &all);
    return all.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

static uint64_t number(int argc, char **argv, int at, uint64_t missing)
{
    return at < argc ? strtoull(argv[at], NULL, 10) : missing;
}

static int run_one(const char *name, uint64_t seed, uint64_t at)
{
    const struct trial_kind *kind = kind_by_name(name);
    struct trial t;
    if (!kind) {
        fprintf(stderr, "there is no kind '%s'\n", name);
        return EXIT_FAILURE;
    }
    trial_begin(&t, kind);
    trial_run(&t, seed, at);
    report(name, &t.counts);
    int status = t.counts.failures ? EXIT_FAILURE : EXIT_SUCCESS;
    trial_end(&t);
    return status;
}

/* What was asked for: Check runs no function with arguments. */
static struct {
    int argc;
    char **argv;
    int status;
} command;

START_TEST(kinds)
{
    int argc = command.argc;
    char **argv = command.argv;
    uint64_t count = number(argc, argv, 1, 0);
    if (argc > 4 && !strcmp(argv[1], "one"))
        command.status = run_one(argv[2], number(argc, argv, 3, 1),
                                 number(argc, argv, 4, 0));
    else if (argc < 2)
        command.status = run(random_test_count(SOME), 1, 0, 1, false);
    else
        command.status =
            run((count + trial_kind_count - 1) / trial_kind_count,
                number(argc, argv, 2, 1), number(argc, argv, 3, 0),
                number(argc, argv, 4, 1), true);
    ck_assert_int_eq(command.status, EXIT_SUCCESS);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *s = suite_create("kinds");
    TCase *t = tcase_create("kinds");
    command.argc = argc;
    command.argv = argv;
    tcase_add_test(t, kinds);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK); /* and so without a time limit */
    srunner_run_all(r, CK_MINIMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
