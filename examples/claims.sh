#!/bin/sh
# Checks formulas as one finds them in notes: which are right, and when.
# usage: examples/claims.sh [MATDIFF]
set -u
matdiff=${1-matdiff}
check() {
	printf 'd %s / d %s = %s ?  ' "$1" "$2" "$3"
	"$matdiff" check "$@" --quiet
}
check "x'*A*x" x "2*A*x"
check "x'*A*x" x "(A+A')*x"
check "a*norm2(x)" x "a*x/norm2(x)" --let "a, x[n]"
check "log(det(X))" X "inv(X)" --let "X[n,n]"
check "log(det(X))" X "inv(X)'" --let "X[n,n]"
check "tr(X'*A*X)" X "2*A*X" --let "A[n,n], X[n,p]"
check "tr(inv(X)*A)" X "-inv(X)'*A*inv(X)'" --let "X[n,n], A[n,n]"
exit 0
