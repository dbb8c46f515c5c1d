#!/bin/sh
# Answers the requests in requests.jsonl; with jq, prints each in one line.
# usage: examples/requests.sh [MATDIFF]
set -eu
matdiff=${1-matdiff}
here=$(dirname "$0")
if command -v jq >/dev/null 2>&1; then
	"$matdiff" batch "$here/requests.jsonl" |
		jq -r '"\(.id): \(.text // .error.message)  [\(.verdict)]"'
else
	"$matdiff" batch "$here/requests.jsonl"
fi
