# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/index/apply.c \
	src/index/call.c \
	src/index/canon.c \
	src/index/canon.h \
	src/index/collect.c \
	src/index/contract.c \
	src/index/extract.c \
	src/index/graph.h \
	src/index/index.h \
	src/index/instantiate.c \
	src/index/lift.c \
	src/index/lift.h \
	src/index/lower.c \
	src/index/lower.h \
	src/index/network.c \
	src/index/network.h \
	src/index/notation.c \
	src/index/power.c \
	src/index/product.c \
	src/index/product.h \
	src/index/rebuild.c \
	src/index/reduce.c \
	src/index/reduce_pairs.c \
	src/index/reduce_tuples.c \
	src/index/resolve.c \
	src/index/series.c \
	src/index/series.h \
	src/index/small.c \
	src/index/sum.c \
	src/index/table.c \
	src/index/term.c \
	src/index/term.h \
	src/index/value.h
