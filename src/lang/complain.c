/* complain.c - what is said when names and shapes do not fit: the whole
 * part at fault, the shapes, and what could be typed instead. */
#include <stdio.h>
#include <string.h>

#include "lang/scope.h"
#include "lang/elsewhere.h"

static struct fault *fault_of(const struct reading *r)
{
    return r->s->x->mem->fault;
}

/* --------------------------------------------------------------- shapes */

/* Not declared and not yet known from the other parts, or made of such. */
static bool size_is_open(struct scope *s, dim_t d)
{
    d = unifier_resolve(&s->sizes, d);
    for (uint32_t i = 0; d && i < dim_term_count(s->x->dims, d); i++) {
        struct dim_term t = dim_term_at(s->x->dims, d, i);
        for (uint32_t k = 0; k < t.nsymbols; k++)
            if (intern_name(s->x->names, t.symbols[k])[0] == '?')
                return true;
    }
    return false;
}

static void put_size(struct scope *s, dim_t d, struct text *out)
{
    d = unifier_resolve(&s->sizes, d);
    if (size_is_open(s, d))
        text_char(out, '?');
    else if (d && dim_term_count(s->x->dims, d) > 1)
        text_char(out, '('), dim_print(s->x->dims, d, out),
            text_char(out, ')');
    else if (d)
        dim_print(s->x->dims, d, out);
}

void size_text(struct scope *s, dim_t d, char out[80])
{
    struct text t;
    text_init(&t, s->x->mem);
    put_size(s, d, &t);
    snprintf(out, 80, "%.79s", text_get(&t));
    text_free(&t);
}

static bool sizes_are_open(struct scope *s, const struct shape *shape)
{
    for (uint32_t a = 0; a < shape->order; a++)
        if (!size_is_open(s, shape->dim[a]))
            return false;
    return shape->order > 0;
}

/* "a scalar", "an n-vector", "a 1 x n row", "an m x n matrix"; "a vector"
 * where no size is known. */
void shape_text(struct scope *s, const struct shape *shape, char out[120])
{
    struct text t;
    if (sizes_are_open(s, shape)) {
        snprintf(out, 120, "a %s", shape_kind_name(shape->kind));
        return;
    }
    text_init(&t, s->x->mem);
    if (shape->kind == SHAPE_ROW)
        text_str(&t, "1 x ");
    for (uint32_t a = 0; a < shape->order; a++) {
        if (a)
            text_str(&t, " x ");
        put_size(s, shape->dim[a], &t);
    }
    if (shape->order)
        text_char(&t, shape->kind == SHAPE_VECTOR ? '-' : ' ');
    text_str(&t, shape_kind_name(shape->kind));
    /* "an n-vector": letters whose names begin with a vowel. */
    const char *text = text_get(&t);
    bool vowel = shape->order && shape->kind != SHAPE_ROW && text[0] &&
                 strchr("nmrslfhxaeio8", text[0]) &&
                 (text[1] == '-' || text[1] == ' ');
    snprintf(out, 120, "%s %.110s", vowel ? "an" : "a", text);
    text_free(&t);
}

static void node_shape_text(struct reading *r, syntax_t n, char out[120])
{
    struct shape shape = typed_shape(r, n);
    shape_text(r->s, &shape, out);
}

/* The source of a node if it is short, in brackets unless it stands by
 * itself; else `otherwise`. */
static const char *source(const struct reading *r, syntax_t n,
                          const char *otherwise, char out[40])
{
    const struct syntax_node *node = &r->t->nodes[n];
    uint32_t length = node->where.end - node->where.begin;
    if (!r->text || length > 24)
        return otherwise;
    bool plain = node->kind == SYNTAX_NAME || node->kind == SYNTAX_NUMBER ||
                 node->kind == SYNTAX_CALL || node->kind == SYNTAX_ELEMENT ||
                 node->flags & SYNTAX_IN_BRACKETS ||
                 (node->kind == SYNTAX_SIGN && node->op == OP_TRANSPOSE);
    snprintf(out, 40, plain ? "%.*s" : "(%.*s)", (int)length,
             r->text + node->where.begin);
    return out;
}

/* The same transposed: without its own ' if it has one. */
static const char *transposed_source(const struct reading *r, syntax_t n,
                                     const char *otherwise, char out[44])
{
    const struct syntax_node *node = &r->t->nodes[n];
    char plain[40];
    if (node->kind == SYNTAX_SIGN && node->op == OP_TRANSPOSE)
        snprintf(out, 44, "%s", source(r, node->first, otherwise, plain));
    else
        snprintf(out, 44, "%s'", source(r, n, otherwise, plain));
    return out;
}

