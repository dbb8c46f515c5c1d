# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/lang/assume.c \
	src/lang/build.c \
	src/lang/complain.c \
	src/lang/declare.c \
	src/lang/declare.h \
	src/lang/declared.c \
	src/lang/definitions.c \
	src/lang/dimension.c \
	src/lang/elaborate.c \
	src/lang/elaborate.h \
	src/lang/elsewhere.c \
	src/lang/elsewhere.h \
	src/lang/equations.c \
	src/lang/families.c \
	src/lang/functions.c \
	src/lang/lang.h \
	src/lang/operators.c \
	src/lang/reader.c \
	src/lang/reader.h \
	src/lang/scope.c \
	src/lang/scope.h \
	src/lang/show.c \
	src/lang/syntax.c \
	src/lang/syntax.h \
	src/lang/typing.c \
	src/lang/uses.c
