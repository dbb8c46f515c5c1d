/* point.h - a point to evaluate expressions at: sizes, values, plans. */
#ifndef MD_VERIFY_POINT_H
#define MD_VERIFY_POINT_H

#include "eval/eval.h"
#include "expr/condition.h"
#include "verify/sample.h"

struct point_variable {
    decl_t decl;
    uint32_t rows, cols, size;
    double *v;    /* what the plans read */
    double *base; /* the point */
};

/* An integer name that stands as a subscript runs from 1 to the axis, the
 * last place of a range from the first on. */
struct sampler_position {
    symbol_t name;
    dim_t first, axis;
};

struct sampler {
    struct exprs *x;
    struct evaluator *ev;
    struct random random;
    struct eval_uses uses;
    uint32_t *place; /* by decl_t: its place in the lists + 1 */
    uint32_t place_count;
    struct eval_size *sizes;       /* uses.nsizes of them */
    struct point_variable *vars;   /* uses.ndecls of them, at each point */
    struct sampler_position *positions;
    uint32_t position_count, position_capacity;
    const struct conditions *given; /* what every point has to satisfy */
    uint64_t seed;
    uint32_t draws, raise;
    uint32_t met, unmet; /* points that satisfied it, and that did not */
    uint32_t advances; /* how often another kind of point was asked for */
    uint8_t *strategy; /* of each variable */
    char reason[160]; /* why the last point was of no use */
};

/* Results of drawing a point. */
enum draw {
    DRAW_FINE,
    DRAW_AGAIN, /* these sizes, or these values, are of no use */
    DRAW_NEVER  /* a fault that other sizes will not mend is set */
};

bool sampler_init(struct sampler *s, struct exprs *x, uint64_t seed);
void sampler_free(struct sampler *s);
/* Adds what an expression is made of; all before the first point. */
bool sampler_add(struct sampler *s, expr_t e);
bool sampler_ready(struct sampler *s);
/* The next points are to be of another kind: all variables by the next
 * strategy, later each by one of its own. */
void sampler_advance(struct sampler *s);
/* New sizes and values; forgets the plans of the point before. */
enum draw sampler_draw(struct sampler *s);
/* A plan at the point, bound to its values.  On DRAW_FINE *plan is set. */
enum draw sampler_plan(struct sampler *s, expr_t e, struct eval_plan **plan);
/* Whether the conditions given hold at the point. */
enum draw sampler_conditions(struct sampler *s);
/* Whether other sizes could do what failed with a fault, which is cleared:
 * DRAW_AGAIN, or DRAW_NEVER with the fault. */
enum draw sampler_failed(struct sampler *s);
struct point_variable *sampler_variable(struct sampler *s, decl_t d);
/* Moves every value by about `relative` of itself, or back to the point. */
void sampler_shake(struct sampler *s, double relative);
void sampler_restore(struct sampler *s);
/* "at m=3, n=4: " */
void sampler_describe(const struct sampler *s, char *out, size_t size);

#endif
