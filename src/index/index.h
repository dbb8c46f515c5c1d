/* index.h - index terms: expressions as sums of products of entries.
 *
 * A node is a tensor with `order` axes.  A product node joins its factors by
 * labels: labels 0 .. order-1 are the product's own axes, the others are
 * summed over.  Transposes, traces, diagonals, outer and Kronecker products
 * are all product nodes, so equal things become identical.  Nodes are
 * hash-consed, ids ascend from children to parents, constructors given 0
 * return 0.  Source of the idea: Laue, Mitterreiter, Giesen, "A simple and
 * efficient tensor calculus", AAAI 2020. */
#ifndef MD_INDEX_INDEX_H
#define MD_INDEX_INDEX_H

#include "expr/expr.h"
#include "expr/function.h"
#include "expr/op.h"

typedef uint32_t ix_t; /* 0: none */

enum ix_kind {
    IX_LEAF = 1, /* payload: the OP_VARIABLE node, or a constant operator of
                    sizes */
    IX_SIZE,     /* a size as a number; payload: dim_t */
    IX_DELTA,    /* 1 where both indices agree */
    IX_PAIR,     /* axes (a, i, j): 1 where a numbers the pair (i, j), i slow */
    IX_BASIS,    /* a unit vector; payload: its position, a dim_t */
    IX_PROD,
    IX_SUM,
    IX_SERIES, /* a sum or product over an integer parameter; payload: enum
                  ix_series_kind */
    IX_FUN,   /* by entries; payload: overload, or IX_APPLIED | applied_t */
    IX_OP,    /* as a whole; payload: likewise */
    IX_LINEAR, /* a linear map known only by name (dexpm(A, .)): axes of the
                  result, then of the argument; payload: overload */
    IX_SELECT, /* axes (a, i): 1 where a = offset + i; payload: the offset,
                  a dim_t.  The part of an axis that a block takes */
    IX_BLOCKS  /* on the way back only: see blocks.h */
};
enum { IX_MAX_ORDER = 12 };
#define IX_APPLIED (UINT32_C(1) << 31)

struct ix_node {
    uint8_t kind, order;
    uint8_t bound; /* the highest number of a symbol bound within: series.c */
    bool symmetric; /* order 2 and equal to its transpose, by structure */
    uint32_t payload;
    uint32_t dims;          /* offset of `order` sizes in words */
    uint32_t first, length; /* content in words, see below */
    uint32_t cost;          /* about how many tokens, as a tree; saturating */
    uint64_t hash, flipped; /* structural; of the transpose (order 2) */
};
enum ix_series_kind { SERIES_SUM, SERIES_PRODUCT };
enum { SERIES_MAX_NESTING = 16 };
/* Content.  IX_PROD: the number of labels, then for every factor its node,
 * exponent (rat_t) and labels.  IX_SUM: for every term its coefficient
 * (rat_t) and node, all of the sum's order.  IX_SERIES: the body, the bound
 * symbol, the first and the last value (dim_t).  IX_FUN, IX_OP, IX_LINEAR:
 * the argument nodes. */

struct ix_table {
    struct exprs *x;
    struct mem *mem;
    struct ix_node *nodes; /* 1 .. count */
    uint32_t count, capacity;
    uint32_t *words;
    uint32_t words_used, words_capacity;
    struct hash_index index;
    struct arena scratch;
    uint32_t *stamps; /* by node: the last pass that met it */
    uint32_t *positions; /* by node: its place in the last ix_reach list */
    uint32_t stamps_capacity, positions_capacity, pass;
    struct expr_slot {
        uint32_t pass, position;
    } *slots; /* by expression: the last pass that met it, and where */
    uint32_t slots_capacity, expr_pass;
    ix_t *simplified; /* by node: what src/simplify made of it; 0: unknown */
    uint32_t simplified_capacity;
    struct arena lowering; /* what ix_lower works in */
    uint32_t *costs; /* by expression, up to `costed`: see expr_cost */
    uint32_t costs_capacity, costed;
    op_t inverse; /* the operator inv, once rules have it */
    bool selections; /* there are IX_SELECT nodes */
    bool unnamed; /* no names for matrices of linear maps, see lower.h */
    uint32_t node_limit;
    /* Work done since the owner set it to 0, counted in labels and factors
       of products; passing the limit (0: none) is a fault. */
    uint64_t work, work_limit, improve_until;
    uint32_t flatten_limit; /* a product of more factors is not merged into
                               another: keeps shared work shared */
    struct ix_series_name {
        dim_t low, high;
        symbol_t name;
    } *series_names; /* what users call the parameter of such a range */
    uint32_t series_name_count, series_name_capacity;
    bool has_series; /* some node is one */
    uint32_t opened; /* series whose symbol has a name of its own for now */
    struct ix_template *templates; /* by overload, see template.h */
    uint32_t template_capacity;
};

