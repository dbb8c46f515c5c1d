/* test_rule_rewrite.c - what the built-in simplifications make of
 * expressions, and what is known of their properties. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "suite.h"

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
}

static const struct {
    const char *let, *before, *after;
} table[] = {
    {"X[n,n]", "log(det(X))", "logdet(X)"},
    {"a positive, X[n,n]", "log(det(a*X))", "n*log(a)+logdet(X)"},
    {"X[n,n]", "inv(inv(X))", "X"},
    {"X[n,n]", "inv(X')'", "inv(X)"},
    {"A[m,n], X[n,n], b[n]", "A*inv(X)*X*b", "A*b"},
    {"A[m,n], X[n,n], b[n]", "2*A*X*inv(X)*b", "2*A*b"},
    {"A[n,n], B[n,n], b[n]", "inv(A*B)*A*B*b", "b"},
    {"A[n,n], X[n,n]", "A*X*inv(X'*A*X)", "inv(X)'"},
    {"A[n,m], B[m,n]", "inv(A*B)", "inv(A*B)"},
    {"Q[n,n] orthogonal, A[n,n]", "A*Q'*Q", "A"},
    {"Q[n,n] orthogonal, x[n]", "norm2(inv(Q)*x)", "norm2(x)"},
    {"S[n,n] symmetric, x[n]", "S'*x", "S*x"},
    {"K[n,n] antisymmetric, x[n]", "K'*x", "-K*x"},
    {"X[m,n]", "inv(X'*X)'", "inv(X'*X)"},
    {"D[n,n] diagonal", "diag(diag(D))", "D"},
    {"X[n,n]", "logdet(inv(X))", "-logdet(X)"},
    {"X[n,n]", "det(X^3)", "det(X)^3"},
    {"A[m,m], B[q,q]", "logdet(kron(A,B))", "q*logdet(A)+m*logdet(B)"},
    {"x[n]", "logdet(eye(n)+x*x')", "log(1+x'*x)"},
    {"x[n]", "exp(2*x)./(1+exp(2*x))", "sigmoid(2*x)"},
    {"x[n]", "exp(2*x)./(ones(n)+exp(2*x))", "sigmoid(2*x)"},
    {"x[n]", "1./(1+exp(-x))", "sigmoid(x)"},
    {"A[m,n], x[n]", "(A*exp(x))./(1+exp(A*x))",
     "(A*exp(x)).*sigmoid(-A*x)"},
    {"y[p], X[p,n], w[n]",
     "-(y.*exp(-y.*(X*w))./(exp(-y.*(X*w)) + ones(p)))",
     "-y.*sigmoid(-y.*(X*w))"},
    {"x", "exp(x)*3/(1+exp(x))", "3*sigmoid(x)"},
    {"x[n]", "log(softmax(x))", "x-logsumexp(x)"},
    {"x[n]", "log(sum(exp(x)))", "logsumexp(x)"},
    {"x[n]", "x/sqrt(x'*x)", "x/norm2(x)"},
    {"X[m,n], a", "a*X/sqrt(tr(X'*X))", "a*X/norm2(X)"},
    {"a, b", "sin(a)^2+b+cos(a)^2", "1+b"},
    {"x[n]", "sin(x).^2+cos(x).^2+x", "1+x"},
    {"x[n] positive", "abs(x).*sign(x)", "x"},
    {"x[n] positive", "sign(x)", "ones(n)"},
    {"x[n] positive", "log(x.^2)", "2*log(x)"},
    {"x[n]", "log(x.^2)", "log(x.^2)"},
    {"X[n,n] positive", "log(X^2)", "log(X^2)"},
    {"x", "tanh(-3*x)", "-tanh(3*x)"},
    {"x", "sin(-3)", "-sin(3)"},
    {"X[n,n], k", "expm(k*X)*inv(expm(k*X))", "eye(n)"},
    {"A[m,n], X[n,q], B[q,p]", "kron(B',A)*vec(X)", "vec(A*X*B)"},
    {"X[m,n]", "kron(eye(m),eye(n))", "eye(m*n)"},
    {"A[m,n], x[n], X[n,n]", "sum(i: log(exp(x[i])))", "sum(i: x[i])"},
    /* with and without a rest */
    {"x, a, b", "log(a*exp(x)*b)", "x+log(a*b)"},
    {"x", "log(exp(x))", "x"},
    {"x[n], y[n]", "log(y.*exp(x))", "x+log(y)"},
    {"x, a, b", "exp(a+log(x)-b)", "x*exp(a-b)"},
    {"x[n]", "exp(log(x))", "x"},
    {"x, a, b", "a*sin(x)/(b*cos(x))", "a*tan(x)/b"},
    {"x[n], y[n]", "sin(x)./(y.*cos(x))", "tan(x)./y"},
    {"x, a, b", "sin(x)/(a+cos(x))", "sin(x)/(a+cos(x))"},
    {"x[n], a", "exp(x)/(a*sum(exp(x)))", "softmax(x)/a"},
};

