/* applied.c - abstract functions: u, f(t), f''(t), D[u,x], D[g,1](A*x).
 *
 * In the language a derivative is D[u,x] whatever the layout.  For readers it
 * is a fraction, which in the chosen layout stands for D[u,x] or for its
 * transpose: where it is the other one that is meant, the fraction is
 * transposed. */
#include <string.h>

#include "expr/function.h"
#include "print/writer.h"

/* How a format writes a derivative. */
struct fraction {
    const char *open, *between, *close; /* the fraction */
    const char *partial;
    const char *raise, *lower, *end; /* before, after a script */
    const char *top;                 /* the transposed variable's sign */
    const char *call, *comma, *called; /* (, between and ) of arguments */
    const char *prime;
    const char *vec, *of, *ended; /* vec, ( and ) of what is stacked */
};

static const struct fraction fractions[] = {
    [FORMAT_UNICODE] = {"", "/", "", "∂", "", "", "", "ᵀ", "(", ", ", ")",
                        "′", "vec", "(", ")"},
    [FORMAT_LATEX] = {"\\frac{", "}{", "}", "\\partial ", "^{", "_{", "}",
                      "^{\\top}", "(", ", ", ")", "'",
                      "\\operatorname{vec}", "(", ")"},
    [FORMAT_MATHML] = {"<mfrac><mrow>", "</mrow><mrow>", "</mrow></mfrac>",
                       "<mo>∂</mo>", "<msup><mi></mi><mn>", "<msub><mi></mi>"
                       "<mrow>", "</mn></msup>", "<msup><mi></mi><mo>⊤</mo>"
                       "</msup>", "<mo>(</mo>", "<mo>,</mo>", "<mo>)</mo>",
                       "<mo>′</mo>", "<mi>vec</mi>", "<mo>(</mo>",
                       "<mo>)</mo>"}};

static const char *const digits[] = {"0", "1", "2", "3", "4",
                                     "5", "6", "7", "8"};
static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴",
                                     "⁵", "⁶", "⁷", "⁸"};

static const struct applied *applied_of(const struct writer *w, expr_t e)
{
    return applied_get(w->x, expr_get(w->x, e)->payload);
}

static const struct function *its_function(const struct writer *w, expr_t e)
{
    return function_of(w->x, applied_of(w, e)->function);
}

static symbol_t name_of(const struct writer *w, expr_t e)
{
    return expr_decl(w->x, applied_of(w, e)->function)->name;
}

static bool is_for_readers(const struct writer *w)
{
    return w->format == FORMAT_UNICODE || w->format == FORMAT_LATEX ||
           w->format == FORMAT_MATHML;
}

/* Applied by entries to what is no scalar. */
static bool is_by_entries(const struct writer *w, expr_t e)
{
    return expr_shape(w->x, e)->order != 0 &&
           function_is_scalar(w->x, applied_of(w, e)->function);
}

/* f'(t): the derivative by the one scalar there is. */
static bool has_primes(const struct writer *w, expr_t e)
{
    const struct function *f = its_function(w, e);
    return applied_of(w, e)->order && f->nargs == 1 &&
           f->shape[0].order == 0 && !expr_is_implied(w->x, e);
}

/* A first derivative whose axes a layout turns round. */
static bool layout_turns(const struct writer *w, expr_t e)
{
    const struct applied *a = applied_of(w, e);
    uint32_t value = expr_decl(w->x, a->function)->shape.order;
    if (a->order != 1 || a->stacked ||
        function_is_scalar(w->x, a->function) ||
        expr_shape(w->x, e)->order > 2)
        return false;
    return w->layout == LAYOUT_DENOMINATOR ? value != 0
           : w->layout == LAYOUT_NUMERATOR ? value == 0
                                           : false;
}

/* The derivative that an expression is, or that it is the transpose of; and
 * whether its fraction has to be transposed. */
static expr_t derivative_in(const struct writer *w, expr_t e, bool *turned)
{
    bool transposed = expr_op(w->x, e) == OP_TRANSPOSE;
    expr_t core = transposed ? expr_arg(w->x, e, 0) : e;
    if (!is_for_readers(w) || expr_op(w->x, core) != OP_APPLY ||
        !applied_of(w, core)->order || has_primes(w, core))
        return 0;
    *turned = transposed != layout_turns(w, core);
    return core;
}

/* ---------------------------------------------------------------- fractions */

static void push_variable(struct writer *w, expr_t e, uint32_t k)
{
    push_symbol(w, its_function(w, e)->parameter[k]);
}

