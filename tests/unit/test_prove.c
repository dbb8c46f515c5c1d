/* test_prove.c - equalities that are shown by algebra, and others that are
 * not to be. */
#include <check.h>
#include <stdio.h>

#include "fixture.h"
#include "prove/prove.h"
#include "suite.h"

struct case_ {
    const char *let, *left, *right;
};

static bool proves(struct fixture *f, const struct case_ *c, bool swap)
{
    char both[2][256];
    expr_t side[2];
    snprintf(both[0], sizeof both[0], "%s", c->left);
    snprintf(both[1], sizeof both[1], "%s", c->right);
    side[0] = fixture_read(f, c->let, both[0]);
    ck_assert_msg(side[0], "%s: %s", c->left, fixture_fault(f));
    side[1] = fixture_read_on(f, both[1]);
    ck_assert_msg(side[1], "%s: %s", c->right, fixture_fault(f));
    bool equal = prove_equal(&f->x, f->rules, side[swap], side[!swap]);
    ck_assert_msg(!fault_is_set(&f->fault), "%s: %s", c->left,
                  fixture_fault(f));
    return equal;
}

/* ---------------------------------------------------------- what is equal */

static const struct case_ equal[] = {
    /* products of sums */
    {"A[n,n], B[n,n]", "(A+B)^2", "A^2+A*B+B*A+B^2"},
    {"x[n], y[n]", "(x-y)'*(x+y)", "x'*x-y'*y"},
    {"X[m,n], a", "tr((X+a*X)'*(X-a*X))", "(1-a^2)*tr(X'*X)"},
    {"x[n]", "(x+1).^3", "x.^3+3*x.^2+3*x+1"},
    /* matrices beside their inverses */
    {"A[n,n], B[n,n]", "inv(A+B)*A", "eye(n)-inv(A+B)*B"},
    {"A[n,n], B[n,n]", "A*inv(A+B)*B", "B*inv(A+B)*A"},
    {"A[n,n], B[n,n]", "inv(A)+inv(B)", "inv(A)*(A+B)*inv(B)"},
    {"A[n,n], U[n,k], V[k,n]", "inv(A+U*V)",
     "inv(A)-inv(A)*U*inv(eye(k)+V*inv(A)*U)*V*inv(A)"},
    {"A[n,n], u[n], v[n]", "inv(A+u*v')*u", "inv(A)*u/(1+v'*inv(A)*u)"},
    {"X[m,n]", "inv(X'*X)*X'*X*inv(X'*X)*X'", "inv(X'*X)*X'"},
    {"A[n,n], t", "inv(A-t*eye(n))*A", "eye(n)+t*inv(A-t*eye(n))"},
    {"Q[n,n] orthogonal, A[n,n]", "(Q*A)'*(Q*A)", "A'*A"},
    /* denominators */
    {"a, b", "1/a+1/b", "(a+b)/(a*b)"},
    {"x[n]", "1/(1+x'*x)", "1-x'*x/(1+x'*x)"},
    {"x[n]", "x./(1+x.^2)", "x-x.^3./(1+x.^2)"},
    {"x", "(1+x)^(3/2)", "sqrt(1+x)+x*sqrt(1+x)"},
    {"x", "sqrt(2)*sqrt(x)", "sqrt(2*x)"},
    {"x", "1/sqrt(2)*x", "sqrt(2)/2*x"},
    /* numberings of pairs and triples */
    {"A[m,n], B[p,q], C[k,l]", "kron(A,kron(B,C))", "kron(kron(A,B),C)"},
    {"A[m,n], p[k]", "kron(vec(A),p)", "vec(kron(p,vec(A)'))"},
    /* laws */
    {"x", "sigmoid(2*x)", "1/2+1/2*tanh(x)"},
    {"x[n]", "cosh(x).^2-sinh(x).^2", "ones(n)"},
    {"x", "sin(x)^4", "1-2*cos(x)^2+cos(x)^4"},
    {"x[n], c", "softmax(x+c*ones(n))", "softmax(x)"},
    {"x", "relu(x)", "x/2+abs(x)/2"},
    {"A[n,n], B[n,n]", "adj(A*B)", "adj(B)*adj(A)"},
    /* power series */
    {"A[n,n], B[n,m], C[m,m] invertible", "expm(B*C*B')*B",
     "B*expm(C*B'*B)"},
    {"A[n,n], s, t", "expm(s*A)*expm(t*A)", "expm((s+t)*A)"},
    {"A[n,n], B[n,n]", "tr(expm(A*B)*A)", "tr(A*expm(B*A))"},
    {"A[m,m], n[1], B[p,p]", "kron(expm(A),expm(B))*n[1]",
     "expm(kron(A,eye(p))+kron(eye(m),B))*n[1]"},
    {"A[n,n], E[n,n]", "dexpm(A',E')", "dexpm(A,E)'"},
    {"A[n,n], t", "dexpm(t*A,A^2)", "A^2*expm(t*A)"},
    /* few rows */
    {"A[3,3]", "A*adj(A)", "det(A)*eye(3)"},
    {"A[2,2]", "tr(A)^2-tr(A^2)", "2*det(A)"},
    {"A[3,3], u[3]", "det(A+u*u')", "det(A)+u'*adj(A)*u"},
    /* by the derivative */
    {"A[n,n], u[n], v[n]", "det(A-u*v')", "det(A)*(1-v'*inv(A)*u)"},
    {"A[m,n], B[n,m]", "det(eye(m)-A*B)", "det(eye(n)-B*A)"},
    {"x[n]", "softplus(x)", "x+softplus(-x)"},
    {"x[n], c", "logsumexp(x-c*ones(n))", "logsumexp(x)-c"},
    {"x", "atan(x)+atan(-x)", "0*x"},
    /* structure */
    {"S[n,n] symmetric, A[n,n] antisymmetric", "tr(S*A*S*S)", "0"},
    {"D[n,n] diagonal, E[n,n] diagonal", "D*E", "E*D"},
    {"x[n], A[n,n] antisymmetric", "x'*A*x", "0"},
    /* eigenvalues, singular values */
    {"S[n,n] symmetric", "S*eigvec(S,3)", "eigval(S,3)*eigvec(S,3)"},
    {"S[n,n] symmetric", "tr(expm(S))", "sum(exp(eigvals(S)))"},
    {"S[n,n] posdef", "inv(S)*eigvec(S,1)", "eigvec(S,1)/eigval(S,1)"},
    {"S[n,n] posdef", "eigvec(S,1)*eigvec(S,1)'/S^2",
     "eigvec(S,1)*eigvec(S,1)'/eigmin(S)^2"},
    {"X[m,n]", "eigmax(X*X')", "eigmax(X'*X)"},
    {"X[m,n]", "normspec(X)", "normspec(X')"},
    {"S[n,n] posdef, a", "logm(S)*powm(S,a)", "powm(S,a)*logm(S)"},
    {"S[n,n] posdef, a", "(logm(S)*powm(S,a))'", "logm(S)*powm(S,a)"},
    /* what equations determine */
    {"X[m,n] fullcolumnrank", "pinv(X)*pinv(X)'", "inv(X'*X)"},
    {"x[n]", "pinv(x*x')", "x*x'/(x'*x)^2"},
    {"X[m,n]", "X'*X*pinv(X)*pinv(X)'", "X'*pinv(X)'"},
    {"S[n,n] symmetric", "eigres(S,2)*S*eigres(S,2)",
     "eigval(S,2)*eigres(S,2)^2-eigres(S,2)"},
    {"S[n,n] posdef", "logdet(chol(S)*chol(S))", "logdet(S)"},
    /* derived equations, powers with a name, series */
    {"A[n,n] principal, E[n,n]", "sqrtm(A)*dsqrtm(A,E)",
     "E-dsqrtm(A,E)*sqrtm(A)"},
    {"S[n,n] posdef, R[n,n] symmetric", "dlogm(S,R)'", "dlogm(S,R)"},
    {"A[n,n], E[n,n]", "dsinm(A,A*E)", "A*dsinm(A,E)"},
    {"Q[n,n] orthogonal, A[n,n], k integer", "expm(Q*A*Q')",
     "Q*expm(A)*Q'"},
    {"x[n], c", "prod(i: exp(x[i]))*c", "c*exp(sum(x))"},
    /* blocks */
    {"A[m,m] invertible, B[m,n], C[n,m], D[n,n]",
     "inv([A, B; C, D])*[B; D]", "[zeros(m,n); eye(n)]"},
    {"A[m,m] invertible, B[m,n], C[n,m]", "det([A, B; C, eye(n)])",
     "det(A-B*C)"},
    {"A[m,m] invertible, D[n,n] invertible",
     "inv([A, zeros(m,n); zeros(n,m), D])^2",
     "[inv(A)^2, zeros(m,n); zeros(n,m), inv(D)^2]"},
};

