/* json.c - the batch protocol: one JSON object in, one out. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/json_write.h"
#include "api/query.h"

enum {
    MOST_WRT = QUERY_MAX_VARIABLES,
    MOST_UNKNOWN_KEYS = 4,
    MOST_ORDERS = DERIVE_MAX_ORDER + 1
};

#define EXAMPLE "{\"expr\": \"x'*A*x\", \"wrt\": [\"x\"]}"

struct json_request {
    struct md_context *c;
    json_t *in; /* the object */
    json_t *id; /* to be repeated in the answer, or NULL */
    const char *op;
    const char *wrt[MOST_WRT];
    const char *to[QUERY_MAX_FORMATS];
    unsigned orders[MOST_ORDERS];
    md_query q;
    const md_answer *answers;
    size_t count;
    md_answer claimed;
};

static bool bad_request(struct md_context *c, const char *what,
                        const char *hint)
{
    fault_set(&c->fault, FAULT_REQUEST, "%s", what);
    fault_hint(&c->fault, "%s", hint);
    return false;
}

/* ---- reading */

/* A string, or NULL where the key is missing or null. */
static bool get_string(struct json_request *r, const char *key,
                       const char **value)
{
    const json_t *v = json_object_get(r->in, key);
    if (!v || json_is_null(v))
        return true;
    *value = json_string_value(v);
    return *value || fault_set(&r->c->fault, FAULT_REQUEST,
                               "\"%s\" must be a string", key);
}

/* A list of strings, or one string. */
static bool get_strings(struct json_request *r, const char *key, size_t most,
                        const char **values, size_t *count)
{
    struct fault *f = &r->c->fault;
    const json_t *v = json_object_get(r->in, key);
    *count = 0;
    if (!v || json_is_null(v))
        return true;
    if (json_is_string(v)) {
        values[(*count)++] = json_string_value(v);
        return true;
    }
    if (!json_is_array(v))
        return fault_set(f, FAULT_REQUEST,
                         "\"%s\" must be a list of strings", key);
    if (json_array_size(v) > most)
        return fault_set(f, FAULT_REQUEST, "\"%s\" has more than %zu items",
                         key, most);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *s = json_string_value(json_array_get(v, i));
        if (!s)
            return fault_set(f, FAULT_REQUEST,
                             "\"%s\" must be a list of strings", key);
        values[(*count)++] = s;
    }
    return true;
}

/* A whole number from 0 on. */
static bool get_count(struct json_request *r, const char *key,
                      uint64_t largest, uint64_t *value)
{
    const json_t *v = json_object_get(r->in, key);
    if (!v || json_is_null(v))
        return true;
    json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;
    if (n < 0 || (uint64_t)n > largest)
        return fault_set(&r->c->fault, FAULT_REQUEST,
                         "\"%s\" must be a whole number from 0 on", key);
    *value = (uint64_t)n;
    return true;
}

static bool get_bool(struct json_request *r, const char *key, bool *value)
{
    const json_t *v = json_object_get(r->in, key);
    if (!v || json_is_null(v))
        return true;
    *value = json_is_true(v);
    return json_is_boolean(v) ||
           fault_set(&r->c->fault, FAULT_REQUEST,
                     "\"%s\" must be true or false", key);
}

/* An order, or a list of them: several answers. */
static bool get_orders(struct json_request *r)
{
    const json_t *v = json_object_get(r->in, "order");
    uint64_t order = 0;
    if (!json_is_array(v)) {
        bool ok = get_count(r, "order", 1000, &order);
        r->q.order = (unsigned)order;
        return ok;
    }
    size_t n = json_array_size(v);
    if (!n || n > MOST_ORDERS)
        return fault_set(&r->c->fault, FAULT_REQUEST,
                         "\"order\" has 1 to %d items", MOST_ORDERS);
    for (size_t i = 0; i < n; i++) {
        const json_t *k = json_array_get(v, i);
        json_int_t value = json_is_integer(k) ? json_integer_value(k) : -1;
        if (value < 0 || value > 1000)
            return fault_set(&r->c->fault, FAULT_REQUEST,
                             "\"order\" must be whole numbers from 0 on");
        r->orders[i] = (unsigned)value;
    }
    r->q.orders = r->orders;
    r->q.order_count = n;
    return true;
}

