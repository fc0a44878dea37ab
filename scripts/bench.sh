#!/usr/bin/env bash
# The benchmarks behind docs/benchmarks.md, one package at a time. COUNT runs of each (5).
set -euo pipefail
cd "$(dirname "$0")/.."
run() { go test -run='^$' -count="${COUNT:-5}" -timeout 30m "$@" | grep -E '^(Benchmark|cpu|pkg)' || true; }
run -bench . -skip Panels -benchtime 1x ./internal/app
run -bench Panels -benchtime 3x -count 1 ./internal/app
run -bench . -benchtime 200000x -skip 'Communities|Publish' ./processors/...
run -bench 'Communities|Publish' -benchtime 20x ./processors/...
run -bench . -benchmem ./schemas ./ingest/...
run -bench Insert -benchtime 1x ./internal/embedded/chdb
run -bench . -benchtime 4x ./internal/kafka
