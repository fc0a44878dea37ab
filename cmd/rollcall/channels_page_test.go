package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every rollcall.yaml of the pages on channels, and of those in Chinese, is taken by the program.
func TestThePagesOnChannels(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]int{"alert-channels.md": 7, "alert-channels.zh-CN.md": 7, "alerts.zh-CN.md": 2} {
		text, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, b := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			yaml := b[1]
			if strings.HasPrefix(yaml, "routes:") {
				continue // Alertmanager's
			}
			found++
			if strings.HasPrefix(yaml, "- name:") {
				yaml = "alerts:\n  receivers:\n    " + strings.ReplaceAll(yaml, "\n", "\n    ")
			}
			file := filepath.Join(t.TempDir(), "rollcall.yaml")
			write(t, file, yaml)
			if out, err := command(t.Context(), "version", "--config", file).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s\n%s", page, err, out, yaml)
			}
		}
		if found != want {
			t.Errorf("%s has %d examples", page, found)
		}
	}
}
