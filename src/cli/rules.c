/* rules.c - lists the operators and functions. */
#include "config.h"

#include <string.h>

#include "cli.h"

static bool is_wanted(const struct command_line *l, const md_rule *r)
{
    for (size_t i = 0; i < l->operand_count; i++)
        if (!strcmp(l->operands[i], r->op) || !strcmp(l->operands[i], r->name))
            return true;
    return l->operand_count == 0;
}

int run_rules(struct command_line *l)
{
    md_context *c = md_new(NULL);
    md_rule r;
    size_t shown = 0;
    if (!c)
        return CLI_LIMIT;
    for (size_t i = 0; md_rule_at(c, i, &r); i++)
        if (is_wanted(l, &r)) {
            show_rule(&r);
            shown++;
        }
    int status = md_last_error(c) ? show_error(c, stderr) : CLI_FINE;
    if (!shown && status == CLI_FINE) {
        fprintf(stderr, "matdiff rules: no such operator or function\n");
        status = CLI_BAD_INPUT;
    }
    md_free(c);
    return status;
}
