/* claim.c - one rule that claims something: derived, compared, verified. */
#include "config.h"

#include "rule/claim.h"

#include <stdio.h>
#include <string.h>

#include "api/known.h"
#include "api/query.h"
#include "prove/prove.h"
#include "rule/match.h"

struct judged {
    struct md_context *c;
    struct engine *g;
    const md_rule_query *q;
    struct claim k;
    md_claim *out;
    struct verify_result v;
    struct text derived, detail;
    bool spoilt; /* the engine has a rule on trial */
};

struct engine *claims_engine(struct md_context *c)
{
    struct engine *g = &c->claims;
    if (g->begun && engine_is_worn(g))
        engine_stop(g);
    if (g->begun) {
        engine_rewind(g);
        mem_set_deadline(&g->mem, c->limits.seconds);
        return g;
    }
    if (!engine_start(g, &c->fault, &c->limits, &c->loaded))
        return NULL;
    engine_set_mark(g);
    mem_set_deadline(&g->mem, c->limits.seconds);
    return g;
}

/* ---- the rule in words */

static const char *word(struct judged *j, symbol_t s)
{
    const struct intern *names = &j->g->names;
    return s ? context_string(j->c, intern_name(names, s),
                              intern_length(names, s))
             : "";
}

static const char *taken(struct judged *j, struct text *t)
{
    fault_clear(&j->c->fault); /* too long to be shown */
    return context_take(j->c, t);
}

static void put(struct judged *j, expr_t e, enum print_format f,
                struct text *t)
{
    if (!print_in_layout(&j->g->x, e, f, j->k.layout, t)) {
        fault_clear(&j->c->fault);
        text_str(t, "...");
    }
}

/* d f, d d f, d (a*b): as it is read. */
static void put_differential(struct judged *j, enum print_format f,
                             struct text *t)
{
    const struct claim *k = &j->k;
    op_t op = expr_op(&j->g->x, k->left);
    bool plain = f != FORMAT_LATEX &&
                 (op == OP_VARIABLE || op >= OP_FIRST_NAMED);
    for (uint32_t i = 0; i < k->order; i++)
        text_str(t, f == FORMAT_LATEX ? "\\mathrm{d}" : "d ");
    text_str(t, plain ? "" : f == FORMAT_LATEX ? "\\left(" : "(");
    put(j, k->left, f, t);
    text_str(t, plain ? "" : f == FORMAT_LATEX ? "\\right)" : ")");
}

static const char *formula(struct judged *j, enum print_format f)
{
    struct text t;
    text_init(&t, &j->c->mem);
    const struct claim *k = &j->k;
    bool latex = f == FORMAT_LATEX;
    if (k->order && claim_is_differential(k)) {
        put_differential(j, f, &t);
    } else if (k->order && latex) {
        text_str(&t, "\\mathrm{D}_{");
        for (uint32_t i = 0; i < k->order; i++) {
            text_str(&t, i ? "," : "");
            put(j, k->by[i], f, &t);
        }
        text_str(&t, "}\\left[");
        put(j, k->left, f, &t);
        text_str(&t, "\\right]");
    } else if (k->order) {
        text_str(&t, "D[");
        put(j, k->left, f, &t);
        for (uint32_t i = 0; i < k->order; i++) {
            text_str(&t, ", ");
            put(j, k->by[i], f, &t);
        }
        text_char(&t, ']');
    } else {
        put(j, k->left, f, &t);
    }
    text_str(&t, strcmp(k->kind, "rewrite") ? " = "
             : latex                        ? " \\Rightarrow "
                                            : " => ");
    put(j, k->right, f, &t);
    return taken(j, &t);
}

static const char *side(struct judged *j, expr_t e, enum print_format f)
{
    struct text t;
    text_init(&t, &j->c->mem);
    put(j, e, f, &t);
    return taken(j, &t);
}

static const char *by(struct judged *j, enum print_format f)
{
    struct text t;
    text_init(&t, &j->c->mem);
    const struct claim *k = &j->k;
    bool total = k->nvarying > 1;
    for (uint32_t i = 0; i < (total ? k->nvarying : k->order); i++) {
        text_str(&t, i ? ", " : "");
        put(j, total ? k->varying[i] : k->by[i], f, &t);
    }
    return taken(j, &t);
}

/* A function is declared once more when its arguments are known; d X is not
 * declared. */
static bool is_told(const struct judged *j, uint32_t i)
{
    const struct exprs *x = &j->g->x;
    const struct decl *d = expr_decl(x, j->k.first + i);
    if (d->role == DECL_DIFFERENTIAL)
        return true;
    for (uint32_t k = 0; k < i && d->role == DECL_FUNCTION; k++)
        if (expr_decl(x, j->k.first + k)->name == d->name)
            return true;
    return false;
}

