#include "prove/prove.h"

#include "index/lift.h"
#include "prove/internal.h"

/* A variable of a linear structure by one without: an antisymmetric A is
 * B-B', a diagonal one diag(diag(B)).  0 if the variable has none. */
static expr_t unstructured(struct exprs *x, expr_t v)
{
    struct decl d = *expr_decl(x, expr_get(x, v)->payload);
    bool anti = d.properties & PROP_ANTISYMMETRIC;
    if (!anti && !(d.properties & PROP_DIAGONAL))
        return 0;
    d.properties = 0;
    decl_t plain = expr_declare(x, &d);
    expr_t b = plain ? expr_variable(x, plain) : 0;
    if (!anti)
        return expr_call1(x, "diag", expr_call1(x, "diag", b));
    expr_t turned = b ? expr_apply1(x, OP_TRANSPOSE, b) : 0;
    return turned ? expr_apply2(x, OP_ADD, b,
                                expr_apply1(x, OP_NEG, turned))
                  : 0;
}

enum { STRUCTURED = 8, COORDINATES = 4 };

/* Both sides with all such variables replaced; false if there are none. */
static bool without_structure(struct prover *p, expr_t *a, expr_t *b)
{
    struct exprs *x = p->x;
    struct arena_mark mark = arena_mark(&p->t.scratch);
    expr_t from[STRUCTURED], to[STRUCTURED], sides[2] = {*a, *b};
    uint32_t count = 0;
    for (uint32_t side = 0; side < 2; side++) {
        uint32_t n;
        const expr_t *list = expr_reach(x, sides[side], &p->t.scratch, &n);
        for (uint32_t i = 0; list && i < n && count < STRUCTURED; i++) {
            bool met = expr_op(x, list[i]) != OP_VARIABLE;
            for (uint32_t k = 0; k < count; k++)
                met = met || from[k] == list[i];
            expr_t e = met ? 0 : unstructured(x, list[i]);
            if (e) {
                from[count] = list[i];
                to[count++] = e;
            }
        }
    }
    arena_release(&p->t.scratch, mark);
    *a = count ? expr_substitute(x, *a, count, from, to) : 0;
    *b = *a ? expr_substitute(x, *b, count, from, to) : 0;
    return *b != 0;
}

static ix_t difference(struct prover *p, expr_t a, expr_t b)
{
    expr_t ra = rules_rewrite(p->rules, a, NULL, NULL);
    expr_t rb = ra ? rules_rewrite(p->rules, b, NULL, NULL) : 0;
    ix_t l = rb ? ix_lift(&p->t, ra) : 0, r = l ? ix_lift(&p->t, rb) : 0;
    struct ix_sum s;
    if (!r || ix_get(&p->t, l)->order != ix_get(&p->t, r)->order)
        return 0;
    ix_sum_begin(&s, &p->t, ix_get(&p->t, l)->order, ix_dims(&p->t, l));
    ix_sum_add(&s, RAT_ONE, l);
    ix_sum_add(&s, RAT_MINUS_ONE, r);
    return ix_sum_end(&s);
}

/* Whatever stops a proof, short of memory, is no failure of the caller's. */
static bool forgive(struct prover *p)
{
    struct fault *f = p->x->mem->fault;
    if (f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL)
        fault_clear(f);
    return false;
}

typedef bool way(struct prover *p, ix_t d);

/* One way to show that d is zero, with the means of a whole proof. */
static bool attempt(struct prover *p, ix_t d, way *show)
{
    p->steps = p->nesting = p->nzeros = p->nparts = 0;
    p->solving = false;
    p->t.work = 0;
    return show(p, d) || forgive(p);
}

static bool attempt_all(struct prover *p, ix_t d)
{
    return attempt(p, d, prove_zero) || attempt(p, d, prove_by_opening) ||
           attempt(p, d, prove_by_entries) ||
           attempt(p, d, prove_by_derivative) ||
           attempt(p, d, prove_by_scaling);
}

/* From now on these hold, too; what was remembered of rewrites that did not
 * apply is forgotten. */