/* ∂u_i: subscripts from *at on, `n` of them. */
static void push_subscripts(struct writer *w, expr_t element, uint32_t *at,
                            uint32_t n)
{
    const struct fraction *f = &fractions[w->format];
    bool brackets = w->format == FORMAT_UNICODE;
    if (!element || !n)
        return;
    push_text(w, brackets ? "[" : f->lower);
    for (uint32_t i = 0; i < n; i++) {
        if (i && (brackets || w->format == FORMAT_MATHML))
            push_text(w, w->style->separator);
        push_script(w, expr_arg(w->x, element, (*at)++), LEVEL_ANY);
    }
    push_text(w, brackets                       ? "]"
                 : w->format == FORMAT_MATHML ? "</mrow></msub>"
                                                : f->end);
}

static void push_order(struct writer *w, uint32_t n)
{
    const struct fraction *f = &fractions[w->format];
    if (n < 2)
        return;
    push_text(w, f->raise);
    push_text(w, w->format == FORMAT_UNICODE ? raised[n] : digits[n]);
    push_text(w, f->end);
}

/* Below the line: ∂x, ∂x², ∂x ∂xᵀ, ∂x_i ∂x_j. */
static void push_below(struct writer *w, expr_t e, expr_t element,
                       uint32_t at)
{
    const struct applied a = *applied_of(w, e);
    const struct fraction *f = &fractions[w->format];
    for (uint32_t i = 0; i < a.order;) {
        const struct shape *s = &its_function(w, e)->shape[a.by[i]];
        uint32_t n = 1;
        while (s->order == 0 && i + n < a.order && a.by[i + n] == a.by[i])
            n++;
        push_text(w, f->partial);
        push_variable(w, e, a.by[i]);
        push_subscripts(w, element, &at, s->order);
        push_order(w, n);
        if (!element && i && s->order == 1 && a.order == 2)
            push_text(w, f->top);
        i += n;
    }
}

/* vec(X), or x where it is no matrix. */
static void push_stacked(struct writer *w, symbol_t name, uint32_t order)
{
    const struct fraction *f = &fractions[w->format];
    push_text(w, order == 2 ? f->vec : "");
    push_text(w, order == 2 ? f->of : "");
    push_symbol(w, name);
    push_text(w, order == 2 ? f->ended : "");
}

/* ∂vec(F)/∂vec(X)ᵀ, ∂²vec(F)/∂vec(X)∂vec(X)ᵀ */
static void push_jacobian(struct writer *w, expr_t e)
{
    const struct applied a = *applied_of(w, e);
    const struct fraction *f = &fractions[w->format];
    push_text(w, f->open);
    push_text(w, w->format == FORMAT_LATEX && a.order > 1 ? "\\partial"
                                                          : f->partial);
    push_order(w, a.order);
    push_text(w, w->format == FORMAT_LATEX && a.order > 1 ? " " : "");
    push_stacked(w, name_of(w, e), expr_decl(w->x, a.function)->shape.order);
    push_text(w, f->between);
    for (uint32_t i = 0; i < a.order; i++) {
        const struct function *g = its_function(w, e);
        push_text(w, f->partial);
        push_stacked(w, g->parameter[a.by[i]], g->shape[a.by[i]].order);
    }
    push_text(w, f->top);
    push_text(w, f->close);
}

static void push_fraction(struct writer *w, expr_t e, expr_t element)
{
    const struct fraction *f = &fractions[w->format];
    uint32_t own =
        expr_decl(w->x, applied_of(w, e)->function)->shape.order, at = 1;
    if (applied_of(w, e)->stacked) {
        push_jacobian(w, e);
        return;
    }
    push_text(w, f->open);
    push_text(w, w->format == FORMAT_LATEX && applied_of(w, e)->order > 1
                     ? "\\partial"
                     : f->partial);
    push_order(w, applied_of(w, e)->order);
    push_text(w, w->format == FORMAT_LATEX && applied_of(w, e)->order > 1
                     ? " "
                     : "");
    push_symbol(w, name_of(w, e));
    push_subscripts(w, element, &at, own);
    push_text(w, f->between);
    push_below(w, e, element, at);
    push_text(w, f->close);
}

static void push_arguments(struct writer *w, expr_t e)
{
    const struct fraction *f = &fractions[w->format];
    push_text(w, f->call);
    push_args(w, e, 0, expr_get(w->x, e)->nargs);
    push_text(w, f->called);
}

/* A fraction, applied to what is not implied: (∂g/∂u)(A·x). */
static void push_derivative(struct writer *w, expr_t e, bool turned)
{
    bool written = !expr_is_implied(w->x, e);
    bool brackets = turned || (written && w->format == FORMAT_UNICODE);
    if (brackets)
        push_text(w, w->style->open);
    push_fraction(w, e, 0);
    if (written && turned)
        push_arguments(w, e);
    if (brackets)
        push_text(w, w->style->close);
    if (turned)
        push_text(w, fractions[w->format].top);
    if (written && !turned)
        push_arguments(w, e);
}

