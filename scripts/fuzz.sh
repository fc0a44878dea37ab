#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME, packages beside each other, as many as there are processors.
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME=${FUZZTIME:-30s}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package() {
  local pkg=$1 out
  local binary=$work/${pkg//[.\/]/_}
  go test -c -fuzz=Fuzz -o "$binary" "$pkg" || return 255
  cd "$pkg"
  for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' ./*_test.go | sort -u); do
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
  done
  rm -f "$binary"
}
export -f package
export work
grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u | xargs -P "$(nproc)" -I{} bash -c 'package "{}"'
