/* test_api_json.c - the batch protocol: md_request. */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "matdiff.h"
#include "suite.h"

static md_context *c;
static json_t *reply;

static void open_context(void)
{
    c = md_new(NULL);
    ck_assert_ptr_nonnull(c);
}

static void close_context(void)
{
    json_decref(reply);
    reply = NULL;
    md_free(c);
}

/* Sends bytes; the reply must be one line, one object. */
static void send_bytes(const char *json, size_t length)
{
    const char *s = md_request(c, json, length, NULL);
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_null(strchr(s, '\n'));
    json_decref(reply);
    reply = json_loads(s, 0, NULL);
    ck_assert_msg(json_is_object(reply), "%s", s);
}

static void send(const char *json)
{
    send_bytes(json, strlen(json));
}

static const char *get(const char *key)
{
    const char *s = json_string_value(json_object_get(reply, key));
    return s ? s : "(none)";
}

static bool is_ok(void)
{
    return json_is_true(json_object_get(reply, "ok"));
}

/* The error's kind; "" where the answer is none. */
static const char *error_kind(void)
{
    json_t *e = json_object_get(reply, "error");
    const char *s = json_string_value(json_object_get(e, "kind"));
    return is_ok() || !s ? "" : s;
}

START_TEST(the_example)
{
    send("{\"id\":\"q1\", \"op\":\"derive\", \"let\":\"A[m,n], x[n], b[m]\","
         "\"expr\":\"norm2(A*x-b)^2\", \"wrt\":[\"x\"], \"order\":1, "
         "\"layout\":\"mixed\", \"form\":\"matrix\", "
         "\"to\":[\"text\",\"latex\"], \"verify\":true}");
    ck_assert(is_ok());
    ck_assert_str_eq(get("id"), "q1");
    ck_assert_str_eq(get("text"), "2*A'*(A*x-b)");
    ck_assert_str_ne(get("latex"), "(none)");
    ck_assert_str_eq(get("layout"), "mixed");
    ck_assert_str_eq(get("form"), "matrix");
    ck_assert_str_eq(get("verdict"), "proved");
    ck_assert_str_eq(get("assumed"), "");
    json_t *shape = json_object_get(reply, "shape");
    ck_assert_uint_eq(json_array_size(shape), 1);
    ck_assert(json_is_array(json_object_get(reply, "conditions")));
    ck_assert_uint_eq(json_array_size(json_object_get(reply, "notes")), 0);
}
END_TEST

START_TEST(a_claim)
{
    send("{\"op\":\"check\",\"expr\":\"x'*A*x\",\"wrt\":[\"x\"],"
         "\"claim\":\"2*A*x\"}");
    ck_assert(is_ok());
    ck_assert_str_eq(get("result"), "symmetric-only");
    ck_assert_str_eq(get("verdict"), "refuted");
    send("{\"op\":\"check\",\"expr\":\"x'*A*x\",\"wrt\":[\"x\"],"
         "\"claim\":\"(A+A')*x\"}");
    ck_assert_str_eq(get("result"), "equal");
    send("{\"op\":\"check\",\"expr\":\"logdet(X)\",\"wrt\":\"X\","
         "\"claim\":\"X\"}");
    ck_assert_str_eq(get("result"), "property-only");
    json_t *list = json_object_get(reply, "properties");
    ck_assert_str_eq(json_string_value(json_array_get(list, 0)),
                     "X orthogonal");
    send("{\"op\":\"check\",\"let\":\"x[n],b[n]\","
         "\"expr\":\"x'*x+b'*x\",\"wrt\":\"x\","
         "\"claim\":\"2*x\"}");
    ck_assert_str_eq(get("reason"), "missing");
    ck_assert_str_eq(get("correction"), "2*x + b");
    send("{\"op\":\"check\",\"expr\":\"inv(X)\",\"wrt\":\"X\","
         "\"form\":\"differential\",\"claim\":\"-inv(X)*dX*inv(X)\"}");
    ck_assert_str_eq(get("result"), "equal");
}
END_TEST

START_TEST(names_do_not_stay)
{
    send("{\"let\":\"A[n,n] symmetric\",\"expr\":\"x'*A*x\",\"wrt\":\"x\"}");
    ck_assert_str_eq(get("text"), "2*A*x");
    send("{\"expr\":\"x'*A*x\",\"wrt\":\"x\"}");
    ck_assert_str_eq(get("text"), "(A+A')*x");
}
END_TEST

