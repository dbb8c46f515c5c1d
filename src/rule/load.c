/* load.c - rule files: from syntax to the operator table and patterns. */
#include <string.h>

#include "rule/builtin.h"
#include "rule/claim.h"
#include "rule/loading.h"

static const struct syntax_clause *clause_at(const struct loading *l,
                                             uint32_t i)
{
    return &l->t->clauses[l->rule->first_clause + i];
}

bool loading_placed(struct loading *l, bool ok, struct span where)
{
    struct fault *f = l->r->mem->fault;
    if (!ok && fault_is_set(f) && f->where.begin == f->where.end)
        f->where = where;
    return ok;
}

bool loading_refuse(struct loading *l, enum fault_kind kind, struct span where,
                    const char *message)
{
    return fault_at(l->r->mem->fault, kind, where, "%s", message);
}

bool loading_elaborate(struct loading *l, syntax_t n, expr_t *e)
{
    return scope_elaborate(l->r->scope, l->t, 1, &n, e);
}

/* ------------------------------------------------------------ conditions */

static bool read_condition(struct loading *l, syntax_t n, struct condition *c)
{
    const struct syntax_node *node = syntax_get(l->t, n);
    properties_t p =
        node->kind == SYNTAX_CALL
            ? property_by_name(intern_name(l->r->x->names, node->payload))
            : 0;
    if (!p || node->count != 1) {
        loading_refuse(l, FAULT_PROPERTY, node->where,
                       "a condition is a property of one value");
        fault_hint(l->r->mem->fault, "positive(x), invertible(X), ...");
        return false;
    }
    c->predicate = (enum property)p;
    return loading_elaborate(l, syntax_child(l->t, n, 0), &c->subject) &&
           (pattern_depth(l->r->x, c->subject) <= PATTERN_MAX_DEPTH ||
            loading_refuse(l, FAULT_LIMIT, node->where, "nested too deep"));
}

/* positive(x), positive(x) unless integer(a) */
static bool read_requirement(struct loading *l, syntax_t n,
                             struct requirement *q)
{
    const struct syntax_node *node = syntax_get(l->t, n);
    struct condition c;
    bool unless = node->kind == SYNTAX_CALL && node->count == 2 &&
                  !strcmp(intern_name(l->r->x->names, node->payload),
                          "unless");
    *q = (struct requirement){.unless.subject = 0};
    if (!read_condition(l, unless ? syntax_child(l->t, n, 0) : n, &c))
        return false;
    q->predicate = c.predicate;
    q->subject = c.subject;
    return !unless || read_condition(l, syntax_child(l->t, n, 1), &q->unless);
}

static bool read_requirements(struct loading *l,
                              const struct syntax_clause *k)
{
    struct requirement q;
    for (syntax_t n = k->list; n; n = syntax_get(l->t, n)->next)
        if (!read_requirement(l, n, &q) ||
            !signature_condition(l, k->kind == CLAUSE_SMOOTH, &q, k->where))
            return false;
    return true;
}

static bool read_conditions(struct loading *l, const struct syntax_clause *k)
{
    struct rules *r = l->r;
    for (syntax_t n = k->list; n; n = syntax_get(l->t, n)->next) {
        struct rule_condition c = {.assuming = k->kind == CLAUSE_ASSUMING};
        if (!read_condition(l, n, &c.is))
            return false;
        if (!MEM_RESERVE(r->mem, r->conditions, r->condition_capacity,
                         (size_t)r->condition_count + 1))
            return false;
        r->conditions[r->condition_count++] = c;
        l->pattern.nconditions++;
    }
    return true;
}

/* --------------------------------------------------- patterns of rewrites */

/* A full list moves to the end of what is listed, with twice the room. */
static bool list_grow(struct rules *r, struct pattern_list *l)
{
    uint32_t room = l->capacity ? 2 * l->capacity : 4;
    if (!MEM_RESERVE(r->mem, r->listed, r->listed_capacity,
                     (size_t)r->listed_count + room))
        return false;
    for (uint32_t i = 0; i < l->count; i++)
        r->listed[r->listed_count + i] = r->listed[l->first + i];
    *l = (struct pattern_list){r->listed_count, l->count, room};
    r->listed_count += room;
    return true;
}

static bool list_pattern(struct rules *r, const struct pattern *p, op_t op,
                         uint32_t item)
{
    struct pattern_lists *lists = &r->lists[pattern_purpose(p)];
    if (!MEM_RESERVE(r->mem, lists->by_op, lists->capacity, (size_t)op + 1))
        return false;
    struct pattern_list *l = &lists->by_op[op];
    if (l->count == l->capacity && !list_grow(r, l))
        return false;
    r->listed[l->first + l->count++] = item;
    return true;
}

