package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// An empty file is a secret that somebody forgot to write, not one that was not asked for.
func TestAnEmptySecretIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	for _, text := range []string{"", "\n", " \r\n"} {
		write(t, file, text)
		for _, flag := range []string{"--token", "--kafka-password", "--clickhouse-password"} {
			if got, err := secret(flag, "", file); err == nil || !strings.Contains(err.Error(), flag+"-file, "+file+", is empty") {
				t.Errorf("%q: %q, %v", text, got, err)
			}
		}
	}
	write(t, file, " a b \r\n")
	if got, err := secret("--token", "", file); err != nil || got != " a b " {
		t.Errorf("%q, %v", got, err)
	}
}
