/* code.h - what the programming languages share. */
#ifndef MD_PRINT_CODE_H
#define MD_PRINT_CODE_H

#include "print/writer.h"

/* The name, with an underscore behind it where it is a word of the
 * language. */
void code_name(struct writer *w, symbol_t name);
/* How a function is called; one without arguments that the language does
 * not know is refused. */
const char *code_template(const struct writer *w, expr_t e);
/* W[l], of a list or dictionary that is numbered as the language says. */
void code_member(struct writer *w, symbol_t base, uint32_t n,
                 const dim_t *at, bool is_size);
/* "1:n", what an index or a parameter runs over. */
void push_span(struct writer *w, dim_t low, dim_t high);
void push_index_span(struct writer *w, expr_t index);
/* The name of a bound index. */
void push_index_name(struct writer *w, expr_t index);
/* What cannot be written in the language. */
void code_refuse(struct writer *w, const char *what);

#endif
