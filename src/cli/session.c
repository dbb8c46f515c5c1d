/* session.c - statements of a session: which kind one is, and running it. */
#include "config.h"

#include "session.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "statement.h"

bool session_open(struct session *s, const md_options *limits,
                  bool interactive)
{
    *s = (struct session){.c = md_new(limits),
                          .interactive = interactive,
                          .layout = md_word(MD_LAYOUTS, 0),
                          .form = md_word(MD_FORMS, 0),
                          .structure = md_word(MD_STRUCTURES, 0)};
    return s->c != NULL;
}

void session_close(struct session *s)
{
    md_free(s->c);
}

/* ---- errors */

static void note_status(struct session *s, int status)
{
    if (s->status == CLI_FINE || (status > s->status))
        s->status = status;
}

static const char *place(const struct session *s, char *buffer, size_t n)
{
    if (s->interactive)
        return NULL;
    snprintf(buffer, n, "line %lu", s->line);
    return buffer;
}

void session_fail(struct session *s, const char *format, ...)
{
    char where[40];
    const char *at = place(s, where, sizeof where);
    va_list ap;
    fflush(stdout);
    fprintf(stderr, "%s%serror: ", at ? at : "", at ? ": " : "");
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    putc('\n', stderr);
    note_status(s, CLI_BAD_INPUT);
}

void session_error(struct session *s)
{
    char where[40];
    fflush(stdout);
    int status = show_error_at(s->c, place(s, where, sizeof where), stderr);
    note_status(s, status == CLI_USAGE ? CLI_BAD_INPUT : status);
}

static void show_assumed(struct session *s)
{
    const char *assumed = md_assumed(s->c);
    if (*assumed)
        show_detail("assumed", assumed);
}

/* ---- derivatives */

static void run_query(struct session *s, md_query *q)
{
    md_answer a;
    bool check = q->claim && !q->from, convert = q->claim && q->from;
    q->layout = s->layout;
    q->form = q->form ? q->form : s->form;
    q->structure = s->structure;
    q->unverified = s->unverified;
    if (!(check ? md_check : convert ? md_convert : md_derive)(s->c, q, &a)) {
        session_error(s);
        return;
    }
    s->last = a.value;
    fflush(stdout);
    int status = (check ? show_claim : show_derivative)(
        &a, (struct show_options){false, false});
    note_status(s, status);
}

/* By each of the variables; the last answer is the one remembered. */
static void run_each(struct session *s, md_query *q)
{
    const md_answer *a;
    size_t n;
    q->layout = s->layout;
    q->form = s->form;
    q->structure = s->structure;
    q->unverified = s->unverified;
    if (!md_derive_all(s->c, q, &a, &n)) {
        session_error(s);
        return;
    }
    s->last = a[n - 1].value;
    note_status(s, show_derivatives(a, n, (struct show_options){0}));
}

/* An expression and its variables: "f, x, y" or "f x y".  Names are taken
 * from the end as long as what is left could be the expression. */
static bool split_variables(struct session *s,
                            const struct session_command *self, char *rest,
                            md_query *q, const char **wrt)
{
    char *pieces[CLI_MOST_OPERANDS], *name;
    size_t n = split_commas(unwrap(trim(rest)), pieces, CLI_MOST_OPERANDS);
    q->expr = pieces[0];
    q->wrt = wrt;
    for (size_t i = 1; i < n; i++)
        wrt[q->wrt_count++] = pieces[i];
    while (n == 1 && q->wrt_count < CLI_MOST_OPERANDS) {
        if (!(name = split_last_part(pieces[0])))
            break;
        char *cut = name - 1;
        if (!*trim(pieces[0]) || md_is_incomplete(s->c, pieces[0])) {
            *cut = ' '; /* it belongs to the expression */
            break;
        }
        memmove(wrt + 1, wrt, q->wrt_count * sizeof *wrt);
        wrt[0] = name;
        q->wrt_count++;
    }
    if (*pieces[0] && q->wrt_count)
        return true;
    /* A mistake in the expression can hide the variables: tell that first. */
    if (*pieces[0] && !md_parse(s->c, pieces[0]))
        session_error(s);
    else
        session_fail(s, "usage: %s", self->usage);
    return false;
}

/* By each variable in turn. */
static void run_grad(struct session *s, const struct session_command *self,
                     char *rest)
{
    const char *wrt[CLI_MOST_OPERANDS + 1];
    md_query q = {.each = true};
    if (split_variables(s, self, rest, &q, wrt))
        run_each(s, &q);
}

