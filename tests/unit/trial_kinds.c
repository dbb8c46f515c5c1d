/* trial_kinds.c - the kinds of random expressions: what their names are, what
 * they are made of, and how many of them must be verified. */
#include "trial.h"

#include <stddef.h>

#define NAMES                                                                \
    "a, b positive, x[n], y[m], z[n] positive, A[m,n], B[n,m], C[n,n], "     \
    "S[m,m] symmetric, P[n,n] posdef, Q[m,m]"
#define PROPERTIES                                                           \
    "a, b positive, c nonneg, x[n], y[m], z[n] nonneg, A[m,n], "             \
    "B[n,m], D[n,n] diagonal, E[n,n] lower, "
#define BLOCKS                                                               \
    NAMES ", s[n+m], t[m+n+1], R[n+m,n+m], T[n+m,n+m] posdef, M[n,n+m]"
#define FAMILIES NAMES ", F{l}[m,n], h{l}[m], G{l}[n,n], of_k[k], of_L[L]"
#define FUNCTIONS NAMES ", f(a), g(x), u(x)[n], V(C)[n,n]"
#define STRUCTURES                                                           \
    "a, x[n], y[m], A[m,n], S[m,m] symmetric, C[n,n] antisymmetric, "        \
    "D[n,n] diagonal, E[m,m] lower, H[n,n] upper, P[n,n] posdef, "           \
    "T[m,m] toeplitz"

/* What has a meaning only for arguments that random ones are not: norminf's
 * differential holds where one entry is the largest, which x[1]*ones(n) never
 * has; a selection lies within its axis.  Maps of triangles and diagonals
 * have tests of their own, tests/data/structure.txt. */
#define SELDOM                                                               \
    "tril", "triu", "diagonalsums", "diagonalmeans", "vech", "lowerones",    \
        "symmetrizer", "skewsymmetrizer", "toeplitzprojector", "selection"
static const char *const seldom[] = {SELDOM, NULL};
static const char *const many_maxima[] = {SELDOM, "norminf", NULL};

static const char *const family_texts[] = {
    "sum(l=1..L: norm2(F{l}*$x-h{l})^2)",
    "sum(l=1..L: $s*tr(G{l}*$C))",
    "sum(l=1..L: $x'*G{l}*$x)",
    "prod(l=1..3: 2+sin($s*l))",
    "sum(r=1..k: ($s)^r)",
    "sum(r=0..3: sin(r*$s)*$s)",
    "sum(r=1..k: $s/(r+1)+$s)",
    "norm2(sum(l=1..L: F{l}*$x)-$y)^2",
    "sum(l=1..2: sum(j=1..l: $s*j+l))",
    NULL};
static const char *const members[] = {"F{l}", "h{l}", "G{l}", "F{L}",
                                      "G{1}", "h{2}", NULL};
static const char *const recursion_texts[] = {
    "norm2(v{L}-$x)^2", "$x'*v{L}", "($s)*sum(v{L}.^2)",
    "$s+v{L}'*G{0}*v{L}", "sum(exp(v{L}))*$s", NULL};
static const char *const recursion_members[] = {"G{l}", "h{l}", "v{0}",
                                                "G{L}", NULL};
static const char *const function_texts[] = {
    "f($s)", "f($s)*$s", "sum(u($x).*$x)", "norm2(u($x)-$x)^2",
    "tr(V($C)*$C)", "f(tr($C))", "exp(f($s))+$s", "u($x)'*$C*u($x)",
    "g($x)*$s", "log(1+g($x)^2)", NULL};
static const char *const index_texts[] = {
    "sum(i: x[i]*($x)[i]^2)", "sum(i,j: ($A)[i,j]^2*$s)",
    "sum(i,j: ($C)[i,j]*x[i]*x[j])", "sum(i: exp(($x)[i])*z[i])",
    "tensor(i,j: ($x)[i]*($y)[j])", "sum(tensor(i: ($x)[i]^2*z[i]))",
    "sum(i,j: step(j-i)*($C)[i,j]^2)", "sum(k: (($C)*($x))[k]*($x)[k])",
    NULL};
static const char *const product_texts[] = {
    "($s)*($s)", "tr(($C)*($C)')", "($x)'*($C)*($x)", "kron($x,$y)",
    "($x)*($y)'", "vec(($A)'*($A))", "sum(($x).*($x).^2)",
    "norm2(($A)*($x)-($y))^2", "sum(log(1+($x).^2))", "diag($x)*($B)",
    "($s)/(1+($s)^2)", "logdet(eye(n)+($C)*($C)')", "inv(P+($C)*($C)')",
    "sum(sigmoid(y.*($y)))", "logsumexp($x)", NULL};
