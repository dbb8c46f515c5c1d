/* where.c - see where.h. */
#include "derive/where.h"

#include "derive/deriver.h"
#include "derive/reverse.h"
#include "index/lower.h"
#include "simplify/simplify.h"

static bool mentions_family(struct ix_table *t, ix_t n, decl_t family)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, n, &count);
    bool found = false;
    for (uint32_t i = 0; list && i < count && !found; i++) {
        const struct decl *m = reverse_member(t, list[i]);
        found = m && m->family == family;
    }
    arena_release(&t->scratch, mark);
    return found;
}

/* Whether the first member of a family that is told alone tells the sizes of
 * all. */
static bool tells_sizes(struct ix_table *t,
                        const struct recursion_result *told, decl_t family)
{
    struct exprs *x = t->x;
    const struct decl f = *expr_decl(x, family);
    uint32_t i = 0;
    while (i < told->n &&
           (told->piece[i].family != family || !told->piece[i].single))
        i++;
    if (i == told->n || mentions_family(t, told->piece[i].value, family))
        return false;
    dim_t at = told->piece[i].low;
    struct dim_replacement r = {dim_is_symbol(x->dims, at),
                                dim_from_symbol(x->dims, f.parameter[0])};
    struct shape s;
    if (!expr_member_shape(x, family, &at, &s))
        return false;
    for (uint32_t a = 0; a < s.order; a++)
        if ((r.symbol ? dim_replace(x->dims, s.dim[a], r) : s.dim[a]) !=
            f.shape.dim[a])
            return false;
    return true;
}

/* One equation for members of a family made for the answer.  It also becomes
 * what the family is defined by, so that the referee can judge the value. */
static bool tell_piece(struct deriver *d, symbol_t parameter,
                       const struct recursion_piece *p,
                       struct derive_result *r)
{
    struct exprs *x = d->x;
    struct dims *dims = x->dims;
    struct ix_table *t = &d->table;
    dim_t self = dim_from_symbol(dims, parameter);
    dim_t by = dim_from_int(dims, p->single ? 0 : p->shift);
    dim_t at = p->single ? p->low : dim_sub(dims, self, by);
    ix_t value = ix_replace_size(
        t, p->value,
        (struct dim_replacement){parameter, dim_sub(dims, self, by)});
    expr_t e = derive_normal(d, ix_lower(t, simplify_index(t, value)));
    expr_t own = expr_replace_size(
        x, e, (struct dim_replacement){parameter, dim_add(dims, self, by)});
    struct decl *f = &x->decls[p->family];
    if (!own)
        return fault_is_set(t->mem->fault)
                   ? false
                   : fault_set(t->mem->fault, FAULT_UNSUPPORTED,
                               "the equations of this recursion have no "
                               "matrix notation");
    if (f->pieces == FAMILY_MAX_PIECES || r->where_count == DERIVE_MAX_WHERE)
        return fault_set(t->mem->fault, FAULT_LIMIT,
                         "more than %d equations for one family",
                         FAMILY_MAX_PIECES);
    f->piece[f->pieces++] = (struct family_piece){p->low, p->high, own};
    f->recursive = true;
    struct derive_where *w = &r->where[r->where_count++];
    *w = (struct derive_where){.name = expr_member(x, p->family, &at),
                               .value = e};
    if (!p->single) {
        w->parameter = parameter;
        w->from = dim_add(dims, p->up ? p->low : p->high, by);
        w->to = dim_add(dims, p->up ? p->high : p->low, by);
    }
    return w->name != 0;
}

/* The families made for the answer that a term mentions. */
static bool mark_used(struct ix_table *t, ix_t n,
                      const struct recursion_result *told, bool *used)
{
    struct arena_mark mark = arena_mark(&t->scratch);
    uint32_t count;
    const ix_t *list = ix_reach(t, n, &count);
    for (uint32_t i = 0; list && i < count; i++) {
        const struct decl *m = reverse_member(t, list[i]);
        for (uint32_t k = 0; m && k < told->n; k++)
            used[k] = used[k] || told->piece[k].family == m->family;
    }
    arena_release(&t->scratch, mark);
    return list != NULL;
}

/* Whether the sizes of a family are told at its equation k: the first one
 * with a parameter, if there is one. */
static bool is_spoken(const struct recursion_result *told, uint32_t k)
{
    bool single = told->piece[k].single;
    for (uint32_t i = 0; i < told->n; i++)
        if (told->piece[i].family == told->piece[k].family &&
            (single ? i < k || !told->piece[i].single
                    : i < k && !told->piece[i].single))
            return false;
    return true;
}

/* What a recursion says of its members: it has conditions, too. */
static void note_recursion(struct derive_result *r, const struct decl *f)
{
    if (f->definition && r->recursions < DERIVE_MAX_RECURSIONS)
        r->recursion[r->recursions++] = f->definition;
    for (uint32_t i = 0; i < f->pieces; i++)
        if (r->recursions < DERIVE_MAX_RECURSIONS)
            r->recursion[r->recursions++] = f->piece[i].value;
}

bool where_tell(struct deriver *d, ix_t g, const struct recursion *rec,
                const struct recursion_result *told,
                struct derive_result *r)
{
    bool used[RECURSION_MAX_PIECES] = {false};
    bool seen[RECURSION_MAX_PIECES] = {false};
    if (!mark_used(&d->table, g, told, used))
        return false;
    for (uint32_t k = 0; k < told->n; k++)
        if (used[k] && !seen[k]) {
            seen[k] = true;
            if (!mark_used(&d->table, told->piece[k].value, told, used))
                return false;
            k = UINT32_MAX; /* which may be used by one before it */
        }
    for (uint32_t k = 0; k < told->n; k++) {
        const struct recursion_piece *p = &told->piece[k];
        if (!used[k]) { /* its name is free again */
            recursion_forget(&d->table, p->family);
            continue;
        }
        if (!tell_piece(d, rec->parameter, p, r))
            return false;
        bool tells = rec->n == 1 && tells_sizes(&d->table, told, p->family);
        r->where[r->where_count - 1].sized = !tells && is_spoken(told, k);
    }
    for (uint32_t i = 0; r->where_count && i < rec->n; i++)
        note_recursion(r, expr_decl(d->x, rec->state[i].family));
    return true;
}
