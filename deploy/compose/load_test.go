package compose

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

const root = "../.."

// The two stacks, by the files that make them.
var stacks = map[string][]string{
	"one":     {"docker-compose.yml"},
	"cluster": {"docker-compose.yml", "deploy/cluster/docker-compose.yml"},
}

// example is .env.example with every secret filled in, as deploy/env.sh does.
func example(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutSuffix(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			out[name] = "secret-of-" + name
		}
	}
	if len(out) == 0 {
		t.Fatal(".env.example names no secret")
	}
	return out
}

// load reads files as `docker compose` does, with all profiles.
func load(files []string, env map[string]string) (*types.Project, error) {
	dir, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	var paths, vars []string
	for _, f := range files {
		paths = append(paths, filepath.Join(dir, f))
	}
	for name, value := range env {
		vars = append(vars, name+"="+value)
	}
	o, err := cli.NewProjectOptions(paths, cli.WithName("rollcall"), cli.WithWorkingDirectory(dir), cli.WithEnv(vars),
		cli.WithProfiles([]string{"*"}), cli.WithInterpolation(true), cli.WithResolvedPaths(true))
	if err != nil {
		return nil, err
	}
	return o.LoadProject(context.Background())
}

func each(t *testing.T, check func(t *testing.T, p *types.Project)) {
	for name, files := range stacks {
		t.Run(name, func(t *testing.T) {
			p, err := load(files, example(t))
			if err != nil {
				t.Fatal(err)
			}
			check(t, p)
		})
	}
}

// Without .env, or without one of its secrets, nothing starts, and the message says what to do.
func TestAMissingSecretIsAnError(t *testing.T) {
	for stack, files := range stacks {
		for name := range example(t) {
			env := example(t)
			delete(env, name)
			_, err := load(files, env)
			if name == "CLICKHOUSE_CLUSTER_SECRET" && stack == "one" {
				if err != nil {
					t.Errorf("%s: %v", stack, err)
				}
				continue
			}
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "deploy/env.sh") {
				t.Errorf("%s without %s: %v", stack, name, err)
			}
		}
	}
}

// deploy/env.sh writes secrets that differ, for the owner only, and never over those that are there.
func TestSecretsAreMade(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "deploy"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".env.example", "deploy/env.sh"} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(file(t, name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made := func() string {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), "bash", filepath.Join(dir, "deploy", "env.sh")).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		text, err := os.ReadFile(filepath.Join(dir, ".env"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := made()
	seen, secret := map[string]bool{}, regexp.MustCompile(`(?m)^([A-Z_]+)=([0-9a-f]{48})$`)
	for _, m := range secret.FindAllStringSubmatch(first, -1) {
		seen[m[2]] = true
	}
	if len(seen) != len(example(t)) {
		t.Errorf("%d secrets of %d:\n%s", len(seen), len(example(t)), first)
	}
	if info, err := os.Stat(filepath.Join(dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if made() != first {
		t.Error("it was written again")
	}
}
