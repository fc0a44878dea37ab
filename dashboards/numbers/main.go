// Numbers writes docs/metrics/numbers: a page per panel and language, from the declarations in dashboards. It owns these pages
// whole (a page of a panel that is gone is deleted) and reads nothing but the declarations.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "docs/metrics/numbers", "the folder to write the pages into")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write makes the folder hold these pages and no other.
func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the pages: %w", err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return fmt.Errorf("listing the pages of before: %w", err)
	}
	for _, page := range old {
		if err := os.Remove(page); err != nil {
			return fmt.Errorf("deleting a page of before: %w", err)
		}
	}
	for name, text := range pages() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("writing a page: %w", err)
		}
	}
	return nil
}
