/* Equal things become identical: expressions that mean the same have one
 * normal form, those that do not have two. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"
#include "suite.h"

static const char declarations[] =
    "a, b, A[m,n], B[n,m], C[n,n], D[n,n], E[p,q], F[q,p], S[n,n] symmetric, "
    "R[n,n] symmetric, G[n,n] diagonal, U[n,n] orthogonal, "
    "K[n,n] antisymmetric, P[n,n] posdef, "
    "X[m,n], Y[n,p], Z[p,m], x[n], y[n], z[n], u[m], v[m], w[p]";

static struct fixture f;
static struct deriver *d;

static void setup(void)
{
    fixture_init(&f);
    d = deriver_new(&f.x, f.rules);
    ck_assert(d != NULL);
    ck_assert(scope_declare(f.scope, declarations, strlen(declarations)));
}

static void teardown(void)
{
    deriver_free(d);
    fixture_free(&f);
    ck_assert_uint_eq(f.mem.used, 0);
}

static expr_t normal(const char *text)
{
    expr_t e = fixture_read_on(&f, text);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&f));
    e = derive_normal(d, e);
    ck_assert_msg(e != 0, "%s: %s", text, fixture_fault(&f));
    return e;
}

struct pair {
    const char *a, *b;
};

static void check_pairs(const struct pair *p, size_t n, bool equal)
{
    for (size_t i = 0; i < n; i++) {
        expr_t a = normal(p[i].a), b = normal(p[i].b);
        struct text s, t;
        text_init(&s, &f.mem);
        text_init(&t, &f.mem);
        ck_assert(print_expr(&f.x, a, FORMAT_TEXT, &s));
        ck_assert(print_expr(&f.x, b, FORMAT_TEXT, &t));
        ck_assert_msg((a == b) == equal, "%s is %s, %s is %s", p[i].a,
                      text_get(&s), p[i].b, text_get(&t));
        text_free(&s);
        text_free(&t);
    }
}
#define CHECK(list, equal) check_pairs(list, sizeof list / sizeof *list, equal)

START_TEST(traces)
{
    static const struct pair same[] = {
        {"tr(A*B)", "tr(B'*A')"},
        {"tr(A*B)", "tr(B*A)"},
        {"tr(X*Y*Z)", "tr(Y*Z*X)"},
        {"tr(X*Y*Z)", "tr(Z*X*Y)"},
        {"tr(X*Y*Z)", "tr(X'*Z'*Y')"},
        {"tr(A'*X)", "sum(A.*X)"},
        {"tr(A'*X)", "sum(i,j: A[i,j]*X[i,j])"},
        {"tr(A'*X)", "vec(A)'*vec(X)"},
        {"tr(C)", "sum(diag(C))"},
        {"tr(C)", "sum(i: C[i,i])"},
        {"tr(x*y')", "y'*x"},
        {"tr(x*y')", "sum(x.*y)"},
        {"tr(eye(n))", "n"},
        {"tr(kron(C,D))", "tr(C)*tr(D)"},
        {"tr(a*C)", "a*tr(C)"},
        {"x'*C*y", "y'*C'*x"},
        {"x'*C*y", "tr(C*y*x')"},
        {"x'*C*y", "sum(i,j: x[i]*C[i,j]*y[j])"}};
    static const struct pair other[] = {{"tr(X*Y*Z)", "tr(X*Y*Z)^2"},
                                        {"tr(C*D)", "tr(C*D')"},
                                        {"tr(C*D)", "tr(C)*tr(D)"},
                                        {"x'*C*y", "x'*C'*y"}};
    CHECK(same, true);
    CHECK(other, false);
}
END_TEST

START_TEST(products)
{
    static const struct pair same[] = {
        {"(A*B)'", "B'*A'"},
        {"(X*Y*Z)'", "Z'*Y'*X'"},
        {"(C')'", "C"},
        {"(C+D)'", "D'+C'"},
        {"C*(D*x)", "(C*D)*x"},
        {"C.*D", "D.*C"},
        {"(C.*D)'", "C'.*D'"},
        {"C.*eye(n)", "diag(diag(C))"},
        {"diag(x)*y", "x.*y"},
        {"diag(x)*C", "x*ones(n)'.*C"},
        {"diag(x)*diag(y)", "diag(x.*y)"},
        {"diag(x)*diag(y)", "diag(y)*diag(x)"},
        {"C*eye(n)", "C"},
        {"x*y'", "tensor(i,j: x[i]*y[j])"},
        {"C*D", "tensor(i,j: sum(k: C[i,k]*D[k,j]))"},
        {"ones(n)'*x", "sum(x)"},
        {"ones(n)'*ones(n)", "n"},
        {"2*C+C", "3*C"},
        {"C-C", "zeros(n,n)"},
        {"a*C*b", "b*a*C"},
        {"C*x/2", "1/2*C*x"},
        {"x./x.*y", "y"},
        {"x.^2.*x", "x.^3"},
        {"a^2/a", "a"},
        {"norm2(x)^2", "x'*x"},
        {"norm2(A)^2", "tr(A'*A)"},
        {"norm2(A)^2", "sum(A.^2)"}};
    static const struct pair other[] = {
        {"C*D", "D*C"}, {"C*D", "C.*D"}, {"x*y'", "y*x'"}, {"C", "C'"}};
    CHECK(same, true);
    CHECK(other, false);
}
END_TEST

START_TEST(kronecker)
{
    static const struct pair same[] = {
        {"vec(x*y')", "kron(y,x)"},
        {"vec(X*Y)", "kron(Y',eye(m))*vec(X)"},
        {"vec(X*Y)", "kron(eye(p),X)*vec(Y)"},
        {"vec(X*Y*Z)", "kron(Z',X)*vec(Y)"},
        {"kron(A,E)'", "kron(A',E')"},
        {"kron(A,E)*kron(B,F)", "kron(A*B,E*F)"},
        {"commutation(m,n)*vec(A)", "vec(A')"},
        {"commutation(n,m)*commutation(m,n)", "eye(m*n)"},
        {"commutation(m,n)'", "commutation(n,m)"},
        {"kron(eye(n),eye(m))", "eye(n*m)"},
        {"kron(x,y)", "vec(y*x')"},
        {"kron(x',y)", "y*x'"},
        {"kron(a,C)", "a*C"},
        {"vec(x)", "x"}};
    static const struct pair other[] = {{"kron(C,D)", "kron(D,C)"},
                                        {"kron(x,y)", "kron(y,x)"},
                                        {"vec(A)", "vec(A')"}};
    CHECK(same, true);
    CHECK(other, false);
}
END_TEST

START_TEST(properties)
{
    static const struct pair same[] = {
        {"S'", "S"},
        {"(S*R)'", "R*S"},
        {"x'*S*y", "y'*S*x"},
        {"inv(S)'", "inv(S)"},
        {"tr(S*C)", "tr(S*C')"},
        {"G'", "G"},
        {"K'", "-K"},
        {"U'*U", "eye(n)"},
        {"U*U'", "eye(n)"},
        {"inv(U)", "U'"},
        {"inv(inv(C))", "C"},
        {"inv(C)*C", "eye(n)"},
        {"C*inv(C)*x", "x"},
        {"inv(C')", "inv(C)'"},
        {"det(C')", "det(C)"},
        {"log(det(P))", "logdet(P)"},
        {"inv(2*C)", "inv(C)/2"},
        {"(C'*C)'", "C'*C"},
        {"(C*S*C')'", "C*S*C'"},
        {"C\\x", "inv(C)*x"},
        {"x'/C", "x'*inv(C)"}};
    static const struct pair other[] = {{"S*R", "R*S"},
                                        {"det(C)", "logdet(C)"},
                                        {"inv(C)'", "inv(C)"}};
    CHECK(same, true);
    CHECK(other, false);
}
END_TEST

/* The normal form of a normal form is itself, in value and as a node. */
START_TEST(normal_forms_are_fixed)
{
    static const char *const texts[] = {
        "tr(X*Y*Z)",       "kron(A,E)*kron(B,F)", "x'*C*y + y'*C*x",
        "(C+D)*(C-D)*x",   "diag(x)*C*diag(y)",   "exp(C*x).*y",
        "a*C*x + b*D*x",   "norm2(A*x-u)",        "x./(1+x.^2)",
        "inv(C+D)*x",      "logdet(C*C'+eye(n))", "sum(i: x[i]^2*y[i])",
        "log(1+exp(x'*y))"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expr_t e = normal(texts[i]);
        ck_assert_msg(derive_normal(d, e) == e, "%s", texts[i]);
    }
}
END_TEST

/* A sum that is its transpose's opposite, whose terms may be numbered either
 * way round, and an index that it does not depend on. */
START_TEST(opposite_of_its_transpose)
{
    normal("ones(n)*x'");
    ck_assert_uint_eq(normal("sum(i,j=1..m: x[i]-x)"),
                      normal("m*(sum(x)-n*x)"));
    normal("y*ones(n)'");
    ck_assert_uint_eq(normal("sum(i,j=1..m: y-y[i])"),
                      normal("m*(n*y-sum(y))"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("index");
    TCase *c = tcase_create("index");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, traces);
    tcase_add_test(c, products);
    tcase_add_test(c, kronecker);
    tcase_add_test(c, properties);
    tcase_add_test(c, normal_forms_are_fixed);
    tcase_add_test(c, opposite_of_its_transpose);
    suite_add_tcase(s, c);
    return suite_run(s);
}
