package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of the READMEs is run as it stands there, against an instance whose port is replaced; the two make
// targets are the check that runs this test, and its demo.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			shim := "#!/bin/sh\nROLLCALL_BE_MAIN=1 exec '" + program + "' \"$@\"\n"
			if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "bin", "rollcall"), []byte(shim), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(root, "demo"), filepath.Join(dir, "demo")); err != nil {
				t.Fatal(err)
			}
			listen, ran := freePort(t), 0
			for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
				for line := range strings.Lines(block[1]) {
					if target, ok := strings.CutPrefix(line, "make "); ok && !strings.Contains(string(makefile), "\n"+strings.Fields(target)[0]+":") {
						t.Errorf("there is no %s", line)
					}
				}
				switch {
				case strings.HasPrefix(block[1], "make "):
				case strings.HasPrefix(block[1], "bin/rollcall up --data my-data"):
					up(t, filepath.Join(dir, "my-data"), listen)
					ran++
				default:
					sh := exec.Command("bash", "-eux", "-o", "pipefail", "-c", strings.ReplaceAll(block[1], "127.0.0.1:8080", listen))
					sh.Dir = dir
					out, err := sh.CombinedOutput()
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					if strings.Contains(block[1], "curl") && (!strings.Contains(string(out), `"accepted":1`) || !strings.Contains(string(out), "30d")) {
						t.Errorf("the reader does not see the action arrive:\n%s", out)
					}
					ran++
				}
			}
			if ran != 7 {
				t.Errorf("%d blocks ran, want 7", ran)
			}
		})
	}
}
