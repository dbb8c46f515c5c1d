#include "config.h"

#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"

/* ---- strings of other languages */

static void put_json(FILE *out, const char *s)
{
    putc('"', out);
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20)
            fprintf(out, "\\u%04x", (unsigned)*s);
        else if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else
            putc(*s, out);
    }
    putc('"', out);
}

static void put_xml(FILE *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '<')
            fputs("&lt;", out);
        else if (*s == '&')
            fputs("&amp;", out);
        else if (*s == '"')
            fputs("&quot;", out);
        else if (*s == '>')
            fputs("&gt;", out);
        else if ((unsigned char)*s >= 0x20 || *s == '\n')
            putc(*s, out);
    }
}

/* Each line with something in front of it. */
static void put_lines(FILE *out, const char *front, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, "\n");
        fprintf(out, "%s%.*s\n", front, (int)n, s);
        s += n + (s[n] == '\n');
    }
}

/* ---- one rule */

static const char *status_word(const struct report_rule *q)
{
    switch (q->status) {
    case REPORT_HELD:
        return q->refuted ? "refuted" : "held";
    case REPORT_FAILED:
        return "failed";
    case REPORT_DECLARED:
        return "declared";
    default:
        return "error";
    }
}

/* What is wrong, in a sentence. */
static const char *reason(const struct report_rule *q)
{
    const char *v = q->field[FIELD_VERDICT];
    if (q->status == REPORT_ERROR)
        return "not a rule";
    if (q->refuted)
        return "said to be false, but not refuted";
    return strcmp(v, "refuted") ? "could not be verified" : "false";
}

static void rule_text(struct report *r, const struct report_rule *q)
{
    bool color = show_color(r->out);
    const char *red = color ? "\033[1;31m" : "", *plain = color ? "\033[0m" : "";
    if (*q->field[FIELD_SAME] && q->status != REPORT_ERROR && !r->quiet) {
        report_clear(r);
        fprintf(r->out, "%s:%" PRIu64 ": note: %s is built in: %s\n",
                q->field[FIELD_FILE], q->line, q->field[FIELD_NAME],
                q->field[FIELD_SAME]);
    }
    if (q->status != REPORT_FAILED && q->status != REPORT_ERROR)
        return;
    report_clear(r);
    if (q->status == REPORT_ERROR) {
        fputs(q->field[FIELD_DETAIL], r->out);
        return;
    }
    fprintf(r->out, "%s:%" PRIu64 ": %s%s%s: %s\n", q->field[FIELD_FILE],
            q->line, red, q->field[FIELD_NAME], plain, reason(q));
    fprintf(r->out, "  claim: %s\n", q->field[FIELD_FORMULA]);
    put_lines(r->out, "  ", q->field[FIELD_DETAIL]);
    if (*q->field[FIELD_DERIVED])
        fprintf(r->out, "  matdiff derives: %s\n", q->field[FIELD_DERIVED]);
}

static void rule_tap(struct report *r, const struct report_rule *q)
{
    bool bad = q->status == REPORT_FAILED || q->status == REPORT_ERROR;
    fprintf(r->out, "%sok %" PRIu64 " - %s\n", bad ? "not " : "", r->rules,
            q->field[FIELD_NAME]);
    if (*q->field[FIELD_SAME])
        fprintf(r->out, "# built in: %s\n", q->field[FIELD_SAME]);
    if (!bad)
        return;
    fprintf(r->out, "# %s:%" PRIu64 ": %s\n", q->field[FIELD_FILE], q->line,
            reason(q));
    put_lines(r->out, "# ", q->field[FIELD_FORMULA]);
    put_lines(r->out, "# ", q->field[FIELD_DETAIL]);
}

