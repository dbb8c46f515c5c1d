/* structure.h - directions in which a structured variable moves. */
#ifndef MD_VERIFY_STRUCTURE_H
#define MD_VERIFY_STRUCTURE_H

#include "expr/expr.h"
#include "expr/layout.h"

/* The entries of a structured matrix (n x n) are tied to each other.  With
 * E_b the move that entry b stands for, out = sum of v[b] * E_b:
 * STRUCTURE_ENTRIES: entry b and all that are tied to it move;
 * STRUCTURE_PROJECTED: the projection of entry b's move on the structure;
 * STRUCTURE_FREE, or a variable without structure: entry b alone.
 * Of an orthogonal matrix the projection is the one at x, on what is tangent
 * to the orthogonal matrices there. */
void structure_move(enum structure s, properties_t p, uint32_t rows,
                    uint32_t cols, const double *x, const double *v,
                    double *out);

#endif
