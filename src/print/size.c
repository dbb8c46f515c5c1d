/* size.c - sizes, and names with sizes as subscripts: n*(n+1)/2, W{l-1}. */
#include "print/writer.h"

static void write_size_symbol(struct writer *w, symbol_t s)
{
    const struct dim_applied *a = dim_applied(w->x->dims, s);
    if (a)
        w->style->member(w, a->base, 1, &a->argument, true);
    else
        w->style->name(w, s);
}

/* `without`: one factor of it is left out. */
static void write_dim_term(struct writer *w, struct dim_term t,
                           symbol_t without)
{
    int64_t c = t.coefficient;
    bool alone = t.nsymbols == (without != 0), between = false;
    if (c != 1 && (c != -1 || alone))
        write_number(w, rat_from_int(w->x->numbers, c), true, false);
    else if (alone)
        write_number(w, RAT_ONE, true, false);
    between = c != 1 && c != -1;
    for (uint32_t j = 0; j < t.nsymbols; j++) {
        if (t.symbols[j] == without) {
            without = 0;
            continue;
        }
        if (between)
            writer_str(w, w->style->times);
        write_size_symbol(w, t.symbols[j]);
        between = true;
    }
}

void write_member(struct writer *w, symbol_t base, const char *open,
                  uint32_t n, const dim_t *at, const char *close)
{
    w->style->name(w, base);
    for (uint32_t i = 0; i < n; i++) {
        writer_str(w, i ? w->style->separator : open);
        write_dim(w, at[i]);
    }
    writer_str(w, close);
}

static void write_dim_sum(struct writer *w, dim_t d, symbol_t without)
{
    const struct dims *dims = w->x->dims;
    uint32_t n = dim_term_count(dims, d);
    if (!n)
        write_number(w, RAT_ZERO, true, false);
    for (uint32_t i = 0; i < n; i++) {
        struct dim_term t = dim_term_at(dims, d, dim_written(dims, d, i));
        if (t.coefficient < 0)
            writer_str(w, i ? w->style->minus : w->style->negative);
        else if (i)
            writer_str(w, w->style->plus);
        write_dim_term(w, t, without);
    }
}

/* n*(n+1)/2 */
void write_dim(struct writer *w, dim_t d)
{
    const struct dims *dims = w->x->dims;
    uint32_t over = dim_denominator(dims, d);
    symbol_t factor = over > 1 ? dim_common_factor(dims, d) : 0;
    bool brackets = over > 1 && dim_term_count(dims, d) > 1;
    if (factor) {
        write_size_symbol(w, factor);
        writer_str(w, w->style->times);
    }
    writer_str(w, brackets ? w->style->open : "");
    write_dim_sum(w, d, factor);
    writer_str(w, brackets ? w->style->close : "");
    if (over == 1)
        return;
    writer_str(w, w->style->over);
    write_number(w, rat_from_int(w->x->numbers, over), true, false);
}

enum level size_level(const struct writer *w, dim_t d)
{
    if (dim_denominator(w->x->dims, d) > 1)
        return LEVEL_PRODUCT;
    if (dim_term_count(w->x->dims, d) != 1)
        return dim_term_count(w->x->dims, d) ? LEVEL_SUM : LEVEL_ATOM;
    struct dim_term t = dim_term_at(w->x->dims, d, 0);
    if (t.coefficient < 0)
        return LEVEL_SUM;
    return t.nsymbols + (t.coefficient != 1) > 1 ? LEVEL_PRODUCT : LEVEL_ATOM;
}
