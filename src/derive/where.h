/* where.h - what a derivative through recursions is to be read with:
 * equations for the families made for it. */
#ifndef MD_DERIVE_WHERE_H
#define MD_DERIVE_WHERE_H

#include "derive/derive.h"
#include "derive/recursion.h"

/* Adds to r->where the equations that the derivative g is to be read with.
 * They also become what the families are defined by. */
bool where_tell(struct deriver *d, ix_t g, const struct recursion *rec,
                const struct recursion_result *told,
                struct derive_result *r);

#endif
