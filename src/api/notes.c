/* notes.c - what should be said beside an answer: conventions used and
 * things in the user's expression that may surprise. */
#include "config.h"

#include "api/query.h"
#include "expr/part.h"

enum { LONGEST_QUOTE = 40, MOST_BROADCASTS = 4, LONGEST_OFFER = 200 };

/* "the scalar a is added to every entry", for one scalar summand. */
static void note_broadcast(const struct query *q, expr_t scalar,
                           struct string_list *notes, struct text *t)
{
    struct text quoted;
    text_init(&quoted, &q->c->mem);
    if (!print_expr(&q->g->x, scalar, FORMAT_TEXT, &quoted))
        fault_clear(&q->c->fault); /* too long to be quoted */
    bool quote = quoted.length && quoted.length <= LONGEST_QUOTE;
    if (quote)
        text_format(t, "the scalar %s is added to every entry",
                    text_get(&quoted));
    else
        text_str(t, "a scalar is added to every entry");
    text_free(&quoted);
    string_list_take(notes, t);
}

/* In a session an assigned expression keeps the variables it was made of,
 * though their names may have been declared anew since. */
static void note_outdated(const struct query *q, decl_t variable,
                          struct string_list *notes, struct text *t)
{
    const struct exprs *x = &q->g->x;
    symbol_t name = expr_decl(x, variable)->name;
    struct scope_name n;
    for (uint32_t i = 0; scope_name_at(q->g->scope, i, &n); i++)
        if (n.name == name && n.decl && n.decl != variable) {
            text_format(t, "%s is the one of an earlier declaration; assign "
                        "the expression again to use the present one",
                        intern_name(x->names, name));
            string_list_take(notes, t);
            return;
        }
}

static bool is_broadcast_sum(const struct exprs *x, expr_t e)
{
    return expr_op(x, e) == OP_ADD &&
           expr_shape(x, e)->kind != SHAPE_SCALAR;
}

/* The scalar summands of a sum of a vector or matrix, `*left` more at most. */
static void note_broadcasts(const struct query *q, expr_t sum,
                            struct string_list *notes, struct text *t,
                            uint32_t *left)
{
    const struct exprs *x = &q->g->x;
    for (uint32_t i = 0; i < expr_get(x, sum)->nargs && *left; i++) {
        expr_t arg = expr_arg(x, sum, i);
        if (expr_shape(x, arg)->kind != SHAPE_SCALAR)
            continue;
        note_broadcast(q, arg, notes, t);
        --*left;
    }
}

/* The user's own nodes are those above first_node; the last come first. */
static bool note_expression(const struct query *q, struct string_list *notes,
                            struct text *t)
{
    struct exprs *x = &q->g->x;
    uint32_t n = 0, left = MOST_BROADCASTS;
    const expr_t *list = expr_reach(x, q->request.expr, &q->c->out, &n);
    while (n-- > 0 && list[n] > q->first_node) {
        if (!q->first_node && expr_op(x, list[n]) == OP_VARIABLE)
            note_outdated(q, expr_get(x, list[n])->payload, notes, t);
        if (is_broadcast_sum(x, list[n]))
            note_broadcasts(q, list[n], notes, t, &left);
    }
    return list != NULL;
}

/* A name that occurs nowhere may be a slip: the answer is then zero.  What is
 * a member of a family or an argument of a function may be in it unseen. */
static bool note_absent(const struct query *q, struct string_list *notes,
                        struct text *t)
{
    struct exprs *x = &q->g->x;
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, q->request.expr, &q->c->out, &n);
    for (uint32_t i = 0; list && i < n; i++) {
        op_t op = expr_op(x, list[i]);
        decl_t d = op == OP_VARIABLE ? expr_get(x, list[i])->payload : 0;
        if (op == OP_APPLY || (d && expr_decl(x, d)->family))
            return true;
    }
    for (uint32_t k = 0; list && k < q->request.order; k++) {
        expr_t v = expr_part_variable(x, q->request.by[k]);
        uint32_t i = 0;
        while (i < n && list[i] != v)
            i++;
        if (i < n || (k && v == expr_part_variable(x, q->request.by[k - 1])))
            continue;
        text_format(t, "%s does not occur in the expression",
                    intern_name(x->names,
                                expr_decl(x, expr_get(x, v)->payload)->name));
        string_list_take(notes, t);
    }
    return list != NULL;
}

