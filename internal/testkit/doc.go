// Package testkit is what tests of several packages share: the read model in memory, a Kafka behind TLS, alerts on the log. It is imported by tests only.
package testkit