/* R... of our own: scalars beside matrices, runs of matrices, terms. */
static const char own_rules[] =
    "operator cube { let x; cube(x) = x^3 by entries; }\n"
    "rewrite scaled { let a, R; cube(log(a)*R...) => a*R...; }\n"
    "rewrite middle { let A[m,n], B[m,n], R[n,n];\n"
    "    norm2(A*R...*sin(B)'*A) => norm2(A*R...); }\n"
    "rewrite first { let X[n,n], R[n,n]; norm2(R...*sin(X)) => norm2(R...); }\n"
    "rewrite terms { let x[n], R[n]; norm2(exp(x)+R...) => norm2(x+R...); }\n"
    "rewrite entries { let x[n], R[n];\n"
    "    norm2(log(x).*R...) => norm2(x.*R...); }\n"
    "rewrite alone { let x, R; cube(exp(x)+R...) => x+cos(R...); }\n"
    "rewrite guarded { let x, R positive; cube(tan(x)*R...) => R...; }\n"
    "rewrite told { let x, R; cube(acos(x)*R...) => x; if positive(R...); }\n";

static const struct {
    const char *let, *before, *after;
} rests[] = {
    {"a, b, c", "cube(b*log(a)*c)", "a*b*c"},
    {"a", "cube(log(a))", "a"},
    {"a, b", "cube(log(a)+b)", "cube(log(a)+b)"},
    {"A[m,n], B[m,n], C[n,n]", "norm2(A*C*C*C*C*C*C*C*C*C*C*sin(B)'*A)",
     "norm2(A*C*C*C*C*C*C*C*C*C*C)"},
    {"A[m,n], B[m,n]", "norm2(A*sin(B)'*A)", "norm2(A)"},
    {"X[n,n], C[n,n]", "norm2(C*X*sin(X))", "norm2(C*X)"},
    {"X[n,n], C[n,n]", "norm2(sin(X))", "norm2(eye(n))"},
    {"x[n], y[n]", "norm2(y+exp(x)-x)", "norm2(x+(y-x))"},
    {"x[n]", "norm2(exp(x))", "norm2(x)"},
    {"x[n], y[n]", "norm2(y.*log(x).*x)", "norm2(x.*(y.*x))"},
    {"x[n]", "norm2(log(x))", "norm2(x)"},
    {"x, y", "cube(y+exp(x))", "x+cos(y)"},
    {"x", "cube(exp(x))", "x+cos(0)"},
    {"x, y positive", "cube(y*tan(x))", "y"},
    {"x, y", "cube(y*tan(x))", "cube(y*tan(x))"},
    {"x", "cube(tan(x))", "1"},
    {"x, y positive", "cube(acos(x)*y)", "x"},
    {"x, y", "cube(acos(x)*y)", "cube(acos(x)*y)"},
};

