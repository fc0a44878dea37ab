package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

var sleepRule = rule{
	name: "no sleep in tests",
	reason: "a test that sleeps is slow on a fast machine and wrong on a slow one: wait for a condition, or run it under " +
		"testing/synctest",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || !f.isTest() {
				continue
			}
			f.uses(func(name string, n ast.Node) {
				if name == "time.Sleep" {
					broken(f.at(n), name)
				}
			})
		}
	},
}

var printRule = rule{
	name: "only programs print",
	reason: "what a command prints is part of its contract (and may be JSON), so only package main writes to standard " +
		"output; everything else logs with log/slog or returns",
	check: func(files []*file, broken func(place, what string)) {
		for _, f := range files {
			if f.syntax == nil || f.isTest() || f.generated() || f.syntax.Name.Name == "main" {
				continue
			}
			f.uses(func(name string, n ast.Node) {
				if slices.Contains([]string{"fmt.Print", "fmt.Printf", "fmt.Println", "os.Stdout"}, name) {
					broken(f.at(n), name)
				}
			})
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id, ok := call.Fun.(*ast.Ident); ok && id.Obj == nil && (id.Name == "print" || id.Name == "println") {
						broken(f.at(n), id.Name)
					}
				}
				return true
			})
		}
	},
}

const maxLines = 300

// longFiles may have maxLines and more, each for a reason.
var longFiles = map[string]string{}

var lengthRule = rule{
	name: "files stay short",
	reason: fmt.Sprintf("a reader takes in a file of less than %d lines at once; a longer one is usually two things. If it "+
		"is truly one, list it in longFiles with the reason", maxLines),
	check: func(files []*file, broken func(place, what string)) {
		excused := maps.Clone(longFiles)
		for _, f := range files {
			if f.syntax == nil || f.generated() {
				continue
			}
			lines := bytes.Count(f.text, []byte("\n"))
			if _, ok := longFiles[f.path]; !ok && lines >= maxLines {
				broken(f.path, fmt.Sprintf("%d lines", lines))
			} else if ok && lines >= maxLines {
				delete(excused, f.path)
			}
		}
		for p := range excused {
			broken("internal/arch", p+" needs no exception any more: take it out of longFiles")
		}
	},
}

var docRule = rule{
	name:   "packages say what they are",
	reason: "doc.go is where a newcomer starts: what the package owns, what it refuses, how data enters and leaves",
	check: func(files []*file, broken func(place, what string)) {
		documented, seen := map[string]bool{}, map[string]*file{}
		for _, f := range files {
			if f.syntax == nil || f.generated() || strings.Contains(f.path, "testdata/") {
				continue
			}
			if seen[f.dir()] == nil {
				seen[f.dir()] = f
			}
			if base := path.Base(f.path); base == "doc.go" || base == "main.go" && f.syntax.Name.Name == "main" {
				documented[f.dir()] = true
				if f.syntax.Doc == nil {
					broken(f.path, "has no package comment")
				}
			}
		}
		for dir, f := range seen {
			if !documented[dir] {
				broken(f.path, "lies in a package without a doc.go (a program may say it in main.go)")
			}
		}
	},
}

// link is an inline link of Markdown that does not leave the repository.
var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)\s]*)?\)`)

var linksRule = rule{
	name:   "links lead somewhere",
	reason: "a reader who follows a link to a page that has moved stops trusting the other pages as well",
	check: func(files []*file, broken func(place, what string)) {
		there := map[string]bool{}
		for _, f := range files {
			for p := f.path; p != "."; p = path.Dir(p) {
				there[p] = true
			}
		}
		for _, f := range files {
			if !strings.HasSuffix(f.path, ".md") {
				continue
			}
			for _, m := range link.FindAllSubmatch(f.text, -1) {
				if target := path.Join(f.dir(), string(m[1])); !there[target] {
					broken(f.path, "links to "+target+", which is not there")
				}
			}
		}
	},
}

const dependenciesPage = "docs/adr/0004-direct-dependencies.md"

var dependenciesRule = rule{
	name: "dependencies have a reason",
	reason: "each library is code that somebody must trust, update and read about; its line in " + dependenciesPage +
		" says what for, and why not without",
	check: func(files []*file, broken func(place, what string)) {
		var page []byte
		for _, f := range files {
			if f.path == dependenciesPage {
				page = f.text
			}
		}
		for _, f := range files {
			if f.path != "go.mod" {
				continue
			}
			for line := range bytes.Lines(f.text) {
				fields := strings.Fields(strings.TrimPrefix(string(line), "require "))
				if len(fields) == 2 && strings.HasPrefix(fields[1], "v") && strings.Contains(fields[0], ".") &&
					!bytes.Contains(page, []byte("`"+strings.TrimPrefix(fields[0], "github.com/")+"`")) {
					broken(f.path, fields[0]+" is not in "+dependenciesPage)
				}
			}
		}
	},
}
