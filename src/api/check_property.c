/* check_property.c - claims that are right for some matrices, or with
 * another idea of a symmetric variable. */
#include "config.h"

#include <string.h>

#include "api/check.h"
#include "derive/differential.h"

/* Variables and what they are declared anew as. */
struct candidates {
    uint32_t n;
    expr_t from[MOST_CANDIDATES], to[MOST_CANDIDATES];
    properties_t property[MOST_CANDIDATES];
};

/* The same variable with one more property; 0 where it cannot have it. */
static expr_t with_property(struct check *k, expr_t variable, properties_t p)
{
    struct exprs *x = &k->q.g->x;
    struct decl d = *expr_decl(x, expr_get(x, variable)->payload);
    if ((d.properties & p) || d.role == DECL_DIFFERENTIAL)
        return 0;
    d.properties = property_close(x->mem, d.properties | p, &d.shape,
                                  intern_name(x->names, d.name));
    bool possible = !fault_is_set(x->mem->fault);
    fault_clear(x->mem->fault);
    return possible ? expr_variable(x, expr_declare(x, &d)) : 0;
}

static bool add(struct check *k, struct candidates *c, expr_t variable,
                properties_t p)
{
    expr_t to = c->n < MOST_CANDIDATES ? with_property(k, variable, p) : 0;
    if (!to)
        return false;
    c->from[c->n] = variable;
    c->property[c->n] = p;
    c->to[c->n++] = to;
    return true;
}

/* The variables of the expression and the claim. */
static uint32_t find_variables(struct check *k, expr_t *out)
{
    struct exprs *x = &k->q.g->x;
    expr_t roots[] = {k->q.request.expr, k->q.claim};
    uint32_t n = 0;
    for (int r = 0; r < 2; r++) {
        uint32_t count = 0;
        const expr_t *list = expr_reach(x, roots[r], &k->q.c->out, &count);
        for (uint32_t i = 0; list && i < count; i++) {
            bool known = expr_op(x, list[i]) != OP_VARIABLE;
            for (uint32_t j = 0; j < n; j++)
                known = known || out[j] == list[i];
            if (!known && n < MOST_CANDIDATES)
                out[n++] = list[i];
        }
    }
    return n;
}

static expr_t replaced(struct check *k, const struct candidates *c, expr_t e)
{
    struct exprs *x = &k->q.g->x;
    e = expr_substitute(x, e, c->n, c->from, c->to);
    if (!form_applied(k->q.request.form, k->q.request.order))
        return e;
    for (uint32_t i = 0; i < c->n; i++) {
        expr_t from = differential_of(x, c->from[i]);
        expr_t to = differential_of(x, c->to[i]);
        e = expr_substitute(x, e, 1, &from, &to);
    }
    return e;
}

static bool holds_as(struct check *k, const struct candidates *c,
                     enum structure structure)
{
    struct query q = k->q;
    q.request.structure = structure;
    q.request.expr = replaced(k, c, q.request.expr);
    q.claim = replaced(k, c, q.claim);
    for (uint32_t i = 0; i < q.request.order; i++)
        q.request.by[i] = expr_substitute(&k->q.g->x, q.request.by[i], c->n,
                                          c->from, c->to);
    return q.request.expr && check_holds(k, &q, q.claim, q.request.layout);
}

static bool holds_with(struct check *k, const struct candidates *c)
{
    if (k->q.request.structure == STRUCTURE_FREE &&
        !check_may_equal(k, replaced(k, c, k->q.claim),
                         replaced(k, c, k->r->value)))
        return false;
    return holds_as(k, c, k->q.request.structure);
}

static const char *name_of(struct check *k, expr_t variable)
{
    const struct exprs *x = &k->q.g->x;
    return intern_name(x->names,
                       expr_decl(x, expr_get(x, variable)->payload)->name);
}

/* ---- all symmetric */

static struct candidates without(const struct candidates *c, uint32_t i)
{
    struct candidates less = *c;
    less.n--;
    less.from[i] = less.from[less.n];
    less.to[i] = less.to[less.n];
    less.property[i] = less.property[less.n];
    return less;
}

static void tell_symmetric(struct check *k, const struct candidates *c)
{
    struct string_list names = {.c = k->q.c};
    struct text t;
    text_init(&t, &k->q.c->mem);
    text_str(&k->remark, "it is the derivative only if ");
    for (uint32_t i = 0; i < c->n; i++) {
        text_str(&t, name_of(k, c->from[i]));
        text_format(&k->remark, "%s%s", i ? " and " : "", text_get(&t));
        string_list_take(&names, &t);
    }
    text_str(&k->remark, c->n > 1 ? " are symmetric" : " is symmetric");
    text_free(&t);
    k->a->symmetric = names.items;
    k->a->symmetric_count = names.count;
}

/* Drops matrices one at a time while the claim still holds: what remains is
 * a least set. */
bool check_symmetric_only(struct check *k)
{
    expr_t variable[MOST_CANDIDATES];
    struct candidates c = {.n = 0};
    uint32_t n = find_variables(k, variable);
    for (uint32_t i = 0; i < n; i++)
        add(k, &c, variable[i], PROP_SYMMETRIC);
    if (!c.n || !holds_with(k, &c))
        return false;
    for (uint32_t i = c.n; i-- > 0;) {
        struct candidates less = without(&c, i);
        if (less.n && holds_with(k, &less))
            c = less;
    }
    tell_symmetric(k, &c);
    return true;
}

/* ---- other properties */

