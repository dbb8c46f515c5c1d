/* coordinates.c - variables by what they are made of.
 *
 * A law S = g(f(S), h(S)), of every S with certain properties, says that each
 * is made of some F = f(S), H = h(S).  What is true of all F and H that have
 * the properties known of f(S) and h(S) is therefore true of all S: S is
 * replaced by g(F, H), and f(S), h(S) where they occur by F and H. */
#include <stdio.h>

#include "index/lift.h"
#include "prove/internal.h"
#include "rule/law.h"

enum { MOST_REPLACED = 12 };

/* What is replaced by what, and what is known of that besides. */
struct exchange {
    struct conditions *known;
    uint32_t n;
    expr_t from[MOST_REPLACED], to[MOST_REPLACED];
};

static bool exchange_add(struct exchange *all, expr_t from, expr_t to)
{
    if (!to || all->n == MOST_REPLACED)
        return false;
    all->from[all->n] = from;
    all->to[all->n++] = to;
    return true;
}

/* A new variable that has all properties of a call. */
static expr_t stand_in(struct prover *p, expr_t call, uint32_t number)
{
    char name[24];
    snprintf(name, sizeof name, "_%u", (unsigned)number);
    struct decl d = {.name = intern_text(p->x->names, name),
                     .role = DECL_VARIABLE,
                     .shape = *expr_shape(p->x, call),
                     .properties = rules_holding(p->rules, call)};
    decl_t made = d.name ? expr_declare(p->x, &d) : 0;
    return made ? expr_variable(p->x, made) : 0;
}

/* What is known of a square matrix's diagonal. */
static bool keep_diagonal(struct prover *p, expr_t call, expr_t stand_in,
                          struct conditions *known)
{
    const struct shape s = *expr_shape(p->x, call);
    if (s.order != 2 || s.dim[0] != s.dim[1])
        return true;
    expr_t old = expr_call1(p->x, "diag", call);
    expr_t new = old ? expr_call1(p->x, "diag", stand_in) : 0;
    return new &&
           (rules_property(p->rules, old, PROP_POSITIVE) != TRUTH_TRUE ||
            conditions_add(known, PROP_POSITIVE, new));
}

static bool mentions(struct prover *p, expr_t e, expr_t v)
{
    uint32_t n = 0;
    bool found = false;
    struct arena_mark mark = arena_mark(&p->t.scratch);
    const expr_t *list = expr_reach(p->x, e, &p->t.scratch, &n);
    for (uint32_t i = 0; list && i < n; i++)
        found = found || list[i] == v;
    arena_release(&p->t.scratch, mark);
    return found || !list;
}

/* The calls of functions on v in `e` get stand-ins. */
static bool replace_calls(struct prover *p, expr_t e, expr_t v,
                          struct exchange *all)
{
    struct exprs *x = p->x;
    struct arena_mark mark = arena_mark(&p->t.scratch);
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, e, &p->t.scratch, &n);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct expr_node *node = expr_get(x, list[i]);
        bool call = node->overload && node->op >= OP_FIRST_NAMED &&
                    overload_get(x->ops, node->overload)->form ==
                        OVERLOAD_OPAQUE;
        for (uint32_t k = 0; k < node->nargs && call; k++)
            call = expr_arg(x, list[i], k) == v;
        expr_t new = call ? stand_in(p, list[i], all->n) : 0;
        if (call)
            ok = exchange_add(all, list[i], new) &&
                 keep_diagonal(p, list[i], new, all->known);
    }
    arena_release(&p->t.scratch, mark);
    return ok;
}

/* One variable, if there is such a law for it. */
static bool replace_variable(struct prover *p, expr_t v, uint32_t which,
                             struct exchange *all)
{
    expr_t e = rules_coordinates(p->rules, v, which);
    uint32_t first = all->n;
    if (!e)
        return !fault_is_set(p->t.mem->fault);
    if (!replace_calls(p, e, v, all))
        return false;
    e = expr_substitute(p->x, e, all->n - first, all->from + first,
                        all->to + first);
    return e && !mentions(p, e, v) && exchange_add(all, v, e);
}

/* Whether something to be replaced, beside variables, is in the sides. */
static bool is_met(struct prover *p, const struct exchange *all,
                   const expr_t *sides)
{
    bool met = false;
    for (uint32_t i = 0; i < all->n && !met; i++)
        met = expr_op(p->x, all->from[i]) != OP_VARIABLE &&
              (mentions(p, sides[0], all->from[i]) ||
               mentions(p, sides[1], all->from[i]));
    return met;
}

bool prove_coordinates(struct prover *p, expr_t *a, expr_t *b, uint32_t which,
                       bool anyhow, struct conditions *known)
{
    struct exprs *x = p->x;
    struct exchange all = {.known = known};
    struct arena_mark mark = arena_mark(&p->t.scratch);
    expr_t sides[2] = {*a, *b}, met[PROVE_LEAVES];
    uint32_t nmet = 0, n;
    bool ok = true;
    for (uint32_t side = 0; side < 2; side++) {
        const expr_t *list = expr_reach(x, sides[side], &p->t.scratch, &n);
        for (uint32_t i = 0; list && i < n && nmet < PROVE_LEAVES; i++) {
            bool is = expr_op(x, list[i]) == OP_VARIABLE;
            for (uint32_t k = 0; k < nmet; k++)
                is = is && met[k] != list[i];
            if (is)
                met[nmet++] = list[i];
        }
    }
    arena_release(&p->t.scratch, mark);
    for (uint32_t i = 0; ok && i < nmet; i++)
        ok = replace_variable(p, met[i], which, &all);
    if (!ok || !all.n || !(anyhow || is_met(p, &all, sides)))
        return false;
    *a = expr_substitute(x, *a, all.n, all.from, all.to);
    *b = *a ? expr_substitute(x, *b, all.n, all.from, all.to) : 0;
    return *b != 0;
}
