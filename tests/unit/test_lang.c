/* test_lang.c - reading: what texts are taken for, and what is said about
 * those that cannot be read.  Most of it is data in tests/lang. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "lang/elaborate.h"
#include "suite.h"

static struct fixture f;

static void setup(void)
{
    fixture_init(&f);
}

static void teardown(void)
{
    fixture_free(&f);
    ck_assert_uint_eq(f.mem.used, 0);
}

/* ------------------------------------------------------------ data files */

/* An expression as nested calls; for the small ones of the tests. */
static void dump(expr_t e, struct text *out)
{
    const struct expr_node *n = expr_get(&f.x, e);
    const struct index_entry *index;
    switch (n->op) {
    case OP_NUMBER:
        rat_print(&f.numbers, n->payload, out);
        return;
    case OP_VARIABLE:
        if (expr_decl(&f.x, n->payload)->role == DECL_DIFFERENTIAL)
            text_str(out, "d ");
        text_str(out, intern_name(&f.names, expr_decl(&f.x, n->payload)->name));
        return;
    case OP_SIZE:
        text_str(out, "size ");
        dim_print(&f.dims, n->payload, out);
        return;
    case OP_WHOLE:
        text_char(out, ':');
        return;
    case OP_INDEX:
        index = &f.x.indices[n->payload];
        text_format(out, "%s:", intern_name(&f.names, index->name));
        dim_print(&f.dims, index->size, out);
        return;
    default:
        break;
    }
    text_format(out, "%s(", n->op == OP_SUM ? "sum_over"
                                            : op_name(&f.ops, n->op));
    if (n->op == OP_SERIES || n->op == OP_PRODUCT)
        text_format(out, "%s from ", intern_name(&f.names, n->payload));
    for (uint32_t i = 0; i < expr_get(&f.x, e)->nargs; i++) {
        if (i)
            text_str(out, ", ");
        dump(expr_arg(&f.x, e, i), out);
    }
    text_char(out, ')');
}

/* Reads `text` after the declarations and writes the result, or the fault. */
static void answer(const char *let, const char *text, struct text *out)
{
    struct scope *s = scope_new(&f.x);
    size_t length = strlen(text);
    uint32_t failed;
    expr_t e;
    if (let && !scope_declare(s, let, strlen(let))) {
        lang_show_fault(&f.fault, "let", 0, let, strlen(let), false, out);
    } else if (!scope_read(s, 1, &text, &length, &e, &failed)) {
        lang_show_fault(&f.fault, "expr", 0, text, length, false, out);
    } else {
        dump(e, out);
        text_str(out, " : ");
        shape_print(&f.dims, expr_shape(&f.x, e), out);
        text_str(out, "\nassumed: ");
        ck_assert(scope_assumed(s, out));
        text_char(out, '\n');
    }
    fault_clear(&f.fault);
    scope_free(s);
}

static FILE *open_data(const char *name)
{
    char path[4096];
    const char *top = getenv("top_srcdir");
    snprintf(path, sizeof path, "%s/tests/lang/%s", top ? top : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    return file;
}

/* Blocks of [let DECLARATIONS,] text and what it answers, blank lines
 * between; with LANG_UPDATE set the file is written to its standard output
 * anew. */
static void run_data(const char *name)
{
    FILE *file = open_data(name);
    char line[4096], let[4096] = "", text[4096] = "", expected[8192] = "";
    bool update = getenv("LANG_UPDATE") != NULL, has_let = false,
         has_text = false;
    unsigned blocks = 0;
    struct text out;
    text_init(&out, &f.mem);
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, file) != NULL;
        if (more && line[0] == '#' && !has_text) {
            if (update)
                fputs(line, stdout);
        } else if (more && !has_text && !strncmp(line, "let", 3)) {
            has_let = true;
            strcpy(let, line[3] == ' ' ? line + 4 : line + 3);
            let[strcspn(let, "\n")] = '\0';
        } else if (more && !has_text && line[0] != '\n') {
            has_text = true;
            strcpy(text, line);
            text[strcspn(text, "\n")] = '\0';
        } else if (more && line[0] != '\n') {
            strncat(expected, line, sizeof expected - strlen(expected) - 1);
        } else if (has_text) {
            text_clear(&out);
            answer(has_let ? let : NULL, text, &out);
            blocks++;
            if (update)
                printf("%s%s%s%s\n%s\n", has_let ? "let " : "",
                       has_let ? let : "", has_let ? "\n" : "", text,
                       text_get(&out));
            else
                ck_assert_msg(!strcmp(expected, text_get(&out)),
                              "%s: '%s'\nexpected:\n%sgot:\n%s", name, text,
                              expected, text_get(&out));
            has_let = has_text = false;
            expected[0] = '\0';
        } else if (update) {
            fputs(line, stdout);
        }
    }
    text_free(&out);
    fclose(file);
    ck_assert_uint_ge(blocks, 50);
}

