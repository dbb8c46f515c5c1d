/* graph.h - a product as a graph while it is reduced.  Internal. */
#ifndef MD_INDEX_GRAPH_H
#define MD_INDEX_GRAPH_H

#include "index/term.h"

struct vertex {
    struct powers values;
    uint32_t edges, pairs; /* how many end here */
    bool terminal, gone;
};
struct edge {
    uint16_t from, to;
    struct powers matrix; /* by entries, from -> to */
    bool live;
};
struct pair {
    uint16_t number, slow, fast;
    bool live;
};
struct linear {
    ix_t node;
    uint16_t label[IX_MAX_ORDER]; /* two of the value, of each argument */
    uint32_t pairs;               /* how many twos that is */
    bool live;
};
struct hyper { /* a function by entries of more than two axes */
    ix_t node;
    rat_t exponent;
    uint16_t label[IX_MAX_ORDER];
    bool live;
};
struct graph {
    struct lowering *c;
    struct vertex *v;
    dim_t *dim;
    uint32_t nv, ne, np, nl;
    struct edge *e;
    struct pair *p;
    struct linear *l;
    struct hyper *h; /* NULL: factors of more than two axes are refused */
    uint32_t nh;
    struct term *out;
    bool failed;
    bool delta; /* the two terminals are equal, the second one is not used */
};

/* The edge's matrix seen from one end. */
struct chain graph_edge_chain(struct graph *g, const struct edge *e,
                              uint16_t from);
bool graph_has_values(const struct graph *g, uint16_t v);
/* The product of a vertex's values; ones if it has none. */
expr_t graph_vertex_vector(struct graph *g, uint16_t v);
/* The value at a vertex as a diagonal matrix, an empty chain if none. */
struct chain graph_vertex_diag(struct graph *g, uint16_t v);
void graph_add_value(struct graph *g, uint16_t v, struct chain chain,
                     rat_t exponent);
void graph_add_edge(struct graph *g, uint16_t from, uint16_t to,
                    struct chain chain);
void graph_remove_edge(struct graph *g, struct edge *e);
void graph_remove_pair(struct graph *g, struct pair *p);
/* Joins two vertices that are equal, one of them summed and without values;
 * false if there is none. */
bool graph_unite(struct graph *g, uint16_t u, uint16_t v);
struct edge *graph_edge_between(struct graph *g, uint16_t u, uint16_t v);
/* Reads a product's factors, deltas set apart (*delta: there is one); false
 * where a factor has no matrix notation. */
bool graph_load(struct graph *g, ix_t product, bool *delta);
/* One reduction of a loop, a summed vertex or parallel edges; false if there is
 * none. */
bool graph_step_vertex(struct graph *g);
/* The same, only where it takes a summed vertex away. */
bool graph_step_summed(struct graph *g);
/* One reduction; false if there is none. */
bool graph_step_pairs(struct graph *g);
bool graph_step_tuples(struct graph *g);
bool graph_step_linear(struct graph *g, struct linear *l);
/* A function of more than two axes, exp(kron(A,X)), as a vector on the
 * diagonal between what is left of rows and columns. */
bool graph_step_hyper(struct graph *g);
/* As a matrix between numbers of its axes, where a rule names it. */
bool graph_step_jacobian(struct graph *g, struct linear *l);

#endif
