# Written by build-aux/sources. Do not edit.

EXTRA_DIST += grammar/matdiff.y
nodist_libgrammar_la_SOURCES += grammar/parse.c grammar/parse.h
BUILT_SOURCES += grammar/parse.c grammar/parse.h
CLEANFILES += grammar/parse.c grammar/parse.h
grammar/parse.c: grammar/matdiff.y
	$(AM_V_GEN)$(MKDIR_P) grammar && $(BISON) -Wall \
		--header=grammar/parse.h -o grammar/parse.c \
		$(srcdir)/grammar/matdiff.y
grammar/parse.h: grammar/parse.c
	@test -f $@ || { rm -f grammar/parse.c; $(MAKE) grammar/parse.c; }

EXTRA_DIST += grammar/matdiff.l
nodist_libgrammar_la_SOURCES += grammar/lex.c grammar/lex.h
BUILT_SOURCES += grammar/lex.c grammar/lex.h
CLEANFILES += grammar/lex.c grammar/lex.h
grammar/lex.c: grammar/matdiff.l
	$(AM_V_GEN)$(MKDIR_P) grammar && $(FLEX) \
		--header-file=grammar/lex.h -o grammar/lex.c \
		$(srcdir)/grammar/matdiff.l
grammar/lex.h: grammar/lex.c
	@test -f $@ || { rm -f grammar/lex.c; $(MAKE) grammar/lex.c; }
