/* test_api.c - the public interface, through matdiff.h alone. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matdiff.h"
#include "suite.h"

static md_context *c;

static void open_context(void)
{
    c = md_new(NULL);
    ck_assert_ptr_nonnull(c);
}

static void close_context(void)
{
    md_free(c);
}

static bool derive(const char *let, const char *expr, const char *by,
                   md_answer *a)
{
    const char *wrt[] = {by};
    md_query q = {.let = let, .expr = expr, .wrt = wrt, .wrt_count = 1};
    return md_derive(c, &q, a);
}

static md_kind kind(void)
{
    const md_error *e = md_last_error(c);
    return e ? e->kind : MD_NONE;
}

static bool lists(const char *const *items, size_t n, const char *item)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(items[i], item))
            return true;
    return false;
}

START_TEST(version_and_words)
{
    ck_assert_int_gt((int)strlen(md_version()), 0);
    ck_assert_str_eq(md_word(MD_LAYOUTS, 2), "denominator");
    ck_assert_str_eq(md_word(MD_FORMS, 0), "matrix");
    ck_assert_str_eq(md_word(MD_FORMATS, 2), "latex");
    ck_assert_str_eq(md_word(MD_PROPERTIES, 0), "symmetric");
    for (int l = MD_LAYOUTS; l <= MD_PROPERTIES; l++)
        ck_assert_ptr_null(md_word((md_list)l, 100));
    md_free(NULL);
}
END_TEST

START_TEST(a_derivative)
{
    md_answer a;
    ck_assert(derive("A[m,n], x[n], b[m]", "norm2(A*x-b)^2", "x", &a));
    ck_assert_str_eq(a.faces[0], "2*A'*(A*x-b)");
    ck_assert_uint_eq(a.shape_count, 1);
    ck_assert_str_eq(a.shape[0], "n");
    ck_assert_str_eq(a.layout, "mixed");
    ck_assert_str_eq(a.form, "matrix");
    ck_assert_str_eq(a.verdict, "proved");
    ck_assert_str_eq(a.assumed, "");
    ck_assert_ptr_null(md_last_error(c));
    const char *again = md_print(c, a.value, "latex");
    ck_assert_ptr_nonnull(again);
}
END_TEST

START_TEST(several_formats_and_orders)
{
    const char *wrt[] = {"x", "y"}, *to[] = {"latex", "text"};
    md_query q = {.let = "A[m,n], x[m], y[n]", .expr = "x'*A*y", .wrt = wrt,
                  .wrt_count = 2, .to = to, .to_count = 2};
    md_answer a;
    ck_assert(md_derive(c, &q, &a));
    ck_assert_uint_eq(a.face_count, 2);
    ck_assert_uint_eq(a.shape_count, 2);
    ck_assert_str_eq(a.verdict, "proved");
    q.unverified = true;
    ck_assert(md_derive(c, &q, &a));
    ck_assert_str_eq(a.verdict, "none");
    q.order = 7;
    ck_assert(!md_derive(c, &q, &a));
    ck_assert_int_eq(kind(), MD_UNSUPPORTED);
}
END_TEST

static md_query by_each(const char *const *wrt, size_t n)
{
    return (md_query){.let = "W[m,n], x[n], b[m]",
                      .expr = "norm2(tanh(W*x+b))^2",
                      .wrt = wrt,
                      .wrt_count = n,
                      .each = true};
}

/* Each answer is the one that a query of its own has. */
START_TEST(several_variables)
{
    const char *wrt[] = {"W", "b", "x", "W'", "x[2]"};
    const unsigned orders[] = {0, 1, 2};
    md_query q = by_each(wrt, 5);
    const md_answer *a;
    size_t n;
    char faces[10][400];
    q.orders = orders;
    q.order_count = 2;
    ck_assert(md_derive_all(c, &q, &a, &n));
    ck_assert_uint_eq(n, 10);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(a[i].verdict, "proved");
        ck_assert_uint_eq(a[i].by_count, i % 2);
        if (i % 2)
            ck_assert_str_eq(a[i].by[0], wrt[i / 2]);
        snprintf(faces[i], sizeof faces[i], "%s", a[i].faces[0]);
    }
    for (size_t i = 0; i < n; i += 2) {
        md_answer one;
        ck_assert_str_eq(faces[i], faces[0]);
        ck_assert(derive(q.let, q.expr, wrt[i / 2], &one));
        ck_assert_str_eq(one.faces[0], faces[i + 1]);
    }
    q = (md_query){.let = "x[n], A[n,n]", .expr = "x'*A*x", .wrt = wrt + 2,
                   .wrt_count = 1, .orders = orders, .order_count = 3};
    ck_assert(md_derive_all(c, &q, &a, &n));
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(a[0].faces[0], "x'*A*x");
    ck_assert_str_eq(a[1].faces[0], "(A+A')*x");
    ck_assert_str_eq(a[2].faces[0], "A + A'");
}
END_TEST

