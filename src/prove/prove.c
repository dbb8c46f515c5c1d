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

enum { STRUCTURED = 8 };

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
    p->steps = p->nesting = 0;
    p->t.work = 0;
    return show(p, d) || forgive(p);
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
                 (attempt(&p, d, prove_zero) ||
                  attempt(&p, d, prove_by_opening) ||
                  attempt(&p, d, prove_by_entries) ||
                  attempt(&p, d, prove_by_derivative) ||
                  attempt(&p, d, prove_by_scaling));
    if (!equal && without_structure(&p, &a, &b)) {
        d = difference(&p, a, b);
        equal = (d || forgive(&p)) && (attempt(&p, d, prove_zero) ||
                                       attempt(&p, d, prove_by_entries));
    }
    ix_free(&p.t);
    return equal;
}
