/* derive.c - one derivative: text in, matrix notation as text out, in a
 * context in use, without verification.  "new" declares its variables each
 * time, so that every expression is a new one; "again" asks the same. */
#include "bench.h"
#include "matdiff.h"

enum { RUNS = 2001, TEXT = 200, SETS = 10 };

struct task {
    const char *title, *let, *expr, *wrt;
    unsigned order;
};

static const struct task tasks[] = {
    {"quadratic form", "A#[n,n], x#[n]", "x#'*A#*x#", "x#", 1},
    {"least squares", "A#[m,n], x#[n], b#[m]", "norm2(A#*x#-b#)^2", "x#", 1},
    {"log-determinant", "X#[n,n] invertible", "logdet(X#)", "X#", 1},
    {"trace of products", "A#[p,m], X#[m,n], B#[n,n], C#[m,p]",
     "tr(A#*X#*B#*X#'*C#)", "X#", 1},
    {"logistic loss", "X#[m,n], w#[n], y#[m]",
     "sum(log(1+exp(-y#.*(X#*w#))))", "w#", 1},
    {"logistic Hessian", "X#[m,n], w#[n], y#[m]",
     "sum(log(1+exp(-y#.*(X#*w#))))", "w#", 2}};

/* The median time of one call in seconds, the last answer in `text`. */
static double measure(const struct task *task, bool anew, char *text)
{
    static double times[RUNS];
    char let[TEXT], expr[TEXT], by[TEXT];
    const char *const wrt[] = {by};
    md_query q = {.let = let, .expr = expr, .wrt = wrt, .wrt_count = 1,
                  .order = task->order, .unverified = true};
    md_answer a;
    md_context *c = md_new(NULL);
    for (unsigned i = 0; c && i < RUNS; i++) {
        unsigned number = anew ? i % SETS : 0;
        bench_fill(let, sizeof let, task->let, number);
        bench_fill(expr, sizeof expr, task->expr, number);
        bench_fill(by, sizeof by, task->wrt, number);
        if (!anew && i)
            q.let = NULL;
        double start = bench_seconds();
        if (!md_derive(c, &q, &a))
            bench_fail(task->title);
        times[i] = bench_seconds() - start;
        snprintf(text, TEXT, "%s", a.faces[0]);
    }
    md_free(c);
    return bench_median(times, RUNS);
}

int main(void)
{
    char text[TEXT] = "";
    printf("one derivative, text to text, unverified, median of %d, us\n"
           "%-18s %8s %8s  %s\n", RUNS, "", "new", "again", "answer");
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        double anew = measure(&tasks[i], true, text);
        double again = measure(&tasks[i], false, text);
        printf("%-18s %8.1f %8.1f  %s\n", tasks[i].title, anew * 1e6,
               again * 1e6, text);
    }
    return 0;
}
