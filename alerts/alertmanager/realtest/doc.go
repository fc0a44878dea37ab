// Package realtest sends alerts to a real Alertmanager, started within the test. It is a module of its own, so that
// what Alertmanager depends on decides nothing for the program.
package realtest
