# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/number/rational.c \
	src/number/rational.h
