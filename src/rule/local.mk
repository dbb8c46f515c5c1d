# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/rule/builtin.h \
	src/rule/chain.c \
	src/rule/check.c \
	src/rule/claim.c \
	src/rule/claim.h \
	src/rule/claim_check.c \
	src/rule/commute.c \
	src/rule/fact.c \
	src/rule/key.c \
	src/rule/key.h \
	src/rule/law.c \
	src/rule/law.h \
	src/rule/load.c \
	src/rule/loading.h \
	src/rule/match.c \
	src/rule/match.h \
	src/rule/overlap.c \
	src/rule/overlap.h \
	src/rule/place.c \
	src/rule/primary.c \
	src/rule/reduce.c \
	src/rule/replace.c \
	src/rule/rest.c \
	src/rule/rewrite.c \
	src/rule/rule.h \
	src/rule/signature.c \
	src/rule/split.c \
	src/rule/split.h \
	src/rule/table.h \
	src/rule/task.h \
	src/rule/why.c
