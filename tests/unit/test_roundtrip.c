/* What is printed is read back as the same expression: random expressions
 * over all operators of the rules. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "print/print.h"
#include "random_expr.h"
#include "suite.h"

static const char declarations[] =
    "a, b, lambda, x_1[n], T, A[m,n], B[n,m], C[n,n], S[m,m] symmetric, "
    "P[n,n] posdef, x[n], y[m], Sigma_2[m,m], alpha, e1, "
    "u(x)[m], v(a)[n], f(t), h(s,t), F(C)[m,n], g(A), q(x,A)[n], size K";
static const char *const applications[] = {"u", "v", "f(a)", "h(a,b)", "F",
                                           "g", "q(x,A)"};
enum { MAX_FUNCTIONS = 32 };
static const char *const variables[] = {
    "a", "b", "lambda", "x_1", "T", "A", "B", "C", "S", "P", "x", "y",
    "Sigma_2", "alpha", "e1"};
enum { VARIABLES = sizeof variables / sizeof *variables, SIZES = 2 };

static struct fixture f;
static expr_t nodes[VARIABLES];
static dim_t sizes[SIZES];
static applied_t functions[MAX_FUNCTIONS];
static uint32_t nfunctions;
static dim_t exponent;

/* Abstract functions, each as it is and derived once by each argument. */
static void read_functions(void)
{
    uint32_t place;
    nfunctions = 0;
    for (size_t i = 0; i < sizeof applications / sizeof *applications; i++) {
        expr_t e = fixture_read_on(&f, applications[i]);
        applied_t a = expr_as_applied(&f.x, e);
        ck_assert(a != 0);
        functions[nfunctions++] = a;
        for (uint32_t k = 0; k < expr_get(&f.x, e)->nargs; k++)
            functions[nfunctions++] = applied_derive(&f.x, a, k, &place);
    }
}

static void setup(void)
{
    fixture_init(&f);
    ck_assert(scope_declare(f.scope, declarations, strlen(declarations)));
    for (int i = 0; i < VARIABLES; i++)
        nodes[i] = fixture_read_on(&f, variables[i]);
    sizes[0] = dim_from_symbol(&f.dims, intern_text(&f.names, "m"));
    sizes[1] = dim_from_symbol(&f.dims, intern_text(&f.names, "n"));
    exponent = dim_from_symbol(&f.dims, intern_text(&f.names, "K"));
    read_functions();
}

static void teardown(void)
{
    fixture_free(&f);
}

static struct random_options options(unsigned features, uint32_t depth)
{
    return (struct random_options){.features = features,
                                   .depth = depth,
                                   .nvariables = VARIABLES,
                                   .nsizes = SIZES,
                                   .variables = nodes,
                                   .sizes = sizes};
}

/* Prints, reads, compares; false with a message. */
static bool round_trip(expr_t e, enum print_format format)
{
    struct text t, again;
    text_init(&t, &f.mem);
    text_init(&again, &f.mem);
    bool ok = print_expr(&f.x, e, format, &t);
    expr_t back = ok ? fixture_read_on(&f, text_get(&t)) : 0;
    if (back != e) {
        fprintf(stderr, "%s\n", text_get(&t));
        if (!back)
            fprintf(stderr, "    %s\n", f.fault.message);
        else if (print_expr(&f.x, back, format, &again))
            fprintf(stderr, "    was read as %s\n", text_get(&again));
        fault_clear(&f.fault);
    }
    text_free(&t);
    text_free(&again);
    return back == e;
}

/* What Unicode writes for people only. */
static const char *const not_read[] = {"sqrt", "norm1", "norminf", "sigmoid",
                                       "inv", NULL};

static uint32_t round_trips(enum print_format format, unsigned features,
                            uint32_t depth, uint32_t count)
{
    struct random r = {.state = 1000 * (uint64_t)format + depth};
    struct random_options o = options(features, depth);
    o.avoid = format == FORMAT_UNICODE ? not_read : NULL;
    o.functions = functions;
    o.exponent = exponent;
    o.nfunctions = format == FORMAT_TEXT ? nfunctions : 0;
    uint32_t failures = 0;
    for (uint32_t i = 0; i < count && failures < 20; i++) {
        expr_t e = random_expr_any(&f.x, &r, &o);
        ck_assert_msg(e != 0, "%s", f.fault.message);
        failures += !round_trip(e, format);
    }
    return failures;
}

START_TEST(text_is_read_back)
{
    uint32_t count = random_test_count(2500);
    for (uint32_t depth = 2; depth <= 8; depth += 2)
        ck_assert_uint_eq(
            round_trips(FORMAT_TEXT, RANDOM_ALL, depth, count), 0);
}
END_TEST

START_TEST(unicode_is_read_back)
{
    uint32_t count = random_test_count(1000);
    for (uint32_t depth = 2; depth <= 6; depth += 2)
        ck_assert_uint_eq(
            round_trips(FORMAT_UNICODE, RANDOM_ALL, depth, count), 0);
}
END_TEST

/* Every format prints every expression, or says what it cannot. */
START_TEST(other_formats_print)
{
    struct random r = {.state = 7};
    struct random_options o = options(RANDOM_ALL, 5);
    uint32_t count = random_test_count(1000);
    for (uint32_t i = 0; i < count; i++) {
        expr_t e = random_expr_any(&f.x, &r, &o);
        for (int k = FORMAT_LATEX; k <= FORMAT_MATLAB; k++) {
            struct text t;
            text_init(&t, &f.mem);
            bool ok = print_expr(&f.x, e, (enum print_format)k, &t);
            ck_assert_msg(ok || f.fault.kind == FAULT_UNSUPPORTED, "%s: %s",
                          print_format_name((enum print_format)k),
                          f.fault.message);
            fault_clear(&f.fault);
            text_free(&t);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("round trip");
    TCase *c = tcase_create("round trip");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, text_is_read_back);
    tcase_add_test(c, unicode_is_read_back);
    tcase_add_test(c, other_formats_print);
    suite_add_tcase(s, c);
    return suite_run(s);
}
