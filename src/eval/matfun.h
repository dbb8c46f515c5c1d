/* matfun.h - functions of square matrices, in plain loops: the values are
 * those of Higham, Functions of Matrices, 2008. */
#ifndef MD_EVAL_MATFUN_H
#define MD_EVAL_MATFUN_H

#include "eval/blas.h"

/* f(A) with a parameter that only powers have.  Work memory: matfun_work.
 * False where the value does not exist or cannot be had accurately. */
typedef bool matfun(struct blas *lib, uint32_t n, const double *a,
                    double parameter, double *f, double *work);
size_t matfun_work(uint32_t n);

matfun matfun_exp, matfun_sin, matfun_cos;
/* Principal values: no eigenvalue on the closed negative real axis. */
matfun matfun_sqrt, matfun_log, matfun_power;

#endif
