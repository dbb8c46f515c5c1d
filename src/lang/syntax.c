#include "lang/syntax.h"

#include <stdlib.h>
#include <string.h>

#include "lang/reader.h"

#include "grammar/parse.h"
#define YYSTYPE PARSE_STYPE
#define YYLTYPE struct span
#include "grammar/lex.h"

void scan_rules(void *scanner);

void syntax_init(struct syntax *t, struct exprs *x)
{
    *t = (struct syntax){.x = x};
}

void syntax_free(struct syntax *t)
{
    struct mem *m = t->x->mem;
    MEM_FREE_ARRAY(m, t->nodes, t->capacity);
    MEM_FREE_ARRAY(m, t->rules, t->rule_capacity);
    MEM_FREE_ARRAY(m, t->clauses, t->clause_capacity);
    MEM_FREE_ARRAY(m, t->cites, t->cite_capacity);
    t->count = t->rule_count = t->clause_count = t->cite_count = 0;
}

syntax_t syntax_child(const struct syntax *t, syntax_t n, uint32_t k)
{
    syntax_t c = t->nodes[n].first;
    if (k >= t->nodes[n].count)
        return 0;
    while (k--)
        c = t->nodes[c].next;
    return c;
}

syntax_t syntax_leftmost(const struct syntax *t, syntax_t n)
{
    while (t->nodes[n].first)
        n = t->nodes[n].first;
    return n;
}

bool syntax_is_name(const struct syntax *t, syntax_t n, symbol_t s)
{
    return t->nodes[n].kind == SYNTAX_NAME && t->nodes[n].payload == s;
}

bool syntax_as_application(const struct syntax *t, syntax_t n,
                           struct syntax_application *out)
{
    const struct syntax_node *node = &t->nodes[n];
    if ((node->kind != SYNTAX_SIGN && node->kind != SYNTAX_CALL) ||
        node->count > OP_MAX_ARGS)
        return false;
    *out = (struct syntax_application){.nargs = node->count};
    if (node->kind == SYNTAX_SIGN) {
        out->op = node->op;
        out->name = t->x->ops->rows[node->op].name;
    } else {
        out->name = node->payload;
    }
    syntax_t c = node->first;
    for (uint32_t i = 0; i < node->count; i++, c = t->nodes[c].next)
        out->args[i] = c;
    return true;
}

/* --------------------------------------------------- building the tree */

struct syntax_list list_of(syntax_t n)
{
    return (struct syntax_list){n, n, 1};
}

struct syntax_list list_add(struct reader *r, struct syntax_list l,
                            syntax_t n)
{
    r->tree->nodes[l.last].next = n;
    l.last = n;
    l.count++;
    return l;
}

struct syntax_list list_join(struct reader *r, struct syntax_list a,
                             struct syntax_list b)
{
    if (!b.first)
        return a;
    r->tree->nodes[a.last].next = b.first;
    return (struct syntax_list){a.first, b.last, a.count + b.count};
}

struct syntax_list list_cons(struct reader *r, syntax_t n,
                             struct syntax_list l)
{
    r->tree->nodes[n].next = l.first;
    l.first = n;
    if (!l.last)
        l.last = n;
    l.count++;
    return l;
}

syntax_t make_node(struct reader *r, enum syntax_kind kind, uint32_t payload,
                   struct syntax_list children, struct span where)
{
    struct syntax *t = r->tree;
    if (!MEM_RESERVE(r->mem, t->nodes, t->capacity, (size_t)t->count + 2))
        return 0;
    t->nodes[++t->count] = (struct syntax_node){.kind = (uint8_t)kind,
                                                .payload = payload,
                                                .first = children.first,
                                                .count = children.count,
                                                .where = where};
    return t->count;
}

syntax_t make_leaf(struct reader *r, enum syntax_kind kind, uint32_t payload,
                   struct span where)
{
    return make_node(r, kind, payload, (struct syntax_list){0, 0, 0}, where);
}

static struct syntax_list one_or_two(struct reader *r, syntax_t a, syntax_t b)
{
    return b ? list_add(r, list_of(a), b) : list_of(a);
}

syntax_t make_sign(struct reader *r, op_t op, syntax_t a, syntax_t b,
                   struct span where)
{
    syntax_t n = make_node(r, SYNTAX_SIGN, 0, one_or_two(r, a, b), where);
    if (n)
        r->tree->nodes[n].op = op;
    return n;
}

syntax_t make_call(struct reader *r, const char *name, syntax_t a, syntax_t b,
                   struct span where)
{
    symbol_t s = intern_text(r->tree->x->names, name);
    return s ? make_node(r, SYNTAX_CALL, s, one_or_two(r, a, b), where) : 0;
}

