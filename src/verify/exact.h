/* exact.h - a claim tested without rounding, in a prime field. */
#ifndef MD_VERIFY_EXACT_H
#define MD_VERIFY_EXACT_H

#include "verify/judge.h"

enum { EXACT_POINTS = 3 };

enum exact_outcome {
    EXACT_UNABLE, /* not of this kind, or nothing could be said */
    EXACT_AGREES, /* at EXACT_POINTS points or more */
    EXACT_DIFFERS /* both sides are rational and they are not the same */
};

struct exact_result {
    enum exact_outcome outcome;
    bool opaque; /* functions known only by their rules, or roots, entered */
    bool unlike; /* and with values of theirs the sides differ */
    char detail[160]; /* how many points, degrees, bound of error; or where */
};

/* f on dual numbers at random points of different sizes, along random
 * directions, against the claim along them.  Two different rational
 * functions agree at a random point with probability degree/2^61 at most
 * (Schwartz and Zippel), so agreement is a proof but for that chance.
 * `given` starts a judge of its own: the numeric one is not disturbed.
 * False with a fault for lack of memory only. */
bool exact_judge(const struct judge *given, struct exact_result *r);

/* The verdict where functions have no values (uses.ruled), so that there is
 * none but the exact one, with their differentials taken as given. */
void exact_verdict(const struct sampler *s, const struct exact_result *e,
                   struct verify_result *r);

/* Whether two expressions are the same, in the same manner: a derivative of
 * order 0 and its claim. */
bool exact_equal(const struct sampler *s, expr_t a, expr_t b, uint64_t seed,
                 struct exact_result *r);

#endif
