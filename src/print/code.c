/* code.c - what NumPy, Julia and MATLAB share. */
#include "print/code.h"

void code_name(struct writer *w, symbol_t name)
{
    const char *s = intern_name(w->x->names, name);
    writer_str(w, s);
    if (code_is_reserved(s, w->format))
        writer_str(w, "_");
}

/* A constant that the language does not know is refused. */
const char *code_template(const struct writer *w, expr_t e)
{
    const char *form = code_form(w->x, e, w->format);
    uint16_t o = expr_get(w->x, e)->overload;
    if (!form && o && overload_get(w->x->ops, o)->size_args) {
        fault_set(w->x->mem->fault, FAULT_UNSUPPORTED,
                  "'%s' is not known to programming languages",
                  op_name(w->x->ops, expr_op(w->x, e)));
        fault_hint(w->x->mem->fault, "matdiff rules %s tells its entries",
                   op_name(w->x->ops, expr_op(w->x, e)));
    }
    return form;
}

void code_member(struct writer *w, symbol_t base, uint32_t n,
                 const dim_t *at, bool is_size)
{
    (void)is_size;
    write_member(w, base, "[", n, at, "]");
}

void push_span(struct writer *w, dim_t low, dim_t high)
{
    push_dim(w, low);
    push_text(w, ":");
    push_dim(w, high);
}

void push_index_span(struct writer *w, expr_t index)
{
    const struct index_entry *i = index_of(w, index);
    dim_t low = i->low;
    push_span(w, low, range_last(w, i));
}

void push_index_name(struct writer *w, expr_t index)
{
    push_symbol(w, index_of(w, index)->name);
}

void code_refuse(struct writer *w, const char *what)
{
    fault_set(w->x->mem->fault, FAULT_UNSUPPORTED, "%s", what);
}
