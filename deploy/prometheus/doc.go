// Package prometheus holds the alert rules of Rollcall and their tests, and no program. It is a module of its own, so that
// nobody who builds Rollcall fetches Prometheus. The tests are in promtool's format; they run here without promtool,
// whose many service discoveries take minutes to build, on the same parser, rule format, templates and query engine.
package prometheus
