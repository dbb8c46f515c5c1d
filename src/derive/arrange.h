/* arrange.h - the axes of a derivative as rows and columns (design: layouts
 * and forms). */
#ifndef MD_DERIVE_ARRANGE_H
#define MD_DERIVE_ARRANGE_H

#include "expr/layout.h"
#include "index/index.h"

/* Which axes number the rows and which the columns, slow ones first. */
struct arrangement {
    uint8_t kind; /* enum shape_kind of the result */
    uint8_t nrows, ncols;
    uint8_t rows[IX_MAX_ORDER], cols[IX_MAX_ORDER];
    bool stacked; /* vec was used */
};

/* f: the function's shape; by[k]: the variables'.  Axes are numbered f's
 * first, then each variable's. */
struct arrangement arrange(const struct shape *f, uint32_t n,
                           const struct shape *by, enum layout layout,
                           enum form form);
/* The derivative with its axes joined into rows and columns. */
ix_t arrange_index(struct ix_table *t, ix_t d, const struct arrangement *a);
/* For index notation: all axes in order, bit set where a new group begins. */
uint32_t arrange_groups(const struct arrangement *a, uint8_t *order);

#endif