static void note_form(const struct derive_result *r, enum form asked,
                      struct string_list *notes, struct text *t)
{
    static const char *const said[] = {
        [FORM_BLOCKS] = "y_ij is replaced by the block dy_ij/dX",
        [FORM_BLOCKS_BY_VARIABLE] = "x_kl is replaced by the block dY/dx_kl",
        [FORM_ROW_COLUMN] =
            "block (i,l) is d(row i of Y)/d(column l of X)"};
    bool blocks = r->form >= FORM_BLOCKS && r->form <= FORM_ROW_COLUMN;
    if ((r->vec_face && r->form != FORM_INDEX) || blocks) {
        text_str(t, "vec stacks columns");
        string_list_take(notes, t);
    }
    if (r->form == FORM_INDEX && asked != FORM_INDEX) {
        text_str(t, r->named ? "index notation; form vec has a name for the "
                               "matrix of a linear map"
                             : "index notation, since no matrix notation "
                               "exists");
        string_list_take(notes, t);
    }
    if (blocks) {
        text_str(t, said[r->form]);
        string_list_take(notes, t);
    }
}

/* What applies to which direction where differentials are of higher order. */
static void note_applied(const struct query *q, struct string_list *notes,
                         struct text *t)
{
    struct exprs *x = &q->g->x;
    uint32_t order = q->request.order;
    if (order < 2)
        return;
    expr_t by = expr_part_variable(x, q->request.by[order - 1]);
    const char *name =
        intern_name(x->names, expr_decl(x, expr_get(x, by)->payload)->name);
    if (q->request.form == FORM_ACTION)
        text_format(t, "the derivative of order %u applied to d%s", order,
                    name);
    else if (q->request.form == FORM_DIFFERENTIAL && order == 2 &&
             expr_shape(x, q->request.expr)->kind == SHAPE_SCALAR)
        text_format(t, "the Hessian applied to d%s is the form action", name);
    else
        return;
    string_list_take(notes, t);
}

/* What the conventions make of G, the derivative as if entries were
 * unrelated; the first line whose property a matrix has is its. */
static const struct {
    properties_t property;
    const char *name, *projected, *entries, *vech;
} conventions[] = {
    {PROP_TOEPLITZ, "toeplitz", "the mean of G over diagonals",
     "the sum of G over diagonals", "these sums as a vector"},
    {PROP_DIAGONAL, "diagonal", "G.*eye(n)", "G.*eye(n)", "diag(G)"},
    {PROP_SYMMETRIC, "symmetric", "(G+G')/2", "G+G'-G.*eye(n)",
     "duplication(n)'*vec(G)"},
    {PROP_ANTISYMMETRIC, "antisymmetric", "(G-G')/2", "G-G'",
     "skewduplication(n)'*vec(G)"},
    {PROP_LOWER, "lower", "tril(G)", "tril(G)", "elimination(n)*vec(G)"},
    {PROP_UPPER, "upper", "triu(G)", "triu(G)", "elimination(n)*vec(G')"},
    {PROP_ORTHOGONAL, "orthogonal", "(G-X*G'*X)/2", NULL, NULL},
};

static void note_convention(const struct query *q, const struct decl *d,
                            size_t k, struct text *t)
{
    const char *name = intern_name(q->g->x.names, d->name);
    enum structure s = q->request.structure;
    const char *made = s == STRUCTURE_PROJECTED ? conventions[k].projected
                       : s == STRUCTURE_ENTRIES ? conventions[k].entries
                                                : conventions[k].vech;
    static const char *const said[] = {
        [STRUCTURE_FREE] = "its entries are taken as unrelated",
        [STRUCTURE_PROJECTED] = "the derivative is projected on its structure",
        [STRUCTURE_ENTRIES] = "the derivative is by its independent entries",
        [STRUCTURE_VECH] =
            "the derivative is by the vector of its independent entries"};
    const char *general = d->properties & PROP_GENERAL ? " general" : "";
    text_format(t, "%s is %s%s: %s", name, conventions[k].name, general,
                said[s]);
    if (s == STRUCTURE_FREE)
        text_format(t, " (structure free); for G, structure projected has "
                    "%s", conventions[k].projected);
    else
        text_format(t, ", %s for the unrelated G (structure %s)", made,
                    md_word(MD_STRUCTURES, s));
    if (s == STRUCTURE_FREE && conventions[k].entries)
        text_format(t, ", entries %s", conventions[k].entries);
}

