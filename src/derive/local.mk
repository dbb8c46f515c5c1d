# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/derive/adjoint.c \
	src/derive/arrange.c \
	src/derive/arrange.h \
	src/derive/condition.c \
	src/derive/condition.h \
	src/derive/convention.c \
	src/derive/convention.h \
	src/derive/convert.c \
	src/derive/convert.h \
	src/derive/derive.c \
	src/derive/derive.h \
	src/derive/deriver.c \
	src/derive/deriver.h \
	src/derive/differential.c \
	src/derive/differential.h \
	src/derive/explain.c \
	src/derive/explain.h \
	src/derive/halves.c \
	src/derive/member.c \
	src/derive/part.c \
	src/derive/part.h \
	src/derive/pieces.c \
	src/derive/plain.c \
	src/derive/plain.h \
	src/derive/recursion.c \
	src/derive/recursion.h \
	src/derive/reverse.c \
	src/derive/reverse.h \
	src/derive/row.c \
	src/derive/row.h \
	src/derive/structure.c \
	src/derive/structure.h \
	src/derive/tangent.c \
	src/derive/where.c \
	src/derive/where.h
