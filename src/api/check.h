/* check.h - what the files about claims that fail share. */
#ifndef MD_API_CHECK_H
#define MD_API_CHECK_H

#include "api/query.h"

enum { MOST_CANDIDATES = 16, CHECK_BUDGET = 300 };

struct check {
    struct query q;
    struct derive_result *r;
    struct verify_result v; /* the referee on the claim as asked */
    md_answer *a;
    struct text remark;
    uint32_t budget; /* variations of the claim that may still be tried */
};

/* The referee on a variation of the question; failures count as no. */
bool check_holds(struct check *k, const struct query *q, expr_t claim,
                 enum layout layout);
/* Whether this would be a right claim: at one point first, then by the
 * referee. */
bool check_is_right(struct check *k, expr_t claim);
/* Whether two values may be equal, judged by one point. */
bool check_may_equal(struct check *k, expr_t a, expr_t b);
/* The normal form, or 0: what cannot be normalised is only compared at
 * points. */
expr_t check_normal(struct check *k, expr_t e);
/* Adds an expression, as text, to a list or to the remark. */
void check_list(struct check *k, struct string_list *l, expr_t e);
void check_say(struct check *k, expr_t e);
/* The claim put right, as text. */
void check_correct(struct check *k, const char *reason, expr_t claim);

/* check_property.c: each tells in the remark and the answer what it found. */
bool check_symmetric_only(struct check *k);
bool check_property_only(struct check *k, bool pairs);
bool check_other_structure(struct check *k);
void check_suggest(struct check *k);

/* check_terms.c: a term or two too many or too few, or one that is wrong. */
bool check_terms(struct check *k);
/* check_typo.c: right but for one slip. */
bool check_typo(struct check *k);

/* The terms of a sum; a difference's are negated.  `expand`: also of a
 * product with sums among its factors.  False if there are too many. */
enum { MOST_TERMS = 12 };
struct check_sum {
    uint32_t n;
    expr_t e[MOST_TERMS];
};
bool check_split(struct exprs *x, expr_t e, bool expand, struct check_sum *s);

#endif
