/* test_mutants.c - the built-in claims with slips put into their right sides:
 * the referee refutes each, or it is a true identity after all.  No mutant
 * that is refuted may be shown equal by algebra.
 *
 *     tests/unit/test_mutants            every 12th rule
 *     tests/unit/test_mutants 1 [JOBS]   every rule, in so many processes
 *
 * With MUTANTS=show it prints every mutant and what became of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/engine.h"
#include "mutant.h"
#include "print/print.h"
#include "prove/prove.h"
#include "rule/builtin.h"
#include "rule/claim.h"
#include "rule/split.h"
#include "verify/verify.h"

enum { SHARE = 12, MOST_JOBS = 64, MOST_MUTANTS = 4096, SEED = 1 };
enum { EQUAL_SAMPLES = 20 }; /* points to be taken for a true identity */

/* What became of a mutant; later ones outweigh in judge_instances. */
enum fate {
    FATE_NONE,      /* not judged yet */
    FATE_ILL,       /* its shapes do not fit */
    FATE_SAME,      /* the same expression as another one */
    FATE_PROVED,    /* a true identity: in symbols, or exactly */
    FATE_EQUAL,     /* equal to the right side at many points */
    FATE_UNDECIDED, /* not refuted, not accepted */
    FATE_SURVIVED,  /* accepted, and not what was stated */
    FATE_KILLED,
    FATE_UNSOUND, /* refuted, and yet shown equal by algebra */
    FATE_COUNT
};

static const char *const fate_names[] = {
    "none",     "ill-shaped", "same",     "proved true",
    "true",     "undecided",  "SURVIVED", "killed", "UNSOUND"};

struct testing {
    struct engine g;
    struct fault fault;
    struct claim k;
    unsigned share, jobs, job;
    bool show;
    uint32_t count;
    uint8_t fate[MOST_MUTANTS];
    expr_t made[MOST_MUTANTS];
    struct tally {
        unsigned rules, fates[FATE_COUNT];
    } tally;
};

static void give_up(const struct testing *t, const char *what)
{
    printf("%s: %s\n", what, t->fault.message);
    exit(99);
}

/* ------------------------------------------------------------ one mutant */

static expr_t normal(struct testing *t, expr_t e)
{
    expr_t n = e ? derive_normal(t->g.deriver, e) : 0;
    fault_clear(&t->fault);
    return n;
}

static bool same_in_symbols(struct testing *t, expr_t a, expr_t b)
{
    struct exprs *x = &t->g.x;
    expr_t na = normal(t, a), nb = normal(t, b);
    if (na && na == nb)
        return true;
    if (prove_equal(x, t->g.rules, a, b))
        return true;
    if (!na || !nb)
        return false;
    expr_t minus = expr_apply1(x, OP_NEG, nb);
    expr_t d = normal(t, minus ? expr_apply2(x, OP_ADD, na, minus) : 0);
    return d && (expr_is_number(x, d, RAT_ZERO) ||
                 (expr_op(x, d) >= OP_FIRST_NAMED &&
                  !strcmp(op_name(x->ops, expr_op(x, d)), "zeros")));
}

static enum verdict equal_in_numbers(struct testing *t, expr_t a, expr_t b,
                                     uint32_t samples)
{
    struct verify_result r;
    if (!verify_identity(&t->g.x, a, b, &t->k.given, SEED, samples, &r))
        give_up(t, "verify_identity");
    return r.verdict;
}

/* What the command verify would ask the referee, of this right side. */
static enum verdict referee(struct testing *t, expr_t right)
{
    const struct claim *k = &t->k;
    struct verify_result r;
    if (!k->order)
        return equal_in_numbers(t, k->left, right, 0);
    bool tensor = expr_shape(&t->g.x, right)->kind == SHAPE_TENSOR;
    struct verify_request q = {.expr = k->left, .claim = right,
                               .order = k->order, .layout = k->layout,
                               .form = tensor ? FORM_INDEX : k->form,
                               .structure = k->structure, .seed = SEED,
                               .given = &k->given};
    memcpy(q.by, k->by, sizeof k->by);
    if (!verify(&t->g.x, &q, &r))
        give_up(t, "verify");
    return r.verdict;
}

