/* matdiff.y - the grammar of the language: expressions, declarations and
 * rule files, told apart by a first token that the reader makes up. */
%require "3.8"
%define api.pure full
%define api.prefix {parse_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {struct reader *reader}

%code requires {
#include "lang/reader.h"
}

%code provides {
int parse_lex(PARSE_STYPE *value, struct span *where, struct reader *reader);
}

%code {
#include <string.h>

static void parse_error(const struct span *where, struct reader *reader,
                        const char *message);

/* Everything the parser allocates is its stacks, and they are the reader's:
 * under the budget, and deep enough for a million brackets. */
#define yyoverflow(message, ss, nss, vs, nvs, ls, nls, size)                  \
    do {                                                                      \
        long depth_ = (long)*(size);                                          \
        if (reader_grow(reader, *(ss), (size_t)(nss), *(vs), (size_t)(nvs),   \
                        *(ls), (size_t)(nls), &depth_)) {                     \
            *(ss) = reader->states;                                           \
            *(vs) = reader->values;                                           \
            *(ls) = reader->places;                                           \
            *(size) = depth_;                                                 \
        }                                                                     \
    } while (0)
#define YYMAXDEPTH READER_MAX_DEPTH

#define YYLLOC_DEFAULT(Current, Rhs, N)                                       \
    do {                                                                      \
        if (N) {                                                              \
            (Current).begin = YYRHSLOC(Rhs, 1).begin;                         \
            (Current).end = YYRHSLOC(Rhs, N).end;                             \
        } else {                                                              \
            (Current).begin = (Current).end = YYRHSLOC(Rhs, 0).end;           \
        }                                                                     \
    } while (0)

/* A failed action has left a fault. */
#define CHECK(ok)                                                             \
    do {                                                                      \
        if (!(ok))                                                            \
            YYABORT;                                                          \
    } while (0)
#define MAKE(result, node)                                                    \
    do {                                                                      \
        if (!((result) = (node)))                                             \
            YYABORT;                                                          \
    } while (0)
}

%union {
    syntax_t node;
    struct syntax_list list;
    uint32_t word; /* symbol_t, rat_t, a rule's kind */
    int64_t integer;
}

%token END 0 "end of text"
%token START_EXPRESSION START_DECLARATIONS START_RULES
%token <word> NUMBER "number"
%token <word> NAME "name"
%token <word> STRING "string"
%token <word> REST "name..."
%token <integer> SUPERSCRIPT "exponent"
%token PLUS "'+'" MINUS "'-'" TIMES "'*'" OVER "'/'" UNDER "'\\'"
%token HADAMARD "'.*'" HADAMARD_OVER "'./'" KRONECKER "'⊗'"
%token POWER "'^'" HADAMARD_POWER "'.^'" TRANSPOSED "transpose"
%token OPEN "'('" CLOSE "')'" OPEN_INDEX "'['" CLOSE_INDEX "']'"
%token OPEN_BRACE "'{'" CLOSE_BRACE "'}'"
%token BAR "'|'" BARS "'||'" COMMA "','" COLON "':'" SEMICOLON "';'"
%token EQUAL "'='" UP_TO "'..'" ARROW "'=>'" BOTH_WAYS "'<=>'"
%token DIFFERENTIAL "d"
%token GROUP "group" REFUTED "refuted" CITE "cite" LET "let" SIZE "size"
%token ROW "row" IF "if" ASSUMING "assuming" DOMAIN "domain"
%token DETERMINES "determines" SMOOTH "smooth" KERNEL "kernel" LATEX "latex" UNICODE "unicode"
%token HELP "help" NOTE "note" KINK "kink" OFFER "offer" UNLESS "unless" BY_ENTRIES "by entries"
%token PRIMITIVE "primitive" TRANSPOSES "transpose of a function"
%token LAYOUT "layout" FORM "form" STRUCTURE "structure" FOR "for"
%token NATURE "nature" JACOBIAN "jacobian of a map"
%token OPEN_ENTRIES "'.('"
%token <word> SLOPE "derivative of a function"
%token <word> SLOPE_ENTRIES "derivative of a function by entries"
%token <word> KIND "kind of rule"

%left PLUS MINUS
%left TIMES OVER UNDER HADAMARD HADAMARD_OVER KRONECKER
%precedence SIGN
%right POWER HADAMARD_POWER
%precedence TRANSPOSED SUPERSCRIPT OPEN_INDEX

%type <node> expr call changed argument subscript range declaration
%type <node> declared property condition member backward block_rows block_row
%type <list> arguments subscripts declarations sizes properties property_list
%type <list> conditions
%type <word> kind_of_list kind_of_text kind_of_word entries

%%

input:
  START_EXPRESSION expr                 { reader->tree->root = $expr; }
| START_DECLARATIONS                    { reader->tree->root = 0; }
| START_DECLARATIONS declarations       { reader->tree->root = $2.first; }
| START_RULES rules
;

/* ------------------------------------------------------- expressions */

/* By precedence rather than by a rule a level: a third of the reductions. */
expr:
  NUMBER  { MAKE($$, make_leaf(reader, SYNTAX_NUMBER, $1, @$)); }
| NAME    { MAKE($$, make_leaf(reader, SYNTAX_NAME, $1, @$)); }
| REST    { MAKE($$, make_rest(reader, $1, @$)); }
| call
| OPEN expr[a] CLOSE {
    reader->tree->nodes[$a].where = @$;
    $$ = add_flags(reader, $a, SYNTAX_IN_BRACKETS); }
| OPEN expr[a] COMMA arguments[b] CLOSE {
    MAKE($$, make_node(reader, SYNTAX_TUPLE, 0, list_cons(reader, $a, $b),
                       @$)); }
| OPEN range[a] COMMA arguments[b] CLOSE {
    MAKE($$, make_node(reader, SYNTAX_TUPLE, 0, list_cons(reader, $a, $b),
                       @$)); }
| OPEN_INDEX block_rows[a] CLOSE_INDEX {
    reader->tree->nodes[$a].where = @$;
    $$ = add_flags(reader, $a, SYNTAX_IN_BRACKETS); }
| expr[a] PLUS expr[b]  { MAKE($$, make_sign(reader, OP_ADD, $a, $b, @$)); }
| expr[a] MINUS expr[b] {
    MAKE($$, make_difference(reader, $a, $b,
                             (struct span){@2.begin, @b.end}, @$)); }
| expr[a] TIMES expr[b] { MAKE($$, make_sign(reader, OP_MUL, $a, $b, @$)); }
| expr[a] OVER expr[b]  { MAKE($$, make_sign(reader, OP_DIV, $a, $b, @$)); }
| expr[a] UNDER expr[b] { MAKE($$, make_sign(reader, OP_LDIV, $a, $b, @$)); }
| expr[a] HADAMARD expr[b] {
    MAKE($$, make_sign(reader, OP_HAD, $a, $b, @$)); }
| expr[a] HADAMARD_OVER expr[b] {
    MAKE($$, make_sign(reader, OP_HDIV, $a, $b, @$)); }
| expr[a] KRONECKER expr[b] {
    MAKE($$, make_call(reader, "kron", $a, $b, @$)); }
| MINUS expr[a] %prec SIGN {
    MAKE($$, make_sign(reader, OP_NEG, $a, 0, @$)); }
| PLUS expr[a] %prec SIGN  { $$ = $a; }
| expr[a] POWER expr[b] { MAKE($$, make_sign(reader, OP_POW, $a, $b, @$)); }
| expr[a] HADAMARD_POWER expr[b] {
    MAKE($$, make_sign(reader, OP_HPOW, $a, $b, @$)); }
| expr[a] TRANSPOSED {
    MAKE($$, make_sign(reader, OP_TRANSPOSE, $a, 0, @$)); }
| expr[a] SUPERSCRIPT[k] { MAKE($$, make_power(reader, $a, $k, @k, @$)); }
| expr[a] OPEN_INDEX subscripts CLOSE_INDEX {
    MAKE($$, make_node(reader, SYNTAX_ELEMENT, 0,
                       list_cons(reader, $a, $subscripts), @$)); }
| expr[a] OPEN_INDEX subscripts[by] CLOSE_INDEX OPEN arguments[to] CLOSE {
    MAKE($$, make_partial(reader, $a, $by, $to, @$)); }
| expr[a] OPEN_INDEX subscripts[by] CLOSE_INDEX OPEN_ENTRIES arguments[to]
  CLOSE {
    MAKE($$, make_partial(reader, $a, $by, $to, @$));
    add_flags(reader, $$, SYNTAX_ENTRIES); }
| BAR expr[a] BAR {
    MAKE($$, make_call(reader, "abs", $a, 0, @$));
    add_flags(reader, $$, SYNTAX_BARS); }
| BARS expr[a] BARS {
    MAKE($$, make_call(reader, "norm2", $a, 0, @$));
    add_flags(reader, $$, SYNTAX_BARS); }
| member
| DIFFERENTIAL changed {
    MAKE($$, make_node(reader, SYNTAX_DIFFERENTIAL, 0, list_of($2), @$)); }
;

member:
  NAME OPEN_BRACE arguments CLOSE_BRACE {
    MAKE($$, make_node(reader, SYNTAX_MEMBER, $1, $arguments, @$)); }
;

/* [A, B; C, D] is vcat(hcat(A,B),hcat(C,D)). */
block_rows:
  block_row
| block_rows[a] SEMICOLON block_row[b] {
    MAKE($$, make_block(reader, "vcat", $a, $b, @$)); }
;

block_row:
  expr
| block_row[a] COMMA expr[b] {
    MAKE($$, make_block(reader, "hcat", $a, $b, @$)); }
;

call:
  NAME OPEN arguments CLOSE {
    MAKE($$, make_node(reader, SYNTAX_CALL, $1, $arguments, @$)); }
| SLOPE arguments CLOSE {
    MAKE($$, make_node(reader, SYNTAX_CALL, $1, $arguments, @$)); }
| NAME OPEN_ENTRIES arguments CLOSE {
    MAKE($$, make_node(reader, SYNTAX_CALL, $1, $arguments, @$));
    add_flags(reader, $$, SYNTAX_ENTRIES); }
| SLOPE_ENTRIES arguments CLOSE {
    MAKE($$, make_node(reader, SYNTAX_CALL, $1, $arguments, @$));
    add_flags(reader, $$, SYNTAX_ENTRIES); }
| NAME OPEN arguments COLON expr CLOSE {
    MAKE($$, make_binder(reader, $1, @1, $arguments, $expr, @$)); }
;

/* What d stands before. */
changed:
  NAME             { MAKE($$, make_leaf(reader, SYNTAX_NAME, $1, @$)); }
| DIFFERENTIAL changed[of] {
    MAKE($$, make_node(reader, SYNTAX_DIFFERENTIAL, 0, list_of($of), @$)); }
| call
| OPEN expr CLOSE  { $$ = add_flags(reader, $expr, SYNTAX_IN_BRACKETS); }
;

arguments:
  argument                  { $$ = list_of($1); }
| arguments[a] COMMA argument[b] { $$ = list_add(reader, $a, $b); }
;

argument:
  expr
| range
;

subscripts:
  subscript                 { $$ = list_of($1); }
| subscripts[a] COMMA subscript[b] { $$ = list_add(reader, $a, $b); }
;

subscript:
  argument
| COLON  { MAKE($$, make_leaf(reader, SYNTAX_WHOLE, 0, @$)); }
| expr[low] COLON expr[high] {
    MAKE($$, make_node(reader, SYNTAX_SPAN, 0,
                       list_add(reader, list_of($low), $high), @$)); }
;

range:
  NAME EQUAL expr[low] UP_TO expr[high] {
    MAKE($$, make_node(reader, SYNTAX_RANGE, $NAME,
                       list_add(reader, list_of($low), $high), @$)); }
;

/* ------------------------------------------------------ declarations */

declarations:
  declaration  { $$ = list_of($1); }
| declarations[a] COMMA declaration[b] { $$ = list_add(reader, $a, $b); }
;

declaration:
  declared
| NAME OPEN arguments[x] CLOSE properties[p] {
    MAKE($$, make_function(reader, $NAME, $x, (struct syntax_list){0, 0, 0},
                           $p, @$)); }
| NAME OPEN arguments[x] CLOSE sizes[s] properties[p] {
    MAKE($$, make_function(reader, $NAME, $x, $s, $p, @$)); }
| SIZE NAME {
    MAKE($$, make_leaf(reader, SYNTAX_DECLARATION, $NAME, @$));
    add_flags(reader, $$, SYNTAX_DECLARES_SIZE); }
| ROW declared[d] { $$ = add_flags(reader, $d, SYNTAX_DECLARES_ROW); }
;

declared:
  NAME properties {
    MAKE($$, make_node(reader, SYNTAX_DECLARATION, $NAME, $properties, @$)); }
| NAME sizes properties {
    MAKE($$, make_node(reader, SYNTAX_DECLARATION, $NAME,
                       list_join(reader, $sizes, $properties), @$)); }
| member properties {
    MAKE($$, make_node(reader, SYNTAX_DECLARATION,
                       reader->tree->nodes[$member].payload,
                       list_cons(reader, $member, $properties), @$)); }
| member EQUAL expr[value] {
    MAKE($$, make_definition(reader, $member, (struct syntax_list){0, 0, 0},
                             $value, 0, @$)); }
| member EQUAL expr[value] backward {
    MAKE($$, make_definition(reader, $member, (struct syntax_list){0, 0, 0},
                             $value, $backward, @$)); }
| member sizes EQUAL expr[value] {
    MAKE($$, make_definition(reader, $member, $sizes, $value, 0, @$)); }
| member sizes EQUAL expr[value] backward {
    MAKE($$, make_definition(reader, $member, $sizes, $value, $backward,
                             @$)); }
| member sizes properties {
    struct syntax_list l = list_join(reader, $sizes, $properties);
    MAKE($$, make_node(reader, SYNTAX_DECLARATION,
                       reader->tree->nodes[$member].payload,
                       list_cons(reader, $member, l), @$)); }
;

/* for l = L..2 */
backward:
  NAME[for] NAME[l] EQUAL expr[from] UP_TO expr[to] {
    if (strcmp(intern_name(reader->tree->x->names, $for), "for")) {
        fault_at(reader->mem->fault, FAULT_SYNTAX, @for,
                 "'for' is expected here");
        fault_hint(reader->mem->fault, "s{l-1} = 2*s{l} for l = L..2");
        YYABORT;
    }
    MAKE($$, make_node(reader, SYNTAX_RANGE, $l,
                       list_add(reader, list_of($from), $to), @$)); }
;

sizes:
  OPEN_INDEX arguments CLOSE_INDEX  { $$ = $arguments; }
;

properties:
  %empty         { $$ = (struct syntax_list){0, 0, 0}; }
| property_list
;

property_list:
  property                        { $$ = list_of($1); }
| property_list[a] property[b]    { $$ = list_add(reader, $a, $b); }
;

property:
  NAME  { MAKE($$, make_leaf(reader, SYNTAX_PROPERTY, $1, @$)); }
;

/* -------------------------------------------------------- rule files */

rules:
  %empty
| rules GROUP NAME SEMICOLON  { reader->group = $NAME; }
| rules LAYOUT NAME SEMICOLON {
    reader->layout = reader->tree->layout = $NAME;
    reader->tree->layout_where = @NAME; }
| rules rule
;

rule:
  refuted KIND NAME cite brace clauses CLOSE_BRACE {
    CHECK(add_rule(reader, (struct syntax_rule){
        .kind = (uint8_t)$KIND, .refuted = @refuted.begin != @refuted.end,
        .name = $NAME,
        .where = {@refuted.begin != @refuted.end ? @refuted.begin
                                                 : @KIND.begin,
                  @cite.end > @NAME.end ? @cite.end : @NAME.end},
        .name_where = @NAME})); }
;

refuted:
  %empty
| REFUTED
;

cite:
  %empty
| CITE sources
;

sources:
  source
| sources COMMA source
;

source:
  NAME[key] COLON NAME[at] {
    CHECK(add_cite(reader, (struct syntax_cite){$key, $at, @$})); }
;

brace:
  OPEN_BRACE {
    reader->rule_begins = reader->tree->clause_count;
    reader->rule_nodes = reader->tree->count; }
;

clauses:
  %empty
| clauses clause SEMICOLON
;

clause:
  LET declarations {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_LET, .list = $2.first, .where = @$})); }