static void rule_junit(struct report *r, const struct report_rule *q)
{
    fputs("<testcase classname=\"", r->out);
    put_xml(r->out, q->field[FIELD_FILE]);
    fputs("\" name=\"", r->out);
    put_xml(r->out, q->field[FIELD_NAME]);
    fprintf(r->out, "\" line=\"%" PRIu64 "\"", q->line);
    if (q->status != REPORT_FAILED && q->status != REPORT_ERROR) {
        fputs("/>\n", r->out);
        return;
    }
    const char *tag = q->status == REPORT_ERROR ? "error" : "failure";
    fprintf(r->out, "><%s message=\"%s\">", tag, reason(q));
    put_xml(r->out, q->field[FIELD_FORMULA]);
    putc('\n', r->out);
    put_xml(r->out, q->field[FIELD_DETAIL]);
    fprintf(r->out, "</%s></testcase>\n", tag);
}

static const char *const names[FIELD_COUNT] = {
    "file", "kind", "name", "group", "cite", "formula", "conditions",
    "verdict", "detail", "derived", "same_as"};

static void rule_jsonl(struct report *r, const struct report_rule *q)
{
    fprintf(r->out, "{\"status\":\"%s\",\"line\":%" PRIu64, status_word(q),
            q->line);
    for (int i = 0; i < FIELD_COUNT; i++) {
        fprintf(r->out, ",\"%s\":", names[i]);
        put_json(r->out, q->field[i]);
    }
    fprintf(r->out, ",\"symbolic\":%s,\"points\":%u,\"key\":\"%016" PRIx64
            "\"}\n", q->symbolic ? "true" : "false", q->points, q->key);
}

static void count(struct report *r, const struct report_rule *q)
{
    const char *v = q->field[FIELD_VERDICT];
    if (q->status == REPORT_DECLARED) {
        r->declared++;
        return;
    }
    r->rules++;
    if (q->status != REPORT_HELD) {
        r->failed++;
        return;
    }
    if (q->refuted) {
        r->refuted++;
        return;
    }
    r->symbolic += q->symbolic;
    r->proved += !strcmp(v, "proved");
    r->verified += !strcmp(v, "verified") || !strcmp(v, "proved");
}

void report_rule(struct report *r, const struct report_rule *q)
{
    count(r, q);
    if (q->status == REPORT_DECLARED)
        return;
    switch (r->format) {
    case REPORT_TEXT:
        rule_text(r, q);
        break;
    case REPORT_TAP:
        rule_tap(r, q);
        break;
    case REPORT_JUNIT:
        rule_junit(r, q);
        break;
    case REPORT_JSONL:
        rule_jsonl(r, q);
        break;
    }
}

/* ---- before and after */

void report_begin(struct report *r)
{
    if (r->format == REPORT_TAP)
        fputs("TAP version 14\n", r->out);
    if (r->format == REPORT_JUNIT)
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
              "<testsuite name=\"matdiff verify\">\n", r->out);
}

static void end_text(struct report *r)
{
    fprintf(r->out, "%s%" PRIu64 " rule%s: %" PRIu64 " symbolic, %" PRIu64
            " verified", r->interrupted ? "interrupted after " : "",
            r->rules, r->rules == 1 ? "" : "s", r->symbolic, r->verified);
    if (r->proved)
        fprintf(r->out, " (%" PRIu64 " proved)", r->proved);
    fprintf(r->out, ", %" PRIu64 " refuted as expected, %" PRIu64
            " failed\n", r->refuted, r->failed);
}

static void end_jsonl(struct report *r)
{
    fprintf(r->out, "{\"summary\":true,\"shard\":\"%u/%u\",\"rules\":%" PRIu64
            ",\"symbolic_rules\":%" PRIu64 ",\"verified_rules\":%" PRIu64
            ",\"refuted_rules\":%" PRIu64 ",\"failed_rules\":%" PRIu64
            ",\"interrupted\":%s}\n", r->shards ? r->shard : 1,
            r->shards ? r->shards : 1, r->rules, r->symbolic, r->verified,
            r->refuted, r->failed, r->interrupted ? "true" : "false");
}

void report_end(struct report *r)
{
    report_clear(r);
    switch (r->format) {
    case REPORT_TEXT:
        end_text(r);
        break;
    case REPORT_TAP:
        fprintf(r->out, "1..%" PRIu64 "\n", r->rules);
        if (r->interrupted)
            fputs("# interrupted\n", r->out);
        break;
    case REPORT_JUNIT:
        fputs("</testsuite>\n</testsuites>\n", r->out);
        break;
    case REPORT_JSONL:
        end_jsonl(r);
        break;
    }
}

