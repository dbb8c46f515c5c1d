/* convert.h - what a derivative written in some form and layout is in
 * components. */
#ifndef MD_DERIVE_CONVERT_H
#define MD_DERIVE_CONVERT_H

#include "derive/derive.h"
#include "index/index.h"

/* The claim, a derivative in q's form and layout, as an index term with the
 * axes of q->expr and of by[0], by[1], ..., the shapes of what it is by.  0
 * with a fault where it does not have the shape of one. */
ix_t convert_claim(struct ix_table *t, const struct derive_request *q,
                   const struct shape *by, expr_t claim);

#endif
