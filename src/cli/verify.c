/* verify.c - the command verify: files of claims, by one process or several.
 *
 * Every worker reads all files and takes every n-th rule; the one who prints
 * asks them in turn, so that the order is that of the files, and nobody runs
 * ahead further than a pipe holds. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "report.h"
#include "source.h"
#include "twice.h"

enum { MOST_JOBS = 256 };

struct verifying {
    struct command_line *l;
    struct report report;
    unsigned shard, shards; /* from 1; shards 0: all */
    unsigned jobs;
    struct keys done;  /* --resume */
    struct twice twice;
    uint64_t size;     /* of all files */
    uint64_t shards_seen; /* --merge: a bit for each that is complete */
    int status;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* ------------------------------------------------------------- one worker */

struct worker {
    struct verifying *v;
    md_context *c;
    unsigned number;      /* of all v->jobs */
    uint64_t chosen;      /* rules chosen by the filters so far */
    uint64_t offset;      /* of the rule, in all files */
    bool (*give)(struct worker *w, const struct report_rule *q);
    int pipe;
};

/* False when there is nobody to give it to any more. */
static bool give_error(struct worker *w, struct report_rule *q,
                       const char *file)
{
    const char *s = md_show_error(w->c, file, false);
    q->status = REPORT_ERROR;
    q->field[FIELD_DETAIL] = *s ? s : "out of memory\n";
    return w->give(w, q);
}

static void take_claim(struct report_rule *q, const md_claim *k)
{
    q->status = (uint8_t)(!k->is_claim ? REPORT_DECLARED
                          : k->holds   ? REPORT_HELD
                                       : REPORT_FAILED);
    q->refuted = k->refuted;
    q->symbolic = k->symbolic;
    q->points = k->points;
    q->key = k->key;
    q->field[FIELD_SAME] = k->same_as;
    q->field[FIELD_CITE] = k->cite;
    q->field[FIELD_FORMULA] = k->formula;
    q->field[FIELD_CONDITIONS] = k->conditions;
    q->field[FIELD_VERDICT] = k->verdict;
    q->field[FIELD_DETAIL] = k->detail;
    q->field[FIELD_DERIVED] = k->derived;
}

static bool do_rule(struct worker *w, const struct source *s,
                    const struct source_rule *r, bool mine)
{
    char kind[32], name[200];
    md_claim claim;
    md_rule_query query = {.file = s->file, .line = r->line,
                           .group = s->group, .layout = s->layout,
                           .declare = true, .verify = mine,
                           .builtin = s->text != NULL,
                           .seed = w->v->l->query.seed,
                           .samples = w->v->l->samples};
    source_word(r->item.kind, r->item.kind_length, kind, sizeof kind);
    source_word(r->item.name, r->item.name_length, name, sizeof name);
    struct report_rule q = {.line = r->line + 1, .offset = w->offset,
                            .refuted = r->item.refuted};
    for (int i = 0; i < FIELD_COUNT; i++)
        q.field[i] = "";
    q.field[FIELD_FILE] = s->file;
    q.field[FIELD_KIND] = kind;
    q.field[FIELD_NAME] = name;
    q.field[FIELD_GROUP] = s->group;
    if (!md_verify_rule(w->c, &query, r->text, r->length, &claim))
        return !mine || give_error(w, &q, s->file);
    take_claim(&q, &claim);
    return !mine || w->give(w, &q);
}

static bool is_wanted(const struct worker *w, const struct source *s,
                      const struct source_rule *r)
{
    const struct command_line *l = w->v->l;
    size_t n = r->item.name_length;
    char name[200];
    if (l->rule && (strlen(l->rule) != n || memcmp(l->rule, r->item.name, n)))
        return false;
    if (l->group && strcmp(l->group, s->group))
        return false;
    if (!w->v->done.count)
        return true;
    source_word(r->item.name, n, name, sizeof name);
    return !keys_has(&w->v->done, report_key(s->file, name, r->line + 1));
}

static bool item_is(const md_rule_item *item, const char *kind)
{
    return item->kind_length == strlen(kind) &&
           !memcmp(item->kind, kind, item->kind_length);
}

/* What a rule declares, everybody needs. */
static bool declares(const struct source_rule *r)
{
    return !r->item.refuted &&
           (item_is(&r->item, "operator") || item_is(&r->item, "function") ||
            item_is(&r->item, "primary") ||
            item_is(&r->item, "differential") || item_is(&r->item, "fact") ||
            item_is(&r->item, "condition"));
}

