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
	rules/operators/87-blocks.rules \
	rules/functions/10-exponential.rules \
	rules/functions/15-powers.rules \
	rules/functions/20-trigonometric.rules \
	rules/functions/25-hyperbolic.rules \
	rules/functions/30-piecewise.rules \
	rules/functions/35-sigmoid.rules \
	rules/functions/40-inverse.rules \
	rules/functions/45-determinant.rules \
	rules/functions/50-matrix-exponential.rules \
	rules/functions/51-matrix-logarithm.rules \
	rules/functions/52-matrix-root.rules \
	rules/functions/53-matrix-sine.rules \
	rules/functions/55-softmax.rules \
	rules/functions/60-norms.rules \
	rules/functions/65-maximum-norm.rules \
	rules/functions/70-triangles.rules \
	rules/functions/90-aliases.rules \
	rules/simplify/10-determinant.rules \
	rules/simplify/15-inverse.rules \
	rules/simplify/17-blocks.rules \
	rules/simplify/20-products.rules \
	rules/simplify/30-kronecker.rules \
	rules/simplify/32-triangles.rules \
	rules/simplify/35-quotients.rules \
	rules/simplify/40-exponential.rules \
	rules/simplify/42-matrix-functions.rules \
	rules/simplify/43-matrix-derivatives.rules \
	rules/simplify/45-trigonometric.rules \
	rules/simplify/50-piecewise.rules \
	rules/simplify/60-norms.rules \
	rules/simplify/80-symmetry.rules \
	rules/simplify/85-definiteness.rules \
	rules/simplify/90-signs.rules \
	rules/simplify/95-conditions.rules \
	rules/laws/10-definitions.rules \
	rules/laws/20-powers.rules \
	rules/compendium/10-scalar-functions.rules \
	rules/compendium/12-scalar-through-matrices.rules \
	rules/compendium/13-functions-by-entries.rules \
	rules/compendium/14-hessians-by-entries.rules \
	rules/compendium/15-vector-by-scalar.rules \
	rules/compendium/16-vector-by-scalar-denominator.rules \
	rules/compendium/17-functions-by-scalar.rules \
	rules/compendium/18-matrix-by-scalar.rules \
	rules/compendium/19-matrix-functions-by-scalar.rules \
	rules/compendium/20-scalar-by-vector.rules \
	rules/compendium/21-scalar-by-vector-numerator.rules \
	rules/compendium/23-quadratic-forms.rules \
	rules/compendium/24-functions-of-forms.rules \
	rules/compendium/25-vector-by-vector.rules \
	rules/compendium/26-vector-by-vector-denominator.rules \
	rules/compendium/27-vector-functions.rules \
	rules/compendium/28-functions-by-vector.rules \
	rules/compendium/29-functions-by-vector-denominator.rules \
	rules/compendium/30-scalar-by-matrix.rules \
	rules/compendium/31-scalar-by-matrix-numerator.rules \
	rules/compendium/32-scalar-by-matrix-more.rules \
	rules/compendium/33-scalar-by-matrix-more-numerator.rules \
	rules/compendium/34-parts.rules \
	rules/compendium/35-traces-first-order.rules \
	rules/compendium/36-traces-second-order.rules \
	rules/compendium/37-traces-higher-order.rules \
	rules/compendium/38-functions-by-matrix.rules \
	rules/compendium/39-functions-by-matrix-numerator.rules \
	rules/compendium/40-determinants.rules \
	rules/compendium/41-determinants-more.rules \
	rules/compendium/42-powers.rules \
	rules/compendium/45-matrix-by-matrix.rules \
	rules/compendium/46-matrix-by-matrix-more.rules \
	rules/compendium/47-kronecker-jacobians.rules \
	rules/compendium/48-vector-and-matrix.rules \
	rules/compendium/50-hessians.rules \
	rules/compendium/51-hessians-more.rules \
	rules/compendium/55-norms-of-matrices.rules \
	rules/compendium/57-structured.rules \
	rules/compendium/58-block-forms.rules \
	rules/compendium/59-block-matrices.rules \
	rules/compendium/60-least-squares.rules \
	rules/compendium/61-classification.rules \
	rules/compendium/63-networks.rules \
	rules/compendium/64-networks-more.rules \
	rules/compendium/65-gaussians.rules \
	rules/compendium/66-statistics.rules \
	rules/compendium/67-optimisation.rules \
	rules/compendium/68-fits-and-forms.rules \
	rules/compendium/68-layers.rules \
	rules/compendium/69-functional-equations.rules \
	rules/compendium/70-trace-identities.rules \
	rules/compendium/72-inverse-identities.rules \
	rules/compendium/73-determinant-identities.rules \
	rules/compendium/74-adjugates-and-determinants.rules \
	rules/compendium/75-kronecker-identities.rules \
	rules/compendium/76-hadamard-identities.rules \
	rules/compendium/77-block-identities.rules \
	rules/compendium/77-projections.rules \
	rules/compendium/78-inverses-and-squares.rules \
	rules/compendium/79-norms-and-functions.rules \
	rules/compendium/80-matrix-functions.rules \
	rules/compendium/83-differentials.rules \
	rules/compendium/84-differentials-more.rules \
	rules/refuted-functions.rules \
	rules/refuted-slips.rules \
	rules/refuted.rules
EXTRA_DIST += \
	rules/README.md \
	rules/SOURCES
EXTRA_DIST += $(rule_files) build-aux/embed
nodist_libcore_la_SOURCES += src/rule/builtin.c
CLEANFILES += src/rule/builtin.c
src/rule/builtin.c: $(rule_files) rules/SOURCES build-aux/embed rules/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/rule && \
	$(SHELL) $(srcdir)/build-aux/embed $(srcdir) $(rule_files) \
		rules/SOURCES \
		>$@.tmp && mv $@.tmp $@
