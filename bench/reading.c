/* reading.c - how fast text becomes expressions, and what becomes of a
 * million nested brackets. */
#include <string.h>

#include "bench.h"
#include "matdiff.h"

enum { RUNS = 5, TERMS = 20000, DEPTH = 1000000 };

static const char term[] = " + tr(A*X%u*B) * (x'*A*y - 2.5*sin(t)^2)";

/* A sum of so many terms, of 100 different ones. */
static char *long_sum(uint32_t terms)
{
    size_t room = (size_t)terms * (sizeof term + 12) + 2;
    char *text = malloc(room), *at = text;
    if (!text)
        bench_fail("no memory");
    *at++ = '1';
    for (uint32_t i = 0; i < terms; i++)
        at += snprintf(at, 64, term, i % 100);
    return text;
}

static double read_once(const char *let, const char *text, size_t length,
                        const char **verdict)
{
    md_context *c = md_new(NULL);
    if (!c || !md_declare(c, let))
        bench_fail("no context");
    double start = bench_seconds();
    md_expr e = md_parse_bytes(c, text, length);
    double seconds = bench_seconds() - start;
    const md_error *error = md_last_error(c);
    static char said[200];
    snprintf(said, sizeof said, "%s", e ? "read" : error->message);
    *verdict = said;
    md_free(c);
    return seconds;
}

static void show(const char *title, const char *let, const char *text)
{
    double times[RUNS];
    const char *verdict = "";
    size_t length = strlen(text);
    for (int i = 0; i < RUNS; i++)
        times[i] = read_once(let, text, length, &verdict);
    double t = bench_median(times, RUNS);
    printf("%-28s %10.2f %10.1f  %s\n", title, t * 1e3,
           (double)length / t / 1e6, verdict);
}

int main(void)
{
    printf("reading and elaborating\n%-28s %10s %10s\n", "", "ms", "MB/s");
    char *sum = long_sum(TERMS);
    show("a sum of 20,000 terms", "A[n,n], B[n,n], x[n], y[n], t", sum);
    free(sum);
    char *deep = malloc(2 * (size_t)DEPTH + 2);
    if (!deep)
        bench_fail("no memory");
    memset(deep, '(', DEPTH);
    deep[DEPTH] = 't';
    memset(deep + DEPTH + 1, ')', DEPTH);
    deep[2 * DEPTH + 1] = '\0';
    show("1,000,000 nested brackets", "t", deep);
    free(deep);
    return 0;
}
