/* internal.h - what the steps of a proof share. */
#ifndef MD_PROVE_INTERNAL_H
#define MD_PROVE_INTERNAL_H

#include "expr/condition.h"
#include "prove/prove.h"
#include "rule/law.h"
#include "simplify/parts.h"

enum {
    PROVE_STEPS = 5000,   /* products looked at in one attempt */
    PROVE_NODES = 100000, /* index terms */
    PROVE_WORK = 100000,  /* see ix_table.work */
    PROVE_NESTING = 12,   /* of scalars in scalars */
    PROVE_ARGUMENTS = 16,
    PROVE_LEAVES = 8,
    PROVE_ZEROS = 8
};

struct prover {
    struct exprs *x;
    struct rules *rules;
    struct ix_table t;
    uint32_t steps, nesting, nparts;
    ix_t arguments[PROVE_ARGUMENTS]; /* of functions that are series */
    uint32_t narguments;
    ix_t zeros[PROVE_ZEROS]; /* may be taken to be zero */
    uint32_t nzeros;
    bool solving; /* the last of them is what is to be shown: derivative.c */
    bool by_laws; /* laws that are patterns may be used */
    struct law_operators about; /* what they are about */
};

/* ---- reduce.c: normal forms */
/* The term multiplied out, laws and relations applied; 0 after giving up. */
ix_t prove_reduce(struct prover *p, ix_t root);

/* ---- step.c, relation.c, pairing.c: one step on a product.  Each gives an
 * equal node; n itself where it does not apply; 0 after giving up. */
typedef ix_t prove_step(struct prover *p, ix_t n, const struct parts *f);
prove_step step_constant, step_split, step_repeat, step_opposite,
    step_inverse, step_hypothesis, step_orthogonal, step_denominator,
    step_nested_pairs, step_uneven_pairs;

/* Takes a reduced term to be zero, until p->nzeros is set back; false if
 * there is no room. */
static inline bool prove_assume(struct prover *p, ix_t zero)
{
    if (p->nzeros == PROVE_ZEROS)
        return false;
    p->zeros[p->nzeros++] = zero;
    return true;
}

/* Whether nothing is known of what n does to its arguments: a series, or an
 * abstract function. */
static inline bool prove_is_foreign(const struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    return node->kind == IX_SERIES || ix_as_applied(node);
}
/* The properties of a plain variable's leaf; false if n is no such leaf. */
static inline bool prove_variable(const struct prover *p, ix_t n,
                                  properties_t *properties)
{
    const struct ix_node *node = ix_get(&p->t, n);
    if (node->kind != IX_LEAF || expr_op(p->x, node->payload) != OP_VARIABLE)
        return false;
    *properties =
        expr_decl(p->x, expr_get(p->x, node->payload)->payload)->properties;
    return true;
}
/* Whether a node is the number 1, which a size may be. */
static inline bool prove_is_one(const struct prover *p, ix_t n)
{
    rat_t c;
    return !ix_get(&p->t, n)->order && ix_is_constant(&p->t, n, &c) &&
           c == RAT_ONE;
}
/* The first factor that is a sum to a positive power; f->n if none. */
uint32_t prove_sum_in(const struct prover *p, const struct parts *f);
/* The product with one term of that sum for one power of it. */
ix_t prove_over_term(struct prover *p, const struct parts *f, uint32_t i,
                     ix_t term);
/* Whether the factor is an inverse, to the first power. */
bool prove_is_inverse(struct prover *p, const struct part *f);
/* The product of some factors, with labels numbered anew: `keep` NULL or
 * marks those of f; `more` are added. */
ix_t prove_product(struct prover *p, const struct parts *f, const bool *keep,
                   uint32_t nmore, const struct part *more);

/* The parts with one more label, the last one. */
struct parts prove_add_label(struct prover *p, const struct parts *f,
                             dim_t d);

/* ---- primary.c, linear.c, similar.c: functions that are power series */
/* f(M) in an order-2 node, perhaps with scalars as further arguments. */
bool prove_is_primary(const struct prover *p, ix_t n);
/* The function that n is of another matrix. */
ix_t prove_primary_of(struct prover *p, ix_t n, ix_t m);
/* Whether A*B = B*C, B turned if `flip`. */
bool prove_intertwines(struct prover *p, ix_t a, ix_t b, bool flip, ix_t c);
/* The function of which a linear map is the derivative (`order` 1) or the
 * second one; 0 if it is of none. */
