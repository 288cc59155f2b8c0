#!/bin/bash
# test.sh [fast]: runs the tests of the program and, unless fast, those in the
# browser, and reports both as one. The last line is the summary. Further
# arguments for go test come from TESTFLAGS; PKG names some packages only.
set -uo pipefail
GO=${GO:-go}
cd "$(dirname "$0")/.."

report=$(mktemp -d)/testreport
trap 'rm -rf "$(dirname "$report")"' EXIT
"$GO" build -o "$report" ./internal/testkit/testreport || exit 1

run() {
	# The events tell what failed; a go command that fails without telling any
	# (a broken go.mod) is seen by its missing tests.
	# shellcheck disable=SC2086
	"$GO" test -json -timeout 20m ${TESTFLAGS:-} "$@" 2>&1
}

{
	# shellcheck disable=SC2086
	run ${PKG:-./...}
	status=$?
	if [ "${1:-}" != fast ] && [ -f e2e/go.mod ]; then
		(cd e2e && run -count=1 ./...) || status=1 # what it builds is not in its inputs
	fi
	exit $status
} | "$report"