static bool add_pattern(struct loading *l, struct span where)
{
    struct rules *r = l->r;
    struct pattern *p = &l->pattern;
    op_t op = expr_op(r->x, p->left);
    uint32_t item = r->count, n = r->x->decl_count + 1 - p->first;
    if (n > PATTERN_MAX_VARIABLES)
        return loading_refuse(l, FAULT_LIMIT, l->rule->where,
                              "too many variables in a rule");
    p->nvariables = (uint8_t)n;
    if (p->right && !rests_find(r, p, l->t, l->rule))
        return false;
    if (!loading_placed(l, pattern_check(r, p), where) ||
        !MEM_RESERVE(r->mem, r->patterns, r->capacity, (size_t)r->count + 1))
        return false;
    r->patterns[r->count++] = *p;
    if (!list_pattern(r, p, op, item))
        return false;
    if (!p->lifts || (op != OP_MUL && op != OP_DIV && op != OP_POW))
        return true;
    return list_pattern(r, p,
                        op == OP_MUL   ? OP_HAD
                        : op == OP_DIV ? OP_HDIV
                                       : OP_HPOW,
                        item);
}

static bool read_rewrite(struct loading *l, const struct syntax_clause *k)
{
    syntax_t sides[2] = {k->left, k->right};
    expr_t e[2];
    if (l->rule->kind == RULE_LAW)
        return true; /* which then has no equation */
    if (l->pattern.left)
        return loading_refuse(l, FAULT_SYNTAX, k->where, "one rewrite a rule");
    if (syntax_get(l->t, k->list)->next)
        return loading_refuse(l, FAULT_SYNTAX, k->where,
                              "a rewrite has one right side");
    if (!rests_mark(l->r, l->t, l->rule) ||
        !scope_elaborate(l->r->scope, l->t, 2, sides, e))
        return false;
    l->pattern.left = e[0];
    l->pattern.right = e[1];
    l->pattern.claim = k->where;
    return true;
}

static bool read_fact_head(struct loading *l, syntax_t n)
{
    struct condition c;
    if (!read_condition(l, n, &c))
        return false;
    l->pattern.left = c.subject;
    l->pattern.predicate = (properties_t)c.predicate;
    return true;
}

/* A fact, positive(exp(x)) or not(positive(-x)), is complete with its clause:
 * what conditions it depends on stands before it. */
static bool read_fact(struct loading *l, const struct syntax_clause *k)
{
    const struct syntax_node *n = syntax_get(l->t, k->left);
    l->pattern.denies =
        n->kind == SYNTAX_CALL && n->count == 1 &&
        !strcmp(intern_name(l->r->x->names, n->payload), "not");
    return read_fact_head(l, l->pattern.denies
                                 ? syntax_child(l->t, k->left, 0)
                                 : k->left) &&
           add_pattern(l, k->where);
}

/* nonzero(x*y) => nonzero(x), nonzero(y): complete with its clause, too. */
static bool read_reduction(struct loading *l, const struct syntax_clause *k)
{
    struct rules *r = l->r;
    struct condition c;
    if (!read_fact_head(l, k->left))
        return false;
    l->pattern.first_result = r->result_count;
    l->pattern.nresults = 0;
    for (syntax_t n = k->list; n; n = syntax_get(l->t, n)->next) {
        if (l->pattern.nresults == PATTERN_MAX_RESULTS)
            return loading_refuse(l, FAULT_LIMIT, k->where,
                                  "too many conditions on the right");
        if (!read_condition(l, n, &c) ||
            !MEM_RESERVE(r->mem, r->results, r->result_capacity,
                         (size_t)r->result_count + 1))
            return false;
        r->results[r->result_count++] = c;
        l->pattern.nresults++;
    }
    return add_pattern(l, k->where);
}

/* ----------------------------------------------------------------- rules */

static bool declares(const struct loading *l)
{
    return l->rule->kind == RULE_OPERATOR ||
           l->rule->kind == RULE_FUNCTION || l->rule->kind == RULE_PRIMARY;
}

static bool read_equation(struct loading *l, const struct syntax_clause *k)
{
    if (syntax_get(l->t, k->left)->kind == SYNTAX_DIFFERENTIAL)
        return signature_differential(l, k);
    if (declares(l))
        return signature_define(l, k);
    if (l->rule->kind == RULE_LAW)
        return law_read(l, k);
    return loading_refuse(
        l, FAULT_SYNTAX, k->where,
        "an equation defines an operator, or a differential");
}

static bool read_expression(struct loading *l, const struct syntax_clause *k)
{
    if (l->rule->kind == RULE_FACT)
        return read_fact(l, k);
    if (declares(l))
        return signature_declare(l, k);
    return loading_refuse(l, FAULT_SYNTAX, k->where, "this says nothing here");
}

