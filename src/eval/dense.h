/* dense.h - dense linear algebra on column-major doubles: plain loops for
 * the small sizes of verification, a library for large ones. */
#ifndef MD_EVAL_DENSE_H
#define MD_EVAL_DENSE_H

#include "eval/blas.h"

/* C = A*B, A m x k, B k x n; C overlaps neither. */
void dense_multiply(struct blas *lib, uint32_t m, uint32_t k, uint32_t n,
                    const double *a, const double *b, double *c);
void dense_transpose(uint32_t m, uint32_t n, const double *a, double *t);
void dense_identity(uint32_t n, double *a);
/* LU with partial pivoting in place.  pivot[k] is the row exchanged with k.
 * False when a pivot is 0 (the factors are still those of A). */
bool dense_lu(struct blas *lib, uint32_t n, double *a, double *pivot);
/* Solves A*X = B in place of B (n x m) from dense_lu of A. */
void dense_lu_solve(uint32_t n, const double *lu, const double *pivot,
                    uint32_t m, double *b);
/* The determinant and log|det| from dense_lu. */
double dense_lu_det(uint32_t n, const double *lu, const double *pivot);
double dense_lu_logdet(uint32_t n, const double *lu);
/* The inverse; work n*n + n; false when singular. */
bool dense_inverse(struct blas *lib, uint32_t n, const double *a,
                   double *inverse, double *work);
/* The matrix of cofactors transposed; work 2*n*n + 2*n.  Singular matrices
 * too up to DENSE_ADJ_EXACT; false when singular and larger. */
enum { DENSE_ADJ_EXACT = 16 };
bool dense_adjugate(struct blas *lib, uint32_t n, const double *a,
                    double *adj, double *work);
/* e^A; work 4*n*n + n; false when not finite. */
bool dense_expm(struct blas *lib, uint32_t n, const double *a, double *e,
                double *work);
/* A^k, k >= 0; work 2*n*n. */
void dense_power(struct blas *lib, uint32_t n, const double *a, uint64_t k,
                 double *power, double *work);

#endif
