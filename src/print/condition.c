/* condition.c - conditions as people write them: A*x != b. */
#include "print/print.h"

#include <string.h>

#include "print/notation.h"

enum relation { REL_NE, REL_GT, REL_GE, REL_LT, REL_LE };

static const char *relation_sign(enum relation r, enum print_format f)
{
    static const char *const signs[][4] = {
        [REL_NE] = {" != ", " ≠ ", " \\ne ", "<mo>≠</mo>"},
        [REL_GT] = {" > ", " > ", " > ", "<mo>&gt;</mo>"},
        [REL_GE] = {" >= ", " ≥ ", " \\ge ", "<mo>≥</mo>"},
        [REL_LT] = {" < ", " < ", " < ", "<mo>&lt;</mo>"},
        [REL_LE] = {" <= ", " ≤ ", " \\le ", "<mo>≤</mo>"}};
    return signs[r][f <= FORMAT_MATHML ? f : FORMAT_TEXT];
}

static void put_words(const char *words, enum print_format f,
                      struct text *out)
{
    if (f == FORMAT_LATEX)
        text_format(out, " \\text{ %s}", words);
    else if (f == FORMAT_MATHML)
        text_format(out, "<mtext> %s</mtext>", words);
    else
        text_format(out, " %s", words);
}

/* ---------------------------------------------------------------- two sides */

static bool is_negative(const struct exprs *x, expr_t e)
{
    while (expr_op(x, e) == OP_MUL || expr_op(x, e) == OP_HAD ||
           expr_op(x, e) == OP_DIV || expr_op(x, e) == OP_HDIV)
        e = expr_arg(x, e, 0);
    return expr_op(x, e) == OP_NEG ||
           (expr_op(x, e) == OP_NUMBER &&
            rat_sign(x->numbers, expr_get(x, e)->payload) < 0);
}

/* The terms of one sign of a sum of at most 64 as a sum; 0 if there is none,
 * or a fault. */
static expr_t side(struct exprs *x, expr_t sum, bool negative)
{
    expr_t terms[64];
    uint32_t n = 0, all = expr_get(x, sum)->nargs;
    for (uint32_t i = 0; i < all && all <= 64; i++) {
        expr_t e = expr_arg(x, sum, i);
        if (is_negative(x, e) != negative)
            continue;
        if (negative && expr_op(x, e) == OP_NEG)
            e = expr_arg(x, e, 0);
        else if (negative)
            e = expr_apply1(x, OP_NEG, e);
        terms[n++] = e;
    }
    return n > 1 ? expr_apply(x, OP_ADD, n, terms) : n ? terms[0] : 0;
}

struct sides {
    struct text left, right;
    enum relation relation;
};

/* How long it is as text. */
static size_t length_of(struct exprs *x, expr_t e)
{
    struct text t;
    text_init(&t, x->mem);
    size_t n = print_expr(x, e, FORMAT_TEXT, &t) ? t.length : 0;
    text_free(&t);
    return n;
}

static void turn(struct sides *s)
{
    static const enum relation turned[] = {[REL_NE] = REL_NE,
                                           [REL_GT] = REL_LT,
                                           [REL_GE] = REL_LE};
    struct text t = s->left;
    s->left = s->right;
    s->right = t;
    s->relation = turned[s->relation];
}

/* Whether the sides may be compared: alike, or by entries with a scalar. */
static bool comparable(const struct exprs *x, expr_t a, expr_t b, bool whole)
{
    const struct shape *s = expr_shape(x, a), *t = expr_shape(x, b);
    return shape_equal(s, t) || (!whole && (!s->order || !t->order));
}

/* a - b > 0 as a > b. */
static bool print_sides(struct exprs *x, expr_t e, enum relation r,
                        bool whole, enum print_format f, struct text *out)
{
    struct sides s = {.relation = r};
    bool sum = expr_op(x, e) == OP_ADD;
    expr_t left = sum ? side(x, e, false) : 0;
    expr_t right = sum ? side(x, e, true) : 0;
    bool apart = left && right && comparable(x, left, right, whole);
    text_init(&s.left, x->mem);
    text_init(&s.right, x->mem);
    bool ok = print_expr(x, apart ? left : e, f, &s.left);
    if (ok && apart)
        ok = print_expr(x, right, f, &s.right);
    else
        text_str(&s.right, f == FORMAT_MATHML ? "<mn>0</mn>" : "0");
    /* The longer side of an inequation, and what is no number, to the left. */
    if (apart && (expr_op(x, left) == OP_NUMBER ||
                  (r == REL_NE && length_of(x, right) > length_of(x, left))))
        turn(&s);
    text_str(out, text_get(&s.left));
    text_str(out, relation_sign(s.relation, f));
    text_str(out, text_get(&s.right));
    text_free(&s.left);
    text_free(&s.right);
    return ok && !out->failed;
}

