/* reader.c - between scanner and parser: names, numbers, the tokens that
 * are not in the text, and what is said about a syntax error. */
#include "lang/reader.h"
#include "lang/elsewhere.h"

#include <stdio.h>
#include <string.h>

#include "grammar/parse.h"
#define YYSTYPE PARSE_STYPE
#define YYLTYPE struct span
#include "grammar/lex.h"

/* ------------------------------------------------------------- scanner */

void *reader_pool(struct reader *r, size_t size)
{
    size_t from = (r->pool_used + 15) & ~(size_t)15;
    if (size > READER_POOL || from > READER_POOL - size) {
        fault_set(r->mem->fault, FAULT_INTERNAL, "the scanner's pool is full");
        return NULL;
    }
    r->pool_used = from + size;
    return r->pool + from;
}

/* Gives a fault without a place this place. */
static bool placed(struct reader *r, bool ok, struct span where)
{
    struct fault *f = r->mem->fault;
    if (!ok && fault_is_set(f) && !f->where.end)
        f->where = where;
    return ok;
}

bool reader_number(struct reader *r, const char *text, size_t length,
                   struct span where, rat_t *value)
{
    if (length == 1)
        *value = rat_from_int(r->tree->x->numbers, text[0] - '0');
    else
        *value = rat_from_decimal(r->tree->x->numbers, text, length);
    return placed(r, *value != 0, where);
}

bool reader_power(struct reader *r, const char *text, size_t length,
                  struct span where, int64_t *value)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    bool negative = length > 3 && p[0] == 0xE2 && p[2] == 0xBB;
    *value = 0;
    for (p += negative ? 3 : 0; p < end;) {
        int digit;
        if (*p == 0xC2) {
            digit = p[1] == 0xB9 ? 1 : p[1] - 0xB0;
            p += 2;
        } else {
            digit = p[2] - 0xB0;
            p += 3;
        }
        *value = *value * 10 + digit;
        if (*value > INT32_MAX)
            return fault_at(r->mem->fault, FAULT_LIMIT, where,
                            "an exponent this large is not supported");
    }
    if (negative)
        *value = -*value;
    return true;
}

static const char *const greek_small[] = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
    "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho",
    "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"};

/* The Latin spelling of a two-byte Greek letter; into buffer. */
static void greek_name(const unsigned char *p, char buffer[16])
{
    uint32_t c = (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    const char *name = "mu"; /* the micro sign */
    bool capital = c >= 0x391 && c <= 0x3A9;
    if (capital || (c >= 0x3B1 && c <= 0x3C9))
        name = greek_small[c - (capital ? 0x391 : 0x3B1)];
    else if (c == 0x3D1)
        name = "theta";
    else if (c == 0x3D5)
        name = "phi";
    else if (c == 0x3F5)
        name = "epsilon";
    snprintf(buffer, 16, "%s", name);
    if (capital)
        buffer[0] = (char)(buffer[0] - 'a' + 'A');
}

/* The plain character of a three-byte subscript. */
static char subscript_char(const unsigned char *p)
{
    static const char letters[] = "aeox?hklmnpst"; /* from U+2090 */
    if (p[0] == 0xE2 && p[1] == 0x82)
        return p[2] <= 0x89 ? (char)('0' + p[2] - 0x80) : letters[p[2] - 0x90];
    if (p[0] == 0xE2)
        return 'j';
    return "iruv"[p[2] - 0xA2];
}

static bool spelled_name(struct reader *r, const unsigned char *p,
                         size_t length, symbol_t *name)
{
    char out[READER_MAX_NAME + 32], greek[16];
    size_t n = 0;
    bool subscript = false;
    for (size_t i = 0; i < length && n < READER_MAX_NAME;) {
        if (p[i] < 0x80) {
            out[n++] = (char)p[i++];
        } else if (p[i] == 0xCE || p[i] == 0xCF || p[i] == 0xC2) {
            greek_name(p + i, greek);
            n += (size_t)snprintf(out + n, 16, "%s", greek);
            i += 2;
        } else {
            if (!subscript)
                out[n++] = '_';
            subscript = true;
            out[n++] = subscript_char(p + i);
            i += 3;
        }
    }
    *name = intern_bytes(r->tree->x->names, out, n);
    return *name != 0;
}

bool reader_name(struct reader *r, const char *text, size_t length,
                 struct span where, symbol_t *name)
{
    if (length > READER_MAX_NAME)
        return fault_at(r->mem->fault, FAULT_LIMIT, where,
                        "a name longer than %d bytes", READER_MAX_NAME);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return spelled_name(r, (const unsigned char *)text, length, name);
    *name = intern_bytes(r->tree->x->names, text, length);
    return *name != 0;
}

bool reader_slope(struct reader *r, const char *text, size_t length,
                  struct span where, symbol_t *name)
{
    size_t n = length;
    struct text t;
    unsigned primes = 0;
    for (; text[n - 1] == '\'' || (n > 3 && !memcmp(text + n - 3, "′", 3));
         primes++)
        n -= text[n - 1] == '\'' ? 1 : 3;
    if (!reader_name(r, text, n, where, name))
        return false;
    text_init(&t, r->mem);
    text_str(&t, intern_name(r->tree->x->names, *name));
    while (primes--)
        text_char(&t, '\'');
    *name = t.failed ? 0
                     : intern_bytes(r->tree->x->names, text_get(&t),
                                    t.length);
    text_free(&t);
    return *name != 0;
}

bool reader_string(struct reader *r, const char *text, size_t length,
                   symbol_t *value)
{
    struct text t;
    text_init(&t, r->mem);
    for (size_t i = 1; i + 1 < length; i++) {
        if (text[i] == '\\' && i + 2 < length)
            text_char(&t, text[++i] == 'n' ? '\n' : text[i]);
        else
            text_char(&t, text[i]);
    }
    *value = t.failed ? 0
                      : intern_bytes(r->tree->x->names, text_get(&t),
                                     t.length);
    text_free(&t);
    return *value != 0;
}

struct word {
    const char *text;
    int token;
    uint32_t kind;
};

static const struct word *find_word(const struct word *words, size_t n,
                                    const char *text, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(words[i].text) == length &&
            !memcmp(words[i].text, text, length))
            return &words[i];
    return NULL;
}

