/* test_property.c - no property that rules derive for random expressions of
 * variables with random properties is false at random points. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "print/print.h"
#include "random_expr.h"
#include "rule/rule.h"
#include "suite.h"
#include "truth.h"

enum { VARIABLES = 14, SIZES = 2, POINTS = 4, WORN = 20000, LARGEST = 12 };

struct trial {
    struct fixture f;
    struct random r;
    expr_t nodes[VARIABLES];
    dim_t sizes[SIZES];
    uint32_t first;
    uint32_t nodes_tried, holding, failing, seen, wrong;
};

/* ---------------------------------------------------------------- variables */

static properties_t random_properties(struct trial *t, const struct shape *s)
{
    properties_t p = 0;
    for (uint32_t i = random_below(&t->r, 3); i > 0; i--) {
        properties_t more =
            p | (properties_t)1 << random_below(&t->r, PROPERTY_COUNT);
        properties_t all = property_close(&t->f.mem, more, s, "v");
        /* What has several properties is drawn with the strongest only. */
        if (!fault_is_set(&t->f.fault) && !p)
            p = all;
        fault_clear(&t->f.fault);
    }
    return p;
}

static void make_variables(struct trial *t)
{
    static const char *const names[VARIABLES] = {
        "a", "b", "c", "x", "y", "u", "A", "B", "C", "D", "E", "F", "G", "H"};
    dim_t m = t->sizes[0], n = t->sizes[1];
    const struct shape shapes[] = {
        shape_scalar(),     shape_scalar(),     shape_scalar(),
        shape_vector(n),    shape_vector(n),    shape_vector(m),
        shape_matrix(n, n), shape_matrix(n, n), shape_matrix(n, n),
        shape_matrix(n, n), shape_matrix(m, m), shape_matrix(m, n),
        shape_matrix(n, m), shape_matrix(m, m)};
    for (uint32_t i = 0; i < VARIABLES; i++) {
        struct decl d = {.name = intern_text(&t->f.names, names[i]),
                         .shape = shapes[i]};
        d.properties = random_properties(t, &d.shape);
        t->nodes[i] = expr_variable(&t->f.x, expr_declare(&t->f.x, &d));
    }
}

static void begin(struct trial *t)
{
    fixture_init(&t->f);
    t->sizes[0] = dim_from_symbol(&t->f.dims, intern_text(&t->f.names, "m"));
    t->sizes[1] = dim_from_symbol(&t->f.dims, intern_text(&t->f.names, "n"));
    t->first = t->f.x.count;
}

/* ---------------------------------------------------------------- judging */

static void tell(struct trial *t, expr_t e, enum property p, bool holds)
{
    struct text s;
    text_init(&s, &t->f.mem);
    print_expr(&t->f.x, e, FORMAT_TEXT, &s);
    fprintf(stderr, "said to be %s%s, and is %s: %s\n", holds ? "" : "not ",
            property_name(p), holds ? "not" : "so", text_get(&s));
    text_clear(&s);
    for (uint32_t i = 0; i < VARIABLES; i++) {
        print_decl(&t->f.x, expr_get(&t->f.x, t->nodes[i])->payload, &s);
        text_str(&s, i + 1 < VARIABLES ? ", " : "\n");
    }
    fprintf(stderr, "  with %s", text_get(&s));
    text_free(&s);
}

static bool has_tiny_entry(const struct eval_value *v)
{
    for (uint32_t i = 0; i < v->size; i++)
        if (fabs(v->v[i]) < 1e-9)
            return true;
    return false;
}

/* Nothing but what rounding has left of larger numbers. */
static bool is_noise(const struct eval_value *v, double scale)
{
    for (uint32_t i = 0; i < v->size; i++)
        if (fabs(v->v[i]) > 1e-7 * scale)
            return false;
    return true;
}

/* What the numbers say of the property at one point. */
static enum truth at_point(const struct eval_value *v, double scale,
                           enum property p)
{
    bool entries = p == PROP_POSITIVE || p == PROP_NONNEG ||
                   p == PROP_NONZERO;
    if (v->size > LARGEST * LARGEST || is_noise(v, scale) ||
        (entries && has_tiny_entry(v)))
        return TRUTH_UNKNOWN;
    return truth_of(v, p);
}

/* Rank and definiteness of what is ill-conditioned cannot be seen: they are
 * false only if they are so everywhere. */
