/* rewrite.c - rewrites applied everywhere, the outermost first, pass after
 * pass until nothing changes.
 *
 * Every rewrite descends in cost (check.c), so this ends; the bound on the
 * passes is for safety.  Nodes under which nothing can be done are
 * remembered, so that a second visit costs one look. */
#include "rule/match.h"

#include <string.h>

enum { MAX_LAW_PASSES = 8 };
enum { MAX_PASSES = 200, MAX_STEPS_AT_A_NODE = 32, SMALL_ARGS = 16 };

struct rewriting {
    struct rules *r;
    struct conditions *needed;
    struct rule_trail *trail;
    uint8_t stable; /* the bit of `known` for this way of rewriting */
    enum purpose purpose; /* of what is applied */
    symbol_t offer; /* of the last one applied */
    bool mixed;     /* those applied do not all say the same */
    struct match match;
};

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool rules_reserve(struct rules *r)
{
    size_t n = (size_t)r->x->count + 1;
    if (n <= r->reserved)
        return true;
    if (n < 1024)
        n = 1024;
    r->reserved = 0;
    if (!MEM_RESERVE(r->mem, r->known, r->known_capacity, n) ||
        !MEM_RESERVE(r->mem, r->holds, r->holds_capacity, n) ||
        !MEM_RESERVE(r->mem, r->fails, r->fails_capacity, n) ||
        !MEM_RESERVE(r->mem, r->image, r->image_capacity, n) ||
        !MEM_RESERVE(r->mem, r->stamp, r->stamp_capacity, n))
        return false;
    /* They grow alike, but for one whose growth failed once. */
    r->reserved = lesser(r->known_capacity, r->holds_capacity);
    r->reserved = lesser(r->reserved, r->fails_capacity);
    r->reserved = lesser(r->reserved, r->image_capacity);
    r->reserved = lesser(r->reserved, r->stamp_capacity);
    return true;
}

void rules_forget(struct rules *r, expr_t keep)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->asked_count; i++)
        if (r->asked[i] <= keep)
            r->asked[n++] = r->asked[i];
    r->asked_count = n;
    if ((size_t)keep + 1 < r->known_capacity)
        memset(r->known + keep + 1, 0, r->known_capacity - keep - 1);
}

void rules_except(struct rules *r, symbol_t name)
{
    r->except = name;
    rules_forget(r, 0);
}

/* ---------------------------------------------------------- at one node */

static uint64_t child_operators(const struct exprs *x, expr_t e)
{
    uint64_t mask = 0;
    const expr_t *args = expr_args(x, e);
    for (uint32_t i = 0; i < expr_get(x, e)->nargs; i++)
        mask |= UINT64_C(1) << (expr_op(x, args[i]) & 63);
    return mask;
}

static bool record(struct rewriting *w, const struct pattern *p)
{
    struct match *m = &w->match;
    struct rule_trail *t = w->trail;
    for (uint32_t i = 0; i < m->nassumed; i++)
        if (!conditions_add(w->needed, m->assumed[i].predicate,
                            m->assumed[i].subject))
            return false;
    if (!t)
        return true;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->rules[i] == p->name)
            return true;
    if (!MEM_RESERVE(t->mem, t->rules, t->capacity, (size_t)t->count + 1))
        return false;
    t->rules[t->count++] = p->name;
    return true;
}

/* The first rewrite that applies at the root of `e`, applied; `e` itself if
 * none does; 0 after a fault. */
static expr_t step_by_rule(struct rewriting *w, expr_t e)
{
    struct rules *r = w->r;
    struct pattern_list list = patterns_for(r, w->purpose, expr_op(r->x, e));
    if (!list.count || expr_op(r->x, e) == OP_VARIABLE)
        return e;
    uint64_t have = child_operators(r->x, e);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct pattern *p = pattern_listed(r, list, i);
        if (p->needs & ~have || p->name == r->except ||
            !match_try(&w->match, r, p, e, true, w->needed != NULL))
            continue;
        expr_t result = match_result(&w->match, e);
        if (!result || result == e)
            continue;
        w->mixed = w->mixed || (w->offer && w->offer != p->offer);
        w->offer = p->offer;
        return record(w, p) ? result : 0;
    }
    return fault_is_set(r->mem->fault) ? 0 : e;
}

/* Likewise; after the rewrites, df(A,E) becomes f'(A)*E where A and E
 * commute. */
static expr_t step(struct rewriting *w, expr_t e)
{
    struct exprs *x = w->r->x;
    expr_t next = step_by_rule(w, e), direction;
    if (next != e || w->purpose != REWRITES)
        return next;
    expr_t plain = commute_identity(w->r, e, &direction);
    if (!plain)
        return fault_is_set(w->r->mem->fault) ? 0 : e;
    expr_t slope = step_by_rule(w, plain);
    return slope == plain ? e : expr_apply2(x, OP_MUL, slope, direction);
}

static expr_t exhaust(struct rewriting *w, expr_t e)
{
    for (int i = 0; e && i < MAX_STEPS_AT_A_NODE; i++) {
        expr_t next = step(w, e);
        if (next == e)
            break;
        e = next;
    }
    return e;
}