START_TEST(several_mistaken)
{
    const char *twice[] = {"W", "x", "W"}, *none[] = {"W", "2*x"};
    const unsigned high[] = {1, 7};
    md_query q = by_each(twice, 3);
    const md_answer *a;
    md_answer one;
    size_t n;
    ck_assert(!md_derive_all(c, &q, &a, &n));
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert_str_eq(md_last_error(c)->in, "wrt");
    q = by_each(none, 2);
    ck_assert(!md_derive_all(c, &q, &a, &n));
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert(!md_derive(c, &q, &one));
    ck_assert_int_eq(kind(), MD_REQUEST);
    q = by_each(twice, 1);
    q.orders = high;
    q.order_count = 2;
    ck_assert(!md_derive_all(c, &q, &a, &n));
    ck_assert_int_eq(kind(), MD_UNSUPPORTED);
    q = by_each(twice, 0);
    ck_assert(!md_derive_all(c, &q, &a, &n));
    ck_assert_int_eq(kind(), MD_REQUEST);
}
END_TEST

START_TEST(what_is_not_a_variable)
{
    md_answer a;
    ck_assert(!derive("x[n]", "x'*x", "x'*x", &a));
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert_str_eq(md_last_error(c)->in, "wrt");
    ck_assert(!derive("x[n]", "x'*x", "3", &a));
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert(!derive("x[n]", "x'*x*n", "n", &a));
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert(!derive("X[n,n], k integer", "tr(X^k)", "k", &a));
    ck_assert_int_ne(kind(), MD_NONE);
}
END_TEST

START_TEST(bad_queries)
{
    md_answer a;
    md_query none = {.expr = "x"};
    ck_assert(!md_derive(c, &none, &a));
    ck_assert_int_eq(kind(), MD_REQUEST);
    ck_assert(!md_check(c, &none, &a));
    ck_assert_int_eq(kind(), MD_REQUEST);
    ck_assert(!derive("A[m,n]", "A*", "A", &a));
    ck_assert_int_eq(kind(), MD_SYNTAX);
    ck_assert(!derive("A[m,n", "A", "A", &a));
    ck_assert_str_eq(md_last_error(c)->in, "let");
    ck_assert(!derive("x[m], y[n]", "x'*y+z'*z", "z", &a) ||
              *a.assumed); /* m = n cannot be unless assumed */
    ck_assert(!derive(NULL, "", "x", &a));
    ck_assert(!derive(NULL, "\xff\xfe", "x", &a));
    ck_assert_int_eq(kind(), MD_SYNTAX);
    ck_assert_int_eq(md_parse_bytes(c, "x\0y", 3), 0);
    ck_assert(strstr(md_show_error(c, "here", false), "here") != NULL);
    ck_assert(derive("x[n]", "x'*x", "x", &a)); /* nothing is lost */
    ck_assert_str_eq(a.faces[0], "2*x");
    ck_assert_str_eq(md_show_error(c, "here", false), "");
}
END_TEST

