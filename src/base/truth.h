/* truth.h - three-valued truth: what is not known is neither. */
#ifndef MD_BASE_TRUTH_H
#define MD_BASE_TRUTH_H

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

static inline enum truth truth_and(enum truth a, enum truth b)
{
    return a < b ? a : b;
}
static inline enum truth truth_or(enum truth a, enum truth b)
{
    return a > b ? a : b;
}
static inline enum truth truth_not(enum truth a)
{
    return (enum truth)(TRUTH_TRUE - a);
}

#endif
