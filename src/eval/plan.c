/* plan.c - compiling an expression into a plan.
 *
 * Nodes are visited in ascending order, so arguments come first.  Each node
 * knows which bound indices it depends on (`free`).  A node that depends on
 * none is a step of the plan; a sum's loop holds the nodes below its body
 * that depend on the sum's indices and on no index bound further inside. */
#include <string.h>

#include "eval/compile.h"
#include "eval/exact_table.h"

/* ------------------------------------------------------------------ loops */

static bool emit(struct compiler *c, struct sink *to, uint32_t k,
                 uint64_t bound, uint32_t nesting);

static uint64_t index_bit(const struct compiler *c, uint32_t position)
{
    for (uint32_t i = 0; i < c->nindex; i++)
        if (c->index[i] == position)
            return UINT64_C(1) << i;
    return 0;
}

/* The nodes below `body` that depend on `own`, ascending. */
static uint32_t *loop_nodes(struct compiler *c, uint32_t body, uint64_t own,
                            uint32_t *count)
{
    uint32_t *list = ARENA_ARRAY(&c->ev->scratch, uint32_t, c->n);
    uint8_t *mark = ARENA_ARRAY(&c->ev->scratch, uint8_t, c->n);
    *count = 0;
    if (!list || !mark)
        return NULL;
    mark[body] = 1;
    uint32_t low = body;
    for (uint32_t k = body + 1; k-- > 0 && k >= low;) {
        const struct local *l = &c->locals[k];
        if (!mark[k] || !(l->free & own))
            continue;
        list[(*count)++] = k;
        for (uint32_t i = 0; i < l->nargs; i++) {
            mark[l->args[i]] = 1;
            if (l->args[i] < low)
                low = l->args[i];
        }
    }
    for (uint32_t i = 0; i < *count / 2; i++) {
        uint32_t t = list[i];
        list[i] = list[*count - 1 - i];
        list[*count - 1 - i] = t;
    }
    return list;
}

static bool loop_indices(struct compiler *c, const struct local *l,
                         struct eval_block *b, uint64_t *order)
{
    struct arena *a = &c->ev->arena;
    b->nindex = l->nargs - 1;
    b->index = arena_alloc(a, b->nindex * sizeof(struct eval_value *));
    b->low = ARENA_ARRAY(a, int64_t, b->nindex);
    b->count = ARENA_ARRAY(a, int64_t, b->nindex);
    if (!b->index || !b->low || !b->count)
        return false;
    for (uint32_t i = 0; i < b->nindex; i++) {
        const struct local *index = &c->locals[l->args[i]];
        const struct index_entry *e =
            &c->x->indices[expr_get(c->x, index->e)->payload];
        uint32_t count;
        b->index[i] = index->value;
        order[i] = index_bit(c, l->args[i]);
        if (!compile_dim(c, e->size, &count))
            return false;
        b->count[i] = count;
        if (!eval_dim(c->x, e->low, c->p->sizes, c->p->nsizes, &b->low[i]))
            return fault_set(c->x->mem->fault, FAULT_SHAPE,
                             "an index without a first value");
    }
    return true;
}

/* Emits the loop's nodes; a node that another loop emitted before gets its
 * own step here, and its old value back afterwards. */
static bool loop_steps(struct compiler *c, const struct local *l,
                       struct eval_block *b, const uint64_t *order,
                       uint64_t bound, uint32_t nesting)
{
    uint64_t own = 0;
    for (uint32_t i = 0; i < b->nindex; i++)
        own |= order[i];
    uint32_t body = l->args[l->nargs - 1], count;
    struct arena_mark mark = arena_mark(&c->ev->scratch);
    uint32_t *list = loop_nodes(c, body, own, &count);
    struct eval_value **before = arena_alloc(
        &c->ev->scratch, (count + 1) * sizeof(struct eval_value *));
    struct sink to = {&b->first, &b->last, order, b->nindex};
    bool ok = list && before;
    for (uint32_t i = 0; ok && i < count; i++)
        before[i] = c->locals[list[i]].value;
    for (uint32_t i = 0; ok && i < count; i++)
        if (!(c->locals[list[i]].free & ~(bound | own)))
            ok = emit(c, &to, list[i], bound | own, nesting + 1);
    if (ok)
        b->body = c->locals[body].value;
    for (uint32_t i = 0; ok && i < count; i++)
        if (before[i])
            c->locals[list[i]].value = before[i];
    arena_release(&c->ev->scratch, mark);
    return ok;
}