/* Weak ones first. */
static const properties_t singles[] = {
    PROP_POSITIVE, PROP_PSD,        PROP_POSDEF,      PROP_LOWER, PROP_UPPER,
    PROP_DIAGONAL, PROP_ORTHOGONAL, PROP_ANTISYMMETRIC};
static const properties_t doubles[] = {PROP_SYMMETRIC, PROP_POSITIVE,
                                       PROP_DIAGONAL, PROP_ORTHOGONAL};
enum { SINGLES = sizeof singles / sizeof *singles,
       DOUBLES = sizeof doubles / sizeof *doubles };

static void tell_properties(struct check *k, const struct candidates *c)
{
    struct string_list list = {.c = k->q.c};
    struct text t;
    text_init(&t, &k->q.c->mem);
    text_str(&k->remark, "it is the derivative only if ");
    for (uint32_t i = 0; i < c->n; i++) {
        const char *name = name_of(k, c->from[i]);
        const char *property = property_name((enum property)c->property[i]);
        text_format(&k->remark, "%s%s is %s", i ? " and " : "", name,
                    property);
        text_format(&t, "%s %s", name, property);
        string_list_take(&list, &t);
    }
    text_free(&t);
    k->a->properties = list.items;
    k->a->property_count = list.count;
}

static bool found(struct check *k, const struct candidates *c)
{
    if (!k->budget)
        return false;
    k->budget--;
    if (!holds_with(k, c))
        return false;
    tell_properties(k, c);
    return true;
}

static bool find_single(struct check *k, uint32_t n, const expr_t *variable)
{
    for (uint32_t p = 0; p < SINGLES; p++)
        for (uint32_t i = 0; i < n; i++) {
            struct candidates c = {.n = 0};
            if (add(k, &c, variable[i], singles[p]) && found(k, &c))
                return true;
        }
    return false;
}

static bool find_double(struct check *k, uint32_t n, const expr_t *variable)
{
    for (uint32_t p = 0; p < DOUBLES * DOUBLES; p++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = i + 1; j < n && k->budget; j++) {
                struct candidates c = {.n = 0};
                if (add(k, &c, variable[i], doubles[p / DOUBLES]) &&
                    add(k, &c, variable[j], doubles[p % DOUBLES]) &&
                    found(k, &c))
                    return true;
            }
    return false;
}

bool check_property_only(struct check *k, bool pairs)
{
    expr_t variable[MOST_CANDIDATES];
    uint32_t n = find_variables(k, variable);
    return pairs ? find_double(k, n, variable) : find_single(k, n, variable);
}

/* ---- symmetric variables */

static bool tell_structure(struct check *k, enum structure s)
{
    static const char *const formula[] = {
        [STRUCTURE_FREE] = "G, all entries apart",
        [STRUCTURE_PROJECTED] = "(G+G')/2",
        [STRUCTURE_ENTRIES] = "G+G'-G.*eye(n)"};
    const char *word = md_word(MD_STRUCTURES, s);
    text_format(&k->remark,
                "it is the derivative by a symmetric %s with structure %s, "
                "%s; this is %s", name_of(k, k->q.request.by[0]), word,
                formula[s], md_word(MD_STRUCTURES, k->q.request.structure));
    k->a->claim_structure = word;
    return true;
}

/* The claim of another convention: told apart from one that is right as soon
 * as the variable is symmetric. */
bool check_other_structure(struct check *k)
{
    const enum structure asked = k->q.request.structure;
    struct exprs *x = &k->q.g->x;
    struct candidates c = {.n = 0};
    expr_t by = k->q.request.by[0];
    if (expr_op(x, by) != OP_VARIABLE)
        return false;
    const struct decl *d = expr_decl(x, expr_get(x, by)->payload);
    if (k->q.request.order != 1 || d->shape.kind != SHAPE_MATRIX ||
        form_applied(k->q.request.form, 1))
        return false;
    bool symmetric = d->properties & PROP_SYMMETRIC;
    if (!symmetric && !add(k, &c, by, PROP_SYMMETRIC))
        return false;
    if (!symmetric && holds_as(k, &c, asked))
        return false;
    for (unsigned s = STRUCTURE_FREE; s <= STRUCTURE_ENTRIES; s++)
        if ((enum structure)s != asked && holds_as(k, &c, (enum structure)s))
            return tell_structure(k, (enum structure)s);
    return false;
}

/* ---- the compendium */

/* The rule that the claim may have been meant to be. */
void check_suggest(struct check *k)
{
    struct exprs *x = &k->q.g->x;
    struct md_context *c = k->q.c;
    expr_t variable[MOST_CANDIDATES];
    uint32_t n = find_variables(k, variable);
    struct text let, expr, out;
    text_init(&let, &c->mem);
    text_init(&expr, &c->mem);
    text_init(&out, &c->mem);
    for (uint32_t i = 0; i < n; i++) {
        text_str(&let, i ? ", " : "");
        print_decl(x, expr_get(x, variable[i])->payload, &let);
    }
    if (print_expr(x, k->q.request.expr, FORMAT_TEXT, &expr) &&
        expr.length < 1000 &&
        claim_suggest(c, text_get(&let), text_get(&expr), &out)) {
        text_format(&k->remark, "%srule %s", k->remark.length ? "; " : "",
                    text_get(&out));
        k->a->rule = context_take(c, &out);
    }
    fault_clear(&c->fault);
    text_free(&let);
    text_free(&expr);
    text_free(&out);
}
