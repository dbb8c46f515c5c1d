# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/prove/coordinates.c \
	src/prove/derivative.c \
	src/prove/derived.c \
	src/prove/determined.c \
	src/prove/entries.c \
	src/prove/internal.h \
	src/prove/known.c \
	src/prove/law.c \
	src/prove/linear.c \
	src/prove/match.c \
	src/prove/opening.c \
	src/prove/pairing.c \
	src/prove/parts.c \
	src/prove/peel.c \
	src/prove/place.c \
	src/prove/primary.c \
	src/prove/prove.c \
	src/prove/prove.h \
	src/prove/reduce.c \
	src/prove/relation.c \
	src/prove/series.c \
	src/prove/similar.c \
	src/prove/step.c
