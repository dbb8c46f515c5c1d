# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/simplify/collect.c \
	src/simplify/expand.c \
	src/simplify/internal.h \
	src/simplify/parts.c \
	src/simplify/parts.h \
	src/simplify/quotient.c \
	src/simplify/simplify.c \
	src/simplify/simplify.h