bool ix_init(struct ix_table *t, struct exprs *x);
void ix_free(struct ix_table *t);

/* How far the table is filled, and back to there, templates included. */
struct ix_mark {
    uint32_t nodes, words, expressions;
};
struct ix_mark ix_mark(const struct ix_table *t);
void ix_rollback(struct ix_table *t, const struct ix_mark *mark);

static inline const struct ix_node *ix_get(const struct ix_table *t, ix_t n)
{
    return &t->nodes[n];
}
/* The abstract function that a call is of, or 0. */
static inline applied_t ix_as_applied(const struct ix_node *n)
{
    bool call = n->kind == IX_FUN || n->kind == IX_OP;
    return call && n->payload & IX_APPLIED ? n->payload & ~IX_APPLIED : 0;
}
static inline const dim_t *ix_dims(const struct ix_table *t, ix_t n)
{
    return t->words + t->nodes[n].dims;
}
static inline const uint32_t *ix_content(const struct ix_table *t, ix_t n)
{
    return t->words + t->nodes[n].first;
}

/* ---- leaves */
/* The variable's (or constant's) tensor; sizes as given (a pattern's may be
 * replaced). */
ix_t ix_leaf(struct ix_table *t, expr_t variable, uint32_t order,
             const dim_t *dims);
ix_t ix_size(struct ix_table *t, dim_t d);
ix_t ix_delta(struct ix_table *t, dim_t n);
ix_t ix_pair(struct ix_table *t, dim_t slow, dim_t fast);
ix_t ix_basis(struct ix_table *t, dim_t n, dim_t position);
/* n x k; the identity if it takes all of the axis. */
ix_t ix_select(struct ix_table *t, dim_t n, dim_t offset, dim_t k);
/* All entries one; a scalar 1 for order 0. */
ix_t ix_ones(struct ix_table *t, uint32_t order, const dim_t *dims);
ix_t ix_zero(struct ix_table *t, uint32_t order, const dim_t *dims);
ix_t ix_constant(struct ix_table *t, rat_t c, uint32_t order,
                 const dim_t *dims);
ix_t ix_scale(struct ix_table *t, rat_t c, ix_t n);
bool ix_is_zero(const struct ix_table *t, ix_t n);
/* True if all entries are one rational number. */
bool ix_is_constant(const struct ix_table *t, ix_t n, rat_t *c);

/* ---- functions: arguments of one order and equal sizes (FUN); `callee` is
 * the payload */
ix_t ix_fun(struct ix_table *t, uint32_t callee, uint32_t n,
            const ix_t *args);
ix_t ix_op(struct ix_table *t, enum ix_kind kind, uint32_t callee, uint32_t n,
           const ix_t *args, uint32_t order, const dim_t *dims);
/* The power of a square matrix, by a whole number. */
ix_t ix_matrix_power(struct ix_table *t, ix_t base, dim_t exponent);
/* The size that a scalar is, 0 if it is none. */
dim_t ix_as_size(struct ix_table *t, ix_t n);
/* An abstract function: by entries if it is one of scalars. */
ix_t ix_applied(struct ix_table *t, applied_t a, uint32_t n,
                const ix_t *args);
/* A stacked derivative (see function.h) as what it numbers; and `root` with
 * all derivatives of three axes and more made of stacked ones, for the way
 * back: in all other terms there are none. */
ix_t ix_stacked(struct ix_table *t, applied_t a, uint32_t n,
                const ix_t *args);
ix_t ix_with_stacked(struct ix_table *t, ix_t root);
/* Whether a term with two axes is what a number is taken apart into. */
bool ix_takes_apart(const struct ix_table *t, ix_t n);

/* ---- sums and products over an integer parameter */
struct ix_series {
    enum ix_series_kind kind;
    symbol_t symbol;
    dim_t low, high;
    ix_t body;
};
/* The normal form; `symbol` is one that the body mentions and nothing else
 * outside. */
ix_t ix_series(struct ix_table *t, struct ix_series s);
struct ix_series ix_series_get(const struct ix_table *t, ix_t n);
/* The series with a symbol that nothing else mentions, until ix_series_close
 * is called: between the two the body may be taken apart. */
struct ix_series ix_series_open(struct ix_table *t, ix_t n);
void ix_series_close(struct ix_table *t);
/* Remembers what users call the parameter of a range. */
bool ix_series_call(struct ix_table *t, dim_t low, dim_t high, symbol_t name);
/* `n` with a symbol replaced in all sizes, positions and subscripts. */
ix_t ix_replace_size(struct ix_table *t, ix_t n, struct dim_replacement r);
bool ix_mentions(struct ix_table *t, ix_t n, symbol_t s);
/* `n` with one node replaced by another of the same axes. */
ix_t ix_replace_node(struct ix_table *t, ix_t n, ix_t from, ix_t to);
/* Whether a node depends on the symbol of a series around it. */
bool ix_is_within_series(struct ix_table *t, ix_t n);
/* Whether a symbol is that of a series; `data` is the table. */
bool series_is_bound(void *data, symbol_t s);

