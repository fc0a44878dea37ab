#!/usr/bin/env bash
# Runs targets of the Makefile, some at a time, since much of a long one is waiting. Each line begins with its target's name.
# After one has failed no other is begun, and the last line names it.
#
#   check.sh LANES TARGET...   LANES targets at a time, in this order
set -euo pipefail
cd "$(dirname "$0")/.."
failed=$(mktemp)
export failed
trap 'rm -f "$failed"' EXIT

one() {
  set -o pipefail
  local began=$SECONDS
  if make --no-print-directory -o build -o setup "$1" 2>&1 | sed -u "s/^/$1 | /"; then
    echo "=== $1 passed after $((SECONDS - began)) s"
  else
    echo "=== $1 FAILED after $((SECONDS - began)) s"
    echo "$1" >>"$failed"
    return 255 # at which xargs begins no other
  fi
}
export -f one

lanes=$1
shift
printf '%s\n' "$@" | xargs -P "$lanes" -I{} bash -c 'one {}' 2>/dev/null || {
  echo "=== check FAILED: $(paste -sd ' ' "$failed"); what a target said begins with its name" >&2
  exit 1
}