static void run_hess(struct session *s, const struct session_command *self,
                     char *rest)
{
    const char *wrt[CLI_MOST_OPERANDS + 1];
    md_query q = {.order = 2};
    if (split_variables(s, self, rest, &q, wrt))
        run_query(s, &q);
}

/* Value, gradient and Hessian. */
static void run_both(struct session *s, const struct session_command *self,
                     char *rest)
{
    static const unsigned orders[] = {0, 1, 2};
    const char *wrt[CLI_MOST_OPERANDS + 1];
    md_query q = {.each = true, .orders = orders, .order_count = 3};
    if (split_variables(s, self, rest, &q, wrt))
        run_each(s, &q);
}

/* "EXPR by x, y": successive derivatives. */
static void run_by(struct session *s, const struct session_command *self,
                   char *rest)
{
    char *wrt[CLI_MOST_OPERANDS];
    char *variables = split_at(rest, "by");
    if (!variables || !*trim(variables)) {
        session_fail(s, "usage: %s", self->usage);
        return;
    }
    md_query q = {.expr = trim(rest), .wrt = (const char *const *)wrt};
    q.wrt_count = split_commas(trim(variables), wrt, CLI_MOST_OPERANDS);
    run_query(s, &q);
}

/* "EXPR VAR == CLAIM" or "EXPR, VAR, CLAIM". */
static void run_check_claim(struct session *s,
                            const struct session_command *self, char *rest)
{
    const char *wrt[CLI_MOST_OPERANDS + 1];
    char *pieces[CLI_MOST_OPERANDS];
    char *claim = split_at(rest, "==");
    md_query q = {.claim = claim ? trim(claim) : NULL};
    if (claim) {
        if (split_variables(s, self, rest, &q, wrt))
            run_query(s, &q);
        return;
    }
    size_t n = split_commas(trim(rest), pieces, CLI_MOST_OPERANDS);
    if (n < 3) {
        session_fail(s, "usage: %s", self->usage);
        return;
    }
    q.expr = pieces[0];
    q.wrt = (const char *const *)(pieces + 1);
    q.wrt_count = n - 2;
    q.claim = pieces[n - 1];
    run_query(s, &q);
}

/* "EXPR VAR == CLAIM from FORM [LAYOUT] to FORM"; the form of the session
 * without "to". */
static void run_convert_claim(struct session *s,
                              const struct session_command *self, char *rest)
{
    const char *wrt[CLI_MOST_OPERANDS + 1];
    char *save = NULL, *claim = split_at(rest, "==");
    char *from = claim ? split_at(claim, "from") : NULL;
    char *to = from ? split_at(from, "to") : NULL;
    md_query q = {.claim = claim ? trim(claim) : NULL};
    q.from = from ? strtok_r(from, " \t", &save) : NULL;
    q.from_layout = q.from ? strtok_r(NULL, " \t", &save) : NULL;
    q.form = to ? trim(to) : NULL;
    if (!q.from)
        session_fail(s, "usage: %s", self->usage);
    else if (split_variables(s, self, rest, &q, wrt))
        run_query(s, &q);
}

/* ---- names */

static void run_let(struct session *s, const struct session_command *self,
                    char *rest)
{
    (void)self;
    if (!md_declare(s->c, rest))
        session_error(s);
}

static void run_assignment(struct session *s, const char *name,
                           const char *expr)
{
    md_expr e = md_assign(s->c, name, expr);
    if (!e) {
        session_error(s);
        return;
    }
    s->last = e;
    printf("%s: %s\n", name, md_shape(s->c, e));
    show_assumed(s);
}

static void run_vars(struct session *s, const struct session_command *self,
                     char *rest)
{
    md_name n;
    (void)self, (void)rest;
    for (size_t i = 0; md_name_at(s->c, i, &n); i++) {
        if (*n.meaning)
            printf("%s = %s\n", n.name, n.meaning);
        else if (n.is_size)
            printf("%s (a size)\n", n.name);
        else
            printf("%s%s\n", n.declaration, n.is_assumed ? " (assumed)" : "");
    }
}

static void run_forget(struct session *s, const struct session_command *self,
                       char *rest)
{
    char *name, *save = NULL;
    if (!*rest)
        session_fail(s, "usage: %s", self->usage);
    for (name = strtok_r(rest, ", ", &save); name;
         name = strtok_r(NULL, ", ", &save))
        if (!md_forget(s->c, name))
            session_error(s);
}

/* ---- expressions */

