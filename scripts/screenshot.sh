#!/usr/bin/env bash
# Takes README's pictures of the real page: starts the demo in a folder of its own and photographs it with Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[[ -n $chromium ]] || { echo "screenshot: Chromium is missing (apt-get install chromium)" >&2; exit 1; }
work=$(mktemp -d)
export ROLLCALL_DEMO_DATA=$work/data ROLLCALL_LISTEN=127.0.0.1:0
scripts/demo.sh >"$work/out" &
demo=$!
trap 'kill $demo 2>/dev/null; wait $demo 2>/dev/null; rm -rf "$work"' EXIT
until url=$(grep -oE 'http://[0-9.:]+/' "$work/out"); do
  kill -0 $demo
  sleep 0.2
done
cd dashboards/console/web
npm ci --no-audit --no-fund --loglevel=error
mkdir -p "$work/pictures" ../../../docs/images
CHROMIUM=$chromium node screenshot.mjs "$url" "$work/pictures" '?community=french-meta' overview
cp "$work/pictures/overview-en-light-desktop-charts.png" ../../../docs/images/console.png
cp "$work/pictures/overview-zh-dark-desktop-charts.png" ../../../docs/images/console.zh-CN.png
