/* tex.c - claims as a LaTeX document. */
#include "config.h"

#include "tex.h"

#include <ctype.h>
#include <string.h>

/* What a claim looks like is said by the macros here. A formula that does
 * not fit on a line is broken before its relation; the right side then is a
 * paragraph, so that TeX breaks it at its signs. */
static const char preamble[] =
    "% Written by matdiff rules tex. Do not edit.\n"
    "\\documentclass[10pt,a4paper]{article}\n"
    "\\usepackage[utf8]{inputenc}\n"
    "\\usepackage[margin=24mm]{geometry}\n"
    "\\usepackage{amsmath,amssymb}\n"
    "\\usepackage{graphicx}\n"
    "\\usepackage[hidelinks]{hyperref}\n"
    "\\IfFileExists{lmodern.sty}{\\usepackage[T1]{fontenc}"
    "\\usepackage{lmodern}}{}\n"
    "\\IfFileExists{microtype.sty}{"
    "\\usepackage[expansion=false]{microtype}}{}\n"
    "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{3pt}\n"
    "\\setcounter{tocdepth}{1}\n"
    "\\makeatletter\\renewcommand*{\\l@section}"
    "{\\@dottedtocline{1}{1em}{2.2em}}\\makeatother\n"
    "\\allowdisplaybreaks\\emergencystretch=3em\\raggedbottom\n"
    "\\relpenalty=9999\\binoppenalty=100\n"
    "\\newsavebox{\\mdbox}\\newlength{\\mdwide}\n"
    "% A formula: on one line, or broken before the relation.\n"
    "\\newcommand{\\mdfit}[1]{\\sbox{\\mdbox}{$\\displaystyle #1$}%\n"
    "  \\ifdim\\wd\\mdbox>\\mdwide\\resizebox{"
    "\\mdwide}{!}{\\usebox{\\mdbox}}%\n"
    "  \\else\\usebox{\\mdbox}\\fi}\n"
    "\\newcommand{\\mdeq}[3]{%\n"
    "  \\setlength{\\mdwide}{\\dimexpr\\linewidth-2em\\relax}%\n"
    "  \\sbox{\\mdbox}{$\\displaystyle #1 #2 #3$}%\n"
    "  \\par\\nobreak\\vspace{3pt}%\n"
    "  \\ifdim\\wd\\mdbox>\\mdwide\n"
    "    \\hspace*{1em}\\mdfit{#1}\\par\\nobreak\\vspace{4pt}%\n"
    "    \\sbox{\\mdbox}{$\\displaystyle {}#2 #3$}%\n"
    "    \\ifdim\\wd\\mdbox>\\dimexpr\\mdwide-2em\\relax\n"
    "      \\hspace*{3em}\\begin{minipage}{\\dimexpr\\mdwide-2em\\relax}%\n"
    "      \\raggedright\\hangindent=2em\\hangafter=1\\lineskip=5pt"
    "\\lineskiplimit=2pt\n"
    "      $\\displaystyle {}#2 #3$\\end{minipage}\\par\n"
    "    \\else\\hspace*{3em}\\usebox{\\mdbox}\\par\\fi\n"
    "  \\else{\\centering\\usebox{\\mdbox}\\par}\\fi\n"
    "  \\nobreak\\vspace{2pt}}\n"
    "% A rule's head: its name, what is special about it, the verdict.\n"
    "\\newcommand{\\mdrule}[3]{\\par\\pagebreak[2]\\vspace{8pt}%\n"
    "  {\\small\\textsf{\\textbf{#1}}\\enspace\\footnotesize\\textit{#2}"
    "\\hfill\\textsf{#3}}\\nopagebreak}\n"
    "\\newcommand{\\mdwhere}[2]{{\\footnotesize\\raggedright #1\\hspace*{1em}"
    "\\hfill\\mbox{#2}\\par}}\n"
    "\\newcommand{\\mdnote}[1]{{\\footnotesize #1\\par}}\n"
    "\\newcommand{\\mdplain}[1]{\\par\\nopagebreak{\\small"
    "\\hspace*{1.5em}\\texttt{#1}\\par}}\n"
    "\\newcommand{\\mdvec}{\\operatorname{vec}}\n"
    "\\title{A compendium of matrix calculus}\n"
    "\\author{derived, verified and typeset by matdiff}\n"
    "\\date{}\n"
    "\\begin{document}\n"
    "\\maketitle\n"
    "\\noindent Every formula stands in a rule file that the program reads, "
    "derives\nagain by itself, and compares with the function. The word at "
    "the right of a\nrule's name is the verdict: \\textsf{proved} says that "
    "both sides agree at random\npoints of a field of $2^{61}-1$ elements, "
    "where a false identity of rational functions\npasses with the "
    "probability $10^{-16}$ or so; \\textsf{verified}, that they "
    "agree\nnumerically at random points.\n\n"
    "\\emph{Layouts.} Unless a section or a rule says otherwise the layout "
    "is mixed: the\nderivative of a number by a vector or a matrix has the "
    "shape of what it is taken by,\nand that of a vector by a vector has the "
    "entries $\\partial y_i/\\partial x_j$. Numerator and\ndenominator "
    "layout are named beside the rule. The derivative of a matrix by a "
    "matrix is\n$\\partial\\mdvec F/\\partial\\mdvec(X)^{\\top}$, $\\mdvec$ "
    "stacking columns, unless a block form is\nnamed. $\\odot$ is the "
    "product by entries, $\\otimes$ Kronecker's; $\\mathbf{1}$ is a vector "
    "of\nones; functions of numbers apply to vectors and matrices by "
    "entries.\n"
    "\\tableofcontents\n";

