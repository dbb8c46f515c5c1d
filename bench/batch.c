/* batch.c - requests a second on one core: JSON in, LaTeX in JSON out, each
 * line different from those before. */
#include <string.h>

#include "bench.h"
#include "matdiff.h"

enum { LINES = 10000, LINE = 300, KINDS = 5 };

static const char *const kinds[KINDS][3] = {
    {"A[n,n], x#[n]", "x#'*A*x#", "x#"},
    {"A[m,n], x#[n], b[m]", "norm2(A*x#-b)^2", "x#"},
    {"X#[n,n] invertible", "logdet(X#)", "X#"},
    {"X#[m,n], A[p,m], B[n,n], C[m,p]", "tr(A*X#*B*X#'*C)", "X#"},
    {"X[m,n], w#[n], y[m]", "sum(log(1+exp(-y.*(X*w#))))", "w#"}};

static double run(bool verify, unsigned lines)
{
    md_context *c = md_new(NULL);
    char line[LINE], let[100], expr[100], wrt[30];
    double spent = 0;
    for (unsigned i = 0; c && i < lines; i++) {
        const char *const *k = kinds[i % KINDS];
        unsigned number = i / KINDS % 500;
        bench_fill(let, sizeof let, k[0], number);
        bench_fill(expr, sizeof expr, k[1], number);
        bench_fill(wrt, sizeof wrt, k[2], number);
        int n = snprintf(line, sizeof line,
                         "{\"id\":%u,\"let\":\"%s\",\"expr\":\"%s\","
                         "\"wrt\":[\"%s\"],\"to\":[\"latex\"],"
                         "\"verify\":%s}",
                         i, let, expr, wrt, verify ? "true" : "false");
        md_kind status = MD_NONE;
        double start = bench_seconds();
        const char *answer = md_request(c, line, (size_t)n, &status);
        spent += bench_seconds() - start;
        if (!answer || status != MD_NONE)
            bench_fail(answer ? answer : "no answer");
    }
    md_free(c);
    return spent;
}

int main(void)
{
    printf("requests on one core, LaTeX out\n%-14s %12s %10s\n", "",
           "requests/s", "us each");
    for (int verify = 0; verify < 2; verify++) {
        double t = run(verify, LINES);
        printf("%-14s %12.0f %10.1f\n", verify ? "verified" : "unverified",
               LINES / t, t * 1e6 / LINES);
    }
    return 0;
}
