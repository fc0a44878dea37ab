#!/usr/bin/env bash
# Shows Rollcall on a real community: starts it, imports French Language Meta's ten years, and keeps a simulated community
# live beside it. Ctrl-C stops all. With --check it runs in a folder of its own, checks page and numbers, and ends.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${ROLLCALL_DEMO_DATA:-demo-data} listen=127.0.0.1:8080 check=
if [[ ${1:-} == --check ]]; then
  check=1 data=$(mktemp -d) listen=127.0.0.1:0
fi
began=$SECONDS
pids=()
finish() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  [[ -z $check ]] || rm -rf "$data"
}
trap finish EXIT
trap 'exit 0' INT TERM

ROLLCALL_LISTEN=${ROLLCALL_LISTEN:-$listen} bin/rollcall up --data "$data" --log-level warn >/dev/null &
pids+=($!)
up=$!
until grep -qs "\"pid\":$up," "$data/run.json"; do
  kill -0 "$up" 2>/dev/null || { wait "$up" || true; echo "demo: rollcall did not start, see above" >&2; exit 1; }
  sleep 0.1
done
http=$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' "$data/run.json")

bin/rollcall community set french-meta --time-zone Europe/Paris --clock data --data "$data" >/dev/null 2>&1 || true
bin/rollcall import demo/french-meta.ndjson.gz --community french-meta --clock data --data "$data"
bin/rollcall simulate --live --community plaza --members 1500 --days 7 --rate 1 --seed "$RANDOM" \
  --truth "$data/plaza.truth.json" --data "$data" >/dev/null &
pids+=($!)
bin/rollcall status --wait --data "$data" >/dev/null

echo
echo "Rollcall shows two communities after $((SECONDS - began)) s:"
echo "  french-meta  ten years of a real community"
echo "  plaza        a simulated one, live"
echo
echo "  Open  http://$http/"
echo "  Ask   bin/rollcall query \"SELECT window, max(active_members) FROM activity FINAL GROUP BY window\" --data $data"
echo "  Stop  Ctrl-C"
if [[ -n $check ]]; then
  page=$(curl -fsS "http://$http/")
  [[ $page == *"<title>"* ]] || { echo "demo: the page is not there" >&2; exit 1; }
  count() { bin/rollcall query --format TSV "$1" --data "$data"; }
  want=$(gzip -dc demo/french-meta.ndjson.gz | wc -l)
  got=$(count "SELECT count() FROM actions FINAL WHERE community = 'french-meta'")
  [[ $got == "$want" ]] || { echo "demo: $got actions of french-meta, want $want" >&2; exit 1; }
  [[ $(count "SELECT countIf(late = 1) FROM actions FINAL") == 0 ]] || { echo "demo: late actions" >&2; exit 1; }
  for _ in $(seq 100); do
    live=$(count "SELECT count() FROM activity FINAL WHERE community = 'plaza' AND window = '5m' AND time > now() - 600")
    [[ $live == 0 ]] || { echo "demo: ok"; exit 0; }
    sleep 0.3
  done
  echo "demo: nothing live" >&2
  exit 1
fi
wait "$up"
