# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/shape/dim.c \
	src/shape/dim.h \
	src/shape/shape.c \
	src/shape/shape.h