static bool read_offer(struct loading *l, const struct syntax_clause *k)
{
    if (l->rule->kind != RULE_REWRITE)
        return loading_refuse(l, FAULT_SYNTAX, k->where,
                              "a rewrite is offered");
    l->pattern.offer = k->text;
    return true;
}

static bool read_clause(struct loading *l, const struct syntax_clause *k)
{
    switch ((enum clause_kind)k->kind) {
    case CLAUSE_LET:
        return scope_declare_parameters(l->r->scope, l->t, k->list);
    case CLAUSE_EXPR:
        return read_expression(l, k);
    case CLAUSE_EQUATION:
        return read_equation(l, k);
    case CLAUSE_REWRITE:
        return l->rule->kind == RULE_CONDITION ? read_reduction(l, k)
                                               : read_rewrite(l, k);
    case CLAUSE_ASSUMING:
        if (l->rule->kind == RULE_LAW)
            return true; /* holds wherever the left side has a value */
        /* fall through */
    case CLAUSE_IF:
        return read_conditions(l, k);
    case CLAUSE_DOMAIN:
    case CLAUSE_SMOOTH:
        return read_requirements(l, k);
    case CLAUSE_KERNEL:
    case CLAUSE_LATEX:
    case CLAUSE_UNICODE:
    case CLAUSE_HELP:
    case CLAUSE_KINK:
        return signature_text(l, k);
    case CLAUSE_OFFER:
        return read_offer(l, k);
    case CLAUSE_DETERMINES:
        return law_determines(l, k);
    case CLAUSE_TRANSPOSE:
        return signature_transpose(l, k);
    case CLAUSE_NATURE:
        return signature_nature(l, k);
    case CLAUSE_JACOBIAN:
        return signature_jacobian(l, k);
    default:
        return true;
    }
}

/* Textbook formulas, and what is known to be false, are for the verifier. */
static bool is_loaded(const struct syntax_rule *rule)
{
    return !rule->refuted && rule->kind != RULE_DERIVATIVE &&
           rule->kind != RULE_JACOBIAN && rule->kind != RULE_IDENTITY;
}

/* Each clause is a pattern of its own. */
static bool states_many(const struct syntax_rule *rule)
{
    return rule->kind == RULE_FACT || rule->kind == RULE_CONDITION;
}

static bool is_pattern(const struct syntax_rule *rule)
{
    return rule->kind == RULE_REWRITE || states_many(rule);
}

bool loading_rule(struct loading *l)
{
    struct rules *r = l->r;
    if (!is_loaded(l->rule))
        return true;
    scope_clear(r->scope);
    l->pattern = (struct pattern){.name = l->rule->name,
                                  .first = r->x->decl_count + 1,
                                  .first_condition = r->condition_count,
                                  .file = r->file,
                                  .line = l->line,
                                  .load = r->load,
                                  .where = l->rule->name_where};
    l->noverloads = 0;
    uint32_t laws = r->law_count;
    l->pattern.law = l->rule->kind == RULE_LAW;
    for (uint32_t i = 0; i < l->rule->clause_count; i++) {
        const struct syntax_clause *k = clause_at(l, i);
        if (!primary_takes(l, k) &&
            !loading_placed(l, read_clause(l, k), k->where))
            return false;
    }
    if (l->rule->kind == RULE_PRIMARY)
        return primary_read(l);
    if (l->pattern.law && r->law_count == laws && !l->pattern.left)
        return loading_refuse(l, FAULT_SYNTAX, l->rule->where,
                              "a law without an equation");
    if (l->pattern.law && l->pattern.left)
        return add_pattern(l, l->rule->where);
    if (!is_pattern(l->rule))
        return true;
    if (!l->pattern.left)
        return loading_refuse(l, FAULT_SYNTAX, l->rule->where,
                              l->rule->kind == RULE_FACT
                                  ? "a fact without a predicate"
                              : l->rule->kind == RULE_CONDITION
                                  ? "a condition without =>"
                                  : "a rewrite without =>");
    return states_many(l->rule) || add_pattern(l, l->rule->where);
}

static bool read_rules(struct rules *r, const char *text)
{
    struct loading l = {.r = r, .t = &r->syntax, .text = text,
                        .line = 1};
    const char *at = text, *end;
    for (uint32_t i = 0; i < r->syntax.rule_count; i++) {
        l.rule = &r->syntax.rules[i];
        for (; (end = memchr(at, '\n',
                             (size_t)(text + l.rule->where.begin - at)));
             at = end + 1)
            l.line++;
        if (!loading_rule(&l))
            return false;
    }
    for (uint32_t i = 0; i < r->syntax.rule_count; i++) {
        l.rule = &r->syntax.rules[i];
        if (l.rule->kind == RULE_PRIMARY && !primary_finish(&l))
            return false;
    }
    return true;
}

