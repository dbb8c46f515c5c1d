#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NODE_LIMIT = 10000000, DIGIT_LIMIT = 10000 };

static void give_up(const struct fixture *f, const char *what)
{
    fprintf(stderr, "fixture: %s: %s (%s) at %u..%u\n", what,
            f->fault.message, fault_kind_name(f->fault.kind),
            f->fault.where.begin, f->fault.where.end);
    abort();
}

void fixture_init_bare(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    mem_init(&f->mem, &f->fault, 0);
    intern_init(&f->names, &f->mem);
    if (!rat_table_init(&f->numbers, &f->mem, DIGIT_LIMIT) ||
        !dim_table_init(&f->dims, &f->mem, &f->names) ||
        !ops_init(&f->ops, &f->mem, &f->names) ||
        !exprs_init(&f->x, &f->mem, &f->names, &f->numbers, &f->dims,
                    &f->ops))
        give_up(f, "tables");
    f->x.node_limit = NODE_LIMIT;
    f->rules = rules_new(&f->x);
    if (!f->rules)
        give_up(f, "rules");
    f->scope = scope_new(&f->x);
    if (!f->scope)
        give_up(f, "scope");
}

void fixture_init(struct fixture *f)
{
    fixture_init_bare(f);
    if (!rules_load_builtin(f->rules))
        give_up(f, "built-in rules");
}

void fixture_free(struct fixture *f)
{
    scope_free(f->scope);
    rules_free(f->rules);
    exprs_free(&f->x);
    ops_free(&f->ops);
    dim_table_free(&f->dims);
    rat_table_free(&f->numbers);
    intern_free(&f->names);
}

expr_t fixture_read_on(struct fixture *f, const char *text)
{
    size_t length = strlen(text);
    uint32_t failed;
    expr_t e = 0;
    if (!scope_read(f->scope, 1, &text, &length, &e, &failed))
        return 0;
    return e;
}

expr_t fixture_read(struct fixture *f, const char *let, const char *text)
{
    scope_free(f->scope);
    f->scope = scope_new(&f->x);
    if (!f->scope)
        give_up(f, "scope");
    if (let && *let && !scope_declare(f->scope, let, strlen(let)))
        return 0;
    return fixture_read_on(f, text);
}

const char *fixture_fault(struct fixture *f)
{
    static char buffer[800];
    snprintf(buffer, sizeof buffer, "%s: %s [%u,%u) %s",
             fault_kind_name(f->fault.kind), f->fault.message,
             f->fault.where.begin, f->fault.where.end, f->fault.hint);
    return buffer;
}
