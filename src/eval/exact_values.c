/* exact_values.c - values in the field for functions known by differentials.
 *
 * A function's value is a random element that its name and argument
 * determine, except that related functions are made of the same elements:
 * e(u) stands for exp(u), with e(-u) = 1/e(u), and sigmoid, tanh, softmax
 * are rational in it; sin and cos are rational in the tangent of half the
 * angle; log(1/v) = -log(v).  So identities between them hold, too. */
#include <string.h>

#include "eval/exact_table.h"

static field_t element(const struct exact_state *e, char kind, field_t u)
{
    return field_from_bits(
        hash_mix(hash_mix(e->seed, (unsigned char)kind), u));
}

static field_t divide(field_t a, field_t b, struct eval_state *st)
{
    if (!b)
        st->outside = true;
    return field_mul(a, field_inverse(b));
}

/* f(-u) = -f(u) */
static field_t odd(const struct exact_state *e, char kind, field_t u)
{
    return u > FIELD_PRIME / 2 ? field_neg(element(e, kind, field_neg(u)))
           : u                 ? element(e, kind, u)
                               : 0;
}

static field_t exponential(const struct exact_state *e, field_t u)
{
    return u > FIELD_PRIME / 2
               ? field_inverse(element(e, 'e', field_neg(u)))
           : u ? element(e, 'e', u)
               : 1;
}

static field_t logarithm(field_t v, struct eval_state *st)
{
    field_t other = field_inverse(v);
    if (!v)
        st->outside = true;
    return v == 1      ? 0
           : other < v ? field_neg(element(st->exact, 'l', other))
                       : element(st->exact, 'l', v);
}

/* numerator/(1 + a^2) */
static field_t over_one_and_square(field_t numerator, field_t a,
                                   struct eval_state *st)
{
    return divide(numerator, field_add(1, field_mul(a, a)), st);
}

static field_t of_exponential(enum exact_relation r, field_t u,
                              struct eval_state *st)
{
    field_t e = exponential(st->exact, u), square = field_mul(e, e);
    switch (r) {
    case EXACT_EXPM1:
        return field_sub(e, 1);
    case EXACT_SIGMOID:
        return divide(e, field_add(1, e), st);
    case EXACT_SOFTPLUS:
        return logarithm(field_add(1, e), st);
    case EXACT_TANH:
        return over_one_and_square(field_sub(square, 1), e, st);
    case EXACT_SINH:
        return divide(field_sub(square, 1), field_add(e, e), st);
    case EXACT_COSH:
        return divide(field_add(square, 1), field_add(e, e), st);
    default:
        return e;
    }
}

static field_t of_half_angle(enum exact_relation r, field_t u,
                             struct eval_state *st)
{
    field_t t = odd(st->exact, 't', u);
    field_t twice = field_add(t, t), rest = field_sub(1, field_mul(t, t));
    return r == EXACT_SIN   ? over_one_and_square(twice, t, st)
           : r == EXACT_COS ? over_one_and_square(rest, t, st)
                            : divide(twice, rest, st);
}

/* Small whole numbers, as differences of indices are, have a sign; a random
 * element is hardly ever one. */
static bool known_sign(field_t u, int *sign)
{
    static const field_t small = 1 << 20;
    *sign = !u ? 0 : u <= small ? 1 : -1;
    return u <= small || u >= FIELD_PRIME - small;
}

static field_t of_sign(enum exact_relation r, field_t u, int sign)
{
    switch (r) {
    case EXACT_SIGN:
        return field_from_int(sign);
    case EXACT_ABS:
        return sign < 0 ? field_neg(u) : u;
    case EXACT_STEP:
        return sign > 0;
    default:
        return sign > 0 ? u : 0;
    }
}

field_t exact_value(enum exact_relation r, field_t u, struct eval_state *st)
{
    int sign;
    if (r >= EXACT_SIGN && r <= EXACT_RELU && known_sign(u, &sign))
        return of_sign(r, u, sign);
    switch (r) {
    case EXACT_LOG:
        return logarithm(u, st);
    case EXACT_LOG1P:
        return logarithm(field_add(1, u), st);
    case EXACT_SIN:
    case EXACT_COS:
    case EXACT_TAN:
        return of_half_angle(r, u, st);
    case EXACT_SIGN:
        return odd(st->exact, 's', u);
    case EXACT_ABS:
        return field_mul(u, odd(st->exact, 's', u));
    case EXACT_STEP:
        return element(st->exact, 'p', u);
    case EXACT_RELU:
        return field_mul(u, element(st->exact, 'p', u));
    default:
        return of_exponential(r, u, st);
    }
}

/* The sum of exponentials of all entries, in out[i] each of them. */
static field_t exponentials(const struct eval_step *s, struct eval_state *st,
                            field_t *out, uint32_t step)
{
    uint32_t parts = jet_parts(st->exact->order);
    field_t sum = 0;
    for (uint32_t i = 0; i < s->in[0]->size; i++) {
        field_t e =
            exponential(st->exact, s->in[0]->exact[(size_t)i * parts]);
        sum = field_add(sum, e);
        out[(size_t)i * step] = e;
    }
    return sum;
}

void exact_values(const struct eval_step *s, struct eval_state *st)
{
    uint32_t parts = jet_parts(st->exact->order), n = s->in[0]->rows;
    field_t *out = s->out->exact, *work = st->exact_work, det = 0;
    switch ((enum exact_relation)s->relation) {
    case EXACT_SOFTMAX:
        det = exponentials(s, st, out, parts);
        for (uint32_t i = 0; i < s->out->size; i++)
            out[(size_t)i * parts] =
                divide(out[(size_t)i * parts], det, st);
        return;
    case EXACT_LOGSUMEXP:
        out[0] = logarithm(exponentials(s, st, work, 1), st);
        return;
    default: /* log|det| */
        for (uint32_t i = 0; i < s->in[0]->size; i++)
            work[i] = s->in[0]->exact[(size_t)i * parts];
        if (!jet_solve(0, n, work, 0, NULL, &det))
            st->outside = true;
        out[0] = logarithm(det, st);
    }
}

enum exact_relation exact_relation(const char *kernel)
{
    static const struct {
        const char *kernel;
        enum exact_relation relation;
    } table[] = {
        {"exp", EXACT_EXP},         {"expm1", EXACT_EXPM1},
        {"sigmoid", EXACT_SIGMOID}, {"softplus", EXACT_SOFTPLUS},
        {"tanh", EXACT_TANH},       {"sinh", EXACT_SINH},
        {"cosh", EXACT_COSH},       {"log", EXACT_LOG},
        {"log1p", EXACT_LOG1P},     {"sin", EXACT_SIN},
        {"cos", EXACT_COS},         {"tan", EXACT_TAN},
        {"sign", EXACT_SIGN},       {"abs", EXACT_ABS},
        {"step", EXACT_STEP},       {"relu", EXACT_RELU},
        {"softmax", EXACT_SOFTMAX}, {"logsumexp", EXACT_LOGSUMEXP},
        {"logdet", EXACT_LOGDET}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].kernel, kernel))
            return table[i].relation;
    return EXACT_UNRELATED;
}
