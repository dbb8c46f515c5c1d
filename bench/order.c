/* order.c - derivatives of order k of x'Ax*exp(x'Bx), as index terms: growth
 * must be polynomial.  Order 6 is as far as tensors go. */
#include <string.h>

#include "api/engine.h"
#include "bench.h"
#include "derive/reverse.h"
#include "index/lift.h"
#include "simplify/simplify.h"

enum { RUNS = 5 };

/* By x, by the scalar t in x+t*v, in which no axes are added. */
struct trial {
    const char *title, *let, *expr, *wrt;
};
static const struct trial trials[] = {
    {"by x", "A[n,n], B[n,n], x[n]", "x'*A*x*exp(x'*B*x)", "x"},
    {"along a line, by t", "A[n,n], B[n,n], x[n], v[n], t",
     "(x+t*v)'*A*(x+t*v)*exp((x+t*v)'*B*(x+t*v))", "t"}};

static expr_t read_text(struct engine *g, const char *text)
{
    size_t length = strlen(text);
    expr_t e = 0;
    uint32_t failed;
    scope_read(g->scope, 1, &text, &length, &e, &failed);
    return e;
}

/* Seconds for all derivatives up to order k; nodes made and those of the
 * last one.  Negative where it cannot be done. */
static double run(const struct trial *trial, uint32_t k, uint32_t *made,
                  uint32_t *last)
{
    static struct fault fault;
    md_options limits = {.nodes = 0};
    struct engine g;
    struct ix_table t;
    fault_clear(&fault);
    if (!engine_start(&g, &fault, &limits, NULL) || !ix_init(&t, &g.x))
        bench_fail("no memory");
    scope_declare(g.scope, trial->let, strlen(trial->let));
    expr_t e = read_text(&g, trial->expr), by = read_text(&g, trial->wrt);
    double start = bench_seconds();
    ix_t d = ix_lift(&t, e);
    struct shape s = *expr_shape(&g.x, by);
    ix_t leaf = ix_leaf(&t, by, s.order, s.dim);
    for (uint32_t i = 0; d && i < k; i++) {
        if (!reverse_derive(&t, d, 1, &leaf, NULL, &d))
            d = 0;
        d = simplify_index(&t, d);
    }
    double seconds = d ? bench_seconds() - start : -1;
    *made = t.count;
    if (d)
        ix_reach(&t, d, last);
    ix_free(&t);
    engine_stop(&g);
    return seconds;
}

int main(void)
{
    printf("derivatives of order k of x'*A*x*exp(x'*B*x), as index terms\n");
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        printf("%s\n%4s %10s %12s %14s\n", trials[i].title, "k", "ms",
               "nodes made", "nodes of it");
        for (uint32_t k = 1; k <= 6; k++) {
            double times[RUNS];
            uint32_t made = 0, last = 0;
            for (int r = 0; r < RUNS; r++)
                times[r] = run(&trials[i], k, &made, &last);
            double t = bench_median(times, RUNS);
            if (t < 0)
                printf("%4u %10s\n", k, "refused");
            else
                printf("%4u %10.3f %12u %14u\n", k, t * 1e3, made, last);
        }
    }
    return 0;
}