int reader_rule_word(const char *text, size_t length, uint32_t *kind)
{
    static const struct word words[] = {
        {"group", T_GROUP, 0},
        {"layout", T_LAYOUT, 0},
        {"refuted", T_REFUTED, 0},
        {"operator", T_KIND, RULE_OPERATOR},
        {"function", T_KIND, RULE_FUNCTION},
        {"differential", T_KIND, RULE_DIFFERENTIAL},
        {"rewrite", T_KIND, RULE_REWRITE},
        {"fact", T_KIND, RULE_FACT},
        {"condition", T_KIND, RULE_CONDITION},
        {"derivative", T_KIND, RULE_DERIVATIVE},
        {"jacobian", T_KIND, RULE_JACOBIAN},
        {"identity", T_KIND, RULE_IDENTITY},
        {"law", T_KIND, RULE_LAW},
        {"primary", T_KIND, RULE_PRIMARY}};
    const struct word *w =
        find_word(words, sizeof words / sizeof *words, text, length);
    if (!w)
        return 0;
    *kind = w->kind;
    return w->token;
}

int reader_clause_word(const char *text, size_t length)
{
    static const struct word words[] = {
        {"let", T_LET, 0},         {"if", T_IF, 0},
        {"assuming", T_ASSUMING, 0}, {"domain", T_DOMAIN, 0},
        {"smooth", T_SMOOTH, 0},   {"kernel", T_KERNEL, 0},
        {"latex", T_LATEX, 0},     {"unicode", T_UNICODE, 0},
        {"help", T_HELP, 0},       {"note", T_NOTE, 0},
        {"transpose", T_TRANSPOSES, 0}, {"layout", T_LAYOUT, 0},
        {"form", T_FORM, 0},       {"structure", T_STRUCTURE, 0},
        {"for", T_FOR, 0},         {"kink", T_KINK, 0},
        {"nature", T_NATURE, 0},   {"offer", T_OFFER, 0},
        {"jacobian", T_JACOBIAN, 0},
        {"determines", T_DETERMINES, 0}};
    const struct word *w =
        find_word(words, sizeof words / sizeof *words, text, length);
    return w ? w->token : 0;
}

/* The text is valid UTF-8 by now. */
bool reader_stray(struct reader *r, struct span where)
{
    /* The scanner has put an end behind the one byte it matched. */
    const char *text = r->text + where.begin;
    const unsigned char *p = (const unsigned char *)text;
    uint32_t more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC0 ? 1 : 0;
    uint32_t code = more ? *p & (0x3Fu >> more) : *p;
    for (uint32_t i = 1; i <= more; i++)
        code = code << 6 | (p[i] & 0x3F);
    where.end = where.begin + more + 1;
    struct fault *f = r->mem->fault;
    if (*p == '"' || *p == '`' || *p == '}' || *p == ']')
        return fault_at(f, FAULT_SYNTAX, where, "unexpected '%c'", *p);
    if (code < 0x20 || code == 0x7F)
        return fault_at(f, FAULT_SYNTAX, where,
                        "a control character (U+%04X)", code);
    if (!more)
        fault_at(f, FAULT_SYNTAX, where, "unexpected character '%c'", *p);
    else
        fault_at(f, FAULT_SYNTAX, where,
                 "unexpected character '%.*s' (U+%04X)", (int)more + 1, text,
                 code);
    const char *here = elsewhere_character(code);
    if (here)
        fault_hint(f, "%s", here);
    return false;
}

/* -------------------------------------------------------------- tokens */