/* --------------------------------------------------- the language, and code */

/* D[u,x], D[g](A*x), D[h,1,2](a,b). */
static void push_brackets(struct writer *w, expr_t e)
{
    const struct applied a = *applied_of(w, e);
    bool implied = expr_is_implied(w->x, e);
    bool plain = !implied && a.order == 1 && its_function(w, e)->nargs == 1;
    push_text(w, a.stacked ? "J[" : "D[");
    push_symbol(w, name_of(w, e));
    for (uint32_t i = 0; i < a.order && !plain; i++) {
        push_text(w, ",");
        if (implied)
            push_variable(w, e, a.by[i]);
        else
            push_text(w, digits[a.by[i] + 1]);
    }
    push_text(w, "]");
    if (!implied) {
        push_text(w, is_by_entries(w, e) ? ".(" : "(");
        push_args(w, e, 0, expr_get(w->x, e)->nargs);
        push_text(w, ")");
    }
}

static void push_called(struct writer *w, expr_t e)
{
    const struct applied a = *applied_of(w, e);
    bool entries = is_by_entries(w, e) && (w->format == FORMAT_TEXT ||
                                           w->format == FORMAT_UNICODE ||
                                           w->format == FORMAT_JULIA);
    push_symbol(w, name_of(w, e));
    for (uint32_t i = 0; i < a.order; i++)
        push_text(w, is_for_readers(w) ? fractions[w->format].prime : "'");
    push_text(w, entries ? "." : "");
    push_text(w, w->format == FORMAT_MATHML ? "<mo>(</mo>" : "(");
    push_args(w, e, 0, expr_get(w->x, e)->nargs);
    push_text(w, w->format == FORMAT_MATHML ? "<mo>)</mo>" : ")");
}

/* du_dx(x), d2h_dxdy(a, b), as a matrix dvecF_dvecX(X): functions that the
 * code's user supplies. */
static void push_code(struct writer *w, expr_t e)
{
    const struct applied a = *applied_of(w, e);
    push_text(w, a.order ? "d" : "");
    push_text(w, a.order > 1 ? digits[a.order] : "");
    push_text(w, a.stacked ? "vec" : "");
    push_symbol(w, name_of(w, e));
    for (uint32_t i = 0; i < a.order; i++) {
        push_text(w, i ? "d" : "_d");
        push_text(w, a.stacked ? "vec" : "");
        push_variable(w, e, a.by[i]);
    }
    push_text(w, w->format == FORMAT_JULIA && is_by_entries(w, e) ? ".(" : "(");
    push_args(w, e, 0, expr_get(w->x, e)->nargs);
    push_text(w, ")");
}

static void push_applied(struct writer *w, expr_t e)
{
    uint32_t order = applied_of(w, e)->order;
    if (w->format != FORMAT_TEXT && !is_for_readers(w))
        push_code(w, e);
    else if (!order && expr_is_implied(w->x, e))
        push_symbol(w, name_of(w, e));
    else if (!order || has_primes(w, e))
        push_called(w, e);
    else
        push_brackets(w, e);
}

/* --------------------------------------------------------------- the writer */

bool applied_level(const struct writer *w, expr_t e, enum level *level)
{
    bool turned;
    expr_t d = derivative_in(w, e, &turned);
    if (!d && expr_op(w->x, e) != OP_APPLY)
        return false;
    if (!d)
        *level = LEVEL_ATOM;
    else if (turned)
        *level = w->format == FORMAT_UNICODE ? LEVEL_POSTFIX : LEVEL_POWER;
    else
        *level = expr_is_implied(w->x, d) ? LEVEL_POWER : LEVEL_ATOM;
    return true;
}

/* ∂U_ij/∂x_k rather than [∂U/∂x]_ijk. */
static bool push_entry(struct writer *w, expr_t e)
{
    expr_t base = expr_arg(w->x, e, 0);
    if (!is_for_readers(w) || expr_op(w->x, base) != OP_APPLY ||
        !applied_of(w, base)->order || applied_of(w, base)->stacked ||
        !expr_is_implied(w->x, base))
        return false;
    push_fraction(w, base, e);
    return true;
}

bool push_abstract(struct writer *w, expr_t e)
{
    bool turned;
    expr_t d = derivative_in(w, e, &turned);
    if (d) {
        push_derivative(w, d, turned);
        return true;
    }
    if (expr_op(w->x, e) == OP_ELEMENT)
        return push_entry(w, e);
    if (expr_op(w->x, e) != OP_APPLY)
        return false;
    push_applied(w, e);
    return true;
}
