/* options.c - arguments of a command.  Only what begins with two hyphens is
 * an option, so that an expression may begin with one: "-x'*x". */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { MOST_OPTIONS = 32 };

static bool set_number(const char *name, const char *value, uint64_t most,
                       uint64_t *number)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(value, &end, 10);
    if (errno || *end || end == value || value[0] == '-' || n > most) {
        fprintf(stderr, "matdiff: --%s %s: not a whole number up to %llu\n",
                name, value, (unsigned long long)most);
        return false;
    }
    *number = n;
    return true;
}

static bool add_order(struct command_line *l, uint64_t n)
{
    if (l->query.order_count == CLI_MOST_ORDERS) {
        fprintf(stderr, "matdiff: --order: too many orders\n");
        return false;
    }
    l->orders[l->query.order_count++] = (unsigned)n;
    return true;
}

/* "2", or several: "1,2", "0..2"; "0" is the value. */
static bool set_order(struct command_line *l, const char *v)
{
    char text[80], *save = NULL;
    uint64_t low, high;
    snprintf(text, sizeof text, "%s", v);
    l->query.order_count = 0;
    if (!strpbrk(v, ",.")) {
        if (!set_number("order", v, 1000, &low))
            return false;
        l->query.order = (unsigned)low;
        l->query.orders = low ? NULL : l->orders;
        return low || add_order(l, 0);
    }
    l->query.orders = l->orders;
    for (char *s = strtok_r(text, ", ", &save); s;
         s = strtok_r(NULL, ", ", &save)) {
        char *last = strstr(s, "..");
        if (last)
            *last = '\0';
        if (!set_number("order", s, 6, &low) ||
            !set_number("order", last ? last + 2 : s, 6, &high))
            return false;
        for (; low <= high; low++)
            if (!add_order(l, low))
                return false;
    }
    return true;
}

/* "text,latex": cut at the commas. */
static bool set_to(struct command_line *l, const char *v)
{
    char *save = NULL;
    l->query.to_count = 0;
    snprintf(l->to_text, sizeof l->to_text, "%s", v);
    for (char *s = strtok_r(l->to_text, ", ", &save); s;
         s = strtok_r(NULL, ", ", &save)) {
        if (l->query.to_count == CLI_MOST_FORMATS) {
            fprintf(stderr, "matdiff: --to: too many formats\n");
            return false;
        }
        l->to[l->query.to_count++] = s;
    }
    l->query.to = l->to;
    return true;
}

static bool set_seed(struct command_line *l, const char *v)
{
    return set_number("seed", v, UINT64_MAX, &l->query.seed);
}

#define SETTER(name, field)                                                  \
    static bool set_##name(struct command_line *l, const char *v)            \
    {                                                                        \
        l->field = v;                                                        \
        return true;                                                         \
    }
#define FLAG(name, field)                                                    \
    static bool set_##name(struct command_line *l, const char *v)            \
    {                                                                        \
        (void)v;                                                             \
        return l->field = true;                                              \
    }
SETTER(let, query.let)
SETTER(layout, query.layout)
SETTER(form, query.form)
SETTER(from, query.from)
SETTER(from_layout, query.from_layout)
SETTER(structure, query.structure)
FLAG(no_verify, query.unverified)
static bool set_explain(struct command_line *l, const char *v)
{
    (void)v;
    return l->explain = l->query.explain = true;
}
FLAG(json, json)
FLAG(quiet, quiet)

SETTER(rule, rule)
SETTER(group, group)
SETTER(kind, kind)
SETTER(format, format)
SETTER(shard, shard)
SETTER(resume, resume)
FLAG(builtin, builtin)
FLAG(merge, merge)

static bool set_jobs(struct command_line *l, const char *v)
{
    uint64_t n;
    if (!set_number("jobs", v, 256, &n))
        return false;
    l->jobs = (unsigned)n;
    return true;
}

static bool set_samples(struct command_line *l, const char *v)
{
    uint64_t n;
    if (!set_number("samples", v, 1000, &n))
        return false;
    l->samples = (unsigned)n;
    return true;
}

static bool set_seconds(struct command_line *l, const char *v)
{
    char *end;
    errno = 0;
    l->limits.seconds = strtod(v, &end);
    if (!errno && end > v && !*end && l->limits.seconds > 0 &&
        l->limits.seconds <= 1e6)
        return true;
    fprintf(stderr, "matdiff: --seconds %s: not a number of seconds\n", v);
    return false;
}