static const char *variables(struct judged *j, bool latex)
{
    struct text t;
    text_init(&t, &j->c->mem);
    for (uint32_t i = 0; i < j->k.ndecls; i++) {
        if (is_told(j, i))
            continue;
        text_str(&t, !i ? "" : latex ? ",\\ " : ", ");
        if (latex)
            print_decl_latex(&j->g->x, j->k.first + i, &t);
        else
            print_decl(&j->g->x, j->k.first + i, &t);
    }
    return taken(j, &t);
}

static const char *conditions(struct judged *j, bool latex)
{
    struct text t;
    text_init(&t, &j->c->mem);
    for (uint32_t i = 0; i < j->k.given.count; i++) {
        text_str(&t, !i ? "" : latex ? ",\\ " : ", ");
        print_condition(&j->g->x, &j->k.given.items[i],
                        latex ? FORMAT_LATEX : FORMAT_TEXT, &t);
    }
    return taken(j, &t);
}

static void describe(struct judged *j)
{
    const struct claim *k = &j->k;
    md_claim *o = j->out;
    enum print_format f = FORMAT_TEXT;
    o->kind = k->kind;
    o->name = word(j, k->name);
    o->group = j->q->group ? j->q->group : "";
    o->cite = word(j, k->cite);
    o->note = word(j, k->note);
    o->refuted = k->refuted;
    o->is_claim = k->is_claim;
    o->layout = md_word(MD_LAYOUTS, k->layout);
    o->form = md_word(MD_FORMS, k->form);
    o->structure = md_word(MD_STRUCTURES, k->structure);
    o->left = o->right = o->by = "";
    o->formula = o->variables = o->conditions = o->derived = o->detail = "";
    o->verdict = "none";
    if (!k->left)
        return;
    if (j->q->to && !print_format_by_name(j->q->to, &f))
        f = FORMAT_TEXT;
    o->key = strcmp(k->kind, "law") ? claim_key(&j->g->x, k) : 0;
    o->formula = formula(j, f);
    o->left = side(j, k->left, f);
    o->right = side(j, k->right, f);
    o->by = by(j, f);
    o->order = k->order;
    o->variables = variables(j, f == FORMAT_LATEX);
    o->conditions = conditions(j, f == FORMAT_LATEX);
}

/* ---- our own answer */

static expr_t try_normal(struct judged *j, expr_t e)
{
    expr_t n = e ? derive_normal(j->g->deriver, e) : 0;
    fault_clear(&j->c->fault);
    return n;
}

static bool is_zero(const struct exprs *x, expr_t e)
{
    return expr_is_number(x, e, RAT_ZERO) ||
           (expr_op(x, e) >= OP_FIRST_NAMED &&
            !strcmp(op_name(x->ops, expr_op(x, e)), "zeros"));
}

/* Whether two have one normal form. */
static bool same(struct judged *j, expr_t a, expr_t b)
{
    struct exprs *x = &j->g->x;
    if (a == b || (is_zero(x, a) && is_zero(x, b)))
        return true;
    expr_t na = try_normal(j, a), nb = try_normal(j, b);
    if (na && na == nb)
        return true;
    if (!na || !nb || !shape_equal(expr_shape(x, na), expr_shape(x, nb)))
        return false;
    expr_t minus = expr_apply1(x, OP_NEG, nb);
    expr_t d = minus ? expr_apply2(x, OP_ADD, na, minus) : 0;
    fault_clear(&j->c->fault);
    d = try_normal(j, d);
    return d && is_zero(x, d);
}

/* The differential by all that varies: the sum of those by each. */
static expr_t derive_total(struct judged *j)
{
    struct exprs *x = &j->g->x;
    struct claim *k = &j->k;
    expr_t terms[CLAIM_MAX_VARYING];
    for (uint32_t i = 0; i < k->nvarying; i++) {
        struct derive_request q = {.expr = k->left, .order = 1,
                                   .by = {k->varying[i]},
                                   .form = FORM_DIFFERENTIAL};
        struct derive_result r;
        derive_result_init(&r, &j->g->mem);
        terms[i] = derive(j->g->deriver, &q, &r) ? r.value : 0;
        derive_result_free(&r);
        if (!terms[i])
            return 0;
    }
    return expr_apply(x, OP_ADD, k->nvarying, terms);
}