void tex_begin(FILE *out)
{
    fputs(preamble, out);
}

/* ---- words */

static void put_char(FILE *out, char c)
{
    if (strchr("_&%$#{}", c))
        fprintf(out, "\\%c", c);
    else if (c == '^')
        fputs("\\textasciicircum{}", out);
    else if (c == '~')
        fputs("\\textasciitilde{}", out);
    else if (c == '\\')
        fputs("\\textbackslash{}", out);
    else if (c == '<')
        fputs("\\textless{}", out);
    else if (c == '>')
        fputs("\\textgreater{}", out);
    else if (c == '|')
        fputs("\\textbar{}", out);
    else
        putc(c, out);
}

static void put_words(FILE *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_char(out, s[i]);
}

/* A quotation mark is a transpose or a slope. */
static void put_code(FILE *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] == '\'')
            fputs("$'$", out);
        else
            put_char(out, s[i]);
}

/* What ASCII formulas are made of: such a word is set as code. */
static bool is_code(const char *s, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        if (strchr("*^=[|_+(", s[i]) && i + 2 < n && s[0] != '(')
            return true;
        if (s[i] == '\'' && (i + 1 == n || !isalpha((unsigned char)s[i + 1])))
            return true;
    }
    return n > 1 && (s[n - 1] == '\'' || s[n - 1] == ']');
}

static void put_prose(FILE *out, const char *s, size_t n)
{
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i; k < n && s[k] != ' '; k++)
            ;
        bool code = is_code(s + i, k - i);
        fputs(code ? "\\texttt{" : "", out);
        (code ? put_code : put_words)(out, s + i, k - i);
        fputs(code ? "}" : "", out);
        for (; k < n && s[k] == ' '; k++)
            putc(' ', out);
    }
}

/* ---- sections */

void tex_part(FILE *out, const char *title, bool refuted)
{
    fprintf(out, "\n\\part{%s}\n", title);
    if (refuted)
        fputs("Formulas that are met in the literature and in lecture notes "
              "and are false, each with a point\nat which they fail. The "
              "note says what is true instead, by the name of the rule.\n",
              out);
}

static void put_title(FILE *out, const char *file)
{
    const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    const char *end = strstr(name, ".rules");
    size_t n = end ? (size_t)(end - name) : strlen(name);
    for (; n && (isdigit((unsigned char)*name) || *name == '-'); n--)
        name++;
    static const char *const ends[][2] = {
        {"-more", ", more"}, {"-numerator", " in numerator layout"},
        {"-denominator", " in denominator layout"}};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; name[i] == '-' && k < 3; k++)
            if (n - i >= strlen(ends[k][0]) &&
                !memcmp(name + i, ends[k][0], strlen(ends[k][0]))) {
                fputs(ends[k][1], out);
                i += strlen(ends[k][0]);
            }
        if (i < n)
            put_char(out, i == 0 ? (char)toupper((unsigned char)*name)
                          : name[i] == '-' ? ' '
                                           : name[i]);
    }
}

void tex_section(FILE *out, const struct source *s)
{
    fputs("\n\\section{", out);
    put_title(out, s->file);
    fputs("}\n", out);
    const char *line = s->text, *all = s->text + s->length;
    while (s->text && line < all && *line == '#') {
        const char *end = memchr(line, '\n', (size_t)(all - line));
        size_t n = (size_t)((end ? end : all) - line);
        bool plain = n > 5 && !memcmp(line, "#     ", 6);
        size_t from = plain ? 6 : n > 1 ? 2 : 1;
        fputs(plain ? "\\mdplain{" : "", out);
        (plain ? put_code : put_prose)(out, line + from, n - from);
        fputs(plain ? "}\n" : "\n", out);
        line += n + 1;
    }
    putc('\n', out);
}

/* ---- a rule */

/* The name after "for" in "for f in scalar;", or nothing. */
static size_t any_function(const struct source_rule *r, const char **name)
{
    const char *s = memmem(r->text, r->length, "for ", 4);
    size_t n = 0;
    if (!s || !memmem(r->text, r->length, " in scalar", 10))
        return 0;
    for (*name = s + 4; isalnum((unsigned char)(*name)[n]); n++)
        ;
    return n;
}

