/* series.c - one form for sums and products over a parameter: from 0 on, and
 * that direction which was met first. */
#include "index/index.h"
#include "prove/internal.h"

/* The series with another body over s = low .. high. */
static ix_t again(struct prover *p, struct ix_series s, dim_t by, dim_t low,
                  dim_t high)
{
    struct dim_replacement r = {s.symbol, by};
    s.body = by ? ix_replace_size(&p->t, s.body, r) : 0;
    s.low = low;
    s.high = high;
    return s.body ? ix_series(&p->t, s) : 0;
}

ix_t prove_series(struct prover *p, ix_t n)
{
    struct dims *d = p->x->dims;
    struct ix_series s = ix_series_open(&p->t, n);
    ix_t other = n, turned = n;
    dim_t at = s.body ? dim_from_symbol(d, s.symbol) : 0;
    dim_t last = at ? dim_sub(d, s.high, s.low) : 0;
    if (last && s.low != DIM_ZERO)
        other = again(p, s, dim_add(d, at, s.low), DIM_ZERO, last);
    else if (last)
        turned = again(p, s, dim_sub(d, last, at), DIM_ZERO, last);
    ix_series_close(&p->t);
    if (!at || !other || !turned)
        return 0;
    return other != n ? other : turned < n ? turned : n;
}
