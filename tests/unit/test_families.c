/* Random expressions with families, sums and products over parameters, parts
 * of axes, and recursions: each is read back as it is printed, none of its
 * derivatives is refuted, and each answer is read back as it was printed.
 * What came of them is counted and printed. */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "matdiff.h"
#include "random_expr.h"
#include "suite.h"

static const char declarations[] =
    "W{l=1..L}[n,n], S{l=1..L}[n,n] symmetric, x{i=1..m}[n], s{i=1..m}, "
    "A[n,n], z[n], t, q positive, X[n,m], c{i} = X[:,i], y[m], "
    "a{l}[n] = tanh(W{l}*a{l-1}+z)";
static const char *const variables[] = {
    "W{l}", "W{L}", "W{k}", "S{l}", "S{2}", "x{i}", "x{1}", "s{i}", "A",
    "z",    "t",    "X",    "y",    "q",    "W{1}", "a{0}"};

enum { LENGTH = 2000, MAX_FAILURES = 10 };

struct maker {
    struct random *random;
    char text[LENGTH];
    size_t used;
    bool layer, sample; /* which parameters are bound here */
};

static uint32_t below(struct maker *m, uint32_t n)
{
    return random_below(m->random, n);
}

__attribute__((format(printf, 2, 3))) static void put(struct maker *m,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(m->text + m->used, LENGTH - m->used, format, args);
    va_end(args);
    m->used += n > 0 ? (size_t)n : 0;
    if (m->used >= LENGTH)
        m->used = LENGTH - 1;
}

static void matrix(struct maker *m, uint32_t depth);
static void vector(struct maker *m, uint32_t depth);
static void scalar(struct maker *m, uint32_t depth);

/* A subscript of a layer's matrix. */
static const char *layer(struct maker *m)
{
    static const char *const bound[] = {"l", "l", "l", "L", "1"};
    static const char *const open[] = {"L", "1", "2", "L-1", "k"};
    return m->layer ? bound[below(m, 5)] : open[below(m, 5)];
}

static void leaf_matrix(struct maker *m)
{
    if (below(m, 3))
        put(m, "%s{%s}", below(m, 4) ? "W" : "S", layer(m));
    else
        put(m, "A");
}

static void in_sum(struct maker *m, const char *head, bool *bound,
                   void (*body)(struct maker *, uint32_t), uint32_t depth)
{
    bool before = *bound;
    *bound = true;
    put(m, "%s", head);
    body(m, depth);
    put(m, ")");
    *bound = before;
}

static void matrix(struct maker *m, uint32_t depth)
{
    switch (depth ? below(m, 7) : 0) {
    case 1:
        matrix(m, depth - 1);
        put(m, "*");
        leaf_matrix(m);
        break;
    case 2:
        put(m, "(");
        matrix(m, depth - 1);
        put(m, ")'");
        break;
    case 3:
        put(m, "(");
        matrix(m, depth - 1);
        put(m, "%s", below(m, 2) ? "+" : "-");
        matrix(m, depth - 1);
        put(m, ")");
        break;
    case 4:
        put(m, "(");
        vector(m, depth - 1);
        put(m, ")*(");
        vector(m, depth - 1);
        put(m, ")'");
        break;
    case 5:
        if (!m->layer) {
            in_sum(m, "sum(l=1..L: ", &m->layer, matrix, depth - 1);
            break;
        }
        leaf_matrix(m);
        break;
    default:
        leaf_matrix(m);
    }
}

static void leaf_vector(struct maker *m)
{
    static const char *const sample[] = {"x{i}", "c{i}", "z", "x{1}"};
    static const char *const open[] = {"z", "x{1}", "c{2}", "z"};
    put(m, "%s", (m->sample ? sample : open)[below(m, 4)]);
}

static void vector(struct maker *m, uint32_t depth)
{
    switch (depth ? below(m, 6) : 0) {
    case 1:
        put(m, "(");
        matrix(m, depth - 1);
        put(m, ")*");
        leaf_vector(m);
        break;
    case 2:
        put(m, "(");
        vector(m, depth - 1);
        put(m, "%s", below(m, 2) ? "+" : "-");
        vector(m, depth - 1);
        put(m, ")");
        break;
    case 3:
        put(m, "%s(", below(m, 2) ? "sin" : "tanh");
        vector(m, depth - 1);
        put(m, ")");
        break;
    case 4:
        if (!m->sample) {
            in_sum(m, "sum(i=1..m: ", &m->sample, vector, depth - 1);
            break;
        }
        leaf_vector(m);
        break;
    default:
        leaf_vector(m);
    }
}

static void leaf_scalar(struct maker *m)
{
    static const char *const sample[] = {"s{i}", "y[i]", "t", "i"};
    static const char *const open[] = {"t", "q", "y[1]", "s{2}", "z[n]"};
    if (m->sample)
        put(m, "%s", sample[below(m, 4)]);
    else if (m->layer && below(m, 3) == 0)
        put(m, "q^l");
    else
        put(m, "%s", open[below(m, 5)]);
}