/* By each variable: said so, or known from an order that is too small for
 * all of them. */
static void find_each(struct json_request *r)
{
    md_query *q = &r->q;
    unsigned order = q->order;
    for (size_t i = 0; i < q->order_count; i++)
        order = r->orders[i] > order ? r->orders[i] : order;
    if (!json_object_get(r->in, "each"))
        q->each = (order || q->order_count) && order < q->wrt_count;
}

static bool read_request(struct json_request *r)
{
    bool verify = true;
    md_query *q = &r->q;
    r->op = "derive";
    bool ok = get_string(r, "op", &r->op) && get_string(r, "let", &q->let) &&
              get_string(r, "expr", &q->expr) &&
              get_string(r, "claim", &q->claim) &&
              get_strings(r, "wrt", MOST_WRT, r->wrt, &q->wrt_count) &&
              get_strings(r, "to", QUERY_MAX_FORMATS, r->to, &q->to_count) &&
              get_string(r, "layout", &q->layout) &&
              get_string(r, "form", &q->form) &&
              get_string(r, "structure", &q->structure) &&
              get_string(r, "from", &q->from) &&
              get_string(r, "from_layout", &q->from_layout) &&
              get_orders(r) && get_bool(r, "each", &q->each) &&
              get_count(r, "seed", UINT64_MAX, &q->seed) &&
              get_bool(r, "verify", &verify) &&
              get_bool(r, "explain", &q->explain);
    q->wrt = r->wrt;
    q->to = r->to;
    q->unverified = !verify;
    if (ok)
        find_each(r);
    return ok;
}

/* ---- writing */

static void put_id(const struct json_request *r, struct text *t)
{
    char *id = r->id ? json_dumps(r->id, JSON_ENCODE_ANY | JSON_COMPACT)
                     : NULL;
    if (id) {
        json_key(t, "id");
        json_write_raw(t, id);
    }
    free(id);
}

static bool is_known_key(const char *key)
{
    static const char *const known[] = {
        "id", "op", "let", "expr", "claim", "wrt", "order", "each", "layout",
        "form", "to", "verify", "structure", "seed", "explain", "from",
        "from_layout"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i], key))
            return true;
    return false;
}

/* Unknown keys are ignored, but not silently. */
static void put_notes(const struct json_request *r, const md_answer *a,
                      struct text *t)
{
    const char *key;
    json_t *value;
    char note[100];
    size_t told = 0;
    json_key(t, "notes");
    json_open(t, '[');
    for (size_t i = 0; i < a->note_count; i++)
        json_write_string(t, a->notes[i]);
    json_object_foreach(r->in, key, value) {
        if (is_known_key(key) || told++ >= MOST_UNKNOWN_KEYS)
            continue;
        snprintf(note, sizeof note, "unknown key \"%.60s\" ignored", key);
        json_write_string(t, note);
    }
    json_close(t, ']');
}

static void put_explanation(const md_answer *a, struct text *t)
{
    if (a->reason)
        json_member(t, "reason", a->reason);
    if (a->symmetric_count)
        json_member_list(t, "symmetric", a->symmetric, a->symmetric_count);
    if (a->property_count)
        json_member_list(t, "properties", a->properties, a->property_count);
    if (a->claim_structure)
        json_member(t, "claim_structure", a->claim_structure);
    if (a->term_count)
        json_member_list(t, "terms", a->terms, a->term_count);
    if (a->correction)
        json_member(t, "correction", a->correction);
    if (a->rule)
        json_member(t, "rule", a->rule);
}

/* "conditions_latex": where there are conditions and another format than
 * text is wanted that writes mathematics. */
static void put_condition_faces(const struct json_request *r,
                                const md_answer *a, struct text *t)
{
    static const char *const said[] = {"unicode", "latex", "mathml"};
    char key[40];
    for (size_t i = 0; a->condition_count && i < r->q.to_count; i++)
        for (size_t k = 0; k < sizeof said / sizeof *said; k++) {
            if (strcmp(r->to[i], said[k]))
                continue;
            snprintf(key, sizeof key, "conditions_%s", said[k]);
            json_member_list(t, key,
                             a->condition_faces + i * a->condition_count,
                             a->condition_count);
        }
}

