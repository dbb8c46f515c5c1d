/* claim_check.c - claims as patterns: sources, rests, duplicates, and whether
 * a rewrite is ever reached. */
#include "rule/claim.h"

#include <stdio.h>
#include <string.h>

#include "rule/builtin.h"
#include "rule/key.h"
#include "rule/match.h"

bool claim_pattern(const struct claim *k, struct pattern *p)
{
    *p = (struct pattern){.left = k->left, .right = k->right,
                          .first = k->first,
                          .nvariables = (uint8_t)k->ndecls};
    memcpy(p->rest, k->rest, sizeof p->rest);
    return k->ndecls <= PATTERN_MAX_VARIABLES;
}

bool claim_drop_rests(struct rules *r, struct claim *k)
{
    struct pattern p;
    if (!k->has_rests || !claim_pattern(k, &p))
        return false;
    expr_t left = rests_dropped(r, &p, k->left);
    expr_t right = left ? rests_dropped(r, &p, k->right) : 0;
    struct conditions given = k->given;
    for (uint32_t i = 0; right && i < given.count; i++)
        given.items[i].subject = rests_dropped(r, &p, given.items[i].subject);
    fault_clear(r->mem->fault);
    k->left = left;
    k->right = right;
    return right != 0;
}

/* -------------------------------------------------------- checks of both */

static bool is_listed(const char *list, const char *key)
{
    size_t n = strlen(key);
    for (const char *line = list; line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (!strncmp(line, key, n) && line[n] == ':')
            return true;
    return false;
}

bool claim_sources_known(const struct rules *r)
{
    const struct syntax *t = &r->syntax;
    const char *list = "";
    for (unsigned i = 0; i < builtin_rules_count; i++)
        if (strstr(builtin_rules[i].file, "SOURCES"))
            list = builtin_rules[i].text;
    for (uint32_t i = 0; i < t->cite_count; i++) {
        const char *key = intern_name(r->x->names, t->cites[i].key);
        if (!is_listed(list, key))
            return fault_at(r->mem->fault, FAULT_NAME, t->cites[i].where,
                            "'%.60s' is not listed in rules/SOURCES", key);
    }
    return true;
}

static bool forestalls(struct rules *r, struct match *m,
                       const struct pattern *q, expr_t left)
{
    return expr_op(r->x, q->left) == expr_op(r->x, left) &&
           match_try(m, r, q, left, false, false) &&
           match_result(m, left) != left;
}

bool claim_check_reached(struct rules *r, uint32_t at, struct span where)
{
    const struct pattern p = r->patterns[at];
    struct match *m = mem_alloc(r->mem, sizeof *m);
    expr_t empty = has_rests(&p) ? rests_dropped(r, &p, p.left) : 0;
    bool reached = m && rules_reserve(r);
    for (uint32_t i = 0; reached && i < at; i++) {
        const struct pattern *q = &r->patterns[i];
        if (!q->right || q->offer || q->law || q->nconditions ||
            !forestalls(r, m, q, p.left) ||
            (empty && !forestalls(r, m, q, empty)))
            continue;
        reached = fault_at(r->mem->fault, FAULT_NAME, where,
                           "never applied: rule '%s' at %s:%u comes first",
                           intern_name(r->x->names, q->name),
                           intern_name(r->x->names, q->file), q->line);
        if (q->load == p.load)
            fault_second(r->mem->fault, q->claim, "it is this");
    }
    if (m)
        mem_free(r->mem, m, sizeof *m);
    return reached && !fault_is_set(r->mem->fault);
}

/* A file that is loaded already may be verified too. */
static bool is_itself(const struct rules *r, const struct claim *k)
{
    char same[120];
    int n = snprintf(same, sizeof same, "the same as rule '%.80s' ",
                     intern_name(r->x->names, k->name));
    return !strncmp(r->mem->fault->message, same, (size_t)n);
}

bool claim_check_rewrite(struct rules *r, const struct claim *k,
                         const char *file, const char *text, size_t length,
                         bool builtin)
{
    struct span where = k->left_where;
    if (!builtin && !rules_load(r, file, text, length)) {
        if (!is_itself(r, k))
            return false;
        fault_clear(r->mem->fault);
        return true;
    }
    return builtin || claim_check_reached(r, r->count - 1, where);
}

/* ------------------------------------------------------------ duplicates */

/* Both sides, the one after the other: a = b says what b = a does. */
static uint64_t key_sides(struct key *k, const struct claim *c, bool turned)
{
    uint64_t h = key_expr(k, turned ? c->right : c->left);
    for (uint32_t i = 0; i < c->order; i++)
        h = hash_mix(h, key_expr(k, c->by[i]));
    h = hash_mix(h, key_expr(k, turned ? c->left : c->right));
    for (uint32_t i = 0; i < c->given.count; i++)
        h = hash_mix(hash_mix(h, c->given.items[i].predicate),
                     key_expr(k, c->given.items[i].subject));
    return h;
}

uint64_t claim_key(const struct exprs *x, const struct claim *c)
{
    struct key k = {.x = x}, turned = {.x = x};
    if (!c->left || pattern_depth(x, c->left) > PATTERN_MAX_DEPTH ||
        pattern_depth(x, c->right) > PATTERN_MAX_DEPTH)
        return 0;
    for (uint32_t i = 0; i < c->given.count; i++)
        if (pattern_depth(x, c->given.items[i].subject) > PATTERN_MAX_DEPTH)
            return 0;
    uint64_t h = key_sides(&k, c, false);
    if (!c->order && strcmp(c->kind, "rewrite")) {
        uint64_t other = key_sides(&turned, c, true);
        h = other < h ? other : h;
    }
    h = hash_mix(h, c->order << 1 | c->refuted);
    h = hash_mix(h, c->layout << 8 | c->form << 4 | c->structure);
    h = hash_mix(h, c->function ? 1 : 0);
    h = hash_mix(h, strcmp(c->kind, "rewrite") ? 0 : 1);
    return h ? h : 1;
}