static bool assume(struct prover *p, const struct conditions *given)
{
    bool ok = rules_assume(p->rules, given);
    rules_forget(p->rules, 0);
    return ok;
}

/* Square variables that nearly all are invertible. */
static bool add_invertible(struct prover *p, ix_t d, struct conditions *c)
{
    ix_t leaf[PROVE_LEAVES];
    properties_t properties;
    uint32_t n = prove_leaves(p, d, leaf);
    for (uint32_t i = 0; i < n; i++) {
        const dim_t *dims = ix_dims(&p->t, leaf[i]);
        if (ix_get(&p->t, leaf[i])->order == 2 && dims[0] == dims[1] &&
            prove_variable(p, leaf[i], &properties) &&
            !(properties & PROP_ANTISYMMETRIC) &&
            !conditions_add(c, PROP_INVERTIBLE,
                            ix_get(&p->t, leaf[i])->payload))
            return false;
    }
    return true;
}

/* What is true where all such variables are invertible: of meromorphic
 * functions that is all, wherever they have a value. */
static bool prove_where_invertible(struct prover *p, ix_t d)
{
    struct conditions given;
    conditions_init(&given, p->t.mem);
    bool ok = prove_is_meromorphic(p, d) && add_invertible(p, d, &given) &&
              given.count && assume(p, &given);
    ok = ok && (prove_zero(p, d) || prove_by_derivative(p, d));
    assume(p, NULL);
    conditions_free(&given);
    return ok;
}

/* With the laws that are patterns, too. */
static bool attempt_by_laws(struct prover *p, ix_t d)
{
    p->by_laws = true;
    bool ok = attempt(p, d, prove_zero) || attempt(p, d, prove_by_opening) ||
              attempt(p, d, prove_by_uniqueness) ||
              attempt(p, d, prove_by_exchange) ||
              attempt(p, d, prove_by_derivative) ||
              attempt(p, d, prove_by_scaling) ||
              attempt(p, d, prove_where_invertible);
    p->by_laws = false;
    return ok;
}

/* With variables replaced by what the which-th laws make of them. */
static bool attempt_in(struct prover *p, expr_t a, expr_t b, uint32_t which,
                       bool anyhow)
{
    struct conditions known;
    conditions_init(&known, p->t.mem);
    bool ok = prove_coordinates(p, &a, &b, which, anyhow, &known) &&
              assume(p, &known);
    ix_t d = ok ? difference(p, a, b) : 0;
    ok = d && prove_gather_arguments(p, d) &&
         (attempt(p, d, prove_zero) ||
          (prove_find_laws(p, d) && attempt_by_laws(p, d)));
    assume(p, NULL);
    conditions_free(&known);
    return ok || forgive(p);
}

static bool attempt_in_coordinates(struct prover *p, expr_t a, expr_t b,
                                   bool anyhow)
{
    for (uint32_t which = 0; which < COORDINATES; which++)
        if (attempt_in(p, a, b, which, anyhow))
            return true;
    return false;
}

bool prove_equal(struct exprs *x, struct rules *r, expr_t a, expr_t b)
{
    struct prover p = {.x = x, .rules = r};
    if (!a || !b || fault_is_set(x->mem->fault) || !ix_init(&p.t, x))
        return false;
    p.t.node_limit = PROVE_NODES;
    p.t.work_limit = PROVE_WORK;
    p.t.flatten_limit = 4096;
    ix_t d = difference(&p, a, b);
    bool equal = (d || forgive(&p)) && prove_gather_arguments(&p, d) &&
                 attempt_all(&p, d);
    bool laws = !equal && d && prove_find_laws(&p, d);
    equal = equal || (laws && (attempt(&p, d, prove_by_derived) ||
                               attempt_by_laws(&p, d))) ||
            attempt_in_coordinates(&p, a, b, laws);
    if (!equal && without_structure(&p, &a, &b)) {
        d = difference(&p, a, b);
        equal = (d || forgive(&p)) && (attempt(&p, d, prove_zero) ||
                                       attempt(&p, d, prove_by_entries));
    }
    ix_free(&p.t);
    return equal;
}