/* A claim about any function was read with \exp in its place. */
static void put_math(FILE *out, const char *s, const char *f, size_t n)
{
    static const char *const marks[] = {"\\operatorname{exp''}",
                                        "\\operatorname{exp'}", "\\exp"};
    static const char *const primes[] = {"''", "'", ""};
    while (*s) {
        size_t i = 0;
        while (n && i < 3 && strncmp(s, marks[i], strlen(marks[i])))
            i++;
        if (!n || i == 3) {
            putc(*s++, out);
            continue;
        }
        fprintf(out, "%.*s%s", (int)n, f, primes[i]);
        s += strlen(marks[i]);
    }
}

static bool is_differential(const md_claim *k)
{
    return !strcmp(k->form, "differential");
}

static void put_operator(FILE *out, const md_claim *k)
{
    if (is_differential(k)) {
        fputs("\\mathrm{d}", out);
        if (k->order > 1)
            fprintf(out, "^{%u}", k->order);
        return;
    }
    bool vec = !strcmp(k->form, "vec");
    unsigned order = 1;
    for (const char *s = k->by; (s = strchr(s, ',')); s++)
        order++;
    if (order == 1)
        fprintf(out, vec ? "\\frac{\\partial\\mdvec}{\\partial\\mdvec(%s)"
                           "^{\\top}}" : "\\frac{\\partial}{\\partial %s}",
                k->by);
    else {
        fprintf(out, "\\frac{\\partial^{%u}}{", order);
        for (const char *s = k->by, *end; *s; s = *end ? end + 2 : end) {
            end = strchr(s, ',') ? strchr(s, ',') : s + strlen(s);
            fprintf(out, vec ? "\\partial\\mdvec(%.*s)%s" :
                    "\\partial %.*s%s", (int)(end - s), s,
                    *end ? "\\," : "");
        }
        putc('}', out);
    }
}

static void put_kind(FILE *out, const md_claim *k)
{
    const char *between = "";
    if (strcmp(k->layout, "mixed")) {
        fprintf(out, "%s layout", k->layout);
        between = ", ";
    }
    if (strcmp(k->form, "matrix") && strcmp(k->form, "vec") &&
        !is_differential(k)) {
        fprintf(out, "%sform %s", between, k->form);
        between = ", ";
    }
    if (strcmp(k->structure, "free"))
        fprintf(out, "%sstructured: %s", between, k->structure);
}

/* "KEY:PLACE, KEY:PLACE" */
static void put_cite(FILE *out, const char *cite)
{
    while (*cite) {
        size_t n = strcspn(cite, ","), key = strcspn(cite, ":,");
        fputs("\\cite", out);
        if (key + 1 < n) {
            putc('[', out);
            put_words(out, cite + key + 1, n - key - 1);
            putc(']', out);
        }
        fprintf(out, "{%.*s}", (int)key, cite);
        cite += n + strspn(cite + n, ", ");
    }
}

static void put_note(FILE *out, const char *before, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "\\mdnote{%s", before);
    put_prose(out, text, strlen(text));
    fputs("}\n", out);
}

static void put_where(FILE *out, const md_claim *k, const char *f, size_t n)
{
    fputs("\\mdwhere{", out);
    if (*k->variables)
        fprintf(out, "$%s$", k->variables);
    if (*k->conditions)
        fprintf(out, "%sif $%s$", *k->variables ? ", " : "", k->conditions);
    if (n)
        fprintf(out, "; any $%.*s:\\mathbb{R}\\to\\mathbb{R}$ that is "
                "differentiable", (int)n, f);
    fputs("}{", out);
    put_cite(out, k->cite);
    fputs("}\n", out);
}

void tex_rule(FILE *out, const struct source_rule *r, const md_claim *k)
{
    const char *f = "";
    size_t n = any_function(r, &f);
    fputs("\\mdrule{", out);
    put_words(out, k->name, strlen(k->name));
    fputs("}{", out);
    put_kind(out, k);
    fprintf(out, "}{%s}\n\\mdeq{", k->verdict);
    if (*k->by) {
        put_operator(out, k);
        fputs("\\left[", out);
    }
    put_math(out, k->left, f, n);
    fprintf(out, "%s}{%s}{", *k->by ? "\\right]" : "",
            k->refuted                   ? "\\neq"
            : !strcmp(k->kind, "rewrite") ? "\\Rightarrow"
                                          : "=");
    put_math(out, k->right, f, n);
    fputs("}\n", out);
    put_where(out, k, f, n);
    put_note(out, "", k->note);
    if (k->refuted)
        put_note(out, "\\textsf{fails} ", k->detail);
}

void tex_end(FILE *out)
{
    fputs("\n\\begin{thebibliography}{99}\n\\raggedright\n", out);
    for (const char *s = md_builtin_sources(); *s;) {
        size_t n = strcspn(s, "\n"), key = strcspn(s, ":\n");
        if (*s != '#' && key + 1 < n) {
            fprintf(out, "\\bibitem[%.*s]{%.*s}", (int)key, s, (int)key, s);
            put_words(out, s + key + 1, n - key - 1);
            putc('\n', out);
        }
        s += n + (s[n] == '\n');
    }
    fputs("\\end{thebibliography}\n\\end{document}\n", out);
}