START_TEST(bad_lines)
{
    static const char *const lines[] = {
        "", "  ", "nonsense", "5", "[]", "{", "{\"expr\":5}",
        "{\"wrt\":\"x\"}", "{\"expr\":\"x\"}",
        "{\"expr\":\"x\",\"wrt\":[5]}", "{\"expr\":\"x\",\"wrt\":{}}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"order\":-1}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"order\":1.5}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"verify\":1}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"layout\":\"other\"}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"to\":[\"morse\"]}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"op\":\"dance\"}",
        "{\"expr\":\"x\",\"wrt\":\"x\",\"op\":\"check\"}",
        "{\"expr\":\"x\\u0000\",\"wrt\":\"x\"}",
        "{\"expr\":\"x\",\"expr\":\"y\",\"wrt\":\"x\"}",
        "{\"id\":123456789012345678901234567890,\"expr\":\"x\"}"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        send(lines[i]);
        ck_assert_msg(!strcmp(error_kind(), "request"), "%s", lines[i]);
    }
    send_bytes("{\"expr\":\"x\0\"}", 13);
    ck_assert_str_eq(error_kind(), "request");
    send("{\"id\":\"kept\",\"expr\":\"\xff\"}");
    ck_assert_str_eq(error_kind(), "request");
    ck_assert_str_eq(get("id"), "kept");
    send("{\"expr\":\"x'*x\",\"wrt\":\"x\"}");
    ck_assert_str_eq(get("text"), "2*x");
}
END_TEST

START_TEST(errors_have_places)
{
    send("{\"id\":7,\"expr\":\"x'*x +* y\",\"wrt\":[\"x\"]}");
    ck_assert_str_eq(error_kind(), "syntax");
    ck_assert_int_eq(json_integer_value(json_object_get(reply, "id")), 7);
    json_t *e = json_object_get(reply, "error");
    ck_assert_str_eq(json_string_value(json_object_get(e, "in")), "expr");
    ck_assert_uint_eq(json_array_size(json_object_get(e, "span")), 2);
    send("{\"let\":\"A[m,n]\",\"expr\":\"inv(A)\",\"wrt\":[\"A\"]}");
    ck_assert_str_eq(error_kind(), "shape");
    send("{\"expr\":\"x'*x\",\"wrt\":[\"x+1\"]}");
    e = json_object_get(reply, "error");
    ck_assert_str_eq(json_string_value(json_object_get(e, "in")), "wrt");
}
END_TEST

START_TEST(unknown_keys_are_told)
{
    send("{\"expr\":\"x'*x\",\"wrt\":\"x\",\"verfy\":false}");
    ck_assert(is_ok());
    json_t *note = json_array_get(json_object_get(reply, "notes"), 0);
    ck_assert_str_eq(json_string_value(note),
                     "unknown key \"verfy\" ignored");
}
END_TEST

/* A long run must neither grow without bound nor forget how to answer. */
START_TEST(many_requests)
{
    for (int i = 0; i < 3000; i++) {
        send("{\"expr\":\"log(det(X'*X))+tr(A*X)\",\"wrt\":\"X\","
             "\"verify\":false}");
        ck_assert(is_ok());
    }
}
END_TEST

/* The session and the requests do not meet. */
START_TEST(session_is_apart)
{
    ck_assert(md_declare(c, "A[n,n] symmetric"));
    send("{\"expr\":\"x'*A*x\",\"wrt\":\"x\"}");
    ck_assert_str_eq(get("text"), "(A+A')*x");
    ck_assert(md_parse(c, "A[1,2]") != 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *t = tcase_create("json");
    tcase_add_checked_fixture(t, open_context, close_context);
    tcase_add_test(t, the_example);
    tcase_add_test(t, a_claim);
    tcase_add_test(t, names_do_not_stay);
    tcase_add_test(t, bad_lines);
    tcase_add_test(t, errors_have_places);
    tcase_add_test(t, unknown_keys_are_told);
    tcase_add_test(t, many_requests);
    tcase_add_test(t, session_is_apart);
    suite_add_tcase(s, t);
    return suite_run(s);
}
