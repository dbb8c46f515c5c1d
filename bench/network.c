/* network.c - a network of L layers h = tanh(W*h): all its gradients, from
 * the expression to index terms, and the gradient by the first layer, from
 * text to text.  Time and nodes must grow as L does. */
#include <string.h>

#include "api/engine.h"
#include "bench.h"
#include "derive/reverse.h"
#include "index/lift.h"

struct network {
    struct fault fault;
    md_options limits;
    struct engine g;
    struct ix_table t;
    uint32_t layers;
    expr_t *weight, loss;
    ix_t *leaf, *gradient;
};

/* sum(tanh(W1*tanh(W2*...x))), all square. */
static void build(struct network *w)
{
    struct exprs *x = &w->g.x;
    dim_t n = dim_from_symbol(&w->g.dims, intern_text(&w->g.names, "n"));
    struct decl d = {.name = intern_text(&w->g.names, "x"),
                     .shape = shape_vector(n)};
    expr_t h = expr_variable(x, expr_declare(x, &d));
    for (uint32_t l = 0; l < w->layers; l++) {
        char name[32];
        snprintf(name, sizeof name, "W%u", l);
        d.name = intern_text(&w->g.names, name);
        d.shape = shape_matrix(n, n);
        w->weight[l] = expr_variable(x, expr_declare(x, &d));
        h = expr_call1(x, "tanh",
                       expr_apply2(x, OP_MUL, w->weight[l], h));
    }
    w->loss = expr_call1(x, "sum", h);
}

static void derive_all(struct network *w)
{
    ix_t f = ix_lift(&w->t, w->loss);
    for (uint32_t l = 0; l < w->layers; l++) {
        const dim_t *dim = expr_shape(&w->g.x, w->weight[l])->dim;
        dim_t dims[2] = {dim[0], dim[1]};
        w->leaf[l] = ix_leaf(&w->t, w->weight[l], 2, dims);
    }
    if (!reverse_derive(&w->t, f, w->layers, w->leaf, NULL,
                        w->gradient))
        bench_fail(w->fault.message);
}

static void begin(struct network *w, uint32_t layers)
{
    *w = (struct network){.layers = layers};
    w->weight = calloc(layers, sizeof *w->weight);
    w->leaf = calloc(layers, sizeof *w->leaf);
    w->gradient = calloc(layers, sizeof *w->gradient);
    if (!w->weight || !w->leaf || !w->gradient ||
        !engine_start(&w->g, &w->fault, &w->limits, NULL) ||
        !ix_init(&w->t, &w->g.x))
        bench_fail("no memory");
}

static void end(struct network *w)
{
    ix_free(&w->t);
    engine_stop(&w->g);
    free(w->weight);
    free(w->leaf);
    free(w->gradient);
}

/* One request: seconds and nodes made, which are then forgotten. */
static double run(struct network *w, uint32_t *nodes)
{
    struct exprs_mark x = exprs_mark(&w->g.x);
    struct ix_mark t = ix_mark(&w->t);
    double start = bench_seconds();
    build(w);
    derive_all(w);
    double seconds = bench_seconds() - start;
    *nodes = w->g.x.count - x.nodes + w->t.count - t.nodes;
    ix_rollback(&w->t, &t);
    exprs_rollback(&w->g.x, &x);
    return seconds;
}

/* The first request of a context, and the median of those that follow. */
static void measure(uint32_t layers, double *first, double *again,
                    uint32_t *nodes)
{
    enum { RUNS = 9 };
    struct network w;
    double times[RUNS];
    begin(&w, layers);
    *first = run(&w, nodes);
    for (int k = 0; k < RUNS; k++)
        times[k] = run(&w, nodes);
    *again = bench_median(times, RUNS);
    end(&w);
}

/* Seconds from text to text; negative where it is refused. */
static double run_text(uint32_t layers, size_t *length)
{
    md_context *c = md_new(NULL);
    size_t room = (size_t)layers * 32 + 64, used = 0;
    char *text = malloc(room);
    if (!c || !text || !md_declare(c, "x[n]"))
        bench_fail("no memory");
    used += (size_t)snprintf(text + used, room - used, "sum(");
    for (uint32_t l = layers; l-- > 0;) {
        char let[32];
        snprintf(let, sizeof let, "W%u[n,n]", l);
        if (!md_declare(c, let))
            bench_fail("no memory");
        used += (size_t)snprintf(text + used, room - used, "tanh(W%u*", l);
    }
    text[used++] = 'x';
    memset(text + used, ')', layers + 1);
    text[used + layers + 1] = '\0';
    md_query q = {.expr = text, .wrt = (const char *const[]){"W0"},
                  .wrt_count = 1, .unverified = true};
    md_answer a;
    double start = bench_seconds();
    bool ok = md_derive(c, &q, &a);
    double seconds = bench_seconds() - start;
    if (ok)
        *length = strlen(a.faces[0]);
    else
        printf("%8u %s\n", layers, md_last_error(c)->message);
    md_free(c);
    free(text);
    return ok ? seconds : -1;
}

static void show_text(void)
{
    static const uint32_t layers[] = {3, 10, 30, 100};
    printf("\nthe gradient by the first layer, text to text\n"
           "%8s %10s %12s %12s\n", "layers", "ms", "us a layer", "bytes");
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        size_t bytes = 0;
        double t = run_text(layers[i], &bytes);
        if (t >= 0)
            printf("%8u %10.3f %12.2f %12zu\n", layers[i], t * 1e3,
                   t * 1e6 / layers[i], bytes);
    }
}

int main(void)
{
    static const uint32_t layers[] = {10, 100, 1000, 10000};
    printf("all gradients of sum(tanh(W1*tanh(W2*... x)))\n");
    printf("%8s %10s %10s %12s %12s %10s\n", "layers", "first, ms",
           "again, ms", "us a layer", "nodes/layer", "ns a node");
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        uint32_t nodes = 0;
        double first, again;
        measure(layers[i], &first, &again, &nodes);
        printf("%8u %10.3f %10.3f %12.2f %12.1f %10.0f\n", layers[i],
               first * 1e3, again * 1e3, again * 1e6 / layers[i],
               (double)nodes / layers[i], again * 1e9 / nodes);
    }
    show_text();
    return 0;
}