static enum fate judge(struct testing *t, expr_t mutant)
{
    expr_t right = t->k.right;
    enum verdict v = referee(t, mutant);
    if (v == VERDICT_REFUTED)
        return prove_equal(&t->g.x, t->g.rules, mutant, right)
                   ? FATE_UNSOUND
                   : FATE_KILLED;
    if (same_in_symbols(t, mutant, right) || v == VERDICT_PROVED)
        return FATE_PROVED;
    enum verdict same = equal_in_numbers(t, mutant, right, EQUAL_SAMPLES);
    if (same == VERDICT_PROVED || same == VERDICT_VERIFIED)
        return same == VERDICT_PROVED ? FATE_PROVED : FATE_EQUAL;
    return v == VERDICT_UNABLE ? FATE_UNDECIDED : FATE_SURVIVED;
}

/* -------------------------------------------------------------- one rule */

static bool made_before(const struct testing *t, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (t->made[k] == t->made[i])
            return true;
    return t->made[i] == t->k.right;
}

static void show(struct testing *t, uint32_t i, const char *what)
{
    struct text s;
    if (!t->show && t->fate[i] != FATE_SURVIVED &&
        t->fate[i] != FATE_UNSOUND)
        return;
    text_init(&s, &t->g.mem);
    print_expr(&t->g.x, t->made[i], FORMAT_TEXT, &s);
    printf("%s: %s: %s: %s\n", fate_names[t->fate[i]],
           intern_name(&t->g.names, t->k.name), what, text_get(&s));
    text_free(&s);
    fault_clear(&t->fault);
}

static void try_mutant(struct testing *t, uint32_t i)
{
    struct exprs *x = &t->g.x;
    const char *what = "";
    if (t->fate[i] >= FATE_KILLED || t->fate[i] == FATE_ILL ||
        t->fate[i] == FATE_SAME)
        return;
    expr_t e = mutant_make(x, t->k.right, i, &what);
    fault_clear(&t->fault);
    t->made[i] = e;
    enum fate f;
    if (!e || !shape_equal(expr_shape(x, e), expr_shape(x, t->k.right)))
        f = FATE_ILL;
    else if (made_before(t, i))
        f = FATE_SAME;
    else
        f = judge(t, e);
    if (f > t->fate[i])
        t->fate[i] = (uint8_t)f;
    if (e)
        show(t, i, what);
}

static void read_claim(struct testing *t, const char *text, size_t length,
                       const char *layout)
{
    engine_rewind(&t->g);
    if (!claim_read(t->g.rules, text, length, layout, &t->k))
        give_up(t, "a built-in rule");
}

static void try_all(struct testing *t)
{
    t->count = mutant_count(&t->g.x, t->k.right);
    if (t->count > MOST_MUTANTS)
        t->count = MOST_MUTANTS;
    for (uint32_t i = 0; i < t->count; i++)
        try_mutant(t, i);
}

static void try_rule(struct testing *t, const char *text, size_t length,
                     const char *layout)
{
    memset(t->fate, 0, sizeof t->fate);
    read_claim(t, text, length, layout);
    try_all(t);
    t->tally.rules++;
    for (uint32_t i = 0; i < t->count; i++)
        t->tally.fates[t->fate[i]]++;
}

/* -------------------------------------------------------------- all rules */

static bool is_claim(const struct rule_piece *p)
{
    static const char *const kinds[] = {"derivative", "jacobian", "identity",
                                        "rewrite"};
    for (size_t i = 0; i < 4 && p->is_rule && !p->refuted; i++)
        if (strlen(kinds[i]) == p->kind_length &&
            !memcmp(kinds[i], p->kind, p->kind_length))
            return true;
    return false;
}

