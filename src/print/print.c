#include "print/print.h"

#include <string.h>

#include "expr/function.h"
#include "print/writer.h"

static const char *const format_names[] = {"text",   "unicode", "latex",
                                           "mathml", "numpy",   "julia",
                                           "matlab"};
enum { FORMATS = sizeof format_names / sizeof *format_names };

const char *print_format_name(enum print_format f)
{
    return (size_t)f < FORMATS ? format_names[f] : "";
}

bool print_format_by_name(const char *name, enum print_format *f)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (!strcmp(name, format_names[i])) {
            *f = (enum print_format)i;
            return true;
        }
    return false;
}

bool print_expr(struct exprs *x, expr_t e, enum print_format f,
                struct text *out)
{
    return print_in_layout(x, e, f, LAYOUT_MIXED, out);
}

bool print_in_layout(struct exprs *x, expr_t e, enum print_format f,
                     enum layout layout, struct text *out)
{
    struct writer w = {
        .x = x, .out = out, .style = notation_of(f), .format = f,
        .layout = layout, .limit = PRINT_LIMIT};
    if (!e || fault_is_set(x->mem->fault))
        return false;
    if (!w.style)
        return fault_set(x->mem->fault, FAULT_UNSUPPORTED,
                         "no output as %s yet", print_format_name(f));
    return writer_run(&w, e, LEVEL_ANY, true);
}

static void notation_symbol(struct exprs *x, symbol_t name,
                            enum print_format f, struct text *out)
{
    struct writer w = {.x = x, .out = out, .style = notation_of(f),
                       .format = f, .limit = PRINT_LIMIT};
    w.style->name(&w, name);
}

static properties_t closed(struct exprs *x, const struct decl *d,
                           properties_t p)
{
    return property_close(x->mem, p, &d->shape,
                          intern_name(x->names, d->name));
}

/* The properties that do not follow from the others: what says least is left
 * out first, so that posdef is not said as psd and invertible. */
static properties_t said_properties(struct exprs *x, const struct decl *d)
{
    properties_t said = d->properties, all = closed(x, d, said);
    for (int says = 1; said && says <= PROPERTY_COUNT; says++)
        for (int i = 0; i < PROPERTY_COUNT; i++) {
            properties_t one = UINT32_C(1) << i, without = said & ~one;
            if (without != said &&
                __builtin_popcount(closed(x, d, one)) == says &&
                closed(x, d, without) == all)
                said = without;
        }
    return said;
}

bool print_decl(struct exprs *x, decl_t id, struct text *out)
{
    if (!id)
        return false;
    const struct decl d = *expr_decl(x, id);
    if (d.role == DECL_FUNCTION) {
        function_print(x, id, out);
        return !out->failed;
    }
    if (d.shape.kind == SHAPE_ROW)
        text_str(out, "row ");
    text_str(out, intern_name(x->names, d.name));
    for (uint32_t i = 0; !d.family && i < d.subscripts; i++) {
        text_char(out, i ? ',' : '{');
        text_str(out, intern_name(x->names, d.parameter[i]));
        if (!d.low[i])
            continue;
        text_char(out, '=');
        dim_print(x->dims, d.low[i], out);
        text_str(out, "..");
        dim_print(x->dims, d.high[i], out);
    }
    if (!d.family && d.subscripts)
        text_char(out, '}');
    for (uint32_t a = 0; a < d.shape.order; a++) {
        text_char(out, a ? ',' : '[');
        dim_print(x->dims, d.shape.dim[a], out);
    }
    if (d.shape.order)
        text_char(out, ']');
    properties_t said = said_properties(x, &d);
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if (said >> i & 1) {
            text_char(out, ' ');
            text_str(out, property_name((enum property)(1 << i)));
        }
    return !out->failed && !fault_is_set(x->mem->fault);
}

static void print_space(struct exprs *x, const struct shape *s,
                        struct text *out)
{
    text_str(out, " \\in \\mathbb{R}");
    if (s->order)
        text_str(out, s->kind == SHAPE_ROW ? "^{1 \\times " : "^{");
    for (uint32_t a = 0; a < s->order; a++) {
        text_str(out, a ? " \\times " : "");
        dim_print(x->dims, s->dim[a], out);
    }
    if (s->order)
        text_char(out, '}');
}

/* u(x) \in \mathbb{R}^{m} */
static bool print_function_latex(struct exprs *x, decl_t id, struct text *out)
{
    const struct function f = *function_of(x, id);
    notation_symbol(x, x->decls[id].name, FORMAT_LATEX, out);
    for (uint32_t k = 0; k < f.nargs; k++) {
        text_str(out, k ? ", " : "(");
        notation_symbol(x, f.parameter[k], FORMAT_LATEX, out);
    }
    text_char(out, ')');
    print_space(x, &x->decls[id].shape, out);
    return !out->failed && !fault_is_set(x->mem->fault);
}

bool print_decl_latex(struct exprs *x, decl_t id, struct text *out)
{
    if (id && expr_decl(x, id)->role == DECL_FUNCTION)
        return print_function_latex(x, id, out);
    expr_t e = id ? expr_variable(x, id) : 0;
    if (!e || !print_expr(x, e, FORMAT_LATEX, out))
        return false;
    const struct decl d = *expr_decl(x, id);
    print_space(x, &d.shape, out);
    properties_t said = said_properties(x, &d);
    const char *before = " \\text{ ";
    for (int i = 0; i < PROPERTY_COUNT; i++)
        if (said >> i & 1) {
            text_str(out, before);
            text_str(out, property_name((enum property)(1 << i)));
            before = ", ";
        }
    if (*before == ',')
        text_char(out, '}');
    return !out->failed && !fault_is_set(x->mem->fault);
}