static bool set_rules(struct command_line *l, const char *v)
{
    if (l->rules_count == CLI_MOST_RULES) {
        fprintf(stderr, "matdiff: --rules: too many files\n");
        return false;
    }
    l->rules[l->rules_count++] = v;
    return true;
}

static const struct option {
    const char *name;
    bool has_value;
    bool (*set)(struct command_line *l, const char *value);
} options[] = {
    {"let", true, set_let},           {"layout", true, set_layout},
    {"form", true, set_form},         {"structure", true, set_structure},
    {"order", true, set_order},       {"to", true, set_to},
    {"seed", true, set_seed},         {"no-verify", false, set_no_verify},
    {"explain", false, set_explain},  {"json", false, set_json},
    {"quiet", false, set_quiet},
    {"rules", true, set_rules},       {"rule", true, set_rule},
    {"group", true, set_group},       {"kind", true, set_kind},
    {"format", true, set_format},     {"shard", true, set_shard},
    {"resume", true, set_resume},     {"builtin", false, set_builtin},
    {"merge", false, set_merge},      {"jobs", true, set_jobs},
    {"samples", true, set_samples},   {"seconds", true, set_seconds},
    {"from", true, set_from},         {"from-layout", true, set_from_layout},
};
static const size_t option_count = sizeof options / sizeof *options;

/* Whether the command lists this option. */
static bool takes(const struct command *c, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = c->options; (s = strstr(s, name)); s += n)
        if (s > c->options && s[-1] == ' ' && s[n] == ' ')
            return true;
    return false;
}

static bool unknown_option(const struct command *c, const char *name)
{
    const char *known[MOST_OPTIONS];
    size_t n = 0;
    known[n++] = "help";
    for (size_t i = 0; i < option_count; i++)
        if (takes(c, options[i].name))
            known[n++] = options[i].name;
    const char *near = suggest(name, known, n);
    fprintf(stderr, "matdiff %s: unknown option --%s", c->name, name);
    if (near)
        fprintf(stderr, "; did you mean --%s?", near);
    fprintf(stderr, "\nTry: matdiff help %s\n", c->name);
    return false;
}

/* Reads the option argv[*at] and its value; "--name=value" or "--name
 * value". */
static bool read_option(struct command_line *l, int argc, char **argv,
                        int *at)
{
    char name[64];
    const char *text = argv[*at] + 2, *value = strchr(text, '=');
    size_t n = value ? (size_t)(value - text) : strlen(text);
    if (n >= sizeof name)
        n = sizeof name - 1;
    memcpy(name, text, n);
    name[n] = '\0';
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &options[i];
        if (strcmp(o->name, name) || !takes(l->command, name))
            continue;
        if (!o->has_value && value) {
            fprintf(stderr, "matdiff %s: --%s takes no value\n",
                    l->command->name, name);
            return false;
        }
        if (o->has_value && !value && ++*at >= argc) {
            fprintf(stderr, "matdiff %s: --%s needs a value\n",
                    l->command->name, name);
            return false;
        }
        return o->set(l, value ? value + 1 : argv[*at]);
    }
    return unknown_option(l->command, name);
}

static bool count_operands(const struct command_line *l)
{
    const struct command *c = l->command;
    if (l->operand_count >= c->least && l->operand_count <= c->most)
        return true;
    fprintf(stderr, "matdiff %s: too %s arguments\nTry: matdiff help %s\n",
            c->name, l->operand_count < c->least ? "few" : "many", c->name);
    return false;
}

bool options_read(struct command_line *l, const struct command *c, int argc,
                  char **argv)
{
    bool no_more = false;
    l->command = c;
    for (int i = 0; i < argc; i++) {
        const char *s = argv[i];
        if (!no_more && !strcmp(s, "--")) {
            no_more = true;
        } else if (!no_more && s[0] == '-' && s[1] == '-') {
            if (!read_option(l, argc, argv, &i))
                return false;
        } else if (l->operand_count == CLI_MOST_OPERANDS) {
            l->operand_count++;
            break;
        } else {
            l->operands[l->operand_count++] = s;
        }
    }
    return count_operands(l);
}