static bool derive_all(struct judged *j, expr_t *ours)
{
    expr_t own = derive_total(j);
    bool equal = own && same(j, own, j->k.right);
    *ours = own;
    text_clear(&j->derived);
    if (own && !equal)
        put(j, own, FORMAT_TEXT, &j->derived);
    else if (!own)
        text_format(&j->derived, "(%s)", j->c->fault.message);
    fault_clear(&j->c->fault);
    return equal;
}

/* Whether the derivative is what is stated by names of maps. */
static bool by_maps(struct judged *j, struct derive_request q)
{
    struct derive_result r;
    q.maps = true;
    derive_result_init(&r, &j->g->mem);
    bool equal = j->k.structure == STRUCTURE_ENTRIES &&
                 derive(j->g->deriver, &q, &r) &&
                 same(j, r.value, j->k.right);
    derive_result_free(&r);
    fault_clear(&j->c->fault);
    if (equal)
        text_clear(&j->derived);
    return equal;
}

/* Our own answer is what is stated, as it is or by names of maps; else *ours
 * is what it is, 0 if there is none, and our own text tells. */
static bool derive_side(struct judged *j, expr_t *ours)
{
    struct claim *k = &j->k;
    struct derive_request q = {.expr = k->left, .order = k->order,
                               .layout = k->layout, .form = k->form,
                               .structure = k->structure};
    struct derive_result r;
    memcpy(q.by, k->by, sizeof k->by);
    derive_result_init(&r, &j->g->mem);
    bool equal = false;
    if (derive(j->g->deriver, &q, &r)) {
        if (is_zero(&j->g->x, r.value) && is_zero(&j->g->x, k->right))
            k->right = r.value;
        equal = same(j, r.value, k->right);
        *ours = r.value;
        if (!equal) {
            text_clear(&j->derived);
            put(j, r.value, FORMAT_TEXT, &j->derived);
        }
    } else {
        text_clear(&j->derived);
        text_format(&j->derived, "(%s)", j->c->fault.message);
    }
    derive_result_free(&r);
    fault_clear(&j->c->fault);
    return equal || by_maps(j, q);
}

/* ---- the referee */

static bool run_referee(struct judged *j);

/* By one variable after the other, while the others rest: of what is linear
 * in all, that is all.  The weakest verdict counts. */
static bool run_total(struct judged *j)
{
    struct claim *k = &j->k;
    struct verify_result worst = {.verdict = VERDICT_NONE};
    uint32_t n = k->nvarying;
    bool ok = true;
    k->nvarying = 1;
    for (uint32_t i = 0; ok && i < n; i++) {
        k->by[0] = k->varying[i];
        ok = run_referee(j);
        uint32_t points = worst.points + j->v.points;
        if (worst.verdict == VERDICT_NONE || j->v.verdict > worst.verdict)
            worst = j->v;
        if (j->v.verdict == VERDICT_REFUTED) {
            worst = j->v;
            break;
        }
        worst.points = points;
    }
    k->nvarying = n;
    j->v = worst;
    return ok;
}

static bool run_referee(struct judged *j)
{
    const struct claim *k = &j->k;
    struct exprs *x = &j->g->x;
    if (k->nvarying > 1)
        return run_total(j);
    if (!k->order)
        return verify_identity(x, k->left, k->right, &k->given, j->q->seed,
                               j->q->samples, &j->v);
    bool tensor = expr_shape(x, k->right)->kind == SHAPE_TENSOR;
    struct verify_request q = {.expr = k->left, .claim = k->right,
                               .order = k->order, .layout = k->layout,
                               .form = tensor ? FORM_INDEX : k->form,
                               .structure = k->structure,
                               .seed = j->q->seed,
                               .samples = j->q->samples,
                               .given = &k->given};
    memcpy(q.by, k->by, sizeof k->by);
    return verify(x, &q, &j->v);
}

static bool agrees(enum verdict v)
{
    return v == VERDICT_PROVED || v == VERDICT_VERIFIED;
}

/* Compares in symbols, and asks the referee: what that has refuted is not
 * worth a proof.  A rewrite or a law may not show itself. */
static bool compare(struct judged *j, bool *symbolic)
{
    struct claim *k = &j->k;
    expr_t ours = k->left;
    bool own = !strcmp(k->kind, "rewrite") || !strcmp(k->kind, "law");
    if (own)
        rules_except(j->g->rules, k->name);
    *symbolic = k->nvarying > 1 ? derive_all(j, &ours)
                : k->order      ? derive_side(j, &ours)
                                : same(j, k->left, k->right);
    bool ok = run_referee(j);
    if (ok && !*symbolic && ours && j->v.verdict != VERDICT_REFUTED &&
        prove_equal(&j->g->x, j->g->rules, ours, k->right)) {
        *symbolic = true;
        text_clear(&j->derived);
    }
    if (own)
        rules_except(j->g->rules, 0);
    return ok && !fault_is_set(&j->c->fault);
}