/* The members that describe one answer. */
static void put_members(const struct json_request *r, const md_answer *a,
                        struct text *t)
{
    if (a->result)
        json_member(t, "result", a->result);
    json_member_list(t, "shape", a->shape, a->shape_count);
    json_member(t, "layout", a->layout);
    json_member(t, "form", a->form);
    json_member(t, "structure", a->structure);
    for (size_t i = 0; i < a->face_count; i++)
        json_member(t, r->q.to_count ? r->to[i] : "text", a->faces[i]);
    json_member(t, "verdict", a->verdict);
    if (a->detail[0])
        json_member(t, "detail", a->detail);
    if (a->result)
        json_member(t, "remark", a->remark);
    put_explanation(a, t);
    if (a->step_count)
        json_member_list(t, "steps", a->steps, a->step_count);
    if (a->where_count)
        json_member_list(t, "where", a->where, a->where_count);
    json_member_list(t, "conditions", a->conditions, a->condition_count);
    put_condition_faces(r, a, t);
    json_member(t, "assumed", a->assumed);
    put_notes(r, a, t);
}

static void put_answers(const struct json_request *r, struct text *t)
{
    json_open(t, '{');
    put_id(r, t);
    json_key(t, "ok");
    json_write_raw(t, "true");
    bool several = r->q.each || r->q.order_count;
    if (several) {
        json_key(t, "answers");
        json_open(t, '[');
    }
    for (size_t i = 0; i < r->count; i++) {
        if (several) {
            json_open(t, '{');
            json_member_list(t, "by", r->answers[i].by,
                             r->answers[i].by_count);
        }
        put_members(r, &r->answers[i], t);
        if (several)
            json_close(t, '}');
    }
    if (several)
        json_close(t, ']');
    json_close(t, '}');
}

static void put_error(const struct json_request *r, struct text *t)
{
    const md_error *e = md_last_error(r->c);
    json_open(t, '{');
    put_id(r, t);
    json_key(t, "ok");
    json_write_raw(t, "false");
    json_key(t, "error");
    json_open(t, '{');
    json_member(t, "kind", e->kind_name);
    json_member(t, "message", e->message);
    if (e->end)
        json_member_span(t, "span", e->begin, e->end);
    if (e->second_end) {
        json_member_span(t, "second", e->second_begin, e->second_end);
        json_member(t, "second_note", e->second_note);
    }
    if (*e->in)
        json_member(t, "in", e->in);
    json_member(t, "hint", e->hint);
    json_close(t, '}');
    json_close(t, '}');
}

/* ---- one request */

/* The engine for requests, with no names, as it was at the first one; started
 * anew when a request has left it large. */
static struct engine *request_engine(struct md_context *c)
{
    struct engine *g = &c->requests;
    if (g->begun && engine_is_worn(g))
        engine_stop(g);
    if (g->begun)
        engine_rewind(g);
    else if (!engine_start(g, &c->fault, &c->limits, &c->loaded))
        return NULL;
    mem_set_deadline(&g->mem, c->limits.seconds);
    return g;
}

static bool run_derive(struct json_request *r, struct engine *g,
                       struct text *t)
{
    if (!query_run_all(r->c, g, &r->q, &r->answers, &r->count))
        return false;
    put_answers(r, t);
    return true;
}

/* An answer about one claim. */
static bool run_claim(struct json_request *r, struct engine *g,
                      struct text *t,
                      bool (*answer)(struct md_context *c, struct engine *g,
                                     const md_query *asked, md_answer *a))
{
    r->answers = &r->claimed;
    r->count = 1;
    if (!answer(r->c, g, &r->q, &r->claimed))
        return false;
    put_answers(r, t);
    return true;
}

static bool run_check(struct json_request *r, struct engine *g,
                      struct text *t)
{
    return run_claim(r, g, t, query_run_check);
}

