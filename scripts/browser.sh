#!/usr/bin/env bash
# The console in headless Chromium: one Rollcall with the demo's data and communities at the edges, then the tests of
# dashboards/console/web/browser. Pictures of all pages are kept in the folder $1, or in bin/pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
find_chromium() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome || true; }
CHROMIUM=$(find_chromium)
if [[ -z $CHROMIUM && -n ${CI:-} && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  apt-get -q update >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null
  CHROMIUM=$(find_chromium)
fi
if [[ -z $CHROMIUM ]] || ! command -v npm >/dev/null; then
  if [[ -n ${CI:-} ]]; then
    echo "browser: Chromium or npm is missing, and CI must see the console in a real browser" >&2
    exit 1
  fi
  echo "browser: SKIPPED, the console was not seen in a real browser: Chromium or npm is missing (apt-get install chromium npm)"
  exit 0
fi
export CHROMIUM

work=$(mktemp -d)
up=
stop() {
  trap - EXIT INT TERM
  [[ -z $up ]] || { kill "$up" 2>/dev/null && wait "$up" 2>/dev/null; } || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM
pictures=${1:-bin/pictures}
mkdir -p "$pictures"

mkdir "$work/tmp"
export ROLLCALL_DATA=$work/data ROLLCALL_PROGRAM=$PWD/bin/rollcall TMPDIR=$work/tmp # a Chromium that is killed leaves things there
bin/rollcall up --listen 127.0.0.1:0 --log-level warn >/dev/null &
up=$!
until grep -qs "\"pid\":$up," "$ROLLCALL_DATA/run.json"; do
  kill -0 "$up" 2>/dev/null || { wait "$up" || true; echo "browser: rollcall did not start, see above" >&2; exit 1; }
  sleep 0.1
done
ROLLCALL_URL=http://$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' "$ROLLCALL_DATA/run.json")
ROLLCALL_PICTURES=$(cd "$pictures" && pwd)
export ROLLCALL_URL ROLLCALL_PICTURES

{
  bin/rollcall community set nobody --time-zone Asia/Shanghai
  bin/rollcall community set one --clock data --time-zone Pacific/Chatham
  bin/rollcall community set first --clock data --time-zone Asia/Shanghai
  bin/rollcall community set names --clock data --time-zone Asia/Shanghai --at-risk 0.01
  bin/rollcall community set french-meta --clock data --time-zone Europe/Paris
  bin/rollcall import demo/french-meta.ndjson.gz --community french-meta --clock data
  node dashboards/console/web/browser/odd.mjs | bin/rollcall import - --format ndjson --strict
  bin/rollcall status --wait
} >/dev/null

cd dashboards/console/web
[[ -d node_modules/axe-core ]] || npm ci --no-audit --no-fund --loglevel=error
node --test-reporter=spec browser/all.mjs
echo "browser: pictures of every page are in $ROLLCALL_PICTURES"
