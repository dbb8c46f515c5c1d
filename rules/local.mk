# Written by build-aux/sources. Do not edit.
rule_files =
rule_files += \
	rules/operators/10-arithmetic.rules \
	rules/operators/20-transpose.rules \
	rules/operators/30-entrywise.rules \
	rules/operators/40-constants.rules \
	rules/operators/50-scaling.rules \
	rules/operators/60-products.rules \
	rules/operators/70-sums.rules \
	rules/operators/80-structure.rules \
	rules/operators/85-kronecker.rules \
	rules/functions/10-exponential.rules \
	rules/functions/15-powers.rules \
	rules/functions/20-trigonometric.rules \
	rules/functions/25-hyperbolic.rules \
	rules/functions/30-piecewise.rules \
	rules/functions/35-sigmoid.rules \
	rules/functions/40-inverse.rules \
	rules/functions/45-determinant.rules \
	rules/functions/50-matrix-exponential.rules \
	rules/functions/55-softmax.rules \
	rules/functions/60-norms.rules \
	rules/functions/65-maximum-norm.rules \
	rules/functions/90-aliases.rules \
	rules/simplify/10-determinant.rules \
	rules/simplify/15-inverse.rules \
	rules/simplify/20-products.rules \
	rules/simplify/30-kronecker.rules \
	rules/simplify/35-quotients.rules \
	rules/simplify/40-exponential.rules \
	rules/simplify/45-trigonometric.rules \
	rules/simplify/50-piecewise.rules \
	rules/simplify/60-norms.rules \
	rules/simplify/80-symmetry.rules \
	rules/simplify/85-definiteness.rules \
	rules/simplify/90-signs.rules
EXTRA_DIST += \
	rules/README.md \
	rules/SOURCES
EXTRA_DIST += $(rule_files) build-aux/embed
nodist_libcore_la_SOURCES += src/rule/builtin.c
CLEANFILES += src/rule/builtin.c
src/rule/builtin.c: $(rule_files) build-aux/embed rules/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/rule && \
	$(SHELL) $(srcdir)/build-aux/embed $(srcdir) $(rule_files) \
		>$@.tmp && mv $@.tmp $@
