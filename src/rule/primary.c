/* primary.c - matrix functions made of functions of one scalar.
 *
 * A rule `primary` says what a function f of square matrices is, and by
 * d f(X) = g(X)*d X, for directions that commute with X, what f' is.  Its
 * derivatives at A in directions E and F, and rewrites and offers about
 * them, are rules like others: they are written down here and read.  In
 * df(A,E), f of [A,E; 0,A] has it above its diagonal (Higham, Functions of
 * Matrices, 2008, theorem 3.6); where f is defined for symmetric matrices
 * only, it is that of Daleckii and Krein. */
#include <string.h>

#include "base/text.h"
#include "rule/loading.h"

enum { MOST_DOMAINS = OVERLOAD_MAX_CONDITIONS };

/* What the rule says, as places in its text. */
struct primary {
    struct loading *l;
    symbol_t name;             /* f */
    symbol_t argument, size;   /* X, n */
    symbol_t scalar;           /* the function of one scalar, or 0 */
    struct span slope;         /* g(X); empty if there is none */
    struct span slope_where, scalar_where; /* their clauses */
    struct span domain[MOST_DOMAINS];
    uint32_t ndomains;
    const char *by_rule; /* the domain that no clause says, or NULL */
    bool symmetric, has_slope;
};

/* @R the rule's name, @F the function's, @n the size, @X the argument, @f the
 * scalar function, @G its derivative at X, @D the domain at A, @S "symmetric"
 * where it is of symmetric matrices only. */
static const char by_blocks[] =
    "operator @R-second-derivative {"
    " let A[@n,@n], E[@n,@n], F[@n,@n];"
    " dd@F(A,E,F) = selection(4*@n,1,@n)'*@F([A,E,F,zeros(@n,@n);"
    " zeros(@n,@n),A,zeros(@n,@n),F; zeros(@n,2*@n),A,E;"
    " zeros(@n,3*@n),A])*selection(4*@n,3*@n+1,@n);"
    " d dd@F(A,E,F) = dd@F(A,d E,F)+dd@F(A,E,d F);"
    " @D transpose equivariant;"
    " latex \"\\\\operatorname{dd@F}(#1, #2, #3)\";"
    " help \"dd@F(A,E,F): the second derivative of @F at A,"
    " directions E, F\"; }\n"
    "operator @R-derivative {"
    " let A[@n,@n], E[@n,@n];"
    " d@F(A,E) = selection(2*@n,1,@n)'*@F([A,E; zeros(@n,@n),A])"
    "*selection(2*@n,@n+1,@n);"
    " d d@F(A,E) = d@F(A,d E)+dd@F(A,E,d A);"
    " @D transpose equivariant; nature primary;"
    " latex \"\\\\operatorname{d@F}(#1, #2)\";"
    " help \"d@F(A,E): the derivative of @F at A in the direction E\"; }\n";

static const char by_eigenvectors[] =
    "operator @R-derivative {"
    " let A[@n,@n], E[@n,@n];"
    " d@F(A,E) = eigvecs(A)*(quot@F(A).*(inv(eigvecs(A))*E*eigvecs(A)))"
    "*inv(eigvecs(A));"
    " d d@F(A,E) = d@F(A,d E);"
    " @D transpose equivariant; nature primary;"
    " latex \"\\\\operatorname{d@F}(#1, #2)\";"
    " help \"d@F(A,E): the derivative of @F at A in the direction E\"; }\n";

static const char quotients[] =
    "function @R-quotients {"
    " let @X[@n,@n];"
    " quot@F(@X)[@n,@n];"
    " quot@F(@X) = tensor(i1,j1: (@f(eigvals(@X)[i1])-@f(eigvals(@X)[j1]))"
    "/(eigvals(@X)[i1]-eigvals(@X)[j1]+eye(@n)[i1,j1]))"
    "+eye(@n).*(inv(eigvecs(@X))*(@G)*eigvecs(@X));"
    " domain symmetric(@X); transpose equivariant;"
    " latex \"\\\\operatorname{@f}^{[1]}(#1)\";"
    " help \"quot@F(@X): (@f(a)-@f(b))/(a-b) for all eigenvalues"
    " a, b of @X\"; }\n";