/* What is known of values may change with the rules. */
static void forget(struct rules *r)
{
    r->asked_count = 0;
    if (r->known)
        memset(r->known, 0, r->known_capacity);
    r->ones = op_find(r->x->ops, intern_find(r->x->names, "ones", 4));
    r->zeros = op_find(r->x->ops, intern_find(r->x->names, "zeros", 5));
    r->eye = op_find(r->x->ops, intern_find(r->x->names, "eye", 3));
    r->inverse = op_find(r->x->ops, intern_find(r->x->names, "inv", 3));
}

bool rules_load(struct rules *r, const char *file, const char *text,
                size_t length)
{
    if (fault_is_set(r->mem->fault))
        return false;
    r->file = intern_text(r->x->names, file);
    if (!r->file || !syntax_read(&r->syntax, START_RULES, text, length))
        return false;
    if (!claim_layout_known(r))
        return false;
    r->load++;
    bool ok = read_rules(r, text);
    forget(r);
    return ok;
}

/* ------------------------------------------------------------- the table */

static bool lists_image(struct rules *r, struct image *im)
{
    bool ok = image_number(im, &r->listed_count) &&
              IMAGE_ARRAY(im, r->listed, r->listed_capacity, r->listed_count);
    for (int i = 0; ok && i < PURPOSES; i++)
        ok = IMAGE_WHOLE(im, r->lists[i].by_op, r->lists[i].capacity);
    return ok;
}

bool rules_image(struct rules *r, struct image *im)
{
    bool ok = image_number(im, &r->load) && image_number(im, &r->count) &&
              image_number(im, &r->condition_count) &&
              image_number(im, &r->result_count) &&
              image_number(im, &r->law_count) &&
              IMAGE_ARRAY(im, r->patterns, r->capacity, r->count) &&
              IMAGE_ARRAY(im, r->conditions, r->condition_capacity,
                          r->condition_count) &&
              IMAGE_ARRAY(im, r->results, r->result_capacity,
                          r->result_count) &&
              IMAGE_ARRAY(im, r->laws, r->law_capacity, r->law_count) &&
              lists_image(r, im);
    forget(r);
    return ok;
}

struct rules *rules_new(struct exprs *x)
{
    struct rules *r = mem_alloc(x->mem, sizeof *r);
    if (!r)
        return NULL;
    r->x = x;
    r->mem = x->mem;
    syntax_init(&r->syntax, x);
    r->scope = scope_new_strict(x);
    if (!r->scope) {
        rules_free(r);
        return NULL;
    }
    return r;
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    struct mem *m = r->mem;
    if (r->scope)
        scope_free(r->scope);
    syntax_free(&r->syntax);
    for (int i = 0; i < PURPOSES; i++)
        MEM_FREE_ARRAY(m, r->lists[i].by_op, r->lists[i].capacity);
    MEM_FREE_ARRAY(m, r->listed, r->listed_capacity);
    MEM_FREE_ARRAY(m, r->patterns, r->capacity);
    MEM_FREE_ARRAY(m, r->laws, r->law_capacity);
    MEM_FREE_ARRAY(m, r->conditions, r->condition_capacity);
    MEM_FREE_ARRAY(m, r->results, r->result_capacity);
    MEM_FREE_ARRAY(m, r->known, r->known_capacity);
    MEM_FREE_ARRAY(m, r->asked, r->asked_capacity);
    MEM_FREE_ARRAY(m, r->holds, r->holds_capacity);
    MEM_FREE_ARRAY(m, r->fails, r->fails_capacity);
    MEM_FREE_ARRAY(m, r->image, r->image_capacity);
    MEM_FREE_ARRAY(m, r->stamp, r->stamp_capacity);
    MEM_FREE_ARRAY(m, r->visits, r->visit_capacity);
    mem_free(m, r, sizeof *r);
}

const struct builtin_rules *builtin_basic(const struct builtin_rules *after)
{
    static const char *const folders[] = {"operators/", "functions/",
                                          "simplify/", "laws/"};
    const struct builtin_rules *b = after ? after + 1 : builtin_rules;
    for (; b < builtin_rules + builtin_rules_count; b++)
        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
            if (strstr(b->file, folders[i]))
                return b;
    return NULL;
}

bool rules_load_builtin(struct rules *r)
{
    const struct builtin_rules *b = NULL;
    while ((b = builtin_basic(b)))
        if (!rules_load(r, b->file, b->text, b->length))
            return false;
    return true;
}