/* Whether "group NAME;" or "layout NAME;" is that and no more. */
static bool is_fine(struct worker *w, const struct source *s,
                    const struct source_rule *r)
{
    md_rule_query q = {.file = s->file, .line = r->line};
    md_claim claim;
    return s->text || md_verify_rule(w->c, &q, r->text, r->length, &claim);
}

static bool do_source(struct worker *w, struct source *s)
{
    struct source_rule r;
    uint64_t before = w->offset;
    while (!interrupted && source_next(s, &r)) {
        w->offset = before + s->offset;
        if (!r.item.is_rule && is_fine(w, s, &r))
            continue;
        bool mine = is_wanted(w, s, &r);
        if (mine && w->v->shards)
            mine = w->chosen % w->v->shards == w->v->shard - 1;
        w->chosen += is_wanted(w, s, &r);
        uint64_t turn = w->v->shards ? (w->chosen - 1) / w->v->shards
                                     : w->chosen - 1;
        mine = mine && turn % w->v->jobs == w->number;
        if ((mine || (declares(&r) && !s->text)) && !do_rule(w, s, &r, mine))
            return false;
    }
    if (s->failed)
        fprintf(stderr, "matdiff verify: %s: %s\n", s->file, strerror(errno));
    return !interrupted && !s->failed;
}

static bool do_all(struct worker *w)
{
    struct source s;
    struct command_line *l = w->v->l;
    bool ok = true;
    for (size_t i = 0; ok && l->builtin && source_builtin(&s, i); i++) {
        ok = do_source(w, &s);
        source_close(&s);
    }
    for (size_t i = 0; ok && i < l->operand_count; i++) {
        ok = source_open(&s, l->operands[i]);
        if (!ok) {
            fprintf(stderr, "matdiff verify: %s: %s\n", l->operands[i],
                    strerror(errno));
            break;
        }
        ok = do_source(w, &s);
        source_close(&s);
    }
    return ok;
}

/* ---------------------------------------------------------------- results */

static void take_result(struct verifying *v, struct report_rule *q)
{
    struct buffer said = {.bytes = NULL};
    if (twice_find(&v->twice, q, &said)) {
        q->status = REPORT_ERROR;
        q->field[FIELD_DETAIL] = said.bytes ? said.bytes : "";
    }
    report_rule(&v->report, q);
    report_progress(&v->report, v->size ? (double)q->offset / (double)v->size
                                        : 0);
    buffer_free(&said);
}

static bool give_here(struct worker *w, const struct report_rule *q)
{
    struct report_rule copy = *q;
    take_result(w->v, &copy);
    return !interrupted;
}

static int run_alone(struct verifying *v, md_context *c)
{
    struct worker w = {.v = v, .c = c, .give = give_here};
    bool ok = do_all(&w);
    return ok || interrupted ? CLI_FINE : CLI_BAD_INPUT;
}

/* ----------------------------------------------------------- many workers */

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t k = write(fd, bytes, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        bytes += k;
        n -= (size_t)k;
    }
    return true;
}

/* 1: all, 0: end of file, -1: interrupted or broken. */
static int read_all(int fd, char *bytes, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t k = read(fd, bytes + got, n - got);
        if (k < 0 && errno == EINTR && !interrupted)
            continue;
        if (k <= 0)
            return k == 0 && !got ? 0 : -1;
        got += (size_t)k;
    }
    return 1;
}

static bool give_away(struct worker *w, const struct report_rule *q)
{
    struct buffer b = {.bytes = NULL};
    struct report_rule head = *q;
    buffer_add(&b, (const char *)&head, sizeof head);
    for (int i = 0; i < FIELD_COUNT; i++)
        buffer_add(&b, q->field[i], strlen(q->field[i]) + 1);
    if (b.failed)
        return false;
    head.length = (uint32_t)(b.used - sizeof head);
    memcpy(b.bytes, &head, sizeof head);
    bool ok = write_all(w->pipe, b.bytes, b.used);
    buffer_free(&b);
    return ok;
}