| expr entries {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_EXPR, .left = $expr, .by_entries = $entries & 1,
        .primitive = $entries >> 1, .where = @$})); }
| expr[a] EQUAL expr[b] entries {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_EQUATION, .left = $a, .right = $b,
        .by_entries = $entries & 1, .primitive = $entries >> 1,
        .where = @$})); }
| expr[a] ARROW conditions[b] {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_REWRITE, .left = $a, .right = $b.first,
        .list = $b.first, .where = @$})); }
| expr[a] BOTH_WAYS expr[b] {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_IDENTITY, .left = $a, .right = $b, .where = @$})); }
| kind_of_list[kind] conditions {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = (uint8_t)$kind, .list = $conditions.first, .where = @$})); }
| kind_of_text[kind] STRING {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = (uint8_t)$kind, .text = $STRING, .where = @$})); }
| KERNEL NAME {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_KERNEL, .text = $NAME, .where = @$})); }
| TRANSPOSES NAME {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_TRANSPOSE, .text = $NAME, .where = @$})); }
| kind_of_word[kind] NAME {
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = (uint8_t)$kind, .text = $NAME, .where = @NAME})); }
| FOR NAME[f] NAME[in] NAME[of] {
    if (strcmp(intern_name(reader->tree->x->names, $in), "in") ||
        strcmp(intern_name(reader->tree->x->names, $of), "scalar")) {
        fault_at(reader->mem->fault, FAULT_SYNTAX, @$,
                 "a function ranges over 'scalar'");
        fault_hint(reader->mem->fault, "for f in scalar;");
        YYABORT;
    }
    CHECK(add_clause(reader, (struct syntax_clause){
        .kind = CLAUSE_FOR, .text = $f, .where = @f})); }