/* One instance of the rule; the worst of all stays in `out`. */
static bool judge_one(struct judged *j, const char *instance, bool first)
{
    md_claim *o = j->out;
    bool symbolic;
    if (!compare(j, &symbolic))
        return false;
    bool holds = j->k.refuted ? j->v.verdict == VERDICT_REFUTED
                 : j->v.verdict == VERDICT_UNABLE
                     ? symbolic
                     : agrees(j->v.verdict);
    o->points += j->v.points;
    o->symbolic = symbolic && (first || o->symbolic);
    if (!first && !o->holds)
        return true;
    /* Of several functions the weakest verdict is the rule's. */
    if (first || !holds || j->v.verdict != VERDICT_PROVED)
        o->verdict = verdict_name(j->v.verdict);
    if (*j->v.detail) {
        text_clear(&j->detail);
        text_format(&j->detail, "%s%s%s", instance, *instance ? ": " : "",
                    j->v.detail);
    }
    o->holds = holds;
    return true;
}

/* ---- the whole */

/* What has to hold besides of a rewrite. */
static bool check_rule(struct judged *j, const char *text, size_t length)
{
    const struct claim *k = &j->k;
    if (k->refuted || strcmp(k->kind, "rewrite") || !j->out->holds)
        return true;
    bool ok = claim_check_rewrite(j->g->rules, k, j->q->file, text, length,
                                  j->q->builtin);
    j->spoilt = !j->q->builtin;
    return ok;
}

static bool judge_rule(struct judged *j, const char *text, size_t length)
{
    if (!claim_read(j->g->rules, text, length, j->q->layout, &j->k) ||
        (j->q->builtin && !claim_sources_known(j->g->rules)))
        return false;
    describe(j);
    if (!j->q->verify || !j->k.is_claim)
        return true;
    if (!judge_one(j, "", true))
        return false;
    if (j->k.has_rests && !j->k.refuted &&
        claim_drop_rests(j->g->rules, &j->k) &&
        !judge_one(j, "where nothing is left for the rest", false))
        return false;
    return check_rule(j, text, length);
}

static bool declares(const char *text, size_t length)
{
    md_rule_item p;
    if (!md_rule_next(text, length, true, &p) || p.refuted || !p.is_rule)
        return false;
    return claim_kind_declares(p.kind, p.kind_length) ||
           (p.kind_length == 4 && !memcmp(p.kind, "fact", 4)) ||
           (p.kind_length == 9 && !memcmp(p.kind, "condition", 9)) ||
           (p.kind_length == 3 && !memcmp(p.kind, "law", 3));
}

static bool is_rewrite(const char *text, size_t length)
{
    md_rule_item p;
    return md_rule_next(text, length, true, &p) && p.kind_length == 7 &&
           !memcmp(p.kind, "rewrite", 7);
}

/* Whether the rule is compiled in, word for word: a file of rules/ may be
 * verified by its name, too. */
static bool is_builtin(const char *text, size_t length)
{
    const char *file;
    size_t size;
    for (size_t i = 0; md_builtin_rules(i, &file, &size); i++)
        if (memmem(file, size, text, length))
            return true;
    return false;
}

static bool failed_in(struct md_context *c, const md_rule_query *q,
                      const char *text, size_t length)
{
    context_fault_in(c, "rules", text, length);
    c->fault_line = q->line;
    return false;
}

bool md_verify_rule(md_context *c, const md_rule_query *q, const char *text,
                    size_t length, md_claim *claim)
{
    bool adds = declares(text, length);
    md_rule_query own = *q;
    struct judged j = {.c = c, .q = &own, .out = claim};
    if (!own.builtin && (adds || is_rewrite(text, length)))
        own.builtin = is_builtin(text, length);
    *claim = (md_claim){.kind = "", .same_as = ""};
    context_begin(c);
    if (own.declare && !own.builtin && adds &&
        !context_load(c, q->file, text, length))
        return failed_in(c, q, text, length);
    j.g = claims_engine(c);
    if (!j.g)
        return false;
    claim_init(&j.k, &j.g->mem);
    text_init(&j.derived, &c->mem);
    text_init(&j.detail, &c->mem);
    bool ok = judge_rule(&j, text, length) && !fault_is_set(&c->fault);
    if (ok) {
        claim->derived = context_take(c, &j.derived);
        claim->detail = context_take(c, &j.detail);
    }
    claim_free(&j.k);
    if (j.spoilt)
        engine_stop(j.g);
    if (ok && own.verify && !own.builtin)
        claim->same_as = known_claim(c, claim->key);
    if (*claim->same_as && is_builtin(text, length))
        claim->same_as = "";
    text_free(&j.derived);
    text_free(&j.detail);
    return ok || failed_in(c, q, text, length);
}

