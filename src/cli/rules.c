/* rules.c - the operators and functions there are, and the rules: listed,
 * shown, searched, matched with an expression. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "source.h"
#include "tex.h"

/* ---- operators and functions */

static bool is_wanted(const struct command_line *l, const md_rule *r)
{
    for (size_t i = 0; i < l->operand_count; i++)
        if (!strcmp(l->operands[i], r->op) || !strcmp(l->operands[i], r->name))
            return true;
    return l->operand_count == 0;
}

static int list_operators(struct command_line *l, md_context *c)
{
    md_rule r;
    size_t shown = 0;
    for (size_t i = 0; md_rule_at(c, i, &r); i++)
        if (is_wanted(l, &r)) {
            show_rule(&r);
            shown++;
        }
    if (md_last_error(c))
        return show_error(c, stderr);
    if (!shown) {
        fprintf(stderr, "matdiff rules: no such operator or function\n"
                "matdiff rules search WORD looks in all rules\n");
        return CLI_BAD_INPUT;
    }
    return CLI_FINE;
}

/* ---- all rules, one after another */

struct browsing {
    struct command_line *l;
    md_context *c;
    const struct source *s;
    const struct source_rule *r;
    const char *heading; /* the file whose section is being written */
    size_t shown;
    int status;
    bool (*use)(struct browsing *b); /* false: stop */
};

static bool word_is(const char *word, size_t length, const char *s)
{
    return strlen(s) == length && !memcmp(word, s, length);
}

static bool passes(const struct browsing *b)
{
    const struct command_line *l = b->l;
    const md_rule_item *i = &b->r->item;
    return i->is_rule && (!l->group || !strcmp(l->group, b->s->group)) &&
           (!l->kind || word_is(i->kind, i->kind_length, l->kind) ||
            (i->refuted && !strcmp(l->kind, "refuted")));
}

static bool browse_source(struct browsing *b, struct source *s)
{
    struct source_rule r;
    bool more = true;
    b->s = s;
    b->r = &r;
    while (more && source_next(s, &r))
        if (passes(b))
            more = b->use(b);
    if (s->failed) {
        fprintf(stderr, "matdiff rules: %s: %s\n", s->file, strerror(errno));
        b->status = CLI_BAD_INPUT;
    }
    source_close(s);
    return more;
}

static void browse(struct browsing *b)
{
    struct source s;
    bool more = true;
    for (size_t i = 0; more && source_builtin(&s, i); i++)
        more = browse_source(b, &s);
    for (size_t i = 0; more && i < b->l->rules_count; i++)
        more = source_open(&s, b->l->rules[i]) && browse_source(b, &s);
}

static bool read_claim(struct browsing *b, bool verify, md_claim *k)
{
    md_rule_query q = {.file = b->s->file, .line = b->r->line,
                       .group = b->s->group, .layout = b->s->layout,
                       .to = b->l->query.to_count ? b->l->query.to[0] : NULL,
                       .verify = verify, .builtin = true,
                       .seed = b->l->query.seed};
    if (md_verify_rule(b->c, &q, b->r->text, b->r->length, k))
        return true;
    b->status = show_error_at(b->c, b->s->file, stderr);
    return false;
}

/* ---- list */

static bool is_claim(const struct source_rule *r)
{
    static const char *const kinds[] = {"derivative", "jacobian", "identity",
                                        "rewrite", "law"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (word_is(r->item.kind, r->item.kind_length, kinds[i]))
            return true;
    return false;
}

static bool list_one(struct browsing *b)
{
    const md_rule_item *i = &b->r->item;
    md_claim k;
    int width = 44 - (int)i->name_length - (int)i->kind_length -
                (i->refuted ? 8 : 0);
    printf("%s%.*s %.*s%*s %s:%lu\n", i->refuted ? "refuted " : "",
           (int)i->kind_length, i->kind, (int)i->name_length, i->name,
           width > 0 ? width : 0, "", b->s->file, b->r->line + 1);
    if (is_claim(b->r) && read_claim(b, false, &k))
        printf("    %s\n", k.formula);
    b->shown++;
    return true;
}

/* ---- show */

static bool is_named(const struct browsing *b)
{
    const md_rule_item *i = &b->r->item;
    for (size_t k = 1; k < b->l->operand_count; k++)
        if (word_is(i->name, i->name_length, b->l->operands[k]))
            return true;
    return false;
}

static void show_line(const char *label, const char *text)
{
    if (*text)
        printf("  %-10s %s\n", label, text);
}

static void show_settings(const md_claim *k)
{
    if (strcmp(k->layout, "mixed"))
        show_line("layout", k->layout);
    if (strcmp(k->form, "matrix"))
        show_line("form", k->form);
    if (strcmp(k->structure, "free"))
        show_line("structure", k->structure);
}

static void show_claimed(struct browsing *b)
{
    md_claim k;
    char verdict[300];
    if (!read_claim(b, true, &k))
        return;
    printf("  %s\n", k.formula);
    show_line("with", k.variables);
    show_line("if", k.conditions);
    show_settings(&k);
    show_line("source", k.cite);
    show_line("note", k.note);
    snprintf(verdict, sizeof verdict, "%s%s%s", k.verdict,
             k.refuted  ? k.holds ? ", as it should be" : ", which is wrong"
             : k.symbolic ? ", derived" : "",
             k.refuted && *k.detail ? ":" : "");
    show_line("verdict", verdict);
    show_line("", k.detail);
}

static bool show_one(struct browsing *b)
{
    const md_rule_item *i = &b->r->item;
    if (!is_named(b))
        return true;
    printf("%s%.*s %.*s\n", i->refuted ? "refuted " : "", (int)i->kind_length,
           i->kind, (int)i->name_length, i->name);
    if (is_claim(b->r))
        show_claimed(b);
    else
        printf("%.*s\n", (int)b->r->length, b->r->text);
    if (*b->s->group)
        show_line("group", b->s->group);
    printf("  %-10s %s:%lu\n", "place", b->s->file, b->r->line + 1);
    b->shown++;
    return true;
}

/* ---- search */

static bool contains(const char *text, size_t length, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= length; i++)
        if (!strncasecmp(text + i, word, n))
            return true;
    return false;
}

