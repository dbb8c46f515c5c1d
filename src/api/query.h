/* query.h - a query of texts made into expressions, and its answer made into
 * texts; shared by the session and the requests. */
#ifndef MD_API_QUERY_H
#define MD_API_QUERY_H

#include "api/context.h"
#include "print/print.h"
#include "verify/verify.h"

enum { QUERY_MAX_FORMATS = 8, QUERY_MAX_VARIABLES = 64 };

/* A query that was read. */
struct query {
    struct md_context *c;
    struct engine *g;
    const md_query *asked;
    struct derive_request request;
    expr_t variables[QUERY_MAX_VARIABLES]; /* those asked about */
    expr_t claim;      /* 0 if none was asked about */
    enum form claim_form;     /* what the claim is read as */
    enum layout claim_layout;
    const struct conditions *conditions; /* of the answer; NULL: none yet */
    const char *assumed; /* before the claim was read, or NULL */
    expr_t first_node; /* nodes up to here are older than the query */
    uint32_t nformats;
    enum print_format formats[QUERY_MAX_FORMATS];
};

/* Asks for the derivative of this order by the variables from `first` on, the
 * last of them repeated. */
void query_ask(struct query *q, uint32_t first, uint32_t count,
               uint32_t order);
/* Declares, reads and checks; false with a fault that knows its text. */
bool query_read(struct query *q, struct md_context *c, struct engine *g,
                const md_query *asked);
/* The derivative, unverified; `r` is initialised and freed by the caller. */
bool query_derive(struct query *q, struct derive_result *r);
/* The referee's opinion on `claim` in a layout. */
bool query_verify(const struct query *q, expr_t claim, enum layout layout,
                  enum form form, struct verify_result *v);
/* Writes the derivative and the verdict into `a`, all strings handed out. */
bool query_answer(const struct query *q, const struct derive_result *r,
                  const struct verify_result *v, md_answer *a);

/* What md_derive and md_check do, in a given engine. */
/* several.c: what md_derive_all does; one answer, too, if no more are asked
 * for. */
bool query_run_all(struct md_context *c, struct engine *g,
                   const md_query *asked, const md_answer **answers,
                   size_t *count);
bool query_run_check(struct md_context *c, struct engine *g,
                     const md_query *asked, md_answer *a);

bool query_run_convert(struct md_context *c, struct engine *g,
                       const md_query *asked, md_answer *a);
bool query_run_props(struct md_context *c, struct engine *g,
                     const md_query *q, md_properties *out);

/* A growing list of strings that are handed out. */
struct string_list {
    struct md_context *c;
    const char **items;
    size_t count, capacity;
};
/* Takes the text's content as one more string, unless it is listed already;
 * empties the text. */
void string_list_take(struct string_list *l, struct text *t);

/* claim.c: a derivative of the compendium by a variable whose left side
 * matches the expression over these declarations: "name: D[det(X)] = ...". */
bool claim_suggest(struct md_context *c, const char *let, const char *expr,
                   struct text *out);

/* notes.c: what should be said beside the answer. */
bool query_notes(const struct query *q, const struct derive_result *r,
                 struct string_list *notes);

#endif
