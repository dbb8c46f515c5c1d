# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/base/fault.c \
	src/base/fault.h \
	src/base/hash.c \
	src/base/hash.h \
	src/base/image.c \
	src/base/image.h \
	src/base/intern.c \
	src/base/intern.h \
	src/base/mem.c \
	src/base/mem.h \
	src/base/random.h \
	src/base/text.c \
	src/base/text.h \
	src/base/truth.h