/* ---------------------------------------------------------------- hints */

struct pair {
    struct reading *r;
    syntax_t a, b;
    struct shape sa, sb;
    const char *ta, *tb; /* how the operands are written */
    const char *ra, *rb; /* and transposed */
    char ba[40], bb[40], bra[44], brb[44];
};

static syntax_t operand(const struct reading *r, syntax_t n);


static void make_pair(struct reading *r, syntax_t n, struct pair *p)
{
    p->r = r;
    p->a = r->t->nodes[n].first;
    p->b = r->t->nodes[p->a].next;
    p->sa = typed_shape(r, p->a);
    p->sb = typed_shape(r, p->b);
    const char *x = p->sa.kind == SHAPE_MATRIX ? "A" : "x";
    const char *y = p->sb.kind == SHAPE_MATRIX ? "B" : "y";
    syntax_t b = operand(r, p->b);
    p->ta = source(r, p->a, x, p->ba);
    p->tb = source(r, b, y, p->bb);
    p->ra = transposed_source(r, p->a, x, p->bra);
    p->rb = transposed_source(r, b, y, p->brb);
}

static bool same_size(struct pair *p, dim_t a, dim_t b)
{
    struct unifier *u = &p->r->s->sizes;
    return unifier_resolve(u, a) == unifier_resolve(u, b);
}

/* The inner sizes of a product of two operands, transposed or not. */
static bool fits(struct pair *p, bool left, bool right)
{
    struct shape a = left ? shape_transposed(&p->sa) : p->sa;
    struct shape b = right ? shape_transposed(&p->sb) : p->sb;
    return same_size(p, shape_cols(&a), shape_rows(&b));
}

static void hint_product(struct pair *p)
{
    struct fault *f = fault_of(p->r);
    if (p->sa.kind == SHAPE_VECTOR && p->sb.kind == SHAPE_VECTOR) {
        if (fits(p, true, false) || sizes_are_open(p->r->s, &p->sa) ||
            sizes_are_open(p->r->s, &p->sb))
            fault_hint(f, "%s*%s for the inner product, %s*%s for the "
                          "outer, %s.*%s by entries",
                       p->ra, p->tb, p->ta, p->rb, p->ta, p->tb);
        else
            fault_hint(f, "%s*%s for the outer product", p->ta, p->rb);
    } else if (p->sa.kind == SHAPE_ROW && p->sb.kind == SHAPE_ROW) {
        fault_hint(f, "%s*%s for the inner product", p->ta, p->rb);
    } else if (fits(p, true, false)) {
        fault_hint(f, "%s*%s", p->ra, p->tb);
    } else if (fits(p, false, true)) {
        fault_hint(f, "%s*%s", p->ta, p->rb);
    } else if (fits(p, true, true)) {
        fault_hint(f, "%s*%s", p->ra, p->rb);
    } else if (same_size(p, shape_cols(&p->sb), shape_rows(&p->sa))) {
        fault_hint(f, "%s*%s", p->tb, p->ta);
    }
}

static void hint_entries(struct pair *p, const char *sign)
{
    struct fault *f = fault_of(p->r);
    struct shape t = shape_transposed(&p->sb);
    bool equal = t.kind == p->sa.kind && t.order == p->sa.order;
    for (uint32_t a = 0; equal && a < t.order; a++)
        equal = same_size(p, t.dim[a], p->sa.dim[a]);
    if (equal)
        fault_hint(f, "%s%s%s", p->ta, sign, p->rb);
    else if (p->sa.kind == SHAPE_MATRIX && p->sb.kind == SHAPE_VECTOR &&
             same_size(p, p->sa.dim[0], p->sb.dim[0]))
        fault_hint(f, "%s*ones(n)' has the vector in each column", p->tb);
    else if (p->sa.kind == SHAPE_MATRIX && p->sb.kind == SHAPE_ROW &&
             same_size(p, p->sa.dim[1], p->sb.dim[0]))
        fault_hint(f, "ones(m)*%s has the row in each row", p->tb);
}

/* The exponent as it can be typed behind .^ : x² is x.^2. */
static const char *typed_exponent(const struct pair *p)
{
    if (!strcmp(p->tb, "\xC2\xB2"))
        return "2";
    return (unsigned char)p->tb[0] < 0x80 ? p->tb : "k";
}