/* The scanner, with the first token and the `*` of 2x put in. */
int parse_lex(PARSE_STYPE *value, struct span *where, struct reader *r)
{
    if (!r->started) {
        r->started = true;
        *where = (struct span){0, 0};
        return r->start == START_EXPRESSION     ? T_START_EXPRESSION
               : r->start == START_DECLARATIONS ? T_START_DECLARATIONS
                                                : T_START_RULES;
    }
    if (r->pending) {
        int token = r->pending;
        value->word = (uint32_t)r->pending_value;
        *where = r->pending_span;
        r->pending = 0;
        return token;
    }
    int token = scan_lex(value, where, r->scanner);
    if (token == T_END)
        where->begin = where->end = (uint32_t)r->length;
    bool after_number = r->after_number;
    r->after_number = token == T_NUMBER;
    bool named = token == T_NAME || token == T_SLOPE ||
                 token == T_SLOPE_ENTRIES;
    if (!after_number || (!named && token != T_OPEN))
        return token;
    /* s{l} = 2 for l = 1..L */
    if (token == T_NAME && r->start == START_DECLARATIONS &&
        !strcmp(intern_name(r->tree->x->names, value->word), "for"))
        return token;
    r->pending = token;
    r->pending_value = named ? value->word : 0;
    r->pending_span = *where;
    where->end = where->begin;
    return T_TIMES;
}

/* -------------------------------------------------------------- errors */

/* The bracket before `at` that nothing closes, or false. */
static bool open_bracket(const struct reader *r, uint32_t at,
                         struct span *where)
{
    uint32_t depth = 0;
    bool braces = r->start != START_RULES; /* there they hold whole rules */
    for (uint32_t i = at; i-- > 0;) {
        char c = r->text[i];
        if (c == ')' || c == ']' || (braces && c == '}')) {
            depth++;
        } else if ((c == '(' || c == '[' || (braces && c == '{')) &&
                   depth-- == 0) {
            *where = (struct span){i, i + 1};
            return true;
        }
    }
    return false;
}

/* A token as it stands in the text, shortened. */
static const char *token_text(const struct reader *r, struct span where,
                              char buffer[48])
{
    uint32_t n = where.end - where.begin;
    bool cut = n > 40;
    if (cut)
        for (n = 36; n && (r->text[where.begin + n] & 0xC0) == 0x80; n--)
            ;
    snprintf(buffer, 48, "%.*s%s", (int)n, r->text + where.begin,
             cut ? "..." : "");
    return buffer;
}

static void expectations(const struct reader_surprise *s, char buffer[160])
{
    size_t n = 0;
    buffer[0] = '\0';
    for (unsigned i = 0; i < s->nexpected && n < 120; i++)
        n += (size_t)snprintf(buffer + n, 160 - n, "%s%s",
                              i == 0                  ? ", expected "
                              : i + 1 < s->nexpected  ? ", "
                                                      : " or ",
                              s->expected[i]);
}

static void report_missing_operand(struct reader *r, struct span where,
                                   const struct reader_surprise *s)
{
    struct fault *f = r->mem->fault;
    char token[48];
    bool nothing = true;
    for (uint32_t i = 0; nothing && i < where.begin; i++)
        nothing = strchr(" \t\r\n", r->text[i]) != NULL;
    if (s->at_end && nothing) {
        fault_at(f, FAULT_SYNTAX, where, "there is nothing to read");
        fault_hint(f, "an expression such as x'*A*x");
    } else if (s->at_end) {
        fault_at(f, FAULT_SYNTAX, where,
                 "the text ends where an operand is expected");
    } else {
        fault_at(f, FAULT_SYNTAX, where, "an operand is missing before '%s'",
                 token_text(r, where, token));
        if (where.begin && !strcmp(token, "*") &&
            r->text[where.begin - 1] == '*')
            fault_hint(f, "a power is written x^2, by entries x.^2");
    }
}

void reader_report(struct reader *r, struct span where,
                   const struct reader_surprise *s)
{
    struct fault *f = r->mem->fault;
    struct span bracket;
    char token[48], expected[160];
    bool open = open_bracket(r, where.begin, &bracket);
    token_text(r, where, token);
    if (s->wants_operand) {
        report_missing_operand(r, where, s);
    } else if (s->found_operand && s->wants_operator) {
        fault_at(f, FAULT_SYNTAX, where,
                 "an operator is missing before '%s'", token);
        fault_hint(f, "a product is written with *");
    } else if (s->found_close && !open) {
        fault_at(f, FAULT_SYNTAX, where, "'%s' closes nothing", token);
    } else if (s->at_end && open) {
        fault_at(f, FAULT_SYNTAX, where, "the text ends before '%c'",
                 r->text[bracket.begin] == '('   ? ')'
                 : r->text[bracket.begin] == '[' ? ']'
                                                 : '}');
    } else {
        expectations(s, expected);
        if (s->at_end)
            fault_at(f, FAULT_SYNTAX, where, "the text ends here%s",
                     expected);
        else
            fault_at(f, FAULT_SYNTAX, where, "unexpected '%s'%s", token,
                     expected);
    }
    if (open && (s->at_end || s->found_close))
        fault_second(f, bracket, "the bracket opened here");
}