/* A structured variable has several derivatives: which one this is, and what
 * the others are. */
static void note_structure(const struct query *q, struct string_list *notes,
                           struct text *t)
{
    const struct exprs *x = &q->g->x;
    for (uint32_t i = 0; i < q->request.order; i++) {
        expr_t variable = expr_part_variable(x, q->request.by[i]);
        const struct decl *d = expr_decl(x, expr_get(x, variable)->payload);
        size_t k = 0, n = sizeof conventions / sizeof *conventions;
        while (k < n && !(d->properties & conventions[k].property))
            k++;
        if (k == n || d->shape.kind != SHAPE_MATRIX ||
            q->request.form == FORM_DIFFERENTIAL)
            continue;
        note_convention(q, d, k, t);
        string_list_take(notes, t);
    }
}

static bool occurs(const struct query *q, op_t op)
{
    struct exprs *x = &q->g->x;
    uint32_t n = 0;
    const expr_t *list = expr_reach(x, q->request.expr, &q->c->out, &n);
    for (uint32_t i = 0; list && i < n; i++)
        if (expr_op(x, list[i]) == op)
            return true;
    return false;
}

/* The function that has a kink where the condition does not hold, or 0: the
 * one that asked for it, or a norm that must not be 0. */
static op_t kink_of(const struct query *q, const struct condition *c)
{
    const struct exprs *x = &q->g->x;
    op_t op = expr_op(x, c->subject);
    if (c->kink)
        return op_row(x->ops, c->kink)->kink ? c->kink : 0;
    return c->predicate == PROP_NONZERO && op_row(x->ops, op)->kink &&
                   occurs(q, op)
               ? op
               : 0;
}

/* What takes the place of the derivative where a condition fails. */
static void note_kinks(const struct query *q, const struct derive_result *r,
                       struct string_list *notes, struct text *t)
{
    const struct exprs *x = &q->g->x;
    for (uint32_t i = 0; i < r->conditions.count; i++) {
        op_t op = kink_of(q, &r->conditions.items[i]);
        if (!op || q->request.order > 1)
            continue;
        text_format(t, "%s: %s", op_name(x->ops, op),
                    intern_name(x->names, op_row(x->ops, op)->kink));
        string_list_take(notes, t);
    }
}

/* Blocks that were offered are multiplied out where that is shorter. */
static expr_t shorter(const struct query *q, expr_t e)
{
    struct text a, b;
    struct fault *f = &q->c->fault;
    expr_t other = e ? derive_normal(q->g->deriver, e) : 0;
    if (e && !other && f->kind != FAULT_MEMORY && f->kind != FAULT_INTERNAL)
        fault_clear(f);
    text_init(&a, &q->c->mem);
    text_init(&b, &q->c->mem);
    bool ok = e && other && print_expr(&q->g->x, e, FORMAT_TEXT, &a) &&
              print_expr(&q->g->x, other, FORMAT_TEXT, &b);
    e = ok && b.length < a.length ? other : e;
    text_free(&a);
    text_free(&b);
    return e;
}

/* Another form of the answer that is good for more, too. */
static void note_offer(const struct query *q, const struct derive_result *r,
                       struct string_list *notes, struct text *t)
{
    struct text other;
    symbol_t why;
    expr_t e = r->form == FORM_INDEX
                   ? 0
                   : rules_offer(q->g->rules, r->value, &why);
    e = shorter(q, e);
    text_init(&other, &q->c->mem);
    if (e && print_expr(&q->g->x, e, FORMAT_TEXT, &other) &&
        other.length <= LONGEST_OFFER) {
        text_format(t, "%s %s", text_get(&other),
                    intern_name(q->g->x.names, why));
        string_list_take(notes, t);
    }
    text_free(&other);
}

bool query_notes(const struct query *q, const struct derive_result *r,
                 struct string_list *notes)
{
    struct text t;
    text_init(&t, &q->c->mem);
    bool ok = note_expression(q, notes, &t) && note_absent(q, notes, &t);
    note_form(r, q->request.form, notes, &t);
    note_applied(q, notes, &t);
    note_structure(q, notes, &t);
    note_kinks(q, r, notes, &t);
    note_offer(q, r, notes, &t);
    text_free(&t);
    return ok;
}
