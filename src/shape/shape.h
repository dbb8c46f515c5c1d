/* shape.h - shapes of values: scalar, column vector, row vector, matrix,
 * and tensors of order 3 or more (which only index notation has). */
#ifndef MD_SHAPE_SHAPE_H
#define MD_SHAPE_SHAPE_H

#include "shape/dim.h"

enum shape_kind {
    SHAPE_SCALAR,
    SHAPE_VECTOR, /* a column: n x 1 */
    SHAPE_ROW,    /* a transposed vector: 1 x n */
    SHAPE_MATRIX,
    SHAPE_TENSOR
};
enum { SHAPE_MAX_ORDER = 8 };

/* `order` is the number of axes: 0, 1 (vector, row), 2, or more. */
struct shape {
    uint8_t kind, order;
    dim_t dim[SHAPE_MAX_ORDER];
};

struct shape shape_scalar(void);
struct shape shape_vector(dim_t n);
struct shape shape_row(dim_t n);
struct shape shape_matrix(dim_t m, dim_t n);
struct shape shape_tensor(uint32_t order, const dim_t *dim);
bool shape_equal(const struct shape *a, const struct shape *b);
/* As a matrix: a scalar is 1x1, a vector n x 1, a row 1 x n. */
dim_t shape_rows(const struct shape *s);
dim_t shape_cols(const struct shape *s);
/* The transposed shape (not of a tensor). */
struct shape shape_transposed(const struct shape *s);
/* "scalar", "vector", ... */
const char *shape_kind_name(enum shape_kind kind);
/* For messages: "scalar", "n-vector", "1xn row", "m x n matrix". */
void shape_print(const struct dims *t, const struct shape *s,
                 struct text *out);

/* Equations between sizes.  Symbols are bound to sizes; `free` symbols (made
 * up for undeclared names) bind silently, declared ones only to a compound
 * size or number, and that is an assumption to be told. */
struct dim_binding {
    symbol_t symbol;
    dim_t value;
    bool assumed;
};
struct unifier {
    struct dims *dims;
    struct dim_binding *bindings; /* 1 .. count */
    uint32_t count, capacity;
    struct hash_index index; /* by symbol */
    bool (*is_free)(void *data, symbol_t s);
    void *data;
};
/* Forgets the bindings, keeps the memory. */
void unifier_clear(struct unifier *u);
void unifier_init(struct unifier *u, struct dims *t,
                  bool (*is_free)(void *, symbol_t), void *data);
void unifier_free(struct unifier *u);
/* `d` with all bindings applied. */
dim_t unifier_resolve(struct unifier *u, dim_t d);
/* Makes a = b hold; false (without a fault) when it cannot. */
bool unifier_equate(struct unifier *u, dim_t a, dim_t b);

#endif