static void run_expression(struct session *s, const char *text)
{
    md_expr e = md_parse(s->c, text);
    if (!e) {
        session_error(s);
        return;
    }
    char assumed[400];
    snprintf(assumed, sizeof assumed, "%s", md_assumed(s->c));
    md_expr n = md_normal(s->c, e);
    s->last = n ? n : e;
    const char *shown = md_print(s->c, s->last, "text");
    if (!shown) {
        session_error(s);
        return;
    }
    puts(shown);
    show_detail("shape", md_shape(s->c, s->last));
    if (*assumed)
        show_detail("assumed", assumed);
}

/* "latex" shows the last answer, "latex EXPR" an expression. */
static void run_format(struct session *s, const struct session_command *self,
                       char *rest)
{
    md_expr e = *rest ? md_parse(s->c, rest) : s->last;
    if (!*rest && !e) {
        session_fail(s, "there is no answer yet to show as %s", self->name);
        return;
    }
    const char *shown = e ? md_print(s->c, e, self->name) : NULL;
    if (shown)
        puts(shown);
    else
        session_error(s);
}

/* ---- settings */

static void set_word(struct session *s, md_list list, const char *name,
                     const char *value, const char **setting)
{
    const char *word;
    if (!*value)
        puts(*setting);
    for (unsigned i = 0; *value && (word = md_word(list, i)); i++)
        if (!strcmp(word, value)) {
            *setting = word;
            return;
        }
    if (!*value)
        return;
    char known[200] = "";
    for (unsigned i = 0; (word = md_word(list, i)); i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s",
                 i ? ", " : "", word);
    session_fail(s, "%s is one of: %s", name, known);
}

static void run_setting(struct session *s, const struct session_command *self,
                        char *rest)
{
    if (!strcmp(self->name, "layout"))
        set_word(s, MD_LAYOUTS, self->name, rest, &s->layout);
    else if (!strcmp(self->name, "form"))
        set_word(s, MD_FORMS, self->name, rest, &s->form);
    else
        set_word(s, MD_STRUCTURES, self->name, rest, &s->structure);
}

static void run_verification(struct session *s, const struct session_command *self,
                       char *rest)
{
    if (!strcmp(rest, "on") || !strcmp(rest, "off"))
        s->unverified = !strcmp(rest, "off");
    else if (!*rest)
        puts(s->unverified ? "off" : "on");
    else
        session_fail(s, "usage: %s", self->usage);
}

static void run_load(struct session *s, const struct session_command *self,
                     char *rest)
{
    rest = trim(rest);
    if (!*rest) {
        session_fail(s, "%s", self->usage);
        return;
    }
    note_status(s, load_rule_file(s->c, rest));
}

static void run_quit(struct session *s, const struct session_command *self,
                     char *rest)
{
    (void)self, (void)rest;
    s->quit = true;
}

#define FORMAT(name)                                                         \
    {                                                                        \
        name, name " [EXPR]", "the last answer, or an expression, as " name, \
            run_format                                                       \
    }

const struct session_command session_commands[] = {
    {"let", "let A[m,n] symmetric, x[n], a",
     "declares names; the word let may be left out", run_let},
    {"grad", "grad EXPR VAR...", "the gradient, by each variable", run_grad},
    {"jac", "jac EXPR VAR...", "the Jacobian, by each variable", run_grad},
    {"hess", "hess EXPR VAR [VAR]", "the second derivative", run_hess},
    {"both", "both EXPR VAR...", "value, gradient and Hessian, by each",
     run_both},
    {"D", "D EXPR by VAR, VAR...", "successive derivatives", run_by},
    {"check", "check EXPR VAR == CLAIM",
     "is the claim the derivative? also: check EXPR, VAR, CLAIM",
     run_check_claim},
    {"convert", "convert EXPR VAR == CLAIM from FORM [LAYOUT] to FORM",
     "a derivative in another form", run_convert_claim},
    {"props", "props EXPR", "what is known of an expression, and why",
     session_props},
    FORMAT("latex"),
    FORMAT("unicode"),
    FORMAT("text"),
    FORMAT("mathml"),
    FORMAT("numpy"),
    FORMAT("julia"),
    FORMAT("matlab"),
    {"layout", "layout [LAYOUT]",
     "shows or sets the layout: mixed, numerator, denominator", run_setting},
    {"form", "form [FORM]",
     "shows or sets the form: matrix, vec, index, differential, ...",
     run_setting},
    {"structure", "structure [STRUCTURE]",
     "of structured variables: free, projected, entries, vech", run_setting},
    {"verify", "verify [on|off]", "shows or sets the verification",
     run_verification},
    {"vars", "vars", "the names and what they mean", run_vars},
    {"forget", "forget NAME...", "forgets names", run_forget},
    {"load", "load FILE", "adds the operators and rules of a file", run_load},
    {"help", "help [TOPIC]", "help about a command or a function",
     session_help},
    {"quit", "quit", "leaves (also Ctrl-D)", run_quit},
    {"exit", "exit", "leaves", run_quit},
};
const size_t session_command_count =
    sizeof session_commands / sizeof *session_commands;

