/* compile.c - steps and values of single nodes. */
#include "eval/compile.h"
#include "eval/exact_table.h"

/* ----------------------------------------------------------------- values */

bool compile_dim(struct compiler *c, dim_t d, uint32_t *value)
{
    int64_t v;
    if (!eval_dim(c->x, d, c->p->sizes, c->p->nsizes, &v))
        return fault_set(c->x->mem->fault, FAULT_SHAPE,
                         "a size without a value, or a negative one");
    if (v > EVAL_MAX_ENTRIES)
        return fault_set(c->x->mem->fault, FAULT_LIMIT,
                         "a value too large to evaluate");
    *value = (uint32_t)v;
    return true;
}

static bool value_dims(struct compiler *c, struct eval_value *v,
                       const struct shape *s)
{
    uint64_t size = 1;
    v->kind = s->kind;
    v->order = s->order;
    for (uint32_t a = 0; a < s->order; a++) {
        if (!compile_dim(c, s->dim[a], &v->dim[a]))
            return false;
        size *= v->dim[a];
        if (size > EVAL_MAX_ENTRIES)
            return fault_set(c->x->mem->fault, FAULT_LIMIT,
                             "a value too large to evaluate");
    }
    v->size = (uint32_t)size;
    v->rows = s->kind == SHAPE_ROW || s->order == 0 ? 1 : v->dim[0];
    v->cols = v->rows ? v->size / v->rows : s->order > 1 ? v->dim[1] : 1;
    return true;
}

static bool value_memory(struct compiler *c, struct eval_value *v)
{
    c->p->entries += v->size;
    if (c->p->entries > EVAL_MAX_ENTRIES)
        return fault_set(c->x->mem->fault, FAULT_LIMIT,
                         "too many numbers to evaluate");
    if (c->p->order != EVAL_DOUBLES)
        return compile_exact_memory(c, v);
    v->v = ARENA_ARRAY(&c->ev->arena, double, v->size);
    return v->v != NULL;
}

struct eval_value *compile_value(struct compiler *c,
                                    const struct shape *s, bool memory)
{
    struct eval_value *v = ARENA_ARRAY(&c->ev->arena, struct eval_value, 1);
    if (!v || !value_dims(c, v, s) || (memory && !value_memory(c, v)))
        return NULL;
    return v;
}

struct eval_value *compile_constant(struct compiler *c, double number)
{
    struct shape s = shape_scalar();
    struct eval_value *v = compile_value(c, &s, true);
    if (v && !v->v)
        v->v = ARENA_ARRAY(&c->ev->arena, double, 1);
    if (!v || !v->v)
        return NULL;
    v->v[0] = number;
    if (v->exact)
        v->exact[0] = field_from_int((int64_t)number);
    return v;
}

struct eval_value *compile_number(struct compiler *c, rat_t number)
{
    struct eval_value *v = compile_constant(c, 0);
    if (!v)
        return NULL;
    v->v[0] = rat_to_double(c->x->numbers, number);
    if (v->exact &&
        !field_from_rational(c->x->numbers, number, &v->exact[0])) {
        fault_set(c->x->mem->fault, FAULT_UNSUPPORTED, "a large number");
        return NULL;
    }
    return v;
}

struct eval_value *compile_input(struct compiler *c, decl_t d)
{
    struct eval_plan *p = c->p;
    /* A variable is one node, met once; only parameters are there before. */
    for (uint32_t i = 0; i < p->nparams; i++)
        if (p->inputs[i].decl == d)
            return p->inputs[i].value;
    struct eval_value *v = compile_value(c, &expr_decl(c->x, d)->shape, false);
    p->inputs[p->ninputs].decl = d;
    p->inputs[p->ninputs++].value = v;
    return v;
}

/* ------------------------------------------------------------------ steps */

struct eval_step *compile_step(struct compiler *c, uint32_t nargs,
                                  struct eval_value *out)
{
    struct eval_step *s = ARENA_ARRAY(&c->ev->arena, struct eval_step, 1);
    const struct eval_value **in = arena_alloc(
        &c->ev->arena, (size_t)nargs * sizeof(struct eval_value *));
    if (!s || !in || !out)
        return NULL;
    *s = (struct eval_step){
        .in = in, .out = out, .nargs = nargs, .active = true};
    return s;
}

