/* topics.c - the session's help. */
#include "config.h"

#include <string.h>

#include "session.h"

static const struct {
    const char *name, *text;
} topics[] = {
    {"declarations",
     "A[m,n] symmetric, x[n], a     a matrix, a vector, a scalar\n"
     "Undeclared names: a..g scalars, h..z vectors, A..Z matrices, Greek\n"
     "letters scalars; their sizes follow from the expression.\n"
     "Properties: symmetric antisymmetric diagonal lower upper orthogonal\n"
     "invertible fullrowrank fullcolumnrank posdef psd toeplitz positive nonneg\n"
     "nonzero integer constant. props EXPR shows what an expression has.\n"},
    {"operators",
     "+ -  * / \\  .* ./  ^ .^  and ' for the transpose\n"
     "x'*y inner product, x*y' outer product, x.*y by entries, A\\b is\n"
     "inv(A)*b, A^2 a matrix power, x.^2 by entries. A scalar added to a\n"
     "vector or matrix is added to every entry.\n"
     "sum(i: x[i]*log(x[i])), tensor(i,j: A[i,j]^2) write components out.\n"},
    {"layouts",
     "mixed        a gradient has the shape of the variable, the Jacobian of\n"
     "             an m-vector by an n-vector is m x n\n"
     "numerator    the Jacobian always, a gradient is a row\n"
     "denominator  the transpose of that\n"},
    {"forms",
     "matrix        matrix notation; d vec(F)/d vec(X)' for matrix by matrix\n"
     "vec           that, always\n"
     "index         components\n"
     "differential  dF, linear in dX\n"
     "blocks, blocks-by-variable, row-column   the layouts of textbooks for\n"
     "              matrix by matrix\n"
     "action        the last derivative applied to dX: of order 2 the Hessian\n"
     "              times a direction, H[dX]\n"},
    {"functions", "matdiff rules lists them; help NAME tells of one.\n"},
};

static void help_overview(void)
{
    for (size_t i = 0; i < session_command_count; i++)
        printf("  %-34.60s %s\n", session_commands[i].usage,
               session_commands[i].help);
    puts("  NAME = EXPR                        gives an expression a name\n"
         "  EXPR                               its normal form and shape\n");
    printf("Topics for help:");
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        printf(" %s", topics[i].name);
    puts(", and every command and function.");
}

static bool help_function(struct session *s, const char *name)
{
    md_rule r;
    bool found = false;
    for (size_t i = 0; md_rule_at(s->c, i, &r); i++) {
        if (strcmp(r.op, name))
            continue;
        found = true;
        show_rule(&r);
    }
    return found;
}

void session_help(struct session *s, const struct session_command *self,
                  char *topic)
{
    (void)self;
    if (!*topic) {
        help_overview();
        return;
    }
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
        if (!strcmp(topics[i].name, topic)) {
            fputs(topics[i].text, stdout);
            return;
        }
    for (size_t i = 0; i < session_command_count; i++)
        if (!strcmp(session_commands[i].name, topic)) {
            printf("%s\n  %s\n", session_commands[i].usage,
                   session_commands[i].help);
            return;
        }
    if (!help_function(s, topic))
        session_fail(s, "no help about '%s'; type help for the list", topic);
}