int report_status(const struct report *r)
{
    return r->failed ? CLI_REFUTED : CLI_FINE;
}

void report_progress(struct report *r, double part)
{
    enum { WIDTH = 40 };
    struct timespec now;
    if (!r->progress)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t tick = (uint64_t)now.tv_sec * 10 + (uint64_t)now.tv_nsec / 100000000;
    if (tick == r->last_drawn)
        return;
    r->last_drawn = tick;
    int done = (int)(part * WIDTH);
    fprintf(stderr, "\r[");
    for (int i = 0; i < WIDTH; i++)
        putc(i < done ? '#' : '.', stderr);
    fprintf(stderr, "] %3d%%  %" PRIu64 " rules, %" PRIu64 " failed ",
            (int)(part * 100), r->rules, r->failed);
    fflush(stderr);
}

void report_clear(struct report *r)
{
    if (r->progress && r->last_drawn)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

/* ---- reading our own lines */

/* The string after a key, unescaped; false if there is none.  A key cannot
 * be met inside of a string: its quotes would be escaped there. */
static bool find_string(const char *line, const char *key, char *out,
                        size_t size)
{
    char wanted[40];
    snprintf(wanted, sizeof wanted, "\"%s\":\"", key);
    const char *s = strstr(line, wanted);
    size_t n = 0;
    if (!s)
        return false;
    for (s += strlen(wanted); *s && *s != '"'; s++) {
        char c = *s;
        if (c == '\\' && s[1] == 'u' && strlen(s) > 5) {
            char code[5] = {s[2], s[3], s[4], s[5], 0};
            c = (char)strtol(code, NULL, 16);
            s += 5;
        } else if (c == '\\' && s[1]) {
            c = *++s;
        }
        if (n + 1 < size)
            out[n++] = c;
    }
    out[n] = '\0';
    return *s == '"';
}

static uint64_t find_number(const char *line, const char *key)
{
    char wanted[40];
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *s = strstr(line, wanted);
    return s ? strtoull(s + strlen(wanted), NULL, 10) : 0;
}

uint64_t report_key(const char *file, const char *name, uint64_t line)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ line;
    for (; *file; file++)
        h = (h ^ (unsigned char)*file) * UINT64_C(1099511628211);
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return h ? h : 1;
}

static bool is_complete(const char *line)
{
    size_t n = strlen(line);
    return n > 2 && line[0] == '{' && line[n - 1] == '}';
}

bool report_merge_summary(struct report *r, const char *line,
                          uint64_t *shards_seen)
{
    char shard[40] = "";
    unsigned i = 0, n = 0;
    if (!is_complete(line) || strncmp(line, "{\"summary\":", 11))
        return false;
    find_string(line, "shard", shard, sizeof shard);
    if (sscanf(shard, "%u/%u", &i, &n) != 2 || !i || i > n)
        return false;
    r->shards = n > r->shards ? n : r->shards;
    if (!strstr(line, "\"interrupted\":true") && n <= 64)
        *shards_seen |= UINT64_C(1) << (i - 1);
    return true;
}

bool report_read_line(const char *line, struct report_line *l)
{
    char status[40], key[40] = "";
    struct report_rule *q = &l->rule;
    if (!is_complete(line) || !find_string(line, "status", status, sizeof status))
        return false;
    find_string(line, "key", key, sizeof key);
    *q = (struct report_rule){
        .line = find_number(line, "line"),
        .points = (uint32_t)find_number(line, "points"),
        .key = strtoull(key, NULL, 16),
        .symbolic = strstr(line, "\"symbolic\":true") != 0};
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!find_string(line, names[i], l->text[i], sizeof l->text[i]))
            return false;
        q->field[i] = l->text[i];
    }
    q->refuted = !strcmp(status, "refuted");
    q->status = (uint8_t)(q->refuted ? REPORT_HELD : status[0]);
    return true;
}