static void try_file(struct testing *t, const struct builtin_rules *b,
                     unsigned *rule)
{
    struct rule_piece p;
    char layout[32] = "";
    for (size_t at = 0; rule_split(b->text + at, b->length - at, true, &p);
         at += p.end) {
        if (!p.is_rule && p.kind_length == 6 && !memcmp(p.kind, "layout", 6))
            snprintf(layout, sizeof layout, "%.*s", (int)p.name_length,
                     p.name);
        if (!is_claim(&p))
            continue;
        unsigned n = (*rule)++;
        if (n % t->share == 0 && n / t->share % t->jobs == t->job)
            try_rule(t, b->text + at + p.begin, p.end - p.begin, layout);
    }
}

static bool start(struct testing *t)
{
    static const md_options limits;
    static const struct engine_rules none;
    if (!engine_start(&t->g, &t->fault, &limits, &none))
        return false;
    engine_set_mark(&t->g);
    claim_init(&t->k, &t->g.mem);
    return true;
}

/* One process's part. */
static void work(struct testing *t, int out)
{
    unsigned rule = 0;
    if (!start(t))
        give_up(t, "start");
    for (unsigned i = 0; i < builtin_rules_count; i++)
        if (strstr(builtin_rules[i].file, ".rules"))
            try_file(t, &builtin_rules[i], &rule);
    claim_free(&t->k);
    engine_stop(&t->g);
    fflush(stdout);
    if (write(out, &t->tally, sizeof t->tally) != (ssize_t)sizeof t->tally)
        exit(99);
}

static bool gather(struct tally *sum, int in, unsigned jobs)
{
    for (unsigned i = 0; i < jobs; i++) {
        struct tally one;
        int status;
        if (read(in, &one, sizeof one) != (ssize_t)sizeof one)
            return false;
        sum->rules += one.rules;
        for (int k = 0; k < FATE_COUNT; k++)
            sum->fates[k] += one.fates[k];
        if (wait(&status) < 0 || status)
            return false;
    }
    return true;
}

static unsigned report(const struct tally *s)
{
    const unsigned *n = s->fates;
    unsigned well = n[FATE_KILLED] + n[FATE_PROVED] + n[FATE_EQUAL] +
                    n[FATE_UNDECIDED] + n[FATE_SURVIVED] + n[FATE_UNSOUND];
    printf("%u rules: %u mutants: %u killed, %u true in symbols, %u true at "
           "%d points, %u undecided, %u survived, %u unsound; %u more "
           "ill-shaped, %u the same as another\n", s->rules, well,
           n[FATE_KILLED], n[FATE_PROVED], n[FATE_EQUAL], EQUAL_SAMPLES,
           n[FATE_UNDECIDED], n[FATE_SURVIVED], n[FATE_UNSOUND], n[FATE_ILL],
           n[FATE_SAME]);
    return well;
}

int main(int argc, char **argv)
{
    static struct testing t;
    const char *mode = getenv("MUTANTS");
    long share = argc > 1 ? strtol(argv[1], NULL, 10) : SHARE;
    long jobs = argc > 2 ? strtol(argv[2], NULL, 10) : 2;
    int ends[2];
    t.share = share > 0 ? (unsigned)share : 1;
    t.jobs = jobs > 0 && jobs <= MOST_JOBS ? (unsigned)jobs : 1;
    t.show = mode && !strcmp(mode, "show");
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (pipe(ends))
        return 99;
    for (t.job = 0; t.job < t.jobs; t.job++) {
        pid_t child = fork();
        if (child < 0)
            return 99;
        if (!child) {
            close(ends[0]);
            work(&t, ends[1]);
            return 0;
        }
    }
    close(ends[1]);
    struct tally sum = {0};
    if (!gather(&sum, ends[0], t.jobs))
        return 99;
    return report(&sum) == 0 || sum.fates[FATE_SURVIVED] > 0 ||
           sum.fates[FATE_UNSOUND] > 0;
}
