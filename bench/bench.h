/* bench.h - what the benchmarks share: a clock and medians.  The clock is the
 * process's own: what else the machine does does not count. */
#ifndef MD_BENCH_BENCH_H
#define MD_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double bench_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of n values, which it sorts. */
static inline double bench_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, bench_compare);
    return values[n / 2];
}

/* The text with every # replaced by the number. */
static inline const char *bench_fill(char *out, size_t room, const char *text,
                                     unsigned number)
{
    size_t used = 0;
    for (; *text && used + 12 < room; text++)
        if (*text == '#')
            used += (size_t)snprintf(out + used, room - used, "%u", number);
        else
            out[used++] = *text;
    out[used] = '\0';
    return out;
}

static inline void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

#endif
