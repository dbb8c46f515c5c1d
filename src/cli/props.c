/* props.c - the command props, and that of a session. */
#include "config.h"

#include <stdlib.h>

#include "cli.h"
#include "session.h"

static void show_words(const char *label, const char *const *items, size_t n)
{
    if (n)
        printf("%s", label);
    for (size_t i = 0; i < n; i++)
        printf("%s%s", i ? ", " : "", items[i]);
    if (n)
        putchar('\n');
}

static void show_properties(md_context *c, const md_properties *p)
{
    /* What md_shape hands out takes the place of p's strings. */
    show_words("", p->holds, p->hold_count);
    show_words("not ", p->fails, p->fail_count);
    if (!p->hold_count && !p->fail_count)
        puts("nothing is known");
    for (size_t i = 0; i < p->reason_count; i++)
        show_detail("", p->reasons[i]);
    if (*p->assumed)
        show_detail("assumed", p->assumed);
    show_detail("shape", md_shape(c, p->value));
}

int run_props(struct command_line *l)
{
    md_context *c = md_new(&l->limits);
    md_properties p;
    int status;
    l->query.expr = l->operands[0];
    if (!c) {
        fprintf(stderr, "matdiff: out of memory\n");
        return CLI_LIMIT;
    }
    if ((status = load_rule_files(c, l)) != CLI_FINE)
        ;
    else if (l->json)
        status = run_json(c, l->command->name, &l->query);
    else if (!md_props(c, &l->query, &p))
        status = show_error(c, stderr);
    else
        show_properties(c, &p);
    md_free(c);
    return status;
}

void session_props(struct session *s, const struct session_command *self,
                   char *expr)
{
    md_query q = {.expr = expr, .explain = true};
    md_properties p;
    if (!*expr)
        session_fail(s, "usage: %s", self->usage);
    else if (!md_props(s->c, &q, &p))
        session_error(s);
    else
        show_properties(s->c, &p);
}
