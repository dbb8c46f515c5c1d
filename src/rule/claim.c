/* claim.c - from syntax to what the verifier checks. */
#include "rule/claim.h"

#include <stdio.h>
#include <string.h>

#include "expr/function.h"
#include "expr/part.h"
#include "rule/match.h"

static const char *const kind_names[] = {
    "operator", "function",  "differential", "primary",  "rewrite", "fact",
    "condition", "derivative", "jacobian",   "identity", "law"};

struct reading_claim {
    struct rules *r;
    const struct syntax *t;
    const struct syntax_rule *rule;
    struct claim *k;
    const struct syntax_clause *equation;
    bool has_layout, has_form, has_structure, layout_in_force;
};

static bool refuse(struct reading_claim *c, enum fault_kind kind,
                   struct span where, const char *message)
{
    return fault_at(c->r->mem->fault, kind, where, "%s", message);
}

static const char *name_of(const struct reading_claim *c, symbol_t s)
{
    return intern_name(c->r->x->names, s);
}

/* ----------------------------------------------------------------- words */

static const char *const layouts[] = {"mixed", "numerator", "denominator"};
static const char *const forms[] = {
    "matrix", "vec", "index", "differential", "blocks", "blocks-by-variable",
    "row-column", "action"};
static const char *const structures[] = {"free", "projected", "entries",
                                         "vech"};

static int find_word(const char *word, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(words[i], word))
            return i;
    return -1;
}

static bool unknown_word(struct fault *f, struct span where, const char *word,
                         const char *const *words, int n)
{
    fault_at(f, FAULT_REQUEST, where, "unknown word '%.40s'", word);
    char all[160] = "one of:";
    for (int i = 0; i < n; i++) {
        strncat(all, i ? ", " : " ", sizeof all - strlen(all) - 1);
        strncat(all, words[i], sizeof all - strlen(all) - 1);
    }
    fault_hint(f, "%s", all);
    return false;
}

static bool read_word(struct reading_claim *c, const struct syntax_clause *s,
                      const char *const *words, int n, bool *given, int *out)
{
    if (*given)
        return refuse(c, FAULT_SYNTAX, s->where, "this was said already");
    *given = true;
    *out = find_word(name_of(c, s->text), words, n);
    return *out >= 0 || unknown_word(c->r->mem->fault, s->where,
                                     name_of(c, s->text), words, n);
}

bool claim_layout_known(struct rules *r)
{
    const struct syntax *t = &r->syntax;
    const char *word = t->layout ? intern_name(r->x->names, t->layout) : "";
    return !t->layout || find_word(word, layouts, 3) >= 0 ||
           unknown_word(r->mem->fault, t->layout_where, word, layouts, 3);
}

static bool read_setting(struct reading_claim *c,
                         const struct syntax_clause *s)
{
    int n = 0;
    bool ok;
    if (s->kind == CLAUSE_LAYOUT) {
        ok = read_word(c, s, layouts, 3, &c->has_layout, &n);
        c->k->layout = (enum layout)n;
    } else if (s->kind == CLAUSE_FORM) {
        ok = read_word(c, s, forms, FORM_ACTION + 1, &c->has_form, &n);
        c->k->form = (enum form)n;
    } else {
        ok = read_word(c, s, structures, 4, &c->has_structure, &n);
        c->k->structure = (enum structure)n;
    }
    return ok;
}

/* ------------------------------------------------------------ conditions */

