/* plain.c - see plain.h. */
#include "derive/plain.h"

#include "derive/reverse.h"

static const properties_t structural =
    PROP_SYMMETRIC | PROP_ANTISYMMETRIC | PROP_DIAGONAL | PROP_LOWER |
    PROP_UPPER | PROP_ORTHOGONAL | PROP_POSDEF | PROP_PSD | PROP_TOEPLITZ |
    PROP_GENERAL;

bool plain_needed(properties_t p)
{
    return p & structural;
}

/* A member of a plain family in the place of one with a structure. */
static expr_t plain_member(struct exprs *x, struct plain *p,
                           const struct decl *member)
{
    uint32_t i = 0;
    while (i < p->families && p->family[i] != member->family)
        i++;
    if (i == p->families) {
        struct decl f = *expr_decl(x, member->family);
        f.properties &= ~structural;
        p->family[i] = member->family;
        p->plain_family[i] = expr_declare(x, &f);
        p->families++;
    }
    return expr_member(x, p->plain_family[i], member->at);
}

expr_t plain_expr(struct exprs *x, const struct plain *p, expr_t e, bool back)
{
    if (e && p->n)
        e = expr_substitute(x, e, p->n, back ? p->to : p->from,
                            back ? p->from : p->to);
    for (uint32_t i = 0; e && i < p->families; i++)
        e = back ? expr_change_family(x, e, p->plain_family[i], p->family[i])
                 : expr_change_family(x, e, p->family[i],
                                      p->plain_family[i]);
    return e;
}

expr_t plain_variable(struct exprs *x, struct plain *p, expr_t v)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (p->from[i] == v)
            return p->to[i];
    struct decl d = *expr_decl(x, expr_get(x, v)->payload);
    if (!plain_needed(d.properties))
        return v;
    if (d.family)
        return plain_member(x, p, &d);
    d.properties &= ~structural;
    expr_t shadow = expr_variable(x, expr_declare(x, &d));
    p->from[p->n] = v;
    p->to[p->n++] = shadow;
    return shadow;
}

bool plain_check(struct ix_table *t, const struct recursion *rec,
                 const struct plain *plain)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    bool found = false;
    for (uint32_t i = 0; i < rec->steps && !found; i++) {
        uint32_t count;
        const ix_t *list = ix_reach(t, rec->step[i].value, &count);
        for (uint32_t j = 0; list && j < count; j++) {
            const struct decl *m = reverse_member(t, list[j]);
            for (uint32_t k = 0; m && k < plain->families; k++)
                found = found || m->family == plain->family[k];
            for (uint32_t k = 0; k < plain->n; k++)
                found = found || (ix_get(t, list[j])->kind == IX_LEAF &&
                                  ix_get(t, list[j])->payload ==
                                      plain->from[k]);
        }
    }
    arena_release(&t->scratch, mark);
    return !found ||
           recursion_unsupported(t, "a derivative by a variable with a "
                                    "structure through a recursion that is "
                                    "made of it", "declare it without, as "
                                                  "S[n,n] for S[n,n] "
                                                  "symmetric");
}
