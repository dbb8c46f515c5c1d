/* engine.h - the tables that one body of expressions needs, made and freed
 * together. */
#ifndef MD_API_ENGINE_H
#define MD_API_ENGINE_H

#include "derive/derive.h"
#include "lang/lang.h"
#include "matdiff.h"

/* Rule files loaded after the built-in ones, by every engine of a context. */
struct engine_rules {
    struct engine_text {
        char *file, *text;
        size_t length;
    } *items;
    uint32_t count, capacity;
};

struct engine {
    struct mem mem;
    struct intern names;
    struct rationals numbers;
    struct dims dims;
    struct ops ops;
    struct exprs x;
    struct rules *rules;
    struct deriver *deriver;
    struct scope *scope;
    expr_t first_node; /* those up to here are the rules' */
    struct engine_mark {
        symbol_t names;
        rat_t numbers;
        dim_t dims;
        struct exprs_mark x;
        struct deriver_mark deriver;
    } mark; /* where engine_rewind returns to */
    bool begun;        /* something is allocated */
};

/* Tables without rules; to be stopped whether it succeeds or not. */
bool engine_begin(struct engine *g, struct fault *f, const md_options *limits);
/* Writes what the tables hold, or reads it. */
bool engine_image(struct engine *g, struct image *im);
/* Tables with the built-in rules and an empty scope; false with a fault. */
bool engine_start(struct engine *g, struct fault *f, const md_options *limits,
                  const struct engine_rules *more);
/* Makes what there is now the place to which engine_rewind returns. */
void engine_set_mark(struct engine *g);
void engine_stop(struct engine *g);
/* Back to where engine_start left it: names and expressions made since are
 * gone, the memory stays.  So an answer cannot depend on what was asked
 * before. */
void engine_rewind(struct engine *g);
/* The memory limit in force. */
size_t engine_byte_limit(const md_options *limits);
/* Whether a large request has left tables so large that starting again is
 * better than keeping them. */
bool engine_is_worn(const struct engine *g);

#endif