static struct eval_value *emit_loop(struct compiler *c, struct sink *to,
                                    const struct local *l, uint64_t bound,
                                    uint32_t nesting)
{
    uint64_t order[SHAPE_MAX_ORDER * 2];
    const struct expr_node *n = expr_get(c->x, l->e);
    struct eval_block *b = ARENA_ARRAY(&c->ev->arena, struct eval_block, 1);
    struct eval_step *s =
        compile_step(c, 1, compile_value(c, expr_shape(c->x, l->e), true));
    if (!b || !s)
        return NULL;
    if (nesting >= EVAL_MAX_NESTING) {
        fault_set(c->x->mem->fault, FAULT_LIMIT, "sums nested too deep");
        return NULL;
    }
    double before = c->p->cost, loops = 1;
    c->p->cost = 1;
    s->u.block = b;
    if (c->p->order == EVAL_DOUBLES)
        s->run = n->op == OP_SUM ? eval_run_sum : eval_run_tensor;
    else
        s->run = n->op == OP_SUM ? exact_run_sum : exact_run_tensor;
    b->groups = n->payload;
    if (!loop_indices(c, l, b, order) ||
        !loop_steps(c, l, b, order, bound, nesting))
        return NULL;
    s->in[0] = b->body;
    for (uint32_t i = 0; i < b->nindex; i++)
        loops *= (double)b->count[i];
    c->p->cost = before + loops * (c->p->cost + s->out->size);
    compile_add(to, s, l->free);
    return s->out;
}

static bool emit(struct compiler *c, struct sink *to, uint32_t k,
                 uint64_t bound, uint32_t nesting)
{
    struct local *l = &c->locals[k];
    const struct expr_node *n = expr_get(c->x, l->e);
    uint32_t size;
    switch (n->op) {
    case OP_INDEX:
    case OP_WHOLE: /* only as a subscript, which does not ask for it */
    case OP_SPAN:
        return true;
    case OP_NUMBER:
        l->value = compile_number(c, n->payload);
        break;
    case OP_SIZE:
        l->value = compile_dim(c, n->payload, &size)
                       ? compile_constant(c, size)
                       : NULL;
        break;
    case OP_VARIABLE:
        l->value = compile_input(c, n->payload);
        break;
    case OP_SUM:
    case OP_TENSOR:
        l->value = emit_loop(c, to, l, bound, nesting);
        break;
    case OP_ELEMENT:
        l->value = compile_element(c, to, l);
        break;
    default:
        l->value = n->op == OP_MUL && l->nargs > 2
                       ? compile_product(c, to, l)
                       : compile_operator(c, to, l, n);
    }
    return l->value != NULL;
}

/* ------------------------------------------------------------- whole plans */

/* The expression's nodes with arguments as positions. */
static bool localize(struct compiler *c, expr_t e)
{
    struct evaluator *ev = c->ev;
    if (!eval_collect_nodes(ev, e))
        return false;
    c->n = ev->node_count;
    c->locals = ARENA_ARRAY(&ev->scratch, struct local, c->n);
    bool ok = c->locals != NULL;
    for (uint32_t k = 0; ok && k < c->n; k++) {
        struct local *l = &c->locals[k];
        l->e = ev->nodes[k];
        l->nargs = expr_get(c->x, l->e)->nargs;
        if (!l->nargs)
            continue;
        uint32_t *args = ARENA_ARRAY(&ev->scratch, uint32_t, l->nargs);
        ok = args != NULL;
        for (uint32_t i = 0; ok && i < l->nargs; i++)
            args[i] = ev->place[expr_arg(c->x, l->e, i)] - 1;
        l->args = args;
    }
    eval_forget_nodes(ev);
    return ok;
}

static bool free_indices(struct compiler *c)
{
    for (uint32_t k = 0; k < c->n; k++) {
        struct local *l = &c->locals[k];
        op_t op = expr_op(c->x, l->e);
        if (op == OP_INDEX) {
            if (c->nindex == EVAL_MAX_INDICES)
                return fault_set(c->x->mem->fault, FAULT_LIMIT,
                                 "more than %d different indices",
                                 EVAL_MAX_INDICES);
            l->free = UINT64_C(1) << c->nindex;
            c->index[c->nindex++] = k;
            if (!(l->value = compile_constant(c, 1)))
                return false;
            continue;
        }
        bool binds = op == OP_SUM || op == OP_TENSOR;
        for (uint32_t i = binds ? l->nargs - 1 : 0; i < l->nargs; i++)
            l->free |= c->locals[l->args[i]].free;
        for (uint32_t i = 0; binds && i + 1 < l->nargs; i++)
            l->free &= ~c->locals[l->args[i]].free;
    }
    return true;
}