START_TEST(names_of_a_session)
{
    md_name n;
    md_answer a;
    bool found = false;
    ck_assert(md_declare(c, "A[n,n] symmetric, x[n]"));
    ck_assert(md_assign(c, "f", "x'*A*x") != 0);
    ck_assert(derive(NULL, "f", "x", &a));
    ck_assert_str_eq(a.faces[0], "2*A*x");
    for (size_t i = 0; md_name_at(c, i, &n); i++)
        found = found || (!strcmp(n.name, "f") &&
                          !strcmp(n.meaning, "x'*A*x"));
    ck_assert(found);
    ck_assert(md_declare(c, "x[n]"));
    ck_assert(!derive(NULL, "f", "x", &a)); /* f holds the earlier x */
    ck_assert_int_eq(kind(), MD_VARIABLE);
    ck_assert(derive(NULL, "f", "A", &a));
    ck_assert_uint_gt(a.note_count, 0);
    ck_assert(strstr(a.notes[0], "earlier declaration") != NULL);
    ck_assert(md_forget(c, "f"));
    ck_assert(!md_forget(c, "f"));
    ck_assert_int_eq(kind(), MD_NAME);
}
END_TEST

START_TEST(normal_forms)
{
    ck_assert(md_declare(c, "A[m,n], B[n,m]"));
    md_expr e = md_parse(c, "tr(A*B)"), f = md_parse(c, "tr(B'*A')");
    ck_assert(e && f && e != f);
    ck_assert_uint_eq(md_normal(c, e), md_normal(c, f));
    ck_assert_str_eq(md_shape(c, e), "scalar");
    ck_assert_str_eq(md_print(c, e, "text"), "tr(A*B)");
    ck_assert_ptr_null(md_print(c, e, "morse"));
    ck_assert_ptr_null(md_print(c, 0, "text"));
    ck_assert(md_is_incomplete(c, "norm2(A*x"));
    ck_assert(!md_is_incomplete(c, "A*x"));
}
END_TEST

static md_relation relation(const char *let, const char *expr,
                            const char *by, const char *claim, md_answer *a)
{
    const char *wrt[] = {by};
    md_query q = {.let = let, .expr = expr, .wrt = wrt, .wrt_count = 1,
                  .claim = claim};
    ck_assert_msg(md_check(c, &q, a), "%s", md_show_error(c, expr, false));
    return a->relation;
}

START_TEST(claims)
{
    md_answer a;
    const char *let = "A[n,n], B[n,n], S[n,n] symmetric, x[n], y[n]";
    ck_assert_int_eq(relation(let, "x'*A*x", "x", "A*x+A'*x", &a), MD_EQUAL);
    ck_assert_int_eq(relation(let, "x'*S*x", "x", "2*S*x", &a), MD_EQUAL);
    ck_assert_int_eq(relation(let, "x'*A*x", "x", "x'*(A+A')", &a),
                     MD_TRANSPOSED);
    ck_assert(strstr(a.remark, "numerator") != NULL);
    ck_assert_int_eq(relation(let, "A*x", "x", "A'", &a), MD_TRANSPOSED);
    ck_assert_int_eq(relation(let, "x'*A*x+y'*B*x", "x", "2*A*x+B'*y", &a),
                     MD_SYMMETRIC_ONLY);
    ck_assert_uint_eq(a.symmetric_count, 1);
    ck_assert(lists(a.symmetric, a.symmetric_count, "A"));
    ck_assert_int_eq(relation(let, "x'*A*x", "x", "A*x", &a), MD_DIFFERS);
    ck_assert_str_eq(a.verdict, "refuted");
    ck_assert(*a.detail);
    ck_assert_int_eq(relation(let, "x'*x", "x", "x", &a), MD_DIFFERS);
    ck_assert_str_eq(a.remark, "it is 1/2 times the derivative");
    ck_assert_int_eq(relation(let, "x'*x", "x", "A", &a), MD_DIFFERS);
    ck_assert_int_eq(relation(let, "x'*x", "A", "0", &a), MD_EQUAL);
    const char *wrt[] = {"x"};
    md_query q = {.expr = "x'*x", .wrt = wrt, .wrt_count = 1,
                  .claim = "2*x", .form = "differential"};
    ck_assert(md_check(c, &q, &a)); /* a claim is not a differential */
    ck_assert_int_eq(a.relation, MD_EQUAL);
}
END_TEST

