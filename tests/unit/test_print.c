/* Printing, with an operator table filled by hand. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "print/print.h"
#include "suite.h"

static struct {
    struct fault fault;
    struct mem mem;
    struct intern names;
    struct rationals numbers;
    struct dims dims;
    struct ops ops;
    struct exprs x;
    dim_t m, n;
    expr_t a, b, t, x1, y, A, B, S;
} f;

static symbol_t name(const char *s)
{
    return intern_text(&f.names, s);
}

static void add_overload(const char *op, uint32_t nargs,
                         const struct shape *args, struct shape result,
                         bool entrywise, bool sizes)
{
    struct overload o = {.op = op_declare(&f.ops, name(op)),
                         .nargs = (uint8_t)nargs,
                         .form = OVERLOAD_OPAQUE,
                         .entrywise = entrywise,
                         .size_args = sizes,
                         .result = result};
    for (uint32_t i = 0; i < nargs; i++)
        o.arg[i] = args[i];
    ck_assert(overload_add(&f.ops, &o));
}

static void entrywise(const char *op, uint32_t nargs)
{
    struct shape s[2] = {shape_scalar(), shape_scalar()};
    add_overload(op, nargs, s, s[0], true, false);
}

static void binary(const char *op, struct shape a, struct shape b,
                   struct shape result)
{
    struct shape s[2] = {a, b};
    add_overload(op, 2, s, result, false, false);
}

static void unary(const char *op, struct shape a, struct shape result)
{
    add_overload(op, 1, &a, result, false, false);
}

static void templates(const char *op, const char *latex, const char *unicode)
{
    op_t o = op_find(&f.ops, name(op));
    f.ops.rows[o].latex = latex ? name(latex) : 0;
    f.ops.rows[o].unicode = unicode ? name(unicode) : 0;
}

static void products(struct shape s, struct shape p, struct shape q,
                     struct shape r)
{
    dim_t k = dim_from_symbol(&f.dims, name("k"));
    struct shape row = shape_row(p.dim[0]);
    binary("mul", s, s, s);
    binary("mul", s, p, p);
    binary("mul", s, row, row);
    binary("mul", s, q, q);
    binary("mul", q, p = shape_vector(q.dim[1]), shape_vector(q.dim[0]));
    binary("mul", q, shape_matrix(q.dim[1], k), shape_matrix(q.dim[0], k));
    binary("mul", row, shape_vector(row.dim[0]), s);
    binary("mul", shape_vector(q.dim[0]), shape_row(q.dim[1]), q);
    binary("div", s, s, s);
    binary("div", p, s, p);
    binary("div", q, shape_matrix(q.dim[1], q.dim[1]), q);
    binary("ldiv", r, shape_vector(r.dim[0]), shape_vector(r.dim[0]));
    binary("pow", s, s, s);
    binary("pow", r, s, r);
    unary("transpose", p, shape_row(p.dim[0]));
    unary("transpose", row, shape_vector(row.dim[0]));
    unary("transpose", q, shape_matrix(q.dim[1], q.dim[0]));
}

static void fill_table(void)
{
    dim_t p = dim_from_symbol(&f.dims, name("p"));
    dim_t q = dim_from_symbol(&f.dims, name("q"));
    struct shape s = shape_scalar(), v = shape_vector(p);
    struct shape pq = shape_matrix(p, q), pp = shape_matrix(p, p);
    struct shape size[2] = {s, s};
    size[0].dim[0] = p;
    size[1].dim[0] = q;
    products(s, v, pq, pp);
    entrywise("add", 2);
    entrywise("neg", 1);
    entrywise("had", 2);
    entrywise("hdiv", 2);
    entrywise("hpow", 2);
    entrywise("exp", 1);
    entrywise("acos", 1);
    unary("inv", pp, pp);
    unary("det", pp, s);
    unary("norm2", v, s);
    unary("diag", v, pp);
    binary("kron", pp, shape_matrix(q, q),
           shape_matrix(dim_mul(&f.dims, p, q), dim_mul(&f.dims, p, q)));
    add_overload("eye", 1, size, pp, false, true);
    add_overload("ones", 1, size, v, false, true);
    add_overload("ones", 2, size, pq, false, true);
    templates("exp", "\\exp(#1)", NULL);
    templates("inv", "#1^{-1}", "#1⁻¹");
    templates("det", "\\det(#1)", NULL);
    templates("norm2", "\\lVert #1 \\rVert_2", "‖#1‖");
    templates("diag", "\\operatorname{diag}(#1)", NULL);
    templates("kron", "#1 \\otimes #2", "#1 ⊗ #2");
    templates("eye", "I_{#1}", NULL);
    templates("ones", "\\mathbf{1}_{#1}", NULL);
}

static expr_t variable(const char *s, struct shape shape)
{
    struct decl d = {.name = name(s), .shape = shape};
    return expr_variable(&f.x, expr_declare(&f.x, &d));
}

static void setup(void)
{
    memset(&f, 0, sizeof f);
    mem_init(&f.mem, &f.fault, 0);
    intern_init(&f.names, &f.mem);
    ck_assert(rat_table_init(&f.numbers, &f.mem, 10000));
    ck_assert(dim_table_init(&f.dims, &f.mem, &f.names));
    ck_assert(ops_init(&f.ops, &f.mem, &f.names));
    ck_assert(exprs_init(&f.x, &f.mem, &f.names, &f.numbers, &f.dims,
                         &f.ops));
    fill_table();
    f.m = dim_from_symbol(&f.dims, name("m"));
    f.n = dim_from_symbol(&f.dims, name("n"));
    f.a = variable("a", shape_scalar());
    f.b = variable("beta_1", shape_scalar());
    f.t = variable("t", shape_scalar());
    f.x1 = variable("x", shape_vector(f.n));
    f.y = variable("y", shape_vector(f.m));
    f.A = variable("A", shape_matrix(f.m, f.n));
    f.B = variable("B", shape_matrix(f.n, f.n));
    f.S = variable("Sigma", shape_matrix(f.n, f.n));
}

static void teardown(void)
{
    exprs_free(&f.x);
    ops_free(&f.ops);
    dim_table_free(&f.dims);
    rat_table_free(&f.numbers);
    intern_free(&f.names);
    ck_assert_uint_eq(f.mem.used, 0);
}

static void prints_as(expr_t e, enum print_format format, const char *wanted)
{
    struct text t;
    text_init(&t, &f.mem);
    ck_assert_msg(e != 0, "%s", f.fault.message);
    ck_assert_msg(print_expr(&f.x, e, format, &t), "%s", f.fault.message);
    ck_assert_str_eq(text_get(&t), wanted);
    text_free(&t);
}

static void prints(expr_t e, const char *text, const char *unicode,
                   const char *latex)
{
    prints_as(e, FORMAT_TEXT, text);
    if (unicode)
        prints_as(e, FORMAT_UNICODE, unicode);
    if (latex)
        prints_as(e, FORMAT_LATEX, latex);
}

static expr_t num(int64_t p, int64_t q)
{
    return expr_number(&f.x, rat_from_ratio(&f.numbers, p, q));
}

static expr_t apply(op_t op, expr_t a, expr_t b)
{
    return b ? expr_apply2(&f.x, op, a, b) : expr_apply1(&f.x, op, a);
}

#define ADD(a, b) apply(OP_ADD, a, b)
#define SUB(a, b) apply(OP_ADD, a, apply(OP_NEG, b, 0))
#define NEG(a) apply(OP_NEG, a, 0)
#define MUL(a, b) apply(OP_MUL, a, b)
#define DIV(a, b) apply(OP_DIV, a, b)
#define HAD(a, b) apply(OP_HAD, a, b)
#define POW(a, b) apply(OP_POW, a, b)
#define HPOW(a, b) apply(OP_HPOW, a, b)
#define T(a) apply(OP_TRANSPOSE, a, 0)
#define CALL(s, a) expr_call1(&f.x, s, a)

START_TEST(sums_and_products)
{
    expr_t r = SUB(MUL(f.A, f.x1), f.y);
    prints(MUL(num(2, 1), MUL(T(f.A), r)), "2*(A'*(A*x-y))",
           "2·(Aᵀ·(A·x - y))", "2 (A^{\\top} (A x - y))");
    prints(MUL(MUL(num(2, 1), T(f.A)), r), "2*A'*(A*x-y)",
           "2Aᵀ·(A·x - y)", "2 A^{\\top} (A x - y)");
    prints(r, "A*x - y", "A·x - y", "A x - y");
    prints(NEG(r), "-(A*x-y)", "-(A·x - y)", "-(A x - y)");
    prints(ADD(f.a, ADD(f.t, num(-1, 2))), "a + (t-1/2)", "a + (t - 1/2)",
           "a + \\left(t - \\frac{1}{2}\\right)");
    prints(SUB(f.a, NEG(f.t)), "a - (-t)", NULL, "a - (-t)");
    prints(MUL(f.a, NEG(f.t)), "a*(-t)", NULL, "a (-t)");
    prints(MUL(NEG(f.a), f.t), "-a*t", NULL, "-a t");
    prints(MUL(num(-1, 2), f.t), "-1/2*t", NULL, "-\\frac{1}{2} t");
    prints(MUL(f.t, num(1, 2)), "t*(1/2)", NULL, "t \\frac{1}{2}");
    prints(MUL(f.t, num(3, 1)), "t*3", NULL, "t \\cdot 3");
    prints(MUL(num(2, 1), num(3, 100)), "2*0.03", NULL, "2 \\cdot 0.03");
    prints(MUL(f.a, DIV(f.t, f.b)), "a*(t/beta_1)", "a·(t/β₁)",
           "a \\frac{t}{\\beta_{1}}");
    prints(DIV(MUL(f.a, f.t), MUL(f.a, f.b)), "a*t/(a*beta_1)", NULL,
           "\\frac{a t}{a \\beta_{1}}");
    prints(MUL(apply(OP_DIV, f.A, f.B), f.x1), "A/B*x", NULL, "A B^{-1} x");
}
END_TEST

START_TEST(powers_and_transposes)
{
    prints(POW(f.t, num(2, 1)), "t^2", "t²", "t^{2}");
    prints(POW(f.t, num(-1, 1)), "t^(-1)", "t⁻¹", "t^{-1}");
    prints(POW(f.t, num(1, 2)), "t^(1/2)", NULL, "t^{1/2}");
    prints(POW(num(-2, 1), f.t), "(-2)^t", NULL, "(-2)^{t}");
    prints(POW(num(1, 2), f.t), "(1/2)^t", NULL,
           "\\left(\\frac{1}{2}\\right)^{t}");
    prints(POW(f.a, POW(f.t, f.b)), "a^t^beta_1", NULL, "a^{t^{\\beta_{1}}}");
    prints(POW(POW(f.a, f.t), f.b), "(a^t)^beta_1", NULL,
           "(a^{t})^{\\beta_{1}}");
    prints(T(POW(f.B, num(2, 1))), "(B^2)'", "(B²)ᵀ", "(B^{2})^{\\top}");
    prints(POW(T(f.B), num(2, 1)), "B'^2", "Bᵀ²", "(B^{\\top})^{2}");
    prints(T(T(f.A)), "A''", "Aᵀᵀ", "(A^{\\top})^{\\top}");
    prints(POW(f.a, variable("T", shape_scalar())), "a^(T)", NULL, "a^{T}");
    prints(NEG(POW(f.a, NEG(f.t))), "-a^(-t)", NULL, "-a^{-t}");
    prints(HPOW(f.x1, num(2, 1)), "x.^2", NULL, "x^{\\odot 2}");
    prints(HPOW(f.x1, SUB(f.a, num(1, 1))), "x.^(a-1)", NULL,
           "x^{\\odot (a - 1)}");
    prints(CALL("inv", CALL("inv", f.S)), "inv(inv(Sigma))", NULL,
           "(\\Sigma^{-1})^{-1}");
    prints(T(CALL("inv", f.S)), "inv(Sigma)'", NULL, "\\Sigma^{-\\top}");
}
END_TEST

START_TEST(entrywise_products)
{
    expr_t r = MUL(f.A, f.x1);
    prints(HAD(r, f.y), "(A*x).*y", "(A·x)⊙y", "(A x) \\odot y");
    prints(HAD(MUL(num(2, 1), f.y), f.y), "2*y.*y", "2y⊙y",
           "2 y \\odot y");
    prints(MUL(num(2, 1), HAD(f.y, f.y)), "2*(y.*y)", NULL, "2 y \\odot y");
    prints(MUL(HAD(f.y, f.y), T(f.x1)), "(y.*y)*x'", NULL,
           "(y \\odot y) x^{\\top}");
    prints(apply(OP_HDIV, num(1, 2), f.y), "(1/2)./y", NULL,
           "\\frac{1}{2} \\oslash y");
    prints(apply(OP_LDIV, f.B, MUL(f.B, f.x1)), "B\\(B*x)", NULL,
           "B^{-1} (B x)");
    prints(SUB(num(1, 1), HPOW(f.x1, num(2, 1))), "1 - x.^2", NULL,
           "1 - x^{\\odot 2}");
}
END_TEST

START_TEST(functions)
{
    expr_t n = expr_size_argument(&f.x, f.n);
    expr_t m = expr_size_argument(&f.x, f.m);
    prints(MUL(DIV(num(1, 1), CALL("norm2", f.x1)), f.x1), "1/norm2(x)*x",
           "1/‖x‖·x", "\\frac{1}{\\lVert x \\rVert_2} x");
    prints(POW(CALL("norm2", SUB(MUL(f.A, f.x1), f.y)), num(2, 1)),
           "norm2(A*x-y)^2", "‖A·x - y‖²",
           "\\lVert A x - y \\rVert_2^{2}");
    prints(CALL("exp", DIV(f.a, f.t)), "exp(a/t)", NULL,
           "\\exp\\left(\\frac{a}{t}\\right)");
    prints(CALL("norm2", MUL(DIV(f.a, f.t), f.x1)), "norm2(a/t*x)", NULL,
           "\\left\\lVert \\frac{a}{t} x \\right\\rVert_2");
    prints(T(MUL(f.B, CALL("inv", f.B))), "(B*inv(B))'", "(B·B⁻¹)ᵀ",
           "(B B^{-1})^{\\top}");
    prints(MUL(num(3, 1), expr_call2(&f.x, "kron", T(f.B), MUL(f.B, f.B))),
           "3*kron(B',B*B)", NULL, "3 B^{\\top} \\otimes (B B)");
    prints(T(expr_call2(&f.x, "kron", f.B, f.B)), "kron(B,B)'", "(B ⊗ B)ᵀ",
           "(B \\otimes B)^{\\top}");
    prints(CALL("eye", n), "eye(n)", NULL, "I_{n}");
    prints(MUL(expr_call2(&f.x, "ones", m, n), f.x1), "ones(m,n)*x", NULL,
           "\\mathbf{1}_{m \\times n} x");
    prints(CALL("ones", expr_size_argument(&f.x,
                                           dim_mul(&f.dims, f.m, f.n))),
           "ones(m*n)", NULL, "\\mathbf{1}_{m n}");
    prints(DIV(num(2, 1), POW(CALL("acos", num(-1, 1)), num(1, 2))),
           "2/acos(-1)^(1/2)", NULL, "\\frac{2}{\\pi^{1/2}}");
}
END_TEST

static expr_t idx(const char *s, dim_t size)
{
    return expr_index(&f.x, name(s), DIM_ONE, size);
}

START_TEST(binders)
{
    expr_t ij[2] = {idx("i", f.m), idx("j", f.n)};
    expr_t ji[2] = {ij[1], ij[0]};
    expr_t Aij = expr_element(&f.x, f.A, 2, ij);
    expr_t body = MUL(Aij, expr_element(&f.x, f.x1, 1, ij + 1));
    prints(expr_sum(&f.x, 1, ij + 1, body), "sum(j: A[i,j]*x[j])", NULL,
           "\\sum_{j} A_{ij} x_{j}");
    prints(expr_sum(&f.x, 1, ij, ADD(f.a, f.t)), "sum(i=1..m: a+t)",
           "sum(i=1..m: a + t)", "\\sum_{i=1}^{m} (a + t)");
    prints(expr_tensor(&f.x, 2, ji, 1, DIV(Aij, f.t)),
           "tensor((j,i): A[i,j]/t)", NULL,
           "\\left[\\frac{A_{ij}}{t}\\right]_{(j,i)}");
    prints(expr_tensor(&f.x, 2, ji, 3, Aij), "tensor(j,i: A[i,j])", NULL,
           "[A_{ij}]_{j,i}");
    prints(MUL(expr_sum(&f.x, 2, ij, Aij), f.a), "sum(i,j: A[i,j])*a", NULL,
           "\\left(\\sum_{i,j} A_{ij}\\right) a");
    expr_t sk[2] = {idx("k", f.n), ij[1]};
    expr_t Skj = expr_element(&f.x, CALL("inv", f.S), 2, sk);
    prints(expr_sum(&f.x, 2, sk, Skj), "sum(k,j: inv(Sigma)[k,j])", NULL,
           "\\sum_{k,j} [\\Sigma^{-1}]_{kj}");
    prints(expr_element(&f.x, MUL(f.A, f.x1), 1, ij), "(A*x)[i]", NULL,
           "[A x]_{i}");
    expr_t from2 = expr_index(&f.x, name("i"), dim_from_int(&f.dims, 2),
                              dim_sub(&f.dims, f.m, DIM_ONE));
    prints(expr_sum(&f.x, 1, &from2, expr_element(&f.x, f.y, 1, &from2)),
           "sum(i=2..m: y[i])", NULL, "\\sum_{i=2}^{m} y_{i}");
}
END_TEST

START_TEST(names)
{
    static const char *const wanted[][3] = {
        {"alpha", "α", "\\alpha"},
        {"epsilon_2", "ε₂", "\\varepsilon_{2}"},
        {"Gamma", "Γ", "\\Gamma"},
        {"x_1", "x₁", "x_{1}"},
        {"x12", "x12", "x_{12}"},
        {"W_out", "W_out", "W_{\\mathrm{out}}"},
        {"x_i_max", "x_i_max", "x_{i,\\mathrm{max}}"},
        {"lam", "lam", "\\mathrm{lam}"},
        {"_x", "_x", "\\mathrm{\\_x}"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        prints(variable(wanted[i][0], shape_scalar()), wanted[i][0],
               wanted[i][1], wanted[i][2]);
    prints_as(variable("lambda", shape_scalar()), FORMAT_NUMPY, "lambda_");
    struct decl d = {.name = name("x"),
                     .shape = shape_vector(f.n),
                     .role = DECL_DIFFERENTIAL,
                     .of = expr_get(&f.x, f.x1)->payload};
    expr_t dx = expr_variable(&f.x, expr_declare(&f.x, &d));
    prints(MUL(T(f.x1), dx), "x'*dx", "xᵀ·dx", "x^{\\top} \\mathrm{d}x");
}
END_TEST

START_TEST(code)
{
    expr_t r = SUB(MUL(f.A, f.x1), f.y);
    expr_t e = MUL(MUL(num(2, 1), T(f.A)), r);
    prints_as(e, FORMAT_NUMPY, "2*A.T @ (A @ x - y)");
    prints_as(e, FORMAT_JULIA, "2*A'*(A*x - y)");
    prints_as(e, FORMAT_MATLAB, "2*A'*(A*x-y)");
    e = MUL(MUL(r, T(f.x1)), f.x1);
    prints_as(e, FORMAT_NUMPY, "np.outer(A @ x - y, x) @ x");
    e = SUB(num(1, 1), HPOW(CALL("exp", f.x1), num(2, 1)));
    prints_as(e, FORMAT_NUMPY, "1 - np.exp(x)**2");
    prints_as(e, FORMAT_JULIA, "1 .- exp.(x) .^ 2");
    prints_as(e, FORMAT_MATLAB, "1 - exp(x).^2");
    e = MUL(T(f.x1), MUL(POW(f.B, num(2, 1)), f.x1));
    prints_as(e, FORMAT_NUMPY, "x @ (np.linalg.matrix_power(B, 2) @ x)");
    expr_t ij[2] = {idx("i", f.m), idx("j", f.n)};
    e = expr_tensor(&f.x, 2, ij, 3, MUL(expr_element(&f.x, f.A, 2, ij),
                                        ij[0]));
    prints_as(e, FORMAT_NUMPY,
              "np.array([[A[i, j]*(i + 1) for j in range(n)] "
              "for i in range(m)])");
    prints_as(e, FORMAT_JULIA, "[A[i, j]*i for i in 1:m, j in 1:n]");
}
END_TEST

START_TEST(mathml)
{
    prints_as(SUB(MUL(f.A, f.x1), f.y), FORMAT_MATHML,
              "<mi>A</mi><mo>&#x2062;</mo><mi>x</mi><mo>-</mo><mi>y</mi>");
    prints_as(CALL("inv", f.S), FORMAT_MATHML,
              "<msup><mrow><mi>Σ</mi></mrow><mrow><mo>-</mo><mn>1</mn>"
              "</mrow></msup>");
    prints_as(DIV(num(1, 2), f.b), FORMAT_MATHML,
              "<mfrac><mrow><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow><mrow>"
              "<msub><mi>β</mi><mi>1</mi></msub></mrow></mfrac>");
}
END_TEST

START_TEST(conditions_and_declarations)
{
    struct text t;
    text_init(&t, &f.mem);
    struct condition c = {PROP_NONZERO, CALL("det", f.B), 0};
    ck_assert(print_condition(&f.x, &c, FORMAT_TEXT, &t));
    ck_assert_str_eq(text_get(&t), "det(B) != 0");
    text_clear(&t);
    c = (struct condition){PROP_INVERTIBLE, f.B, 0};
    ck_assert(print_condition(&f.x, &c, FORMAT_LATEX, &t));
    ck_assert_str_eq(text_get(&t), "B \\text{ invertible}");
    text_clear(&t);
    struct shape square = shape_matrix(f.n, f.n);
    properties_t all = property_close(&f.mem, PROP_POSDEF, &square, "P");
    struct decl d = {.name = name("P"), .shape = square, .properties = all};
    ck_assert(print_decl(&f.x, expr_declare(&f.x, &d), &t));
    ck_assert_str_eq(text_get(&t), "P[n,n] posdef");
    text_free(&t);
}
END_TEST

/* x1 = x0*(x0+1), x2 = x1*(x1+1), ...: linear as a table of nodes, as text
 * exponential. */