static void hint_power(struct pair *p)
{
    struct fault *f = fault_of(p->r);
    p->tb = typed_exponent(p);
    if (p->sa.kind == SHAPE_VECTOR || p->sa.kind == SHAPE_ROW)
        fault_hint(f, "%s.^%s by entries; %s for the sum of squares", p->ta,
                   p->tb,
                   p->sa.kind == SHAPE_ROW ? "x*x'" : "x'*x");
    else if (p->sb.kind == SHAPE_MATRIX && p->sa.kind == SHAPE_SCALAR)
        fault_hint(f, "%s.^%s by entries; expm(X) for the exponential of a "
                      "matrix",
                   p->ta, p->tb);
    else
        fault_hint(f, "%s.^%s by entries", p->ta, p->tb);
}

static void hint_pair(struct reading *r, syntax_t n, op_t op)
{
    struct pair p;
    struct fault *f = fault_of(r);
    make_pair(r, n, &p);
    switch (op) {
    case OP_MUL:
        hint_product(&p);
        break;
    case OP_ADD:
        hint_entries(&p, r->t->nodes[p.b].kind == SYNTAX_SIGN &&
                                 r->t->nodes[p.b].op == OP_NEG
                             ? "-"
                             : "+");
        break;
    case OP_HAD:
        hint_entries(&p, ".*");
        break;
    case OP_HDIV:
        hint_entries(&p, "./");
        break;
    case OP_HPOW:
        hint_entries(&p, ".^");
        break;
    case OP_DIV:
        if (p.sb.kind == SHAPE_MATRIX && p.sa.kind != SHAPE_SCALAR)
            fault_hint(f, "A/B is A*inv(B); %s./%s divides by entries", p.ta,
                       p.tb);
        else
            fault_hint(f, "%s./%s divides by entries", p.ta, p.tb);
        break;
    case OP_LDIV:
        fault_hint(f, "A\\b is inv(A)*b with a square A");
        break;
    case OP_POW:
        hint_power(&p);
        break;
    default:
        break;
    }
}

/* ---------------------------------------------------------- application */

/* A sum's second operand that is a difference's is meant without its sign. */
static syntax_t operand(const struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    if (node->kind == SYNTAX_SIGN && node->op == OP_NEG &&
        !(node->flags & SYNTAX_IN_BRACKETS))
        return node->first;
    return n;
}

static bool complain_pair(struct reading *r, syntax_t n, op_t op,
                          const char *name)
{
    syntax_t a = r->t->nodes[n].first, b = r->t->nodes[a].next;
    char left[120], right[120];
    node_shape_text(r, a, left);
    node_shape_text(r, b, right);
    if (op == OP_ADD && operand(r, b) != b)
        name = "-";
    fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
             "'%s' of %s and %s", name, left, right);
    if (op == OP_DIV && typed_at(r, b)->kind == SHAPE_VECTOR) {
        fault_of(r)->message[0] = '\0';
        snprintf(fault_of(r)->message, sizeof fault_of(r)->message,
                 "division by a vector: '/' of %s and %s", left, right);
    }
    if (op != OP_POW || typed_at(r, b)->kind != SHAPE_SCALAR)
        fault_second(fault_of(r), r->t->nodes[operand(r, b)].where,
                     "this is %s", right);
    hint_pair(r, n, op);
    return false;
}

/* "a scalar or a matrix": the kinds that a function takes, as places[k]. */
static void accepted_kinds(const struct ops *t, op_t op, uint32_t nargs,
                           uint32_t place, char out[120])
{
    unsigned seen = 0, count = 0;
    out[0] = '\0';
    for (uint16_t id = t->rows[op].first; id; id = t->overloads[id].next)
        if (t->overloads[id].nargs == nargs)
            seen |= 1u << t->overloads[id].arg[place].kind;
    for (unsigned k = 0; k <= SHAPE_TENSOR; k++)
        if (seen >> k & 1) {
            size_t used = strlen(out);
            snprintf(out + used, 120 - used, "%sa %s", count++ ? " or " : "",
                     shape_kind_name((enum shape_kind)k));
        }
}

static bool complain_arity(struct reading *r, syntax_t n, op_t op,
                           const char *name)
{
    const struct ops *t = r->s->x->ops;
    unsigned counts = 0, got = r->t->nodes[n].count;
    char takes[40] = "";
    for (uint16_t id = t->rows[op].first; id; id = t->overloads[id].next)
        counts |= 1u << t->overloads[id].nargs;
    for (unsigned k = 0; k <= OP_MAX_ARGS; k++)
        if (counts >> k & 1) {
            size_t used = strlen(takes);
            snprintf(takes + used, sizeof takes - used, "%s%u",
                     used ? " or " : "", k);
        }
    if (!takes[0])
        return fault_at(fault_of(r), FAULT_NAME, r->t->nodes[n].where,
                        "no rule says what '%.60s' is", name);
    return fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
                    "'%.60s' takes %s argument%s, not %u", name, takes,
                    strcmp(takes, "1") ? "s" : "", got);
}

