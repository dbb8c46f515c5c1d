/* writer.h - prints an expression without recursion: a stack of what is
 * still to be written.  The styles (notation.h) push, the loop pops. */
#ifndef MD_PRINT_WRITER_H
#define MD_PRINT_WRITER_H

#include "print/notation.h"

/* A shared expression can be exponentially long as text. */
enum { PRINT_LIMIT = 16 << 20 };

enum task_kind {
    TASK_TEXT,
    TASK_EXPR, /* node, with brackets if weaker than level */
    TASK_NARY, /* argument `at` of a sum or product, then the next ones */
    TASK_ARGS, /* arguments at, at+1, ... below `end` with separators */
    TASK_DIM,
    TASK_NAME, /* `node` is the symbol */
    TASK_GAP
};
enum task_flag {
    TASK_SPACED = 1, /* a + b, not a+b */
    TASK_SCRIPT = 2  /* in a superscript: 1/2, not a tall fraction */
};
struct task {
    uint8_t kind, level, family, flags;
    uint32_t node, at, end; /* TASK_TEXT: `end` is the length */
    const char *text;
};

/* A bracket that was written and may have to grow. */
struct bracket {
    uint32_t position;
    uint32_t tall; /* open: tall things before it; later: whether it grows */
    bool closes;
};

struct writer {
    struct exprs *x;
    struct text *out;
    const struct notation *style;
    enum print_format format;
    enum layout layout; /* what a derivative ∂u/∂x stands for */
    uint32_t start, limit;
    struct task *tasks;
    uint32_t count, capacity;
    struct bracket *brackets;
    uint32_t bracket_count, bracket_capacity;
    uint32_t *open; /* brackets not closed yet */
    uint32_t open_count, open_capacity;
    uint32_t tall;  /* tall things written */
    bool gap, after_number;
    bool number_next; /* what is written next begins as a number */
    struct range_search *ranges;
};

bool writer_run(struct writer *w, expr_t e, enum level level, bool spaced);

/* ---- for the styles: what is pushed between a mark and writer_flip is
 * written in the order pushed. */
static inline uint32_t writer_mark(const struct writer *w)
{
    return w->count;
}
void writer_flip(struct writer *w, uint32_t mark);
void push_text(struct writer *w, const char *text);
void push_bytes(struct writer *w, const char *text, size_t length);
void push_expr(struct writer *w, expr_t e, enum level level);
void push_script(struct writer *w, expr_t e, enum level level);
/* The first or another operand of a sign. */
void push_operand(struct writer *w, expr_t e, const struct sign *s,
                  bool first);
void push_dim(struct writer *w, dim_t d);
void push_symbol(struct writer *w, symbol_t name);
void push_args(struct writer *w, expr_t e, uint32_t from, uint32_t end);
/* Pushes a form with the arguments of `e`; `sign` gives the levels of its
 * arguments, or NULL: they follow from what stands around them.  `drop`
 * bytes at the form's end are left out. */
void push_form(struct writer *w, const char *form, const struct sign *sign,
               expr_t e, size_t drop);

/* ---- writes at once (output.c) */
void writer_emit(struct writer *w, const char *text, size_t length);
void writer_str(struct writer *w, const char *text);
/* The number in the style's way, or as its digits. */
void write_number(struct writer *w, rat_t r, bool absolute, bool script);
void write_digits(struct writer *w, rat_t r, bool absolute);
/* ---- sizes (size.c) */
void write_dim(struct writer *w, dim_t d);
enum level size_level(const struct writer *w, dim_t d);
/* "W" and subscripts between two texts, commas between them. */
void write_member(struct writer *w, symbol_t base, const char *open,
                  uint32_t n, const dim_t *at, const char *close);
/* The number as digits, the length of its numerator in *bar (0: whole). */
bool writer_digits(struct writer *w, rat_t r, bool absolute,
                   struct text *digits, uint32_t *bar);

/* Puts \left and \right before the brackets around tall things. */
bool writer_grow_brackets(struct writer *w);

/* ---- binders (range.c) */
/* True where the reader could not tell how far the index runs. */
bool range_needed(struct writer *w, expr_t binder, uint32_t index);
/* The last value of an index. */
dim_t range_last(struct writer *w, const struct index_entry *i);
/* Pushes a binder's indices, i,(j,k), each by `index`; the indices of one
 * axis are in brackets. */
void push_axes(struct writer *w, expr_t binder,
               void (*index)(struct writer *w, expr_t binder, uint32_t i));
void range_free(struct writer *w);
/* What a sum or product over a parameter runs over, and its terms. */
struct series_view {
    bool product;
    symbol_t symbol;
    dim_t low, high;
    expr_t body;
};
struct series_view series_of(struct writer *w, expr_t e);
static inline const struct index_entry *index_of(const struct writer *w,
                                                 expr_t index)
{
    return &w->x->indices[expr_get(w->x, index)->payload];
}

/* ---- abstract functions (applied.c): false where an expression is not
 * about one */
bool applied_level(const struct writer *w, expr_t e, enum level *level);
bool push_abstract(struct writer *w, expr_t e);

/* ---- templates (form.c) */
/* The level of what a form prints. */
enum level form_level(const char *form);
/* The level its argument at `form[at]` (a '#') must have. */
enum level form_argument_level(const char *form, size_t at);
enum level writer_level(const struct writer *w, expr_t e);

#endif
