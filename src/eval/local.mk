# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/eval/arith.c \
	src/eval/blas.c \
	src/eval/blas.h \
	src/eval/compile.c \
	src/eval/compile.h \
	src/eval/dense.c \
	src/eval/dense.h \
	src/eval/eval.h \
	src/eval/exact.h \
	src/eval/exact_arith.c \
	src/eval/exact_compile.c \
	src/eval/exact_degree.c \
	src/eval/exact_run.c \
	src/eval/exact_table.h \
	src/eval/exact_values.c \
	src/eval/kernels.c \
	src/eval/kernels_equations.c \
	src/eval/kernels_matrix.c \
	src/eval/kernels_spectral.c \
	src/eval/matfun.c \
	src/eval/matfun.h \
	src/eval/plan.c \
	src/eval/plan.h \
	src/eval/ruled.c \
	src/eval/ruled.h \
	src/eval/run.c \
	src/eval/spectral.c \
	src/eval/spectral.h \
	src/eval/uses.c