/* Of a definite matrix put together from blocks. */
#define DEFINITE "[P+($C)*($C)',$B;-($B)',eye(m)+($Q)*($Q)']"
#define SYMMETRIC "[P+($C)*($C)',$B;($A),eye(m)+S*S]"
static const char *const block_texts[] = {
    "[$C,$B;$A,$Q]", "[$C,$B;$A,$Q]*[$x;$y]", "[$C,$B]*s", "[$C,$B]*R*[$x;$y]",
    "[$x;$y;$s]", "[$s,($x)';$x,$C]", "[$x,$x]", "[($x)',($y)']", "[$C;$A]",
    "exp([$x;$y]).*s", "R*[$C,$B;$A,$Q]", "diag([$x;$y])", "[$s;$s;$y]",
    "[[$C,$B];[$A,$Q]]'", "[$C,zeros(n,m);$A,$Q]*s", "kron([$x,$x],$y)",
    "selection(m+n,1,n)'*R*[$x;$y]", "inv(" DEFINITE ")*s", "M*[$x;$y]",
    "[$C,$x]*[$B;($y)']", "[a*($C),$B].*M", "softmax([$x;$y])",
    "selection(n+m,n+1,m)'*inv(" DEFINITE ")*[$x;$y]", "[$C;$A]*[$C,$B]",
    "vec([$x,$x])", "[$A,$y]*[$x;$s]", NULL};
static const char *const block_scalars[] = {
    "tr([$C,$B;$A,$Q])", "tr(R*[$C,$B;$A,$Q])", "norm2([$A,$y]*[$x;$s]-y)^2",
    "[$x;$y]'*R*[$x;$y]", "logdet(" DEFINITE ")", "det(" DEFINITE ")",
    "s'*inv(" DEFINITE ")*[$x;$y]", "tr(inv(" DEFINITE "))",
    "sum(exp([$x;$y]))", "logsumexp([$x;$y;$s])", "sum([$x,$x]*[$s;a])",
    "norm2([$C,$B;$A,$Q])^2", "det([$C,$B;zeros(m,n),eye(m)+($Q)*($Q)'])",
    "[$x;$y;1]'*t", "x'*[$C,$B]*T*[$x;$y]", "det([$s,($x)';$x,$C])",
    "tr([$C,zeros(n,m);zeros(m,n),$Q]*T)", "log(1+norm2([$x;$y])^2)",
    "logdet(" SYMMETRIC ")", NULL};
static const char *const power_texts[] = {
    "tr(($C)^k)", "($x)'*($C)^k*($x)", "sum(($C)^k)*($s)", "($C)^k*($x)",
    "tr(($C)^(k+1)*($C))", "($C)^k", "exp(tr(($C)^k))", "norm2(C^k*($x))^2",
    "tr((eye(n)+P)^(-k)*($C))", "logdet(P^k)*($s)", "($x)'*C^k*C'^k*($x)",
    "det((P+($C)*($C)'))^k", NULL};
static const char *const matrix_function_texts[] = {
    "tr(expm($C))", "tr(($C)*expm($C))", "($x)'*expm(C)*($x)",
    "tr(logm(P+($C)*($C)'))", "($x)'*sqrtm(P+($C)*($C)')*($x)",
    "tr(($C)*sqrtm(P))", "tr(powm(P,a)*($C))", "sum(sinm($C)*($x))",
    "tr(cosm($C))", "tr(expm(a*($C))*($C))", "logdet(expm($C)+P)",
    "($x)'*logm(P)*($x)", NULL};
static const char *const spectral_texts[] = {
    "eigmax(($C)+($C)')", "eigmin(($C)+($C)')*($s)", "sum(eigvals(S)*($s))",
    "eigval(S,1)*($s)", "normspec($A)^2", "normnuc($C)", "singval($A,1)*($s)",
    "tr(chol(P+($C)*($C)')*($C))", "($x)'*eigvec(($C)+($C)',1)",
    "tr(($B)*pinv(($B)))", "tr(pinv($C)*($C))", "log(eigmax(P+($C)*($C)'))",
    NULL};
static const char *const structure_texts[] = {
    "tr(($A)*H*C*($B))", "logdet(P)*($s)", "($x)'*inv(P)*($x)", "tr(T*S)",
    "($x)'*(C+D+H)*($x)", "tr(E'*S*E)*($s)", "det(D)*($s)", "tr(P*D*P*($C))",
    "sum(exp(T))", "norm2(H*($x))^2", "logdet(eye(m)+S*S)", "($y)'*T*($y)",
    "tr(($Q)*T*S*T)", NULL};
static const char *const structure_values[] = {
    "S*($y)", "C*($C)", "D*H", "inv(P)", "E*S*E'", "T*($y)", "exp(H)",
    "diag(D)", "kron($x,S*y)", "vec(C)", NULL};