START_TEST(conversions)
{
    const char *wrt[] = {"X"};
    md_answer a;
    md_query q = {.let = "A[m,n], X[n,p], B[p,q], C[m,q]", .expr = "A*X*B",
                  .wrt = wrt, .wrt_count = 1, .claim = "A*dX*B",
                  .from = "differential", .form = "vec"};
    ck_assert_msg(md_convert(c, &q, &a), "%s", md_show_error(c, "", false));
    ck_assert_str_eq(a.faces[0], "kron(B',A)");
    ck_assert_str_eq(a.verdict, "proved");
    ck_assert_str_eq(a.form, "vec");
    q.claim = "2*A*dX*B";
    ck_assert(md_convert(c, &q, &a));
    ck_assert_str_eq(a.faces[0], "2*kron(B',A)");
    ck_assert_str_eq(a.verdict, "refuted");
    ck_assert(lists(a.notes, a.note_count,
                    "what was given is not the derivative"));
    q.unverified = true;
    ck_assert(md_convert(c, &q, &a));
    ck_assert_str_eq(a.verdict, "none");
    q.claim = "A*dX*B+C";
    ck_assert(!md_convert(c, &q, &a));
    ck_assert_str_eq(md_last_error(c)->in, "claim");
    q.claim = "kron(B,A)";
    q.from = "vec";
    ck_assert(!md_convert(c, &q, &a));
    ck_assert_int_eq(kind(), MD_SHAPE);
    q.from = "no form";
    ck_assert(!md_convert(c, &q, &a));
    ck_assert_int_eq(kind(), MD_REQUEST);
    q.claim = NULL;
    q.from = NULL;
    ck_assert(!md_convert(c, &q, &a));
    ck_assert_int_eq(kind(), MD_REQUEST);
}
END_TEST

START_TEST(notes_are_made)
{
    md_answer a;
    ck_assert(derive("x[n], a", "sum(exp(x+a))", "x", &a));
    ck_assert(lists(a.notes, a.note_count,
                    "the scalar a is added to every entry"));
    ck_assert(derive("A[m,n], B[p,q], X[n,p]", "A*X*B", "X", &a));
    ck_assert(lists(a.notes, a.note_count, "vec stacks columns"));
    ck_assert(derive("S[n,n] symmetric posdef", "log(det(S))", "S", &a));
    ck_assert_uint_gt(a.note_count, 0);
    ck_assert(derive(NULL, "u'*W*z", "W", &a));
    ck_assert(*a.assumed);
}
END_TEST

START_TEST(limits_are_errors)
{
    md_options small = {.nodes = 200, .digits = 50};
    md_answer a;
    md_free(c);
    c = md_new(&small);
    ck_assert_ptr_nonnull(c);
    char text[4000] = "x'*x";
    for (int i = 0; i < 150; i++)
        sprintf(text + strlen(text), "+%d*sum(x.^%d)", i, i + 3);
    ck_assert(!derive("x[n]", text, "x", &a));
    ck_assert_int_eq(kind(), MD_LIMIT);
}
END_TEST

/* Wherever memory ends, the answer is an error and the next context works. */
START_TEST(any_memory_limit_is_survived)
{
    static const char request[] =
        "{\"expr\":\"log(det(X'*X))+norm2(A*X)\",\"wrt\":\"X\","
        "\"form\":\"vec\",\"order\":2}";
    md_answer a;
    md_kind status;
    int failed = 0, fine = 0;
    for (size_t bytes = 1; bytes < 8u << 20; bytes += bytes / 6 + 1) {
        md_options small = {.bytes = bytes};
        md_free(c);
        c = md_new(&small);
        ck_assert_ptr_nonnull(c);
        bool ok = derive("A[m,n], x[n]", "norm2(A*x)^2+log(sum(exp(x)))",
                         "x", &a);
        ck_assert(ok || kind() == MD_LIMIT);
        fine += ok;
        failed += !ok;
        md_request(c, request, sizeof request - 1, &status);
        ck_assert(status == MD_NONE || status == MD_LIMIT);
    }
    ck_assert_int_gt(failed, 5);
    ck_assert_int_gt(fine, 5);
}
END_TEST

/* Time ends somewhere: an error or an answer that is not verified, and the
 * next call works. */
