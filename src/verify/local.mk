# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/verify/abstract.c \
	src/verify/abstract.h \
	src/verify/arrange.c \
	src/verify/arrange.h \
	src/verify/concrete.c \
	src/verify/concrete.h \
	src/verify/differ.c \
	src/verify/differ.h \
	src/verify/equal.c \
	src/verify/exact.c \
	src/verify/exact.h \
	src/verify/exact_sample.c \
	src/verify/exact_sample.h \
	src/verify/given.c \
	src/verify/given.h \
	src/verify/judge.c \
	src/verify/judge.h \
	src/verify/move.c \
	src/verify/move.h \
	src/verify/point.c \
	src/verify/point.h \
	src/verify/sample.c \
	src/verify/sample.h \
	src/verify/structure.c \
	src/verify/structure.h \
	src/verify/unroll.c \
	src/verify/unroll.h \
	src/verify/verify.c \
	src/verify/verify.h
