/* row.h - columns written as rows. */
#ifndef MD_DERIVE_ROW_H
#define MD_DERIVE_ROW_H

#include "expr/expr.h"

/* The transpose of a column, 2*r'*A for (2*A'*r)': of a sum term by term, where
 * that takes no more signs. */
expr_t row_of_column(struct exprs *x, expr_t column);

#endif