/* ---- statements */

/* The command a line begins with, and its rest; NULL if the line is an
 * expression that only begins with the same word ("D*x", "text = 3"). */
static const struct session_command *find_command(char *line, char **rest)
{
    for (size_t i = 0; i < session_command_count; i++) {
        const struct session_command *k = &session_commands[i];
        size_t n = strlen(k->name);
        char *after = line + n;
        if (strncmp(line, k->name, n) || isalnum((unsigned char)*after) ||
            *after == '_')
            continue;
        bool apart = !*after || isspace((unsigned char)*after);
        while (isspace((unsigned char)*after))
            after++;
        bool call = !apart && *after == '(' && after[strlen(after) - 1] == ')'
                    && (k->run == run_grad || k->run == run_hess ||
                        k->run == run_both);
        bool operand = *after && strchr("=*/+.^'\\[,", *after);
        if ((!apart && !call) || (operand && k->run != run_load))
            return NULL;
        if (k->run == run_by && !strstr(after, "by"))
            return NULL;
        *rest = after;
        return k;
    }
    return NULL;
}

/* "f = ...": the name, and the expression after it. */
static char *split_assignment(char *line, char **name)
{
    char *expr = split_at(line, "=");
    if (!expr)
        return NULL;
    /* a copy: what is no assignment stays as it is */
    char left[1024];
    size_t length = strlen(line);
    if (length < sizeof left) {
        memcpy(left, line, length + 1);
        if (is_name(trim(left))) {
            *name = trim(line);
            return expr;
        }
    }
    expr[-1] = '=';
    return NULL;
}

/* A[1,2] of a known A is an element, A[1:2,:] always a part, not a
 * declaration. */
static bool is_element(struct session *s, const char *line)
{
    md_name n;
    size_t length = strcspn(line, "[");
    if (strchr(line, ':'))
        return true;
    if (line[length] != '[' || strspn(line + length, "[]0123456789, ") !=
                                   strlen(line + length))
        return false;
    while (length && line[length - 1] == ' ')
        length--;
    for (size_t i = 0; md_name_at(s->c, i, &n); i++)
        if (strlen(n.name) == length && !strncmp(n.name, line, length))
            return true;
    return false;
}

void session_run(struct session *s, char *line, size_t length)
{
    char *rest, *name;
    if (memchr(line, '\0', length)) {
        session_fail(s, "the line holds a NUL byte, at byte %zu",
                     strlen(line) + 1);
        return;
    }
    line = trim(line);
    if (!*line || *line == '#')
        return;
    if (line[0] == ':' && isalpha((unsigned char)line[1]))
        line++; /* :load FILE, as other sessions have it */
    const struct session_command *k = find_command(line, &rest);
    if (k)
        k->run(s, k, trim(rest));
    else if ((rest = split_assignment(line, &name)))
        run_assignment(s, name, trim(rest));
    else if (looks_declared(line) && !is_element(s, line))
        run_let(s, NULL, line);
    else
        run_expression(s, line);
}

bool session_is_incomplete(struct session *s, const char *line)
{
    while (isspace((unsigned char)*line))
        line++;
    if (!*line || *line == '#' || !strncmp(line, "help", 4) ||
        !strncmp(line, "load ", 5) || *line == ':')
        return false;
    return md_is_incomplete(s->c, line);
}

void session_words(struct session *s, bool first,
                   void (*give)(void *data, const char *word), void *data)
{
    md_name n;
    md_rule r;
    const char *word;
    for (size_t i = 0; first && i < session_command_count; i++)
        give(data, session_commands[i].name);
    for (size_t i = 0; md_name_at(s->c, i, &n); i++)
        give(data, n.name);
    for (size_t i = 0; md_rule_at(s->c, i, &r); i++)
        give(data, r.op);
    for (int l = MD_LAYOUTS; !first && l <= MD_PROPERTIES; l++)
        for (unsigned i = 0; (word = md_word((md_list)l, i)); i++)
            give(data, word);
}