void compile_add(struct sink *to, struct eval_step *s, uint64_t free)
{
    for (uint32_t i = 0; i < to->norder; i++)
        if (free & to->order[i])
            s->depth = i;
    if (*to->last)
        (*to->last)->next = s;
    else
        *to->first = s;
    *to->last = s;
}

static void want_work(struct compiler *c, size_t doubles)
{
    if (doubles > c->p->work_entries)
        c->p->work_entries = doubles;
}

static bool kernel_set(struct compiler *c, struct eval_step *s,
                       const struct kernel *k)
{
    size_t work = 0;
    if (!k || !k->fits(s, &work))
        return false;
    if (c->p->order != EVAL_DOUBLES) {
        const struct exact_kernel *e = exact_kernel(k->name);
        if (!e)
            return false;
        s->run = e->run;
        s->degree = (uint8_t)e->degree;
    } else {
        s->run = k->run;
        s->u.scalar = k->scalar;
    }
    want_work(c, work);
    /* Kernels that want memory factor matrices. */
    double n = s->in[0]->rows, size = s->out->size;
    c->p->cost += 1 + size + (work ? n * n * n : 0) +
                  (s->nargs == 2 && k == kernel_of_op(OP_MUL)
                       ? size * s->in[0]->cols
                       : 0);
    return true;
}

/* -------------------------------------------------------------- operators */

/* The argument of eye, ones, ... as a number, whatever its form. */
static struct eval_value *size_argument(struct compiler *c, expr_t e)
{
    uint32_t v;
    dim_t d = expr_as_size(c->x, e);
    if (!d) {
        fault_set(c->x->mem->fault, FAULT_SHAPE, "an argument is no size");
        return NULL;
    }
    return compile_dim(c, d, &v) ? compile_constant(c, v) : NULL;
}

uint32_t compile_pattern_sizes(struct compiler *c, const struct overload *o,
                               const struct eval_step *s,
                               struct eval_size *sizes)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < o->nargs; k++) {
        uint32_t order = o->size_args ? 1 : o->arg[k].order;
        for (uint32_t a = 0; a < order; a++) {
            symbol_t name = dim_is_symbol(c->x->dims, o->arg[k].dim[a]);
            double v = o->size_args ? s->in[k]->v[0] : s->in[k]->dim[a];
            if (name)
                sizes[n++] = (struct eval_size){name, (int64_t)v};
        }
    }
    return n;
}

static bool emit_definition(struct compiler *c, struct eval_step *s,
                            const struct overload *o)
{
    struct eval_size *sizes = ARENA_ARRAY(&c->ev->arena, struct eval_size,
                                          OP_MAX_ARGS * SHAPE_MAX_ORDER);
    decl_t params[OP_MAX_ARGS] = {0};
    if (!sizes)
        return false;
    uint32_t n = compile_pattern_sizes(c, o, s, sizes);
    for (uint32_t k = 0; k < o->nargs; k++)
        if (o->parameter[k])
            params[k] = expr_get(c->x, o->parameter[k])->payload;
    struct eval_plan *p =
        eval_plan_build(c->ev, o->definition, sizes, n, params, o->nargs,
                        c->p->calls + 1, c->p->order);
    if (!p)
        return false;
    s->u.plan = p;
    s->entrywise = o->entrywise;
    if (c->p->order != EVAL_DOUBLES)
        s->run = o->entrywise ? exact_run_call_entries : exact_run_call;
    else
        s->run = o->entrywise ? eval_run_call_entries : eval_run_call;
    c->p->cost += p->cost * (o->entrywise ? s->out->size : 1);
    if (p->ninputs != o->nargs ||
        p->root->size != (o->entrywise ? 1 : s->out->size))
        return fault_set(c->x->mem->fault, FAULT_UNSUPPORTED,
                         "the definition of '%s' does not fit its use",
                         op_name(c->x->ops, o->op));
    return true;
}

static bool try_kernel(struct compiler *c, struct eval_step *s,
                       const struct kernel *k, const struct overload *o)
{
    return kernel_set(c, s, k) &&
           (c->p->order == EVAL_DOUBLES || compile_powers(c, s, o));
}

/* The kernel by sign, by the rule's word, the definition, or the kernel of
 * the operator's name, whichever there is first. */