static const char differential[] =
    "differential @R { let @X[@n,@n]; d @F(@X) = d@F(@X,d @X); }\n";

static const char transposed[] =
    "rewrite @R-derivative-transposed {"
    " let A[@n,@n] @S, E[@n,@n]; d@F(A',E') => d@F(A,E)'; }\n";

static const char slopes[] =
    "rewrite @R-derivative-identity {"
    " let @X[@n,@n] @S; d@F(@X,eye(@n)) => @G; }\n"
    "rewrite @R-derivative-trace {"
    " let @X[@n,@n] @S, E[@n,@n]; tr(d@F(@X,E)) => tr((@G)*E); }\n";

static const char diagonal[] =
    "rewrite @R-diagonal {"
    " let y[@n]; @F(diag(y)) => diag(@f(y)); }\n";

static const char by_scalar[] =
    "rewrite @R-by-eigenvectors {"
    " let S[@n,@n] symmetric, E[@n,@n];"
    " d@F(S,E) => eigvecs(S)*(quot@F(S).*(eigvecs(S)'*E*eigvecs(S)))"
    "*eigvecs(S)';"
    " offer \"is the same, by eigenvectors\"; }\n";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* Until something is interned. */
static const char *word_of(const struct primary *p, symbol_t s)
{
    return intern_name(p->l->r->x->names, s);
}

/* A part of the rule's text with other words for the argument. */
static void put_part(const struct primary *p, struct span s, const char *word,
                     struct text *out)
{
    const char *at = p->l->text + s.begin, *end = p->l->text + s.end;
    const char *argument = word_of(p, p->argument);
    size_t n = strlen(argument);
    while (at < end) {
        const char *from = at;
        while (at < end && is_letter(*at))
            at++;
        if ((size_t)(at - from) == n && !memcmp(from, argument, n))
            text_str(out, word);
        else
            text_bytes(out, from, (size_t)(at - from));
        if (at < end && !is_letter(*at))
            text_char(out, *at++);
    }
}

static void put_domain(const struct primary *p, struct text *out)
{
    if (p->by_rule)
        text_str(out, p->by_rule);
    for (uint32_t i = 0; i < p->ndomains; i++) {
        put_part(p, p->domain[i], "A", out);
        text_str(out, "; ");
    }
}

static void put(const struct primary *p, const char *form, struct text *out)
{
    for (; *form; form++) {
        if (*form != '@') {
            text_char(out, *form);
            continue;
        }
        switch (*++form) {
        case 'R':
            text_str(out, word_of(p, p->l->rule->name));
            break;
        case 'F':
            text_str(out, word_of(p, p->name));
            break;
        case 'X':
            text_str(out, word_of(p, p->argument));
            break;
        case 'n':
            text_str(out, word_of(p, p->size));
            break;
        case 'f':
            text_str(out, word_of(p, p->scalar));
            break;
        case 'S':
            text_str(out, p->symmetric ? "symmetric" : "");
            break;
        case 'G':
            put_part(p, p->slope, word_of(p, p->argument), out);
            break;
        default:
            put_domain(p, out);
        }
    }
}

/* ---------------------------------------------------------------- reading */

/* g(X) of g(X)*d X, perhaps with a sign: what stands before d X, without the
 * sign of the product. */
static bool read_slope(struct primary *p, const struct syntax_clause *k)
{
    const struct syntax *t = p->l->t;
    syntax_t n = k->right;
    const struct syntax_node *node = syntax_get(t, n);
    struct span s = node->where;
    if (node->kind == SYNTAX_SIGN && node->op == OP_NEG)
        node = syntax_get(t, n = syntax_child(t, n, 0));
    if (node->kind == SYNTAX_SIGN && node->op == OP_MUL)
        node = syntax_get(t, n = syntax_child(t, n, 1));
    const struct syntax_node *of = syntax_get(t, syntax_child(t, k->left, 0));
    const char *text = p->l->text;
    if (node->kind != SYNTAX_DIFFERENTIAL || of->kind != SYNTAX_CALL ||
        node->where.end != s.end) {
        loading_refuse(p->l, FAULT_SYNTAX, s,
                       "the differential of a primary function in "
                       "directions that commute with its argument");
        fault_hint(p->l->r->mem->fault,
                   "d tanhm(X) = (eye(n)-tanhm(X)^2)*d X");
        return false;
    }
    s.end = node->where.begin;
    while (s.end > s.begin && strchr(" \t\n*", text[s.end - 1]))
        s.end--;
    p->slope = s;
    p->slope_where = k->where;
    return true;
}

