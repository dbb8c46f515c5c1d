# Written by build-aux/sources. Do not edit.
unit_common =
unit_common += \
	tests/unit/eval_table.h \
	tests/unit/fixture.c \
	tests/unit/fixture.h \
	tests/unit/mutant.c \
	tests/unit/mutant.h \
	tests/unit/random_expr.c \
	tests/unit/random_expr.h \
	tests/unit/suite.h \
	tests/unit/trial.c \
	tests/unit/trial.h \
	tests/unit/trial_kinds.c \
	tests/unit/truth.c \
	tests/unit/truth.h
EXTRA_DIST += $(unit_common)
if HAVE_CHECK
check_PROGRAMS += \
	tests/unit/test_api \
	tests/unit/test_api_json \
	tests/unit/test_condition \
	tests/unit/test_convert \
	tests/unit/test_derive \
	tests/unit/test_eval \
	tests/unit/test_exact \
	tests/unit/test_families \
	tests/unit/test_forms \
	tests/unit/test_growth \
	tests/unit/test_image \
	tests/unit/test_index \
	tests/unit/test_kinds \
	tests/unit/test_lang \
	tests/unit/test_matfun \
	tests/unit/test_mutants \
	tests/unit/test_needed \
	tests/unit/test_print \
	tests/unit/test_property \
	tests/unit/test_prove \
	tests/unit/test_roundtrip \
	tests/unit/test_rule \
	tests/unit/test_rule_overlap \
	tests/unit/test_rule_rewrite \
	tests/unit/test_rule_sound \
	tests/unit/test_spectral \
	tests/unit/test_torture \
	tests/unit/test_verify \
	tests/unit/test_verify_rules
endif
tests_unit_test_api_SOURCES = tests/unit/test_api.c $(unit_common)
tests_unit_test_api_json_SOURCES = tests/unit/test_api_json.c $(unit_common)
tests_unit_test_condition_SOURCES = tests/unit/test_condition.c $(unit_common)
tests_unit_test_convert_SOURCES = tests/unit/test_convert.c $(unit_common)
tests_unit_test_derive_SOURCES = tests/unit/test_derive.c $(unit_common)
tests_unit_test_eval_SOURCES = tests/unit/test_eval.c $(unit_common)
tests_unit_test_exact_SOURCES = tests/unit/test_exact.c $(unit_common)
tests_unit_test_families_SOURCES = tests/unit/test_families.c $(unit_common)
tests_unit_test_forms_SOURCES = tests/unit/test_forms.c $(unit_common)
tests_unit_test_growth_SOURCES = tests/unit/test_growth.c $(unit_common)
tests_unit_test_image_SOURCES = tests/unit/test_image.c $(unit_common)
tests_unit_test_index_SOURCES = tests/unit/test_index.c $(unit_common)
tests_unit_test_kinds_SOURCES = tests/unit/test_kinds.c $(unit_common)
tests_unit_test_lang_SOURCES = tests/unit/test_lang.c $(unit_common)
tests_unit_test_matfun_SOURCES = tests/unit/test_matfun.c $(unit_common)
tests_unit_test_mutants_SOURCES = tests/unit/test_mutants.c $(unit_common)
tests_unit_test_needed_SOURCES = tests/unit/test_needed.c $(unit_common)
tests_unit_test_print_SOURCES = tests/unit/test_print.c $(unit_common)
tests_unit_test_property_SOURCES = tests/unit/test_property.c $(unit_common)
tests_unit_test_prove_SOURCES = tests/unit/test_prove.c $(unit_common)
tests_unit_test_roundtrip_SOURCES = tests/unit/test_roundtrip.c $(unit_common)
tests_unit_test_rule_SOURCES = tests/unit/test_rule.c $(unit_common)
tests_unit_test_rule_overlap_SOURCES = tests/unit/test_rule_overlap.c $(unit_common)
tests_unit_test_rule_rewrite_SOURCES = tests/unit/test_rule_rewrite.c $(unit_common)
tests_unit_test_rule_sound_SOURCES = tests/unit/test_rule_sound.c $(unit_common)
tests_unit_test_spectral_SOURCES = tests/unit/test_spectral.c $(unit_common)
tests_unit_test_torture_SOURCES = tests/unit/test_torture.c $(unit_common)
tests_unit_test_verify_SOURCES = tests/unit/test_verify.c $(unit_common)
tests_unit_test_verify_rules_SOURCES = tests/unit/test_verify_rules.c $(unit_common)