static bool count_inputs(struct compiler *c, const decl_t *params,
                         uint32_t nparams)
{
    uint32_t n = nparams;
    for (uint32_t k = 0; k < c->n; k++)
        n += expr_op(c->x, c->locals[k].e) == OP_VARIABLE;
    c->p->inputs = ARENA_ARRAY(&c->ev->arena, struct eval_input, n);
    if (!c->p->inputs)
        return false;
    for (uint32_t i = 0; i < nparams; i++) {
        struct shape none = shape_scalar();
        const struct shape *s =
            params[i] ? &expr_decl(c->x, params[i])->shape : &none;
        c->p->inputs[i].decl = params[i];
        c->p->inputs[i].value = compile_value(c, s, false);
        c->p->ninputs = ++c->p->nparams;
        if (!c->p->inputs[i].value)
            return false;
    }
    return true;
}

static bool compile(struct compiler *c, expr_t e, const decl_t *params,
                    uint32_t nparams)
{
    struct eval_plan *p = c->p;
    struct sink to = {&p->first, &p->last, NULL, 0};
    if (!localize(c, e) || !free_indices(c) ||
        !count_inputs(c, params, nparams))
        return false;
    for (uint32_t k = 0; k < c->n; k++)
        if (!c->locals[k].free && !emit(c, &to, k, 0, 0))
            return false;
    p->root = c->locals[c->n - 1].value;
    if (c->locals[c->n - 1].free)
        return fault_set(c->x->mem->fault, FAULT_UNSUPPORTED,
                         "an index outside of its sum");
    p->state.blas = c->ev->blas;
    p->state.exact = &c->ev->exact;
    if (p->order != EVAL_DOUBLES) {
        /* kernels that invert want a little more than those on doubles */
        size_t n = 2 * p->work_entries << p->order;
        p->state.exact_work = ARENA_ARRAY(&c->ev->arena, field_t, n);
        return p->state.exact_work != NULL;
    }
    p->state.work = ARENA_ARRAY(&c->ev->arena, double, p->work_entries);
    return p->state.work != NULL;
}

struct eval_plan *eval_plan_build(struct evaluator *ev, expr_t e,
                                  const struct eval_size *sizes,
                                  uint32_t nsizes, const decl_t *params,
                                  uint32_t nparams, uint32_t calls,
                                  int order)
{
    if (calls > EVAL_MAX_CALLS) {
        fault_set(ev->x->mem->fault, FAULT_LIMIT,
                  "definitions nested too deep");
        return NULL;
    }
    struct eval_plan *p = ARENA_ARRAY(&ev->arena, struct eval_plan, 1);
    if (!p || !e)
        return NULL;
    p->ev = ev;
    p->sizes = sizes;
    p->nsizes = nsizes;
    p->calls = calls;
    p->order = order;
    struct compiler c = {.ev = ev, .x = ev->x, .p = p};
    struct arena_mark mark = arena_mark(&ev->scratch);
    bool ok = compile(&c, e, params, nparams);
    arena_release(&ev->scratch, mark);
    return ok ? p : NULL;
}

struct eval_plan *eval_plan_new(struct evaluator *ev, expr_t e,
                                const struct eval_size *sizes,
                                uint32_t nsizes)
{
    struct eval_size *own = ARENA_ARRAY(&ev->arena, struct eval_size, nsizes);
    if (!own)
        return NULL;
    if (nsizes)
        memcpy(own, sizes, nsizes * sizeof *own);
    return eval_plan_build(ev, e, own, nsizes, NULL, 0, 0, EVAL_DOUBLES);
}

bool eval_bind(struct eval_plan *p, decl_t d, double *values)
{
    for (uint32_t i = 0; i < p->ninputs; i++)
        if (p->inputs[i].decl == d) {
            p->inputs[i].value->v = values;
            return true;
        }
    return false;
}

double eval_cost(const struct eval_plan *p)
{
    return p->cost;
}

uint32_t eval_input_count(const struct eval_plan *p)
{
    return p->ninputs;
}

decl_t eval_input(const struct eval_plan *p, uint32_t i)
{
    return p->inputs[i].decl;
}

void eval_bind_input(struct eval_plan *p, uint32_t i, double *values)
{
    p->inputs[i].value->v = values;
}

const struct eval_value *eval_result(const struct eval_plan *p)
{
    return p->root;
}

/* Marks what depends on the watched variable; loops nest at most
 * EVAL_MAX_NESTING deep. */
static bool watch_steps(struct eval_step *s)
{
    bool any = false;
    for (; s; s = s->next) {
        bool w = false;
        if (s->run == eval_run_sum || s->run == eval_run_tensor)
            w = watch_steps(s->u.block->first);
        for (uint32_t i = 0; i < s->nargs; i++)
            w = w || s->in[i]->watched;
        s->out->watched = s->active = w;
        any = any || w;
    }
    return any;
}

void eval_watch(struct eval_plan *p, decl_t d)
{
    for (uint32_t i = 0; i < p->ninputs; i++)
        p->inputs[i].value->watched = !d || p->inputs[i].decl == d;
    watch_steps(p->first);
    for (struct eval_step *s = p->first; !d && s; s = s->next)
        s->active = true;
}
