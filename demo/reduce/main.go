// Command reduce makes the demo data from a Stack Exchange dump: who did what when, without any text. The dump's folder
// is its argument; the actions leave as gzipped NDJSON on standard output, what was left out is told on standard error.
// It refuses a folder without Posts.xml.
//
//	go run ./demo/reduce DIR > demo/french-meta.ndjson.gz
package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"

	"github.com/rollcall-dev/rollcall/ingest/files"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./demo/reduce DIR > demo/french-meta.ndjson.gz")
		os.Exit(2)
	}
	if err := reduce(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "reduce:", err)
		os.Exit(1)
	}
}

// reduce writes to standard output. The header of the gzip stream carries no name and no time, so the same dump gives
// the same bytes.
func reduce(dir string) error {
	z, err := gzip.NewWriterLevel(os.Stdout, gzip.BestCompression)
	if err != nil {
		return err
	}
	s, err := files.Convert(context.Background(), files.Options{Files: []string{dir}, Community: "french-meta"}, z)
	if err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("writing actions: %w", err)
	}
	fmt.Fprintf(os.Stderr, "%d actions from %s to %s, %d rejected\n", s.Actions, s.From.Format("2006-01-02"),
		s.To.Format("2006-01-02"), s.Rejected)
	fmt.Fprintf(os.Stderr, "without a member: %v\nnot imported: %v\n", s.WithoutMember, s.Ignored)
	return nil
}
