# Tests. Unit tests are listed in tests/unit/local.mk; a script is listed
# here. A script finds in its environment
#   MATDIFF       the command that was built
#   top_srcdir    the source tree, absolute
#   top_builddir  the build tree, absolute
# exits 0 passed, 77 skipped, 99 broken, anything else failed, and runs in the
# build tree, where it writes nothing but in a folder of its own from mktemp.
# Its data files may lie anywhere below tests/. A Check test may take 60 s,
# unless CK_DEFAULT_TIMEOUT in the environment says otherwise.

script_tests = \
	tests/answers/run \
	tests/cli/run \
	tests/cli/terminal \
	tests/compendium/run \
	tests/rules/damaged \
	tests/rules/run \
	tests/exports \
	tests/floors \
	tests/hostile/run \
	tests/readme/run \
	tests/render/run \
	tests/sources \
	tests/textbook

TESTS += $(check_PROGRAMS) $(script_tests)
EXTRA_DIST += $(script_tests)

# 100,000 random expressions of all kinds: COUNT, SEED, JOBS, MULTIPLIER.
check-long: tests/unit/test_kinds$(EXEEXT)
	top_builddir='$(abs_top_builddir)' $(top_srcdir)/tests/long $(COUNT)
.PHONY: check-long
EXTRA_DIST += tests/long

AM_TESTS_ENVIRONMENT = \
	MATDIFF='$(abs_top_builddir)/matdiff$(EXEEXT)'; export MATDIFF; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	CC='$(CC)'; export CC; MODE_CFLAGS='$(MODE_CFLAGS)'; export MODE_CFLAGS; \
	CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT-60}; export CK_DEFAULT_TIMEOUT;

# What a program without an _LDADD of its own is linked with.
LDADD = libcore.la libimage.la $(CHECK_LIBS)