uint16_t prove_integral(const struct prover *p, uint16_t map, uint32_t order);
/* Whether a linear map is the same in another order of its axes, and which. */
bool prove_same_turned(const struct prover *p, ix_t n, uint8_t *place);
/* f(Q*M*Q') = Q*f(M)*Q' for an orthogonal Q; n itself if it is no such. */
ix_t prove_similar(struct prover *p, ix_t n);
/* Notes the arguments of power series in `root`. */
bool prove_gather_arguments(struct prover *p, ix_t root);
prove_step step_primary, step_linear;

/* ---- match.c: a product within a product */
enum { MATCH_FREE = UINT16_MAX, MATCH_LABELS = 64, MATCH_FACTORS = 16 };
struct submatch {
    const struct parts *host, *pattern;
    bool taken[MATCH_LABELS];        /* factors of the host */
    rat_t rest[MATCH_LABELS];        /* of those: the exponent left, or 0 */
    bool ignored[MATCH_FACTORS];     /* factors of the pattern */
    uint16_t bound[MATCH_LABELS];    /* by label of the pattern */
};
/* Whether the pattern's factors are among the host's that are not taken yet,
 * labels as far as bound; what it sums over nothing else may use.  They are
 * marked as taken; x^2 is taken of x^3, and x is left. */
bool submatch_find(struct prover *p, struct submatch *m);

/* ---- law.c */
/* What the laws make of a function or operator of reduced arguments; n
 * itself if none applies. */
ix_t prove_unfold(struct prover *p, ix_t n);
prove_step step_law;

/* ---- known.c: rewrites, and laws that are patterns */
/* Whether some law may have something to say of d. */
bool prove_find_laws(struct prover *p, ix_t d);
/* What they make of an operator on matrices: expm(0) = I. */
ix_t prove_known(struct prover *p, ix_t n);
prove_step step_known;

/* ---- determined.c: a candidate in the equations that determine a function,
 * standing alone or everywhere */
bool prove_by_uniqueness(struct prover *p, ix_t d);
bool prove_by_exchange(struct prover *p, ix_t d);

/* ---- derived.c: equations of functions, derived */
bool prove_by_derived(struct prover *p, ix_t d);

/* ---- parts.c: block by block */
bool prove_by_parts(struct prover *p, ix_t d);
prove_step step_single;

/* ---- place.c: functions by entries at one place */
prove_step step_place;

/* ---- coordinates.c: variables by what they are made of */
/* Both sides, with the which-th law for each variable; false if there are no
 * such laws, or unless `anyhow`, if what they bring in is not met.  To `known`
 * is added what is known of that beside its properties. */
bool prove_coordinates(struct prover *p, expr_t *a, expr_t *b, uint32_t which,
                       bool anyhow, struct conditions *known);

/* ---- series.c */
/* A series in the form in which equal ones are one. */
ix_t prove_series(struct prover *p, ix_t n);

/* ---- peel.c */
/* Whether the term is zero; false may mean that it could not be seen. */
bool prove_zero(struct prover *p, ix_t d);

/* ---- entries.c: the same for small sizes that are numbers */
bool prove_by_entries(struct prover *p, ix_t d);

/* ---- derivative.c: the same by the derivative, by a variable of d, or with
 * the arguments of power series times t, by t */
bool prove_by_derivative(struct prover *p, ix_t d);
bool prove_by_scaling(struct prover *p, ix_t d);
/* Whether a term is made of meromorphic functions, with whole powers: what it
 * is where it has a value is then told by its values on any dense set. */
bool prove_is_meromorphic(struct prover *p, ix_t root);
/* The variables of d, scalars first, square matrices last; how many. */
uint32_t prove_leaves(struct prover *p, ix_t d, ix_t *leaf);

/* ---- opening.c: the same for scalars, a variable cut out */
bool prove_by_opening(struct prover *p, ix_t d);

#endif
