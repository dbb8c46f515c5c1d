/* code_table.c - what functions are called in programming languages. */
#include <string.h>

#include "print/notation.h"

/* Julia broadcasts functions with a dot: `each` is that form, for arrays. */
struct code_function {
    const char *name;
    const char *numpy, *julia, *each, *matlab;
};
#define SAME(name, numpy)                                                     \
    {#name, "np." #numpy "(#1)", #name "(#1)", #name ".(#1)", #name "(#1)"}

/* The derivative of a function of matrices at #1 in the direction #2: the
 * upper right block of the function of a block matrix. */
/* The derivatives of f at A in all directions e, unit matrices, side by side:
 * in each the upper right block of f([A, e; 0, A]) as a column. */
#define NUMPY_JACOBIAN(f, more)                                               \
    "np.stack([np.ravel(" f "(np.block([[#1, e.reshape(np.shape(#1), "         \
    "order='F')], [0*(#1), #1]])" more ")[:len(#1), len(#1):], order='F') "    \
    "for e in np.eye(np.size(#1))], axis=1)"
#define JULIA_JACOBIAN(f, more)                                               \
    "reduce(hcat, [vec((" f "([(#1) reshape(e, size(#1)); 0*(#1) (#1)])" more  \
    ")[1:size(#1, 1), size(#1, 1)+1:end]) for e in "                           \
    "eachcol(Matrix{Float64}(I, length(#1), length(#1)))])"
#define MATLAB_JACOBIAN(f, more)                                              \
    "cell2mat(arrayfun(@(k) reshape([eye(size(#1)), 0*(#1)]*" f "([#1, "       \
    "reshape((1:numel(#1)) == k, size(#1)); 0*(#1), #1]" more                  \
    ")*[0*(#1); eye(size(#1))], [], 1), 1:numel(#1), 'UniformOutput', "       \
    "false))"
#define NUMPY_BLOCK(f, more)                                                  \
    f "(np.block([[#1, #2], [0*(#1), #1]])" more ")[:len(#1), len(#1):]"
#define JULIA_BLOCK(f, more)                                                  \
    f "([(#1) (#2); 0*(#1) (#1)]" more ")[1:size(#1, 1), size(#1, 1)+1:end]"
#define MATLAB_BLOCK(f, more)                                                 \
    "([eye(size(#1)), 0*(#1)]*" f "([#1, #2; 0*(#1), #1]" more                \
    ")*[0*(#1); eye(size(#1))])"

/* (f(a)-f(b))/(a-b) for all eigenvalues a and b of #1, which are simple; f and
 * its derivative of w, by entries. */
#define QUOTIENT(name, numpy, dnumpy, julia, djulia, matlab, dmatlab)         \
    {name,                                                                    \
     "(lambda w: (np.subtract.outer(" numpy ", " numpy ") + np.diag("         \
     dnumpy "))/(np.subtract.outer(w, w) + np.eye(len(w))))"                  \
     "(np.linalg.eigvalsh(#1))",                                              \
     "(w -> (" julia " .- (" julia ")' + diagm(" djulia ")) ./ (w .- w' + I)" \
     ")(eigvals(Symmetric(#1)))",                                             \
     NULL,                                                                    \
     "feval(@(w) (" matlab " - (" matlab ").' + diag(" dmatlab "))./(w - w.'" \
     " + eye(numel(w))), eig(#1))"}

static const struct code_function functions[] = {
    SAME(exp, exp),
    SAME(log, log),
    SAME(sin, sin),
    SAME(cos, cos),
    SAME(tan, tan),
    SAME(asin, arcsin),
    SAME(acos, arccos),
    SAME(atan, arctan),
    SAME(sinh, sinh),
    SAME(cosh, cosh),
    SAME(tanh, tanh),
    SAME(sqrt, sqrt),
    SAME(abs, abs),
    SAME(sign, sign),
    {"arcsin", "np.arcsin(#1)", "asin(#1)", "asin.(#1)", "asin(#1)"},
    {"arccos", "np.arccos(#1)", "acos(#1)", "acos.(#1)", "acos(#1)"},
    {"arctan", "np.arctan(#1)", "atan(#1)", "atan.(#1)", "atan(#1)"},
    {"relu", "np.maximum(#1, 0)", "max(#1, 0)", "max.(#1, 0)", "max(#1, 0)"},
    {"step", "np.heaviside(#1, 0)", "float((#1) > 0)", "float.((#1) .> 0)",
     "double((#1) > 0)"},
    {"sigmoid", "scipy.special.expit(#1)", "inv(1 + exp(-(#1)))",
     "inv.(1 .+ exp.(-(#1)))", "(1./(1+exp(-(#1))))"},
    {"softplus", "np.logaddexp(0, #1)", "log1p(exp(#1))",
     "log1p.(exp.(#1))", "log1p(exp(#1))"},
    {"erf", "scipy.special.erf(#1)", "erf(#1)", "erf.(#1)", "erf(#1)"},
    {"tr", "np.trace(#1)", "tr(#1)", NULL, "trace(#1)"},
    {"det", "np.linalg.det(#1)", "det(#1)", NULL, "det(#1)"},
    {"logdet", "np.linalg.slogdet(#1)[1]", "logabsdet(#1)[1]", NULL,
     "log(abs(det(#1)))"},
    {"inv", "np.linalg.inv(#1)", "inv(#1)", NULL, "inv(#1)"},
    {"adj", "(np.linalg.det(#1)*np.linalg.inv(#1))", "(det(#1)*inv(#1))",
     NULL, "(det(#1)*inv(#1))"},
    {"adjugate", "(np.linalg.det(#1)*np.linalg.inv(#1))",
     "(det(#1)*inv(#1))", NULL, "(det(#1)*inv(#1))"},
    {"sum", "np.sum(#1)", "sum(#1)", NULL, "sum(#1, 'all')"},
    {"vec", "np.ravel(#1, order='F')", "vec(#1)", NULL,
     "reshape(#1, [], 1)"},
    {"kron", "np.kron(#1, #2)", "kron(#1, #2)", NULL, "kron(#1, #2)"},
    {"norm1", "np.sum(np.abs(#1))", "norm(#1, 1)", NULL,
     "sum(abs(#1), 'all')"},
    {"norm2", "np.linalg.norm(#1)", "norm(#1)", NULL, "norm(#1, 'fro')"},
    {"norminf", "np.max(np.abs(#1))", "norm(#1, Inf)", NULL,
     "max(abs(#1), [], 'all')"},
    {"eye", "np.eye(#1)", "Matrix{Float64}(I, #1, #1)", NULL, "eye(#1)"},
    {"softmax", "scipy.special.softmax(#1)",
     "(exp.(#1) ./ sum(exp.(#1)))", NULL, "(exp(#1)./sum(exp(#1)))"},
    {"sort", "np.sort(#1)", "sort(#1)", NULL, "sort(#1)"},
    {"logsumexp", "scipy.special.logsumexp(#1)", "log(sum(exp.(#1)))", NULL,
     "log(sum(exp(#1), 'all'))"},
    {"expm", "scipy.linalg.expm(#1)", "exp(#1)", NULL, "expm(#1)"},
    {"logm", "scipy.linalg.logm(#1)", "log(#1)", NULL, "logm(#1)"},
    {"sqrtm", "scipy.linalg.sqrtm(#1)", "sqrt(#1)", NULL, "sqrtm(#1)"},
    {"powm", "scipy.linalg.fractional_matrix_power(#1, #2)", "((#1)^(#2))",
     NULL, "((#1)^(#2))"},
    {"sinm", "scipy.linalg.sinm(#1)", "sin(#1)", NULL, "funm(#1, @sin)"},
    {"cosm", "scipy.linalg.cosm(#1)", "cos(#1)", NULL, "funm(#1, @cos)"},
    {"eigval", "np.linalg.eigvalsh(#1)[(#2) - 1]", "eigvals(Symmetric(#1))[#2]",
     NULL, "subsref(sort(eig(#1)), substruct('()', {#2}))"},
    {"eigmax", "np.linalg.eigvalsh(#1)[-1]", "eigmax(Symmetric(#1))", NULL,
     "max(eig(#1))"},
    {"eigmin", "np.linalg.eigvalsh(#1)[0]", "eigmin(Symmetric(#1))", NULL,
     "min(eig(#1))"},
    {"eigvec", "np.linalg.eigh(#1)[1][:, (#2) - 1]",
     "eigvecs(Symmetric(#1))[:, #2]", NULL, NULL},
    {"eigvals", "np.linalg.eigvalsh(#1)", "eigvals(Symmetric(#1))", NULL,
     "eig(#1)"},
    {"eigvecs", "np.linalg.eigh(#1)[1]", "eigvecs(Symmetric(#1))", NULL,
     NULL},
    {"eigres",
     "np.linalg.pinv(np.linalg.eigvalsh(#1)[(#2) - 1]*np.eye(len(#1)) - #1)",
     "pinv(eigvals(Symmetric(#1))[#2]*I - (#1))", NULL,
     "pinv(subsref(sort(eig(#1)), substruct('()', {#2}))*eye(size(#1)) - "
     "(#1))"},
    {"singval", "np.linalg.svd(#1, compute_uv=False)[(#2) - 1]",
     "svdvals(#1)[#2]", NULL, "subsref(svd(#1), substruct('()', {#2}))"},
    {"leftvec", "np.linalg.svd(#1)[0][:, (#2) - 1]", "svd(#1).U[:, #2]", NULL,
     NULL},
    {"rightvec", "np.linalg.svd(#1)[2][(#2) - 1]", "svd(#1).V[:, #2]", NULL,
     NULL},
    {"normspec", "np.linalg.norm(#1, 2)", "opnorm(#1)", NULL, "norm(#1)"},
    {"normnuc", "np.linalg.norm(#1, 'nuc')", "sum(svdvals(#1))", NULL,
     "sum(svd(#1))"},
    {"polar", "scipy.linalg.polar(#1)[0]", "(svd(#1).U*svd(#1).Vt)", NULL,
     NULL},
    {"pinv", "np.linalg.pinv(#1)", "pinv(#1)", NULL, "pinv(#1)"},
    {"chol", "np.linalg.cholesky(#1)", "cholesky(Symmetric(#1)).L", NULL,
     "chol(#1, 'lower')"},
    {"lowhalf", "(np.tri(#1) - np.eye(#1)/2)",
     "(tril(ones(#1, #1)) - I/2)", NULL, "(tril(ones(#1)) - eye(#1)/2)"},
    {"dexpm", "scipy.linalg.expm_frechet(#1, #2, compute_expm=False)",
     JULIA_BLOCK("exp", ""), NULL, MATLAB_BLOCK("expm", "")},
    {"dlogm", NUMPY_BLOCK("scipy.linalg.logm", ""), JULIA_BLOCK("log", ""),
     NULL, MATLAB_BLOCK("logm", "")},
    {"dsqrtm", NUMPY_BLOCK("scipy.linalg.sqrtm", ""),
     JULIA_BLOCK("sqrt", ""), NULL, MATLAB_BLOCK("sqrtm", "")},
    {"dsinm", NUMPY_BLOCK("scipy.linalg.sinm", ""), JULIA_BLOCK("sin", ""),
     NULL, MATLAB_BLOCK("funm", ", @sin")},
    {"dcosm", NUMPY_BLOCK("scipy.linalg.cosm", ""), JULIA_BLOCK("cos", ""),
     NULL, MATLAB_BLOCK("funm", ", @cos")},
    {"jacexpm", NUMPY_JACOBIAN("scipy.linalg.expm", ""),
     JULIA_JACOBIAN("exp", ""), NULL, MATLAB_JACOBIAN("expm", "")},
    {"jaclogm", NUMPY_JACOBIAN("scipy.linalg.logm", ""),
     JULIA_JACOBIAN("log", ""), NULL, MATLAB_JACOBIAN("logm", "")},
    {"jacsqrtm", NUMPY_JACOBIAN("scipy.linalg.sqrtm", ""),
     JULIA_JACOBIAN("sqrt", ""), NULL, MATLAB_JACOBIAN("sqrtm", "")},
    {"jacpowm",
     NUMPY_JACOBIAN("scipy.linalg.fractional_matrix_power", ", #2"),
     JULIA_JACOBIAN("", "^(#2)"), NULL, MATLAB_JACOBIAN("mpower", ", #2")},
    {"jacsinm", NUMPY_JACOBIAN("scipy.linalg.sinm", ""),
     JULIA_JACOBIAN("sin", ""), NULL, MATLAB_JACOBIAN("funm", ", @sin")},
    {"jaccosm", NUMPY_JACOBIAN("scipy.linalg.cosm", ""),
     JULIA_JACOBIAN("cos", ""), NULL, MATLAB_JACOBIAN("funm", ", @cos")},
    {"dpowm",
     "scipy.linalg.fractional_matrix_power(np.block([[#1, #3], [0*(#1), #1]])"
     ", #2)[:len(#1), len(#1):]",
     "([(#1) (#3); 0*(#1) (#1)]^(#2))[1:size(#1, 1), size(#1, 1)+1:end]",
     NULL,
     "([eye(size(#1)), 0*(#1)]*[#1, #3; 0*(#1), #1]^(#2)"
     "*[0*(#1); eye(size(#1))])"},
    {"coshm", "scipy.linalg.coshm(#1)", "cosh(#1)", NULL,
     "funm(#1, @cosh)"},
    {"sinhm", "scipy.linalg.sinhm(#1)", "sinh(#1)", NULL,
     "funm(#1, @sinh)"},
    {"tanhm", "scipy.linalg.tanhm(#1)", "tanh(#1)", NULL,
     "(funm(#1, @cosh)\\funm(#1, @sinh))"},
    {"sigmoidm", "np.linalg.inv(np.eye(len(#1)) + scipy.linalg.expm(-(#1)))",
     "inv(I + exp(-(#1)))", NULL, "inv(eye(size(#1)) + expm(-(#1)))"},
    {"signm",
     "((#1) @ np.linalg.inv(scipy.linalg.sqrtm((#1) @ (#1))))", "((#1)/sqrt((#1)^2))", NULL,
     "((#1)/sqrtm((#1)^2))"},
    {"absm", "scipy.linalg.sqrtm((#1) @ (#1))", "sqrt((#1)^2)", NULL,
     "sqrtm((#1)^2)"},
    {"stepm",
     "((np.eye(len(#1)) + (#1) @ np.linalg.inv(scipy.linalg.sqrtm((#1) @ (#1)"
     ")))/2)",
     "((I + (#1)/sqrt((#1)^2))/2)", NULL,
     "((eye(size(#1)) + (#1)/sqrtm((#1)^2))/2)"},
    {"relum", "((#1 + scipy.linalg.sqrtm((#1) @ (#1)))/2)",
     "((#1 + sqrt((#1)^2))/2)", NULL, "((#1 + sqrtm((#1)^2))/2)"},
    {"erfm", "scipy.linalg.funm(#1, scipy.special.erf)",
     "(F -> F.vectors*diagm(erf.(F.values))*F.vectors')(eigen(Symmetric(#1)))",
     NULL, NULL},
    {"dcoshm", NUMPY_BLOCK("scipy.linalg.coshm", ""), JULIA_BLOCK("cosh", ""),
     NULL, MATLAB_BLOCK("funm", ", @cosh")},
    {"dsinhm", NUMPY_BLOCK("scipy.linalg.sinhm", ""), JULIA_BLOCK("sinh", ""),
     NULL, MATLAB_BLOCK("funm", ", @sinh")},
    {"dtanhm", NUMPY_BLOCK("scipy.linalg.tanhm", ""), JULIA_BLOCK("tanh", ""),
     NULL, NULL},
    {"dsignm", NUMPY_BLOCK("(lambda Z: Z @ np.linalg.inv(scipy.linalg.sqrtm("
                           "Z @ Z)))", ""),
     JULIA_BLOCK("(Z -> Z/sqrt(Z^2))", ""), NULL, NULL},
    {"dabsm", NUMPY_BLOCK("(lambda Z: scipy.linalg.sqrtm(Z @ Z))", ""),
     JULIA_BLOCK("(Z -> sqrt(Z^2))", ""), NULL,
     MATLAB_BLOCK("sqrtm(", ")^2")},
    {"drelum",
     NUMPY_BLOCK("(lambda Z: (Z + scipy.linalg.sqrtm(Z @ Z))/2)", ""),
     JULIA_BLOCK("(Z -> (Z + sqrt(Z^2))/2)", ""), NULL, NULL},
    {"dsigmoidm",
     NUMPY_BLOCK("(lambda Z: np.linalg.inv(np.eye(len(Z)) + "
                 "scipy.linalg.expm(-Z)))", ""),
     JULIA_BLOCK("(Z -> inv(I + exp(-Z)))", ""), NULL, NULL},
    QUOTIENT("quotexp", "np.exp(w)", "np.exp(w)", "exp.(w)", "exp.(w)",
             "exp(w)", "exp(w)"),
    QUOTIENT("quotlog", "np.log(w)", "1/w", "log.(w)", "1 ./ w", "log(w)",
             "1./w"),
    QUOTIENT("quotsqrt", "np.sqrt(w)", "0.5/np.sqrt(w)", "sqrt.(w)",
             "0.5 ./ sqrt.(w)", "sqrt(w)", "0.5./sqrt(w)"),
    QUOTIENT("quotcoshm", "np.cosh(w)", "np.sinh(w)", "cosh.(w)", "sinh.(w)",
             "cosh(w)", "sinh(w)"),
    QUOTIENT("quotsinhm", "np.sinh(w)", "np.cosh(w)", "sinh.(w)", "cosh.(w)",
             "sinh(w)", "cosh(w)"),
    QUOTIENT("quottanhm", "np.tanh(w)", "1 - np.tanh(w)**2", "tanh.(w)",
             "1 .- tanh.(w).^2", "tanh(w)", "1 - tanh(w).^2"),
    QUOTIENT("quotabsm", "np.abs(w)", "np.sign(w)", "abs.(w)", "sign.(w)",
             "abs(w)", "sign(w)"),
    QUOTIENT("quotrelum", "np.maximum(w, 0)", "np.heaviside(w, 0)",
             "max.(w, 0)", "float.(w .> 0)", "max(w, 0)", "double(w > 0)"),
    {"eiggaps",
     "(lambda w: (1 - np.eye(len(w)))/(np.subtract.outer(w, w).T + "
     "np.eye(len(w))))(np.linalg.eigvalsh(#1))",
     "(w -> (ones(length(w), length(w)) - I) ./ (w' .- w + I))"
     "(eigvals(Symmetric(#1)))",
     NULL,
     "feval(@(w) (1 - eye(numel(w)))./(w.' - w + eye(numel(w))), eig(#1))"},
    {"sylvester", "scipy.linalg.solve_sylvester(#1, #2, #3)",
     "sylvester(#1, #2, -(#3))", NULL, "sylvester(#1, #2, #3)"},
    {"lyap", "scipy.linalg.solve_continuous_lyapunov(#1, -(#2))",
     "lyap(#1, #2)", NULL, "sylvester(#1, (#1)', -(#2))"},
    {"dlyap", "scipy.linalg.solve_discrete_lyapunov(#1, #2)",
     "reshape((I - kron(#1, #1))\\vec(#2), size(#1))", NULL,
     "reshape((eye(numel(#1)) - kron(#1, #1))\\reshape(#2, [], 1), "
     "size(#1))"},
    {"geomean", "((#1) @ scipy.linalg.sqrtm(np.linalg.solve(#1, #2)))",
     "((#1)*sqrt((#1)\\(#2)))", NULL, "((#1)*sqrtm((#1)\\(#2)))"},
    {"selection", "np.eye(#1)[:, (#2)-1:(#2)-1+(#3)]",
     "Matrix{Float64}(I, #1, #1)[:, (#2):((#2)+(#3)-1)]", NULL,
     "[zeros((#2)-1, #3); eye(#3); zeros((#1)-(#2)+1-(#3), #3)]"},
    {"commutation",
     "np.eye((#1)*(#2))[np.arange((#1)*(#2)).reshape(#1, #2, "
     "order='F').ravel()]",
     "Matrix{Float64}(I, (#1)*(#2), (#1)*(#2))[vec(permutedims(reshape("
     "1:(#1)*(#2), #1, #2))), :]",
     NULL, "commutation(#1, #2)"},
};

/* Forms that depend on the argument's kind. */
static const struct {
    const char *name;
    uint8_t nargs, kind; /* of the argument, or of the result if a size */
    const char *numpy, *julia, *matlab;
} by_kind[] = {
    {"diag", 1, SHAPE_VECTOR, "np.diag(#1)", "diagm(#1)", "diag(#1)"},
    {"diag", 1, SHAPE_MATRIX, "np.diag(#1)", "diag(#1)", "diag(#1)"},
    {"tr", 1, SHAPE_SCALAR, "(#1)", "(#1)", "(#1)"},
    {"det", 1, SHAPE_SCALAR, "(#1)", "(#1)", "(#1)"},
    {"logdet", 1, SHAPE_SCALAR, "np.log(np.abs(#1))", "log(abs(#1))",
     "log(abs(#1))"},
    {"inv", 1, SHAPE_SCALAR, "(1/(#1))", "(1/(#1))", "(1/(#1))"},
    {"unit", 2, SHAPE_SCALAR, "np.eye(#1)[#2 - 1]",
     "Float64.(1:#1 .== #2)", "double((1:#1)' == #2)"},
    {"lowerones", 1, SHAPE_SCALAR, "np.tri(#1)", "tril(ones(#1, #1))",
     "tril(ones(#1))"},
    {"tril", 1, SHAPE_MATRIX, "np.tril(#1)", "tril(#1)", "tril(#1)"},
    {"triu", 1, SHAPE_MATRIX, "np.triu(#1)", "triu(#1)", "triu(#1)"},
    {"ones", 1, SHAPE_SCALAR, "np.ones(#1)", "ones(#1)", "ones(#1, 1)"},
    {"zeros", 1, SHAPE_SCALAR, "np.zeros(#1)", "zeros(#1)", "zeros(#1, 1)"},
    {"ones", 2, SHAPE_SCALAR, "np.ones((#1, #2))", "ones(#1, #2)",
     "ones(#1, #2)"},
    {"zeros", 2, SHAPE_SCALAR, "np.zeros((#1, #2))", "zeros(#1, #2)",
     "zeros(#1, #2)"},
    {"norm1", 1, SHAPE_ROW, "np.sum(np.abs(#1))", "norm(vec(#1), 1)",
     "sum(abs(#1), 'all')"},
};

/* NumPy's vectors have no direction: one is given where it matters. */
static const char *numpy_kron(enum shape_kind a, enum shape_kind b)
{
    static const char *const forms[3][3] = {
        {"np.kron(#1, #2)", "np.outer(#1, #2)", "np.kron(#1[:, None], #2)"},
        {"np.outer(#2, #1)", "np.kron(#1, #2)", "np.kron(#1[None, :], #2)"},
        {"np.kron(#1, #2[:, None])", "np.kron(#1, #2[None, :])",
         "np.kron(#1, #2)"}};
    if (a < SHAPE_VECTOR || b < SHAPE_VECTOR || a > SHAPE_MATRIX ||
        b > SHAPE_MATRIX)
        return "np.kron(#1, #2)";
    return forms[a - SHAPE_VECTOR][b - SHAPE_VECTOR];
}

/* Vectors have no direction in NumPy: they are columns beside something and
 * rows below something. */
static const char *numpy_blocks(const char *name, enum shape_kind kind)
{
    if (kind <= (strcmp(name, "hcat") ? SHAPE_VECTOR : SHAPE_ROW) &&
        kind != (strcmp(name, "hcat") ? SHAPE_ROW : SHAPE_VECTOR))
        return "np.hstack((#1, #2))";
    return strcmp(name, "hcat") ? "np.vstack((#1, #2))"
                                : "np.column_stack((#1, #2))";
}

static const char *choose(enum print_format f, const char *numpy,
                          const char *julia, const char *matlab)
{
    return f == FORMAT_NUMPY ? numpy : f == FORMAT_JULIA ? julia : matlab;
}

const char *code_form(const struct exprs *x, expr_t e, enum print_format f)
{
    const struct expr_node *n = expr_get(x, e);
    const char *name = op_name(x->ops, n->op);
    enum shape_kind kind = expr_shape(x, expr_arg(x, e, 0))->kind;
    if (f == FORMAT_NUMPY && n->nargs == 2 && !strcmp(name, "kron"))
        return numpy_kron(kind, expr_shape(x, expr_arg(x, e, 1))->kind);
    if (f == FORMAT_NUMPY &&
        (!strcmp(name, "hcat") || !strcmp(name, "vcat")))
        return numpy_blocks(name, expr_shape(x, e)->kind);
    for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++)
        if (!strcmp(by_kind[i].name, name) && by_kind[i].nargs == n->nargs &&
            by_kind[i].kind == kind)
            return choose(f, by_kind[i].numpy, by_kind[i].julia,
                          by_kind[i].matlab);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (!strcmp(functions[i].name, name)) {
            const struct code_function *c = &functions[i];
            bool each = c->each && !is_scalar(x, e);
            return choose(f, c->numpy, each ? c->each : c->julia, c->matlab);
        }
    return NULL;
}

bool code_is_reserved(const char *name, enum print_format f)
{
    static const char *const python[] = {
        "lambda", "in", "is", "as", "if", "or", "and", "not", "for", "def",
        "del", "np", "scipy", "sum", "range", "pass", "with", "from", "try",
        "True", "False", "None", "else", "elif", "while", "return", NULL};
    static const char *const others[] = {
        "end", "in", "if", "for", "do", "let", "I", "sum", "function", "try",
        "true", "false", "else", "while", "return", "global", "local", NULL};
    const char *const *words = f == FORMAT_NUMPY ? python : others;
    for (; *words; words++)
        if (!strcmp(*words, name))
            return true;
    return false;
}
