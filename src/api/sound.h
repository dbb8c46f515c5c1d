/* sound.h - whether rules of a user's own say what is so. */
#ifndef MD_API_SOUND_H
#define MD_API_SOUND_H

#include "api/engine.h"

/* Of what the last text loaded declares: a differential against the
 * definition, or the kernel; a kernel against the definition; the sides of a
 * rewrite; at a few points, fixed ones.  False with a fault whose span is in
 * that text, if there is something that is not so; what cannot be decided
 * passes. */
bool sound_check(struct engine *g);
/* Whether the rewrites of the last text loaded contradict no other one: where
 * two apply, the results have the same value. */
bool sound_overlaps(struct engine *g);

#endif