static bool read_scalar(struct primary *p, const struct syntax_clause *k)
{
    const struct ops *ops = p->l->r->x->ops;
    symbol_t name = syntax_get(p->l->t, k->left)->payload;
    uint8_t kind = SHAPE_SCALAR;
    op_t op = op_find(ops, name);
    uint16_t id = op ? overload_find(ops, op, 1, &kind) : 0;
    p->scalar = name;
    p->scalar_where = k->where;
    return (id && overload_get(ops, id)->entrywise) ||
           loading_refuse(p->l, FAULT_NAME, k->where,
                          "not a function of one scalar, by entries");
}

/* Clauses that only this kind of rule has, or reads in another way. */
static bool read_clauses(struct primary *p)
{
    const struct syntax *t = p->l->t;
    for (uint32_t i = 0; i < p->l->rule->clause_count; i++) {
        const struct syntax_clause *k =
            &t->clauses[p->l->rule->first_clause + i];
        if (primary_takes(p->l, k) && k->kind == CLAUSE_EQUATION) {
            if (!read_slope(p, k))
                return false;
        } else if (primary_takes(p->l, k)) {
            if (!read_scalar(p, k))
                return false;
        } else if (k->kind == CLAUSE_DOMAIN && p->ndomains < MOST_DOMAINS) {
            p->domain[p->ndomains++] = k->where;
        }
    }
    return true;
}

bool primary_takes(const struct loading *l, const struct syntax_clause *k)
{
    uint8_t kind = l->rule->kind == RULE_PRIMARY && k->left
                       ? syntax_get(l->t, k->left)->kind
                       : SYNTAX_NONE;
    return (k->kind == CLAUSE_EQUATION && kind == SYNTAX_DIFFERENTIAL) ||
           (k->kind == CLAUSE_EXPR && kind == SYNTAX_CALL);
}

static bool is_of_square(const struct overload *o)
{
    return o->nargs == 1 && o->arg[0].kind == SHAPE_MATRIX &&
           o->arg[0].dim[0] == o->arg[0].dim[1] &&
           shape_equal(&o->result, &o->arg[0]);
}

static bool is_for_symmetric(const struct overload *o)
{
    for (uint32_t i = 0; i < o->ndomain; i++)
        if (o->domain[i].predicate == PROP_SYMMETRIC)
            return true;
    return false;
}

/* Without definition and kernel: by the eigenvalues of symmetric matrices. */
static bool define_by_eigenvalues(struct primary *p, struct overload *o)
{
    struct exprs *x = p->l->r->x;
    if (o->definition || o->kernel)
        return true;
    expr_t a = o->parameter[0], q = expr_call1(x, "eigvecs", a);
    expr_t values = expr_call1(x, word_of(p, p->scalar),
                               expr_call1(x, "eigvals", a));
    o->form = OVERLOAD_DEFINED;
    o->definition = expr_apply2(
        x, OP_MUL,
        expr_apply2(x, OP_MUL, q, expr_call1(x, "diag", values)),
        expr_call1(x, "inv", q));
    if (!is_for_symmetric(o) && o->ndomain < OVERLOAD_MAX_CONDITIONS)
        o->domain[o->ndomain++] = (struct requirement){
            .predicate = PROP_SYMMETRIC, .subject = a};
    return o->definition != 0;
}

/* The rules written down here stand at the place of what they are from. */
static void place_rules(struct loading *l, uint32_t overloads,
                        uint32_t patterns, struct span where)
{
    struct ops *ops = l->r->x->ops;
    for (uint32_t i = 1; i <= ops->overload_count; i++) {
        struct overload *o = &ops->overloads[i];
        if (i > overloads)
            o->where = where;
        if (i > overloads || (o->differential_load == l->r->load &&
                              i == l->overloads[0]))
            o->differential_where = where;
    }
    for (uint32_t i = patterns; i < l->r->count; i++)
        l->r->patterns[i].where = l->r->patterns[i].claim = where;
}

