/* A fuzzing target: any bytes as one request of the batch protocol, and the
 * same bytes as the expression of a derivative.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude \
 *         fuzz/request.c .libs/libmatdiff.a -lgmp -ljansson -lm -ldl
 *     ./a.out -max_len=400 CORPUS
 *
 * Compiled with -DSTANDALONE and without `fuzzer`, it runs the files named
 * on the command line, one after the other. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matdiff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small limits: what is slow is not what is looked for. */
static const md_options limits = {
    .bytes = 64 << 20, .nodes = 100000, .digits = 1000};

static void derive_text(md_context *c, const char *text)
{
    static const char *const by[] = {"x"};
    md_query q = {.let = "A[m,n], x[n], a",
                  .expr = text,
                  .wrt = by,
                  .wrt_count = 1};
    md_answer answer;
    if (!md_derive(c, &q, &answer))
        md_show_error(c, "expr", true);
    else if (!strcmp(answer.verdict, "refuted"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    md_context *c = md_new(&limits);
    char *text = malloc(size + 1);
    if (c && text) {
        memcpy(text, data, size);
        text[size] = '\0';
        md_request(c, text, size, NULL);
        derive_text(c, text);
    }
    free(text);
    md_free(c);
    return 0;
}

#ifdef STANDALONE
int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 16];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) {
            perror(argv[i]);
            return 1;
        }
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, n);
    }
    return 0;
}
#endif
