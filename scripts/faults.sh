#!/usr/bin/env bash
# The simulation of the whole pipeline under faults (docs/testing.md): SEEDS random seeds on all processors, 500 if not
# said. SEED=n replays one.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
go test -c -o "$folder/faults.test" ./internal/stream
export GOGC=${GOGC:-400} # a fifth less work
run() { # in the package's folder, as go test does
	(cd internal/stream && "$folder/faults.test" -test.run '^TestTablesAreThoseOfACalmRun$' -test.timeout 6h "$@" >"$folder/out")
}
if [ -n "${SEED:-}" ]; then
	ROLLCALL_SEED=$SEED run -test.v || { cat "$folder/out"; exit 1; }
	echo "seed $SEED: the tables are those of a calm run"
	exit
fi
if ROLLCALL_SEEDS=${SEEDS:-500} run; then
	echo "all seeds gave the tables of a calm run"
	exit
fi
head -c 20000 "$folder/out"
seed=$(sed -n 's/.*--- FAIL: .*ROLLCALL_SEED=\([0-9]*\).*/\1/p' "$folder/out" | head -1)
echo
if [ -n "$seed" ]; then echo "replay it: make faults SEED=$seed"; fi
exit 1