static bool run_convert(struct json_request *r, struct engine *g,
                        struct text *t)
{
    return run_claim(r, g, t, query_run_convert);
}

static bool run_props(struct json_request *r, struct engine *g,
                      struct text *t)
{
    md_properties p;
    if (!query_run_props(r->c, g, &r->q, &p))
        return false;
    json_open(t, '{');
    put_id(r, t);
    json_key(t, "ok");
    json_write_raw(t, "true");
    json_member_list(t, "shape", p.shape, p.shape_count);
    json_member_list(t, "holds", p.holds, p.hold_count);
    json_member_list(t, "fails", p.fails, p.fail_count);
    if (r->q.explain)
        json_member_list(t, "reasons", p.reasons, p.reason_count);
    json_member(t, "assumed", p.assumed);
    json_close(t, '}');
    return true;
}

static const struct operation {
    const char *name;
    bool (*run)(struct json_request *r, struct engine *g, struct text *t);
} operations[] = {
    {"derive", run_derive},
    {"check", run_check},
    {"convert", run_convert},
    {"props", run_props}};
enum { OPERATIONS = sizeof operations / sizeof *operations };

static bool run(struct json_request *r)
{
    size_t i = 0;
    if (!read_request(r))
        return false;
    while (i < OPERATIONS && strcmp(r->op, operations[i].name))
        i++;
    if (i == OPERATIONS) {
        fault_set(&r->c->fault, FAULT_REQUEST, "unknown op \"%.60s\"", r->op);
        fault_hint(&r->c->fault, "one of: derive, check, convert, props");
        return false;
    }
    struct engine *g = request_engine(r->c);
    return g && operations[i].run(r, g, &r->c->reply);
}

/* The id of a line that is no JSON: read when it is the first key. */
static json_t *salvage_id(const char *json, size_t length)
{
    static const char *const expected[] = {"{", "\"id\"", ":"};
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(expected[i]);
        while (at < length && strchr(" \t\r", json[at]) && json[at])
            at++;
        if (length - at < n || memcmp(json + at, expected[i], n))
            return NULL;
        at += n;
    }
    json_t *id = json_loadb(json + at, length - at,
                            JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
    if (!json_is_string(id) && !json_is_number(id)) {
        json_decref(id);
        return NULL;
    }
    return id;
}

static bool load(struct json_request *r, const char *json, size_t length)
{
    json_error_t e = {.position = 0};
    size_t blank = 0;
    while (blank < length && strchr(" \t\r", json[blank]) && json[blank])
        blank++;
    if (blank == length)
        return bad_request(r->c, "an empty line is not a request", EXAMPLE);
    r->in = json_loadb(json, length,
                       JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &e);
    if (json_is_object(r->in)) {
        r->id = json_incref(json_object_get(r->in, "id"));
        return true;
    }
    if (r->in)
        return bad_request(r->c, "a request must be a JSON object",
                           EXAMPLE);
    r->id = salvage_id(json, length);
    fault_set(&r->c->fault, FAULT_REQUEST, "not JSON: %.200s at byte %d",
              e.text, e.position);
    return false;
}

/* After these the tables may be full or worse. */
static bool spoils_engine(enum fault_kind kind)
{
    return kind == FAULT_LIMIT || kind == FAULT_MEMORY ||
           kind == FAULT_INTERNAL;
}

static void answer(struct json_request *r, const char *json, size_t length)
{
    struct md_context *c = r->c;
    bool ok = load(r, json, length) && run(r);
    if (!ok || c->reply.failed) {
        fault_set(&c->fault, FAULT_INTERNAL, "no answer"); /* if none yet */
        text_clear(&c->reply);
        put_error(r, &c->reply);
    }
    if (spoils_engine(c->fault.kind))
        engine_stop(&c->requests);
}

const char *md_request(md_context *c, const char *json, size_t length,
                       md_kind *status)
{
    struct json_request r = {.c = c};
    context_begin(c);
    text_clear(&c->reply);
    answer(&r, json, length);
    json_decref(r.in);
    json_decref(r.id);
    if (status)
        *status = (md_kind)c->fault.kind;
    return c->reply.failed ? NULL : text_get(&c->reply);
}