static bool read_text(struct loading *l, const struct text *out,
                      struct span where)
{
    struct rules *r = l->r;
    struct syntax t;
    uint32_t overloads = r->x->ops->overload_count, patterns = r->count;
    syntax_init(&t, r->x);
    bool ok = !out->failed && syntax_read(&t, START_RULES, out->bytes,
                                          out->length);
    struct loading inner = {.r = r, .t = &t, .text = out->bytes,
                            .line = l->line};
    for (uint32_t i = 0; ok && i < t.rule_count; i++) {
        inner.rule = &t.rules[i];
        ok = loading_rule(&inner);
    }
    syntax_free(&t);
    place_rules(l, overloads, patterns, where);
    if (!ok && fault_is_set(r->mem->fault)) {
        r->mem->fault->where = where;
        r->mem->fault->second = (struct span){0, 0};
    }
    return ok;
}

/* What the rule says; false after a fault. */
static bool gather(struct loading *l, struct primary *p)
{
    struct exprs *x = l->r->x;
    if (l->noverloads != 1 ||
        !is_of_square(overload_get(x->ops, l->overloads[0]))) {
        loading_refuse(l, FAULT_SHAPE, l->rule->name_where,
                       "a primary function is of one square matrix");
        fault_hint(l->r->mem->fault, "let X[n,n]; tanhm(X)[n,n];");
        return false;
    }
    const struct overload *o = overload_get(x->ops, l->overloads[0]);
    *p = (struct primary){.l = l, .name = x->ops->rows[o->op].name};
    p->argument = expr_decl(x, expr_get(x, o->parameter[0])->payload)->name;
    p->size = dim_is_symbol(x->dims, o->arg[0].dim[0]);
    if (!read_clauses(p))
        return false;
    p->symmetric = is_for_symmetric(o) || (!o->definition && !o->kernel);
    p->has_slope = p->slope.end > p->slope.begin;
    if (p->symmetric && (!p->scalar || !p->has_slope)) {
        loading_refuse(l, FAULT_SYNTAX, l->rule->name_where,
                       "a function of symmetric matrices needs its function "
                       "of one scalar, and its derivative");
        fault_hint(l->r->mem->fault, "erf(x); d erfm(X) = g(X)*d X; without "
                                     "a definition for all matrices");
        return false;
    }
    if (p->symmetric && !p->ndomains)
        p->by_rule = "domain symmetric(A);";
    return true;
}

static bool read_form(const struct primary *p, bool wanted, const char *form,
                      struct span where)
{
    struct text out;
    if (!wanted)
        return true;
    text_init(&out, p->l->r->mem);
    put(p, form, &out);
    bool ok = read_text(p->l, &out, where);
    text_free(&out);
    return ok;
}

bool primary_read(struct loading *l)
{
    struct primary p;
    struct span at = l->rule->name_where;
    if (!gather(l, &p))
        return false;
    struct overload *o = &l->r->x->ops->overloads[l->overloads[0]];
    o->transposes = OVERLOAD_EQUIVARIANT;
    o->nature |= NATURE_PRIMARY;
    return define_by_eigenvalues(&p, o) &&
           read_form(&p, p.symmetric, quotients, p.scalar_where) &&
           read_form(&p, p.symmetric, by_eigenvectors, at) &&
           read_form(&p, !p.symmetric, by_blocks, at);
}

bool primary_finish(struct loading *l)
{
    const struct ops *ops = l->r->x->ops;
    struct primary p;
    l->noverloads = 0;
    for (uint16_t i = 1; i <= ops->overload_count && !l->noverloads; i++)
        if (ops->overloads[i].load == l->r->load &&
            ops->overloads[i].rule == l->rule->name)
            l->overloads[l->noverloads++] = i;
    if (!gather(l, &p))
        return false;
    bool both = p.scalar && p.has_slope;
    return read_form(&p, both && !p.symmetric, quotients, p.scalar_where) &&
           read_form(&p, true, differential, l->rule->name_where) &&
           read_form(&p, p.has_slope, slopes, p.slope_where) &&
           read_form(&p, true, transposed, l->rule->name_where) &&
           read_form(&p, p.scalar != 0, diagonal, p.scalar_where) &&
           read_form(&p, both, by_scalar, p.scalar_where);
}
