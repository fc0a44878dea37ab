package arch

import (
	"go/ast"
	"slices"
)

// pure are folders whose program code computes and does nothing else.
var pure = []string{"schemas", "processors", "internal/simulate"}

var impureImports = []string{
	"os", "net", "io/ioutil", "os/exec", "syscall", "log", "crypto/rand", "math/rand", "runtime",
}

var clocks = []string{
	"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.Tick", "time.NewTimer",
	"time.NewTicker", "time.Sleep", "time.Local",
}

var purityRule = rule{
	name: "purity",
	reason: "the same log must give the same rows at every replay (laws 2, 3 and 4), so what is folded may come only from " +
		"the record and the state: no clock, no randomness, no input or output, nothing of this machine",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || f.isTest() || f.generated() || !underAny(f.dir(), pure) {
				continue
			}
			f.imports(func(p string, n ast.Node) {
				if under(f.dir(), "internal/simulate") && under(p, "math/rand") {
					return // its generator is seeded by the caller
				}
				if underAny(p, impureImports) {
					broken(f.at(n), "imports "+p)
				}
			})
			f.uses(func(name string, n ast.Node) {
				if slices.Contains(clocks, name) {
					broken(f.at(n), "uses "+name)
				}
			})
		}
	},
}

var goroutinesRule = rule{
	name: "one goroutine owns a fold",
	reason: "a partition's state belongs to one goroutine, which the engine starts; a fold that starts others or locks " +
		"has an order of its own, and a replay would not repeat it",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || f.isTest() || f.generated() || !underAny(f.dir(), []string{"processors", "internal/simulate"}) {
				continue
			}
			f.imports(func(p string, n ast.Node) {
				if under(p, "sync") || p == "context" {
					broken(f.at(n), "imports "+p)
				}
			})
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.GoStmt:
					broken(f.at(n), "go statement")
				case *ast.SelectStmt:
					broken(f.at(n), "select statement")
				}
				return true
			})
		}
	},
}
