#!/usr/bin/env bash
# Runs the benchmarks behind docs/benchmarks.md, one package at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
go test -run='^$' -bench=. -benchmem -count="${COUNT:-3}" -timeout 30m -p 1 ${PACKAGES:-./...} | grep -E '^(Benchmark|goos|goarch|cpu|pkg)'
