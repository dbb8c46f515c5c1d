/* image.c - writes the C file with the tables that the built-in rules make
 * (see src/base/image.h), so that a start need not read the rules.  Errors in
 * the rules are found here, and stop the build.
 *
 * usage: build-aux/image > src/rule/builtin_image.c */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/engine.h"
#include "rule/builtin.h"

static int complain(struct engine *g, const struct builtin_rules *b)
{
    struct text t;
    text_init(&t, &g->mem);
    lang_show_fault(g->mem.fault, b ? b->file : "image", 0, b ? b->text : "",
                    b ? b->length : 0, false, &t);
    fputs(text_get(&t), stderr);
    text_free(&t);
    return EXIT_FAILURE;
}

static void write_c(const struct text *image)
{
    puts("/* Written by build-aux/image from rules/. Do not edit. */\n"
         "#include \"rule/builtin.h\"\n\n"
         "const uint64_t builtin_image[] = {");
    for (size_t i = 0; i < image->length; i += 8) {
        uint64_t word;
        memcpy(&word, image->bytes + i, 8);
        printf("0x%" PRIx64 ",%c", word, i % 64 == 56 ? '\n' : ' ');
    }
    printf("0};\nconst unsigned long builtin_image_words = %lu;\n",
           (unsigned long)image->length / 8);
}

static int run(struct engine *g)
{
    const struct builtin_rules *b = NULL;
    struct image im;
    struct text t;
    while ((b = builtin_basic(b)))
        if (!rules_load(g->rules, b->file, b->text, b->length))
            return complain(g, b);
    text_init(&t, &g->mem);
    image_writer(&im, &t);
    if (!engine_image(g, &im))
        return complain(g, NULL);
    write_c(&t);
    text_free(&t);
    return fflush(stdout) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(void)
{
    struct fault f = {0};
    struct engine g;
    md_options none = {0};
    int status =
        engine_begin(&g, &f, &none) ? run(&g) : complain(&g, NULL);
    engine_stop(&g);
    return status;
}
