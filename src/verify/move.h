/* move.h - what a direction in the claim's entries does to a variable: a
 * claim may be by a part of the variable, and entries may be tied. */
#ifndef MD_VERIFY_MOVE_H
#define MD_VERIFY_MOVE_H

#include "expr/layout.h"
#include "verify/point.h"

struct move {
    expr_t by;
    properties_t properties;
    enum structure structure;
    uint32_t rows, cols;   /* of the variable */
    uint32_t size, width;  /* entries of the variable; of what stands in the
                              claim */
    const double *base;    /* the variable at the point */
    uint32_t *entry;       /* the variable's entry of each of those; NULL:
                              the same */
    double *spread;        /* work, `size` numbers; NULL if entries are the
                              same and not tied */
    struct eval_value shape; /* of what stands in the claim */
};

/* Memory for a derivative by `by`, a part of the variable at this point.
 * DRAW_AGAIN if the part lies outside of it. */
enum draw move_init(struct move *m, struct sampler *s,
                    const struct point_variable *v, expr_t by,
                    enum structure structure);
/* out = the move of all the variable's entries that a direction stands for. */
void move_apply(const struct move *m, const double *direction, double *out);
/* Whether each entry moves by itself, and only it. */
static inline bool move_is_plain(const struct move *m)
{
    return !m->spread;
}

#endif
