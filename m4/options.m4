# The options of configure, and small checks.

# MD_PROG(VARIABLE, NAME): a program the build cannot do without.
AC_DEFUN([MD_PROG], [
  AC_PATH_PROG([$1], [$2], [no])
  AS_IF([test "x$$1" = xno], [AC_MSG_ERROR([$2 is needed to build matdiff])])
])

# MD_ADD_FLAG(VARIABLE, FLAG): adds FLAG where the compiler knows it. -Werror,
# because clang only warns of a flag it does not know.
AC_DEFUN([MD_ADD_FLAG], [
  AC_MSG_CHECKING([whether $CC takes $2])
  md_saved_cflags=$CFLAGS
  CFLAGS="$CFLAGS -Werror $2"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
  CFLAGS=$md_saved_cflags
])

# --enable-gcov. Before AC_PROG_CC, which fills in CFLAGS: coverage is counted
# by line, hence without optimisation unless the user says otherwise.
AC_DEFUN([MD_OPTION_GCOV], [
  AC_ARG_ENABLE([gcov],
    [AS_HELP_STRING([--enable-gcov], [count the lines that tests reach])],
    [], [enable_gcov=no])
  AS_IF([test "x$enable_gcov" = xyes],
    [AS_IF([test -z "${CFLAGS+set}"], [CFLAGS="-O0 -g"])
     MODE_CFLAGS="$MODE_CFLAGS --coverage"])
])

# --enable-werror; WARN_CFLAGS.
AC_DEFUN([MD_OPTION_WARNINGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [make warnings errors])],
    [], [enable_werror=no])
  for md_flag in -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
                 -Wmissing-prototypes; do
    MD_ADD_FLAG([WARN_CFLAGS], [$md_flag])
  done
  AS_IF([test "x$enable_werror" = xyes],
    [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  MD_ADD_FLAG([WARN_CFLAGS], [-fvisibility=hidden])
  AC_SUBST([WARN_CFLAGS])
])

# --enable-asan, --enable-ubsan; MODE_CFLAGS, needed to compile and to link.
AC_DEFUN([MD_OPTION_SANITIZERS], [
  AC_ARG_ENABLE([asan],
    [AS_HELP_STRING([--enable-asan], [build with AddressSanitizer])],
    [], [enable_asan=no])
  AC_ARG_ENABLE([ubsan],
    [AS_HELP_STRING([--enable-ubsan],
      [build with UndefinedBehaviorSanitizer; what it finds is fatal])],
    [], [enable_ubsan=no])
  AS_IF([test "x$enable_asan" = xyes],
    [MODE_CFLAGS="$MODE_CFLAGS -fsanitize=address -fno-omit-frame-pointer"])
  AS_IF([test "x$enable_ubsan" = xyes],
    [MODE_CFLAGS="$MODE_CFLAGS -fsanitize=undefined"
     MODE_CFLAGS="$MODE_CFLAGS -fno-sanitize-recover=undefined"])
  AC_SUBST([MODE_CFLAGS])
])

# --enable-torture defines MD_TORTURE: a hostile build for tests.
AC_DEFUN([MD_OPTION_TORTURE], [
  AC_ARG_ENABLE([torture],
    [AS_HELP_STRING([--enable-torture],
      [failing allocator and tiny tables, for tests])],
    [], [enable_torture=no])
  AS_IF([test "x$enable_torture" = xyes],
    [AC_DEFINE([MD_TORTURE], [1], [Failing allocator and tiny tables.])])
])

# Libtool compiles each file of a library twice, position independent and not.
# All our files go through a convenience library, of which it only uses the
# first kind; -shared saves the second. It is an error without shared libraries.
AC_DEFUN([MD_COMPILE_ONCE], [
  AS_IF([test "x$enable_shared" = xyes], [COMPILE_ONCE=-shared])
  AC_SUBST([COMPILE_ONCE])
])

# What writes the image of the built-in rules; a program for another machine
# goes without.
AC_DEFUN([MD_IMAGE], [
  AS_IF([test "x$cross_compiling" = xyes],
    [IMAGE='cat $(srcdir)/build-aux/no_image.c'],
    [IMAGE='build-aux/image$(EXEEXT)'])
  AC_SUBST([IMAGE])
])
