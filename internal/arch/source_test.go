package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rollcall-dev/rollcall"

// file is one text file of the repository; syntax is nil but for Go.
type file struct {
	path   string // slashes, from the root of the repository
	text   []byte
	syntax *ast.File
	fset   *token.FileSet
}

func (f *file) dir() string     { return path.Dir(f.path) }
func (f *file) isTest() bool    { return strings.HasSuffix(f.path, "_test.go") }
func (f *file) generated() bool { return f.syntax != nil && ast.IsGenerated(f.syntax) }

// at formats the place of a node.
func (f *file) at(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// imports yields every imported path with its node.
func (f *file) imports(yield func(string, ast.Node)) {
	for _, spec := range f.syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			yield(p, spec)
		}
	}
}

// uses yields every mention of a package's name, such as "time.Now", by import path and not by local name.
func (f *file) uses(yield func(string, ast.Node)) {
	local := map[string]string{}
	for _, spec := range f.syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		local[name] = p
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && local[x.Name] != "" {
				yield(local[x.Name]+"."+sel.Sel.Name, n)
			}
		}
		return true
	})
}

// under reports whether dir is folder or lies in it.
func under(dir, folder string) bool { return dir == folder || strings.HasPrefix(dir, folder+"/") }

func underAny(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return under(dir, f) })
}

func parse(t *testing.T, name string, text []byte) *file {
	t.Helper()
	f := &file{path: name, text: text, fset: token.NewFileSet()}
	if strings.HasSuffix(name, ".go") {
		var err error
		if f.syntax, err = parser.ParseFile(f.fset, name, text, parser.ParseComments); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// repository reads every text file that could be tracked: not what .gitignore names, nor version control's own.
func repository(t *testing.T) []*file {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	skip := ignored(t, root)
	var files []*file
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if skip(rel, d) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
			text = nil // a picture, say: only its path counts
		}
		files = append(files, parse(t, rel, text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d files below %s: the rules would hold for nothing", len(files), root)
	}
	return files
}

// ignored understands the simple lines of the .gitignore files: names, globs of names, and rooted paths.
func ignored(t *testing.T, root string) func(rel string, d fs.DirEntry) bool {
	lines := map[string][]string{} // by folder of the .gitignore
	read := func(folder string) []string {
		if l, ok := lines[folder]; ok {
			return l
		}
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(folder), ".gitignore"))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		lines[folder] = strings.Fields(string(b))
		return lines[folder]
	}
	return func(rel string, d fs.DirEntry) bool {
		if d.Name() == ".git" {
			return true
		}
		for folder := path.Dir(rel); ; folder = path.Dir(folder) {
			below := strings.TrimPrefix(rel, folder+"/")
			for _, line := range read(folder) {
				pattern := strings.TrimSuffix(line, "/")
				if pattern != line && !d.IsDir() {
					continue
				}
				subject := d.Name()
				if strings.Contains(pattern, "/") {
					pattern, subject = strings.TrimPrefix(pattern, "/"), below
				}
				if ok, _ := path.Match(pattern, subject); ok {
					return true
				}
			}
			if folder == "." {
				return false
			}
		}
	}
}
