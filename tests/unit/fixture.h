/* fixture.h - everything a unit test of expressions needs, with the built-in
 * rules loaded. */
#ifndef MD_TESTS_FIXTURE_H
#define MD_TESTS_FIXTURE_H

#include "expr/op.h"
#include "lang/lang.h"
#include "rule/rule.h"

struct fixture {
    struct fault fault;
    struct mem mem;
    struct intern names;
    struct rationals numbers;
    struct dims dims;
    struct ops ops;
    struct exprs x;
    struct rules *rules;
    struct scope *scope;
};

/* Aborts with a message when the rules do not load. */
void fixture_init(struct fixture *f);
/* The same without any rules: f->rules is new. */
void fixture_init_bare(struct fixture *f);
void fixture_free(struct fixture *f);
/* Reads an expression, after the declarations `let` ("" or NULL: none) in
 * a scope of its own; 0 with a fault on failure. */
expr_t fixture_read(struct fixture *f, const char *let, const char *text);
/* The same, in f->scope as it is. */
expr_t fixture_read_on(struct fixture *f, const char *text);
/* Fills `out` with the fault as compilers show it. */
const char *fixture_fault(struct fixture *f);

#endif