/* False at the worker's end. */
static bool take_from(struct verifying *v, int fd, struct buffer *b,
                      bool *broken)
{
    struct report_rule q;
    int got = read_all(fd, (char *)&q, sizeof q);
    b->used = 0;
    if (got == 1 && !buffer_room(b, q.length))
        got = -1;
    if (got == 1)
        got = read_all(fd, b->bytes, q.length) == 1 ? 1 : -1;
    *broken = got < 0 && !interrupted;
    if (got != 1)
        return false;
    const char *s = b->bytes;
    for (int i = 0; i < FIELD_COUNT; i++, s += strlen(s) + 1)
        q.field[i] = s;
    take_result(v, &q);
    return !interrupted;
}

static _Noreturn void be_worker(struct verifying *v, md_context *c,
                                unsigned number, int fd)
{
    struct worker w = {.v = v, .c = c, .number = number, .give = give_away,
                       .pipe = fd};
    signal(SIGINT, SIG_IGN); /* the one who prints ends us */
    signal(SIGPIPE, SIG_IGN);
    bool ok = do_all(&w);
    close(fd);
    _exit(ok ? CLI_FINE : CLI_BAD_INPUT);
}

static bool start_worker(struct verifying *v, md_context *c, unsigned i,
                         int *fds, pid_t *pids)
{
    int ends[2];
    if (pipe(ends))
        return false;
    fflush(NULL);
    pids[i] = fork();
    if (pids[i] == 0) {
        for (unsigned k = 0; k < i; k++)
            close(fds[k]);
        close(ends[0]);
        be_worker(v, c, i, ends[1]);
    }
    close(ends[1]);
    fds[i] = ends[0];
    return pids[i] > 0;
}

static int run_jobs(struct verifying *v, md_context *c)
{
    int fds[MOST_JOBS], status = CLI_FINE;
    pid_t pids[MOST_JOBS];
    unsigned started = 0;
    bool broken = false;
    struct buffer b = {.bytes = NULL};
    while (started < v->jobs && start_worker(v, c, started, fds, pids))
        started++;
    if (started < v->jobs) {
        fprintf(stderr, "matdiff verify: %s\n", strerror(errno));
        status = CLI_LIMIT;
    }
    for (unsigned i = 0; status == CLI_FINE && !interrupted; i++)
        if (!take_from(v, fds[i % v->jobs], &b, &broken))
            break;
    for (unsigned i = 0; i < started; i++)
        close(fds[i]);
    for (unsigned i = 0; i < started; i++) {
        int end = 0;
        if (interrupted || broken)
            kill(pids[i], SIGTERM);
        while (waitpid(pids[i], &end, 0) < 0 && errno == EINTR)
            ;
        if (interrupted || status != CLI_FINE)
            continue;
        if (WIFEXITED(end) && WEXITSTATUS(end) != CLI_FINE)
            status = WEXITSTATUS(end);
        else if (!WIFEXITED(end) || broken)
            status = CLI_INTERNAL;
    }
    if (status == CLI_INTERNAL)
        fprintf(stderr, "matdiff verify: a worker ended early\n");
    buffer_free(&b);
    return status;
}

/* ------------------------------------------------------ resuming, merging */

/* Calls `use` for each line of a file. */
static bool each_line(const char *file, bool (*use)(struct verifying *,
                                                    const char *),
                      struct verifying *v)
{
    FILE *in = fopen(file, "r");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    if (!in) {
        fprintf(stderr, "matdiff verify: %s: %s\n", file, strerror(errno));
        return false;
    }
    bool ok = true;
    while (ok && (n = getline(&line, &capacity, in)) > 0) {
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        ok = use(v, line);
    }
    free(line);
    fclose(in);
    return ok;
}

static bool note_done(struct verifying *v, const char *line)
{
    struct report_line l;
    struct buffer said = {.bytes = NULL};
    if (!report_read_line(line, &l))
        return true;
    twice_find(&v->twice, &l.rule, &said);
    buffer_free(&said);
    return keys_add(&v->done,
                    report_key(l.rule.field[FIELD_FILE],
                               l.rule.field[FIELD_NAME], l.rule.line), 1);
}

static bool merge_line(struct verifying *v, const char *line)
{
    struct report_line l;
    if (report_read_line(line, &l))
        take_result(v, &l.rule);
    else
        report_merge_summary(&v->report, line, &v->shards_seen);
    return true;
}

