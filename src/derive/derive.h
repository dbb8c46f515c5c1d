/* derive.h - derivatives of typed expressions, in matrix notation where that
 * exists, in the layout and form asked for. */
#ifndef MD_DERIVE_DERIVE_H
#define MD_DERIVE_DERIVE_H

#include "expr/condition.h"
#include "expr/layout.h"
#include "rule/rule.h"

enum { DERIVE_MAX_ORDER = 6 };

struct derive_request {
    expr_t expr;
    uint32_t order;               /* 1 .. DERIVE_MAX_ORDER */
    expr_t by[DERIVE_MAX_ORDER];  /* variables or parts of them (see
                                     expr/part.h), first derivative first;
                                     repeat for higher order */
    enum layout layout;
    enum form form;
    enum structure structure;
    bool explain; /* also fill derive_result.steps */
    bool maps; /* sums over diagonals by the map's name, not written out */
};

/* One step of a derivation by differentials: name = value, d name =
 * differential.  The last step's name is 0: the expression itself. */
struct derive_step {
    expr_t name, value, differential;
    symbol_t rule; /* of the differential, or 0 */
};

/* An equation that says what a name in the value is: name = value, for
 * parameter = from, ..., to, up or down (parameter 0: as it stands). */
struct derive_where {
    expr_t name, value;
    symbol_t parameter;
    dim_t from, to;
    bool sized; /* only its sizes tell those of the others */
};

enum { DERIVE_MAX_WHERE = 32, DERIVE_MAX_RECURSIONS = 24 };
struct derive_result {
    expr_t value;
    struct derive_where where[DERIVE_MAX_WHERE];
    uint32_t where_count;
    expr_t recursion[DERIVE_MAX_RECURSIONS]; /* what members are that it is
                                                derived through */
    uint32_t recursions;
    struct shape shape;     /* of `value` */
    enum form form;         /* as given; FORM_INDEX where no matrix notation
                               exists */
    expr_t named;           /* of an answer in index notation: what form vec
                               has, with names for matrices of linear maps;
                               or 0 */
    bool vec_face;          /* vec stacking was used: say so */
    struct conditions conditions;
    struct rule_trail trail; /* the rules used */
    struct derive_step *steps;
    uint32_t step_count, step_capacity;
};

struct deriver; /* opaque; holds the index table */

struct deriver *deriver_new(struct exprs *x, struct rules *r);
void deriver_free(struct deriver *d);
/* How far its tables are filled, and back to there: to be done together with
 * a return of the table of expressions. */
struct deriver_mark {
    uint32_t nodes, words, expressions;
};
struct deriver_mark deriver_mark(const struct deriver *d);
void deriver_rollback(struct deriver *d, const struct deriver_mark *mark);
void derive_result_init(struct derive_result *r, struct mem *m);
void derive_result_free(struct derive_result *r);
/* False with a fault (variable, unsupported, limit, ...). */
bool derive(struct deriver *d, const struct derive_request *q,
            struct derive_result *r);
/* The same derivative in another form and layout: `claim` is one as `from` asks
 * for it, `r` becomes one as `to` does.  The two differ in form and layout
 * only, and nothing is derived but the conditions. */
bool derive_convert(struct deriver *d, const struct derive_request *from,
                    expr_t claim, const struct derive_request *to,
                    struct derive_result *r);
/* Derives e by all of these at once, in one pass, and keeps the first
 * derivatives for requests that follow; nothing changes but the time they
 * take.  False with a fault for lack of memory only. */
bool derive_first(struct deriver *d, expr_t e, uint32_t n, const expr_t *by);
/* The expression in normal matrix form, without any derivative: equal
 * expressions (as far as the normal form sees) give equal ids. */
expr_t derive_normal(struct deriver *d, expr_t e);

#endif