START_TEST(long_output_is_a_limit)
{
    expr_t e = f.a;
    for (int i = 0; i < 60; i++)
        e = MUL(e, ADD(num(1, 1), e));
    struct text t;
    text_init(&t, &f.mem);
    for (int i = 0; i < 3; i++) {
        ck_assert(!print_expr(&f.x, e, (enum print_format)i, &t));
        ck_assert_int_eq(f.fault.kind, FAULT_LIMIT);
        fault_clear(&f.fault);
        text_clear(&t);
    }
    text_free(&t);
}
END_TEST

START_TEST(deep_expressions_need_no_stack)
{
    expr_t e = f.a;
    for (int i = 0; i < 100000; i++)
        e = i % 2 ? DIV(num(1, 1), e) : ADD(num(1, 1), CALL("exp", e));
    struct text t;
    text_init(&t, &f.mem);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(print_expr(&f.x, e, (enum print_format)i, &t), "%s",
                      f.fault.message);
    text_free(&t);
}
END_TEST

/* Whichever allocation fails, printing says so and leaves nothing behind. */
START_TEST(every_allocation_may_fail)
{
    expr_t ij[2] = {idx("i", f.m), idx("j", f.n)};
    expr_t body = DIV(ADD(expr_element(&f.x, f.A, 2, ij), num(1, 2)), f.t);
    expr_t e = expr_tensor(&f.x, 2, ij, 3, expr_sum(&f.x, 2, ij, body));
    for (int k = FORMAT_TEXT; k <= FORMAT_JULIA; k++) {
        bool done = false;
        for (uint64_t n = 1; !done; n++) {
            struct text t;
            text_init(&t, &f.mem);
            f.mem.countdown = n;
            done = print_expr(&f.x, e, (enum print_format)k, &t);
            f.mem.countdown = 0;
            ck_assert(done || f.fault.kind == FAULT_MEMORY);
            fault_clear(&f.fault);
            text_free(&t);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("print");
    TCase *c = tcase_create("print");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, sums_and_products);
    tcase_add_test(c, powers_and_transposes);
    tcase_add_test(c, entrywise_products);
    tcase_add_test(c, functions);
    tcase_add_test(c, binders);
    tcase_add_test(c, names);
    tcase_add_test(c, code);
    tcase_add_test(c, mathml);
    tcase_add_test(c, conditions_and_declarations);
    tcase_add_test(c, long_output_is_a_limit);
    tcase_add_test(c, deep_expressions_need_no_stack);
    tcase_add_test(c, every_allocation_may_fail);
    suite_add_tcase(s, c);
    return suite_run(s);
}
