/* check_typo.c - claims that are right but for one slip: a transpose, an
 * inverse, the order of two factors, an exponent. */
#include "config.h"

#include <string.h>

#include "api/check.h"

enum { MOST_SLIPS = 160, MOST_DEPTH = 12, MOST_ARGS = 12 };

/* What a value could have been meant to be, and the place of the slip. */
struct slips {
    struct exprs *x;
    uint32_t n;
    struct slip {
        expr_t whole, from, to;
    } list[MOST_SLIPS];
};

static void add(struct slips *s, expr_t whole, expr_t from, expr_t to)
{
    fault_clear(s->x->mem->fault);
    if (whole && s->n < MOST_SLIPS)
        s->list[s->n++] = (struct slip){whole, from, to};
}

static void add_inverse(struct slips *s, expr_t e)
{
    struct exprs *x = s->x;
    if (!strcmp(op_name(x->ops, expr_op(x, e)), "inv")) {
        add(s, expr_arg(x, e, 0), e, expr_arg(x, e, 0));
        return;
    }
    expr_t inverse = expr_call1(x, "inv", e);
    add(s, inverse, e, inverse);
}

static void add_swaps(struct slips *s, expr_t e)
{
    expr_t args[MOST_ARGS], pair[2];
    uint32_t n = expr_get(s->x, e)->nargs;
    for (uint32_t i = 0; n <= MOST_ARGS && i + 1 < n; i++) {
        memcpy(args, expr_args(s->x, e), n * sizeof *args);
        pair[0] = args[i + 1];
        pair[1] = args[i];
        if (!expr_shape(s->x, pair[0])->order ||
            !expr_shape(s->x, pair[1])->order)
            continue;
        expr_t from = expr_apply2(s->x, OP_MUL, args[i], args[i + 1]);
        expr_t to = expr_apply(s->x, OP_MUL, 2, pair);
        memcpy(args + i, pair, sizeof pair);
        add(s, expr_apply(s->x, OP_MUL, n, args), from ? from : e,
            from && to ? to : expr_apply(s->x, OP_MUL, n, args));
    }
}

static void add_exponents(struct slips *s, expr_t e)
{
    struct exprs *x = s->x;
    expr_t base = expr_arg(x, e, 0), exponent = expr_arg(x, e, 1);
    int64_t p;
    if (expr_op(x, exponent) != OP_NUMBER ||
        !rat_to_int(x->numbers, expr_get(x, exponent)->payload, &p))
        return;
    for (int64_t q = p - 1; q <= p + 1; q += 2) {
        expr_t to = expr_apply2(x, expr_op(x, e), base, expr_int(x, q));
        add(s, to, e, to);
    }
    add(s, base, e, base);
}

/* A square forgotten: of a variable or a function's value. */
static void add_square(struct slips *s, expr_t e)
{
    struct exprs *x = s->x;
    op_t op = expr_op(x, e);
    bool scalar = !expr_shape(x, e)->order;
    if (op != OP_VARIABLE && op < OP_FIRST_NAMED)
        return;
    expr_t to = expr_apply2(x, scalar ? OP_POW : OP_HPOW, e, expr_int(x, 2));
    add(s, to, e, to);
}

/* A sign that is wrong inside a bracket. */
static void add_signs(struct slips *s, expr_t e)
{
    expr_t args[MOST_ARGS];
    uint32_t n = expr_get(s->x, e)->nargs;
    for (uint32_t i = 0; n <= MOST_ARGS && i < n; i++) {
        memcpy(args, expr_args(s->x, e), n * sizeof *args);
        args[i] = expr_apply1(s->x, OP_NEG, args[i]);
        expr_t to = expr_apply(s->x, OP_ADD, n, args);
        add(s, to, e, to);
    }
}

/* Slips at the node itself. */
static void add_here(struct slips *s, expr_t e)
{
    struct exprs *x = s->x;
    op_t op = expr_op(x, e);
    const struct shape shape = *expr_shape(x, e);
    if (op == OP_TRANSPOSE)
        add(s, expr_arg(x, e, 0), e, expr_arg(x, e, 0));
    else if (shape.kind == SHAPE_MATRIX || shape.kind == SHAPE_VECTOR) {
        expr_t t = expr_apply1(x, OP_TRANSPOSE, e);
        add(s, t, e, t);
    }
    if (shape.kind == SHAPE_MATRIX && shape.dim[0] == shape.dim[1])
        add_inverse(s, e);
    if (op == OP_MUL)
        add_swaps(s, e);
    if (op == OP_POW || op == OP_HPOW)
        add_exponents(s, e);
    if (op == OP_ADD)
        add_signs(s, e);
    add_square(s, e);
}

/* All slips in a value; s->list[first ..] are its own. */
static void add_slips(struct slips *s, expr_t e, uint32_t depth)
{
    expr_t args[MOST_ARGS];
    uint32_t n = expr_get(s->x, e)->nargs;
    add_here(s, e);
    op_t op = expr_op(s->x, e);
    if (depth == MOST_DEPTH || n > MOST_ARGS || op == OP_SUM ||
        op == OP_TENSOR || op == OP_ELEMENT)
        return;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t first = s->n, kept = s->n;
        add_slips(s, expr_arg(s->x, e, i), depth + 1);
        for (uint32_t k = first; k < s->n; k++) {
            memcpy(args, expr_args(s->x, e), n * sizeof *args);
            args[i] = s->list[k].whole;
            expr_t whole = expr_rebuild(s->x, e, args);
            fault_clear(s->x->mem->fault);
            s->list[kept] = s->list[k];
            s->list[kept].whole = whole;
            kept += whole != 0;
        }
        s->n = kept;
    }
}

/* ---- */

static bool tell(struct check *k, const struct slip *slip, uint32_t term,
                 uint32_t terms, expr_t claim)
{
    static const char *const words[] = {"first", "second", "third", "fourth"};
    text_str(&k->remark, "the claim becomes true if ");
    check_say(k, slip->from);
    text_str(&k->remark, " is replaced by ");
    check_say(k, slip->to);
    if (terms > 1 && term < sizeof words / sizeof *words)
        text_format(&k->remark, " in the %s term", words[term]);
    else if (terms > 1)
        text_format(&k->remark, " in term %u", term + 1);
    check_correct(k, "typo", claim);
    return true;
}

static expr_t with_term(struct exprs *x, const struct check_sum *s,
                        uint32_t i, expr_t term)
{
    expr_t e = 0;
    for (uint32_t j = 0; j < s->n; j++) {
        expr_t t = j == i ? term : s->e[j];
        e = j ? expr_apply2(x, OP_ADD, e, t) : t;
    }
    return e;
}

static bool try_term(struct check *k, struct slips *s,
                     const struct check_sum *sum, uint32_t i)
{
    s->n = 0;
    add_slips(s, sum->e[i], 0);
    for (uint32_t j = 0; j < s->n; j++) {
        expr_t e = with_term(s->x, sum, i, s->list[j].whole);
        if (check_is_right(k, e))
            return tell(k, &s->list[j], i, sum->n, e);
    }
    return false;
}

bool check_typo(struct check *k)
{
    struct check_sum sum;
    struct exprs *x = &k->q.g->x;
    if (!check_split(x, k->q.claim, false, &sum))
        return false;
    struct slips *s = mem_alloc(x->mem, sizeof *s);
    bool found = false;
    if (!s)
        return false;
    s->x = x;
    for (uint32_t i = 0; i < sum.n && !found; i++)
        found = try_term(k, s, &sum, i);
    mem_free(x->mem, s, sizeof *s);
    return found;
}
