/* test_needed.c - the conditions of derivatives of random expressions: where
 * they hold, function and derivative have values; where one of them fails and
 * the others hold, one of the two has none, or the function has a kink. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive/derive.h"
#include "fixture.h"
#include "print/print.h"
#include "random_expr.h"
#include "suite.h"
#include "truth.h"

enum { VARIABLES = 8, POINTS = 120, WORN = 6000, MOST = 12 };

static const char declarations[] = "a, b, x[n], y[n], A[m,n], C[n,n], D[n,n], "
                                   "P[n,n] posdef";
static const char *const names[VARIABLES] = {"a", "b", "x", "y",
                                             "A", "C", "D", "P"};

struct trial {
    struct fixture f;
    struct deriver *d;
    struct random r;
    expr_t nodes[VARIABLES];
    dim_t sizes[2];
    uint32_t first;
    uint32_t answers, conditions; /* derived; their conditions */
    uint32_t places, lacking;     /* conditions hold; no value all the same */
    uint32_t judged, needed, kinks, superfluous; /* conditions that failed */
};

static void begin(struct trial *t)
{
    fixture_init(&t->f);
    t->d = deriver_new(&t->f.x, t->f.rules);
    ck_assert(t->d && scope_declare(t->f.scope, declarations,
                                    sizeof declarations - 1));
    for (int i = 0; i < VARIABLES; i++)
        t->nodes[i] = fixture_read_on(&t->f, names[i]);
    t->sizes[0] = dim_from_symbol(&t->f.dims, intern_text(&t->f.names, "m"));
    t->sizes[1] = dim_from_symbol(&t->f.dims, intern_text(&t->f.names, "n"));
    t->first = t->f.x.count;
}

static void end(struct trial *t)
{
    deriver_free(t->d);
    fixture_free(&t->f);
}

static void tell(struct trial *t, const char *what,
                 const struct derive_request *q,
                 const struct derive_result *r, const struct condition *c)
{
    struct text s;
    if (!getenv("MD_TEST_UNABLE"))
        return;
    text_init(&s, &t->f.mem);
    text_str(&s, what);
    text_str(&s, ": ");
    print_expr(&t->f.x, q->expr, FORMAT_TEXT, &s);
    text_str(&s, " by ");
    print_expr(&t->f.x, q->by[0], FORMAT_TEXT, &s);
    text_str(&s, " = ");
    print_expr(&t->f.x, r->value, FORMAT_TEXT, &s);
    for (uint32_t i = 0; i < r->conditions.count; i++) {
        text_str(&s, i ? ", " : " if ");
        print_condition(&t->f.x, &r->conditions.items[i], FORMAT_TEXT, &s);
    }
    if (c) {
        text_str(&s, "; without ");
        print_condition(&t->f.x, c, FORMAT_TEXT, &s);
    }
    fprintf(stderr, "%s\n", text_get(&s));
    text_free(&s);
    fault_clear(&t->f.fault);
}

/* What was seen of one condition: points at which it alone fails. */
struct seen {
    uint32_t failing, without_value;
};

/* All conditions at a point: how many hold, and one that does not. */
static uint32_t holding(struct place *at, const struct conditions *c,
                        uint32_t *fails)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct eval_value *v = place_value(at, c->items[i].subject);
        enum truth t = v ? truth_of(v, c->items[i].predicate)
                         : TRUTH_UNKNOWN;
        if (t == TRUTH_UNKNOWN)
            return 0;
        n += t == TRUTH_TRUE;
        *fails = t == TRUTH_FALSE ? i : *fails;
    }
    return n;
}

static void look(struct trial *t, struct place *at,
                 const struct derive_request *q,
                 const struct derive_result *r, struct seen *seen,
                 uint32_t *lacking)
{
    const struct conditions *c = &r->conditions;
    uint32_t fails = 0, n = holding(at, c, &fails);
    if (n + 1 < c->count || (n < c->count && !n && c->count > 1))
        return;
    bool defined = place_value(at, q->expr) && place_value(at, r->value);
    if (n == c->count) {
        t->places++;
        *lacking += !defined;
        return;
    }
    seen[fails].failing++;
    seen[fails].without_value += !defined;
}