START_TEST(time_is_a_limit)
{
    md_options small = {.seconds = 1e-9};
    md_answer a;
    char text[16000] = "sin(a)";
    for (int i = 2; i < 600; i++)
        sprintf(text + strlen(text), "*sin(%d*a)", i);
    md_free(c);
    c = md_new(&small);
    ck_assert_ptr_nonnull(c);
    ck_assert(!derive("a", text, "a", &a));
    ck_assert_int_eq(kind(), MD_LIMIT);
    ck_assert(derive("x[n]", "x'*x", "x", &a) || kind() == MD_LIMIT);
    md_free(c);
    small.seconds = 100;
    c = md_new(&small);
    ck_assert(derive("x[n]", "x'*x", "x", &a));
    ck_assert_str_eq(a.verdict, "proved");
}
END_TEST

START_TEST(rules_are_listed)
{
    md_rule r;
    bool inv = false;
    size_t i;
    for (i = 0; md_rule_at(c, i, &r); i++) {
        ck_assert(*r.op && *r.signature);
        inv = inv || (!strcmp(r.op, "inv") && *r.differential);
    }
    ck_assert_ptr_null(md_last_error(c));
    ck_assert_uint_gt(i, 30);
    ck_assert(inv);
}
END_TEST

/* What is compiled in may cite only what rules/SOURCES lists. */
START_TEST(sources_are_listed)
{
    static const char text[] =
        "identity one cite cookbook2012:1, cookbok2012:2 { let a; a+a = 2*a; }";
    md_rule_query q = {.file = "rules", .verify = true, .builtin = true};
    md_claim k;
    ck_assert(!md_verify_rule(c, &q, text, sizeof text - 1, &k));
    const md_error *e = md_last_error(c);
    ck_assert_ptr_nonnull(e);
    ck_assert_ptr_nonnull(strstr(e->message, "'cookbok2012' is not listed"));
    ck_assert_ptr_eq(text + e->begin, strstr(text, "cookbok2012"));
    ck_assert_ptr_eq(text + e->end, strstr(text, " { let"));
    q.builtin = false;
    ck_assert(md_verify_rule(c, &q, text, sizeof text - 1, &k));
    ck_assert_str_eq(k.cite, "cookbook2012:1, cookbok2012:2");
    ck_assert(k.key != 0 && k.holds);
}
END_TEST

/* Keys do not depend on names; built-in claims are known. */
START_TEST(claims_have_keys)
{
    static const char *const text[] = {
        "derivative a { let A[m,n], B[n,m]; D[tr(A*B), A] = B'; }",
        "jacobian b { let Y[k,l], X[l,k]; D[tr(Y*X), Y] = X'; }",
        "derivative c { let A[n,n], B[n,n]; D[tr(A*B), A] = B'; }",
        "derivative d { let A[m,n], B[n,m]; D[tr(A*B), B] = A'; }"};
    md_rule_query q = {.file = "mine", .verify = true};
    unsigned long long key[4];
    md_claim k;
    for (size_t i = 0; i < 4; i++) {
        ck_assert(md_verify_rule(c, &q, text[i], strlen(text[i]), &k));
        key[i] = k.key;
        ck_assert(i >= 2 || strstr(k.same_as, " at rules/compendium/"));
    }
    ck_assert(key[0] == key[1] && key[0] != key[2] && key[0] != key[3]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("api");
    TCase *t = tcase_create("api");
    tcase_add_checked_fixture(t, open_context, close_context);
    tcase_add_test(t, version_and_words);
    tcase_add_test(t, a_derivative);
    tcase_add_test(t, several_formats_and_orders);
    tcase_add_test(t, several_variables);
    tcase_add_test(t, several_mistaken);
    tcase_add_test(t, what_is_not_a_variable);
    tcase_add_test(t, bad_queries);
    tcase_add_test(t, names_of_a_session);
    tcase_add_test(t, normal_forms);
    tcase_add_test(t, claims);
    tcase_add_test(t, conversions);
    tcase_add_test(t, notes_are_made);
    tcase_add_test(t, limits_are_errors);
    tcase_add_test(t, time_is_a_limit);
    tcase_add_test(t, any_memory_limit_is_survived);
    tcase_add_test(t, rules_are_listed);
    tcase_add_test(t, sources_are_listed);
    tcase_add_test(t, claims_have_keys);
    suite_add_tcase(s, t);
    return suite_run(s);
}