syntax_t make_block(struct reader *r, const char *name, syntax_t a,
                    syntax_t b, struct span where)
{
    syntax_t n = make_call(r, name, a, b, where);
    return n ? add_flags(r, n, SYNTAX_IS_BLOCK) : 0;
}

syntax_t make_partial(struct reader *r, syntax_t base, struct syntax_list by,
                      struct syntax_list arguments, struct span where)
{
    const struct syntax_node *d = &r->tree->nodes[base];
    const char *sign = d->kind == SYNTAX_NAME
                           ? intern_name(r->tree->x->names, d->payload)
                           : "";
    bool stacked = !strcmp(sign, "J");
    if ((strcmp(sign, "D") && !stacked) || d->flags & SYNTAX_IN_BRACKETS) {
        fault_at(r->mem->fault, FAULT_SYNTAX, where,
                 "an operator is missing before '('");
        fault_hint(r->mem->fault, "a product is written with *; the "
                                  "derivative of a function f as D[f](x)");
        return 0;
    }
    uint32_t count = by.count;
    r->tree->nodes[base].kind = SYNTAX_NONE;
    r->tree->nodes[by.last].next = arguments.first;
    by.last = arguments.last;
    by.count += arguments.count;
    syntax_t n = make_node(r, SYNTAX_PARTIAL, count, by, where);
    return n && stacked ? add_flags(r, n, SYNTAX_IS_STACKED) : n;
}

syntax_t make_function(struct reader *r, symbol_t name,
                       struct syntax_list parameters,
                       struct syntax_list sizes,
                       struct syntax_list properties, struct span where)
{
    syntax_t p = make_node(r, SYNTAX_PARAMETERS, 0, parameters, where);
    if (!p)
        return 0;
    struct syntax_list all = list_of(p);
    all = list_join(r, all, sizes);
    all = list_join(r, all, properties);
    return make_node(r, SYNTAX_DECLARATION, name, all, where);
}

syntax_t make_power(struct reader *r, syntax_t base, int64_t exponent,
                    struct span at, struct span where)
{
    rat_t k = rat_from_int(r->tree->x->numbers,
                           exponent < 0 ? -exponent : exponent);
    syntax_t n = k ? make_leaf(r, SYNTAX_NUMBER, k, at) : 0;
    if (n && exponent < 0)
        n = make_sign(r, OP_NEG, n, 0, at);
    return n ? make_sign(r, OP_POW, base, n, where) : 0;
}

syntax_t make_definition(struct reader *r, syntax_t member,
                         struct syntax_list sizes, syntax_t value,
                         syntax_t range, struct span where)
{
    syntax_t d = make_node(r, SYNTAX_DEFINITION, 0,
                           one_or_two(r, value, range),
                           r->tree->nodes[value].where);
    if (!d)
        return 0;
    struct syntax_list all = list_join(r, list_of(member), sizes);
    return make_node(r, SYNTAX_DECLARATION, r->tree->nodes[member].payload,
                     list_add(r, all, d), where);
}

syntax_t make_difference(struct reader *r, syntax_t a, syntax_t b,
                         struct span minus, struct span where)
{
    syntax_t n = make_sign(r, OP_NEG, b, 0, minus);
    return n ? make_sign(r, OP_ADD, a, n, where) : 0;
}

syntax_t add_flags(struct reader *r, syntax_t n, unsigned flags)
{
    r->tree->nodes[n].flags |= (uint8_t)flags;
    return n;
}

void unsupported(struct reader *r, struct span where, const char *what,
                 const char *hint)
{
    fault_at(r->mem->fault, FAULT_UNSUPPORTED, where, "%s", what);
    fault_hint(r->mem->fault, "%s", hint);
}

static bool bad_binder(struct reader *r, syntax_t n)
{
    fault_at(r->mem->fault, FAULT_SYNTAX, r->tree->nodes[n].where,
             "a name of an index is expected before ':'");
    fault_hint(r->mem->fault, "sum(i: x[i]), sum(i=1..n: x[i]) or "
                              "tensor(i,(j,k): ...)");
    return false;
}

/* (i,j) becomes two binders of one axis; *last is the last of them. */
static bool tuple_binders(struct reader *r, syntax_t tuple, bool is_tensor,
                          syntax_t *last)
{
    struct syntax_node *nodes = r->tree->nodes;
    bool first = true;
    for (syntax_t c = nodes[tuple].first; c; c = nodes[c].next) {
        if (nodes[c].kind != SYNTAX_NAME && nodes[c].kind != SYNTAX_RANGE)
            return bad_binder(r, c);
        nodes[c].kind = SYNTAX_BINDER;
        if (!first && is_tensor)
            nodes[c].flags |= SYNTAX_SAME_AXIS;
        first = false;
        *last = c;
    }
    nodes[tuple].kind = SYNTAX_NONE;
    return true;
}