static bool read_conditions(struct reading_claim *c,
                            const struct syntax_clause *s)
{
    for (syntax_t n = s->list; n; n = syntax_get(c->t, n)->next) {
        const struct syntax_node *node = syntax_get(c->t, n);
        properties_t p = node->kind == SYNTAX_CALL
                             ? property_by_name(name_of(c, node->payload))
                             : 0;
        expr_t e;
        if (!p || node->count != 1) {
            refuse(c, FAULT_PROPERTY, node->where,
                   "a condition is a property of one value");
            fault_hint(c->r->mem->fault, "positive(x), invertible(X), ...");
            return false;
        }
        syntax_t subject = syntax_child(c->t, n, 0);
        if (!scope_elaborate(c->r->scope, c->t, 1, &subject, &e) ||
            !conditions_add(&c->k->given, (enum property)p, e))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------- the claim */

/* D[f, X, Y]: an element of what is named D or J. */
static bool is_derivative(const struct reading_claim *c, syntax_t n)
{
    const struct syntax_node *node = syntax_get(c->t, n);
    if (node->kind != SYNTAX_ELEMENT)
        return false;
    const struct syntax_node *base =
        syntax_get(c->t, syntax_child(c->t, n, 0));
    if (base->kind != SYNTAX_NAME)
        return false;
    const char *name = name_of(c, base->payload);
    return !strcmp(name, "D") || !strcmp(name, "J");
}

static bool wants_derivative(const struct reading_claim *c)
{
    return c->rule->kind == RULE_DERIVATIVE || c->rule->kind == RULE_JACOBIAN;
}

static bool check_by(struct reading_claim *c, syntax_t n, expr_t e)
{
    if (expr_part_variable(c->r->x, e))
        return true;
    refuse(c, FAULT_VARIABLE, syntax_get(c->t, n)->where,
           "a derivative is by a variable");
    fault_hint(c->r->mem->fault, "X, or a part: X', X[1,2], X[1,:], X[:,2]");
    return false;
}

/* ---- d f = ... */

static bool varies(struct reading_claim *c, expr_t e)
{
    struct exprs *x = c->r->x;
    struct claim *k = c->k;
    const struct expr_node n = *expr_get(x, e);
    for (uint32_t i = 0; i < n.nargs; i++)
        if (!varies(c, expr_arg(x, e, i)))
            return false;
    if (n.op != OP_VARIABLE ||
        expr_decl(x, n.payload)->role != DECL_DIFFERENTIAL)
        return true;
    expr_t of = expr_variable(x, expr_decl(x, n.payload)->of);
    for (uint32_t i = 0; i < k->nvarying; i++)
        if (k->varying[i] == of)
            return true;
    if (k->nvarying == CLAIM_MAX_VARYING)
        return refuse(c, FAULT_LIMIT, k->right_where,
                      "a differential by too many variables");
    k->varying[k->nvarying++] = of;
    return true;
}

/* Of several variables each is verified by itself, the others at rest, which
 * tells all only of what is linear in all d together. */
static bool check_linear(struct reading_claim *c)
{
    struct exprs *x = c->r->x;
    struct claim *k = c->k;
    expr_t d[CLAIM_MAX_VARYING];
    for (uint32_t i = 0; i < k->nvarying; i++) {
        decl_t of = expr_get(x, k->varying[i])->payload;
        d[i] = scope_differential_made(c->r->scope, of);
    }
    return k->nvarying == 1 ||
           differential_is_linear(c->r, k->right, k->nvarying, d) ||
           refuse(c, FAULT_UNSUPPORTED, k->right_where,
                  "the differential is not linear in d");
}

static bool check_varying(struct reading_claim *c)
{
    struct claim *k = c->k;
    if (!k->nvarying) {
        refuse(c, FAULT_VARIABLE, k->right_where,
               "nothing varies on the right side");
        fault_hint(c->r->mem->fault, "d X is what X changes by; D[f, X] = 0 "
                                     "says that f does not depend on X");
        return false;
    }
    if (k->order > 1 && k->nvarying > 1) {
        refuse(c, FAULT_UNSUPPORTED, k->right_where,
               "a higher differential by several variables");
        fault_hint(c->r->mem->fault,
                   "one pair at a time: form differential; D[f, X, Y] = ...");
        return false;
    }
    return check_linear(c);
}

/* With more axes than rows and columns there are several conventions. */
static bool check_form(struct reading_claim *c)
{
    const struct exprs *x = c->r->x;
    const struct claim *k = c->k;
    uint32_t axes = expr_shape(x, k->left)->order;
    for (uint32_t i = 0; i < k->order; i++)
        axes += expr_shape(x, k->by[i])->order;
    if (axes <= 2 || c->has_form || c->has_layout || c->layout_in_force)
        return true;
    refuse(c, FAULT_REQUEST, k->right_where,
           "a derivative with more axes than two, in which form?");
    fault_hint(c->r->mem->fault, "form vec; form blocks; form index; ...");
    return false;
}

static bool differ_in_shape(struct reading_claim *c);

static bool read_total(struct reading_claim *c)
{
    struct exprs *x = c->r->x;
    struct claim *k = c->k;
    syntax_t roots[2] = {c->equation->left, c->equation->right};
    expr_t e[2];
    for (k->order = 0;
         syntax_get(c->t, roots[0])->kind == SYNTAX_DIFFERENTIAL; k->order++)
        roots[0] = syntax_child(c->t, roots[0], 0);
    if (k->order > CLAIM_MAX_ORDER)
        return refuse(c, FAULT_LIMIT, k->left_where,
                      "a differential of too high an order");
    if (c->has_form && k->form != FORM_DIFFERENTIAL)
        return refuse(c, FAULT_REQUEST, k->left_where,
                      "a differential has no other form");
    k->form = FORM_DIFFERENTIAL;
    if (!scope_elaborate(c->r->scope, c->t, 2, roots, e))
        return false;
    k->left = e[0];
    k->right = e[1];
    if (pattern_depth(x, e[1]) > PATTERN_MAX_DEPTH)
        return refuse(c, FAULT_LIMIT, k->right_where, "nested too deep");
    if (!varies(c, e[1]) || !check_varying(c))
        return false;
    for (uint32_t i = 0; i < k->order; i++)
        k->by[i] = k->varying[0];
    return shape_equal(expr_shape(x, e[0]), expr_shape(x, e[1])) ||
           differ_in_shape(c);
}

/* dX as answers print it, where nothing else has that name. */
static bool name_differentials(struct reading_claim *c)
{
    struct exprs *x = c->r->x;
    uint32_t last = x->decl_count;
    char name[200];
    if (c->k->form != FORM_DIFFERENTIAL &&
        syntax_get(c->t, c->equation->left)->kind != SYNTAX_DIFFERENTIAL)
        return true;
    for (decl_t d = c->k->first; d <= last; d++) {
        int n = snprintf(name, sizeof name, "d%.150s",
                         intern_name(x->names, expr_decl(x, d)->name));
        expr_t e;
        if (expr_decl(x, d)->role != DECL_VARIABLE ||
            scope_knows(c->r->scope, name, (size_t)n))
            continue;
        e = scope_differential(c->r->scope, d);
        if (!e || !scope_assign(c->r->scope, name, (size_t)n, e))
            return false;
    }
    return true;
}

static bool read_derivative(struct reading_claim *c)
{
    syntax_t left = c->equation->left, roots[CLAIM_MAX_ORDER + 2];
    expr_t e[CLAIM_MAX_ORDER + 2];
    struct span where = syntax_get(c->t, left)->where;
    if (!name_differentials(c))
        return false;
    if (syntax_get(c->t, left)->kind == SYNTAX_DIFFERENTIAL)
        return read_total(c);
    if (!is_derivative(c, left)) {
        refuse(c, FAULT_SYNTAX, where, "the left side is not a derivative");
        fault_hint(c->r->mem->fault, "D[tr(A*X), X] = A', or "
                                     "d tr(A*X) = tr(A*d X)");
        return false;
    }
    uint32_t n = syntax_get(c->t, left)->count;
    if (n < 3 || n - 2 > CLAIM_MAX_ORDER) {
        refuse(c, FAULT_SYNTAX, where,
               n < 3 ? "a derivative needs a variable"
                     : "a derivative of too high an order");
        fault_hint(c->r->mem->fault, "D[f, X], or D[f, X, Y]");
        return false;
    }
    for (uint32_t i = 1; i < n; i++)
        roots[i - 1] = syntax_child(c->t, left, i);
    roots[n - 1] = c->equation->right;
    if (!scope_elaborate(c->r->scope, c->t, n, roots, e))
        return false;
    c->k->order = n - 2;
    c->k->left = e[0];
    c->k->right = e[n - 1];
    for (uint32_t i = 1; i + 1 < n; i++) {
        c->k->by[i - 1] = e[i];
        if (!check_by(c, roots[i], e[i]))
            return false;
    }
    return check_form(c);
}

static bool differ_in_shape(struct reading_claim *c)
{
    struct exprs *x = c->r->x;
    struct text t;
    text_init(&t, c->r->mem);
    text_str(&t, "the sides differ in shape: ");
    shape_print(x->dims, expr_shape(x, c->k->left), &t);
    text_str(&t, " on the left, ");
    shape_print(x->dims, expr_shape(x, c->k->right), &t);
    fault_at(c->r->mem->fault, FAULT_SHAPE, c->k->right_where,
             "%s on the right", text_get(&t));
    fault_second(c->r->mem->fault, c->k->left_where, "the left side is this");
    text_free(&t);
    return false;
}

static bool read_equality(struct reading_claim *c)
{
    struct exprs *x = c->r->x;
    syntax_t sides[2] = {c->equation->left, c->equation->right};
    expr_t e[2];
    if (is_derivative(c, sides[0])) {
        refuse(c, FAULT_SYNTAX, c->k->left_where,
               "a derivative in a rule that claims none");
        fault_hint(c->r->mem->fault, "begin the rule with 'derivative'");
        return false;
    }
    if (!rests_mark(c->r, c->t, c->rule) ||
        !scope_elaborate(c->r->scope, c->t, 2, sides, e))
        return false;
    c->k->left = e[0];
    c->k->right = e[1];
    return shape_equal(expr_shape(x, e[0]), expr_shape(x, e[1])) ||
           (expr_is_number(x, e[1], RAT_ZERO) && c->rule->refuted) ||
           differ_in_shape(c);
}

/* -------------------------------------------------------------- the rule */

static bool find_equation(struct reading_claim *c)
{
    bool rewrites = c->rule->kind == RULE_REWRITE;
    for (uint32_t i = 0; i < c->rule->clause_count; i++) {
        const struct syntax_clause *s =
            &c->t->clauses[c->rule->first_clause + i];
        bool is = rewrites ? s->kind == CLAUSE_REWRITE
                           : s->kind == CLAUSE_EQUATION ||
                                 (s->kind == CLAUSE_IDENTITY &&
                                  c->rule->kind == RULE_IDENTITY);
        if (is && c->equation) {
            refuse(c, FAULT_SYNTAX, s->where, "one claim a rule");
            fault_second(c->r->mem->fault, c->equation->where,
                         "the first one is here");
            return false;
        }
        if (is)
            c->equation = s;
        else if (s->kind == CLAUSE_EQUATION || s->kind == CLAUSE_REWRITE ||
                 s->kind == CLAUSE_IDENTITY || s->kind == CLAUSE_EXPR)
            return refuse(c, FAULT_SYNTAX, s->where,
                          rewrites ? "a rewrite is written with =>"
                                   : "a claim is an equation: left = right");
    }
    return c->equation || refuse(c, FAULT_SYNTAX, c->rule->where,
                                 "a rule that claims nothing");
}

/* A long note is written as several. */
static bool add_note(struct reading_claim *c, symbol_t s)
{
    struct intern *names = c->r->x->names;
    struct text t;
    if (!c->k->note) {
        c->k->note = s;
        return true;
    }
    text_init(&t, c->r->mem);
    text_str(&t, intern_name(names, c->k->note));
    text_char(&t, ' ');
    text_str(&t, intern_name(names, s));
    symbol_t joined = t.failed ? 0 : intern_text(names, text_get(&t));
    text_free(&t);
    if (joined)
        c->k->note = joined;
    return joined != 0;
}

static bool read_clause(struct reading_claim *c,
                        const struct syntax_clause *s)
{
    switch ((enum clause_kind)s->kind) {
    case CLAUSE_LET:
        return scope_declare_variables(c->r->scope, c->t, s->list);
    case CLAUSE_LAYOUT:
    case CLAUSE_FORM:
    case CLAUSE_STRUCTURE:
        return read_setting(c, s);
    case CLAUSE_NOTE:
        return add_note(c, s->text);
    case CLAUSE_FOR:
        if (c->k->function)
            return refuse(c, FAULT_SYNTAX, s->where, "one function a rule");
        c->k->function = s->text;
        return scope_declare_function(c->r->scope, s->text);
    case CLAUSE_EQUATION:
    case CLAUSE_REWRITE:
    case CLAUSE_IDENTITY:
    case CLAUSE_IF:
    case CLAUSE_ASSUMING:
    case CLAUSE_HELP:
    case CLAUSE_OFFER:
    case CLAUSE_DETERMINES:
        return true;
    default:
        return refuse(c, FAULT_SYNTAX, s->where,
                      "this belongs to the declaration of an operator");
    }
}

/* Marks a declaration, and those of the same name: a function's, before its
 * arguments were found out. */
static void mark_decl(const struct reading_claim *c, decl_t d, uint8_t *used)
{
    const struct exprs *x = c->r->x;
    const struct claim *k = c->k;
    for (uint32_t i = 0; i < k->ndecls && i < 64; i++)
        if (expr_decl(x, k->first + i)->name == expr_decl(x, d)->name)
            used[i] = 1;
}

static void mark_used(const struct reading_claim *c, expr_t e, uint8_t *used);

/* A member uses its family, and that what its members are made of. */
static void mark_family(const struct reading_claim *c, decl_t member,
                        uint8_t *used)
{
    decl_t family = expr_decl(c->r->x, member)->family;
    uint32_t i = family - c->k->first;
    if (family < c->k->first || i >= 64 || used[i])
        return;
    used[i] = 1;
    mark_used(c, expr_decl(c->r->x, family)->definition, used);
}

static void mark_used(const struct reading_claim *c, expr_t e, uint8_t *used)
{
    const struct exprs *x = c->r->x;
    if (!e)
        return;
    const struct expr_node *n = expr_get(x, e);
    if (n->op == OP_VARIABLE) {
        mark_decl(c, n->payload, used);
        mark_family(c, n->payload, used);
    }
    else if (n->op == OP_APPLY)
        mark_decl(c, applied_get(x, n->payload)->function, used);
    for (uint32_t i = 0; i < n->nargs; i++)
        mark_used(c, expr_arg(x, e, i), used);
}

static struct span declared_at(const struct reading_claim *c, symbol_t name)
{
    for (uint32_t i = 0; i < c->rule->clause_count; i++) {
        const struct syntax_clause *s =
            &c->t->clauses[c->rule->first_clause + i];
        for (syntax_t n = s->kind == CLAUSE_LET ? s->list : 0; n;
             n = syntax_get(c->t, n)->next)
            if (syntax_get(c->t, n)->payload == name)
                return syntax_get(c->t, n)->where;
    }
    return c->rule->where;
}

/* A variable that stands nowhere is a slip of the pen. */
static bool check_used(struct reading_claim *c)
{
    const struct exprs *x = c->r->x;
    struct claim *k = c->k;
    uint8_t used[64] = {0};
    if (pattern_depth(x, k->left) > PATTERN_MAX_DEPTH ||
        pattern_depth(x, k->right) > PATTERN_MAX_DEPTH)
        return true;
    mark_used(c, k->left, used);
    mark_used(c, k->right, used);
    for (uint32_t i = 0; i < k->order; i++)
        mark_used(c, k->by[i], used);
    for (uint32_t i = 0; i < k->ndecls && i < 64; i++) {
        symbol_t name = expr_decl(x, k->first + i)->name;
        const struct decl *d = expr_decl(x, k->first + i);
        if (d->role == DECL_DIFFERENTIAL)
            continue;
        if (!used[i] && !d->family)
            return fault_at(c->r->mem->fault, FAULT_NAME,
                            declared_at(c, name),
                            "'%.60s' is declared and not used",
                            name_of(c, name));
    }
    return true;
}

static bool placed(struct reading_claim *c, bool ok, struct span where)
{
    struct fault *f = c->r->mem->fault;
    if (!ok && fault_is_set(f) && !f->where.end)
        f->where = where;
    return ok;
}

static bool find_rests(struct reading_claim *c)
{
    struct pattern p;
    if (c->rule->kind != RULE_REWRITE || !claim_pattern(c->k, &p))
        return true; /* too many variables are refused elsewhere */
    if (!rests_find(c->r, &p, c->t, c->rule))
        return false;
    memcpy(c->k->rest, p.rest, sizeof p.rest);
    c->k->has_rests = has_rests(&p);
    return true;
}

static bool read_sides(struct reading_claim *c)
{
    struct claim *k = c->k;
    k->left_where = syntax_get(c->t, c->equation->left)->where;
    k->right_where = syntax_get(c->t, c->equation->right)->where;
    if (!placed(c, wants_derivative(c) ? read_derivative(c)
                                       : read_equality(c),
                c->equation->where))
        return false;
    k->ndecls = c->r->x->decl_count + 1 - k->first;
    for (uint32_t i = 0; i < c->rule->clause_count; i++) {
        const struct syntax_clause *s =
            &c->t->clauses[c->rule->first_clause + i];
        if ((s->kind == CLAUSE_IF || s->kind == CLAUSE_ASSUMING) &&
            !placed(c, read_conditions(c, s), s->where))
            return false;
    }
    return find_rests(c) && check_used(c);
}

static bool read_claim(struct reading_claim *c)
{
    struct claim *k = c->k;
    scope_clear(c->r->scope);
    k->first = c->r->x->decl_count + 1;
    for (uint32_t i = 0; i < c->rule->clause_count; i++) {
        const struct syntax_clause *s =
            &c->t->clauses[c->rule->first_clause + i];
        if (!placed(c, read_clause(c, s), s->where))
            return false;
    }
    return find_equation(c) && read_sides(c);
}

/* "cookbook2012:100, cs229:trace"; 0 with a fault. */
static symbol_t join_sources(struct reading_claim *c)
{
    struct text t;
    text_init(&t, c->r->mem);
    for (uint32_t i = 0; i < c->rule->cite_count; i++) {
        const struct syntax_cite *s = &c->t->cites[c->rule->first_cite + i];
        text_format(&t, "%s%s:%s", i ? ", " : "", name_of(c, s->key),
                    name_of(c, s->place));
    }
    symbol_t all = t.failed ? 0 : intern_text(c->r->x->names, text_get(&t));
    text_free(&t);
    return all;
}

static bool take_head(struct reading_claim *c, const char *layout)
{
    struct claim *k = c->k;
    int n = layout && *layout ? find_word(layout, layouts, 3) : 0;
    c->layout_in_force = layout && *layout;
    k->kind = kind_names[c->rule->kind];
    k->refuted = c->rule->refuted;
    k->is_claim = k->refuted || c->rule->kind == RULE_REWRITE ||
                  c->rule->kind >= RULE_DERIVATIVE;
    k->name = c->rule->name;
    k->where = c->rule->where;
    k->layout = n > 0 ? (enum layout)n : LAYOUT_MIXED;
    if (c->rule->cite_count)
        k->cite = join_sources(c);
    return k->cite || !c->rule->cite_count;
}

bool claim_read(struct rules *r, const char *text, size_t length,
                const char *layout, struct claim *k)
{
    struct mem *m = k->given.mem;
    struct conditions given = k->given;
    given.count = 0;
    *k = (struct claim){.given = given};
    k->given.mem = m;
    if (!syntax_read(&r->syntax, START_RULES, text, length))
        return false;
    k->kind = "";
    if (!r->syntax.rule_count)
        return claim_layout_known(r);
    struct reading_claim c = {.r = r, .t = &r->syntax, .k = k,
                              .rule = &r->syntax.rules[0]};
    return take_head(&c, layout) && (!k->is_claim || read_claim(&c));
}

bool claim_is_differential(const struct claim *k)
{
    return k->form == FORM_DIFFERENTIAL && k->nvarying;
}

void claim_init(struct claim *k, struct mem *m)
{
    *k = (struct claim){0};
    conditions_init(&k->given, m);
}

void claim_free(struct claim *k)
{
    conditions_free(&k->given);
}

bool claim_kind_declares(const char *kind, size_t length)
{
    for (int i = 0; i <= RULE_PRIMARY; i++)
        if (strlen(kind_names[i]) == length &&
            !memcmp(kind_names[i], kind, length))
            return true;
    return false;
}
