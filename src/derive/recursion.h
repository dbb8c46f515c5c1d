/* recursion.h - derivatives through recursions a{l} = step(a{l-1}, ...), as
 * other recursions. */
#ifndef MD_DERIVE_RECURSION_H
#define MD_DERIVE_RECURSION_H

#include "expr/condition.h"
#include "index/lift.h"

enum {
    RECURSION_MAX_STATES = 8, /* families that depend on each other */
    RECURSION_MAX_GROUPS = 4, /* last members of which neither is known to be
                                 the later one */
    RECURSION_MAX_STEPS = 24,
    RECURSION_MAX_PIECES = 32
};

/* A family that a recursion tells, from the member `first` on. */
struct recursion_state {
    decl_t family;
    dim_t first, high; /* high: the last one; 0 if nothing tells */
};
/* What its members low .. high are; high: 0 for all that there are. */
struct recursion_step {
    uint32_t state;
    dim_t low, high;
    bool single; /* one member; the parameter is not in the value */
    ix_t value;
};

/* All families an expression goes through. */
struct recursion {
    struct ix_table *t;
    symbol_t parameter; /* l, in all steps */
    uint32_t n, steps;
    struct recursion_state state[RECURSION_MAX_STATES];
    struct recursion_step step[RECURSION_MAX_STEPS];
    bool downward; /* some state is made of later members */
};

/* An equation for members of a family made here: member l = value, for l =
 * low .. high, with the recursion's parameter free in the value. */
struct recursion_piece {
    decl_t family;
    dim_t low, high;
    ix_t value;
    bool single; /* one member; the value is that at `low` */
    int32_t shift; /* best told as the member l-shift */
    bool up;       /* told from earlier members */
};
struct recursion_result {
    uint32_t n;
    struct recursion_piece piece[RECURSION_MAX_PIECES];
};

/* Finds the recursions that f, which is to be derived by a leaf, goes through;
 * n is 0 if there are none. */
bool recursion_find(struct ix_table *t, ix_t f, ix_t leaf,
                    struct recursion *r);
/* The derivative of f by a leaf, through recursions that run upward: a
 * backward pass, whose equations are added to `result`. */
bool recursion_derive(struct recursion *r, ix_t f, ix_t leaf,
                      struct conditions *conditions, ix_t *out,
                      struct recursion_result *result);

/* Whether a derivative by all these leaves means anything. */
bool recursion_check(const struct recursion *r, uint32_t n,
                     const ix_t *leaves);
/* The derivative of g, a derivative by n-1 leaves, by the n-th, through
 * recursions that run either way: another recursion beside each of them. */
bool recursion_tangent(struct recursion *r, ix_t g, uint32_t n,
                       const ix_t *leaves, struct conditions *conditions, ix_t *out,
                       struct recursion_result *result);

/* ---- internal to recursion.c, adjoint.c, tangent.c */
/* The place of a leaf's family among the states; UINT32_MAX: none of them. */
uint32_t recursion_state_of(const struct recursion *r, ix_t leaf);
ix_t recursion_member(struct ix_table *t, decl_t family, dim_t at);
/* The member that a step tells, its parameter free. */
dim_t recursion_place(const struct recursion *r, const struct recursion_step *s);
/* How far behind the member that a step tells a leaf of a state is, if that
 * is known. */
bool recursion_lag(const struct recursion *r, const struct recursion_step *s,
                   ix_t leaf, int64_t *lag);
/* The value of a step, met again in a derivative, is the member v{l}: of that
 * of a step `own` (or NULL), and of those that alone tell their family. */
ix_t recursion_with_members(const struct recursion *r,
                            const struct recursion_step *own, ix_t n);
bool recursion_unsupported(struct ix_table *t, const char *what,
                           const char *hint);
/* A family of derivatives, of what has the axes `outer`, by what has the
 * axes `own`, called `name` or `name_`state or, if that is taken, likewise
 * with a number.  It has the shape of a matrix, numbered by pairs where there
 * are too many axes. */
struct recursion_axes {
    uint32_t outer, own;
    dim_t dims[IX_MAX_ORDER];
};
decl_t recursion_declare(const struct recursion *r, const char *name,
                         uint32_t state, const struct recursion_axes *a);
/* Takes its name from a family that nothing is made of. */
void recursion_forget(struct ix_table *t, decl_t family);
/* The member at a place with all its axes; and a value with all these axes
 * in the shape of members. */
ix_t recursion_spread(struct ix_table *t, decl_t family, dim_t at,
                      const struct recursion_axes *a);
ix_t recursion_arranged(struct ix_table *t, ix_t value,
                        const struct recursion_axes *a);
ix_t recursion_sum(struct ix_table *t, ix_t a, ix_t b);

/* What a member of a family is made of: `value` for the members low .. high,
 * the recursion's parameter free in it; the sum of all that fit. */
struct recursion_part {
    dim_t low, high;
    ix_t value;
    int32_t lag; /* a value made of the member l+lag; -1: of none */
    bool up;     /* a value made of earlier members */
};
/* The equations that parts make, for the members lowest .. end. */
bool recursion_pieces(struct ix_table *t, symbol_t parameter, decl_t family,
                      uint32_t n, const struct recursion_part *part,
                      dim_t lowest, dim_t end, struct conditions *conditions,
                      struct recursion_result *result);

#endif
