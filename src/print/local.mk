# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/print/applied.c \
	src/print/code.c \
	src/print/code.h \
	src/print/code_table.c \
	src/print/condition.c \
	src/print/form.c \
	src/print/julia.c \
	src/print/latex.c \
	src/print/mathml.c \
	src/print/matlab.c \
	src/print/notation.c \
	src/print/notation.h \
	src/print/numpy.c \
	src/print/output.c \
	src/print/print.c \
	src/print/print.h \
	src/print/range.c \
	src/print/size.c \
	src/print/text.c \
	src/print/writer.c \
	src/print/writer.h
