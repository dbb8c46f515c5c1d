/* tex.h - claims as a LaTeX document. */
#ifndef MD_CLI_TEX_H
#define MD_CLI_TEX_H

#include <stdio.h>

#include "matdiff.h"
#include "source.h"

void tex_begin(FILE *out);
void tex_part(FILE *out, const char *title, bool refuted);
/* The title is made of the file's name, the introduction of its head. */
void tex_section(FILE *out, const struct source *s);
/* The claim was read with the format "latex" and verified. */
void tex_rule(FILE *out, const struct source_rule *r, const md_claim *k);
/* With the list of sources. */
void tex_end(FILE *out);

#endif