START_TEST(rests_of_their_own)
{
    ck_assert_msg(rules_load(f.rules, "own", own_rules, sizeof own_rules - 1),
                  "%s", fixture_fault(&f));
    expr_t before = fixture_read(&f, rests[_i].let, rests[_i].before);
    ck_assert_msg(before, "%s: %s", rests[_i].before, fixture_fault(&f));
    expr_t after = fixture_read_on(&f, rests[_i].after);
    ck_assert_msg(after, "%s: %s", rests[_i].after, fixture_fault(&f));
    expr_t got = rules_rewrite(f.rules, before, NULL, NULL);
    ck_assert_msg(got == after, "%s is not %s: %s", rests[_i].before,
                  rests[_i].after, fixture_fault(&f));
}
END_TEST

START_TEST(simplifications)
{
    expr_t before = fixture_read(&f, table[_i].let, table[_i].before);
    ck_assert_msg(before, "%s: %s", table[_i].before, fixture_fault(&f));
    expr_t after = fixture_read_on(&f, table[_i].after);
    ck_assert_msg(after, "%s: %s", table[_i].after, fixture_fault(&f));
    expr_t got = rules_rewrite(f.rules, before, NULL, NULL);
    ck_assert_msg(got, "%s: %s", table[_i].before, fixture_fault(&f));
    ck_assert_msg(got == after, "%s is not %s", table[_i].before,
                  table[_i].after);
    ck_assert_uint_eq(rules_rewrite(f.rules, got, NULL, NULL), got);
}
END_TEST

static const struct {
    const char *let, *text, *holds, *open;
} properties[] = {
    {"X[m,n]", "X'*X", "symmetric psd", "posdef invertible diagonal"},
    {"A[m,n], X[n,q]", "X'*A'*A*X", "symmetric psd", "posdef"},
    {"A[m,n], X[n,q]", "(A*X)'*(A*X)", "symmetric psd", "posdef"},
    {"S[n,n] symmetric, X[n,m]", "X'*S*X", "symmetric", "psd"},
    {"S[n,n] symmetric", "S*S", "symmetric psd", "posdef"},
    {"A[n,n] posdef, X[n,q], a nonneg", "inv(A+a*X*X')",
     "posdef symmetric invertible", "diagonal"},
    {"S[n,n] symmetric", "exp(S).*S+1", "symmetric", "psd"},
    {"S[n,n] symmetric", "inv(S)^3-S", "symmetric", "psd"},
    {"X[n,n]", "X-X'", "antisymmetric", "symmetric"},
    {"x[n]", "diag(x)*diag(x)+eye(n)", "diagonal symmetric posdef", "orthogonal"},
    {"Q[n,n] orthogonal", "Q*Q*Q'", "orthogonal invertible", "symmetric"},
    {"x[n]", "exp(x)+x.^2", "positive nonzero", "integer"},
    {"x[n]", "1+exp(-x)", "positive", "integer"},
    {"x[n], S[n,n] psd", "1+x'*S*x", "positive", "integer"},
    {"x[n]", "x+1", "", "positive nonneg nonzero"},
    {"X[n,n] positive", "X^2", "", "positive nonneg"},
    {"X[m,n], Y[m,n]", "X'*Y", "", "symmetric psd"},
};

static void check_words(expr_t e, const char *text, const char *words,
                        enum truth expected)
{
    char word[32];
    for (int n; sscanf(words, " %31s%n", word, &n) == 1; words += n) {
        enum property p = (enum property)property_by_name(word);
        ck_assert_msg(rules_property(f.rules, e, p) == expected, "%s: %s",
                      text, word);
    }
}

START_TEST(known_properties)
{
    expr_t e = fixture_read(&f, properties[_i].let, properties[_i].text);
    ck_assert_msg(e, "%s: %s", properties[_i].text, fixture_fault(&f));
    check_words(e, properties[_i].text, properties[_i].holds, TRUTH_TRUE);
    check_words(e, properties[_i].text, properties[_i].open, TRUTH_UNKNOWN);
}
END_TEST

START_TEST(three_values)
{
    expr_t e = fixture_read(&f, "", "-3");
    ck_assert_int_eq(rules_property(f.rules, e, PROP_POSITIVE), TRUTH_FALSE);
    ck_assert_int_eq(rules_property(f.rules, e, PROP_NONZERO), TRUTH_TRUE);
    e = fixture_read(&f, "a", "a");
    ck_assert_int_eq(rules_property(f.rules, e, PROP_POSITIVE),
                     TRUTH_UNKNOWN);
}
END_TEST

