/* suite.h - the end of a test program's main: runs its suite. */
#ifndef MD_TESTS_SUITE_H
#define MD_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* What main returns: EXIT_SUCCESS when no test failed. */
static inline int suite_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
