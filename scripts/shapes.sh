#!/usr/bin/env bash
# Runs, without the race detector, the tests that are skipped or see a part of their data where it is in the program
# (internal/testkit: Race, Alone): every data set, whole. ROLLCALL_ALL_SHAPES=1 takes all nine shapes of a deployment instead
# of the extreme ones and the middle.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(grep -rlE --include='*_test.go' 'testkit\.Alone\(t\)|demo\(t\)' cmd internal processors)
names=$(awk '/^func /{name = $2; sub(/\(.*/, "", name)} /testkit\.Alone\(t\)|demo\(t\)/ && name ~ /^Test/ {print name}' "${files[@]}" | sort -u | paste -sd '|')
mapfile -t packages < <(dirname "${files[@]}" | sort -u)
ROLLCALL_ALL_SHAPES=${ROLLCALL_ALL_SHAPES:-corners} GOGC=${GOGC:-400} exec go test -timeout 20m -run "^($names)\$" "${packages[@]/#/./}"
