/* known.h - the claims that are compiled in, found by what they say. */
#ifndef MD_API_KNOWN_H
#define MD_API_KNOWN_H

#include "api/context.h"

/* "NAME at FILE:LINE" of the built-in claim with this key (claim_key), or
 * "".  All of them are read at the first call. */
const char *known_claim(struct md_context *c, uint64_t key);
void known_free(struct known_claims *k);

#endif
