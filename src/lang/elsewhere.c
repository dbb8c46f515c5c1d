#include "lang/elsewhere.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *here;
} functions[] = {
    {"transpose", "the transpose of A is A'"},
    {"trans", "the transpose of A is A'"},
    {"inverse", "inv"},
    {"Inverse", "inv"},
    {"solve", "the solution of A*x = b is A\\b"},
    {"dot", "the inner product of two vectors is x'*y"},
    {"inner", "the inner product of two vectors is x'*y"},
    {"outer", "the outer product of two vectors is x*y'"},
    {"matmul", "a product is written A*B"},
    {"multiply", "a product by entries is x.*y"},
    {"hadamard", "a product by entries is x.*y"},
    {"pow", "a power is x^a, by entries x.^a"},
    {"power", "a power is x^a, by entries x.^a"},
    {"square", "x.^2 by entries"},
    {"identity", "the identity of n x n is eye(n)"},
    {"eig", "eigvals(S), eigvecs(S) of a symmetric S; eigval(S,k) for one"},
    {"svd", "singval(X,k), leftvec(X,k), rightvec(X,k)"},
    {"mean", "sum(x)/n"},
    {"max", "max(x,0) is relu(x), the largest absolute value norminf(x)"},
    {"min", "min(x,0) is -relu(-x)"},
    {"heaviside", "step"},
    {"slogdet", "logdet"},
    {"frobenius", "norm2"},
    {"fro", "norm2"},
    {"cov", "centred: (X-ones(n)*m')'*(X-ones(n)*m')"},
    {"D", "derivatives are of declared functions: u(x)[m], then D[u,x]"},
    {"diff", "the command is derive EXPR VAR; D[u,x] is of a declared u(x)"},
    {"grad", "the command is derive EXPR VAR; D[u,x] is of a declared u(x)"},
};

static const struct {
    uint32_t code;
    const char *here;
} characters[] = {
    {'@', "a product is written A*B"},
    {'.', "by entries: x.*y, x./y, x.^2; the transpose of A is A'"},
    {'!', "prod(i=1..n: i) is a product over i"},
    {'%', "comments begin with #"},
    {0x2018, "a transpose is written with ' as in A'"},
    {0x2019, "a transpose is written with ' as in A'"},
    {0xB4, "a transpose is written with ' as in A'"},
    {0x2211, "sum(i: x[i])"},
    {0x220F, "prod(i: x[i])"},
    {0x2202, "the command is derive EXPR VAR; D[u,x] is of a declared u(x)"},
    {0x2207, "the command is derive EXPR VAR; D[u,x] is of a declared u(x)"},
};

const char *elsewhere_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].name, name))
            return functions[i].here;
    return NULL;
}

const char *elsewhere_character(uint32_t code)
{
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (characters[i].code == code)
            return characters[i].here;
    return NULL;
}