/* -------------------------------------------------------------- the whole */

/* The vector or matrix that must not be zero as a whole, or 0. */
static expr_t not_all_zero(const struct exprs *x, const struct condition *c)
{
    op_t op = expr_op(x, c->subject);
    return c->predicate == PROP_NONZERO && op >= OP_FIRST_NAMED &&
                   !strcmp(op_name(x->ops, op), "norm2")
               ? expr_arg(x, c->subject, 0)
               : 0;
}

/* Whether one of the nodes, those of an expression, binds the index. */
static bool is_bound(const struct exprs *x, const expr_t *list, uint32_t n,
                     expr_t index)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct expr_node *e = expr_get(x, list[i]);
        if (e->op != OP_SUM && e->op != OP_TENSOR)
            continue;
        for (uint32_t k = 0; k + 1 < e->nargs; k++)
            if (expr_arg(x, list[i], k) == index)
                return true;
    }
    return false;
}

/* " for every i", for indices that nothing in the subject binds. */
static void print_indices(struct exprs *x, expr_t e, enum print_format f,
                          struct text *out)
{
    struct arena scratch;
    struct text t;
    uint32_t n = 0;
    const char *before = "for every ";
    arena_init(&scratch, x->mem);
    text_init(&t, x->mem);
    const expr_t *list = expr_reach(x, e, &scratch, &n);
    for (uint32_t i = 0; list && i < n; i++) {
        if (expr_op(x, list[i]) != OP_INDEX || is_bound(x, list, n, list[i]))
            continue;
        text_str(&t, before);
        print_expr(x, list[i], FORMAT_TEXT, &t);
        put_words(text_get(&t), f, out);
        text_clear(&t);
        before = "and ";
    }
    text_free(&t);
    arena_free(&scratch);
}

/* What is written after a matrix that has the property: words in text and
 * MathML. */
static const struct {
    enum property property;
    const char *words, *unicode, *latex;
} matrix_properties[] = {
    {PROP_POSDEF, "posdef", " ≻ 0", " \\succ 0"},
    {PROP_PSD, "psd", " ⪰ 0", " \\succeq 0"},
    {PROP_PRINCIPAL, "has no eigenvalue in (-inf, 0]",
     " has no eigenvalue in (-∞, 0]",
     " \\text{ has no eigenvalue in } (-\\infty, 0]"},
    {PROP_FULLRANK, "has full rank", " has full rank",
     " \\text{ has full rank}"},
    {PROP_FULL_ROW_RANK, "has full row rank", " has full row rank",
     " \\text{ has full row rank}"},
    {PROP_FULL_COLUMN_RANK, "has full column rank", " has full column rank",
     " \\text{ has full column rank}"},
};

/* "invertible", "≻ 0" */
static void put_property(enum property p, enum print_format f,
                         struct text *out)
{
    size_t n = sizeof matrix_properties / sizeof *matrix_properties, i = 0;
    while (i < n && matrix_properties[i].property != p)
        i++;
    if (i < n && f == FORMAT_LATEX)
        text_str(out, matrix_properties[i].latex);
    else if (i < n && f == FORMAT_UNICODE)
        text_str(out, matrix_properties[i].unicode);
    else
        put_words(i < n ? matrix_properties[i].words : property_name(p), f,
                  out);
}

bool print_condition(struct exprs *x, const struct condition *c,
                     enum print_format f, struct text *out)
{
    expr_t whole = not_all_zero(x, c), e = whole ? whole : c->subject;
    bool ok;
    if (f > FORMAT_MATHML) /* code has comments, and they are text */
        f = FORMAT_TEXT;
    switch (c->predicate) {
    case PROP_NONZERO:
        ok = print_sides(x, e, REL_NE, whole != 0, f, out);
        if (ok && !whole && expr_shape(x, e)->order)
            put_words("in every entry", f, out);
        break;
    case PROP_POSITIVE:
        ok = print_sides(x, e, REL_GT, false, f, out);
        break;
    case PROP_NONNEG:
        ok = print_sides(x, e, REL_GE, false, f, out);
        break;
    default:
        ok = print_expr(x, e, f, out);
        if (ok)
            put_property(c->predicate, f, out);
    }
    if (ok)
        print_indices(x, e, f, out);
    return ok && !out->failed;
}
