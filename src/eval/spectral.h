/* spectral.h - eigenvalues, singular values and what is made of them, in
 * plain loops for small matrices.
 *
 * What is defined for symmetric matrices is continued to those near them as
 * the formulas of its derivative are: a simple eigenvalue and its vector to
 * those of any matrix (Magnus 1985), the Cholesky factor to the L of
 * S = L*R with triangular L, R of equal diagonals. */
#ifndef MD_EVAL_SPECTRAL_H
#define MD_EVAL_SPECTRAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Doubles of work memory that any of these needs, for n the larger side. */
size_t spectral_work(uint32_t n);

/* Eigenvalues, ascending, of the symmetric part of A, and orthonormal
 * vectors in columns; false if A is not finite. */
bool spectral_symmetric(uint32_t n, const double *a, double *values,
                        double *vectors, double *work);
/* The k-th eigenvalue (from 0) and its vector, of length 1, its entry of
 * largest absolute value positive.  False where A is far from symmetric;
 * `simple`: or where the eigenvalue is not simple. */
bool spectral_pair(uint32_t n, const double *a, uint32_t k, bool simple,
                   double *value, double *vector, double *work);
/* Whether the sign of a vector of spectral_pair is settled by its largest
 * entry: not where another one is as large but negative. */
bool spectral_oriented(uint32_t n, const double *v);
/* (lambda*I - A)^#, the group inverse. */
bool spectral_resolvent(uint32_t n, const double *a, uint32_t k,
                        double *resolvent, double *work);

/* X = U*diag(s)*V' with min(m, n) values, descending; false if X is not
 * finite.  Columns of U and V that belong to a zero are zero. */
bool spectral_svd(uint32_t m, uint32_t n, const double *x, double *u,
                  double *s, double *v, double *work);
/* The pseudo-inverse, n x m; false where the rank is not clear. */
bool spectral_pinv(uint32_t m, uint32_t n, const double *x, double *pinv,
                   double *work);
/* U*V', where the rank is full. */
bool spectral_polar(uint32_t m, uint32_t n, const double *x, double *polar,
                    double *work);
/* False where a pivot is not positive. */
bool spectral_cholesky(uint32_t n, const double *a, double *l);

#endif