static bool bind_operator(struct compiler *c, struct eval_step *s,
                          const struct expr_node *n)
{
    const struct overload *o =
        n->overload ? overload_get(c->x->ops, n->overload) : NULL;
    bool exact = c->p->order != EVAL_DOUBLES;
    s->op = n->op;
    if (try_kernel(c, s, kernel_of_op(n->op), o))
        return true;
    if (o && o->kernel &&
        try_kernel(c, s, kernel_find(intern_name(c->x->names, o->kernel)), o))
        return true;
    if (o && o->definition)
        return emit_definition(c, s, o);
    const char *name = op_name(c->x->ops, n->op);
    if (try_kernel(c, s, kernel_find(name), o))
        return true;
    if (exact && o && o->differential)
        return compile_opaque(c, s, o);
    if (o && o->size_args && kernel_find(name))
        return fault_set(c->x->mem->fault, FAULT_SHAPE,
                         "there is no '%s' of these sizes", name);
    return fault_set(c->x->mem->fault, FAULT_UNSUPPORTED,
                     "'%s' has no numeric kernel", name);
}

struct eval_value *compile_operator(struct compiler *c, struct sink *to,
                                        const struct local *l,
                                        const struct expr_node *n)
{
    struct eval_value *out = compile_value(c, expr_shape(c->x, l->e), true);
    struct eval_step *s = compile_step(c, l->nargs, out);
    if (!s)
        return NULL;
    const struct overload *o =
        n->overload ? overload_get(c->x->ops, n->overload) : NULL;
    for (uint32_t i = 0; i < l->nargs; i++) {
        s->in[i] = o && o->size_args
                       ? size_argument(c, c->locals[l->args[i]].e)
                       : c->locals[l->args[i]].value;
        if (!s->in[i])
            return NULL;
    }
    if (!bind_operator(c, s, n))
        return NULL;
    compile_add(to, s, l->free);
    return out;
}

/* The shape of a product of two values that is not the last of a chain. */
static struct shape product_shape(struct exprs *x, const struct shape *a,
                                  const struct shape *b)
{
    (void)x;
    if (a->kind == SHAPE_SCALAR)
        return *b;
    if (b->kind == SHAPE_SCALAR)
        return *a;
    if (a->kind == SHAPE_ROW)
        return b->kind == SHAPE_VECTOR ? shape_scalar()
                                       : shape_row(shape_cols(b));
    if (b->kind == SHAPE_VECTOR)
        return shape_vector(shape_rows(a));
    return shape_matrix(shape_rows(a), shape_cols(b));
}

/* a*b*c from the left, as it is read. */
struct eval_value *compile_product(struct compiler *c, struct sink *to,
                                       const struct local *l)
{
    struct eval_value *left = c->locals[l->args[0]].value;
    struct shape shape = *expr_shape(c->x, c->locals[l->args[0]].e);
    for (uint32_t i = 1; i < l->nargs; i++) {
        const struct local *right = &c->locals[l->args[i]];
        shape = i + 1 == l->nargs
                    ? *expr_shape(c->x, l->e)
                    : product_shape(c->x, &shape, expr_shape(c->x, right->e));
        struct eval_value *out = compile_value(c, &shape, true);
        struct eval_step *s = compile_step(c, 2, out);
        if (!s)
            return NULL;
        s->in[0] = left;
        s->in[1] = right->value;
        if (!kernel_set(c, s, kernel_of_op(OP_MUL))) {
            fault_set(c->x->mem->fault, FAULT_UNSUPPORTED,
                      "a product of these shapes cannot be evaluated");
            return NULL;
        }
        compile_add(to, s, l->free);
        left = out;
    }
    return left;
}

struct eval_value *compile_element(struct compiler *c, struct sink *to,
                                       const struct local *l)
{
    struct eval_step *s = compile_step(
        c, l->nargs, compile_value(c, expr_shape(c->x, l->e), true));
    if (!s)
        return NULL;
    for (uint32_t i = 0; i < l->nargs; i++) {
        const struct local *arg = &c->locals[l->args[i]];
        op_t op = i ? expr_op(c->x, arg->e) : OP_NONE;
        s->in[i] = op == OP_WHOLE  ? compile_constant(c, 1)
                   : op == OP_SPAN ? c->locals[arg->args[0]].value
                                   : arg->value;
        if (!s->in[i])
            return NULL;
        if (op == OP_WHOLE || op == OP_SPAN)
            s->u.axes |= UINT32_C(1) << (i - 1);
    }
    s->run = c->p->order == EVAL_DOUBLES ? eval_run_element
                                         : exact_run_element;
    c->p->cost += s->out->size;
    compile_add(to, s, l->free);
    return s->out;
}
