/* declare.h - reading declarations, inside: what declare.c, declared.c,
 * definitions.c and dimension.c share. */
#ifndef MD_LANG_DECLARE_H
#define MD_LANG_DECLARE_H

#include "lang/scope.h"

/* A list of declarations being read. */
struct declaring {
    struct scope *s;
    const struct syntax *t;
    dim_t *dims; /* the sizes that nodes are, from node `base` on */
    syntax_t base, list;
    bool parameters;
};

static inline dim_t size_at(const struct declaring *d, syntax_t n)
{
    return d->dims[n - d->base];
}

static inline struct fault *fault_of(const struct declaring *d)
{
    return d->s->x->mem->fault;
}

/* ---- dimension.c */
/* The sizes of all nodes of a text: one loop, children come first. */
void dimension_find(struct exprs *x, const struct syntax *t, syntax_t from,
                    syntax_t to, dim_t *dims);
/* False with a fault unless d, the size of node n, can be one. */
bool dimension_check(struct exprs *x, const struct syntax *t, syntax_t n,
                     dim_t d);

/* ---- declared.c: one declaration */
/* The variable the entry is to become; nothing else changes. */
bool declared_read(struct declaring *d, syntax_t n, struct decl *out);
/* The sizes from node `c` on; what comes after them. */
bool declared_shape(struct declaring *d, const struct syntax_node *n,
                    syntax_t c, struct shape *shape, syntax_t *properties);

/* ---- definitions.c: the values of families */
/* Whether n is one of several equations that tell a family: one of them is
 * for a range or for all members. */
bool definition_is_equation(const struct declaring *d, syntax_t n);
/* Whether n adds to a family that something else declares. */
bool definition_is_further(const struct declaring *d, syntax_t n);
/* The first equation with a range of the name that n declares. */
struct equation definition_range(const struct declaring *d, syntax_t n);
/* The values of members, which may be made of all names that are entered.
 * Those with sizes come later: the others must tell theirs by then. */
bool definitions_make(struct declaring *d, syntax_t list);

#endif
