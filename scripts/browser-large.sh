#!/usr/bin/env bash
# A community of five million actions over ten years: makes it, imports it, and measures every panel over several ranges. Takes
# some ten minutes and 5 GB, and wants a quiet machine. With a folder as $1, what is imported stays there for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-$(mktemp -d)} up=
stop() {
  trap - EXIT INT TERM
  [[ -z $up ]] || { kill "$up" 2>/dev/null && wait "$up" 2>/dev/null; } || true
  [[ -n $keep ]] || rm -rf "$data"
}
keep=${1:-}
trap stop EXIT
trap 'exit 1' INT TERM

bin/rollcall up --data "$data" --listen 127.0.0.1:0 --kafka-listen 127.0.0.1:0 --clickhouse-listen 127.0.0.1:0 --log-level warn >/dev/null &
up=$!
until grep -qs "\"pid\":$up," "$data/run.json"; do
  kill -0 "$up" 2>/dev/null || { wait "$up" || true; echo "browser-large: rollcall did not start, see above" >&2; exit 1; }
  sleep 0.1
done
if [[ $(bin/rollcall query --data "$data" --format TSV "SELECT count() FROM actions") -lt 5000000 ]]; then
  bin/rollcall community set decade --clock data --time-zone Asia/Shanghai --data "$data"
  bin/rollcall simulate --community decade --members 20000 --days 3650 --from 2016-11-20 --rate 0.0159 --seed 5 --time-zone Asia/Shanghai \
    --scenario quiet --out - --truth /dev/null | bin/rollcall import - --format ndjson --community decade --clock data --data "$data"
  bin/rollcall status --wait --data "$data"
fi
ROLLCALL_URL=http://$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' "$data/run.json") node dashboards/console/web/browser/large.mjs
