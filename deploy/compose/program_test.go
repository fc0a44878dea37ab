package compose

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// program is the rollcall that make built, or one of our own.
func program(t *testing.T) string {
	t.Helper()
	if p := os.Getenv("ROLLCALL_PROGRAM"); p != "" {
		return p
	}
	p := filepath.Join(t.TempDir(), "rollcall")
	c := exec.CommandContext(t.Context(), "go", "build", "-o", p, "./cmd/rollcall")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("building rollcall: %v\n%s", err, out)
	}
	return p
}

var variable = regexp.MustCompile(`\$(ROLLCALL_[A-Z_]+)`)

// Every variable of a part is one that its command knows, and every one that Grafana gets is one that its files ask for.
// A word that is no flag stops a command, so a flag in a compose file that was renamed is found here.
func TestVariablesAreKnown(t *testing.T) {
	rollcall := program(t)
	known := map[string]map[string]bool{}
	help := func(command string) map[string]bool {
		if known[command] == nil {
			out, err := exec.CommandContext(t.Context(), rollcall, command, "--help").CombinedOutput()
			if err != nil {
				t.Fatalf("rollcall %s --help: %v\n%s", command, err, out)
			}
			known[command] = map[string]bool{}
			for _, m := range variable.FindAllStringSubmatch(string(out), -1) {
				known[command][m[1]] = true
			}
		}
		return known[command]
	}
	for name := range help("status") { // commands inside a container, and its health check
		if name == "ROLLCALL_KEY" || name == "ROLLCALL_SERVER" {
			known[name] = map[string]bool{}
		}
	}
	dir := t.TempDir()
	for _, lang := range []string{"en", "zh"} {
		if out, err := exec.CommandContext(t.Context(), rollcall, "dashboards", "--out", dir, "--lang", lang).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	asked := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "provisioning", "*", "*.yaml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\$\{?(ROLLCALL_[A-Z_]+)`).FindAllStringSubmatch(string(text), -1) {
			asked[m[1]] = true
		}
	}
	each(t, func(t *testing.T, p *types.Project) {
		for name, s := range p.Services {
			if name == "grafana" {
				for v := range asked {
					if s.Environment[v] == nil {
						t.Errorf("Grafana's files ask for %s, which it is not given", v)
					}
				}
				for v := range s.Environment {
					if strings.HasPrefix(v, "ROLLCALL_") && !asked[v] {
						t.Errorf("Grafana is given %s, which none of its files asks for", v)
					}
				}
				continue
			}
			for v := range s.Environment {
				if !strings.HasPrefix(v, "ROLLCALL_") || known[v] != nil {
					continue
				}
				if !help(s.Command[0])[v] {
					t.Errorf("%s: rollcall %s knows no %s", name, s.Command[0], v)
				}
			}
		}
	})
}

// The image is built from sources that are not left out, starts from a pinned image, and does not run as root.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(text), -1) {
		if m[1] != "scratch" && !exact.MatchString(m[1]) {
			t.Errorf("FROM %s is not pinned to a release", m[1])
		}
	}
	if !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).Match(text) || !strings.Contains(string(text), "\nHEALTHCHECK ") {
		t.Error("it runs as root, or nothing asks how it is")
	}
	c := exec.CommandContext(t.Context(), "go", "list", "-tags", "nochdb", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}\t{{.Module.Path}}{{end}}", "./cmd/rollcall")
	c.Dir, c.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, module, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.Contains(pkg, "purego") {
			t.Errorf("the program of the image links a C library, by %s: it would not start from scratch", pkg)
		}
		if folder, ours := strings.CutPrefix(pkg, module+"/"); ours && module == "github.com/rollcall-dev/rollcall" {
			if top, _, _ := strings.Cut(folder, "/"); !strings.Contains(string(ignored), "\n!"+top+"\n") {
				t.Errorf(".dockerignore leaves out %s", folder)
			}
		}
	}
}
