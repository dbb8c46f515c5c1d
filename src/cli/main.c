/* main.c - the matdiff command: finds the command, runs it. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "cli.h"

static bool is_help(const char *s)
{
    return !strcmp(s, "--help") || !strcmp(s, "-h");
}

static int unknown_command(const char *name)
{
    const char *names[16];
    size_t n = 0;
    for (size_t i = 0; i < command_count && n < 16; i++)
        names[n++] = commands[i].name;
    const char *near = suggest(name, names, n);
    fprintf(stderr, "matdiff: unknown command '%s'", name);
    if (near)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\nTry: matdiff help\n");
    return CLI_USAGE;
}

int run_help(struct command_line *l)
{
    if (!l->operand_count) {
        commands_help(stdout);
        return CLI_FINE;
    }
    const struct command *c = command_find(l->operands[0]);
    if (!c)
        return unknown_command(l->operands[0]);
    fputs(c->help, stdout);
    return CLI_FINE;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--"); i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

static int run(const char *name, int argc, char **argv)
{
    struct command_line l = {.command = NULL};
    const struct command *c = command_find(name);
    if (!c)
        return unknown_command(name);
    if (asks_for_help(argc, argv)) {
        fputs(c->help, stdout);
        return CLI_FINE;
    }
    return options_read(&l, c, argc, argv) ? c->run(&l) : CLI_USAGE;
}

int main(int argc, char **argv)
{
    int status = CLI_FINE;
    if (argc < 2) {
        status = run("repl", 0, argv);
    } else if (is_help(argv[1])) {
        commands_help(stdout);
    } else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        printf("matdiff %s\n", md_version());
    } else {
        status = run(argv[1], argc - 2, argv + 2);
    }
    if ((fflush(stdout) || ferror(stdout)) && status == CLI_FINE) {
        fprintf(stderr, "matdiff: cannot write the answer\n");
        status = CLI_INTERNAL;
    }
    return status;
}