START_TEST(conditions_and_trail)
{
    static const char text[] =
        "rewrite root-of-square { let x; assuming nonneg(x); "
        "sqrt(exp(log(x^2))) => x; }"
        "rewrite never { let x; if positive(x); "
        "erf(exp(log(tan(x)))) => tan(x); }";
    ck_assert_msg(rules_load(f.rules, "test", text, sizeof text - 1), "%s",
                  fixture_fault(&f));
    struct conditions needed;
    struct rule_trail trail = {.mem = &f.mem};
    conditions_init(&needed, &f.mem);
    expr_t e = fixture_read(&f, "a", "2+sqrt(exp(log(a^2)))");
    expr_t a = fixture_read_on(&f, "a");
    ck_assert_uint_eq(rules_rewrite(f.rules, e, &needed, &trail),
                      fixture_read_on(&f, "2+a"));
    ck_assert_uint_eq(needed.count, 1);
    ck_assert_int_eq(needed.items[0].predicate, PROP_NONNEG);
    ck_assert_uint_eq(needed.items[0].subject, a);
    ck_assert_uint_eq(trail.count, 1);
    ck_assert_str_eq(intern_name(&f.names, trail.rules[0]),
                     "root-of-square");
    /* Without a place for conditions it does not fire. */
    ck_assert_uint_eq(rules_rewrite(f.rules, e, NULL, NULL),
                      fixture_read_on(&f, "2+abs(a)"));
    e = fixture_read(&f, "b", "erf(exp(log(tan(b))))");
    ck_assert_uint_eq(rules_rewrite(f.rules, e, &needed, NULL),
                      fixture_read_on(&f, "erf(tan(b))"));
    conditions_free(&needed);
    mem_free(&f.mem, trail.rules, trail.capacity * sizeof *trail.rules);
}
END_TEST

/* Deep and shared expressions take linear time and no stack. */
START_TEST(depth)
{
    enum { LAYERS = 20000 };
    expr_t x = fixture_read(&f, "x[n], S[n,n] symmetric", "x");
    expr_t s = fixture_read_on(&f, "S");
    expr_t st = expr_apply1(&f.x, OP_TRANSPOSE, s), e = x, plain = x;
    for (int i = 0; i < LAYERS; i++) {
        expr_t product = expr_apply2(&f.x, OP_MUL, st, e);
        e = expr_apply2(&f.x, OP_HAD, expr_call1(&f.x, "tanh", product),
                        expr_call1(&f.x, "cos", product));
        product = expr_apply2(&f.x, OP_MUL, s, plain);
        plain = expr_apply2(&f.x, OP_HAD, expr_call1(&f.x, "tanh", product),
                            expr_call1(&f.x, "cos", product));
    }
    ck_assert_uint_eq(rules_rewrite(f.rules, e, NULL, NULL), plain);
    ck_assert(rules_property(f.rules, plain, PROP_POSITIVE) ==
              TRUTH_UNKNOWN);
}
END_TEST

START_TEST(forgetting)
{
    expr_t e = fixture_read(&f, "X[m,n]", "(X'*X)'");
    expr_t after = rules_rewrite(f.rules, e, NULL, NULL);
    rules_forget(f.rules, 0);
    ck_assert_uint_eq(rules_rewrite(f.rules, e, NULL, NULL), after);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rewriting");
    TCase *t = tcase_create("rewriting");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, simplifications, 0,
                        (int)(sizeof table / sizeof *table));
    tcase_add_loop_test(t, rests_of_their_own, 0,
                        (int)(sizeof rests / sizeof *rests));
    tcase_add_loop_test(t, known_properties, 0,
                        (int)(sizeof properties / sizeof *properties));
    tcase_add_test(t, three_values);
    tcase_add_test(t, conditions_and_trail);
    tcase_add_test(t, depth);
    tcase_add_test(t, forgetting);
    suite_add_tcase(s, t);
    return suite_run(s);
}
