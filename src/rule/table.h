/* table.h - how rules are kept: the insides of src/rule.
 *
 * A rewrite or a fact is a pattern: a typed expression over the rule's own
 * declarations (role DECL_PARAMETER), which are numbered one after another,
 * so that a variable's slot is its declaration's number less the first. */
#ifndef MD_RULE_TABLE_H
#define MD_RULE_TABLE_H

#include "expr/op.h"
#include "lang/elaborate.h"
#include "rule/law.h"
#include "rule/rule.h"

enum {
    PATTERN_MAX_VARIABLES = 12,
    PATTERN_MAX_SIZES = 16,
    PATTERN_MAX_DEPTH = 32,
    PATTERN_MAX_RESULTS = 4
};

struct rule_condition {
    struct condition is;
    bool assuming; /* else it must be known to hold */
};

struct pattern {
    symbol_t name;
    expr_t left, right;      /* only a rewrite has a right side */
    properties_t predicate;  /* of a fact, of a condition's left side */
    decl_t first;            /* the declaration in slot 0 */
    uint8_t nvariables;
    bool lifts;     /* on scalars by entries: applies to any shape */
    bool denies;    /* a fact: the predicate does not hold */
    bool transfers; /* a fact about an operator of plain variables */
    uint8_t rest[PATTERN_MAX_VARIABLES]; /* of R...: OP_ADD, OP_MUL, OP_HAD;
                                            0: no rest */
    uint64_t needs; /* operators (mod 64) some argument must have */
    uint32_t first_condition, nconditions;
    uint32_t first_result, nresults; /* what a condition is reduced to */
    uint32_t file, line;
    uint32_t load;     /* the number of the text it was read from */
    struct span where; /* its place in that text */
    struct span claim; /* left => right */
    bool law;       /* for proofs alone; need not descend */
    expr_t determines; /* of a law: the call that it helps to determine; 0 */
    symbol_t offer; /* of a rewrite that is not applied but offered: why */
    uint64_t key; /* equal for equal left sides up to names */
};

/* Patterns are listed by what they are for and by the operator at their
 * root, in the order of the files.  A list is a run of rules.listed. */
enum purpose { REWRITES, OFFERS, LAWS, REDUCTIONS, FACTS, PURPOSES };
struct pattern_list {
    uint32_t first, count, capacity;
};
struct pattern_lists {
    struct pattern_list *by_op;
    uint32_t capacity;
};

/* A node whose children are being visited. */
struct visit {
    expr_t node;
    uint32_t child; /* the next one */
};

/* Taken to hold: each is one of several assumptions, or follows from it;
 * those of an assumption that is left out do not count. */
struct given {
    struct condition is;
    uint32_t assumption;
    bool left_out;
};

struct rules {
    struct exprs *x;
    struct mem *mem;
    struct scope *scope;
    struct syntax syntax;
    symbol_t file;
    uint32_t load;

    struct pattern *patterns;
    uint32_t count, capacity;
    struct rule_condition *conditions;
    uint32_t condition_count, condition_capacity;
    symbol_t except; /* the rewrite or law that is not used; 0: none */
    struct law *laws;
    uint32_t law_count, law_capacity;
    struct condition *results; /* of conditions that are reduced */
    uint32_t result_count, result_capacity;
    struct pattern_lists lists[PURPOSES];
    uint32_t *listed; /* places in `patterns` */
    uint32_t listed_count, listed_capacity;
    op_t ones, zeros, eye, inverse;

    /* What is taken to hold for a while, beside what is known. */
    const struct given *given;
    uint32_t ngiven;
    const struct conditions *assumed; /* likewise, by the caller; or NULL */

    /* What is known of nodes, by expr_t, for the first `reserved`. */
    size_t reserved;
    uint8_t *known;
    properties_t *holds, *fails;
    uint32_t known_capacity, holds_capacity, fails_capacity;
    expr_t *asked; /* the nodes whose properties are known */
    uint32_t asked_count, asked_capacity;
    /* Scratch of a pass: stamped with the pass's number where valid. */
    expr_t *image;
    uint32_t *stamp;
    uint32_t image_capacity, stamp_capacity, pass;
    struct visit *visits;
    uint32_t visit_count, visit_capacity;
    uint32_t nesting; /* of property questions */
};

/* Bits of `known`. */
enum {
    KNOWN_PROPERTIES = 1,
    KNOWN_STABLE = 2,
    KNOWN_STABLE_ASSUMING = 4,
    KNOWN_STABLE_OFFERED = 8,
    KNOWN_STABLE_BY_LAWS = 16
};

static inline enum purpose pattern_purpose(const struct pattern *p)
{
    return p->law ? LAWS
           : p->offer ? OFFERS
           : p->right ? REWRITES
           : p->nresults ? REDUCTIONS
                         : FACTS;
}
static inline struct pattern_list patterns_for(const struct rules *r,
                                               enum purpose purpose, op_t op)
{
    const struct pattern_lists *l = &r->lists[purpose];
    return op < l->capacity ? l->by_op[op] : (struct pattern_list){0};
}
static inline const struct pattern *
pattern_listed(const struct rules *r, struct pattern_list l, uint32_t i)
{
    return &r->patterns[r->listed[l.first + i]];
}

/* Makes room for what is known of all nodes there are. */
bool rules_reserve(struct rules *r);
/* Whether a variable has an axis of this size: it is positive, which an
 * integer parameter need not be. */
bool size_is_axis(const struct exprs *x, dim_t size);
/* Forgets all properties, when `given` changes. */
void properties_forget(struct rules *r);
/* What a value has because something else has it: a part what the whole has of
 * its entries, a sum what its terms have.  These properties, and of whom. */
properties_t properties_inherited(const struct exprs *x, expr_t e,
                                  expr_t *from);
/* What follows from the properties by what they mean. */
properties_t properties_closure(properties_t p, const struct shape *shape);

/* rest.c: R..., what sums and products have besides.
 *
 * Marks the declarations that a rewrite's clauses write so. */
bool rests_mark(struct rules *r, const struct syntax *t,
                const struct syntax_rule *rule);
/* Which sum or product each is the rest of; checks where they stand. */
bool rests_find(struct rules *r, struct pattern *p, const struct syntax *t,
                const struct syntax_rule *rule);
bool has_rests(const struct pattern *p);
/* `e`, a side of the pattern, where nothing is left; 0 without meaning. */
expr_t rests_dropped(struct rules *r, const struct pattern *p, expr_t e);

/* check.c: what a loaded pattern must satisfy; false with a fault, without
 * its span. */
bool pattern_check(struct rules *r, struct pattern *p);
/* The differential of overload `id` must be linear in the d's. */
bool differential_check(struct rules *r, uint16_t id);
/* Whether an expression is linear in these variables, all together. */
bool differential_is_linear(struct rules *r, expr_t e, uint32_t n,
                            const expr_t *marked);
uint32_t pattern_depth(const struct exprs *x, expr_t e);

/* The pattern variable's slot in `p`, or UINT32_MAX if `e` is none. */
static inline uint32_t pattern_slot(const struct exprs *x,
                                    const struct pattern *p, expr_t e)
{
    const struct expr_node *n = expr_get(x, e);
    if (n->op != OP_VARIABLE || n->payload < p->first ||
        n->payload >= p->first + p->nvariables)
        return UINT32_MAX;
    return n->payload - p->first;
}

static inline bool is_scalar(const struct exprs *x, expr_t e)
{
    return expr_shape(x, e)->kind == SHAPE_SCALAR;
}

#endif