static bool may_be_blurred(enum property p)
{
    return p == PROP_INVERTIBLE || p == PROP_POSDEF || p == PROP_PSD ||
           p == PROP_FULL_ROW_RANK || p == PROP_FULL_COLUMN_RANK ||
           p == PROP_FULLRANK || p == PROP_PRINCIPAL || p == PROP_ORTHOGONAL;
}

static void judge(struct trial *t, expr_t e, enum property p, bool holds,
                  const enum truth *seen)
{
    uint32_t with = 0, against = 0;
    for (int i = 0; i < POINTS; i++) {
        with += seen[i] == (holds ? TRUTH_TRUE : TRUTH_FALSE);
        against += seen[i] == (holds ? TRUTH_FALSE : TRUTH_TRUE);
    }
    t->seen += with > 0;
    if (!against || (may_be_blurred(p) && (with || against < POINTS)))
        return;
    t->wrong++;
    tell(t, e, p, holds);
}

static void judge_node(struct trial *t, struct place *at, expr_t e)
{
    properties_t holds = rules_holding(t->f.rules, e);
    properties_t fails = rules_failing(t->f.rules, e);
    enum truth seen[PROPERTY_COUNT][POINTS];
    struct random r = t->r;
    if (!(holds | fails))
        return;
    t->nodes_tried++;
    for (int i = 0; i < POINTS; i++) {
        const struct eval_value *v =
            place_draw(at, &r, false) ? place_value(at, e) : NULL;
        for (int k = 0; k < PROPERTY_COUNT; k++)
            seen[k][i] = v && (holds | fails) >> k & 1
                             ? at_point(v, at->scale, (enum property)(1 << k))
                             : TRUTH_UNKNOWN;
    }
    for (int k = 0; k < PROPERTY_COUNT; k++) {
        t->holding += holds >> k & 1;
        t->failing += fails >> k & 1;
        if ((holds | fails) >> k & 1)
            judge(t, e, (enum property)(1 << k), holds >> k & 1, seen[k]);
    }
}

/* Of maps of triangles and diagonals no property is known. */
static const char *const triangles[] = {
    "tril", "triu", "diagonalsums", "diagonalmeans", "vech", "lowerones",
    "symmetrizer", "skewsymmetrizer", "toeplitzprojector", NULL};

static void try_expression(struct trial *t, uint32_t depth)
{
    struct place at;
    struct arena scratch;
    struct random_options o = {
        .features = RANDOM_ALL & ~(unsigned)(RANDOM_ODD_NUMBERS |
                                             RANDOM_BINDERS |
                                             RANDOM_ELEMENTS),
        .depth = depth,
        .nvariables = VARIABLES,
        .nsizes = SIZES,
        .variables = t->nodes,
        .sizes = t->sizes,
        .avoid = triangles};
    make_variables(t);
    expr_t e = random_expr_any(&t->f.x, &t->r, &o);
    ck_assert_msg(e != 0, "%s", fixture_fault(&t->f));
    place_init(&at, &t->f);
    place_add(&at, e);
    arena_init(&scratch, &t->f.mem);
    uint32_t n = 0;
    const expr_t *list = expr_reach(&t->f.x, e, &scratch, &n);
    for (uint32_t i = 0; list && i < n; i++)
        if (expr_get(&t->f.x, list[i])->nargs &&
            !(expr_get(&t->f.x, list[i])->overload &&
              overload_get(&t->f.ops, expr_get(&t->f.x, list[i])->overload)
                  ->size_args))
            judge_node(t, &at, list[i]);
    arena_free(&scratch);
    place_free(&at);
}

START_TEST(no_false_property)
{
    struct trial t = {.r = {(uint64_t)_i}};
    uint32_t count = random_test_count(400);
    begin(&t);
    for (uint32_t i = 0; i < count && t.wrong < 10; i++) {
        if (t.f.x.count - t.first > WORN) {
            fixture_free(&t.f);
            begin(&t);
        }
        try_expression(&t, (uint32_t)_i);
    }
    fixture_free(&t.f);
    printf("depth %d: %u expressions, %u nodes, %u properties, %u denied, "
           "%u seen, %u false\n",
           _i, count, t.nodes_tried, t.holding, t.failing, t.seen, t.wrong);
    ck_assert_uint_eq(t.wrong, 0);
    ck_assert_uint_gt(t.seen, t.holding / 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("properties");
    TCase *t = tcase_create("properties");
    tcase_add_loop_test(t, no_false_property, 1, 6);
    suite_add_tcase(s, t);
    return suite_run(s);
}
