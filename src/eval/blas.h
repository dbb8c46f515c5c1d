/* blas.h - BLAS and LAPACK, opened at run time when a large matrix comes. */
#ifndef MD_EVAL_BLAS_H
#define MD_EVAL_BLAS_H

#include "base/mem.h"

enum { BLAS_FROM = 64 }; /* the size from which a library pays */

struct blas {
    bool tried;
    void *blas, *lapack;
    void (*dgemm)(const char *, const char *, const int *, const int *,
                  const int *, const double *, const double *, const int *,
                  const double *, const int *, const double *, double *,
                  const int *);
    void (*dgetrf)(const int *, const int *, double *, const int *, int *,
                   int *);
};

/* Opens the libraries at the first call; whether both functions are there. */
bool blas_open(struct blas *b);
void blas_close(struct blas *b);

#endif