/* Turns what was read as arguments into binders. */
static bool make_binders(struct reader *r, bool is_tensor,
                         struct syntax_list *l)
{
    struct syntax_node *nodes = r->tree->nodes;
    struct syntax_list out = {0, 0, 0};
    for (syntax_t c = l->first, next; c; c = next) {
        syntax_t first = c, last = c;
        next = nodes[c].next;
        if (nodes[c].kind == SYNTAX_TUPLE) {
            first = nodes[c].first;
            out.count += nodes[c].count;
            if (!tuple_binders(r, c, is_tensor, &last))
                return false;
        } else if (nodes[c].kind == SYNTAX_NAME ||
                   nodes[c].kind == SYNTAX_RANGE) {
            nodes[c].kind = SYNTAX_BINDER;
            out.count++;
        } else {
            return bad_binder(r, c);
        }
        if (out.first)
            nodes[out.last].next = first;
        else
            out.first = first;
        out.last = last;
    }
    *l = out;
    return true;
}

syntax_t make_binder(struct reader *r, symbol_t name, struct span name_where,
                     struct syntax_list indices, syntax_t body,
                     struct span where)
{
    const char *text = intern_name(r->tree->x->names, name);
    bool is_tensor = !strcmp(text, "tensor");
    bool is_product = !strcmp(text, "prod");
    if (!is_tensor && !is_product && strcmp(text, "sum")) {
        fault_at(r->mem->fault, FAULT_SYNTAX, name_where,
                 "'%.60s' does not bind indices", text);
        fault_hint(r->mem->fault,
                   "sum(i: ...), prod(i: ...) and tensor(i,j: ...) do");
        return 0;
    }
    if (!make_binders(r, is_tensor, &indices))
        return 0;
    indices = list_add(r, indices, body);
    r->tree->nodes[body].next = 0;
    return make_node(r,
                     is_tensor    ? SYNTAX_TENSOR
                     : is_product ? SYNTAX_PRODUCT
                                  : SYNTAX_SUM,
                     0, indices, where);
}

bool add_clause(struct reader *r, struct syntax_clause c)
{
    struct syntax *t = r->tree;
    if (!MEM_RESERVE(r->mem, t->clauses, t->clause_capacity,
                     (size_t)t->clause_count + 1))
        return false;
    t->clauses[t->clause_count++] = c;
    return true;
}

bool add_cite(struct reader *r, struct syntax_cite c)
{
    struct syntax *t = r->tree;
    for (uint32_t i = r->rule_cites; i < t->cite_count; i++)
        if (t->cites[i].key == c.key && t->cites[i].place == c.place) {
            fault_at(r->mem->fault, FAULT_NAME, c.where,
                     "this source is named already");
            fault_second(r->mem->fault, t->cites[i].where, "it is here");
            return false;
        }
    if (!MEM_RESERVE(r->mem, t->cites, t->cite_capacity,
                     (size_t)t->cite_count + 1))
        return false;
    t->cites[t->cite_count++] = c;
    return true;
}

syntax_t make_rest(struct reader *r, symbol_t name, struct span where)
{
    if (r->start != START_RULES) {
        unsupported(r, where, "the rest of a sum or product stands in rules",
                    "write out what it stands for");
        return 0;
    }
    syntax_t n = make_leaf(r, SYNTAX_NAME, name, where);
    return n ? add_flags(r, n, SYNTAX_IS_REST) : 0;
}

/* Only rewrites have something to leave out. */
static bool check_rests(struct reader *r, uint8_t kind)
{
    const struct syntax *t = r->tree;
    for (syntax_t n = r->rule_nodes + 1; n <= t->count; n++)
        if (t->nodes[n].kind == SYNTAX_NAME &&
            t->nodes[n].flags & SYNTAX_IS_REST && kind != RULE_REWRITE)
            return fault_at(r->mem->fault, FAULT_SYNTAX, t->nodes[n].where,
                            "the rest of a sum or product stands in rewrites "
                            "only");
    return true;
}

bool add_rule(struct reader *r, struct syntax_rule rule)
{
    struct syntax *t = r->tree;
    if (!check_rests(r, rule.kind))
        return false;
    if (!MEM_RESERVE(r->mem, t->rules, t->rule_capacity,
                     (size_t)t->rule_count + 1))
        return false;
    rule.group = r->group;
    rule.layout = r->layout;
    rule.first_clause = r->rule_begins;
    rule.clause_count = t->clause_count - r->rule_begins;
    rule.first_cite = r->rule_cites;
    rule.cite_count = t->cite_count - r->rule_cites;
    r->rule_cites = t->cite_count;
    rule.first_node = r->rule_nodes + 1;
    rule.last_node = t->count;
    t->rules[t->rule_count++] = rule;
    return true;
}

