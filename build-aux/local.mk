# Written by build-aux/sources. Do not edit.
EXTRA_DIST += \
	bench/README.md \
	docs/architecture.md \
	docs/decisions/broadcast-constants.md \
	docs/decisions/differences.md \
	docs/decisions/flatten-limit.md \
	docs/decisions/pairings.md \
	docs/decisions/raw-expressions.md \
	docs/decisions/rules-bootstrap.md \
	docs/decisions/structured-variables.md \
	docs/decisions/symmetry-by-hash.md \
	docs/exact-verification.md \
	docs/language.md \
	docs/matdiff.1 \
	docs/mathematics.md \
	docs/protocol.md \
	examples/claims.sh \
	examples/requests.jsonl \
	examples/requests.sh \
	examples/session.txt \
	fuzz/request.c \
	tests/cli/batch.test \
	tests/cli/derive.test \
	tests/cli/repl.test \
	tests/cli/run \
	tests/cli/terminal \
	tests/cli/usage.test \
	tests/data/textbook.txt \
	tests/exports \
	tests/floors \
	tests/hostile/run \
	tests/lang/errors.txt \
	tests/lang/reading.txt \
	tests/readme/run \
	tests/render/katex.js \
	tests/render/render \
	tests/render/requests.jsonl \
	tests/render/run \
	tests/sources \
	tests/textbook \
	CONTRIBUTING.md \
	NEWS \
	README.md
EXTRA_DIST += build-aux/sources
