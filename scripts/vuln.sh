#!/usr/bin/env bash
# Looks for known vulnerabilities in what we import. Where the database cannot be reached it says so and passes.
set -euo pipefail
cd "$(dirname "$0")/.."
if out=$(go tool -modfile=tools/go.mod govulncheck ./... 2>&1); then
  echo "govulncheck: none"
elif grep -qiE 'fetching vulnerabilities|dial tcp|no such host|connection refused|timeout|forbidden|server response' <<<"$out"; then
  echo "govulncheck: skipped, its database cannot be reached from here"
else
  echo "$out"
  exit 1
fi