/* ---- which rules match */

/* Whether the pattern matches; a variable alone would match everything.
 * `plain`: only a first derivative by a variable in the default layout. */
static bool claim_matches(struct engine *g, const struct claim *k, expr_t e,
                          bool plain)
{
    if (plain && (k->order != 1 || k->layout != LAYOUT_MIXED ||
                  k->form != FORM_MATRIX || k->structure != STRUCTURE_FREE))
        return false;
    struct pattern p;
    if (!k->left || !expr_get(&g->x, k->left)->nargs || !claim_pattern(k, &p))
        return false;
    struct match *m = mem_alloc(&g->mem, sizeof *m);
    bool found = m && rules_reserve(g->rules) &&
                 match_try(m, g->rules, &p, e, false, true);
    if (found && plain) {
        uint32_t slot = expr_get(&g->x, k->by[0])->payload - k->first;
        found = expr_op(&g->x, k->by[0]) == OP_VARIABLE && slot < k->ndecls && m->value[slot] &&
                expr_op(&g->x, m->value[slot]) == OP_VARIABLE;
    }
    mem_free(&g->mem, m, sizeof *m);
    return found;
}

static bool rule_matches(struct md_context *c, const char *text,
                         size_t length, const char *let, const char *expr,
                         struct text *right)
{
    struct engine *g = claims_engine(c);
    struct claim k;
    size_t n = strlen(expr);
    expr_t e = 0;
    uint32_t failed;
    if (!g)
        return false;
    if (let && *let && !scope_declare(g->scope, let, strlen(let)))
        return context_fault_in(c, "let", let, strlen(let));
    if (!scope_read(g->scope, 1, &expr, &n, &e, &failed))
        return context_fault_in(c, "expr", expr, n);
    claim_init(&k, &g->mem);
    bool found = claim_read(g->rules, text, length, NULL, &k) &&
                 claim_matches(g, &k, e, right != NULL);
    if (found && right) {
        text_str(right, "D[");
        print_expr(&g->x, k.left, FORMAT_TEXT, right);
        text_str(right, "] = ");
        print_expr(&g->x, k.right, FORMAT_TEXT, right);
    }
    claim_free(&k);
    fault_clear(&c->fault);
    return found;
}

bool md_rule_matches(md_context *c, const char *text, size_t length,
                     const char *let, const char *expr)
{
    context_begin(c);
    return rule_matches(c, text, length, let, expr, NULL);
}

static bool is_derivative(const md_rule_item *item)
{
    static const char kind[] = "derivative";
    return item->is_rule && !item->refuted &&
           item->kind_length == sizeof kind - 1 &&
           !memcmp(item->kind, kind, sizeof kind - 1);
}

/* Of "name: D[left] = right". */
static size_t left_length(const struct text *t)
{
    const char *begin = strchr(text_get(t), '[');
    const char *end = begin ? strstr(begin, "] = ") : NULL;
    return end ? (size_t)(end - begin) : 0;
}

/* The longest left side is the most special. */
static void suggest_of_file(struct md_context *c, const char *text,
                            size_t size, const char *let, const char *expr,
                            struct text *best)
{
    md_rule_item item;
    struct text t;
    bool mixed = true;
    text_init(&t, &c->mem);
    for (size_t at = 0; md_rule_next(text + at, size - at, true, &item);
         at += item.end) {
        if (!item.is_rule && item.kind_length && item.kind[0] == 'l')
            mixed = item.name_length == 5 && !memcmp(item.name, "mixed", 5);
        if (!mixed || !is_derivative(&item))
            continue;
        text_clear(&t);
        text_format(&t, "%.*s: ", (int)item.name_length, item.name);
        if (!rule_matches(c, text + at + item.begin, item.end - item.begin,
                          let, expr, &t) ||
            left_length(&t) <= left_length(best))
            continue;
        text_clear(best);
        text_str(best, text_get(&t));
    }
    text_free(&t);
}

bool claim_suggest(struct md_context *c, const char *let, const char *expr,
                   struct text *out)
{
    const char *text;
    size_t size;
    for (size_t i = 0; md_builtin_rules(i, &text, &size); i++)
        suggest_of_file(c, text, size, let, expr, out);
    fault_clear(&c->fault);
    return out->length != 0;
}