#define SMOOTH                                                               \
    ((RANDOM_ALL & ~(unsigned)RANDOM_ODD_NUMBERS) | RANDOM_SMOOTH)
#define KIND(NAME, ORDER, LEAST, MOST, PERCENT, LET)                         \
    .name = (NAME), .order = (ORDER), .least = (LEAST), .most = (MOST),      \
    .percent = (PERCENT), .let = (LET), .features = SMOOTH, .avoid = seldom

const struct trial_kind trial_kinds[] = {
    {KIND("smooth", 1, 1, 6, 93, NAMES)},
    {.name = "any", .order = 1, .least = 2, .most = 5, .percent = 75,
     .let = NAMES, .features = RANDOM_ALL, .avoid = many_maxima},
    {KIND("Hessian", 2, 1, 4, 90, NAMES)},
    {.name = "any Hessian", .order = 2, .least = 2, .most = 3, .percent = 85,
     .scalar = true, .let = NAMES, .features = RANDOM_ALL,
     .avoid = many_maxima},
    {KIND("third", 3, 1, 3, 90, NAMES), .scalar = true},
    {KIND("product", 1, 1, 3, 93, NAMES), .texts = product_texts},
    {KIND("product Hessian", 2, 1, 2, 90, NAMES), .texts = product_texts,
     .scalar = true},
    {KIND("properties", 1, 2, 5, 90,
          PROPERTIES "C[n,n] orthogonal, S[m,m] antisymmetric, "
                     "P[n,n] posdef")},
    {.name = "more properties", .order = 1, .least = 2, .most = 5,
     .percent = 70,
     .let = PROPERTIES "C[n,n] invertible, S[m,m] toeplitz, P[n,n] psd, "
                       "Q[m,m] upper",
     .features = RANDOM_ALL, .avoid = many_maxima},
    {KIND("full rank", 1, 2, 5, 90,
          "a, x[n], y[m], A[m,n] fullrowrank, B[n,m] fullcolumnrank, "
          "P[n,n] posdef, Q[m,m] symmetric")},
    {KIND("part", 1, 2, 4, 90, NAMES), .by = BY_PART},
    {KIND("part Hessian", 2, 1, 3, 90, NAMES), .by = BY_PART,
     .scalar = true},
    {KIND("structure", 1, 2, 4, 85, STRUCTURES), .by = BY_STRUCTURE,
     .scalar = true},
    {KIND("structure Hessian", 2, 1, 1, 85, STRUCTURES), .by = BY_STRUCTURE,
     .scalar = true, .texts = structure_texts},
    {KIND("structured value", 1, 1, 2, 85, STRUCTURES), .by = BY_STRUCTURE,
     .texts = structure_values},
    {KIND("index", 1, 1, 3, 90, NAMES), .texts = index_texts},
    {KIND("index Hessian", 2, 1, 1, 85, NAMES), .texts = index_texts,
     .scalar = true},
    {KIND("family", 1, 1, 2, 70, FAMILIES), .texts = family_texts,
     .scalar = true, .members = members},
    {KIND("family Hessian", 2, 1, 1, 70, FAMILIES), .texts = family_texts,
     .scalar = true, .members = members},
    {KIND("recursion", 1, 1, 2, 70,
          FAMILIES ", v{l}[n] = tanh(G{l}*v{l-1}+B*h{l}+C*x)"),
     .texts = recursion_texts, .scalar = true, .members = recursion_members},
    {KIND("function", 1, 1, 2, 85, FUNCTIONS), .texts = function_texts,
     .scalar = true},
    {KIND("function Hessian", 2, 1, 1, 80, FUNCTIONS),
     .texts = function_texts, .scalar = true},
    {KIND("block", 1, 1, 2, 85, BLOCKS), .texts = block_texts},
    {KIND("block scalar", 1, 1, 2, 85, BLOCKS), .texts = block_scalars,
     .scalar = true},
    {KIND("block Hessian", 2, 1, 1, 80, BLOCKS), .texts = block_scalars,
     .scalar = true},
    {KIND("power", 1, 1, 3, 80, NAMES ", of_k[k]"), .exponent = "k"},
    {KIND("symbolic power", 1, 1, 2, 80, NAMES ", of_k[k]"),
     .texts = power_texts},
    {KIND("power Hessian", 2, 1, 1, 70, NAMES ", of_k[k]"),
     .texts = power_texts, .scalar = true},
    {KIND("matrix function", 1, 1, 2, 85, NAMES),
     .texts = matrix_function_texts, .scalar = true},
    {KIND("matrix function Hessian", 2, 1, 1, 80, NAMES),
     .texts = matrix_function_texts, .scalar = true},
    {KIND("spectral", 1, 1, 2, 70, NAMES), .texts = spectral_texts,
     .scalar = true},
};
const uint32_t trial_kind_count = sizeof trial_kinds / sizeof *trial_kinds;