static bool has_arity(const struct ops *t, op_t op, uint32_t nargs)
{
    for (uint16_t id = t->rows[op].first; id; id = t->overloads[id].next)
        if (t->overloads[id].nargs == nargs)
            return true;
    return false;
}

/* Blocks that do not stand beside or below each other. */
static bool complain_blocks(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    bool below =
        !strcmp(intern_name(r->s->x->names, node->payload), "vcat");
    syntax_t b = r->t->nodes[node->first].next;
    struct shape first = typed_shape(r, node->first);
    struct shape second = typed_shape(r, b), turned = shape_transposed(&second);
    char left[120], right[120], own[44];
    node_shape_text(r, node->first, left);
    node_shape_text(r, b, right);
    fault_at(fault_of(r), FAULT_SHAPE, node->where,
             "%s %s %s", left, below ? "above" : "beside", right);
    fault_second(fault_of(r), r->t->nodes[b].where, "this is %s", right);
    struct unifier *u = &r->s->sizes;
    dim_t has = below ? shape_cols(&first) : shape_rows(&first);
    dim_t would = below ? shape_cols(&turned) : shape_rows(&turned);
    if (first.order > 2 || second.order > 2)
        return false;
    if (second.kind != SHAPE_SCALAR &&
        unifier_resolve(u, has) == unifier_resolve(u, would))
        fault_hint(fault_of(r), "%s",
                   transposed_source(r, b, "its transpose", own));
    else
        fault_hint(fault_of(r), below
                                    ? "one below the other have equally many "
                                      "columns; a vector has one"
                                    : "side by side have equally many rows; "
                                      "a vector is a column");
    return false;
}

bool complain_kinds(struct reading *r, syntax_t n, op_t op, const char *name)
{
    const struct syntax_node *node = &r->t->nodes[n];
    char shape[120], takes[120];
    if (node->flags & SYNTAX_IS_BLOCK)
        return complain_blocks(r, n);
    if (!has_arity(r->s->x->ops, op, node->count))
        return complain_arity(r, n, op, name);
    if (node->kind == SYNTAX_SIGN && node->count == 2)
        return complain_pair(r, n, op, name);
    if (node->count == 1) {
        node_shape_text(r, node->first, shape);
        accepted_kinds(r->s->x->ops, op, 1, 0, takes);
        return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                        node->kind == SYNTAX_SIGN
                            ? "'%.60s' takes %s, not %s"
                            : "%.60s takes %s, not %s",
                        name, takes, shape);
    }
    syntax_t b = r->t->nodes[node->first].next;
    node_shape_text(r, node->first, shape);
    node_shape_text(r, b, takes);
    return fault_at(fault_of(r), FAULT_SHAPE, node->where,
                    "%.60s of %s and %s", name, shape, takes);
}

static bool complain_square(struct reading *r, syntax_t n, syntax_t arg,
                            const char *name)
{
    char shape[120];
    bool sign = r->t->nodes[n].kind == SYNTAX_SIGN;
    node_shape_text(r, arg, shape);
    fault_at(fault_of(r), FAULT_SHAPE, r->t->nodes[n].where,
             sign ? "'%.60s' needs a square matrix, not %s"
                  : "%.60s needs a square matrix, not %s",
             name, shape);
    if (r->t->nodes[arg].where.begin != r->t->nodes[n].where.begin)
        fault_second(fault_of(r), r->t->nodes[arg].where, "this is %s",
                     shape);
    return false;
}

bool complain_sizes(struct reading *r, syntax_t n, op_t op, const char *name,
                    uint32_t bad)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const struct ops *t = r->s->x->ops;
    uint8_t kinds[OP_MAX_ARGS];
    uint32_t i = 0;
    if (node->flags & SYNTAX_IS_BLOCK)
        return complain_blocks(r, n);
    for (syntax_t c = node->first; c; c = r->t->nodes[c].next)
        kinds[i++] = typed_at(r, c)->kind;
    const struct overload *o =
        overload_get(t, overload_find(t, op, node->count, kinds));
    syntax_t arg = syntax_child(r->t, n, bad);
    const struct typed *y = typed_at(r, arg);
    struct unifier *u = &r->s->sizes;
    if (!o->entrywise && y->kind == SHAPE_MATRIX &&
        o->arg[bad].dim[0] == o->arg[bad].dim[1] &&
        unifier_resolve(u, y->dim[0]) != unifier_resolve(u, y->dim[1]))
        return complain_square(r, n, arg, name);
    if (node->kind == SYNTAX_SIGN && node->count == 2)
        return complain_pair(r, n, op, name);
    char a[120], b[120];
    node_shape_text(r, node->first, a);
    node_shape_text(r, arg, b);
    fault_at(fault_of(r), FAULT_SHAPE, node->where,
             arg == node->first ? "the sizes do not fit: %.60s of %s"
                                : "the sizes do not fit: %.60s of %s and %s",
             name, a, b);
    if (arg != node->first)
        fault_second(fault_of(r), r->t->nodes[arg].where, "this is %s", b);
    return false;
}