static void sum_up(struct trial *t, const struct derive_request *q,
                   const struct derive_result *r, const struct seen *seen,
                   uint32_t lacking)
{
    if (lacking)
        tell(t, "lacking", q, r, NULL);
    t->lacking += lacking;
    for (uint32_t i = 0; i < r->conditions.count; i++) {
        const struct condition *c = &r->conditions.items[i];
        if (seen[i].failing < 2)
            continue;
        t->judged++;
        if (seen[i].without_value) {
            t->needed++;
        } else if (c->kink) {
            t->kinks++;
        } else {
            t->superfluous++;
            tell(t, "superfluous", q, r, c);
        }
    }
}

static bool is_closed(struct trial *t, const struct conditions *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        expr_t e = c->items[i].subject;
        uint8_t *mark = calloc(e + 1, 1);
        bool open = false;
        ck_assert_ptr_nonnull(mark);
        expr_mark_used(&t->f.x, e, mark);
        for (expr_t k = 1; k <= e; k++)
            open = open || (mark[k] && expr_op(&t->f.x, k) == OP_INDEX);
        free(mark);
        if (open)
            return false;
    }
    return c->count <= MOST;
}

static void examine(struct trial *t, const struct derive_request *q,
                    const struct derive_result *r)
{
    struct seen seen[MOST] = {{0, 0}};
    struct place at;
    uint32_t lacking = 0;
    place_init(&at, &t->f);
    place_add(&at, q->expr);
    place_add(&at, r->value);
    for (uint32_t i = 0; i < r->conditions.count; i++)
        place_add(&at, r->conditions.items[i].subject);
    for (int i = 0; i < POINTS; i++)
        if (place_draw(&at, &t->r, i % 4 != 0))
            look(t, &at, q, r, seen, &lacking);
    place_free(&at);
    sum_up(t, q, r, seen, lacking);
}

/* Of numbers few are places: eigval(S,1/2) has no value. */
static const char *const by_place[] = {"eigval", "eigvec",  "eigres",
                                       "singval", "leftvec", "rightvec", NULL};

static void try_expression(struct trial *t, uint32_t depth)
{
    struct shape scalar = shape_scalar();
    struct random_options o = {
        .features = RANDOM_ALL & ~(unsigned)RANDOM_ODD_NUMBERS,
        .depth = depth,
        .nvariables = VARIABLES,
        .nsizes = 2,
        .variables = t->nodes,
        .sizes = t->sizes,
        .avoid = by_place};
    struct derive_request q = {.order = 1};
    struct derive_result r;
    q.expr = random_expr(&t->f.x, &t->r, &o, &scalar);
    q.by[0] = t->nodes[random_below(&t->r, VARIABLES)];
    derive_result_init(&r, &t->f.mem);
    if (derive(t->d, &q, &r) && is_closed(t, &r.conditions)) {
        t->answers++;
        t->conditions += r.conditions.count;
        examine(t, &q, &r);
    }
    fault_clear(&t->f.fault);
    derive_result_free(&r);
}

START_TEST(conditions_of_derivatives)
{
    struct trial t = {.r = {(uint64_t)_i}};
    uint32_t count = random_test_count(250);
    begin(&t);
    for (uint32_t i = 0; i < count; i++) {
        if (t.f.x.count - t.first > WORN) {
            end(&t);
            begin(&t);
        }
        try_expression(&t, (uint32_t)_i);
    }
    end(&t);
    printf("depth %d: %u answers, %u conditions; %u points where they hold, "
           "%u without a value; %u conditions made to fail, %u needed, "
           "%u kinks, %u superfluous\n",
           _i, t.answers, t.conditions, t.places, t.lacking, t.judged,
           t.needed, t.kinks, t.superfluous);
    /* What overflows lacks a value, too. */
    ck_assert_uint_le(50 * t.lacking, t.places);
    ck_assert_uint_le(20 * t.superfluous, t.judged);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("needed");
    TCase *t = tcase_create("needed");
    tcase_add_loop_test(t, conditions_of_derivatives, 1, 5);
    suite_add_tcase(s, t);
    return suite_run(s);
}
