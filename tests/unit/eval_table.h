/* eval_table.h - a context with an operator table filled by hand, so that
 * evaluator and verifier are tested without rules and without the language. */
#ifndef MD_TESTS_EVAL_TABLE_H
#define MD_TESTS_EVAL_TABLE_H

#include <check.h>
#include <string.h>

#include "eval/eval.h"
#include "expr/op.h"

struct table {
    struct fault fault;
    struct mem mem;
    struct intern names;
    struct rationals numbers;
    struct dims dims;
    struct ops ops;
    struct exprs x;
};

static inline dim_t tdim(struct table *t, const char *name)
{
    if (name[0] >= '0' && name[0] <= '9')
        return dim_from_int(&t->dims, name[0] - '0');
    return dim_from_symbol(&t->dims, intern_text(&t->names, name));
}

/* "" scalar, "n" vector, "'n" row, "mn" matrix, "m*p,n" a compound. */
static inline struct shape tshape(struct table *t, const char *s)
{
    char a[2] = {0}, b[2] = {0};
    if (!*s)
        return shape_scalar();
    if (*s == '\'')
        return shape_row(tdim(t, s + 1));
    a[0] = s[0];
    b[0] = s[1];
    if (!b[0])
        return shape_vector(tdim(t, a));
    if (s[1] == '*') { /* "m*n" a vector, "m*p,n*q" a matrix */
        b[0] = s[2];
        dim_t rows = dim_mul(&t->dims, tdim(t, a), tdim(t, b));
        if (!s[3])
            return shape_vector(rows);
        a[0] = s[4];
        b[0] = s[6];
        return shape_matrix(rows,
                            dim_mul(&t->dims, tdim(t, a), tdim(t, b)));
    }
    return shape_matrix(tdim(t, a), tdim(t, b));
}

static inline uint16_t toverload(struct table *t, const char *name,
                                 uint8_t nargs, const char *a,
                                 const char *b, const char *result)
{
    struct overload o = {.op = op_declare(&t->ops,
                                          intern_text(&t->names, name)),
                         .nargs = nargs,
                         .arg = {tshape(t, a), tshape(t, b)},
                         .result = tshape(t, result),
                         .form = OVERLOAD_OPAQUE,
                         .kernel = intern_text(&t->names, name)};
    return overload_add(&t->ops, &o);
}

static inline void tentries(struct table *t, const char *name,
                            uint8_t nargs)
{
    uint16_t id = toverload(t, name, nargs, "", "", "");
    t->ops.overloads[id].entrywise = true;
}

static inline void tsizes(struct table *t, const char *name, uint8_t nargs,
                          const char *result)
{
    struct overload o = {.op = op_declare(&t->ops,
                                          intern_text(&t->names, name)),
                         .nargs = nargs,
                         .size_args = true,
                         .result = tshape(t, result),
                         .kernel = intern_text(&t->names, name)};
    o.arg[0].dim[0] = tdim(t, "m");
    o.arg[1].dim[0] = tdim(t, "n");
    overload_add(&t->ops, &o);
}