/* ---------------------------------------------------------------- names */

/* Edit distance with swaps of neighbours, or `most` + 1 when larger. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb,
                       size_t most)
{
    enum { LONGEST = 32 };
    size_t rows[3][LONGEST + 1], *before = rows[0], *row = rows[1],
                                 *next = rows[2];
    if (na > LONGEST || nb > LONGEST || na > nb + most || nb > na + most)
        return most + 1;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        next[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t d = row[j - 1] + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < d)
                d = row[j] + 1;
            if (next[j - 1] + 1 < d)
                d = next[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && before[j - 2] + 1 < d)
                d = before[j - 2] + 1;
            next[j] = d;
        }
        size_t *free_row = before;
        before = row;
        row = next;
        next = free_row;
    }
    return row[nb];
}

const char *nearest_word(const char *word, size_t length,
                         const char *(*next)(void *data), void *data)
{
    size_t best = length <= 3 ? 1 : 2;
    const char *found = "", *candidate;
    while ((candidate = next(data))) {
        size_t d =
            distance(word, length, candidate, strlen(candidate), best);
        if (length > 2 && best && !strncmp(word, candidate, length))
            d = 1; /* its beginning */
        if (d <= best && (d < best || !found[0])) {
            best = d;
            found = candidate;
        }
    }
    return found;
}

struct functions {
    const struct ops *ops;
    uint32_t i;
};

static const char *next_function(void *data)
{
    struct functions *f = data;
    return f->i < f->ops->count ? op_name(f->ops, (op_t)f->i++) : NULL;
}

static const char *nearest_function(const struct reading *r,
                                    const char *name)
{
    struct functions f = {r->s->x->ops, OP_FIRST_NAMED};
    return nearest_word(name, strlen(name), next_function, &f);
}

bool complain_unknown_function(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    struct intern *names = r->s->x->names;
    const char *name = intern_name(names, node->payload);
    const char *primes = strchr(name, '\'');
    uint32_t e = scope_find(r->s, node->payload);
    if (primes) {
        fault_at(fault_of(r), FAULT_NAME, node->where,
                 "'%.*s' is not a declared function, whose derivative would "
                 "be %.60s(...)", (int)(primes - name), name, name);
        fault_hint(fault_of(r), "a product is written %.60s*(...)", name);
        return false;
    }
    struct span where = {node->where.begin,
                         node->where.begin + intern_length(names,
                                                           node->payload)};
    if (where.end > node->where.end)
        where.end = node->where.end;
    if (e) {
        fault_at(fault_of(r), FAULT_NAME, where,
                 "'%.60s' is a variable, not a function", name);
        fault_hint(fault_of(r), "a product is written %.60s*(...), an entry "
                                "%.60s[i]",
                   name, name);
        return false;
    }
    fault_at(fault_of(r), FAULT_NAME, where, "unknown function '%.60s'",
             name);
    const char *near = nearest_function(r, name);
    const char *here = elsewhere_function(name);
    if (!strcmp(name, "tensor"))
        fault_hint(fault_of(r), "tensor(i,j: A[i,j])");
    else if (here)
        fault_hint(fault_of(r), "%s", here);
    else if (near[0])
        fault_hint(fault_of(r), "%s", near);
    else if (strlen(name) == 1)
        fault_hint(fault_of(r), "a product is written %s*(...); an abstract "
                                "function is declared: %s(x)", name, name);
    else
        fault_hint(fault_of(r), "an abstract function is declared: %.60s(x)",
                   name);
    return false;
}

bool complain_unknown_name(struct reading *r, syntax_t n)
{
    const struct syntax_node *node = &r->t->nodes[n];
    const char *name = intern_name(r->s->x->names, node->payload);
    if (op_find(r->s->x->ops, node->payload) >= OP_FIRST_NAMED) {
        fault_at(fault_of(r), FAULT_NAME, node->where,
                 "'%.60s' is a function and needs arguments", name);
        fault_hint(fault_of(r), "%.60s(...)", name);
        return false;
    }
    return fault_at(fault_of(r), FAULT_NAME, node->where,
                    "'%.60s' is not declared", name);
}
