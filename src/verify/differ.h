/* differ.h - directional derivatives of any order by two-sided differences
 * with Richardson extrapolation and an error estimate. */
#ifndef MD_VERIFY_DIFFER_H
#define MD_VERIFY_DIFFER_H

#include "eval/eval.h"

enum { DIFFER_MAX_ORDER = 6, DIFFER_LEVELS = 6 };

/* A variable that is moved: its numbers, and those at the point. */
struct differ_variable {
    double *v;
    const double *base;
    uint32_t size;
};

struct differ {
    struct eval_plan *f;
    uint32_t nf, order;
    /* variable and direction of each differentiation */
    const struct differ_variable *by[DIFFER_MAX_ORDER];
    const double *direction[DIFFER_MAX_ORDER];
    double tolerance; /* stop when the estimate is well below */
    double *value;    /* the result, nf entries */
    double *error;    /* its estimated error */
    double unit;      /* what a rounding error of 1 becomes */
    double *table[2]; /* work: DIFFER_LEVELS * nf each */
    double *largest;  /* work: nf */
    double *low, *high; /* the values met: nf each */
};

/* Memory for the results; false with a fault. */
bool differ_init(struct differ *d, struct arena *a);
/* The largest step to begin with for this order. */
double differ_step(uint32_t order);
/* False when the neighbourhood leaves the domain.  The variables are back
 * at the point afterwards (the plan's values are not). */
bool differ_run(struct differ *d, double step);

#endif
