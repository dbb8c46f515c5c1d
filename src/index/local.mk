# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/index/canon.c \
	src/index/canon.h \
	src/index/collect.c \
	src/index/index.h \
	src/index/instantiate.c \
	src/index/lift.c \
	src/index/lift.h \
	src/index/lower.c \
	src/index/lower.h \
	src/index/product.c \
	src/index/rebuild.c \
	src/index/reduce.c \
	src/index/sum.c \
	src/index/table.c \
	src/index/term.c \
	src/index/term.h
