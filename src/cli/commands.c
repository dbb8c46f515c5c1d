/* commands.c - the table of commands and their manual pages in short. */
#include "config.h"

#include <string.h>

#include "cli.h"

#define STATUS                                                               \
    "\nExit status: 0 fine, 1 refuted, 2 usage, 3 bad input, 4 limit "       \
    "reached,\n70 internal error.\n"
#define SECONDS_OPTION                                                       \
    "  --seconds N        gives up (limit) after so many seconds\n"
#define DERIVATIVE_OPTIONS                                                   \
    "  --let DECLS        declarations: \"A[m,n] symmetric, x[n], a\"\n"     \
    "  --layout L         mixed (default), numerator, denominator\n"         \
    "  --form F           matrix (default), vec, index, differential, "      \
    "blocks,\n"                                                              \
    "                     blocks-by-variable, row-column, action\n"          \
    "  --order N          the order; repeats the last variable; below the\n" \
    "                     number of variables: by each of them; 0,1 or 0..2:\n"\
    "                     several answers, 0 being the value\n"             \
    "  --structure S      by a symmetric, triangular, ... matrix: free\n"    \
    "                     (default), projected, entries, vech\n"             \
    "  --to F,F,...       formats: text (default), unicode, latex, "         \
    "mathml,\n"                                                              \
    "                     numpy, julia, matlab\n"                            \
    "  --explain          show the steps and the rules used\n"                             \
    "  --json             print the answer as the object that batch prints\n"\
    "  --quiet            print the answer alone\n"                          \
    "  --seed N           of the verification\n"                             \
    SECONDS_OPTION                                                           \
    "  --rules FILE       adds operators, functions and rewrites of a file\n"

static const char derive_help[] =
    "usage: matdiff derive EXPR VAR... [options]\n"
    "       matdiff derive EXPR VAR,VAR,... [options]\n"
    "\n"
    "Prints the derivative of EXPR by VAR; by two variables, the mixed second\n"
    "derivative; by three or more, by a list with commas, or with --order 1,\n"
    "the derivative by each. VAR is a variable or a part of one: A', A[1,2],\n"
    "A[1,:], A[:,2]. The answers are verified at random points.\n"
    "\n"
    DERIVATIVE_OPTIONS
    "  --no-verify        leave the verification out\n"
    "\n"
    "  matdiff derive \"norm2(A*x-b)^2\" x --let \"A[m,n], x[n], b[m]\"\n"
    "  matdiff derive \"x'*A*x\" x x --to latex\n"
    "  matdiff derive \"norm2(tanh(W*x+b))^2\" W b x\n"
    "  matdiff derive \"x'*A*x\" x --order 0..2\n"
    "  matdiff derive \"log(det(X))\" X --layout numerator\n"
    STATUS;

static const char check_help[] =
    "usage: matdiff check EXPR VAR... CLAIM [options]\n"
    "\n"
    "Says whether CLAIM is the derivative of EXPR by VAR: equal; transposed\n"
    "(right in another layout); symmetric-only (right if some matrices are\n"
    "symmetric); property-only (right if some names have other properties);\n"
    "other-structure; differs, with what is wrong (a factor, a term, a slip)\n"
    "and a counterexample; or unable to tell. With --form differential the\n"
    "claim is one of dX, the differential of X.\n"
    "\n"
    DERIVATIVE_OPTIONS
    "\n"
    "  matdiff check \"x'*A*x\" x \"2*A*x\"\n"
    "\n"
    "Exit status: 0 equal, 1 anything else about the claim, 2 usage, 3 bad\n"
    "input, 4 limit reached, 70 internal error.\n";

static const char convert_help[] =
    "usage: matdiff convert EXPR VAR... CLAIM --from FORM --form FORM [options]\n"
    "\n"
    "CLAIM, the derivative of EXPR by VAR in one form, in another: dF in dX as\n"
    "the matrix of vec, that as blocks or in components, and so on. The claim is\n"
    "taken as it is given and not derived anew; what comes of it is verified.\n"
    "\n"
    "  --from F           the form of the claim: matrix (default), ...\n"
    "  --from-layout L    its layout; the one asked for if left out\n"
    DERIVATIVE_OPTIONS
    "  --no-verify        leave the verification out\n"
    "\n"
    "  matdiff convert \"A*X*B\" X \"A*dX*B\" --from differential --form vec\n"
    "  matdiff convert \"A*x\" x \"A'\" --from-layout denominator\n"
    STATUS;

static const char batch_help[] =
    "usage: matdiff batch [FILE]\n"
    "\n"
    "Reads one JSON object a line from FILE or standard input and answers "
    "one a\nline, in order:\n"
    "\n"
    "  {\"id\":1, \"op\":\"derive\", \"let\":\"A[m,n], x[n], b[m]\",\n"
    "   \"expr\":\"norm2(A*x-b)^2\", \"wrt\":[\"x\"], \"order\":1,\n"
    "   \"layout\":\"mixed\", \"form\":\"matrix\", \"to\":[\"text\","
    "\"latex\"],\n"
    "   \"structure\":\"free\", \"verify\":true}\n"
    "\n"
    "Only expr and wrt are needed. \"op\":\"check\" takes a \"claim\" as "
    "well,\n\"op\":\"props\" no wrt. A bad line gets an answer with "
    "\"ok\":false and the next\nline is read; the exit status is 0 when every "
    "line was answered.\n"
    "\n"
    "  --seconds N        gives a request up (limit) after so many seconds\n"
    "  --rules FILE       adds operators, functions and rewrites of a file\n";

