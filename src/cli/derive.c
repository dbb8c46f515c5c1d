/* derive.c - the commands derive, check and convert. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cli.h"
#include "statement.h"

/* ---- --json: the arguments as a request of the batch protocol */

static void put_quoted(struct buffer *b, const char *s)
{
    char code[8];
    buffer_str(b, "\"");
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20) {
            snprintf(code, sizeof code, "\\u%04x", (unsigned)*s);
            buffer_str(b, code);
        } else {
            if (*s == '"' || *s == '\\')
                buffer_str(b, "\\");
            buffer_add(b, s, 1);
        }
    }
    buffer_str(b, "\"");
}

static void put_pair(struct buffer *b, const char *key, const char *value)
{
    if (!value)
        return;
    buffer_str(b, ",");
    put_quoted(b, key);
    buffer_str(b, ":");
    put_quoted(b, value);
}

static void put_list(struct buffer *b, const char *key,
                      const char *const *items, size_t n)
{
    if (!n)
        return;
    buffer_str(b, ",");
    put_quoted(b, key);
    for (size_t i = 0; i < n; i++) {
        buffer_str(b, i ? "," : ":[");
        put_quoted(b, items[i]);
    }
    buffer_str(b, "]");
}

static void put_number(struct buffer *b, const char *key, uint64_t n)
{
    char text[64];
    snprintf(text, sizeof text, ",\"%s\":%llu", key, (unsigned long long)n);
    if (n)
        buffer_str(b, text);
}

static void put_orders(struct buffer *b, const md_query *q)
{
    char text[16];
    for (size_t i = 0; i < q->order_count; i++) {
        snprintf(text, sizeof text, "%s%u", i ? "," : ",\"order\":[",
                 q->orders[i]);
        buffer_str(b, text);
    }
    buffer_str(b, q->order_count ? "]" : "");
    buffer_str(b, q->each ? ",\"each\":true" : "");
}

int run_json(md_context *c, const char *op, const md_query *q)
{
    struct buffer b = {.bytes = NULL};
    buffer_str(&b, "{\"op\":");
    put_quoted(&b, op);
    put_pair(&b, "let", q->let);
    put_pair(&b, "expr", q->expr);
    put_pair(&b, "claim", q->claim);
    put_list(&b, "wrt", q->wrt, q->wrt_count);
    put_number(&b, "order", q->order);
    put_orders(&b, q);
    put_pair(&b, "layout", q->layout);
    put_pair(&b, "form", q->form);
    put_pair(&b, "from", q->from);
    put_pair(&b, "from_layout", q->from_layout);
    put_pair(&b, "structure", q->structure);
    put_list(&b, "to", q->to, q->to_count);
    put_number(&b, "seed", q->seed);
    if (q->explain)
        buffer_str(&b, ",\"explain\":true");
    buffer_str(&b, q->unverified ? ",\"verify\":false}" : "}");
    md_kind kind = MD_MEMORY;
    const char *s = b.failed ? NULL : md_request(c, b.bytes, b.used, &kind);
    if (s)
        puts(s);
    buffer_free(&b);
    if (kind != MD_NONE)
        return kind == MD_REQUEST                       ? CLI_USAGE
               : kind == MD_LIMIT || kind == MD_MEMORY ? CLI_LIMIT
               : kind == MD_INTERNAL                   ? CLI_INTERNAL
                                                       : CLI_BAD_INPUT;
    bool bad = strstr(s, "\"verdict\":\"refuted\"") ||
               (!strcmp(op, "check") && !strstr(s, "\"result\":\"equal\""));
    return bad ? CLI_REFUTED : CLI_FINE;
}

/* ---- for people */

static int run_derivatives(md_context *c, const struct command_line *l)
{
    const md_answer *a;
    size_t n;
    const md_query *q = &l->query;
    struct show_options o = {l->explain, l->quiet};
    if (!md_derive_all(c, q, &a, &n))
        return show_error(c, stderr);
    int status = show_derivatives(a, n, o);
    bool mixed = q->wrt_count == 2 && !q->order && !q->order_count &&
                 !q->each && strcmp(q->wrt[0], q->wrt[1]);
    if (mixed && !l->quiet && status == CLI_FINE) {
        char note[200];
        snprintf(note, sizeof note, "the mixed second derivative; "
                 "%.60s,%.60s gives the derivative by each", q->wrt[0],
                 q->wrt[1]);
        show_detail("note", note);
    }
    return status;
}

static int run_claim_query(md_context *c, const struct command_line *l)
{
    md_answer a;
    struct show_options o = {l->explain, l->quiet};
    bool check = l->command->run == run_check;
    if (!(check ? md_check : md_convert)(c, &l->query, &a))
        return show_error(c, stderr);
    return (check ? show_claim : show_derivative)(&a, o);
}

static int run_query(struct command_line *l)
{
    md_context *c = md_new(&l->limits);
    int status;
    if (!c) {
        fprintf(stderr, "matdiff: out of memory\n");
        return CLI_LIMIT;
    }
    if ((status = load_rule_files(c, l)) != CLI_FINE)
        ;
    else if (l->json)
        status = run_json(c, l->command->name, &l->query);
    else if (l->query.claim)
        status = run_claim_query(c, l);
    else
        status = run_derivatives(c, l);
    md_free(c);
    return status;
}

/* A list with commas is one of variables to derive by each. */
static bool split_list(struct command_line *l, char *text, char **pieces)
{
    if (l->operand_count != 2 || !text)
        return false;
    size_t n = split_commas(text, pieces, CLI_MOST_OPERANDS - 1);
    for (size_t i = 0; i < n; i++)
        l->operands[1 + i] = pieces[i];
    l->query.wrt_count = n;
    return n > 1;
}

/* Two variables are those of a mixed derivative, more of them only with an
 * order that is as high. */
static bool asks_for_each(const struct command_line *l)
{
    const md_query *q = &l->query;
    unsigned order = q->order;
    for (size_t i = 0; i < q->order_count; i++)
        order = q->orders[i] > order ? q->orders[i] : order;
    if (!order && !q->order_count)
        return q->wrt_count > 2;
    return order < q->wrt_count;
}

int run_derive(struct command_line *l)
{
    char *text = strdup(l->operands[1]);
    char **pieces = malloc(CLI_MOST_OPERANDS * sizeof *pieces);
    int status = CLI_LIMIT;
    l->query.expr = l->operands[0];
    l->query.wrt = l->operands + 1;
    l->query.wrt_count = l->operand_count - 1;
    if (text && pieces) {
        l->query.each = split_list(l, text, pieces) || asks_for_each(l);
        status = run_query(l);
    }
    free(pieces);
    free(text);
    return status;
}

static int run_claim(struct command_line *l)
{
    l->query.expr = l->operands[0];
    l->query.wrt = l->operands + 1;
    l->query.wrt_count = l->operand_count - 2;
    l->query.claim = l->operands[l->operand_count - 1];
    return run_query(l);
}

int run_check(struct command_line *l)
{
    return run_claim(l);
}

int run_convert(struct command_line *l)
{
    return run_claim(l);
}