static inline void tproducts(struct table *t)
{
    static const char *const rows[][3] = {
        {"", "", ""},     {"", "n", "n"},   {"n", "", "n"},
        {"", "'n", "'n"}, {"'n", "", "'n"}, {"", "mn", "mn"},
        {"mn", "", "mn"}, {"'n", "n", ""},  {"m", "'n", "mn"},
        {"mn", "n", "m"}, {"'m", "mn", "'n"}, {"mk", "kn", "mn"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        toverload(t, "mul", 2, rows[i][0], rows[i][1], rows[i][2]);
    toverload(t, "div", 2, "", "", "");
    toverload(t, "div", 2, "n", "", "n");
    toverload(t, "div", 2, "mn", "", "mn");
    toverload(t, "div", 2, "mn", "nn", "mn");
    toverload(t, "ldiv", 2, "nn", "n", "n");
    toverload(t, "ldiv", 2, "nn", "nm", "nm");
    toverload(t, "pow", 2, "", "", "");
    toverload(t, "pow", 2, "nn", "", "nn");
    toverload(t, "transpose", 1, "", "", "");
    toverload(t, "transpose", 1, "n", "", "'n");
    toverload(t, "transpose", 1, "'n", "", "n");
    toverload(t, "transpose", 1, "mn", "", "nm");
}

static inline void tfunctions(struct table *t)
{
    static const char *const entries[] = {
        "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
        "cosh", "tanh", "sqrt", "abs", "sign", "step", "relu", "sigmoid",
        "softplus", "erf"};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        tentries(t, entries[i], 1);
    toverload(t, "tr", 1, "nn", "", "");
    toverload(t, "sum", 1, "n", "", "");
    toverload(t, "sum", 1, "mn", "", "");
    toverload(t, "diag", 1, "n", "", "nn");
    toverload(t, "diag", 1, "nn", "", "n");
    toverload(t, "vec", 1, "mn", "", "m*n");
    toverload(t, "kron", 2, "mn", "pq", "m*p,n*q");
    toverload(t, "inv", 1, "nn", "", "nn");
    toverload(t, "det", 1, "nn", "", "");
    toverload(t, "logdet", 1, "nn", "", "");
    toverload(t, "adj", 1, "nn", "", "nn");
    toverload(t, "expm", 1, "nn", "", "nn");
    toverload(t, "dexpm", 2, "nn", "nn", "nn");
    toverload(t, "norm1", 1, "n", "", "");
    toverload(t, "norm2", 1, "n", "", "");
    toverload(t, "norm2", 1, "mn", "", "");
    toverload(t, "norminf", 1, "n", "", "");
    toverload(t, "softmax", 1, "n", "", "n");
    toverload(t, "logsumexp", 1, "n", "", "");
    tsizes(t, "eye", 1, "mm");
    tsizes(t, "ones", 1, "m");
    tsizes(t, "ones", 2, "mn");
    tsizes(t, "zeros", 1, "m");
    tsizes(t, "zeros", 2, "mn");
    tsizes(t, "commutation", 2, "m*n,m*n");
}

static inline void table_init(struct table *t)
{
    memset(t, 0, sizeof *t);
    mem_init(&t->mem, &t->fault, 0);
    intern_init(&t->names, &t->mem);
    ck_assert(rat_table_init(&t->numbers, &t->mem, 10000));
    ck_assert(dim_table_init(&t->dims, &t->mem, &t->names));
    ck_assert(ops_init(&t->ops, &t->mem, &t->names));
    ck_assert(exprs_init(&t->x, &t->mem, &t->names, &t->numbers, &t->dims,
                         &t->ops));
    tentries(t, "add", 2);
    tentries(t, "neg", 1);
    tentries(t, "had", 2);
    tentries(t, "hdiv", 2);
    tentries(t, "hpow", 2);
    tproducts(t);
    tfunctions(t);
    ck_assert_msg(!fault_is_set(&t->fault), "%s", t->fault.message);
}

static inline void table_free(struct table *t)
{
    exprs_free(&t->x);
    ops_free(&t->ops);
    dim_table_free(&t->dims);
    rat_table_free(&t->numbers);
    intern_free(&t->names);
    ck_assert_uint_eq(t->mem.used, 0);
}

/* A variable of this shape ("", "n", "mn") and these properties. */
static inline expr_t tvar(struct table *t, const char *name,
                          const char *shape, properties_t p)
{
    struct decl d = {.name = intern_text(&t->names, name),
                     .properties = p,
                     .shape = tshape(t, shape)};
    return expr_variable(&t->x, expr_declare(&t->x, &d));
}

static inline decl_t tdecl(struct table *t, expr_t variable)
{
    return expr_get(&t->x, variable)->payload;
}

static inline expr_t tindex(struct table *t, const char *name,
                            const char *size)
{
    return expr_index(&t->x, intern_text(&t->names, name), DIM_ONE,
                      tdim(t, size));
}

static inline expr_t tsize(struct table *t, const char *name)
{
    return expr_size_argument(&t->x, tdim(t, name));
}

/* Short names for building expressions. */
#define ADD(a, b) expr_apply2(&t.x, OP_ADD, (a), (b))
#define NEG(a) expr_apply1(&t.x, OP_NEG, (a))
#define SUB(a, b) ADD((a), NEG(b))
#define MUL(a, b) expr_apply2(&t.x, OP_MUL, (a), (b))
#define HAD(a, b) expr_apply2(&t.x, OP_HAD, (a), (b))
#define DIV(a, b) expr_apply2(&t.x, OP_DIV, (a), (b))
#define POW(a, b) expr_apply2(&t.x, OP_POW, (a), (b))
#define TR(a) expr_apply1(&t.x, OP_TRANSPOSE, (a))
#define CALL(f, a) expr_call1(&t.x, (f), (a))
#define CALL2(f, a, b) expr_call2(&t.x, (f), (a), (b))
#define NUM(n) expr_int(&t.x, (n))

#endif