static const char repl_help[] =
    "usage: matdiff [repl]\n"
    "\n"
    "Reads statements and answers each: declarations (A[m,n] symmetric, "
    "x[n]),\nassignments (f = norm2(A*x)^2), commands (grad f x, help). "
    "Type help there\nfor the list. On a terminal it edits lines and keeps "
    "a history in\n$XDG_STATE_HOME/matdiff/history, or where "
    "MATDIFF_HISTORY says (empty: none).\n"
    "Elsewhere it reads without a prompt, goes on after errors, takes an "
    "indented\nline as the continuation of an incomplete one, and its exit "
    "status tells of\nthe worst line.\n"
    STATUS;

static const char rules_help[] =
    "usage: matdiff rules [WORD...]        operators and functions\n"
    "       matdiff rules list             all rules, with their place\n"
    "       matdiff rules show NAME...     formula, source, conditions, "
    "verdict\n"
    "       matdiff rules search WORD...   rules that hold all the words\n"
    "       matdiff rules match EXPR       rules whose left side matches\n"
    "       matdiff rules tex              all that is claimed, as a LaTeX "
    "document\n"
    "\n"
    "  --group G      of this group only\n"
    "  --kind K       of this kind only: operator, function, differential,\n"
    "                 rewrite, fact, derivative, jacobian, identity,\n"
    "                 law\n"
    "  --let DECLS    declarations for match\n"
    "  --to F         format of the formula: text (default), unicode, latex\n"
    "  --rules FILE   the rules of this file too\n";

static const char verify_help[] =
    "usage: matdiff verify FILE... | --builtin [options]\n"
    "       matdiff verify --merge FILE... \n"
    "\n"
    "Verifies what rule files claim (derivative, jacobian, identity, "
    "rewrite):\n"
    "matdiff derives the left side itself and compares, and the stated right\n"
    "side is compared with the function at random points. A rule marked\n"
    "refuted has to be false. \"-\" is standard input.\n"
    "\n"
    "  --builtin          the rules that are compiled in\n"
    "  --rule NAME        this rule only\n"
    "  --group G          the rules of this group\n"
    "  --format F         text (default), tap, junit, jsonl\n"
    "  --jobs N           so many processes; the output is the same\n"
    "  --shard I/N        the I-th of N parts of the rules\n"
    "  --merge            sums up files written with --format jsonl\n"
    "  --resume FILE      leaves out the rules that stand in this jsonl file\n"
    "  --seed N           of the points\n"
    "  --samples N        points for each rule\n"
    "  --rules FILE       loads operators, functions and rewrites first\n"
    "  --quiet            no progress bar, no notes\n"
    "  --seconds N        that one rule may take\n"
    "\n"
    "Exit status: 0 all hold, 1 some do not, 2 usage, 3 bad input, 4 limit\n"
    "reached, 70 internal error, 130 interrupted.\n";

static const char props_help[] =
    "usage: matdiff props EXPR [options]\n"
    "\n"
    "Prints what is known of EXPR: its shape, the properties that hold for "
    "all\nvalues of its names, and those that do not; what is not known is "
    "left out.\n"
    "\n"
    "  --let DECLS        declarations: \"A[n,n] posdef, B[m,n] "
    "fullrowrank\"\n"
    "  --explain          tells what each property rests on\n"
    "  --json             prints the answer as the object that batch prints\n"
    SECONDS_OPTION
    "  --rules FILE       adds operators, functions and facts of a file\n"
    "\n"
    "  matdiff props \"B*A*B'\" --let \"A[n,n] posdef, B[m,n] "
    "fullrowrank\"\n"
    STATUS;

static const char help_help[] = "usage: matdiff help [COMMAND]\n";

#define COMMON " let layout form structure order to seed explain json quiet " \
    "rules seconds "

const struct command commands[] = {
    {"derive", "the derivative of an expression", derive_help,
     COMMON "no-verify ", 2, CLI_MOST_OPERANDS, run_derive},
    {"check", "is this claim the derivative?", check_help, COMMON, 3,
     CLI_MOST_OPERANDS, run_check},
    {"convert", "a derivative in another form or layout", convert_help,
     COMMON "from from-layout no-verify ", 3, CLI_MOST_OPERANDS, run_convert},
    {"props", "what is known of an expression", props_help,
     " let explain json rules seconds ", 1, 1, run_props},
    {"batch", "one JSON request a line, one answer a line", batch_help,
     " rules seconds ", 0, 1, run_batch},
    {"repl", "an interactive session (also without arguments)", repl_help,
     " rules seconds ", 0, 0, run_repl},
    {"verify", "verifies files of claims, or the built-in rules", verify_help,
     " rules rule group seed samples jobs format shard merge resume builtin "
     "quiet seconds ", 0, CLI_MOST_OPERANDS, run_verify},
    {"rules", "the operators and functions there are", rules_help,
     " rules group kind to seed let ", 0,
     CLI_MOST_OPERANDS, run_rules},
    {"help", "help about a command", help_help, " ", 0, 1, run_help},
};
const size_t command_count = sizeof commands / sizeof *commands;

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

void commands_help(FILE *out)
{
    fprintf(out,
            "matdiff - derivatives of scalar, vector and matrix "
            "expressions\n\nusage: matdiff COMMAND [ARGUMENTS]\n\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n  matdiff derive \"norm2(A*x-b)^2\" x\n"
                 "  matdiff check \"x'*A*x\" x \"2*A*x\"\n\n"
                 "matdiff help COMMAND tells more; matdiff --version, "
                 "matdiff --help.\n" STATUS);
}