;

entries:
  %empty                { $$ = 0; }
| BY_ENTRIES            { $$ = 1; }
| PRIMITIVE             { $$ = 2; }
| PRIMITIVE BY_ENTRIES  { $$ = 3; }
;

kind_of_list:
  IF        { $$ = CLAUSE_IF; }
| ASSUMING  { $$ = CLAUSE_ASSUMING; }
| DOMAIN    { $$ = CLAUSE_DOMAIN; }
| SMOOTH    { $$ = CLAUSE_SMOOTH; }
| DETERMINES { $$ = CLAUSE_DETERMINES; }
;

kind_of_word:
  LAYOUT     { $$ = CLAUSE_LAYOUT; }
| FORM       { $$ = CLAUSE_FORM; }
| STRUCTURE  { $$ = CLAUSE_STRUCTURE; }
| NATURE     { $$ = CLAUSE_NATURE; }
| JACOBIAN   { $$ = CLAUSE_JACOBIAN; }
;

kind_of_text:
  LATEX    { $$ = CLAUSE_LATEX; }
| UNICODE  { $$ = CLAUSE_UNICODE; }
| HELP     { $$ = CLAUSE_HELP; }
| NOTE     { $$ = CLAUSE_NOTE; }
| KINK     { $$ = CLAUSE_KINK; }
| OFFER    { $$ = CLAUSE_OFFER; }
;

