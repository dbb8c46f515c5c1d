/* show.c - answers and errors for people. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define DIM "\033[2m"
#define RED "\033[1;31m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

bool show_color(FILE *out)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && isatty(fileno(out)) &&
           !(term && !strcmp(term, "dumb"));
}

static int status_of(md_kind kind)
{
    switch (kind) {
    case MD_NONE:
        return CLI_FINE;
    case MD_REQUEST:
        return CLI_USAGE;
    case MD_LIMIT:
    case MD_MEMORY:
        return CLI_LIMIT;
    case MD_INTERNAL:
        return CLI_INTERNAL;
    default:
        return CLI_BAD_INPUT;
    }
}

int show_error_at(md_context *c, const char *place, FILE *out)
{
    const md_error *e = md_last_error(c);
    char source[80] = "matdiff";
    if (!e) {
        fprintf(out, "matdiff: error: unknown failure\n");
        return CLI_INTERNAL;
    }
    md_kind kind = e->kind;
    if (place && *e->in && strcmp(e->in, "rules"))
        snprintf(source, sizeof source, "%s: %s", place, e->in);
    else if (place || *e->in)
        snprintf(source, sizeof source, "%s", place ? place : e->in);
    const char *s = md_show_error(c, source, show_color(out));
    size_t n = strlen(s);
    fputs(s, out);
    if (!n || s[n - 1] != '\n')
        putc('\n', out);
    return status_of(kind);
}

int show_error(md_context *c, FILE *out)
{
    return show_error_at(c, NULL, out);
}

/* "scalar", "n", "m x n" */
static void show_shape(const md_answer *a, FILE *out)
{
    if (!a->shape_count)
        fputs("scalar", out);
    for (size_t i = 0; i < a->shape_count; i++)
        fprintf(out, "%s%s", i ? " x " : "", a->shape[i]);
}

void show_detail(const char *label, const char *text)
{
    bool color = show_color(stdout);
    printf("%s  %s%s%s%s\n", color ? DIM : "", label, *label ? ": " : "",
           text, color ? PLAIN : "");
}

static void show_list(const char *label, const char *const *items, size_t n)
{
    bool color = show_color(stdout);
    if (!n)
        return;
    printf("%s  %s: ", color ? DIM : "", label);
    for (size_t i = 0; i < n; i++)
        printf("%s%s", i ? ", " : "", items[i]);
    printf("%s\n", color ? PLAIN : "");
}

static void show_heading(const md_answer *a)
{
    bool color = show_color(stdout);
    printf("%s  shape ", color ? DIM : "");
    show_shape(a, stdout);
    printf(", layout %s, form %s", a->layout, a->form);
    if (strcmp(a->structure, "free"))
        printf(", structure %s", a->structure);
    printf(", %s%s%s\n", a->result ? "claim " : "",
           strcmp(a->verdict, "none") ? a->verdict : "unverified",
           color ? PLAIN : "");
}

/* The derivation: each value and its differential side by side. */
static void show_steps(const md_answer *a)
{
    bool color = show_color(stdout);
    if (a->step_count)
        printf("%s  steps:%s\n", color ? DIM : "", color ? PLAIN : "");
    for (size_t i = 0; i + 1 < a->step_count; i += 2)
        printf("    %-30s  %s\n", a->steps[i], a->steps[i + 1]);
}

static void show_about(const md_answer *a, struct show_options o)
{
    show_heading(a);
    if (!strcmp(a->verdict, "unable") && *a->detail)
        show_detail("unable to verify", a->detail);
    show_list("conditions", a->condition_faces, a->condition_count);
    if (*a->assumed)
        show_detail("assumed", a->assumed);
    for (size_t i = 0; i < a->note_count; i++)
        show_detail("note", a->notes[i]);
    if (o.explain) {
        show_steps(a);
        show_list("rules used", a->rules, a->rule_count);
    }
}

/* A refuted answer never reaches standard output. */
static int show_refuted(const md_answer *a)
{
    bool color = show_color(stderr);
    fprintf(stderr, "%smatdiff: REFUTED: the following answer failed its "
            "verification; do not use it%s\n", color ? RED : "",
            color ? PLAIN : "");
    for (size_t i = 0; i < a->face_count; i++)
        fprintf(stderr, "  %s\n", a->faces[i]);
    fprintf(stderr, "  %s\n", a->detail);
    return CLI_REFUTED;
}

int show_derivative(const md_answer *a, struct show_options o)
{
    if (!strcmp(a->verdict, "refuted"))
        return show_refuted(a);
    for (size_t i = 0; i < a->face_count; i++)
        puts(a->faces[i]);
    for (size_t i = 0; i < a->where_count; i++)
        printf("%s %s\n", i ? "     " : "where", a->where[i]);
    if (!o.quiet)
        show_about(a, o);
    return CLI_FINE;
}

/* "by: x, x"; the expression itself is by nothing. */
static void show_by(const md_answer *a)
{
    fflush(stderr);
    if (a->by_count)
        show_list("by", a->by, a->by_count);
    else
        show_detail("", "the value");
}

int show_derivatives(const md_answer *a, size_t n, struct show_options o)
{
    int status = CLI_FINE;
    for (size_t i = 0; i < n; i++) {
        md_answer one = a[i];
        if (n > 1 && !o.quiet)
            show_by(&one);
        if (i && !strcmp(one.assumed, a[0].assumed))
            one.assumed = "";
        fflush(stdout);
        int s = show_derivative(&one, o);
        status = s != CLI_FINE ? s : status;
    }
    return status;
}

int show_claim(const md_answer *a, struct show_options o)
{
    bool color = show_color(stdout), good = a->relation == MD_EQUAL;
    printf("%s%s%s", color ? (good ? GREEN : RED) : "", a->result,
           color ? PLAIN : "");
    if (*a->remark)
        printf(": %s", a->remark);
    putchar('\n');
    if (!o.quiet) {
        show_list("derivative", a->faces, a->face_count);
        if (a->correction)
            show_detail("right would be", a->correction);
        if (*a->detail)
            show_detail(!strcmp(a->verdict, "refuted")  ? "counterexample"
                        : !strcmp(a->verdict, "proved") ? "proof"
                                                        : "referee",
                        a->detail);
        show_about(a, o);
    }
    return good ? CLI_FINE : CLI_REFUTED;
}

void show_rule(const md_rule *r)
{
    puts(r->signature);
    if (*r->help)
        show_detail("", r->help);
    if (*r->definition)
        show_detail("meaning", r->definition);
    if (*r->differential)
        show_detail("differential", r->differential);
    if (*r->conditions)
        show_detail("needs", r->conditions);
}