static bool search_one(struct browsing *b)
{
    for (size_t k = 1; k < b->l->operand_count; k++) {
        const char *word = b->l->operands[k];
        if (!contains(b->r->text, b->r->length, word) &&
            !contains(b->s->group, strlen(b->s->group), word))
            return true;
    }
    return list_one(b);
}

/* ---- match */

static bool match_one(struct browsing *b)
{
    if (!is_claim(b->r))
        return true;
    if (md_rule_matches(b->c, b->r->text, b->r->length, b->l->query.let,
                        b->l->operands[1]))
        return list_one(b);
    if (!md_last_error(b->c))
        return true;
    b->status = show_error(b->c, stderr);
    return false;
}

/* ---- all of them, as a document */

static bool write_one(struct browsing *b)
{
    md_claim k;
    if (!is_claim(b->r))
        return true;
    if (!read_claim(b, true, &k))
        return false;
    if (b->heading != b->s->file)
        tex_section(stdout, b->s);
    b->heading = b->s->file;
    tex_rule(stdout, b->r, &k);
    b->shown++;
    return true;
}

static bool begins_with(const char *s, const char *with)
{
    return s && !strncmp(s, with, strlen(with));
}

/* What is true, then what only shortens, then what is false. */
static bool is_in_part(const char *file, int part)
{
    bool refuted = begins_with(file, "rules/refuted");
    bool compendium = begins_with(file, "rules/compendium/");
    return part == 0 ? compendium : part == 1 ? !compendium && !refuted
                                              : refuted;
}

static void write_document(struct browsing *b)
{
    static const char *const parts[] = {"The compendium", "Simplifications",
                                        "Refuted"};
    const char *latex = "latex";
    struct source s;
    b->l->query.to = &latex;
    b->l->query.to_count = 1;
    tex_begin(stdout);
    bool more = true;
    for (int part = 0; part < 3; part++) {
        tex_part(stdout, parts[part], part == 2);
        for (size_t i = 0; more && source_builtin(&s, i); i++)
            if (is_in_part(s.file, part))
                more = browse_source(b, &s);
        for (size_t i = 0; more && part == 0 && i < b->l->rules_count; i++)
            more = source_open(&s, b->l->rules[i]) && browse_source(b, &s);
    }
    tex_end(stdout);
}

/* ---- the command */

static const struct {
    const char *name;
    bool (*use)(struct browsing *b);
    size_t least, most; /* operands, the name included */
} ways[] = {{"list", list_one, 1, 1},
            {"show", show_one, 2, CLI_MOST_OPERANDS},
            {"search", search_one, 2, CLI_MOST_OPERANDS},
            {"match", match_one, 2, 2},
            {"tex", write_one, 1, 1}};

/* What to try instead: the words of the name that was not found. */
static void say_none(const struct command_line *l, size_t i)
{
    fprintf(stderr, "matdiff rules: no such rule\n");
    if (ways[i].use != show_one)
        return;
    fprintf(stderr, "Try: matdiff rules search ");
    for (const char *s = l->operands[1]; *s; s++)
        fputc(*s == '-' ? ' ' : *s, stderr);
    fputc('\n', stderr);
}

static int run_way(struct command_line *l, md_context *c, size_t i)
{
    struct browsing b = {.l = l, .c = c, .use = ways[i].use};
    if (l->operand_count < ways[i].least || l->operand_count > ways[i].most) {
        fprintf(stderr, "matdiff rules %s: too %s arguments\n"
                "Try: matdiff help rules\n", ways[i].name,
                l->operand_count < ways[i].least ? "few" : "many");
        return CLI_USAGE;
    }
    if (ways[i].use == write_one)
        write_document(&b);
    else
        browse(&b);
    if (b.shown || b.status != CLI_FINE)
        return b.status;
    say_none(l, i);
    return CLI_BAD_INPUT;
}

int run_rules(struct command_line *l)
{
    md_context *c = md_new(&l->limits);
    if (!c)
        return CLI_LIMIT;
    int status = load_rule_files(c, l);
    size_t i = 0, n = sizeof ways / sizeof *ways;
    while (i < n && (!l->operand_count || strcmp(l->operands[0], ways[i].name)))
        i++;
    if (status == CLI_FINE)
        status = i < n ? run_way(l, c, i) : list_operators(l, c);
    md_free(c);
    return status;
}
