#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME, as many at a time as there are processors.
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME=${FUZZTIME:-30s}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r pkg; do
  binary=$work/$(echo "$pkg" | tr '/.' '__')
  go test -c -fuzz=Fuzz -o "$binary" "$pkg"
  sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$pkg"/*_test.go | sort -u | while read -r target; do echo "$pkg $binary $target"; done
done >"$work/targets"
one() {
  read -r pkg binary target <<<"$1"
  cd "$pkg"
  if ! out=$("$binary" -test.run='^$' -test.fuzz="^$target\$" -test.fuzztime="$FUZZTIME" -test.fuzzminimizetime=10x -test.parallel=1 \
    -test.fuzzcachedir="$work/corpus" 2>&1); then
    # When the time runs out in the middle of an execution the toolchain says so as a failure, without an input.
    if ! grep -q 'context deadline exceeded' <<<"$out" || grep -q 'Failing input' <<<"$out"; then
      echo "$out"
      echo "fuzz: $pkg $target failed; the input is in $pkg/testdata/fuzz/$target"
      return 255
    fi
  fi
  echo "fuzz: $pkg $target: $(grep -o 'execs: [0-9]*' <<<"$out" | tail -n 1)"
}
export -f one
export work
xargs -P "$(nproc)" -I{} bash -c 'one "{}"' <"$work/targets"
