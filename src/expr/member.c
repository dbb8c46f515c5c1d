/* member.c - members of families: W{l-1} as a declaration of its own. */
#include "expr/node.h"

#include <string.h>

static uint64_t member_key(decl_t family, const dim_t *at, uint32_t n)
{
    return hash_words(family, at, n);
}

static uint64_t member_hash(const void *owner, uint32_t id)
{
    const struct exprs *x = owner;
    const struct decl *d = &x->decls[x->members[id]];
    return member_key(d->family, d->at, d->subscripts);
}

void members_rollback(struct exprs *x, uint32_t count)
{
    hash_index_forget(&x->member_index, count, member_hash, x);
    x->member_count = count;
}

struct subscripts {
    const struct decl *family;
    const dim_t *at;
};

static dim_t subscript_of(void *data, symbol_t s)
{
    const struct subscripts *m = data;
    for (uint32_t i = 0; i < m->family->subscripts; i++)
        if (m->family->parameter[i] == s)
            return m->at[i];
    return 0;
}

/* "W{l-1}" */
static symbol_t member_name(struct exprs *x, const struct decl *f,
                            const dim_t *at)
{
    struct text t;
    text_init(&t, x->mem);
    text_str(&t, intern_name(x->names, f->name));
    for (uint32_t i = 0; i < f->subscripts; i++) {
        text_char(&t, i ? ',' : '{');
        dim_print(x->dims, at[i], &t);
    }
    text_char(&t, '}');
    symbol_t s = t.failed ? 0
                          : intern_bytes(x->names, text_get(&t), t.length);
    text_free(&t);
    return s;
}

bool expr_member_shape(struct exprs *x, decl_t family, const dim_t *at,
                       struct shape *shape)
{
    const struct decl f = x->decls[family];
    struct subscripts m = {&f, at};
    *shape = f.shape;
    for (uint32_t a = 0; a < f.shape.order; a++) {
        shape->dim[a] =
            dim_substitute(x->dims, f.shape.dim[a], subscript_of, &m);
        if (!shape->dim[a])
            return false;
    }
    return true;
}

static decl_t new_member(struct exprs *x, decl_t family, const dim_t *at)
{
    const struct decl f = x->decls[family];
    struct decl d = f;
    d.family = family;
    d.name = member_name(x, &f, at);
    bool ok = d.name && expr_member_shape(x, family, at, &d.shape);
    for (uint32_t i = 0; i < f.subscripts; i++) {
        d.at[i] = at[i];
        d.parameter[i] = 0;
        d.low[i] = d.high[i] = 0;
    }
    return ok ? expr_declare(x, &d) : 0;
}

expr_t expr_member(struct exprs *x, decl_t family, const dim_t *at)
{
    uint32_t n = family ? x->decls[family].subscripts : 0;
    if (!n || !hash_index_room(&x->member_index, x->mem, member_hash, x) ||
        !MEM_RESERVE(x->mem, x->members, x->member_capacity,
                     (size_t)x->member_count + 2))
        return 0;
    for (uint32_t i = 0; i < n; i++)
        if (!at[i])
            return 0;
    uint32_t slot =
        hash_slot(&x->member_index, member_key(family, at, n));
    for (; x->member_index.slots[slot];
         slot = hash_next(&x->member_index, slot)) {
        decl_t known = x->members[x->member_index.slots[slot]];
        const struct decl *d = &x->decls[known];
        if (d->family == family && !memcmp(d->at, at, n * sizeof *at))
            return expr_variable(x, known);
    }
    decl_t member = new_member(x, family, at);
    if (!member)
        return 0;
    x->members[++x->member_count] = member;
    x->member_index.slots[slot] = x->member_count;
    x->member_index.count++;
    return expr_variable(x, member);
}
