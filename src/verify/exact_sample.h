/* exact_sample.h - random elements of the prime field that honour declared
 * properties exactly. */
#ifndef MD_VERIFY_EXACT_SAMPLE_H
#define MD_VERIFY_EXACT_SAMPLE_H

#include "base/random.h"
#include "expr/expr.h"
#include "number/field.h"

/* Fills `v` (rows x cols, column-major); `work` holds as many.  Signs do
 * not count, nor does definiteness beside symmetry: a rational identity that
 * holds on an open set holds everywhere.  Orthogonal matrices are no such
 * set: those of determinant -1, wanted if `turned`, are apart from the
 * others.  False when the properties cannot be met, or not this time. */
bool exact_sample(struct random *r, properties_t p, bool turned,
                  uint32_t rows, uint32_t cols, field_t *v, field_t *work);

#endif
