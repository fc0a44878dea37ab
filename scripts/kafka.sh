#!/usr/bin/env bash
# Runs the tests that need Kafka against Apache Kafka: one broker, then three of which the tests kill one.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in java mvn openssl; do
  command -v "$tool" >/dev/null && continue
  if [[ -n ${CI:-} ]]; then
    echo "kafka: $tool is missing, and CI must test against Apache Kafka" >&2
    exit 1
  fi
  echo "kafka: SKIPPED, nothing was tested against Apache Kafka: $tool is missing (Java 17, Maven and openssl are needed)"
  exit 0
done

work=$(mktemp -d)
stop() {
  for cluster in "$work"/*/; do
    [[ -d $cluster ]] && scripts/kafka/node.sh stop "$cluster"
  done
  rm -rf "$work"
}
trap stop EXIT

# against runs what follows on a new cluster of $1 brokers.
against() {
  scripts/kafka/node.sh new "$work/$1" "$1"
  ROLLCALL_TEST_KAFKA=$(cat "$work/$1/brokers") ROLLCALL_TEST_KAFKA_CLUSTER=$work/$1 "${@:2}" || {
    echo "kafka: with $1 brokers: ${*:2} failed" >&2
    exit 1
  }
  scripts/kafka/node.sh stop "$work/$1"
}

tests() { # the topics of the processes have fixed names, so each cluster sees one test of them
  go test -shuffle=on -count=1 -timeout 6m ./internal/kafka &&
    go test -count=1 -timeout 6m -run "$1" ./cmd/rollcall
}

against 1 tests '^TestProcessesComeAndGo$'
against 3 tests '^TestAFrozenProcessComesBack$'
