// Package realtest has Prometheus's own code read what docker-compose.yml has it read. It is apart from the tests of the
// rules, as Prometheus's configuration brings the clients of several clouds along.
package realtest
