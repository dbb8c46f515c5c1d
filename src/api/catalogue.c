/* catalogue.c - the operators and functions there are, as texts. */
#include "config.h"

#include <string.h>

#include "api/context.h"
#include "print/print.h"

/* The parameters as declared, "X[n,n]"; a size argument by its size alone. */
static void print_signature(struct engine *g, const struct overload *o,
                            struct text *t)
{
    struct exprs *x = &g->x;
    text_format(t, "%s(", op_name(&g->ops, o->op));
    for (uint32_t i = 0; i < o->nargs; i++) {
        text_str(t, i ? ", " : "");
        expr_t p = o->parameter[i];
        if (o->size_args)
            dim_print(&g->dims, o->arg[i].dim[0], t);
        else if (p && expr_op(x, p) == OP_VARIABLE)
            print_decl(x, expr_get(x, p)->payload, t);
        else
            text_str(t, shape_kind_name((enum shape_kind)o->arg[i].kind));
    }
    text_char(t, ')');
    if (o->entrywise)
        text_str(t, " by entries");
}

static void print_requirement(struct engine *g, const struct requirement *q,
                              struct text *t)
{
    struct condition c = {q->predicate, q->subject, 0};
    text_str(t, t->length ? ", " : "");
    print_condition(&g->x, &c, FORMAT_TEXT, t);
    if (!q->unless.subject)
        return;
    text_str(t, " unless ");
    print_condition(&g->x, &q->unless, FORMAT_TEXT, t);
}

static void print_conditions(struct engine *g, const struct overload *o,
                             struct text *t)
{
    for (uint32_t i = 0; i < o->ndomain; i++)
        print_requirement(g, &o->domain[i], t);
    for (uint32_t i = 0; i < o->nsmooth; i++)
        print_requirement(g, &o->smooth[i], t);
}

static const char *symbol_string(md_context *c, const struct engine *g,
                                 symbol_t s)
{
    return s ? context_string(c, intern_name(&g->names, s),
                              intern_length(&g->names, s))
             : "";
}

/* What cannot be printed is left empty: a catalogue must not fail. */
static const char *taken(md_context *c, struct text *t)
{
    fault_clear(&c->fault);
    return context_take(c, t);
}

bool md_rule_at(md_context *c, size_t i, md_rule *rule)
{
    struct engine *g = context_session(c);
    if (!g || i >= g->ops.overload_count)
        return false;
    /* A copy: printing may move the table. */
    const struct overload o = *overload_get(&g->ops, (uint16_t)(i + 1));
    struct text t;
    text_init(&t, &c->mem);
    *rule = (md_rule){.name = symbol_string(c, g, o.rule),
                      .op = op_name(&g->ops, o.op),
                      .help = symbol_string(c, g,
                                            op_row(&g->ops, o.op)->help)};
    rule->op = context_string(c, rule->op, strlen(rule->op));
    print_signature(g, &o, &t);
    rule->signature = taken(c, &t);
    if (o.definition)
        print_expr(&g->x, o.definition, FORMAT_TEXT, &t);
    rule->definition = taken(c, &t);
    if (o.differential)
        print_expr(&g->x, o.differential, FORMAT_TEXT, &t);
    rule->differential = taken(c, &t);
    print_conditions(g, &o, &t);
    rule->conditions = taken(c, &t);
    return true;
}