conditions:
  condition                         { $$ = list_of($1); }
| conditions[a] COMMA condition[b]  { $$ = list_add(reader, $a, $b); }
;

condition:
  expr
| expr[a] UNLESS expr[b] {
    MAKE($$, make_call(reader, "unless", $a, $b, @$)); }
;

%%

/* The parser says this when its stacks cannot grow; the fault is there. */
static void parse_error(const struct span *where, struct reader *reader,
                        const char *message)
{
    fault_at(reader->mem->fault, FAULT_SYNTAX, *where, "%s", message);
}

static bool is_operand(yysymbol_kind_t s)
{
    return s == YYSYMBOL_NAME || s == YYSYMBOL_NUMBER || s == YYSYMBOL_OPEN;
}

static int yyreport_syntax_error(const yypcontext_t *context,
                                 struct reader *reader)
{
    enum { MANY = 64 };
    yysymbol_kind_t token = yypcontext_token(context), expected[MANY];
    int n = yypcontext_expected_tokens(context, expected, MANY);
    struct reader_surprise s = {
        .found = token == YYSYMBOL_YYEMPTY ? "" : yysymbol_name(token),
        .at_end = token == YYSYMBOL_YYEOF,
        .found_operand = is_operand(token),
        .found_close = token == YYSYMBOL_CLOSE ||
                       token == YYSYMBOL_CLOSE_INDEX ||
                       token == YYSYMBOL_CLOSE_BRACE};
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (reader->start == START_RULES || (expected[i] != YYSYMBOL_SIZE &&
                                             expected[i] != YYSYMBOL_ROW))
            expected[kept++] = expected[i];
    n = kept;
    for (int i = 0; i < n; i++) {
        s.wants_operand |= expected[i] == YYSYMBOL_NUMBER;
        s.wants_operator |= expected[i] == YYSYMBOL_TIMES;
    }
    for (int i = 0; n <= 4 && i < n; i++)
        s.expected[s.nexpected++] = yysymbol_name(expected[i]);
    reader_report(reader, *yypcontext_location(context), &s);
    return 0;
}
