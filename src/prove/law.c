#include "prove/internal.h"
ix_t prove_unfold(struct prover *p, ix_t n)
{
    (void)p;
    return n;
}
