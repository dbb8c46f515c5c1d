# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/api/answer.c \
	src/api/catalogue.c \
	src/api/check.c \
	src/api/check.h \
	src/api/check_property.c \
	src/api/check_terms.c \
	src/api/check_typo.c \
	src/api/claim.c \
	src/api/context.c \
	src/api/context.h \
	src/api/convert.c \
	src/api/engine.c \
	src/api/engine.h \
	src/api/json.c \
	src/api/json_write.c \
	src/api/json_write.h \
	src/api/known.c \
	src/api/known.h \
	src/api/load.c \
	src/api/names.c \
	src/api/notes.c \
	src/api/props.c \
	src/api/query.c \
	src/api/query.h \
	src/api/several.c \
	src/api/sound.c \
	src/api/sound.h \
	src/api/words.c \
	src/api/words.h
