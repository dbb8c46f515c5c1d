/* test_growth.c - how the work of a derivative grows with its size, counted in
 * nodes made and bytes printed: what can be linear is, and nothing is worse
 * than it has to be. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"

enum { ROOM = 64 * 1024 };

struct size {
    double nodes, bytes;
};

/* `part` n times, with # for the number, joined by `join`. */
struct family {
    const char *title, *let, *before, *part, *join, *after, *by;
    int small;           /* n; the larger one is 4 times as large */
    double nodes, bytes; /* how often four times as many, at most: 4 is
                            linear, 16 quadratic */
};

static const struct family families[] = {
    {"a sum", "a", "", "sin(#*a)", "+", "", "a", 100, 5, 5.5},
    {"a product", "a", "", "sin(#*a)", "*", "", "a", 100, 6, 6},
    {"a product of forms", "x[n]", "", "(w#'*x)", "*", "", "x", 50, 6, 7},
    {"a sum of quadratic forms", "x[n]", "", "x'*A#*x", "+", "", "x", 100, 5,
     5.5},
    {"nested functions", "a", "", "exp(", "", "a", "a", 30, 5, 17},
    {"one matrix in a chain", "X[n,n]", "tr(", "A#", "*", "*X)", "X", 20, 5,
     5.5},
    {"a matrix many times", "X[n,n]", "tr(", "A#*X", "*", ")", "X", 6, 17,
     20},
    {"a row of blocks", "X[n,n]", "norm2([", "A#*X", ", ", "])^2", "X", 6, 7,
     7},
    {"a column of blocks", "x[n]", "norm2([", "A#*x", "; ", "])^2", "x", 6, 7,
     7}};
enum { FAMILIES = sizeof families / sizeof *families };

static void put(char *text, const char *part, int number)
{
    char *at = text + strlen(text);
    for (; *part; part++)
        if (*part == '#')
            at += sprintf(at, "%d", number);
        else
            *at++ = *part;
    *at = '\0';
}

static void write_text(char *text, const struct family *m, int n)
{
    *text = '\0';
    put(text, m->before, 0);
    for (int i = 0; i < n; i++) {
        put(text, i ? m->join : "", 0);
        put(text, m->part, 100 + i);
    }
    put(text, m->after, 0);
    for (int i = 0; !*m->join && i < n; i++)
        put(text, ")", 0);
}

static struct size measure(const struct family *m, int n)
{
    static char text[ROOM];
    struct fixture f;
    struct derive_result result;
    struct text out;
    fixture_init(&f);
    write_text(text, m, n);
    expr_t e = fixture_read(&f, m->let, text);
    ck_assert_msg(e != 0, "%s: %s", m->title, fixture_fault(&f));
    struct deriver *d = deriver_new(&f.x, f.rules);
    uint32_t before = f.x.count;
    struct derive_request q = {.expr = e,
                               .order = 1,
                               .by = {fixture_read_on(&f, m->by)},
                               .layout = LAYOUT_MIXED,
                               .form = FORM_MATRIX};
    derive_result_init(&result, &f.mem);
    text_init(&out, &f.mem);
    ck_assert_msg(derive(d, &q, &result), "%s: %s", m->title,
                  fixture_fault(&f));
    ck_assert(print_expr(&f.x, result.value, FORMAT_TEXT, &out));
    struct size s = {f.x.count - before + deriver_mark(d).nodes, out.length};
    text_free(&out);
    derive_result_free(&result);
    deriver_free(d);
    fixture_free(&f);
    return s;
}

START_TEST(grows_as_it_should)
{
    const struct family *m = &families[_i];
    struct size one = measure(m, m->small), four = measure(m, 4 * m->small);
    ck_assert_msg(four.nodes <= m->nodes * one.nodes,
                  "%s: %g nodes, 4 times as long %g", m->title, one.nodes,
                  four.nodes);
    ck_assert_msg(four.bytes <= m->bytes * one.bytes,
                  "%s: %g bytes, 4 times as long %g", m->title, one.bytes,
                  four.bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("growth");
    TCase *t = tcase_create("growth");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, grows_as_it_should, 0, FAMILIES);
    suite_add_tcase(s, t);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