/* A map known by name, linear in matrices only, whose value is a matrix. */
bool ix_is_matrix_map(const struct ix_table *t, ix_t n);

/* ---- sums */
struct ix_sum {
    struct ix_table *t;
    struct arena_mark mark;
    uint32_t order;
    dim_t dims[IX_MAX_ORDER];
    struct ix_term {
        rat_t coefficient;
        ix_t node;
    } *terms;
    uint32_t count, capacity;
    bool failed;
};
void ix_sum_begin(struct ix_sum *s, struct ix_table *t, uint32_t order,
                  const dim_t *dims);
void ix_sum_add(struct ix_sum *s, rat_t c, ix_t node);
ix_t ix_sum_end(struct ix_sum *s);
/* A value one of whose axes numbers pairs, with the pair's two axes at the
 * end instead; 0 (no fault) if the axis does not. */
ix_t ix_split_axis(struct ix_table *t, ix_t n, uint32_t axis);

/* ---- products */
struct ix_factor {
    ix_t node;
    rat_t exponent;
    uint16_t label[IX_MAX_ORDER];
};
enum { IX_FEW_FACTORS = 8, IX_FEW_LABELS = 16 };
struct ix_product {
    struct ix_table *t;
    struct arena_mark mark;
    uint32_t order; /* own axes: labels 0 .. order-1 */
    rat_t coefficient;
    struct ix_factor *factors;
    uint32_t count, capacity;
    dim_t *label_dims;
    uint32_t labels, labels_capacity;
    bool failed;
    /* What most products need no more than; so a product cannot be copied. */
    struct ix_factor few_factors[IX_FEW_FACTORS];
    dim_t few_dims[IX_FEW_LABELS];
};
void ix_product_begin(struct ix_product *p, struct ix_table *t,
                      uint32_t order, const dim_t *dims);
uint16_t ix_product_label(struct ix_product *p, dim_t d);
void ix_product_factor(struct ix_product *p, ix_t node, rat_t exponent,
                       const uint16_t *labels);
/* The normal form: deltas resolved, equal powers merged, closed parts split
 * off as scalars, summed labels numbered canonically. */
ix_t ix_product_end(struct ix_product *p);

/* ---- small products */
/* Axis a of the result is axis perm[a] of n. */
ix_t ix_permute(struct ix_table *t, ix_t n, const uint8_t *perm);
ix_t ix_transpose(struct ix_table *t, ix_t n);
/* Entrywise product and power. */
ix_t ix_times(struct ix_table *t, ix_t a, ix_t b);
ix_t ix_power(struct ix_table *t, ix_t a, rat_t exponent);
/* Prepends or appends axes along which the value does not change: axis k of
 * n becomes axis to[k]. */
ix_t ix_broadcast(struct ix_table *t, ix_t n, uint32_t order,
                  const dim_t *dims, const uint8_t *to);
/* A product that does not depend on all its axes: the product over those it
 * depends on; axis a of it is axis to[a] of n.  Else n itself. */
ix_t ix_narrowed(struct ix_table *t, ix_t n, uint8_t *to);

/* ---- passes: the nodes `root` is made of, children first; *n of them in
 * scratch memory (release with the caller's mark).  t->positions tells each
 * one's place until the next pass. */
const ix_t *ix_reach(struct ix_table *t, ix_t root, uint32_t *n);
/* The same node with other children, one for each of ix_children. */
ix_t ix_rebuild(struct ix_table *t, ix_t n, const ix_t *child);
/* Likewise, with sizes in which a symbol is replaced. */
ix_t ix_rebuild_sizes(struct ix_table *t, ix_t n, const ix_t *child,
                      struct dim_replacement r);
/* The next child of a node from content word `*at` on, or 0. */
ix_t ix_next_child(const struct ix_table *t, ix_t n, uint32_t *at);
/* The children of n, at most `limit`; how many. */
uint32_t ix_children(const struct ix_table *t, ix_t n, ix_t *out,
                     uint32_t limit);
static inline uint32_t ix_factor_words(const struct ix_table *t, ix_t node)
{
    return 2u + t->nodes[node].order;
}

/* internal to src/index: finds or makes a node */
ix_t ix_intern(struct ix_table *t, enum ix_kind kind, uint32_t payload,
               uint32_t order, const dim_t *dims, uint32_t length,
               const uint32_t *content, uint64_t hash, uint64_t flipped);
/* The node to use as a factor instead of n: n itself or, with *swap, its
 * transpose, so that X and X' meet as one factor. */
ix_t ix_oriented(struct ix_table *t, ix_t n, bool *swap);

#endif
