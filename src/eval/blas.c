#include "eval/blas.h"

#include <dlfcn.h>
#include <string.h>

/* A function of a library, kept from the warning that ISO C has no
 * conversion from object to function pointers. */
static void lookup(void *library, const char *name, void *function)
{
    void *p = library ? dlsym(library, name) : NULL;
    memcpy(function, &p, sizeof p);
}

static void *open_first(const char *const *names)
{
    void *p = NULL;
    /* Never unloaded: a library may have started threads. */
    for (; !p && *names; names++)
        p = dlopen(*names, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    return p;
}

bool blas_open(struct blas *b)
{
    static const char *const blas_names[] = {
        "libopenblas.so.0", "libopenblas.so", "libblas.so.3", NULL};
    static const char *const lapack_names[] = {"liblapack.so.3",
                                               "liblapack.so", NULL};
    if (!b->tried) {
        b->tried = true;
        b->blas = open_first(blas_names);
        lookup(b->blas, "dgemm_", &b->dgemm);
        lookup(b->blas, "dgetrf_", &b->dgetrf);
        if (!b->dgetrf) {
            b->lapack = open_first(lapack_names);
            lookup(b->lapack, "dgetrf_", &b->dgetrf);
        }
    }
    return b->dgemm && b->dgetrf;
}

void blas_close(struct blas *b)
{
    if (b->blas)
        dlclose(b->blas);
    if (b->lapack)
        dlclose(b->lapack);
    *b = (struct blas){0};
}