START_TEST(shows_equal)
{
    struct fixture f;
    fixture_init(&f);
    ck_assert_msg(proves(&f, &equal[_i / 2], _i % 2), "%s = %s",
                  equal[_i / 2].left, equal[_i / 2].right);
    fixture_free(&f);
}
END_TEST

/* ------------------------------------------------------ what is not equal */

static const struct case_ unequal[] = {
    {"A[n,n], B[n,n]", "(A+B)^2", "A^2+2*A*B+B^2"},
    {"A[n,n], B[n,n]", "inv(A+B)", "inv(A)+inv(B)"},
    {"A[n,n], B[n,n]", "inv(A+B)*A", "A*inv(A+B)"},
    {"A[n,n], B[n,n]", "inv(A+B)*A", "eye(n)-B*inv(A+B)"},
    {"A[n,n], U[n,k], V[k,n]", "inv(A+U*V)",
     "inv(A)-inv(A)*U*inv(eye(k)-V*inv(A)*U)*V*inv(A)"},
    {"X[m,n]", "X*inv(X'*X)*X'", "eye(m)"},
    {"Q[n,n] orthogonal, A[n,n]", "Q'*A*Q", "A"},
    {"x", "sqrt(x^2)", "x"},
    {"x, y", "sqrt(x*y)", "sqrt(x)*sqrt(y)"},
    {"x[n]", "sum(1./(1+x.^2))", "n/(1+x'*x)"},
    {"A[m,n], B[p,q]", "norm2(kron(A,B))", "norm2(A)+norm2(B)"},
    {"A[n,n], B[n,n]", "kron(A,B)", "kron(B,A)"},
    {"A[n,n], b[n], c[n]", "inv(A+b*c')*b", "inv(A)*b/(1-c'*inv(A)*b)"},
    {"A[n,n], B[n,n]", "det(A*B)", "2*det(A)*det(B)"},
    {"A[n,n], B[n,n]", "det(A+B)", "det(A)+det(B)"},
    {"A[n,n], u[n], v[n]", "det(A+u*v')", "(1-v'*inv(A)*u)*det(A)"},
    {"A[n,n], B[n,n]", "expm(A+B)", "expm(A)*expm(B)"},
    {"A[n,n], B[n,n]", "expm(A*B)", "expm(B*A)"},
    {"A[n,n], B[n,n]", "dexpm(A,B)", "B*expm(A)"},
    {"A[2,2], B[2,2]", "det(A+B)", "det(A)+det(B)+tr(A*B)"},
    {"Q[n,n] orthogonal", "det(Q)", "1"},
    {"S[n,n] symmetric, A[n,n]", "tr(S*A)", "0"},
    /* zero derivative, and equal at a point, but not beyond a gap */
    {"x", "sign(x)", "1"},
    {"x", "step(x)", "1"},
    {"x", "relu(x)", "x"},
    {"x", "abs(x)", "x"},
    {"x nonzero", "atan(x)+atan(1/x)", "2*atan(1)"},
    {"X[n,n] invertible", "exp(logdet(X))", "det(X)"},
    {"X[n,n] invertible", "sign(det(X))", "1"},
    {"x[n]", "norm2(x)*sign(sum(x))", "norm2(x)"},
    {"x, a", "a*x", "2*a*x"},
    {"x, a", "sqrt(x^2)*a", "x*a"},
    {"x, y", "sin(x+y)", "sin(x)*cos(y)-cos(x)*sin(y)"},
    {"x", "sigmoid(x)", "1/2+1/2*tanh(x)"},
    /* solutions of one equation that begin alike: t*d' = d */
    {"t, X[n,n]", "t*X", "2*t*X"},
    {"t, X[n,n]", "det(t*X)", "2*det(t*X)"},
    {"t, A[n,n]", "t*expm(A)", "2*t*expm(A)"},
    {"t, A[n,n]", "tr(adj(t*A))", "2*tr(adj(t*A))"},
    /* said of other eigenvalues, or other matrices */
    {"S[n,n] symmetric", "S*eigvec(S,2)", "eigval(S,1)*eigvec(S,2)"},
    {"S[n,n] symmetric", "eigvecs(S)'*diag(eigvals(S))*eigvecs(S)", "S"},
    {"S[n,n] symmetric", "eigval(-S,1)", "-eigval(S,1)"},
    {"S[n,n] symmetric", "eigval(S^2,1)", "eigval(S,1)^2"},
    {"S[n,n] symmetric", "eigvals(S^2)", "eigvals(S).^2"},
    {"S[n,n] symmetric", "eigvec(expm(-S),1)", "eigvec(S,1)"},
    {"S[n,n] symmetric, T[n,n] symmetric", "eigmax(S+T)",
     "eigmax(S)+eigmax(T)"},
    {"X[m,n]", "eigmin(X*X')", "eigmin(X'*X)"},
    {"X[m,n]", "normspec(X)", "eigmax(X'*X)"},
    {"X[m,n]", "leftvec(X,1)", "X*rightvec(X,1)"},
    {"S[n,n] symmetric", "eigres(S,2)*S", "eigval(S,2)*eigres(S,2)"},
    {"S[n,n] posdef", "tr(sqrtm(S))", "sqrt(sum(eigvals(S)))"},
    /* more is asked of them, or too little known */
    {"A[m,n], B[n,p]", "pinv(A*B)", "pinv(B)*pinv(A)"},
    {"X[m,n]", "pinv(X)", "inv(X'*X)*X'*X*X'"},
    {"X[n,n]", "X*pinv(X)", "eye(n)"},
    {"X[n,n]", "pinv(X)", "inv(X)'"},
    {"X[n,n]", "X*pinv(X)", "pinv(X)*X"},
    {"S[n,n] posdef", "chol(S)'*chol(S)", "S"},
    {"S[n,n] posdef", "chol(S)", "sqrtm(S)"},
    {"S[n,n] posdef, T[n,n] posdef", "chol(S+T)", "chol(S)+chol(T)"},
    {"A[n,n] principal, B[n,n] principal", "logm(A*B)",
     "logm(A)+logm(B)"},
    {"A[n,n] principal, E[n,n]", "sqrtm(A)*dsqrtm(A,E)",
     "dsqrtm(A,E)*sqrtm(A)"},
    {"S[n,n] posdef, E[n,n]", "dsqrtm(S,E)", "dsqrtm(S,E')"},
    {"S[n,n] symmetric, E[n,n]", "dexpm(S,E)", "dexpm(S,E)'"},
    {"A[n,n], E[n,n]", "dexpm(A,A*E)", "dexpm(A,E)*A"},
    {"A[n,n], E[n,n]", "dexpm(A,A*E-E*A)", "E*expm(A)-expm(A)*E"},
    {"A[n,n], E[n,n], F[n,n]", "ddexpm(A,E,F)", "ddexpm(A,F,E)'"},
    {"A[n,n]", "sinm(2*A)", "2*sinm(A)"},
    {"A[n,n]", "cosm(2*A)", "eye(n)-2*sinm(A)"},
    {"a positive, A[n,n] principal", "logm(a*A)", "a*eye(n)+logm(A)"},
    {"a, A[n,n] principal", "sqrtm(a^2*A)", "a*sqrtm(A)"},
    {"P[n,n] invertible, X[n,n], size k", "(P*X*inv(P))^k",
     "P^k*X*inv(P)^k"},
    {"Q[n,n] orthogonal, A[n,n]", "expm(Q*A*Q)", "Q*expm(A)*Q"},
    {"x[n]", "sort(-x)", "-sort(x)"},
    {"x[n]", "sort(x)", "x"},
    {"x[n]", "prod(i: exp(x[i]))", "exp(sum(x))^2"},
    /* blocks */
    {"A[m,m], B[m,n], C[n,m], D[n,n]", "det([A, B; C, D])",
     "det(A)*det(D)-det(B*C)"},
    {"A[n,n], B[n,n], C[n,n], D[n,n]", "det([A, B; C, D])",
     "det(A*D-B*C)"},
    {"A[n,n], B[n,n]", "inv([A, B; B, A])",
     "[inv(A), inv(B); inv(B), inv(A)]"},
    {"B[m,n], C[n,m]", "det([zeros(m,m), B; C, zeros(n,n)])", "1"},
    {"A[n,n] antisymmetric, x[n]", "det([A, x; x', 1])", "det(A)-1"},
};

START_TEST(shows_nothing_false)
{
    struct fixture f;
    fixture_init(&f);
    ck_assert_msg(!proves(&f, &unequal[_i / 2], _i % 2), "%s = %s",
                  unequal[_i / 2].left, unequal[_i / 2].right);
    fixture_free(&f);
}
END_TEST

/* Long enough to be given up, which is no fault. */
START_TEST(gives_up)
{
    static const struct case_ c = {
        "A[n,n], B[n,n], C[n,n], D[n,n], E[n,n]",
        "(A+B+C+D+E)^12", "(E+D+C+B+A)^11*(A+B+C+D+E)"};
    struct fixture f;
    fixture_init(&f);
    (void)proves(&f, &c, false);
    fixture_free(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prove");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, shows_equal, 0,
                        2 * (int)(sizeof equal / sizeof *equal));
    tcase_add_loop_test(t, shows_nothing_false, 0,
                        2 * (int)(sizeof unequal / sizeof *unequal));
    tcase_add_test(t, gives_up);
    suite_add_tcase(s, t);
    return suite_run(s);
}
