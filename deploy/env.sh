#!/usr/bin/env bash
# Writes .env from .env.example, with a random secret wherever that one is empty. What is there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ -e .env ]]; then
  echo "env: .env is there and stays as it is" >&2
  exit 0
fi
umask 077
while IFS= read -r line; do
  if [[ $line =~ ^[A-Z_]+=$ ]]; then
    line+=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
  fi
  printf '%s\n' "$line"
done < .env.example > .env.new
mv .env.new .env
echo "env: wrote .env; the console asks for ROLLCALL_TOKEN, Grafana for admin and GRAFANA_PASSWORD"
