# Written by build-aux/sources. Do not edit.
EXTRA_DIST += \
	docs/exact-verification.md \
	docs/matdiff.1 \
	docs/protocol.md \
	examples/claims.sh \
	examples/requests.jsonl \
	examples/requests.sh \
	examples/session.txt \
	tests/cli/batch.test \
	tests/cli/derive.test \
	tests/cli/repl.test \
	tests/cli/run \
	tests/cli/terminal \
	tests/cli/usage.test \
	tests/exports \
	tests/floors \
	tests/lang/errors.txt \
	tests/lang/reading.txt \
	tests/render/katex.js \
	tests/render/render \
	tests/render/requests.jsonl \
	tests/render/run \
	tests/sources
EXTRA_DIST += build-aux/sources
