/* known.c - rewrites, and laws that are patterns, applied to operators and to
 * whole products: read as an expression, rewritten, and read back. */
#include "index/lift.h"
#include "index/lower.h"
#include "prove/internal.h"
#include "rule/law.h"

/* What has no matrix notation is left as it is. */
static bool pardoned(struct prover *p)
{
    struct fault *f = p->x->mem->fault;
    if (f->kind == FAULT_UNSUPPORTED || f->kind == FAULT_DOMAIN)
        fault_clear(f);
    return !fault_is_set(f);
}

static ix_t read_back(struct prover *p, ix_t n, expr_t e, expr_t rewritten)
{
    ix_t other = rewritten && rewritten != e ? ix_lift(&p->t, rewritten) : n;
    if (other && ix_get(&p->t, other)->order == ix_get(&p->t, n)->order)
        return other;
    return pardoned(p) ? n : 0;
}

static ix_t rewritten(struct prover *p, ix_t n)
{
    expr_t e = ix_lower(&p->t, n);
    expr_t r = !e            ? 0
               : p->by_laws ? rules_apply_laws(p->rules, e)
                             : rules_rewrite(p->rules, e, NULL, NULL);
    return read_back(p, n, e, r);
}

/* V'*S is (S*V)': what laws say of the transpose, beyond what rewrites do. */
static ix_t rewritten_turned(struct prover *p, ix_t n)
{
    ix_t turned = ix_transpose(&p->t, n);
    expr_t e = turned ? ix_lower(&p->t, turned) : 0;
    e = e ? rules_rewrite(p->rules, e, NULL, NULL) : 0;
    ix_t other = e ? read_back(p, turned, e, rules_apply_laws(p->rules, e))
                   : turned;
    return other == turned ? n : ix_transpose(&p->t, other);
}

ix_t prove_known(struct prover *p, ix_t n)
{
    ix_t other = rewritten(p, n);
    return other ? other : n;
}

/* The operator of a call or constant; OP_NONE of anything else. */
static op_t operator_of(const struct prover *p, ix_t n)
{
    const struct ix_node *node = ix_get(&p->t, n);
    if (node->kind == IX_LEAF)
        return expr_op(p->x, node->payload);
    if ((node->kind != IX_OP && node->kind != IX_FUN) || ix_as_applied(node))
        return OP_NONE;
    return overload_get(p->x->ops, (uint16_t)node->payload)->op;
}

/* Blocks have been taken apart: [A, B] is hcat(A,B). */
static void add_blocks(struct prover *p, struct law_operators *have)
{
    static const char *const names[] = {"hcat", "vcat"};
    for (size_t i = 0; i < 2; i++) {
        op_t op = op_find(p->x->ops, intern_find(p->x->names, names[i], 4));
        if (op)
            law_operators_add(have, op);
    }
}

bool prove_find_laws(struct prover *p, ix_t d)
{
    struct arena_mark mark = arena_mark(&p->t.scratch);
    struct law_operators have = {.any = false}, known = {.any = false};
    uint32_t n = 0;
    bool maps = false;
    const ix_t *list = ix_reach(&p->t, d, &n);
    for (uint32_t i = 0; list && i < n; i++) {
        op_t op = operator_of(p, list[i]);
        maps = maps || ix_get(&p->t, list[i])->kind == IX_LINEAR;
        if (op >= OP_FIRST_NAMED)
            law_operators_add(&have, op);
    }
    arena_release(&p->t.scratch, mark);
    if (p->t.selections)
        add_blocks(p, &have);
    /* inverses come of determinants */
    op_t inverse = op_find(p->x->ops, intern_find(p->x->names, "inv", 3));
    law_operators_add(&have, inverse);
    law_operators_add(&known, inverse);
    rules_law_operators(p->rules, &known, &have, &p->about);
    return p->about.any || maps;
}

ix_t step_known(struct prover *p, ix_t n, const struct parts *f)
{
    bool any = false;
    for (uint32_t i = 0; p->by_laws && i < f->n; i++) {
        if (ix_get(&p->t, f->items[i].node)->kind == IX_LINEAR)
            return n; /* which have a form of their own: linear.c */
        any = any || law_operators_has(&p->about, operator_of(p, f->items[i].node));
    }
    if (!any || f->order > 2)
        return n;
    ix_t other = rewritten(p, n);
    return other != n || f->order < 2 ? other : rewritten_turned(p, n);
}