static void scalar(struct maker *m, uint32_t depth)
{
    switch (depth ? below(m, 10) : 0) {
    case 1:
        put(m, "norm2(");
        vector(m, depth - 1);
        put(m, ")^2");
        break;
    case 2:
        put(m, "tr(");
        matrix(m, depth - 1);
        put(m, ")");
        break;
    case 3:
        put(m, "(");
        vector(m, depth - 1);
        put(m, ")'*(");
        vector(m, depth - 1);
        put(m, ")");
        break;
    case 4:
        put(m, "(");
        scalar(m, depth - 1);
        put(m, "%s", below(m, 2) ? "+" : "*");
        scalar(m, depth - 1);
        put(m, ")");
        break;
    case 5:
    case 6:
        if (!m->layer) {
            in_sum(m, below(m, 2) ? "sum(l=1..L: " : "sum(l=2..L: ",
                   &m->layer, scalar, depth - 1);
            break;
        }
        leaf_scalar(m);
        break;
    case 7:
        if (!m->sample) {
            in_sum(m, below(m, 3) ? "sum(i=1..m: " : "prod(i=1..m: ",
                   &m->sample, scalar, depth - 1);
            break;
        }
        leaf_scalar(m);
        break;
    case 8:
        put(m, "%s(", below(m, 2) ? "sin" : "exp");
        scalar(m, depth - 1);
        put(m, ")");
        break;
    default:
        if (!m->layer && !m->sample && !below(m, 3))
            put(m, "%s", below(m, 2) ? "sum(i=1..n-1: z[i+1]*z[i])"
                                     : "norm2(a{L}-z)^2");
        else
            leaf_scalar(m);
    }
}

/* ------------------------------------------------------------------ trials */

struct counts {
    uint32_t proved, verified, unable, unsupported, other, failures;
};

/* Printed and read again it is the same. */
static bool reads_back(md_context *c, md_expr e, const char *format)
{
    const char *text = md_print(c, e, format);
    return text && md_parse(c, text) == e;
}

static void complain(struct counts *n, const char *what, const char *expr,
                 const char *by, const char *detail)
{
    if (++n->failures <= MAX_FAILURES)
        printf("%s: %s by %s: %s\n", what, expr, by, detail);
}

static void try_derivative(md_context *c, const char *expr, const char *by,
                           uint64_t seed, struct counts *n)
{
    md_answer a;
    md_query q = {.expr = expr, .wrt = &by, .wrt_count = 1, .seed = seed};
    if (!md_derive(c, &q, &a)) {
        const md_error *e = md_last_error(c);
        if (e->kind == MD_UNSUPPORTED)
            n->unsupported++;
        else if (e->kind == MD_LIMIT || e->kind == MD_DOMAIN)
            n->other++;
        else
            complain(n, "fault", expr, by, e->message);
        return;
    }
    n->proved += !strcmp(a.verdict, "proved");
    n->verified += !strcmp(a.verdict, "verified");
    n->unable += !strcmp(a.verdict, "unable");
    if (!strcmp(a.verdict, "refuted"))
        complain(n, "refuted", expr, by, a.detail);
    /* As a claim, after the equations for names of its own. */
    md_answer back;
    char where[2 * LENGTH];
    q.claim = a.faces[0];
    if (!strcmp(a.verdict, "refuted"))
        return;
    if (a.where_count) {
        snprintf(where, sizeof where, "%s, %s", a.where[0], a.where[1]);
        if (!md_declare(c, where)) {
            complain(n, "equations not read", expr, by, where);
            return;
        }
    }
    if (!md_check(c, &q, &back))
        complain(n, md_last_error(c)->message, expr, by, q.claim);
    else if (back.relation != MD_EQUAL)
        complain(n, "answer read as another", expr, by, q.claim);
}

static void try_one(md_context *c, struct random *random, struct counts *n)
{
    struct maker m = {.random = random};
    scalar(&m, 4);
    md_expr e = md_parse(c, m.text);
    if (!e) {
        const md_error *error = md_last_error(c);
        if (error->kind != MD_LIMIT && error->kind != MD_DOMAIN)
            complain(n, "not read", m.text, "-", error->message);
        return;
    }
    if (!reads_back(c, e, "text") || !reads_back(c, e, "unicode"))
        complain(n, "not read back", m.text, "-", "");
    const char *by =
        variables[random_below(random, sizeof variables / sizeof *variables)];
    try_derivative(c, m.text, by, random_next(random), n);
}

START_TEST(random_families)
{
    struct random random = {20240611};
    struct counts n = {0};
    uint32_t trials = random_test_count(250);
    md_context *c = NULL;
    for (uint32_t i = 0; i < trials; i++) {
        if (i % 50 == 0) {
            md_free(c);
            c = md_new(NULL);
            ck_assert_ptr_nonnull(c);
            ck_assert(md_declare(c, declarations));
        }
        try_one(c, &random, &n);
    }
    md_free(c);
    printf("%u expressions: %u proved, %u verified, %u unable, "
           "%u unsupported, %u beyond a limit or domain, %u failures\n",
           trials, n.proved, n.verified, n.unable, n.unsupported, n.other,
           n.failures);
    ck_assert_uint_eq(n.failures, 0);
    ck_assert_uint_gt(n.proved + n.verified, trials / 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("families");
    TCase *tc = tcase_create("random");
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, random_families);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
