/* load.c - rule files given by the user. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cli.h"
#include "source.h"

int load_rule_file(md_context *c, const char *file)
{
    struct buffer b = {.bytes = NULL};
    if (!source_read_all(file, &b)) {
        fprintf(stderr, "matdiff: %s: %s\n", file, strerror(errno));
        buffer_free(&b);
        return CLI_BAD_INPUT;
    }
    int status = CLI_FINE;
    if (!md_load_rules(c, file, b.bytes, b.used))
        status = show_error_at(c, file, stderr);
    buffer_free(&b);
    return status;
}

int load_rule_files(md_context *c, const struct command_line *l)
{
    int status = CLI_FINE;
    for (size_t i = 0; i < l->rules_count && status == CLI_FINE; i++)
        status = load_rule_file(c, l->rules[i]);
    return status;
}
