# Written by build-aux/sources. Do not edit.
libcore_la_SOURCES += \
	src/expr/apply.c \
	src/expr/binder.c \
	src/expr/condition.c \
	src/expr/condition.h \
	src/expr/element.c \
	src/expr/expr.c \
	src/expr/expr.h \
	src/expr/function.c \
	src/expr/function.h \
	src/expr/layout.h \
	src/expr/leaf.c \
	src/expr/member.c \
	src/expr/node.h \
	src/expr/op.c \
	src/expr/op.h \
	src/expr/part.c \
	src/expr/part.h \
	src/expr/pass.c \
	src/expr/property.c \
	src/expr/sizes.c