/* The node with new children, put together as one would write it. */
static expr_t renew(struct exprs *x, expr_t e, expr_t *args)
{
    const struct expr_node n = *expr_get(x, e);
    expr_t result = 0;
    if (n.op == OP_MUL)
        result = product_of(x, n.nargs, args);
    else if (n.op == OP_ADD)
        result = sum_of(x, n.nargs, args);
    else if ((n.op == OP_NEG || n.op == OP_TRANSPOSE) &&
             expr_op(x, args[0]) == n.op)
        result = expr_arg(x, args[0], 0);
    else if (n.op == OP_DIV && expr_is_number(x, args[1], RAT_ONE))
        result = args[0];
    if (result && shape_equal(expr_shape(x, result), expr_shape(x, e)))
        return result;
    return expr_rebuild(x, e, args);
}

/* What `e`, to which no rewrite applies, becomes with its children done. */
static expr_t leave(struct rewriting *w, expr_t e)
{
    struct rules *r = w->r;
    struct exprs *x = r->x;
    uint32_t n = expr_get(x, e)->nargs;
    expr_t small[SMALL_ARGS], *args = small;
    if (n > SMALL_ARGS && !(args = mem_alloc(r->mem, n * sizeof *args)))
        return 0;
    bool same = true;
    for (uint32_t i = 0; i < n; i++) {
        expr_t a = expr_arg(x, e, i);
        args[i] = r->known[a] & w->stable ? a : r->image[a];
        same = same && args[i] == a;
    }
    expr_t result = same ? e : renew(x, e, args);
    if (args != small)
        mem_free(r->mem, args, n * sizeof *args);
    if (same)
        r->known[e] |= w->stable;
    return result && rules_reserve(r) ? result : 0;
}

/* ------------------------------------------------------------- the pass */

/* Rewrites `e` at its root, or, if nothing applies, puts its children on
 * the list: log(det(a*X)) is logdet(a*X) before det(a*X) is looked at. */
static bool enter(struct rewriting *w, expr_t e)
{
    struct rules *r = w->r;
    expr_t result = exhaust(w, e);
    if (!result || !rules_reserve(r) ||
        !MEM_RESERVE(r->mem, r->visits, r->visit_capacity,
                     (size_t)r->visit_count + 1))
        return false;
    r->stamp[e] = r->pass;
    r->image[e] = result;
    if (result == e)
        r->visits[r->visit_count++] = (struct visit){e, 0};
    return true;
}

static expr_t pass(struct rewriting *w, expr_t root)
{
    struct rules *r = w->r;
    r->pass++;
    r->visit_count = 0;
    if (r->known[root] & w->stable)
        return root;
    if (!enter(w, root))
        return 0;
    while (r->visit_count) {
        struct visit *v = &r->visits[r->visit_count - 1];
        if (v->child < expr_get(r->x, v->node)->nargs) {
            expr_t a = expr_arg(r->x, v->node, v->child++);
            if (r->stamp[a] != r->pass && !(r->known[a] & w->stable) &&
                !enter(w, a))
                return 0;
            continue;
        }
        expr_t e = v->node, image = leave(w, e);
        if (!image)
            return 0;
        r->image[e] = image; /* the array may have moved */
        r->visit_count--;
    }
    return r->image[root];
}

static expr_t run(struct rewriting *w, expr_t e)
{
    struct rules *r = w->r;
    if (!e || fault_is_set(r->mem->fault) || !rules_reserve(r))
        return 0;
    for (int i = 0; e && i < MAX_PASSES; i++) {
        expr_t next = pass(w, e);
        if (next == e)
            break;
        e = next;
    }
    return e;
}

expr_t rules_rewrite(struct rules *r, expr_t e, struct conditions *needed,
                     struct rule_trail *trail)
{
    struct rewriting w;
    w.r = r;
    w.needed = needed;
    w.trail = trail;
    w.stable = needed ? KNOWN_STABLE_ASSUMING : KNOWN_STABLE;
    w.purpose = REWRITES;
    w.offer = 0;
    w.mixed = false;
    return run(&w, e);
}

expr_t rules_apply_laws(struct rules *r, expr_t e)
{
    struct rewriting w;
    w.r = r;
    w.needed = NULL;
    w.trail = NULL;
    w.stable = KNOWN_STABLE_BY_LAWS;
    w.purpose = LAWS;
    w.offer = 0;
    w.mixed = false;
    e = rules_rewrite(r, e, NULL, NULL);
    for (int i = 0; e && i < MAX_LAW_PASSES; i++) {
        if (!rules_reserve(r))
            return 0;
        expr_t next = pass(&w, e);
        next = next ? rules_rewrite(r, next, NULL, NULL) : 0;
        if (next == e)
            break;
        e = next;
    }
    return e;
}

expr_t rules_offer(struct rules *r, expr_t e, symbol_t *why)
{
    struct rewriting w;
    w.r = r;
    w.needed = NULL;
    w.trail = NULL;
    w.stable = KNOWN_STABLE_OFFERED;
    w.purpose = OFFERS;
    w.offer = 0;
    w.mixed = false;
    expr_t result = run(&w, e);
    *why = w.offer;
    return w.offer && !w.mixed ? result : 0;
}
