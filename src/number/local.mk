# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/number/field.c \
	src/number/field.h \
	src/number/jet.c \
	src/number/jet.h \
	src/number/rational.c \
	src/number/rational.h
