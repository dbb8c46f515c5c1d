/* convert.c - a derivative that is given, in another form and layout. */
#include "config.h"

#include <string.h>

#include "api/query.h"

/* The claim from what it became: the same where nothing got lost. */
static bool is_kept(struct query *q, const struct derive_request *from,
                    expr_t value)
{
    struct exprs *x = &q->g->x;
    struct derive_result back;
    struct verify_result v;
    derive_result_init(&back, &q->g->mem);
    bool kept = !derive_convert(q->g->deriver, &q->request, value, from,
                                &back) ||
                back.value == q->claim ||
                !shape_equal(expr_shape(x, back.value),
                             expr_shape(x, q->claim)) ||
                !verify_identity(x, back.value, q->claim, NULL,
                                 q->asked->seed, 0, &v) ||
                v.verdict != VERDICT_REFUTED;
    derive_result_free(&back);
    fault_clear(&q->c->fault); /* there may be no way back that is found */
    return kept;
}

static bool lost(struct query *q)
{
    fault_set(&q->c->fault, FAULT_REQUEST,
              "the claim is not what the form '%s' has",
              md_word(MD_FORMS, q->claim_form));
    fault_hint(&q->c->fault, "a differential has dX once in every term, of "
                             "order 2 by one variable twice");
    return context_fault_in(q->c, "claim", q->asked->claim,
                            strlen(q->asked->claim));
}

/* A refuted answer tells whether that is the claim's fault. */
static bool note_claim(struct query *q, const struct verify_result *v,
                       md_answer *a)
{
    struct verify_result own;
    if (v->verdict != VERDICT_REFUTED)
        return true;
    if (!query_verify(q, q->claim, q->claim_layout, q->claim_form, &own))
        return false;
    if (own.verdict != VERDICT_REFUTED)
        return true;
    const char **notes =
        ARENA_ARRAY(&q->c->out, const char *, a->note_count + 1);
    if (!notes)
        return false;
    if (a->note_count)
        memcpy(notes, a->notes, a->note_count * sizeof *notes);
    notes[a->note_count++] = "what was given is not the derivative";
    a->notes = notes;
    return true;
}

bool query_run_convert(struct md_context *c, struct engine *g,
                       const md_query *asked, md_answer *a)
{
    struct query q;
    struct derive_result r;
    struct verify_result v = {.verdict = VERDICT_NONE};
    md_query own = *asked;
    *a = (md_answer){.value = 0};
    if (asked->each || asked->order_count)
        return fault_set(&c->fault, FAULT_REQUEST,
                         "a claim is about one derivative");
    if (!asked->claim)
        return fault_set(&c->fault, FAULT_REQUEST,
                         "there is no claim to convert");
    own.from = asked->from ? asked->from : md_word(MD_FORMS, FORM_MATRIX);
    if (!query_read(&q, c, g, &own))
        return false;
    struct derive_request from = q.request;
    from.form = q.claim_form;
    from.layout = q.claim_layout;
    derive_result_init(&r, &g->mem);
    q.conditions = &r.conditions;
    bool ok = derive_convert(g->deriver, &from, q.claim, &q.request, &r) ||
              context_fault_in(c, "claim", asked->claim,
                               strlen(asked->claim));
    ok = ok && (is_kept(&q, &from, r.value) || lost(&q)) &&
         (asked->unverified || query_verify(&q, r.value, q.request.layout,
                                            q.request.form, &v)) &&
         query_answer(&q, &r, &v, a) && note_claim(&q, &v, a);
    derive_result_free(&r);
    return ok && !fault_is_set(&c->fault);
}

bool md_convert(md_context *c, const md_query *q, md_answer *a)
{
    struct engine *g = context_session(c);
    return g && query_run_convert(c, g, q, a);
}