START_TEST(reading)
{
    run_data("reading.txt");
}
END_TEST

START_TEST(errors)
{
    run_data("errors.txt");
}
END_TEST

/* ------------------------------------------------------------- spellings */

/* Each row's texts are the same expression. */
START_TEST(spellings)
{
    static const char let[] =
        "A[n,n], B[n,n], x[n], y[n], a, alpha, lambda_1, x_1[n]";
    static const char *const rows[][4] = {
        {"A*x", "A·x", "A × x", "A⋅x"},
        {"A.*B", "A⊙B", "A∘B", "A .* B"},
        {"A./B", "A⊘B", "A ./ B", "A./B"},
        {"kron(A,B)", "A⊗B", "A ⊗ B", "(A)⊗(B)"},
        {"A'", "Aᵀ", "A^T", "A⊤"},
        {"A^-1", "A⁻¹", "A^(-1)", "(A)^-1"},
        {"a^2", "a²", "(a)^2", "a^(2)"},
        {"a^12", "a¹²", "a^12", "a^(12)"},
        {"norm2(x)", "||x||", "‖x‖", "‖ x ‖"},
        {"abs(a)", "|a|", "| a |", "abs((a))"},
        {"abs(x)", "|x|", "|(x)|", "| x|"},
        {"2*a", "2a", "2 a", "2(a)"},
        {"alpha*a", "α*a", "α·a", "alpha * a"},
        {"lambda_1", "λ₁", "λ_1", "lambda₁"},
        {"x_1'*x", "x₁'*x", "x₁ᵀ·x", "x₁^T*x"},
        {"x-y", "x − y", "x .- y", "x+-y"},
        {"x+y", "x .+ y", "x+(+y)", "x + y"},
        {"a/2", "a÷2", "a / 2", "a∕2"},
        {"-a^2", "-(a^2)", "-a²", "−a^2"},
        {"a^-2^a", "a^(-(2^a))", "a^-(2^a)", "a^-2^a"},
        {"A*B*x", "(A*B)*x", "A*B*x", "((A)*B)*x"},
        {"-x'*y", "-(x'*y)", "(-x')*y", "-(x')*y"},
        {"tr(A)", "trace(A)", "tr((A))", "tr( A )"},
        {"commutation(n,n)", "comm(n,n)", "comm(n, n)", "comm((n),n)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expr_t first = fixture_read(&f, let, rows[i][0]);
        ck_assert_msg(first, "%s: %s", rows[i][0], f.fault.message);
        for (int k = 1; k < 4; k++) {
            /* The declarations of a scope are new, so read in one. */
            struct scope *s = scope_new(&f.x);
            const char *texts[2] = {rows[i][0], rows[i][k]};
            size_t lengths[2] = {strlen(texts[0]), strlen(texts[1])};
            expr_t e[2];
            uint32_t failed;
            ck_assert(scope_declare(s, let, strlen(let)));
            ck_assert_msg(scope_read(s, 2, texts, lengths, e, &failed),
                          "%s: %s", rows[i][k], f.fault.message);
            ck_assert_msg(e[0] == e[1], "%s and %s differ", texts[0],
                          texts[1]);
            scope_free(s);
        }
    }
}
END_TEST

/* ---------------------------------------------------------------- scopes */

static expr_t read_on(struct scope *s, const char *text)
{
    size_t length = strlen(text);
    uint32_t failed;
    expr_t e = 0;
    return scope_read(s, 1, &text, &length, &e, &failed) ? e : 0;
}

START_TEST(texts_together)
{
    struct scope *s = scope_new(&f.x);
    const char *texts[] = {"norm2(A*x - y)^2", "x", "A'*(A*x-y)"};
    size_t lengths[] = {16, 1, 10};
    expr_t e[3];
    uint32_t failed;
    struct text out;
    text_init(&out, &f.mem);
    ck_assert(scope_read(s, 3, texts, lengths, e, &failed));
    ck_assert_uint_eq(expr_op(&f.x, e[1]), OP_VARIABLE);
    ck_assert(scope_assumed(s, &out));
    ck_assert_str_eq(text_get(&out), "A[m,n], x[n], y[m]");
    /* A failure names its text and leaves nothing behind. */
    texts[2] = "x'*q'";
    lengths[2] = 5;
    texts[0] = "p";
    lengths[0] = 1;
    ck_assert(!scope_read(s, 3, texts, lengths, e, &failed));
    ck_assert_uint_eq(failed, 2);
    ck_assert_uint_eq(f.fault.kind, FAULT_SHAPE);
    fault_clear(&f.fault);
    struct scope_name name;
    for (uint32_t i = 0; scope_name_at(s, i, &name); i++)
        ck_assert_str_ne(intern_name(&f.names, name.name), "q");
    text_free(&out);
    scope_free(s);
}
END_TEST

START_TEST(declarations_replace)
{
    struct scope *s = scope_new(&f.x);
    ck_assert(scope_declare(s, "x[n], A[n,n]", 12));
    expr_t before = read_on(s, "x");
    ck_assert(scope_declare(s, "x[m]", 4));
    expr_t after = read_on(s, "x");
    ck_assert(before && after && before != after);
    ck_assert(!read_on(s, "A*x"));
    fault_clear(&f.fault);
    /* A failing text changes nothing. */
    ck_assert(!scope_declare(s, "x[p], n[3]", 10));
    ck_assert_uint_eq(f.fault.kind, FAULT_NAME);
    fault_clear(&f.fault);
    ck_assert_uint_eq(read_on(s, "x"), after);
    /* What was only assumed gives way. */
    ck_assert(read_on(s, "z'*z"));
    ck_assert(scope_declare(s, "z[4]", 4));
    ck_assert(read_on(s, "z"));
    scope_free(s);
}
END_TEST

START_TEST(assignments)
{
    struct scope *s = scope_new(&f.x);
    ck_assert(scope_declare(s, "A[m,n], x[n]", 12));
    expr_t r = read_on(s, "A*x"), e;
    ck_assert(scope_assign(s, "r", 1, r));
    ck_assert_uint_eq(read_on(s, "r"), r);
    e = read_on(s, "r'*r");
    ck_assert_uint_eq(e, read_on(s, "(A*x)'*(A*x)"));
    ck_assert(!scope_assign(s, "n", 1, r));
    ck_assert_uint_eq(f.fault.kind, FAULT_NAME);
    fault_clear(&f.fault);
    ck_assert(scope_forget(s, "r", 1));
    ck_assert(!scope_forget(s, "r", 1));
    fault_clear(&f.fault);
    struct scope_name name;
    uint32_t n = 0;
    while (scope_name_at(s, n, &name))
        n++;
    ck_assert_uint_eq(n, 4); /* A, m, n, x */
    scope_free(s);
}
END_TEST

START_TEST(incomplete)
{
    static const struct {
        const char *text;
        bool more;
    } rows[] = {{"", false},       {"x", false},      {"x'", false},
                {"(x", true},      {"x +", true},     {"x + ", true},
                {"f(x,", true},    {"A[i", true},     {"x)", false},
                {"|x", true},      {"|x|", false},    {"‖x", true},
                {"x −", true},     {"a ⊗ ", true},    {"f =", true},
                {"sum(i:", true},  {"x # (", false},  {"a\\", true},
                {"A[m,n],", true}, {"x)(", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(lang_is_incomplete(&f.mem, rows[i].text,
                                         strlen(rows[i].text)) ==
                          rows[i].more,
                      "'%s'", rows[i].text);
}
END_TEST

/* -------------------------------------------------------------- bad bytes */

START_TEST(bad_bytes)
{
    static const struct {
        const char *text;
        size_t length;
        uint32_t at;
    } rows[] = {{"a+\0b", 4, 2},       {"a\xff", 2, 1},
                {"a + \xc3(", 6, 4},   {"\xe2\x82", 2, 0},
                {"\xed\xa0\x80", 3, 0}, {"a\xc0\xaf", 3, 1},
                {"\xf5\x80\x80\x80", 4, 0}, {"a\x01", 2, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scope *s = scope_new(&f.x);
        expr_t e;
        uint32_t failed;
        ck_assert(!scope_read(s, 1, &rows[i].text, &rows[i].length, &e,
                              &failed));
        ck_assert_uint_eq(f.fault.kind, FAULT_SYNTAX);
        ck_assert_uint_eq(f.fault.where.begin, rows[i].at);
        fault_clear(&f.fault);
        scope_free(s);
    }
}
END_TEST

/* ------------------------------------------------------------------ large */

/* n times `before`, `middle`, n times `after`: an expression, or a fault of
 * this kind. */
static void large(uint32_t n, const char *before, const char *middle,
                  const char *after, enum fault_kind kind)
{
    struct fault own = {0};
    struct mem mem;
    struct text t;
    mem_init(&mem, &own, 0);
    text_init(&t, &mem);
    for (uint32_t i = 0; i < n; i++)
        text_str(&t, before);
    text_str(&t, middle);
    for (uint32_t i = 0; i < n; i++)
        text_str(&t, after);
    struct scope *s = scope_new(&f.x);
    const char *text = text_get(&t);
    size_t length = t.length;
    expr_t e;
    uint32_t failed;
    bool ok = scope_read(s, 1, &text, &length, &e, &failed);
    ck_assert_msg(ok == (kind == FAULT_NONE) && f.fault.kind == kind,
                  "%u times '%s': %s: %s", n, before,
                  fault_kind_name(f.fault.kind), f.fault.message);
    fault_clear(&f.fault);
    scope_free(s);
    text_free(&t);
}

START_TEST(large_texts)
{
    large(1000000, "(", "x", ")", FAULT_NONE);
    large(1000000, "(", "", "", FAULT_SYNTAX);
    large(1000000, "a+", "a", "", FAULT_NONE);
    large(200000, "a-(", "a", ")", FAULT_NONE);
    large(200000, "a^", "a", "", FAULT_NONE);
    large(300000, "-", "a*b", "", FAULT_NONE);
    large(300000, "", "A", "'", FAULT_NONE);
    large(50000, "exp(", "x", ")", FAULT_NONE);
    large(10000, "sum(i: x[i]*", "a", ")", FAULT_NONE);
    large(100000, "A*B*", "x", "", FAULT_NONE);
    large(1000000, "7", "", "", FAULT_LIMIT);
    large(1000000, "a", "", "", FAULT_LIMIT);
    large(2000000, " ", "", "", FAULT_SYNTAX);
    f.mem.limit = f.mem.used + 20000000;
    large(1000000, "a+", "a", "", FAULT_LIMIT);
    large(4000000, "(", "", "", FAULT_LIMIT);
    f.mem.limit = 0;
    large(1, "a", "", "", FAULT_NONE);
}
END_TEST

START_TEST(many_names)
{
    struct text t;
    text_init(&t, &f.mem);
    for (int i = 0; i < 5000; i++)
        text_format(&t, "A%d*", i);
    text_str(&t, "x");
    struct scope *s = scope_new(&f.x);
    ck_assert(read_on(s, text_get(&t)));
    scope_free(s);
    text_free(&t);
}
END_TEST

/* Every allocation in turn fails: a fault, and nothing is lost. */
static bool torture(uint64_t countdown)
{
    static const char *const texts[] = {
        "norm2(A*x-b)^2 + z'*z", "tensor(i,(j,k): A[i,j]*x[k])", "x*b",
        "A*kron(y,y) + vector(2)", "(a+", "inv(A)", "α₁*log(x)'*x", "foo(x)"};
    static const char *const lets[] = {"A[m,n], x[n], b[m]",
                                       "S[n,n] symetric", "x[n], x[m]"};
    struct scope *s = scope_new(&f.x);
    bool failed_once = false;
    expr_t e;
    uint32_t failed;
    f.mem.countdown = countdown;
    for (size_t i = 0; i < sizeof lets / sizeof *lets; i++) {
        scope_declare(s, lets[i], strlen(lets[i]));
        failed_once |= f.fault.kind == FAULT_MEMORY;
        fault_clear(&f.fault);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t length = strlen(texts[i]);
        bool ok = scope_read(s, 1, &texts[i], &length, &e, &failed);
        ck_assert(ok == (f.fault.kind == FAULT_NONE));
        failed_once |= f.fault.kind == FAULT_MEMORY;
        fault_clear(&f.fault);
    }
    failed_once |= f.mem.countdown == 0;
    f.mem.countdown = 0;
    ck_assert(scope_declare(s, "x[n]", 4));
    ck_assert(read_on(s, "x'*x"));
    scope_free(s);
    return failed_once;
}

START_TEST(failing_memory)
{
    uint64_t n = 1;
    while (torture(n))
        n++;
    ck_assert_uint_gt(n, 10);
}
END_TEST

/* ------------------------------------------------------------- rule files */

static const char rule_text[] =
    "group products; # comment\n"
    "operator trace2 cite cookbook2012:40, cs229:trace {\n"
    "  let X[n,n] invertible, size k, row r[n];\n"
    "  trace2(X) = sum(i: X[i,i]);\n"
    "  latex \"\\\\tr \\\"#1\\\"\"; kernel trace; transpose invariant;\n"
    "  domain positive(X), nonzero(k);\n"
    "}\n"
    "differential d-inverse { let X[n,n]; d inv(X) = -inv(X)*d X*inv(X); }\n"
    "refuted rewrite bad-one { let A[n,n], B[n,n]; A*B => B*A; }\n"
    "operator plus { let a, b; a+b primitive by entries; }\n"
    "function inverse { let X[n,n]; inv(X)[n,n]; }\n"
    "derivative t { let A[m,n], B[n,m]; D[tr(A*B), A] = B'; }\n";

START_TEST(rule_files)
{
    struct syntax t;
    syntax_init(&t, &f.x);
    ck_assert_msg(syntax_read(&t, START_RULES, rule_text,
                              sizeof rule_text - 1),
                  "%s", f.fault.message);
    ck_assert_uint_eq(t.rule_count, 6);
    const struct syntax_rule *r = t.rules;
    ck_assert_str_eq(intern_name(&f.names, r[0].name), "trace2");
    ck_assert_str_eq(intern_name(&f.names, r[0].group), "products");
    ck_assert_uint_eq(r[0].cite_count, 2);
    ck_assert_uint_eq(r[1].cite_count, 0);
    ck_assert_str_eq(intern_name(&f.names, t.cites[0].place), "40");
    ck_assert_str_eq(intern_name(&f.names, t.cites[1].key), "cs229");
    ck_assert_uint_eq(r[0].clause_count, 6);
    const struct syntax_clause *c = t.clauses + r[0].first_clause;
    ck_assert_str_eq(intern_name(&f.names, c[2].text), "\\tr \"#1\"");
    ck_assert_uint_eq(c[4].kind, CLAUSE_TRANSPOSE);
    ck_assert_uint_eq(c[5].kind, CLAUSE_DOMAIN);
    ck_assert(t.nodes[c[5].list].next != 0);
    ck_assert(r[2].refuted && r[2].kind == RULE_REWRITE);
    c = t.clauses + r[3].first_clause;
    ck_assert(c[1].by_entries && c[1].primitive);
    c = t.clauses + r[4].first_clause;
    ck_assert_uint_eq(syntax_get(&t, c[1].left)->kind, SYNTAX_ELEMENT);
    syntax_free(&t);
}
END_TEST

START_TEST(parameters)
{
    struct syntax t;
    struct scope *s = scope_new_strict(&f.x);
    struct scope_parameter p;
    struct syntax_application call;
    expr_t e;
    syntax_init(&t, &f.x);
    ck_assert(
        syntax_read(&t, START_RULES, rule_text, sizeof rule_text - 1));
    for (int round = 0; round < 2; round++) {
        const struct syntax_clause *c = t.clauses + t.rules[1].first_clause;
        scope_clear(s);
        ck_assert(scope_declare_parameters(s, &t, c[0].list));
        syntax_t left = syntax_get(&t, c[1].left)->first;
        ck_assert(syntax_as_application(&t, left, &call));
        ck_assert_str_eq(intern_name(&f.names, call.name), "inv");
        ck_assert(scope_parameter(s, &t, call.args[0], &p));
        ck_assert(!scope_differential_made(s, p.decl));
        ck_assert_msg(scope_elaborate(s, &t, 1, &c[1].right, &e), "%s",
                      f.fault.message);
        struct text out;
        text_init(&out, &f.mem);
        dump(e, &out);
        ck_assert_str_eq(text_get(&out), "neg(mul(inv(X), d X, inv(X)))");
        text_free(&out);
        expr_t d = scope_differential_made(s, p.decl);
        ck_assert(d && d == scope_differential(s, p.decl));
        ck_assert(shape_equal(expr_shape(&f.x, d), expr_shape(&f.x, p.node)));
    }
    /* Without conventions, unknown names and unequal sizes are faults. */
    const struct syntax_clause *c = t.clauses + t.rules[5].first_clause;
    scope_clear(s);
    ck_assert(!scope_elaborate(s, &t, 1, &c[1].right, &e));
    ck_assert_uint_eq(f.fault.kind, FAULT_NAME);
    fault_clear(&f.fault);
    syntax_free(&t);
    scope_free(s);
}
END_TEST

START_TEST(bad_rule_files)
{
    static const char *const texts[] = {
        "operator",   "operater a { }",       "operator a { let x[n; }",
        "group a",    "operator a { f(x) = }", "operator a { kernel \"x\"; }",
        "}",          "operator a { f(x) => ; }", "refuted a {}",
        "fact { }",   "operator a { latex \"x; }"};
    struct syntax t;
    syntax_init(&t, &f.x);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_msg(!syntax_read(&t, START_RULES, texts[i],
                                   strlen(texts[i])),
                      "%s", texts[i]);
        ck_assert_uint_eq(f.fault.kind, FAULT_SYNTAX);
        ck_assert_uint_le(f.fault.where.end, strlen(texts[i]));
        fault_clear(&f.fault);
    }
    ck_assert(syntax_read(&t, START_RULES, "", 0));
    ck_assert_uint_eq(t.rule_count, 0);
    syntax_free(&t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lang");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, reading);
    tcase_add_test(all, errors);
    tcase_add_test(all, spellings);
    tcase_add_test(all, texts_together);
    tcase_add_test(all, declarations_replace);
    tcase_add_test(all, assignments);
    tcase_add_test(all, incomplete);
    tcase_add_test(all, bad_bytes);
    tcase_add_test(all, large_texts);
    tcase_add_test(all, many_names);
    tcase_add_test(all, failing_memory);
    tcase_add_test(all, rule_files);
    tcase_add_test(all, parameters);
    tcase_add_test(all, bad_rule_files);
    suite_add_tcase(suite, all);
    return suite_run(suite);
}