/* ------------------------------------------------------------- reading */

struct stack_copy {
    void **stack;
    size_t *size;
    const void *now;
    size_t bytes, each;
    void *grown;
};

/* Doubles the parser's three stacks, of which so many bytes are used: all or
 * none, since a parser that gives up still looks at them. */
bool reader_grow(struct reader *r, const void *states, size_t nstates,
                 const void *values, size_t nvalues, const void *places,
                 size_t nplaces, long *depth)
{
    size_t used = nplaces / sizeof(struct span);
    size_t to = (size_t)*depth * 2;
    struct stack_copy all[3] = {
        {&r->states, &r->states_size, states, nstates, nstates / used, NULL},
        {&r->values, &r->values_size, values, nvalues, nvalues / used, NULL},
        {&r->places, &r->places_size, places, nplaces, nplaces / used, NULL}};
    bool ok = to <= READER_MAX_DEPTH;
    if (!ok)
        fault_at(r->mem->fault, FAULT_LIMIT,
                 (struct span){r->at ? r->at - 1 : 0, r->at},
                 "nested too deeply");
    for (int i = 0; ok && i < 3; i++)
        ok = (all[i].grown = mem_alloc(r->mem, to * all[i].each)) != NULL;
    for (int i = 0; i < 3; i++) {
        struct stack_copy *c = &all[i];
        if (!ok) {
            mem_free(r->mem, c->grown, to * c->each);
            continue;
        }
        memcpy(c->grown, c->now, c->bytes);
        mem_free(r->mem, *c->stack, *c->size);
        *c->stack = c->grown;
        *c->size = to * c->each;
    }
    if (ok)
        *depth = (long)to;
    return ok;
}

/* The length of the valid UTF-8 character at p, or 0. */
static size_t utf8_length(const unsigned char *p, const unsigned char *end)
{
    size_t n = *p < 0xC2 ? 0 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : *p < 0xF5 ? 4
                                                                        : 0;
    if (!n || (size_t)(end - p) < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F) ||
        (*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

static bool check_bytes(struct mem *m, const char *text, size_t length)
{
    const unsigned char *begin = (const unsigned char *)text, *p = begin;
    const unsigned char *end = p + length;
    while (p < end) {
        if (*p && *p < 0x80) {
            p++;
            continue;
        }
        uint32_t at = (uint32_t)(p - begin);
        struct span where = {at, at + 1};
        if (!*p)
            return fault_at(m->fault, FAULT_SYNTAX, where,
                            "a NUL byte in the text");
        size_t n = utf8_length(p, end);
        if (!n)
            return fault_at(m->fault, FAULT_SYNTAX, where,
                            "invalid UTF-8 (byte 0x%02X)", *p);
        p += n;
    }
    return true;
}

static bool run_parser(struct reader *r)
{
    if (scan_lex_init_extra(r, &r->scanner) ||
        !scan__scan_buffer(r->copy, r->length + 2, r->scanner))
        return fault_set(r->mem->fault, FAULT_INTERNAL,
                         "the scanner did not start");
    if (r->start == START_RULES)
        scan_rules(r->scanner);
    int status = parse_parse(r);
    scan_lex_destroy(r->scanner);
    if (status && !fault_is_set(r->mem->fault))
        fault_set(r->mem->fault, FAULT_MEMORY, "out of memory");
    return status == 0;
}

bool syntax_read(struct syntax *t, enum syntax_start start, const char *text,
                 size_t length)
{
    struct mem *m = t->x->mem;
    t->count = t->root = t->rule_count = t->clause_count = t->cite_count = 0;
    t->layout = 0;
    if (length > UINT32_MAX / 2)
        return fault_set(m->fault, FAULT_LIMIT, "the text is too long");
    if (!check_bytes(m, text, length))
        return false;
    struct reader r = {.tree = t, .mem = m, .text = text, .length = length,
                       .start = start};
    r.copy = mem_alloc(m, length + 2);
    if (!r.copy)
        return false;
    memcpy(r.copy, text, length);
    bool ok = run_parser(&r);
    mem_free(m, r.copy, length + 2);
    mem_free(m, r.states, r.states_size);
    mem_free(m, r.values, r.values_size);
    mem_free(m, r.places, r.places_size);
    return ok && !fault_is_set(m->fault);
}