static int run_merge(struct verifying *v)
{
    struct report *r = &v->report;
    report_begin(r);
    for (size_t i = 0; i < v->l->operand_count; i++)
        if (!each_line(v->l->operands[i], merge_line, v))
            return CLI_BAD_INPUT;
    unsigned expected = r->shards;
    r->shards = 0;
    report_end(r);
    for (unsigned i = 0; i < expected && expected <= 64; i++)
        if (!(v->shards_seen >> i & 1)) {
            fprintf(stderr, "matdiff verify: shard %u/%u is not complete\n",
                    i + 1, expected);
            v->status = CLI_BAD_INPUT;
        }
    return v->status ? v->status : report_status(r);
}

/* ------------------------------------------------------------ the command */

static bool read_format(struct verifying *v, const char *word)
{
    static const char *const words[] = {"text", "tap", "junit", "jsonl"};
    for (unsigned i = 0; word && i < 4; i++)
        if (!strcmp(words[i], word)) {
            v->report.format = (enum report_format)i;
            return true;
        }
    if (word)
        fprintf(stderr, "matdiff verify: unknown format '%s': text, tap, "
                "junit or jsonl\n", word);
    return !word;
}

static bool read_shard(struct verifying *v, const char *s)
{
    char more;
    if (!s)
        return true;
    if (sscanf(s, "%u/%u%c", &v->shard, &v->shards, &more) == 2 && v->shard &&
        v->shard <= v->shards) {
        v->report.shard = v->shard;
        v->report.shards = v->shards;
        return true;
    }
    fprintf(stderr, "matdiff verify: --shard %s: not like 1/4\n", s);
    return false;
}

static bool check_files(struct verifying *v)
{
    struct source s;
    bool from_stdin = false;
    for (size_t i = 0; i < v->l->operand_count; i++) {
        if (!source_open(&s, v->l->operands[i])) {
            fprintf(stderr, "matdiff verify: %s: %s\n", v->l->operands[i],
                    strerror(errno));
            v->status = CLI_BAD_INPUT;
            return false;
        }
        v->size += s.size;
        from_stdin = from_stdin || !strcmp(v->l->operands[i], "-");
        source_close(&s);
    }
    for (size_t i = 0; v->l->builtin && source_builtin(&s, i); i++)
        v->size += s.size;
    if (from_stdin && v->jobs > 1) {
        fprintf(stderr, "matdiff verify: standard input can be read by one "
                "job only\n");
        v->status = CLI_USAGE;
    }
    return v->status == CLI_FINE;
}

static int verify_all(struct verifying *v)
{
    struct sigaction act = {.sa_handler = on_interrupt};
    md_context *c = md_new(&v->l->limits);
    if (!c) {
        fprintf(stderr, "matdiff: out of memory\n");
        return CLI_LIMIT;
    }
    int status = load_rule_files(c, v->l);
    if (status == CLI_FINE) {
        sigaction(SIGINT, &act, NULL);
        sigaction(SIGTERM, &act, NULL);
        report_begin(&v->report);
        status = v->jobs > 1 ? run_jobs(v, c) : run_alone(v, c);
        v->report.interrupted = interrupted || status != CLI_FINE;
        report_end(&v->report);
    }
    md_free(c);
    if (interrupted)
        return 130;
    const struct command_line *l = v->l;
    if (status == CLI_FINE && !v->report.rules && !v->report.declared &&
        (l->rule || l->group) && !l->shard && !l->resume) {
        fflush(stdout);
        fprintf(stderr, "matdiff verify: no rule of that %s\n",
                l->rule ? "name" : "group");
        return CLI_BAD_INPUT;
    }
    return status != CLI_FINE ? status : report_status(&v->report);
}

int run_verify(struct command_line *l)
{
    struct verifying v = {.l = l, .jobs = l->jobs ? l->jobs : 1};
    v.report.out = stdout;
    v.report.quiet = l->quiet;
    if (!read_format(&v, l->format) || !read_shard(&v, l->shard))
        return CLI_USAGE;
    if (!l->operand_count && !l->builtin) {
        fprintf(stderr, "matdiff verify: no file; --builtin verifies the "
                "rules that matdiff has\nTry: matdiff help verify\n");
        return CLI_USAGE;
    }
    v.report.progress = isatty(STDERR_FILENO) && !l->merge && !l->quiet;
    int status;
    if (l->merge)
        status = run_merge(&v);
    else if (l->resume && !each_line(l->resume, note_done, &v))
        status = CLI_BAD_INPUT;
    else
        status = check_files(&v) ? verify_all(&v) : v.status;
    keys_free(&v.done);
    twice_free(&v.twice);
    return status;
}
