# Written by build-aux/sources. Do not edit.
matdiff_SOURCES += \
	src/cli/batch.c \
	src/cli/buffer.c \
	src/cli/buffer.h \
	src/cli/cli.h \
	src/cli/commands.c \
	src/cli/derive.c \
	src/cli/editor.c \
	src/cli/editor.h \
	src/cli/keys.c \
	src/cli/keys.h \
	src/cli/load.c \
	src/cli/main.c \
	src/cli/options.c \
	src/cli/props.c \
	src/cli/repl.c \
	src/cli/report.c \
	src/cli/report.h \
	src/cli/rules.c \
	src/cli/session.c \
	src/cli/session.h \
	src/cli/show.c \
	src/cli/source.c \
	src/cli/source.h \
	src/cli/statement.c \
	src/cli/statement.h \
	src/cli/suggest.c \
	src/cli/tex.c \
	src/cli/tex.h \
	src/cli/topics.c \
	src/cli/twice.c \
	src/cli/twice.h \
	src/cli/verify.c
